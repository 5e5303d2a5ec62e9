"""Fixing is one file's business; a rewrite that fails takes nothing else with it."""

from __future__ import annotations

import ast
import gc
import random
import weakref
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import libcst as cst

from idiomist import Applicability, Check, Finding, Source
from idiomist.finding import Fix
from idiomist.fixer import Fixer, _disjoint, _Plan
from idiomist.linter import Linter
from idiomist.registry import installed
from idiomist.touched import Change, Lines

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


def disjoint_by_pairs(plans: list[_Plan]) -> list[_Plan]:
    chosen: list[_Plan] = []
    for plan in sorted(plans, key=lambda plan: (plan.changes, plan.start)):
        if all(plan.stop <= other.start or other.stop <= plan.start for other in chosen):
            chosen.append(plan)
    return sorted(chosen, key=lambda plan: plan.start)


def test_of_fixes_on_the_same_lines_the_smaller_ones_are_chosen() -> None:
    count = 40
    source = Source(b"".join(b"x%d = 1\n" % number for number in range(count)))
    starts, body = source.line_starts, source.tree.body
    chance = random.Random(1)
    for _ in range(300):
        plans: list[_Plan] = []
        for _ in range(chance.randrange(12)):
            first = chance.randrange(count)
            last = min(count - 1, first + chance.choice([0, 0, 1, 2, 5, 20]))
            kept = body[first : chance.randint(first, last)]
            finding = check.finding(
                *body[first : last + 1], source=source, message="here", kept=kept
            )
            fix = Fix((), Applicability.SAFE)
            plans.append(_Plan(finding, fix, starts[first], starts[last + 1], ("", "")))
        assert _disjoint(plans) == disjoint_by_pairs(plans)


def lines(*numbers: int) -> Lines:
    return Lines().carried([Change(number, 1, number, 1) for number in numbers], counted=True)


def test_only_findings_on_touched_lines_are_fixed() -> None:
    data = b"first = 1\nbroken = 1\nlast = 1\n"
    fixed = Fixer(Linter([check])).fix(data, "file.py", lines(3))
    assert fixed.data == b"first = 1\nbroken = 1\nlast = 2\n"
    assert not fixed.dropped, "the rewrite of another line was never asked for"
    assert [finding.line for finding in fixed.applied] == [3]
    assert Fixer(Linter([check])).fix(data, "file.py", Lines()).data == data
    assert Fixer(Linter([check])).fix(data, "file.py").touched is None


growing = Check("pack.family.grows", "Grows.", code="XYZ002")


@growing.on(ast.Expr)
def stages(statement: ast.Expr, source: Source) -> Iterator[Finding]:
    if source.segment(statement) in ("iter", "next"):
        yield growing.finding(
            statement, source=source, message="stage", rewrite=next_stage, imports=("json",)
        )


def next_stage(region: Sequence[Statement]) -> Sequence[Statement]:
    stage = cst.Module(region).code.strip()
    names = ["int", "str", "next"] if stage == "iter" else ["done"]
    return [cst.parse_statement(name) for name in names]


def test_touched_lines_are_carried_from_pass_to_pass() -> None:
    data = b"import sys\niter\ndone = 1\nnext\niter\nother = 1\nnext\n"
    fixed = Fixer(Linter([check, growing])).fix(data, "file.py", lines(2, 6))
    # What a fix wrote is fixed again; what only moved there is not.
    assert fixed.data == (
        b"import json\nimport sys\nint\nstr\ndone\ndone = 1\nnext\niter\nother = 2\nnext\n"
    )
    assert fixed.touched == lines(1, 3, 4, 5, 9)


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
