"""`idiomist check --add-ignores`: comments for all that is told, and for nothing else."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from helpers import CLEAN, DOUBTFUL, LOOP, idiomist
from reports import run_here


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Findings in two files, and a file without any."""
    (tmp_path / "a.py").write_text(LOOP)
    (tmp_path / "b.py").write_bytes(f"{LOOP}\n\n{DOUBTFUL}".replace("\n", "\r\n").encode())
    (tmp_path / "c.py").write_text(CLEAN)
    return tmp_path


def test_everything_is_silent_afterwards(project: Path) -> None:
    before = {path: path.read_bytes() for path in project.glob("*.py")}
    done = run_here("check", "--add-ignores", "as it was", cwd=project)
    assert done == (0, "Asked for silence about 3 findings in 2 files.\n", "")
    comment = "found = []  # idiomist: ignore[manual-list-comprehension] as it was\n"
    assert f"    {comment}" in (project / "a.py").read_text()
    assert (project / "b.py").read_bytes().count(b"as it was\r\n") == 2
    for path, data in before.items():
        assert ast.dump(ast.parse(path.read_bytes())) == ast.dump(ast.parse(data))
    assert (project / "c.py").read_bytes() == before[project / "c.py"]
    assert run_here("check", cwd=project) == (0, "No findings.\n", "")
    done = run_here("check", "--add-ignores", "again", cwd=project)
    assert done == (0, "No findings.\n", "")


def test_only_what_is_told_is_meant(project: Path) -> None:
    run_here("baseline", "b.py", cwd=project)
    done = run_here("check", "--add-ignores", "new", cwd=project)
    assert done[1] == "Asked for silence about 1 finding in 1 file.\n"
    assert b"new" not in (project / "b.py").read_bytes()
    done = run_here(
        "check", "--no-baseline", "--select", "IDM2", "--add-ignores", "new", cwd=project
    )
    assert done == (0, "No findings.\n", "")


@pytest.mark.parametrize("reason", ["two\nlines", "with noqa: E501 # noqa"])
def test_a_reason_that_is_none(project: Path, reason: str) -> None:
    status, out, complaints = run_here("check", "--add-ignores", reason, cwd=project)
    assert (status, out) == (2, "")
    assert complaints.startswith("idiomist: --add-ignores: the reason must ")
    assert (project / "a.py").read_text() == LOOP


def test_standard_input_has_no_place_for_it(tmp_path: Path) -> None:
    done = idiomist("check", "--add-ignores", "x", "-", cwd=tmp_path, stdin=LOOP.encode())
    assert done.returncode == 2
    assert done.stderr == "idiomist: --add-ignores writes files, and standard input is none\n"


def test_what_is_broken_is_told(project: Path) -> None:
    (project / "d.py").write_text("x = (\n")
    status, out, complaints = run_here("check", "--add-ignores", "x", cwd=project)
    assert status == 2
    assert complaints == "idiomist: d.py: line 1 cannot be parsed: '(' was never closed\n"
    assert out == "Asked for silence about 3 findings in 2 files.\n"
