"""What all output formats for hosts and tools have in common."""

from __future__ import annotations

import codecs
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from helpers import CLEAN, DOUBTFUL, FIXED_LOOP, LOOP, idiomist
from reports import paths, read, report

from idiomist.cli import FORMATS
from idiomist.cli.options import parser
from idiomist.conventions import DEFAULTS
from idiomist.linter import Linter
from idiomist.outcome import GENERATED, Outcome, Replacement, check
from idiomist.registry import installed
from idiomist.source import Source

EXAMPLES = Path(__file__).parent.parent / "examples"
FOR_HOSTS = ["github", "gitlab", "junit", "rdjson", "sarif"]
FOR_PROGRAMS = ["json", "json-lines", *FOR_HOSTS]
ODD_NAMES = [
    "with space.py",
    "na\u00efve \u86c7 \U0001f40d.py",
    "a#b.py",
    "100%41.py",
    "a,b=c;d&e.py",
    "a:b::c.py",
    "`ticks` | <b>bars.py",
    "new\nline.py",
    "::error::gotcha.py",
    "bell\x07.py",
]


def test_every_format_is_named_by_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["check", "--help"])
    words = re.findall(r"[\w-]+", capsys.readouterr().out)
    for name in FORMATS:
        assert name in words
    assert set(FORMATS) == {"full", "concise", *FOR_PROGRAMS}


