"""Only what changed: in git's index, in the working tree, since a revision, by a patch."""

from __future__ import annotations

import io
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from helpers import CLEAN, DOUBTFUL, FIXED_LOOP, LOOP, python

from idiomist.fixer import Fixed, Fixer
from idiomist.linter import Linter
from idiomist.project.changes import Changes, changes_of
from idiomist.project.config import ConfigError
from idiomist.registry import installed
from idiomist.source import Source

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

HOSTILE = """
[color]
    ui = always
    diff = always
[core]
    quotePath = false
    attributesFile = {attributes}
[diff]
    noprefix = true
    mnemonicPrefix = true
    external = false
    context = 7
    interHunkContext = 9
    renames = false
    renameLimit = 1
    algorithm = patience
    orderFile = /nowhere
    submodule = log
    relative = true
    suppressBlankEmpty = true
    wsErrorHighlight = all
[diff "odd"]
    command = false
    textconv = false
    binary = true
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The root of an empty repository to stand in; nothing is configured."""
    for name in list(os.environ):
        if name.startswith(("GIT_", "XDG_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Ada")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "ada@example.org")
    root = tmp_path / "project"
    root.mkdir()
    monkeypatch.chdir(root)
    git("init", "-q", "-b", "main")
    return root


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a user have configured all that could change how git compares."""
    (tmp_path / "attributes").write_text("*.py diff=odd\n")
    (tmp_path / "config").write_text(HOSTILE.format(attributes=tmp_path / "attributes"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "config"))
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", "false")
    monkeypatch.setenv("GIT_DIFF_OPTS", "--unified=5")


def git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def put(path: str, *lines: str, end: str = "\n") -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_bytes("".join(f"{line}{end}" for line in lines).encode())


def commit(message: str = "change") -> None:
    git("add", "--all")
    git("commit", "-q", "-m", message)


def touched(changes: Changes) -> dict[str, list[int]]:
    """The lines that changed, of every file with changes, by its path from the root on."""
    root = os.path.realpath(git("rev-parse", "--show-toplevel").removesuffix("\n"))
    return {
        os.path.relpath(file, root): [
            number
            for number in range(1, Path(file).read_bytes().count(b"\n") + 1)
            if changes.touches(file, number, number)
        ]
        for file in changes.files
    }


def error_of(*arguments: str) -> str:
    with pytest.raises(ConfigError) as raised:
        changes_of(*arguments)
    text = str(raised.value)
    assert "\n" not in text
    return text


# -- the index


def test_staged_lines_are_those_of_the_index() -> None:
    put("x.py", "a", "b", "c")
    put("y.py", "a")
    commit()
    assert changes_of("staged").files == []
    put("x.py", "a", "B", "c", "d")
    git("add", "x.py")
    put("y.py", "A")
    assert touched(changes_of("staged")) == {"x.py": [2, 4]}


def test_before_the_first_commit_all_that_is_staged_is_new() -> None:
    put("x.py", "a", "b")
    put("y.py", "a")
    git("add", "x.py")
    put("x.py", "new", "a", "b")
    assert touched(changes_of("staged")) == {"x.py": [2, 3]}
    assert touched(changes_of("changed")) == {"x.py": [1, 2, 3], "y.py": [1]}
    assert "no commit yet" in error_of("since", "HEAD")


def test_staged_lines_are_found_where_they_stand_now() -> None:
    put("x.py", *"abcdefgh")
    commit()
    put("x.py", *"abCdefGh")
    git("add", "x.py")
    put("x.py", "new", *"abCdef", "newer", *"Gh", "last")
    assert touched(changes_of("staged")) == {"x.py": [4, 9]}


def test_a_staged_line_that_was_changed_again_still_counts() -> None:
    put("x.py", *"abcdef")
    commit()
    put("x.py", *"aBcdef")
    git("add", "x.py")
    put("x.py", "a", "B1", "B2", *"cdEf")
    assert touched(changes_of("staged")) == {"x.py": [2, 3]}


def test_a_file_that_is_gone_or_only_announced_has_nothing_staged() -> None:
    put("x.py", "a")
    put("y.py", "a")
    commit()
    put("x.py", "A")
    git("add", "x.py")
    Path("x.py").unlink()
    git("rm", "-q", "y.py")
    put("announced.py", "b", "c")
    git("add", "--intent-to-add", "announced.py")
    assert touched(changes_of("staged")) == {}
    assert touched(changes_of("changed")) == {"announced.py": [1, 2]}


# -- the working tree


def test_changed_is_staged_or_not_and_files_that_git_has_not() -> None:
    put("x.py", *"abcd")
    put(".gitignore", "ignored.py")
    commit()
    put("x.py", *"Abcd")
    git("add", "x.py")
    put("x.py", *"AbcD")
    put("d/new.py", "a", "b")
    put("ignored.py", "a")
    git("init", "-q", "inner")
    put("inner/other.py", "a")
    assert touched(changes_of("changed")) == {"x.py": [1, 4], "d/new.py": [1, 2]}
    os.chdir("d")
    assert touched(changes_of("changed")) == {"x.py": [1, 4], "d/new.py": [1, 2]}


def test_removed_lines_touch_what_is_around_them() -> None:
    put("x.py", *"abcdef")
    commit()
    put("x.py", *"abef")
    changes = changes_of("changed")
    assert touched(changes) == {"x.py": []}
    assert changes.touches("x.py", 2, 3)
    assert not changes.touches("x.py", 1, 2) and not changes.touches("x.py", 3, 4)


@pytest.mark.parametrize("is_hostile", [False, True])
def test_a_rename_touches_what_was_changed_besides(
    is_hostile: bool, request: pytest.FixtureRequest
) -> None:
    if is_hostile:
        request.getfixturevalue("hostile")
    for name in "xyz":
        put(f"{name}.py", *(f"{name} {number}" for number in range(30)))
    commit()
    for name in "xyz":
        git("mv", f"{name}.py", f"new_{name}.py")
    for name in "yz":
        put(f"new_{name}.py", *(f"{name} {number}" for number in range(29)), "changed")
    git("add", "--all")
    for option in ("staged", "changed"):
        assert touched(changes_of(option)) == {"new_y.py": [30], "new_z.py": [30]}


def test_links_and_what_they_lead_to() -> None:
    put("x.py", "a", "b")
    put("y.py", "a", "b")
    Path("link.py").symlink_to("x.py")
    commit()
    Path("link.py").unlink()
    Path("link.py").symlink_to("y.py")
    Path("x.py").unlink()
    Path("x.py").symlink_to("y.py")
    Path("new.py").symlink_to("y.py")
    assert changes_of("changed").files == []
    git("add", "--all")
    assert changes_of("staged").files == []
    put("y.py", "a", "B")
    changes = changes_of("changed")
    assert changes.touches("link.py", 2, 2) and not changes.touches("link.py", 1, 1)


def test_a_mode_is_no_line_and_a_binary_file_no_trouble() -> None:
    put("x.py", "a")
    Path("b.bin").write_bytes(b"\0\n\xff\r\n" * 9)
    commit()
    Path("x.py").chmod(0o755)
    Path("b.bin").write_bytes(b"\0\n\xfe\r\n" * 9)
    changes = changes_of("changed")
    assert not changes.lines("x.py")
    assert [os.path.basename(file) for file in changes.files] == ["b.bin"]


ODD_NAMES = [
    "a b.py",
    " a.py",
    "a .py",
    "é.py",
    'q"\\.py',
    "t\ta.py",
    "n\nl.py",
    "b/a.py",
    "\udce9",
]


@pytest.mark.parametrize("is_hostile", [False, True])
def test_files_are_found_whatever_they_are_called(
    is_hostile: bool, request: pytest.FixtureRequest
) -> None:
    if is_hostile:
        request.getfixturevalue("hostile")
    for name in ODD_NAMES:
        put(name, "a", "b")
    commit()
    for name in ODD_NAMES:
        put(name, "a", "B")
        put(f"{name}-new", "a")
    expected = {name: [2] for name in ODD_NAMES}
    new = {f"{name}-new": [1] for name in ODD_NAMES}
    assert touched(changes_of("changed")) == expected | new
    git("add", "--all")
    assert touched(changes_of("staged")) == expected | new


def test_line_ends_are_git_s_business() -> None:
    git("config", "core.autocrlf", "true")
    git("config", "core.safecrlf", "warn")
    put("x.py", *"abc", end="\r\n")
    commit()
    put("x.py", *"aBc", end="\r\n")
    for option in ("changed", "staged"):
        assert touched(changes_of(option)) == {"x.py": [2]}
        git("add", "x.py")


def test_lines_are_counted_as_python_does() -> None:
    put("x.py", "a = 1\rb = 2", "c = 3", "d = 4")
    commit()
    put("x.py", "a = 1\rb = 2", "c = 3", "d = 5")
    changes = changes_of("changed")
    assert [number for number in range(1, 6) if changes.touches("x.py", number, number)] == [4]


def test_files_in_conflict_are_compared_with_the_last_commit() -> None:
    put("x.py", *"abc")
    commit()
    git("checkout", "-q", "-b", "other")
    put("x.py", *"aBc")
    commit()
    git("checkout", "-q", "main")
    put("x.py", *"aXc")
    commit()
    done = subprocess.run(["git", "merge", "-q", "other"], capture_output=True, check=False)
    assert done.returncode == 1
    put("x.py", *"aYc")
    assert touched(changes_of("changed")) == {"x.py": [2]}
    assert touched(changes_of("staged")) == {}


# -- a revision


def test_since_a_revision_is_since_the_branches_parted() -> None:
    put("x.py", *"abcdef")
    put("y.py", "a")
    commit()
    git("checkout", "-q", "-b", "mine")
    put("x.py", *"aBcdef")
    commit()
    git("checkout", "-q", "main")
    put("x.py", *"abcdeF")
    put("y.py", "b")
    commit()
    git("checkout", "-q", "mine")
    put("x.py", *"aBcDef")
    git("add", "x.py")
    put("x.py", "new", *"aBcDef")
    put("z.py", "a")
    expected = {"x.py": [1, 3, 5], "z.py": [1]}
    assert touched(changes_of("since", "main")) == expected
    assert touched(changes_of("since", git("merge-base", "main", "mine").strip())) == expected
    assert touched(changes_of("since", "HEAD")) == {"x.py": [1, 5], "z.py": [1]}
    assert touched(changes_of("since", "main~1^{}")) == expected


@pytest.mark.parametrize(
    "revision", ["nope", "", "-x", "--output=pwned", "^HEAD", "HEAD..HEAD", "HEAD:x.py", "a b"]
)
def test_what_is_no_revision_is_told(revision: str) -> None:
    put("x.py", "a")
    commit()
    message = error_of("since", revision)
    assert message.startswith(f"--since: there is no revision `{revision}`; name a branch")
    assert not Path("pwned").exists()


def test_histories_without_a_common_commit_are_told(tmp_path: Path) -> None:
    put("x.py", "a")
    commit()
    git("checkout", "-q", "-b", "mine")
    put("x.py", "b")
    commit()
    git("checkout", "-q", "main")
    put("x.py", "c")
    commit()
    git("checkout", "-q", "--orphan", "alone")
    git("commit", "-q", "-m", "alone")
    assert error_of("since", "main").endswith("no commit in common; name another revision")
    url = Path.cwd().as_uri()
    clone = tmp_path / "clone"
    git("clone", "-q", "--depth=1", "--no-single-branch", "-b", "mine", url, str(clone))
    os.chdir(clone)
    assert error_of("since", "origin/main").endswith("; fetch the others: git fetch --unshallow")
    git("fetch", "-q", "--unshallow")
    assert touched(changes_of("since", "origin/main")) == {"x.py": [1]}


# -- where git is, and what it is told


def test_without_a_repository_or_git_it_is_said_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    for arguments in (("staged",), ("changed",), ("since", "main")):
        message = f"--{arguments[0]}: there is no git repository here; run idiomist inside of one"
        assert error_of(*arguments) == message
    monkeypatch.chdir("project/.git")
    assert error_of("staged") == "--staged: git says: this operation must be run in a work tree"
    monkeypatch.setenv("PATH", str(tmp_path))
    message = "--staged: git cannot be started (No such file or directory); install it, or"
    assert error_of("staged").startswith(message)


def test_what_git_says_while_it_compares_is_told() -> None:
    put("x.py", "a")
    commit()
    put("x.py", "b")
    for file in Path(".git/objects").rglob("??/*"):
        if b"blob" in git_type(file):
            file.unlink()
    assert re.match(r"--changed: git says: .*\b[0-9a-f]{40}\b", error_of("changed"))


def git_type(file: Path) -> bytes:
    return git("cat-file", "-t", file.parent.name + file.name).encode()


def test_another_way_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="'stage'"):
        changes_of("stage")


HOOK = """\
#!/bin/sh
cd "$FOLDER" && exec "$PYTHON" -c '
from idiomist.project.changes import changes_of
changes = changes_of("staged")
for file in changes.files:
    print(file, [n for n in range(1, 9) if changes.touches(file, n, n)])
