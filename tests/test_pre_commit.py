"""The hooks, run by pre-commit itself, built from nothing but what this repository holds."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
from helpers import CLEAN, DOUBTFUL, FIXED_LOOP, LOOP, idiomist

from idiomist import REPOSITORY, __version__

ROOT = Path(__file__).parent.parent
PARTS = (".pre-commit-hooks.yaml", "LICENSE", "README.md", "checks", "pyproject.toml", "src")
"""What of this repository a hook is built from."""
IDENTITY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Ada"), ("EMAIL", "ada@example.org"))
}
Done = subprocess.CompletedProcess[str]

pytestmark = [
    pytest.mark.skipif(shutil.which("git") is None, reason="pre-commit needs git"),
    pytest.mark.skipif(find_spec("pre_commit") is None, reason="pre-commit is not installed"),
]


def run(*command: str, cwd: Path, **environment: str) -> Done:
    # Variables such as GIT_DIR are set when the suite itself runs in a hook. A hook must find
    # all that it needs in its own environment.
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GIT_", "PYTHONPATH"))
    }
    env = {**inherited, **IDENTITY, "NO_COLOR": "1", **environment}
    return subprocess.run(
        command, cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=300
    )


def git(cwd: Path, *arguments: str) -> str:
    done = run("git", "-c", "init.defaultBranch=main", *arguments, cwd=cwd)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All that a hook may install: what it is built with, and what it depends on."""
    folder = tmp_path_factory.mktemp("wheels")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    needed = [*project["build-system"]["requires"], *project["project"]["dependencies"]]
    done = run(
        *(sys.executable, "-m", "pip", "download", "--quiet", "--only-binary", ":all:"),
        *("--dest", str(folder), *needed),
        cwd=folder,
    )
    if done.returncode:
        pytest.skip(f"the packages that a hook needs cannot be had: {done.stderr[-300:]}")
    return folder


@pytest.fixture(scope="module")
def upstream(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """This project as a repository that others name in their configuration, and its commit."""
    folder = tmp_path_factory.mktemp("upstream")
    for part in PARTS:
        if (ROOT / part).is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
            shutil.copytree(ROOT / part, folder / part, ignore=ignored)
        else:
            shutil.copy(ROOT / part, folder)
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "all")
    return folder, git(folder, "rev-parse", "HEAD")


@pytest.fixture(scope="module")
def pre_commit(wheels: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Done]:
    """The command, with a store of its own and no package index at all."""
    home = tmp_path_factory.mktemp("home")

    def call(*arguments: str, cwd: Path, **environment: str) -> Done:
        return run(
            *(sys.executable, "-m", "pre_commit", *arguments),
            cwd=cwd,
            PRE_COMMIT_HOME=str(home),
            PIP_NO_INDEX="1",
            PIP_FIND_LINKS=str(wheels),
            **environment,
        )

    return call


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    git(folder, "init", "--quiet")
    return folder


def configure(folder: Path, upstream: tuple[Path, str], *hooks: str, after: str = "") -> None:
    listed = "".join(f"      - id: {hook}\n" for hook in hooks)
    (folder / ".pre-commit-config.yaml").write_text(
        f"repos:\n  - repo: {upstream[0]}\n    rev: {upstream[1]}\n    hooks:\n{listed}{after}"
    )


