"""StopIteration, which ends a loop that nobody asked to end, and which no generator lets out."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from idiomist.semantics.trees import children, touches
from idiomist.text import lines_with

if TYPE_CHECKING:
    from idiomist.source import Source

_NEXT = rb"next\b"
_RAISERS = (b"StopIteration", b"__next__", b".send", b".throw")


def may_stop_iteration(tree: ast.Module, source: Source) -> bool:
    """Whether something in the file gives a StopIteration the chance to get out."""
    data = source.data
    if any(word in data for word in _RAISERS):
        return True
    return b"next" in data and bool(re.search(_NEXT, data)) and _calls_bare_next(tree, data)


def _calls_bare_next(tree: ast.Module, data: bytes) -> bool:
    """Whether the builtin `next` is called without a default somewhere, or handed on."""
    lines = lines_with(b"next", data)
    named: set[int] = set()
    with_default: set[int] = set()
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Name) and node.id == "next":
            named.add(id(node))
        elif isinstance(node, ast.Call) and len(node.args) == 2 and not node.keywords:
            with_default.add(id(node.func))
        elif isinstance(node, ast.stmt) and not touches(node, lines):
            # Decorators stand above the lines of what they decorate.
            pending += getattr(node, "decorator_list", ())
            continue
        pending += children(node)
    return not named <= with_default
