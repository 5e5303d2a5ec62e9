"""Shards: parts of a run that come together as if there had been no parts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers import CLEAN, DOUBTFUL, LOOP
from reports import run_here

from idiomist.cli import FORMATS
from idiomist.project.files import Found
from idiomist.project.shards import Shard


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Files in several folders, whose names sort otherwise than they are found."""
    root = tmp_path / "project"
    for number, text in enumerate([LOOP, DOUBTFUL, CLEAN, LOOP + LOOP] * 10):
        folder = root / ("b", "a", ".", "a/z", "é")[number % 5]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"m{number}.py").write_text(text)
    return root


@pytest.mark.parametrize("count", [1, 2, 4, 16])
@pytest.mark.parametrize("name", FORMATS)
def test_parts_make_a_whole(project: Path, tmp_path: Path, name: str, count: int) -> None:
    paths = ("b", ".", "a/z/m3.py")
    whole = run_here("check", "--output-format", name, *paths, cwd=project)
    assert whole[0] == 1
    files = []
    for number in range(1, count + 1):
        shard = f"{number}/{count}"
        done = run_here("check", "--output-format", "json", "--shard", shard, *paths, cwd=project)
        assert done[2] == ""
        files.append(tmp_path / f"{number}.json")
        files[-1].write_text(done[1])
    # In any order, for each finding knows its place.
    names = [str(file) for file in reversed(files)]
    assert run_here("merge", "--output-format", name, *names, cwd=project) == whole
    if name == "json":
        assert run_here("merge", *names, cwd=project) == whole
        assert run_here("merge", "--exit-zero", *names, cwd=project)[0] == 0


def test_a_file_stays_in_its_part(tmp_path: Path) -> None:
    files = [Found(f"f{number}.py", False) for number in range(1000)]
    parts = [{each.path for each in Shard(n, 16).of_run(files, {})} for n in range(1, 17)]
    assert sum(map(len, parts)) == len(set.union(*parts)) == 1000
    assert max(map(len, parts)) < 2 * 1000 / 16
    some = [Found(f"f{number}.py", True) for number in range(0, 1000, 7)]
    for number, part in enumerate(parts, 1):
        assert {each.path for each in Shard(number, 16).of_run(some, {})} <= part


def test_fix_may_be_shared_too(project: Path) -> None:
    lines = [
        run_here("fix", "--shard", f"{number}/3", cwd=project)[1].splitlines()[0]
        for number in range(1, 4)
    ]
    assert sum(int(line.split()[1]) for line in lines) == 30
    assert "can be fixed safely" not in run_here("check", cwd=project)[1]


@pytest.mark.parametrize("text", ["3", "0/4", "5/4", "1/0", "-1/4", "a/b", "1/4/2", "\u0661/4"])
def test_a_shard_that_is_none(
    tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        run_here("check", f"--shard={text}", cwd=tmp_path)
    assert stopped.value.code == 2


def test_what_cannot_be_merged(project: Path, tmp_path: Path) -> None:
    def merged(*files: Path) -> str:
        status, out, complaints = run_here("merge", *map(str, files), cwd=tmp_path)
        assert (status, out) == (2, "")
        return complaints

    part = tmp_path / "part.json"
    part.write_text(run_here("check", "--output-format", "json", "--shard", "1/2", cwd=project)[1])
    copy = tmp_path / "copy.json"
    copy.write_text(part.read_text())
    assert "and so does" in merged(part, copy)
    assert "cannot be read: No such file" in merged(part, tmp_path / "none.json")
    for text in ("", "{}", "[1]", '[{"path": "a.py"}]', json.dumps([{"shard": {}}]), "\xff"):
        copy.write_bytes(text.encode("latin-1"))
        assert merged(part, copy).startswith(f"idiomist: {copy}: is ")
    copy.write_text("[]")
    assert run_here("merge", str(copy), cwd=tmp_path) == (0, "[]\n", "")
