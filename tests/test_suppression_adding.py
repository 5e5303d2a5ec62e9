"""Comments are added that ask for silence: they are heard, and nothing else changes."""

from __future__ import annotations

import ast
import sys
import sysconfig
import tokenize
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import UNUSUAL_FILES
from hypothesis import given
from programs import TAPES, Maker

from idiomist import Check, Finding, Source
from idiomist.conventions import Conventions
from idiomist.fixer import Fixer
from idiomist.linter import Linter
from idiomist.registry import installed
from idiomist.suppression.adding import fault_in_reason, with_ignores

STDLIB = Path(sysconfig.get_paths()["stdlib"])
CHECKS = [check for check in installed() if check.default]
LINTER = Linter(CHECKS)
LOOP = "def f(xs):\n    for i in range(len(xs)):{}\n        print(xs[i])\n"


class Deaf(Linter):
    """All checks are at work, and nothing is left in the code for them to find."""

    def lint(self, source: Source, *, examine: bool = True) -> list[Finding]:
        return []


def ignored(code: str | bytes, reason: str = "", width: int | None = None) -> bytes:
    """The file with comments, of which it is known that they do what they should."""
    data = code if isinstance(code, bytes) else code.encode()
    source = Source(data, "<example>", Conventions(width=width))
    findings = LINTER.report(source)
    done = with_ignores(source, findings, reason, LINTER)
    assert not done.left, done.left
    new = Source(done.data, "<example>", source.conventions)
    assert not LINTER.report(new)
    assert ast.dump(new.tree) == ast.dump(source.tree)
    return done.data


def taken_back(data: bytes) -> bytes:
    return Fixer(Deaf(CHECKS)).fix(data, "<example>").data


# -- where they go


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "  # idiomist: ignore[index-loop] why"),
        (" ", "  # idiomist: ignore[index-loop] why"),
        ("\t  ", "\t  # idiomist: ignore[index-loop] why"),
        ("  # from the top", "  # from the top  # idiomist: ignore[index-loop] why"),
        ("  # noqa: E501", "  # noqa: E501  # idiomist: ignore[index-loop] why"),
        (
            "  # idiomist: file-ignore[IDM1]",
            "  # idiomist: file-ignore[IDM1]  # idiomist: ignore[index-loop, unused-ignore] why",
        ),
        (
            "  # idiomist: ignore[IDM1, unused-ignore]",
            "  # idiomist: ignore[IDM1, unused-ignore, index-loop] why",
        ),
        (
            "  # idiomist:ignore [ IDM1 , unused-ignore ]: old  # noqa: E501",
            "  # idiomist:ignore [ IDM1 , unused-ignore, index-loop ]: old  # noqa: E501",
        ),
        (
            "  # idiomist: ignore[IDM9]# type: ignore",
            "  # idiomist: ignore[IDM9, index-loop] why# type: ignore",
        ),
        (
            "  # idiomist: ignore[nesting]",
            "  # idiomist: ignore[nesting, index-loop, unused-ignore] why",
        ),
    ],
)
def test_at_the_end_of_the_line(before: str, after: str) -> None:
    assert ignored(LOOP.format(before), "why", width=120).decode() == LOOP.format(after)


def test_above_where_the_line_has_no_room() -> None:
    before = LOOP.format("  # as in the book")
    comment = "# idiomist: ignore[index-loop] the numbers are needed"
    above = before.replace("    for", f"    {comment}\n    for")
    behind = before.replace("book", f"book  {comment}")
    longest = max(map(len, behind.splitlines()))
    for width in (50, longest - 1):
        assert ignored(before, "the numbers are needed", width=width).decode() == above
    assert ignored(before, "the numbers are needed", width=longest).decode() == behind


def test_what_stands_above_already() -> None:
    for lines, expected in (
        ("    # Why not?\n", "    # Why not?\n    # idiomist: ignore[index-loop] {}\n"),
        (
            "    # pylint: disable-next=consider-using-enumerate\n",
            "    # idiomist: ignore[index-loop] {}\n"
            "    # pylint: disable-next=consider-using-enumerate\n",
        ),
        (
            "    # idiomist: ignore[unused-ignore, IDM1]\n    # Why not?\n",
            "    # idiomist: ignore[unused-ignore, IDM1, index-loop] {}\n    # Why not?\n",
        ),
        (
            "    # idiomist: ignore[unused-ignore, IDM1] as it was\n",
            "    # idiomist: ignore[unused-ignore, IDM1, index-loop] as it was\n",
        ),
    ):
        before = LOOP.format("").replace("    for", f"{lines}    for")
        reason = "many words " * 5
        after = before.replace(lines, expected.format(reason.strip()))
        assert ignored(before, reason, width=112).decode() == after


