"""Every lesson and every case file is executed: see `idiomist.testing`."""

from __future__ import annotations

from pathlib import Path

import pytest

from idiomist import Check
from idiomist.lesson import Lesson
from idiomist.registry import installed
from idiomist.testing import assert_lesson_holds

CASES = Path(__file__).parent / "cases"
CHECKS = list(installed())


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_lesson(check: Check) -> None:
    assert_lesson_holds(check)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_cases(check: Check) -> None:
    text = (CASES / f"{check.name}.md").read_text(encoding="utf-8")
    assert_lesson_holds(check, Lesson.parse(text))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_lesson_is_short_enough_to_be_read(check: Check) -> None:
    prose = [line for line in check.lesson.text.splitlines() if line.strip()]
    assert len(prose) <= 60


def test_no_case_file_is_left_over() -> None:
    assert {path.stem for path in CASES.glob("*.md")} == {check.name for check in CHECKS}
