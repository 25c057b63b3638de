"""Trailing stops of margin accounts over the wire: borrowed for, locked, shown, triggered (rules 9.2, 9.8)."""

import pytest
from tests.api.world import User

from leverline.engine.commands import PlaceOrder
from leverline.kernel.decimals import parse_amount
from leverline.ledger.wallet import SPOT
from leverline.market.terms import LIMIT, STP_NONE

ORDER = "/sapi/v1/margin/order"
TRAILING = {
    "symbol": "BTCUSDT", "side": "BUY", "type": "STOP_LOSS", "quantity": "0.1", "trailingDelta": 200,
    "sideEffectType": "MARGIN_BUY", "newOrderRespType": "FULL",
}  # fmt: skip


def trade_at(maker: User, price: str, quantity: str = "0.001", sides: tuple[bool, ...] = (False, True)) -> None:
    """Let the maker sell and buy a little at `price`, or do one of both."""
    for is_buy in sides:
        order = PlaceOrder(
            maker.user_id, SPOT, "BTCUSDT", is_buy, LIMIT, parse_amount(quantity), parse_amount(price),
            self_trade=STP_NONE,
        )  # fmt: skip
        maker.world.send(order)


def test_it_borrows_at_placement_what_its_first_trigger_price_needs(alice: User, maker: User) -> None:
    """0.1 at 60,000 × 1.02 × 1.05, less the 5,000 that are there; triggered, it trades and repays nothing."""
    trade_at(maker, "60000")
    alice.ask("POST", "/sapi/v1/asset/transfer", type="MAIN_MARGIN", asset="USDT", amount="5000")
    placed = alice.ask("POST", ORDER, **TRAILING)
    assert (placed["status"], placed["trailingDelta"]) == ("NEW", 200)
    assert placed["marginBuyBorrowAmount"] == pytest.approx(0.1 * 60000 * 1.02 * 1.05 - 5000)
    shown = alice.ask("GET", ORDER, symbol="BTCUSDT", orderId=placed["orderId"])
    assert (shown["trailingDelta"], shown["isWorking"], shown["stopPrice"]) == (200, False, "0.00000000")
    trade_at(maker, "59000")
    trade_at(maker, "60200", "0.1", (False,))
    trade_at(maker, "60180")  # 59,000 × 1.02
    bought = alice.ask("GET", ORDER, symbol="BTCUSDT", orderId=placed["orderId"])
    assert (bought["status"], bought["cummulativeQuoteQty"]) == ("FILLED", f"{0.1 * 60200:.8f}")


def test_margin_has_no_amendments(alice: User) -> None:
    """Only spot's interface does."""
    assert alice.call("PUT", f"{ORDER}/amend/keepPriority", symbol="BTCUSDT", orderId=1, newQty="1").status_code == 404
