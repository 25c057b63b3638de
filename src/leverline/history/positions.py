"""What an account's fills have left open in each pair, and at which average price."""

from collections.abc import Iterable

from leverline.history.fills import AccountTrade
from leverline.kernel.numbers import UNIT, mul_div_down, mul_div_nearest


class OpenPosition:
    """What the fills in one pair left open since they last left nothing.

    `quantity` of base is positive for a long, negative for a short. `cost` is what it cost or brought in quote, of the
    same sign; commissions paid in base or quote are in both, those paid in BNB are not.
    """

    def __init__(self, pair: str) -> None:
        self.pair: str = pair
        self.quantity: int = 0
        self.cost: int = 0
        self.opened: int = 0
        """Time of the fill that began it."""

    @property
    def entry_price(self) -> int:
        """What a unit of base cost or brought on average, in 10⁻⁸ quote."""
        return mul_div_nearest(abs(self.cost), UNIT, abs(self.quantity)) if self.quantity else 0

    def take(self, quantity: int, cost: int, time: int) -> None:
        """Add a fill: the same way it adds to the cost, the other way it closes a part at the average."""
        if self.quantity == 0:
            self.opened = time
        if self.quantity == 0 or (quantity > 0) == (self.quantity > 0):
            self.quantity += quantity
            self.cost += cost
        elif abs(quantity) < abs(self.quantity):
            self.shrink(abs(self.quantity) - abs(quantity))
        else:
            rest = self.quantity + quantity
            self.cost = mul_div_down(cost, abs(rest), abs(quantity)) if rest else 0
            self.quantity, self.opened = rest, time

    def shrink(self, quantity: int) -> None:
        """Leave `quantity` (without sign) of it at the same average price."""
        sign = 1 if self.quantity > 0 else -1
        self.cost = mul_div_down(self.cost, quantity, abs(self.quantity))
        self.quantity = sign * quantity


def open_positions(trades: Iterable[AccountTrade], pairs: dict[str, tuple[str, str]]) -> list[OpenPosition]:
    """Return what `trades`, oldest first, left open; `pairs` has base and quote of each pair."""
    found: dict[str, OpenPosition] = {}
    for trade in trades:
        position = found.get(trade.pair)
        if position is None:
            position = found[trade.pair] = OpenPosition(trade.pair)
        base, quote = pairs[trade.pair]
        sign = 1 if trade.is_buyer else -1
        received_base = sign * trade.quantity - (trade.commission if trade.commission_asset == base else 0)
        given_quote = sign * trade.quote + (trade.commission if trade.commission_asset == quote else 0)
        position.take(received_base, given_quote, trade.time)
    return [position for position in found.values() if position.quantity]
