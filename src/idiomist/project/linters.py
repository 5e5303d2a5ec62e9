"""The linter for each file, as the project around the file is configured."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from idiomist.project.config import ConfigError, Settings, settings_for
from idiomist.registry import Registry, installed

if TYPE_CHECKING:
    from idiomist.linter import Linter


class Linters:
    """One linter for all files that are configured alike; holds no state of any file.

    The checks are loaded when a linter is asked for, or when names of checks are verified.
    """

    def __init__(self, adjusted: Callable[[Settings], Settings] = lambda settings: settings):
        """With `adjusted`, what was asked for besides goes on top of every project's settings.

        Raises ConfigError when that names unknown checks.
        """
        self._adjusted = adjusted
        self._found_settings: dict[str, Settings] = {}
        self._linters: dict[tuple[str, ...], Linter] = {}
        self._linter_of: dict[int | None, Linter] = {}
        """By the identity of settings that hold for every file alike."""
        # Said once, before any file: a typing error must not look like clean code.
        self._verify_names(adjusted(Settings()), "")

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
        if directory not in self._found_settings:
            settings = settings_for(os.path.abspath(directory))
            self._found_settings[directory] = self._adjusted(settings)
        return self._found_settings[directory]

    def verify(self, path: str) -> None:
        """Raise ConfigError where the settings for a file are wrong, without a look at the file."""
        self._verify_names(self.settings(path), path)

    def _verify_names(self, settings: Settings, path: str) -> None:
        if settings.names_checks:
            settings.checks(self.registry, path)

    def linter(self, path: str) -> Linter:
        """The checks that run on a file; most files of a project share them."""
        from idiomist.linter import Linter

        settings = self.settings(path)
        known = None if settings.per_file_ignores else id(settings)
        if known in self._linter_of:
            return self._linter_of[known]
        checks = settings.checks(self.registry, path)
        linter = self._linters.setdefault(tuple(check.code for check in checks), Linter(checks))
        if known is not None:
            self._linter_of[known] = linter
        return linter
