"""For programs: a list of objects, one for each finding."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from idiomist.finding import Applicability
from idiomist.reporters.report import Reported
from idiomist.source import Source


class JsonReporter:
    """All findings as one JSON document, at the end."""

    shows_fixes = True

    def __init__(self) -> None:
        self._objects: list[dict[str, Any]] = []

    def add(self, reported: Reported) -> None:
        self._objects.append(as_object(reported))

    def close(self, counts: Counter[Applicability], *, complete: bool) -> None:
        print(json.dumps(self._objects, indent=1))


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
    from bisect import bisect_right

    line = min(bisect_right(source.line_starts, offset), len(source.line_starts))
    return {f"{prefix}line": line, f"{prefix}column": offset - source.line_starts[line - 1] + 1}
