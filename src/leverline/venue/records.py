"""A command and its time as bytes for the journal, and back.

A record is the msgpack array [time, dictionary], the dictionary that of `command_to_dict` without the fields that
have their default value: an older journal still reads when a command gains an optional field. What msgpack cannot hold,
an integer of more than 64 bits, is written as the same array in JSON.

A restart reads them by the million: msgspec reads the words of a command straight into a struct of its own kind, from
which the command is made. What does not fit goes the slow way, which says why.
"""

import json
from collections.abc import Callable, Mapping
from functools import reduce
from inspect import Parameter
from itertools import compress
from operator import attrgetter, ne, or_
from types import GenericAlias
from typing import Any, Final

import msgspec

from leverline.engine.codec import CommandFault, command_from_dict
from leverline.engine.command_form import (
    COMMAND_CLASSES,
    ITEM_TYPES,
    PLAIN_TYPES,
    ROW_TYPES,
    parameters_of,
    type_fault,
)
from leverline.engine.commands import Command, PlaceOrder

_COMMAND: Final = "command"
_REQUIRED: Final = object()
_PAIR: Final = b"\x92"
"""How a msgpack array of two begins."""
_JSON: Final = b"["
_KNOWN_TYPES: Final = (*PLAIN_TYPES, list)

_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder().decode


class _Form:
    """What is known of a command class: its fields in order, with type and default of each."""

    def __init__(self, command_class: type[Command]) -> None:
        parameters = parameters_of(command_class)
        self.command_class: Callable[..., Command] = command_class
        self.name: str = command_class.__name__
        self.fields: tuple[str, ...] = tuple(parameters)
        self.known: frozenset[str] = frozenset(parameters)
        self.defaults: tuple[Any, ...] = tuple(
            _REQUIRED if each.default is Parameter.empty else each.default for each in parameters.values()
        )
        self.rows: tuple[str, ...] = tuple(name for name in self.fields if name in ROW_TYPES)
        self.lists: tuple[str, ...] = tuple(name for name in self.fields if name in ITEM_TYPES)
        self.has_order: bool = "order" in self.fields
        listed = self.rows + self.lists
        wanted = tuple(list if name in listed else each.annotation for name, each in parameters.items())
        self.types: tuple[type, ...] | None = wanted if all(each in _KNOWN_TYPES for each in wanted) else None
        """Types of the fields, if they can be told from the constructor: a compiled one checks them itself."""
        self.row_types: list[tuple[int, tuple[type, ...]]] = [
            (self.fields.index(name), ROW_TYPES[name]) for name in self.rows
        ]
        self.item_types: list[tuple[int, type]] = [(self.fields.index(name), ITEM_TYPES[name]) for name in self.lists]
        self.order_lists: list[int] = [place for place, item in self.item_types if item is PlaceOrder]
        """Where several orders stand, each with a form of its own."""
        self.values: Callable[[Any], tuple[Any, ...]] = _reader(self.fields)
        """Reads the fields of a command, or of its words."""
        self.words: type[msgspec.Struct] = self._struct(parameters)

    def _struct(self, parameters: Mapping[str, Parameter]) -> type[msgspec.Struct]:
        """Return the struct that a record's dictionary is read into; types that are not told are the constructor's."""
        members: list[Any] = []
        for name, each in parameters.items():
            kind: Any = each.annotation if each.annotation in _KNOWN_TYPES else Any
            if name in ROW_TYPES:
                kind = GenericAlias(list, GenericAlias(tuple, ROW_TYPES[name]))
            if name in ITEM_TYPES:
                item = ITEM_TYPES[name]
                kind = GenericAlias(list, (_FORMS[PlaceOrder].words if item is PlaceOrder else item,))
            if name == "order":
                kind = _FORMS[PlaceOrder].words
            members.append((name, kind) if each.default is Parameter.empty else (name, kind, each.default))
        return msgspec.defstruct(
            self.name, members, tag=self.name, tag_field=_COMMAND, forbid_unknown_fields=True, gc=False
        )

    def made_of(self, words: msgspec.Struct) -> Command:
        """Return the command that was read into `words`. Raises TypeError for what its constructor does not take."""
        values = self.values(words)
        if self.has_order:
            order = self.fields.index("order")
            nested = _FORMS[PlaceOrder].made_of(values[order])
            values = (*values[:order], nested, *values[order + 1 :])
        for place in self.order_lists:
            orders = [_FORMS[PlaceOrder].made_of(each) for each in values[place]]
            values = (*values[:place], orders, *values[place + 1 :])
        return self.command_class(*values)

    def fits(self, values: tuple[Any, ...]) -> bool:
        """Return whether the values are surely of the right types; the exact check takes ten times as long."""
        return (
            self.fits_fields(values)
            and all(_rows_fit(values[place], types) for place, types in self.row_types)
            and all(set(map(type, values[place])) <= {wanted} for place, wanted in self.item_types)
        )

    def fits_fields(self, values: tuple[Any, ...]) -> bool:
        """Return the same without a look into rows, which the engine looks into by itself."""
        return self.types is None or tuple(map(type, values)) == self.types


