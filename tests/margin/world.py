"""Lending and margin wired to a real exchange, without the engine above them, and short words for what people do."""

from typing import Any

from tests.margin.figures import figures

from leverline.kernel.decimals import parse_amount, parse_ratio
from leverline.kernel.events import Event, EventLog
from leverline.kernel.time import HOUR
from leverline.ledger.conservation import conservation_faults
from leverline.ledger.ledger import Ledger
from leverline.ledger.wallet import CROSS, ISOLATED, Holding
from leverline.lending.desk import LendingDesk
from leverline.lending.events import InterestCharged
from leverline.margin.account import PRO, MarginAccount, User
from leverline.margin.fill_hook import MarginHook
from leverline.margin.risk import RiskDesk
from leverline.market.exchange import Exchange
from leverline.market.index_board import IndexBoard
from leverline.market.order import Order
from leverline.market.terms import CANCELED, CAUSE_USER, LIMIT
from leverline.rulebook.parameters import VenueParameters
from leverline.rulebook.refusals import Refusal

NOON = 19_000 * 24 * HOUR + 12 * HOUR
"""Twelve o'clock of some day."""
MINUTE = HOUR // 60
PRICES = {"USDC": "1", "BTC": "10000", "ETH": "1000", "BNB": "500", "AXS": "10", "DOGE": "0.1"}
POOL = "100000000"


