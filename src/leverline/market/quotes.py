"""Mass quotes: a maker's two-sided quote, kept up to date by the difference to the one before."""

from leverline.kernel.numbers import quote_up
from leverline.market.account import TradingAccount
from leverline.market.events import QuoteSkipped
from leverline.market.order import Order
from leverline.market.pair import Pair
from leverline.market.register import OrderRegister
from leverline.market.terms import CANCELED, CAUSE_REPLACED, LIMIT_MAKER
from leverline.rulebook.refusals import Refusal


class QuoteDesk:
    """Replaces quotes. All of them are LIMIT_MAKER orders."""

    def __init__(self, register: OrderRegister) -> None:
        self.register: OrderRegister = register

    def mass_quote(
        self, account: TradingAccount, pair: Pair, bids: list[tuple[int, int]], asks: list[tuple[int, int]]
    ) -> None:
        """Make these (price, quantity) the account's quotes in `pair`.

        A standing quote with the same price and the same quantity left keeps its place in the queue; others end before
        new ones are placed. A level that would match at once or lacks funds is left out and reported.
        """
        wanted = dict(bids)
        wanted.update({-price: quantity for price, quantity in asks})
        listed = account.by_pair.get(pair.symbol)
        if listed is not None:
            self._end_vanished(listed.quotes, wanted)
        for key, quantity in wanted.items():
            if listed is None or key not in listed.quotes:
                self._place(account, pair, key, quantity)

    def _end_vanished(self, standing: dict[int, Order], wanted: dict[int, int]) -> None:
        """End the quotes that are not wanted as they stand."""
        for key, order in list(standing.items()):
            if wanted.get(key, 0) != order.quantity - order.executed:
                self.register.end(order, CANCELED, CAUSE_REPLACED)

    def _place(self, account: TradingAccount, pair: Pair, key: int, quantity: int) -> None:
        """Place one quote, unless it would match at once or lacks funds."""
        is_buy = key > 0
        price = key if is_buy else -key
        need = quote_up(price, quantity) if is_buy else quantity
        why: Refusal | None = None
        if pair.book.would_match(is_buy, price):
            why = Refusal.WOULD_MATCH_IMMEDIATELY
        elif need > account.free(pair.quote.symbol if is_buy else pair.base.symbol):
            why = Refusal.INSUFFICIENT_BALANCE
        if why is not None:
            self.register.log.emit(
                QuoteSkipped(account.user_id, account.wallet_id, pair.symbol, is_buy, price, quantity, why)
            )
            return
        order = Order(self.register.take_order_id(), account, pair, is_buy)
        order.kind = LIMIT_MAKER
        order.is_quote = True
        order.price = price
        order.quantity = quantity
        self.register.accept(order, need)
        self.register.rest(order)
