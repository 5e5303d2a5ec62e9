"""For programs: one object for each finding, in one list or on a line of its own."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from idiomist.finding import Applicability
from idiomist.outcome import Change, Reported
from idiomist.reporters.report import Run


class JsonReporter:
    """All findings as one JSON document, at the end."""

    detailed = True

    def __init__(self, run: Run):
        self._objects: list[dict[str, Any]] = []

    def add(self, path: str, reported: Reported) -> None:
        self._objects.append(as_object(path, reported))

    def close(self, counts: Counter[Applicability], *, complete: bool) -> None:
        print(json.dumps(self._objects, indent=1))


class JsonLinesReporter:
    """The same objects as soon as they are known, one on each line (https://jsonlines.org)."""

    detailed = True

    def __init__(self, run: Run):
        pass

    def add(self, path: str, reported: Reported) -> None:
        print(json.dumps(as_object(path, reported)))

    def close(self, counts: Counter[Applicability], *, complete: bool) -> None:
        pass


def as_object(path: str, finding: Reported) -> dict[str, Any]:
    """One finding; lines and columns count from 1, ends are exclusive."""
    return {
        "path": path,
        "line": finding.line,
        "column": finding.column,
        "end_line": finding.end_line,
        "end_column": finding.end_column,
        "code": finding.code,
        "name": finding.name,
        "message": finding.message,
        "severity": finding.severity.name.lower(),
        "fix_safety": finding.applicability.name.lower(),
        "doubts": [
            {"hazard": doubt.hazard.value, "line": doubt.line, "reason": doubt.reason}
            for doubt in finding.doubts
        ],
        "edits": [_edit(change) for change in finding.changes],
    }


def _edit(change: Change) -> dict[str, Any]:
    end_line, end_column = change.end
    return {
        "line": change.line,
        "column": 1,
        "end_line": end_line,
        "end_column": end_column,
        "text": change.new,
    }
