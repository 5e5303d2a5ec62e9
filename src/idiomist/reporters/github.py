"""For GitHub Actions: annotations at the code, and a summary of the step.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands tells how a
step asks for both. GitHub shows ten annotations of a kind for each step and drops the others
without a word, so the ten best are asked for, and the others are listed in the log.
"""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from collections.abc import Sequence

from idiomist.finding import Applicability, Severity
from idiomist.outcome import Reported
from idiomist.record import Record
from idiomist.reporters.painting import Painter
from idiomist.reporters.places import Paths
from idiomist.reporters.report import Run, plural, summary
from idiomist.reporters.text import story

ANNOTATIONS = 10
"""How many of one kind GitHub shows for each step."""
_COMMANDS = {Severity.INFO: "notice", Severity.WARNING: "warning", Severity.ERROR: "error"}
ROWS = 200
"""Findings in the summary, of which GitHub takes no more than a mebibyte."""


class Noted(Record):
    """What is kept of a finding until all are known."""

    severity: Severity
    applicability: Applicability
    path: str
    line: int
    column: int
    end_line: int
    check: str
    message: str
    story: tuple[str, ...]


class GithubReporter:
    """Workflow commands on standard output, Markdown in the file `$GITHUB_STEP_SUMMARY`."""

    detailed = True

    def __init__(self, run: Run):
        self._paths = Paths()
        self._noted: list[Noted] = []

    def add(self, path: str, finding: Reported) -> None:
        self._noted.append(
            Noted(
                finding.severity,
                finding.applicability,
                self._paths.shown(path),
                finding.line,
                finding.column,
                finding.end_line,
                f"{finding.name} ({finding.code})",
                finding.message,
                tuple(story(finding, Painter(colour=False))),
            )
        )

    def close(self, counts: Counter[Applicability], *, complete: bool) -> None:
        best = sorted(self._noted, key=lambda noted: (-noted.severity, -noted.applicability))
        lines = [annotation(noted) for noted in best[:ANNOTATIONS]]
        if rest := best[ANNOTATIONS:]:
            lines.append(f"And {len(rest)} more, for which GitHub has no room at the code:")
            lines += map(_log_line, rest)
        if counts or complete:
            lines.append(summary(counts))
            _append_summary(step_summary(best, counts))
        # The runner reads UTF-8, whatever the encoding of standard output is.
        sys.stdout.flush()
        sys.stdout.buffer.write("".join(f"{line}\n" for line in lines).encode())


def annotation(noted: Noted) -> str:
    """A finding as a workflow command: `notice`, `warning` or `error`."""
    properties = {"file": noted.path, "line": str(noted.line), "endLine": str(noted.end_line)}
    if noted.line == noted.end_line:
        # Columns are for annotations of one line.
        properties["col"] = str(noted.column)
    properties["title"] = noted.check
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    message = "\n".join((noted.message, *noted.story))
    return f"::{_COMMANDS[noted.severity]} {given}::{_data(message)}"


def _data(text: str) -> str:
    """Escaped as `escapeData` in actions/toolkit (`packages/core/src/command.ts`) does."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escaped as `escapeProperty` does."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _log_line(noted: Noted) -> str:
    """A finding for the log; nothing in it, least of all a path, can pass for a command."""
    text = f"- {noted.path}:{noted.line}:{noted.column} {noted.check}: {noted.message}"
    return text.replace("\r", "%0D").replace("\n", "%0A").replace("##[", "## [")


def step_summary(best: Sequence[Noted], counts: Counter[Applicability]) -> str:
    """The findings as a table in Markdown, with links to the code."""
    lines = ["### idiomist", "", summary(counts), ""]
    if best:
        lines += ["| where | what | fix |", "|---|---|---|"]
        for noted in best[:ROWS]:
            where = _link(noted, _code(f"{noted.path}:{noted.line}"))
            what = f"{noted.check}: {_markdown(noted.message)}"
            lines.append(_row(where, what, noted.applicability.name.lower()))
        lines.append("")
    if len(best) > ROWS:
        lines += [f"And {plural(len(best) - ROWS, 'other finding')}; the log lists them all.", ""]
    return "\n".join(lines)


def _link(noted: Noted, text: str) -> str:
    """A link to the lines, where the runner says of which repository and commit they are."""
    known = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_SHA")
    server, repository, commit = (os.environ.get(name, "") for name in known)
    if not (server and repository and commit):
        return text
    from urllib.parse import quote

    lines = f"#L{noted.line}-L{noted.end_line}"
    return f"[{text}]({server}/{repository}/blob/{commit}/{quote(noted.path)}{lines})"


def _code(text: str) -> str:
    """Text as code: between more backticks than it has in a row itself."""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    room = " " if "`" in text else ""
    return f"{fence}{room}{text}{room}{fence}"


def _markdown(message: str) -> str:
    """A message, in which code stands between backticks and nothing else means anything."""
    parts = re.split("(`[^`]*`)", message)
    parts[::2] = [re.sub(r"([\\*_<>\[\]])", r"\\\1", part) for part in parts[::2]]
    return "".join(parts)


def _row(*cells: str) -> str:
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(text: str) -> str:
    """A cell of a table; a bar or a line end would end it, even inside of code."""
    return " ".join(text.split()).replace("|", "\\|")


def _append_summary(text: str) -> None:
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        return
    try:
        with open(path, "a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        sys.stderr.write(f"idiomist: {path}: cannot be written: {error.strerror or error}\n")
