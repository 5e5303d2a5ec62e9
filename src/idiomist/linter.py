"""The walk: one pass over the statements of a file, each shown to those who asked for its kind.

Then come the comments that ask for silence, when it is known what they silenced.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

from idiomist.check import AnyDetector, Check, CheckFailed, Subscription
from idiomist.finding import Finding, Grade
from idiomist.semantics.trees import BLOCKS, SHARED, touches
from idiomist.source import Block, Source
from idiomist.suppression import Suppressions
from idiomist.text import lines_with

_Entry = tuple[AnyDetector, "list[int] | None"]
"""A detector, and the lines of which a node must touch one for it to look; None: all."""
_Table = dict[type[ast.AST], list[_Entry]]

_LEAVES = (ast.Name, ast.Constant, ast.expr_context, ast.operator, ast.unaryop, ast.cmpop)


class Linter:
    """Runs checks over files; holds no state of any file."""

    def __init__(self, checks: Iterable[Check], grades: Mapping[Check, Grade] | None = None):
        """Sort the detectors by what they want to see.

        `grades` are those of checks about which the configuration has something to say.
        """
        self.checks = tuple(checks)
        self._grades = grades or {}
        self._statements: _Table = {}
        self._expressions: _Table = {}
        self._worded: list[Subscription] = []
        self._on_comments: list[AnyDetector] = []
        for check in self.checks:
            for subscription in check.subscriptions:
                if not subscription.is_of_code:
                    self._on_comments.append(subscription.detect)
                elif subscription.words:
                    self._worded.append(subscription)
                else:
                    table = self._table_of(subscription, self._statements, self._expressions)
                    _enter(table, subscription, None)

    @staticmethod
    def _table_of(subscription: Subscription, statements: _Table, expressions: _Table) -> _Table:
        return statements if issubclass(subscription.kinds[0], ast.stmt) else expressions

    def report(self, source: Source, *, noqa: bool = True, examine: bool = True) -> list[Finding]:
        """What there is to say about a file, in the order of its text.

        That is what `lint` finds, but for what comments ask to be silent about (without `noqa`
        only those of our own count), and what there is to say about these comments. Raises what
        `lint` raises.
        """
        suppressions = Suppressions(source, noqa=noqa)
        judges = self._on_comments and suppressions.may_be_judged(self.checks)
        if judges:
            # All are read in the end, so no line need be asked whether it may hold one.
            _ = suppressions.all
        told = list(suppressions.kept(self.lint(source, examine=examine)))
        if judges:
            told = self._in_order([*told, *self._about_comments(source, suppressions)])
        return told

    def _about_comments(self, source: Source, suppressions: Suppressions) -> list[Finding]:
        said = self._shown_comments(source, suppressions)
        told = list(suppressions.kept(said))
        if len(told) < len(said):
            # A comment is also of use where it silences what would be said about another.
            told = list(suppressions.kept(self._shown_comments(source, suppressions)))
        return told

    def _shown_comments(self, source: Source, suppressions: Suppressions) -> list[Finding]:
        findings: list[Finding] = []
        for comment in suppressions.judged(self.checks):
            try:
                for detect in self._on_comments:
                    findings += detect(comment, source)
            except Exception as error:
                raise _blamed(error, comment.line) from error
        return findings

    def lint(self, source: Source, *, examine: bool = True) -> list[Finding]:
        """All findings in the code of a file, in the order of its text.

        Without `examine` nobody looks for doubts, which takes most of the time where there is
        something to find; so no finding is safe then, and none should be told or fixed as such.
        Raises CheckFailed, which says the check and the line, when a detector raises.
        """
        statements, expressions = self._tables_for(source.data)
        if not statements and not expressions:
            return []
        source.examines = examine
        try:
            findings = self._walk(source, statements, expressions)
        except Exception as error:
            raise _blamed(error, source.statement.lineno) from error
        finally:
            source.forget()
        return self._in_order(findings)

    def _in_order(self, findings: list[Finding]) -> list[Finding]:
        """Findings as the configuration grades them, by the place at which they are told."""
        if self._grades:
            findings = [
                finding.replace(grade=self._grades.get(finding.check, finding.grade))
                for finding in findings
            ]
        findings.sort(key=lambda finding: (finding.line, finding.column, finding.check.code))
        return findings

    def _walk(self, source: Source, statements: _Table, expressions: _Table) -> list[Finding]:
        findings: list[Finding] = []
        wanted = BLOCKS.keys() | statements.keys()
        pending = [Block(source.tree.body, source.tree, None, 0)]
        while pending:
            block = pending.pop()
            for index, statement in enumerate(block.statements):
                kind = statement.__class__
                if kind not in wanted and not expressions:
                    continue
                if kind in statements:
                    for detect, lines in statements[kind]:
                        if lines is None or touches(statement, lines):
                            source.at(block, index)
                            findings += detect(statement, source)
                if expressions:
                    source.at(block, index)
                    self._look_inside(statement, expressions, source, findings)
                if kind not in BLOCKS:
                    continue
                for field in BLOCKS[kind]:
                    inner = getattr(statement, field)
                    if not inner:
                        continue
                    if field in SHARED:
                        pending += [Block(part.body, part, block, index) for part in inner]
                    else:
                        pending.append(Block(inner, statement, block, index))
        return findings

    def _tables_for(self, data: bytes) -> tuple[_Table, _Table]:
        """The detectors that can find something in a file with these bytes."""
        statements, expressions = self._statements, self._expressions
        found: dict[str, list[int]] = {}
        for subscription in self._worded:
            for word in subscription.words:
                if word not in found:
                    found[word] = lines_with(word.encode(), data)
            lines = sorted({line for word in subscription.words for line in found[word]})
            if not lines:
                continue
            if statements is self._statements:
                statements = {kind: [*entries] for kind, entries in statements.items()}
                expressions = {kind: [*entries] for kind, entries in expressions.items()}
            _enter(self._table_of(subscription, statements, expressions), subscription, lines)
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
            for detect, lines in table.get(type(node), ()):
                if lines is None or touches(node, lines):
                    findings.extend(detect(node, source))
            if not isinstance(node, ast.ExceptHandler | ast.match_case):
                pending += [
                    child
                    for child in ast.iter_child_nodes(node)
                    if not isinstance(child, _LEAVES) or type(child) in table
                ]


def _enter(table: _Table, subscription: Subscription, lines: list[int] | None) -> None:
    for kind in subscription.kinds:
        table.setdefault(kind, []).append((subscription.detect, lines))


def _blamed(error: Exception, line: int) -> CheckFailed:
    """Which check was at work is read off the traceback, so that no walk has to note it."""
    if isinstance(error, RecursionError):
        return CheckFailed(f"the code around line {line} is nested too deeply to be checked")
    trace, name = error.__traceback__, "a check"
    while trace is not None:
        module = trace.tb_frame.f_globals.get("check")
        if isinstance(module, Check):
            name = module.name
        trace = trace.tb_next
    what = f"{type(error).__name__}: {error}"
    return CheckFailed(f"{name} failed on line {line} with {what}; please report the bug")
