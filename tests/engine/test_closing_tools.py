"""Repaying all, closing one position, selling an account out: each one act, whole or not at all (rule 13.5)."""

import random

import pytest
from tests.engine.world import (
    ALICE,
    BOB,
    CROSS,
    ISOLATED,
    SPOT,
    World,
    amount,
    of_kind,
    parameters,
    with_asset,
    with_pair,
    with_rules,
)

from leverline.engine.commands import (
    Borrow,
    ClosePosition,
    Command,
    RepayAll,
    RestrictAsset,
    SellOut,
    SetPairStatus,
    SuspendUser,
    Transfer,
)
from leverline.engine.events import Refused
from leverline.lending.events import Repaid
from leverline.market.events import Trade
from leverline.market.terms import HALTED, MARGIN_BUY, REDUCE_ONLY
from leverline.rulebook.refusals import Refusal

ROUNDS = 40
MARKETS = {"BTCUSDT": ("59990", "60010"), "ETHUSDT": ("2999", "3001"), "BNBUSDT": ("599", "601")}


def market(world: World) -> None:
    """Let the maker quote three pairs."""
    for pair, (bid, ask) in MARKETS.items():
        world.maker(pair, bid, ask)


def owing(*debts: tuple[str, str], **funds: str) -> World:
    """Return a venue with books, in which Alice's cross account got these funds and loans."""
    world = World()
    world.cross(ALICE, **funds)
    market(world)
    for asset, text in debts:
        world.send(Borrow(ALICE, CROSS, asset, amount(text)))
    return world


def test_every_debt_is_repaid_by_what_is_free_of_it_and_no_further() -> None:
    """One debt ends, the other is owed still but for what lay there; no trade, and a suspended user may do it."""
    world = owing(("USDT", "1000"), ("BTC", "0.1"), USDT="5000")
    world.send(world.limit(ALICE, "BTCUSDT", False, "0.06", "70000", kind=CROSS))
    world.send(SuspendUser(ALICE, True))
    events = world.send(RepayAll(ALICE, CROSS))
    account = world.account(ALICE)
    assert account.owed("USDT") == 0
    assert 0 < account.owed("BTC") < amount("0.0601")
    assert account.free("BTC") == 0
    assert len(of_kind(events, Repaid)) == 2
    assert not of_kind(events, Trade)
    assert world.refusal(RepayAll(ALICE, CROSS)) == Refusal.BALANCE_SHORT


def test_a_long_is_sold_and_the_loan_in_the_settlement_asset_repaid() -> None:
    """What was bought with a loan goes for USDT, which repays it; other assets and their orders stay."""
    world = owing(("USDT", "20000"), USDT="10000", ETH="1")
    world.send(world.limit(ALICE, "BTCUSDT", True, "0.4", "60010", kind=CROSS))
    world.send(world.limit(ALICE, "ETHUSDT", False, "1", "4000", kind=CROSS))
    world.send(world.limit(ALICE, "BTCUSDT", False, "0.1", "70000", kind=CROSS))
    events = world.send(ClosePosition(ALICE, "BTC", "USDT"))
    account = world.account(ALICE)
    assert (account.holding("BTC").total, account.debts) == (0, 0)
    assert [order.pair.symbol for order in account.orders.values()] == ["ETHUSDT"]
    assert [each.pair for each in of_kind(events, Trade)] == ["BTCUSDT"]


def test_a_short_is_bought_back_with_the_settlement_asset() -> None:
    """What is held of the asset repays first, the rest is bought: nothing is owed of it, the least lot is left."""
    world = owing(("BTC", "0.3"), USDT="20000")
    world.send(world.limit(ALICE, "BTCUSDT", False, "0.2", "59990", kind=CROSS))
    world.send(ClosePosition(ALICE, "BTC", "USDT"))
    account = world.account(ALICE)
    assert account.debts == 0
    assert account.free("BTC") < amount("0.0001")


def test_without_a_pair_of_their_own_the_way_goes_through_usdt() -> None:
    """ETH is sold for USDT, and that for BNB; a short of ETH is bought with the USDT that BNB brings."""
    world = owing(ETH="2", BNB="20")
    events = world.send(ClosePosition(ALICE, "ETH", "BNB"))
    assert [each.pair for each in of_kind(events, Trade)] == ["ETHUSDT", "BNBUSDT"]
    account = world.account(ALICE)
    assert account.free("ETH") == 0
    assert amount("29.9") < account.free("BNB") < amount("30")
    world.send(Borrow(ALICE, CROSS, "ETH", amount("1")))
    world.send(world.limit(ALICE, "ETHUSDT", False, "1", "2999", kind=CROSS))
    events = world.send(ClosePosition(ALICE, "ETH", "BNB"))
    assert [each.pair for each in of_kind(events, Trade)] == ["BNBUSDT", "ETHUSDT"]
    assert account.debts == 0


