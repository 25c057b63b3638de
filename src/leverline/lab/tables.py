"""What a replay found, as titled tables of text: the summary and the report print the same."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from leverline.lab.records import KINDS, ON_HOLD, OPEN, Liquidation, Traded
from leverline.lab.replay import Outcome
from leverline.lab.wording import in_basis_points, quantity, usdt
from leverline.margin.account import CLASSIC, ISOLATED_MODE, MODE_NAMES, PRO

SOLD_ROWS_MAX: Final = 15
SHOWN_WHEN_MET: Final = (ON_HOLD, OPEN)
"""Kinds of liquidation that have a column only if there was one."""
KINDS_NOTE: Final = (
    "Regular: repaid from what is held and sold in the book. Takeover: handed to the liquidation account at a "
    "discount. Mixed: sales first, then takeover. Recovered: above the stop level once its orders were cancelled."
)
PRO_NOTE: Final = (
    "Pro goes by takeover as a rule: with good collateral its fee of 3 % costs more margin than a sale frees, so no "
    "sale helps."
)
_MODES: Final = (CLASSIC, PRO, ISOLATED_MODE)


@dataclass
class Table:
    """Rows of text under a title; the first column is words, the others are figures."""

    title: str
    columns: list[str]
    rows: list[list[str]]
    note: str = ""
    total: list[str] = field(default_factory=list)
    """A last row that sums up, empty for none."""
    spare: list[str] = field(default_factory=list)
    """Columns that a narrow terminal does without, the first to go first."""


def count_users(liquidations: Iterable[Liquidation]) -> int:
    return len({liquidation.user_id for liquidation in liquidations})


def summed(rows: Iterable[Traded]) -> Traded:
    """Return the sum of trades of several assets; quantities of different assets do not add up."""
    whole = Traded()
    for row in rows:
        whole.fills += row.fills
        whole.value += row.value
        whole.slippage += row.slippage
    return whole


def liquidation_table(outcome: Outcome) -> Table:
    """Return liquidations by mode and kind."""
    found = outcome.tally.liquidations
    met = {liquidation.kind for liquidation in found}
    kinds = [kind for kind in KINDS if kind in met or kind not in SHOWN_WHEN_MET]
    rows = []
    for mode in _MODES if found else ():
        of_mode = [liquidation for liquidation in found if liquidation.mode == mode]
        rows.append([MODE_NAMES[mode], *_counts(of_mode, kinds)])
    return Table(
        "Liquidations by mode and kind",
        ["mode", *kinds, "total", "accounts", "assets, USDT", "deficit, USDT"],
        rows,
        f"{KINDS_NOTE} {PRO_NOTE}",
        ["all", *_counts(found, kinds)],
        [ON_HOLD, OPEN, "recovered", "mixed"],
    )


def _counts(found: list[Liquidation], kinds: list[str]) -> list[str]:
    """Return one row's figures."""
    by_kind = [sum(liquidation.kind == kind for liquidation in found) for kind in kinds]
    return [
        *(f"{count:,}" for count in by_kind),
        f"{len(found):,}",
        f"{count_users(found):,}",
        usdt(sum(liquidation.assets for liquidation in found)),
        usdt(sum(liquidation.deficit for liquidation in found)),
    ]


def sold_table(outcome: Outcome) -> Table:
    """Return what regular liquidation traded in the books, by asset, the largest value first."""
    trades = outcome.tally.liquidation_trades
    keys = sorted(trades, key=lambda key: (-trades[key].value, key))
    rows = [
        [key[0], "bought" if key[1] else "sold", *_traded(trades[key], quantity(trades[key].quantity))]
        for key in keys[:SOLD_ROWS_MAX]
    ]
    rest = keys[SOLD_ROWS_MAX:]
    if rest:
        rows.append([f"{len(rest)} others", "", *_traded(summed(trades[key] for key in rest), "")])
    return Table(
        "Traded by regular liquidation",
        ["asset", "", "fills", "quantity", "value at index, USDT", "slippage, USDT", "bp"],
        rows,
        "Slippage: what the book gave less, or took more, than the index at that moment.",
        ["all", "", *_traded(summed(trades.values()), "")] if rows else [],
        ["quantity", "fills"],
    )


def _traded(row: Traded, amount: str) -> list[str]:
    return [
        f"{row.fills:,}", amount, usdt(row.value), usdt(row.slippage), in_basis_points(row.slippage, row.value)
    ]  # fmt: skip


def fund_table(outcome: Outcome) -> Table:
    """Return how the insurance fund came from its first to its last value."""
    closing, flows = outcome.closing, outcome.tally.flows
    known = flows.clearance_fees + flows.unwinding_profit + flows.interest_share + flows.loans_repaid
    known -= flows.deficits_paid + flows.unwinding_loss
    moved = closing.fund_after - closing.fund_before - known
    rows = [
        ["before", usdt(closing.fund_before)],
        ["+ clearance fees", usdt(flows.clearance_fees)],
        ["+ unwinding profit", usdt(flows.unwinding_profit)],
        ["+ share of interest", usdt(flows.interest_share)],
        *([["+ liquidation loans repaid", usdt(flows.loans_repaid)]] if flows.loans_repaid else []),
        ["− deficits of accounts", usdt(flows.deficits_paid)],
        ["− unwinding losses", usdt(flows.unwinding_loss)],
        ["± change of value of what it holds", usdt(moved)],
    ]
    totals = outcome.tally.totals
    written_off = totals.unwinding_losses - totals.unwinding_paid
    is_empty = closing.left_assets == closing.left_debts == 0
    note = (
        "The liquidation account holds and owes nothing any more."
        if is_empty
        else f"The liquidation account still holds {usdt(closing.left_assets)} USDT of assets and owes "
        f"{usdt(closing.left_debts)}: a profit or loss that is not yet the fund's."
    )
    if written_off:
        note = f"Unwinding lost another {usdt(written_off)} USDT that the fund could not pay: written off. {note}"
    return Table("Insurance fund", ["", "USDT"], rows, note, ["after", usdt(closing.fund_after)])


def worst_table(outcome: Outcome) -> Table:
    """Return the accounts that cost the fund or their owners most."""
    rows = []
    for result in outcome.closing.worst:
        plan = result.plan
        market = plan.pair or ", ".join(sorted({asset for asset, _, _ in plan.positions}))
        rows.append(
            [
                str(plan.user_id), MODE_NAMES[plan.mode], f"{plan.leverage / 10:g}x", market, usdt(result.before),
                usdt(plan.added), usdt(result.after), usdt(result.deficit), str(result.liquidations),
            ]
        )  # fmt: skip
    note = f"{outcome.closing.losers:,} of {outcome.opening.accounts:,} accounts ended with less than they brought."
    columns = ["user", "mode", "leverage", "in", "before", "added", "after", "deficit", "liquidations"]
    return Table("Worst accounts, USDT", columns, rows, note, spare=["in", "added", "liquidations", "leverage"])
