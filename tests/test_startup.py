"""What a short run loads: nothing that it has no use for."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import CLEAN, LOOP, python

SLOW = {
    "asyncio",
    "black",
    "concurrent.futures",
    "dataclasses",
    "difflib",
    "distributed",
    "email",
    "hashlib",
    "importlib.metadata",
    "inspect",
    "json",
    "libcst",
    "multiprocessing",
    "rich",
    "shutil",
    "sqlite3",
    "subprocess",
    "tempfile",
    "tokenize",
    "tomllib",
}


def loaded(*arguments: str, cwd: Path) -> set[str]:
    """The modules that are loaded after a command; what Python itself loads does not count."""
    code = (
        "import sys; before = set(sys.modules)\n"
        "from idiomist.cli import run\n"
        "try:\n"
        f"    run({list(arguments)!r})\n"
        "except SystemExit: pass\n"
        "print(*set(sys.modules) - before, file=sys.stderr)"
    )
    return set(python("-c", code, cwd=cwd).stderr.splitlines()[-1].split())


@pytest.mark.parametrize("path", ["clean.py", "."])
def test_a_clean_file(tmp_path: Path, path: str) -> None:
    (tmp_path / "clean.py").write_text(CLEAN)
    modules = loaded("check", path, cwd=tmp_path)
    assert "idiomist.linter" in modules
    assert not modules & SLOW
    assert not {name for name in modules if name.endswith(("hazards", "fixer"))}


def test_a_finding_without_its_rewrite(tmp_path: Path) -> None:
    (tmp_path / "loop.py").write_text(LOOP)
    assert not loaded("check", "--output-format", "concise", "loop.py", cwd=tmp_path) & SLOW


@pytest.mark.parametrize("arguments", [("--version",), ("--help",), ("check", "--help")])
def test_what_only_the_options_are_asked_for(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    modules = loaded(*arguments, cwd=tmp_path)
    assert not modules & SLOW
    assert {name for name in modules if name.startswith("idiomist.")} <= {
        "idiomist.cli",
        "idiomist.cli.options",
    }
