"""A small venue for the tests of the engine: five assets, a clock that the test drives, and the fixed roles."""

from dataclasses import replace
from functools import lru_cache
from typing import TypeVar

from leverline.engine.codec import command_to_dict
from leverline.engine.commands import (
    AdvanceTime,
    Borrow,
    Command,
    Deposit,
    GrantPermission,
    HouseDeposit,
    MassQuote,
    OpenMarginAccount,
    PlaceOrder,
    PublishPrices,
    RegisterUser,
    SetLeverage,
    SupplyPool,
    TopUpFund,
    Transfer,
)
from leverline.engine.engine import Engine, restore
from leverline.engine.events import Refused
from leverline.kernel.decimals import parse_amount, parse_ratio
from leverline.kernel.events import Event
from leverline.kernel.time import DAY, HOUR, MINUTE, SECOND
from leverline.ledger.wallet import CROSS, ISOLATED, SPOT, Holding
from leverline.margin.account import MAY_MARGIN, MAY_PRO, MarginAccount, User
from leverline.market.account import TradingAccount
from leverline.market.terms import LIMIT
from leverline.parameters import load_parameters, select, with_pinned_index
from leverline.rulebook.parameters import VenueParameters
from leverline.rulebook.refusals import Refusal

ALICE, BOB, CAROL, MALLORY, MAKER = 1, 2, 3, 4, 5
"""Alice borrows long, Bob borrows short, Carol trades spot, Mallory tries, and a market maker."""

START = 1_767_225_600 * SECOND
"""2026-01-01T00:00:00Z: the start of an hour and of a day."""

PRICES = {"BTC": "60000", "ETH": "3000", "BNB": "600", "DOGE": "0.1"}
PAIRS = ("BTCUSDT", "ETHUSDT", "ETHBTC", "BNBUSDT", "DOGEUSDT")

Kind = TypeVar("Kind", bound=Event)

amount = parse_amount
ratio = parse_ratio

__all__ = [
    "ALICE", "BOB", "CAROL", "CROSS", "DAY", "HOUR", "ISOLATED", "MAKER", "MALLORY", "MINUTE", "SECOND", "SPOT",
    "START", "World", "amount", "of_kind", "parameters", "ratio", "with_asset", "with_pair", "with_rules",
]  # fmt: skip


@lru_cache(maxsize=1)
def parameters() -> VenueParameters:
    """Return the shipped rule set with few pairs, its index prices as the test sets them."""
    return with_pinned_index(select(load_parameters(), PAIRS))


def with_asset(rules: VenueParameters, symbol: str, **changes: object) -> VenueParameters:
    """Return the rules with other figures of one asset."""
    return replace(rules, assets={**rules.assets, symbol: replace(rules.assets[symbol], **changes)})


def with_pair(rules: VenueParameters, symbol: str, **changes: object) -> VenueParameters:
    """Return the rules with other figures of one pair."""
    return replace(rules, pairs={**rules.pairs, symbol: replace(rules.pairs[symbol], **changes)})


def with_rules(rules: VenueParameters, part: str, **changes: object) -> VenueParameters:
    """Return the rules with other figures in one part, as `borrowing` or `index`."""
    return replace(rules, **{part: replace(getattr(rules, part), **changes)})


def of_kind(events: list[Event], kind: type[Kind]) -> list[Kind]:
    """Return the events of one class, in order."""
    return [event for event in events if isinstance(event, kind)]


