"""For programs: one object for each finding, in one list or on a line of its own."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from idiomist.finding import Applicability
from idiomist.outcome import Replacement, Reported
from idiomist.project.shards import KEY, key_for
from idiomist.reporters.report import Run


class JsonLinesReporter:
    """One object on each line, as soon as it is known (https://jsonlines.org)."""

    detailed = True

    def __init__(self, run: Run):
        self._orders = run.orders

    def add(self, path: str, reported: Reported) -> None:
        print(json.dumps(self._object(path, reported)))

    def close(self, counts: Counter[Applicability], *, complete: bool) -> None:
        pass

    def _object(self, path: str, reported: Reported) -> dict[str, Any]:
        found = as_object(path, reported)
        if self._orders is not None:
            found[KEY] = key_for(self._orders[path], reported)
        return found


class JsonReporter(JsonLinesReporter):
    """The same objects as one JSON document, at the end."""

    def __init__(self, run: Run):
        super().__init__(run)
        self._objects: list[dict[str, Any]] = []

    def add(self, path: str, reported: Reported) -> None:
        self._objects.append(self._object(path, reported))

    def close(self, counts: Counter[Applicability], *, complete: bool) -> None:
        print(json.dumps(self._objects, indent=1))


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
        "edits": [_edit(change) for change in finding.replacements],
    }


def _edit(change: Replacement) -> dict[str, Any]:
    end_line, end_column = change.end
    return {
        "line": change.line,
        "column": 1,
        "end_line": end_line,
        "end_column": end_column,
        "text": change.new,
    }
