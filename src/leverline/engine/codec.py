"""Commands and events as plain dictionaries: for journals, logs and tests.

Interpreted code: it looks at the classes themselves, so a new command needs no line here.
"""

import inspect
from typing import Any

from leverline.engine import commands
from leverline.engine.commands import Command, PlaceOrder
from leverline.kernel.events import Event

COMMAND_CLASSES: dict[str, type[Command]] = {
    name: value
    for name, value in vars(commands).items()
    if isinstance(value, type) and issubclass(value, Command) and value is not Command
}


class CommandFault(ValueError):
    """A dictionary that is no command: names what and why."""


def command_to_dict(command: Command) -> dict[str, Any]:
    """Return `command` as a dictionary of plain values with its class name under `command`."""
    fields = {name: _plain(getattr(command, name)) for name in _field_names(type(command))}
    return {"command": type(command).__name__, **fields}


def command_from_dict(record: dict[str, Any]) -> Command:
    """Return the command that `record` describes.

    Raises CommandFault naming the field for an unknown command, a missing or unknown field, or a value of a wrong type.
    """
    name = record.get("command")
    command_class = COMMAND_CLASSES.get(name) if isinstance(name, str) else None
    if command_class is None:
        raise CommandFault(f"no such command: {name!r}")
    fields = {key: _typed(key, value) for key, value in record.items() if key != "command"}
    unknown = set(fields) - set(_field_names(command_class))
    if unknown:
        raise CommandFault(f"{name}: unknown field {sorted(unknown)[0]!r}")
    try:
        return command_class(**fields)
    except TypeError as fault:
        raise CommandFault(f"{name}: {fault}") from fault


def event_to_dict(event: Event) -> dict[str, Any]:
    """Return `event` as a dictionary of plain values with its class name under `event`."""
    names = [name for name in dir(event) if not name.startswith("_")]
    fields = {name: getattr(event, name) for name in names}
    return {"event": type(event).__name__, **{k: _plain(v) for k, v in fields.items() if not callable(v)}}


def _field_names(command_class: type[Command]) -> list[str]:
    """Return the constructor's parameter names in order."""
    return [name for name in inspect.signature(command_class).parameters if name not in ("args", "kwargs")]


def _plain(value: Any) -> Any:
    """Return nested commands, tuples and lists as plain lists and dictionaries."""
    if isinstance(value, Command):
        return command_to_dict(value)
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def _typed(name: str, value: Any) -> Any:
    """Return nested records as commands and rows as tuples."""
    if isinstance(value, dict):
        nested = command_from_dict(value)
        if not isinstance(nested, PlaceOrder):
            raise CommandFault(f"{name}: not an order")
        return nested
    if isinstance(value, list):
        return [tuple(row) if isinstance(row, list) else row for row in value]
    return value
