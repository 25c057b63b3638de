"""The report of a replay: one HTML page that needs nothing but itself."""

from html import escape
from importlib.resources import files
from shlex import join
from string import Template
from typing import Final

from leverline import __version__
from leverline.bars.moments import moment_of
from leverline.build_info import is_compiled
from leverline.lab import facts, plots, tables
from leverline.lab.headline import headline
from leverline.lab.replay import Outcome
from leverline.lab.wording import counted, is_figure, percent, roughly, usdt

METHOD: Final = (
    "Prices are history’s; everybody else is made up from the seed: the accounts, their leverage and what they do, the "
    "spot trades, and house makers whose quotes thin and widen as volatility rises. All of it goes through the venue’s "
    "engine as commands. The index follows each bar through open, low, high and close of a rising bar, or open, high, "
    "low and close of a falling one; the venue’s own trades do not move it."
)
_ALONE: Final = 2


def report_page(outcome: Outcome, command: list[str]) -> str:
    """Return the page; `command` is the command line that makes it again."""
    data = files("leverline.lab").joinpath("data")
    first, last = moment_of(outcome.window.start), moment_of(outcome.window.end)
    return Template(data.joinpath("report.html").read_text(encoding="utf-8")).substitute(
        title=f"Replay, {first:%Y-%m-%d}",
        style=data.joinpath("report.css").read_text(encoding="utf-8"),
        heading=f"Replay of {_days(outcome)}",
        subtitle=escape(
            f"{counted(len(outcome.window.tracks), 'asset')}, {counted(outcome.opening.accounts, 'margin account')}, "
            f"{first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC"
        ),
        headline=escape(" ".join(headline(outcome))),
        figures="\n".join(_figures(outcome)),
        sections="\n".join(_sections(outcome)),
        method=escape(METHOD),
        version=escape(f"leverline {__version__} ({'compiled' if is_compiled() else 'interpreted'})"),
        again=escape(join(command)),
    )


def _days(outcome: Outcome) -> str:
    """Return the days that the window touches."""
    first, last = moment_of(outcome.window.start), moment_of(outcome.window.end - 1)
    if first.date() == last.date():
        return f"{last.day} {last:%B %Y}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {last.day} {last:%B %Y}"
    return f"{first.day} {first:%B %Y} to {last.day} {last:%B %Y}"


def _figures(outcome: Outcome) -> list[str]:
    """Return the figures at the head of the page."""
    tally, closing = outcome.tally, outcome.closing
    users = tables.count_users(tally.liquidations)
    sold = tables.summed(tally.liquidation_trades.values())
    slippage = 100 * sold.slippage / max(sold.value, 1)
    totals = tally.totals
    return [
        _figure(
            "Accounts liquidated",
            f"{users:,}",
            f"{percent(users, outcome.opening.accounts)} of all; {counted(totals.margin_calls, 'margin call')}",
        ),
        _figure(
            "Liquidated, USDT", roughly(totals.sold + totals.taken_over), f"{roughly(totals.taken_over)} by takeover"
        ),
        _figure("Slippage against the index", f"{slippage:.2f} %", f"of {usdt(sold.value)} USDT traded"),
        _figure(
            "Insurance fund, USDT",
            usdt(closing.fund_after),
            f"from {usdt(closing.fund_before)}; {usdt(totals.written_off)} written off",
        ),
    ]


def _figure(name: str, value: str, more: str) -> str:
    return f"<div><dt>{escape(name)}</dt><dd>{escape(value)} <small>{escape(more)}</small></dd></div>"


def _sections(outcome: Outcome) -> list[str]:
    """Return the sections of the page in order."""
    shown = [
        _plot("Prices", plots.price_plot(outcome), "Index prices relative to the start."),
        _plot(
            "Accounts by status",
            plots.status_plot(outcome),
            "Margin accounts by the band of their margin level. Those taken over with nothing left owe nothing.",
        ),
        _plot(
            "The worst of it",
            plots.close_up_plot(outcome),
            "While most liquidations began: accounts by status, liquidations begun, value liquidated since the plot’s "
            "beginning, and the insurance fund.",
        ),
        _plot("Liquidations", plots.pace_plot(outcome), "Liquidations begun in each bar."),
        _plot("Liquidated value", plots.liquidated_plot(outcome), "At index when it was sold or taken over."),
        _plot("Insurance fund", plots.fund_plot(outcome), "At index; what it pays for unwinding is settled daily."),
        _table(tables.fund_table(outcome), is_headed=not any(sample.fund for sample in outcome.sampler.samples)),
        _table(tables.liquidation_table(outcome)),
        _plot("Assets liquidated in the books", plots.sold_plot(outcome), ""),
        _table(tables.sold_table(outcome)),
        _table(tables.worst_table(outcome)),
        _rows("What happened", facts.flow_rows(outcome)),
        _rows("What was replayed", facts.venue_rows(outcome)),
        _rows(
            "Proof",
            [("conservation", line) for line in facts.conservation_lines(outcome)] + facts.run_rows(outcome),
        ),
    ]
    return [f"<section>\n{section}\n</section>" for section in shown if section]


def _plot(title: str, svg: str, caption: str) -> str:
    if not svg:
        return ""
    below = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    named = svg.replace('role="img"', f'role="img" aria-label="{escape(title)}"', 1)
    return f"<h2>{escape(title)}</h2>\n<figure>\n<div class=wide>{named}</div>\n{below}</figure>"


def _table(table: tables.Table, is_headed: bool = True) -> str:
    """Return a table; a column is set to the right if its first cell is a figure."""
    if not table.rows:
        return f"<h2>{escape(table.title)}</h2>\n<p class=note>None.</p>"
    kinds = [" class=figure" if place and is_figure(cell) else "" for place, cell in enumerate(table.rows[0])]
    head = "".join(f"<th{kind}>{escape(name)}</th>" for kind, name in zip(kinds, table.columns, strict=True))
    body = "\n".join(_row(row, kinds) for row in table.rows)
    foot = f"<tfoot>{_row(table.total, kinds)}</tfoot>" if table.total else ""
    title = f"<h2>{escape(table.title)}</h2>\n" if is_headed else ""
    is_wide = len(table.columns) > _ALONE
    width, box = ("", " class=wide") if is_wide else (' style="max-width: 26rem"', "")
    note = f"\n<p class=note>{escape(table.note)}</p>" if table.note else ""
    head = f"<thead><tr>{head}</tr></thead>"
    return f"{title}<div{box}><table{width}>{head}\n<tbody>{body}</tbody>{foot}</table></div>{note}"


def _row(cells: list[str], kinds: list[str]) -> str:
    return "<tr>" + "".join(f"<td{kind}>{escape(cell)}</td>" for kind, cell in zip(kinds, cells, strict=True)) + "</tr>"


def _rows(title: str, rows: list[tuple[str, str]]) -> str:
    """Return named facts as a table of two columns."""
    body = "\n".join(f"<tr><th>{escape(name)}</th><td>{_text(name, text)}</td></tr>" for name, text in rows)
    return f"<h2>{escape(title)}</h2>\n<table class=facts><tbody>{body}</tbody></table>"


def _text(name: str, text: str) -> str:
    return f"<code>{escape(text)}</code>" if name == "state hash" else escape(text)
