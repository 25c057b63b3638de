"""The document of a case: all that concerns its account, as JSON. It names nobody else: it may be shown."""

from typing import Any, Final

from leverline.cases.rows import Point, Row
from leverline.cases.shown import amount, ratio, stamp
from leverline.cases.standing import standing
from leverline.cases.watching import Watch
from leverline.kernel.decimals import format_amount, parse_amount
from leverline.kernel.time import SECOND
from leverline.liquidation.events import END_REASON_NAMES

DOCUMENT_FORMAT: Final = "leverline-liquidation-case-3"
POINTS_MAX: Final = 600
"""Of a series no more points are told than so many, highest and lowest of each stretch of time among them."""
ROWS_MAX: Final = 1_000
"""Of what happened so many rows of each kind are told, the last ones, and how many came before them."""


def document_of(watch: Watch, beginning: str) -> Row:
    """Return the document of what a watch saw, which begins where `beginning` says."""
    assert watch.locked is not None, watch.name
    return {
        "format": DOCUMENT_FORMAT,
        "case": _summary(watch),
        "ruleSet": watch.core.parameters.rule_set,
        "beginsWith": beginning,
        "rules": watch.rules,
        "prices": watch.prices,
        "before": watch.began,
        "atLock": {
            "assets": amount(watch.locked.assets),
            "liabilities": amount(watch.locked.liabilities),
            "marginLevel": ratio(watch.locked.level),
            "balances": watch.balances,
        },
        "totals": _totals(watch.sections),
        **{name: rows[-ROWS_MAX:] for name, rows in watch.sections.items()},
        "omitted": {name: len(rows) - ROWS_MAX for name, rows in watch.sections.items() if len(rows) > ROWS_MAX},
        "after": standing(watch.core, watch.account),
        "levels": points_rows(watch.levels),
        "indexPrices": {asset: points_rows(points) for asset, points in watch.indexes.items()},
    }


def _summary(watch: Watch) -> dict[str, Any]:
    """Return what the case is."""
    locked, ended, account = watch.locked, watch.ended, watch.account
    assert locked is not None, watch.name
    return {
        "caseId": str(watch.name),
        "userId": account.user_id,
        "account": "cross" if account.pair is None else account.pair.symbol,
        "mode": watch.mode,
        "locked": stamp(locked.time),
        "ended": None if ended is None else stamp(ended.time),
        "seconds": None if ended is None else (ended.time - locked.time) // SECOND,
        "reason": None if ended is None else END_REASON_NAMES[ended.reason],
        "levelAtEnd": None if ended is None else ratio(ended.level),
    }


def _totals(sections: dict[str, list[Row]]) -> Row:
    """Return what steps and fees sum to, rows that are not told included."""
    steps, fees = sections["steps"], sections["clearanceFees"]
    assets = sorted({row["asset"] for row in fees})
    return {
        "steps": len(steps),
        "valueGiven": _sum(steps, "valueGiven"),
        "valueRepaid": _sum(steps, "valueRepaid"),
        "clearanceFees": [
            {"asset": asset, "amount": _sum([row for row in fees if row["asset"] == asset], "amount")}
            for asset in assets
        ],
    }


def _sum(rows: list[Row], name: str) -> str:
    """Return the sum of a member."""
    return format_amount(sum(parse_amount(row[name]) for row in rows))


def points_rows(points: list[Point]) -> list[list[Any]]:
    """Return a series as (time in ms, figure)."""
    return [[stamp(time), ratio(figure)] for time, figure in thinned(points)]


def thinned(points: list[Point]) -> list[Point]:
    """Return at most `POINTS_MAX` of the points: first, last, and of each stretch the lowest and the highest."""
    if len(points) <= POINTS_MAX:
        return points
    stretches = POINTS_MAX // 2 - 1
    span = max(points[-1][0] - points[0][0], 1)
    kept: dict[int, list[int]] = {}
    for place, (time, figure) in enumerate(points):
        found = kept.setdefault((time - points[0][0]) * stretches // span, [place, place])
        if figure < points[found[0]][1]:
            found[0] = place
        if figure > points[found[1]][1]:
            found[1] = place
    places = {0, len(points) - 1}.union(*kept.values())
    return [points[place] for place in sorted(places)]
