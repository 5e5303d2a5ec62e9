"""Statements of `global` and `nonlocal`, names private to a class, and patched builtins."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from idiomist.semantics.trees import inner_statements


def mangled(name: str, class_name: str | None) -> str:
    """The name that the compiler sees: `__x` inside a class is private to it."""
    if class_name is None or not name.startswith("__") or name.endswith("__") or "." in name:
        return name
    stripped = class_name.lstrip("_")
    return f"_{stripped}{name}" if stripped else name


def declared_global(module: ast.Module) -> Iterator[str]:
    """The names in all `global` statements, as the compiler sees them."""
    pending: list[tuple[ast.stmt, str | None]] = [(statement, None) for statement in module.body]
    while pending:
        node, class_name = pending.pop()
        if isinstance(node, ast.Global):
            yield from (mangled(name, class_name) for name in node.names)
        inner = node.name if isinstance(node, ast.ClassDef) else class_name
        pending += [(statement, inner) for statement in inner_statements(node)]


def may_state(word: bytes, text: bytes) -> bool:
    """Whether a statement may begin with a keyword: it starts a line or follows `:` or `;`."""
    return word in text and any(
        before.strip()[-1:] in b":;\xbf"
        for line in text.splitlines()
        if word in line
        for before in line.split(word)[:-1]
    )


def may_patch(name: str, text: bytes) -> bool:
    """Whether a file that speaks of `builtins` names one of them without calling it.

    `open-without-with` in a comment names a check. A comment that asks to be silent about one must
    not decide whether there is something to say.
    """
    return b"builtins" in text and bool(re.search(rf"(?<!-)\b{name}\b(?!-|\s*\()".encode(), text))
