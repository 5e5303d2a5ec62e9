"""The linter for each file, as the project around the file is configured."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from idiomist.check import Check
from idiomist.finding import Grade
from idiomist.project.config import ConfigError, check_names, settings_for
from idiomist.project.settings import Settings
from idiomist.registry import Registry, installed

if TYPE_CHECKING:
    from idiomist.linter import Linter


class Linters:
    """One linter for all files that are configured alike; holds no state of any file.

    The checks are loaded when a linter is asked for, or when names of checks are verified.
    """

    def __init__(
        self,
        adjusted: Callable[[Settings], Settings] = lambda settings: settings,
        found: Callable[[str], Settings] = settings_for,
    ):
        """With `adjusted`, what was asked for besides goes on top of every project's settings.

        `found` tells the settings for a directory. Raises ConfigError when what was asked for
        names unknown checks.
        """
        self._adjusted = adjusted
        self._found = found
        self._settings: dict[int, tuple[Settings, Settings]] = {}
        """What was found, which directories without a file of their own share, and adjusted."""
        self._settings_of: dict[str, Settings] = {}
        self._linters: dict[tuple[tuple[Check, ...], tuple[tuple[Check, Grade], ...]], Linter] = {}
        self._linter_of: dict[int | None, Linter] = {}
        """By the identity of settings that hold for every file alike; they are kept above."""
        self._verified: dict[int, Settings] = {}
        """By their identity, which is theirs as long as they are kept."""
        # Said once, before any file: a typing error must not look like clean code.
        self.verify(adjusted(Settings()))

    @cached_property
    def registry(self) -> Registry:
        """All checks that are installed. Raises ConfigError when a pack cannot be loaded."""
        try:
            return installed()
        except (RuntimeError, ValueError) as error:
            raise ConfigError(str(error)) from error

    def settings(self, path: str) -> Settings:
        """The settings that hold for a file. Raises ConfigError when they are wrong."""
        directory = os.path.dirname(path)
        if directory not in self._settings_of:
            self._settings_of[directory] = self.adjusted(self._found(os.path.abspath(directory)))
        return self._settings_of[directory]

    def adjusted(self, found: Settings) -> Settings:
        """The settings of a project, with what was asked for besides."""
        if id(found) not in self._settings:
            self._settings[id(found)] = found, self._adjusted(found)
        return self._settings[id(found)][1]

    def verify(self, settings: Settings) -> None:
        """Raise ConfigError where settings name checks that are not there."""
        if id(settings) in self._verified:
            return
        if any(settings.names):
            check_names(settings, self.registry)
        self._verified[id(settings)] = settings

    def linter(self, path: str) -> Linter:
        """The checks that run on a file, as its project is configured. Raises ConfigError."""
        return self.linter_for(self.settings(path), path)

    def linter_for(self, settings: Settings, path: str) -> Linter:
        """The checks that run on a file with these settings; most files of a project share them.

        Raises ConfigError where the settings name checks that are not there.
        """
        from idiomist.linter import Linter

        known = None if settings.per_file_ignores else id(settings)
        if known in self._linter_of:
            return self._linter_of[known]
        self.verify(settings)
        checks = tuple(settings.checks(self.registry, path))
        grades = tuple(settings.grades(checks))
        key = checks, grades
        if key not in self._linters:
            self._linters[key] = Linter(checks, dict(grades))
        linter = self._linters[key]
        if known is not None:
            self._linter_of[known] = linter
        return linter
