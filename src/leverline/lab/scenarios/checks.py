"""What a scenario says must be true, against the venue: `then`."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from leverline.inprocess.words import decimal_of
from leverline.kernel.decimals import RATIO_DECIMALS
from leverline.kernel.events import Event
from leverline.lab.scenarios.account_checks import account_findings
from leverline.lab.scenarios.faults import CannotBe
from leverline.lab.scenarios.figures import Figure
from leverline.lab.scenarios.happenings import matches, require_event, require_values
from leverline.lab.scenarios.reading import Place
from leverline.lab.scenarios.records import EventCheck, FundRowCheck, Then
from leverline.lab.scenarios.stage import Stage
from leverline.liquidation.fund import FUND_ROW_NAMES
from leverline.margin.account import MODE_NAMES

Finding = tuple[Place, str]
"""Where in the file, and how the venue differs."""


def findings(stage: Stage, then: Then) -> Iterator[Finding]:
    """Yield how the venue differs from `then`, with places inside it. Raises CannotBe for what there cannot be."""
    for name, check in then.accounts.items():
        for inner, fault in account_findings(stage, name, check):
            yield ("accounts", name, *inner), f"{name}: {fault}"
    yield from _event_findings(stage, then)
    yield from _venue_findings(stage, then)


def _event_findings(stage: Stage, then: Then) -> Iterator[Finding]:
    """Yield what did not happen, or did and should not."""
    for number, check in enumerate(then.happened):
        require_values(check.event, check.values)
        if check.of:
            stage.account(check.of)
        found = sum(1 for event in stage.venue.story if _is_meant(stage, event, check))
        wanted = "at least once" if check.count is None else f"{check.count} times"
        if found != check.count and (check.count is not None or not found):
            yield ("happened", number), f"{check.event} happened {found} times, not {wanted}: {_seen(stage, check)}"
    for number, name in enumerate(then.never):
        require_event(name)
        if any(type(event).__name__ == name for event in stage.venue.story):
            yield ("never", number), f"{name} happened"
    for name, users in then.order.items():
        require_event(name)
        found_users = [stage.name_of(event) for event in stage.venue.story if type(event).__name__ == name]
        if found_users != users:
            yield ("order", name), f"{name} happened to {', '.join(found_users) or 'nobody'}"


def _is_meant(stage: Stage, event: Event, check: EventCheck) -> bool:
    """Whether an event is one that a check is about."""
    if type(event).__name__ != check.event or (check.of and not stage.is_of(event, check.of)):
        return False
    return matches(event, check.values)


def _seen(stage: Stage, check: EventCheck) -> str:
    """Return the events of the kind that a check is about, in words."""
    alike = [vars_of(event) for event in stage.venue.story if type(event).__name__ == check.event]
    return "; ".join(alike[:5]) or "there was none of its kind"


def vars_of(event: Event) -> str:
    """Return the plain fields of an event in words."""
    names = [name for name in dir(event) if not name.startswith("_") and not callable(getattr(event, name))]
    return ", ".join(f"{name} {getattr(event, name)}" for name in names)


def _venue_findings(stage: Stage, then: Then) -> Iterator[Finding]:
    """Yield how fund, liquidation account, pools and index differ."""
    core = stage.venue.engine.core
    accounts = core.ledger.venue
    funds = {asset: decimal_of(each.fund) for asset, each in accounts.items()}
    yield from amounts_findings("the fund's", ("fund",), then.fund, funds)
    for number, row in enumerate(then.fund_ledger):
        fault = row.amount.fault(_fund_sum(stage, row))
        if fault:
            yield ("fund_ledger", number), f"{row.kind} in {row.asset} {fault}"
    lost = {asset: decimal_of(each.written_off) for asset, each in accounts.items()}
    yield from amounts_findings("written off", ("written_off",), then.written_off, lost)
    if then.liquidation_account is not None:
        holdings = core.liquidation_wallet.holdings
        held = {asset: decimal_of(each.total) for asset, each in holdings.items()}
        owed = {asset: decimal_of(each.debt) for asset, each in holdings.items()}
        place = "liquidation_account"
        yield from amounts_findings("the liquidation account's", (place, "holds"), then.liquidation_account.holds, held)
        yield from amounts_findings("its debt in", (place, "owes"), then.liquidation_account.owes, owed)
    if then.borrowing is not None and (then.borrowing == "stopped") != core.desk.is_stopped:
        yield ("borrowing",), f"borrowing is {'stopped' if core.desk.is_stopped else 'open'}"
    if then.gate is not None and (then.gate == "closed") != core.gate.is_closed:
        yield ("gate",), f"the gate is {'closed' if core.gate.is_closed else 'open'}"
    prices = {asset: decimal_of(each.price, RATIO_DECIMALS) for asset, each in core.board.assets.items()}
    yield from amounts_findings("the index of", ("index",), then.index, prices)
    stale = [asset for asset, each in core.board.assets.items() if each.is_stale and each.price > 0]
    if then.stale is not None and sorted(then.stale) != sorted(stale):
        yield ("stale",), f"stale: {', '.join(stale) or 'nothing'}"


def amounts_findings(
    what: str, place: Place, wanted: Mapping[str, Figure], found: Mapping[str, Decimal]
) -> Iterator[Finding]:
    """Yield which amounts differ by asset; one that is not found is 0."""
    for asset, figure in wanted.items():
        fault = figure.fault(found.get(asset, Decimal(0)))
        if fault:
            yield (*place, asset), f"{what} {asset} {fault}"


def _fund_sum(stage: Stage, row: FundRowCheck) -> Decimal:
    """Return what the fund's ledger sums to for a kind of row."""
    if row.kind not in FUND_ROW_NAMES.values():
        raise CannotBe(f"the fund has no rows {row.kind!r}: there are {', '.join(FUND_ROW_NAMES.values())}")
    totals = stage.venue.engine.core.liquidator.fund.totals
    return decimal_of(
        sum(
            total
            for (product, kind, asset), total in totals.items()
            if (asset, FUND_ROW_NAMES[kind]) == (row.asset, row.kind)
            and row.product in ("any", MODE_NAMES.get(product))
        )
    )