' > "$RESULT"
"""


@pytest.mark.parametrize("where", ["project", "work tree", "elsewhere"])
def test_a_hook_sees_what_is_about_to_be_committed(
    where: str, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("d/x.py", *"abcd")
    put("d/y.py", *"abcd")
    commit()
    hook = Path(".git/hooks/pre-commit")
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(HOOK)
    hook.chmod(0o755)
    if where == "work tree":
        git("worktree", "add", "-q", str(tmp_path / "other"))
        monkeypatch.chdir(tmp_path / "other")
    elif where == "elsewhere":
        Path(".git").rename(tmp_path / "kept")
        monkeypatch.setenv("GIT_DIR", str(tmp_path / "kept"))
        monkeypatch.setenv("GIT_WORK_TREE", str(project))
    # A root that is told as `.` is lost for git as well where a hook goes elsewhere.
    monkeypatch.setenv("FOLDER", "." if where == "elsewhere" else "d")
    monkeypatch.setenv("PYTHON", sys.executable)
    monkeypatch.setenv("RESULT", str(tmp_path / "result"))
    put("d/x.py", *"aBcd")
    put("d/y.py", *"abCd")
    git("add", "d/y.py")
    # Git makes an index of its own for this commit, and names it to the hook.
    git("commit", "-q", "-m", "only x", "d/x.py")
    assert (tmp_path / "result").read_text() == f"{Path('d/x.py').resolve()} [2]\n"
    git("commit", "-q", "-m", "and y")
    assert (tmp_path / "result").read_text() == f"{Path('d/y.py').resolve()} [3]\n"


def test_the_index_of_another_repository_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    put("x.py", "a")
    commit()
    git("init", "-q", "inner")
    monkeypatch.setenv("GIT_DIR", os.path.abspath(".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", os.path.abspath(".git/index"))
    monkeypatch.chdir("inner")
    put("x.py", "b")
    subprocess.run(
        ["git", "add", "x.py"],
        env={name: value for name, value in os.environ.items() if not name.startswith("GIT_DIR")}
        | {"GIT_INDEX_FILE": os.path.abspath(".git/index")},
        check=True,
    )
    changes = changes_of("staged")
    assert changes.files == [os.path.realpath("x.py")]


@pytest.mark.parametrize("place", [".git", "../.git"])
def test_a_repository_may_be_told_from_its_root_or_from_here_on(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("d/x.py", *"ab")
    commit()
    shutil.copy(".git/index", tmp_path / "index")
    put("d/x.py", *"aB")
    git("add", "--all")
    monkeypatch.setenv("GIT_DIR", place)
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    monkeypatch.chdir("d")
    assert changes_of("staged").files == []
    monkeypatch.delenv("GIT_INDEX_FILE")
    assert changes_of("staged").files == [os.path.realpath("x.py")]


def test_files_meet_by_whichever_path_they_are_named(tmp_path: Path) -> None:
    put("d/x.py", "a", "b")
    commit()
    put("d/x.py", "a", "B")
    (tmp_path / "way").symlink_to("project")
    os.chdir(tmp_path / "way" / "d")
    changes = changes_of("changed")
    for path in (
        "x.py",
        "./x.py",
        "../d/x.py",
        f"{tmp_path}/way/d/x.py",
        f"{tmp_path}/project/d/x.py",
    ):
        assert changes.touches(path, 2, 2) and not changes.touches(path, 1, 1)
    assert not changes.lines("other.py") and not changes.lines(str(tmp_path))


def test_a_file_that_is_gone_meanwhile_is_told_by_who_reads_it() -> None:
    put("x.py", "a")
    changes = changes_of("changed")
    Path("x.py").unlink()
    assert changes.touches("x.py", 1, 1)


# -- random edits


class Edits:
    """A file whose lines are all different, so that there is one way only to compare it."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)
        self.count = 0
        self.lines = self.fresh(self.random.randrange(30))

    def fresh(self, count: int) -> list[str]:
        self.count += count
        return [f"line {number}" for number in range(self.count - count, self.count)]

    def edit(self) -> list[str]:
        lines = list(self.lines)
        for _ in range(self.random.choice([0, 1, 1, 2, 4])):
            start = self.random.randrange(len(lines) + 1)
            stop = min(len(lines), start + self.random.choice([0, 0, 1, 1, 3]))
            lines[start:stop] = self.fresh(self.random.choice([0, 1, 1, 2, 4]))
        self.lines = lines
        return lines


