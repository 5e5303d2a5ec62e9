"""The search for Python files below a directory: what it comes to, and what it passes over."""

from __future__ import annotations

import os
from collections.abc import Collection, Container, Iterable, Iterator
from functools import cache
from itertools import groupby

from idiomist.project.config import OWN, SHARED
from idiomist.project.files import SettingsOf, repository
from idiomist.project.gitignores import Ignored
from idiomist.project.ignoring import Rules, decision, spelled
from idiomist.project.settings import Settings
from idiomist.record import Record

EXCLUDED = frozenset(
    {
        ".bzr", ".direnv", ".eggs", ".git", ".git-rewrite", ".hg", ".hypothesis", ".idea",
        ".idiomist_cache", ".ipynb_checkpoints", ".mypy_cache", ".nox", ".pants.d", ".pyenv",
        ".pytest_cache", ".pytype", ".ruff_cache", ".svn", ".tox", ".venv", ".vscode",
        "__pycache__", "__pypackages__", "_build", "_vendor", "_vendored", "buck-out", "build",
        "dist", "node_modules", "site-packages", "vendored", "venv",
    }
)  # fmt: skip
"""Directories that hold no code of the project itself; `vendor` may be a part of a shop."""
SUFFIXES = (".py", ".pyi")


_TELLING = frozenset({".git", ".gitignore", ".pre-commit-config.yaml", OWN, SHARED})
"""Names in a folder without which there holds what holds around it."""


class File(Record):
    """A file that was found."""

    path: str
    real: str
    is_link: bool
    settings: Settings
    """Those that hold for it."""


class _Folder:
    """A folder that a search is in, and what holds there."""

    __slots__ = ("excludes", "ignored", "path", "rules", "settings", "start")

    def __init__(self, path: str, start: bytes, ignored: Ignored, settings: Settings):
        self.path = path
        self.start = start
        """The path as rules read it."""
        self.ignored = ignored
        self.settings = settings
        self.rules: tuple[Rules, ...] = ()
        """Those of the settings."""
        self.excludes: tuple[Rules, ...] = ()
        """Those among them that speak of what is in here."""

    def inside(self, name: str) -> _Folder:
        """A folder in this one, as long as nothing in it says otherwise."""
        path = os.path.join(self.path, name)
        start = self.start + os.fsencode(name) + b"/"
        return _Folder(path, start, self.ignored, self.settings).heeding(self.rules)

    def heeding(self, rules: tuple[Rules, ...]) -> _Folder:
        """The same folder, where these rules hold."""
        self.rules = rules
        self.excludes = _about(rules, self.start) if rules else ()
        return self

    def passes_over(self, name: str, is_folder: bool) -> bool:
        if not self.excludes and not self.ignored.rules:
            return is_folder and name in EXCLUDED
        path = self.start + os.fsencode(name) + (b"/" if is_folder else b"")
        if self.ignored.passes_over(path, len(self.start)):
            return True
        excluded = decision(self.excludes, path, len(self.start))
        return is_folder and name in EXCLUDED if excluded is None else excluded


