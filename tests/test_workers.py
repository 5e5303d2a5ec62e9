"""Processes that share the work: what one of them does to itself is no harm to the others."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from helpers import CLEAN, FIXED_LOOP, LOOP, idiomist, install_pack

from idiomist.project.workers import Lost, Workers

SLOW, DYING, KILLED, FAILING = -1, -2, -3, -4


def squares(numbers: Iterable[int]) -> Iterator[int]:
    """The squares of numbers, some of which are not good for whoever does it."""
    for number in numbers:
        if number == SLOW:
            time.sleep(1000)
        if number == DYING:
            os._exit(3)
        if number == KILLED:
            os.kill(os.getpid(), signal.SIGKILL)
        if number == FAILING:
            raise ZeroDivisionError("oh")
        yield number * number


def results(batches: list[list[int]], limit: float = 60) -> dict[int, int | Lost]:
    """The result of every item; no process is left behind."""
    workers: Workers[int, int] = Workers(squares, 2, limit)
    found = dict(workers.run(batches))
    workers.close()
    assert multiprocessing.active_children() == []
    return found


def test_every_item_has_its_result() -> None:
    batches = [[*range(start, start + 7)] for start in range(0, 70, 7)]
    assert results(batches) == {number: number * number for number in range(70)}
    assert results([]) == {}


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (SLOW, "takes longer than 0.3 seconds"),
        (DYING, "ended the process that checked it (exit status 3)"),
        (KILLED, "ended the process that checked it (SIGKILL)"),
        (FAILING, "could not be checked: ZeroDivisionError: oh; please report the bug"),
    ],
)
def test_only_the_item_is_lost_that_was_to_blame(bad: int, reason: str) -> None:
    batches = [[1, 2], [3, bad, 4], [5], [6, 7]]
    found = results(batches, limit=0.3 if bad == SLOW else 60)
    assert found.pop(bad) == Lost(reason)
    assert found == {number: number * number for number in range(1, 8)}


def test_all_may_be_lost() -> None:
    batches = [[DYING, KILLED], [FAILING]]
    assert {type(result) for result in results(batches).values()} == {Lost}


def test_who_stops_to_listen_stops_the_work() -> None:
    workers: Workers[int, int] = Workers(squares, 2, 60)
    running = workers.run([[1], [SLOW], [2], [SLOW]])
    next(running)
    running.close()
    workers.close()
    assert multiprocessing.active_children() == []


# -- on the command line

TROUBLE = '''\
"""Make trouble.

```python before
x = 1
```
"""
import ast, os, time
from idiomist import Check

check = Check(__name__, __doc__, code="BAD101")


@check.on(ast.Return)
def makes_trouble(node, source):
    if b"die" in source.data:
        os._exit(7)
    if b"hang" in source.data:
        time.sleep(1000)
    return
    yield
'''
LONG = "".join(f"def double{n}(number):\n    return 2 * number\n" for n in range(700))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """More code than one process is asked to check."""
    root = tmp_path / "project"
    root.mkdir()
    for number in range(30):
        (root / f"m{number:02}.py").write_text(LOOP + LONG)
    return root


@pytest.mark.parametrize("command", ["check", "fix"])
def test_a_file_that_brings_a_process_down_is_named(
    project: Path, tmp_path: Path, command: str
) -> None:
    install_pack(tmp_path / "site", "trouble", trouble=TROUBLE)
    (project / "m07.py").write_text(f"# die\n{LOOP}{LONG}")
    (project / "m21.py").write_text(f"# hang\n{LOOP}{LONG}")
    done = idiomist(
        command, "--jobs", "2", "--file-timeout", "5", cwd=project,
        PYTHONPATH=str(tmp_path / "site"),
    )  # fmt: skip
    assert done.stderr == (
        "idiomist: m07.py: ended the process that checked it (exit status 7)\n"
        "idiomist: m21.py: takes longer than 5 seconds\n"
    )
    assert done.returncode == 2
    good = [path for path in sorted(project.glob("*.py")) if path.name not in ("m07.py", "m21.py")]
    if command == "fix":
        assert done.stdout == "Fixed 28 findings in 28 files.\n"
        assert {path.read_text() for path in good} == {FIXED_LOOP + LONG}
        assert (
            (project / "m07.py").read_text().startswith("# die\ndef doubles(numbers):\n    found =")
        )
    else:
        assert [line.split(":")[0] for line in done.stdout.splitlines() if ".py:" in line] == [
            path.name for path in good
        ]


def test_the_number_of_processes_changes_nothing(project: Path) -> None:
    (project / "broken.py").write_text("x = (\n")
    (project / "m11.py").write_text(CLEAN)
    for format_ in ("full", "json", "sarif"):
        command = ("check", "--no-cache", "--output-format", format_)
        alone = idiomist(*command, "--jobs", "1", cwd=project)
        assert alone.returncode == 2
        for jobs in ("2", "8"):
            done = idiomist(*command, "--jobs", jobs, cwd=project)
            assert (done.stdout, done.stderr) == (alone.stdout, alone.stderr)


def test_numbers_that_make_no_sense(tmp_path: Path) -> None:
    for option, value in (("--jobs", "0"), ("--jobs", "x"), ("--file-timeout", "-1")):
        done = idiomist("check", option, value, cwd=tmp_path)
        assert done.returncode == 2
        assert value in done.stderr.splitlines()[0]
    for value in ("inf", "nan", "1e300"):
        assert idiomist("check", "--file-timeout", value, cwd=tmp_path).returncode == 2


@pytest.mark.skipif(sys.platform == "win32", reason="no signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_nobody_is_left_behind(project: Path, number: signal.Signals) -> None:
    running = subprocess.Popen(
        [sys.executable, "-m", "idiomist", "check", "--no-cache", "--jobs", "3"],
        cwd=project,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while len(processes_of(running.pid)) < 4 and time.monotonic() < deadline:
        time.sleep(0.02)
    running.send_signal(number)
    running.wait()
    while processes_of(running.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert processes_of(running.pid) == []


@pytest.mark.skipif(sys.platform == "win32", reason="no signals")
@pytest.mark.parametrize("command", ["check", "fix"])
def test_ctrl_c_ends_at_once(project: Path, tmp_path: Path, command: str) -> None:
    install_pack(tmp_path / "site", "trouble", trouble=TROUBLE)
    (project / "m21.py").write_text(f"# hang\n{LOOP}{LONG}")
    running = subprocess.Popen(
        [sys.executable, "-m", "idiomist", command, "--jobs", "2"],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while len(processes_of(running.pid)) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(1)
    os.killpg(running.pid, signal.SIGINT)
    _, complaints = running.communicate(timeout=20)
    assert complaints == "idiomist: interrupted; every file is whole\n"
    assert running.returncode == 130
    assert processes_of(running.pid) == []
    assert {path.read_text() for path in project.glob("m0*.py")} <= {LOOP + LONG, FIXED_LOOP + LONG}
    assert not list(project.glob(".idiomist-*"))


def processes_of(session: int) -> list[int]:
    """The processes of a session that are not yet gone."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(int(entry.name))
    return found
