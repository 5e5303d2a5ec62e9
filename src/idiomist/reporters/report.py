"""What a run found, in the form that every reporter takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from idiomist.finding import Applicability, Finding, Fix
from idiomist.record import Record
from idiomist.reporters.painting import Painter
from idiomist.source import Source


class Run(Record):
    """What every reporter is given about the run when it is made."""

    painter: Painter
    complaints: Sequence[str]
    """What went wrong so far, one line each, as on standard error; complete at `close`."""


class Reported(Record):
    """A finding together with the file it is in and the edits it asks for."""

    source: Source
    finding: Finding
    fix: Fix | None


class Reporter(Protocol):
    """Says what was found, in one format, on standard output.

    It is made from a `Run`. What it keeps of a finding are plain values: a `Source` holds the
    tree of a file, and the next file needs that memory.
    """

    @property
    def shows_fixes(self) -> bool:
        """Whether it wants the edits of the next finding, which take time to make."""

    def add(self, reported: Reported) -> None:
        """Report a finding, at once or when all are known."""

    def close(self, counts: Counter[Applicability], *, complete: bool) -> None:
        """Report what waits for the end; `complete` says whether every file was checked."""


def trust(finding: Finding) -> str:
    """How far to trust the rewrite of a finding, and who says so."""
    if finding.applicability is Applicability.SAFE:
        return "safe by `extend-safe`, in spite of doubts" if finding.doubts else "proven safe"
    return "not proven safe: there are doubts" if finding.doubts else "unsafe by `extend-unsafe`"


def plural(number: int, noun: str) -> str:
    """`1 finding`, `2 findings`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def summary(counts: Counter[Applicability]) -> str:
    """The closing line: what can be done about the findings, and by which command."""
    total = sum(counts.values())
    if not total:
        return "No findings."
    safe, unsafe = counts[Applicability.SAFE], counts[Applicability.UNSAFE]
    parts = []
    if safe:
        parts.append(f"{safe} can be fixed safely (idiomist fix)")
    if unsafe:
        parts.append(f"{unsafe} with doubts (idiomist fix --unsafe)")
    if advice := counts[Applicability.ADVICE]:
        parts.append(f"{advice} advice")
    return f"{plural(total, 'finding')}: {', '.join(parts)}"
