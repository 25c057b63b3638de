"""The index board: an index price for every asset from several sources, its staleness and sudden moves (rule 2)."""

from typing import Final

from leverline.kernel.events import EventLog
from leverline.kernel.numbers import INDEX_ONE
from leverline.market.asset import Asset, SourceQuote
from leverline.market.events import IndexChanged, SourceExcluded
from leverline.rulebook.index_price import (
    best_case_prices,
    is_index,
    is_jump,
    is_silent,
    prudent_prices,
    weighted_capped_mean,
)
from leverline.rulebook.parameters import AssetParameters, IndexRules

USDT: Final = "USDT"
"""The unit of all values: its index is one and never stale."""
NEVER: Final = 1 << 62


class IndexBoard:
    """All assets with their index prices (10⁻¹² USDT)."""

    def __init__(self, log: EventLog, rules: IndexRules) -> None:
        self.log: EventLog = log
        self.rules: IndexRules = rules
        self.assets: dict[str, Asset] = {}
        self.excluded: list[str] = []
        """Sources that count for no asset (rule 2.6); those of one asset are the asset's."""
        self.next_due: int = NEVER
        """No source falls silent and no jump is confirmed before this time; call `expire` at it."""

    def add_asset(self, parameters: AssetParameters) -> Asset:
        """List an asset, stale until its sources speak."""
        assert parameters.symbol not in self.assets, parameters.symbol
        asset = Asset(parameters)
        if asset.symbol == USDT:
            asset.is_stale = False
            asset.price = asset.price_held = asset.price_owed = INDEX_ONE
            asset.prudent_held = asset.prudent_owed = INDEX_ONE
        self.assets[asset.symbol] = asset
        return asset

    def publish(self, source: str, prices: list[tuple[str, int, int]], time: int) -> list[Asset]:
        """Take the prices (asset, price, weight) of one source; return the assets whose index or staleness changed.

        A price of 0 or less is silence (rule 1.1).
        """
        changed: list[Asset] = []
        for symbol, price, weight in prices:
            asset = self.assets[symbol]
            if price <= 0 or symbol == USDT:
                continue
            quote = asset.sources.get(source)
            if quote is None:
                asset.sources[source] = SourceQuote(price, weight, time)
            else:
                quote.price = price
                quote.weight = weight
                quote.time = time
            if self._renew(asset, time):
                changed.append(asset)
        self.next_due = min(self.next_due, time + self.rules.source_silence)
        return changed

    def exclude(self, source: str, symbol: str, is_excluded: bool, time: int) -> list[Asset]:
        """Let a source count no more, or again, for one asset or for all where `symbol` is empty (rule 2.6).

        Return the assets whose index or staleness changed.
        """
        listed = self.assets[symbol].excluded if symbol else self.excluded
        if is_excluded:
            listed.append(source)
        else:
            listed.remove(source)
        self.log.emit(SourceExcluded(source, symbol, is_excluded))
        touched = [self.assets[symbol]] if symbol else list(self.assets.values())
        return [asset for asset in touched if source in asset.sources and self._renew(asset, time)]

    def is_excluded(self, asset: Asset, source: str) -> bool:
        """Whether a source does not count for an asset (rule 2.6)."""
        return source in self.excluded or source in asset.excluded

    def expire(self, time: int) -> list[Asset]:
        """Drop sources that have fallen silent and confirm jumps that have lasted; return the assets that changed."""
        changed: list[Asset] = []
        self.next_due = NEVER
        for asset in self.assets.values():
            if self._drop_silent(asset, time) and self._renew(asset, time):
                changed.append(asset)
            if asset.jump_price and not asset.is_stale:
                self._settle_jump(asset, time)
            self._note_due(asset)
        return changed

    def renew(self, time: int) -> list[Asset]:
        """Form every index anew under rules that have changed; return the assets whose index or staleness changed."""
        changed = self.expire(time)
        for asset in self.assets.values():
            if asset.symbol == USDT:
                continue
            is_changed = self._renew(asset, time)
            if (self._renew_best_case(asset) or is_changed) and asset not in changed:
                changed.append(asset)
        return changed

    def _renew_best_case(self, asset: Asset) -> bool:
        """Value a stale asset by the present haircut; return whether that changed its best case (rule 2.4)."""
        held, owed = best_case_prices(asset.price, self.rules.stale_haircut)
        if not asset.is_stale or (held == asset.price_held and owed == asset.price_owed):
            return False
        asset.price_held, asset.price_owed = held, owed
        asset.version += 1
        return True

    def _renew(self, asset: Asset, time: int) -> bool:
        """Form the index of `asset` anew; return whether it or its staleness changed."""
        rules = self.rules
        live = self._live(asset, time)
        price = weighted_capped_mean(live, rules.outlier_cap)
        if not is_index(price, len(live), asset.parameters.index_sources_min):
            return self._make_stale(asset)
        is_changed = asset.is_stale or price != asset.price
        if asset.is_stale:
            asset.jump_time = time
            if asset.jump_price:
                self.next_due = min(self.next_due, time + rules.jump_confirmation)
        asset.is_stale = False
        asset.price = price
        asset.price_held = price
        asset.price_owed = price
        self._judge_jump(asset, time)
        if is_changed:
            self._report(asset)
        return is_changed

    def _live(self, asset: Asset, time: int) -> list[tuple[int, int]]:
        """Return (price, weight) of the sources that count: neither silent nor excluded (rules 2.2, 2.6)."""
        found: list[tuple[int, int]] = []
        for name, quote in asset.sources.items():
            if not is_silent(time, quote.time, self.rules.source_silence) and not self.is_excluded(asset, name):
                found.append((quote.price, quote.weight))
        return found

    def _make_stale(self, asset: Asset) -> bool:
        """Keep the last price and judge accounts on their best case (rule 2.4); return whether this is new."""
        if asset.is_stale:
            return False
        asset.is_stale = True
        asset.price_held, asset.price_owed = best_case_prices(asset.price, self.rules.stale_haircut)
        self._report(asset)
        return True

    def _report(self, asset: Asset) -> None:
        """Count and announce a change."""
        asset.version += 1
        self.log.emit(IndexChanged(asset.symbol, asset.price, asset.is_stale))

    def _judge_jump(self, asset: Asset, time: int) -> None:
        """Tell a sudden move from others and set the prudent prices (rule 2.5).

        A price back near the one before an unconfirmed jump ends it. A further jump starts the confirmation anew and
        counts against the price before the first.
        """
        price, ratio = asset.price, self.rules.jump_ratio
        if asset.jump_price and not is_jump(asset.jump_price, price, ratio):
            asset.jump_price = 0
            asset.recent = []
        before = self._price_before_jump(asset, time)
        if before:
            if asset.jump_price == 0:
                asset.jump_price = before
            asset.jump_time = time
            asset.recent = []
            self.next_due = min(self.next_due, time + self.rules.jump_confirmation)
        _note_recent(asset.recent, time, price)
        self._settle_jump(asset, time)

    def _price_before_jump(self, asset: Asset, time: int) -> int:
        """Return the price within the window from which the present one is a jump, or 0."""
        recent = asset.recent
        start = time - self.rules.jump_window
        while len(recent) > 1 and recent[1][0] <= start:
            recent.pop(0)
        if not recent:
            return 0
        highest = lowest = recent[0][1]
        for _, price in recent:
            highest = max(highest, price)
            lowest = min(lowest, price)
        if asset.price < highest and is_jump(highest, asset.price, self.rules.jump_ratio):
            return highest
        return lowest if is_jump(lowest, asset.price, self.rules.jump_ratio) else 0

    def _settle_jump(self, asset: Asset, time: int) -> None:
        """End a jump that has lasted, and set the prices for borrowing and transfers."""
        if asset.jump_price and time - asset.jump_time >= self.rules.jump_confirmation:
            asset.jump_price = 0
            asset.version += 1
        asset.prudent_held, asset.prudent_owed = prudent_prices(asset.jump_price or asset.price, asset.price)

    def _drop_silent(self, asset: Asset, time: int) -> bool:
        """Forget the sources of `asset` that are silent; return whether there were any."""
        silence = self.rules.source_silence
        silent = [name for name, quote in asset.sources.items() if is_silent(time, quote.time, silence)]
        for name in silent:
            del asset.sources[name]
        return len(silent) > 0

    def _note_due(self, asset: Asset) -> None:
        """Let `next_due` cover what time brings to `asset`."""
        for quote in asset.sources.values():
            self.next_due = min(self.next_due, quote.time + self.rules.source_silence)
        if asset.jump_price and not asset.is_stale:
            self.next_due = min(self.next_due, asset.jump_time + self.rules.jump_confirmation)


def _note_recent(recent: list[tuple[int, int]], time: int, price: int) -> None:
    """Add a price; of one instant only the last prevails."""
    if recent and recent[-1][0] == time:
        recent[-1] = (time, price)
    elif not recent or recent[-1][1] != price:
        recent.append((time, price))
