"""What tests look at in the books of a sandbox."""

from tests.sandbox.stand import Stand

from leverline.kernel.numbers import BOOK_PER_INDEX, INDEX_ONE, UNIT
from leverline.market.pair import Pair


def fair(stand: Stand, pair: Pair) -> int:
    """Index price of a pair in 10⁻¹² quote per base, as the engine knows it."""
    board = stand.core.board.assets
    return board[pair.base.symbol].price * INDEX_ONE // board[pair.quote.symbol].price


def one_sided(stand: Stand) -> list[str]:
    """Pairs that lack bids or asks."""
    pairs = stand.core.exchange.pairs.values()
    return [pair.symbol for pair in pairs if pair.book.best_bid() is None or pair.book.best_ask() is None]


def crossed(stand: Stand) -> list[str]:
    """Pairs whose best bid is above their index or whose best ask is below it, by more than a tick."""
    found = []
    for pair in stand.core.exchange.pairs.values():
        bid, ask = pair.book.best_bid(), pair.book.best_ask()
        middle, tick = fair(stand, pair), pair.parameters.tick_size * BOOK_PER_INDEX
        if bid is None or ask is None:
            continue
        if bid.price * BOOK_PER_INDEX > middle + tick or ask.price * BOOK_PER_INDEX < middle - tick:
            found.append(pair.symbol)
    return found


def depth_within(stand: Stand, pair: Pair, share: int, is_bid: bool) -> int:
    """Value in quote units that stands within `share` (millionths) of the index."""
    middle = fair(stand, pair) // BOOK_PER_INDEX
    limit = middle * (1_000_000 - share if is_bid else 1_000_000 + share) // 1_000_000
    return sum(price * quantity // UNIT for price, quantity in pair.book.depth(not is_bid, limit))


def far_from_index(stand: Stand, asset: str, share: int) -> list[str]:
    """Pairs of an asset whose bid or ask is further than `share` (millionths) from the index."""
    found = []
    for pair in stand.core.exchange.pairs.values():
        if asset not in (pair.base.symbol, pair.quote.symbol):
            continue
        middle, tick = fair(stand, pair), 2 * pair.parameters.tick_size * BOOK_PER_INDEX
        for level in (pair.book.best_bid(), pair.book.best_ask()):
            room = middle * share // 1_000_000 + tick
            if level is None and middle < tick:  # a price of less than two ticks leaves no room
                continue
            if level is None or abs(level.price * BOOK_PER_INDEX - middle) > room:
                found.append(pair.symbol)
    return found