def test_a_comment_that_would_swallow_ours() -> None:
    open_bracket = LOOP.format("  # idiomist: ignore[oops")
    above = open_bracket.replace("    for", "    # idiomist: ignore[index-loop]\n    for")
    assert ignored(open_bracket).decode() == above


def test_findings_on_one_line_share_a_comment() -> None:
    code = "def f(p, xs):\n    for i in range(len(xs)): x = open(p).read(), xs[i]\n"
    assert len(LINTER.report(Source(code.encode()))) == 2
    comment = "# idiomist: ignore[index-loop, inline-open] both"
    behind = code.replace("]\n", f"]  {comment}\n")
    assert ignored(code, "both", width=120).decode() == behind
    above = code.replace("    for", f"    {comment}\n    for")
    assert ignored(code, "both", width=90).decode() == above


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('x = open(p).read() + """\n# no\n"""\n', '{}\nx = open(p).read() + """\n# no\n"""\n'),
        ('x = """\n# no\n""" + open(p).read()\n', 'x = """\n# no\n""" + open(p).read()  {}\n'),
        ("x = open(p).read() \\\n    + p\n", "{}\nx = open(p).read() \\\n    + p\n"),
        ("x = \\\n  open(p).read() \\\n + p\n", "x = \\\n  open(p).read() \\\n + p  {}\n"),
        (
            "x = (p +\n\topen(p).read() + '''\n''')\n",
            "x = (p +\n\t{}\n\topen(p).read() + '''\n''')\n",
        ),
        ('x = f"""\n{open(p).read()}"""\n', 'x = f"""\n{open(p).read()}"""  {}\n'),
        ("y = 1; \\\nx = open(p).read()", "y = 1; \\\nx = open(p).read()  {}"),
        ("if p: x = open(p).read()", "if p: x = open(p).read()  {}"),
    ],
)
def test_never_inside_of_a_string_nor_behind_a_backslash(before: str, after: str) -> None:
    expected = after.replace("{}", "# idiomist: ignore[inline-open] a b")
    for newline in ("\n", "\r\n"):
        data = ignored(before.replace("\n", newline), "a b")
        assert data == expected.replace("\n", newline).encode()


@pytest.mark.skipif(sys.version_info < (3, 12), reason="this Python knows no such strings")
def test_never_inside_of_an_f_string() -> None:
    code = 'def f(p):\n    return f"""{\n    open(p).read()\n    } {"""\n    """}"""\n'
    new = ignored(code, "so be it")
    assert new.decode() == code.removesuffix("\n") + "  # idiomist: ignore[inline-open] so be it\n"


def test_a_comment_about_a_comment() -> None:
    for line, after in (
        ("x = 1  # noqa: IDM1", "x = 1  # noqa: IDM1  # idiomist: ignore[unused-ignore] later"),
        (
            "x = 1  # idiomist: ignore",
            "x = 1  # idiomist: ignore  # idiomist: ignore[unused-ignore] later",
        ),
        ("x = 1  # idiomist: ignore[lops] a", "x = 1  # idiomist: ignore[lops, unused-ignore] a"),
        ("# idiomist: ignore[loops]", "# idiomist: ignore[loops, unused-ignore] later"),
        (
            "# idiomist: file-ignore",
            "# idiomist: file-ignore  # idiomist: ignore[unused-ignore] later",
        ),
    ):
        assert ignored(f"{line}\n", "later").decode() == f"{after}\n"


def test_some_findings_and_not_others() -> None:
    code = LOOP.format("") + LOOP.format("").replace("f(", "g(")
    source = Source(code.encode())
    first, second = LINTER.report(source)
    done = with_ignores(source, [second], "", LINTER)
    assert [finding.line for finding in LINTER.report(Source(done.data))] == [first.line]
    assert with_ignores(source, [], "", LINTER) == with_ignores(source, iter([]), "x", LINTER)
    assert with_ignores(source, [], "", LINTER).data == source.data


# -- what cannot be written


def test_a_reason_is_one_line_of_text() -> None:
    for reason in ("", "legacy", "see #12 [a], it's – fine: noqa", "# ] [", "IDM101"):
        assert fault_in_reason(reason) is None, reason
    for reason, fault in (
        ("a\nb", "must be one line of text"),
        ("a\rb", "must be one line of text"),
        ("a\tb", "must be one line of text"),
        ("a\u2028b", "must be one line of text"),
        ("a\x1b[31m", "must be one line of text"),
        ("noqa", "(`noqa`)"),
        ("see # type: ignore", "(`type:`)"),
        ("# idiomist: ignore", "(`idiomist:`)"),
    ):
        assert fault in (fault_in_reason(reason) or ""), reason


