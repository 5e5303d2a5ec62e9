"""Loops over the positions of a sequence that use them to fetch what is there."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from idiomist.record import Record
from idiomist.semantics.mentions import (
    binds_names_only,
    bound_names,
    is_same,
    mentions,
    names_of,
    rebinds,
    shows_expressions,
)
from idiomist.semantics.trees import children, root_of

if TYPE_CHECKING:
    from idiomist.source import Source


class Indexed(Record):
    """What the body of an index loop does with the index and the sequence."""

    container: ast.expr
    counter: str
    backwards: bool
    needs_index: bool
    """The index is used for more than to fetch the item."""
    unpacked: ast.Assign | None
    """The first statement, when it only gives the item a name."""
    fetches: int
    """How many other places fetch the item."""


def indexed_loop(loop: ast.For, source: Source) -> Indexed | None:
    """Read a loop over `range(len(xs))`, or the same counted down, that fetches items of `xs`.

    None when the body wants more of the index than `enumerate` or `reversed` can give: it is
    rebound, used to reach neighbours or another sequence, or kept by a function.
    """
    return source.once(_read, loop)


def _read(loop: ast.For, source: Source) -> Indexed | None:
    counted = _counted(loop, source)
    indexed = _read_body(loop, *counted, source) if counted else None
    if indexed is None or (indexed.backwards and indexed.needs_index):
        return None
    return indexed


def _counted(loop: ast.For, source: Source) -> tuple[str, ast.expr, bool] | None:
    """The index, the sequence and whether it is counted down."""
    match loop.target, loop.iter:
        case ast.Name(index), ast.Call(ast.Name("range"), [*bounds], []):
            pass
        case _:
            return None
    match bounds:
        case [ast.Call(ast.Name("len"), [container], [])]:
            backwards = False
        case [ast.Constant(0), ast.Call(ast.Name("len"), [container], [])]:
            backwards = False
        case [
            ast.BinOp(ast.Call(ast.Name("len"), [container], []), ast.Sub(), ast.Constant(1)),
            ast.UnaryOp(ast.USub(), ast.Constant(1)),
            ast.UnaryOp(ast.USub(), ast.Constant(1)),
        ]:
            backwards = True
        case _:
            return None
    root = root_of(container)
    if not isinstance(root, ast.Name) or root.id == index:
        return None
    if not (source.scope.is_builtin("range") and source.scope.is_builtin("len")):
        return None
    return index, container, backwards


def _read_body(
    loop: ast.For, index: str, container: ast.expr, backwards: bool, source: Source
) -> Indexed | None:
    unpacked = _named_first(loop.body, index, container)
    if unpacked and not source.owns_lines([unpacked]):
        unpacked = None
    rest = loop.body[1:] if unpacked else loop.body
    fetches = others = 0
    if any(mentions(index, statement) for statement in loop.orelse):
        # After a loop without a round the index is still an earlier one.
        return None
    pending: list[ast.AST] = [*rest]
    while pending:
        node = pending.pop()
        match node:
            case ast.Subscript(value, ast.Name(used)) if used == index:
                if not is_same(value, container) or not isinstance(node.ctx, ast.Load):
                    return None
                fetches += 1
                continue
            case ast.Subscript(value, position) if mentions(index, position):
                return None
            case ast.Name(used) if used == index:
                if not isinstance(node.ctx, ast.Load):
                    return None
                others += 1
            case ast.Lambda() | ast.GeneratorExp() | ast.ClassDef() if mentions(index, node):
                return None
            case ast.FunctionDef() | ast.AsyncFunctionDef() if mentions(index, node):
                return None
            case _ if shows_expressions(node, source) and mentions(index, node):
                return None
            case _ if not isinstance(node, ast.Name) and index in names_of(node):
                return None
        pending.extend(children(node))
    if not fetches and unpacked is None:
        return None
    if unpacked and fetches and rebinds(set(bound_names(unpacked.targets[0])), *rest):
        return None
    if unpacked and fetches and not isinstance(unpacked.targets[0], ast.Name):
        return None
    return Indexed(container, index, backwards, bool(others), unpacked, fetches)


def _named_first(body: list[ast.stmt], index: str, container: ast.expr) -> ast.Assign | None:
    match body:
        case [ast.Assign([target], ast.Subscript(value, ast.Name(used)), None) as first, _, *_]:
            if used == index and is_same(value, container) and binds_names_only(target):
                names = bound_names(target)
                if index not in names and not any(mentions(name, container) for name in names):
                    return first
    return None