def new_lines(old: list[str], new: list[str]) -> list[int]:
    return [number for number, line in enumerate(new, 1) if line not in old]


def places(old: list[str], new: list[str]) -> list[int]:
    """The lines below which others are gone."""
    opcodes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [line for tag, _, _, line, _ in opcodes if tag == "delete"]


@pytest.mark.parametrize("is_hostile", [False, True])
def test_random_edits_are_found(is_hostile: bool, request: pytest.FixtureRequest) -> None:
    if is_hostile:
        request.getfixturevalue("hostile")
    files = {f"f{seed}.py": Edits(seed + 1000 * is_hostile) for seed in range(120)}
    head = {path: edits.lines for path, edits in files.items()}
    for path, lines in head.items():
        put(path, *lines)
    commit()
    index = {path: edits.edit() for path, edits in files.items()}
    for path, lines in index.items():
        put(path, *lines)
    git("add", "--all")
    work = {path: edits.edit() for path, edits in files.items()}
    for path, lines in work.items():
        put(path, *lines)
    changed, since, staged = (
        changes_of("changed"),
        changes_of("since", "HEAD"),
        changes_of("staged"),
    )
    seen = {"changed": 0, "staged": 0, "left out": 0}
    for path in files:
        numbers = range(1, len(work[path]) + 1)
        expected = new_lines(head[path], work[path])
        seen["changed"] += len(expected)
        assert [line for line in numbers if changed.touches(path, line, line)] == expected, path
        for line in numbers[:-1]:
            assert changed.touches(path, line, line + 1) == (
                line in expected or line + 1 in expected or line in places(head[path], work[path])
            ), path
        assert changed.lines(path) == since.lines(path)
        # Staged lines that stand there still are found, and no line that was never staged.
        still = [line for line in numbers if work[path][line - 1] in index[path]]
        found = [line for line in numbers if staged.touches(path, line, line)]
        assert [line for line in found if line in still] == [
            line for line in still if line in expected
        ], path
        # Others are found where they took the place of such lines.
        gone = places(head[path], index[path])
        opcodes = SequenceMatcher(None, index[path], work[path], autojunk=False).get_opcodes()
        for _, start, stop, first, last in opcodes:
            old, block = index[path][start:stop], set(range(first + 1, last + 1)) - set(still)
            is_staged = set(old) - set(head[path]) or any(start < place < stop for place in gone)
            assert block & set(found) == (block if is_staged else set()), path
            seen["staged" if is_staged else "left out"] += len(block)
    assert min(seen.values()) > 20


