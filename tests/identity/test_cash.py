"""Cash out and in: never paid twice, never lost, whatever step the process dies at."""

import asyncio
import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from tests.identity.acts import operator
from tests.identity.test_accounts import fault_of
from tests.identity.world import Death, World

from leverline.engine.commands import AdvanceTime, Command, Deposit, RegisterUser, Withdraw
from leverline.engine.commit import Commit
from leverline.identity import Fault, Identity
from leverline.identity.audit import Act
from leverline.identity.cash import CashRequest, CashState
from leverline.identity.operators import VENUE, Role
from leverline.identity.schema import CashTable
from leverline.identity.store import Store
from leverline.identity.trail import CashTrail
from leverline.kernel.decimals import parse_amount
from leverline.margin.account import CLASSIC

ALICE = 10_001
HUNDRED = parse_amount("100")
TEN = parse_amount("10")
ROUNDS = 5_000


def free(world: World, user_id: int = ALICE) -> int:
    """What is free in a user's spot wallet."""
    return world.engine.core.users[user_id].spot.free("USDT")


def prepared(world: World) -> World:
    """Alice with 100 USDT."""

    async def work(identity: Identity) -> None:
        await operator(identity, Role.ADMIN)
        assert (await identity.users.get(ALICE)).user_id == ALICE

    world.run(work)
    world.apply(Deposit(ALICE, "USDT", HUNDRED))
    return world


async def ask(identity: Identity) -> CashRequest:
    """Alice withdraws 10 USDT."""
    return await identity.cash.withdraw(ALICE, "USDT", TEN, "0xabc", "ETH")


def test_a_sandbox_pays_at_once(world: World) -> None:
    """The wallet is debited and the request is done."""
    prepared(world)
    assert world.run(ask).state == CashState.PAID
    assert free(world) == HUNDRED - TEN


def test_production_holds_a_withdrawal_until_an_operator_decides(production: World) -> None:
    """The wallet is debited at once; approved it is paid, refused it returns, each once and written down."""
    prepared(production)

    async def work(identity: Identity) -> None:
        first, second = await ask(identity), await ask(identity)
        assert (first.state, free(production)) == (CashState.HELD, HUNDRED - 2 * TEN)
        assert [each.request_id for each in await identity.cash.waiting(VENUE)] == [1, 2]
        assert (await identity.cash.approve(ALICE, first.request_id)).state == CashState.PAID
        assert await fault_of(identity.cash.refuse(ALICE, first.request_id, "late")) == Fault.WITHDRAWAL_STATE
        assert await fault_of(identity.cash.refuse(ALICE, second.request_id, "")) == Fault.REASON_REQUIRED
        refused = await identity.cash.refuse(ALICE, second.request_id, "unknown address")
        assert (refused.state, refused.detail) == (CashState.RETURNED, "unknown address")
        assert free(production) == HUNDRED - TEN
        assert await fault_of(identity.cash.approve(ALICE, second.request_id)) == Fault.WITHDRAWAL_STATE
        assert await fault_of(identity.cash.approve(ALICE, 99)) == Fault.WITHDRAWAL_UNKNOWN
        acts = [entry.act for entry in await identity.operators.audit(VENUE) if entry.actor == ALICE]
        assert acts == [Act.APPROVE_WITHDRAWAL, Act.REFUSE_WITHDRAWAL]

    production.run(work)


def test_more_than_is_free_is_refused_and_kept_as_failed(world: World) -> None:
    """Also when asked for twice at once: one balance is never passed twice."""
    prepared(world)

    async def work(identity: Identity) -> None:
        sixty = parse_amount("60")
        both = (identity.cash.withdraw(ALICE, "USDT", sixty, "0xabc", "ETH") for _ in range(2))
        found = await asyncio.gather(*both, return_exceptions=True)
        assert [type(each).__name__ for each in found] == ["CashRequest", "IdentityFault"]
        states = [each.state for each in await identity.cash.of_user(ALICE)]
        assert states == [CashState.FAILED, CashState.PAID]

    world.run(work)
    assert free(world) == parse_amount("40")