def _rows_fit(rows: Any, types: tuple[type, ...]) -> bool:
    """Return whether all rows are tuples of these types, looked at column by column."""
    if not rows:
        return type(rows) is list
    try:
        columns = list(zip(*rows, strict=True))
    except (TypeError, ValueError):
        return False
    is_whole = len(columns) == len(types) and set(map(type, rows)) == {tuple}
    return is_whole and all(set(map(type, column)) == {each} for column, each in zip(columns, types, strict=True))


def _reader(fields: tuple[str, ...]) -> Callable[[Command], tuple[Any, ...]]:
    """Return what reads these fields of a command."""
    if len(fields) > 1:
        return attrgetter(*fields)
    if fields:
        only = attrgetter(fields[0])
        return lambda command: (only(command),)
    return lambda command: ()


_FORMS: Final[dict[type, _Form]] = {}
for _class in sorted(COMMAND_CLASSES.values(), key=lambda each: each is not PlaceOrder):  # others hold an order
    _FORMS[_class] = _Form(_class)
_FORMS_BY_NAME: Final[dict[str, _Form]] = {form.name: form for form in _FORMS.values()}
_MAKERS: Final[dict[type, Callable[[Any], Command]]] = {form.words: form.made_of for form in _FORMS.values()}

_read = msgspec.msgpack.Decoder(GenericAlias(tuple, (int, reduce(or_, _MAKERS)))).decode


def encode_command(command: Command) -> bytes:
    """Return the part of a record that holds the command. Raises CommandFault for what could not be read back."""
    record = _record(command)
    try:
        return _pack(record)
    except (OverflowError, UnicodeEncodeError):
        return json.dumps(record).encode()


def encode_record(time: int, command: bytes) -> bytes:
    """Return the record of a command, encoded by `encode_command`, at `time` in microseconds."""
    if command[:1] == b"{":
        return b"[%d,%b]" % (time, command)
    return _PAIR + _pack(time) + command


def decode_record(record: bytes) -> tuple[int, Command]:
    """Return time and command of a record. Raises CommandFault for bytes that are none."""
    try:
        time, words = _read(record)
        return time, _MAKERS[type(words)](words)
    except (msgspec.MsgspecError, TypeError):
        return _decode_slowly(record)


def _decode_slowly(record: bytes) -> tuple[int, Command]:
    """Return time and command of a record that is in JSON, or is none. Raises CommandFault."""
    time, fields = decode_fields(record)
    return time, _command(fields)


def decode_fields(record: bytes) -> tuple[int, Any]:
    """Return time and dictionary of a record, whatever the dictionary says. Raises CommandFault for other bytes."""
    try:
        found = json.loads(record) if record[:1] == _JSON else _unpack(record)
        time, fields = found
    except (msgspec.DecodeError, ValueError, TypeError) as fault:
        raise CommandFault(f"no record of a command: {fault}") from fault
    if type(time) is not int:
        raise CommandFault(f"no record of a command: its time is {time!r}")
    return time, fields


def _record(command: Command) -> dict[str, Any]:
    """Return the command's dictionary without what has its default value."""
    form = _FORMS.get(type(command))
    if form is None:
        raise CommandFault(f"{type(command).__name__} is no command")
    values = form.values(command)
    if not form.fits(values) and (fault := type_fault(command)):
        raise CommandFault(fault)
    words = zip(form.fields, values, strict=True)
    record: dict[str, Any] = {_COMMAND: form.name}  # comes first: the reader learns at once what follows
    record.update(compress(words, map(ne, values, form.defaults)))
    if form.has_order:
        record["order"] = _record(record["order"])
    for place in form.order_lists:
        record[form.fields[place]] = [_record(each) for each in values[place]]
    return record


def _command(record: Any) -> Command:
    """Return the command of a dictionary: the quick way if all is as expected, or the one that says what is not."""
    form = _FORMS_BY_NAME.get(str(record.get("command"))) if type(record) is dict else None
    if form is None:
        return command_from_dict(record)
    fields = record.copy()
    del fields["command"]
    if not fields.keys() <= form.known:  # a compiled class without a constructor takes any word
        return command_from_dict(record)
    try:
        if form.has_order:
            fields["order"] = _command(fields["order"])
        for place in form.order_lists:
            name = form.fields[place]
            fields[name] = [_command(each) for each in fields[name]]
        for name in form.rows:
            fields[name] = list(map(tuple, fields[name]))
        command = form.command_class(**fields)
    except (TypeError, KeyError):
        return command_from_dict(record)
    is_fit = form.types is None or form.fits_fields(form.values(command))
    return command if is_fit else command_from_dict(record)
