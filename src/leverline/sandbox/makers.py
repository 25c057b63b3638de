"""The house makers: one on every pair, who quote two-sided ladders around the index and follow it.

A quote stands until fair has moved by a good part of the half-spread or half of a best level is gone. Makers of an
asset without a live index take their quotes out of the book.
"""

from collections.abc import Container, Mapping, Sequence
from typing import Any, Final

from leverline.engine.commands import Command
from leverline.engine.core import Core
from leverline.kernel.numbers import INDEX_ONE, UNIT
from leverline.kernel.time import MILLISECOND
from leverline.market.index_board import USDT
from leverline.market.order import Order
from leverline.market.terms import TRADING
from leverline.sandbox.house import FIRST_MAKER, maker_funds
from leverline.sandbox.index import SandboxIndex
from leverline.sandbox.movement import Calibration
from leverline.sandbox.ports import SandboxFault
from leverline.sandbox.quoter import PPM, Quoter

LEADING: Final = 20
"""So many USDT pairs, by usual volume, are the leading ones."""
WIDTH_SHARE: Final = (30, 60)
"""A half-spread is one part in so many of a day's deviation; the second for leading pairs."""
WIDTH_MIN: Final = 100
WIDTH_MAX: Final = (5_000, 500)
"""Bounds of a half-spread, millionths; the second upper one for leading pairs."""
DEPTH_SHARE: Final = 250
"""A side of a USDT pair is worth one part in so many of the base's usual day."""
DEPTH_MIN: Final = (20_000 * UNIT, 250_000 * UNIT)
"""Least value of a side; the second for leading pairs."""
CROSS_SHARE: Final = 5
"""A pair not quoted in USDT has one part in so many of that."""
REFILL_AFTER: Final = 300 * MILLISECOND
"""What was eaten grows back after this, not at once."""
FACTOR_MAX: Final = 1_000

NO_ORDERS: Final[Mapping[int, Order]] = {}


class Makers:
    """All house makers, by pair in order of the catalogue."""

    def __init__(self, core: Core, calibration: Calibration, index: SandboxIndex, leading: Sequence[str]) -> None:
        self.core = core
        self.index = index
        self.quoters: dict[str, Quoter] = {}
        leading_pairs = {asset + USDT for asset in leading}
        for place, pair in enumerate(core.exchange.pairs.values()):
            is_leading = pair.symbol in leading_pairs
            deviation = calibration.deviation(pair.base.symbol, pair.quote.symbol)
            width = int(deviation * PPM) // WIDTH_SHARE[is_leading]
            width = min(max(width, WIDTH_MIN), WIDTH_MAX[is_leading])
            depth = max(calibration.volumes[pair.base.symbol] // DEPTH_SHARE, DEPTH_MIN[is_leading])
            depth //= 1 if pair.quote.symbol == USDT else CROSS_SHARE
            self.quoters[pair.symbol] = Quoter(FIRST_MAKER + place, pair, width, depth, is_leading)

    def fair(self, quoter: Quoter, now: int) -> int:
        """Return the fair price of a pair, 10⁻¹² quote per base; 0 while an index of it is not live."""
        base, quote = quoter.pair.base.symbol, quoter.pair.quote.symbol
        if not (self.index.is_live(base, now) and self.index.is_live(quote, now)):
            return 0
        return self.index.prices[base] * INDEX_ONE // self.index.prices[quote]

    def follow(self, quoter: Quoter, fair: int, now: int, *, is_forced: bool = False) -> list[Command]:
        """Return what a maker does now that `fair` is the fair price; nothing if its quote may stand."""
        if quoter.pair.status != TRADING:
            return [quoter.silence()] if quoter.fair else []
        if quoter.is_withdrawn or fair == 0:
            # The book itself is asked: a command that the venue had no room for, or a quote of before the last stop.
            return [quoter.silence()] if quoter.fair or self._standing(quoter) else []
        if not (is_forced or quoter.has_moved(fair) or self._must_refill(quoter, now)):
            return []
        pair = quoter.pair
        quote = quoter.quote(fair, self.index.prices[pair.quote.symbol], now)
        bids = sum(price * quantity // UNIT + 1 for price, quantity in quote.bids)
        asks = sum(quantity for _, quantity in quote.asks)
        funds = maker_funds(self.core, quoter.user_id, pair.quote.symbol, bids)
        return [*funds, *maker_funds(self.core, quoter.user_id, pair.base.symbol, asks), quote]

    def _must_refill(self, quoter: Quoter, now: int) -> bool:
        """Whether somebody ate from its best levels a while ago."""
        return now - quoter.quoted_at >= REFILL_AFTER and quoter.is_eaten(self._standing(quoter))

    def _standing(self, quoter: Quoter) -> Mapping[int, Order]:
        """Return a maker's quotes in the book by their key."""
        user = self.core.users.get(quoter.user_id)
        listed = None if user is None else user.spot.by_pair.get(quoter.pair.symbol)
        return NO_ORDERS if listed is None else listed.quotes

    def quoter(self, pair: str) -> Quoter:
        """Return the maker of a pair. Raises SandboxFault for one that is not in the catalogue."""
        found = self.quoters.get(pair)
        if found is None:
            raise SandboxFault(f"pair {pair!r} is not in the catalogue")
        return found

    def state(self) -> dict[str, Any]:
        """Return which makers were withdrawn and which depths were set, as plain values."""
        quoters = self.quoters.values()
        return {
            "withdrawn": [quoter.pair.symbol for quoter in quoters if quoter.is_withdrawn],
            "depths": {quoter.pair.symbol: quoter.depth for quoter in quoters if quoter.depth != quoter.usual_depth},
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` returned, but for pairs that are no more."""
        for pair in state.get("withdrawn", []):
            if pair in self.quoters:
                self.quoters[pair].is_withdrawn = True
        for pair, depth in state.get("depths", {}).items():
            if pair in self.quoters:
                self.quoters[pair].depth = int(depth)


def leading_assets(pairs: Container[str], calibration: Calibration) -> list[str]:
    """Return the assets of the leading ones among `pairs`, by usual volume."""
    listed = [asset for asset in calibration.movements if asset + USDT in pairs]
    return sorted(listed, key=lambda asset: -calibration.volumes[asset])[:LEADING]
