"""Fixing is one file's business; a rewrite that fails takes nothing else with it."""

from __future__ import annotations

import ast
import gc
import weakref
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import libcst as cst

from idiomist import Applicability, Check, Finding, Source
from idiomist.fixer import Fixer
from idiomist.linter import Linter
from idiomist.registry import installed

if TYPE_CHECKING:
    from idiomist.finding import Statement

check = Check("pack.family.counts_from_one", "Counts from one.", code="XYZ001")


@check.on(ast.Assign)
def ones(statement: ast.Assign, source: Source) -> Iterator[Finding]:
    if isinstance(statement.value, ast.Constant) and statement.value.value == 1:
        yield check.finding(statement, source=source, message="one", rewrite=as_two)


def as_two(region: Sequence[Statement]) -> Sequence[Statement]:
    code = cst.Module(region).code.strip()
    if code == "broken = 1":
        raise cst.CSTValidationError("no such node")
    if code == "invalid = 1":
        return [cst.parse_statement("return 2")]
    return [cst.parse_statement(code.replace("1", "2"))]


def test_a_failing_rewrite_is_dropped_alone() -> None:
    fixed = Fixer(Linter([check])).fix(b"first = 1\nbroken = 1\nlast = 1\n", "file.py")
    assert fixed.data == b"first = 2\nbroken = 1\nlast = 2\n"
    [dropped] = fixed.dropped
    assert dropped.finding.line == 2
    assert dropped.reason == "CSTValidationError: no such node"


def test_a_rewrite_that_does_not_compile_is_dropped_alone() -> None:
    fixed = Fixer(Linter([check])).fix(b"first = 1\ninvalid = 1\nlast = 1\n", "file.py")
    assert fixed.data == b"first = 2\ninvalid = 1\nlast = 2\n"
    [dropped] = fixed.dropped
    assert dropped.finding.line == 2
    assert "does not compile" in dropped.reason


def test_fixes_that_do_not_go_together_wait_for_each_other() -> None:
    loop = "    found = []\n    for x in (1, 2):\n        found.append(x + 1)\n"
    guard = 'if __name__ == "__main__":\n'
    before = f"try:\n    print(x)\nexcept NameError:\n    pass\n{guard}{loop}{guard}{loop}"
    fixed = Fixer(Linter(installed())).fix(before.encode(), "file.py")
    assert not fixed.dropped
    assert len(fixed.applied) == 1, "the other loop is what gives `x` a value now"
    assert fixed.data.count(b"for x in (1, 2)]") == 1


def test_a_file_that_was_linted_is_not_kept_in_memory() -> None:
    # Nothing here asks for a name of the module, so that only the function is read.
    code = "def go(names, known):\n    taken = lambda: names\n    for name in names:\n"
    code += "        if name in known:\n            taken()\n"
    gc.collect()
    gc.disable()
    try:
        source = Source(code.encode())
        tree = weakref.ref(source.tree)
        Linter(installed()).lint(source)
        del source
        assert tree() is None, "scopes and their parents must let go of each other"
    finally:
        gc.enable()


def test_what_nobody_examined_is_not_safe() -> None:
    code = (
        "def f():\n    ys = []\n    for x in range(9):\n        ys.append(x * 2)\n    return ys\n"
    )
    linter = Linter(installed())
    [examined] = linter.lint(Source(code.encode()))
    [other] = linter.lint(Source(code.encode()), examine=False)
    assert (examined.examined, examined.applicability) == (True, Applicability.SAFE)
    assert (other.examined, other.applicability) == (False, Applicability.UNSAFE)
    assert other.message == examined.message
