"""What each order type and time in force does in the book (rule 9.1)."""

import pytest
from tests.market.world import World

from leverline.kernel.decimals import parse_amount
from leverline.market.account import TradingAccount
from leverline.market.terms import (
    CANCELED,
    CAUSE_FOK_UNFILLED,
    CAUSE_IOC_REST,
    CAUSE_NO_LIQUIDITY,
    CAUSE_NONE,
    CAUSE_PROTECTION_PRICE,
    CAUSE_USER,
    EXPIRED,
    EXPIRED_IN_MATCH,
    FILLED,
    FOK,
    IOC,
    LIMIT_MAKER,
    NEW,
    PARTIALLY_FILLED,
)
from leverline.rulebook.refusals import Refusal


def test_a_limit_order_that_meets_nobody_rests_with_its_funds_locked(world: World, alice: TradingAccount) -> None:
    """A buy of 2 BTC at 19,000 locks 38,000 USDT."""
    order = world.buy(alice, "2", "19000")
    assert order.status == NEW
    assert alice.holding("USDT").locked == parse_amount("38000")
    assert alice.orders == {order.order_id: order}
    assert world.btc.book.levels(True, 5) == [(parse_amount("19000"), parse_amount("2"))]


def test_a_lock_is_rounded_up_and_a_payment_down(world: World, alice: TradingAccount, bob: TradingAccount) -> None:
    """0.0001 ETH at 0.050001 BTC are 500.01 units: 501 are locked, 500 paid, and the last is free at the end."""
    order = world.place(alice, world.eth_btc, True, "0.0001", "0.050001")
    assert order.locked == 501
    world.place(bob, world.eth_btc, False, "0.0001", "0.050001")
    assert order.executed_quote == 500
    assert alice.free("BTC") == parse_amount("100") - 500


def test_a_fill_whose_quote_amount_rounds_to_nothing_is_still_a_balanced_fill(world: World) -> None:
    """0.0001 ETH at 0.00000001 BTC is worth less than a unit: the seller gets nothing and all adds up."""
    world.eth_btc.parameters.tick_size = world.eth_btc.parameters.price_min = 1
    world.eth_btc.parameters.percent_down = 0
    world.eth_btc.guard.version = -1
    buyer, seller = world.account(1, BTC="1"), world.account(2, ETH="1")
    resting = world.place(buyer, world.eth_btc, True, "0.0001", "0.00000001")
    taker = world.place(seller, world.eth_btc, False, "0.0001", "0.00000001")
    assert (taker.status, taker.executed_quote) == (FILLED, 0)
    assert resting.status == FILLED
    assert buyer.free("BTC") == parse_amount("1")


def test_a_fill_takes_the_resting_price_and_frees_what_the_buyer_saved(
    world: World, alice: TradingAccount, bob: TradingAccount
) -> None:
    """Bob would pay 21,000 for 2 BTC and gets 1 at 20,000; what rests locks 21,000."""
    world.sell(alice, "1", "20000")
    order = world.buy(bob, "2", "21000")
    assert order.status == PARTIALLY_FILLED
    assert order.executed_quote == parse_amount("20000")
    assert bob.holding("USDT").locked == parse_amount("21000")
    assert bob.free("USDT") == parse_amount("959000")


def test_what_an_order_with_a_loan_saved_stays_locked_until_its_end(
    world: World, alice: TradingAccount, bob: TradingAccount
) -> None:
    """For at its end it repays the loan from what is released (rule 9.2)."""
    world.sell(alice, "1", "20000")
    order = world.buy(bob, "2", "21000", loan="1000")
    assert order.locked == parse_amount("22000")
    world.cancel(order)
    assert bob.holding("USDT").locked == 0


def test_an_ioc_order_trades_what_it_can_and_the_rest_expires(
    world: World, alice: TradingAccount, bob: TradingAccount
) -> None:
    """1 of 3 BTC is offered at the limit; 2 expire."""
    world.sell(alice, "1", "20000")
    world.sell(alice, "5", "20001")
    order = world.buy(bob, "3", "20000", time_in_force=IOC)
    assert (order.status, order.cause, order.executed) == (EXPIRED, CAUSE_IOC_REST, parse_amount("1"))
    assert bob.holding("USDT").locked == 0
    assert not bob.orders


