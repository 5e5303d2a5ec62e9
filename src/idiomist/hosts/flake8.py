"""idiomist as a plugin of flake8, by the entry point `IDM`."""

from __future__ import annotations

import argparse
import ast
from collections.abc import Iterator
from contextlib import contextmanager

from flake8.exceptions import ExecutionError
from flake8.options.manager import OptionManager

from idiomist import __version__
from idiomist.check import CheckFailed
from idiomist.finding import Applicability, Finding
from idiomist.hosts.common import SAFETIES, hint, shown, tells_apart
from idiomist.project.config import ConfigError, with_options
from idiomist.project.linters import Linters
from idiomist.registry import packs

FAILED = "IDM000"
"""The code by which a file says that it could not be checked; the run goes on."""
Violation = tuple[int, int, str, type]
"""Line from 1, column from 0, code and text, and a type that flake8 takes and never uses."""


class Plugin:
    """Made by flake8 for every file; what is configured belongs to the class."""

    name = "idiomist"
    version = __version__

    _linters: Linters
    _shown: frozenset[Applicability]
    _noqa: bool

    def __init__(self, tree: ast.Module, lines: list[str], filename: str):
        """Take what flake8 has read and parsed; it goes by the names of the parameters."""
        self._tree = tree
        self._lines = lines
        self._path = filename

    def run(self) -> Iterator[Violation]:
        """What there is to say about the file."""
        try:
            for finding in self._findings():
                text = f"{finding.check.code} {finding.message} {hint(finding.check)}"
                yield finding.line, finding.column - 1, text, Plugin
        except (CheckFailed, ConfigError) as error:
            yield 1, 0, f"{FAILED} {error}", Plugin

    def _findings(self) -> Iterator[Finding]:
        # flake8 checks files in processes of its own: what they need is loaded there, at once.
        from idiomist.source import Source

        conventions = self._linters.settings(self._path).conventions
        text = "".join(self._lines)
        source = Source.decoded(text, self._path, conventions, tree=self._tree)
        linter = self._linters.linter(self._path)
        examine = tells_apart(self._shown)
        for finding in linter.report(source, noqa=self._noqa, examine=examine):
            if finding.applicability in self._shown:
                yield finding

    @classmethod
    def add_options(cls, option_manager: OptionManager) -> None:
        """Tell flake8 our options, and the codes of all packs: by itself it shows only `IDM`."""
        for name, default, text in (
            ("select", "", "checks of idiomist to run, by name, code, prefix or family"),
            ("ignore", "", "checks of idiomist not to run"),
            (
                "show",
                ",".join(SAFETIES),
                "findings of idiomist to show, by the safety of their fix",
            ),
        ):
            option_manager.add_option(
                f"--idiomist-{name}",
                default=default,
                metavar=name.upper(),
                parse_from_config=True,
                comma_separated_list=True,
                help=f"{text} (Default: {default or 'as in pyproject.toml'})",
            )
        with _errors_in_one_line():
            if len(packs()) > 1:
                # The checks of our own pack are loaded later, where files are checked.
                codes = [check.code for check in Linters().registry]
                option_manager.extend_default_select(codes)

    @classmethod
    def parse_options(cls, options: argparse.Namespace) -> None:
        """Take the options, for all files of the run."""
        select, ignore = options.idiomist_select, options.idiomist_ignore
        with _errors_in_one_line():
            cls._shown = shown(options.idiomist_show)
            cls._linters = Linters(lambda settings: with_options(settings, select, ignore))
            # A mistake in the project at hand stops the run before it starts.
            cls._linters.verify(cls._linters.settings(""))
        cls._noqa = not options.disable_noqa


@contextmanager
def _errors_in_one_line() -> Iterator[None]:
    try:
        yield
    except ConfigError as error:
        raise ExecutionError(f"idiomist: {error}") from error
