"""The same work on an engine that is there already, by Python's own interface to such engines.

Where things run, when, and what happens when a machine is lost is the engine's business; here is
only what turns files into calls, and what comes back into results.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from importlib import import_module
from typing import Any

from idiomist import __version__
from idiomist.project.config import ConfigError
from idiomist.project.jobs import Job, read
from idiomist.project.workers import Lost

_UNDER_WAY = 64
"""How many batches are sent before the first has come back: their files are in memory."""

_DASK = "dask://"
_PATIENCE = 10
"""Seconds to wait for a scheduler to answer."""

_Work = Callable[[Iterable[Job]], Iterable[Any]]


class Executing:
    """Lets an executor do some work; a `Team`.

    It is sent the bytes of the files, so it need not see them; but it must have the same idiomist.
    A batch that fails is done again file by file, so that only the file is lost that is to blame.
    """

    def __init__(self, executor: Executor, work: _Work, close: Callable[[], object] = lambda: None):
        """Take an executor, what it is to do, and how to leave it when nothing more will come."""
        self._executor = executor
        self._work = work
        self._close = close

    def run(
        self, batches: Sequence[Sequence[Job]]
    ) -> Generator[tuple[Job, Any | Lost], None, None]:
        """Every file with its result, batch by batch as they are done."""
        waiting = [*reversed(batches)]
        under_way: dict[Future[list[Any]], Sequence[Job]] = {}
        try:
            while waiting or under_way:
                while waiting and len(under_way) < _UNDER_WAY:
                    batch = waiting.pop()
                    sent = self._executor.submit(_do, __version__, self._work, _with_data(batch))
                    under_way[sent] = batch
                done, _ = wait(under_way, return_when=FIRST_COMPLETED)
                for future in done:
                    batch = under_way.pop(future)
                    try:
                        results: list[Any | Lost] = [*future.result()]
                    except Exception as error:
                        if len(batch) > 1:
                            waiting += [[job] for job in reversed(batch)]
                            continue
                        results = [Lost(f"could not be checked elsewhere: {_in_short(error)}")]
                    yield from zip(batch, results, strict=True)
        finally:
            for future in under_way:
                future.cancel()

    def close(self) -> None:
        """Leave the executor."""
        self._close()


def _do(version: str, work: _Work, jobs: Sequence[Job]) -> list[Any]:
    if version != __version__:
        raise RuntimeError(f"idiomist is {__version__} there and {version} here")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return list(work(jobs))


def _with_data(jobs: Iterable[Job]) -> list[Job]:
    return [job.replace(data=_data(job.path)) for job in jobs]


def _data(path: str) -> bytes | None:
    try:
        return read(path)
    except OSError:
        return None  # Who tries again, even elsewhere, says what is wrong.


def _in_short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".partition("\n")[0]


def executing(url: str, work: _Work, processes: int) -> Executing:
    """The executor at an address, such as `dask://host:8786`; `dask://` is a cluster right here.

    Raises ConfigError when there is no such executor, or it cannot be reached.
    """
    verify(url)
    return _dask(url, url.removeprefix(_DASK), work, processes)


def verify(url: str) -> None:
    """Raise ConfigError when an address is of no kind that is known."""
    if not url.startswith(_DASK):
        raise ConfigError(
            f"{url}: is no executor; dask://HOST:PORT is one, and dask:// for a cluster right here"
        )


def _dask(url: str, address: str, work: _Work, processes: int) -> Executing:
    try:
        dask: Any = import_module("distributed")
    except ImportError as error:
        raise ConfigError(f"{url}: needs Dask; run `pip install idiomist[dask]`") from error
    try:
        if address:
            scheduler = address if "://" in address else f"tcp://{address}"
            client = dask.Client(scheduler, timeout=_PATIENCE)
        else:
            # It goes when its client does.
            client = dask.Client(n_workers=processes, threads_per_worker=1, dashboard_address=None)
    except (OSError, ValueError) as error:
        raise ConfigError(f"{url}: cannot be reached: {_in_short(error)}") from error
    return Executing(client.get_executor(), work, client.close)
