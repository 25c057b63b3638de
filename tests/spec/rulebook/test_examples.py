"""Every worked example of this folder gives its printed result, exact to the last digit."""

import importlib
from collections.abc import Callable
from typing import Any

import pytest
from tests.spec.rulebook import scenarios
from tests.spec.rulebook.examples import Case, Example, read_examples

EXAMPLES = read_examples()
CASES = [
    pytest.param(example, case, id=f"{example.name}-{number}" if number else example.name)
    for example in EXAMPLES
    for number, case in enumerate(example.cases)
]


def find(name: str) -> Callable[..., Any]:
    """Return the function of this full name."""
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(module), attribute)


@pytest.mark.parametrize(("example", "case"), CASES)
def test_a_worked_example_gives_its_printed_result(example: Example, case: Case) -> None:
    """The function named, or the scenario around it, returns exactly what the example expects."""
    work = getattr(scenarios, example.scenario) if example.scenario else find(example.function)
    result = work(**case.given)
    if isinstance(case.expect, dict):
        result = {key: result[key] for key in case.expect}
    elif isinstance(case.expect, list) and isinstance(result, tuple):
        result = list(result)
    assert result == case.expect


def test_examples_have_different_names() -> None:
    """A name points to one example."""
    names = [example.name for example in EXAMPLES]
    assert sorted(names) == sorted(set(names))


def test_examples_name_functions_that_exist() -> None:
    """The function an example is about can be imported."""
    for example in EXAMPLES:
        assert callable(find(example.function)), example.name
