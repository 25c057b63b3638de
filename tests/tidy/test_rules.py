"""The tidy rules find what they are there to find."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.tidy.ratchet import complaints
from tests.tidy.sets import set_iterations
from tests.tidy.source import FunctionNode, Module, length, places
from tests.tidy.test_core import is_division, is_float, is_outer_call, is_outer_import
from tests.tidy.test_docstrings import undocumented
from tests.tidy.test_text import INNER_HOST, MACHINE_PATH, UNFINISHED


def module(source: str) -> Module:
    """Return a module of the core with this source."""
    return Module("leverline.margin.example", Path("example.py"), ast.parse(source))


@pytest.mark.parametrize(
    ("is_fault", "source"),
    [
        (is_division, "a // b"),
        (is_division, "a /= b"),
        (is_float, "a = 0.5"),
        (is_float, "float(a)"),
        (is_outer_import, "import time"),
        (is_outer_import, "from datetime import date"),
        (is_outer_call, "print(a)"),
        (is_outer_call, "hash(a)"),
    ],
)
def test_a_fault_is_found_where_it_is(is_fault: Callable[[ast.AST], bool], source: str) -> None:
    """A fault counts for the method around it."""
    found = places(module(f"class Loan:\n    def level(self):\n        {source}\n"), is_fault)
    assert found == {"leverline.margin.example:Loan.level": 1}


@pytest.mark.parametrize("source", ["a * b", "a = 5", "from leverline.kernel.time import HOUR", "a.print()"])
def test_what_is_no_fault_is_let_be(source: str) -> None:
    """Products, integers, our own modules and methods of any name are allowed."""
    for is_fault in (is_division, is_float, is_outer_import, is_outer_call):
        assert not places(module(source), is_fault)


@pytest.mark.parametrize(
    "source",
    [
        "for a in {1, 2}: pass",
        "for a in set(b): pass",
        "b: set[str] = set()\nfor a in b: pass",
        "class C:\n    ids: set[int]\n    def f(self): return [a for a in self.ids]",
        "def f(b: frozenset[str]): return list(b)",
        "b = {1} | c\nd = [*b]",
        "b = set()\nb.pop()",
        "b = set(c)\n','.join(b)",
    ],
)
def test_reading_a_set_in_its_order_is_found(source: str) -> None:
    """Loops, comprehensions and calls that keep the order count."""
    assert set_iterations(ast.parse(source))


@pytest.mark.parametrize("source", ["for a in sorted({1, 2}): pass", "b = set()\n1 in b", "for a in [1]: pass"])
def test_sorted_sets_and_membership_are_let_be(source: str) -> None:
    """A sorted set has an order, and membership needs none."""
    assert not set_iterations(ast.parse(source))


def test_a_docstring_does_not_count_as_lines_of_its_function() -> None:
    """A function may be explained at length."""
    source = 'def f(\n    a,\n):\n    """One.\n\n    Two.\n    """\n    a.b = 1\n    """An attribute."""\n'
    node = ast.parse(source).body[0]
    assert isinstance(node, FunctionNode)
    assert length(node) == 4


def test_what_is_public_and_silent_is_found() -> None:
    """Classes, functions and methods count; what is private or inside a function does not."""
    source = "class A:\n    def b(self):\n        def inner(): pass\n    def _c(self): pass\ndef _d(): pass\n"
    assert sorted(undocumented(module(source))) == ["leverline.margin.example:A", "leverline.margin.example:A.b"]


def test_words_and_paths_and_hosts_are_found() -> None:
    """Each pattern finds its example."""
    assert UNFINISHED.search("# TO" + "DO: later")
    assert MACHINE_PATH.search("see /ho" + "me/alice/venue")
    assert INNER_HOST.search("http:/" + "/10.1.2.3/")
    assert INNER_HOST.search("git.example.in" + "ternal/repository")
    assert not MACHINE_PATH.search("https://example.org/home/page")


def test_exceptions_may_only_shrink() -> None:
    """A finding above its exception fails, and so does an exception above its finding or without one."""
    assert complaints({"a": 50}, {}, 40) == ["a: 50, allowed 40"]
    assert complaints({"a": 50}, {"a": 50}, 40) == []
    assert complaints({"a": 45}, {"a": 50}, 40) == ["a: now 45, lower the exception from 50"]
    assert complaints({"a": 30}, {"a": 50}, 40) == ["a: the exception is no longer needed, take it out"]
