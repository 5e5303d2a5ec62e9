"""What the commands that read files share: going over them, and saying what went wrong."""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
import warnings
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from idiomist.cli import CLEAN, FAILED, FOUND
from idiomist.cli.progress import Bar
from idiomist.outcome import Outcome, Reported
from idiomist.project.config import ConfigError, settings_by, with_options
from idiomist.project.files import Found, in_root, python_files
from idiomist.project.linters import Linters
from idiomist.project.runner import WORTH_SHARING, Runner
from idiomist.project.work import R, Team, Work
from idiomist.reporters.report import plural
from idiomist.text import on_one_line

if TYPE_CHECKING:
    from idiomist.project.baseline import Baseline
    from idiomist.project.changes import Changes
    from idiomist.project.memory import Memory
    from idiomist.touched import Lines

STDIN = "-"
BASELINE = ".idiomist-baseline.json"
CACHE = ".idiomist_cache"
_FEW = 10
"""Files that are named and so few that their cache is not even looked for."""


class Session:
    """One run over some files."""

    def __init__(self, options: argparse.Namespace):
        """Take the options; raises ConfigError when they name unknown checks or a wrong file."""
        self.options = options
        self.complaints: list[str] = []
        """The lines that say what went wrong."""
        self.stdin = b""
        """What was read from standard input."""
        self.orders: dict[str, int] = {}
        """The places of the files in the whole run, if this is a shard."""
        self._gone = 0
        self._bar = Bar()
        select = [key for keys in options.select or () for key in keys]
        ignore = [key for keys in options.ignore or () for key in keys]
        self._settings_of = settings_by(options.config, options.isolated)
        self.linters = Linters(
            lambda settings: with_options(settings, select, ignore), found=self._settings_of
        )
        if self.is_stdin and options.shard:
            raise ConfigError("standard input is one file; --shard divides many")
        if options.executor:
            from idiomist.project.executors import verify

            verify(options.executor)
        self.baseline = self._baseline()
        self._changes = self._changes_asked_for()

    # -- the files

    @property
    def is_stdin(self) -> bool:
        """Whether standard input is what is read."""
        return bool(self.options.paths == [STDIN])

    def results(self, work: Work[R]) -> Iterator[tuple[str, R]]:
        """The path and the result of every file.

        For a file that could not be read or checked one line goes to standard error.
        """
        # A tree has no cycles, and looking for some costs more than the whole walk.
        gc.disable()
        warnings.simplefilter("ignore")
        try:
            for path, result in self._from_stdin(work) if self.is_stdin else self._run(work):
                self._bar.hide()
                if result.outcome.complaint:
                    self.complain(f"{path}: {result.outcome.complaint}")
                yield path, result
        except ConfigError as error:
            self._bar.hide()
            self.complain(str(error))
        finally:
            self._bar.hide()

    def checks_on(self, path: str) -> Collection[str]:
        """The names of the checks that run on a file."""
        return {check.name for check in self.linters.linter(path).checks}

    def _from_stdin(self, work: Work[R]) -> Iterator[tuple[str, R]]:
        from idiomist.project.jobs import Job

        name = self.options.stdin_filename
        settings = self.linters.settings(name)
        self.stdin = sys.stdin.buffer.read()
        touched = self._touched(name)
        for result in work([Job(name, settings, True, self.stdin, touched)]):
            yield name, result

    def _run(self, work: Work[R]) -> Iterator[tuple[str, R]]:
        options = self.options
        has_cache = not options.no_cache and os.path.isdir(cache_folder(options.cache_dir))
        is_small = len(options.paths) < _FEW and not any(map(os.path.isdir, options.paths))
        runner = Runner(
            self.linters,
            memory=self._memory() if has_cache and not is_small else None,
            begin_memory=None if options.no_cache else self._memory,
            gather=self._gather if options.jobs > 1 or options.executor else None,
            worth_sharing=0 if options.executor else WORTH_SHARING,
            progress=self._bar.show,
            touched=self._touched,
        )
        yield from runner.run(self._files(), work)

    def _files(self) -> Iterable[Found]:
        found = python_files(
            self.options.paths,
            self.options.force_exclude,
            self._settings_of,
            None if self._changes is None else {*self._changes.files},
        )
        return self.options.shard.of_run(found, self.orders) if self.options.shard else found

    def _memory(self) -> Memory | None:
        try:
            from idiomist.project.memory import Memory
        except ImportError as error:
            warn(f"there is no cache, because this Python is without SQLite ({error})")
            return None
        return Memory(cache_folder(self.options.cache_dir), warn)

    def _gather(self, work: Work[Any]) -> Team:
        options = self.options
        if options.executor:
            from idiomist.project.executors import executing

            return executing(options.executor, work, options.jobs)
        from idiomist.project.workers import Workers

        # Who ends this process in an orderly way ends those that work for it.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
        return Workers(work, options.jobs, options.file_timeout)

    # -- what of it is told

    def told(self, path: str, outcome: Outcome, touched: Lines | None = None) -> list[Reported]:
        """Those findings of a file that are to be told; to be asked once for each file.

        `touched` are the lines that count, if they are not where they were at first.
        """
        if outcome.complaint:
            return []
        lines = touched or self._touched(path)
        counted = [each for each in outcome.findings if lines is None or each.touches(lines)]
        if self.baseline is None:
            return counted
        self._gone += len(self.baseline.gone(path, outcome.findings, self.checks_on))
        # Of those that are equal, the ones that nobody touched are those that are known.
        others = [each for each in outcome.findings if each not in counted]
        return [each for each in self.baseline.new(path, others + counted) if each in counted]

    def say_what_is_gone(self) -> None:
        """Say so, when all findings are told, if some of the baseline were not among them."""
        if self.baseline is not None and not self.options.shard:
            self._gone += self.baseline.missing().total()
        if self._gone:
            verb = "is" if self._gone == 1 else "are"
            what = f"{plural(self._gone, 'finding')} in {self.baseline_file} {verb} gone"
            sys.stderr.write(f"idiomist: {what}; run `idiomist baseline --prune`\n")

    def _touched(self, path: str) -> Lines | None:
        return None if self._changes is None else self._changes.lines(path)

    def _changes_asked_for(self) -> Changes | None:
        options = self.options
        asked = {
            "staged": "" if options.staged else None,
            "changed": "" if options.changed else None,
            "since": options.since,
            "diff-from": options.diff_from,
        }
        for option, value in asked.items():
            if value is not None:
                from idiomist.project.changes import changes_of

                if self.is_stdin and value == STDIN:
                    raise ConfigError("standard input is either the code or the patch, not both")
                return changes_of(option, value)
        return None

    @cached_property
    def baseline_file(self) -> str:
        """Where the baseline is, or would be: as asked for, or in the root of the repository."""
        return self.options.baseline or os.path.relpath(in_root(BASELINE))

    def _baseline(self) -> Baseline | None:
        file, is_asked_for = self.baseline_file, bool(self.options.baseline)
        if self.options.no_baseline or not (is_asked_for or os.path.exists(file)):
            return None
        from idiomist.project.baseline import Baseline

        try:
            return Baseline.read(file)
        except FileNotFoundError as error:
            if self.options.command == "baseline":
                return None
            raise ConfigError(f"{file}: is not there; `idiomist baseline` writes it") from error

    # -- the end

    @property
    def failed(self) -> bool:
        """Whether anything went wrong."""
        return bool(self.complaints)

    def complain(self, line: str) -> None:
        """Say in one line what went wrong, and remember it for the exit status."""
        line = on_one_line(line)
        self.complaints.append(line)
        sys.stderr.write(f"idiomist: {line}\n")

    def status(self, *, found: bool) -> int:
        """The exit status; `--exit-zero` forgives findings, but nothing that went wrong."""
        if self.failed:
            return FAILED
        return FOUND if found and not self.options.exit_zero else CLEAN

    def painter_colour(self) -> bool:
        """Whether to colour what goes to standard output."""
        return wants_colour(self.options.color)


def cache_folder(option: str | None) -> str:
    """Where the cache is: as asked for, or in the root of the repository."""
    return option or os.environ.get("IDIOMIST_CACHE_DIR") or in_root(CACHE)


def warn(line: str) -> None:
    """Say in one line what is not as it should be, though nothing went wrong by that."""
    sys.stderr.write(f"idiomist: warning: {on_one_line(line)}\n")


def wants_colour(when: str) -> bool:
    """Whether to colour what goes to standard output: `always`, `never`, or as it suits."""
    if when != "auto":
        return when == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
