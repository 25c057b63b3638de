"""The types of a command's words, for callers who build commands in Python. Interpreted: it looks at the classes.

A compiled constructor checks its arguments by itself, but for what stands inside rows; an interpreted one checks
nothing.
"""

import inspect
from collections.abc import Iterable, Mapping
from typing import Any

from leverline.engine import commands
from leverline.engine.commands import Command, PlaceOrder
from leverline.kernel.decimals import shown

Types = tuple[type, ...]

ROW_TYPES: dict[str, Types] = {"prices": (str, int, int), "bids": (int, int), "asks": (int, int), "changes": (str, str)}
"""Words that hold rows, with the types of a row's items."""

ITEM_TYPES: dict[str, type] = {"assets": str, "orders": PlaceOrder}
"""Words that hold a plain list, with the type of its items."""

PLAIN_TYPES = (int, str, bool, PlaceOrder)

COMMAND_CLASSES: dict[str, type[Command]] = {
    name: value
    for name, value in vars(commands).items()
    if isinstance(value, type) and issubclass(value, Command) and value is not Command
}


def parameters_of(command_class: type[Command]) -> Mapping[str, inspect.Parameter]:
    """Return the constructor's parameters in order."""
    found = inspect.signature(command_class).parameters
    return {name: each for name, each in found.items() if name not in ("args", "kwargs")}


def words_to_check(command_class: type[Command]) -> list[tuple[str, type]]:
    """Return the words that the constructor of a class leaves unchecked, with the type of each; `list` for rows."""
    found: list[tuple[str, type]] = []
    for name, parameter in parameters_of(command_class).items():
        if name in ROW_TYPES or name in ITEM_TYPES:
            found.append((name, list))
        elif parameter.annotation in PLAIN_TYPES:
            found.append((name, parameter.annotation))
    return found


CHECKED: dict[type, list[tuple[str, type]]] = {
    each: words for each in COMMAND_CLASSES.values() if (words := words_to_check(each))
}
"""Classes that have something to check: all of them when interpreted, those with lists when compiled."""


def type_fault(command: Command) -> str:
    """Return which word of `command` is of a wrong type, or an empty text."""
    name_of_command = type(command).__name__
    for name, wanted in CHECKED.get(type(command), []):
        value: Any = getattr(command, name)
        if type(value) is not wanted:
            return f"{name_of_command}: {name}: {wrong_type(value, wanted)}"
        fault = ""
        if isinstance(value, list):
            fault = list_fault(name, value)
        elif isinstance(value, PlaceOrder):
            fault = type_fault(value)
        if fault:
            return f"{name_of_command}: {name}: {fault}"
    return ""


def wrong_type(value: Any, wanted: type) -> str:
    """Return in words that a value is not of the type that is wanted."""
    return f"a {type(value).__name__}, not a {wanted.__name__}: {brief(value)}"


def brief(value: Any) -> str:
    """Return a value for a message, however long it is."""
    if isinstance(value, int):
        return shown(value)
    return f"a {type(value).__name__}" if isinstance(value, (list, tuple)) else repr(value)[:60]


def _names(types: Iterable[type]) -> str:
    """Return the names of types."""
    return ", ".join(each.__name__ for each in types)


def list_fault(name: str, value: list[Any]) -> str:
    """Return which row or item of the list `name` is of a wrong type, or an empty text."""
    if name in ROW_TYPES:
        return row_fault(value, ROW_TYPES[name])
    wanted = ITEM_TYPES[name]
    for item in value:
        if type(item) is not wanted:
            return wrong_type(item, wanted)
        fault = type_fault(item) if isinstance(item, PlaceOrder) else ""
        if fault:
            return fault
    return ""


def row_fault(rows: list[Any], types: Types) -> str:
    """Return which row is not a tuple of these types, or an empty text."""
    for row in rows:
        if not isinstance(row, (list, tuple)) or tuple(type(item) for item in row) != types:
            return f"a row is ({_names(types)}), not {_names(map(type, row)) if isinstance(row, tuple) else brief(row)}"
    return ""
