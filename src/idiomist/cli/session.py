"""What `check` and `fix` share: options, reading files, and saying what went wrong."""

from __future__ import annotations

import argparse
import gc
import os
import stat
import sys
import warnings
from collections.abc import Iterator

from idiomist.check import CheckFailed
from idiomist.cli import CLEAN, FAILED, FOUND
from idiomist.linter import Linter
from idiomist.project.config import ConfigError, settings_by, with_options
from idiomist.project.files import Found, is_generated, python_files
from idiomist.project.linters import Linters
from idiomist.project.settings import Settings
from idiomist.record import Record
from idiomist.source import Source
from idiomist.text import on_one_line

STDIN = "-"


class Read(Record):
    """A file that was read, and how it is to be treated."""

    path: str
    data: bytes
    settings: Settings
    linter: Linter


class Session:
    """One run over some files; `complaints` are the lines that say what went wrong."""

    def __init__(self, options: argparse.Namespace):
        """Take the options; raises ConfigError when they name unknown checks or a wrong file."""
        self.options = options
        self.complaints: list[str] = []
        self.count = 0
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

    def files(self) -> Iterator[Read]:
        """Every file that can be read; for any other one line goes to standard error."""
        # A tree has no cycles, and looking for some costs more than the whole walk.
        gc.disable()
        warnings.simplefilter("ignore")
        for found in self._paths():
            path = found.path
            try:
                data = self._data(path)
                if not found.named and is_generated(data):
                    continue
                name = self.options.stdin_filename if path == STDIN else path
                settings = self.linters.settings(name)
                linter = self.linters.linter(name)
            except ConfigError as error:
                self.complain(str(error))
                return
            except OSError as error:
                self.complain(f"{path}: {_reason(error)}")
                continue
            self.count += 1
            yield Read(name, data, settings, linter)

    def source(self, read: Read) -> Source | None:
        """The file, parsed; None after a line on standard error when it cannot be."""
        try:
            return Source(read.data, read.path, read.settings.conventions)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            self.complain(f"{read.path}: {unparsable(error)}")
            return None

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

    def crashed(self, path: str, error: CheckFailed) -> None:
        """Report a file that could not be checked, which never stops the run."""
        self.complain(f"{path}: skipped, because {error}")

    def _paths(self) -> Iterator[Found]:
        paths = self.options.paths
        if paths == [STDIN]:
            yield Found(STDIN, named=True)
            return
        try:
            yield from python_files(paths, self.options.force_exclude, self._found)
        except ConfigError as error:
            self.complain(str(error))

    def _data(self, path: str) -> bytes:
        if path == STDIN:
            return sys.stdin.buffer.read()
        mode = os.stat(path).st_mode
        if not stat.S_ISREG(mode):
            kind = "a directory that cannot be read" if stat.S_ISDIR(mode) else "no regular file"
            raise OSError(0, f"is {kind}")
        with open(path, "rb", buffering=0) as file:
            return file.readall()

    def painter_colour(self) -> bool:
        """Whether to colour what goes to standard output."""
        return wants_colour(self.options.color)


def wants_colour(when: str) -> bool:
    """Whether to colour what goes to standard output: `always`, `never`, or as it suits."""
    if when != "auto":
        return when == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _reason(error: OSError) -> str:
    text = error.strerror or str(error)
    return f"cannot be read: {text[0].lower()}{text[1:]}" if error.errno else text


def unparsable(error: BaseException) -> str:
    """Why a file cannot be parsed, in one line."""
    match error:
        case SyntaxError(msg=message, lineno=line) if line:
            return f"line {line} cannot be parsed: {message}"
        case RecursionError() | MemoryError():
            return "is nested too deeply to be parsed"
    return f"cannot be parsed: {error}"
