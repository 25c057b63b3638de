"""One random margin account in a small venue: any mode, collateral, debts, perhaps open orders and interest."""

import random
from fractions import Fraction

from tests.reference.model.state import CLASSIC, CROSS, ISOLATED, PRO, SPOT, USDT
from tests.reference.small_world import HOUR, ONE, SECOND, UNIT, ratio, small_world
from tests.reference.workload import FIRST_PRICES, START, WORTH

from leverline.engine import commands as c
from leverline.engine.codec import command_to_dict
from leverline.engine.engine import Engine
from leverline.engine.events import Refused
from leverline.kernel.events import Event
from leverline.margin.account import MarginAccount
from leverline.market import terms
from leverline.rulebook.parameters import VenueParameters

ALICE, MAKER = 1, 2
ISOLATED_PAIRS = ("BTCUSDT", "ETHUSDT", "ETHBTC", "PEPEUSDT")


class Case:
    """An engine with one margin account of Alice."""

    def __init__(self, rng: random.Random, parameters: VenueParameters | None = None) -> None:
        self.rng = rng
        self.engine = Engine(parameters or small_world())
        self.time = START
        self.kind = CROSS
        self.pair = ""
        self.prices: dict[str, int] = {}
        self.open_venue()
        self.open_account()

    @property
    def account(self) -> MarginAccount:
        """Alice's margin account."""
        found = self.engine.core.users[ALICE].margin_account(self.kind, self.pair)
        assert found is not None
        return found

    def do(self, command: c.Command) -> list[Event]:
        """Apply a command that must be accepted."""
        events = self.engine.apply(command, self.time)
        last = events[-1] if events else None
        assert not isinstance(last, Refused), (command_to_dict(command), last.refusal, last.detail)
        return events

    def attempt(self, command: c.Command) -> bool:
        """Apply a command and return whether it was accepted."""
        events = self.engine.apply(command, self.time)
        return not (events and isinstance(events[-1], Refused))

    def open_venue(self) -> None:
        """Fund house, pools and fund; publish prices near the usual ones, with all their twelve decimals."""
        for asset, worth in WORTH.items():
            supply = int(Fraction(5_000_000) / worth * UNIT)
            self.do(c.HouseDeposit(asset, 2 * supply))
            self.do(c.SupplyPool(asset, supply))
        self.do(c.TopUpFund(USDT, 100_000 * UNIT))
        self.publish({asset: self.near(text) for asset, text in FIRST_PRICES.items()})

    def near(self, text: str) -> int:
        """Return a price not far from the usual one, with all its decimals."""
        return ratio(text) * self.rng.randrange(5_000, 15_000) // 10_001

    def publish(self, prices: dict[str, int]) -> list[Event]:
        """Publish index prices."""
        self.prices.update(prices)
        return self.do(c.PublishPrices("one", [(asset, price, 1) for asset, price in prices.items()]))

    def worth(self, asset: str, value: int) -> int:
        """Return the amount of an asset that is worth so many USDT."""
        return max(1, value * UNIT * ONE // self.prices.get(asset, ONE))

    def open_account(self) -> None:
        """Open an account of a random mode and fill it."""
        rng = self.rng
        self.do(c.RegisterUser(ALICE, rng.choice((0, 0, 3))))
        self.do(c.GrantPermission(ALICE, 1))
        self.do(c.GrantPermission(ALICE, 2))
        if rng.random() < 0.4:
            self.kind, self.pair = ISOLATED, rng.choice(ISOLATED_PAIRS)
        self.do(c.OpenMarginAccount(ALICE, self.kind, self.pair))
        if self.kind == CROSS and rng.random() < 0.5 and self.engine.core.parameters.regime.is_pro_offered:
            self.do(c.SwitchMode(ALICE, PRO))
        elif self.kind == CROSS:
            self.do(c.SetLeverage(ALICE, rng.choice((3, 5))))
        assets = self.assets()
        for asset in rng.sample(assets, rng.randrange(1, min(4, len(assets)) + 1)):
            self.bring(asset, self.worth(asset, rng.choice((50, 900, 7_000, 40_000))))

    def assets(self) -> list[str]:
        """Return what the account may hold."""
        if self.kind == ISOLATED:
            pair = self.engine.core.parameters.pairs[self.pair]
            return [pair.base, pair.quote]
        return [asset for asset in WORTH if asset != "RARE"]

    def bring(self, asset: str, amount: int) -> None:
        """Deposit and transfer into the account."""
        self.do(c.Deposit(ALICE, asset, amount))
        self.do(c.Transfer(ALICE, asset, amount, SPOT, self.kind, "", self.pair))

    def borrow_something(self) -> None:
        """Borrow one to three assets, up to the very maximum."""
        for asset in self.rng.sample(self.assets(), min(len(self.assets()), self.rng.randrange(1, 4))):
            most = self.engine.core.risk.limits.max_borrowable(self.account, asset)
            share = self.rng.choice((1_000, 990, 700, 300))
            self.attempt(c.Borrow(ALICE, self.kind, asset, most * share // 1_000, self.pair))

    def sell_what_was_borrowed(self) -> None:
        """Swap a part of the holdings with a maker at the index: long of one asset, short of another."""
        pairs = [self.pair] if self.pair else ["BTCUSDT", "ETHUSDT", "BTCUSDC", "ETHBTC"]
        self.do(c.RegisterUser(MAKER))
        for asset in ("USDT", "BTC", "ETH", "USDC", "PEPE"):
            self.do(c.Deposit(MAKER, asset, self.worth(asset, 10**7)))
        for pair in pairs:
            self.swap(pair)

    def swap(self, pair: str) -> None:
        """Trade some of the pair's base or quote against the maker."""
        rng, parameters = self.rng, self.engine.core.parameters.pairs[pair]
        base, quote = self.prices.get(parameters.base, ONE), self.prices.get(parameters.quote, ONE)
        price = max(1, base * UNIT // quote // parameters.tick_size) * parameters.tick_size
        is_buy = rng.random() < 0.5
        free = self.account.free(parameters.quote if is_buy else parameters.base)
        most = free * UNIT // price if is_buy else free
        quantity = most * rng.choice((10, 400, 900)) // 1_000 // parameters.step_size * parameters.step_size
        if quantity:
            self.attempt(c.PlaceOrder(MAKER, SPOT, pair, not is_buy, terms.LIMIT, quantity, price))
            self.attempt(c.PlaceOrder(ALICE, self.kind, pair, is_buy, terms.LIMIT, quantity, price))

    def leave_orders(self) -> None:
        """Leave a far order or two open."""
        for pair in [self.pair] if self.pair else ["BTCUSDT", "ETHUSDT"]:
            parameters = self.engine.core.parameters.pairs[pair]
            base, quote = self.prices.get(parameters.base, ONE), self.prices.get(parameters.quote, ONE)
            price = max(1, base * UNIT // quote * 4 // 5 // parameters.tick_size) * parameters.tick_size
            quantity = self.account.free(parameters.quote) * UNIT // price // 3
            quantity = quantity // parameters.step_size * parameters.step_size
            self.attempt(c.PlaceOrder(ALICE, self.kind, pair, True, terms.LIMIT, quantity, price))

    def let_hours_pass(self) -> None:
        """Let interest be posted."""
        self.time += self.rng.choice((SECOND, HOUR, 5 * HOUR))
        self.do(c.AdvanceTime())


def indebted_case(seed: int, parameters: VenueParameters | None = None) -> Case:
    """Return an account with debts, in a position of some kind."""
    rng = random.Random(seed)
    case = Case(rng, parameters)
    case.borrow_something()
    if rng.random() < 0.7:
        case.sell_what_was_borrowed()
    if rng.random() < 0.4:
        case.leave_orders()
    if rng.random() < 0.5:
        case.let_hours_pass()
    return case


def mode_of(case: Case) -> str:
    """Return the account's mode as a word."""
    return {CLASSIC: "classic", PRO: "pro"}.get(case.account.mode, "isolated")
