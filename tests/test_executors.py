"""Work that goes to an executor: an engine of somebody else, such as Dask."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from helpers import FIXED_LOOP, LOOP, idiomist

from idiomist.project import executors
from idiomist.project.config import ConfigError
from idiomist.project.executors import Executing, executing
from idiomist.project.jobs import Checking, Job
from idiomist.project.settings import Settings
from idiomist.project.workers import Lost

SETTINGS = Settings()


def lengths(jobs: Iterable[Job]) -> Iterator[int]:
    """How long files are, some of which are not good for whoever asks."""
    for job in jobs:
        assert job.data is not None
        if job.data == b"fails":
            raise ZeroDivisionError("oh\nmore")
        if job.data == b"dies":
            os._exit(3)
        yield len(job.data)


@pytest.fixture
def jobs(tmp_path: Path) -> list[Job]:
    """Files with one letter, two, three ..."""
    for number in range(1, 101):
        (tmp_path / f"{number}.py").write_text("x" * number)
    return [Job(str(tmp_path / f"{number}.py"), SETTINGS, False) for number in range(1, 101)]


def test_every_file_has_its_result(jobs: list[Job]) -> None:
    batches = [jobs[start : start + 1] for start in range(100)]
    for executor in (ThreadPoolExecutor(2), ProcessPoolExecutor(2, get_context("spawn"))):
        with executor:
            found = {job.path: result for job, result in Executing(executor, lengths).run(batches)}
        assert found == {job.path: number for number, job in enumerate(jobs, 1)}


def test_only_the_file_is_lost_that_was_to_blame(jobs: list[Job]) -> None:
    Path(jobs[7].path).write_text("fails")
    with ThreadPoolExecutor(2) as executor:
        running = Executing(executor, lengths).run([jobs[:20], jobs[20:30]])
        found = {job.path: result for job, result in running}
    lost = found.pop(jobs[7].path)
    assert lost == Lost("could not be checked elsewhere: ZeroDivisionError: oh")
    assert len(found) == 29


def test_another_idiomist_is_told_apart(jobs: list[Job], monkeypatch: pytest.MonkeyPatch) -> None:
    def do(version: str, *others: object) -> object:
        return executors._do("0.0.1", *others)  # type: ignore[arg-type]

    with ThreadPoolExecutor(1) as executor:
        submit = executor.submit
        monkeypatch.setattr(executor, "submit", lambda _, *others: submit(do, *others))
        [(_, lost)] = Executing(executor, lengths).run([jobs[:1]])
    assert isinstance(lost, Lost)
    assert "there and 0.0.1 here" in lost.reason


def test_who_stops_to_listen_takes_back_the_rest(jobs: list[Job]) -> None:
    asked: list[int] = []

    class Counting(ThreadPoolExecutor):
        def submit(self, *arguments: object, **others: object):  # type: ignore[no-untyped-def]
            asked.append(1)
            return super().submit(*arguments, **others)  # type: ignore[arg-type]

    executor: Executor = Counting(1)
    running = Executing(executor, lengths).run([[job] for job in jobs])
    next(running)
    running.close()
    executor.shutdown()
    assert len(asked) == executors._UNDER_WAY


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as executor:
        job = Job(str(tmp_path / "none.py"), SETTINGS, True)
        [(_, checked)] = Executing(executor, Checking(detailed=True)).run([[job]])
    assert not isinstance(checked, Lost)
    assert checked.outcome.complaint == "cannot be read: no such file or directory"


@pytest.mark.parametrize("url", ["ray://", "dask", "", "dask:/host", "://"])
def test_an_executor_that_is_none(url: str) -> None:
    with pytest.raises(ConfigError, match="is no executor; dask://HOST:PORT is one"):
        executing(url, lengths, 1)


def test_dask_has_to_be_there(tmp_path: Path) -> None:
    (tmp_path / "distributed.py").write_text("raise ImportError\n")
    (tmp_path / "a.py").write_text(LOOP)
    done = idiomist(
        "check", "--executor", "dask://", "a.py", cwd=tmp_path, PYTHONPATH=str(tmp_path)
    )
    assert done.returncode == 2
    assert done.stderr == "idiomist: dask://: needs Dask; run `pip install idiomist[dask]`\n"


def test_a_cluster_of_dask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cluster right here, and one that somebody else has made."""
    distributed = pytest.importorskip("distributed")
    for number in range(20):
        (tmp_path / f"m{number:02}.py").write_text(f"# {number}\n{LOOP}")
    (tmp_path / "broken.py").write_text("x = (\n")
    command = ("check", "--no-cache", "--output-format", "json", ".")
    alone = idiomist(*command, cwd=tmp_path)
    here = idiomist(*command, "--executor", "dask://", "--jobs", "1", cwd=tmp_path)
    assert (here.stdout, here.stderr) == (alone.stdout, alone.stderr)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, processes=True
    ) as cluster:
        address = cluster.scheduler_address.removeprefix("tcp://")
        there = idiomist(*command, "--executor", f"dask://{address}", cwd=tmp_path)
        assert (there.stdout, there.stderr) == (alone.stdout, alone.stderr)
        fixed = idiomist("fix", "--no-cache", "--executor", f"dask://{address}", cwd=tmp_path)
    assert fixed.stdout == "Fixed 20 findings in 20 files.\n"
    assert (tmp_path / "m07.py").read_text() == f"# 7\n{FIXED_LOOP}"
    monkeypatch.setattr(executors, "_PATIENCE", 0.5)
    with pytest.raises(ConfigError, match=r"dask://127\.0\.0\.1:9: cannot be reached"):
        executing("dask://127.0.0.1:9", lengths, 1)
