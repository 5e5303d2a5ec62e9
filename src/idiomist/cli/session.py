"""What `check` and `fix` share: options, reading files, and saying what went wrong."""

from __future__ import annotations

import argparse
import gc
import os
import stat
import sys
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from idiomist.linter import CheckFailed, Linter
from idiomist.project.config import ConfigError, Settings, settings_for, with_options
from idiomist.project.files import python_files
from idiomist.registry import Registry, installed
from idiomist.source import Source

if TYPE_CHECKING:
    from idiomist.rewriting.formatting import Style

STDIN = "-"


class Read(NamedTuple):
    """A file that was read, and how it is to be treated."""

    path: str
    data: bytes
    settings: Settings
    linter: Linter

    @property
    def style(self) -> Style | None:
        """How the project formats its code; loading what knows it waits for a rewrite."""
        from idiomist.rewriting.formatting import Style

        black = self.settings.black
        return Style(dict(black)) if black is not None else None


class Session:
    """One run over some files; `failed` tells whether anything went wrong."""

    def __init__(self, options: argparse.Namespace):
        """Take the options; raises ConfigError when they name unknown checks."""
        self.options = options
        self.failed = False
        self.count = 0
        self.registry = _registry()
        self._linters: dict[tuple[str, ...], Linter] = {}
        self._linter_of: dict[int | None, Linter] = {}
        """By the identity of settings that hold for every file alike."""
        self._found_settings: dict[str, Settings] = {}
        self.select = [key for keys in options.select or () for key in keys]
        self.ignore = [key for keys in options.ignore or () for key in keys]
        # Said once, before any file: a typing error must not look like clean code.
        with_options(Settings(), self.select, self.ignore).checks(self.registry, "")

    def files(self) -> Iterator[Read]:
        """Every file that can be read; for any other one line goes to standard error."""
        # A tree has no cycles, and looking for some costs more than the whole walk.
        gc.disable()
        warnings.simplefilter("ignore")
        for path in self._paths():
            try:
                data = self._data(path)
                name = self.options.stdin_filename if path == STDIN else path
                settings = self._settings(name)
                linter = self._linter(settings, name)
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
            return Source(read.data, read.path, read.settings.line_length)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            self.complain(f"{read.path}: {unparsable(error)}")
            return None

    def complain(self, line: str) -> None:
        """Say in one line what went wrong, and remember it for the exit status."""
        self.failed = True
        sys.stderr.write(f"idiomist: {line}\n")

    def crashed(self, path: str, error: CheckFailed) -> None:
        """Report a file that could not be checked, which never stops the run."""
        self.complain(f"{path}: skipped, because {error}")

    def _paths(self) -> Iterator[str]:
        paths = self.options.paths
        if paths == [STDIN]:
            return iter(paths)
        try:
            return iter(list(python_files(paths)))
        except ConfigError as error:
            self.complain(str(error))
            return iter(())

    def _data(self, path: str) -> bytes:
        if path == STDIN:
            return sys.stdin.buffer.read()
        mode = os.stat(path).st_mode
        if not stat.S_ISREG(mode):
            kind = "a directory that cannot be read" if stat.S_ISDIR(mode) else "no regular file"
            raise OSError(0, f"is {kind}")
        with open(path, "rb", buffering=0) as file:
            return file.readall()

    def _settings(self, path: str) -> Settings:
        directory = os.path.dirname(path)
        if directory not in self._found_settings:
            settings = settings_for(os.path.abspath(directory))
            if self.select or self.ignore:
                settings = with_options(settings, self.select, self.ignore)
            self._found_settings[directory] = settings
        return self._found_settings[directory]

    def _linter(self, settings: Settings, path: str) -> Linter:
        """The checks that run on a file; most files of a project share them."""
        known = None if settings.per_file_ignores else id(settings)
        if known in self._linter_of:
            return self._linter_of[known]
        checks = settings.checks(self.registry, path)
        linter = self._linters.setdefault(tuple(check.code for check in checks), Linter(checks))
        if known is not None:
            self._linter_of[known] = linter
        return linter

    def painter_colour(self) -> bool:
        """Whether to colour what goes to standard output."""
        if self.options.color != "auto":
            return bool(self.options.color == "always")
        if os.environ.get("NO_COLOR"):
            return False
        if os.environ.get("FORCE_COLOR"):
            return True
        return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _registry() -> Registry:
    try:
        return installed()
    except (RuntimeError, ValueError) as error:
        raise ConfigError(str(error)) from error


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
