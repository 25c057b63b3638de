"""What a replay found, as titled tables of text: the summary and the report print the same."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from leverline import __version__
from leverline.build_info import is_compiled
from leverline.kernel.decimals import format_plain
from leverline.kernel.numbers import RATIO_ONE, UNIT
from leverline.kernel.time import DAY, HOUR, MINUTE, SECOND
from leverline.lab.moments import format_moment
from leverline.lab.records import KINDS, ON_HOLD, OPEN, Liquidation, Traded
from leverline.lab.replay import Outcome
from leverline.margin.account import CLASSIC, ISOLATED_MODE, MODE_NAMES, PRO

SOLD_ROWS_MAX: Final = 15
SHOWN_WHEN_MET: Final = (ON_HOLD, OPEN)
"""Kinds of liquidation that have a column only if there was one."""
BASIS_POINTS: Final = 10_000


@dataclass
class Table:
    """Rows of text under a title; the first column is words, the others are figures."""

    title: str
    columns: list[str]
    rows: list[list[str]]
    note: str = ""
    total: list[str] = field(default_factory=list)
    """A last row that sums up, empty for none."""


def usdt(value: int) -> str:
    """Return a value of 10⁻⁸ USDT in whole USDT, thousands apart."""
    return f"{(value + UNIT // 2) // UNIT:,}"


def quantity(amount: int) -> str:
    """Return an amount of 10⁻⁸ with as many decimals as still say something."""
    if amount >= 1_000 * UNIT:
        return f"{amount // UNIT:,}"
    return format_plain(amount - amount % (UNIT // 10_000) if amount >= UNIT else amount)


def in_basis_points(part: int, whole: int) -> str:
    """Return part ÷ whole in hundredths of a per cent with one decimal."""
    return f"{part * BASIS_POINTS / whole:.1f}" if whole else "–"


def span(interval: int) -> str:
    """Return a bar's length in words."""
    for size, unit in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min")):
        if interval % size == 0:
            return f"{interval // size} {unit}"
    return f"{interval / SECOND:g} s"


def venue_rows(outcome: Outcome) -> list[tuple[str, str]]:
    """Return what was replayed and who took part."""
    window, listing, opening = outcome.window, outcome.listing, outcome.opening
    rows = [
        ("window", f"{format_moment(window.start)} to {format_moment(window.end)}"),
        ("bars", f"{window.bars:,} of {span(window.interval)}, {len(window.tracks)} assets against USDT"),
        ("accounts", f"{opening.accounts:,}, {opening.indebted:,} of them with debt at the start"),
        (
            "own funds",
            f"{usdt(outcome.closing.equity_before)} USDT at the start, {usdt(outcome.closing.added)} added, "
            f"{usdt(outcome.closing.equity_after)} at the end",
        ),
        ("insurance fund", f"{usdt(outcome.closing.fund_before)} USDT at the start"),
        ("rule set", f"{listing.parameters.rule_set}, {len(window.tracks)} assets: {_origins(outcome)}"),
    ]
    stale = outcome.tally.stale_counts
    if stale:
        times = (f"{asset} {count} time{'s' if count > 1 else ''}" for asset, count in sorted(stale.items()))
        rows.append(("stale index", f"bars were missing: {', '.join(times)}"))
    if outcome.halted:
        rows.append(("halted", f"bars stopped: {', '.join(outcome.halted)}"))
    return rows


def _origins(outcome: Outcome) -> str:
    """Return how the assets came by their parameters, naming those that the catalogue lacks."""
    listing = outcome.listing
    catalogue = len(outcome.window.tracks) - len(listing.by_scheme) - len(listing.refitted)
    text = f"{catalogue} as in the catalogue, {len(listing.refitted)} refitted to the window's prices"
    if listing.by_scheme:
        text += f", {len(listing.by_scheme)} not in the catalogue and so by the scheme: {', '.join(listing.by_scheme)}"
    return text


def flow_rows(outcome: Outcome) -> list[tuple[str, str]]:
    """Return what happened, in sums."""
    totals, tally = outcome.tally.totals, outcome.tally
    sold = summed(tally.liquidation_trades.values())
    rows = [
        ("margin calls", f"{totals.margin_calls:,}, and {totals.margin_calls_repeated:,} repeated after 24 h"),
        ("liquidations", f"{len(tally.liquidations):,} of {_users(tally.liquidations):,} accounts"),
        ("sold in books", f"{usdt(sold.value)} USDT at index in {sold.fills:,} fills"),
        ("slippage", f"{usdt(sold.slippage)} USDT against the index, {in_basis_points(sold.slippage, sold.value)} bp"),
        ("taken over", f"{usdt(totals.taken_over)} USDT at index, with debts of {usdt(totals.taken_over_debts)}"),
        ("clearance fees", f"{usdt(tally.flows.clearance_fees)} USDT"),
        ("deficits", f"{usdt(totals.deficits)} USDT of accounts, {usdt(totals.deficits_paid)} paid by the fund"),
        ("unwinding", f"{usdt(totals.unwound)} USDT traded, losses of {usdt(totals.unwinding_losses)}"),
        ("venue deficit", f"{usdt(totals.written_off)} USDT written off against the pools"),
        ("loans", f"{totals.loans:,} worth {usdt(totals.borrowed)} USDT, {usdt(totals.repaid)} repaid"),
        ("interest", f"{usdt(totals.interest)} USDT charged"),
        ("trading", f"{totals.trades:,} fills of {usdt(totals.traded)} USDT, commission {usdt(totals.commission)}"),
    ]
    if tally.borrowing_stopped:
        rows.append(("borrowing", f"stopped at {format_moment(tally.borrowing_stopped)}: the fund fell short"))
    return rows


