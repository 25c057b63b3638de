"""A small market for tests: five assets, three pairs with round figures, and people with spot wallets."""

from leverline.kernel.decimals import parse_amount, parse_ratio
from leverline.kernel.events import Event, EventLog
from leverline.kernel.numbers import RATIO_ONE, UNIT
from leverline.ledger.conservation import conservation_faults
from leverline.ledger.ledger import Ledger
from leverline.ledger.wallet import CROSS, SPOT
from leverline.market.account import Trader, TradingAccount
from leverline.market.events import OrderEnded, OrderTriggered, Trade
from leverline.market.exchange import Exchange
from leverline.market.filters import check_order
from leverline.market.index_board import IndexBoard
from leverline.market.order import Order
from leverline.market.pair import Pair
from leverline.market.terms import CANCELED, CAUSE_USER, LIMIT, MARKET
from leverline.rulebook.parameters import (
    AssetParameters,
    IndexRules,
    IsolatedFamily,
    PairParameters,
    RateCurve,
    TradingRules,
)
from leverline.rulebook.refusals import Refusal

PERCENT = RATIO_ONE // 100
SECOND = 1_000_000
START = 1_760_000_000 * SECOND
MAKER_FEE = parse_ratio("0.001")
TAKER_FEE = parse_ratio("0.002")
INDEX = {"BTC": "20000", "ETH": "1000", "BNB": "400", "DOGE": "0.1"}


def asset_parameters(symbol: str, sources_min: int = 1, trade_band: int = 5 * PERCENT) -> AssetParameters:
    """Return an asset that may be traded; what only lending needs is zero."""
    return AssetParameters(
        symbol=symbol, name=symbol, rank=1, is_collateral=True, is_borrowable=True, collateral_tiers=(),
        pro_brackets=(), rate_curve=RateCurve(0, 0, 0, RATIO_ONE), borrow_limits=(), borrow_min=0, repay_min=0,
        reserve_ratio=0, pool_supply=0, collateral_cap=0, exposure_floor=0, trade_band=trade_band,
        index_sources_min=sources_min,
    )  # fmt: skip


def pair_parameters(base: str, quote: str, tick: str = "0.01", step: str = "0.0001") -> PairParameters:
    """Return a pair with these grids and roomy filters."""
    return PairParameters(
        symbol=base + quote, base=base, quote=quote, tick_size=parse_amount(tick), price_min=parse_amount(tick),
        price_max=parse_amount("1000000"), step_size=parse_amount(step), quantity_min=parse_amount(step),
        quantity_max=parse_amount("1000"), market_quantity_max=parse_amount("500"), notional_min=0, notional_max=0,
        percent_up=5 * RATIO_ONE, percent_down=RATIO_ONE // 5, orders_max=200, algo_orders_max=5,
        iceberg_orders_max=10, order_lists_max=20,
        iceberg_parts_max=100, position_max=0, is_cross=True, is_isolated=True,
        is_limit_price=False, family=IsolatedFamily(10, 0, 0), isolated_tiers=(),
    )  # fmt: skip


def index_rules() -> IndexRules:
    """Return the figures of rule 2."""
    return IndexRules(
        outlier_cap=5 * PERCENT, source_silence=10 * SECOND, stale_haircut=20 * PERCENT, jump_ratio=20 * PERCENT,
        jump_window=10 * SECOND, jump_confirmation=60 * SECOND,
    )  # fmt: skip


def trading_rules() -> TradingRules:
    """Return the figures of rule 9."""
    return TradingRules(
        bnb_fee_factor=75 * PERCENT, market_protection=5 * PERCENT, limit_price_band=15 * PERCENT,
        narrow_band=2 * PERCENT, is_margin_call_guard_on=True,
    )  # fmt: skip