@pytest.mark.parametrize("name", ["full", "github"])
def test_only_the_format_that_is_asked_for_is_loaded(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.py").write_text(LOOP)
    code = (
        "import sys, idiomist\n"
        "from idiomist.cli import run\n"
        f"run(['check', '--output-format', {name!r}, 'a.py'])\n"
        "print(*(m for m in sys.modules if m.startswith('idiomist.reporters.')), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, check=True, text=True
    )
    loaded = {module.rpartition(".")[2] for module in done.stderr.split()}
    shared = {"painting", "places", "report", "text"}
    assert loaded - shared == ({name} if name == "github" else set())
    assert ("places" in loaded) == (name == "github")


@pytest.mark.parametrize("name", FOR_PROGRAMS)
def test_no_findings_at_all(tmp_path: Path, name: str) -> None:
    (tmp_path / "clean.py").write_text(CLEAN)
    done = idiomist("check", "--output-format", name, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert paths(name, read(name, done.stdout)) == []
    (tmp_path / "clean.py").unlink()
    assert idiomist("check", "--output-format", name, cwd=tmp_path).stdout == done.stdout


@pytest.mark.parametrize("name", FOR_HOSTS)
@pytest.mark.parametrize("where", [".git", "nowhere"])
def test_paths_start_at_the_root_of_the_repository(tmp_path: Path, name: str, where: str) -> None:
    folder = tmp_path / "src" / "shop"
    folder.mkdir(parents=True)
    (folder / "cart.py").write_text(LOOP)
    (tmp_path / where).mkdir()
    wanted = "src/shop/cart.py" if where == ".git" else "cart.py"
    for cwd, argument in (
        (folder, "."),
        (folder, str(folder / "cart.py")),
        (tmp_path / "src", "."),
    ):
        if where == "nowhere" and cwd != folder:
            wanted = "shop/cart.py"
        assert paths(name, report(name, argument, cwd=cwd)) == [wanted]


@pytest.mark.parametrize("name", FOR_HOSTS)
def test_a_link_is_reported_where_it_leads(tmp_path: Path, name: str) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "real.py").write_text(LOOP)
    (tmp_path / "link.py").symlink_to("real.py")
    assert paths(name, report(name, "link.py", cwd=tmp_path)) == ["real.py"]


@pytest.mark.parametrize("name", FOR_HOSTS)
def test_a_file_outside_of_the_repository_has_its_whole_path(tmp_path: Path, name: str) -> None:
    outside, repository = tmp_path / "out side.py", tmp_path / "repository"
    (repository / ".git").mkdir(parents=True)
    outside.write_text(LOOP)
    if name == "gitlab":
        done = idiomist("check", "--output-format", name, "../out side.py", cwd=repository)
        [found] = [issue["location"]["path"] for issue in json.loads(done.stdout)]
    else:
        [found] = paths(name, report(name, "../out side.py", cwd=repository))
    assert found.removeprefix("file://") == str(outside)


@pytest.mark.parametrize("name", FOR_HOSTS)
def test_odd_names_of_files(tmp_path: Path, name: str) -> None:
    (tmp_path / "od d").mkdir()
    for odd in ODD_NAMES:
        (tmp_path / "od d" / odd).write_text(LOOP)
    found = paths(name, report(name, cwd=tmp_path))
    # XML has no way to write a bell.
    wanted = [f"od d/{odd}" for odd in ODD_NAMES]
    if name == "junit":
        wanted = [path.replace("\x07", "\ufffd") for path in wanted]
    assert sorted(found) == sorted(wanted)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
@pytest.mark.parametrize("name", FOR_HOSTS)
def test_a_name_that_is_no_utf8(tmp_path: Path, name: str) -> None:
    (tmp_path / "b\udcff.py").write_text(LOOP)
    assert paths(name, report(name, cwd=tmp_path)) == ["b\ufffd.py"]


@pytest.mark.parametrize("name", FOR_HOSTS)
def test_standard_input(tmp_path: Path, name: str) -> None:
    arguments = ("check", "--output-format", name, "-")
    (tmp_path / "src").mkdir()
    (tmp_path / ".git").mkdir()
    plain = idiomist(*arguments, cwd=tmp_path / "src", stdin=LOOP.encode())
    assert paths(name, read(name, plain.stdout)) == ["<stdin>"]
    named = idiomist(
        *arguments, "--stdin-filename", "a.py", cwd=tmp_path / "src", stdin=LOOP.encode()
    )
    assert paths(name, read(name, named.stdout)) == ["src/a.py"]


@pytest.mark.parametrize("name", FOR_PROGRAMS)
def test_a_file_that_cannot_be_read_changes_the_status_and_not_the_form(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "broken.py").write_text("x = (\n")
    (tmp_path / "loop.py").write_text(LOOP)
    done = idiomist("check", "--output-format", name, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == "idiomist: broken.py: line 1 cannot be parsed: '(' was never closed\n"
    assert paths(name, read(name, done.stdout)) == ["loop.py"]


@pytest.mark.parametrize("name", FOR_PROGRAMS)
def test_output_does_not_depend_on_the_encoding_of_the_terminal(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.py").write_text(LOOP.replace("found", "\u00e4pfel"), encoding="utf-8")
    plain = idiomist("check", "--output-format", name, cwd=tmp_path)
    ascii_only = idiomist(
        "check", "--output-format", name, cwd=tmp_path, PYTHONUTF8="0", PYTHONIOENCODING="ascii"
    )
    assert ascii_only.stdout == plain.stdout
    assert "Traceback" not in ascii_only.stderr
    read(name, plain.stdout)


@pytest.mark.parametrize("name", FOR_PROGRAMS)
def test_the_clumsy_shop(name: str) -> None:
    shop = EXAMPLES / "clumsy_shop" / "shop"
    wanted = {finding["path"] for finding in report("json", cwd=shop)}
    root = "" if name.startswith("json") else "examples/clumsy_shop/shop/"
    if (shop.parent.parent.parent / ".git").exists():
        found = set(paths(name, report(name, cwd=shop)))
        assert found <= {f"{root}{path}" for path in wanted}
        if name != "github":
            assert len(found) == len(wanted)


def test_json_lines_are_the_objects_of_json(tmp_path: Path) -> None:
    for path, text in (("a.py", LOOP), ("b.py", DOUBTFUL), ("c.py", CLEAN)):
        (tmp_path / path).write_text(text)
    assert report("json-lines", cwd=tmp_path) == report("json", cwd=tmp_path)
    assert len(report("json", cwd=tmp_path)) == 2


@pytest.mark.parametrize(
    ("old", "end"),
    [("", (3, 1)), ("one\n", (4, 1)), ("one\r\ntwo", (4, 4)), ("one\rtwo\r", (5, 1))],
)
def test_where_changed_lines_end(old: str, end: tuple[int, int]) -> None:
    assert Replacement(3, old, "new\n").end == end


def test_an_outcome_is_the_same_after_a_journey() -> None:
    linter = Linter(installed())
    for text in (LOOP, DOUBTFUL, CLEAN, "x = (\n"):
        for detailed in (False, True):
            outcome = check(text.encode(), "a.py", linter, DEFAULTS, detailed=detailed)
            assert Outcome.from_text(outcome.to_text()) == outcome
    assert Outcome.from_text(GENERATED.to_text()) == GENERATED


TEXTS = {
    "as usual": LOOP.encode(),
    "crlf": LOOP.replace("\n", "\r\n").encode(),
    "no line end": LOOP.partition("    return")[0].rstrip().encode(),
    "two": (LOOP + LOOP).encode(),
    "wide": LOOP.replace("2 *", "2 * len('\U0001f40d\u00e4') *").encode(),
    "bom": codecs.BOM_UTF8 + LOOP.encode(),
    "latin": b"# coding: latin-1\n" + LOOP.replace("2 *", "'\u00e4' *").encode("latin-1"),
    "form feed": b"\x0c\n" + LOOP.encode(),
    "import": b'"""Fetch."""\n\ndef fetch(connect):\n    c = connect()\n' + LOOP.encode(),
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("name", ["json", "sarif", "rdjson"])
def test_the_edits_make_what_fix_makes(tmp_path: Path, name: str, text: bytes) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(text)
    source = Source(text)
    edits = edits_of(name, report(name, cwd=tmp_path), source)
    assert edits
    new = source.text
    for start, stop, replacement in sorted(edits, reverse=True):
        new = new[:start] + replacement + new[stop:]
    idiomist("fix", "a.py", cwd=tmp_path)
    assert new == Source(path.read_bytes()).text
    if text == LOOP.encode():
        assert new == FIXED_LOOP


def edits_of(name: str, found: object, source: Source) -> list[tuple[int, int, str]]:
    """The edits in a report as offsets, worked out as the format says and not as we do."""
    assert isinstance(found, (dict, list))
    lines = source.lines

    def offset(line: int, column: int) -> int:
        return sum(map(len, lines[: line - 1])) + column - 1

    if name == "json":
        return [
            (
                offset(edit["line"], edit["column"]),
                offset(edit["end_line"], edit["end_column"]),
                edit["text"],
            )
            for finding in found
            for edit in finding["edits"]
        ]
    assert isinstance(found, dict)
    if name == "sarif":
        return [
            (
                offset(region["startLine"], region["startColumn"]),
                offset(region["endLine"], region["endColumn"]),
                replacement["insertedContent"]["text"],
            )
            for result in found["runs"][0]["results"]
            for change in result["fixes"][0]["artifactChanges"]
            for replacement in change["replacements"]
            for region in [replacement["deletedRegion"]]
        ]
    edits = []
    for diagnostic in found["diagnostics"]:
        [suggestion] = diagnostic["suggestions"]
        start, end = suggestion["range"]["start"], suggestion["range"]["end"]
        assert "column" not in start and "column" not in end, "hosts suggest whole lines"
        last = lines[end["line"] - 1].rstrip("\r\n")
        edits.append(
            (offset(start["line"], 1), offset(end["line"], 1) + len(last), suggestion["text"])
        )
    return edits
