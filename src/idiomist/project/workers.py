"""Processes that share the work, of which none can take the run down with it."""

from __future__ import annotations

import gc
import multiprocessing
import signal
import sys
import time
import warnings
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

from idiomist.record import Record

T = TypeVar("T")
R = TypeVar("R")

# What is loaded here needs not be loaded again there. Elsewhere that is not safe.
_FORKS = sys.platform == "linux"
_PROCESSES: Any = multiprocessing.get_context("fork" if _FORKS else "spawn")


class Lost(Record):
    """What there is instead of a result: the process is gone, and why, in a few words."""

    reason: str


class Workers(Generic[T, R]):
    """Processes that turn batches of items into a result for each item.

    A batch during which a process dies, or takes too long, is done again item by item, so that
    only the item is lost that was to blame.
    """

    def __init__(self, work: Callable[[Sequence[T]], Iterable[R]], count: int, limit: float):
        """Let `count` processes do `work`, none of them longer than `limit` seconds on an item."""
        self._work = work
        self._count = count
        self._limit = limit
        self._idle: list[_Worker[T, R]] = []
        self._made: list[_Worker[T, R]] = []

    def run(self, batches: Sequence[Sequence[T]]) -> Generator[tuple[T, R | Lost], None, None]:
        """Every item with its result, batch by batch as they are done; the first begin first."""
        waiting = [*reversed(batches)]
        busy: dict[Connection, _Worker[T, R]] = {}
        try:
            while waiting or busy:
                while waiting and len(busy) < self._count:
                    try:
                        worker = self._idle.pop() if self._idle else self._new()
                    except OSError:
                        if not busy:
                            raise
                        # There may be no more processes, or pipes, than there are.
                        self._count = len(busy)
                        break
                    busy[worker.begin(waiting.pop(), self._limit)] = worker
                soonest = min(worker.deadline for worker in busy.values())
                ready = wait([*busy], max(0.0, soonest - time.monotonic()))
                for connection, worker in [*busy.items()]:
                    if connection in ready:
                        result = worker.result()
                    elif worker.deadline <= time.monotonic():
                        result = worker.stop(f"takes longer than {self._limit:g} seconds")
                    else:
                        continue
                    del busy[connection]
                    if worker.is_alive:
                        self._idle.append(worker)
                    if not isinstance(result, Lost):
                        yield from zip(worker.batch, result, strict=True)
                    elif len(worker.batch) == 1:
                        yield worker.batch[0], result
                    else:
                        waiting += [[item] for item in reversed(worker.batch)]
        finally:
            # Nobody waits for what is still going on, whether by Ctrl-C or otherwise.
            for worker in busy.values():
                worker.stop("")

    def _new(self) -> _Worker[T, R]:
        worker = _Worker(self._work, [other.ours for other in self._made if other.is_alive])
        self._made.append(worker)
        return worker

    def close(self) -> None:
        """Let the processes go, which have nothing to do any more."""
        while self._idle:
            self._idle.pop().stop("")


class _Worker(Generic[T, R]):
    """One process; `batch` is what it is at."""

    def __init__(
        self, work: Callable[[Sequence[T]], Iterable[R]], others: Sequence[Connection] = ()
    ):
        self.ours: Connection
        self.ours, theirs = _PROCESSES.Pipe()
        # A process that is forked holds what this one holds; as long as it does, neither it nor
        # another one notices that this one is gone.
        inherited = [self.ours, *others] if _FORKS else []
        self._process: BaseProcess = _PROCESSES.Process(
            target=_serve, args=(work, theirs, inherited), daemon=True
        )
        self._process.start()
        theirs.close()
        self.batch: Sequence[T] = ()
        self.deadline = 0.0
        self.is_alive = True

    def begin(self, batch: Sequence[T], limit: float) -> Connection:
        """Give it a batch; something comes from the connection when it is done, or gone."""
        self.batch = batch
        self.deadline = time.monotonic() + limit
        # If it is gone, to ask for the result will say so.
        with suppress(OSError):
            self.ours.send(batch)
        return self.ours

    def result(self) -> list[R] | Lost:
        """What it came to; to be asked when the connection says that there is something."""
        try:
            result: list[R] | Lost = self.ours.recv()
        except (EOFError, OSError):
            self._process.join()
            return self.stop(_death(self._process.exitcode))
        return result

    def stop(self, reason: str) -> Lost:
        """End it, whatever it is at."""
        self.is_alive = False
        self._process.kill()
        self._process.join()
        self.ours.close()
        return Lost(reason)


def _death(code: int | None) -> str:
    if code is not None and code < 0:
        try:
            return f"ended the process that checked it ({signal.Signals(-code).name})"
        except ValueError:
            pass
    return f"ended the process that checked it (exit status {code})"


def _serve(
    work: Callable[[Sequence[T]], Iterable[R]],
    connection: Connection,
    inherited: Iterable[Connection],
) -> None:
    for other in inherited:
        other.close()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # Ctrl-C goes to all processes of a terminal; the one that has us tells us by ending.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    warnings.simplefilter("ignore")
    try:
        while True:
            batch = connection.recv()
            try:
                result: list[R] | Lost = list(work(batch))
            except Exception as error:
                text = f"{type(error).__name__}: {error}"
                result = Lost(f"could not be checked: {text}; please report the bug")
            connection.send(result)
    except (EOFError, OSError):
        pass
