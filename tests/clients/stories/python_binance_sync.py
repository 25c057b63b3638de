"""The story by python-binance."""

import asyncio

from python_binance_traders import PythonBinanceTrader
from story import Sandbox, arguments, play

from leverline.clients import python_binance_client

if __name__ == "__main__":
    asyncio.set_event_loop(asyncio.new_event_loop())
    given = arguments()
    trader = PythonBinanceTrader(python_binance_client(given.base_url, given.api_key, given.secret))
    asyncio.run(play(trader, Sandbox(given.sandbox)))
