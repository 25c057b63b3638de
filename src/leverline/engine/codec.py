"""Commands and events as plain dictionaries: for journals, logs and tests.

Interpreted code: it looks at the classes themselves, so a new command needs no line here.
"""

from typing import Any

from leverline.engine.command_form import (
    COMMAND_CLASSES,
    ITEM_TYPES,
    PLAIN_TYPES,
    ROW_TYPES,
    list_fault,
    parameters_of,
    row_fault,
    wrong_type,
)
from leverline.engine.commands import Command, PlaceOrder
from leverline.kernel.events import Event


class CommandFault(ValueError):
    """A dictionary that is no command: names what and why."""


def command_to_dict(command: Command) -> dict[str, Any]:
    """Return `command` as a dictionary of plain values with its class name under `command`."""
    fields = {name: _plain(getattr(command, name)) for name in parameters_of(type(command))}
    return {"command": type(command).__name__, **fields}


def command_from_dict(record: Any) -> Command:
    """Return the command that `record`, a dictionary as `command_to_dict` makes them, describes.

    Raises CommandFault naming the field for an unknown command, a missing or unknown field, or a value of a wrong type.
    """
    name = record.get("command") if isinstance(record, dict) else record
    command_class = COMMAND_CLASSES.get(name) if isinstance(record, dict) and isinstance(name, str) else None
    if command_class is None:
        raise CommandFault(f"no such command: {name!r}")
    unknown = [key for key in record if key != "command" and key not in parameters_of(command_class)]
    if unknown:
        raise CommandFault(f"{name}: unknown field {unknown[0]!r}")
    fields = {key: _typed(f"{name}: {key}", key, value) for key, value in record.items() if key != "command"}
    _check_types(command_class, fields)
    try:
        command = command_class(**fields)
    except TypeError as fault:
        raise CommandFault(f"{name}: {fault}") from fault
    for key, value in fields.items():
        if type(getattr(command, key)) is not type(value):
            raise CommandFault(f"{name}: {key}: a {type(value).__name__} is of the wrong type: {value!r}")
    return command


def event_to_dict(event: Event) -> dict[str, Any]:
    """Return `event` as a dictionary of plain values with its class name under `event`."""
    names = [name for name in dir(event) if not name.startswith("_")]
    fields = {name: getattr(event, name) for name in names}
    return {"event": type(event).__name__, **{k: _plain(v) for k, v in fields.items() if not callable(v)}}


def _plain(value: Any) -> Any:
    """Return nested commands, tuples and lists as plain lists and dictionaries."""
    if isinstance(value, Command):
        return command_to_dict(value)
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def _typed(place: str, name: str, value: Any) -> Any:
    """Return a nested record as a command and rows as tuples; `place` names the field in a fault."""
    if isinstance(value, dict):
        return _order(place, value)
    if name in ITEM_TYPES:
        return _items(place, name, value)
    return _rows(place, value, ROW_TYPES[name]) if name in ROW_TYPES else value


def _order(place: str, value: Any) -> PlaceOrder:
    """Return a nested record as the order that it is."""
    nested = command_from_dict(value)
    if not isinstance(nested, PlaceOrder):
        raise CommandFault(f"{place}: not an order")
    return nested


def _items(place: str, name: str, value: Any) -> list[Any]:
    """Return `value`, a plain list of the items that the word `name` holds, nested records as orders."""
    if not isinstance(value, list):
        raise CommandFault(f"{place}: a list is needed, not {value!r}")
    items = [_order(place, each) if isinstance(each, dict) else each for each in value]
    fault = list_fault(name, items)
    if fault:
        raise CommandFault(f"{place}: {fault}")
    return items


def _rows(place: str, value: Any, types: tuple[type, ...]) -> list[tuple[Any, ...]]:
    """Return `value`, a list of rows of these types, with tuples for rows."""
    if not isinstance(value, list):
        raise CommandFault(f"{place}: a list of rows is needed, not {value!r}")
    fault = row_fault(value, types)
    if fault:
        raise CommandFault(f"{place}: {fault}")
    return [tuple(row) for row in value]


def _check_types(command_class: type[Command], fields: dict[str, Any]) -> None:
    """Raise CommandFault for a value that is not exactly of its parameter's type.

    Compiled constructors bear no annotations and check their arguments themselves.
    """
    for name, parameter in parameters_of(command_class).items():
        wanted = parameter.annotation
        if name in fields and wanted in PLAIN_TYPES and type(fields[name]) is not wanted:
            raise CommandFault(f"{command_class.__name__}: {name}: {wrong_type(fields[name], wanted)}")
