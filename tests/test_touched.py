"""Which lines changed, and where they are after more changes."""

from __future__ import annotations

import ast
import random

import pytest

from idiomist import Check, Source
from idiomist.text import split_lines
from idiomist.touched import ALL, Change, Lines

NOTHING = Lines()


def lines_of(lines: Lines, count: int) -> list[int]:
    return [line for line in range(1, count + 1) if lines.touch(line, line)]


def test_code_touches_lines_that_it_shares() -> None:
    lines = NOTHING.carried([Change(3, 0, 3, 2), Change(7, 1, 9, 1)], counted=True)
    assert lines_of(lines, 20) == [3, 4, 9]
    assert lines.touch(1, 3) and lines.touch(4, 8) and lines.touch(1, 20)
    assert not lines.touch(1, 2) and not lines.touch(5, 8) and not lines.touch(10, 20)


def test_code_touches_a_place_with_lines_on_both_sides() -> None:
    lines = NOTHING.carried([Change(4, 2, 4, 0)], counted=True)
    assert lines and not lines_of(lines, 20)
    assert lines.touch(3, 4) and lines.touch(1, 20)
    assert not lines.touch(1, 3) and not lines.touch(4, 20)


def test_lines_that_are_gone_from_an_end_touch_nothing() -> None:
    lines = NOTHING.carried([Change(1, 2, 1, 0), Change(9, 3, 7, 0)], counted=True)
    assert not lines.touch(1, 6)


def test_nothing_and_everything() -> None:
    assert not NOTHING and not NOTHING.touch(1, 1000)
    assert ALL.touch(1, 1) and ALL.touch(10**9, 10**9)
    moved = ALL.carried([Change(1, 0, 1, 3), Change(5, 4, 8, 0)], counted=False)
    assert lines_of(moved, 30) == [*range(4, 31)]


def test_a_finding_is_about_its_statements() -> None:
    source = Source(b"first = 1\nsecond = (\n    2,\n    3,\n)\nthird = 3\n")
    second = source.tree.body[1]
    assert isinstance(second, ast.Assign) and isinstance(second.value, ast.Tuple)
    at = second.value.elts[1]
    check = Check("pack.family.about", "About.", code="XYZ001")
    finding = check.finding(second, source=source, message="here", at=at)
    touching = [
        line
        for line in range(1, 7)
        if NOTHING.carried([Change(line, 1, line, 1)], counted=True).touched_by(finding)
    ]
    assert touching == [2, 3, 4, 5]


class Model:
    """The same, line by line and place by place, with nothing clever about it."""

    def __init__(self, count: int):
        self.lines = [False] * count
        self.places = [False] * (count + 1)

    def replace(self, first: int, removed: int, added: int, counted: bool) -> None:
        start, stop = first - 1, first - 1 + removed
        meant = counted or any(self.lines[start:stop]) or any(self.places[start + 1 : stop])
        if added:
            between = [False] * (added - 1)
            self.lines[start:stop] = [bool(counted or (removed and meant))] * added
            self.places = [*self.places[: start + 1], *between, *self.places[stop:]]
        else:
            del self.lines[start:stop]
            left = self.places[start] or self.places[stop] or meant
            self.places[start : stop + 1] = [left]
        for number, line in enumerate(self.lines):
            if line:
                self.places[number : number + 2] = [False, False]

    def touch(self, first: int, last: int) -> bool:
        return any(self.lines[first - 1 : last]) or any(self.places[first:last])


def edits(source: random.Random, count: int) -> list[Change]:
    """Changes of a file with so many lines; between any two of them a line stays."""
    changes: list[Change] = []
    line, moved = 1, 0
    while True:
        line += source.choice([0, 1, 1, 2, 5])
        removed = source.choice([0, 0, 1, 1, 2, 3])
        added = source.choice([0, 1, 1, 2, 4]) if removed else source.choice([1, 1, 3])
        if line + removed - 1 > count:
            return changes
        changes.append(Change(line, removed, line + moved, added))
        line, moved = line + removed + 1, moved + added - removed


@pytest.mark.parametrize("seed", range(100))
def test_lines_are_carried_as_if_each_had_its_mark(seed: int) -> None:
    source = random.Random(seed)
    model, lines = Model(source.randrange(15)), NOTHING
    for number in range(5):
        changes = edits(source, len(model.lines))
        counted = number == 0 or source.random() < 0.5
        for change in changes:
            model.replace(change.new, change.removed, change.added, counted)
        lines = lines.carried(iter(changes), counted=counted)
        count = len(model.lines)
        for first in range(1, count + 1):
            for last in range(first, count + 1):
                assert lines.touch(first, last) == model.touch(first, last), (first, last)
        assert list(lines.spans) == sorted(lines.spans)


@pytest.mark.parametrize("seed", range(100))
def test_a_carriage_return_ends_a_line_for_python(seed: int) -> None:
    source = random.Random(seed)
    pieces = source.choices(["a", "b", "\n", "\n", "\r\n", "\r"], k=source.randrange(30))
    text = "".join(pieces)
    by_git = text.split("\n")
    python_lines = split_lines(text)
    chosen = source.randrange(len(by_git)) + 1
    lines = NOTHING.carried([Change(chosen, 1, chosen, 1)], counted=True)
    start = sum(len(line) + 1 for line in by_git[: chosen - 1])
    stop = start + len(by_git[chosen - 1])
    expected, offset = [], 0
    for number, line in enumerate(python_lines, 1):
        if start <= offset <= stop and (offset < stop or line == "\n"):
            expected.append(number)
        offset += len(line)
    counted = lines.as_python_counts(text.encode())
    assert lines_of(counted, len(python_lines)) == expected


def test_places_are_counted_as_lines_are() -> None:
    # For git the lines are `a`, `b\rc` and `d`.
    data = b"a\nb\rc\nd\n"
    above = NOTHING.carried([Change(2, 3, 2, 0)], counted=True).as_python_counts(data)
    below = NOTHING.carried([Change(3, 3, 3, 0)], counted=True).as_python_counts(data)
    assert [(n, above.touch(n, n + 1)) for n in (1, 2, 3)] == [(1, True), (2, False), (3, False)]
    assert [(n, below.touch(n, n + 1)) for n in (1, 2, 3)] == [(1, False), (2, False), (3, True)]
    assert lines_of(ALL.as_python_counts(data), 9) == [*range(1, 10)]
    assert above.as_python_counts(b"a\r\nb\r\n") is above
