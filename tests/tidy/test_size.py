"""Functions and modules stay small enough to be read at once."""

import statistics

import pytest
from tests.tidy.ratchet import hold
from tests.tidy.source import code_modules, functions, length

FUNCTION_LINES_MAX = 40
MODULE_LINES_MAX = 400


def test_a_function_has_at_most_forty_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """A function fits on a screen, its docstring not counted; the median is shown."""
    lengths = {place: length(node) for module in code_modules() for place, node in functions(module)}
    with capsys.disabled():
        print(f" [{len(lengths)} functions, median {statistics.median(lengths.values()):g} lines]", end="")
    hold("function_length", lengths, FUNCTION_LINES_MAX)


def test_a_module_has_at_most_four_hundred_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """A module is about one noun; the median is shown."""
    lengths = {module.name: len(module.path.read_text(encoding="utf-8").splitlines()) for module in code_modules()}
    with capsys.disabled():
        print(f" [{len(lengths)} modules, median {statistics.median(lengths.values()):g} lines]", end="")
    hold("module_length", lengths, MODULE_LINES_MAX)
