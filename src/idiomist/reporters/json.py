"""For programs: one object for each finding, in one list or on a line of its own."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from idiomist.finding import Applicability
from idiomist.reporters.places import position
from idiomist.reporters.report import Reported, Run
from idiomist.source import Source


class JsonReporter:
    """All findings as one JSON document, at the end."""

    shows_fixes = True

    def __init__(self, run: Run):
        self._objects: list[dict[str, Any]] = []

    def add(self, reported: Reported) -> None:
        self._objects.append(as_object(reported))

    def close(self, counts: Counter[Applicability], *, complete: bool) -> None:
        print(json.dumps(self._objects, indent=1))


class JsonLinesReporter:
    """The same objects as soon as they are known, one on each line (https://jsonlines.org)."""

    shows_fixes = True

    def __init__(self, run: Run):
        pass

    def add(self, reported: Reported) -> None:
        print(json.dumps(as_object(reported)))

    def close(self, counts: Counter[Applicability], *, complete: bool) -> None:
        pass


def as_object(reported: Reported) -> dict[str, Any]:
    """One finding with plain values; lines and columns count from 1, ends are exclusive."""
    finding, fix = reported.finding, reported.fix
    return {
        "path": reported.source.path,
        "line": finding.line,
        "column": finding.column,
        "end_line": finding.end_line,
        "end_column": finding.end_column,
        "code": finding.check.code,
        "name": finding.check.name,
        "message": finding.message,
        "severity": finding.grade.severity.name.lower(),
        "fix_safety": finding.applicability.name.lower(),
        "doubts": [
            {"hazard": doubt.hazard.value, "line": doubt.line, "reason": doubt.reason}
            for doubt in finding.doubts
        ],
        "edits": [
            {
                **_position(reported.source, edit.start, ""),
                **_position(reported.source, edit.stop, "end_"),
                "text": edit.text,
            }
            for edit in (fix.edits if fix else ())
        ],
    }


def _position(source: Source, offset: int, prefix: str) -> dict[str, int]:
    place = position(source, offset)
    return {f"{prefix}line": place.line, f"{prefix}column": place.column}
