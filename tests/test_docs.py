"""The documentation says what the code says."""

from __future__ import annotations

import json
import re
import runpy
import tomllib
from pathlib import Path

import pytest

from idiomist import Hazard
from idiomist.registry import Registry, installed

ROOT = Path(__file__).parent.parent
GENERATE = runpy.run_path(str(ROOT / "docs" / "generate.py"))
PAGES = GENERATE["pages"]()


PROSE = sorted((ROOT / "docs").rglob("*.md"))
for name in ("beside", "configuration"):
    PROSE.remove(ROOT / "docs" / name / "page.md")  # a template


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_generated_pages_are_up_to_date(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == PAGES[path], "run: python docs/generate.py"


def test_no_page_is_left_over() -> None:
    of_checks = {path for path in PAGES if path.parent.name == "checks"}
    assert set((ROOT / "docs" / "checks").glob("*.md")) == of_checks


def test_every_doubt_is_explained() -> None:
    explained = re.findall(r"^\| `([\w-]+)` \|", (ROOT / "docs" / "safety.md").read_text(), re.M)
    assert sorted(explained) == sorted(hazard.value for hazard in Hazard)


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md"])
def test_every_check_is_mentioned(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for check in installed():
        if check.code.startswith("IDM"):
            assert check.name in text


def test_every_check_is_compared_with_other_linters() -> None:
    facts = tomllib.loads((ROOT / "docs" / "beside" / "facts.toml").read_text(encoding="utf-8"))
    measured = json.loads((ROOT / "docs" / "beside" / "ruff.json").read_text(encoding="utf-8"))
    codes = {check.code for check in installed() if check.code.startswith("IDM")}
    assert set(facts["checks"]) == codes, "say which rules of others look at the same code"
    assert set(measured["checks"]) == codes, "run: python benchmarks/beside.py"
    for code, fact in facts["checks"].items():
        assert list(measured["checks"][code]["all"]) == sorted(fact.get("ruff", []))
        for rule in (*fact.get("pylint", ()), *fact.get("flake8", ()), *fact.get("refurb", ())):
            assert any(rule in names for names in facts["names"].values())


def test_where_ruff_speaks_by_default_we_say_more() -> None:
    """A check that only repeats what ruff says to everybody would be noise."""
    registry = Registry(check for check in installed() if check.code.startswith("IDM"))
    assert GENERATE["Beside"](registry).unexplained() == set()


@pytest.mark.parametrize("path", [ROOT / "README.md", *PROSE])
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[\w-]+)?\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target
