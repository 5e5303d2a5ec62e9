"""One run over many files: what is known is not done again, and what is to do is shared out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from idiomist.project.config import ConfigError
from idiomist.project.files import Found
from idiomist.project.jobs import Job
from idiomist.project.linters import Linters
from idiomist.project.settings import Settings
from idiomist.project.work import File, R, Team, Work

if TYPE_CHECKING:
    from idiomist.project.memory import Memory
    from idiomist.touched import Lines

_WINDOW = 10_000
"""How many files are looked at together, so that memory does not grow with the project."""
WORTH_REMEMBERING = 200_000
WORTH_SHARING = 600_000
"""Bytes of code that take longer to check than it takes to make a cache, or processes."""
_BATCH_BYTES, _BATCH_FILES = 200_000, 64
"""What somebody else gets at once, if no file is larger."""


class Runner:
    """Does some work to files, in their order."""

    def __init__(
        self,
        linters: Linters,
        memory: Memory | None = None,
        begin_memory: Callable[[], Memory | None] | None = None,
        gather: Callable[[Work[Any]], Team] | None = None,
        worth_sharing: int = WORTH_SHARING,
        progress: Callable[[int, int], None] = lambda done, of: None,
        touched: Callable[[str], Lines | None] = lambda path: None,
    ):
        """Take what tells the settings of files, and who helps.

        `memory` is there already; `begin_memory` makes one where there is enough to do, and
        `gather` a team where that is more than so many bytes. `progress` is told how many files
        are done. `touched` tells which lines of a file count, where not all of them do.
        """
        self._linters = linters
        self._memory = memory
        self._begin_memory = begin_memory
        self._gather = gather
        self._worth_sharing = worth_sharing
        self._progress = progress
        self._touched = touched
        self._verified: dict[int, Settings] = {}
        """By their identity, which is theirs as long as they are kept."""
        self._settled_for: dict[tuple[int, tuple[str, ...]], Settings] = {}

    def run(self, found: Iterable[Found], work: Work[R]) -> Iterator[tuple[str, R]]:
        """The path and the result of every file, in their order; generated ones are left out.

        Raises ConfigError where settings are wrong, after the files before that place.
        """
        team: Team | None = None
        try:
            for window in self._windows(found):
                if (
                    self._memory is None
                    and self._begin_memory
                    and _size(window) > WORTH_REMEMBERING
                ):
                    self._memory = self._begin_memory()
                if self._memory is not None:
                    self._memory.recall(window, work)
                to_do = [file for file in window if file.result is None]
                if team is None and self._gather and _size(to_do) > self._worth_sharing:
                    self._load(to_do[0], work)
                    team = self._gather(work)
                place = 0
                for number, file in enumerate(self._done(to_do, work, team), 1):
                    self._progress(number, len(to_do))
                    if self._memory is not None:
                        self._memory.remember(file)
                    while place < len(window) and window[place].result is not None:
                        yield from _told(window[place])
                        place += 1
                for file in window[place:]:
                    yield from _told(file)
        finally:
            if team is not None:
                team.close()
            if self._memory is not None:
                self._memory.close()

    def _windows(self, found: Iterable[Found]) -> Iterator[list[File]]:
        window: list[File] = []
        try:
            for each in found:
                window.append(File(each, self._settings(each)))
                if len(window) == _WINDOW:
                    yield window
                    window = []
        except ConfigError:
            yield window
            raise
        yield window

    def _settings(self, found: Found) -> Settings:
        """The settings of a file. Raises ConfigError where they name checks that are not there."""
        linters = self._linters
        settings = (
            linters.settings(found.path)
            if found.settings is None
            else linters.adjusted(found.settings)
        )
        if id(settings) not in self._verified:
            # To verify names takes all checks, and loading them longer than a run that knows all.
            is_known = self._memory is not None and self._memory.verifies(settings)
            if not is_known:
                linters.verify(settings)
                if self._memory is not None:
                    self._memory.remember_names(settings)
            self._verified[id(settings)] = settings
        return settings

    def _load(self, file: File, work: Work[Any]) -> None:
        """Load what the work needs, once for all processes that are made from this one."""
        self._linters.linter_for(file.settings, file.found.path)
        modules = ["semantics.attributes", "semantics.flow", "semantics.hazards"]
        modules += ["semantics.presence", "semantics.stopping", "suppression"]
        for name in modules + ["fixer", "rewriting.region"] * work.rewrites:
            import_module(f"idiomist.{name}")

    def _done(self, files: Sequence[File], work: Work[Any], team: Team | None) -> Iterator[File]:
        """The files as they get their results."""
        jobs = [self._job(file) for file in files]
        if team is None:
            for file, result in zip(files, work(jobs), strict=True):
                file.result = result
                yield file
            return
        from idiomist.project.workers import Lost

        of_job = {job.path: file for job, file in zip(jobs, files, strict=True)}
        for job, result in team.run(list(_batches(jobs, lambda job: of_job[job.path].size))):
            file = of_job[job.path]
            file.result = work.lost(result.reason) if isinstance(result, Lost) else result
            yield file

    def _job(self, file: File) -> Job:
        path = file.found.path
        return Job(
            path,
            self._settled(file.settings, path),
            file.found.named,
            touched=self._touched(path),
            is_remembered=self._memory is not None,
        )

    def _settled(self, settings: Settings, path: str) -> Settings:
        """Settings without patterns of paths, which mean something else on another machine."""
        if not settings.per_file_ignores:
            return settings
        ignored = tuple(settings.ignored_at(path))
        key = id(settings), ignored
        if key not in self._settled_for:
            self._settled_for[key] = settings.replace(ignore=ignored, per_file_ignores=())
        return self._settled_for[key]


def _size(files: Iterable[File]) -> int:
    return sum(file.size for file in files)


def _told(file: File) -> Iterator[tuple[str, Any]]:
    if not file.result.outcome.passed_over:
        yield file.found.path, file.result


def _batches(jobs: Iterable[Job], size: Callable[[Job], int]) -> Iterator[list[Job]]:
    """The largest first, so that nobody is left with much to do at the end."""
    batch: list[Job] = []
    room = _BATCH_BYTES
    for job in sorted(jobs, key=size, reverse=True):
        if batch and (size(job) > room or len(batch) == _BATCH_FILES):
            yield batch
            batch, room = [], _BATCH_BYTES
        batch.append(job)
        room -= size(job)
    if batch:
        yield batch
