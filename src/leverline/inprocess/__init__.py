"""A venue in the process: no network, no files, a clock that you drive. For notebooks and tests.

    from leverline import Venue

    venue = Venue()
    venue.set_index(BTC="60000")
    alice = venue.user("alice", USDT="10000")

Numbers go in as decimal text, int or Decimal (never float) and come out as Decimal. A refused command raises
`CommandRefused`, which names what and why; it has changed nothing.
"""

from leverline.inprocess.order_lists import Leg, OpenListRecord, PlacedListRecord
from leverline.inprocess.previews import PreviewRecord, StandingRecord
from leverline.inprocess.records import AccountRecord, BalanceRecord, OpenOrderRecord, OrderRecord
from leverline.inprocess.refused import CommandRefused
from leverline.inprocess.user import UserFace
from leverline.inprocess.venue import Venue

__all__ = [
    "AccountRecord", "BalanceRecord", "CommandRefused", "Leg", "OpenListRecord", "OpenOrderRecord", "OrderRecord",
    "PlacedListRecord", "PreviewRecord", "StandingRecord", "UserFace", "Venue",
]  # fmt: skip
