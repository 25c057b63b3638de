"""Orders of replayed accounts: market orders sized to the book, with a market maker who comes back in between."""

from typing import Final

from leverline.engine.commands import PlaceOrder
from leverline.kernel.numbers import INDEX_ONE
from leverline.lab.makers import Makers, Quoter
from leverline.lab.session import Session
from leverline.ledger.wallet import CROSS, ISOLATED
from leverline.market.terms import MARKET

CHUNK_SHARE: Final = 4
"""One order takes at most one part in so many of a side of the maker's quote."""
CHUNKS_MAX: Final = 16
SMALLEST: Final = 2
"""No order is worth less than so many times the pair's minimum notional."""


class Desk:
    """Buys and sells for accounts, in pieces that the book can take."""

    def __init__(self, session: Session, makers: Makers) -> None:
        self.session = session
        self.makers = makers

    def trade(
        self, user_id: int, kind: int, asset: str, is_buy: bool, value: int, side_effect: int, held: int = 0
    ) -> int:
        """Buy or sell `asset` for about `value` (10⁻⁸ USDT) by market orders; return what was ordered.

        A piece that is refused is halved once; a second refusal ends it. `held` limits what is sold, 0 is no limit.
        """
        quoter = self.makers.by_asset[asset]
        floor = (SMALLEST + 1) * quoter.pair.notional_min
        piece = min(value, max(quoter.side_value() // CHUNK_SHARE, 2 * floor), quoter.pair.notional_max * 9 // 10)
        left, refusals = value, 0
        for _ in range(CHUNKS_MAX):
            piece = min(piece, left)
            if piece < floor or refusals == 2:
                break
            if self.send(quoter, user_id, kind, is_buy, piece, side_effect, held):
                left -= piece
                self.refill()
            else:
                refusals += 1
                piece //= 2
        return value - left

    def send(
        self, quoter: Quoter, user_id: int, kind: int, is_buy: bool, value: int, side_effect: int, held: int
    ) -> bool:
        """Place a market order worth `value`, as far as the pair takes it; buys by quote amount, sales by quantity."""
        pair = quoter.pair
        quantity = min(value * INDEX_ONE // quoter.price, held or value * INDEX_ONE, pair.market_quantity_max * 9 // 10)
        quantity -= quantity % pair.step_size
        value = quantity * quoter.price // INDEX_ONE
        if quantity < pair.quantity_min or value < SMALLEST * pair.notional_min:
            return False
        return self.session.send(
            PlaceOrder(
                user_id, kind, pair.symbol, is_buy, MARKET, 0 if is_buy else quantity,
                quote_quantity=value if is_buy else 0, side_effect=side_effect,
            )
        )  # fmt: skip

    def refill(self) -> None:
        """Let the makers come back where somebody traded, as if time had passed."""
        for symbol in self.session.tally.take_hits():
            quoter = self.makers.by_pair.get(symbol)
            if quoter is not None and quoter.quoted_price:
                self.makers.quote(quoter)


def kind_of(pair: str) -> int:
    """Return the kind of the margin account that a plan names by its pair."""
    return ISOLATED if pair else CROSS
