"""For people: one line a finding, or the whole story with the rewrite as a diff."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from idiomist.finding import Applicability
from idiomist.outcome import Replacement, Reported
from idiomist.reporters.painting import Painter
from idiomist.reporters.report import Run, summary
from idiomist.text import on_one_line, split_lines

_CONTEXT = 1


class ConciseReporter:
    """One line a finding."""

    detailed = False

    def __init__(self, run: Run):
        self._painter = run.painter
        self._besides = run.besides

    def add(self, path: str, reported: Reported) -> None:
        safety = reported.applicability.name.lower()
        print(f"{headline(reported, on_one_line(path), self._painter)} [{safety}]")

    def close(self, counts: Counter[Applicability], *, complete: bool) -> None:
        if counts or complete:
            print(summary(counts, self._besides))


class FullReporter(ConciseReporter):
    """The whole story of each finding, with the rewrite as a diff."""

    detailed = True

    def add(self, path: str, reported: Reported) -> None:
        print(headline(reported, on_one_line(path), self._painter))
        for line in story(reported, self._painter):
            print(line)
        print()


def headline(finding: Reported, path: str, painter: Painter) -> str:
    """`path:line:column name (code): message`."""
    place = painter.paint("bold", f"{path}:{finding.line}:{finding.column}")
    check = f"{finding.name} ({finding.code})"
    return f"{place} {check}: {finding.message}"


def story(finding: Reported, painter: Painter) -> Iterator[str]:
    """What there is to say below the headline: the diff, and how far to trust it."""
    for change in finding.replacements:
        yield from diff(change, painter)
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
        yield f"   {painter.paint('dim', 'advice:')} idiomist explain {finding.name}"


def diff(change: Replacement, painter: Painter) -> Iterator[str]:
    """A change as old lines with their numbers and new lines, with a little around them."""
    old, new = (
        [line.rstrip("\r\n") for line in split_lines(text)] for text in (change.old, change.new)
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
                    yield _line(change.line + number, " ", old[number])
                continue
            for number in range(start, stop):
                yield painter.paint("red", _line(change.line + number, "-", old[number]))
            for number in range(new_start, new_stop):
                yield painter.paint("green", _line(None, "+", new[number]))


def _line(number: int | None, sign: str, text: str) -> str:
    shown = "" if number is None else str(number)
    return f"{shown:>5} {sign} {text}".rstrip()
