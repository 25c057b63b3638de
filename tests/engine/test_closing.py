"""Closing a margin account: one command that ends all its debts, or changes nothing (rule 13.5)."""

import random

import pytest
from tests.engine.world import (
    ALICE,
    BOB,
    CROSS,
    ISOLATED,
    MAKER,
    PRICES,
    SECOND,
    SPOT,
    World,
    amount,
    of_kind,
    parameters,
    ratio,
    with_pair,
)

from leverline.engine.commands import (
    Borrow,
    CancelAllOrders,
    CloseAccount,
    Command,
    MassQuote,
    PlaceOrder,
    SetBnbSwitches,
    SetPairStatus,
    SuspendUser,
)
from leverline.engine.events import Refused
from leverline.kernel.numbers import UNIT
from leverline.ledger.entries import CLEARANCE_FEE, Entry
from leverline.lending.events import Repaid
from leverline.margin.account import MarginAccount
from leverline.market.events import OrderEnded, Trade
from leverline.market.terms import CANCELED, FILLED, HALTED, LIMIT
from leverline.parameters import with_index_silence
from leverline.rulebook.refusals import Refusal

ROUNDS = 40
CLOSE = CloseAccount(ALICE, CROSS)


def owing(*debts: tuple[str, str], **funds: str) -> World:
    """Return a venue in which Alice's cross account got these funds and loans."""
    world = World()
    world.cross(ALICE, **funds)
    for asset, text in debts:
        world.send(Borrow(ALICE, CROSS, asset, amount(text)))
    return world


def test_what_lies_there_repays_and_the_least_sale_the_rest() -> None:
    """The loan lies there, its first hour's interest does not: the least sale brings it, no clearance fee is taken."""
    world = owing(("USDT", "20000"), BTC="1")
    world.send(PlaceOrder(ALICE, CROSS, "BTCUSDT", True, LIMIT, amount("0.3"), amount("50000")))
    world.maker()
    events = world.send(CLOSE)
    account = world.account(ALICE)
    assert account.debts == 0
    own = [each.status for each in of_kind(events, OrderEnded) if each.user_id == ALICE]
    assert own == [CANCELED, FILLED]
    (trade,) = of_kind(events, Trade)
    assert amount("5") <= trade.quote_amount < amount("6")
    assert account.free("BTC") == amount("1") - trade.quantity
    assert not [each for each in of_kind(events, Entry) if each.kind == CLEARANCE_FEE]


def test_what_was_spent_is_bought_back_by_selling() -> None:
    """0.5 BTC is sold for what a loan of USDT, spent on ETH, left open; the rest of the ETH and BTC stays."""
    world = owing(("USDT", "20000"), BTC="1")
    world.maker("ETHUSDT", "2999", "3001")
    world.maker()
    world.send(world.limit(ALICE, "ETHUSDT", True, "5", "3001", kind=CROSS))
    events = world.send(CLOSE)
    account = world.account(ALICE)
    (trade,) = of_kind(events, Trade)
    assert (trade.pair, account.debts) == ("BTCUSDT", 0)
    assert account.free("ETH") == amount("4.995")
    assert 0 <= account.free("USDT") < amount("1")


def test_a_short_is_bought_back_and_several_debts_go_at_once() -> None:
    """BTC and ETH are owed and sold for USDT: both are bought, both repaid, each by one order of the owner's."""
    world = owing(("BTC", "0.2"), ("ETH", "4"), USDT="20000")
    world.maker()
    world.maker("ETHUSDT", "2999", "3001")
    world.send(world.limit(ALICE, "BTCUSDT", False, "0.2", "59990", kind=CROSS))
    world.send(world.limit(ALICE, "ETHUSDT", False, "4", "2999", kind=CROSS))
    events = world.send(CLOSE)
    assert world.account(ALICE).debts == 0
    assert [each.pair for each in of_kind(events, Trade)] == ["BTCUSDT", "ETHUSDT"]
    orders = [each for each in of_kind(events, OrderEnded) if each.user_id == ALICE]
    assert [each.status for each in orders] == [FILLED, FILLED]
    assert {each.order_id > 0 for each in of_kind(events, Repaid)} == {True}


