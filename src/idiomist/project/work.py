"""What a run is made of: files on their way to a result, work done to them, and who helps."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from idiomist.outcome import Outcome
from idiomist.project.files import Found
from idiomist.project.settings import Settings

if TYPE_CHECKING:
    from idiomist.project.jobs import Job
    from idiomist.project.workers import Lost

_SURE = 2_000_000_000
"""Nanoseconds after which no file system gives the next change the same time."""


class Result(Protocol):
    """What was done to a file came to this."""

    @property
    def outcome(self) -> Outcome:
        """What there is to say about it."""

    @property
    def content(self) -> bytes:
        """The digest of the bytes of which that is said; nothing if it is not to be remembered."""


R = TypeVar("R", bound=Result)
R_co = TypeVar("R_co", bound=Result, covariant=True)


class Work(Protocol[R_co]):
    """What is to be done to files: `Checking` or `Fixing`."""

    def __call__(self, jobs: Iterable[Job], /) -> Iterator[R_co]:
        """Do it to one file after the other."""

    @property
    def rewrites(self) -> bool:
        """Whether rewrites are made on the way."""

    def known(self, outcome: Outcome, /) -> R_co | None:
        """The result where an outcome is known; None if the file has to be read all the same."""

    def lost(self, why: str, /) -> R_co:
        """The result for a file with which it could not be done."""


class Team(Protocol):
    """Others who do the work; see `Workers`."""

    def run(self, batches: Sequence[Sequence[Job]]) -> Iterator[tuple[Job, Any | Lost]]:
        """Every job with its result, in any order."""

    def close(self) -> None:
        """Send them home."""


class File:
    """A file on its way to a result."""

    __slots__ = ("found", "result", "settings", "size", "state")

    def __init__(self, found: Found, settings: Settings):
        """Look at a file, without reading it."""
        self.found = found
        self.settings = settings
        self.size = 0
        self.state: str | None = None
        """What tells whether it was changed since; None where nothing does."""
        self.result: Any = None
        now = time.time_ns()
        try:
            status = os.stat(found.path)
        except OSError:
            return  # Whoever reads it will say what is wrong.
        self.size = status.st_size
        self.state = state_of(status, now)


def state_of(status: os.stat_result, now: int) -> str | None:
    """What tells whether a file was changed since: its size, its times and its inode.

    None where it was changed so shortly before `now` that they might not tell; git does the same
    (https://git-scm.com/docs/racy-git).
    """
    if now - max(status.st_mtime_ns, status.st_ctime_ns) < _SURE:
        return None
    return f"{status.st_size}:{status.st_mtime_ns}:{status.st_ctime_ns}:{status.st_ino}"
