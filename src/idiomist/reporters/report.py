"""What every reporter is told, and the words that they share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import ClassVar, Protocol

from idiomist.finding import Applicability
from idiomist.outcome import Reported
from idiomist.record import Record
from idiomist.reporters.painting import Painter


class Run(Record):
    """What every reporter is given about the run when it is made."""

    painter: Painter
    complaints: Sequence[str]
    """What went wrong so far, one line each, as on standard error; complete at `close`."""
    besides: str = ""
    """The name of the file with findings that are known and not told, if there is one."""
    orders: Mapping[str, int] | None = None
    """The place of each file in the whole run, if this is a shard of one."""


class Reporter(Protocol):
    """Says what was found, in one format, on standard output; it is made from a `Run`."""

    detailed: ClassVar[bool]
    """Whether it tells what fixes would change, which takes time to work out."""

    def add(self, path: str, reported: Reported) -> None:
        """Report a finding in a file, at once or when all are known."""

    def close(self, counts: Counter[Applicability], *, complete: bool) -> None:
        """Report what waits for the end; `complete` says whether every file was checked."""


def trust(finding: Reported) -> str:
    """How far to trust the rewrite of a finding, and who says so."""
    if finding.applicability is Applicability.SAFE:
        return "safe by `extend-safe`, in spite of doubts" if finding.doubts else "proven safe"
    return "not proven safe: there are doubts" if finding.doubts else "unsafe by `extend-unsafe`"


def plural(number: int, noun: str) -> str:
    """`1 finding`, `2 findings`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def summary(counts: Counter[Applicability], besides: str = "") -> str:
    """The closing line: what can be done about the findings, and by which command."""
    total = sum(counts.values())
    if not total:
        return f"No findings besides those in {besides}." if besides else "No findings."
    safe, unsafe = counts[Applicability.SAFE], counts[Applicability.UNSAFE]
    parts = []
    if safe:
        parts.append(f"{safe} can be fixed safely (idiomist fix)")
    if unsafe:
        parts.append(f"{unsafe} with doubts (idiomist fix --unsafe)")
    if advice := counts[Applicability.ADVICE]:
        parts.append(f"{advice} advice")
    return f"{plural(total, 'finding')}: {', '.join(parts)}"