def test_a_reason_that_the_file_cannot_hold() -> None:
    data = b"# coding: latin-1\n" + LOOP.format("  # é").encode("latin-1")
    source = Source(data)
    findings = LINTER.report(source)
    done = with_ignores(source, findings, "it → works", LINTER)
    assert (done.data, done.left) == (data, tuple(findings))
    assert ignored(data, "c'est légal").decode("latin-1").count("légal") == 1


def test_a_file_that_cannot_be_read_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source(LOOP.format("  # idiomist: ignore[nesting]").encode())
    findings = LINTER.report(source)

    def fails(readline: object) -> Iterator[tokenize.TokenInfo]:
        raise tokenize.TokenError("no such file")
        yield

    monkeypatch.setattr(tokenize, "generate_tokens", fails)
    assert with_ignores(source, findings, "", LINTER).left == tuple(findings)
    assert len(LINTER.report(source)) == len(findings) - 1, "no comment is judged"


def test_a_reason_is_not_taken_for_the_encoding() -> None:
    code = "for line in open(__file__):\n    print(line)\n"
    for reason in ("coding: klingon", "coding: latin-1"):
        data = ignored(code, reason, width=40)
        assert data.startswith(b"for"), "a line of its own would be the first of the file"
        assert ignored(f"#!python\n\n{code}", reason, width=40).startswith(
            b"#!python\n\n# idiomist"
        )


def test_what_no_comment_silences_is_told() -> None:
    shy = Check("pack.family.shy", "Shy.", code="SHY101")

    @shy.on(ast.Expr)
    def nobody_looks(statement: ast.Expr, source: Source) -> Iterator[Finding]:
        if "ignore[shy" not in source.text:
            yield shy.finding(statement, source=source, message="nobody looks")

    linter = Linter([shy, *CHECKS])
    code = "def f(xs):\n    for i in range(len(xs)):\n        xs[i](); f\n"
    source = Source(code.encode())
    findings = linter.report(source)
    assert [finding.check.name for finding in findings] == ["index-loop", "shy", "shy"]
    done = with_ignores(source, reversed(findings), "", linter)
    assert done.left == tuple(findings[1:]), "a comment would be of no use, and told to go"
    comment = "  # idiomist: ignore[index-loop]"
    assert done.data.decode() == code.replace(")):", f")):{comment}")


def test_what_comes_up_by_a_long_comment_is_silenced_too() -> None:
    loop = (
        "def g(things, known, lucky):\n"
        "    known.append(1)\n"
        "    for thing in sorted(things, key=lucky, reverse=True):\n"
        "        known.append((thing, lucky(thing), lucky(1 - thing)))\n"
        "    return known\n"
    )
    code = f"x = 'no black here'\n{LOOP.format('')}{loop}"
    assert len(LINTER.report(Source(code.encode()))) == 1, "the call would need three lines"
    assert ignored(code).count(b"idiomist") == 1
    assert ignored(code, "many words " * 6).count(b"idiomist") == 2, "the file looks wider now"


# -- everywhere


@pytest.mark.parametrize("reason", ["", "see #12 [later] " + "x" * 60])
@pytest.mark.parametrize("name", UNUSUAL_FILES)
def test_unusual_files_get_nothing_but_comments(name: str, reason: str) -> None:
    data = UNUSUAL_FILES[name]
    new = ignored(data, reason)
    if not reason:
        assert taken_back(new) == data


