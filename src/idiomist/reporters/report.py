"""What a run found, in the form that every reporter takes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from idiomist.finding import Applicability, Finding, Fix
from idiomist.source import Source


class Reported(NamedTuple):
    """A finding together with the file it is in and the edits it asks for."""

    source: Source
    finding: Finding
    fix: Fix | None


def counted(findings: Iterable[Finding]) -> dict[Applicability, int]:
    """How many findings there are of each applicability."""
    counts = dict.fromkeys(Applicability, 0)
    for finding in findings:
        counts[finding.applicability] += 1
    return counts


def plural(number: int, noun: str) -> str:
    """`1 finding`, `2 findings`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def summary(counts: dict[Applicability, int]) -> str:
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
