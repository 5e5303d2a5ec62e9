"""For merge requests on GitLab: a Code Quality report.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format. It is a part of
Code Climate's format for issues, whose `type` and `categories` are given as well, for others
who read that format.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from idiomist.finding import Applicability, Severity
from idiomist.outcome import Reported
from idiomist.reporters.fingerprints import Fingerprints
from idiomist.reporters.places import Paths
from idiomist.reporters.report import Run

_SEVERITY = {
    Severity.INFO: "info",
    Severity.WARNING: "minor",
    Severity.ERROR: "major",  # above are only "critical" and "blocker"
}


class GitlabReporter:
    """A list of issues, at the end."""

    detailed = False

    def __init__(self, run: Run):
        self._paths = Paths()
        self._fingerprints = Fingerprints()
        self._issues: list[dict[str, Any]] = []

    def add(self, path: str, finding: Reported) -> None:
        shown = self._paths.shown(path)
        self._issues.append(
            {
                "type": "issue",
                "check_name": finding.name,
                "description": finding.message,
                "categories": ["Clarity"],
                "severity": _SEVERITY[finding.severity],
                "fingerprint": self._fingerprints.of(shown, finding),
                "location": {
                    "path": shown,
                    "lines": {"begin": finding.line, "end": finding.end_line},
                },
            }
        )

    def close(self, counts: Counter[Applicability], *, complete: bool) -> None:
        print(json.dumps(self._issues, indent=1))
