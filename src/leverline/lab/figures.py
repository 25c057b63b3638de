"""The figures of a replay as JSON, for programs: what the summary says, exact.

Values are texts of USDT with all their decimals, counts are numbers, times are ISO texts in UTC.
"""

import json
from dataclasses import fields
from typing import Any, Final

from leverline import __version__
from leverline.bars.moments import format_moment
from leverline.build_info import is_compiled
from leverline.kernel.decimals import format_plain
from leverline.lab.accounting import AccountResult
from leverline.lab.headline import headline
from leverline.lab.records import KINDS, Flows, Totals, Traded
from leverline.lab.replay import Outcome
from leverline.lab.tables import count_users, summed
from leverline.margin.account import CLASSIC, ISOLATED_MODE, MODE_NAMES, PRO

MARK: Final = '"format": "leverline replay 1"'
COUNTS: Final = frozenset({"margin_calls", "margin_calls_repeated", "loans", "trades"})
"""The totals that count something; the others are values."""


def figures_text(outcome: Outcome, command: list[str]) -> str:
    """Return the JSON text; `command` repeats the replay."""
    figures = {
        "format": "leverline replay 1",
        "version": __version__,
        "is_compiled": is_compiled(),
        "command": command,
        "headline": headline(outcome),
        "window": _window(outcome),
        "accounts": _accounts(outcome),
        "totals": _totals(outcome.tally.totals),
        "liquidations": _liquidations(outcome),
        "liquidation_trades": _trades(outcome),
        "fund": _fund(outcome),
        "worst_accounts": [_worst(result) for result in outcome.closing.worst],
        "conservation": [
            {"class": sums.name, "assets": sums.assets}
            | {name: format_plain(getattr(sums, name)) for name in ("cash", "loan", "interest", "supply")}
            for sums in outcome.closing.conservation
        ],
        "conservation_faults": outcome.closing.faults,
        "run": _run(outcome),
        "state_hash": outcome.state_hash,
    }
    return json.dumps(figures, indent=2, ensure_ascii=False) + "\n"


def _window(outcome: Outcome) -> dict[str, Any]:
    window, listing, tally = outcome.window, outcome.listing, outcome.tally
    return {
        "start": format_moment(window.start),
        "end": format_moment(window.end),
        "bars": window.bars,
        "bar_seconds": window.interval / 10**6,
        "assets": window.assets,
        "rule_set": listing.parameters.rule_set,
        "refitted": listing.refitted,
        "by_scheme": listing.by_scheme,
        "former_coins": listing.former,
        "stale": dict(sorted(tally.stale_counts.items())),
        "halted": outcome.halted,
    }


def _accounts(outcome: Outcome) -> dict[str, Any]:
    closing, opening = outcome.closing, outcome.opening
    return {
        "seed": outcome.settings.seed,
        "accounts": opening.accounts,
        "indebted_at_start": opening.indebted,
        "liquidated": count_users(outcome.tally.liquidations),
        "losers": closing.losers,
        "equity_before": format_plain(closing.equity_before),
        "equity_added": format_plain(closing.added),
        "equity_after": format_plain(closing.equity_after),
    }


def _totals(totals: Totals) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in fields(totals):
        value = getattr(totals, part.name)
        is_plain = part.name in COUNTS or not isinstance(value, int)
        found[part.name] = value if is_plain else format_plain(value)
    return found


def _liquidations(outcome: Outcome) -> dict[str, Any]:
    """Return counts and values by mode."""
    found: dict[str, Any] = {}
    for mode in (CLASSIC, PRO, ISOLATED_MODE):
        part = [liquidation for liquidation in outcome.tally.liquidations if liquidation.mode == mode]
        found[MODE_NAMES[mode]] = {
            "count": len(part),
            "accounts": count_users(part),
            "by_kind": {kind: sum(liquidation.kind == kind for liquidation in part) for kind in KINDS},
            "assets": format_plain(sum(liquidation.assets for liquidation in part)),
            "liquidated": format_plain(sum(liquidation.given for liquidation in part)),
            "clearance_fees": format_plain(sum(liquidation.fee for liquidation in part)),
            "deficit": format_plain(sum(liquidation.deficit for liquidation in part)),
        }
    return found


def _trades(outcome: Outcome) -> dict[str, Any]:
    trades = outcome.tally.liquidation_trades
    rows = [
        {"asset": asset, "side": "buy" if is_buy else "sell", "quantity": format_plain(row.quantity)} | _traded(row)
        for (asset, is_buy), row in sorted(trades.items())
    ]
    return {"all": _traded(summed(trades.values())), "by_asset": rows}


def _traded(row: Traded) -> dict[str, Any]:
    return {"fills": row.fills, "value": format_plain(row.value), "slippage": format_plain(row.slippage)}


def _fund(outcome: Outcome) -> dict[str, Any]:
    closing, flows = outcome.closing, outcome.tally.flows
    stopped = outcome.tally.borrowing_stopped
    return {
        "before": format_plain(closing.fund_before),
        "after": format_plain(closing.fund_after),
        "flows": {part.name: format_plain(getattr(flows, part.name)) for part in fields(Flows)},
        "liquidation_account_assets": format_plain(closing.left_assets),
        "liquidation_account_debts": format_plain(closing.left_debts),
        "borrowing_stopped_at": format_moment(stopped) if stopped else None,
    }


def _worst(result: AccountResult) -> dict[str, Any]:
    plan = result.plan
    return {
        "user": plan.user_id,
        "mode": MODE_NAMES[plan.mode],
        "leverage": f"{plan.leverage / 10:g}",
        "pair": plan.pair,
        "positions": [
            {"asset": asset, "side": "long" if is_long else "short", "value": format_plain(value)}
            for asset, is_long, value in plan.positions
        ],
        "before": format_plain(result.before),
        "added": format_plain(plan.added),
        "after": format_plain(result.after),
        "deficit": format_plain(result.deficit),
        "liquidations": result.liquidations,
    }


def _run(outcome: Outcome) -> dict[str, Any]:
    return {
        "commands": outcome.commands,
        "orders": outcome.orders,
        "refused": sum(outcome.tally.totals.refusals.values()),
        "seconds": round(outcome.seconds, 3),
        "engine_seconds": round(outcome.engine_seconds, 3),
    }