class World:
    """A venue with filled pools, an insurance fund and index prices; commands go in at `time`."""

    def __init__(self, rules: VenueParameters | None = None, fund: str = "1000000") -> None:
        self.parameters = rules or parameters()
        self.engine = Engine(self.parameters)
        self.time = START
        self.history: list[tuple[Command, int]] = []
        for asset in self.parameters.assets.values():
            self.send(HouseDeposit(asset.symbol, 2 * asset.pool_supply), SupplyPool(asset.symbol, asset.pool_supply))
        if parse_amount(fund):
            self.send(TopUpFund("USDT", parse_amount(fund)))
        self.index(**PRICES)

    def attempt(self, command: Command) -> list[Event]:
        """Apply a command, whatever becomes of it."""
        self.history.append((command, self.time))
        return self.engine.apply(command, self.time)

    def send(self, *commands: Command) -> list[Event]:
        """Apply commands that must be accepted; return the events of all of them."""
        found: list[Event] = []
        for command in commands:
            events = self.attempt(command)
            refused = of_kind(events, Refused)
            assert not refused, (
                type(command).__name__,
                command_to_dict(command),
                refused[0].refusal.name,
                refused[0].detail,
            )
            found.extend(events)
        return found

    def refusal(self, command: Command) -> Refusal:
        """Apply a command that must be refused, and change nothing; return why."""
        self.send(AdvanceTime())
        before = self.engine.state_hash()
        events = self.attempt(command)
        assert len(events) == 1, [type(event).__name__ for event in events]
        assert isinstance(events[0], Refused), vars(events[0])
        assert events[0].detail
        assert self.engine.state_hash() == before
        return events[0].refusal

    def advance(self, span: int) -> list[Event]:
        """Let time pass in microseconds."""
        self.time += span
        return self.send(AdvanceTime())

    def index(self, **prices: str) -> list[Event]:
        """Set index prices in USDT."""
        return self.send(PublishPrices("house", [(asset, parse_ratio(price), 1) for asset, price in prices.items()]))

    def user(self, user_id: int, parent_id: int = 0, **funds: str) -> User:
        """Register a user who may trade on margin, Pro included, with funds in the spot wallet."""
        self.send(RegisterUser(user_id, 0, parent_id))
        self.send(GrantPermission(user_id, MAY_MARGIN), GrantPermission(user_id, MAY_PRO))
        for asset, text in funds.items():
            self.send(Deposit(user_id, asset, parse_amount(text)))
        return self.engine.core.users[user_id]

    def cross(self, user_id: int, leverage: int = 5, parent_id: int = 0, **funds: str) -> MarginAccount:
        """Register a user with funds in a cross account."""
        self.user(user_id, parent_id, **funds)
        self.send(OpenMarginAccount(user_id, CROSS), SetLeverage(user_id, leverage))
        for asset, text in funds.items():
            self.send(Transfer(user_id, asset, parse_amount(text), SPOT, CROSS))
        return self.account(user_id)

    def isolated(self, user_id: int, pair: str, **funds: str) -> MarginAccount:
        """Register a user with funds in the isolated account of `pair`."""
        self.user(user_id, **funds)
        self.send(OpenMarginAccount(user_id, ISOLATED, pair))
        for asset, text in funds.items():
            self.send(Transfer(user_id, asset, parse_amount(text), SPOT, ISOLATED, "", pair))
        return self.account(user_id, pair)

    def long(self, user_id: int = ALICE, pair: str = "BTCUSDT") -> MarginAccount:
        """Let a user with 10,000 USDT of his own owe 50,000 USDT and hold 0.999 BTC (1 less commission), isolated."""
        self.isolated(user_id, pair, USDT="10000")
        self.send(Borrow(user_id, ISOLATED, "USDT", parse_amount("50000"), pair))
        self.maker(pair, bid="", ask="60000")
        self.send(self.limit(user_id, pair, True, "1", "60000", kind=ISOLATED))
        self.maker(pair, bid="", ask="")
        return self.account(user_id, pair)

    def short(self, user_id: int = BOB) -> MarginAccount:
        """Let a user with 10,000 USDT of his own owe 0.5 BTC and hold 39,970 USDT, cross 5x."""
        self.cross(user_id, USDT="10000")
        self.send(Borrow(user_id, CROSS, "BTC", parse_amount("0.5")))
        self.maker(bid="60000", ask="")
        self.send(self.limit(user_id, "BTCUSDT", False, "0.5", "60000", kind=CROSS))
        self.maker(bid="", ask="")
        return self.account(user_id)

    def maker(self, pair: str = "BTCUSDT", bid: str = "59990", ask: str = "60010", size: str = "100") -> list[Event]:
        """Let the market maker quote one price on each side, funded without end."""
        if MAKER not in self.engine.core.users:
            self.user(MAKER, **{asset: "1000000000" for asset in self.parameters.assets})
        sides = [[(parse_amount(price), parse_amount(size))] if price else [] for price in (bid, ask)]
        return self.send(MassQuote(MAKER, SPOT, pair, sides[0], sides[1]))

    def limit(self, user_id: int, pair: str, is_buy: bool, quantity: str, price: str, **terms: object) -> PlaceOrder:
        """Return a limit order from the spot wallet, unless `kind` says otherwise."""
        kind = terms.pop("kind", SPOT)
        return PlaceOrder(user_id, kind, pair, is_buy, LIMIT, parse_amount(quantity), parse_amount(price), **terms)

    def account(self, user_id: int, pair: str = "") -> MarginAccount:
        """Return the cross account, or the isolated account of `pair`."""
        found = self.engine.core.users[user_id].margin_account(ISOLATED if pair else CROSS, pair)
        assert found is not None, (user_id, pair)
        return found

    def spot(self, user_id: int) -> TradingAccount:
        """Return a spot wallet."""
        return self.engine.core.users[user_id].spot

    def holding(self, user_id: int, asset: str, pair: str = "") -> Holding:
        """Return a holding of the cross account, or of the isolated account of `pair`."""
        return self.account(user_id, pair).holding(asset)

    def restart(self) -> None:
        """Stop the venue and go on from its snapshot."""
        self.engine = restore(self.parameters, self.engine.snapshot())
