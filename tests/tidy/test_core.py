"""The engine core is exact and gives the same on every machine: no float, no clock, no random, no input or output."""

import ast
from collections import Counter
from collections.abc import Callable

from tests.tidy.ratchet import hold
from tests.tidy.sets import set_iterations
from tests.tidy.source import Module, core_modules, places

OUTER_MODULES = {
    "asyncio",
    "concurrent",
    "datetime",
    "io",
    "logging",
    "multiprocessing",
    "os",
    "pathlib",
    "random",
    "secrets",
    "shutil",
    "socket",
    "sqlite3",
    "subprocess",
    "sys",
    "tempfile",
    "threading",
    "time",
    "urllib",
    "uuid",
}
OUTER_CALLS = {"print", "open", "input", "hash", "id", "eval", "exec"}


def count(is_fault: Callable[[ast.AST], bool], modules: list[Module]) -> Counter[str]:
    """Count the nodes at fault over the modules, by place."""
    return sum((places(module, is_fault) for module in modules), Counter())


def is_division(node: ast.AST) -> bool:
    """Return whether the node divides by `/` or `//`."""
    return isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div | ast.FloorDiv)


def is_float(node: ast.AST) -> bool:
    """Return whether the node is a float or speaks of the type."""
    is_literal = isinstance(node, ast.Constant) and isinstance(node.value, float | complex)
    return is_literal or (isinstance(node, ast.Name) and node.id == "float")


def is_outer_import(node: ast.AST) -> bool:
    """Return whether the node imports what reaches out of the core."""
    if isinstance(node, ast.ImportFrom):
        return node.level == 0 and (node.module or "").split(".")[0] in OUTER_MODULES
    return isinstance(node, ast.Import) and any(name.name.split(".")[0] in OUTER_MODULES for name in node.names)


def is_outer_call(node: ast.AST) -> bool:
    """Return whether the node calls what reaches out of the core or differs from run to run."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in OUTER_CALLS


def test_money_is_divided_by_a_named_rounding_only() -> None:
    """Outside the kernel no core module has `/` or `//`: a rounding has a name (`mul_div_down`, …)."""
    hold("division", count(is_division, [module for module in core_modules() if module.core_package != "kernel"]))


def test_no_float_decides() -> None:
    """The core has no float literal and no `float`."""
    hold("float", count(is_float, core_modules()))


def test_the_core_imports_no_clock_no_random_and_no_input_or_output() -> None:
    """What the core needs from outside comes in a command."""
    hold("outer_import", count(is_outer_import, core_modules()))


def test_the_core_prints_nothing_and_opens_nothing() -> None:
    """The core has no `print` and no `open`, nor `hash` and `id`, which differ from run to run."""
    hold("outer_call", count(is_outer_call, core_modules()))


def test_the_core_does_not_iterate_over_sets() -> None:
    """A set of strings has another order in each process; `sorted` gives it one."""
    found: Counter[str] = Counter()
    for module in core_modules():
        iterations = set_iterations(module.tree)
        found += places(module, lambda node, found=iterations: id(node) in found)
    hold("set_iteration", found)
