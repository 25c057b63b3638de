"""The withdrawal gate: nothing leaves margin or the venue while a loss is unpaid (rule 11.10)."""

import random

from tests.engine.streams import RandomDays
from tests.engine.world import (
    ALICE,
    CROSS,
    DAY,
    HOUR,
    ISOLATED,
    SECOND,
    SPOT,
    World,
    amount,
    of_kind,
    parameters,
    ratio,
    with_rules,
)

from leverline.engine.commands import (
    Borrow,
    OpenMarginAccount,
    PlaceOrder,
    PublishPrices,
    TopUpFund,
    Transfer,
    Withdraw,
)
from leverline.engine.operator_commands import ChangeParameters, ExcludeSource, IncludeSource, PauseLiquidation
from leverline.kernel.numbers import UNIT, value_down, value_up
from leverline.liquidation.events import DeficitBooked, GateClosed, GateOpened
from leverline.liquidation.gate import NEGATIVE_ACCOUNT, OPEN, VENUE_DEFICIT
from leverline.margin.account import MarginAccount
from leverline.margin.families import RISK
from leverline.market.terms import MARGIN_BUY, MARKET
from leverline.rulebook.refusals import Refusal

DAVE = 6


def locked(fund: str = "1000000") -> World:
    """Return a venue in which Alice, long 5.4 BTC with 150,000 USDT owed, is in liquidation and nobody bids."""
    world = World(with_rules(parameters(), "liquidation", fund_floor=0), fund=fund)
    world.cross(DAVE, USDT="1000", BTC="1")
    world.send(Transfer(DAVE, "BTC", amount("0.5"), CROSS, SPOT))
    world.cross(ALICE, BTC="3")
    world.send(Borrow(ALICE, CROSS, "USDT", amount("150000")))
    world.maker(bid="", ask="60000")
    world.send(world.limit(ALICE, "BTCUSDT", True, "2.4", "60000", kind=CROSS))
    world.maker(bid="", ask="")
    assert not world.account(ALICE).is_locked
    world.index(BTC="29000")
    assert world.account(ALICE).is_locked
    return world


def test_the_gate_is_closed_between_an_accounts_fall_below_its_debts_and_its_takeover() -> None:
    """A price that falls between two turns leaves a negative account; the next turn takes it over, the fund pays."""
    world = locked()
    gate = world.engine.core.gate
    assert not gate.is_closed
    world.time += SECOND // 2
    (closed,) = of_kind(world.index(BTC="25000"), GateClosed)
    assert (closed.cause, gate.is_closed) == (NEGATIVE_ACCOUNT, True)
    since = world.time
    assert world.refusal(Withdraw(DAVE, "BTC", amount("0.1"))) == Refusal.GATE_CLOSED
    assert world.refusal(Transfer(DAVE, "BTC", amount("0.1"), CROSS, SPOT)) == Refusal.GATE_CLOSED
    events = world.advance(SECOND)
    assert of_kind(events, DeficitBooked)
    assert [each.closed_since for each in of_kind(events, GateOpened)] == [since]
    world.send(Withdraw(DAVE, "BTC", amount("0.1")), Transfer(DAVE, "BTC", amount("0.1"), CROSS, SPOT))


def test_what_stays_in_margin_or_comes_in_goes_on() -> None:
    """Closed, the gate holds back neither a transfer in, nor one between margin accounts, nor one that would be short.

    What is refused for another reason is told that reason first.
    """
    world = locked()
    world.time += SECOND // 2
    world.index(BTC="25000")
    world.send(OpenMarginAccount(DAVE, ISOLATED, "BTCUSDT"))
    world.send(Transfer(DAVE, "BTC", amount("0.1"), SPOT, CROSS))
    world.send(Transfer(DAVE, "BTC", amount("0.1"), CROSS, ISOLATED, "", "BTCUSDT"))
    assert world.refusal(Withdraw(DAVE, "BTC", amount("9"))) == Refusal.WITHDRAWAL_SHORT
    assert world.refusal(Transfer(DAVE, "BTC", amount("9"), CROSS, SPOT)) == Refusal.EXCEEDS_MAX_TRANSFERABLE
    assert world.refusal(Transfer(DAVE, "BTC", amount("0.1"), ISOLATED, SPOT, "BTCUSDT")) == Refusal.GATE_CLOSED


def test_a_price_that_comes_back_opens_the_gate() -> None:
    """The account is worth more than it owes again: nobody has lost anything."""
    world = locked()
    world.time += SECOND // 4
    world.index(BTC="25000")
    world.time += SECOND // 4
    assert of_kind(world.index(BTC="29000"), GateOpened)
    assert not world.engine.core.gate.is_closed


def test_what_the_liquidation_account_lacks_beyond_the_fund_closes_the_gate() -> None:
    """Taken over, the coins fall: the fund holds less than is missing, until it is topped up."""
    world = locked(fund="100")
    world.advance(61 * SECOND)
    gate = world.engine.core.gate
    assert not world.engine.core.liquidator.accounts
    assert not gate.is_closed
    (closed,) = of_kind(world.index(BTC="20000"), GateClosed)
    assert closed.cause == VENUE_DEFICIT
    assert world.refusal(Withdraw(DAVE, "BTC", amount("0.1"))) == Refusal.GATE_CLOSED
    (opened,) = of_kind(world.send(TopUpFund("USDT", amount("100000"))), GateOpened)
    assert opened.closed_since == world.time
    world.send(Withdraw(DAVE, "BTC", amount("0.1")))


