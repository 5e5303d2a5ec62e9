"""For people: one line a finding, or the whole story with the rewrite as a diff."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from idiomist.finding import Applicability, Edit, Finding
from idiomist.reporters.painting import Painter
from idiomist.reporters.report import Reported, Run, summary
from idiomist.source import Source
from idiomist.text import on_one_line, split_lines

_CONTEXT = 1


class ConciseReporter:
    """One line a finding."""

    shows_fixes = False

    def __init__(self, run: Run):
        self._painter = run.painter

    def add(self, reported: Reported) -> None:
        finding = reported.finding
        safety = finding.applicability.name.lower()
        print(f"{headline(finding, on_one_line(reported.source.path), self._painter)} [{safety}]")

    def close(self, counts: Counter[Applicability], *, complete: bool) -> None:
        if counts or complete:
            print(summary(counts))


class FullReporter(ConciseReporter):
    """The whole story of each finding, with the rewrite as a diff."""

    shows_fixes = True

    def add(self, reported: Reported) -> None:
        for line in full(reported, self._painter):
            print(line)
        print()


def headline(finding: Finding, path: str, painter: Painter) -> str:
    """`path:line:column name (code): message`."""
    place = painter.paint("bold", f"{path}:{finding.line}:{finding.column}")
    check = f"{finding.check.name} ({finding.check.code})"
    return f"{place} {check}: {finding.message}"


def full(reported: Reported, painter: Painter) -> Iterator[str]:
    """The lines of one finding: headline, diff, and how far to trust it."""
    yield headline(reported.finding, on_one_line(reported.source.path), painter)
    yield from story(reported, painter)


def story(reported: Reported, painter: Painter) -> Iterator[str]:
    """What there is to say below the headline."""
    finding, source = reported.finding, reported.source
    if reported.fix:
        for edit in reported.fix.edits:
            yield from diff(source, edit, painter)
    is_safe = finding.applicability is Applicability.SAFE
    # Who trusts a check more than we do is told all the same what it is in spite of.
    doubt_is = "safe by `extend-safe`, in spite of:" if is_safe else "doubt:"
    for doubt in finding.doubts:
        yield f"   {painter.paint('yellow', doubt_is)} {doubt.reason}"
    if is_safe and not finding.doubts:
        yield f"   {painter.paint('green', 'safe')}"
    if finding.applicability is Applicability.UNSAFE and not finding.doubts:
        yield f"   {painter.paint('yellow', 'unsafe by `extend-unsafe`')}, without a doubt of ours"
    if finding.applicability is Applicability.ADVICE:
        yield f"   {painter.paint('dim', 'advice:')} idiomist explain {finding.check.name}"


def diff(source: Source, edit: Edit, painter: Painter) -> Iterator[str]:
    """An edit as old lines with their numbers and new lines, with a little around them."""
    first = source.text.count("\n", 0, edit.start)
    old, new = (
        [line.rstrip("\r\n") for line in split_lines(text)]
        for text in (source.text[edit.start : edit.stop], edit.text)
    )
    from difflib import SequenceMatcher

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
