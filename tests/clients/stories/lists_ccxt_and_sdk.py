"""Order lists by ccxt's calls of the interface and by the SDKs, whose models read every answer.

The SDK repairs answers of a wrong type and only logs it; its log goes to the error output, for the test to read.
"""

import logging

from report import observe
from story import arguments

from leverline.clients import ccxt_client, sdk_margin_client, sdk_spot_client

ONE = "BTCUSDT"


def by_ccxt(exchange) -> dict[str, str]:
    """Place, find and cancel an OCO in its old form; an order of a list is an order to the unified calls."""
    exchange.load_markets()
    last = exchange.fetch_ticker("BTC/USDT")["last"]
    at = {name: f"{last * share:.0f}" for name, share in {"high": 1.05, "low": 0.95, "lower": 0.94}.items()}
    placed = exchange.private_post_order_oco(
        {"symbol": ONE, "side": "BUY", "quantity": "0.001", "price": at["low"], "stopPrice": at["high"]}
    )
    orders = exchange.fetch_open_orders("BTC/USDT")
    gone = exchange.private_delete_orderlist({"symbol": ONE, "orderListId": placed["orderListId"]})
    observe("ccxt", placed=placed, orders=[[each["type"], each["status"]] for each in orders], gone=gone)
    return at


def by_sdk_on_spot(spot, at: dict[str, str]) -> None:
    """Place an OPO, an OPOCO, an OTO and an OCO, and read them back."""
    working = (ONE, "LIMIT", "BUY", float(at["low"]), 0.001)
    high, lower = float(at["high"]), float(at["lower"])
    answers = [
        spot.order_list_oco(
            ONE, "BUY", 0.001, "STOP_LOSS", "LIMIT_MAKER", above_stop_price=high, below_price=float(at["low"])
        ),
        spot.order_list_oto(
            *working, "LIMIT", "SELL", 0.0009, working_time_in_force="GTC", pending_price=high,
            pending_time_in_force="GTC",
        ),
        spot.order_list_opo(
            *working, "LIMIT", "SELL", working_time_in_force="GTC", pending_price=high, pending_time_in_force="GTC"
        ),
        spot.order_list_opoco(
            *working, "SELL", "LIMIT_MAKER", working_time_in_force="GTC", pending_above_price=high,
            pending_below_type="STOP_LOSS", pending_below_stop_price=lower,
        ),
    ]  # fmt: skip
    placed = [each.data() for each in answers]
    gone = spot.delete_order_list(ONE, order_list_id=placed[0].order_list_id).data()
    observe(
        "spot",
        placed=[each.to_dict() for each in placed],
        opened=[each.to_dict() for each in spot.open_order_list().data()],
        every=len(spot.all_order_list().data()),
        gone=gone.to_dict(),
        rest=len(spot.delete_open_orders(ONE).data()),
    )


def by_sdk_on_margin(margin, at: dict[str, str]) -> None:
    """Place an OCO with a loan, an OTO and an OTOCO of the cross account, and read them back."""
    working = (ONE, "LIMIT", "BUY", float(at["low"]), 0.001)
    oto = margin.margin_account_new_oto(*working, 0, "MARKET", "SELL", 0.0009, working_time_in_force="GTC").data()
    otoco = margin.margin_account_new_otoco(
        *working, "SELL", 0.0009, "LIMIT_MAKER", working_time_in_force="GTC", pending_above_price=float(at["high"]),
        pending_below_type="STOP_LOSS", pending_below_stop_price=float(at["lower"]),
    ).data()  # fmt: skip
    oco = margin.margin_account_new_oco(
        ONE, "BUY", 0.02, float(at["low"]), float(at["high"]), side_effect_type="MARGIN_BUY"
    ).data()
    observe(
        "margin",
        oco=oco.to_dict(),
        oto=oto.to_dict(),
        otoco=otoco.to_dict(),
        opened=[each.to_dict() for each in margin.query_margin_accounts_open_oco().data()],
        waiting=[each.to_dict() for each in margin.query_margin_accounts_open_otootoco_order_lists().data()],
        one=margin.query_margin_accounts_oco(order_list_id=oco.order_list_id).data().to_dict(),
        every=len(margin.query_margin_accounts_all_oco().data()),
        gone=margin.margin_account_cancel_oco(ONE, order_list_id=oco.order_list_id).data().to_dict(),
        rest=len(margin.margin_account_cancel_all_open_orders_on_a_symbol(ONE).data()),
    )


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    given = arguments()
    where = (given.base_url, given.api_key, given.secret)
    trader = ccxt_client(*where)
    around = by_ccxt(trader)
    by_sdk_on_spot(sdk_spot_client(*where).rest_api, around)
    trader.transfer("USDT", 1000, "spot", "cross")
    by_sdk_on_margin(sdk_margin_client(*where).rest_api, around)
