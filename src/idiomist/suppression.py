"""Comments that ask for silence: `# idiomist: ignore[name] reason` and `# noqa: IDM101`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from idiomist.finding import Finding
from idiomist.source import Source

_IGNORE = re.compile(
    r"#\s*idiomist:\s*(?P<scope>file-)?ignore\s*(?:\[(?P<keys>[^\]]*)\])?(?P<reason>.*)",
    re.IGNORECASE,
)
_NOQA = re.compile(
    r"#\s*noqa(?::\s?(?P<codes>[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*))?", re.IGNORECASE
)
_FLAKE8_FILE = re.compile(r"^\s*#\s*flake8[:=]\s*noqa\s*$", re.IGNORECASE)


class Suppression(NamedTuple):
    """One such comment. No keys mean every check."""

    line: int
    keys: frozenset[str]
    reason: str
    whole_file: bool = False
    alone: bool = False
    """It stands on a line of its own and speaks of the next one."""

    def covers(self, finding: Finding) -> bool:
        """Whether the comment names the finding's check, by name, code or family."""
        check = finding.check
        names = {check.name, check.code.lower(), check.family}
        return not self.keys or bool(self.keys & names)


class Suppressions:
    """The comments of one file, read only when there is a finding that they might silence."""

    def __init__(self, source: Source):
        self._source = source

    def kept(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The findings about which nobody asked for silence."""
        findings = list(findings)
        if not findings or not self._may_have_any:
            yield from findings
            return
        for finding in findings:
            if not any(self._silences(comment, finding) for comment in self.all):
                yield finding

    @property
    def _may_have_any(self) -> bool:
        data = self._source.data
        return b"idiomist:" in data or b"noqa" in data or b"NOQA" in data

    @cached_property
    def all(self) -> list[Suppression]:
        """Every such comment, in the order of the file."""
        source = self._source
        found: list[Suppression] = []
        for comment in source.comments(1, len(source.lines)):
            alone = not source.lines[comment.line - 1][: comment.column].strip()
            if match := _IGNORE.search(comment.text):
                keys = frozenset(
                    key.strip().lower() for key in (match["keys"] or "").split(",") if key.strip()
                )
                found.append(
                    Suppression(
                        comment.line, keys, match["reason"].strip(), bool(match["scope"]), alone
                    )
                )
            elif alone and _FLAKE8_FILE.match(comment.text):
                found.append(Suppression(comment.line, frozenset(), "", whole_file=True))
            elif match := _NOQA.search(comment.text):
                codes = frozenset(re.split(r"[,\s]+", (match["codes"] or "").lower())) - {""}
                found.append(Suppression(comment.line, codes, ""))
        return found

    def _silences(self, comment: Suppression, finding: Finding) -> bool:
        if not comment.covers(finding):
            return False
        if comment.whole_file:
            return True
        for statement in finding.statements:
            if statement in finding.kept:
                continue
            if comment.line == statement.lineno:
                return True
            if comment.alone and comment.line < statement.lineno:
                gap = self._source.lines[comment.line : statement.lineno - 1]
                if all(line.lstrip().startswith("#") for line in gap):
                    return True
        return comment.line in (finding.line, finding.end_line)
