"""The story by ccxt's asynchronous module."""

import asyncio

from ccxt_traders import CcxtTrader
from story import Sandbox, arguments, play

from leverline.clients import ccxt_async_client


async def main() -> None:
    given = arguments()
    trader = CcxtTrader(ccxt_async_client(given.base_url, given.api_key, given.secret))
    await play(trader, Sandbox(given.sandbox))


if __name__ == "__main__":
    asyncio.run(main())
