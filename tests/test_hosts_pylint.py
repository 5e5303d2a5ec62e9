"""idiomist in pylint, run as people run it."""

from __future__ import annotations

import json
import shutil
import subprocess
import warnings
from pathlib import Path
from textwrap import indent
from typing import Any

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

from idiomist.conventions import Conventions

pytest.importorskip("pylint", reason="pylint is not installed")

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import astroid
    from pylint.interfaces import HIGH
    from pylint.testutils import CheckerTestCase, MessageTest

    from idiomist.conventions import Conventions
    from idiomist.hosts import pylint as host

ROOT = Path(__file__).parent.parent
SHOP = ROOT / "examples" / "clumsy_shop"
OWN_PACK = ROOT / "examples" / "own_pack" / "src" / "own_pack" / "manual_product.py"


def pylint(
    *arguments: str, cwd: Path, stdin: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run pylint with our plugin; of the others only what the arguments enable."""
    plugin = "--load-plugins=idiomist.hosts.pylint"
    return python(
        "-m", "pylint", plugin, "--score=n", *arguments, cwd=cwd, stdin=stdin, **environment
    )


OURS = (
    "--disable=all",
    "--enable=idiomist,idiomist-comprehensions,idiomist-loops,idiomist-resources,idiomist-nesting,"
    "idiomist-comments",
)


def messages(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    assert not done.stderr, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)["messages"]
    return found


def symbols(*arguments: str, cwd: Path, site: str = "") -> list[str]:
    """The symbols of what is found, without the prefix that all of ours have."""
    done = pylint("--output-format=json2", *arguments, cwd=cwd, PYTHONPATH=site)
    return [message["symbol"].removeprefix("idm-") for message in messages(done)]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "loop.py").write_text(LOOP)
    (tmp_path / "doubtful.py").write_text(DOUBTFUL)
    (tmp_path / "clean.py").write_text(CLEAN)
    return tmp_path


def test_it_finds_what_idiomist_finds(tmp_path: Path) -> None:
    shutil.copytree(SHOP, tmp_path / "shop")
    for name, data in UNUSUAL_FILES.items():
        (tmp_path / name).write_bytes(data)
    done = pylint(*OURS, "--output-format=json2", "--recursive=y", ".", cwd=tmp_path)
    code_of = {symbol: check.code for check, symbol in host.ids().items()}
    found = sorted(
        (message["path"], message["line"], message["column"] + 1, code_of[message["messageId"]])
        for message in messages(done)
    )
    expected = found_by_idiomist(".", cwd=tmp_path)
    assert len(expected) > 40
    assert found == expected


def test_a_message_has_its_place_its_function_and_where_to_read_on(project: Path) -> None:
    (project / "loop.py").write_text("class Sums:\n" + indent(LOOP, "    "))
    [message] = messages(pylint(*OURS, "--output-format=json2", "loop.py", cwd=project))
    assert message | {"absolutePath": ""} == {
        "type": "refactor",
        "symbol": "idm-manual-list-comprehension",
        "message": "`found` is filled one append at a time; say what it holds instead "
        "(idiomist explain manual-list-comprehension)",
        "messageId": "R9601",
        "confidence": "HIGH",
        "module": "loop",
        "obj": "Sums.doubles",
        "line": 3,
        "column": 8,
        "endLine": 5,
        "endColumn": 36,
        "path": "loop.py",
        "absolutePath": "",
    }


def test_it_works_beside_all_of_pylint(project: Path) -> None:
    (project / "pyproject.toml").write_text(
        '[tool.pylint.main]\nload-plugins = ["idiomist.hosts.pylint"]\n'
    )
    done = python("-m", "pylint", "loop.py", "doubtful.py", "--score=n", cwd=project)
    assert done.stdout.count("(idm-manual-list-comprehension)") == 2
    assert done.stdout.count("(missing-module-docstring)") == 2
    assert done.returncode == 8 | 16 | 4 & done.returncode


def test_processes_change_nothing(tmp_path: Path) -> None:
    shutil.copytree(SHOP / "shop", tmp_path / "shop")
    alone, together = (
        sorted(pylint(*OURS, f"-j{jobs}", "shop", cwd=tmp_path).stdout.splitlines())
        for jobs in (1, 2)
    )
    assert alone == together
    assert len(alone) > 40


@pytest.mark.parametrize(
    ("before", "behind", "silent"),
    [
        ("", "  # pylint: disable=idm-manual-list-comprehension", True),
        ("", "  # pylint: disable=R9601", True),
        ("    # pylint: disable-next=idm-manual-list-comprehension\n", "", True),
        ("    # pylint: disable=idm-manual-list-extend\n", "", False),
        ("    # pylint: disable=idiomist-comprehensions\n", "", True),
        ("", "  # idiomist: ignore[manual-list-comprehension] clearer", True),
        ("", "  # noqa: IDM101", True),
    ],
)
def test_silence_by_comments(project: Path, before: str, behind: str, silent: bool) -> None:
    first, empty, *rest = LOOP.splitlines()
    (project / "loop.py").write_text("\n".join([first, before + empty + behind, *rest, ""]))
    expected = [] if silent else ["manual-list-comprehension"]
    assert symbols(*OURS, "loop.py", cwd=project) == expected


def test_silence_that_nobody_needs_is_told(project: Path) -> None:
    comment = "  # idiomist: ignore[manual-list-comprehension]"
    (project / "clean.py").write_text(CLEAN.replace(":\n", f":{comment}\n"))
    assert symbols(*OURS, "clean.py", cwd=project) == ["unused-ignore"]
    without = (*OURS, "--disable=idiomist-comprehensions")
    assert symbols(*without, "clean.py", cwd=project) == [], "nobody looked for what it silences"


def test_pylint_chooses(project: Path) -> None:
    for arguments, expected in (
        (("--disable=R9601",), []),
        (("--disable=idiomist-comprehensions",), []),
        (("--disable=idiomist-loops",), ["manual-list-comprehension"]),
        (("--disable=all", "--enable=R9601"), ["manual-list-comprehension"]),
        (("--errors-only",), []),
    ):
        assert symbols(*OURS, *arguments, "loop.py", cwd=project) == expected, arguments


def test_what_to_show_is_an_option(project: Path) -> None:
    config = project / "pyproject.toml"
    for value, expected in (('["safe"]', ["loop"]), ('"unsafe,advice"', ["doubtful"])):
        config.write_text(f"[tool.pylint.idiomist]\nidiomist-show = {value}\n")
        done = pylint(*OURS, "--output-format=json2", "loop.py", "doubtful.py", cwd=project)
        assert [message["module"] for message in messages(done)] == expected
    for jobs in ("-j1", "-j2"):
        done = pylint(*OURS, "--idiomist-show=save", jobs, "loop.py", cwd=project)
        assert done.stderr == (
            "pylint: idiomist: idiomist-show: there is no `save`; "
            "choose from safe, unsafe, advice\n"
        )
        assert (done.stdout, done.returncode) == ("", 32)


def test_the_table_of_idiomist_holds_as_well(project: Path) -> None:
    table = project / "pyproject.toml"
    for line, expected in (
        ('ignore = ["comprehensions"]', []),
        ('select = ["loops"]', []),
        ('per-file-ignores = { "doubt*" = ["IDM101"] }', ["manual-list-comprehension"]),
    ):
        table.write_text(f"[tool.idiomist]\n{line}\n")
        assert symbols(*OURS, "loop.py", "doubtful.py", cwd=project) == expected


def test_a_wrong_table_stops_the_run_or_is_said_for_each_file(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.idiomist]\nselct = []\n")
    done = pylint(*OURS, "loop.py", cwd=project)
    assert "there is no key `selct`; did you mean `select`?" in done.stderr
    assert (len(done.stderr.splitlines()), done.returncode) == (1, 32)
    (project / "elsewhere").mkdir()
    done = pylint(*OURS, "--enable=idm-failed", "../loop.py", cwd=project / "elsewhere")
    assert "there is no key" in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


def test_standard_input(project: Path) -> None:
    code = "# coding: latin-1\nx = 'éé'; y = [open('é').read()]\n"
    arguments = ("--from-stdin", "loop.py", "--output-format=json2")
    [message] = messages(pylint(*OURS, *arguments, cwd=project, stdin=code.encode()))
    assert (message["line"], message["column"], message["symbol"]) == (2, 15, "idm-inline-open")


def test_checks_of_other_packs(project: Path) -> None:
    site = project / "site"
    install_pack(site, "own", manual_product=OWN_PACK.read_text())
    install_pack(site, "off", return_nothing=OFF_BY_DEFAULT)
    (project / "loop.py").write_text(
        "def volume(sides: list[int]) -> int:\n    total = 1\n    for side in sides:\n"
        "        total *= side\n    return total\n\n\ndef nothing():\n    return\n"
    )
    path = str(site)
    ours = ("--disable=all", "--enable=idiomist-own,R9701")
    found = symbols(*ours, "loop.py", cwd=project, site=path)
    assert sorted(found) == ["manual-product", "return-nothing"]
    listed = pylint("--list-msgs-enabled", cwd=project, PYTHONPATH=path).stdout
    enabled, disabled = listed.split("Disabled messages")
    assert "idm-manual-product (R9801)" in enabled
    assert "idm-return-nothing (R9701)" in disabled.split("Non-emittable")[0]


def test_a_check_that_fails_stops_nobody_else(project: Path) -> None:
    install_pack(project / "site", "bad", fails=FAILING_CHECK)
    done = pylint("clean.py", cwd=project, PYTHONPATH=str(project / "site"))
    assert "F9600: fails failed on line 2 with ZeroDivisionError: oh; please" in done.stdout
    assert "missing-module-docstring" in done.stdout
    assert done.stdout.count("F9600") == 1
    assert not done.stderr


@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
def test_a_check_that_fails_is_not_hidden_by_a_narrow_choice(project: Path, jobs: str) -> None:
    install_pack(project / "site", "bad", fails=FAILING_CHECK)
    narrow = ("--disable=all", "--enable=idm-index-loop,idm-fails", jobs)
    done = pylint(*narrow, "clean.py", "loop.py", cwd=project, PYTHONPATH=str(project / "site"))
    assert "clean.py:1:0: F9600: fails failed on line 2 with" in done.stdout
    assert done.returncode & 1
    nothing = ("--disable=all", "--enable=unused-import")
    done = pylint(*nothing, "clean.py", cwd=project, PYTHONPATH=str(project / "site"))
    assert (done.returncode, "F9600" in done.stdout) == (0, False)


def test_a_pack_that_cannot_be_loaded_is_named(project: Path) -> None:
    install_pack(project / "site", "broken", nonsense="1 / 0\n")
    done = pylint("clean.py", cwd=project, PYTHONPATH=str(project / "site"))
    assert done.stderr == (
        "pylint: idiomist: the pack broken (broken) cannot be loaded: division by zero\n"
    )
    assert done.returncode == 32


def test_help_is_the_beginning_of_the_lesson(project: Path) -> None:
    done = pylint("--help-msg=idm-index-loop,R9601", cwd=project)
    assert ":idm-index-loop (R9630): *%s (idiomist explain index-loop)*" in done.stdout
    assert "Loop over the things, not over their numbers." in done.stdout
    assert "```" not in done.stdout


FIRST_IDS = {
    "IDM101": "R9601",
    "IDM102": "R9602",
    "IDM103": "R9603",
    "IDM104": "R9604",
    "IDM201": "R9621",
    "IDM203": "R9623",
    "IDM210": "R9630",
    "IDM301": "R9641",
    "IDM302": "R9642",
    "IDM303": "R9643",
    "IDM401": "R9661",
    "IDM901": "R9561",
}


def test_ids_never_change() -> None:
    ids = {check.code: number for check, number in host.ids().items()}
    assert FIRST_IDS.items() <= ids.items()
    assert len(set(ids.values())) == len(ids)


def test_one_tree_serves_all_families(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counted(node: Any, path: str, conventions: Conventions) -> Any:
        read.append(path)
        return source_of(node, path, conventions)

    source_of = host._source
    monkeypatch.setattr(host, "_source", counted)
    from pylint.testutils import UnittestLinter

    linter = UnittestLinter()
    node = astroid.parse(LOOP)
    host.IdiomistChecker(linter).visit_module(node)
    for checker in host.checkers().values():
        checker(linter).visit_module(node)
    assert len(read) == 1
    [message] = linter.release_messages()
    assert message.msg_id == "idm-manual-list-comprehension"


class TestComprehensions(CheckerTestCase):
    """The tools that pylint gives to authors of plugins."""

    CHECKER_CLASS = host.ComprehensionsChecker

    def test_a_loop_is_reported(self) -> None:
        module = astroid.parse(LOOP)
        with self.assertAddsMessages(
            MessageTest(
                "idm-manual-list-comprehension",
                node=module.body[0].body[0],
                args=("`found` is filled one append at a time; say what it holds instead",),
                line=2,
                col_offset=4,
                end_line=4,
                end_col_offset=32,
                confidence=HIGH,
            )
        ):
            self.walk(module)

    def test_clean_code_is_not(self) -> None:
        with self.assertNoMessages():
            self.walk(astroid.parse(CLEAN))


class TestSafeOnly(CheckerTestCase):
    CHECKER_CLASS = host.ComprehensionsChecker
    CONFIG = {"idiomist_show": ["safe"]}  # noqa: RUF012

    def test_doubts_are_hidden(self) -> None:
        with self.assertNoMessages():
            self.walk(astroid.parse(DOUBTFUL))
