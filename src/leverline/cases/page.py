"""A case as one page: it asks nothing of any other place, runs no script, and prints well."""

from datetime import UTC, datetime
from html import escape
from typing import Any, Final

from leverline.cases.plot import level_plot, price_plot
from leverline.cases.rows import Row
from leverline.cases.telling import told

STYLE: Final = """
body{font:14px/1.45 system-ui,sans-serif;color:#1d2833;max-width:1060px;margin:24px auto;padding:0 16px}
h1{font-size:24px;margin:0 0 4px}h2{font-size:17px;margin:26px 0 6px;break-after:avoid}p{max-width:72ch}
table{border-collapse:collapse;width:100%;font-size:10.5px;font-variant-numeric:tabular-nums}
th,td{padding:3px 7px 3px 0;text-align:left;border-bottom:1px solid #dfe3e7;vertical-align:top;overflow-wrap:break-word}
td.n,th.n{text-align:right}tr{break-inside:avoid}thead{display:table-header-group}
.plot{width:100%;height:auto;break-inside:avoid}.plot text{font:11px system-ui,sans-serif}.plot .a{fill:#5b6570}
.quiet{color:#5b6570}@media print{body{margin:0;max-width:none;font-size:11px}table{font-size:8px}
th,td{padding-right:4px}a{color:inherit}@page{margin:14mm}}
"""

HEADINGS: Final = {
    "marginCalls": "Margin calls",
    "statuses": "Bands",
    "steps": "Steps: collateral sold, debt repaid",
    "takeovers": "Takeover",
    "deficits": "Deficit",
    "liquidationLoans": "Liquidation loan, owed to the insurance fund",
    "fundPayments": "Paid by the insurance fund",
    "clearanceFees": "Clearance fees, to the insurance fund",
    "writeOffs": "Written off",
    "orders": "Orders",
    "fills": "Fills",
    "repayments": "Repayments",
    "interest": "Interest",
    "entries": "Ledger entries",
}
"""Sections in the order of the page."""


def page_of(document: Row) -> str:
    """Return the page of a case's document."""
    case = document["case"]
    title = f"Liquidation {case['caseId']}"
    parts = [
        f"<h1>{escape(title)}</h1>",
        f'<p class="quiet">{escape(_subtitle(document))}</p>',
        *(f"<p>{escape(sentence)}</p>" for sentence in told(document)),
        level_plot(document),
        price_plot(document),
        "<h2>At the lock</h2>",
        _totals(document),
        _table(document["atLock"]["balances"]),
        "<h2>Index prices at the lock, with their sources</h2>",
        _table(_source_rows(document["prices"])),
        "<h2>Rules that applied</h2>",
        _table(_rule_rows(document["rules"])),
    ]
    for name, heading in HEADINGS.items():
        if document[name]:
            parts += [f"<h2>{heading}</h2>", _omitted(document["omitted"].get(name, 0)), _table(document[name])]
    parts += ["<h2>Afterwards</h2>", _table(document["after"]["balances"]) or "<p>Nothing held, nothing owed.</p>"]
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body>{"".join(parts)}'
        f"</body></html>\n"
    )


def _subtitle(document: Row) -> str:
    """Return what the case is of."""
    case = document["case"]
    return (
        f"User {case['userId']}, {case['account']} account, {case['mode']}; rule set {document['ruleSet']}; told from "
        f"{document['beginsWith']} on. Values in USDT at index, times UTC."
    )


def _omitted(count: int) -> str:
    """Return how many rows came before those of a table."""
    return f'<p class="quiet">The last ones; {count} earlier rows are left out.</p>' if count else ""


def _totals(document: Row) -> str:
    """Return the totals at the lock and after it."""
    locked, after = document["atLock"], document["after"]
    names = ("assets", "liabilities", "marginLevel")
    rows = [{"": word, **{name: each[name] for name in names}} for word, each in (("lock", locked), ("end", after))]
    return _table(rows)


def _source_rows(prices: list[Row]) -> list[Row]:
    """Return one row for each source of each price."""
    rows = []
    for price in prices:
        own = {"asset": price["asset"], "indexPrice": price["indexPrice"], "isStale": price["isStale"]}
        rows += [own | {"source": "", "price": "", "weight": "", "time": ""}] if not price["sources"] else []
        rows += [own | source for source in price["sources"]]
    return rows


def _rule_rows(rules: Row) -> list[Row]:
    """Return the bands and the tiers as rows."""
    rows = [
        {"rule": word, "of": "", "figures": rules[key]}
        for word, key in (
            ("margin call at or below", "marginCall"), ("liquidation at or below", "liquidation"),
            ("liquidation ends above", "stop"), ("isolated tier", "isolatedTier"),
        )
        if rules[key] is not None
    ]  # fmt: skip
    for word, key, inner in (
        ("collateral ratio by value", "collateralTiers", "tiers"),
        ("Pro maintenance by debt", "proBrackets", "brackets"),
    ):
        rows += [
            {
                "rule": word,
                "of": each["asset"],
                "figures": " · ".join(f"to {_short(limit)}: {_short(share)}" for limit, share in each[inner]),
            }
            for each in rules[key]
        ]
    return rows


def _short(figure: str) -> str:
    """Return a figure without the zeros at its end."""
    return figure.rstrip("0").rstrip(".") if "." in figure else figure


def _table(rows: list[Row]) -> str:
    """Return rows as a table; empty where there are none."""
    if not rows:
        return ""
    names = list(dict.fromkeys(name for row in rows for name in row))
    head = "".join(f"<th{_kind(name, _first(rows, name))}>{escape(_heading(name))}</th>" for name in names)
    body = "".join(
        "<tr>"
        + "".join(f"<td{_kind(name, row.get(name))}>{_cell(name, row.get(name))}</td>" for name in names)
        + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _first(rows: list[Row], name: str) -> Any:
    """Return the first value of a column."""
    return next((row[name] for row in rows if name in row), None)


def _heading(name: str) -> str:
    """Return a member's name as words."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).removeprefix("is ")


def _kind(name: str, value: Any) -> str:
    """Return the class of a cell: figures stand to the right."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    is_figure = isinstance(value, str) and value.replace(".", "", 1).lstrip("-").isdigit()
    return ' class="n"' if (is_number or is_figure) and name != "time" else ""


def _cell(name: str, value: Any) -> str:
    """Return a value as it is read."""
    if value is None or value == "":
        return ""
    if name == "time":
        return escape(datetime.fromtimestamp(value / 1_000, UTC).strftime("%Y-%m-%d %H:%M:%S"))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "<br>".join(escape(" ".join(str(each) for each in row.values())) for row in value)
    return escape(_short(value) if isinstance(value, str) and _kind(name, value) else str(value))
