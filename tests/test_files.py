"""Which files are read: what git ignores, what is passed over, and what was named."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import FIXED_LOOP, LOOP, idiomist

from idiomist.project import searching
from idiomist.project.config import settings_for
from idiomist.project.files import is_generated, python_files

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture(autouse=True)
def nothing_configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty home for git and for us, and the root of a project to stand in."""
    for name in list(os.environ):
        if name.startswith(("GIT_", "XDG_")):
            monkeypatch.delenv(name)
    (tmp_path / "home").mkdir()
    (tmp_path / "project").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", str(tmp_path / "gitconfig"))
    monkeypatch.chdir(tmp_path / "project")
    yield


def git(*arguments: str, stdin: bytes = b"") -> bytes:
    """Run git; to find nothing that is ignored is no failure."""
    done = subprocess.run(["git", *arguments], input=stdin, capture_output=True, check=False)
    assert done.returncode < 2, done.stderr
    return done.stdout


def put(*paths: str, text: str | bytes = "") -> None:
    for path in paths:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_bytes(text if isinstance(text, bytes) else text.encode())


def found(*paths: str, force_exclude: bool = False) -> list[str]:
    return [file.path for file in python_files(paths or ["."], force_exclude)]


def kept_by_git(files: list[str]) -> list[str]:
    told = b"\0".join(map(os.fsencode, files))
    ignored = git("check-ignore", "--no-index", "--stdin", "-z", stdin=told).split(b"\0")
    return sorted(set(files) - set(map(os.fsdecode, ignored)))


def everything() -> list[str]:
    return [
        os.path.relpath(os.path.join(folder, name))
        for folder, _, names in os.walk(".")
        for name in names
        if name.endswith(".py")
    ]


def assert_git_keeps_what_is_found() -> None:
    assert sorted(found()) == kept_by_git(everything())
    folders = [os.path.relpath(folder) for folder, _, _ in os.walk(".")]
    folders = [folder for folder in folders[1:] if folder.split(os.sep)[0] != ".git"]
    search = searching.Search(".", os.path.realpath("."), settings_for)
    come_to = [folder for folder in folders if search.finds(os.path.realpath(folder))]
    assert sorted(come_to) == kept_by_git(folders)


NAMES = [
    *"a|b|ab|A| a|a |a\\|\\|-|a\tb|é|\udce9|\x0b|\x7f|[a]|[|]|!a|#a|*|?|^".split("|"),
    *"a-z|{a}|(|b.c|build|foo|a b".split("|"),
    "x\ny",
]
PIECES = """
a|b|ab|A| |\t|\r|\x0b|é|\udce9|.|-|^|!|#|\\|\\ |\\*|\\/|\\a|*|**|***|?|/|//|**/|/**|/**/|/*|a*|[|]
[a-c]|[!a]|[^b]|[]a]|[]-a]|[a-]|[--a]|[z-a]|[a-c-e]|[\\]a]|[\\a-c]|[!]|[a/b]|[!/]|[[:alpha:]]
[[:punct:]x]|[![:space:]]|[[:nope:]]|[[:a]|[[-a]|[a-[:alpha:]]|build|foo|.py|*.py
""".strip("\n").replace("\n", "|").split("|")  # fmt: skip


