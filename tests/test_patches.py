"""Unified diffs are read as their authors write them: git, diff, hg, svn, and mails."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from collections.abc import Iterator
from difflib import SequenceMatcher, unified_diff
from io import BytesIO
from pathlib import Path

import pytest

from idiomist.project.patches import NoPatch, Patched, patched
from idiomist.touched import Change

HUNK = "@@ -3 +3,2 @@ def f():\n-old\n+new\n+newer\n"
CHANGE = (Change(3, 1, 3, 2),)


def read(text: str | bytes) -> list[Patched]:
    data = text if isinstance(text, bytes) else text.encode()
    return list(patched(BytesIO(data)))


def names(text: str) -> list[str]:
    [file] = read(text)
    assert file.changes == CHANGE
    return [name.decode() for name in file.names]


@pytest.mark.parametrize(
    ("hunks", "changes"),
    [
        ("@@ -1 +1 @@\n-a\n+b\n", [(1, 1, 1, 1)]),
        ("@@ -0,0 +1,2 @@\n+a\n+b\n", [(1, 0, 1, 2)]),
        ("@@ -1,2 +0,0 @@\n-a\n-b\n", [(1, 2, 1, 0)]),
        ("@@ -4,0 +5 @@\n+a\n", [(5, 0, 5, 1)]),
        ("@@ -4,2 +3,0 @@\n-a\n-b\n", [(4, 2, 4, 0)]),
        ("@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n", [(2, 1, 2, 1)]),
        ("@@ -7,5 +8,4 @@ x\n a\n-b\n c\n-d\n+D\n e\n", [(8, 1, 9, 0), (10, 1, 10, 1)]),
        ("@@ -1 +1,2 @@\n-a\n+b\n+c\n@@ -9,2 +10 @@\n-d\n e\n", [(1, 1, 1, 2), (9, 1, 10, 0)]),
        ("@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n", [(1, 1, 1, 1)]),
        (
            "@@ -1,2 +1,2 @@\n c\n-a\n+b\n\\ No newline at end of file\n@@ -9 +9 @@\n-d\n+e\n",
            [(2, 1, 2, 1), (9, 1, 9, 1)],
        ),
        ("@@ -1,3 +1,4 @@\n a\n\n+b\n c\n", [(3, 0, 3, 1)]),
        ("@@ -1,3 +1,3 @@\n--- a/x.py\n-@@ -1 +1 @@\n+++ b/x.py\n+diff --git a b\n d\n", None),
    ],
)
def test_a_hunk_tells_what_it_changes(hunks: str, changes: list[tuple[int, ...]] | None) -> None:
    expected = [Change(*numbers) for numbers in changes or [(1, 2, 1, 2)]]
    text = f"--- a/x.py\n+++ b/x.py\n{hunks}"
    for patch in (text, text.replace("\n", "\r\n"), f"{text}-- \n2.39.5\n", f"\n{text}\n"):
        [file] = read(patch)
        assert list(file.changes) == expected
        assert file.names[0] == b"x.py"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        # git, whatever prefixes are configured
        ("diff --git a/d/x.py b/d/x.py\n--- a/d/x.py\n+++ b/d/x.py\n", ["d/x.py"]),
        ("diff --git i/x.py w/x.py\nindex 1..2 100644\n--- i/x.py\n+++ w/x.py\n", ["x.py"]),
        ("diff --git x.py x.py\n--- x.py\n+++ x.py\n", ["x.py"]),
        ("diff --git b/x.py b/x.py\n--- b/x.py\n+++ b/x.py\n", ["b/x.py"]),
        ("diff --git b/x.py b/x.py\n--- /dev/null\n+++ b/x.py\n", ["b/x.py"]),
        ("diff --git a/x.py b/x.py\nnew file mode 100644\n--- /dev/null\n+++ b/x.py\n", ["x.py"]),
        ("diff --git a/b c.py b/b c.py\n--- a/b c.py\t\n+++ b/b c.py\t\n", ["b c.py"]),
        ("diff --git a/x  b/x \n--- a/x \t\n+++ b/x \t\n", ["x "]),
        ("diff --git b c b c\n--- b c\t\n+++ b c\t\n", ["b c"]),
        (
            'diff --git "a/\\303\\251" "b/\\303\\251"\n--- "a/\\303\\251"\n+++ "b/\\303\\251"\n',
            ["é"],
        ),
        ('diff --git "a/é\\t1" "b/é\\t1"\n--- "a/é\\t1"\n+++ "b/é\\t1"\n', ["é\t1"]),
        ('--- "a/\\a\\b\\t\\n\\v\\f\\r\\"\\\\x"\n+++ "b/\\a\\b\\t\\n\\v\\f\\r\\"\\\\x"\n', None),
        (
            "diff --git a/x.py b/y z.py\nsimilarity index 90%\nrename from x.py\n"
            "rename to y z.py\nindex 1..2 100644\n--- a/x.py\n+++ b/y z.py\t\n",
            ["y z.py"],
        ),
        (
            'diff --git x.py "\\303\\251"\ncopy from x.py\ncopy to "\\303\\251"\n'
            '--- x.py\n+++ "\\303\\251"\n',
            ["é"],
        ),
        # hg, diff, svn
        (
            "diff -r 1f2e x.py\n--- a/x.py\tThu Jan 01 00:00:00 1970 +0000\n"
            "+++ b/x.py\tSat Jan 03 10:00:00 2026 +0000\n",
            ["x.py", "b/x.py"],
        ),
        (
            "--- /dev/null\tThu Jan 01 00:00:00 1970 +0000\n+++ b/x y.py\tSat Jan 03 2026\n",
            ["x y.py", "b/x y.py"],
        ),
        ("--- d/x.py.orig\t2026-01-01 10:00:00.1 +0000\n+++ d/x.py\t2026\n", ["d/x.py", "x.py"]),
        ("diff -ru old/x.py new/x.py\n--- old/x.py\n+++ new/x.py\n", ["new/x.py", "x.py"]),
        ("Index: x.py\n=====\n--- x.py\t(revision 1)\n+++ x.py\t(working copy)\n", ["x.py"]),
        ("--- /tmp/old/x.py\n+++ /tmp/x.py\n", ["/tmp/x.py"]),
        # as mails leave them
        ("--- a/x.py \n+++ b/x.py  \n", ["x.py", "b/x.py"]),
        ("--- x.py 2026-01-01 10:00:00\n+++ x.py  2026-01-01 10:00:00.5 +0100\n", ["x.py"]),
        ("--- x.py Thu Jan  1 00:00:00 1970\n+++ x.py Thu Jan  1 00:00:00 1970\n", ["x.py"]),
    ],
)
def test_names_are_those_of_the_new_side(head: str, expected: list[str] | None) -> None:
    odd = '\a\b\t\n\v\f\r"\\x'
    for text in (head, head.replace("\n", "\r\n")):
        assert names(text + HUNK) == (expected or [odd, f"b/{odd}"])


def test_what_has_no_lines_here_is_passed_over() -> None:
    assert not read("")
    assert not read("\n \n")
    assert not read("diff --git a/x b/x\nold mode 100644\nnew mode 100755\n")
    assert not read("diff --git a/x b/x\nindex 1..2 100644\nBinary files a/x and b/x differ\n")
    assert not read("diff --git a/x b/x\nindex 1..2\nGIT binary patch\nliteral 2\n+cmV-\n\n")
    assert not read("Binary files old/x and new/x differ\nOnly in old: y\n")
    assert not read("diff -r 1f2e x\nBinary file x has changed\n")
    assert not read("* Unmerged path x.py\n")
    link = "new file mode 120000\nindex 0..1\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+target\n"
    assert not read(f"diff --git a/x b/x\n{link}")
    module = "index 1..2 160000\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-Subproject 1\n+Subproject 2\n"
    assert not read(f"diff --git a/x b/x\n{module}")


def test_files_that_are_gone_new_or_renamed() -> None:
    gone = "diff --git a/x b/x\ndeleted file mode 100644\n--- a/x\n+++ /dev/null\n"
    new = "diff --git a/y b/y\nnew file mode 100644\n--- /dev/null\n+++ b/y\n"
    renamed = "diff --git a/v b/w\nsimilarity index 100%\nrename from v\nrename to w\n"
    copied = "diff --git a/v b/u\nsimilarity index 100%\ncopy from v\ncopy to u\n"
    first, second, third, fourth = read(
        f"{gone}@@ -1 +0,0 @@\n-a\n{new}@@ -0,0 +1 @@\n+a\n{renamed}{copied}"
    )
    assert first.names == ()
    assert (second.names, second.old_names) == ((b"y",), ())
    assert (third.names, third.old_names, third.changes) == ((b"w",), (b"v",), ())
    assert (fourth.names, fourth.old_names, fourth.changes) == ((b"u",), (), ())


def test_files_may_follow_each_other_without_any_line_between() -> None:
    text = "".join(
        f"--- old/{name}\n+++ new/{name}\n{HUNK}{HUNK.replace('3', '8')}" for name in "xy"
    )
    more = Change(8, 1, 8, 2)
    assert [(file.names[0], file.changes) for file in read(text)] == [
        (b"new/x", (*CHANGE, more)),
        (b"new/y", (*CHANGE, more)),
    ]


def test_mails_and_messages_may_stand_around() -> None:
    patch = f"diff --git a/x.py b/x.py\nindex 1..2 100644\n--- a/x.py\n+++ b/x.py\n{HUNK}"
    message = "From 1f2e Mon Sep 17\nSubject: x\n\n--- old\n@@ new\n---\n x.py | 2 +-\n\n"
    mail = f"{message}{patch}-- \n2.3\n"
    assert [file.changes for file in read(f"{mail}\n{mail}")] == [CHANGE, CHANGE]
    assert [file.changes for file in read(f"commit 1f2e\n\n    rename to y\n\n{patch}")] == [CHANGE]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("\nHello!\n", 2, "is no unified diff; make one with `git diff --no-color` or `diff -u`"),
        ("1c1\n< a\n---\n> b\n", 1, "is no unified diff"),
        ("diff -r old/x new/x\n1c1\n< a\n---\n> b\n", 1, "is no unified diff"),
        ("*** a/x\n--- b/x\n***************\n*** 1 ****\n! a\n--- 1 ----\n! b\n", 1, "is no"),
        ("\x1b[1mdiff --git a/x b/x\x1b[m\n\x1b[1m--- a/x\x1b[m\n", 1, "is no unified diff"),
        ("--- a/x\n+++ b/x\n", 1, "is no unified diff"),
        ("diff --cc x\n--- a/x\n+++ b/x\n@@@ -1 -1 +1 @@@\n  a\n", 1, "all parents"),
        ("@@ -1 +1 @@\n-a\n+b\n", 1, "there is no file for this hunk"),
        ("diff --git a/x b/x\n@@ -1 +1 @@\n-a\n+b\n", 2, "there is no file for this hunk"),
        ("--- a/x\n+++ b/x\n@@ -1 @@\n-a\n+b\n", 3, "is no header of a hunk"),
        (f"--- a/x\n+++ b/x\n@@ -1 +{'9' * 5000} @@\n+b\n", 3, "is no header of a hunk"),
        ("--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n-a\n+b\n", 3, "the hunk that begins here is cut off"),
        ("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n>b\n", 5, "hunk that begins on line 3"),
        ("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n-b\n+c\n", 5, "hunk that begins on line 3"),
        ("--- a/x\n+++ b/x\n@@ -1 +1 @@\n a\n+b\n", 5, "more lines than the hunk above"),
        ("--- a/x\n+++ b/x\n@@ -1 +1 @@\n a\n-b\n", 5, "more lines than the hunk above"),
        ("--- a/x\n+++ b/x\n@@ -5 +5 @@\n-a\n+b\n@@ -5 +6 @@\n-a\n+b\n", 6, "before the end"),
        ("--- a/x\n+++ b/x\n@@ -5 +5 @@\n-a\n+b\n@@ -6 +5 @@\n-a\n+b\n", 6, "before the end"),
    ],
)
def test_what_is_no_patch_says_where(text: str, line: int, message: str) -> None:
    with pytest.raises(NoPatch, match=re.escape(message)) as raised:
        read(text)
    assert raised.value.line == line


def files(seed: int) -> tuple[list[str], list[str]]:
    source = random.Random(seed)
    choices = ["a\n", "b\n", "", "--- a/x\n", "+++ b/x\n", "@@ -1 +1 @@\n", "-\n", "\n", "c\r\n"]
    old = [line for line in source.choices(choices, k=source.randrange(20)) if line]
    new = [line for line in old if source.random() < 0.8]
    for _ in range(source.randrange(4)):
        new.insert(source.randrange(len(new) + 1), source.choice(choices[:2] + choices[3:]))
    if source.random() < 0.3 and new:
        new[-1] = new[-1].rstrip("\n")
    return old, new


def applied(old: list[bytes], new: list[bytes], changes: Iterator[Change]) -> list[bytes]:
    """The old lines with those of the new ones that are said to be new."""
    result: list[bytes] = []
    done = 0
    for change in changes:
        result += old[done : change.old - 1]
        assert len(result) == change.new - 1
        result += new[change.new - 1 : change.new - 1 + change.added]
        done = change.old - 1 + change.removed
    return result + old[done:]


@pytest.mark.parametrize("context", [0, 1, 3])
@pytest.mark.parametrize("seed", range(40))
def test_the_changes_of_difflib_are_found(seed: int, context: int) -> None:
    old, new = files(seed)
    text = "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for line in unified_diff(old, new, "x", "x", n=context)
    )
    opcodes = SequenceMatcher(None, old, new).get_opcodes()
    expected = [
        Change(start + 1, stop - start, new_start + 1, new_stop - new_start)
        for tag, start, stop, new_start, new_stop in opcodes
        if tag != "equal"
    ]
    assert [list(file.changes) for file in read(text)] == ([expected] if expected else [])


@pytest.mark.skipif(shutil.which("diff") is None, reason="diff is not installed")
@pytest.mark.parametrize("seed", range(20))
def test_the_changes_of_diff_lead_from_one_file_to_the_other(seed: int, tmp_path: Path) -> None:
    old, new = (["".join(lines).encode() for lines in side] for side in files(seed))
    (tmp_path / "x").write_bytes(b"".join(old))
    (tmp_path / "y").write_bytes(b"".join(new))
    for options in (["-u"], ["-U0"], ["-u1", "--label", "x", "--label", "a y"]):
        done = subprocess.run(
            ["diff", *options, "x", "y"], cwd=tmp_path, capture_output=True, check=False
        )
        for file in read(done.stdout):
            assert applied(old, new, iter(file.changes)) == new
        assert bool(done.stdout) == (old != new)
