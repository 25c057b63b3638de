"""A venue set up by hand for liquidation: accounts get what they hold and owe at once, prices and books as a test says.

After every act all ledger invariants are checked, and that the product books make up the liquidation account.
"""

from tests.liquidation.figures import figures

from leverline.engine.core import Core
from leverline.kernel.decimals import format_amount, format_ratio, parse_amount, parse_ratio
from leverline.kernel.events import Event
from leverline.kernel.time import DAY, SECOND
from leverline.ledger.conservation import conservation_faults
from leverline.ledger.wallet import CROSS, ISOLATED
from leverline.liquidation.events import LiquidationEnded, LiquidationStep, TakenOver
from leverline.margin.account import CLASSIC, PRO, MarginAccount, User
from leverline.margin.valuation import Valuation
from leverline.market.account import TradingAccount
from leverline.market.order import Order
from leverline.rulebook.parameters import VenueParameters

START = 1_767_225_600 * SECOND
"""2026-01-01T00:00:00Z."""
PRICES = {"USDC": "1", "BTC": "50000", "ETH": "2500", "BNB": "500", "DOGE": "0.1", "LUNA": "80", "RARE": "5"}
ALICE, BOB, CAROL, MALLORY, MAKER = 1, 2, 3, 4, 5


class World:
    """One venue, a clock, and everything that happened."""

    def __init__(self, fund: str = "1000000", parameters: VenueParameters | None = None) -> None:
        self.core = Core(parameters or figures())
        self.log = self.core.log
        self.log.time = START
        self.ledger = self.core.ledger
        self.liquidator = self.core.liquidator
        self.events: list[Event] = []
        self.core.desk.open_hour(START)
        for symbol in self.core.board.assets:
            self.ledger.house_deposit(symbol, parse_amount("1000000000"))
            self.ledger.pool_supply(symbol, parse_amount("500000000"))
        self.fund_gets("USDT", fund)
        self.index(**PRICES)

    def fund_gets(self, asset: str, funds: str) -> None:
        """Let the house pay into the insurance fund."""
        if parse_amount(funds):
            self.ledger.top_up_fund(asset, parse_amount(funds))
            self.liquidator.fund.note_top_up(asset, parse_amount(funds))

    def user(self, user_id: int, parent_id: int = 0) -> User:
        """Return the user, made at first use."""
        found = self.core.users.get(user_id)
        if found is None:
            found = User(user_id, self.ledger.next_wallet_id(), 0, 0)
            found.parent_id = parent_id
            found.group_id = parent_id or user_id
            self.core.users[user_id] = found
            self.ledger.add_wallet(found.spot)
            self.core.set_vip(found, 0)
        return found

    def account(self, user_id: int, holds: dict[str, str], owes: dict[str, str], leverage: int = 5,
                pair: str = "", parent_id: int = 0) -> MarginAccount:  # fmt: skip
        """Return a new Classic account (leverage 3 or 5), Pro account (20) or isolated account (`pair`)."""
        user = self.user(user_id, parent_id)
        kind = ISOLATED if pair else CROSS
        account = MarginAccount(self.ledger.next_wallet_id(), user, kind, self.core.exchange.pairs.get(pair))
        self.ledger.add_wallet(account)
        if pair:
            user.isolated[pair] = account
        else:
            user.cross = account
            account.mode = PRO if leverage == 20 else CLASSIC
            account.leverage = 0 if leverage == 20 else leverage
        for symbol, text in owes.items():
            self.owe(account, symbol, text)
        for symbol, text in holds.items():
            change = parse_amount(text) - account.free(symbol)
            holding = account.holding(symbol)
            if change > 0:
                self.ledger.deposit(holding, change)
            elif change < 0:
                self.ledger.withdraw(holding, -change)
        for symbol in owes:
            if symbol not in holds:
                self.ledger.withdraw(account.holding(symbol), account.free(symbol))
        return account

    def owe(self, account: MarginAccount, symbol: str, principal: str, interest: str = "0") -> None:
        """Let an account owe more, with neither first interest nor limits."""
        self.ledger.borrow(account.holding(symbol), parse_amount(principal))
        self.core.desk.pools[symbol].add_debtor(account.holding(symbol))
        if parse_amount(interest):
            self.ledger.charge_interest(account.holding(symbol), parse_amount(interest))

    def trader(self, user_id: int, **funds: str) -> TradingAccount:
        """Return a user's spot wallet with more funds."""
        spot = self.user(user_id).spot
        for symbol, text in funds.items():
            self.ledger.deposit(spot.holding(symbol), parse_amount(text))
        return spot

    def quote(self, pair: str, bids: list[tuple[str, str]], asks: list[tuple[str, str]], user_id: int = MAKER) -> None:
        """Replace a maker's quotes by these (price, quantity), with all the funds they need."""
        listed = self.core.exchange.pairs[pair]
        spot = self.user(user_id).spot
        for symbol in (listed.base.symbol, listed.quote.symbol):
            if spot.free(symbol) < parse_amount("100000000"):
                self.ledger.deposit(spot.holding(symbol), parse_amount("100000000000"))
        sides = [[(parse_amount(price), parse_amount(size)) for price, size in side] for side in (bids, asks)]
        self.core.exchange.mass_quote(spot, listed, sides[0], sides[1])
        self.check()

    def place(self, account: TradingAccount, pair: str, is_buy: bool, quantity: str, price: str, **terms: int) -> Order:
        """Place a limit order of which nothing is checked."""
        order = self.core.exchange.new_order(account, self.core.exchange.pairs[pair], is_buy)
        order.quantity = parse_amount(quantity)
        order.price = parse_amount(price)
        for name, value in terms.items():
            setattr(order, name, value)
        self.core.exchange.submit(order)
        self.check()
        return order

    def index(self, **prices: str) -> list[Event]:
        """Publish index prices and let the venue settle; return what happened."""
        rows = [(symbol, parse_ratio(price), 1) for symbol, price in prices.items()]
        for asset in self.core.board.publish("house", rows, self.log.time):
            self.core.risk.moved(asset)
        return self.settle()

    def silence(self, symbol: str) -> list[Event]:
        """Let an asset's index go stale at once."""
        self.core.board.assets[symbol].sources["house"].time = self.log.time - DAY
        for asset in self.core.board.expire(self.log.time):
            self.core.risk.moved(asset)
        return self.settle()

    def settle(self) -> list[Event]:
        """Value what was touched and liquidate what must be; check; return what happened."""
        self.core.settle()
        return self.check()

    def rounds(self, count: int = 1) -> list[Event]:
        """Let `count` liquidation rounds pass, a second apart."""
        found: list[Event] = []
        for _ in range(count):
            self.log.time += SECOND
            if self.liquidator.next_round <= self.log.time:
                self.liquidator.run_round(self.log.time)
            found += self.settle()
        return found

    def day(self) -> list[Event]:
        """Go to the next midnight and let the liquidation account reckon; index prices stay."""
        self.log.time += DAY - self.log.time % DAY
        live = [asset for asset in self.core.board.assets.values() if not asset.is_stale]
        self.index(**{asset.symbol: format_ratio(asset.price) for asset in live})
        self.liquidator.daily(self.log.time)
        return self.settle()

    def check(self) -> list[Event]:
        """Check every invariant, keep the events since the last check and return them."""
        assert conservation_faults(self.ledger) == []
        books = self.liquidator.unwinding.books.values()
        for symbol in self.core.board.assets:
            holding = self.core.liquidation_wallet.holding(symbol)
            assert holding.locked == 0, symbol
            assert holding.free == sum(book.held.get(symbol, 0) for book in books), symbol
            assert holding.debt == sum(book.owed.get(symbol, 0) for book in books), symbol
        fresh = self.log.drain()
        self.events += fresh
        return fresh

    def view(self, account: MarginAccount) -> Valuation:
        """Return the account's valuation."""
        return self.core.risk.value(account)

    def fund(self, symbol: str = "USDT") -> str:
        """Return what the fund holds of an asset."""
        return format_amount(self.ledger.venue[symbol].fund)

    def of(self, kind: type[Event], events: list[Event] | None = None) -> list[Event]:
        """Return the events of one kind, all of them unless given."""
        return [event for event in (self.events if events is None else events) if isinstance(event, kind)]

    def steps(self) -> list[LiquidationStep]:
        """Return all steps so far."""
        return [event for event in self.events if isinstance(event, LiquidationStep)]

    def takeovers(self) -> list[TakenOver]:
        """Return all takeovers so far."""
        return [event for event in self.events if isinstance(event, TakenOver)]

    def ends(self) -> list[LiquidationEnded]:
        """Return how liquidations ended so far."""
        return [event for event in self.events if isinstance(event, LiquidationEnded)]


def held(account: TradingAccount, symbol: str) -> str:
    """Return the free amount of an asset as text."""
    return format_amount(account.free(symbol))


def owed(account: TradingAccount, symbol: str) -> str:
    """Return the debt in an asset as text."""
    return format_amount(account.owed(symbol))