@pytest.mark.parametrize(
    ("asset", "amount", "address"),
    [
        ("USDT", 10**28, "0xabc"),
        ("USDT", 0, "0xabc"),
        ("USDT", -TEN, "0xabc"),
        ("", TEN, "0xabc"),
        ("USDT", TEN, " "),
        ("USDT", TEN, "a\nb"),
    ],
)
def test_a_malformed_request_is_refused(world: World, asset: str, amount: int, address: str) -> None:
    """It leaves no row."""
    prepared(world)

    async def work(identity: Identity) -> None:
        assert await fault_of(identity.cash.withdraw(ALICE, asset, amount, address, "ETH")) == Fault.MALFORMED
        assert await identity.cash.of_user(ALICE) == []

    world.run(work)


def test_an_operator_credits_a_wallet_with_an_audit_entry(production: World) -> None:
    """Only one who may, with a reason; amounts beyond 64 bits pass."""
    prepared(production)

    async def work(identity: Identity) -> None:
        huge = 1 << 65
        done = await identity.cash.deposit(ALICE, ALICE, "USDT", huge, "wire 17")
        assert (done.state, done.amount) == (CashState.CREDITED, huge)
        assert await fault_of(identity.cash.deposit(ALICE, 10_002, "USDT", TEN, "wire 18")) == Fault.UNKNOWN_USER
        support = await operator(identity, Role.SUPPORT)
        assert await fault_of(identity.cash.deposit(support, ALICE, "USDT", TEN, "gift")) == Fault.OPERATOR_REQUIRED
        entry = (await identity.operators.audit(VENUE))[-2]
        assert (entry.act, entry.subject) == (Act.DEPOSIT, ALICE) and "wire 17" in entry.reason

    production.run(work)
    assert free(production) == HUNDRED + (1 << 65)


def lacking(world: World, units: int) -> None:
    """Let the liquidation account lack so much more than the empty fund can pay; less than nothing takes it back."""
    world.engine.core.liquidator.unwinding.books[CLASSIC].owe("USDT", units)
    world.apply(AdvanceTime())


def test_while_the_gate_is_closed_nothing_is_asked_for_and_nothing_paid_out(production: World) -> None:
    """A new request is refused by name, a held one waits with its money out, and is paid once the gate is open."""
    prepared(production)

    async def work(identity: Identity) -> None:
        held = await ask(identity)
        lacking(production, 5)
        assert await fault_of(ask(identity)) == Fault.VENUE_REFUSED
        assert (await identity.cash.of_user(ALICE))[0].detail.startswith("GATE_CLOSED")
        assert await fault_of(identity.cash.approve(ALICE, held.request_id)) == Fault.GATE_CLOSED
        assert [each.state for each in await identity.cash.waiting(VENUE)] == [CashState.HELD]
        lacking(production, -5)
        assert (await identity.cash.approve(ALICE, held.request_id)).state == CashState.PAID

    production.run(work, is_gate_closed=lambda: production.engine.core.gate.is_closed)
    assert withdrawn(production) == 1


def test_while_a_liquidation_loan_is_owed_a_held_withdrawal_is_not_paid_out(production: World) -> None:
    """Nor written down as decided: it waits until the loan is repaid, or is refused, which gives the money back."""
    prepared(production)
    owing = {ALICE}

    async def work(identity: Identity) -> None:
        first, second = await ask(identity), await ask(identity)
        assert await fault_of(identity.cash.approve(ALICE, first.request_id)) == Fault.LOAN_OWED
        assert [each.state for each in await identity.cash.waiting(VENUE)] == [CashState.HELD] * 2
        assert Act.APPROVE_WITHDRAWAL not in [entry.act for entry in await identity.operators.audit(VENUE)]
        assert (await identity.cash.refuse(ALICE, second.request_id, "a loan is owed")).state == CashState.RETURNED
        assert await fault_of(identity.cash.approve(ALICE, second.request_id)) == Fault.WITHDRAWAL_STATE
        assert await fault_of(identity.cash.approve(ALICE, 99)) == Fault.WITHDRAWAL_UNKNOWN
        owing.clear()
        assert (await identity.cash.approve(ALICE, first.request_id)).state == CashState.PAID

    production.run(work, owes_loan=owing.__contains__)
    assert withdrawn(production) == 1


def test_a_request_that_a_crash_left_unsent_waits_until_the_gate_opens(production: World) -> None:
    """Neither lost nor done twice: it stays under way, over a further restart too, and is held once it went through."""
    prepared(production)
    assert production.run_until_killed(1, ask)
    lacking(production, 5)

    async def closed(identity: Identity) -> None:
        await identity.cash.send_held_back()
        assert [each.state for each in await identity.cash.of_user(ALICE)] == [CashState.SENDING]

    async def opened(identity: Identity) -> None:
        lacking(production, -5)
        for _ in range(2):
            await identity.cash.send_held_back()
        assert [each.state for each in await identity.cash.of_user(ALICE)] == [CashState.HELD]

    for work in (closed, opened):
        production.run(work, is_gate_closed=lambda: production.engine.core.gate.is_closed)
    assert withdrawn(production) == 1


