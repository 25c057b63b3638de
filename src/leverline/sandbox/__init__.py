"""The sandbox market: a living index, house makers and takers on every pair, and the means to drive them.

Makers and takers are ordinary users (ids 1 to 9,999) who send ordinary commands; nothing here is known to the engine.
`docs/reference/sandbox-market.md` describes how they behave.
"""

from leverline.sandbox.advancing import advance
from leverline.sandbox.live import LiveIndex
from leverline.sandbox.market import SandboxMarket
from leverline.sandbox.ports import DrivenClock, IndexDriver, MarketVenue, SandboxFault
from leverline.sandbox.replayed import ReplayedIndex, replayed_index
from leverline.sandbox.simulated import SimulatedIndex

__all__ = [
    "DrivenClock",
    "IndexDriver",
    "LiveIndex",
    "MarketVenue",
    "ReplayedIndex",
    "SandboxFault",
    "SandboxMarket",
    "SimulatedIndex",
    "advance",
    "replayed_index",
]
