"""What time brings, in order (rule 1.5): changed parameters, interest, index, risk rounds, reminders, delistings.

Nothing here reads a clock. The time of a command is given from outside; whatever fell due up to that time happens
first, each thing at its own time, missed hours one by one.
"""

from leverline.engine.core import Core
from leverline.engine.handlers.pending import settle
from leverline.engine.parameter_changes import apply_due
from leverline.kernel.time import DAY, HOUR, hour_start


class Timers:
    """Runs all that is due until a given time."""

    def __init__(self, core: Core) -> None:
        self.core: Core = core
        self.next_hour: int = 0
        """Start of the next clock hour to be charged; 0 before the first command."""

    def start(self, time: int) -> None:
        """Begin the venue's time at `time`: nothing is owed for the past."""
        self.next_hour = hour_start(time) + HOUR
        self.core.log.time = time
        self.core.desk.open_hour(hour_start(time))

    def advance(self, time: int) -> None:
        """Let everything due up to and including `time` happen, then make `time` the present."""
        core = self.core
        if self.next_hour == 0:
            self.start(time)
        due = self.next_due()
        while due <= time:
            if due < core.log.time:  # a changed interval can put a reminder into the past, where time does not go
                due = core.log.time
            core.log.time = due
            self._run(due)
            due = self.next_due()
        core.log.time = time
        if core.risk.concentration.next_judgement <= time:
            core.risk.concentration.judge(time)

    def next_due(self) -> int:
        """Return the time at which the next thing falls due."""
        core = self.core
        due = self.next_hour
        if core.board.next_due < due:
            due = core.board.next_due
        if core.liquidator.next_round < due:
            due = core.liquidator.next_round
        if core.risk.next_reminder < due:
            due = core.risk.next_reminder
        if core.changes.next_due < due:
            due = core.changes.next_due
        if core.delistings.next_due < due:
            due = core.delistings.next_due
        return due

    def _run(self, now: int) -> None:
        """Run what is due at `now`, in the order of rule 1.5."""
        core = self.core
        is_new_day = False
        if core.changes.next_due <= now:
            apply_due(core)
        if self.next_hour <= now:
            self._run_hour(self.next_hour)
            is_new_day = self.next_hour % DAY == 0
            self.next_hour += HOUR
        if core.board.next_due <= now:
            for asset in core.board.expire(now):
                core.risk.moved(asset)
        settle(core)
        if is_new_day:
            core.recompute_vip_levels()
            core.liquidator.daily(now)
            settle(core)
        if core.liquidator.next_round <= now:
            core.liquidator.run_round(now)
            settle(core)
        if core.risk.next_reminder <= now:
            core.risk.remind(now)
        if core.delistings.next_due <= now:
            core.delistings.run(now)
            settle(core)

    def _run_hour(self, hour: int) -> None:
        """New rates, one charge per debt, and what an hour brings besides."""
        core = self.core
        core.measure_depth()
        core.desk.charge_hour(hour)
        core.risk.changes += 1
        core.risk.charges += 1
        core.share_income()
