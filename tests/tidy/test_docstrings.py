"""What is public in the core says what it is."""

import ast

from tests.tidy.ratchet import hold
from tests.tidy.source import DEFINITIONS, FunctionNode, Module, code_modules, core_modules, definitions


def undocumented(module: Module) -> dict[str, int]:
    """Return the public classes, functions and methods without a docstring."""
    inner = {
        id(child)
        for _, node in definitions(module.tree)
        if isinstance(node, FunctionNode)
        for child in ast.walk(node)
        if child is not node
    }
    return {
        f"{module.name}:{name}": 1
        for name, node in definitions(module.tree)
        if isinstance(node, DEFINITIONS) and id(node) not in inner
        if not any(part.startswith("_") for part in name.split(".")) and ast.get_docstring(node) is None
    }


def test_every_module_says_what_it_is() -> None:
    """Each module begins with a docstring."""
    hold("module_docstring", {module.name: 1 for module in code_modules() if ast.get_docstring(module.tree) is None})


def test_what_is_public_in_the_core_has_a_docstring() -> None:
    """Each public class, function and method of the core packages has a docstring."""
    hold("docstring", {place: 1 for module in core_modules() for place in undocumented(module)})
