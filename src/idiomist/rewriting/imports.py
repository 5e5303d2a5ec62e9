"""Put `import module` where it belongs when a rewrite needs a module."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from idiomist.finding import Edit
from idiomist.semantics.scopes import Scope
from idiomist.source import Source


def importable(scope: Scope, module: str) -> bool:
    """Whether `module` can be used here by its plain name, after an import if need be."""
    owner = scope.owner(module)
    if owner.parent is not None:
        return False
    binders = owner.binders.get(module, [])
    if not binders:
        return module not in owner.declared_global and not scope.has_star_import
    return owner.binds_once(module) and _imports(binders[0], module)


def import_edits(source: Source, modules: Iterable[str]) -> Iterator[Edit]:
    """Insert imports of modules that the file does not have yet, below its other imports."""
    body = source.tree.body
    for module in modules:
        if any(_imports(statement, module) for statement in body):
            continue
        line = _insertion_line(source, body, module)
        start = source.line_starts[line]
        yield Edit(start, start, _with_room(source, body, line, f"import {module}{source.newline}"))


def _with_room(source: Source, body: list[ast.stmt], line: int, text: str) -> str:
    """The import with blank lines as black wants them between it and what is no import."""
    above = next((part for part in reversed(body) if (part.end_lineno or 0) <= line), None)
    below = next((part for part in body if part.lineno > line), None)
    if line and not source.lines[line - 1].endswith(("\n", "\r")):
        text = source.newline + text
    if above is not None and not isinstance(above, ast.Import | ast.ImportFrom):
        text = source.newline + text
    next_line = source.lines[line].strip() if line < len(source.lines) else ""
    if below is not None and next_line and not isinstance(below, ast.Import | ast.ImportFrom):
        is_definition = isinstance(below, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        text += source.newline * (2 if is_definition else 1)
    return text


def _imports(statement: ast.AST, module: str) -> bool:
    return isinstance(statement, ast.Import) and any(
        alias.name == module and alias.asname in (None, module) for alias in statement.names
    )


def _insertion_line(source: Source, body: list[ast.stmt], module: str) -> int:
    """The number of lines above the new import: it is sorted into the first run of imports."""
    line = 0
    for statement in body:
        match statement:
            case ast.Expr(ast.Constant(str())) | ast.ImportFrom(module="__future__"):
                line = statement.end_lineno or line
            case ast.Import(names):
                if names[0].name > module:
                    return max(line, statement.lineno - 1)
                line = statement.end_lineno or line
            case ast.ImportFrom(level=0):
                return max(line, statement.lineno - 1)
            case _:
                break
    if line == 0:
        while line < len(source.lines) and source.lines[line].startswith("#"):
            line += 1
    return line