def test_an_isolated_account_is_closed_by_itself() -> None:
    """The cross account's debt stays."""
    world = World()
    world.long(BOB)
    world.maker()
    world.send(CloseAccount(BOB, ISOLATED, "BTCUSDT"))
    assert world.account(BOB, "BTCUSDT").debts == 0


def test_one_debt_that_cannot_be_met_leaves_all_as_it_was() -> None:
    """ETH has no seller: neither is the BTC bought nor an order cancelled."""
    world = owing(("BTC", "0.2"), ("ETH", "4"), USDT="20000")
    world.maker()
    world.maker("ETHUSDT", bid="2999", ask="")
    world.send(world.limit(ALICE, "BTCUSDT", False, "0.2", "59990", kind=CROSS))
    world.send(world.limit(ALICE, "ETHUSDT", False, "3.9", "2999", kind=CROSS))
    world.send(world.limit(ALICE, "BTCUSDT", True, "0.001", "50000", kind=CROSS))
    assert world.refusal(CLOSE) == Refusal.NO_LIQUIDITY
    assert len(world.account(ALICE).orders) == 1


def test_a_book_too_thin_for_the_whole_sale_sells_nothing() -> None:
    """0.1 BTC of bids do not bring the 15,000 USDT that are lacking."""
    world = owing(("USDT", "20000"), BTC="1")
    world.maker("ETHUSDT", "2999", "3001")
    world.send(world.limit(ALICE, "ETHUSDT", True, "6", "3001", kind=CROSS))
    world.maker(size="0.1")
    world.maker("ETHUSDT", bid="", ask="")
    assert world.refusal(CLOSE) == Refusal.NO_LIQUIDITY


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (CloseAccount(ALICE, SPOT), Refusal.MALFORMED),
        (CloseAccount(77, CROSS), Refusal.UNKNOWN_USER),
        (CloseAccount(ALICE, ISOLATED, "NONE"), Refusal.UNKNOWN_PAIR),
        (CloseAccount(ALICE, ISOLATED, "BTCUSDT"), Refusal.NO_MARGIN_ACCOUNT),
        (CLOSE, Refusal.REPAY_EXCEEDS_LIABILITY),
    ],
)
def test_what_has_no_debt_is_not_closed(command: Command, refusal: Refusal) -> None:
    """No such account, and one that owes nothing."""
    assert owing(USDT="1000").refusal(command) == refusal


def test_a_suspended_user_a_halted_pair_and_a_silent_index_stop_it() -> None:
    """Closing is trading: what stops an order stops it, and nothing is repaid either."""
    world = owing(("BTC", "0.2"), USDT="20000")
    world.maker()
    world.send(world.limit(ALICE, "BTCUSDT", False, "0.2", "59990", kind=CROSS))
    world.send(SetPairStatus("BTCUSDT", HALTED))
    assert world.refusal(CLOSE) == Refusal.PAIR_HALTED
    world.send(SuspendUser(ALICE, True))
    assert world.refusal(CLOSE) == Refusal.USER_SUSPENDED


def test_a_stale_index_stops_it() -> None:
    """An indebted account does not trade on a stale index (rule 9.6)."""
    world = World(with_index_silence(parameters(), 60 * SECOND))
    world.cross(ALICE, USDT="20000")
    world.send(Borrow(ALICE, CROSS, "BTC", amount("0.2")))
    world.maker()
    world.send(world.limit(ALICE, "BTCUSDT", False, "0.2", "59990", kind=CROSS))
    world.advance(60 * SECOND + 1)
    assert world.refusal(CLOSE) == Refusal.PRICE_INDEX_STALE


def test_collateral_that_does_not_cover_is_refused() -> None:
    """Below the lot all dust together brings too little."""
    rules = with_pair(parameters(), "BTCUSDT", quantity_min=UNIT, notional_min=amount("100000"))
    world = World(rules)
    world.cross(ALICE, BTC="0.5")
    world.send(Borrow(ALICE, CROSS, "USDT", amount("20000")))
    world.maker("ETHUSDT", "2999", "3001")
    world.send(world.limit(ALICE, "ETHUSDT", True, "1", "3001", kind=CROSS))
    world.maker("ETHUSDT", bid="", ask="")
    world.send(MassQuote(MAKER, SPOT, "BTCUSDT", [(amount("59990"), amount("5"))], []))
    assert world.refusal(CLOSE) in (Refusal.INSUFFICIENT_BALANCE, Refusal.NO_LIQUIDITY)


