"""Each reading answers exactly the members of the documents, in their order and of their types."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.api.margin.busy import be_busy
from tests.api.world import User, World

ROWS = yaml.safe_load(Path(__file__).with_name("shapes.yaml").read_text(encoding="utf-8"))
TYPES = {"s": (str,), "i": (int,), "b": (bool,), "n": (int, float)}


def faults_of(value: Any, shape: Any, place: str = "") -> list[str]:
    """Return where a value is not of a shape."""
    if isinstance(shape, str):
        is_right = type(value) in TYPES[shape.lower()]
        return [] if is_right else [f"{place}: {value!r} is not {shape}"]
    if isinstance(shape, list):
        if not isinstance(value, list):
            return [f"{place}: no list"]
        return [fault for each in value[:50] for fault in faults_of(each, shape[0], f"{place}[]")]
    if not isinstance(value, dict):
        return [f"{place}: no object"]
    names = [name for name, inner in shape.items() if name in value or not is_optional(inner)]
    faults = [] if list(value) == names else [f"{place}: {list(value)} instead of {names}"]
    for name in value.keys() & shape.keys():
        faults += faults_of(value[name], shape[name], f"{place}.{name}")
    return faults


def is_optional(shape: Any) -> bool:
    """Whether a member may be missing."""
    return isinstance(shape, str) and shape.isupper()


def empty_lists(value: Any, shape: Any, place: str = "") -> list[str]:
    """Return the lists of objects that have no member, so that their shape was not looked at."""
    if isinstance(shape, list) and isinstance(shape[0], dict):
        return [place or "the answer"] if not value else empty_lists(value[0], shape[0], place)
    if isinstance(shape, dict):
        return [
            each
            for name, inner in shape.items()
            if name in value
            for each in empty_lists(value[name], inner, f"{place}.{name}")
        ]
    return []


def test_every_reading_has_the_documented_shape(lender: World, maker: User) -> None:
    """With something in every list, no member of any answer is missing, added, moved or of a wrong type."""
    user = lender.user(USDT="20000")
    be_busy(lender, maker, user)
    faults = []
    for row in ROWS:
        method, path = row["request"].split()
        answer = user.ask(method, path, **row.get("values", {}))
        faults += [f"{row['request']} {fault}" for fault in faults_of(answer, row["shape"])]
        faults += [f"{row['request']} {fault} is empty" for fault in empty_lists(answer, row["shape"])]
    assert faults == []


@pytest.mark.parametrize("value", [{"a": 1}, {"a": "x", "b": 1}, {"b": 1, "a": "x"}, {"a": True}])
def test_a_wrong_shape_is_noticed(value: dict[str, Any]) -> None:
    """The comparison itself can fail: a wrong type, a member too many, members in another order."""
    assert faults_of(value, {"a": "s"}) != []