def _users(liquidations: Iterable[Liquidation]) -> int:
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
    for mode in (CLASSIC, PRO, ISOLATED_MODE):
        of_mode = [liquidation for liquidation in found if liquidation.mode == mode]
        rows.append([MODE_NAMES[mode], *_counts(of_mode, kinds)])
    return Table(
        "Liquidations by mode and kind",
        ["mode", *kinds, "total", "accounts", "assets, USDT", "deficit, USDT"],
        rows,
        "Regular: repaid from what is held and sold in the book. Takeover: handed to the liquidation account at a "
        "discount. Mixed: sales first, then takeover. Recovered: above the stop level once its orders were cancelled.",
        ["all", *_counts(found, kinds)],
    )


def _counts(found: list[Liquidation], kinds: list[str]) -> list[str]:
    """Return one row's figures."""
    by_kind = [sum(liquidation.kind == kind for liquidation in found) for kind in kinds]
    return [
        *(f"{count:,}" for count in by_kind),
        f"{len(found):,}",
        f"{_users(found):,}",
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
    )


def _traded(row: Traded, amount: str) -> list[str]:
    return [
        f"{row.fills:,}", amount, usdt(row.value), usdt(row.slippage), in_basis_points(row.slippage, row.value)
    ]  # fmt: skip


def fund_table(outcome: Outcome) -> Table:
    """Return how the insurance fund came from its first to its last value."""
    closing, flows = outcome.closing, outcome.tally.flows
    known = flows.clearance_fees + flows.unwinding_profit + flows.interest_share
    known -= flows.deficits_paid + flows.unwinding_loss
    moved = closing.fund_after - closing.fund_before - known
    rows = [
        ["before", usdt(closing.fund_before)],
        ["+ clearance fees", usdt(flows.clearance_fees)],
        ["+ unwinding profit", usdt(flows.unwinding_profit)],
        ["+ share of interest", usdt(flows.interest_share)],
        ["− deficits of accounts", usdt(flows.deficits_paid)],
        ["− unwinding losses", usdt(flows.unwinding_loss)],
        ["± change of value of what it holds", usdt(moved)],
    ]
    is_empty = closing.left_assets == closing.left_debts == 0
    note = (
        "The liquidation account holds and owes nothing any more."
        if is_empty
        else f"The liquidation account still holds {usdt(closing.left_assets)} USDT of assets and owes "
        f"{usdt(closing.left_debts)}: a profit or loss that is not yet the fund's."
    )
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
    return Table("Worst accounts, USDT", columns, rows, note)


def conservation_lines(outcome: Outcome) -> list[str]:
    """Return one line per class of assets: what all balances add up to in each layer of the ledger."""
    return [
        f"{sums.name}, {sums.assets} asset{'s' if sums.assets > 1 else ''}: cash {format_plain(sums.cash)}, loan "
        f"{format_plain(sums.loan)}, interest {format_plain(sums.interest)}, supply {format_plain(sums.supply)}"
        for sums in outcome.closing.conservation
    ] + outcome.closing.faults


def run_rows(outcome: Outcome) -> list[tuple[str, str]]:
    """Return how the replay ran."""
    refused = sum(outcome.tally.totals.refusals.values())
    build = "compiled" if is_compiled() else "interpreted"
    return [
        ("version", f"leverline {__version__} ({build})"),
        ("seed", str(outcome.settings.seed)),
        (
            "commands",
            f"{outcome.commands:,} in {outcome.seconds:.1f} s: {_rate(outcome.commands, outcome.seconds)} commands/s, "
            f"{_rate(outcome.commands, outcome.engine_seconds)} in the engine alone; {refused:,} refused",
        ),
        ("state hash", outcome.state_hash),
    ]


def _rate(count: int, seconds: float) -> str:
    return f"{count / max(seconds, 1e-9):,.0f}"


def is_figure(text: str) -> bool:
    """Whether a cell is a figure, which is set to the right."""
    return text[:1].isdigit() or text[:1] in ("-", "–")


def relative(ratio: int) -> float:
    """Return a ratio of 10⁻¹² as a number to draw."""
    return ratio / RATIO_ONE
