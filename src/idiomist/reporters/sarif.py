"""For GitHub's code scanning and other viewers: SARIF 2.1.0, an OASIS standard.

The sections in the comments are those of
https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html. Which of it GitHub reads:
https://docs.github.com/code-security/reference/code-scanning/sarif-support-for-code-scanning.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from typing import Any
from urllib.parse import quote

from idiomist import __version__
from idiomist.check import Check
from idiomist.finding import Applicability, Doubt, Severity
from idiomist.outcome import Replacement, Reported
from idiomist.registry import installed
from idiomist.reporters.fingerprints import Fingerprints
from idiomist.reporters.places import Paths
from idiomist.reporters.report import Run, trust

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
ROOT = "SRCROOT"
_LEVELS = {Severity.INFO: "note", Severity.WARNING: "warning", Severity.ERROR: "error"}
_OF_GITHUB = {**_LEVELS, Severity.INFO: "recommendation"}

_Object = dict[str, Any]


class SarifReporter:
    """One log with one run, at the end."""

    detailed = True

    def __init__(self, run: Run):
        self._complaints = run.complaints
        self._paths = Paths()
        self._fingerprints = Fingerprints()
        self._checks = {check.code: check for check in installed()}
        self._severities: dict[str, Severity] = {}
        self._results: list[_Object] = []

    def add(self, path: str, finding: Reported) -> None:
        code, severity = finding.code, finding.severity
        self._severities[code] = max(severity, self._severities.get(code, severity))
        artifact = self._artifact(path)
        region = {
            "startLine": finding.line,
            "startColumn": finding.column,
            "endLine": finding.end_line,
            "endColumn": finding.end_column,  # exclusive, as ours is (3.30.8)
        }
        result: _Object = {
            "ruleId": code,
            "level": _LEVELS[severity],
            "message": {"text": _message(finding)},
            "locations": [{"physicalLocation": {"artifactLocation": artifact, "region": region}}],
            "partialFingerprints": {
                "primaryLocationLineHash": finding.line_hash,
                "idiomist/v1": self._fingerprints.of(self._paths.shown(path), finding),
            },
            "properties": {"fixSafety": finding.applicability.name.lower()},
        }
        if finding.doubts:
            result["relatedLocations"] = [_place_of(doubt, artifact) for doubt in finding.doubts]
        if finding.replacements:
            result["fixes"] = [_fix(finding, artifact)]
        self._results.append(result)

    def close(self, counts: Counter[Applicability], *, complete: bool) -> None:
        rules = sorted(self._checks)
        places = {code: place for place, code in enumerate(rules)}
        for result in self._results:
            result["ruleIndex"] = places[result["ruleId"]]
        invocation: _Object = {"executionSuccessful": complete}
        if self._complaints:
            invocation["toolExecutionNotifications"] = [
                {"level": "error", "message": {"text": line}} for line in self._complaints
            ]
        driver = {
            "name": "idiomist",
            "semanticVersion": __version__,
            "rules": [_rule(self._checks[code], self._severities.get(code)) for code in rules],
        }
        run = {
            "tool": {"driver": driver},
            "invocations": [invocation],
            # Without a `uri`: where the repository lies is for the reader to know (3.14.14).
            "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
            "columnKind": "unicodeCodePoints",
            "results": self._results,
        }
        print(json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1))

    def _artifact(self, path: str) -> _Object:
        inside = self._paths.inside(path)
        if inside is None:
            absolute = os.path.abspath(path).replace(os.sep, "/")
            return {"uri": f"file://{quote(os.fsencode('/' + absolute.lstrip('/')))}"}
        return {"uri": quote(os.fsencode(inside)), "uriBaseId": ROOT}


def _rule(check: Check, severity: Severity | None) -> _Object:
    """A check as a `reportingDescriptor` (3.49); its help is the lesson.

    Its level is the highest that it has in this run, for settings may differ between files.
    """
    lesson = check.lesson
    severity = Severity.WARNING if severity is None else severity
    return {
        "id": check.code,
        "name": check.name,
        "shortDescription": {"text": lesson.title},
        "fullDescription": {"text": lesson.gist},
        "help": {"text": lesson.text, "markdown": lesson.markdown},
        "defaultConfiguration": {"enabled": check.default, "level": _LEVELS[severity]},
        # GitHub shows the tags and filters by them.
        "properties": {"tags": [check.family, "idiom"], "problem.severity": _OF_GITHUB[severity]},
    }


def _message(finding: Reported) -> str:
    """One or more sentences; the first can stand alone (3.11.3)."""
    sentences = [finding.message, *(f"Doubt: {doubt.reason}" for doubt in finding.doubts)]
    return " ".join(f"{sentence}." for sentence in sentences)


def _place_of(doubt: Doubt, artifact: _Object) -> _Object:
    return {
        "physicalLocation": {"artifactLocation": artifact, "region": {"startLine": doubt.line}},
        "message": {"text": f"{doubt.reason}."},
    }


def _fix(finding: Reported, artifact: _Object) -> _Object:
    """All changes, which belong together, as one `fix` (3.55)."""
    trusted = trust(finding)
    replacements = [_replacement(change) for change in finding.replacements]
    return {
        "description": {"text": f"{trusted[0].upper()}{trusted[1:]}."},
        "artifactChanges": [{"artifactLocation": artifact, "replacements": replacements}],
    }


def _replacement(change: Replacement) -> _Object:
    end_line, end_column = change.end
    return {
        "deletedRegion": {
            "startLine": change.line,
            "startColumn": 1,
            "endLine": end_line,
            "endColumn": end_column,
        },
        "insertedContent": {"text": change.new},
    }
