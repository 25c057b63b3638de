"""Feeds one stream of commands to the engine and to the reference and says where they part."""

import random
from collections import Counter
from dataclasses import dataclass, field

from tests.reference.model.exact import FINE
from tests.reference.model.venue import ReferenceVenue
from tests.reference.workload import Workload

from leverline.engine.codec import command_to_dict
from leverline.engine.commands import AdvanceTime, Command
from leverline.engine.engine import Engine
from leverline.engine.events import Refused
from leverline.rulebook.parameters import VenueParameters
from leverline.rulebook.refusals import Refusal

Stream = list[tuple[Command, int]]


@dataclass
class Disagreement(AssertionError):
    """The first command after which engine and reference are not the same."""

    seed: int
    step: int
    command: Command
    time: int
    differences: list[str]

    def __str__(self) -> str:
        lines = [f"LEVERLINE_SEED={self.seed}, command {self.step} at {self.time}: {command_to_dict(self.command)}"]
        return "\n".join(lines + self.differences[:40])


@dataclass
class Twins:
    """An engine and a reference that receive the same commands."""

    parameters: VenueParameters
    seed: int = 0
    stream: Stream = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.engine = Engine(self.parameters)
        self.reference = ReferenceVenue(self.parameters)

    def apply(self, command: Command, time: int) -> Refusal | None:
        """Apply a command to both; raises Disagreement when anything comparable differs."""
        self.let_time_pass(time)
        events = self.engine.apply(command, time)
        last = events[-1] if events else None
        answer = last.refusal if isinstance(last, Refused) else None
        expected = self.reference.apply(command, time)
        self.stream.append((command, time))
        self.outcomes[f"{type(command).__name__} {expected.name if expected else 'accepted'}"] += 1
        found = [] if answer == expected else [f"engine answers {name_of(answer)}, reference {name_of(expected)}"]
        found += self.differences()
        if found:
            raise Disagreement(self.seed, len(self.stream) - 1, command, time, found)
        return expected

    def let_time_pass(self, until: int) -> None:
        """Bring both to each due time in turn, so that the reference can follow the unwinding (rule 11.3)."""
        timers = self.engine.timers
        while timers.next_hour and timers.next_due() <= until:
            due = timers.next_due()
            events = self.engine.apply(AdvanceTime(), due)
            self.reference.let_time_pass(due, events)

    def differences(self) -> list[str]:
        """Return one line per difference in balances, statuses, orders, prices and rates, and per broken invariant."""
        found = [f"engine: {fault}" for fault in self.engine.conservation_faults()]
        found += [f"reference: {fault}" for fault in self.reference.faults()]
        found += compared("balance", self.engine.balances(), self.reference.balances())
        found += compared("status", self.engine_statuses(), self.reference_statuses())
        found += compared("order", self.engine_orders(), self.reference_orders())
        found += compared("index", self.engine_prices(), self.reference_prices())
        found += compared("rate", self.engine_rates(), self.reference_rates())
        return found

    def engine_statuses(self) -> dict[str, object]:
        """Return band, lock, mode and leverage by wallet."""
        return {
            f"wallet:{account.wallet_id}": (
                account.status, account.is_locked, account.mode, account.leverage, account.fixed_tier,
            )
            for user in self.engine.core.users.values()
            for account in user.margin_accounts()
        }  # fmt: skip

    def reference_statuses(self) -> dict[str, object]:
        """Return the same of the reference."""
        return {
            wallet.owner: (
                wallet.status, wallet.locked_at is not None, wallet.mode, wallet.leverage, wallet.fixed_tier,
            )
            for wallet in self.reference.state.accounts()
        }  # fmt: skip

    def engine_orders(self) -> dict[int, object]:
        """Return owner, executed amounts, lock and loan by order."""
        accounts = [a for u in self.engine.core.users.values() for a in (u.spot, *u.margin_accounts())]
        return {
            order.order_id: (
                f"wallet:{account.wallet_id}",
                order.executed,
                order.executed_quote,
                order.locked,
                order.loan,
            )
            for account in accounts
            for order in account.orders.values()
        }

    def reference_orders(self) -> dict[int, object]:
        """Return the same of the reference."""
        return {
            order.order_id: (order.wallet.owner, order.executed, order.executed_quote, order.locked, order.loan)
            for order in self.reference.state.orders
        }

    def engine_prices(self) -> dict[str, object]:
        """Return price and staleness by asset."""
        return {symbol: (asset.price, asset.is_stale) for symbol, asset in self.engine.core.board.assets.items()}

    def reference_prices(self) -> dict[str, object]:
        """Return the same of the reference."""
        return {symbol: (index.price, index.is_stale) for symbol, index in self.reference.state.index.items()}

    def engine_rates(self) -> dict[str, object]:
        """Return the hourly rate by asset."""
        return {symbol: pool.rate_hourly for symbol, pool in self.engine.core.desk.pools.items()}

    def reference_rates(self) -> dict[str, object]:
        """Return the same of the reference."""
        return {symbol: pool.rate * FINE for symbol, pool in self.reference.state.pools.items()}


def name_of(refusal: Refusal | None) -> str:
    """Return the name of an outcome."""
    return refusal.name if refusal is not None else "accepted"


def compared(what: str, engine: dict[object, object], reference: dict[object, object]) -> list[str]:
    """Return one line per key at which two views differ."""
    keys = [key for key in {**engine, **reference} if engine.get(key, 0) != reference.get(key, 0)]
    return [f"{what} {key}: engine {engine.get(key, 0)}, reference {reference.get(key, 0)}" for key in keys]


def run_random(parameters: VenueParameters, seed: int, length: int) -> Twins:
    """Run a random stream; the seed makes it the same again."""
    twins = Twins(parameters, seed)
    workload = Workload(random.Random(seed), twins.reference)
    for command in workload.setup():
        twins.apply(command, workload.time)
    for _ in range(length):
        twins.apply(*workload.next())
    return twins


def parts(parameters: VenueParameters, stream: Stream) -> Disagreement | None:
    """Return the disagreement that a stream ends in, None when both agree throughout."""
    twins = Twins(parameters)
    try:
        for command, time in stream:
            twins.apply(command, time)
    except Disagreement as found:
        return found
    return None


def shrunk(parameters: VenueParameters, stream: Stream) -> tuple[Stream, Disagreement | None]:
    """Return a short stream that still ends in a disagreement, for a report, by leaving out commands while it does."""
    size = max(1, len(stream) // 2)
    while size:
        start = 0
        while start < len(stream):
            trial = stream[:start] + stream[start + size :]
            found = parts(parameters, trial)
            if found is not None:
                stream = trial[: found.step + 1]
            else:
                start += size
        size //= 2
    return stream, parts(parameters, stream)
