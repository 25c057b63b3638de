"""Finds iteration over sets, whose order differs from run to run.

A heuristic: a set is known by its literal, by a call of `set`, or by a name that the module annotates or assigns as
one.
"""

import ast

SET_MAKERS = {"set", "frozenset"}
ORDERED_READERS = {"list", "tuple", "iter", "enumerate", "zip", "map", "filter", "dict", "reversed"}
SET_OPERATORS = (ast.BitOr, ast.BitAnd, ast.Sub, ast.BitXor)


def set_names(tree: ast.Module) -> set[str]:
    """Return the names and attributes that the module annotates or assigns as sets."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign) and is_set_annotation(node.annotation):
            names.add(last_name(node.target))
        elif isinstance(node, ast.arg) and node.annotation is not None and is_set_annotation(node.annotation):
            names.add(node.arg)
        elif isinstance(node, ast.Assign) and is_set(node.value, set()):
            names.update(last_name(target) for target in node.targets)
    return names - {""}


def is_set_annotation(node: ast.expr) -> bool:
    """Return whether a type is a set."""
    outer = node.value if isinstance(node, ast.Subscript) else node
    return last_name(outer) in SET_MAKERS | {"Set", "AbstractSet", "FrozenSet", "MutableSet"}


def last_name(node: ast.expr) -> str:
    """Return `b` for `b` and for `a.b`."""
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def is_set(node: ast.expr, names: set[str]) -> bool:
    """Return whether an expression is known to be a set."""
    if isinstance(node, ast.Set | ast.SetComp):
        return True
    if isinstance(node, ast.Call):
        return last_name(node.func) in SET_MAKERS
    if isinstance(node, ast.BinOp) and isinstance(node.op, SET_OPERATORS):
        return is_set(node.left, names) or is_set(node.right, names)
    return last_name(node) in names


def set_iterations(tree: ast.Module) -> set[int]:
    """Return the identities of the nodes that read a set in its order."""
    names = set_names(tree)
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.For | ast.comprehension):
            found |= {id(node.iter)} if is_set(node.iter, names) else set()
        elif isinstance(node, ast.Starred):
            found |= {id(node.value)} if is_set(node.value, names) else set()
        elif isinstance(node, ast.Call):
            reads_in_order = last_name(node.func) in ORDERED_READERS | {"join"}
            found |= {id(value) for value in node.args if reads_in_order and is_set(value, names)}
            if isinstance(node.func, ast.Attribute) and node.func.attr == "pop" and is_set(node.func.value, names):
                found.add(id(node))
    return found