def gate_of(world: World) -> Callable[[], bool]:
    """Whether the engine's gate is closed."""
    return lambda: world.engine.core.gate.is_closed


def test_a_request_that_the_gate_holds_back_keeps_back_no_deposit(production: World) -> None:
    """The withdrawal waits, an operator's deposit for the same user does not."""
    prepared(production)
    assert production.run_until_killed(1, ask)
    lacking(production, 5)

    async def work(identity: Identity) -> None:
        done = await identity.cash.deposit(ALICE, ALICE, "USDT", TEN, "wire 17")
        assert done.state == CashState.CREDITED
        assert {each.state for each in await identity.cash.of_user(ALICE)} == {CashState.CREDITED, CashState.SENDING}

    production.run(work, is_gate_closed=gate_of(production))
    assert free(production) == HUNDRED + TEN


def test_a_deposit_that_a_busy_venue_held_back_does_not_wait_for_the_gate(production: World) -> None:
    """Only what leaves the venue waits for it."""
    prepared(production)
    deposit = lambda identity: identity.cash.deposit(ALICE, ALICE, "USDT", TEN, "wire 17")  # noqa: E731
    assert production.run_until_killed(1, deposit)
    lacking(production, 5)
    plain = production.door

    async def busy(_: Command) -> Commit:
        raise BlockingIOError

    async def work(identity: Identity) -> None:
        production.door = plain
        await identity.cash.send_held_back()
        assert [each.state for each in await identity.cash.of_user(ALICE)] == [CashState.CREDITED]

    production.door = busy
    production.run(work, is_gate_closed=gate_of(production))
    assert free(production) == HUNDRED + TEN


def test_while_a_request_waits_the_trail_may_forget(production: World) -> None:
    """It is known not to have been taken: no operator is asked about it after the next start."""
    production.rules = dataclasses.replace(production.rules, trail_length=2)
    prepared(production)
    assert production.run_until_killed(1, ask)
    lacking(production, 5)

    async def closed(identity: Identity) -> None:
        for _ in range(3):
            production.apply(Deposit(ALICE, "USDT", TEN))
            await identity.cash.send_held_back()

    async def still_closed(identity: Identity) -> None:
        assert [each.state for each in await identity.cash.of_user(ALICE)] == [CashState.SENDING]

    for work in (closed, still_closed):
        production.run(work, is_gate_closed=gate_of(production))


@pytest.mark.parametrize("failing", [1, 2])
def test_a_failing_database_ends_neither_the_sending_nor_pays_twice(production: World, failing: int) -> None:
    """Reading the requests fails, or writing what came of one: the next round settles it, its command goes once."""
    production.rules = dataclasses.replace(production.rules, flush_seconds=0)
    prepared(production)
    assert production.run_until_killed(1, ask)
    lacking(production, 5)
    units = 0

    async def work(identity: Identity) -> None:
        cash, store = identity.cash, identity._context.store
        plain = store.run

        async def broken(unit: Callable[[Any], Any]) -> Any:
            nonlocal units
            units += 1
            if units == failing:
                raise OperationalError("", {}, Exception("disk"))
            return await plain(unit)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(store, "run", broken)
            lacking(production, -5)
            for _ in range(ROUNDS):
                await asyncio.sleep(0.001)
                if not cash._held_back:
                    break
        assert [each.state for each in await cash.of_user(ALICE)] == [CashState.HELD]

    production.run(work, is_gate_closed=gate_of(production))
    assert units >= failing
    assert withdrawn(production) == 1


