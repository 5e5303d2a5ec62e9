"""One run over many files: what is known is not done again, and what is to do is shared out."""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from idiomist.outcome import Outcome
from idiomist.project.config import ConfigError
from idiomist.project.files import Found
from idiomist.project.linters import Linters
from idiomist.project.settings import Settings

if TYPE_CHECKING:
    from idiomist.project.cache import Cache
    from idiomist.project.contexts import Contexts
    from idiomist.project.jobs import Job
    from idiomist.project.workers import Lost
    from idiomist.touched import Lines

_WINDOW = 10_000
"""How many files are looked at together, so that memory does not grow with the project."""
_WORTH_A_CACHE = 200_000
WORTH_SHARING = 600_000
"""Bytes of code that take longer to check than it takes to make a cache, or processes."""
_BATCH_BYTES, _BATCH_FILES = 200_000, 64
"""What somebody else gets at once, if no file is larger."""
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


class _File:
    """A file on its way to a result."""

    __slots__ = ("content", "found", "key", "result", "settings", "size", "state")

    def __init__(self, found: Found, settings: Settings):
        self.found = found
        self.settings = settings
        self.key = os.fsencode(os.path.abspath(found.path))
        self.size = 0
        self.state: str | None = None
        self.content = b""
        self.result: Any = None


