"""The price ladder and the survey say of each account what the exact rule says."""

import random
from dataclasses import replace

import pytest
from tests.engine.additions import CONTROL, FAMILY, VIP, AddedDays
from tests.engine.streams import RandomDays
from tests.engine.world import ALICE, BOB, PAIRS, World, amount, parameters, ratio

from leverline.engine.commands import PauseLiquidation
from leverline.kernel.numbers import RATIO_ONE
from leverline.margin.account import CLASSIC, FORCE_LIQUIDATION, ISOLATED_MODE, PRO, MarginAccount
from leverline.margin.ladder import HUNDREDTH, PriceLadder
from leverline.margin.liquidation_moves import MoveQuestion, liquidation_move
from leverline.margin.survey import Survey, room_of
from leverline.parameters import load_parameters, select, with_pinned_index
from leverline.rulebook.parameters import CollateralTier, VenueParameters

TIERS = (("5000", "1"), ("100000000000", "0.95"))
PERCENTS = [1, 2, 5, 10, 15, 20, 30, 40, 50]


def indebted(world: World) -> list[MarginAccount]:
    """Return the indebted accounts that nothing locks."""
    wallets = world.engine.core.ledger.wallets
    return [each for each in wallets if isinstance(each, MarginAccount) and each.debts and not each.is_locked]


def new_rules() -> VenueParameters:
    """Return the shipped rule set 2026-06 with few pairs, and collateral tiers that small accounts reach."""
    found = with_pinned_index(select(load_parameters("2026-06"), PAIRS))
    tiers = tuple(CollateralTier(amount(limit), ratio(share)) for limit, share in TIERS)
    for symbol in ("BTC", "ETH"):
        found.assets[symbol] = replace(found.assets[symbol], collateral_tiers=tiers)
    return found


def ladder_of(world: World, only: str = "") -> PriceLadder:
    """Return an empty ladder of a venue."""
    core = world.engine.core
    return PriceLadder(core.risk.valuer, core.risk.bands, core.board.assets, PERCENTS, only)


@pytest.mark.parametrize("rules", ["2025", "2026"])
def test_every_rung_is_the_first_at_which_the_exact_rule_liquidates(rng: random.Random, seed: int, rules: str) -> None:
    """After random days with families and resting Pro orders, for a fall of all prices and of BTC alone.

    Under the rule set 2026-06 haircuts are in the level of Classic accounts too.
    """
    print(f"seed {seed}")
    days: RandomDays = AddedDays(rng, VIP, FAMILY, CONTROL)
    world = days.open(parameters() if rules == "2025" else new_rules())
    places: set[int] = set()
    for _ in range(8):
        for command, time in days.take(100):
            world.engine.apply(command, time)
        places |= places_of(world)
        if len(places) > 2:
            break
    assert len(places) > 2, "accounts stand at several rungs"


def places_of(world: World) -> set[int]:
    """Return the rungs that accounts stand at; each is the first of those at which the exact rule liquidates."""
    risk = world.engine.core.risk
    places: set[int] = set()
    for only, weights, others in (("", {}, -RATIO_ONE), ("BTC", {"BTC": -RATIO_ONE}, 0)):
        ladder = ladder_of(world, only)
        for account in indebted(world):
            question = MoveQuestion(risk.valuer, risk.bands, account, weights, others)
            reached = [question.is_reached(percent * HUNDREDTH) for percent in PERCENTS]
            place = ladder.place_of(account)
            assert place == (reached.index(True) if True in reached else len(PERCENTS)), account.wallet_id
            places.add(place)
    return places


def test_the_ladder_agrees_with_the_price_that_then_comes(world: World) -> None:
    """Alice is long at ten times, Bob short: the fall that liquidates her leaves him alone."""
    alice, bob = world.long(), world.short()
    ladder = ladder_of(world)
    ladder.add(alice)
    ladder.add(bob)
    found = {rung.percent: rung.accounts for rung in ladder.rungs if rung.accounts}
    move = liquidation_move(world.engine.core.risk.valuer, world.engine.core.risk.bands, alice, {}, -RATIO_ONE)
    assert move is not None
    (percent,) = found
    assert found == {percent: {ISOLATED_MODE: 1}}
    assert PERCENTS[PERCENTS.index(percent) - 1] * HUNDREDTH < move.move <= percent * HUNDREDTH
    assert ladder.rungs[PERCENTS.index(percent)].held.keys() == {"BTC"}
    world.send(PauseLiquidation(0))
    world.index(BTC=str(60_000 * (100 - percent) // 100))
    assert alice.is_locked
    assert not bob.is_locked
    again = ladder_of(world)
    again.add(alice)
    assert again.in_liquidation.accounts == {ISOLATED_MODE: 1}


def test_the_survey_counts_every_account_once_and_puts_the_nearest_first(world: World) -> None:
    """Sums by product, levels into the histogram, room as the share of worth that may be lost."""
    alice, bob = world.long(), world.short()
    core = world.engine.core
    survey = Survey(core.ledger, core.risk.valuer, core.risk.bands)
    assert {mode: product.indebted for mode, product in survey.products.items()} == {
        CLASSIC: 1, PRO: 0, ISOLATED_MODE: 1,
    }  # fmt: skip
    assert [each.account for each in survey.standings] == [alice, bob]
    isolated = survey.products[ISOLATED_MODE]
    assert sum(isolated.counts) == 1
    assert sum(isolated.debts) == isolated.liabilities == core.risk.value(alice).liabilities
    first = survey.standings[0]
    assert (alice.user_id, bob.user_id) == (ALICE, BOB)
    assert first.level == core.risk.value(alice).level
    assert first.threshold == core.risk.bands.threshold(alice, FORCE_LIQUIDATION)


def test_room_is_what_may_be_lost() -> None:
    """At the threshold nothing, above it its share, without worth −1."""
    assert room_of(110, 100, 11 * RATIO_ONE // 10) == 0
    assert room_of(220, 100, 11 * RATIO_ONE // 10) == RATIO_ONE // 2
    assert room_of(0, 100, RATIO_ONE) == room_of(1, 100, RATIO_ONE) == -RATIO_ONE
