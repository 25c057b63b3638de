"""The exchange: takes checked orders, locks their funds, matches them, lets them rest or wait, ends them (rule 9)."""

from leverline.kernel.events import EventLog
from leverline.kernel.numbers import quote_up, value_down
from leverline.ledger.ledger import Ledger
from leverline.market.account import TradingAccount
from leverline.market.events import OrderTriggered, TrailingStarted
from leverline.market.foresight import base_at, foresee
from leverline.market.hook import FillHook
from leverline.market.index_board import IndexBoard
from leverline.market.list_desk import ListDesk
from leverline.market.matching import Matcher
from leverline.market.order import Order
from leverline.market.pair import Pair
from leverline.market.quotes import QuoteDesk
from leverline.market.reducer import Reducer
from leverline.market.register import OrderRegister
from leverline.market.settlement import Settlement
from leverline.market.terms import (
    CAUSE_FOK_UNFILLED,
    CAUSE_IOC_REST,
    CAUSE_NO_LIQUIDITY,
    CAUSE_NONE,
    CAUSE_PROTECTION_PRICE,
    CAUSE_SELF_TRADE,
    EXPIRED,
    EXPIRED_IN_MATCH,
    FILLED,
    FOK,
    GTC,
    LIMIT_MAKER,
    MARKET,
    PENDING_NEW,
    is_market_type,
)
from leverline.rulebook.orders import band_prices, protection_price
from leverline.rulebook.parameters import PairParameters, TradingRules

__all__ = ["Exchange", "FillHook"]


