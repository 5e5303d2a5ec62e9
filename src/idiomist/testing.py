"""Hold checks to what their lessons say: for our own pack, and for everybody else's."""

from __future__ import annotations

import io
import re
import types
import warnings
from contextlib import redirect_stdout
from typing import Any

from idiomist.check import Check
from idiomist.finding import Applicability, Finding
from idiomist.fixer import Fixer
from idiomist.lesson import Example, Lesson
from idiomist.linter import Linter
from idiomist.registry import installed
from idiomist.source import Source


def assert_lesson_holds(check: Check, lesson: Lesson | None = None) -> None:
    """Try every example and counterexample of a check's lesson, or of further cases.

    Each `before` must be flagged with exactly the doubts that are listed, be fixed to its
    `after` byte for byte (by `fix --unsafe` when there are doubts, and not by `fix`), and
    print and leave behind the same when both are run. Each `after` and `keep` must be silent.
    Raises AssertionError, naming the example, when one of these does not hold.
    """
    lesson = lesson or check.lesson
    assert lesson.examples, f"{check.name} has no `before` example"
    assert lesson.counterexamples, f"{check.name} has no `keep` example"
    for example in lesson.examples:
        try:
            _assert_example_holds(check, example)
        except AssertionError as error:
            raise AssertionError(f"{check.name}: {example.title}\n{error}") from error
    for counterexample in lesson.counterexamples:
        found = findings(check, counterexample.code)
        heading = f"{check.name}: {counterexample.title}"
        assert not found, f"{heading}\nmust be silent, but says: {found[0].message}"
        run(counterexample.code)


def findings(check: Check, code: str) -> list[Finding]:
    """What one check finds in a piece of code."""
    return _Only(check).report(Source(code.encode()))


def fixed(check: Check, code: str, *, unsafe: bool = False) -> str:
    """A piece of code after the fixes of one check."""
    result = Fixer(_Only(check), unsafe=unsafe).fix(code.encode(), "<example>")
    assert not result.dropped, f"a fix was dropped: {result.dropped[0].reason}"
    return result.data.decode()


class _Only(Linter):
    """Reports only what one check says.

    Where that is about comments, it depends on what all the others find, so they run beside it.
    """

    def __init__(self, check: Check):
        others = [other for other in installed() if other.default]
        super().__init__(dict.fromkeys((check, *others)) if check.judges_comments else [check])

    def report(self, source: Source, *, noqa: bool = True, examine: bool = True) -> list[Finding]:
        told = super().report(source, noqa=noqa, examine=examine)
        return [finding for finding in told if finding.check is self.checks[0]]


def run(code: str) -> tuple[str, dict[str, Any]]:
    """Execute a piece of code; returns what it prints and the values that it leaves behind."""
    module = types.ModuleType("__main__")
    printed = io.StringIO()
    with redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        exec(compile(code, "<example>", "exec"), module.__dict__)
    plain = (types.FunctionType, types.ModuleType, type)
    left = {
        name: value
        for name, value in module.__dict__.items()
        if not name.startswith("__") and not isinstance(value, plain)
    }
    return printed.getvalue(), left


def _assert_example_holds(check: Check, example: Example) -> None:
    found = findings(check, example.before)
    assert found, f"must be flagged:\n{example.before}"
    doubts = [doubt.reason for finding in found for doubt in finding.doubts]
    assert doubts == list(example.doubts), f"doubts are {doubts}, not {list(example.doubts)}"
    printed, left = run(example.before)
    if example.after is None:
        levels = {finding.applicability for finding in found}
        assert levels == {Applicability.ADVICE}, f"has a rewrite, but no `after`:\n{example.before}"
        return
    unsafe = bool(doubts)
    if unsafe:
        safely = fixed(check, example.before)
        assert safely == example.before, f"must not be fixed without --unsafe:\n{safely}"
    after = fixed(check, example.before, unsafe=unsafe)
    assert after == example.after, f"is fixed to:\n{after}\nnot to:\n{example.after}"
    assert fixed(check, after, unsafe=unsafe) == after, f"is fixed again:\n{after}"
    printed_after, left_after = run(after)
    assert printed_after == printed, f"prints {printed_after!r}, printed {printed!r}"
    for name, value in left_after.items():
        if name in left:
            assert _shown(left[name]) == _shown(value), f"`{name}` is {value!r}, was {left[name]!r}"


def _shown(value: object) -> str:
    """A value as text, without the address that tells one object from another."""
    return re.sub(r" at 0x[0-9a-f]+", "", repr(value))
