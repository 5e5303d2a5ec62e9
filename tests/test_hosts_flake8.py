"""idiomist in flake8, run as people run it."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from argparse import Namespace
from importlib.util import find_spec
from pathlib import Path

import pytest
from helpers import (
    CLEAN,
    DOUBTFUL,
    FAILING_CHECK,
    LOOP,
    OFF_BY_DEFAULT,
    UNUSUAL_FILES,
    found_by_idiomist,
    install_pack,
    python,
)

pytest.importorskip("flake8", reason="flake8 is not installed")

ROOT = Path(__file__).parent.parent
SHOP = ROOT / "examples" / "clumsy_shop"
OWN_PACK = ROOT / "examples" / "own_pack" / "src" / "own_pack" / "manual_product.py"
MESSAGE = (
    "IDM101 `found` is filled one append at a time; say what it holds instead "
    "(idiomist explain manual-list-comprehension)"
)


def flake8(
    *arguments: str, cwd: Path, stdin: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[str]:
    return python("-m", "flake8", *arguments, cwd=cwd, stdin=stdin, **environment)


def codes(done: subprocess.CompletedProcess[str]) -> list[str]:
    assert not done.stderr, done.stderr
    return re.findall(r": ([A-Z]+\d+) ", done.stdout)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "loop.py").write_text(LOOP)
    (tmp_path / "doubtful.py").write_text(DOUBTFUL)
    (tmp_path / "clean.py").write_text(CLEAN)
    return tmp_path


def test_it_is_there_when_it_is_installed(project: Path) -> None:
    done = flake8(cwd=project)
    assert sorted(done.stdout.splitlines()) == [
        f"./doubtful.py:2:5: {MESSAGE}",
        f"./loop.py:2:5: {MESSAGE}",
    ]
    assert done.returncode == 1
    assert "idiomist: " in flake8("--version", cwd=project).stdout


def test_it_finds_what_idiomist_finds(tmp_path: Path) -> None:
    shutil.copytree(SHOP, tmp_path / "shop")
    for name, data in UNUSUAL_FILES.items():
        (tmp_path / name).write_bytes(data)
    done = flake8("--select=IDM", "--format=%(path)s|%(row)d|%(col)d|%(code)s", cwd=tmp_path)
    found = [line.removeprefix("./").split("|") for line in done.stdout.splitlines()]
    expected = found_by_idiomist(".", cwd=tmp_path)
    assert len(expected) > 40
    assert sorted((path, int(row), int(col), code) for path, row, col, code in found) == expected


@pytest.mark.parametrize("package", ["flake8", "_pytest"])
def test_it_finds_the_same_in_packages(package: str, tmp_path: Path) -> None:
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    shutil.copytree(Path(spec.origin).parent, tmp_path / package)
    done = flake8("--select=IDM", "-j2", "--format=%(path)s|%(row)d|%(col)d|%(code)s", cwd=tmp_path)
    found = [line.removeprefix("./").split("|") for line in done.stdout.splitlines()]
    expected = found_by_idiomist(".", cwd=tmp_path)
    assert expected
    assert sorted((path, int(row), int(col), code) for path, row, col, code in found) == expected


def test_processes_change_nothing(project: Path) -> None:
    shutil.copytree(SHOP, project / "shop")
    alone, together = (flake8(f"-j{jobs}", "--select=IDM", cwd=project) for jobs in (1, 2))
    assert alone.stdout == together.stdout
    assert len(codes(alone)) > 40


def test_silence_by_comments_of_both_kinds(project: Path) -> None:
    first, *rest = LOOP.splitlines(keepends=True)
    empty = rest[0].rstrip()
    for comment, expected in (
        ("# noqa", []),
        ("# noqa: IDM101", []),
        ("# noqa: IDM102", ["IDM101", "IDM901"]),
        ("# noqa: IDM102, IDM901", ["IDM101"]),
        ("# idiomist: ignore[manual-list-comprehension] it reads well", []),
        ("# idiomist: ignore[loops]", ["IDM101", "IDM901"]),
    ):
        (project / "loop.py").write_text("".join([first, f"{empty}  {comment}\n", *rest[1:]]))
        assert codes(flake8("loop.py", cwd=project)) == expected, comment


def test_disable_noqa_leaves_our_own_comments_alone(project: Path) -> None:
    first, empty, *rest = LOOP.splitlines(keepends=True)
    for comment, expected in (
        ("# noqa: IDM101", ["IDM101"]),
        ("# noqa: IDM102", ["IDM101"]),
        ("# idiomist: ignore", []),
    ):
        (project / "loop.py").write_text("".join([first, f"{empty.rstrip()}  {comment}\n", *rest]))
        assert codes(flake8("--disable-noqa", "loop.py", cwd=project)) == expected


def test_what_flake8_configures_holds(project: Path) -> None:
    (project / "tox.ini").write_text("[flake8]\nper-file-ignores =\n    loop.py: IDM1\n")
    assert flake8(cwd=project).stdout == f"./doubtful.py:2:5: {MESSAGE}\n"
    assert codes(flake8("--extend-ignore=IDM", cwd=project)) == []
    assert codes(flake8("--select=E,IDM2", cwd=project)) == []


def test_options_of_our_own_in_a_file(project: Path) -> None:
    for option, expected in (
        ("idiomist-select = loops, IDM3", []),
        ("idiomist-select = manual-list-comprehension", ["IDM101", "IDM101"]),
        ("idiomist-ignore =\n    IDM210\n    comprehensions", []),
        ("idiomist-show = safe", ["IDM101"]),
        ("idiomist_show = unsafe,advice", ["IDM101"]),
        ("idiomist-show = advice", []),
    ):
        (project / "setup.cfg").write_text(f"[flake8]\n{option}\n")
        assert codes(flake8(cwd=project)) == expected, option
    assert codes(flake8("--idiomist-show=safe,unsafe", cwd=project)) == ["IDM101", "IDM101"]


@pytest.mark.parametrize(
    ("option", "complaint"),
    [
        ("select = manual-list-extent", "did you mean `manual-list-extend`?"),
        ("ignore = IDM7", "there is no check, code, prefix or family `IDM7`"),
        ("show = save", "idiomist-show: there is no `save`; choose from safe, unsafe, advice"),
    ],
)
def test_a_wrong_option_is_one_clear_line(project: Path, option: str, complaint: str) -> None:
    (project / ".flake8").write_text(f"[flake8]\nidiomist-{option}\n")
    done = flake8(cwd=project)
    headline, line = done.stdout.splitlines()
    assert headline.startswith("There was a critical error")
    assert line.startswith("idiomist: ")
    assert complaint in line
    assert (done.returncode, done.stderr) == (1, "")


def test_the_table_of_idiomist_holds_as_well(project: Path) -> None:
    table = project / "pyproject.toml"
    table.write_text('[tool.idiomist]\nper-file-ignores = { "loop.py" = ["IDM1"] }\n')
    assert flake8(cwd=project).stdout.startswith("./doubtful.py")
    table.write_text('[tool.idiomist]\nselect = ["loops"]\n')
    assert codes(flake8(cwd=project)) == []
    assert codes(flake8("--idiomist-select=all", cwd=project)) == ["IDM101", "IDM101"]


def test_a_wrong_table_stops_the_run_or_is_said_for_each_file(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.idiomist]\nselct = []\n")
    done = flake8(cwd=project)
    assert "there is no key `selct`; did you mean `select`?" in done.stdout
    assert len(done.stdout.splitlines()) == 2
    done = flake8(str(project / "loop.py"), "--isolated", cwd=ROOT)
    assert codes(done) == ["IDM000"]
    assert "there is no key `selct`" in done.stdout


def test_standard_input_has_a_name(project: Path) -> None:
    (project / ".flake8").write_text("[flake8]\nper-file-ignores =\n    tests/*: IDM101\n")
    arguments = ("-", "--stdin-display-name")
    done = flake8(*arguments, "shop/cart.py", cwd=project, stdin=LOOP.encode())
    assert done.stdout == f"shop/cart.py:2:5: {MESSAGE}\n"
    done = flake8(*arguments, "tests/cart.py", cwd=project, stdin=LOOP.encode())
    assert done.stdout == ""


def test_other_plugins_are_not_disturbed(project: Path) -> None:
    for plugin in ("flake8_comprehensions", "bugbear", "flake8_simplify"):
        pytest.importorskip(plugin, reason=f"{plugin} is not installed")
    (project / "loop.py").write_text(
        f"import os\n\n\n{LOOP}\n\ndef seen(x=[], y=not (len == 2)):\n    return set([x, y])\n"
    )
    expected = ["B006", "C405", "F401", "IDM101", "SIM201"]
    for jobs in ("-j1", "-j2"):
        done = flake8("loop.py", "clean.py", jobs, "--extend-select=B,C4,SIM", cwd=project)
        assert sorted(codes(done)) == expected


def test_files_that_cannot_be_parsed_are_the_business_of_flake8(project: Path) -> None:
    (project / "loop.py").write_text("def f(:\n")
    assert codes(flake8("loop.py", "--select=E9,IDM", cwd=project)) == ["E999"]


def test_checks_of_other_packs_are_shown_too(project: Path) -> None:
    site = project / "site"
    install_pack(site, "own", manual_product=OWN_PACK.read_text())
    install_pack(site, "off", return_nothing=OFF_BY_DEFAULT)
    (project / "loop.py").write_text(
        "def volume(sides: list[int]) -> int:\n    total = 1\n    for side in sides:\n"
        "        total *= side\n    return total\n\n\ndef nothing():\n    return\n"
    )
    for option, expected in (
        ("--jobs=1", ["OWN101"]),
        ("--extend-ignore=OWN", []),
        ("--idiomist-select=OFF", ["OFF101"]),
    ):
        done = flake8("loop.py", option, cwd=project, PYTHONPATH=str(site))
        assert codes(done) == expected, option


def test_a_check_that_fails_stops_nobody_else(project: Path) -> None:
    install_pack(project / "site", "bad", fails=FAILING_CHECK)
    done = flake8("clean.py", "--max-line-length=20", cwd=project, PYTHONPATH=str(project / "site"))
    assert codes(done) == ["IDM000", "E501"]
    assert "fails failed on line 2 with ZeroDivisionError: oh; please report" in done.stdout


def test_a_pack_that_cannot_be_loaded_is_named(project: Path) -> None:
    install_pack(project / "site", "broken", nonsense="1 / 0\n")
    done = flake8(cwd=project, PYTHONPATH=str(project / "site"))
    assert done.stdout.splitlines()[1:] == [
        "idiomist: the pack broken (broken) cannot be loaded: division by zero"
    ]


def test_the_plugin_takes_what_flake8_has_parsed() -> None:
    from idiomist.hosts.flake8 import Plugin

    options = Namespace(
        idiomist_select=["IDM101"], idiomist_ignore=[], idiomist_show=["safe"], disable_noqa=False
    )
    Plugin.parse_options(options)
    plugin = Plugin(ast.parse(LOOP), LOOP.splitlines(keepends=True), "loop.py")
    assert list(plugin.run()) == [(2, 4, MESSAGE, Plugin)]
