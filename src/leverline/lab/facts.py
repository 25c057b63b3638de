"""What a replay found, as named lines of text: the summary and the report print the same."""

from leverline import __version__
from leverline.bars.moments import format_moment
from leverline.build_info import is_compiled
from leverline.kernel.decimals import format_plain
from leverline.lab.replay import Outcome
from leverline.lab.tables import count_users, summed
from leverline.lab.wording import counted, in_basis_points, span, usdt


def venue_rows(outcome: Outcome) -> list[tuple[str, str]]:
    """Return what was replayed and who took part."""
    window, listing, opening = outcome.window, outcome.listing, outcome.opening
    rows = [
        ("window", f"{format_moment(window.start)} to {format_moment(window.end)}"),
        ("bars", f"{window.bars:,} of {span(window.interval)}, {counted(len(window.tracks), 'asset')} against USDT"),
        ("accounts", f"{opening.accounts:,}, {opening.indebted:,} of them with debt at the start"),
        (
            "own funds",
            f"{usdt(outcome.closing.equity_before)} USDT at the start, {usdt(outcome.closing.added)} added, "
            f"{usdt(outcome.closing.equity_after)} at the end",
        ),
        ("insurance fund", f"{usdt(outcome.closing.fund_before)} USDT at the start"),
        ("rule set", f"{listing.parameters.rule_set}, {counted(len(window.tracks), 'asset')}: {_origins(outcome)}"),
    ]
    stale = outcome.tally.stale_counts
    if stale:
        times = (f"{asset} {counted(count, 'time')}" for asset, count in sorted(stale.items()))
        rows.append(("stale index", f"bars were missing: {', '.join(times)}"))
    if outcome.halted:
        rows.append(("halted", f"bars stopped: {', '.join(outcome.halted)}"))
    return rows


def _origins(outcome: Outcome) -> str:
    """Return how the assets came by their parameters, naming all that are not as in the catalogue."""
    listing = outcome.listing
    catalogue = len(outcome.window.tracks) - len(listing.by_scheme) - len(listing.refitted)
    text = f"{catalogue} as in the catalogue"
    if listing.refitted:
        text += f", {len(listing.refitted)} refitted to the window's prices: {', '.join(listing.refitted)}"
    if listing.by_scheme:
        former = listing.former
        named = [f"{asset} ({former[asset]})" if asset in former else asset for asset in listing.by_scheme]
        text += f", {len(listing.by_scheme)} not in the catalogue and so by the scheme: {', '.join(named)}"
    return text


def flow_rows(outcome: Outcome) -> list[tuple[str, str]]:
    """Return what happened, in sums."""
    totals, tally = outcome.tally.totals, outcome.tally
    sold = summed(tally.liquidation_trades.values())
    rows = [
        ("margin calls", f"{totals.margin_calls:,}, and {totals.margin_calls_repeated:,} repeated after 24 h"),
        ("liquidations", f"{len(tally.liquidations):,} of {count_users(tally.liquidations):,} accounts"),
        ("sold in books", f"{usdt(sold.value)} USDT at index in {sold.fills:,} fills"),
        ("slippage", f"{usdt(sold.slippage)} USDT against the index, {in_basis_points(sold.slippage, sold.value)} bp"),
        ("taken over", f"{usdt(totals.taken_over)} USDT at index, with debts of {usdt(totals.taken_over_debts)}"),
        ("clearance fees", f"{usdt(tally.flows.clearance_fees)} USDT"),
        ("deficits", f"{usdt(totals.deficits)} USDT of accounts, {usdt(totals.deficits_paid)} paid by the fund"),
        ("unwinding", f"{usdt(totals.unwound)} USDT traded, {_unwinding_losses(outcome)}"),
        ("venue deficit", f"{usdt(totals.written_off)} USDT written off against the pools"),
        ("loans", f"{totals.loans:,} worth {usdt(totals.borrowed)} USDT, {usdt(totals.repaid)} repaid"),
        ("interest", f"{usdt(totals.interest)} USDT charged"),
        ("trading", f"{totals.trades:,} fills of {usdt(totals.traded)} USDT, commission {usdt(totals.commission)}"),
    ]
    if tally.borrowing_stopped:
        rows.append(("borrowing", f"stopped at {format_moment(tally.borrowing_stopped)}: the fund fell short"))
    return rows


def _unwinding_losses(outcome: Outcome) -> str:
    """Return the losses of unwinding and who bore them."""
    totals = outcome.tally.totals
    text = f"losses of {usdt(totals.unwinding_losses)}"
    written_off = totals.unwinding_losses - totals.unwinding_paid
    if not written_off:
        return text
    return f"{text}: {usdt(totals.unwinding_paid)} paid by the fund, {usdt(written_off)} written off"


def conservation_lines(outcome: Outcome) -> list[str]:
    """Return one line per class of assets: what all balances add up to in each layer of the ledger."""
    return [
        f"{sums.name}, {counted(sums.assets, 'asset')}: cash {format_plain(sums.cash)}, loan "
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
        (
            "orders",
            f"{outcome.orders:,} in these commands, for a maker's quote is many: "
            f"{_rate(outcome.orders, outcome.seconds)} orders/s, "
            f"{_rate(outcome.orders, outcome.engine_seconds)} in the engine alone",
        ),
        ("state hash", outcome.state_hash),
    ]


def _rate(count: int, seconds: float) -> str:
    return f"{count / max(seconds, 1e-9):,.0f}"
