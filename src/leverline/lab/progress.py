"""The progress of a replay on a terminal's standard error: accounts opened, then venue time reached."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from leverline.bars.moments import format_moment
from leverline.bars.window import Window
from leverline.lab.watch import Watch, signals_noted


class ProgressWatch(Watch):
    """Shows two bars, one after the other."""

    def __init__(self, bar: Progress, window: Window) -> None:
        super().__init__()
        self.bar = bar
        self.window = window
        self.opening: TaskID | None = None
        self.walking: TaskID | None = None

    def account_opened(self, count: int, accounts: int, time: int) -> None:
        """Show how many accounts are open."""
        if self.opening is None:
            self.opening = self.bar.add_task("opening accounts    ", total=accounts)
        self.bar.update(self.opening, completed=count)
        self.check(time)

    def time_reached(self, time: int) -> None:
        """Show the venue's time."""
        if self.walking is None:
            self.walking = self.bar.add_task("", total=self.window.end - self.window.start)
        self.bar.update(self.walking, completed=time - self.window.start, description=format_moment(time))
        self.check(time)


@contextmanager
def watched(window: Window) -> Iterator[Watch]:
    """Give a watch that notes signals, and shows the progress where standard error is a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        watch = Watch()
        with signals_noted(watch):
            yield watch
        return
    columns = (
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True) as bar:
        shown = ProgressWatch(bar, window)
        with signals_noted(shown):
            yield shown
