"""Interest: what each account was charged, and each asset's hourly rates."""

from collections.abc import Iterator
from typing import Final

import msgspec

from leverline.history.codec import decode, encode
from leverline.history.logs import RecordLog
from leverline.history.outbox import Outbox
from leverline.history.pages import EVER, Page, Window
from leverline.history.policy import HistoryPolicy
from leverline.history.rows import PackedRows
from leverline.lending.events import InterestCharged, RateSet

HOUR: Final = 0
WIDTH: Final = 3


class InterestRecord(msgspec.Struct, array_like=True, gc=False):
    """One charge of one hour on one debt. `kind` is a type of `leverline.lending.events`."""

    interest_id: int
    """A running number over the whole venue."""
    wallet_id: int
    time: int
    asset: str
    """The loan's."""
    paid_asset: str
    """What the interest is owed in: BNB for the converted types."""
    principal: int
    rate_hourly: int
    """10⁻¹²."""
    amount: int
    """In `paid_asset`; 0 where the hour's exact interest is below a unit and is carried on."""
    kind: int


class RateRecord(msgspec.Struct, array_like=True, gc=False):
    """An asset's rate (10⁻¹²) for the hour that begins at `time`, with the use of its pool that made it."""

    asset: str
    time: int
    rate_hourly: int
    utilisation: int


class Interest:
    """The newest charges of each wallet."""

    def __init__(self, policy: HistoryPolicy) -> None:
        self.log: RecordLog[InterestRecord] = RecordLog(InterestRecord, policy.records, policy.records_in_all)
        self.next_id: int = 1

    def charged(self, event: InterestCharged) -> None:
        """Note a charge."""
        record = InterestRecord(
            self.next_id, event.wallet_id, event.time, event.asset, event.paid_asset, event.principal,
            event.rate_hourly, event.amount, event.kind,
        )  # fmt: skip
        self.next_id += 1
        self.log.add(event.wallet_id, record)

    def page(self, wallet_id: int, window: Window, asset: str = "") -> Page[InterestRecord]:
        """Return a page of a wallet's charges; on loans of one asset or paid in it, if it is given."""
        if not asset:
            return self.log.page(wallet_id, window, None)
        return self.log.page(wallet_id, window, lambda record: asset in (record.asset, record.paid_asset))

    def save(self) -> bytes:
        """Return all charges as bytes."""
        return encode((self.next_id, self.log.save()))

    def load(self, data: bytes) -> None:
        """Know the charges that `save` made `data` of."""
        self.next_id, body = decode(data, tuple[int, bytes])
        self.log.load(body)


class Rates:
    """The newest hourly rates of each asset."""

    def __init__(self, policy: HistoryPolicy) -> None:
        self.capacity: int = policy.rates
        self.assets: dict[str, PackedRows] = {}
        self.outbox: Outbox | None = None
        """Who is told of each rate, under the name `stream`."""
        self.stream: str = ""

    def set(self, event: RateSet) -> None:
        """Note the rate of an hour."""
        rows = self.assets.get(event.asset)
        if rows is None:
            rows = self.assets[event.asset] = PackedRows(WIDTH, self.capacity)
        if self.outbox is not None:
            record = RateRecord(event.asset, event.hour, event.rate_hourly, event.utilisation)
            self.outbox.rows.append((self.stream, event.asset, rows.end, record))
        rows.append((event.hour, event.rate_hourly, event.utilisation))

    def numbered(self) -> Iterator[tuple[str, int, RateRecord]]:
        """Yield asset, number and record of all, asset by asset, each oldest first."""
        for asset, rows in self.assets.items():
            for number in range(rows.begin, rows.end):
                yield asset, number, _rate(asset, rows.row(number))

    def oldest(self, asset: str) -> int | None:
        """Return the oldest hour here where older ones are no longer; None where none has gone."""
        rows = self.assets.get(asset)
        return rows.get(rows.begin, HOUR) if rows is not None and rows.is_cut else None

    def within(self, asset: str, since: int = 0, until: int = EVER) -> list[RateRecord]:
        """Return an asset's rates of the hours that begin in a window, both ends included, newest first."""
        rows = self.assets.get(asset)
        if rows is None:
            return []
        first, last = rows.find(HOUR, since), rows.find(HOUR, until + 1)
        return [_rate(asset, rows.row(number)) for number in range(last - 1, first - 1, -1)]

    def at(self, asset: str, time: int) -> RateRecord | None:
        """Return the rate that held at a time, or None where it is unknown or too old."""
        rows = self.assets.get(asset)
        if rows is None:
            return None
        number = rows.find(HOUR, time + 1) - 1
        return _rate(asset, rows.row(number)) if number >= rows.begin else None

    def save(self) -> bytes:
        """Return all rates as bytes."""
        return encode({asset: rows.save() for asset, rows in self.assets.items()})

    def load(self, data: bytes) -> None:
        """Know the rates that `save` made `data` of."""
        self.assets = {}
        for asset, body in decode(data, dict[str, bytes]).items():
            self.assets[asset] = PackedRows(WIDTH, self.capacity)
            self.assets[asset].load(body)


def _rate(asset: str, row: tuple[int, ...]) -> RateRecord:
    """Return a row as a record."""
    hour, rate, utilisation = row
    return RateRecord(asset, hour, rate, utilisation)
