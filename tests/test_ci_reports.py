"""GitLab, Jenkins and reviewdog: what they make of a report."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from helpers import DOUBTFUL, LOOP, idiomist
from reports import read, report

from idiomist.conventions import DEFAULTS
from idiomist.finding import Applicability
from idiomist.linter import Linter
from idiomist.outcome import Replacement, check
from idiomist.registry import installed
from idiomist.reporters.painting import Painter
from idiomist.reporters.rdjson import RdjsonReporter
from idiomist.reporters.report import Run


def test_gitlab_knows_a_finding_again(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text(LOOP + LOOP)
    before = [issue["fingerprint"] for issue in report("gitlab", cwd=tmp_path)]
    assert len(set(before)) == 2, "of two with one fingerprint GitLab shows one"
    # Further down and deeper, it is the same finding.
    deeper = "".join(f"    {line}\n" for line in (LOOP + LOOP).splitlines())
    path.write_text(f"import os\n\nif os.name:\n{deeper}")
    assert [issue["fingerprint"] for issue in report("gitlab", cwd=tmp_path)] == before
    # With other code, in another file, it is another.
    path.write_text(LOOP.replace("2 *", "3 *"))
    (tmp_path / "b.py").write_text(LOOP)
    after = [issue["fingerprint"] for issue in report("gitlab", cwd=tmp_path)]
    assert not set(before) & set(after)


def test_gitlab_issues(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(LOOP)
    (tmp_path / "b.py").write_text(DOUBTFUL)
    first, second = report("gitlab", cwd=tmp_path)
    assert len(first.pop("fingerprint")) == 64
    assert first == {
        "type": "issue",
        "check_name": "manual-list-comprehension",
        "description": "`found` is filled one append at a time; say what it holds instead",
        "categories": ["Clarity"],
        "severity": "minor",
        "location": {"path": "a.py", "lines": {"begin": 2, "end": 4}},
    }
    assert second["severity"] == "minor"


def test_jenkins_follows_a_check_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "shop.v2").mkdir()
    (tmp_path / "shop.v2" / "cart.py").write_text(LOOP + LOOP)
    (tmp_path / "shop.v2" / "cart.pyi").write_text(LOOP)
    suites = report("junit", cwd=tmp_path)
    assert [suite.get("name") for suite in suites] == [
        "shop.v2/cart.py",
        "shop.v2/cart.pyi",
        "idiomist",
    ]
    [case] = suites[0]
    assert case.get("classname") == "shop_v2.cart"
    assert case.get("name") == "manual-list-comprehension (IDM101)"
    [failure] = case
    what = "`found` is filled one append at a time; say what it holds instead"
    assert failure.get("message") == f"{what} (and 1 more)"
    stories = (failure.text or "").split("\n\n")
    assert stories[0] == f"""\
shop.v2/cart.py:2:5 manual-list-comprehension (IDM101): {what}
    2 -     found = []
    3 -     for number in numbers:
    4 -         found.append(2 * number)
      +     found = [2 * number for number in numbers]
   safe"""
    assert stories[1].startswith("shop.v2/cart.py:7:5 ")
    assert suites[1][0].get("classname") == "shop_v2.cart_pyi"
    assert suites[2][0].get("name") == "every file can be checked"


def test_jenkins_is_told_what_went_wrong(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("x = (\n")
    done = idiomist("check", "--output-format", "junit", cwd=tmp_path)
    [suite] = read("junit", done.stdout)
    [[error]] = suite
    assert error.tag == "error"
    assert error.text == "broken.py: line 1 cannot be parsed: '(' was never closed"


def test_no_character_breaks_the_xml(tmp_path: Path) -> None:
    odd = "".join(map(chr, [1, 8, 11, 0x1B, 0x7F, 0x85, 0xFFFE, 0xFFFF]))
    text = LOOP.replace("2 *", f"len('<&\"]]>{odd}\U0001f40d') *")
    (tmp_path / "a.py").write_text(text, encoding="utf-8")
    [failure] = report("junit", cwd=tmp_path)[0][0]
    assert "len('<&\"]]>\ufffd" in failure.text
    assert "\U0001f40d')" in failure.text


def test_reviewdog_counts_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        "import json\n\nx = '\u00e4\U0001f40d'; data = json.load(open('a.json'))\n",
        encoding="utf-8",
    )
    [diagnostic] = report("rdjson", cwd=tmp_path)["diagnostics"]
    line = "x = '\u00e4\U0001f40d'; data = json.load(".encode()
    assert diagnostic["location"]["range"]["start"] == {"line": 3, "column": len(line) + 1}


def test_reviewdog_gets_suggestions_of_whole_lines(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(DOUBTFUL)
    [diagnostic] = report("rdjson", cwd=tmp_path)["diagnostics"]
    assert diagnostic["suggestions"] == [
        {
            "range": {"start": {"line": 2}, "end": {"line": 4}},
            "text": "    found = [2 * number for number in numbers]",
        }
    ]
    assert diagnostic["message"] == (
        "manual-list-comprehension: `found` is filled one append at a time; "
        "say what it holds instead\n\nDoubt: `number` is read again on line 5"
    )


def test_reviewdog_gets_no_half_of_a_fix(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = check(LOOP.encode(), "a.py", Linter(installed()), DEFAULTS, detailed=True)
    [finding] = outcome.findings
    needs_import = (Replacement(1, "", "import math\n"), *finding.replacements)
    reporter = RdjsonReporter(Run(Painter(colour=False), ()))
    reporter.add("a.py", finding.replace(replacements=needs_import))
    reporter.close(Counter([Applicability.SAFE]), complete=True)
    [diagnostic] = read("rdjson", capsys.readouterr().out)["diagnostics"]
    assert "suggestions" not in diagnostic
