"""The walk: one pass over the statements of a file, each shown to those who asked for its kind."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from idiomist.check import AnyDetector, Check
from idiomist.finding import Finding
from idiomist.source import Block, Source

_Table = dict[type[ast.AST], list[AnyDetector]]

_BLOCKS: dict[type[ast.AST], tuple[str, ...]] = {
    ast.FunctionDef: ("body",),
    ast.AsyncFunctionDef: ("body",),
    ast.ClassDef: ("body",),
    ast.If: ("body", "orelse"),
    ast.For: ("body", "orelse"),
    ast.AsyncFor: ("body", "orelse"),
    ast.While: ("body", "orelse"),
    ast.With: ("body",),
    ast.AsyncWith: ("body",),
    ast.Try: ("body", "handlers", "orelse", "finalbody"),
    ast.TryStar: ("body", "handlers", "orelse", "finalbody"),
    ast.Match: ("cases",),
}
_SHARED = frozenset({"handlers", "cases"})
"""Fields that hold no statements but things that own a block each."""
_LEAVES = (ast.Name, ast.Constant, ast.expr_context, ast.operator, ast.unaryop, ast.cmpop)


class CheckFailed(RuntimeError):
    """A detector raised: a bug of its check, at a known place."""


class Linter:
    """Runs checks over files; holds no state of any file."""

    def __init__(self, checks: Iterable[Check]):
        """Sort the detectors by what they want to see."""
        self.checks = tuple(checks)
        self._statements: _Table = {}
        self._worded: list[tuple[tuple[bytes, ...], bool, _Table]] = []
        self._expressions: _Table = {}
        for check in self.checks:
            for kinds, words, detect in check.subscriptions:
                is_statement = issubclass(kinds[0], ast.stmt)
                table: _Table
                if words:
                    table = {}
                    encoded = tuple(word.encode() for word in words)
                    self._worded.append((encoded, is_statement, table))
                else:
                    table = self._statements if is_statement else self._expressions
                for kind in kinds:
                    table.setdefault(kind, []).append(detect)

    def lint(self, source: Source) -> list[Finding]:
        """All findings in a file, in the order of its text.

        Raises CheckFailed, which says the check and the line, when a detector raises.
        """
        statements, expressions = self._tables_for(source.data)
        if not statements and not expressions:
            return []
        try:
            findings = self._walk(source, statements, expressions)
        except Exception as error:
            raise _blamed(error, source) from error
        findings.sort(key=lambda finding: (finding.line, finding.column, finding.check.code))
        return findings

    def _walk(self, source: Source, statements: _Table, expressions: _Table) -> list[Finding]:
        findings: list[Finding] = []
        pending = [Block(source.tree.body, source.tree, None, 0)]
        while pending:
            block = pending.pop()
            index = 0
            for statement in block.statements:
                kind = type(statement)
                if kind in statements:
                    source.at(block, index)
                    for detect in statements[kind]:
                        findings.extend(detect(statement, source))
                if expressions:
                    source.at(block, index)
                    self._look_inside(statement, expressions, source, findings)
                for field in _BLOCKS.get(kind, ()):
                    inner = getattr(statement, field)
                    if not inner:
                        continue
                    if field in _SHARED:
                        pending.extend(Block(part.body, part, block, index) for part in inner)
                    else:
                        pending.append(Block(inner, statement, block, index))
                index += 1
        return findings

    def _tables_for(self, data: bytes) -> tuple[_Table, _Table]:
        """The detectors that can find something in a file with these bytes."""
        statements, expressions = self._statements, self._expressions
        for words, is_statement, table in self._worded:
            if any(word in data for word in words):
                if is_statement:
                    statements = _merged(statements, table)
                else:
                    expressions = _merged(expressions, table)
        return statements, expressions

    def _look_inside(
        self, statement: ast.stmt, table: _Table, source: Source, findings: list[Finding]
    ) -> None:
        """Show the expressions of one statement, without those of the statements in it."""
        pending: list[ast.AST] = [
            child for child in ast.iter_child_nodes(statement) if not isinstance(child, ast.stmt)
        ]
        while pending:
            node = pending.pop()
            for detect in table.get(type(node), ()):
                findings.extend(detect(node, source))
            if not isinstance(node, ast.ExceptHandler | ast.match_case):
                pending += [
                    child
                    for child in ast.iter_child_nodes(node)
                    if not isinstance(child, _LEAVES) or type(child) in table
                ]


def _merged(first: _Table, second: _Table) -> _Table:
    merged = {kind: list(detectors) for kind, detectors in first.items()}
    for kind, detectors in second.items():
        merged.setdefault(kind, []).extend(detectors)
    return merged


def _blamed(error: Exception, source: Source) -> CheckFailed:
    """Which check was at work is read off the traceback, so that no walk has to note it."""
    trace, name = error.__traceback__, "a check"
    while trace is not None:
        module = trace.tb_frame.f_globals.get("check")
        if isinstance(module, Check):
            name = module.name
        trace = trace.tb_next
    line = source.statement.lineno
    return CheckFailed(f"{name} failed on line {line} with {type(error).__name__}: {error}")
