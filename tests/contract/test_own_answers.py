"""Every operation says what it answers; of our own interface exactly, and answers in tests are held against it."""

import json

import msgspec
import openapi_spec_validator
import pytest
from tools.interface_pages import names_in
from tools.print_openapi import printed, whole_table

from leverline.api.answer_schemas import ShapeFault, answer_schema, is_own, named_shapes, schema_of, shapes
from leverline.api.openapi import description_of
from tests.described import check_described

TABLE = whole_table()
OWN = ("/account/", "/operator/", "/public/", "/sandbox/")
CLOCK = ("GET", "/sandbox/v1/clock")
JSON = "application/json;charset=UTF-8"


def test_every_operation_has_a_shape() -> None:
    """Binance's, our own, the sandbox's: types of clients are generated from the description."""
    assert [each.operation for each in TABLE if answer_schema(each.operation) is None] == []


def test_our_own_operations_are_described_exactly() -> None:
    """They are in the file whose shapes name what must be there, and no shape in it is without its operation."""
    assert [each.operation for each in TABLE if each.path.startswith(OWN) and not is_own(each.operation)] == []
    own = {name for name in shapes() if is_own(name)}
    assert own <= {each.operation for each in TABLE}


def test_every_named_shape_is_used() -> None:
    """By an operation's, or by one that is used."""
    assert names_in(shapes()[each.operation] for each in TABLE) == list(named_shapes())
    assert named_shapes().keys() <= description_of(TABLE)["components"]["schemas"].keys()


def test_the_whole_description_is_printed_without_a_venue() -> None:
    """With the sandbox's part, valid, and the same each time."""
    text = printed()
    document = json.loads(text)
    openapi_spec_validator.validate(document)
    assert {"/sandbox/v1/faucet", "/account/v1/status", "/api/v3/order"} <= document["paths"].keys()
    assert printed() == text


def test_an_exact_shape_says_what_must_be_there() -> None:
    """All members but those with a question mark; without exactness nothing is said of it."""
    assert schema_of("{a:s, b?:i}", is_exact=True) == {
        "type": "object",
        "properties": {"a": {"type": "string"}, "b": {"type": "integer"}},
        "required": ["a"],
    }
    assert "required" not in schema_of("{a:s, b?:i}")


def test_a_named_shape_is_referred_to_or_taken_over() -> None:
    """As a type it is a reference; among members it stands for all of its own, of which one may be told anew."""
    reference = {"$ref": "#/components/schemas/AssetAmount"}
    assert schema_of("[AssetAmount]", is_exact=True) == {"type": "array", "items": reference}
    text = {"type": "string"}
    assert schema_of("{AssetAmount, amount:i, fee?:s}", is_exact=True) == {
        "type": "object",
        "properties": {"asset": text, "amount": {"type": "integer"}, "fee": text},
        "required": ["asset", "amount"],
    }


@pytest.mark.parametrize("shape", ["{NoSuchShape}", "{a:NoSuchShape}", "{a?}"])
def test_what_names_no_shape_is_none(shape: str) -> None:
    """The message has the shape."""
    with pytest.raises(ShapeFault):
        schema_of(shape, is_exact=True)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ({"time": 1, "ahead": 0, "zone": "UTC"}, "unexpected"),
        ({"time": 1}, "required"),
        ({"time": "1", "ahead": 0}, "integer"),
        ([], "object"),
    ],
)
def test_an_answer_that_is_not_as_described_fails_its_test(answer: object, why: str) -> None:
    """A member more, a member less, one of another type, something else altogether."""
    with pytest.raises(AssertionError, match=why):
        check_described(*CLOCK, 200, JSON, msgspec.json.encode(answer))


def test_an_answer_that_is_as_described_passes() -> None:
    """As do refusals, and what is not JSON."""
    check_described(*CLOCK, 200, JSON, b'{"time": 1, "ahead": 0}')
    check_described(*CLOCK, 400, JSON, b'{"code": -1130, "msg": "no"}')
    check_described("GET", "/account/v1/liquidation-case.html", 200, "text/html; charset=utf-8", b"<!doctype html>")
