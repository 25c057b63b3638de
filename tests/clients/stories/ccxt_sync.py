"""The story by ccxt."""

import asyncio

from ccxt_traders import CcxtTrader
from story import Sandbox, arguments, play

from leverline.clients import ccxt_client

if __name__ == "__main__":
    given = arguments()
    trader = CcxtTrader(ccxt_client(given.base_url, given.api_key, given.secret))
    asyncio.run(play(trader, Sandbox(given.sandbox)))
