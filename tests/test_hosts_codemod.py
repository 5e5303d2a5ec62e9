"""The codemods, by libcst's own tools for tests and by its command."""

from __future__ import annotations

import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from helpers import (
    CLEAN,
    DOUBTFUL,
    FAILING_CHECK,
    FIXED_LOOP,
    LOOP,
    UNUSUAL_FILES,
    idiomist,
    install_pack,
    python,
)
from libcst.codemod import CodemodContext, CodemodTest

from idiomist.hosts import codemod as host
from idiomist.registry import installed

ROOT = Path(__file__).parent.parent
SHOP = ROOT / "examples" / "clumsy_shop"
OWN_PACK = ROOT / "examples" / "own_pack" / "src" / "own_pack" / "manual_product.py"


def codemod(
    name: str, *arguments: str, cwd: Path, stdin: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[str]:
    command = ("-m", "libcst.tool", "codemod", "--no-format", "--hide-progress", "-x")
    name = f"idiomist.hosts.codemod.{name}"
    return python(*command, name, *arguments, cwd=cwd, stdin=stdin, **environment)


class TestManualListComprehension(CodemodTest):
    TRANSFORM = host.ManualListComprehension

    def test_a_safe_fix_is_applied(self) -> None:
        self.assertCodemod(LOOP, FIXED_LOOP, expected_warnings=[])

    def test_clean_code_stays(self) -> None:
        self.assertCodemod(CLEAN, CLEAN)

    def test_doubts_need_a_word(self) -> None:
        before = LOOP.replace("return found", "return found, locals()")
        after = FIXED_LOOP.replace("return found", "return found, locals()")
        self.assertCodemod(before, before)
        self.assertCodemod(before, after, unsafe=True, expected_warnings=[])

    def test_a_doubt_that_comes_true_is_told(self) -> None:
        warning = (
            "line 2: manual-list-comprehension was left, its doubt came true: "
            "`number` would be another variable"
        )
        self.assertCodemod(DOUBTFUL, DOUBTFUL, unsafe=True, expected_warnings=[warning])

    def test_other_checks_do_not_run(self) -> None:
        code = "def f(xs):\n    for i in range(len(xs)):\n        print(xs[i])\n"
        self.assertCodemod(code, code)

    def test_silence_is_respected(self) -> None:
        code = LOOP.replace("found = []", "found = []  # idiomist: ignore")
        self.assertCodemod(code, code)

    @pytest.mark.skipif(sys.version_info >= (3, 14), reason="this Python knows t-strings")
    def test_code_that_this_python_cannot_parse_is_skipped(self) -> None:
        code = f'x = t"{{1}}"\n{LOOP}'
        self.assertCodemod(code, code, expected_skip=True)


class TestIdiomatic(CodemodTest):
    TRANSFORM = host.Idiomatic

    def test_all_checks_run(self) -> None:
        before = f"{LOOP}\n\ndef f(xs):\n    for i in range(len(xs)):\n        print(xs[i])\n"
        after = f"{FIXED_LOOP}\n\ndef f(xs: list):\n    for x in xs:\n        print(x)\n"
        self.assertCodemod(
            before.replace("(xs):", "(xs: list):"),
            after,
            context_override=CodemodContext(filename=str(ROOT / "shop.py")),
        )


def test_every_check_with_a_rewrite_of_code_is_a_codemod() -> None:
    names = {name for name in dir(host) if name != "Idiomatic"}
    assert names == {
        "".join(part.capitalize() for part in check.name.split("-"))
        for check in installed()
        if check.lesson.examples[0].after is not None and not check.judges_comments
    }
    for name in names:
        made = getattr(host, name)
        assert pickle.loads(pickle.dumps(made)) is made
        assert made.DESCRIPTION in {check.lesson.title for check in installed()}
    with pytest.raises(AttributeError, match="has no attribute 'Nonsense'"):
        _ = host.Nonsense


@pytest.mark.parametrize("options", [(), ("--unsafe",)], ids=["safe", "unsafe"])
def test_it_does_what_idiomist_fix_does(tmp_path: Path, options: tuple[str, ...]) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for folder in (ours, theirs):
        shutil.copytree(SHOP / "shop", folder / "shop")
        for name, data in UNUSUAL_FILES.items():
            (folder / name).write_bytes(data)
    idiomist("fix", *options, ".", cwd=ours)
    done = codemod("Idiomatic", *options, "-j2", ".", cwd=theirs)
    assert done.returncode == 0, done.stderr
    for path in sorted(ours.rglob("*.py")):
        copy = theirs / path.relative_to(ours)
        assert copy.read_bytes() == path.read_bytes(), copy
    assert b"for name in names" in (theirs / "shop" / "customers.py").read_bytes()


def test_one_check_from_standard_input(tmp_path: Path) -> None:
    done = codemod("ManualListComprehension", "-", cwd=tmp_path, stdin=LOOP.encode())
    assert done.stdout.strip() == FIXED_LOOP.strip()


def test_the_project_is_respected(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.idiomist]\nignore = ["comprehensions"]\n')
    (tmp_path / "loop.py").write_text(LOOP)
    assert codemod("Idiomatic", "loop.py", cwd=tmp_path).returncode == 0
    assert (tmp_path / "loop.py").read_text() == LOOP
    (tmp_path / "pyproject.toml").write_text('[tool.idiomist]\nignre = ["comprehensions"]\n')
    done = codemod("Idiomatic", "loop.py", cwd=tmp_path)
    assert "there is no key `ignre`; did you mean `ignore`?" in done.stderr
    assert "Skipped 1 files." in done.stderr
    assert "Traceback" not in done.stderr


def test_a_check_that_fails_skips_the_file(tmp_path: Path) -> None:
    install_pack(tmp_path / "site", "bad", fails=FAILING_CHECK)
    (tmp_path / "loop.py").write_text(LOOP)
    site = str(tmp_path / "site")
    done = codemod("Idiomatic", "loop.py", cwd=tmp_path, PYTHONPATH=site)
    assert "fails failed on line 5 with ZeroDivisionError: oh; please report" in done.stderr
    assert "Traceback" not in done.stderr
    done = codemod("ManualListComprehension", "loop.py", cwd=tmp_path, PYTHONPATH=site)
    assert (tmp_path / "loop.py").read_text() == FIXED_LOOP


def test_checks_of_other_packs_are_codemods_too(tmp_path: Path) -> None:
    install_pack(tmp_path / "site", "own", manual_product=OWN_PACK.read_text())
    (tmp_path / "boxes.py").write_text(
        "def volume(sides: list[int]) -> int:\n    total = 1\n    for side in sides:\n"
        "        total *= side\n    return total\n"
    )
    site = str(tmp_path / "site")
    done = codemod("ManualProduct", "boxes.py", cwd=tmp_path, PYTHONPATH=site)
    assert done.returncode == 0, done.stderr
    assert "math.prod(sides)" in (tmp_path / "boxes.py").read_text()


def test_they_can_be_listed(tmp_path: Path) -> None:
    (tmp_path / ".libcst.codemod.yaml").write_text("modules: [idiomist.hosts]\n")
    done = python("-m", "libcst.tool", "list", cwd=tmp_path)
    assert "codemod.IndexLoop - Loop over the things, not over their numbers." in done.stdout
    assert len(done.stdout.splitlines()) == len(dir(host))
