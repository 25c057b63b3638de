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
from leverline.liquidation import delisting_events
from leverline.liquidation import events as liquidation_events
from leverline.margin import account as margin_account
from leverline.margin import events as margin_events
from leverline.market import events as market_events
from leverline.market import terms

_MODULES: Final = (engine_events, market_events, lending_events, margin_events, liquidation_events, delisting_events)
_RATIOS: Final = frozenset({"level", "level_before", "level_after", "rate_hourly", "utilisation"})
_INDEX_PRICES: Final = frozenset({("IndexChanged", "price")})
_WHOLE: Final = frozenset(
    {"order_id", "list_id", "taker_order", "maker_order", "leverage", "hour", "time", "until", "at"}
)

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
    ("DelistingReached", "stage"): delisting_events.STAGE_NAMES,
    ("DelistingNoticeDue", "stage"): delisting_events.STAGE_NAMES,
    ("InterestCharged", "kind"): lending_events.INTEREST_TYPE_NAMES,
}

_KINDS: Final[dict[str, type[Event]]] = {
    name: kind
    for module in _MODULES
    for name, kind in vars(module).items()
    if isinstance(kind, type) and issubclass(kind, Event) and kind is not Event
}


def require_event(name: str) -> None:
    """Raise CannotBe for an event that the venue does not have."""
    if name not in _KINDS:
        raise CannotBe(f"there is no event {name}: there are {', '.join(sorted(_KINDS))}")


def require_values(name: str, values: dict[str, Any]) -> None:
    """Raise CannotBe for an event, a field or a code's word that there is not, also where no such event occurred."""
    require_event(name)
    known = _fields(_KINDS[name])
    for field, wanted in values.items():
        if field not in known:
            raise CannotBe(f"{name} has no {field}: it has {', '.join(sorted(known))}")
        words = (_codes(name, field) or {}).values()
        if words and wanted not in words:
            raise CannotBe(f"there is no {field} {wanted} of {name}: there are {', '.join(words)}")


def _fields(kind: type[Event]) -> set[str]:
    """Return the fields of a kind of event: a compiled class lists them, of another they are what it is made with."""
    made = getattr(kind.__init__, "__code__", None)
    listed = {name for name in dir(kind) if not name.startswith("_")}
    return listed | set(made.co_names if made else ())


def _codes(kind: str, field: str) -> dict[int, str] | None:
    """Return the words of a field that is a code, None for any other."""
    return margin_account.MODE_NAMES if field in ("mode", "product") else _CODES.get((kind, field))


def matches(event: Event, values: dict[str, Any]) -> bool:
    """Whether an event's fields are these, of those that its kind has; raises CannotBe for a figure that is none."""
    return all(not _value_fault(wanted, field_of(event, name)) for name, wanted in values.items())


def field_of(event: Event, name: str) -> Decimal | str | bool:
    """Return a field of an event as a scenario writes it: amounts and ratios as decimals, codes by name."""
    kind = type(event).__name__
    value: Any = getattr(event, name)
    if isinstance(value, bool):
        return value
    codes = _codes(kind, name)
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
