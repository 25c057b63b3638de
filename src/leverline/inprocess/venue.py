"""A whole venue in memory, with a clock that only its owner moves."""

from decimal import Decimal

from leverline.engine import commands
from leverline.engine.commands import Command
from leverline.engine.engine import Engine
from leverline.engine.events import Refused
from leverline.inprocess.refused import CommandRefused
from leverline.inprocess.user import UserFace
from leverline.inprocess.words import Number, amount_of, decimal_of, ratio_of, span_of
from leverline.kernel.decimals import RATIO_DECIMALS
from leverline.kernel.events import Event
from leverline.kernel.time import SECOND
from leverline.margin.account import MAY_MARGIN, MAY_PRO
from leverline.parameters import load_parameters, with_pinned_index
from leverline.rulebook.parameters import VenueParameters
from leverline.rulebook.refusals import Refusal

_START = 1_767_225_600 * SECOND  # 2026-01-01T00:00:00Z
_FUND_START = "1000000"


class Venue:
    """A whole venue in memory, with house-funded lending pools and an insurance fund, and a clock that only you move.

    `parameters` defaults to the shipped `2025` rule set, `fund` is what the insurance fund starts with in USDT. Index
    prices stay as set until you change them.
    """

    def __init__(self, parameters: VenueParameters | None = None, fund: Number = _FUND_START) -> None:
        self.parameters = parameters or with_pinned_index(load_parameters())
        self.engine = Engine(self.parameters)
        self.time = _START
        self.users: dict[str, UserFace] = {}
        self.events: list[Event] = []
        """Everything that happened so far, in order."""
        self._open_house(amount_of(fund))

    def _open_house(self, fund: int) -> None:
        """Fund pools and insurance fund from the house, as the parameters say."""
        for asset in self.parameters.assets.values():
            if asset.pool_supply:
                self.send(commands.HouseDeposit(asset.symbol, asset.pool_supply))
                self.send(commands.SupplyPool(asset.symbol, asset.pool_supply))
        if fund:
            self.send(commands.HouseDeposit("USDT", fund))
            self.send(commands.TopUpFund("USDT", fund))

    def send(self, command: Command) -> list[Event]:
        """Apply one command now and return its events; raises CommandRefused."""
        return self._send_at(command, self.time)

    def _send_at(self, command: Command, time: int) -> list[Event]:
        """Apply one command at `time`, which becomes the present unless the venue refuses it."""
        events = self.engine.apply(command, time)
        self.time = max(self.time, self.engine.time)
        self.events.extend(events)
        if events and isinstance(events[-1], Refused):
            raise CommandRefused(events[-1].refusal, events[-1].detail)
        return events

    def set_index(self, **prices: Number) -> list[Event]:
        """Set index prices in USDT: `venue.set_index(BTC="60000", ETH="2500")`.

        Raises ValueError for one that cannot be: prices are above zero, and USDT is the unit (rule 1.1).
        """
        rows = [(asset, ratio_of(price), 1) for asset, price in prices.items()]
        for asset, price, _ in rows:
            if price <= 0 or asset == "USDT":
                raise ValueError(
                    f"{asset} cannot be set to {prices[asset]}: prices are above zero, and USDT is the unit"
                )
        return self.send(commands.PublishPrices("house", rows))

    def advance(self, span: str | int) -> list[Event]:
        """Move the clock by `"90s"`, `"15m"`, `"24h"`, `"7d"` or microseconds; returns what happened on the way."""
        return self._send_at(commands.AdvanceTime(), self.time + span_of(span))

    def user(self, name: str, **funds: Number) -> "UserFace":
        """Make a user who may trade on margin, Pro included, with `funds` in the spot wallet."""
        if name in self.users:
            raise CommandRefused(Refusal.USER_EXISTS, f"user {name!r} exists")
        deposits = [
            commands.Deposit(len(self.users) + 1, self.asset(asset), amount_of(funds[asset])) for asset in funds
        ]
        for deposit in deposits:
            if deposit.amount <= 0:
                raise CommandRefused(
                    Refusal.AMOUNT_NOT_POSITIVE, f"{funds[deposit.asset]} {deposit.asset} is no deposit"
                )
        face = UserFace(self, name, len(self.users) + 1)
        self.send(commands.RegisterUser(face.user_id))
        self.send(commands.GrantPermission(face.user_id, MAY_MARGIN))
        self.send(commands.GrantPermission(face.user_id, MAY_PRO))
        self.users[name] = face
        for deposit in deposits:
            self.send(deposit)
        return face

    def asset(self, symbol: str) -> str:
        """Return `symbol`; raises CommandRefused if the catalogue has no such asset."""
        if symbol not in self.parameters.assets:
            raise CommandRefused(Refusal.UNKNOWN_ASSET, f"asset {symbol!r} is not in the catalogue")
        return symbol

    def index(self, asset: str) -> Decimal:
        """Return the index price of `asset` in USDT, the last one while it is stale; 0 before the first."""
        return decimal_of(self.engine.core.board.assets[self.asset(asset)].price, RATIO_DECIMALS)

    def fund(self) -> dict[str, Decimal]:
        """Return what the insurance fund holds, by asset."""
        venue = self.engine.core.ledger.venue
        return {asset: decimal_of(accounts.fund) for asset, accounts in venue.items() if accounts.fund}

    def borrow_rate(self, asset: str) -> Decimal:
        """Return the hourly borrow rate of `asset` before any VIP discount."""
        return decimal_of(self.engine.core.desk.pools[self.asset(asset)].rate_hourly, RATIO_DECIMALS)

    def conservation_faults(self) -> list[str]:
        """Return broken ledger invariants; empty when every unit is accounted for."""
        return self.engine.conservation_faults()

    def state_hash(self) -> str:
        """Return the hash of the whole state."""
        return self.engine.state_hash()