class Search:
    """The search of one directory. Who names it means it, whatever passes over it from above."""

    def __init__(self, shown: str, real: str, settings_of: SettingsOf):
        self.real = real
        self._shown = shown
        self._path = os.path.abspath(shown)
        self._settings_of = settings_of
        self._ignored = _ignored_above(self._path)
        excludes = _excludes(settings_of(self._path))
        is_excluded = any(
            _decision(folder, name, True, excludes)
            for rules in excludes
            for folder, name in _way(os.fsdecode(rules.folder), self._path)
        )
        self._unheeded = excludes if is_excluded else ()

    def files(self, done: Container[str], among: Collection[str] | None = None) -> Iterator[File]:
        """The files below, but none that is done, or in a folder that is done.

        With `among`, only those of which it has the real path.
        """
        wanted = None if among is None else _with_folders(among)
        shown = os.path.join(self._shown, "") if self._shown != os.curdir else ""
        real = os.path.join(self.real, "")
        top = len(os.path.join(self._path, ""))
        pending = [self._entered(self._path, self._ignored)]
        while pending:
            folder = pending.pop()
            below = folder.path[top:]
            try:
                with os.scandir(folder.path) as entries:
                    inside = {entry.name: entry for entry in entries}
            except OSError:
                # Let the reader of the file say what is wrong with the directory.
                path = shown + below if below else self._shown
                yield File(path, real + below, False, folder.settings)
                continue
            if not _TELLING.isdisjoint(inside):
                folder = self._entered(folder.path, folder.ignored)
            folders = []
            below = os.path.join(below, "") if below else ""
            for name in sorted(inside):
                entry = inside[name]
                is_folder = entry.is_dir(follow_symlinks=False)
                if not is_folder and not name.endswith(SUFFIXES):
                    continue
                is_link = entry.is_symlink()
                if is_link and os.path.isdir(entry.path):
                    continue
                really = real + below + name
                is_link = is_link and os.path.isfile(entry.path)
                target = os.path.realpath(really) if is_link else really
                if wanted is not None and target not in wanted:
                    continue
                if really in done or folder.passes_over(name, is_folder):
                    continue
                if is_folder:
                    folders.append(folder.inside(name))
                else:
                    yield File(shown + below + name, target, is_link, folder.settings)
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
        """A folder with all that is said in it."""
        settings = self._settings_of(path)
        folder = _Folder(path, spelled(path), ignored.inside(path), settings)
        excludes = _excludes(settings)
        return folder.heeding(() if excludes == self._unheeded else excludes)


def _with_folders(paths: Iterable[str]) -> set[str]:
    """Some paths and all that are on the way to them."""
    found: set[str] = set()
    for path in paths:
        while path not in found:
            found.add(path)
            path = os.path.dirname(path)
    return found


def _ignored_above(directory: str) -> Ignored:
    """What git ignores where a directory is, by the rules that do not ignore it itself."""
    ignored = Ignored()
    root = repository(directory)
    if root is not None:
        for folder, name in _way(root, directory):
            ignored = ignored.inside(folder)
            start = spelled(folder)
            if ignored.passes_over(start + os.fsencode(name) + b"/", len(start)):
                ignored = ignored.replace(rules=())
    return ignored


def is_excluded(path: str, settings_of: SettingsOf) -> bool:
    """Whether a search from the root of the file system would not come to a path.

    Except that what the folders around a project are called says nothing about it.
    """
    below = os.path.abspath(path)
    is_folder = os.path.isdir(below)
    project = os.path.join(repository(os.path.dirname(below)) or os.getcwd(), "")
    while (folder := os.path.dirname(below)) != below:
        name = os.path.basename(below)
        excluded = _decision(folder, name, is_folder, _excludes(settings_of(folder)))
        if excluded is None:
            excluded = is_folder and name in EXCLUDED and below.startswith(project)
        if excluded:
            return True
        below, is_folder = folder, True
    return False


def _decision(folder: str, name: str, is_folder: bool, excludes: tuple[Rules, ...]) -> bool | None:
    if not excludes:
        return None
    start = spelled(folder)
    path = start + os.fsencode(name) + (b"/" if is_folder else b"")
    return decision(_about(excludes, start), path, len(start))


def _about(excludes: tuple[Rules, ...], start: bytes) -> tuple[Rules, ...]:
    """The rules that speak of what is in a folder: those of folders around it, or its own."""
    return tuple(rules for rules in excludes if start.startswith(rules.folder))


def _excludes(settings: Settings) -> tuple[Rules, ...]:
    return _rules(settings.extend_exclude) if settings.extend_exclude else ()


@cache
def _rules(patterns: tuple[tuple[str, str], ...]) -> tuple[Rules, ...]:
    """Neighbours that begin at the same folder, together; the weakest first."""
    return tuple(
        Rules("\n".join(line for _, line in group).encode("utf-8", "surrogateescape"), root)
        for root, group in groupby(patterns, lambda pair: pair[0])
    )


def _way(top: str, path: str) -> Iterator[tuple[str, str]]:
    """The steps from a folder down to a path below it: the folder one is in, the next name."""
    folder = top
    if not path.startswith(top):
        return
    for name in filter(None, path[len(top) :].split(os.sep)):
        yield folder, name
        folder = os.path.join(folder, name)
