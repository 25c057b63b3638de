"""The ladder of one house maker: prices and quantities around the fair price of its pair.

    fair = index of the base ÷ index of the quote
    half-spread = WIDTH_SHARE of a day's deviation of the pair, in millionths, within its bounds
    level i stands at the i-th rung, in half-spreads from fair, and holds that rung's share of the depth

Outer levels keep to a coarse grid, so that most of them stay in the book, and in the queue, when the quote follows the
index: a mass quote leaves unchanged levels alone.
"""

from collections.abc import Mapping
from typing import Final

from leverline.engine.commands import MassQuote
from leverline.kernel.numbers import AMOUNT_MAX, BOOK_PER_INDEX, INDEX_ONE, RATIO_ONE, UNIT
from leverline.ledger.wallet import SPOT
from leverline.market.order import Order
from leverline.market.pair import Pair
from leverline.parameters.grids import power_of_ten_down, round_down

PPM: Final = 1_000_000
QUIET_LADDER: Final = ((1, 10), (3, 20), (7, 25), (16, 25))
LEADING_LADDER: Final = (
    (1, 10), (2, 8), (3, 12), (4, 6), (5, 6), (6, 6), (7, 7), (9, 6), (11, 6), (13, 6), (16, 7),
    (20, 4), (25, 4), (30, 4), (35, 4), (40, 4),
)  # fmt: skip
"""Rungs with their shares of the depth in per cent; leading books are deep to look at."""
FOLLOW: Final = (75, 50)
"""Per cent of a half-spread by which fair moves before a quote follows; the second for leading pairs."""
COARSE_FROM: Final = 2
"""Levels from this one on stand on the coarse grid."""
COARSE_WIDTHS: Final = 3
"""The coarse grid is the power of ten of ticks at or below so many half-spreads."""

Levels = list[tuple[int, int]]


class Quoter:
    """The maker of one pair. Fair prices are quote per base in 10⁻¹², widths and moves millionths."""

    def __init__(self, user_id: int, pair: Pair, width: int, depth: int, is_leading: bool) -> None:
        self.user_id = user_id
        self.pair = pair
        self.width = width
        """Half-spread in millionths of the price."""
        self.usual_depth = depth
        """Value of one side, 10⁻⁸ USDT, unless it is set."""
        self.depth = depth
        self.is_leading = is_leading
        self.is_withdrawn = False
        self.fair = 0
        """Fair price of the standing quote, 0 for none."""
        self.quoted_at = 0
        self.best_bid: tuple[int, int] | None = None
        """Price and quantity of the best bid that was quoted."""
        self.best_ask: tuple[int, int] | None = None

    def has_moved(self, fair: int) -> bool:
        """Whether fair is so far from the standing quote's that the quote must follow: FOLLOW of a half-spread."""
        quoted = self.fair
        return quoted == 0 or abs(fair - quoted) * 100 * PPM > quoted * self.width * FOLLOW[self.is_leading]

    def is_eaten(self, standing: Mapping[int, Order]) -> bool:
        """Whether less than half is left of one of its best levels; `standing` are its quotes by book key."""
        for best, sign in ((self.best_bid, 1), (self.best_ask, -1)):
            if best is not None:
                order = standing.get(best[0] * sign)
                if order is None or 2 * order.rest < best[1]:
                    return True
        return False

    def quote(self, fair: int, quote_price: int, now: int) -> MassQuote:
        """Return the quote around `fair`; `quote_price` is the index price of the quote asset."""
        self.fair, self.quoted_at = fair, now
        depth = self.depth * INDEX_ONE // quote_price
        bids = self._side(fair, depth, False)
        asks = self._side(fair, depth, True)
        self.best_bid = bids[0] if bids else None
        self.best_ask = asks[0] if asks else None
        return MassQuote(self.user_id, SPOT, self.pair.symbol, bids, asks)

    def silence(self) -> MassQuote:
        """Return the command that takes its quote out of the book."""
        self.fair = 0
        self.best_bid = self.best_ask = None
        return MassQuote(self.user_id, SPOT, self.pair.symbol, [], [])

    def least(self, price: int) -> int:
        """Return the smallest quantity that the pair takes at `price`, on the step grid."""
        rules = self.pair.parameters
        needed = max(-(-rules.notional_min * UNIT // price), rules.quantity_min)
        return needed + -needed % rules.step_size

    def _side(self, fair: int, depth: int, is_ask: bool) -> Levels:
        """Return the levels of one side, best first; `depth` is its value in the quote asset, 10⁻⁸."""
        levels: Levels = []
        rules = self.pair.parameters
        for place, (rung, share) in enumerate(LEADING_LADDER if self.is_leading else QUIET_LADDER):
            grid = rules.tick_size if place < COARSE_FROM else self._coarse(fair)
            last = levels[-1][0] if levels else None
            price = self._ask_price(fair, rung, grid, last) if is_ask else self._bid_price(fair, rung, grid, last)
            if rules.price_min <= price <= rules.price_max and self._is_near(price, fair):
                levels.append((price, self._quantity(price, depth * share // 100)))
        return levels

    def _ask_price(self, fair: int, rung: int, grid: int, last: int | None) -> int:
        """Return the book price of an ask, on its grid, away from fair and beyond the one before it."""
        book = -(-fair * (PPM + rung * self.width) // (PPM * BOOK_PER_INDEX))
        if last is not None:
            book = max(book, last + self.pair.parameters.tick_size)
        return book + -book % grid

    def _bid_price(self, fair: int, rung: int, grid: int, last: int | None) -> int:
        """Return the same of a bid."""
        book = fair * (PPM - min(rung * self.width, PPM)) // (PPM * BOOK_PER_INDEX)
        if last is not None:
            book = min(book, last - self.pair.parameters.tick_size)
        return book - book % grid

    def _is_near(self, price: int, fair: int) -> bool:
        """Whether PERCENT_PRICE_BY_SIDE lets a price stand; it bars what a pair worth less than a tick would ask."""
        rules = self.pair.parameters
        ratio = price * BOOK_PER_INDEX * RATIO_ONE
        return fair * rules.percent_down <= ratio and (rules.percent_up == 0 or ratio <= fair * rules.percent_up)

    def _coarse(self, fair: int) -> int:
        """Return the grid of outer levels in book units."""
        tick = self.pair.parameters.tick_size
        return tick * power_of_ten_down(max(COARSE_WIDTHS * fair * self.width // (PPM * BOOK_PER_INDEX * tick), 1))

    def _quantity(self, price: int, value: int) -> int:
        """Return what is quoted at `price` for `value`: a round figure that the pair takes."""
        rules = self.pair.parameters
        most = min(rules.quantity_max or AMOUNT_MAX, (rules.notional_max or AMOUNT_MAX) * UNIT // price)
        quantity = min(round_down(max(value * UNIT // price, 1)), most)
        return max(quantity - quantity % rules.step_size, self.least(price))
