"""Comments that ask for silence: what they silence, and what becomes of those that silence nothing.

How they are written is in cases/unused-ignore.md.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import LOOP, UNUSUAL_FILES, python

from idiomist import Applicability, Check, Edit, Finding, Source, Suppression
from idiomist.check import CheckFailed
from idiomist.finding import Grade, Severity
from idiomist.fixer import Fixer
from idiomist.linter import Linter
from idiomist.registry import installed
from idiomist.rewriting.region import fix_for
from idiomist.semantics.trees import is_same
from idiomist.text import encoding_of

CHECKS = [check for check in installed() if check.default]
UNUSED = installed().get("unused-ignore")
IGNORED = LOOP.replace("found = []", "found = []  # idiomist: ignore[manual-list-comprehension]")


def told(code: str | bytes, checks: list[Check] = CHECKS, *, noqa: bool = True) -> list[str]:
    source = Source(code if isinstance(code, bytes) else code.encode())
    return [
        f"{finding.line}:{finding.column} {finding.message}"
        for finding in Linter(checks).report(source, noqa=noqa)
    ]


def fixed(data: bytes) -> bytes:
    done = Fixer(Linter(CHECKS)).fix(data, "<example>")
    assert not done.dropped, done.dropped
    return done.data


def only(*names: str) -> list[Check]:
    return [UNUSED, *map(installed().get, names)]


# -- which comments are judged


def test_only_what_ran_is_judged() -> None:
    for comment in ("ignore[index-loop]", "ignore[loops]", "ignore", "ignore[all]", "ignore[IDM2]"):
        code = f"print(1)  # idiomist: {comment}\n"
        assert told(code), comment
        assert not told(code, only("manual-any-all")), comment
        assert not told(code, [UNUSED]), comment
    assert not told("print(1)  # noqa: IDM210\n", only("manual-any-all"))
    assert told("print(1)  # noqa: IDM210\n", only("index-loop"))


def test_a_group_is_judged_when_all_of_it_ran_that_is_on_by_default() -> None:
    loops = [check for check in CHECKS if check.family == "loops"]
    for number in range(len(loops)):
        some = [UNUSED, *loops[:number], *loops[number + 1 :]]
        assert not told("print(1)  # idiomist: ignore[loops]\n", some)
    assert told("print(1)  # idiomist: ignore[loops]\n", [UNUSED, *loops])


def test_a_check_that_is_off_by_default_is_judged_when_it_runs() -> None:
    rare = Check("pack.loops.rare", "Rare.", code="IDM299", default=False)
    usual = Check("pack.loops.usual", "Usual.", code="XYZ100")
    odd = Check("pack.odd.odd", "Odd.", code="ODD100", default=False)
    assert told("print(1)  # idiomist: ignore[rare]\n", [UNUSED, rare])
    assert told("print(1)  # noqa: ODD1\n", [UNUSED, odd])
    assert told("print(1)  # idiomist: ignore[XYZ]\n", [UNUSED, usual])
    assert not told("print(1)  # noqa: ODD1\n", CHECKS)
    assert "no check" in told("print(1)  # idiomist: ignore[rare]\n")[0], "it is not installed"


def test_what_is_silenced_does_not_depend_on_who_judges() -> None:
    assert not told(IGNORED)
    assert not told(IGNORED, only("manual-list-comprehension")[1:])
    assert told(IGNORED, only("index-loop", "manual-list-comprehension")) == []


def test_without_noqa_only_our_own_comments_count() -> None:
    code = LOOP.replace("found = []", "found = []  # noqa: IDM101")
    assert not told(code)
    assert [line[:2] for line in told(code, noqa=False)] == ["2:"]
    assert not told("print(1)  # noqa: IDM101\n", noqa=False)
    assert told("print(1)  # idiomist: ignore[IDM101]\n", noqa=False)


def test_a_comment_is_told_where_it_is() -> None:
    assert told(
        "x = 'é'  # type: ignore # idiomist: ignore[loops,nesting] why  # noqa: E501\n"
    ) == ["1:25 `loops` and `nesting` would say nothing here; the comment can go"]
    [finding] = Linter(CHECKS).report(Source(b"#  NOQA:IDM101 , e501 why \nprint(1)\n"))
    assert (finding.column, finding.end_column, finding.end_line) == (1, 26, 1)
    assert finding.message == "`IDM101` would say nothing here; the comment need not name it"


def test_messages() -> None:
    here, file = "print(1)  # idiomist: ", "print(1)  # idiomist: file-"
    for code, expected in (
        (f"{here}ignore", "no check would say anything here; the comment can go"),
        (f"{file}ignore", "no check would say anything in this file; the comment can go"),
        (f"{here}ignore[loops]", "`loops` would say nothing here; the comment can go"),
        (
            f"{here}ignore[loops, IDM1, indx-loop, IDM3]",
            "`loops`, `IDM1` and `IDM3` would say nothing here; the comment need not name them",
        ),
        (
            f"{here}ignore[indx-loop]",
            "there is no check, code, prefix or family `indx-loop`; did you mean `index-loop`?",
        ),
        (
            "print(1)  # noqa: IDM998",
            "there is no check, code, prefix or family `IDM998`; did you mean `IDM901`?",
        ),
    ):
        assert told(f"{code}\n")[-1].partition(" ")[2] == expected, code


@pytest.mark.skipif(sys.version_info < (3, 12), reason="this Python knows no such comments")
def test_comments_inside_of_an_f_string_are_heard_and_not_judged() -> None:
    code = 'def f(p):\n    return f"""{\n    open(p).read(){}\n    }"""\n'
    assert [line[:2] for line in told(code.replace("{}", ""))] == ["3:"]
    assert told(code.replace("{}", "  # idiomist: ignore[inline-open]")) == []
    assert [line[:2] for line in told(code.replace("{}", "  # noqa: IDM101"))] == ["3:"]


# -- what is left of them


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 1  # idiomist: ignore[loops]", "x = 1"),
        ("x = 1\t \t# idiomist: ignore[loops]  \t", "x = 1"),
        ("x = 1  # idiomist: ignore[loops] why  ", "x = 1  # why  "),
        ("x = 1\n# idiomist: ignore[loops]", "x = 1\n"),
        ("x = 1\n\t # idiomist: ignore[loops]\n\n", "x = 1\n\n"),
        ("\n\f# idiomist: ignore[loops]\nx = 1", "\n\f\nx = 1"),
        ("if x:\n\ty = 1 \f # idiomist: ignore[loops]\n", "if x:\n\ty = 1 \f\n"),
        ("# idiomist: ignore[loops] 'é' → ü\n", "# 'é' → ü\n"),
        ("# idiomist: file-ignore[loops]\n", ""),
        ("x = (1,  # idiomist: ignore[loops]\n     2)  # noqa: IDM101", "x = (1,\n     2)"),
    ],
)
def test_no_other_byte_changes(before: str, after: str, newline: str) -> None:
    before, after = before.replace("\n", newline), after.replace("\n", newline)
    for mark in (b"", b"\xef\xbb\xbf"):
        assert fixed(mark + before.encode()) == mark + after.encode()
    head = f"# coding: utf-16-le-or-so{newline}".replace("utf-16-le-or-so", "cp1250")
    if "→" not in before and newline != "\r":
        assert fixed((head + before).encode("cp1250")) == (head + after).encode("cp1250")


@pytest.mark.parametrize("name", UNUSUAL_FILES)
def test_unusual_files_come_back(name: str) -> None:
    data = fixed(UNUSUAL_FILES[name])
    encoding = encoding_of(data)
    comment = "# idiomist: ignore[membership-in-loop]"
    text = data.decode(encoding)
    newline = "\r\n" if "\r\n" in text else "\n"
    more = f"{newline}{comment}{newline}z = 1 {comment}".encode(encoding.removesuffix("-sig"))
    assert fixed(data + more) == data + f"{newline}z = 1".encode()


def test_the_encoding_is_not_told_by_a_line_that_moves_up() -> None:
    comment = "# idiomist: file-ignore[loops]\n"
    for head, cookie, goes in (
        ("", "# coding: latin-1\n", True),
        ("#!python\n", "# coding: latin-1\n", False),
        ("#!python\n", "# coding: utf-8\n", True),
        ("print(1)\n", "# coding: latin-1\n", True),
        ("", "\n# coding: klingon\n", False),
    ):
        data = f"{head}{comment}{cookie}print('é')\n"
        data = data if head or cookie[0] == "\n" else data.replace("é", "e")
        after = data.replace(comment, "") if goes else data
        assert fixed(data.encode()) == after.encode(), data


def test_a_fix_is_shown_as_whole_lines_and_needs_no_libcst(tmp_path: Path) -> None:
    source = Source(b"x = 1\r\ny = 1  # idiomist: ignore[loops, IDM1] so\r\n")
    [finding] = Linter(CHECKS).report(source)
    assert finding.applicability is Applicability.SAFE
    assert (finding.lines, finding.changed) == ((2, 2), [])
    fix = fix_for(source, finding)
    assert fix is not None
    assert fix.edits == (Edit(7, len(source.text), "y = 1  # so\r\n"),)
    code = (
        "import sys\n"
        "from idiomist import Source\n"
        "from idiomist.linter import Linter\n"
        "from idiomist.registry import installed\n"
        "linter = Linter(installed())\n"
        "linter.report(Source(b'x = 1  # noqa\\n'))\n"
        "print('tokenize' in sys.modules)\n"
        "from idiomist.fixer import Fixer\n"
        "print(Fixer(linter).fix(b'x = 1  # noqa: IDM1\\n', '').data, 'libcst' in sys.modules)\n"
    )
    done = python("-c", code, cwd=tmp_path)
    assert (done.stdout, done.stderr) == ("False\nb'x = 1\\n' False\n", "")


def test_configuration_grades_it_like_every_check() -> None:
    grade = Grade(Applicability.UNSAFE, Severity.ERROR)
    linter = Linter(CHECKS, {UNUSED: grade})
    data = b"x = 1  # idiomist: ignore[loops]\n"
    [finding] = linter.report(Source(data))
    assert (finding.grade, finding.applicability) == (grade, Applicability.UNSAFE)
    assert Fixer(linter).fix(data, "").data == data
    assert Fixer(linter, unsafe=True).fix(data, "").data == b"x = 1\n"


def test_other_fixes_go_on_beside_it() -> None:
    other = LOOP.replace("found = []", "found = []  # idiomist: ignore[index-loop] here")
    other = other.replace("for number", "# idiomist: ignore[nesting]\n    for number")
    assert fixed(other.encode()) == (
        b"def doubles(numbers):\n    found = [2 * number for number in numbers]  # here\n"
        b"    return found\n"
    )


def test_a_comment_that_a_fix_leaves_without_use_goes_with_it() -> None:
    code = (
        "def f(xs):\n    out = []\n    for x in xs:\n        out.append(x)\n"
        "    for i in range(len(out)):  # idiomist: ignore[IDM101, index-loop] as before\n"
        "        print(out[i])\n"
    )
    assert b"ignore[index-loop] as before" in fixed(code.encode())


# -- checks that speak of comments

reasons = Check("pack.comments.reason", "Say why.", code="WHY001")


@reasons.on(Suppression)
def without_reason(comment: Suppression, source: Source) -> Iterator[Finding]:
    if comment.reason == "crash":
        raise ZeroDivisionError("oh")
    above, end = source.line_starts[comment.line - 1], source.line_starts[comment.line]
    line = source.text[above:end]
    edits = {
        "cut": [Edit(above, end, line.partition("#")[0].rstrip() + "\n")],
        "code": [Edit(above, end, line.replace("print", "input"))],
        "broken": [Edit(above, end, "(" + line)],
        "two": [Edit(0, end, line[: comment.column].rstrip() + "\n")],
    }
    if comment.reason in edits or not comment.reason:
        yield reasons.remark(comment, message="why?", edits=edits.get(comment.reason, ()))


def test_a_pack_may_speak_of_such_comments_too() -> None:
    assert told("x = 1  # idiomist: ignore\n", [reasons]) == ["1:8 why?"]
    assert told("x = 1  # idiomist: ignore[reason]\n", [reasons]) == []
    assert told("# idiomist: file-ignore[all] ok\nx = 1  # idiomist: ignore\n", [reasons]) == []
    with pytest.raises(CheckFailed, match="ZeroDivisionError: oh") as failed:
        told("\nx = 1  # idiomist: ignore crash\n", [reasons])
    assert "line 2" in str(failed.value)


@pytest.mark.parametrize(
    ("reason", "line", "problem"),
    [
        ("cut", "print(1)  # kept # idiomist: ignore[x] cut", "the comment # kept would be lost"),
        ("code", "print(1)  # idiomist: ignore[x] code", "more than a comment would change"),
        ("broken", "print(1)  # idiomist: ignore[x] broken", "does not compile"),
        ("two", "# kept\n# idiomist: ignore[x] two", "the comment # kept would be lost"),
    ],
)
def test_a_fix_that_loses_more_than_the_comment_is_dropped(
    reason: str, line: str, problem: str
) -> None:
    good = "x = 1  # idiomist: ignore[loops]\n"
    done = Fixer(Linter([reasons, *CHECKS])).fix(f"{line}\n{good}".encode(), "")
    [dropped] = done.dropped
    assert problem in dropped.reason
    assert done.data == f"{line}\nx = 1\n".encode()


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("f(x, 1)  # a", "f(\n  x,\n  1\n)", True),
        ("f(x, 1)", "f(x, True)", False),
        ("f(x, 1)", "f(x, y)", False),
        ("f(x, 0.0)", "f(x, -0.0)", False),
        ("f(x)", "f(x, x)", False),
        ("global x", "global y", False),
        ("x: int", "(x): int", False),
        ("+".join("x" * 2000), "+".join("x" * 2000), True),
        ("+".join("x" * 2000), "+".join("x" * 1999) + "+y", False),
    ],
)
def test_what_the_same_code_is(one: str, other: str, expected: bool) -> None:
    assert is_same(ast.parse(one), ast.parse(other)) == expected


def test_a_check_that_fails_judges_nothing() -> None:
    fails = Check("pack.family.fails", "Fails.", code="BAD101")

    @fails.on(ast.Assign)
    def fail(node: object, source: Source) -> Iterator[Finding]:
        raise ZeroDivisionError("oh")
        yield

    with pytest.raises(CheckFailed, match="failed on line 1"):
        told("x = 1  # idiomist: ignore[loops]\n", [fails, *CHECKS])


def test_a_comment_about_a_check_does_not_decide_what_is_found() -> None:
    code = "import builtins\n\ndef f(path):\n    return open(path).read()  # idiomist: ignore[{}]\n"
    for name in ("inline-open", "open-without-with"):
        assert Linter(CHECKS).lint(Source(code.format(name).encode())), name


def test_a_comment_inside_of_an_expression_does_not_decide_either() -> None:
    code = (
        "def f(out, rows, n):\n"
        "    out.append(n)\n"
        "    for row in rows[{}\n"
        "        n\n"
        "    ].values():  # all\n"
        "        out.append(row * n)\n"
    )
    for inside in ("", "  # " + "a long story " * 5, "  # idiomist: ignore[IDM101] not # this"):
        [finding] = Linter(CHECKS).lint(Source(code.format(inside).encode()))
        assert finding.check.name == "manual-list-extend"
    assert told(code.format("  # idiomist: ignore[IDM102]")) == []
    source = Source(b"x = f('#',  # ) one\r\n  # two\r\n '''\n#''')\r\n")
    [statement] = source.tree.body
    assert isinstance(statement, ast.Assign)
    assert source.flat(statement.value) == "f('#', ''' #''')"
