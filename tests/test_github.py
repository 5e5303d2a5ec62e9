"""GitHub Actions: annotations, the log, and the summary of the step."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from helpers import DOUBTFUL, LOOP, idiomist
from reports import checked, command, report

from idiomist.reporters.github import ANNOTATIONS, ROWS


def test_an_annotation_tells_the_whole_story(tmp_path: Path) -> None:
    (tmp_path / "a, b: 100%.py").write_text(LOOP.replace("2 * number", "number % 2"))
    lines = checked("github", cwd=tmp_path).splitlines()
    assert lines[0].startswith("::warning file=a%2C b%3A 100%25.py,line=2,endLine=4,title=manual-")
    assert command(lines[0]) == (
        "warning",
        {
            "file": "a, b: 100%.py",
            "line": "2",
            "endLine": "4",
            "title": "manual-list-comprehension (IDM101)",
        },
        """\
`found` is filled one append at a time; say what it holds instead
    2 -     found = []
    3 -     for number in numbers:
    4 -         found.append(number % 2)
      +     found = [number % 2 for number in numbers]
   safe""",
    )
    assert lines[1:] == ["1 finding: 1 can be fixed safely (idiomist fix)"]


def test_a_finding_on_one_line_has_a_column(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import json\n\ndata = json.load(open('a.json'))\n")
    [(_, properties, _)] = report("github", cwd=tmp_path)
    assert (properties["line"], properties["endLine"], properties["col"]) == ("3", "3", "18")


def test_the_ten_best_are_annotated_and_the_others_are_listed(tmp_path: Path) -> None:
    for number in range(4):
        (tmp_path / f"a{number}.py").write_text(DOUBTFUL)
    for number in range(8):
        (tmp_path / f"b{number}.py").write_text(LOOP)
    text = checked("github", cwd=tmp_path)
    annotated = [properties["file"] for _, properties, _ in report("github", cwd=tmp_path)]
    assert annotated == [*(f"b{number}.py" for number in range(8)), "a0.py", "a1.py"]
    assert len(annotated) == ANNOTATIONS
    what = "manual-list-comprehension (IDM101): `found` is filled one append at a time"
    assert text.splitlines()[ANNOTATIONS:] == [
        "And 2 more, for which GitHub has no room at the code:",
        f"- a2.py:2:5 {what}; say what it holds instead",
        f"- a3.py:2:5 {what}; say what it holds instead",
        "12 findings: 8 can be fixed safely (idiomist fix), "
        "4 with doubts (idiomist fix --unsafe)",
    ]


def test_no_more_rewrites_are_made_than_are_shown(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(12 * LOOP)
    (tmp_path / "b.py").write_text(DOUBTFUL)
    found = report("github", cwd=tmp_path)
    assert [message.endswith("\n   safe") for *_, message in found] == ANNOTATIONS * [True]


def test_nothing_in_the_log_passes_for_a_command(tmp_path: Path) -> None:
    for number in range(ANNOTATIONS):
        (tmp_path / f"a{number}.py").write_text(LOOP)
    for odd in ("b\n::error::mine.py", "::error::mine.py", "c ##[error]mine.py"):
        (tmp_path / odd).write_text(LOOP)
    lines = checked("github", cwd=tmp_path).splitlines()
    assert sum(line.startswith("::") for line in lines) == ANNOTATIONS
    assert not any("##[" in line for line in lines if not line.startswith("::"))


def test_the_summary_is_appended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("Before.\n")
    (tmp_path / "a | `b.py").write_text(DOUBTFUL)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    checked("github", cwd=tmp_path)
    what = "`found` is filled one append at a time; say what it holds instead"
    assert summary.read_text() == f"""\
Before.
### idiomist

1 finding: 1 with doubts (idiomist fix --unsafe)

| where | what | fix |
|---|---|---|
| `` a \\| `b.py:2 `` | manual-list-comprehension (IDM101): {what} | unsafe |
"""


def test_the_summary_links_to_the_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://github.com")
    monkeypatch.setenv("GITHUB_REPOSITORY", "me/shop")
    monkeypatch.setenv("GITHUB_SHA", "abc123")
    (tmp_path / "a (1).py").write_text(LOOP)
    checked("github", cwd=tmp_path)
    found = re.search(r"\[`a \(1\)\.py:2`\]\((\S+)\) ", (tmp_path / "summary.md").read_text())
    assert found
    assert found[1] == "https://github.com/me/shop/blob/abc123/a%20%281%29.py#L2-L4"


def test_the_summary_does_not_grow_beyond_what_github_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    (tmp_path / "a.py").write_text((ROWS + 3) * LOOP)
    checked("github", cwd=tmp_path)
    text = summary.read_text()
    assert text.count("\n| `a.py:") == ROWS
    assert text.endswith("\nAnd 3 other findings; the log lists them all.\n")


def test_without_findings_the_summary_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    assert checked("github", cwd=tmp_path) == "No findings.\n"
    assert (tmp_path / "summary.md").read_text() == "### idiomist\n\nNo findings.\n"


def test_a_summary_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(LOOP)
    done = idiomist(
        "check", "--output-format", "github", "a.py",
        cwd=tmp_path, GITHUB_STEP_SUMMARY=str(tmp_path / "no" / "folder.md"),
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout.startswith("::warning ")
    assert re.fullmatch(r"idiomist: \S+folder\.md: cannot be written: .*\n", done.stderr)
