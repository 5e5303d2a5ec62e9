"""For people: one line a finding, or the whole story with the rewrite as a diff."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from idiomist.finding import Applicability, Edit, Finding
from idiomist.reporters.report import Reported
from idiomist.source import Source

_STYLES = {"red": "31", "green": "32", "yellow": "33", "bold": "1", "dim": "2"}
_CONTEXT = 1


class Painter:
    """Wraps text in ANSI colours, or does not."""

    def __init__(self, colour: bool):
        self._colour = colour

    def paint(self, style: str, text: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self._colour else text


def headline(finding: Finding, path: str, painter: Painter) -> str:
    """`path:line:column name (code): message`."""
    place = painter.paint("bold", f"{path}:{finding.line}:{finding.column}")
    check = f"{finding.check.name} ({finding.check.code})"
    return f"{place} {check}: {finding.message}"


def full(reported: Reported, painter: Painter) -> Iterator[str]:
    """The lines of one finding: headline, diff, and how far to trust it."""
    finding, source = reported.finding, reported.source
    yield headline(finding, source.path, painter)
    if reported.fix:
        for edit in reported.fix.edits:
            yield from diff(source, edit, painter)
    if finding.applicability is Applicability.SAFE:
        yield f"   {painter.paint('green', 'safe')}"
    for doubt in finding.doubts:
        yield f"   {painter.paint('yellow', 'doubt:')} {doubt.reason}"
    if finding.applicability is Applicability.ADVICE:
        yield f"   {painter.paint('dim', 'advice:')} idiomist explain {finding.check.name}"


def diff(source: Source, edit: Edit, painter: Painter) -> Iterator[str]:
    """An edit as old lines with their numbers and new lines, with a little around them."""
    first = source.text.count("\n", 0, edit.start)
    old = source.text[edit.start : edit.stop].splitlines()
    new = edit.text.splitlines()
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    groups = list(matcher.get_grouped_opcodes(_CONTEXT))
    for index, group in enumerate(groups):
        if index:
            yield "      ..."
        for tag, start, stop, new_start, new_stop in group:
            if tag == "equal":
                for number in range(start, stop):
                    yield _line(first + number + 1, " ", old[number])
                continue
            for number in range(start, stop):
                yield painter.paint("red", _line(first + number + 1, "-", old[number]))
            for number in range(new_start, new_stop):
                yield painter.paint("green", _line(None, "+", new[number]))


def _line(number: int | None, sign: str, text: str) -> str:
    shown = "" if number is None else str(number)
    return f"{shown:>5} {sign} {text}".rstrip()