class Exchange:
    """All pairs of the venue. Checks are made before: a submitted order cannot be refused."""

    def __init__(self, log: EventLog, ledger: Ledger, board: IndexBoard, trading: TradingRules) -> None:
        self.log: EventLog = log
        self.ledger: Ledger = ledger
        self.board: IndexBoard = board
        self.trading: TradingRules = trading
        self.pairs: dict[str, Pair] = {}
        self.register: OrderRegister = OrderRegister(log, ledger)
        self.settlement: Settlement = Settlement(log, ledger, board, trading, self.register)
        self.reducer: Reducer = Reducer(log, self.register, trading)
        self.matcher: Matcher = Matcher(log, self.register, self.settlement, self.reducer)
        """What trades incoming orders; another one stands here while a preview rehearses one."""
        self.quoter: QuoteDesk = QuoteDesk(self.register)
        self.lists: ListDesk = ListDesk(log, ledger, self.register, trading)
        self.register.watch = self.lists

    @property
    def hook(self) -> FillHook:
        """What margin and liquidation add to fills and ends."""
        return self.register.hook

    @hook.setter
    def hook(self, hook: FillHook) -> None:
        """Have another hook told from now on."""
        self.register.hook = hook

    @property
    def next_order_id(self) -> int:
        """The id that the next order takes."""
        return self.register.next_order_id

    @next_order_id.setter
    def next_order_id(self, next_order_id: int) -> None:
        """Count on from a snapshot."""
        self.register.next_order_id = next_order_id

    def add_pair(self, parameters: PairParameters) -> Pair:
        """List a pair of two assets of the index board and return it."""
        assert parameters.symbol not in self.pairs, parameters.symbol
        assets = self.board.assets
        pair = Pair(parameters, assets[parameters.base], assets[parameters.quote], self.trading.narrow_band)
        self.pairs[pair.symbol] = pair
        return pair

    def take_order_id(self) -> int:
        """Return a new order id."""
        return self.register.take_order_id()

    def new_order(self, account: TradingAccount, pair: Pair, is_buy: bool) -> Order:
        """Return a LIMIT GTC order with a new id, its terms still to be set."""
        return Order(self.register.take_order_id(), account, pair, is_buy)

    def worst_price(self, order: Order) -> int:
        """Return the worst price at which `order` may trade; 0 for a market order without an opposite one.

        The limit price, or the protection price: beyond the best opposite price for a market order, beyond the stop
        price, or the trigger price foreseen, for a conditional one that waits (rules 6.2, 9.2, 9.8).
        """
        if order.price:
            return order.price
        return self._protected(order, order.trigger_reference or self.expected_price(order))

    def expected_price(self, order: Order) -> int:
        """Return the best opposite price for a market order, else the pair's last price; 0 if there is neither."""
        best = order.pair.book.opposite(order.is_buy).best
        return order.pair.last_price if best is None else best.price

    def lock_needed(self, order: Order) -> int:
        """Return what `order` locks of `order.locked_asset` at placement (rule 9.2).

        Sell: the quantity; by quote amount, the base that the bids take for it, or own bids take away. Buy: price ×
        quantity rounded up; a waiting stop-market order at the protection price of its stop; a market order what its
        fills will cost, for it matches at once; by quote amount, that amount.
        """
        if not order.is_buy:
            return order.quantity or foresee(order, self.worst_price(order)).given
        if order.quantity == 0:
            return order.quote_quantity
        if order.kind == MARKET:
            return foresee(order, self.worst_price(order)).cost
        return quote_up(self.worst_price(order), order.quantity)

    def submit(self, order: Order, need: int = -1) -> None:
        """Lock the funds of a checked order, then match it and let the rest stand, or let it wait for its trigger.

        Its id is set and `lock_needed` is free. `need` is that amount where it is known, and for a liquidation's buy
        what its planned fills cost. Conditional orders that its trades trigger follow, and those that these trigger.
        """
        self.admit(order, self.lock_needed(order) if need < 0 else need)
        self.act(order)

    def admit(self, order: Order, need: int) -> None:
        """Lock `need` for a checked order, or one that has waited for its turn, and report it."""
        if order.status == PENDING_NEW:
            self.register.start(order, need)
        else:
            self.register.accept(order, need)

    def act(self, order: Order) -> None:
        """Let an order that has its funds wait for its trigger, or match it and what that triggers."""
        if order.is_conditional:
            self.register.arm(order)
            return
        self._execute(order)
        if self.matcher.first_price and not order.pair.stops.is_empty():
            self._run_triggered(order.pair)

    def submit_pair(self, first: Order, second: Order, need: int) -> None:
        """Lock `need`, what the dearer of both needs, for the orders of an OCO, then let both stand.

        One of them bears the lock: the one that rests in the book, which a fill can reach at any time.
        """
        self.lists.pair_up(first, second, self.worst_price(first), self.worst_price(second))
        bearer = self.bearer_of(first, second)
        for order in (first, second):
            self.admit(order, need if order is bearer else 0)
        for order in (first, second):
            if order.is_conditional:
                self.register.arm(order)
            else:
                self.register.rest(order)

    def bearer_of(self, first: Order, second: Order) -> Order:
        """Return the order of an OCO that bears lock and loan of both."""
        return second if second.kind == LIMIT_MAKER else first

    def end(self, order: Order, status: int, cause: int) -> None:
        """End an open order: out of its book, funds unlocked, reported, then `hook.after_end`."""
        self.register.end(order, status, cause)

    def amend(self, order: Order, quantity: int, client_id: str) -> None:
        """Reduce an open order to `quantity`, more than is executed; it keeps its place and goes by `client_id`.

        `quantity` includes what self-trade prevention has taken off. What it needs no longer is unlocked, then
        `hook.after_release`.
        """
        self.reducer.amend(order, order.ordered - quantity, client_id)

    def reopen(self, orders: list[Order]) -> None:
        """Put orders back as they stood, given in order of priority in their books: for restoring a snapshot.

        Moves no funds. Each account lists its orders in order of placement again.
        """
        for order in orders:
            self.register.put_back(order)
        for order in sorted(orders, key=_order_id):
            self.register.list_open(order)

    def mass_quote(
        self, account: TradingAccount, pair: Pair, bids: list[tuple[int, int]], asks: list[tuple[int, int]]
    ) -> None:
        """Replace the account's quotes in `pair` by these (price, quantity), best first; unchanged ones stay in place.

        A level that would match at once or lacks funds is left out.
        """
        self.quoter.mass_quote(account, pair, bids, asks)

    def book_depth_value(self, pair: Pair, band: int) -> int:
        """Return the value of what stands within `band` of the index on the thinner side of the book; 0 while stale."""
        base, quote = pair.base, pair.quote
        if base.is_stale or quote.is_stale:
            return 0
        lowest, highest = band_prices(base.price, quote.price, band)
        bids = sum([quantity for _, quantity in pair.book.depth(False, lowest)])
        asks = sum([quantity for _, quantity in pair.book.depth(True, highest)])
        return value_down(min(bids, asks), base.price)

    def _protected(self, order: Order, reference: int) -> int:
        """Return the protection price of `order` beyond `reference`."""
        if reference == 0:
            return 0
        return protection_price(
            reference, order.is_buy, self.trading.market_protection, order.pair.parameters.tick_size
        )

    def _execute(self, order: Order) -> None:
        """Match `order` and end it or let it rest, as its terms say."""
        if is_market_type(order.kind):
            order.price = self._market_limit(order)
        if order.time_in_force == FOK and not foresee(order, order.price).is_whole:
            self.matcher.first_price = 0
            self.register.end(order, EXPIRED, CAUSE_FOK_UNFILLED)
            return
        self._conclude(order, self.matcher.match(order))

    def _market_limit(self, order: Order) -> int:
        """Return the protection price at which a market order stops, within what it has locked.

        A triggered buy has locked its funds at the protection price of its stop, or of the trigger foreseen, which
        stays the most it pays. A triggered sell is held only to that of the best bid: a stop that a gap has passed
        still gets out.
        """
        limit = self._protected(order, self.expected_price(order))
        if order.is_conditional and order.is_buy:
            return min(limit, self._protected(order, order.trigger_reference))
        return limit

    def _conclude(self, order: Order, cause: int) -> None:
        """Do with what is left of a matched order what its terms say; `cause` is why matching stopped."""
        register = self.register
        if cause == CAUSE_NONE and order.executed and not _is_short(order):
            register.end(order, FILLED, CAUSE_NONE)
        elif cause == CAUSE_NONE:
            register.end(order, EXPIRED, CAUSE_NO_LIQUIDITY)
        elif cause == CAUSE_SELF_TRADE:
            register.end(order, EXPIRED_IN_MATCH, cause)
        elif is_market_type(order.kind) or cause not in (CAUSE_NO_LIQUIDITY, CAUSE_PROTECTION_PRICE):
            register.end(order, EXPIRED, cause)
        elif order.time_in_force == GTC:
            if order.executed:
                self._release_improvement(order)
            register.rest(order)
        else:
            assert order.time_in_force != FOK, order.order_id
            register.end(order, EXPIRED, CAUSE_IOC_REST)

    def _release_improvement(self, order: Order) -> None:
        """Free what a partly filled buy saved by better prices than its limit.

        An order with a loan keeps it locked until its end, for then it repays the loan (rule 9.2).
        """
        if order.is_buy and not order.loan:
            self.register.release_surplus(order, order.price)

    def _run_triggered(self, pair: Pair) -> None:
        """Execute what the last match triggered, then what that triggers, and so on; each order triggers but once."""
        queue = self._take_triggered(pair)
        position = 0
        while position < len(queue):
            order = queue[position]
            position += 1
            if not order.is_open:
                continue  # the other order of its pair was triggered before it
            self._execute(order)
            if self.matcher.first_price:
                queue.extend(self._take_triggered(pair))

    def _take_triggered(self, pair: Pair) -> list[Order]:
        """Take the orders that the last match triggered out of the stop book; report them, and those that now trail."""
        matcher, stops = self.matcher, pair.stops
        triggered = stops.take_triggered(
            matcher.path if matcher.is_path_kept else [matcher.first_price, pair.last_price]
        )
        for order in stops.started:
            order.trailing_time = self.log.time
            self.log.emit(TrailingStarted(order))
        for order in triggered:
            if order.order_list is not None:
                if not order.is_open:
                    continue
                self.lists.acts(order)
            self.register.trigger(order)
            self.log.emit(OrderTriggered(order, pair.last_price))
        return triggered


def _is_short(order: Order) -> bool:
    """Whether an order by quote amount has sold all its base and could still trade more than a step for the rest."""
    if order.quantity or order.is_buy or order.locked:
        return False
    step = order.pair.parameters.step_size
    return base_at(order.quote_quantity - order.executed_quote, order.pair.last_price, step) > step


def _order_id(order: Order) -> int:
    """Return the id: the order of placement."""
    return order.order_id
