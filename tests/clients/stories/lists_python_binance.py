"""Order lists by python-binance: an OCO on spot and on margin, in its new and its old form, and one that brings two."""

from report import observe
from story import arguments

from leverline.clients import python_binance_client

ONE = "BTCUSDT"


def prices(client) -> dict[str, str]:
    """Return prices of whole dollars around the last one, by name."""
    last = float(client.get_symbol_ticker(symbol=ONE)["price"])
    return {name: f"{last * share:.0f}" for name, share in {"high": 1.05, "low": 0.95, "lower": 0.94}.items()}


def on_spot(client, at: dict[str, str]) -> None:
    """Place an OCO by orders above and below, find it, and cancel it by one of its orders."""
    placed = client.create_oco_order(
        symbol=ONE, side="BUY", quantity="0.001", aboveType="STOP_LOSS", aboveStopPrice=at["high"],
        belowType="LIMIT_MAKER", belowPrice=at["low"],
    )  # fmt: skip
    found = client.v3_get_order_list(orderListId=placed["orderListId"])
    gone = client.cancel_order(symbol=ONE, orderId=placed["orders"][0]["orderId"])
    observe("spot", placed=placed, found=found, gone=gone)


def on_margin(client, at: dict[str, str]) -> None:
    """Place an OCO of the cross account with a loan, find it, and cancel it."""
    placed = client.create_margin_oco_order(
        symbol=ONE, side="BUY", quantity="0.02", price=at["low"], stopPrice=at["high"], sideEffectType="MARGIN_BUY"
    )
    found = client.get_margin_oco_order(orderListId=placed["orderListId"])
    opened = client.get_open_margin_oco_orders()
    gone = client.cancel_margin_oco_order(symbol=ONE, orderListId=placed["orderListId"])
    observe("margin", placed=placed, found=found, opened=opened, gone=gone)


def bringing_two(client, at: dict[str, str]) -> None:
    """Place an OTOCO, which cancelling all ends."""
    placed = client.v3_post_order_list_otoco(
        symbol=ONE, workingType="LIMIT", workingSide="BUY", workingPrice=at["low"], workingQuantity="0.001",
        workingTimeInForce="GTC", pendingSide="SELL", pendingQuantity="0.0009", pendingAboveType="LIMIT_MAKER",
        pendingAbovePrice=at["high"], pendingBelowType="STOP_LOSS", pendingBelowStopPrice=at["lower"],
    )  # fmt: skip
    gone = client.cancel_all_open_orders(symbol=ONE)
    observe("otoco", placed=placed, gone=gone)


if __name__ == "__main__":
    given = arguments()
    trader = python_binance_client(given.base_url, given.api_key, given.secret)
    trader.make_universal_transfer(type="MAIN_MARGIN", asset="USDT", amount="1000")
    around = prices(trader)
    on_spot(trader, around)
    on_margin(trader, around)
    bringing_two(trader, around)