class Trees:
    """Writes folders full of names that are hard on rules, and rules that are hard on readers."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)

    def rule(self) -> str:
        chance = self.random.random
        rule = "".join(self.random.choices(PIECES, k=self.random.choice([1, 1, 2, 2, 3, 4])))
        rule = f"/{rule}" if chance() < 0.15 else rule
        rule = f"!{rule}" if chance() < 0.25 else rule
        rule = f"{rule}/" if chance() < 0.25 else rule
        return f"{rule} " if chance() < 0.2 else rule

    def rules(self) -> bytes:
        end = self.random.choice(["\n", "\n", "\r\n"])
        count = self.random.choice([1, 1, 2, 3, 6])
        text = end.join(self.rule() for _ in range(count)) + self.random.choice([end, ""])
        mark = b"\xef\xbb\xbf" if self.random.random() < 0.1 else b""
        return mark + os.fsencode(text)

    def name(self) -> str:
        return "".join(self.random.choices(NAMES, k=self.random.choice([1, 1, 1, 2])))

    def fill(self, folder: str, depth: int = 3) -> None:
        Path(folder).mkdir(exist_ok=True)
        if depth == 3 or self.random.random() < 0.3:
            put(f"{folder}/.gitignore", text=self.rules())
        for _ in range(self.random.choice([1, 2, 3])):
            put(f"{folder}/{self.name()}.py")
        for _ in range(self.random.choice([0, 1, 2, 2]) if depth else 0):
            self.fill(f"{folder}/{self.name()}", depth - 1)


@needs_git
@pytest.mark.parametrize("seed", range(20 if os.environ.get("HYPOTHESIS_PROFILE") else 1))
def test_git_decides_the_same_on_generated_trees(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "EXCLUDED", frozenset({".git"}))
    git("init", "-q")
    trees = Trees(seed)
    put(".git/info/exclude", text=trees.rules())
    put(".gitignore", text=trees.rules().replace(b"*", b"foo"))
    put("../home/.config/git/ignore", text=trees.rules())
    # Every folder has rules of its own, and is a case of its own.
    for case in range(100):
        trees.fill(f"{case}")
    assert_git_keeps_what_is_found()


HARD_RULES = [
    *r"a**/b.py **b/a.py a/**b.py a/** a/* a/**/ /** **/ */ /*/ //a a// / ! a/**\/b.py".split(),
    *r"[z-a].py a*[z-a].py [c-a]* []-a].py [--a].py [a-].py [!]a].py [[:a].py [a-c-e].py".split(),
    *r"[\]].py [a [[:alpha:] a/[b [a/b]/b.py a[!/]b.py \a/\* a\ #a \#a \!a !a é.py ?.py".split(),
    "a/?*",
    "a/**/**/**/b.py",
    "**/**/**b.py",
    "a.py\\ ",
    "a.py\\  ",
    "a.py ",
    "a.py\t",
    "a.py\\\\ ",
    " a.py",
    "a.py\r\nb.py\r",
    "\ufeffa.py",
    "*.py\n!a/b.py",
    "a/*\n!a/b.py",
    "a\n!a/b.py",
    "*\n!*/\n!b.py",
    "/*\n!/a",
    "\x0ca.py\x0cb.py",
]
"""Where readers of such files have gone astray."""


@needs_git
def test_git_decides_the_same_about_hard_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "EXCLUDED", frozenset({".git"}))
    git("init", "-q")
    names = "a b z - ] é #a !a a/a a/b a/c a/a/b a/a/a/b ab/b axb/b a/b/b b/a".split()
    for number, rule in enumerate(HARD_RULES):
        put(*(f"{number}/{name}.py" for name in names), f"{number}/ a.py", f"{number}/a.py .py")
        put(f"{number}/.gitignore", text=rule)
    assert_git_keeps_what_is_found()


@needs_git
def test_git_decides_the_same_about_classes_of_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "EXCLUDED", frozenset({".git"}))
    git("init", "-q")
    for name in "alnum alpha blank cntrl digit graph lower print punct space upper xdigit".split():
        for code in {*range(1, 128)} - {ord("/")}:
            put(f"{name}/{chr(code)}.py")
        put(f"{name}/.gitignore", text=f"[[:{name}:]].py\n")
    assert sorted(found()) == kept_by_git(everything())


def test_rules_that_match_nearly_everything_take_no_time() -> None:
    deep = "a/" * 100
    put(f"{deep}b.py", ".git/config")
    put(".gitignore", text=f"{'**/' * 50}c.py\n")
    assert found() == [f"{deep}b.py"]


@needs_git
def test_letters_where_the_file_system_knows_no_case() -> None:
    git("init", "-q")
    git("config", "core.ignoreCase", "true")
    put("a.py", "B.py", "c.py", "Sub/D.py", "Sub/e.py")
    put(".gitignore", text="A.PY\nb.py\nSUB/d.py\n[c]*\n")
    assert sorted(found()) == kept_by_git(everything()) == ["Sub/e.py"]


EXCLUDES = "/mine.py\n!yours.py\n"
USERS = {
    "nothing is set": {"home/.config/git/ignore": EXCLUDES},
    "in the home": {
        "home/.gitconfig": '[core]\n\texcludesFile = "~/my excludes" ; mine\n',
        "home/my excludes": EXCLUDES,
        "home/.config/git/ignore": "*.py\n",
    },
    "beside the default": {
        "home/.config/git/config": "[CORE] ExcludesFile = ~/excludes\n",
        "home/excludes": EXCLUDES,
    },
    "for all users": {
        "gitconfig": "[core]\nexcludesfile = ~/excludes\n",
        "home/excludes": EXCLUDES,
    },
    "in a file that is included": {
        "home/.gitconfig": "[include]\n\tpath = more\n",
        "home/more": "[core]\n\texcludesFile = ~/excludes\n",
        "home/excludes": EXCLUDES,
    },
    "in another repository only": {
        "home/.gitconfig": '[includeIf "gitdir:~/elsewhere/"]\n\tpath = more\n',
        "home/more": "[core]\n\texcludesFile = ~/excludes\n",
        "home/excludes": "*.py\n",
        "home/.config/git/ignore": EXCLUDES,
    },
    "for one repository": {
        "project/.git/config": "[core]\n\texcludesFile = excludes\n",
        "project/excludes": EXCLUDES,
    },
    "to nothing": {
        "home/.gitconfig": "[core]\n\texcludesFile =\n",
        "home/.config/git/ignore": "*.py\n",
        "project/.gitignore": "/mine.py\n",
    },
}


@needs_git
@pytest.mark.parametrize("files", USERS.values(), ids=USERS)
def test_the_excludes_of_a_user(files: dict[str, str]) -> None:
    git("init", "-q")
    for path, text in files.items():
        put(f"../{path}", text=text)
    put("mine.py", "yours.py", "sub/mine.py")
    assert sorted(found()) == kept_by_git(everything()) == ["sub/mine.py", "yours.py"]


@needs_git
def test_variables_say_where_the_settings_of_git_are(monkeypatch: pytest.MonkeyPatch) -> None:
    git("init", "-q")
    put("a.py", "b.py", "c.py", "d.py")
    put("../a", text="a.py\n")
    put("../b", text="b.py\n")
    put("../xdg/git/ignore", text="c.py\n")
    put("../config", text="[core]\n\texcludesFile = ../a\n")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(Path("../xdg").resolve()))
    assert found() == kept_by_git(everything()) == ["a.py", "b.py", "d.py"]
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(Path("../config").resolve()))
    assert found() == kept_by_git(everything()) == ["b.py", "c.py", "d.py"]
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.excludesFile")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "../b")
    assert found() == kept_by_git(everything()) == ["a.py", "c.py", "d.py"]


@needs_git
def test_a_hook_of_another_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    git("init", "-q", "inner")
    git("init", "-q", "outer")
    put("outer/.git/config", text="[core]\n\texcludesFile = /nowhere\n")
    put("inner/.git/config", text="[core]\n\texcludesFile = mine\n")
    put("inner/mine", text="a.py\n")
    put("inner/a.py", "inner/b.py")
    monkeypatch.setenv("GIT_DIR", str(Path("outer/.git").resolve()))
    assert found("inner") == ["inner/b.py"]


def test_without_git_the_usual_file_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    put(".git/config", text="[core]\n\texcludesFile = elsewhere\n")
    put("../home/.config/git/ignore", text="a.py\n")
    put("a.py", "b.py")
    monkeypatch.setenv("PATH", "")
    assert found() == ["b.py"]


@needs_git
def test_git_is_asked_only_if_something_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    git("init", "-q")
    put("a.py")
    put("../home/.gitconfig", text="[user]\n\tname = me\n")

    def asked(*_: object, **__: object) -> None:
        raise AssertionError("starting git takes longer than a small search")

    monkeypatch.setattr(subprocess, "run", asked)
    assert found() == ["a.py"]


def test_a_broken_link_to_a_repository() -> None:
    put(".git", text=b"gitdir: a\0b\n")
    put("a.py", "b.py")
    put(".gitignore", text="a.py\n")
    assert found() == ["b.py"]


@needs_git
def test_work_trees_share_the_excludes() -> None:
    git("init", "-q")
    identity = ("-c", "user.name=me", "-c", "user.email=me@example.com")
    git(*identity, "commit", "-q", "--allow-empty", "-m", "first")
    git("worktree", "add", "-q", "../other")
    put(".git/info/exclude", text="mine.py\n")
    os.chdir("../other")
    put("mine.py", "yours.py")
    assert found() == kept_by_git(everything()) == ["yours.py"]


def test_a_repository_inside_another_starts_anew() -> None:
    put(".git/config", "inner/.git/config", "inner/deep/a.py", "inner/b.py", "inner/c.py", "a.py")
    put(".gitignore", text="a.py\n")
    put("inner/.gitignore", text="b.py\n")
    put("inner/.git/info/exclude", text="/c.py\n")
    assert found() == found("inner") == ["inner/deep/a.py"]
    put(".gitignore", text="inner/\n")
    assert found() == ["a.py"]


def test_rules_above_the_directory_hold_unless_they_ignore_it() -> None:
    put(".git/config", "a/b/c.py", "a/b/d.py", "a/b/e.py")
    put(".gitignore", text="c.py\n")
    put("a/.gitignore", text="/b/d.py\n")
    assert found("a/b") == ["a/b/e.py"]
    put(".gitignore", text="c.py\na/*\n")
    assert found("a") == []
    assert found("a/b") == ["a/b/c.py", "a/b/d.py", "a/b/e.py"]


def test_rules_hold_outside_of_a_repository_too() -> None:
    put("a/b.py", "a/c.py")
    put("a/.gitignore", text="b.py\n")
    put("../home/.config/git/ignore", text="c.py\n")
    assert found() == ["a/c.py"]


@needs_git
def test_no_link_is_followed_to_rules() -> None:
    git("init", "-q")
    put("a.py")
    put("rules", text="a.py\n")
    Path(".gitignore").symlink_to("rules")
    assert found() == kept_by_git(everything()) == ["a.py"]


def test_folders_that_hold_no_code_of_the_project() -> None:
    for folder in sorted(searching.EXCLUDED):
        put(f"{folder}/a.py", f"src/{folder}/a.py")
    put("vendor/a.py", "builds/a.py", "dist.py")
    assert found() == ["dist.py", "builds/a.py", "vendor/a.py"]
    assert found("src/build") == ["src/build/a.py"]


def test_what_is_excluded_by_default_can_be_had_back() -> None:
    put("src/build/a.py", "build/a.py", "src/dist/a.py")
    put("pyproject.toml", text='[tool.idiomist]\nextend-exclude = ["!src/build/"]\n')
    assert found() == ["src/build/a.py"]
    assert found("src/build/a.py", "build/a.py", force_exclude=True) == ["src/build/a.py"]


def test_settings_exclude_by_the_rules_of_git() -> None:
    put("a.py", "old/a.py", "old/deep/b.py", "new/a_pb2.py", "new/keep_pb2.py", "deep/c.py")
    put(
        "pyproject.toml",
        text='[tool.idiomist]\nextend-exclude = ["old/", "*_pb2.py", "!keep_*", "/deep/**"]\n',
    )
    assert found() == ["a.py", "new/keep_pb2.py"]
    assert found("old") == ["old/a.py", "old/deep/b.py"]
    assert found("old/deep") == ["old/deep/b.py"]


def test_the_name_of_a_folder_around_the_project_says_nothing() -> None:
    put("build/shop/.git/config", "build/shop/a.py", "build/shop/build/a.py", "build/a.py")
    os.chdir("build/shop")
    assert found() == ["a.py"]
    assert found("a.py", "build/a.py", "build", force_exclude=True) == ["a.py"]
    assert found(os.path.abspath("a.py"), force_exclude=True) == [os.path.abspath("a.py")]


def test_git_says_nothing_about_what_is_named() -> None:
    """Whoever names files for `--force-exclude` knows which of them are in git."""
    put(".git/config", "a.py")
    put(".gitignore", text="a.py\n")
    assert found("a.py", force_exclude=True) == ["a.py"]


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ([".", "."], ["a.py", "sub/b.py", "sub/deep/c.py"]),
        ([".", "sub", "a.py"], ["a.py", "sub/b.py", "sub/deep/c.py"]),
        (["sub/deep", "."], ["sub/deep/c.py", "a.py", "sub/b.py"]),
        (["sub/deep/c.py", "sub", "."], ["sub/deep/c.py", "sub/b.py", "a.py"]),
        (["a.py", "./a.py", "sub/../a.py", "link.py"], ["a.py"]),
        (["link.py", "."], ["link.py", "sub/b.py", "sub/deep/c.py"]),
        (["around", "sub"], ["around/b.py", "around/deep/c.py"]),
        (["script", ".", "script"], ["script", "a.py", "sub/b.py", "sub/deep/c.py"]),
        ([".", "build", "build/d.py"], ["a.py", "sub/b.py", "sub/deep/c.py", "build/d.py"]),
        (["build", "."], ["build/d.py", "a.py", "sub/b.py", "sub/deep/c.py"]),
        (["nowhere.py", "nowhere.py"], ["nowhere.py"]),
    ],
)
def test_every_file_once(paths: list[str], expected: list[str]) -> None:
    put("a.py", "sub/b.py", "sub/deep/c.py", "build/d.py", "script")
    Path("link.py").symlink_to("a.py")
    Path("sub/a_link.py").symlink_to("deep/c.py")
    Path("sub/deep/above").symlink_to("../..")
    Path("around").symlink_to("sub")
    assert found(*paths) == expected


def test_links_to_files_that_no_search_comes_to() -> None:
    put("../elsewhere.py", "build/hidden.py", "script")
    for name, target in {
        "a.py": "../elsewhere.py",
        "b.py": "../elsewhere.py",
        "c.py": "build/hidden.py",
        "d.py": "script",
        "e.py": "nowhere",
    }.items():
        Path(name).symlink_to(target)
    assert found() == ["a.py", "c.py", "d.py", "e.py"]
    assert found(".", "build") == ["a.py", "d.py", "e.py", "build/hidden.py"]


def test_the_order_is_that_of_the_names() -> None:
    put("b/z.py", "b/c/a.py", "a/a.py", "z.py", "B.py", "a.py", "a.pyi")
    assert found() == ["B.py", "a.py", "a.pyi", "z.py", "a/a.py", "b/z.py", "b/c/a.py"]


def test_a_search_remembers_no_file() -> None:
    for folder in range(10):
        put(*(f"{folder}/{'long_name_' * 5}{number}.py" for number in range(100)))
    assert len(found()) == 1000  # whatever is kept for longer is loaded and made by now
    tracemalloc.start()
    assert sum(1 for _ in python_files(["."])) == 1000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100_000, "1000 paths alone take more"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# @generated by a program\n", True),
        ('"""Tables.\n\n@generated\n"""\n', True),
        ("#!/usr/bin/env python3\n" + 8 * "# licence\n" + "# @generated", True),
        ("#\n" * 10 + "# @generated\n", False),
        ("@generated_jit\ndef f(): ...\n", False),
        ("# generated\n", False),
        ("", False),
    ],
)
def test_what_programs_write_says_so(text: str, expected: bool) -> None:
    assert is_generated(text.encode()) is expected
    assert is_generated(text.replace("\n", "\r\n").encode()) is expected


def test_generated_files_are_read_when_they_are_named() -> None:
    here = Path.cwd()
    put("generated.py", text=f"# @generated\n{LOOP}")
    assert idiomist("check", cwd=here).stdout == "No findings.\n"
    hook = idiomist("fix", "--force-exclude", "generated.py", cwd=here)
    assert hook.stdout == "Nothing to fix.\n"
    assert idiomist("fix", ".", "generated.py", cwd=here).returncode == 0
    assert Path("generated.py").read_text() == f"# @generated\n{FIXED_LOOP}"


def test_a_script_is_read_when_it_is_named() -> None:
    put("script", text=f"#!/usr/bin/env python3\n{LOOP}")
    assert idiomist("check", cwd=Path.cwd()).stdout == "No findings.\n"
    assert idiomist("check", "script", cwd=Path.cwd()).stdout.startswith("script:3:5 ")


def test_wrong_settings_in_a_folder_below_stop_the_search() -> None:
    put("a/loop.py", "c/loop.py", text=LOOP)
    put("b/pyproject.toml", text="[tool.idiomist]\nselct = []\n")
    done = idiomist("check", "--output-format", "concise", cwd=Path.cwd())
    assert done.returncode == 2
    assert "there is no key `selct`" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "c/loop.py" not in done.stdout


def test_the_page_names_every_folder_that_is_passed_over() -> None:
    page = (Path(__file__).parent.parent / "docs" / "files.md").read_text(encoding="utf-8")
    [listed] = re.findall(
        r"^- \*\*Folders that hold no code.*?(?=A folder `vendor`)", page, re.M | re.S
    )
    assert set(re.findall(r"`([^`]+)`", listed)) == searching.EXCLUDED
