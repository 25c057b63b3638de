"""How much the liquidation account may still trade today: each day at most a share of the depth (rule 11.3)."""

from leverline.kernel.numbers import RATIO_ONE, mul_div_down
from leverline.market.pair import Pair


class DepthShare:
    """What is left of a UTC day's share, for each direction of each pair. Quantities in base 10⁻⁸.

        share × deepest book seen that day − what was traded

    A crash empties books and makers come back within hours: the deepest moment so far speaks for the day.
    """

    def __init__(self, share: int) -> None:
        self.share: int = share
        self.deepest: dict[tuple[str, bool], int] = {}
        """(pair, is buy) → the most that stood within the band at one of the day's attempts."""
        self.traded: dict[tuple[str, bool], int] = {}
        """(pair, is buy) → what was traded today."""

    def begin_day(self) -> None:
        """Forget the day that is over."""
        self.deepest = {}
        self.traded = {}

    def left(self, pair: Pair, is_buy: bool, worst: int) -> int:
        """Return what may still be traded in a direction, after a look at the whole book up to the price `worst`."""
        key = (pair.symbol, is_buy)
        depth = 0
        for _, quantity in pair.book.depth(is_buy, worst):
            depth += quantity
        deepest = max(depth, self.deepest.get(key, 0))
        self.deepest[key] = deepest
        return max(mul_div_down(deepest, self.share, RATIO_ONE) - self.traded.get(key, 0), 0)

    def note(self, pair: Pair, is_buy: bool, quantity: int) -> None:
        """Count a trade."""
        key = (pair.symbol, is_buy)
        self.traded[key] = self.traded.get(key, 0) + quantity
