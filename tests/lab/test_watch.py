"""A replay stops where it may stop."""

import os
import signal
from pathlib import Path

import pytest
from tests.lab.histories import START, crash_lines, window_of, write_lines

from leverline.lab.progress import ProgressWatch
from leverline.lab.replay import Settings, run_replay
from leverline.lab.watch import Stopped, Watch, signals_noted


class After(Watch):
    """Puts the sign up when asked for the n-th time."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.left = count

    def check(self, time: int) -> None:
        self.left -= 1
        if not self.left:
            self.note_signal(signal.SIGINT, None)
        super().check(time)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_noted_and_raises_nothing_where_it_strikes(number: signal.Signals) -> None:
    """Only a look at the sign ends the replay, with the exit code of the signal; afterwards all is as before."""
    found = signal.signal(number, signal.default_int_handler)  # one that was started in the background ignores SIGINT
    try:
        watch = Watch()
        with signals_noted(watch):
            watch.check(START)
            os.kill(os.getpid(), number)
            with pytest.raises(Stopped, match="stopped at 2022-05-09T11:30:00Z") as caught:
                watch.check(START)
        assert caught.value.exit_code == 128 + number
        assert signal.getsignal(number) == signal.default_int_handler
    finally:
        signal.signal(number, found)


def test_a_signal_that_is_ignored_stays_so() -> None:
    """A replay in the background of a script is not ended by what is meant for the foreground."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        watch = Watch()
        with signals_noted(watch):
            os.kill(os.getpid(), signal.SIGINT)
            watch.check(START)
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize(("count", "time"), [(3, "11:30:00"), (30, "11:5")])
def test_a_replay_stops_while_accounts_open_and_while_it_walks(tmp_path: Path, count: int, time: str) -> None:
    """At the third of ten accounts the venue's clock still stands at the start."""
    file = write_lines(tmp_path / "bars.csv", crash_lines())
    with pytest.raises(Stopped, match=f"stopped at 2022-05-09T{time}"):
        run_replay(window_of(file), Settings(accounts=10), After(count))


def test_the_progress_shows_accounts_then_time(tmp_path: Path) -> None:
    """Two bars: one full when all accounts are open, the other full at the window's end."""
    from rich.console import Console
    from rich.progress import Progress

    window = window_of(write_lines(tmp_path / "bars.csv", crash_lines()))
    bar = Progress(console=Console(file=open(os.devnull, "w", encoding="utf-8")))  # noqa: SIM115
    watch = ProgressWatch(bar, window)
    watch.account_opened(3, 4, START)
    assert [(task.completed, task.total) for task in bar.tasks] == [(3, 4)]
    watch.account_opened(4, 4, START)
    watch.time_reached(window.end)
    assert [task.percentage for task in bar.tasks] == [100, 100]
    bar.console.file.close()
