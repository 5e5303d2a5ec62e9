"""For reviewdog, which turns findings into comments on a change: Reviewdog Diagnostic Format.

https://github.com/reviewdog/reviewdog/tree/master/proto/rdf: `rdjson` is the JSON form of the
message `DiagnosticResult` in `reviewdog.proto`.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from idiomist.finding import Applicability, Edit, Severity
from idiomist.reporters.places import Paths, position
from idiomist.reporters.report import Reported, Run
from idiomist.source import Source

_Object = dict[str, Any]


class RdjsonReporter:
    """One object with all findings, at the end."""

    shows_fixes = True

    def __init__(self, run: Run):
        self._paths = Paths()
        self._diagnostics: list[_Object] = []

    def add(self, reported: Reported) -> None:
        source, finding, fix = reported.source, reported.finding, reported.fix
        diagnostic: _Object = {
            "message": _message(reported),
            "location": {
                "path": self._paths.shown(source.path),
                "range": {
                    "start": _place(source, finding.line, finding.column),
                    "end": _place(source, finding.end_line, finding.end_column),
                },
            },
            "severity": finding.grade.severity.name,
            "code": {"value": finding.check.code},
        }
        # Each suggestion gets a button of its own. Where a fix needs two edits (one of them adds
        # an import), pressing one button would leave broken code.
        if fix and len(fix.edits) == 1:
            diagnostic["suggestions"] = [_suggestion(source, fix.edits[0])]
        self._diagnostics.append(diagnostic)

    def close(self, counts: Counter[Applicability], *, complete: bool) -> None:
        result = {
            "source": {"name": "idiomist"},
            "severity": Severity.WARNING.name,
            "diagnostics": self._diagnostics,
        }
        print(json.dumps(result, indent=1))


def _message(reported: Reported) -> str:
    """The comment: Markdown, the name of the check first."""
    finding = reported.finding
    lines = [f"{finding.check.name}: {finding.message}"]
    lines += [f"Doubt: {doubt.reason}" for doubt in finding.doubts]
    return "\n\n".join(lines)


def _suggestion(source: Source, edit: Edit) -> _Object:
    """An edit of whole lines without columns: hosts suggest changes line by line.

    Such a range takes in the line that it ends with, without its line end.
    """
    start, end = position(source, edit.start), position(source, edit.stop)
    if start.column == 1 and end.column == 1 and start.line < end.line:
        lines = {"start": {"line": start.line}, "end": {"line": end.line - 1}}
        return {"range": lines, "text": _without_line_end(edit.text)}
    if start.column == 1 and end.column > 1 and edit.stop == len(source.text):
        lines = {"start": {"line": start.line}, "end": {"line": end.line}}
        return {"range": lines, "text": edit.text}
    return {
        "range": {
            "start": _place(source, start.line, start.column),
            "end": _place(source, end.line, end.column),
        },
        "text": edit.text,
    }


def _without_line_end(text: str) -> str:
    return text[: -len("\r\n")] if text.endswith("\r\n") else text.removesuffix("\n")


def _place(source: Source, line: int, column: int) -> dict[str, int]:
    """A position as reviewdog counts: columns are bytes of UTF-8."""
    text = source.lines[line - 1] if line <= len(source.lines) else ""
    return {"line": line, "column": len(text[: column - 1].encode("utf-8")) + 1}