class Tangle:
    """Accounts of several assets and debts over books of several makers, made by chance."""

    ASSETS = ("BTC", "ETH", "BNB", "DOGE")

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.world = World()
        self.books()
        self.account: MarginAccount = self.debtor()
        if rng.random() < 0.5:
            self.world.attempt(CancelAllOrders(MAKER, SPOT, f"{rng.choice(self.ASSETS)}USDT"))

    def withdraw(self) -> None:
        """Let the maker leave every book."""
        for asset in self.ASSETS:
            self.world.attempt(CancelAllOrders(MAKER, SPOT, f"{asset}USDT"))

    def books(self) -> None:
        """Fill every book, deep or thin, with icebergs and odd lots."""
        world, rng = self.world, self.rng
        for asset in self.ASSETS:
            world.maker(f"{asset}USDT", bid="", ask="")
        for asset in self.ASSETS:
            pair = world.parameters.pairs[f"{asset}USDT"]
            index = amount(PRICES[asset])
            for distance in range(1, rng.randrange(2, 9)):
                for is_buy in (True, False):
                    price = index * (1000 - distance if is_buy else 1000 + distance) // 1000
                    price -= price % pair.tick_size
                    value = amount(str(rng.choice((300, 3_000, 30_000))))
                    quantity = value * UNIT // price
                    quantity -= quantity % pair.step_size
                    iceberg = quantity // 7 // pair.step_size * pair.step_size if rng.random() < 0.3 else 0
                    world.attempt(
                        PlaceOrder(
                            MAKER, SPOT, pair.symbol, is_buy, LIMIT, quantity, price, iceberg_quantity=iceberg,
                        )
                    )  # fmt: skip

    def debtor(self) -> MarginAccount:
        """Let Alice hold, owe, trade and have orders open."""
        world, rng = self.world, self.rng
        funds = {"USDT": "20000", "BTC": "0.3", "ETH": "3", "BNB": "10"}
        account = world.cross(ALICE, **dict(rng.sample(list(funds.items()), 3)))
        world.send(SetBnbSwitches(ALICE, rng.random() < 0.5, rng.random() < 0.5))
        for asset in rng.sample(("USDT", *self.ASSETS), rng.randrange(1, 4)):
            price = PRICES.get(asset, "1")
            world.attempt(Borrow(ALICE, CROSS, asset, rng.randrange(100, 9_000) * UNIT * 10**12 // ratio(price)))
        for _ in range(6):
            pair = world.parameters.pairs[f"{rng.choice(self.ASSETS)}USDT"]
            index = amount(PRICES[pair.base])
            price = index * rng.randrange(990, 1_011) // 1000
            quantity = rng.randrange(20, 12_000) * UNIT * UNIT // price
            quantity -= quantity % pair.step_size
            order = PlaceOrder(
                ALICE, CROSS, pair.symbol, rng.random() < 0.5, LIMIT, quantity, price - price % pair.tick_size
            )
            world.attempt(order)
        return account


def test_whatever_is_held_and_owed_it_ends_all_or_changes_nothing(seed: int) -> None:
    """Random accounts and books: no debt is left, or the state is as it was; no ledger is off; both ends occur."""
    closed = kept = 0
    for number in range(ROUNDS):
        tangle = Tangle(random.Random(f"{seed}:{number}"))
        world = tangle.world
        if number % 5 == 0:
            tangle.withdraw()
        if tangle.account.debts == 0:
            continue
        before = world.engine.state_hash()
        events = world.attempt(CLOSE)
        if of_kind(events, Refused):
            assert len(events) == 1 and world.engine.state_hash() == before, (seed, number)
            kept += 1
        else:
            assert tangle.account.debts == 0 and not tangle.account.orders, (seed, number)
            closed += 1
        assert world.engine.conservation_faults() == [], (seed, number)
    assert closed > 0 < kept, (seed, closed, kept)
