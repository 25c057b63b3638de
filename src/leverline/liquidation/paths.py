"""Which pairs lead from an asset to a debt: one directly, or two through USDT (rule 11.2)."""

from leverline.market.exchange import Exchange
from leverline.market.index_board import USDT
from leverline.market.pair import Pair
from leverline.market.terms import DELISTED, DELISTING, REDUCE_ONLY, TRADING


class Leg:
    """One trade on a path: sell the base of `pair`, or buy it."""

    def __init__(self, pair: Pair, is_buy: bool) -> None:
        self.pair: Pair = pair
        self.is_buy: bool = is_buy

    @property
    def give(self) -> str:
        """The asset it gives."""
        return self.pair.quote.symbol if self.is_buy else self.pair.base.symbol

    @property
    def want(self) -> str:
        """The asset it receives."""
        return self.pair.base.symbol if self.is_buy else self.pair.quote.symbol

    @property
    def is_open(self) -> bool:
        """Whether the pair trades now: not halted, both index prices known."""
        pair = self.pair
        is_trading = pair.status == TRADING or pair.status == REDUCE_ONLY or pair.status == DELISTING
        return is_trading and not pair.base.is_stale and not pair.quote.is_stale


class PathFinder:
    """Finds pairs by their two assets."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange: Exchange = exchange
        self._known: int = 0
        """Derived: how many of the exchange's pairs are in the tables below."""
        self._by_assets: dict[str, dict[str, Pair]] = {}
        """Derived: base → quote → pair."""
        self._partners: dict[str, list[str]] = {}
        """Derived: asset → its partners, as far as they were asked for."""

    def leg(self, give: str, want: str) -> Leg | None:
        """Return the trade of `give` for `want` in their own pair, or None where there is no such pair."""
        sale = self._pair(give, want)
        if sale is not None:
            return Leg(sale, False)
        purchase = self._pair(want, give)
        return None if purchase is None else Leg(purchase, True)

    def partners(self, asset: str) -> list[str]:
        """Return the assets that `asset` has a pair with, USDT first, then in alphabetical order."""
        self._refresh()
        known = self._partners.get(asset)
        if known is None:
            known = self._find_partners(asset)
            self._partners[asset] = known
        return known

    def forget(self) -> None:
        """Learn the pairs anew at the next question: one was delisted."""
        self._known = -1

    def _find_partners(self, asset: str) -> list[str]:
        """Look through all pairs."""
        found = list(self._by_assets.get(asset, {}))
        for base, quotes in self._by_assets.items():
            if asset in quotes and base not in found:
                found.append(base)
        found.sort()
        if USDT in found:
            found.remove(USDT)
            found.insert(0, USDT)
        return found

    def _pair(self, base: str, quote: str) -> Pair | None:
        """Return the pair of `base` in `quote`."""
        self._refresh()
        quotes = self._by_assets.get(base)
        return None if quotes is None else quotes.get(quote)

    def _refresh(self) -> None:
        """Learn pairs that were listed since the last question; delisted ones lead nowhere."""
        if self._known == len(self.exchange.pairs):
            return
        self._by_assets = {}
        self._partners = {}
        for pair in self.exchange.pairs.values():
            if pair.status != DELISTED:
                self._by_assets.setdefault(pair.base.symbol, {})[pair.quote.symbol] = pair
        self._known = len(self.exchange.pairs)
