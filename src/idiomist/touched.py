"""Which lines of a file somebody has changed, and where these lines are after more changes."""

from __future__ import annotations

import re
import sys
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import TYPE_CHECKING

from idiomist.record import Record

if TYPE_CHECKING:
    from idiomist.finding import Finding

Span = tuple[int, int]
"""The first and the last of neighbouring positions."""


class Change(Record):
    """Lines that took the place of others, none on one side where lines were added or removed.

    `old` and `new` are the numbers, before and after, of the first of them, or of the line above
    which they would be.
    """

    old: int
    removed: int
    new: int
    added: int


class Lines(Record):
    """Lines of one file, and places between two lines, where others were removed.

    Line n has the position 2 * n, and the place below it the position 2 * n + 1. So one search
    finds both, and code touches a place if it has lines on both sides of it.
    """

    spans: tuple[Span, ...] = ()
    """In the order of the file; each is of lines, or one place, and a line is between any two."""

    def __bool__(self) -> bool:
        """Whether there is any line or place."""
        return bool(self.spans)

    def touch(self, first: int, last: int) -> bool:
        """Whether one of these is among the lines from `first` to `last`, or between two."""
        return next(self._within(2 * first, 2 * last), None) is not None

    def touched_by(self, finding: Finding) -> bool:
        """Whether a finding is about one of these: the place it shows, or what it would change."""
        return self.touch(finding.line, finding.end_line) or self.touch(*finding.lines)

    def carried(self, changes: Iterable[Change], *, counted: bool) -> Lines:
        """Where these are after more changes, which are in the order of the file.

        With `counted`, all that is new is one of these as well; otherwise only what took the
        place of one of these is, and what was just added is not.
        """
        spans: list[Span] = []
        start = shift = 0
        for change in changes:
            above, below = 2 * change.old - 1, 2 * (change.old + change.removed) - 1
            spans += self._within(start, above, shift)
            last = change.old + change.removed - 1
            if counted or (change.removed and self.touch(change.old, last)):
                spans.append(_span(change.new, change.added))
            # Where lines were added between two, a place there is both above and below them.
            start, shift = below, 2 * (change.new + change.added) - below - 1
        end = max(start, self.spans[-1][1]) if self.spans else start
        spans += self._within(start, end, shift)
        return Lines(_joined(spans))

    def as_python_counts(self, data: bytes) -> Lines:
        """These lines of a file if they were counted by line feeds alone, as git and diff do.

        For Python a carriage return ends a line as well.
        """
        if not re.search(rb"\r(?!\n)", data):
            return self
        lines = data.replace(b"\r\n", b"\n").split(b"\n")
        firsts = [0, *accumulate((1 + line.count(b"\r") for line in lines), initial=1)]

        def first(line: int) -> int:
            beyond = max(line - len(firsts) + 1, 0)
            return firsts[line - beyond] + beyond

        def low(position: int) -> int:
            line, is_below = divmod(position, 2)
            return 2 * first(line + 1) - 1 if is_below else 2 * first(line)

        def high(position: int) -> int:
            line, is_below = divmod(position, 2)
            return 2 * first(line + 1) - 2 + is_below

        return Lines(tuple((low(start), high(end)) for start, end in self.spans))

    def _within(self, start: int, end: int, shift: int = 0) -> Iterator[Span]:
        """The parts of these that are in a span, moved."""
        spans = self.spans
        index = bisect_left(spans, start, key=lambda span: span[1])
        while index < len(spans) and spans[index][0] <= end:
            yield max(spans[index][0], start) + shift, min(spans[index][1], end) + shift
            index += 1


ALL = Lines(((0, sys.maxsize),))
"""Every line of a file, however many there are."""


def _span(first: int, count: int) -> Span:
    """The positions of lines; of the place where they would be, if there are none."""
    return (2 * first, 2 * (first + count - 1)) if count else (2 * first - 1, 2 * first - 1)


def _joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in the order of the file, as one where no line is between them.

    A place beside a line is left out: what touches it touches the line.
    """
    joined: list[Span] = []
    for start, end in spans:
        if joined and start <= joined[-1][1] + 2 - start % 2:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return tuple(
        (start + start % 2, end - end % 2) if start < end else (start, end) for start, end in joined
    )
