"""What `check` and `fix` share: options, going over the files, and saying what went wrong."""

from __future__ import annotations

import argparse
import gc
import os
import sys
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from idiomist.cli import CLEAN, FAILED, FOUND
from idiomist.project.config import ConfigError, settings_by, with_options
from idiomist.project.files import python_files, repository
from idiomist.project.linters import Linters
from idiomist.project.runner import R, Runner, Team, Work
from idiomist.text import on_one_line

if TYPE_CHECKING:
    from idiomist.project.cache import Cache

STDIN = "-"
_FEW = 10
"""Files that are named and so few that their cache is not even looked for."""


class Session:
    """One run over some files.

    `complaints` are the lines that say what went wrong, `stdin` is what was read from there.
    """

    def __init__(self, options: argparse.Namespace):
        """Take the options; raises ConfigError when they name unknown checks or a wrong file."""
        self.options = options
        self.complaints: list[str] = []
        self.stdin = b""
        select = [key for keys in options.select or () for key in keys]
        ignore = [key for keys in options.ignore or () for key in keys]
        self._found = settings_by(options.config, options.isolated)
        self.linters = Linters(
            lambda settings: with_options(settings, select, ignore), found=self._found
        )

    @property
    def failed(self) -> bool:
        """Whether anything went wrong."""
        return bool(self.complaints)

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
                if result.outcome.complaint:
                    self.complain(f"{path}: {result.outcome.complaint}")
                yield path, result
        except ConfigError as error:
            self.complain(str(error))

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

    def _from_stdin(self, work: Work[R]) -> Iterator[tuple[str, R]]:
        from idiomist.project.jobs import Job

        name = self.options.stdin_filename
        settings = self.linters.settings(name)
        self.stdin = sys.stdin.buffer.read()
        for result in work([Job(name, settings, named=True, data=self.stdin)]):
            yield name, result

    def _run(self, work: Work[R]) -> Iterator[tuple[str, R]]:
        paths = self.options.paths
        found = python_files(paths, self.options.force_exclude, self._found)
        folder = cache_folder(self.options.cache_dir)
        is_small = len(paths) < _FEW and not any(map(os.path.isdir, paths))
        has_cache = os.path.isdir(folder) and not is_small and not self.options.no_cache
        runner = Runner(
            self.linters,
            cache=self._cache() if has_cache else None,
            make_cache=None if self.options.no_cache else self._cache,
            gather=self._workers if self.options.jobs > 1 else None,
        )
        yield from runner.run(found, work)

    def _cache(self) -> Cache:
        from idiomist.project.cache import Cache

        return Cache(cache_folder(self.options.cache_dir), warn)

    def _workers(self, work: Work[Any]) -> Team:
        from idiomist.project.workers import Workers

        return Workers(work, self.options.jobs, self.options.file_timeout)


def cache_folder(option: str | None) -> str:
    """Where the cache is: as asked for, or in the root of the repository one is in."""
    asked = option or os.environ.get("IDIOMIST_CACHE_DIR")
    here = os.getcwd()
    return asked or os.path.join(repository(here) or here, ".idiomist_cache")


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
