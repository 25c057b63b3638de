"""Commands as bytes: nothing is lost, older journals stay readable, and what could not be read back is not written."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.test_codec import SAMPLES, name_of
from tests.engine.world import START

from leverline.engine.codec import COMMAND_CLASSES, CommandFault, command_to_dict
from leverline.engine.command_form import ITEM_TYPES, ROW_TYPES, parameters_of
from leverline.engine.commands import Command, Deposit, MassQuote, PlaceOrder, PublishPrices, ReplaceOrder
from leverline.venue import records
from leverline.venue.records import decode_fields, decode_record, encode_command, encode_record

TIMES = st.integers(0, 2**63 - 1)
NUMBERS = st.integers() | st.integers(-(2**70), 2**70)


def record_of(command: Command, time: int = START) -> bytes:
    """Return a command's record."""
    return encode_record(time, encode_command(command))


def values_of(sample: Command) -> st.SearchStrategy[Command]:
    """Return commands of a sample's class with any values of the right types."""
    fields: dict[str, st.SearchStrategy[Any]] = {}
    for name in parameters_of(type(sample)):
        value = getattr(sample, name)
        if name in ROW_TYPES:
            row = st.tuples(*(st.text() if each is str else NUMBERS for each in ROW_TYPES[name]))
            fields[name] = st.lists(row, max_size=5)
        elif name in ITEM_TYPES:
            item = values_of(value[0]) if isinstance(value[0], Command) else st.text()
            fields[name] = st.lists(item, max_size=3)
        elif isinstance(value, Command):
            fields[name] = values_of(value)
        elif isinstance(value, bool):
            fields[name] = st.booleans()
        else:
            fields[name] = NUMBERS if isinstance(value, int) else st.text(st.characters(codec=None))
    return st.fixed_dictionaries(fields).map(lambda words: type(sample)(**words))


@given(command=st.sampled_from(SAMPLES).flatmap(values_of), time=TIMES)
def test_what_is_written_is_read(command: Command, time: int) -> None:
    """Every command, whatever its values: long numbers, half characters, empty rows."""
    read, again = decode_record(record_of(command, time))[::-1]
    assert again == time
    assert type(read) is type(command)
    assert command_to_dict(read) == command_to_dict(command)
    assert record_of(read, time) == record_of(command, time)


@pytest.mark.parametrize("command", SAMPLES, ids=name_of)
def test_every_command_is_read_the_quick_way(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """A restart of a million commands hangs on it. The first version wrote a command's name last, which is read too."""

    def slow(_record: bytes) -> None:
        pytest.fail("the slow way")

    monkeypatch.setattr(records, "_decode_slowly", slow)
    record = record_of(command)
    if record[:1] == b"[":
        return  # numbers too long for it
    time, fields = decode_fields(record)
    name = fields.pop("command")
    for each in (record, msgspec.msgpack.encode([time, {**fields, "command": name}])):
        assert command_to_dict(decode_record(each)[1]) == command_to_dict(command)


@pytest.mark.parametrize("command", SAMPLES, ids=name_of)
def test_defaults_are_left_out(command: Command) -> None:
    """Only what differs from its default is written, so a field that a command gains needs nothing of old journals."""
    _, fields = decode_fields(record_of(command))
    assert fields["command"] == name_of(command)
    for name, parameter in parameters_of(type(command)).items():
        assert (name in fields) == (getattr(command, name) != parameter.default), name


def test_an_order_takes_few_bytes() -> None:
    """A plain limit order: its five required words, three more, and their names."""
    order = PlaceOrder(10_001, 1, "BTCUSDT", True, 1, 10**6, 6 * 10**12, side_effect=1)
    assert len(record_of(order)) < 130


def test_rows_come_back_as_tuples() -> None:
    """The engine takes no other."""
    for command in (MassQuote(1, 0, "BTCUSDT", [(1, 2)], [(3, 4), (5, 6)]), PublishPrices("house", [("BTC", 1, 2)])):
        read = decode_record(record_of(command))[1]
        for name in ROW_TYPES:
            assert getattr(read, name, None) == getattr(command, name, None)


def broken(command: Command, name: str, value: Any) -> Command:
    """Return a command with a word that its constructor may not have seen."""
    try:
        setattr(command, name, value)
    except TypeError:
        pytest.skip("compiled commands take no such value")
    if getattr(command, name) is not value:
        pytest.skip("compiled commands make the value one of the right type")
    return command


@pytest.mark.parametrize(
    ("command", "name", "value"),
    [
        (Deposit(1, "BTC", 5), "amount", 5.0),
        (Deposit(1, "BTC", 5), "amount", True),
        (Deposit(1, "BTC", 5), "asset", None),
        (MassQuote(1, 0, "B", [], []), "bids", [(1, 2, 3)]),
        (MassQuote(1, 0, "B", [], []), "bids", [(1, 2), (1, 2.5)]),
        (MassQuote(1, 0, "B", [], []), "asks", [(1, 2), (1,)]),
        (PublishPrices("house", []), "prices", [("BTC", "1", 1)]),
        (ReplaceOrder(1, PlaceOrder(1, 0, "B", True, 0)), "order", Deposit(1, "BTC", 5)),
    ],
)
def test_a_command_that_could_not_be_read_back_is_not_written(command: Command, name: str, value: Any) -> None:
    """Its sender is told; the journal never holds what a restart would stumble over."""
    with pytest.raises(CommandFault, match=name):
        encode_command(broken(command, name, value))


def test_what_is_no_command_is_refused() -> None:
    """Another object, or the bare base class."""
    for other in (Command(), object()):
        with pytest.raises(CommandFault, match="is no command"):
            encode_command(other)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (b"", "no record"),
        (b"\xc1", "no record"),
        (b"[1,", "no record"),
        (msgspec.msgpack.encode([1, 2, 3]), "no record"),
        (msgspec.msgpack.encode(5), "no record"),
        (msgspec.msgpack.encode(["now", {"command": "AdvanceTime"}]), "its time is 'now'"),
        (msgspec.msgpack.encode([1, {"command": "Rob"}]), "no such command: 'Rob'"),
        (msgspec.msgpack.encode([1, {"command": ["Deposit"]}]), "no such command"),
        (msgspec.msgpack.encode([1, ["Deposit"]]), "no such command"),
        (msgspec.msgpack.encode([1, {"command": "Deposit", "user_id": 1}]), "Deposit: .*missing|Deposit: .*required"),
        (msgspec.msgpack.encode([1, {"command": "AdvanceTime", "speed": 1}]), "unknown field 'speed'"),
        (
            msgspec.msgpack.encode([1, {"command": "SetVipLevel", "user_id": 1, "vip_level": "9"}]),
            "vip_level|int object expected",
        ),
        (
            json.dumps([1, {"command": "SetVipLevel", "user_id": 1.5, "vip_level": 9}]).encode(),
            "user_id|int object expected",
        ),
    ],
)
def test_bytes_that_are_no_record_are_refused_by_name(record: bytes, words: str) -> None:
    """CommandFault and nothing else, whatever the bytes."""
    with pytest.raises(CommandFault, match=words):
        decode_record(record)


def test_every_command_class_is_known() -> None:
    """A new command needs no line in the journal's code."""
    assert {type(sample) for sample in SAMPLES} == set(COMMAND_CLASSES.values())
