"""Margin: who is healthy stays untouched, who owes can pay, and one hour is charged once."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.profile import IS_LONG
from tests.property.cases import ALICE, Case, indebted_case
from tests.property.mirror import is_above_initial, is_liquidatable, level, mirror
from tests.property.streams import few, stream, stream_seeds, walk
from tests.reference.small_world import HOUR, small_world

from leverline.engine import commands as c
from leverline.engine.codec import command_to_dict
from leverline.engine.engine import Engine, restore
from leverline.ledger.entries import CLEARANCE_FEE, INTEREST, TAKEOVER, Entry
from leverline.liquidation.events import LiquidationEnded, LiquidationStarted, LiquidationStep, TakenOver
from leverline.margin.account import EXCESSIVE
from leverline.margin.events import StatusChanged

many = settings(
    max_examples=2_000 if IS_LONG else 40, suppress_health_check=list(HealthCheck), deadline=None, print_blob=True
)
seeds = st.integers(0, 2**32 - 1)


@few
@given(stream_seeds)
def test_no_action_makes_an_account_above_its_initial_ratio_liquidatable(seed: int) -> None:
    """At unchanged prices no command of anybody brings an account that is above its initial ratio to liquidation."""
    engine = Engine(small_world())
    for command, time in stream(seed):
        if isinstance(command, (c.PublishPrices, c.AdvanceTime)) or time != engine.time:
            engine.apply(command, time)
            continue
        before = mirror(engine)
        safe = {w.number for w in before.accounts() if w.locked_at is None and is_above_initial(before, w)}
        for event in engine.apply(command, time):
            assert not (isinstance(event, LiquidationStarted) and event.wallet_id in safe), command_to_dict(command)
        after = mirror(engine)
        for wallet in after.accounts():
            assert wallet.number not in safe or not is_liquidatable(after, wallet), (wallet, command_to_dict(command))


@few
@given(stream_seeds)
def test_a_healthy_account_cannot_lose_collateral(seed: int) -> None:
    """Only an account whose liquidation has started, at or below its ratio, pays a clearance fee or is taken over."""
    in_liquidation: set[int] = set()
    for _, _, events in walk(seed):
        for event in events:
            if isinstance(event, LiquidationStarted):
                in_liquidation.add(event.wallet_id)
            elif isinstance(event, (LiquidationStep, TakenOver)):
                assert event.wallet_id in in_liquidation
            elif isinstance(event, Entry) and event.kind in (CLEARANCE_FEE, TAKEOVER):
                assert event.wallet in in_liquidation
            elif isinstance(event, LiquidationEnded):
                in_liquidation.discard(event.wallet_id)


@few
@given(stream_seeds)
def test_a_liquidation_step_never_lowers_the_level_unless_it_closes_the_account(seed: int) -> None:
    """Every step leaves the margin level higher than it found it, or nothing owed."""
    for _, _, events in walk(seed):
        for event in events:
            if isinstance(event, LiquidationStep):
                assert event.level_after > event.level_before or event.level_after == 0, vars(event)


@few
@given(stream_seeds)
def test_statuses_say_what_the_plain_formulas_say(seed: int) -> None:
    """After every command the status of each account is the band in which the plain formulas put it."""
    engine = Engine(small_world())
    for number, (command, time) in enumerate(stream(seed)):
        events = engine.apply(command, time)
        if number % 5 and not any(isinstance(event, StatusChanged) for event in events):
            continue
        seen = mirror(engine)
        for wallet in seen.accounts():
            if wallet.locked_at is None:
                assert not is_liquidatable(seen, wallet), (wallet, level(seen, wallet))


@many
@given(seeds)
def test_a_debtor_can_always_repay_in_full(seed: int) -> None:
    """Whoever brings what he owes pays it all, whatever the minimum, and then owes nothing and is excessive."""
    case = indebted_case(seed)
    if case.account.is_locked:
        return
    repay_everything(case)
    assert case.account.debts == 0
    assert case.account.status == EXCESSIVE
    case.time += HOUR
    assert not any(isinstance(e, Entry) and e.kind == INTEREST for e in case.do(c.AdvanceTime()))


def repay_everything(case: Case) -> None:
    """Bring the missing and repay each debt in full."""
    for asset in case.assets():
        owed = case.account.owed(asset)
        missing = owed - case.account.free(asset)
        if missing > 0:
            case.bring(asset, missing)
        if owed:
            case.do(c.Repay(ALICE, case.kind, asset, 0, case.pair))


@few
@given(stream_seeds)
def test_a_debtor_of_a_stream_can_repay_in_full(seed: int) -> None:
    """Whatever has happened before, a debtor with the cash in his account and no lock may clear the debt."""
    engine = Engine(small_world())
    for number, (command, time) in enumerate(stream(seed)):
        engine.apply(command, time)
        if number % 50 == 49:
            clear_debts_of_a_copy(engine)


def clear_debts_of_a_copy(engine: Engine) -> None:
    """On a copy of the venue, let every debtor who holds enough repay in full."""
    copy = restore(small_world(), engine.snapshot())
    for user in copy.core.users.values():
        for account in user.margin_accounts():
            pair = account.pair.symbol if account.pair is not None else ""
            for asset in [asset for asset, holding in account.holdings.items() if holding.debt]:
                holding = account.holdings[asset]
                if not account.is_locked and holding.free >= holding.debt:
                    copy.apply(c.Repay(user.user_id, account.kind, asset, 0, pair), copy.time)
                    assert holding.debt == 0, (user.user_id, asset)


@many
@given(seeds, st.integers(0, 3 * HOUR))
def test_accruing_twice_at_one_time_equals_once(seed: int, span: int) -> None:
    """Reaching a time in one step or two, and asking for it again, posts the same interest: each hour once."""
    case = indebted_case(seed)
    start, snapshot = case.time, case.engine.snapshot()
    case.engine.apply(c.AdvanceTime(), start + span)
    once = case.engine.balances()
    digest = case.engine.state_hash()
    again = case.engine.apply(c.AdvanceTime(), start + span)
    assert again == []
    assert case.engine.state_hash() == digest
    halves = restore(small_world(), snapshot)
    halves.apply(c.AdvanceTime(), start + span // 2)
    halves.apply(c.AdvanceTime(), start + span)
    assert halves.balances() == once