def test_a_loss_that_is_written_off_is_unpaid_no_longer() -> None:
    """Sold below its debts with an empty fund: the daily reckoning writes the rest off, and the gate opens (11.6)."""
    world = locked(fund="0")
    world.advance(61 * SECOND)
    world.index(BTC="20000")
    assert world.engine.core.gate.cause == VENUE_DEFICIT
    world.maker(bid="20000", ask="")
    for _ in range(6):
        world.advance(DAY)
    assert world.engine.core.gate.cause == OPEN
    assert world.engine.core.ledger.venue["USDT"].written_off > 0
    assert world.engine.conservation_faults() == []


def test_the_gate_is_the_same_after_a_restart() -> None:
    """A closed gate is closed in the snapshot too, and the first command says nothing of it."""
    world = locked()
    world.time += SECOND // 4
    world.index(BTC="25000")
    before = world.engine.state_hash()
    world.restart()
    assert world.engine.state_hash() == before
    assert world.advance(1) == []
    assert world.refusal(Withdraw(DAVE, "BTC", amount("0.1"))) == Refusal.GATE_CLOSED


def test_a_stale_asset_counts_in_its_best_case_before_and_after_a_restart() -> None:
    """Without a source the price may be higher by the haircut: nobody is surely negative, till a fresh one says so."""
    world = locked()
    world.send(PauseLiquidation(0))
    world.index(BTC="25000")
    gate = world.engine.core.gate
    assert gate.cause == NEGATIVE_ACCOUNT
    source = next(iter(world.engine.core.board.assets["BTC"].sources))
    assert of_kind(world.send(ExcludeSource(source, "BTC")), GateOpened)
    assert gate.cause == cause_by_all(world) == OPEN
    assert of_kind(world.send(ChangeParameters("c1", [("index.stale_haircut", str(ratio("0.01")))])), GateClosed)
    assert gate.cause == cause_by_all(world) == NEGATIVE_ACCOUNT
    world.send(ChangeParameters("c2", [("index.stale_haircut", str(ratio("0.2")))]))
    assert gate.cause == OPEN
    world.restart()
    assert world.advance(1) == []
    world.send(IncludeSource(source, "BTC"))
    world.index(BTC="25000")
    assert world.engine.core.gate.cause == cause_by_all(world) == NEGATIVE_ACCOUNT


def cause_by_all(world: World) -> int:
    """Return what the gate must be, looking at every account there is."""
    core = world.engine.core
    for wallet in core.ledger.wallets:
        if isinstance(wallet, MarginAccount):
            view = core.risk.valuer.value(wallet, RISK)
            if view.assets < view.liabilities:
                return NEGATIVE_ACCOUNT
    missing = 0
    price = {symbol: asset.price for symbol, asset in core.board.assets.items()}
    for book in core.liquidator.unwinding.books.values():
        worth = sum(value_down(held, price[symbol]) for symbol, held in book.held.items())
        owed = sum(value_up(debt, price[symbol]) for symbol, debt in book.owed.items())
        missing += max(owed - worth, 0)
    return VENUE_DEFICIT if missing and missing > core.liquidator.fund.value() else OPEN


def test_no_account_outside_liquidation_is_ever_negative(rng: random.Random) -> None:
    """After every command of random days with crashes the gate is what a look at all accounts says."""
    days = RandomDays(rng)
    world = days.open()
    causes = set()
    for command, time in days.take(150) + days.crash() + days.take(100):
        world.time = time
        world.attempt(command)
        causes.add(world.engine.core.gate.cause)
        assert world.engine.core.gate.cause == cause_by_all(world), type(command).__name__
    assert OPEN in causes


def test_the_gate_looks_at_no_more_accounts_than_it_must_and_is_right(rng: random.Random) -> None:
    """Twenty accounts wait in liquidation, an hour between their turns, while prices fall and come back."""
    world = World(with_rules(parameters(), "liquidation", round_interval=HOUR, takeover_time=DAY, fund_floor=0))
    world.maker(ask="60000")
    world.maker("BNBUSDT", "600", "601", size="10000")
    for user_id in range(20, 40):
        world.cross(user_id, USDT="10000", ETH="0.1")
        pair, is_buy = rng.choice((("BTCUSDT", True), ("BTCUSDT", True), ("BNBUSDT", False)))
        quantity = rng.randrange(600, 760) if is_buy else rng.randrange(40_000, 55_000)
        world.send(
            PlaceOrder(user_id, CROSS, pair, is_buy, MARKET, quantity * UNIT // 1_000, side_effect=MARGIN_BUY)
        )  # fmt: skip
    for pair in ("BTCUSDT", "BNBUSDT"):
        world.maker(pair, bid="", ask="")
    causes: list[int] = []
    for step in range(150):
        world.time += SECOND
        fall = rng.randrange(985, 1003)
        prices = {symbol: world.engine.core.board.assets[symbol].price for symbol in ("BTC", "ETH", "BNB")}
        if step % 50 == 0:
            prices = {"BTC": ratio("60000"), "ETH": ratio("3000"), "BNB": ratio("600")}
        world.send(PublishPrices("house", [(symbol, price * fall // 1000, 1) for symbol, price in prices.items()]))
        if step % 50 == 49:
            world.advance(HOUR)
        if step == 70:
            world.restart()
        causes.append(world.engine.core.gate.cause)
        assert causes[-1] == cause_by_all(world), step
    assert {OPEN, NEGATIVE_ACCOUNT} <= set(causes), set(causes)