class Pages(Maker):
    """Writes files with findings where comments are hard to put."""

    def __init__(self, tape: bytes):
        super().__init__(tape)
        self.asks_for_silence = self.chance(5)

    def file(self) -> bytes:
        mark, cookie, codec = self.one(
            ("", "", "utf-8"), ("\ufeff", "", "utf-8"), ("", "# coding: latin-1\n", "latin-1")
        )
        head = self.one(
            "", "", '"""é."""\n', "#!python\n", self.asked("# idiomist: file-ignore[IDM1]\n")
        )
        body = "".join(self.block("") for _ in range(self.number(1, 5)))
        text = f"{cookie}{head}{body}"
        if self.chance(2):
            text = text.rstrip("\n")
        return (mark + text.replace("\n", self.one("\n", "\n", "\r\n"))).encode(codec)

    def block(self, indent: str) -> str:
        if len(indent) < 6 and self.chance(4):
            header = self.one("def f(p, xs):", "if p:", "class C:", "with p:", "for _ in xs:")
            inner = indent + self.one("    ", "  ", "\t")
            body = "".join(self.block(inner) for _ in range(self.number(1, 3)))
            return f"{self.above(indent)}{indent}{header}{self.behind()}\n{body}"
        return self.above(indent) + self.statement(indent)

    def asked(self, comment: str) -> str:
        """A comment that asks for silence, in files that have such comments."""
        return comment if self.asks_for_silence else ""

    def above(self, indent: str) -> str:
        return self.one(
            *[""] * 6,
            "\n",
            f"{indent}# prose\n",
            f"{indent}# pylint: disable-next=all\n",
            self.asked(f"{indent}# idiomist: ignore[{self.key()}]\n"),
            self.asked("# idiomist: ignore\n"),
            "\f\n",
        )

    def behind(self) -> str:
        code = self.one("IDM302", "E1, IDM210", "IDM7")
        return self.one(
            *[""] * 6,
            "  # é",
            " ",
            "  # noqa: E501",
            "  # " + "long " * 20,
            self.asked(f"  # idiomist: ignore[{self.key()}] for it's ] so"),
            self.asked(f"  # idiomist: ignore[{self.key()}]"),
            self.asked(f"  # noqa: {code} as it was"),
            self.asked("  # type: ignore  # idiomist: ignore"),
            self.asked(f"  # idiomist: file-ignore[{self.key()}]"),
        )

    def key(self) -> str:
        return self.one("IDM302", "index-loop", "unused-ignore", "lops", "loops, resources", "all")

    def value(self) -> str:
        return self.one(
            "open(p).read()",
            "open(p).read()",
            "(open(p).read(),\n  open(p).read())",
            "open(\n p\n  ).read()",
            'f"{open(p).read()}"',
            'f"""\n# {open(p).read()}\n"""',
            'p + """\n# no\n""" + open(p).read()',
            'open(p).read() + """\n  # no\n"""',
            "p + \\\n open(p).read()",
            "open(p).read() \\\n + p",
            "(open(p).read()  # a\\\n )",
        )

    def statement(self, indent: str) -> str:
        inner = indent + "  "
        line = self.one(
            f"x = {self.value()}",
            f"x = 1; y = {self.value()}",
            f"y = {self.value()}; x = 1",
            f"if p: x = {self.value()}",
            f"print({self.value()}, {self.value()})",
            "x = 1; \\\n y = open(p).read()",
            "pass",
        )
        loop = (
            f"for i in range(len(xs)):{self.behind()}\n{inner}print(xs[i])",
            f"out = []{self.behind()}\n{indent}for x in xs:{self.behind()}\n{inner}out.append(x)",
            f"f = open(p){self.behind()}\n{indent}print(f){self.behind()}\n{indent}f.close()",
        )
        text = self.one(line, line, *loop)
        return f"{indent}{text}{self.behind()}\n"


@given(TAPES)
def test_written_files(tape: bytes) -> None:
    pages = Pages(tape)
    data = pages.file()
    reason = pages.one("", "legacy", "see #12 [later], it's fine", "é " * 40)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        new = ignored(data, reason)
        if not reason and not pages.asks_for_silence:
            old = [line.rstrip() for line in data.splitlines()]
            assert [line.rstrip() for line in taken_back(new).splitlines()] == old
        settled = Fixer(LINTER).fix(new, "")
        assert not settled.dropped
        assert settled.data == new


@given(TAPES)
def test_what_is_of_no_use_is_taken_back(tape: bytes) -> None:
    data = Pages(tape).file()
    source = Source(data)
    done = Fixer(Deaf(CHECKS)).fix(data, "")
    assert not done.dropped
    new = Source(done.data)
    assert ast.dump(new.tree) == ast.dump(source.tree)
    assert (new.encoding, new.newline) == (source.encoding, source.newline)
    assert not any(finding.edits for finding in Deaf(CHECKS).report(new))
    assert others(source) == others(new)
    touched = {finding.line for finding in done.applied}
    assert len(source.lines) - len(new.lines) <= len(touched)


def others(source: Source) -> list[str]:
    """The comments that do not ask for silence."""
    found = [comment.text for comment in source.comments(1, len(source.lines))]
    parts = [f"#{part}".strip() for text in found for part in text.split("#")[1:]]
    reasons = ("as it was", "for it's ] so")
    return [
        part
        for part in parts
        if not part.startswith(("# idiomist:", "# noqa: I")) and not part.endswith(reasons)
    ]


@pytest.mark.parametrize("reason", ["", "it was there before its linter, and it works well"])
def test_the_standard_library(reason: str) -> None:
    """Files with findings get comments, and are what they were when these are of no use."""
    seen = 0
    for path in sorted(STDLIB.glob("[a-g]*.py")):
        data = path.read_bytes()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            new = ignored(data, reason)
            if new == data:
                continue
            seen += 1
            back = taken_back(new)
            assert back == data if not reason else b"idiomist:" not in back
    assert seen > 10
