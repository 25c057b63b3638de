"""The summary fits the terminal: there it loses columns, never digits; and it says what happened in two sentences."""

import re
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from tests.lab.histories import HEADER, bar_lines, window_of, write_lines

from leverline.kernel.numbers import UNIT
from leverline.lab import facts, tables
from leverline.lab.headline import accounts_sentence, fund_sentence
from leverline.lab.records import Flows, Totals
from leverline.lab.replay import Outcome, Settings, run_replay
from leverline.lab.summary import print_summary, print_table
from leverline.lab.wording import counted, percent

FIGURE = re.compile(r"[0-9][0-9,.]*")
TABLE = tables.Table(
    "A table", ["mode", "regular", "value at index, USDT", "spare figure", "bp"],
    [["classic", "12", "123,456,789", "1", "7.5"], ["pro", "3", "1,234,567,890", "23", "12.5"]], spare=["spare figure"],
)  # fmt: skip


def printed(outcome_or_table: Outcome | tables.Table, width: int) -> str:
    """Return what a terminal of this width shows."""
    console = Console(file=StringIO(), width=width, force_terminal=True, color_system=None, highlight=False)
    if isinstance(outcome_or_table, Outcome):
        print_summary(outcome_or_table, console)
    else:
        print_table(console, outcome_or_table)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("width", [80, 100, 120])
def test_every_line_fits_and_every_figure_is_whole(outcome: Outcome, width: int) -> None:
    """No line is longer than the terminal, and each figure of a table is one that the table has."""
    text = printed(outcome, width)
    assert max(len(line.rstrip()) for line in text.splitlines()) <= width
    known = {
        figure
        for table in (tables.liquidation_table(outcome), tables.sold_table(outcome), tables.worst_table(outcome))
        for row in [*table.rows, table.total]
        for cell in row
        for figure in FIGURE.findall(cell)
    }
    shown = text[text.index("Liquidations by mode") : text.index("Insurance fund\n")]
    rows = [line for line in shown.splitlines() if line.startswith((" classic ", " pro ", " isolated ", " all "))]
    assert len(rows) == 5
    assert {figure for row in rows for figure in FIGURE.findall(row)} <= known


def test_a_table_breaks_headings_first_then_loses_columns_by_name() -> None:
    """At 70 all stands in one line, at 55 headings break, at 45 the spare column is left out and named."""
    assert "value at index, USDT" in printed(TABLE, 70)
    assert "value at index, USDT" not in printed(TABLE, 55)
    assert "spare" in printed(TABLE, 55)
    narrow = printed(TABLE, 45)
    assert "Left out at this width: spare figure." in narrow
    assert "1,234,567,890" in narrow
    assert "12.5" in narrow


def test_the_state_hash_is_never_broken(outcome: Outcome) -> None:
    """On a narrow terminal it has a line of its own."""
    assert outcome.state_hash in printed(outcome, 80)


def test_refitted_assets_are_named_and_one_asset_is_no_assets(tmp_path: Path) -> None:
    """A venue of one refitted coin."""
    file = write_lines(tmp_path / "bars.csv", [HEADER, *bar_lines("BTCUSDT", [100.0] * 4, 10)])
    rows = dict(facts.venue_rows(run_replay(window_of(file), Settings(accounts=0))))
    assert rows["rule set"] == "2025, 1 asset: 0 as in the catalogue, 1 refitted to the window's prices: BTC"
    assert rows["bars"].endswith("1 asset against USDT")


def test_a_former_coin_is_named(outcome: Outcome) -> None:
    """LUNA of May 2022 is by the scheme, and says what it is."""
    assert dict(facts.venue_rows(outcome))["rule set"].endswith("so by the scheme: LUNA (Terra Classic)")


def with_fund(outcome: Outcome, before: int, after: int, flows: Flows, totals: Totals) -> Outcome:
    """Return the outcome with another story of the fund, in whole USDT."""
    closing = replace(outcome.closing, fund_before=before * UNIT, fund_after=after * UNIT)
    other = replace(outcome, closing=closing, tally=type(outcome.tally).__new__(type(outcome.tally)))
    vars(other.tally).update(vars(outcome.tally) | {"flows": flows, "totals": totals})
    return other


@pytest.mark.parametrize(
    ("before", "after", "unwinding", "deficits", "sentence"),
    [
        (2_000, 1_040, 950, 50, "fell by half, from 2 k to 1.04 k USDT, almost all of it by unwinding what was"),
        (2_000, 1_400, 200, 430, "fell by 30 %, from 2 k to 1.4 k USDT, most of it by paying deficits."),
        (2_000, 0, 1_100, 900, "fell to nothing, from 2 k to 0 USDT, the larger part of it by unwinding"),
        (2_000, 2_200, 0, 0, "rose by 10 %, from 2 k to 2.2 k USDT."),
        (2_000, 2_010, 0, 0, "hardly changed, from 2 k to 2.01 k USDT."),
        (2_000, 2_000, 0, 0, "kept its 2 k USDT."),
    ],
)
def test_the_fund_has_its_sentence(
    outcome: Outcome, before: int, after: int, unwinding: int, deficits: int, sentence: str
) -> None:
    """How far it went, and what took most of it."""
    flows = Flows(unwinding_loss=unwinding * UNIT, deficits_paid=deficits * UNIT)
    assert f"The insurance fund {sentence}" in fund_sentence(with_fund(outcome, before, after, flows, Totals()))


def test_what_was_written_off_belongs_to_the_sentence_and_to_the_losses(outcome: Outcome) -> None:
    """The losses of unwinding are what the fund paid, as in the table, and a rest that is named."""
    totals = Totals(written_off=9_000 * UNIT, unwinding_losses=10_000 * UNIT, unwinding_paid=1_000 * UNIT)
    found = with_fund(outcome, 1_000, 0, Flows(unwinding_loss=1_000 * UNIT), totals)
    assert fund_sentence(found).endswith("; 9 k USDT more were written off against the pools.")
    losses = "losses of 10,000: 1,000 paid by the fund, 9,000 written off"
    assert dict(facts.flow_rows(found))["unwinding"].endswith(losses)
    assert "Unwinding lost another 9,000 USDT that the fund could not pay" in tables.fund_table(found).note


def test_the_accounts_have_their_sentence(outcome: Outcome) -> None:
    """The share of the accounts, and the mode that most of the value belonged to."""
    users = tables.count_users(outcome.tally.liquidations)
    sentence = accounts_sentence(outcome)
    assert sentence.startswith(f"{percent(users, 80)} of 80 accounts were liquidated; ")
    assert re.search(r"; \d+ % of the .* USDT liquidated was (Pro|Classic|isolated)\.$", sentence)


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(0, 5, "0 %"), (1, 1_000, "1 %"), (999, 1_000, "99 %"), (5, 5, "100 %"), (0, 0, "0 %"), (1, 3, "33 %")],
)
def test_a_share_looks_like_nothing_or_all_only_if_it_is(part: int, whole: int, text: str) -> None:
    """One in a thousand is not nothing."""
    assert percent(part, whole) == text


def test_a_count_agrees_with_its_noun() -> None:
    """One is one."""
    assert [counted(count, "asset") for count in (0, 1, 2_000)] == ["0 assets", "1 asset", "2,000 assets"]
