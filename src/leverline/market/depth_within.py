"""What the books hold within a band of the index, by asset: what could be sold into them and bought from them."""

from leverline.kernel.numbers import value_down
from leverline.market.exchange import Exchange
from leverline.rulebook.orders import band_prices


class DepthWithin:
    """Of one asset, over all its pairs as base; values at index in 10⁻⁸ USDT."""

    def __init__(self) -> None:
        self.bids: int = 0
        self.asks: int = 0


def depth_within(exchange: Exchange, band: int) -> dict[str, DepthWithin]:
    """Return the depth of every asset within `band` (10⁻¹²) of the index; nothing of pairs with a stale index."""
    found: dict[str, DepthWithin] = {}
    for pair in exchange.pairs.values():
        base, quote = pair.base, pair.quote
        depth = found.get(base.symbol)
        if depth is None:
            depth = DepthWithin()
            found[base.symbol] = depth
        if base.is_stale or quote.is_stale:
            continue
        lowest, highest = band_prices(base.price, quote.price, band)
        depth.bids += value_down(sum([quantity for _, quantity in pair.book.depth(False, lowest)]), base.price)
        depth.asks += value_down(sum([quantity for _, quantity in pair.book.depth(True, highest)]), base.price)
    return found
