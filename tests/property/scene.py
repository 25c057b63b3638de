"""A small venue with named people, for scenarios told line by line."""

from tests.reference.model.state import CROSS, ISOLATED, SPOT
from tests.reference.small_world import BEYOND, HOUR, SECOND, UNIT, amount, ratio, small_world, tiers
from tests.reference.workload import START

from leverline.engine import commands as c
from leverline.engine.codec import command_to_dict
from leverline.engine.engine import Engine
from leverline.engine.events import Refused
from leverline.kernel.events import Event
from leverline.margin.account import MarginAccount
from leverline.market import terms
from leverline.rulebook.parameters import RateCurve, VenueParameters
from leverline.rulebook.refusals import Refusal

ALICE, BOB, CAROL, MALLORY, MAKER = 1, 2, 3, 4, 9
NO_INTEREST = RateCurve(0, 0, 0, ratio("0.8"))


def plain_world() -> VenueParameters:
    """Return the small world without interest, haircuts and personal limits, so that figures stay round."""
    return small_world(
        borrow_limits=(BEYOND,) * 10, rate_curve=NO_INTEREST, collateral_tiers=tiers(("1000000000", "1"))
    )


class Scene:
    """An engine, its time, and short words for what people do."""

    def __init__(self, parameters: VenueParameters | None = None, fund: str = "100000") -> None:
        self.parameters = parameters or plain_world()
        self.engine = Engine(self.parameters)
        self.time = START
        self.events: list[Event] = []
        for asset in self.parameters.assets:
            self.do(c.HouseDeposit(asset, 10**9 * UNIT), c.SupplyPool(asset, 10**8 * UNIT))
        if amount(fund):
            self.do(c.TopUpFund("USDT", amount(fund)))
        self.prices(USDC="1", BTC="50000", ETH="2500", BNB="500", PEPE="0.00001", RARE="3")
        for user_id in (ALICE, BOB, CAROL, MALLORY, MAKER):
            self.do(c.RegisterUser(user_id))
            self.do(c.GrantPermission(user_id, 1), c.GrantPermission(user_id, 2))

    def do(self, *commands: c.Command) -> list[Event]:
        """Apply commands that must be accepted; return their events."""
        found: list[Event] = []
        for command in commands:
            events = self.engine.apply(command, self.time)
            last = events[-1] if events else None
            assert not isinstance(last, Refused), (command_to_dict(command), last.refusal, last.detail)
            found += events
        assert self.engine.conservation_faults() == []
        self.events += found
        return found

    def refusal(self, command: c.Command) -> Refusal | None:
        """Apply a command and return why it was refused, or None."""
        events = self.engine.apply(command, self.time)
        last = events[-1] if events else None
        return last.refusal if isinstance(last, Refused) else None

    def wait(self, seconds: int) -> list[Event]:
        """Let time pass."""
        self.time += seconds * SECOND
        return self.do(c.AdvanceTime())

    def wait_hours(self, hours: int) -> list[Event]:
        """Let hours pass, one at a time."""
        found: list[Event] = []
        for _ in range(hours):
            self.time += HOUR
            found += self.do(c.AdvanceTime())
        return found

    def prices(self, source: str = "one", **prices: str) -> list[Event]:
        """Publish index prices."""
        return self.do(c.PublishPrices(source, [(asset, ratio(text), 1) for asset, text in prices.items()]))

    def deposit(self, user_id: int, **funds: str) -> None:
        """Fund a spot wallet."""
        for asset, text in funds.items():
            self.do(c.Deposit(user_id, asset, amount(text)))

    def cross(self, user_id: int, leverage: int = 5, **funds: str) -> MarginAccount:
        """Open a cross account, or bring more into it."""
        user = self.engine.core.users[user_id]
        if user.cross is None:
            self.do(c.OpenMarginAccount(user_id, CROSS), c.SetLeverage(user_id, leverage))
        self.deposit(user_id, **funds)
        for asset, text in funds.items():
            self.do(c.Transfer(user_id, asset, amount(text), SPOT, CROSS))
        assert user.cross is not None
        return user.cross

    def isolated(self, user_id: int, pair: str, **funds: str) -> MarginAccount:
        """Open an isolated account and fund it."""
        user = self.engine.core.users[user_id]
        if pair not in user.isolated:
            self.do(c.OpenMarginAccount(user_id, ISOLATED, pair))
        self.deposit(user_id, **funds)
        for asset, text in funds.items():
            self.do(c.Transfer(user_id, asset, amount(text), SPOT, ISOLATED, "", pair))
        return user.isolated[pair]

    def borrow(self, user_id: int, asset: str, text: str, pair: str = "") -> list[Event]:
        """Borrow into the cross account, or the isolated one of a pair."""
        return self.do(c.Borrow(user_id, ISOLATED if pair else CROSS, asset, amount(text), pair))

    def limit(
        self, user_id: int, kind: int, pair: str, is_buy: bool, quantity: str, price: str, **more: int
    ) -> list[Event]:
        """Place a limit order."""
        return self.do(self.limit_command(user_id, kind, pair, is_buy, quantity, price, **more))

    def limit_command(
        self, user_id: int, kind: int, pair: str, is_buy: bool, quantity: str, price: str, **more: int
    ) -> c.PlaceOrder:
        """Return a limit order."""
        order = c.PlaceOrder(
            user_id, kind, pair, is_buy, terms.LIMIT, amount(quantity), amount(price), self_trade=terms.EXPIRE_MAKER
        )
        for name, word in more.items():
            setattr(order, name, word)
        return order

    def buy_and_hold(self, user_id: int, pair: str, quantity: str, price: str) -> None:
        """Let the maker sell to a cross account at a price."""
        base = self.parameters.pairs[pair].base
        self.deposit(MAKER, **{base: quantity})
        self.limit(MAKER, SPOT, pair, False, quantity, price)
        self.limit(user_id, CROSS, pair, True, quantity, price)

    def bids(self, pair: str, *levels: tuple[str, str]) -> None:
        """Let the maker bid (quantity, price)."""
        quote = self.parameters.pairs[pair].quote
        for quantity, price in levels:
            self.deposit(MAKER, **{quote: str(amount(quantity) * amount(price) // UNIT // UNIT + 1)})
            self.limit(MAKER, SPOT, pair, True, quantity, price)

    def balance(self, owner: str, bucket: str, asset: str) -> int:
        """Return one balance."""
        return self.engine.balances().get((owner, bucket, asset), 0)

    def fund(self) -> int:
        """Return the fund's USDT."""
        return self.balance("fund", "free", "USDT")


def kinds(events: list[Event]) -> list[str]:
    """Return the names of events."""
    return [type(event).__name__ for event in events]