def test_an_account_is_sold_out() -> None:
    """All debts are repaid, everything else is USDT; what no order is small enough for stays."""
    world = owing(("USDT", "3000"), ("ETH", "2"), USDT="5000", BTC="0.2", BNB="0.005")
    world.send(world.limit(ALICE, "BTCUSDT", False, "0.1", "70000", kind=CROSS))
    world.send(SellOut(ALICE, CROSS))
    account = world.account(ALICE)
    assert (account.debts, len(account.orders)) == (0, 0)
    assert account.free("BTC") == 0
    assert account.free("BNB") == amount("0.005")
    assert amount("16900") < account.free("USDT") < amount("17000")
    assert world.refusal(SellOut(ALICE, CROSS)) == Refusal.POSITION_TOO_SMALL


def test_dust_that_cannot_be_sold_now_keeps_no_account_from_being_sold_out() -> None:
    """3 USDT of BNB stay whether the pair is halted or has no bids; 30 USDT of it are in the way."""
    for text, is_refused in (("0.005", False), ("0.05", True)):
        for bid, refusal in (("", Refusal.NO_LIQUIDITY), ("599", Refusal.PAIR_HALTED)):
            world = owing(("USDT", "3000"), USDT="5000", BTC="0.2", BNB=text)
            world.maker("BNBUSDT", bid, "601")
            if bid:
                world.send(SetPairStatus("BNBUSDT", HALTED))
            refused = [each.refusal for each in of_kind(world.attempt(SellOut(ALICE, CROSS)), Refused)]
            assert refused == [refusal] * is_refused
            assert is_refused or world.account(ALICE).free("BNB") == amount(text)


def test_an_isolated_account_is_sold_out_into_its_quote() -> None:
    """The base goes, the quote stays."""
    world = World()
    world.long(BOB)
    world.maker()
    world.send(SellOut(BOB, ISOLATED, "BTCUSDT"))
    account = world.account(BOB, "BTCUSDT")
    assert (account.debts, account.free("BTC")) == (0, 0)
    assert account.free("USDT") > amount("9000")


def test_what_is_worth_ten_dollars_is_too_small_and_what_is_owed_never() -> None:
    """0.004 ETH are 12 USDT, 0.0033 are 9.90."""
    world = owing(ETH="0.004", USDT="100")
    world.send(ClosePosition(ALICE, "ETH", "USDT"))
    world = owing(ETH="0.0033", USDT="100")
    assert world.refusal(ClosePosition(ALICE, "ETH", "USDT")) == Refusal.POSITION_TOO_SMALL
    assert world.refusal(ClosePosition(ALICE, "BTC", "USDT")) == Refusal.POSITION_TOO_SMALL


def test_an_order_of_a_closing_is_at_most_95_percent_of_the_largest_market_order() -> None:
    """0.2 BTC where a market order may be 0.2 BTC is too much, 0.19 is not."""
    world = World(with_pair(parameters(), "BTCUSDT", market_quantity_max=amount("0.2")))
    world.cross(ALICE, BTC="0.2")
    market(world)
    assert world.refusal(ClosePosition(ALICE, "BTC", "USDT")) == Refusal.FILTER_MARKET_LOT_SIZE
    assert world.refusal(SellOut(ALICE, CROSS)) == Refusal.FILTER_MARKET_LOT_SIZE
    world = World(with_pair(parameters(), "BTCUSDT", market_quantity_max=amount("0.2")))
    world.cross(ALICE, BTC="0.19")
    market(world)
    world.send(ClosePosition(ALICE, "BTC", "USDT"))


