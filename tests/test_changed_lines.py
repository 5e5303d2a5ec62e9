"""`check` and `fix` with `--staged`, `--changed`, `--since` and `--diff-from`."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from helpers import CLEAN, FIXED_LOOP, LOOP, idiomist
from reports import run_here

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

OLD = LOOP.replace("doubles", "old")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a finding in each of two files, and files in folders."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    root = tmp_path / "project"
    for name, text in (("a.py", OLD), ("deep/b.py", OLD), ("deep/c.py", CLEAN)):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    git(root, "init", "-q", "-b", "main")
    commit(root)
    return root


def git(root: Path, *arguments: str) -> str:
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    done = subprocess.run(
        ["git", *who, *arguments], cwd=root, capture_output=True, check=True, text=True
    )
    return done.stdout


def commit(root: Path) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "change")


def grow(root: Path, name: str) -> None:
    """Put another finding below what is there."""
    path = root / name
    path.write_text(f"{path.read_text()}\n\n{LOOP}")


def places(root: Path, *options: str) -> list[str]:
    """Where something is found: `path:line`."""
    status, out, complaints = run_here("check", "--output-format", "concise", *options, cwd=root)
    assert complaints == ""
    assert status == ("[safe]" in out)
    return [":".join(line.split(":")[:2]) for line in out.splitlines() if "[safe]" in line]


def test_only_what_touches_changed_lines_is_told(project: Path) -> None:
    assert places(project) == ["a.py:2", "deep/b.py:2"]
    assert places(project, "--changed") == []
    grow(project, "a.py")
    git(project, "add", "a.py")
    grow(project, "deep/c.py")
    (project / "new.py").write_text(LOOP)
    assert places(project, "--staged") == ["a.py:9"]
    assert places(project, "--changed") == ["a.py:9", "new.py:2", "deep/c.py:6"]
    assert places(project, "--changed", "deep") == ["deep/c.py:6"]
    assert places(project / "deep", "--changed") == ["c.py:6"]
    assert places(project, "--changed", "new.py", "deep/b.py") == ["new.py:2"]
    git(project, "checkout", "-q", "-b", "work")
    commit(project)
    assert places(project, "--changed") == []
    assert places(project, "--since", "main") == ["a.py:9", "new.py:2", "deep/c.py:6"]
    patch = project.parent / "changes.patch"
    patch.write_text(git(project, "diff", "main"))
    assert places(project, "--diff-from", str(patch)) == ["a.py:9", "new.py:2", "deep/c.py:6"]


def test_what_is_not_searched_is_not_told(project: Path) -> None:
    (project / ".gitignore").write_text("ignored/\n")
    (project / "idiomist.toml").write_text("extend-exclude = ['excluded.py']\n")
    for name in ("ignored/d.py", "excluded.py", "build/e.py", "readme.txt"):
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(LOOP)
    git(project, "add", "-f", ".")
    assert places(project, "--staged") == []
    assert places(project, "--staged", "build", "readme.txt") == ["build/e.py:2", "readme.txt:2"]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_only_what_touches_changed_lines_is_fixed(project: Path, jobs: str) -> None:
    long = "".join(f"def double{n}(number):\n    return 2 * number\n" for n in range(2_000))
    for number in range(12):
        (project / f"m{number}.py").write_text(f"{OLD}\n\n{long}")
    commit(project)
    for number in range(12):
        grow(project, f"m{number}.py")
    command = ("fix", "--changed", "--jobs", jobs, "--no-cache")
    done = idiomist(*command, "--diff", cwd=project)
    assert done.stdout.endswith("Would fix 12 findings in 12 files.\n")
    done = idiomist(*command, cwd=project)
    assert (done.returncode, done.stdout) == (0, "Fixed 12 findings in 12 files.\n")
    assert (project / "m5.py").read_text() == f"{OLD}\n\n{long}\n\n{FIXED_LOOP}"
    assert idiomist(*command, cwd=project).stdout == "Nothing to fix.\n"


def test_what_is_known_of_a_file_is_all_of_it(project: Path) -> None:
    """The cache does not take the findings of a few lines for those of the file."""
    (project / ".idiomist_cache").mkdir()
    grow(project, "a.py")
    for _ in range(2):
        assert places(project, "--changed") == ["a.py:9"]
        assert places(project) == ["a.py:2", "a.py:9", "deep/b.py:2"]


def test_standard_input_is_code_or_patch(project: Path) -> None:
    grow(project, "a.py")
    patch = git(project, "diff").encode()
    done = idiomist("check", "--diff-from", "-", cwd=project, stdin=patch)
    assert done.stdout.startswith("a.py:9:5 ")
    done = idiomist("check", "--diff-from", "-", "-", cwd=project, stdin=patch)
    assert done.returncode == 2
    assert done.stderr == ("idiomist: standard input is either the code or the patch, not both\n")
    code = (project / "a.py").read_bytes()
    done = idiomist("check", "--changed", "--stdin-filename", "a.py", "-", cwd=project, stdin=code)
    assert done.stdout.startswith("a.py:9:5 ")
    assert "a.py:2:5" not in done.stdout


def test_wrong_usage_is_told_in_a_line(project: Path) -> None:
    for options in (("--since", "nowhere"), ("--diff-from", "none.patch"), ("--since=",)):
        status, out, complaints = run_here("check", *options, cwd=project)
        assert (status, out) == (2, "")
        assert complaints.count("\n") == 1
    done = idiomist("check", "--staged", "--changed", cwd=project)
    assert done.returncode == 2
    assert "not allowed with argument" in done.stderr
    assert run_here("check", "--changed", "none.py", cwd=project)[0] == 2
