"""The oracle of `scopes`: the standard library's `symtable`, on the standard library."""

from __future__ import annotations

import ast
import symtable
import sys
import sysconfig
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from idiomist.semantics.scopes import Scope, ScopeKind, Use, module_scope

STDLIB = Path(sysconfig.get_paths()["stdlib"])
MODULES = [
    path
    for path in sorted(STDLIB.rglob("*.py"))
    if not {"site-packages", "lib2to3", "__pycache__"} & set(path.parts)
    and not path.name.startswith("bad")
]
INLINES = sys.version_info >= (3, 12)
"""Since PEP 709 the compiler merges list, set and dict comprehensions into their scope."""

Facts = Counter[tuple[Any, ...]]


def described_by_symtable(table: symtable.SymbolTable) -> Facts:
    kind = str(table.get_type()).rpartition(".")[2].lower()
    kind = kind if kind in {"module", "class", "function"} else "annotation"
    symbols = frozenset(
        (
            symbol.get_name(),
            symbol.is_referenced(),
            symbol.is_assigned(),
            symbol.is_imported(),
            symbol.is_parameter(),
            symbol.is_annotated(),
            symbol.is_declared_global(),
            symbol.is_nonlocal(),
            symbol.is_free(),
            symbol.is_global(),
            symbol.is_local(),
        )
        for symbol in table.get_symbols()
        if is_name(symbol.get_name())
    )
    name = table.get_name() if kind != "annotation" else ""
    found: Facts = Counter({(kind, name, symbols): 1})
    for child in table.get_children():
        found += described_by_symtable(child)
    return found


def is_name(name: str) -> bool:
    """Leave out what the compiler invents: `.0`, `.type_params`, `__classdict__`, ..."""
    return name.isidentifier() and name not in {
        "__classdict__",
        "__type_params__",
        "__conditional_annotations__",
    }


def merged(scope: Scope) -> bool:
    return INLINES and isinstance(scope.node, (ast.ListComp, ast.SetComp, ast.DictComp))


def described_by_us(scope: Scope) -> Facts:
    name = scope.name if scope.kind is not ScopeKind.ANNOTATION else ""
    symbols = frozenset(facts_with_merged(scope, scope).values())
    found: Facts = Counter({(scope.kind.value, name, symbols): 1})
    pending = list(scope.children)
    while pending:
        child = pending.pop()
        if merged(child):
            pending.extend(child.children)
        else:
            found += described_by_us(child)
    return found


def facts_with_merged(scope: Scope, shown_in: Scope) -> dict[str, tuple[Any, ...]]:
    """The facts of a scope, by name; the first comprehension tells those of its own names."""
    found = {fact[0]: fact for fact in symbols_of(scope, shown_in)}
    told = set(scope.names)
    for child in filter(merged, scope.children):
        inner = facts_with_merged(child, shown_in)
        found.update((name, fact) for name, fact in inner.items() if name not in told)
        told.update(inner)
    return found


def symbols_of(scope: Scope, shown_in: Scope) -> list[tuple[Any, ...]]:
    """The facts of a scope; symtable takes any table that is called `top` for a module."""
    found = []
    in_top = shown_in.name == "top"
    in_module = scope.kind is ScopeKind.MODULE
    declared_global = scope.declared_global if in_module else frozenset[str]()
    for name in {*scope.names, *scope.free_names, *declared_global}:
        use = scope.names.get(name, 0)
        is_bound = bool(use & Use.BOUND)
        is_free = name in scope.free_names and not scope.binds(name)
        is_local = is_bound if in_module else scope.binds(name)
        is_global = in_module or not (is_free or is_local) or (in_top and is_bound)
        found.append(
            (
                name,
                bool(use & Use.READ),
                bool(use & Use.ASSIGNED),
                bool(use & Use.IMPORTED),
                bool(use & Use.PARAMETER),
                bool(use & Use.ANNOTATED),
                bool(use & Use.GLOBAL) or name in declared_global,
                bool(use & Use.NONLOCAL),
                is_free,
                is_global,
                is_local,
            )
        )
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(STDLIB)))
def test_agrees_with_symtable(path: Path) -> None:
    data = path.read_bytes()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(data)
            text = data.decode()
            table = symtable.symtable(text, str(path), "exec")
        except (SyntaxError, UnicodeDecodeError, ValueError):
            pytest.skip("not a module of this Python")
    assert described_by_us(module_scope(tree)) == described_by_symtable(table)


def test_a_scope_shows_what_it_is() -> None:
    module = module_scope(ast.parse("class Box:\n    def size(self): return [x for x in self]\n"))
    assert [repr(scope) for scope in (module, *module.descendants())] == [
        "<module top>",
        "<class Box>",
        "<function size>",
        "<function listcomp>",
    ]
