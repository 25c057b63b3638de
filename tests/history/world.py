"""A venue whose every command is taken in by a history, and random streams for it."""

import random

from tests.engine.streams import RandomDays
from tests.engine.world import PRICES, World, ratio

from leverline.engine.commands import (
    AmendOrder,
    Borrow,
    CancelAllOrders,
    CancelOrder,
    Command,
    ConvertDust,
    Deposit,
    ExchangeSmallDebts,
    HouseDeposit,
    OpenMarginAccount,
    PlaceOrder,
    PublishPrices,
    ReplaceOrder,
    SetBnbSwitches,
    Transfer,
    Withdraw,
)
from leverline.engine.commit import Commit
from leverline.engine.engine import Engine
from leverline.history.history import History
from leverline.history.policy import HistoryPolicy
from leverline.kernel.events import Event
from leverline.kernel.numbers import UNIT
from leverline.kernel.time import HOUR
from leverline.ledger.wallet import CROSS, SPOT
from leverline.market.events import Trade
from leverline.market.terms import LIMIT
from leverline.rulebook.parameters import VenueParameters


class Told(World):
    """The small venue with a history; `commits` keeps what was taken in."""

    def __init__(
        self, rules: VenueParameters | None = None, fund: str = "1000000", policy: HistoryPolicy | None = None
    ) -> None:
        self.commits: list[Commit] = []
        self.past: History | None = None
        self.policy = policy
        super().__init__(rules, fund)

    is_ordinary = True
    """Not a stream that hunts edges."""

    @property
    def known(self) -> History:
        """The history, made with the first command."""
        if self.past is None:
            self.past = History(self.parameters, self.policy)
        return self.past

    def attempt(self, command: Command) -> list[Event]:
        """Apply a command and let the history take it in."""
        events = super().attempt(command)
        commit = Commit(len(self.commits) + 1, self.time, command, events)
        self.commits.append(commit)
        self.known.take(commit)
        return events

    @property
    def trades(self) -> list[Trade]:
        """All trades so far."""
        return [event for commit in self.commits for event in commit.events if isinstance(event, Trade)]


def told(rules: VenueParameters, stream: list[tuple[Command, int]], policy: HistoryPolicy | None = None) -> Told:
    """Return a venue that took exactly these commands, with its history."""
    world = Told.__new__(Told)
    world.commits, world.past, world.policy, world.history = [], None, policy, []
    world.parameters, world.engine = rules, Engine(rules)
    for command, time in stream:
        world.time = time
        world.attempt(command)
    return world


class ToldDays(RandomDays):
    """Random days with single cancels, replacements and withdrawals besides."""

    def __init__(self, rng: random.Random) -> None:
        super().__init__(rng)
        self.world: Told | None = None
        self.acts += [(self.cancel_one, 6), (self.replace, 4), (self.withdraw, 2)]

    def tell(self, count: int, policy: HistoryPolicy | None = None) -> Told:
        """Return a venue after its opening and so many random commands, some of them in a crash.

        A few more follow where nothing is open at the end.
        """
        world = self.begin(policy)
        for number in range(count):
            self.step(world, number)
        while not any(world.known.orders.open.values()) and number < 2 * count:
            number += 1
            self.step(world, number)
        return world

    def begin(self, policy: HistoryPolicy | None = None) -> Told:
        """Return a venue after its opening."""
        opening = self.open()
        world = told(opening.parameters, opening.history, policy)
        self.world = world
        return world

    def step(self, world: Told, number: int) -> None:
        """Send the next command; every hundredth is a crash."""
        rows = self.crash() if number % 100 == 99 else [self.next()]
        for command, time in rows:
            world.time = time
            world.attempt(command)

    def cancel_one(self) -> Command:
        """One of somebody's open orders, or one that never was."""
        user_id, kind, own = self.wallet()
        return CancelOrder(user_id, kind, own or self.pair()[0], self._open_order(user_id, kind, own))

    def replace(self) -> Command:
        """Another order in the place of an open one."""
        order = self.order()
        assert isinstance(order, PlaceOrder)
        own = order.pair if order.kind == 2 else ""
        return ReplaceOrder(self._open_order(order.user_id, order.kind, own) or 1, order, self.rng.random() < 0.5)

    def withdraw(self) -> Command:
        """A little out of the venue."""
        user_id, _, _ = self.wallet()
        return Withdraw(user_id, "USDT", self.rng.randrange(1, 100) * UNIT)

    def _open_order(self, user_id: int, kind: int, pair: str) -> int:
        """Return the id of an open order of a wallet, 0 without any."""
        assert self.world is not None
        user = self.world.engine.core.users[user_id]
        account = user.spot if kind == 0 else user.margin_account(kind, pair)
        ids = list(account.orders) if account is not None else []
        return self.rng.choice(ids) if ids else 0


SMALL = range(41, 44)
LOT, LOW = UNIT // 1_000, 20_000 * UNIT


class SmallDays(ToldDays):
    """Random days with more order lists, in which three more users amend orders, give dust and pay small debts.

    They do all of it every fifty commands.
    """

    def __init__(self, rng: random.Random) -> None:
        super().__init__(rng)
        self.acts += [(self.order_list, 25), (self.cancel_list, 15)]

    def open(self, rules: VenueParameters | None = None) -> World:
        """The opening, with what the house gives, and users with money on spot and in their cross accounts."""
        world = super().open(rules)
        world.send(HouseDeposit("BNB", 2_000 * UNIT))
        for user_id in SMALL:
            world.user(user_id, USDT="6000")
            world.send(OpenMarginAccount(user_id, CROSS), Transfer(user_id, "USDT", 2_000 * UNIT, SPOT, CROSS))
            world.send(SetBnbSwitches(user_id, False, True), Borrow(user_id, CROSS, "USDT", 1_000 * UNIT))
        return world

    def step(self, world: Told, number: int) -> None:
        """Send the next command, or let the small users have their turn."""
        if number % 50 == 49:
            self.time += 7 * HOUR
            for user_id in SMALL:
                for command in self.small_turn(user_id):
                    world.time = self.time
                    world.attempt(command)
        super().step(world, number)

    def small_turn(self, user_id: int) -> list[Command]:
        """An order that is reduced; ETH that goes for BNB; interest, owed in BNB, that is paid in USDT."""
        part = self.rng.randrange(UNIT // 1_000, UNIT // 500)
        return [
            PlaceOrder(user_id, SPOT, "BTCUSDT", True, LIMIT, 20 * LOT, LOW, client_id="mine"),
            *(AmendOrder(user_id, SPOT, "BTCUSDT", 0, lots * LOT, "mine", "mine") for lots in (19, 12, 7)),
            CancelAllOrders(user_id, SPOT, "BTCUSDT"),
            PublishPrices("house", [(asset, ratio(PRICES[asset]), 1) for asset in ("BTC", "ETH", "BNB")]),
            Deposit(user_id, "ETH", part),
            ConvertDust(user_id, SPOT, ["ETH"]),
            ExchangeSmallDebts(user_id, ["BNB"]),
        ]
