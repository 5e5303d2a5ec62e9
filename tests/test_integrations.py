"""The recipes for hosts: their commands are ours, and their patterns fit what we print."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import DOUBTFUL, LOOP
from reports import checked

from idiomist.cli import FORMATS
from idiomist.cli.options import parser

ROOT = Path(__file__).parent.parent
RECIPES = sorted((ROOT / "docs" / "integrations").glob("*.md"))
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *RECIPES, *(ROOT / "docs").glob("*.md")]
PAGES += [ROOT / ".pre-commit-hooks.yaml", ROOT / ".pre-commit-config.yaml"]


def commands(path: Path) -> Iterator[list[str]]:
    """The arguments of every idiomist command in the code of a page."""
    text = path.read_text(encoding="utf-8")
    code = re.findall(r"^```\w*\n(.*?)^```|(`+)(.+?)\2", text, re.DOTALL | re.MULTILINE)
    pieces = (
        [fenced or " ".join(inline.split()) for fenced, _, inline in code]
        if path.suffix == ".md"
        else [text]
    )
    for piece in pieces:
        for found in re.findall(r"idiomist ((?:check|fix|explain|checks)\b[^\n`\"'|>;&)]*)", piece):
            yield shlex.split(found, comments=True)
    for arguments in re.findall(r'"args": (\[.*?\])', text):
        python, module, *rest = json.loads(arguments)
        assert (python, module) == ("-m", "idiomist")
        yield rest


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_command_can_be_parsed(path: Path) -> None:
    for arguments in commands(path):
        assert parser().parse_args(arguments).command == arguments[0]


def test_the_commands_are_found() -> None:
    found = [arguments for path in RECIPES for arguments in commands(path)]
    assert len(found) > 15
    assert {"check", "fix"} <= {arguments[0] for arguments in found}
    told = {arguments[2] for arguments in found if "--output-format" in arguments[1:2]}
    assert {"github", "gitlab", "junit", "rdjson", "sarif", "concise"} <= told <= set(FORMATS)


def test_every_format_is_in_the_overview() -> None:
    text = (ROOT / "docs" / "integrations" / "README.md").read_text(encoding="utf-8")
    for name in FORMATS:
        assert f"`{name}`" in text


def test_the_problem_matcher_of_vs_code_fits(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "integrations" / "vscode.md").read_text(encoding="utf-8")
    fence = re.search(r"^```json\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    assert fence
    check, _ = json.loads(fence[1])["tasks"]
    pattern = check["problemMatcher"]["pattern"]
    (tmp_path / "a b").mkdir()
    (tmp_path / "a b" / "c (1):2.py").write_text(LOOP)
    (tmp_path / "d.py").write_text(DOUBTFUL)
    first, second, closing = checked("concise", cwd=tmp_path).splitlines()
    match = re.search(pattern["regexp"], second)
    assert match
    assert {name: match[pattern[name]] for name in pattern if name != "regexp"} == {
        "file": "a b/c (1):2.py",
        "line": "2",
        "column": "5",
        "code": "IDM101",
        "message": "`found` is filled one append at a time; say what it holds instead",
    }
    assert re.search(pattern["regexp"], first)
    assert not re.search(pattern["regexp"], closing)