def test_assets_of_the_limit_itself_are_too_much_to_be_sold_out() -> None:
    """Below 150,000 USDT is what may go; without the last 10⁻⁸ it does."""
    for text, is_refused in (("12000", True), ("11999.99999999", False)):
        world = World(with_rules(parameters(), "controls", closable_value_max=amount("18000")))
        world.cross(ALICE, USDT=text, BTC="0.1")
        market(world)
        refused = of_kind(world.attempt(SellOut(ALICE, CROSS)), Refused)
        assert [each.refusal for each in refused] == [Refusal.ASSETS_TOO_LARGE] * is_refused


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (ClosePosition(77, "BTC", "USDT"), Refusal.UNKNOWN_USER),
        (ClosePosition(ALICE, "NONE", "USDT"), Refusal.UNKNOWN_ASSET),
        (ClosePosition(ALICE, "BTC", "NONE"), Refusal.UNKNOWN_ASSET),
        (ClosePosition(ALICE, "BTC", "BTC"), Refusal.NOT_VALID_MARGIN_ASSET),
        (ClosePosition(BOB, "BTC", "USDT"), Refusal.NO_MARGIN_ACCOUNT),
        (ClosePosition(ALICE, "DOGE", "USDT"), Refusal.NO_LIQUIDITY),
        (RepayAll(ALICE, 0), Refusal.MALFORMED),
        (RepayAll(ALICE, ISOLATED, "NONE"), Refusal.UNKNOWN_PAIR),
        (RepayAll(ALICE, CROSS), Refusal.REPAY_EXCEEDS_LIABILITY),
        (SellOut(ALICE, 7), Refusal.MALFORMED),
        (SellOut(ALICE, CROSS), Refusal.NO_LIQUIDITY),
    ],
    ids=lambda value: value.name if isinstance(value, Refusal) else "",
)
def test_what_cannot_be_closed_is_named(command: Command, expected: Refusal) -> None:
    """Alice holds BTC, and DOGE that nobody buys."""
    world = owing(BTC="0.1", DOGE="10000")
    world.user(BOB)
    assert world.refusal(command) == expected


def test_a_halted_pair_and_a_thin_book_change_nothing() -> None:
    """Neither is an order cancelled nor a part sold."""
    world = owing(BTC="0.5", USDT="100")
    world.send(world.limit(ALICE, "BTCUSDT", False, "0.1", "70000", kind=CROSS))
    world.maker("BTCUSDT", "59990", "60010", size="0.2")
    assert world.refusal(ClosePosition(ALICE, "BTC", "USDT")) == Refusal.NO_LIQUIDITY
    world.send(SetPairStatus("BTCUSDT", HALTED))
    assert world.refusal(ClosePosition(ALICE, "BTC", "USDT")) == Refusal.PAIR_HALTED
    assert len(world.account(ALICE).orders) == 1


def test_a_position_is_not_closed_into_a_worse_band() -> None:
    """BTC sold 2 % too cheap and BNB bought 2 % too dear would bring a margin call; repaying the debt does not."""
    world = World()
    world.cross(ALICE, USDT="10000")
    world.maker(bid="", ask="60000")
    world.send(Borrow(ALICE, CROSS, "USDT", amount("40000")))
    world.send(world.limit(ALICE, "BTCUSDT", True, "0.8", "60000", kind=CROSS))
    world.maker(bid="55900", ask="")
    world.maker("BNBUSDT", "599", "611")
    world.index(BTC="57000")
    assert world.refusal(ClosePosition(ALICE, "BTC", "BNB")) == Refusal.MARGIN_LEVEL_TOO_LOW
    world.send(ClosePosition(ALICE, "BTC", "USDT"))


def test_random_accounts_are_closed_whole_or_not_at_all(rng: random.Random) -> None:
    """Whatever an account holds and owes: the debt is gone and money conserved; refused, all is as before."""
    done = 0
    for _ in range(ROUNDS):
        world = owing(USDT=str(rng.randrange(2_000, 20_000)), BTC=f"0.{rng.randrange(1, 40):03}", ETH="1", BNB="2")
        for asset, most in (("USDT", 8_000), ("ETH", 3), ("BNB", 10)):
            if rng.random() < 0.5:
                world.attempt(Borrow(ALICE, CROSS, asset, amount(str(rng.randrange(1, most)))))
        for pair in MARKETS:
            size, is_buy = f"{rng.randrange(1, 90) / 100:.2f}", rng.random() < 0.5
            price = MARKETS[pair][is_buy]
            world.attempt(world.limit(ALICE, pair, is_buy, size, price, kind=CROSS))
        account = world.account(ALICE)
        asset, settlement = rng.sample(["BTC", "ETH", "BNB", "USDT"], 2)
        command = rng.choice((ClosePosition(ALICE, asset, settlement), SellOut(ALICE, CROSS), RepayAll(ALICE, CROSS)))
        before = world.engine.state_hash()
        if of_kind(world.attempt(command), Refused):
            assert world.engine.state_hash() == before
            continue
        done += 1
        assert world.engine.conservation_faults() == []
        if isinstance(command, ClosePosition):
            assert account.owed(asset) == 0
        elif isinstance(command, SellOut):
            assert account.debts == 0
    assert done > ROUNDS // 4


