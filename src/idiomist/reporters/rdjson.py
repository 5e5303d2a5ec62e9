"""For reviewdog, which turns findings into comments on a change: Reviewdog Diagnostic Format.

https://github.com/reviewdog/reviewdog/tree/master/proto/rdf: `rdjson` is the JSON form of the
message `DiagnosticResult` in `reviewdog.proto`.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from idiomist.finding import Applicability, Severity
from idiomist.outcome import Replacement, Reported
from idiomist.reporters.places import Paths
from idiomist.reporters.report import Run

_Object = dict[str, Any]


class RdjsonReporter:
    """One object with all findings, at the end."""

    detailed = True

    def __init__(self, run: Run):
        self._paths = Paths()
        self._diagnostics: list[_Object] = []

    def add(self, path: str, finding: Reported) -> None:
        diagnostic: _Object = {
            "message": _message(finding),
            "location": {
                "path": self._paths.shown(path),
                "range": {
                    "start": _place(finding.lines[0], finding.line, finding.column),
                    "end": _place(finding.lines[-1], finding.end_line, finding.end_column),
                },
            },
            "severity": finding.severity.name,
            "code": {"value": finding.code},
        }
        # Each suggestion gets a button of its own. Where a fix needs two edits (one of them adds
        # an import), pressing one button would leave broken code.
        if len(finding.replacements) == 1:
            diagnostic["suggestions"] = [_suggestion(finding.replacements[0])]
        self._diagnostics.append(diagnostic)

    def close(self, counts: Counter[Applicability], *, complete: bool) -> None:
        result = {
            "source": {"name": "idiomist"},
            "severity": Severity.WARNING.name,
            "diagnostics": self._diagnostics,
        }
        print(json.dumps(result, indent=1))


def _message(finding: Reported) -> str:
    """The comment: Markdown, the name of the check first."""
    lines = [f"{finding.name}: {finding.message}"]
    lines += [f"Doubt: {doubt.reason}" for doubt in finding.doubts]
    return "\n\n".join(lines)


def _suggestion(change: Replacement) -> _Object:
    """A change without columns, line by line, as hosts suggest them.

    Such a range takes in the line that it ends with, without its line end.
    """
    end_line, end_column = change.end
    if end_column == 1:
        return {"range": _lines(change.line, end_line - 1), "text": _without_line_end(change.new)}
    return {"range": _lines(change.line, end_line), "text": change.new}


def _lines(first: int, last: int) -> _Object:
    return {"start": {"line": first}, "end": {"line": last}}


def _without_line_end(text: str) -> str:
    return text[: -len("\r\n")] if text.endswith("\r\n") else text.removesuffix("\n")


def _place(text: str, line: int, column: int) -> dict[str, int]:
    """A position in a line as reviewdog counts: columns are bytes of UTF-8."""
    return {"line": line, "column": len(text[: column - 1].encode("utf-8")) + 1}
