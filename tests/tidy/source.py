"""The sources as the tidy rules see them: modules, their functions, and all text files."""

import ast
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeGuard

from leverline.build_info import CORE_PACKAGES

ROOT = Path(__file__).resolve().parents[2]
CODE_FOLDERS = ("src/leverline", "tools", "build_tools", "bench")
SKIPPED_FOLDERS = {".git", ".hypothesis", ".venv", ".venv-clients", "build", "dist", "node_modules"}
TEXT_SUFFIXES = {
    "",
    *[".cfg", ".css", ".html", ".js", ".json", ".md", ".py", ".sh", ".svelte", ".toml", ".ts", ".txt", ".yaml", ".yml"],
}

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True)
class Module:
    """One source file with its syntax tree."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def core_package(self) -> str:
        """The core package that the module belongs to, or nothing."""
        parts = self.name.split(".")
        return parts[1] if len(parts) > 1 and parts[0] == "leverline" and parts[1] in CORE_PACKAGES else ""


@cache
def code_modules() -> list[Module]:
    """Return every module of ours but the tests."""
    files = [file for folder in CODE_FOLDERS for file in sorted((ROOT / folder).rglob("*.py"))]
    return [read_module(file) for file in files]


@cache
def core_modules() -> list[Module]:
    """Return the modules of the engine core."""
    return [module for module in code_modules() if module.core_package]


def read_module(file: Path) -> Module:
    """Parse one file; a package's `__init__` has the package's name."""
    parts = file.relative_to(ROOT).with_suffix("").parts
    parts = parts[1:] if parts[0] == "src" else parts
    name = ".".join(part for part in parts if part != "__init__")
    return Module(name, file, ast.parse(file.read_text(encoding="utf-8"), str(file)))


def definitions(node: ast.AST, prefix: str = "") -> Iterator[tuple[str, ast.AST]]:
    """Yield each class and function with its qualified name, outer before inner."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, DEFINITIONS):
            yield prefix + child.name, child
            yield from definitions(child, f"{prefix}{child.name}.")
        else:
            yield from definitions(child, prefix)


def functions(module: Module) -> Iterator[tuple[str, FunctionNode]]:
    """Yield each function and method with its place, `module:Class.method`."""
    for name, node in definitions(module.tree):
        if isinstance(node, FunctionNode):
            yield f"{module.name}:{name}", node


def places(module: Module, is_fault: Callable[[ast.AST], bool]) -> Counter[str]:
    """Count the nodes at fault by the innermost definition around them."""
    found: Counter[str] = Counter()

    def visit(node: ast.AST, place: str) -> None:
        for child in ast.iter_child_nodes(node):
            inner = f"{place}.{child.name}".replace(":.", ":") if isinstance(child, DEFINITIONS) else place
            if is_fault(child):
                found[inner.removesuffix(":")] += 1
            visit(child, inner)

    visit(module.tree, f"{module.name}:")
    return found


def length(node: FunctionNode) -> int:
    """Return how many lines a function has, its docstring and those of attributes not counted."""
    docstrings = sum(lines(inner) for inner in ast.walk(node) if is_docstring(inner))
    return lines(node) - docstrings


def lines(node: ast.stmt) -> int:
    """Return how many lines a statement takes."""
    return (node.end_lineno or 0) - node.lineno + 1


def is_docstring(node: ast.AST) -> TypeGuard[ast.Expr]:
    """Return whether a node is a string that stands as a statement."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


@cache
def text_files() -> list[Path]:
    """Return every text file of the checkout that is ours."""
    found = []
    for folder, names, files in os.walk(ROOT):
        names[:] = sorted(name for name in names if name not in SKIPPED_FOLDERS and not name.endswith(("cache", "__")))
        found += [Path(folder, file) for file in sorted(files) if Path(file).suffix in TEXT_SUFFIXES]
    return [file for file in found if file.name != "LICENSE"]
