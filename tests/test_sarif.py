"""SARIF: what GitHub's code scanning and other viewers make of a report."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import DOUBTFUL, LOOP, idiomist
from reports import read, report

from idiomist.linehashes import LineHashes
from idiomist.registry import installed

ENDING = ["e9496ae3ebfced30", "fb7c023a8b9ccb3f", "ce8ba1a563dcdaca", "e20e36e16fcb0cc8"]
ENDING += ["b3edc88f2938467e", "c8e28b0b4002a3a0", "c129715d7a2bc9a3"]
LOREM = "Lorem ipsum dolor sit amet.\n"


@pytest.mark.parametrize(
    ("text", "hashes"),
    [
        ("", ["c129715d7a2bc9a3"]),
        (
            " a\nb\n  \t\tc\n d",
            ["271789c17abda88f", "54703d4cd895b18", "180aee12dab6264", "a23a3dc5e078b07b"],
        ),
        (" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n", ENDING),
        (" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r", ENDING),
        (" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n", ENDING),
        (" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n", ENDING),
    ],
)
def test_lines_have_the_hashes_that_github_gives_them(text: str, hashes: list[str]) -> None:
    """The values are those of `fingerprints.test.ts` in github/codeql-action."""
    found = LineHashes(text.encode())
    assert [found.of(line) for line in range(1, len(hashes) + 1)] == [f"{h}:1" for h in hashes]


def test_equal_lines_are_counted() -> None:
    found = LineHashes((10 * LOREM).encode())
    assert [found.of(line) for line in range(1, 7)] == [
        f"a7f2ff13bc495cf2:{n}" for n in range(1, 7)
    ]
    assert found.of(7) == "a7f2ff1481e87703:1"


def test_a_result_tells_the_whole_story(tmp_path: Path) -> None:
    (tmp_path / "a b.py").write_text(f"# \U0001f40d\n{DOUBTFUL}")
    [run] = report("sarif", cwd=tmp_path)["runs"]
    [result] = run["results"]
    artifact = {"uri": "a%20b.py", "uriBaseId": "SRCROOT"}
    assert run["columnKind"] == "unicodeCodePoints"
    assert artifact["uriBaseId"] in run["originalUriBaseIds"]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "IDM101"
    assert result["message"]["text"] == (
        "`found` is filled one append at a time; say what it holds instead. "
        "Doubt: `number` is read again on line 6."
    )
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": artifact,
                "region": {"startLine": 3, "startColumn": 5, "endLine": 5, "endColumn": 33},
            }
        }
    ]
    [related] = result["relatedLocations"]
    assert related["physicalLocation"] == {
        "artifactLocation": artifact,
        "region": {"startLine": 6},
    }
    [fix] = result["fixes"]
    assert fix["artifactChanges"] == [
        {
            "artifactLocation": artifact,
            "replacements": [
                {
                    "deletedRegion": {
                        "startLine": 3,
                        "startColumn": 1,
                        "endLine": 6,
                        "endColumn": 1,
                    },
                    "insertedContent": {"text": "    found = [2 * number for number in numbers]\n"},
                }
            ],
        }
    ]


def test_every_check_is_a_rule_with_its_lesson(tmp_path: Path) -> None:
    [run] = report("sarif", cwd=tmp_path)["runs"]
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert list(rules) == [check.code for check in installed()]
    for check in installed():
        rule = rules[check.code]
        assert rule["name"] == check.name
        assert rule["shortDescription"]["text"] == check.lesson.title
        assert "```" not in rule["fullDescription"]["text"]
        markdown = rule["help"]["markdown"]
        assert "*Before:*\n\n```python\n" in markdown
        assert "```python before" not in markdown


def test_fingerprints_stay_when_lines_above_change(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text(LOOP + LOOP)
    before = prints(report("sarif", cwd=tmp_path))
    path.write_text(f"import json\n\n{LOOP}{LOOP}")
    assert prints(report("sarif", cwd=tmp_path)) == before
    assert len({each["idiomist/v1"] for each in before}) == 2


def prints(
    found: dict[str, list[dict[str, list[dict[str, dict[str, str]]]]]],
) -> list[dict[str, str]]:
    return [result["partialFingerprints"] for result in found["runs"][0]["results"]]


def test_what_went_wrong_is_in_the_report(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("x = (\n")
    done = idiomist("check", "--output-format", "sarif", cwd=tmp_path)
    [invocation] = read("sarif", done.stdout)["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] is False
    [notification] = invocation["toolExecutionNotifications"]
    assert f"idiomist: {notification['message']['text']}\n" == done.stderr
    (tmp_path / "broken.py").write_text("x = ()\n")
    [run] = report("sarif", cwd=tmp_path)["runs"]
    assert run["invocations"] == [{"executionSuccessful": True}]