class Runner:
    """Does some work to files, in their order."""

    def __init__(
        self,
        linters: Linters,
        cache: Cache | None = None,
        make_cache: Callable[[], Cache] | None = None,
        gather: Callable[[Work[Any]], Team] | None = None,
        worth_sharing: int = WORTH_SHARING,
        progress: Callable[[int, int], None] = lambda done, of: None,
        touched: Callable[[str], Lines | None] = lambda path: None,
    ):
        """Take what tells the settings of files, and who helps.

        `cache` is there already; `make_cache` makes one where there is enough to do, and `gather`
        a team where that is more than so many bytes. `progress` is told how many files are done.
        `touched` tells which lines of a file count, where not all of them do.
        """
        self._linters = linters
        self._cache = cache
        self._make_cache = make_cache
        self._gather = gather
        self._worth_sharing = worth_sharing
        self._progress = progress
        self._touched = touched
        self._verified: dict[int, Settings] = {}
        """By their identity, which is theirs as long as they are kept."""

    def run(self, found: Iterable[Found], work: Work[R]) -> Iterator[tuple[str, R]]:
        """The path and the result of every file, in their order; generated ones are left out.

        Raises ConfigError where settings are wrong, after the files before that place.
        """
        team: Team | None = None
        try:
            for window in self._windows(found):
                size = sum(file.size for file in window)
                if self._cache is None and self._make_cache and size > _WORTH_A_CACHE:
                    self._cache = self._make_cache()
                self._recall(window, work)
                to_do = [file for file in window if file.result is None]
                size = sum(file.size for file in to_do)
                if team is None and self._gather and size > self._worth_sharing:
                    self._load(to_do[0], work)
                    team = self._gather(work)
                place = 0
                for number, file in enumerate(self._done(to_do, work, team), 1):
                    self._progress(number, len(to_do))
                    self._remember(file)
                    while place < len(window) and window[place].result is not None:
                        yield from _told(window[place])
                        place += 1
                for file in window[place:]:
                    yield from _told(file)
        finally:
            if team is not None:
                team.close()
            if self._cache is not None:
                self._cache.close()

    def _windows(self, found: Iterable[Found]) -> Iterator[list[_File]]:
        window: list[_File] = []
        try:
            for each in found:
                window.append(self._file(each))
                if len(window) == _WINDOW:
                    yield window
                    window = []
        except ConfigError:
            yield window
            raise
        yield window

    def _file(self, found: Found) -> _File:
        linters = self._linters
        known = found.settings
        settings = linters.adjusted(known) if known else linters.settings(found.path)
        self._verify(settings)
        file = _File(found, settings)
        now = time.time_ns()
        try:
            status = os.stat(found.path)
        except OSError:
            return file  # Whoever reads it will say what is wrong.
        file.size = status.st_size
        file.state = _state(status, now)
        return file

    def _verify(self, settings: Settings) -> None:
        """Raise ConfigError where settings name checks that are not there.

        To find that out, all checks have to be loaded; so it is remembered.
        """
        if id(settings) in self._verified:
            return
        self._verified[id(settings)] = settings
        if self._cache is None or not any(settings.names):
            self._linters.verify(settings)
            return
        from idiomist.project.contexts import context_of_names

        context = context_of_names(settings)
        if not self._cache.knows_any(context):
            self._linters.verify(settings)
            self._cache.remember_outcome(context, b"", "")

    # -- what is known

    @cached_property
    def _contexts(self) -> Contexts:
        # Only who has a cache asks for it: it looks at the whole installation.
        from idiomist.project.contexts import Contexts

        return Contexts()

    def _context(self, file: _File) -> str:
        return self._contexts.of(file.settings, file.found.path, named=file.found.named)

    def _recall(self, window: Sequence[_File], work: Work[Any]) -> None:
        """Give those files their results that need not be read."""
        if self._cache is None:
            return
        by_context: dict[str, list[_File]] = defaultdict(list)
        for file in window:
            by_context[self._context(file)].append(file)
        for context, files in by_context.items():
            states = {file.key: file.state for file in files if file.state}
            known = dict(self._cache.by_state(context, states))
            for file in files:
                if file.key in known:
                    file.content = known[file.key].content
                    _recall(file, known[file.key].outcome, work)
            self._recall_by_content(context, files, work)

    def _recall_by_content(self, context: str, files: Iterable[_File], work: Work[Any]) -> None:
        """The same for files that are not what they were, but may be what others are."""
        changed = [file for file in files if not file.content]
        if not changed or not self._cache or not self._cache.knows_any(context):
            return
        from idiomist.project.jobs import digest, read

        for file in changed:
            try:
                file.content = digest(read(file.found.path))
            except OSError:
                continue
        contents = {file.content for file in changed} - {b""}
        known = dict(self._cache.by_content(context, contents))
        for file in changed:
            if file.content in known:
                _recall(file, known[file.content], work)
                self._remember_state(file)

    def _remember(self, file: _File) -> None:
        if self._cache is None or not file.result.content:
            return
        file.content = file.result.content
        self._cache.remember_outcome(
            self._context(file), file.content, file.result.outcome.to_text()
        )
        self._remember_state(file)

    def _remember_state(self, file: _File) -> None:
        if self._cache is not None and file.state:
            self._cache.remember_file(file.key, file.state, file.content)

    # -- what is to do

    def _load(self, file: _File, work: Work[Any]) -> None:
        """Load what the work needs, once for all processes that are made from this one."""
        self._linters.linter_for(file.settings, file.found.path)
        modules = ["semantics.attributes", "semantics.flow", "semantics.hazards"]
        modules += ["semantics.presence", "semantics.stopping", "suppression"]
        for name in modules + ["fixer", "rewriting.region"] * work.rewrites:
            import_module(f"idiomist.{name}")

    def _done(self, files: Sequence[_File], work: Work[Any], team: Team | None) -> Iterator[_File]:
        """The files as they get their results."""
        from idiomist.project.jobs import Job

        jobs = {
            path: Job(
                path,
                file.settings,
                file.found.named,
                touched=self._touched(path),
                is_remembered=self._cache is not None,
            )
            for file in files
            for path in [file.found.path]
        }
        if team is None:
            for file, result in zip(files, work(jobs.values()), strict=True):
                file.result = result
                yield file
            return
        from idiomist.project.workers import Lost

        of_path = {file.found.path: file for file in files}
        batches = [[jobs[file.found.path] for file in batch] for batch in _batches(files)]
        for job, result in team.run(batches):
            file = of_path[job.path]
            file.result = work.lost(result.reason) if isinstance(result, Lost) else result
            yield file


def _state(known: os.stat_result, now: int) -> str | None:
    """What tells whether a file was changed since: its size, its times and its inode.

    None where it was changed so shortly before it is read that they might not tell; git does the
    same (https://git-scm.com/docs/racy-git).
    """
    if now - max(known.st_mtime_ns, known.st_ctime_ns) < _SURE:
        return None
    return f"{known.st_size}:{known.st_mtime_ns}:{known.st_ctime_ns}:{known.st_ino}"


def _recall(file: _File, text: str | None, work: Work[Any]) -> None:
    if text is not None:
        file.result = work.known(Outcome.from_text(text))


def _told(file: _File) -> Iterator[tuple[str, Any]]:
    if not file.result.outcome.passed_over:
        yield file.found.path, file.result


def _batches(files: Iterable[_File]) -> Iterator[list[_File]]:
    """The largest first, so that nobody is left with much to do at the end."""
    batch: list[_File] = []
    size = 0
    for file in sorted(files, key=lambda file: -file.size):
        if batch and (size + file.size > _BATCH_BYTES or len(batch) == _BATCH_FILES):
            yield batch
            batch, size = [], 0
        batch.append(file)
        size += file.size
    if batch:
        yield batch
