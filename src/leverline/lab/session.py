"""One engine under replay: every command goes through here, is timed, and its events are counted."""

from time import perf_counter
from typing import Any

from leverline.engine.commands import Command, MassQuote, PlaceOrder
from leverline.engine.engine import Engine
from leverline.kernel.events import Event
from leverline.lab.faults import ReplayFault
from leverline.lab.tally import Tally
from leverline.margin.account import User
from leverline.market.pair import Pair
from leverline.rulebook.parameters import VenueParameters
from leverline.rulebook.refusals import Refusal


class Session:
    """The engine, the venue time it is given, and the statistics."""

    def __init__(self, parameters: VenueParameters, time: int) -> None:
        self.parameters = parameters
        self.engine = Engine(parameters)
        self.tally = Tally(parameters)
        self.time = time
        """Venue time of the next command."""
        self.commands = 0
        self.orders = 0
        """Placed by the commands, each price of a quote counted."""
        self.engine_seconds = 0.0

    def send(self, command: Command) -> bool:
        """Apply `command` now; return whether it was accepted."""
        began = perf_counter()
        events: list[Event] = self.engine.apply(command, self.time)
        self.engine_seconds += perf_counter() - began
        self.commands += 1
        if isinstance(command, MassQuote):
            self.orders += len(command.bids) + len(command.asks)
        elif isinstance(command, PlaceOrder):
            self.orders += 1
        tally = self.tally
        tally.take(events, self.time)
        if tally.refusal is None:
            return True
        name = f"{type(command).__name__}: {tally.refusal.name}"
        tally.totals.refusals[name] = tally.totals.refusals.get(name, 0) + 1
        return False

    def must(self, command: Command) -> None:
        """Apply a command of the house, which is refused only where data call for more than a venue can hold.

        Raises ReplayFault for that.
        """
        if self.send(command):
            return
        fields = vars_of(command)
        if self.tally.refusal is Refusal.AMOUNT_TOO_LARGE:
            asset = fields.get("asset", "an asset")
            raise ReplayFault(f"no venue can hold so much {asset}: its bars have prices too low or volumes too large")
        raise AssertionError((type(command).__name__, fields, self.tally.refusal))

    def user(self, user_id: int) -> User:
        """Return a registered user as the engine knows it."""
        return self.engine.core.users[user_id]

    def pair(self, symbol: str) -> Pair:
        """Return a pair with its book."""
        return self.engine.core.exchange.pairs[symbol]


def vars_of(command: Command) -> dict[str, Any]:
    """Return the fields of a command, for messages."""
    return {name: getattr(command, name) for name in dir(command) if not name.startswith("_")}
