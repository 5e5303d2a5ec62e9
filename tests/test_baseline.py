"""The baseline: only what is new is told, and what is gone is said to be."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from helpers import CLEAN, DOUBTFUL, FIXED_LOOP, LOOP
from reports import report, run_here

NAME = ".idiomist-baseline.json"
TWO = LOOP + "\n\n" + LOOP.replace("2 *", "3 *").replace("doubles", "triples")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with three findings, which are written down."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "loops.py").write_text(TWO)
    (tmp_path / "doubtful.py").write_text(DOUBTFUL)
    assert run_here("baseline", cwd=tmp_path) == (0, f"3 findings in {NAME}.\n", "")
    return tmp_path


def concise(cwd: Path, *options: str) -> tuple[int, str, str]:
    return run_here("check", "--output-format", "concise", *options, cwd=cwd)


def test_what_is_written_down_is_not_told(project: Path) -> None:
    assert concise(project) == (0, f"No findings besides those in {NAME}.\n", "")
    assert concise(project / "shop") == (0, f"No findings besides those in ../{NAME}.\n", "")
    assert report("json", cwd=project) == []
    assert concise(project, "--no-baseline")[0] == 1
    assert len(report("json", "--no-baseline", cwd=project)) == 3


def test_it_is_made_for_reading(project: Path) -> None:
    content = json.loads((project / NAME).read_text(encoding="utf-8"))
    assert list(content["findings"]) == ["doubtful.py", "shop/loops.py"]
    assert content["findings"]["doubtful.py"] == [
        {
            "check": "manual-list-comprehension",
            "lines": ["found = []", "for number in numbers:", "found.append(2 * number)"],
        }
    ]
    before = (project / NAME).read_bytes()
    run_here("baseline", cwd=project)
    assert (project / NAME).read_bytes() == before


def test_lines_may_move_and_files_may_grow(project: Path) -> None:
    path = project / "shop" / "loops.py"
    path.write_text(f"import os\n\nif os.name:\n{indented(TWO)}\n\n{LOOP.replace('2 *', '5 *')}")
    [finding] = report("json", cwd=project)
    assert (
        finding["line"]
        == path.read_text().splitlines().index("        found.append(5 * number)") - 1
    )
    # The same once more is new: only so many are written down.
    path.write_text(TWO + "\n\n" + LOOP)
    [finding] = report("json", cwd=project)
    assert finding["line"] == 16


def indented(text: str) -> str:
    return "".join(f"    {line}" if line.strip() else line for line in text.splitlines(True))


def test_another_file_is_another_matter(project: Path) -> None:
    (project / "copy.py").write_text(LOOP)
    assert [finding["path"] for finding in report("json", cwd=project)] == ["copy.py"]


def test_what_is_gone_is_said_and_forgotten(project: Path) -> None:
    (project / "doubtful.py").write_text(CLEAN)
    status, _, complaints = concise(project)
    assert status == 0
    hint = "run `idiomist baseline --prune`"
    assert complaints == f"idiomist: 1 finding in {NAME} is gone; {hint}\n"
    (project / "shop" / "loops.py").unlink()
    (project / "new.py").write_text(LOOP)
    assert concise(project)[2] == f"idiomist: 3 findings in {NAME} are gone; {hint}\n"
    done = run_here("baseline", "--prune", cwd=project)
    assert done == (0, f"Removed 3 findings, gone by now.\n0 findings in {NAME}.\n", "")
    assert [finding["path"] for finding in report("json", cwd=project)] == ["new.py"]
    assert run_here("baseline", cwd=project) == (0, f"1 finding in {NAME}.\n", "")


def test_who_was_not_asked_may_still_know(project: Path) -> None:
    """Of a check that does not run, and of a file that is not read, nothing is gone."""
    for options in (("--select", "IDM2"), ("--ignore", "comprehensions"), ("doubtful.py",)):
        assert concise(project, *options)[2] == ""
    run_here("baseline", "--prune", "--select", "IDM2", cwd=project)
    run_here("baseline", "--select", "IDM2", cwd=project)
    run_here("baseline", "doubtful.py", cwd=project)
    assert concise(project) == (0, f"No findings besides those in {NAME}.\n", "")
    (project / "doubtful.py").write_text("x = (\n")
    assert "cannot be parsed" in concise(project)[2]
    run_here("baseline", "--prune", cwd=project)
    (project / "doubtful.py").write_text(DOUBTFUL)
    assert concise(project)[0] == 0


def test_fix_works_on_all_and_leaves_what_is_known(project: Path) -> None:
    status, out, complaints = run_here("fix", cwd=project)
    assert (status, out) == (0, "Fixed 2 findings in 1 file.\n")
    assert complaints == (
        f"idiomist: 2 findings in {NAME} are gone; run `idiomist baseline --prune`\n"
    )
    assert FIXED_LOOP in (project / "shop" / "loops.py").read_text()
    assert run_here("fix", cwd=project)[:2] == (0, "Nothing to fix.\n")


def test_standard_input_has_a_name(project: Path) -> None:
    from helpers import idiomist

    command = ("check", "--output-format", "concise", "-")
    known = idiomist(
        *command, "--stdin-filename", "doubtful.py", cwd=project, stdin=DOUBTFUL.encode()
    )
    assert (known.returncode, known.stderr) == (0, "")
    assert idiomist(*command, cwd=project, stdin=DOUBTFUL.encode()).returncode == 1


def test_it_may_be_elsewhere(project: Path) -> None:
    (project / NAME).rename(project / "shop" / "known.json")
    assert concise(project)[0] == 1
    assert concise(project, "--baseline", "shop/known.json")[0] == 1, "paths begin at the file"
    run_here("baseline", "--baseline", "shop/known.json", cwd=project)
    content = json.loads((project / "shop" / "known.json").read_text())
    assert list(content["findings"]) == ["../doubtful.py", "loops.py"]
    assert concise(project, "--baseline", "shop/known.json")[0] == 0


def test_of_equals_the_one_that_was_not_touched_is_known(project: Path) -> None:
    """Where only changed lines count, the new one above does not pass for the old one."""
    path = project / "shop" / "loops.py"
    path.write_text(f"{LOOP}\n\n{TWO}")
    patch = "--- a/shop/loops.py\n+++ b/shop/loops.py\n@@ -0,0 +1,7 @@\n"
    patch += "".join(f"+{line}\n" for line in f"{LOOP}\n\n".splitlines())
    (project / "new.patch").write_text(patch)
    [finding] = report("json", "--diff-from", "new.patch", cwd=project)
    assert finding["line"] == 2


def test_of_a_file_that_cannot_be_checked_nothing_is_gone(project: Path) -> None:
    (project / "doubtful.py").write_text("x = (\n")
    status, _, complaints = concise(project)
    assert status == 2
    assert complaints == "idiomist: doubtful.py: line 1 cannot be parsed: '(' was never closed\n"


def test_the_first_baseline_may_have_any_name(project: Path) -> None:
    done = run_here("baseline", "--baseline", "other.json", cwd=project)
    assert done == (0, "3 findings in other.json.\n", "")


def test_no_baseline_where_one_is_asked_for(tmp_path: Path) -> None:
    status, _, complaints = concise(tmp_path, "--baseline", "none.json")
    assert status == 2
    assert complaints == "idiomist: none.json: is not there; `idiomist baseline` writes it\n"


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"findings": []}', '{"findings": {"a": [1]}}', '{"findings": {"a": [{}]}}', "\xff"],
)
def test_a_baseline_that_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_bytes(text.encode("latin-1"))
    for command in ("check", "fix", "baseline"):
        status, _, complaints = run_here(command, cwd=tmp_path)
        assert status == 2
        assert complaints == (
            f"idiomist: {NAME}: is no baseline; remove it, and `idiomist baseline` writes one "
            "with all that is found today\n"
        )


def test_names_of_all_kinds(tmp_path: Path) -> None:
    odd = os.fsdecode(b"n\xff\xc3\xa9.py")
    (tmp_path / odd).write_text(LOOP.replace("2 *", "'\u00e4\U0001f40d' *"), encoding="utf-8")
    assert run_here("baseline", cwd=tmp_path)[0] == 0
    assert "\u00e4\U0001f40d" in (tmp_path / NAME).read_bytes().decode("utf-8", "surrogatepass")
    assert concise(tmp_path)[0] == 0


def test_a_project_without_findings_needs_none(tmp_path: Path) -> None:
    (tmp_path / "clean.py").write_text(CLEAN)
    assert run_here("baseline", cwd=tmp_path) == (0, f"0 findings in {NAME}.\n", "")
    assert not (tmp_path / NAME).exists()
