"""A crash day replayed, quiet days after it until the liquidation account is empty, and what must then be so."""

from itertools import pairwise

from leverline.bars.window import Window
from leverline.engine.commands import AdvanceTime
from leverline.kernel.events import Event
from leverline.kernel.numbers import value_up
from leverline.kernel.time import DAY, HOUR, SECOND, hour_start
from leverline.lab.listing import list_venue
from leverline.lab.opening import publish
from leverline.lab.replay import Replay, Settings
from leverline.lab.watch import Watch
from leverline.liquidation.events import DeficitBooked, FundPaid, LiquidationEnded, LiquidationStarted, WrittenOff
from leverline.liquidation.fund import ADVANCE
from leverline.margin.account import MarginAccount

QUIET_DAYS_MAX = 10
LIQUIDATION_SECONDS_MAX = 75
"""Rule 11.3 ends each 60 s after its lock; first turns may wait, and the last round comes a second later."""


class Losses:
    """Counts every loss and who bore it, from the events. Values are USDT of 10⁻⁸."""

    def __init__(self) -> None:
        self.deficits = 0
        self.unpaid = 0
        self.paid = 0
        self.written_off = 0
        self.started: dict[int, int] = {}
        """Wallet → venue time of a liquidation under way."""
        self.longest = 0
        self.count = 0

    def take(self, events: list[Event], time: int) -> None:
        """Take in what a command brought about by `time`."""
        for event in events:
            if isinstance(event, DeficitBooked):
                self.deficits += event.deficit
                self.unpaid += event.unpaid
            elif isinstance(event, FundPaid):
                self.paid += event.value
            elif isinstance(event, WrittenOff):
                self.written_off += event.value
            elif isinstance(event, LiquidationStarted):
                self.started[event.wallet_id] = time
                self.count += 1
            elif isinstance(event, LiquidationEnded):
                self.longest = max(self.longest, time - self.started.pop(event.wallet_id))


class CrashDay:
    """One replay with its losses counted."""

    def __init__(self, window: Window, accounts: int, seed: int, fund: int, days_max: int = QUIET_DAYS_MAX) -> None:
        self.window = window
        self.days_max = days_max
        """So many quiet days follow at most; fewer than `QUIET_DAYS_MAX` need not empty the liquidation account."""
        self.debts: list[int] = []
        """What the liquidation account owes at the day's end and after each quiet day."""
        self.losses = Losses()
        self.replay = Replay(window, list_venue(window), Settings(accounts, seed, fund), Watch())
        self.session = self.replay.session
        self.core = self.session.engine.core
        tally, losses = self.session.tally, self.losses
        counted = tally.take

        def take(events: list[Event], time: int) -> None:
            losses.take(events, time)
            counted(events, time)

        tally.take = take  # type: ignore[method-assign]

    def run(self) -> None:
        """Replay the day; then hold the last prices, makers quoting, until the liquidation account is empty."""
        self.replay.open()
        self.replay.run()
        self.debts = [self.debt()]
        while self.days < self.days_max and not self.is_unwound():
            self.quiet_day()
            self.debts.append(self.debt())

    def quiet_day(self) -> None:
        """Let a day pass at the last prices, published just before each clock hour, at which unwinding goes on."""
        session, makers = self.session, self.replay.makers
        index = session.tally.index
        alive = [(asset, index[asset]) for asset in self.replay.ends if asset not in self.replay.halted]
        for _ in range(DAY // HOUR):
            session.time = hour_start(session.time) + HOUR - SECOND
            makers.follow(alive)
            publish(session, alive)
            session.time += SECOND
            session.send(AdvanceTime())
            makers.refill(session.tally.take_hits())

    @property
    def days(self) -> int:
        """How many quiet days there have been."""
        return len(self.debts) - 1

    def debt(self) -> int:
        """Return what the liquidation account owes, at index."""
        assets = self.core.board.assets
        return sum(value_up(amount, assets[asset].price) for book in self.books for asset, amount in book.owed.items())

    def is_unwound(self) -> bool:
        """Whether the liquidation account owes nothing and holds nothing that has a price."""
        assets = self.core.board.assets
        held = [asset for book in self.books for asset in book.held if not assets[asset].is_stale]
        return not held and not any(book.owed for book in self.books)

    @property
    def books(self) -> list:  # type: ignore[type-arg]
        """What the liquidation account holds and owes, by product."""
        return list(self.core.liquidator.unwinding.books.values())

    def faults(self) -> list[str]:
        """Return what is not as it must be, in words."""
        core, losses = self.core, self.losses
        found = list(self.session.engine.conservation_faults())
        locked = [each.wallet_id for each in core.ledger.wallets if isinstance(each, MarginAccount) and each.is_locked]
        if locked or core.liquidator.accounts or losses.started:
            found.append(f"stuck in liquidation: {locked} {sorted(losses.started)}")
        if losses.longest > LIQUIDATION_SECONDS_MAX * SECOND:
            found.append(f"a liquidation took {losses.longest / SECOND} s")
        if losses.deficits != losses.paid - self.advanced() + losses.unpaid:
            found.append(
                f"deficits of {losses.deficits}: paid {losses.paid}, advanced {self.advanced()}, {losses.unpaid}"
            )
        if losses.unpaid != losses.written_off:
            found.append(f"unpaid {losses.unpaid}, written off {losses.written_off}")
        if not self.is_unwound() and self.days_max == QUIET_DAYS_MAX:
            found.append(f"not unwound after {self.days} days: {[(book.held, book.owed) for book in self.books]}")
        if any(later >= earlier for earlier, later in pairwise(self.debts) if earlier):
            found.append(f"debts of the liquidation account do not fall from day to day: {self.debts}")
        return found + self.fund_faults()

    def advanced(self) -> int:
        """Return what the fund laid out to close small debts, all of it in USDT: that is no deficit (rule 11.5)."""
        assets = self.core.board.assets
        totals = self.core.liquidator.fund.totals
        rows = [(asset, -total) for (_, kind, asset), total in totals.items() if kind == ADVANCE]
        return sum(value_up(amount, assets[asset].price) for asset, amount in rows)

    def fund_faults(self) -> list[str]:
        """Return where the fund's ledger does not sum to its balance."""
        sums: dict[str, int] = {}
        for (_, _, asset), total in self.core.liquidator.fund.totals.items():
            sums[asset] = sums.get(asset, 0) + total
        held = {asset: venue.fund for asset, venue in self.core.ledger.venue.items()}
        return [
            f"{each}: the fund holds {held[each]}, its ledger says {sum_}"
            for each, sum_ in sums.items()
            if held[each] != sum_
        ]
