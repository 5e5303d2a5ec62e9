"""The documentation says what the code says."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from idiomist import Hazard
from idiomist.registry import installed

ROOT = Path(__file__).parent.parent
PAGES = runpy.run_path(str(ROOT / "docs" / "generate.py"))["pages"]()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_generated_pages_are_up_to_date(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == PAGES[path], "run: python docs/generate.py"


def test_no_page_is_left_over() -> None:
    assert set((ROOT / "docs" / "checks").glob("*.md")) == set(PAGES)


def test_every_doubt_is_explained() -> None:
    explained = re.findall(r"^\| `([\w-]+)` \|", (ROOT / "docs" / "safety.md").read_text(), re.M)
    assert sorted(explained) == sorted(hazard.value for hazard in Hazard)


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md"])
def test_every_check_is_mentioned(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for check in installed():
        if check.code.startswith("IDM"):
            assert check.name in text


@pytest.mark.parametrize("path", [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[\w-]+)?\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target
