"""Trailing stops, amendments and the small calls of spot, with the spot SDK's own models and with ccxt."""

import asyncio
import logging
from typing import Any

from report import observe, refusal
from story import arguments

from leverline.clients import ccxt_client, sdk_spot_client

SYMBOL = "BTCUSDT"
QUANTITY = 0.01


async def main() -> None:
    """Buy, let it trail, amend, and ask what there is to ask."""
    given = arguments()
    logging.basicConfig(level=logging.WARNING)
    api = sdk_spot_client(given.base_url, given.api_key, given.secret).rest_api
    api.new_order(SYMBOL, "BUY", "MARKET", quantity=2 * QUANTITY)
    trailing(api)
    amending(api)
    await asking(api)
    by_ccxt(given.base_url, given.api_key, given.secret)


def trailing(api: Any) -> None:
    """Place a stop that trails by two percent, look at it, and cancel it."""
    more = {"quantity": QUANTITY, "trailing_delta": 200, "new_order_resp_type": "RESULT"}
    placed = api.new_order(SYMBOL, "SELL", "STOP_LOSS", **more).data()
    shown = api.get_order(SYMBOL, order_id=placed.order_id).data()
    gone = api.delete_order(SYMBOL, order_id=placed.order_id).data()
    observe(
        "trailing", delta=[shown.trailing_delta, gone.trailing_delta],
        follows=shown.trailing_time == placed.transact_time, works=shown.is_working, status=gone.status,
    )  # fmt: skip


def amending(api: Any) -> None:
    """Bid far below the market and take half of it back."""
    price = round(float(api.depth(SYMBOL, limit=5).data().bids[0][0]) * 0.9, 2)
    bid = api.new_order(SYMBOL, "BUY", "LIMIT", time_in_force="GTC", quantity=0.02, price=price).data()
    amended = api.order_amend_keep_priority(SYMBOL, new_qty=0.01, order_id=bid.order_id).data()
    rows = api.order_amendments(SYMBOL, order_id=bid.order_id).data()
    observe(
        "amended", quantity=amended.amended_order.qty, was=amended.amended_order.orig_client_order_id,
        placed_as=bid.client_order_id, listed=[[row.orig_qty, row.new_qty] for row in rows],
        execution=rows[0].execution_id == amended.execution_id,
    )  # fmt: skip


async def asking(api: Any) -> None:
    """Ask for rules, filters, the reference price, and what there is none of."""
    rules = api.execution_rules(symbol=SYMBOL).data()
    filters = api.my_filters(SYMBOL).data()
    observe(
        "asked", rule=rules.symbol_rules[0].rules[0].rule_type, filters=len(filters.symbol_filters),
        limits=len(filters.rate_limits), calculation=api.reference_price_calculation(SYMBOL).data().calculation_type,
        allocations=len(api.my_allocations(SYMBOL).data()),
        blocks=len(api.historical_block_trades(SYMBOL, from_id=1).data()),
        routed=await refusal(lambda: api.sor_order(SYMBOL, "BUY", "MARKET", quantity=QUANTITY)),
    )  # fmt: skip


def by_ccxt(base_url: str, key: str, secret: str) -> None:
    """Let half a percent trail by ccxt's own word for it."""
    exchange = ccxt_client(base_url, key, secret)
    words = {"trailingPercent": "0.5", "stopLossOrTakeProfit": "stopLoss"}
    placed = exchange.create_order("BTC/USDT", "STOP_LOSS", "sell", QUANTITY, None, words)
    shown = exchange.fetch_order(placed["id"], "BTC/USDT")
    exchange.cancel_order(placed["id"], "BTC/USDT")
    observe("ccxt", delta=shown["info"]["trailingDelta"], status=shown["status"])


if __name__ == "__main__":
    asyncio.run(main())
