"""The story by python-binance's asynchronous client."""

import asyncio

from python_binance_traders import PythonBinanceTrader
from story import Sandbox, arguments, play

from leverline.clients import python_binance_async_client


async def main() -> None:
    given = arguments()
    trader = PythonBinanceTrader(await python_binance_async_client(given.base_url, given.api_key, given.secret))
    await play(trader, Sandbox(given.sandbox))


if __name__ == "__main__":
    asyncio.run(main())