# -- patches

PATCH = """\
diff --git a/d/x.py b/d/x.py
--- a/d/x.py
+++ b/d/x.py
@@ -2 +2 @@ a
-b
+B
"""


@pytest.fixture
def from_stdin(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], Changes]:
    def read(data: bytes) -> Changes:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        return changes_of("diff-from", "-")

    return read


def test_a_patch_is_read_from_a_file_or_standard_input(
    from_stdin: Callable[[bytes], Changes],
) -> None:
    put("d/x.py", *"aBc")
    put("change.patch", PATCH.removesuffix("\n"))
    for folder in (".", "d"):
        os.chdir(folder)
        patch = os.path.relpath(f"{os.pardir}/change.patch" if folder == "d" else "change.patch")
        assert touched(changes_of("diff-from", patch)) == {"d/x.py": [2]}
    for data in (
        PATCH.encode(),
        b"\xef\xbb\xbf" + PATCH.partition("\n")[2].encode(),
        PATCH.replace("\n", "\r\n").encode("utf-16"),
        PATCH.encode("utf-16-be").join([b"\xfe\xff", b""]),
    ):
        assert touched(from_stdin(data)) == {"d/x.py": [2]}
    assert from_stdin(b"").files == []


def test_a_patch_that_cannot_be_read_is_told(from_stdin: Callable[[bytes], Changes]) -> None:
    put("x.patch", "diff --git a/x b/x", "--- a/x", "+++ b/x", "@@ -1 +1 @@", "-a")
    assert error_of("diff-from", "x.patch") == "x.patch:4: the hunk that begins here is cut off"
    message = "--diff-from: no.patch cannot be read: No such file or directory"
    assert error_of("diff-from", "no.patch") == message
    assert "cannot be read" in error_of("diff-from", ".")
    with pytest.raises(ConfigError, match=r"^standard input:1: is no unified diff"):
        from_stdin(b"Hello\n")