def test_the_store_is_closed_whatever_happened_before(production: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug in what runs now and then is raised at the stop, after the database is closed."""
    production.rules = dataclasses.replace(production.rules, flush_seconds=0)
    closed: list[Store] = []
    plain = Store.close

    async def close(store: Store) -> None:
        closed.append(store)
        await plain(store)

    async def work(identity: Identity) -> None:
        async def bug() -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(identity.cash, "send_held_back", bug)
        assert identity._flushing is not None
        await asyncio.wait([identity._flushing])

    monkeypatch.setattr(Store, "close", close)
    with pytest.raises(ZeroDivisionError):
        production.run(work)
    assert closed


def withdrawn(world: World) -> int:
    """How often the engine debited and gave back 10 USDT."""
    return (HUNDRED - free(world)) // TEN


@pytest.mark.parametrize("steps", range(7))
def test_a_crash_during_a_withdrawal_neither_loses_nor_doubles(production: World, steps: int) -> None:
    """Killed at any step: after the restart the request and the wallet agree, and the request is held or never was."""
    prepared(production)
    assert production.run_until_killed(steps, ask) == (steps < 6)
    requests = production.run(lambda identity: identity.cash.of_user(ALICE))
    assert [each.state for each in requests] in ([], [CashState.HELD])
    assert withdrawn(production) == len(requests)
    production.run(ask)
    assert withdrawn(production) == len(requests) + 1


@pytest.mark.parametrize("steps", range(7))
def test_a_crash_while_money_returns_neither_loses_nor_doubles(production: World, steps: int) -> None:
    """Killed at any step of a refusal: held with the money out, or returned with the money back."""
    prepared(production)
    request = production.run(ask)
    refuse = lambda identity: identity.cash.refuse(ALICE, request.request_id, "no")  # noqa: E731
    assert production.run_until_killed(steps, refuse) == (steps < 6)
    (after,) = production.run(lambda identity: identity.cash.of_user(ALICE))
    assert (after.state, withdrawn(production)) in ((CashState.HELD, 1), (CashState.RETURNED, 0))


@pytest.mark.parametrize("steps", range(7))
def test_a_crash_during_a_deposit_neither_loses_nor_doubles(production: World, steps: int) -> None:
    """Killed at any step: credited once or never asked for; equal deposits before it are not taken for it."""
    prepared(production)
    production.run(lambda identity: identity.cash.deposit(ALICE, ALICE, "USDT", TEN, "first"))
    again = lambda identity: identity.cash.deposit(ALICE, ALICE, "USDT", TEN, "second")  # noqa: E731
    assert production.run_until_killed(steps, again) == (steps < 6)
    requests = production.run(lambda identity: identity.cash.of_user(ALICE))
    assert {each.state for each in requests} == {CashState.CREDITED}
    assert free(production) == HUNDRED + len(requests) * TEN


@pytest.mark.parametrize("steps", [2, 3, 4])
def test_an_equal_deposit_from_elsewhere_is_not_taken_for_the_one_that_was_under_way(
    production: World, steps: int
) -> None:
    """Killed before or after its command: the deposit and the other one are both in the wallet, each once."""
    prepared(production)
    deposit = lambda identity: identity.cash.deposit(ALICE, ALICE, "USDT", TEN, "wire 17")  # noqa: E731
    assert production.run_until_killed(steps, deposit)
    production.apply(Deposit(ALICE, "USDT", TEN))
    (request,) = production.run(lambda identity: identity.cash.of_user(ALICE))
    assert (request.state, free(production)) == (CashState.CREDITED, HUNDRED + 2 * TEN)
    assert [each.command.reference for each in production.commands if isinstance(each.command, Deposit)].count(
        "deposit 1"
    ) == 1


def test_a_request_that_an_older_venue_sent_is_known_by_being_equal(production: World) -> None:
    """Its row and its command bear no reference; the trail of an older snapshot has none either."""
    prepared(production)
    assert production.run_until_killed(2, ask)
    with production.connected() as connection:
        connection.execute(update(CashTable).values(reference=""))
        connection.commit()
    production.apply(Withdraw(ALICE, "USDT", TEN))
    (request,) = production.run(lambda identity: identity.cash.of_user(ALICE))
    assert (request.state, withdrawn(production)) == (CashState.HELD, 1)
    trail = CashTrail(10)
    trail.load(b'[7, [7, 10001, false, "USDT", 5]]')
    assert trail.was_taken(Withdraw(ALICE, "USDT", 5), 6)
    assert not trail.was_taken(Withdraw(ALICE, "USDT", 5, "withdrawal 1"), 6)


def test_a_crash_of_the_recovery_itself_changes_nothing(production: World) -> None:
    """Killed again and again while starting, it is still done once."""
    prepared(production)
    production.run_until_killed(3, ask)
    deaths = 0
    for steps in range(18):
        production.steps_to_live = steps
        try:
            production.run(lambda identity: identity.cash.of_user(ALICE))
        except Death:
            deaths += 1
        production.steps_to_live = -1
    assert deaths == 18
    (request,) = production.run(lambda identity: identity.cash.of_user(ALICE))
    assert (request.state, withdrawn(production)) == (CashState.HELD, 1)


def test_what_the_trail_no_longer_knows_waits_for_an_operator(production: World) -> None:
    """A guess is never made: the request is uncertain until somebody has looked into the journal."""
    production.rules = dataclasses.replace(production.rules, trail_length=2)
    prepared(production)
    production.run_until_killed(2, ask)
    for _ in range(3):
        production.apply(Deposit(ALICE, "USDT", TEN))

    async def work(identity: Identity) -> None:
        (request,) = await identity.cash.of_user(ALICE)
        assert request.state == CashState.UNCERTAIN
        assert [each.request_id for each in await identity.cash.waiting(VENUE)] == [request.request_id]
        resolved = await identity.cash.resolve(ALICE, request.request_id, False, "not in the journal")
        assert resolved.state == CashState.FAILED
        assert await fault_of(identity.cash.resolve(ALICE, 1, True, "again")) == Fault.WITHDRAWAL_STATE

    production.run(work)


def test_the_trail_tells_only_what_it_knows() -> None:
    """Entries up to the baseline are not meant; what has fallen off its end is not known."""
    trail = CashTrail(2)
    for number in range(1, 5):
        trail.take(Commit(number, 0, Deposit(ALICE, "USDT", number), []))
    assert trail.was_taken(Withdraw(ALICE, "USDT", TEN), baseline=1) is None
    assert trail.was_taken(Withdraw(ALICE, "USDT", TEN), baseline=2) is False
    assert trail.was_taken(Deposit(ALICE, "USDT", 4), baseline=3) is True
    assert trail.was_taken(Deposit(ALICE, "USDT", 3), baseline=3) is False


def test_the_trail_goes_through_a_snapshot(world: World) -> None:
    """Saved and loaded it tells the same; house accounts and refused commands are not in it."""
    trail = CashTrail(10)
    named = Deposit(ALICE, "USDT", TEN, "faucet day 1")
    for command in (RegisterUser(ALICE), named, Withdraw(ALICE, "USDT", HUNDRED)):
        trail.take(world.apply(command))
    world.apply(RegisterUser(5))
    trail.take(world.apply(Deposit(5, "USDT", TEN)))
    again = CashTrail(10)
    again.load(trail.save())
    assert again.save() == trail.save() and again.sequence == 5
    assert again.was_taken(named, 0) and not again.was_taken(Deposit(ALICE, "USDT", TEN), 0)
    assert not again.was_taken(Withdraw(ALICE, "USDT", HUNDRED), 0)
    assert not again.was_taken(Deposit(5, "USDT", TEN), 0)
    assert again.has_deposit(ALICE, "USDT", "faucet day 1") and not again.has_deposit(ALICE, "USDT", "")


def test_a_busy_venue_moves_nothing_and_a_stopped_one_is_settled_later(world: World) -> None:
    """Not taken for sure: failed, ask again. Not known: the next request waits for the next start, which tells."""
    prepared(world)
    plain = world.submit

    async def busy(_command: Command) -> Commit:
        raise BlockingIOError("the inbox is full")

    async def stopped_after(command: Command) -> Commit:
        await plain(command)
        raise RuntimeError("stopped")

    async def work(identity: Identity) -> None:
        world.door = busy
        assert await fault_of(ask(identity)) == Fault.VENUE_UNAVAILABLE
        world.door = plain
        await ask(identity)
        world.door = stopped_after
        assert await fault_of(ask(identity)) == Fault.VENUE_UNAVAILABLE
        assert await fault_of(ask(identity)) == Fault.CASH_UNSETTLED
        world.door = plain

    world.run(work)
    states = [each.state for each in world.run(lambda identity: identity.cash.of_user(ALICE))]
    assert states == [CashState.PAID, CashState.PAID, CashState.FAILED]
    assert withdrawn(world) == 2


def test_one_who_goes_away_does_not_stop_his_request(world: World) -> None:
    """A cancelled call is carried to its end."""
    prepared(world)

    async def work(identity: Identity) -> None:
        asking = asyncio.create_task(ask(identity))
        await asyncio.sleep(0)
        asking.cancel()
        await identity.settled()
        assert [each.state for each in await identity.cash.of_user(ALICE)] == [CashState.PAID]

    world.run(work)