def test_a_fok_order_that_cannot_be_filled_trades_nothing(
    world: World, alice: TradingAccount, bob: TradingAccount
) -> None:
    """2 BTC are offered up to the limit, 2.0001 are wanted."""
    world.sell(alice, "1", "20000")
    world.sell(alice, "1", "20001")
    order = world.buy(bob, "2.0001", "20001", time_in_force=FOK)
    assert (order.status, order.cause, order.executed) == (EXPIRED, CAUSE_FOK_UNFILLED, 0)
    assert world.btc.last_price == 0


def test_a_fok_order_that_can_be_filled_is_filled(world: World, alice: TradingAccount, bob: TradingAccount) -> None:
    """Hidden parts of icebergs count."""
    world.sell(alice, "1", "20000")
    world.sell(alice, "1", "20001", iceberg_quantity="0.1")
    order = world.buy(bob, "2", "20001", time_in_force=FOK)
    assert (order.status, order.executed) == (FILLED, parse_amount("2"))


def test_a_limit_maker_order_that_would_take_is_refused(
    world: World, alice: TradingAccount, bob: TradingAccount
) -> None:
    """At the ask it would match, one tick below it rests."""
    world.sell(alice, "1", "20000")
    assert world.refusal(bob, world.btc, True, "1", "20000", kind=LIMIT_MAKER) == Refusal.WOULD_MATCH_IMMEDIATELY
    order = world.buy(bob, "1", "19999.99", kind=LIMIT_MAKER)
    assert order.status == NEW


def test_a_market_order_takes_the_best_prices_first(world: World, alice: TradingAccount, bob: TradingAccount) -> None:
    """It locks what its fills cost, 20,000 + 0.5 × 20,100, and ends with nothing locked."""
    world.sell(alice, "1", "20100")
    world.sell(alice, "1", "20000")
    draft = world.draft(bob, world.btc, True, "1.5")
    assert world.exchange.lock_needed(draft) == parse_amount("30050")
    order = world.buy(bob, "1.5")
    assert (order.status, order.executed_quote) == (FILLED, parse_amount("30050"))
    assert bob.holding("USDT").locked == 0


@pytest.mark.parametrize(("is_buy", "edge", "beyond"), [(True, "21000", "21000.01"), (False, "19000", "18999.99")])
def test_a_market_order_stops_at_its_protection_price(
    world: World, alice: TradingAccount, bob: TradingAccount, is_buy: bool, edge: str, beyond: str
) -> None:
    """5 % from the best price still trades, a tick further does not."""
    for price in ("20000", edge, beyond):
        world.place(alice, world.btc, not is_buy, "1", price)
    order = world.place(bob, world.btc, is_buy, "3")
    assert (order.status, order.cause, order.executed) == (EXPIRED, CAUSE_PROTECTION_PRICE, parse_amount("2"))


def test_a_market_order_into_an_empty_side_is_refused(world: World, alice: TradingAccount) -> None:
    """Nobody sells."""
    assert world.refusal(alice, world.btc, True, "1") == Refusal.NO_LIQUIDITY


def test_a_market_order_that_empties_the_side_expires(world: World, alice: TradingAccount, bob: TradingAccount) -> None:
    """1 of 2 BTC is there."""
    world.sell(alice, "1", "20000")
    order = world.buy(bob, "2")
    assert (order.status, order.cause) == (EXPIRED, CAUSE_NO_LIQUIDITY)


def test_a_market_buy_by_quote_spends_at_most_that_amount(
    world: World, alice: TradingAccount, bob: TradingAccount
) -> None:
    """1,000 USDT at 20,000 and 20,100 buy 0.02 and 0.0298 BTC: 998.98; a further step would cost 2.01."""
    world.sell(alice, "0.02", "20000")
    world.sell(alice, "1", "20100")
    order = world.buy(bob, quote_quantity="1000")
    assert (order.status, order.cause) == (FILLED, CAUSE_NONE)
    assert order.executed == parse_amount("0.0498")
    assert order.executed_quote == parse_amount("998.98")
    assert bob.free("USDT") == parse_amount("999001.02")