def test_files_of_a_patch_are_looked_for_from_the_root_of_the_repository() -> None:
    put("x.py", *"aBc")
    put("d/x.py", *"aBc")
    put("d/d/x.py", *"aBc")
    os.chdir("d")
    for text in (PATCH, PATCH.replace("a/", "").replace("b/", "")):
        assert touched(Changes.patch(text.encode(), "-")) == {"d/x.py": [2]}


@pytest.mark.parametrize("mark", [".hg", None])
def test_files_of_a_patch_are_found_without_git(
    mark: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    put("plain/d/x.py", *"aBc")
    monkeypatch.chdir("plain")
    if mark:
        Path(mark).mkdir()
        monkeypatch.chdir("d")
    changes = Changes.patch(PATCH.encode(), "-")
    assert changes.files == [os.path.realpath(tmp_path / "plain/d/x.py")]
    relative = PATCH.replace("d/x.py", "x.py").encode()
    monkeypatch.chdir(tmp_path / "plain/d")
    assert Changes.patch(relative, "-").files == changes.files
    for name in (b"no.py", b"../../no.py"):
        with pytest.raises(
            ConfigError, match=r"^x\.patch: none of the files that it changes is he"
        ):
            Changes.patch(PATCH.encode().replace(b"d/x.py", name), "x.patch")


def test_patches_of_one_file_follow_each_other() -> None:
    put("d/x.py", "a", "B", "C", "new", "d")
    put("y.py", "new", *"abC")
    later = PATCH.replace("@@ -2 +2 @@ a\n-b\n+B", "@@ -3 +3,2 @@\n-c\n+C\n+new")
    first = PATCH.replace("@@ -2 +2 @@ a\n-b\n+B", "@@ -0,0 +1 @@\n+new").replace("d/", "")
    moved = "diff --git a/x.py b/y.py\nrename from x.py\nrename to y.py\n"
    last = f"{moved}--- a/x.py\n+++ b/y.py\n@@ -4 +4 @@\n-c\n+C\n"
    changes = Changes.patch(f"{PATCH}{later}{first}{last}".encode(), "-")
    assert touched(changes) == {"d/x.py": [2, 3, 4], "y.py": [1, 4]}


def test_a_patch_of_what_is_only_renamed_or_gone_touches_nothing() -> None:
    put("d/x.py", *"aBc")
    moved = "diff --git a/y.py b/d/x.py\nrename from y.py\nrename to d/x.py\n"
    gone = "diff --git a/z b/z\n--- a/z\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n"
    assert Changes.patch(f"{moved}{gone}".encode(), "-").files == []
    assert Changes.patch(gone.encode(), "-").files == []


@pytest.mark.parametrize(
    "options", [[], ["-U0"], ["--no-prefix"], ["--src-prefix=x/"], ["--binary"]]
)
def test_a_patch_of_git_says_what_git_says(options: list[str]) -> None:
    for name in ODD_NAMES:
        put(name, *"abcdef")
    put("old.py", *map(str, range(20)))
    put("gone.py", "a")
    commit()
    for number, name in enumerate(ODD_NAMES):
        put(name, *"abcdef"[number:], "new", *"xyz")
    git("mv", "old.py", "moved here.py")
    put("moved here.py", *map(str, range(19)), "new")
    Path("gone.py").unlink()
    Path("b.bin").write_bytes(b"\0")
    Path("link").symlink_to("a b.py")
    git("add", "--all")
    done = subprocess.run(["git", "diff", "HEAD", *options], capture_output=True, check=True)
    expected = touched(changes_of("staged"))
    del expected["b.bin"]
    assert touched(Changes.patch(done.stdout, "-")) == expected
    assert len(expected) == len(ODD_NAMES) + 1


# -- fixing only that


def test_only_what_was_changed_is_fixed() -> None:
    put("x.py", *LOOP.splitlines(), *LOOP.replace("doubles", "others").splitlines())
    commit()
    text = Path("x.py").read_text()
    Path("x.py").write_text(text.replace("others(numbers)", "others(numbers, more)"))
    unrelated = fixed("x.py", changes_of("changed"))
    assert not unrelated.applied, "only the header of the function was changed"
    Path("x.py").write_text(text + CLEAN + LOOP.replace("found", "new"))
    fix = fixed("x.py", changes_of("changed"))
    assert fix.data.decode() == text + CLEAN + FIXED_LOOP.replace("found", "new")


def test_what_is_left_is_about_changed_lines() -> None:
    put("x.py", *LOOP.splitlines(), *DOUBTFUL.splitlines())
    commit()
    text = Path("x.py").read_text()
    new = LOOP.replace("found", "new") + DOUBTFUL.replace("found", "new") + text
    Path("x.py").write_text(new)
    fix = fixed("x.py", changes_of("changed"))
    assert fix.data.decode() == new.replace(
        LOOP.replace("found", "new"), FIXED_LOOP.replace("found", "new")
    )
    assert fix.touched is not None
    left = Linter(installed()).lint(Source(fix.data))
    assert [finding.line for finding in left] == [5, 10, 15]
    assert [finding.line for finding in left if fix.touched.touched_by(finding)] == [5]


def fixed(path: str, changes: Changes) -> Fixed:
    data = Path(path).read_bytes()
    return Fixer(Linter(installed())).fix(data, path, changes.lines(path))


def test_nothing_of_this_is_loaded_before_it_is_asked_for() -> None:
    Path("x.patch").touch()
    code = "import sys, idiomist.project.changes as c; c.changes_of('diff-from', 'x.patch')"
    done = python("-c", f"{code}; print('subprocess' in sys.modules)", cwd=Path.cwd())
    assert done.stdout == "False\n", done.stderr
    code = "import sys; from idiomist.cli import run; run(['check', 'x.py'])"
    loaded = "[name for name in sys.modules if name.endswith(('changes', 'patches', 'touched'))]"
    Path("x.py").write_text(LOOP)
    done = python("-c", f"{code}; print({loaded})", cwd=Path.cwd())
    assert done.stdout.endswith("\n[]\n"), done.stderr
