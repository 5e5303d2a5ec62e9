"""What `hazards` asks, where no case can show it because the fix would be refused, too."""

from __future__ import annotations

from idiomist.fixer import Fixer
from idiomist.linter import Linter
from idiomist.registry import installed
from idiomist.testing import findings

EARLY = """\
def doubles(numbers, early=False):
    if early:
        print(number)
    found = []
    for number in numbers:
        found.append(2 * number)
    return found
"""
"""Reads `number` before the loop, where it has no value, but is the function's own name."""


def test_a_name_goes_on_meaning_the_same_where_it_never_has_a_value() -> None:
    [finding] = [found for check in installed() for found in findings(check, EARLY)]
    assert [doubt.reason for doubt in finding.doubts] == [
        "`number` on line 3 is bound nowhere else"
    ]
    result = Fixer(Linter(installed()), unsafe=True).fix(EARLY.encode(), "early.py")
    assert result.data == EARLY.encode()
    assert [dropped.reason for dropped in result.dropped] == ["`number` would be another variable"]


def test_a_name_may_go_where_something_else_binds_it_too() -> None:
    bound = EARLY.replace("early=False", "number=None, early=False")
    [finding] = [found for check in installed() for found in findings(check, bound)]
    assert finding.doubts == ()
    fixed = Fixer(Linter(installed())).fix(bound.encode(), "early.py").data.decode()
    assert "    found = [2 * number for number in numbers]\n" in fixed


def test_the_place_of_a_lookup_is_one_that_was_looked_for() -> None:
    code = """\
def show(words: list[str], text: str):
    names = text.split()
    for word in words:
        assert word in names or word
        if word in names:
            print(word)
"""
    [found] = [found for check in installed() for found in findings(check, code)]
    assert (found.check.code, found.line) == ("IDM401", 5)
