"""The story by ccxt.pro, with its streams: trades, order book, candles, tickers, orders and balances."""

import asyncio
from collections.abc import Callable
from typing import Any

from ccxt_traders import CcxtTrader
from report import observe
from story import Sandbox, arguments, play

from leverline.clients import ccxt_pro_client

FIRST_SECONDS = 25
PRIVATE_SECONDS = 1.5


class CcxtProTrader(CcxtTrader):
    """ccxt.pro: what `CcxtTrader` does, and streams."""

    def __init__(self, exchange: Any) -> None:
        super().__init__(exchange)
        self.tasks: list[asyncio.Task[None]] = []

    async def listen(self) -> None:
        pro = self.exchange
        book = await asyncio.wait_for(pro.watch_order_book("BTC/USDT"), FIRST_SECONDS)
        trades = await asyncio.wait_for(pro.watch_trades("BTC/USDT"), FIRST_SECONDS)
        ticker = await asyncio.wait_for(pro.watch_ticker("BTC/USDT"), FIRST_SECONDS)
        candles = await asyncio.wait_for(pro.watch_ohlcv("BTC/USDT", "1m"), FIRST_SECONDS)
        best = await asyncio.wait_for(pro.watch_bids_asks(["BTC/USDT"]), FIRST_SECONDS)
        crossed = book["bids"][0][0] >= book["asks"][0][0]
        counts = {"trades": len(trades), "candles": len(candles), "best": len(best)}
        observe("streams", crossed=crossed, last=ticker["last"], **counts)
        self.follow("orders", lambda: pro.watch_orders(None, None, None, {"type": "margin", "marginMode": "cross"}))
        self.follow("balance", lambda: pro.watch_balance({"type": "margin"}))
        await asyncio.sleep(PRIVATE_SECONDS)

    def follow(self, name: str, watch: Callable[[], Any]) -> None:
        """Take what one stream brings until the story ends."""

        async def take() -> None:
            while True:
                brought = await watch()
                self.messages.append({"e": name, "what": brought[-1]["info"] if name == "orders" else brought["info"]})

        self.tasks.append(asyncio.create_task(take()))

    async def close(self) -> None:
        faults = [str(task.exception()) for task in self.tasks if task.done() and task.exception()]
        observe("streams ended", faults=faults)
        for task in self.tasks:
            task.cancel()
        await super().close()


async def main() -> None:
    given = arguments()
    trader = CcxtProTrader(ccxt_pro_client(given.base_url, given.api_key, given.secret))
    await play(trader, Sandbox(given.sandbox))


if __name__ == "__main__":
    asyncio.run(main())
