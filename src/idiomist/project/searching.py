"""The search for Python files below a directory: what it comes to, and what it passes over."""

from __future__ import annotations

import os
from collections.abc import Container, Iterator
from functools import cache
from typing import NamedTuple

from idiomist.project.config import Settings, settings_for
from idiomist.project.files import repository
from idiomist.project.gitignores import Ignored
from idiomist.project.ignoring import Rules, spelled

EXCLUDED = frozenset(
    {
        ".bzr", ".direnv", ".eggs", ".git", ".git-rewrite", ".hg", ".hypothesis", ".idea",
        ".ipynb_checkpoints", ".mypy_cache", ".nox", ".pants.d", ".pyenv", ".pytest_cache",
        ".pytype", ".ruff_cache", ".svn", ".tox", ".venv", ".vscode", "__pycache__",
        "__pypackages__", "_build", "_vendor", "_vendored", "buck-out", "build", "dist",
        "node_modules", "site-packages", "vendored", "venv",
    }
)  # fmt: skip
"""Directories that hold no code of the project itself; `vendor` may be a part of a shop."""
SUFFIXES = (".py", ".pyi")


class File(NamedTuple):
    """A file that was found."""

    path: str
    real: str
    is_link: bool


class _Folder(NamedTuple):
    """A folder that a search is in, and the rules that hold there."""

    path: str
    start: bytes
    """The path as rules read it."""
    ignored: Ignored
    excludes: Rules | None

    def passes_over(self, name: str, is_folder: bool) -> bool:
        if not self.excludes and not self.ignored.rules:
            return is_folder and name in EXCLUDED
        path = self.start + os.fsencode(name) + (b"/" if is_folder else b"")
        if self.ignored.passes_over(path, len(self.start)):
            return True
        excluded = self.excludes.decision(path, len(self.start)) if self.excludes else None
        return is_folder and name in EXCLUDED if excluded is None else excluded


class Search:
    """The search of one directory. Who names it means it, whatever passes over it from above."""

    def __init__(self, shown: str, real: str):
        self.real = real
        self._shown = shown
        self._path = os.path.abspath(shown)
        self._ignored = _ignored_above(self._path)
        settings = settings_for(self._path)
        excludes = _excludes(settings)
        way = _way(str(settings.root), self._path) if excludes else ()
        is_excluded = any(_decision(folder, name, True, excludes) for folder, name in way)
        self._unheeded = excludes if is_excluded else None

    def files(self, done: Container[str]) -> Iterator[File]:
        """The files below, but none that is done, or in a folder that is done."""
        pending = [(self._shown, self._path, self._ignored)]
        while pending:
            shown, path, ignored = pending.pop()
            folder = self._entered(path, ignored)
            real = self.real + path[len(self._path) :]
            try:
                with os.scandir(path) as entries:
                    inside = sorted(entries, key=lambda entry: entry.name)
            except OSError:
                # Let the reader of the file say what is wrong with the directory.
                yield File(shown, real, False)
                continue
            folders = []
            for entry in inside:
                name = entry.name
                is_folder = entry.is_dir(follow_symlinks=False)
                if not is_folder and not name.endswith(SUFFIXES):
                    continue
                is_link = entry.is_symlink()
                if is_link and os.path.isdir(entry.path):
                    continue
                really = os.path.join(real, name)
                if really in done or folder.passes_over(name, is_folder):
                    continue
                below = os.path.join(shown, name) if shown != os.curdir else name
                if is_folder:
                    folders.append((below, entry.path, folder.ignored))
                elif is_link and os.path.isfile(entry.path):
                    yield File(below, os.path.realpath(really), True)
                else:
                    yield File(below, really, False)
            pending.extend(reversed(folders))

    def finds(self, real: str) -> bool:
        """Whether the search comes to a file or folder, of which this is the real path."""
        if real == self.real:
            return True
        is_folder = os.path.isdir(real)
        if not real.startswith(os.path.join(self.real, "")):
            return False
        if not is_folder and not real.endswith(SUFFIXES):
            return False
        folder = self._entered(self._path, self._ignored)
        *above, last = (name for _, name in _way(self.real, real))
        for name in above:
            if folder.passes_over(name, True):
                return False
            folder = self._entered(os.path.join(folder.path, name), folder.ignored)
        return not folder.passes_over(last, is_folder)

    def _entered(self, path: str, ignored: Ignored) -> _Folder:
        ignored = ignored.inside(path)
        excludes = _excludes(settings_for(path))
        heeded = None if excludes is self._unheeded else excludes
        return _Folder(path, spelled(path), ignored, heeded)


def _ignored_above(directory: str) -> Ignored:
    """What git ignores where a directory is, by the rules that do not ignore it itself."""
    ignored = Ignored()
    root = repository(directory)
    if root is not None:
        for folder, name in _way(root, directory):
            ignored = ignored.inside(folder)
            start = spelled(folder)
            if ignored.passes_over(start + os.fsencode(name) + b"/", len(start)):
                ignored = ignored._replace(rules=())
    return ignored


def is_excluded(path: str) -> bool:
    """Whether a search from the root of the file system would not come to a path.

    Except that what the folders around a project are called says nothing about it.
    """
    below = os.path.abspath(path)
    is_folder = os.path.isdir(below)
    project = os.path.join(repository(os.path.dirname(below)) or os.getcwd(), "")
    while (folder := os.path.dirname(below)) != below:
        name = os.path.basename(below)
        excluded = _decision(folder, name, is_folder, _excludes(settings_for(folder)))
        if excluded is None:
            excluded = is_folder and name in EXCLUDED and below.startswith(project)
        if excluded:
            return True
        below, is_folder = folder, True
    return False


def _decision(folder: str, name: str, is_folder: bool, excludes: Rules | None) -> bool | None:
    if excludes is None:
        return None
    start = spelled(folder)
    return excludes.decision(start + os.fsencode(name) + (b"/" if is_folder else b""), len(start))


def _excludes(settings: Settings) -> Rules | None:
    if not settings.extend_exclude:
        return None
    return _rules(settings.extend_exclude, str(settings.root))


@cache
def _rules(patterns: tuple[str, ...], root: str) -> Rules:
    return Rules("\n".join(patterns).encode("utf-8", "surrogateescape"), root)


def _way(top: str, path: str) -> Iterator[tuple[str, str]]:
    """The steps from a folder down to a path below it: the folder one is in, the next name."""
    folder = top
    for name in filter(None, path[len(top) :].split(os.sep)):
        yield folder, name
        folder = os.path.join(folder, name)