def test_a_market_sell_by_quote_sells_at_most_for_that_amount(
    world: World, alice: TradingAccount, bob: TradingAccount
) -> None:
    """1,000 USDT from bids of 0.02 at 20,000 and 1 at 19,900 take 0.02 and 0.0301 BTC: 998.99."""
    world.buy(alice, "0.02", "20000")
    world.buy(alice, "1", "19900")
    draft = world.draft(bob, world.btc, False, quote_quantity="1000")
    assert world.exchange.lock_needed(draft) == parse_amount("0.0501")
    order = world.sell(bob, quote_quantity="1000")
    assert (order.status, order.executed_quote) == (FILLED, parse_amount("998.99"))


def test_a_market_sell_by_quote_needs_no_more_base_than_it_sells(world: World, alice: TradingAccount) -> None:
    """Who holds exactly what the bids take may sell it."""
    world.buy(alice, "1", "20000")
    seller = world.account(9, BTC="0.05")
    order = world.sell(seller, quote_quantity="1000")
    assert (order.status, seller.free("BTC")) == (FILLED, 0)


def test_a_market_sell_by_quote_looks_past_bids_that_it_cannot_meet(world: World, alice: TradingAccount) -> None:
    """The best bid is the seller's own and would expire: 950 USDT at 19,000 need 0.05 BTC, 1,000 would need more."""
    seller = world.account(9, USDT="1000", BTC="0.05")
    own = world.buy(seller, "0.05", "20000")
    world.buy(alice, "1", "19000")
    more = world.draft(seller, world.btc, False, quote_quantity="1000", self_trade=2)
    assert world.try_place(more) == Refusal.INSUFFICIENT_BALANCE
    order = world.sell(seller, quote_quantity="950", self_trade=2)
    assert (order.status, order.executed_quote) == (FILLED, parse_amount("950"))
    assert own.status == EXPIRED_IN_MATCH


def test_a_market_buy_may_spend_the_last_unit(world: World, alice: TradingAccount) -> None:
    """Whoever has exactly what the asks cost may buy them; for one step more he is short."""
    world.sell(alice, "1", "20000")
    world.sell(alice, "1", "20100")
    buyer = world.account(9, USDT="30050")
    assert world.try_place(world.draft(buyer, world.btc, True, "1.5001")) == Refusal.INSUFFICIENT_BALANCE
    order = world.buy(buyer, "1.5")
    assert (order.status, buyer.free("USDT")) == (FILLED, 0)


def test_a_cancelled_order_is_gone_and_its_funds_are_free(
    world: World, alice: TradingAccount, bob: TradingAccount
) -> None:
    """After 0.4 of 1 BTC was sold, 0.6 is free again."""
    order = world.sell(alice, "1", "20000")
    world.buy(bob, "0.4", "20000")
    world.cancel(order)
    assert (order.status, order.cause) == (CANCELED, CAUSE_USER)
    assert alice.free("BTC") == parse_amount("99.6")
    assert not alice.orders
    assert world.btc.book.best_ask() is None


def test_a_client_id_is_taken_only_while_its_order_is_open(world: World, alice: TradingAccount) -> None:
    """The account finds its open orders by it."""
    order = world.sell(alice, "1", "20000", client_id="mine")
    assert alice.by_client_id == {"mine": order}
    world.cancel(order)
    assert not alice.by_client_id


def test_an_order_that_never_rests_is_never_listed(world: World, alice: TradingAccount, bob: TradingAccount) -> None:
    """Filled at once, it leaves no trace in the account's lists."""
    world.sell(alice, "1", "20000")
    world.buy(bob, "1", "20000", client_id="gone")
    assert not bob.orders
    assert not bob.by_client_id
    assert bob.by_pair["BTCUSDT"].count == 0
