"""The summary of a replay as text."""

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table as TextTable
from rich.text import Text

from leverline.lab import facts
from leverline.lab.replay import Outcome

WIDTH_MIN = 110
"""Lines are at least so long where nobody says how wide the terminal is."""


def print_summary(outcome: Outcome, console: Console) -> None:
    """Print what the replay found."""
    _print_rows(console, "Replay", facts.venue_rows(outcome))
    _print_rows(console, "What happened", facts.flow_rows(outcome))
    for table in (
        facts.liquidation_table(outcome),
        facts.sold_table(outcome),
        facts.fund_table(outcome),
        facts.worst_table(outcome),
    ):
        _print_table(console, table)
    console.print()
    for line in facts.conservation_lines(outcome):
        _print_row(console, "conservation", line)
    for name, text in facts.run_rows(outcome):
        _print_row(console, name, text)


def stdout_console() -> Console:
    """Return the console that the summary goes to: as wide as the terminal, or wide enough for every table."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=WIDTH_MIN)


def _print_rows(console: Console, title: str, rows: list[tuple[str, str]]) -> None:
    console.print(Text(f"\n{title}", style="bold"))
    for name, text in rows:
        _print_row(console, name, text)


def _print_row(console: Console, name: str, text: str) -> None:
    """Print one named line, never broken: scripts read them."""
    line = Text.assemble((f"  {name:<16}", "cyan"), text)
    console.print(line, soft_wrap=True)


def _print_table(console: Console, table: facts.Table) -> None:
    console.print(Text(f"\n{table.title}", style="bold"))
    if not table.rows:
        console.print("  none")
        return
    shown = TextTable(box=SIMPLE_HEAD, pad_edge=False, show_footer=False)
    for place, column in enumerate(table.columns):
        is_words = place == 0 or not facts.is_figure(table.rows[0][place])
        shown.add_column(column, justify="left" if is_words else "right", overflow="fold")
    for row in table.rows:
        shown.add_row(*row)
    if table.total:
        shown.add_section()
        shown.add_row(*table.total, style="bold")
    console.print(shown)
    if table.note:
        console.print(Text(f"  {table.note}", style="dim"))