class World:
    """A venue's lending and margin at noon, every index set, every pool rich."""

    def __init__(self, parameters: VenueParameters | None = None, time: int = NOON) -> None:
        self.parameters = parameters or figures()
        self.log = EventLog()
        self.log.time = time
        self.ledger = Ledger(self.log)
        self.users: dict[int, User] = {}
        self.board = IndexBoard(self.log, self.parameters.index)
        self.exchange = Exchange(self.log, self.ledger, self.board, self.parameters.trading)
        for asset in self.parameters.assets.values():
            self.board.add_asset(asset)
            self.ledger.add_asset(asset.symbol)
        for pair in self.parameters.pairs.values():
            self.exchange.add_pair(pair)
        self.desk = LendingDesk(self.log, self.ledger, self.board, self.parameters)
        self.risk = RiskDesk(self.log, self.ledger, self.board, self.desk, self.parameters, self.users)
        self.exchange.hook = MarginHook(self.desk, self.exchange.trading.market_protection)
        self.events: list[Event] = []
        self.desk.open_hour(time - time % HOUR)
        for symbol in self.parameters.assets:
            self.ledger.house_deposit(symbol, parse_amount(POOL))
            self.ledger.pool_supply(symbol, parse_amount(POOL))
        self.prices(**PRICES)

    def user(self, vip_level: int = 0, parent: User | None = None) -> User:
        """Register a user."""
        user = User(len(self.users) + 1, self.ledger.next_wallet_id(), 0, 0)
        user.parent_id = parent.user_id if parent else 0
        user.group_id = user.parent_id or user.user_id
        user.vip_level = vip_level
        user.maker_fee = user.taker_fee = self.parameters.vip_levels[vip_level].taker_fee
        self.ledger.add_wallet(user.spot)
        self.users[user.user_id] = user
        return user

    def cross(self, user: User | None = None, leverage: int = 5, **funds: str) -> MarginAccount:
        """Open a Classic account holding these funds."""
        user = user or self.user()
        account = MarginAccount(self.ledger.next_wallet_id(), user, CROSS, None)
        account.leverage = leverage
        user.cross = account
        return self._opened(account, funds)

    def pro(self, user: User | None = None, **funds: str) -> MarginAccount:
        """Open a Pro account holding these funds."""
        account = self.cross(user, 0, **funds)
        account.mode = PRO
        return account

    def isolated(self, pair: str, user: User | None = None, **funds: str) -> MarginAccount:
        """Open the isolated account of a pair holding these funds."""
        user = user or self.user()
        account = MarginAccount(self.ledger.next_wallet_id(), user, ISOLATED, self.exchange.pairs[pair])
        account.leverage = self.parameters.pairs[pair].family.leverage
        user.isolated[pair] = account
        return self._opened(account, funds)

    def _opened(self, account: MarginAccount, funds: dict[str, str]) -> MarginAccount:
        self.ledger.add_wallet(account)
        for symbol, text in funds.items():
            self.give(account, symbol, text)
        return account

    def give(self, account: MarginAccount, symbol: str, text: str) -> None:
        """Bring funds into a margin account."""
        self.ledger.deposit(account.holding(symbol), parse_amount(text))
        self.risk.collateral_changed(account.user)
        self.settle()

    def take(self, account: MarginAccount, symbol: str, text: str) -> None:
        """Take funds out of a margin account, unchecked."""
        self.ledger.withdraw(account.holding(symbol), parse_amount(text))
        self.risk.collateral_changed(account.user)
        self.settle()

    def prices(self, **prices: str) -> list[MarginAccount]:
        """Publish index prices and settle; return who must be liquidated."""
        return self.exact_prices({symbol: parse_ratio(text) for symbol, text in prices.items()})

    def exact_prices(self, prices: dict[str, int]) -> list[MarginAccount]:
        """Publish index prices of 10⁻¹² and settle."""
        rows = [(symbol, price, 1) for symbol, price in prices.items()]
        for asset in self.board.publish("house", rows, self.log.time):
            self.risk.moved(asset)
        return self.settle()

    def silence(self, symbol: str) -> list[MarginAccount]:
        """Let the index of an asset go stale."""
        asset = self.board.assets[symbol]
        asset.sources.clear()
        assert self.board._make_stale(asset)
        self.risk.moved(asset)
        return self.settle()

    def borrow(self, account: MarginAccount, symbol: str, text: str) -> None:
        """Borrow what the checks admit."""
        refusal = self.risk.limits.check_borrow(account, symbol, parse_amount(text))
        assert refusal is None, refusal
        self.owe(account, symbol, text)

    def owe(self, account: MarginAccount, symbol: str, text: str) -> None:
        """Borrow unchecked."""
        self.desk.borrow(account, symbol, parse_amount(text), 0)
        self.settle()

    def repay(self, account: MarginAccount, symbol: str, text: str) -> tuple[int, int]:
        """Repay what the checks admit; return (interest, principal)."""
        units = parse_amount(text)
        refusal = self.risk.limits.check_repay(account, symbol, units)
        assert refusal is None, refusal
        parts = self.desk.repay(account, symbol, units, False)
        self.settle()
        return parts

    def draft(self, account: MarginAccount, pair: str, is_buy: bool, quantity: str, price: str, **terms: Any) -> Order:
        """Return an order that is not yet placed."""
        order = Order(0, account, self.exchange.pairs[pair], is_buy)
        order.kind = LIMIT
        order.quantity = parse_amount(quantity)
        order.price = parse_amount(price)
        for name, value in terms.items():
            setattr(order, name, value)
        return order

    def order_refusal(self, order: Order, loan: int = 0) -> Refusal | None:
        """Return what margin says of a draft."""
        account = order.account
        assert isinstance(account, MarginAccount)
        return self.risk.orders.check(account, order, self.exchange.lock_needed(order), loan)

    def place(self, order: Order) -> Order:
        """Borrow what the order lacks if it may, and submit it, unchecked."""
        account = order.account
        assert isinstance(account, MarginAccount)
        need = self.exchange.lock_needed(order)
        order.order_id = self.exchange.take_order_id()
        loan = self.risk.orders.loan_needed(account, order, need) if order.side_effect & 1 else 0
        if loan:
            self.desk.borrow(account, order.locked_asset, loan, order.order_id)
            order.loan = loan
        self.exchange.submit(order)
        self.risk.order_placed(order)
        self.settle()
        return order

    def rest(self, account: MarginAccount, pair: str, is_buy: bool, quantity: str, price: str, **terms: Any) -> Order:
        """Place a limit order that nobody meets."""
        return self.place(self.draft(account, pair, is_buy, quantity, price, **terms))

    def cancel(self, order: Order) -> None:
        """Cancel an open order."""
        self.exchange.end(order, CANCELED, CAUSE_USER)
        self.risk.orders_changed(order.account)
        self.settle()

    def until(self, time: int) -> list[MarginAccount]:
        """Let time pass until `time`, charging every clock hour on the way; return who must be liquidated."""
        found: list[MarginAccount] = []
        hour = self.log.time - self.log.time % HOUR + HOUR
        while hour <= time:
            self.log.time = hour
            self.desk.charge_hour(hour)
            found += self.settle()
            hour += HOUR
        self.log.time = time
        return found

    def settle(self) -> list[MarginAccount]:
        """Value what was touched, keep the events, and prove that every unit is accounted for.

        Who must be liquidated is locked: from there on liquidation, which this world lacks, would watch the account.
        """
        found = self.risk.settle()
        for account in found:
            account.is_locked = True
        self.events += self.log.drain()
        assert conservation_faults(self.ledger) == []
        return found

    def said(self, kind: type[Event]) -> list[Any]:
        """Return all events of one kind so far."""
        return [event for event in self.events if isinstance(event, kind)]

    def charges(self, account: MarginAccount) -> list[InterestCharged]:
        """Return the interest charged to an account so far."""
        return [event for event in self.said(InterestCharged) if event.wallet_id == account.wallet_id]


def holding(account: MarginAccount, symbol: str) -> Holding:
    """Return a holding that exists."""
    return account.holdings[symbol]
