"""The summary of a replay as text."""

from io import StringIO
from textwrap import wrap
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table as TextTable
from rich.text import Text

from leverline.lab import facts, tables
from leverline.lab.headline import headline
from leverline.lab.replay import Outcome
from leverline.lab.wording import is_figure

WIDTH_MIN: Final = 110
"""Lines are at least so long where nobody says how wide the terminal is."""
NAME_WIDTH: Final = 18
"""Where the text of a named line begins."""
HEADING_MIN: Final = 9
"""Headings are not broken into shorter lines than this."""
GAP: Final = 3
"""Blanks between two columns."""


def summary_text(outcome: Outcome) -> str:
    """Return the summary as standard output takes it: in colours and as wide as a terminal, or plain."""
    out, text = Console(), StringIO()
    if out.is_terminal:
        console = Console(file=text, force_terminal=True, width=out.width, highlight=False)
    else:
        console = Console(file=text, width=WIDTH_MIN, highlight=False)
    print_summary(outcome, console)
    return "\n".join(line.rstrip(" ") for line in text.getvalue().split("\n"))


def print_summary(outcome: Outcome, console: Console) -> None:
    """Print what the replay found."""
    console.print()
    for sentence in headline(outcome):
        console.print(Text(sentence, style="bold"))
    _print_rows(console, "Replay", facts.venue_rows(outcome))
    _print_rows(console, "What happened", facts.flow_rows(outcome))
    for table in (
        tables.liquidation_table(outcome),
        tables.sold_table(outcome),
        tables.fund_table(outcome),
        tables.worst_table(outcome),
    ):
        print_table(console, table)
    console.print()
    for line in facts.conservation_lines(outcome):
        _print_row(console, "conservation", line)
    for name, text in facts.run_rows(outcome):
        _print_row(console, name, text)


def _print_rows(console: Console, title: str, rows: list[tuple[str, str]]) -> None:
    console.print(Text(f"\n{title}", style="bold"))
    for name, text in rows:
        _print_row(console, name, text)


def _print_row(console: Console, name: str, text: str) -> None:
    """Print one named line: whole where scripts may read it, broken between words on a terminal."""
    lines = [text]
    if console.is_terminal:
        lines = wrap(text, max(console.width - NAME_WIDTH, 20), break_long_words=False, break_on_hyphens=False)
    head = f"  {name:<{NAME_WIDTH - 2}}"
    if console.is_terminal and max(map(len, lines)) > console.width - NAME_WIDTH:
        head += "\n  "
    indent = "\n" + " " * NAME_WIDTH
    console.print(Text.assemble((head, "cyan"), indent.join(lines)), soft_wrap=True)


def print_table(console: Console, table: tables.Table) -> None:
    """Print a table; what does not fit loses columns, never digits."""
    console.print(Text(f"\n{table.title}", style="bold"))
    if not table.rows:
        console.print("  none")
        return
    kept, left_out = columns_that_fit(table, console.width)
    is_whole = _width(table, kept) <= console.width
    shown = TextTable(box=SIMPLE_HEAD, pad_edge=False, show_footer=False)
    for place in kept:
        is_words = place == 0 or not is_figure(table.rows[0][place])
        header = table.columns[place] if is_whole else "\n".join(_broken_heading(table, place))
        shown.add_column(header, justify="left" if is_words else "right", no_wrap=True, overflow="crop")
    for row in table.rows:
        shown.add_row(*(row[place] for place in kept))
    if table.total:
        shown.add_section()
        shown.add_row(*(table.total[place] for place in kept), style="bold")
    console.print(shown)
    notes = [table.note] if table.note else []
    if left_out:
        notes.append(f"Left out at this width: {'; '.join(left_out)}.")
    for note in notes:
        console.print(Padding(Text(note, style="dim"), (0, 2)))


def columns_that_fit(table: tables.Table, width: int) -> tuple[list[int], list[str]]:
    """Return the places of the columns to show, headings broken between words if need be, and the names left out."""
    kept = list(range(len(table.columns)))
    left_out: list[str] = []
    rest = [name for name in reversed(table.columns[1:]) if name and name not in table.spare]
    for name in [*table.spare, *rest]:
        if _width(table, kept, is_broken=True) <= width or len(kept) == 2:
            break
        if name in table.columns:
            kept.remove(table.columns.index(name))
            left_out.append(name)
    return kept, left_out


def _width(table: tables.Table, kept: list[int], is_broken: bool = False) -> int:
    """Return how wide a table is, with headings whole or broken between words."""
    widths = [
        max(len(text) for text in (*_broken_heading(table, place), *_cells(table, place))) if is_broken
        else max(len(text) for text in (table.columns[place], *_cells(table, place)))
        for place in kept
    ]  # fmt: skip
    return sum(widths) + GAP * len(widths)


def _broken_heading(table: tables.Table, place: int) -> list[str]:
    """Return a heading in lines no longer than the column's cells, or than HEADING_MIN."""
    width = max(HEADING_MIN, *(len(text) for text in _cells(table, place)))
    return wrap(table.columns[place], width, break_long_words=False) or [""]


def _cells(table: tables.Table, place: int) -> list[str]:
    return [row[place] for row in ([*table.rows, table.total] if table.total else table.rows)]
