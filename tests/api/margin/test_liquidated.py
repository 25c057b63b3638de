"""What an owner finds after a liquidation."""

from tests.api.margin.busy import LEND, TRANSFER, fund_maker, order, quote
from tests.api.world import User, World

from leverline.engine.commands import AdvanceTime
from leverline.kernel.time import SECOND

RECORDS = "/sapi/v1/margin/forceLiquidationRec"


def test_a_takeover_without_a_sale_is_found_among_the_liquidations(alice: User, maker: User, lender: World) -> None:
    """No order was placed, but the bitcoins are gone: a row says how many, and at which price, 5 % off the index."""
    fund_maker(maker)
    quote(maker, "59990", "60000")
    alice.ask("POST", TRANSFER, type="MAIN_MARGIN", asset="USDT", amount="5000")
    alice.ask("POST", LEND, asset="USDT", amount="18000", type="BORROW", isIsolated="FALSE")
    order(alice, side="BUY", quantity="0.38", price="60000")
    maker.ask("DELETE", "/sapi/v1/margin/openOrders", symbol="BTCUSDT")
    lender.set_index(BTC="40000")
    for _ in range(20):
        lender.advance(SECOND)
        lender.send(AdvanceTime())
    answer = alice.ask("GET", RECORDS)
    (row,) = answer["rows"]
    assert answer["total"] == 1
    assert (row["orderId"], row["symbol"], row["side"], row["isIsolated"]) == (0, "BTCUSDT", "SELL", False)
    assert float(row["executedQty"]) == float(row["qty"]) == 0.37962
    assert row["avgPrice"] == row["price"] == "38000.00000000"
    assert alice.ask("GET", "/sapi/v1/margin/account")["marginLevel"] == "999.00000000"


def test_a_short_that_is_taken_over_shows_what_was_bought_for_it(alice: User, maker: User, lender: World) -> None:
    """The debt in BTC went at index against the USDT held; USDT, which all is counted in, has no row of its own."""
    fund_maker(maker)
    quote(maker, "60000", "60010")
    alice.ask("POST", TRANSFER, type="MAIN_MARGIN", asset="USDT", amount="5000")
    alice.ask("POST", LEND, asset="BTC", amount="0.3", type="BORROW", isIsolated="FALSE")
    order(alice, side="SELL", quantity="0.3", price="60000")
    maker.ask("DELETE", "/sapi/v1/margin/openOrders", symbol="BTCUSDT")
    lender.set_index(BTC="76000")
    for _ in range(20):
        lender.advance(SECOND)
        lender.send(AdvanceTime())
    (row,) = alice.ask("GET", RECORDS)["rows"]
    assert (row["orderId"], row["symbol"], row["side"], row["avgPrice"]) == (0, "BTCUSDT", "BUY", "76000.00000000")
    assert row["executedQty"].startswith("0.3000")