def test_what_an_order_borrowed_is_repaid_when_it_is_cancelled_and_pays_no_purchase() -> None:
    """Bob's bid locks USDT that it has borrowed: cancelled, that goes back, and there is nothing to buy ETH with."""
    world = World()
    world.cross(BOB, BTC="1")
    world.maker("ETHUSDT", "2999", "3001")
    world.send(Borrow(BOB, CROSS, "ETH", amount("2")), Transfer(BOB, "ETH", amount("1.9"), CROSS, SPOT))
    world.send(world.limit(BOB, "ETHUSDT", True, "3", "2500", kind=CROSS, side_effect=MARGIN_BUY))
    assert world.refusal(ClosePosition(BOB, "ETH", "USDT")) is Refusal.INSUFFICIENT_BALANCE


def test_a_closing_brings_no_more_than_the_cap_of_collateral_and_restrictions_let_an_order_bring() -> None:
    """BNB sold for ETH with USDT owed: refused over the cap, and where ETH is closed for longs; without debt it is."""
    capped = World(with_asset(parameters(), "ETH", collateral_cap=amount("1000")))
    for world in (capped, World()):
        world.cross(ALICE, USDT="5000", BNB="20")
        market(world)
        if world is not capped:
            world.send(RestrictAsset("ETH", True))
        world.send(Borrow(ALICE, CROSS, "USDT", amount("3000")))
        order = world.limit(ALICE, "ETHUSDT", True, "1", "3001", kind=CROSS)
        expected = world.refusal(order)
        assert expected == (Refusal.COLLATERAL_CAP_EXCEEDED if world is capped else Refusal.LONG_RESTRICTED)
        assert world.refusal(ClosePosition(ALICE, "BNB", "ETH")) == expected
        world.send(RepayAll(ALICE, CROSS), ClosePosition(ALICE, "BNB", "ETH"))


def test_a_closing_into_what_is_owed_meets_no_restriction() -> None:
    """ETH that is closed for longs may be bought back as far as it is owed, the short bought whole and no more."""
    world = owing(("ETH", "3"), USDT="20000", BNB="20")
    world.send(world.limit(ALICE, "ETHUSDT", False, "2", "2999", kind=CROSS))
    world.send(RestrictAsset("ETH", True))
    assert world.refusal(ClosePosition(ALICE, "BNB", "ETH")) == Refusal.LONG_RESTRICTED
    world.send(Transfer(ALICE, "BNB", amount("12"), CROSS, SPOT), ClosePosition(ALICE, "BNB", "ETH"))
    world.send(ClosePosition(ALICE, "ETH", "USDT"))
    assert world.account(ALICE).debts == 0


def test_orders_that_a_closing_cancels_bring_nothing_any_more() -> None:
    """USDT is closed for longs and 3,000 are owed: the BTC bring as much, the ask for them goes and is not counted."""
    world = owing(("USDT", "3000"), BTC="0.049", ETH="2")
    world.send(Transfer(ALICE, "USDT", amount("2990"), CROSS, SPOT), RestrictAsset("USDT", True))
    world.send(world.limit(ALICE, "BTCUSDT", False, "0.04", "70000", kind=CROSS))
    assert world.refusal(ClosePosition(ALICE, "ETH", "USDT")) == Refusal.LONG_RESTRICTED
    world.send(ClosePosition(ALICE, "BTC", "USDT"))


def test_a_closing_trades_in_a_reduce_only_pair_only_what_repays() -> None:
    """Into ETH that is not owed a debtor may not go, nor through the pair on the way; out of a short of ETH he may."""
    world = owing(("USDT", "3000"), USDT="5000", BNB="20", ETH="1")
    world.send(SetPairStatus("ETHUSDT", REDUCE_ONLY))
    assert world.refusal(ClosePosition(ALICE, "BNB", "ETH")) == Refusal.PAIR_HALTED
    assert world.refusal(ClosePosition(ALICE, "ETH", "BNB")) == Refusal.PAIR_HALTED
    world.send(ClosePosition(ALICE, "ETH", "USDT"))
    world = owing(("ETH", "1"), USDT="5000", BNB="20")
    world.send(world.limit(ALICE, "ETHUSDT", False, "1", "2999", kind=CROSS))
    world.send(SetPairStatus("ETHUSDT", REDUCE_ONLY), ClosePosition(ALICE, "ETH", "BNB"))
    assert world.account(ALICE).debts == 0
    world.send(ClosePosition(ALICE, "BNB", "ETH"))