def stage(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    git(folder, "add", ".")


def test_try_repo(
    pre_commit: Callable[..., Done], upstream: tuple[Path, str], project: Path
) -> None:
    """What CONTRIBUTING of pre-commit tells authors of hooks to do; both hooks at once."""
    stage(project, cart=LOOP, orders=DOUBTFUL, clean=CLEAN)
    done = pre_commit("try-repo", str(upstream[0]), "--all-files", "--verbose", cwd=project)
    assert done.returncode == 1
    check, fix = done.stdout.split("\nidiomist fix")
    assert "idiomist check...." in check
    assert "- exit code: 1" in check
    assert "cart.py:2:5 manual-list-comprehension (IDM101)" in check
    assert "- files were modified by this hook" in fix
    assert "exit code" not in fix
    assert "Fixed 1 finding in 1 file." in fix
    assert (project / "cart.py").read_text() == FIXED_LOOP
    assert (project / "orders.py").read_text() == DOUBTFUL


def test_check_fails_while_there_are_findings(
    pre_commit: Callable[..., Done], upstream: tuple[Path, str], project: Path
) -> None:
    configure(project, upstream, "idiomist-check")
    stage(project, clean=CLEAN)
    assert "idiomist check...." in pre_commit("run", cwd=project).stdout
    assert pre_commit("run", cwd=project).returncode == 0
    stage(project, orders=DOUBTFUL)
    done = pre_commit("run", cwd=project)
    assert done.returncode == 1
    assert "doubt: `number` is read again on line 5" in done.stdout


def test_fix_fails_once_and_not_because_of_doubts(
    pre_commit: Callable[..., Done], upstream: tuple[Path, str], project: Path
) -> None:
    configure(project, upstream, "idiomist-fix")
    stage(project, cart=LOOP, orders=DOUBTFUL)
    first = pre_commit("run", cwd=project)
    assert first.returncode == 1
    assert "- files were modified by this hook" in first.stdout
    assert "Left: 1 finding: 1 with doubts" in first.stdout
    git(project, "add", ".")
    second = pre_commit("run", cwd=project)
    assert (second.returncode, second.stdout.count("Passed")) == (0, 1)


def test_fix_fails_for_a_file_that_cannot_be_parsed_and_does_the_others(
    pre_commit: Callable[..., Done], upstream: tuple[Path, str], project: Path
) -> None:
    configure(project, upstream, "idiomist-fix")
    stage(project, broken="x = (\n", cart=LOOP)
    done = pre_commit("run", cwd=project)
    assert done.returncode == 1
    assert "- exit code: 2" in done.stdout
    assert "idiomist: broken.py: line 1 cannot be parsed: '(' was never closed" in done.stdout
    assert (project / "cart.py").read_text() == FIXED_LOOP
    git(project, "add", ".")
    assert pre_commit("run", cwd=project).returncode == 1


def test_what_is_not_staged_is_not_touched(
    pre_commit: Callable[..., Done], upstream: tuple[Path, str], project: Path
) -> None:
    """Half a file is staged: the staged half is fixed, the other half comes back as it was."""
    configure(project, upstream, "idiomist-fix")
    gap = "\n\n# " + "-" * 60 + "\n" * 12
    stage(project, cart=LOOP + gap + CLEAN)
    not_staged = LOOP.replace("doubles", "more_doubles")
    (project / "cart.py").write_text(LOOP + gap + CLEAN + "\n\n" + not_staged)
    done = pre_commit("run", cwd=project)
    assert done.returncode == 1
    assert "Fixed 1 finding in 1 file." in done.stdout
    staged = git(project, "diff", "--cached", "cart.py")
    assert "more_doubles" not in staged
    text = (project / "cart.py").read_text()
    assert text == FIXED_LOOP + gap + CLEAN + "\n\n" + not_staged


def test_settings_hold_for_files_that_are_named(
    pre_commit: Callable[..., Done], upstream: tuple[Path, str], project: Path
) -> None:
    configure(project, upstream, "idiomist-fix", "idiomist-check")
    (project / "pyproject.toml").write_text('[tool.idiomist]\nextend-exclude = ["vendored"]\n')
    (project / "vendored").mkdir()
    (project / "vendored" / "cart.py").write_text(LOOP)
    stage(project, clean=CLEAN)
    assert pre_commit("run", cwd=project).returncode == 0
    assert (project / "vendored" / "cart.py").read_text() == LOOP


def test_args_of_users_do_not_replace_ours(
    pre_commit: Callable[..., Done], upstream: tuple[Path, str], project: Path
) -> None:
    configure(project, upstream, "idiomist-fix", after="        args: [--select, loops]\n")
    stage(project, cart=LOOP, orders=DOUBTFUL)
    assert pre_commit("run", cwd=project).returncode == 0
    configure(project, upstream, "idiomist-fix", after="        args: [--select, IDM1]\n")
    git(project, "add", ".")
    assert pre_commit("run", cwd=project).returncode == 1
    git(project, "add", ".")
    assert pre_commit("run", cwd=project).returncode == 0


def test_hundreds_of_files_in_batches(
    pre_commit: Callable[..., Done], upstream: tuple[Path, str], project: Path
) -> None:
    """Names so long that pre-commit cannot put them on one command line."""
    configure(project, upstream, "idiomist-fix")
    deep = project.joinpath(*["d" * 200] * 3)
    deep.mkdir(parents=True)
    paths = [deep / f"module_{number}.py" for number in range(300)]
    for path in paths:
        path.write_text(LOOP)
    git(project, "add", ".")
    done = pre_commit("run", cwd=project)
    assert done.returncode == 1
    batches = [line for line in done.stdout.splitlines() if line.startswith("Fixed ")]
    assert len(batches) > 1
    assert sum(int(line.split()[1]) for line in batches) == 300
    assert all(path.read_text() == FIXED_LOOP for path in paths)
    git(project, "add", ".")
    assert pre_commit("run", cwd=project).returncode == 0


LONG = """\
def report(customers: list[str]) -> list[str]:
    lines: list[str] = []
    for customer_number, customer in enumerate(customers, start=1):
        lines.append(f"{customer_number:>5} {customer.title():<40} {len(customer):>5} letters")
    return lines
"""
DEEPER = """\
def titles_in(path: str) -> None:
    handle = open(path, encoding="utf-8")
    print("these are the titles in the file, as it is", path, len(path))
    assert path and path.endswith(".txt") or path == "titles", "no file of titles"
    handle.close()
"""


@pytest.mark.parametrize(
    ("table", "options"),
    [("[tool.black]\nline-length = 100\n", ""), ("", ""), ("", "        args: [-l, '95']\n")],
)
def test_one_round_with_black_behind_us(
    pre_commit: Callable[..., Done],
    upstream: tuple[Path, str],
    project: Path,
    table: str,
    options: str,
) -> None:
    """In a project that black formats, black has nothing to do after us, who run without it."""
    black = f"""\
  - repo: local
    hooks:
      - id: black
        name: black
        entry: {sys.executable} -m black
        language: unsupported
        types_or: [python, pyi]
{options}"""
    configure(project, upstream, "idiomist-fix", after=black)
    (project / "pyproject.toml").write_text(table)
    stage(project, cart=LOOP, report=LONG, deeper=DEEPER)
    assert "black....." in pre_commit("run", "black", cwd=project).stdout
    git(project, "add", ".")
    assert pre_commit("run", "black", cwd=project).returncode == 0
    done = pre_commit("run", cwd=project)
    assert done.returncode == 1
    assert "append" not in (project / "report.py").read_text()
    assert "with open(" in (project / "deeper.py").read_text()
    ours, theirs = done.stdout.split("\nblack....")
    assert "Fixed 3 findings in 3 files." in ours
    assert "Passed" in theirs
    git(project, "add", ".")
    assert pre_commit("run", cwd=project).returncode == 0


def test_from_init_to_the_first_commit(
    pre_commit: Callable[..., Done],
    upstream: tuple[Path, str],
    project: Path,
) -> None:
    """The way of a newcomer, with our address leading to the repository at hand."""
    git(upstream[0], "tag", "--force", f"v{__version__}")
    redirect = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.file://{upstream[0]}.insteadOf",
        "GIT_CONFIG_VALUE_0": REPOSITORY,
    }
    stage(project, cart=LOOP, orders=DOUBTFUL)
    assert idiomist("init", cwd=project).returncode == 0
    git(project, "add", ".")
    first = pre_commit("run", cwd=project, **redirect)
    assert "idiomist fix...." in first.stdout
    assert "- files were modified by this hook" in first.stdout
    git(project, "add", ".")
    assert pre_commit("run", cwd=project, **redirect).returncode == 0
    assert (project / "cart.py").read_text() == FIXED_LOOP
