"""The examples: a clumsy program, what `fix` makes of it, and a pack of somebody else's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from copy import copy
from pathlib import Path

import pytest

from idiomist.fixer import Fixer
from idiomist.linter import Linter
from idiomist.project.config import settings_for
from idiomist.registry import Registry, checks_in, installed
from idiomist.testing import assert_lesson_holds

EXAMPLES = Path(__file__).parent.parent / "examples"
CLUMSY, GRACEFUL = EXAMPLES / "clumsy_shop", EXAMPLES / "graceful_shop"


def as_configured() -> Fixer:
    """What `idiomist fix --unsafe examples/...` uses: this project formats with black."""
    settings = settings_for(str(CLUMSY))
    assert settings.black is not None
    return Fixer(Linter(installed()), unsafe=True, conventions=settings.conventions)


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not {"__pycache__", ".pytest_cache"} & set(path.parts)
    }


def test_graceful_is_what_fix_makes_of_clumsy_and_nothing_by_hand() -> None:
    fixer = as_configured()
    wanted = files_of(CLUMSY)
    for name, data in wanted.items():
        if name.startswith("shop/") and name.endswith(".py"):
            wanted[name] = fixer.fix(data, name).data
    found = files_of(GRACEFUL)
    assert found.keys() == wanted.keys()
    for name, data in wanted.items():
        if name != "README.md":
            assert found[name] == data, f"regenerate {name}: make examples"


@pytest.mark.parametrize("shop", [CLUMSY, GRACEFUL], ids=lambda path: path.name)
def test_one_suite_passes_on_both(shop: Path, tmp_path: Path) -> None:
    copy = tmp_path / "shop"
    shutil.copytree(shop, copy, ignore=shutil.ignore_patterns("__pycache__", ".pytest_cache"))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=copy,
        env={**os.environ, "PYTEST_ADDOPTS": ""},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout.decode()[-2000:]


def test_every_built_in_check_has_something_to_say_in_the_shop() -> None:
    fixer = as_configured()
    applied = {
        finding.check.code
        for path in (CLUMSY / "shop").glob("*.py")
        for finding in fixer.fix(path.read_bytes(), str(path)).applied
    }
    assert applied == {check.code for check in installed() if check.code.startswith("IDM")}


def test_own_pack_installs_and_works(tmp_path: Path) -> None:
    """Install the pack beside idiomist, in a folder of its own, and let the command find it."""
    site = tmp_path / "site"
    shutil.copytree(EXAMPLES / "own_pack", tmp_path / "own_pack")
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation",
         "--target", str(site), str(tmp_path / "own_pack")],
        check=True,
        capture_output=True,
    )  # fmt: skip
    volume = tmp_path / "volume.py"
    volume.write_text(
        "def volume(sides: list[int]) -> int:\n"
        "    total = 1\n"
        "    for side in sides:\n"
        "        total *= side\n"
        "    return total\n"
    )
    env = {**os.environ, "PYTHONPATH": str(site)}
    command = [sys.executable, "-m", "idiomist"]
    listed = subprocess.run(
        [*command, "checks"], env=env, capture_output=True, check=True, cwd=tmp_path
    )
    assert b"OWN101" in listed.stdout
    subprocess.run([*command, "fix", "volume.py"], env=env, check=True, cwd=tmp_path)
    assert "math.prod(sides)" in volume.read_text()
    assert volume.read_text().startswith("import math\n")


def test_own_pack_keeps_its_promises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(EXAMPLES / "own_pack" / "src"))
    import own_pack  # type: ignore[import-not-found]

    [check] = checks_in(own_pack)
    assert_lesson_holds(check)
    both = Registry([*installed(), check])
    assert both.get("OWN101") is check
    with pytest.raises(ValueError, match="are both called"):
        Registry([check, copy(check)])