class World:
    """An exchange with its ledger and index board, an index for every asset, and a check after every act."""

    def __init__(self) -> None:
        self.log = EventLog()
        self.log.time = START
        self.ledger = Ledger(self.log)
        self.board = IndexBoard(self.log, index_rules())
        self.exchange = Exchange(self.log, self.ledger, self.board, trading_rules())
        for symbol in ("USDT", "BTC", "ETH", "BNB", "DOGE"):
            self.board.add_asset(asset_parameters(symbol))
            self.ledger.add_asset(symbol)
        self.btc = self.exchange.add_pair(pair_parameters("BTC", "USDT"))
        self.eth_btc = self.exchange.add_pair(pair_parameters("ETH", "BTC", tick="0.000001"))
        self.bnb = self.exchange.add_pair(pair_parameters("BNB", "USDT"))
        self.doge = self.exchange.add_pair(pair_parameters("DOGE", "USDT", tick="0.00000001", step="1"))
        self.accounts: list[TradingAccount] = []
        self.set_index(**INDEX)
        self.log.drain()

    def set_index(self, **prices: str) -> None:
        """Let one source publish prices."""
        rows = [(symbol, parse_ratio(price), 1) for symbol, price in prices.items()]
        self.board.publish("house", rows, self.log.time)

    def account(self, user_id: int, kind: int = SPOT, trader: Trader | None = None, **funds: str) -> TradingAccount:
        """Return a new wallet of a user with `funds`."""
        account = TradingAccount(self.ledger.next_wallet_id(), trader or Trader(user_id, MAKER_FEE, TAKER_FEE), kind)
        self.ledger.add_wallet(account)
        self.accounts.append(account)
        for asset, amount in funds.items():
            self.ledger.deposit(account.holding(asset), parse_amount(amount))
        return account

    def debtor(self, user_id: int, asset: str = "USDT", debt: str = "1", **funds: str) -> TradingAccount:
        """Return a cross account that owes something."""
        account = self.account(user_id, CROSS, **funds)
        amount = parse_amount(debt)
        self.ledger.house_deposit(asset, amount)
        self.ledger.pool_supply(asset, amount)
        self.ledger.borrow(account.holding(asset), amount)
        return account

    def draft(self, account: TradingAccount, pair: Pair, is_buy: bool, quantity: str = "0", price: str = "0",
              **terms: int | str) -> Order:  # fmt: skip
        """Return an order that has not been checked: LIMIT with a price, else MARKET."""
        order = Order(0, account, pair, is_buy)
        order.quantity = parse_amount(quantity)
        order.price = parse_amount(price)
        order.kind = LIMIT if order.price else MARKET
        for name, value in terms.items():
            setattr(order, name, parse_amount(value) if isinstance(value, str) and name != "client_id" else value)
        return order

    def try_place(self, order: Order) -> Refusal | None:
        """Check and submit an order; return why it was refused, with nothing changed."""
        refusal = check_order(order, self.exchange)
        if refusal is None and order.account.free(order.locked_asset) < self.exchange.lock_needed(order):
            refusal = Refusal.INSUFFICIENT_BALANCE
        if refusal is None:
            order.order_id = self.exchange.take_order_id()
            self.exchange.submit(order)
        self.check()
        return refusal

    def place(self, account: TradingAccount, pair: Pair, is_buy: bool, quantity: str = "0", price: str = "0",
              **terms: int | str) -> Order:  # fmt: skip
        """Place an order that must be accepted."""
        order = self.draft(account, pair, is_buy, quantity, price, **terms)
        refusal = self.try_place(order)
        assert refusal is None, refusal
        return order

    def buy(self, account: TradingAccount, quantity: str = "0", price: str = "0", **terms: int | str) -> Order:
        """Buy BTC for USDT."""
        return self.place(account, self.btc, True, quantity, price, **terms)

    def sell(self, account: TradingAccount, quantity: str = "0", price: str = "0", **terms: int | str) -> Order:
        """Sell BTC for USDT."""
        return self.place(account, self.btc, False, quantity, price, **terms)

    def refusal(self, account: TradingAccount, pair: Pair, is_buy: bool, quantity: str = "0", price: str = "0",
                **terms: int | str) -> Refusal | None:  # fmt: skip
        """Return what the checks say of an order, placing nothing."""
        return check_order(self.draft(account, pair, is_buy, quantity, price, **terms), self.exchange)

    def cancel(self, order: Order) -> None:
        """Cancel an open order."""
        self.exchange.end(order, CANCELED, CAUSE_USER)
        self.check()

    def trades(self) -> list[tuple[int, int, int]]:
        """Return (maker order, price, quantity) of the trades since the last call; drops other events."""
        return [(e.maker_order, e.price, e.quantity) for e in self.log.drain() if isinstance(e, Trade)]

    def life(self) -> list[str]:
        """Return what happened to orders since the last call, in words."""
        return [words for words in map(_words, self.log.drain()) if words]

    def check(self) -> None:
        """Every unit is accounted for, locked funds are those of open orders, and the books add up."""
        assert conservation_faults(self.ledger) == []
        locked: dict[tuple[int, str], int] = {}
        for account in self.accounts:
            for order in account.orders.values():
                key = (account.wallet_id, order.locked_asset)
                locked[key] = locked.get(key, 0) + order.locked
        for account in self.accounts:
            for asset, holding in account.holdings.items():
                assert holding.locked == locked.get((account.wallet_id, asset), 0), (account.wallet_id, asset)
        for pair in self.exchange.pairs.values():
            check_book(pair)


def check_book(pair: Pair) -> None:
    """The sums of each level are those of its orders, prices are in order, and the book is not crossed."""
    book = pair.book
    for side in (book.bids, book.asks):
        assert side.keys == sorted(side.levels)
        assert (side.best.key if side.best else None) == (side.keys[-1] if side.keys else None)
        for level in side.levels.values():
            orders = []
            order = level.head
            while order is not None:
                assert order.level is level
                assert 0 < order.visible <= order.rest
                orders.append(order)
                order = order.next
            assert orders
            assert level.total == sum(order.rest for order in orders)
            assert level.visible == sum(order.visible for order in orders)
    bid, ask = book.best_bid(), book.best_ask()
    assert bid is None or ask is None or bid.price < ask.price
    for order in book.orders():
        assert order.is_open
        assert order.account.orders[order.order_id] is order
        # Each fill rounds the quote amount down, so a resting buy may keep a unit per fill more than it needs.
        need = -(-order.price * order.rest // UNIT) if order.is_buy else order.rest
        assert need <= order.locked
        assert order.is_buy or order.locked == order.rest


def _words(event: Event) -> str:
    """Return one event of an order in words."""
    if isinstance(event, Trade):
        return f"trade {event.taker_order} with {event.maker_order}"
    if isinstance(event, OrderTriggered):
        return f"trigger {event.order_id}"
    return f"end {event.order_id}" if isinstance(event, OrderEnded) else ""
