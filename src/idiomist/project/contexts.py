"""All that decides what checking a file comes to, besides the bytes of the file."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec

from idiomist import __version__
from idiomist.project.settings import Settings
from idiomist.registry import distributions, packs

_REWRITERS = ("black-", "libcst-")
"""Distributions that have a say in what a rewrite looks like."""


class Contexts:
    """The context of each file, as text: equal where the same bytes come to the same."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, tuple[str, ...], bool], tuple[Settings, str]] = {}

    def of(self, settings: Settings, path: str, *, named: bool) -> str:
        """The context of a file with these settings, which somebody named or a search found."""
        ignored = tuple(settings.ignored_at(path))
        key = id(settings), ignored, named
        if key not in self._known:
            grades = settings.extend_safe, settings.extend_unsafe, settings.severity
            said = settings.select, ignored, grades, vars(settings.conventions), named
            # The settings are kept, so that no others can have their identity.
            self._known[key] = settings, _as_text(*said)
        return self._known[key][1]


def context_of_names(settings: Settings) -> str:
    """The context in which it is known whether all names in settings are names of checks."""
    return _as_text("names", *settings.names)


def _as_text(*deciding: object) -> str:
    return json.dumps([__version__, sys.version, installation(), *deciding], default=str)


@cache
def installation() -> str:
    """The code that is at work: it differs where anybody changed a file of it.

    A version alone does not tell that for who works on a check.
    """
    parts = [
        folder for folder in distributions() if os.path.basename(folder).startswith(_REWRITERS)
    ]
    for package in ("idiomist", *(package for _, package in packs())):
        spec = find_spec(package)
        for folder in (spec and spec.submodule_search_locations) or ():
            # A pack may as well be in an archive, whose path tells its version if anything does.
            parts += _states(folder) if os.path.isdir(folder) else [folder]
    return " ".join(parts)


def _states(folder: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        if entry.is_dir():
            yield from _states(entry.path)
        elif entry.name.endswith(".py"):
            state = entry.stat()
            yield f"{entry.path}:{state.st_size}:{state.st_mtime_ns}"
