"""Events of the venue by the names that scenarios use."""

from decimal import Decimal
from types import ModuleType
from typing import Any, Final

from leverline.engine import events as engine_events
from leverline.inprocess.words import decimal_of
from leverline.kernel.decimals import AMOUNT_DECIMALS, RATIO_DECIMALS
from leverline.kernel.events import Event
from leverline.lab.scenarios.faults import CannotBe
from leverline.lab.scenarios.figures import Figure
from leverline.lending import events as lending_events
from leverline.liquidation import events as liquidation_events
from leverline.margin import account as margin_account
from leverline.margin import events as margin_events
from leverline.market import events as market_events
from leverline.market import terms

_MODULES: Final = (engine_events, market_events, lending_events, margin_events, liquidation_events)
_RATIOS: Final = frozenset({"level", "level_before", "level_after", "rate_hourly", "utilisation"})
_INDEX_PRICES: Final = frozenset({("IndexChanged", "price")})
_WHOLE: Final = frozenset({"order_id", "list_id", "taker_order", "maker_order", "leverage", "hour", "time", "until"})

_REASONS: Final = {
    getattr(liquidation_events, name): name for name in ("RECOVERED", "STOPPED_ABOVE", "CLOSED", "TAKEOVER", "SPARED")
}


def _causes(module: ModuleType) -> dict[int, str]:
    """Return the causes that a module names, as `CAUSE_NO_FILL`, by number."""
    names = [name for name in vars(module) if name.startswith("CAUSE_") and name != "CAUSE_NAMES"]
    return {getattr(module, name): name.removeprefix("CAUSE_") for name in names}


_CODES: Final[dict[tuple[str, str], dict[int, str]]] = {
    ("LiquidationEnded", "reason"): _REASONS,
    ("TakenOver", "cause"): _causes(liquidation_events),
    ("StatusChanged", "old"): margin_account.STATUS_NAMES,
    ("StatusChanged", "new"): margin_account.STATUS_NAMES,
    ("OrderEnded", "status"): terms.ORDER_STATUS_NAMES,
    ("OrderEnded", "cause"): _causes(terms),
    ("InterestCharged", "kind"): lending_events.INTEREST_TYPE_NAMES,
}

EVENT_NAMES: Final = frozenset(
    name
    for module in _MODULES
    for name, kind in vars(module).items()
    if isinstance(kind, type) and issubclass(kind, Event) and kind is not Event
)


def require_event(name: str) -> None:
    """Raise CannotBe for an event that the venue does not have."""
    if name not in EVENT_NAMES:
        raise CannotBe(f"there is no event {name}: there are {', '.join(sorted(EVENT_NAMES))}")


def matches(event: Event, values: dict[str, Any]) -> bool:
    """Whether an event's fields are these; raises CannotBe for a field that it lacks."""
    return all(not _value_fault(wanted, field_of(event, name)) for name, wanted in values.items())


def field_of(event: Event, name: str) -> Decimal | str | bool:
    """Return a field of an event as a scenario writes it: amounts and ratios as decimals, codes by name."""
    kind = type(event).__name__
    value: Any = getattr(event, name, None)
    if name.startswith("_") or value is None or callable(value):
        raise CannotBe(f"{kind} has no {name}")
    if isinstance(value, bool):
        return value
    codes = margin_account.MODE_NAMES if name in ("mode", "product") else _CODES.get((kind, name))
    if codes is not None:
        return codes.get(value, str(value))
    if not isinstance(value, int):
        return str(value)
    if name in _WHOLE:
        return Decimal(value)
    is_ratio = name in _RATIOS or (kind, name) in _INDEX_PRICES
    return decimal_of(value, RATIO_DECIMALS if is_ratio else AMOUNT_DECIMALS)


def _value_fault(wanted: Any, found: Decimal | str | bool) -> str:
    """Return how a field differs from what is wanted."""
    if isinstance(found, str | bool):
        return "" if wanted == found else f"is {found}"
    try:
        return Figure(wanted).fault(found)
    except ValueError as error:
        raise CannotBe(str(error)) from error
