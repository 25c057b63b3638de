"""Worked examples: what a YAML file may say, and how its quantities become the core's integers.

An example has `name`, `rule` (one or more numbers), `function` (the function it is about, by its full name), `given`
(its arguments by name), `expect` and `source`. With `scenario` it is worked out by that function of `scenarios.py`,
which leads through several functions of the rule book. `cases` lists further pairs of `given` and `expect`, each with
only what differs from the example's own `given`.

Every quantity carries its unit as a tag, and none passes through a float:

    !amount 1.5      amount, book price or value, 10⁻⁸
    !ratio 1.25      ratio, rate or index price, 10⁻¹²
    !percent 0.02    ratio given in per cent
    !exact 0.5       carry, 10⁻²⁰
    !int 3           plain count
    !time 13:55      microseconds since midnight
    !flag yes        truth
    !text word       a word
    !none ""         no value
    !amounts [1, 2]  list of amounts; !ratios likewise; a sequence without a tag is a tuple
    !tiers [[value limit, ratio], …]                                        collateral tiers (rule 4.1)
    !brackets [[leverage, debt limit, IMR %, MMR %, maintenance amount], …]  Pro brackets (rule 6.3)
    !isolated [[IR, base limit, quote limit], …]                            isolated tiers (rule 7.2)
    !curve [base %, slope below %, slope above %, kink]                     rate curve per hour (rule 3.4)
    !quotes [[index price, weight], …]                                      index sources (rule 2.1)
    !levels [[price, quantity], …]                                          one side of a book, best first
    !shipped classic.5                                                      a parameter of the shipped rule set
                                                                            (families.5: that isolated family)
    !shipped-2026-06 classic.5                                              the same of that rule set
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from leverline.kernel.decimals import parse_amount, parse_decimal, parse_ratio
from leverline.kernel.time import HOUR, MINUTE, SECOND
from leverline.parameters import load_parameters, load_scheme
from leverline.rulebook.parameters import CollateralTier, IsolatedTier, ProBracket, RateCurve, VenueParameters

FOLDER = Path(__file__).parent
EXACT_DECIMALS = 20
PERCENT_DECIMALS = 10


@dataclass
class Case:
    """Arguments and the result they must give."""

    given: dict[str, Any]
    expect: Any


@dataclass
class Example:
    """One worked example of a rule."""

    name: str
    rules: tuple[str, ...]
    function: str
    source: str
    file: str
    scenario: str = ""
    cases: list[Case] = field(default_factory=list)


class Quantities(yaml.BaseLoader):
    """YAML in which every plain scalar stays text and every tag makes an exact quantity."""


@cache
def shipped(rule_set: str = "2025") -> VenueParameters:
    """Return the parameters that the package ships."""
    return load_parameters(rule_set)


def parse_percent(text: str) -> int:
    """Return a ratio given in per cent."""
    return parse_decimal(text, PERCENT_DECIMALS)


def parse_time(text: str) -> int:
    """Return microseconds since midnight of hh:mm or hh:mm:ss."""
    hours, minutes, *seconds = text.split(":")
    return int(hours) * HOUR + int(minutes) * MINUTE + (int(seconds[0]) * SECOND if seconds else 0)


def shipped_value(path: str, rule_set: str = "2025") -> Any:
    """Return the shipped parameter at a dotted path of attributes, keys and positions."""
    value: Any = shipped(rule_set)
    if path.startswith("families."):
        value = load_scheme().tables
    for part in path.split("."):
        if isinstance(value, dict):
            value = value[int(part) if part.isdigit() else part]
        elif isinstance(value, (tuple, list)):
            value = value[int(part)]
        else:
            value = getattr(value, part)
    return value


SCALARS: dict[str, Callable[[str], Any]] = {
    "!amount": parse_amount,
    "!ratio": parse_ratio,
    "!percent": parse_percent,
    "!exact": lambda text: parse_decimal(text, EXACT_DECIMALS),
    "!int": int,
    "!time": parse_time,
    "!flag": lambda text: {"yes": True, "no": False}[text],
    "!text": str,
    "!none": lambda text: None,
    "!shipped": shipped_value,
    "!shipped-2026-06": lambda path: shipped_value(path, "2026-06"),
}


def bracket(row: list[str]) -> ProBracket:
    """Return one Pro bracket of [leverage, debt limit, IMR %, MMR %, maintenance amount]."""
    leverage, limit, initial, maintenance, amount = row
    return ProBracket(
        int(leverage), parse_amount(limit), parse_percent(initial), parse_percent(maintenance), parse_amount(amount)
    )


ROWS: dict[str, Callable[[Any], Any]] = {
    "!amounts": lambda rows: [parse_amount(text) for text in rows],
    "!ratios": lambda rows: [parse_ratio(text) for text in rows],
    "!tiers": lambda rows: tuple(CollateralTier(parse_amount(limit), parse_ratio(ratio)) for limit, ratio in rows),
    "!brackets": lambda rows: tuple(bracket(row) for row in rows),
    "!isolated": lambda rows: tuple(
        IsolatedTier(parse_ratio(ratio), parse_amount(base), parse_amount(quote)) for ratio, base, quote in rows
    ),
    "!curve": lambda row: RateCurve(*(parse_percent(text) for text in row[:3]), parse_ratio(row[3])),
    "!quotes": lambda rows: [(parse_ratio(price), int(weight)) for price, weight in rows],
    "!levels": lambda rows: [(parse_amount(price), parse_amount(quantity)) for price, quantity in rows],
}


def register() -> None:
    """Teach the loader its tags."""

    def scalar(convert: Callable[[str], Any]) -> Callable[[yaml.BaseLoader, Any], Any]:
        return lambda loader, node: convert(loader.construct_scalar(node))

    def rows(convert: Callable[[Any], Any]) -> Callable[[yaml.BaseLoader, Any], Any]:
        return lambda loader, node: convert(loader.construct_sequence(node, deep=True))

    Quantities.add_constructor("tag:yaml.org,2002:seq", rows(tuple))
    for tag, convert in SCALARS.items():
        Quantities.add_constructor(tag, scalar(convert))
    for tag, convert in ROWS.items():
        Quantities.add_constructor(tag, rows(convert))


register()


def read_examples() -> list[Example]:
    """Return all examples of this folder, in order of file and place."""
    return [example for path in sorted(FOLDER.glob("*.yaml")) for example in read_file(path)]


def read_file(path: Path) -> list[Example]:
    """Return the examples of one file."""
    documents = yaml.load(path.read_text(encoding="utf-8"), Loader=Quantities)
    return [make_example(document, path.name) for document in documents]


def make_example(document: dict[str, Any], file: str) -> Example:
    """Return one example; a misspelt key is an error."""
    known = {"name", "rule", "function", "scenario", "given", "expect", "cases", "source"}
    assert not document.keys() - known, f"{file}: unknown keys {document.keys() - known}"
    base = document.get("given", {})
    cases = [Case(base, document["expect"])] if "expect" in document else []
    cases += [Case({**base, **case.get("given", {})}, case["expect"]) for case in document.get("cases", [])]
    assert cases, f"{file}: {document['name']} expects nothing"
    rules = document["rule"] if isinstance(document["rule"], tuple) else (document["rule"],)
    scenario = document.get("scenario", "")
    return Example(document["name"], rules, document["function"], document["source"], file, scenario, cases)
