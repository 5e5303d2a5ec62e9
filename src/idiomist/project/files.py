"""Which files to read: those that are named, and the Python files below directories."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from idiomist.project.config import settings_for
from idiomist.project.settings import Settings

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

EXCLUDED = frozenset(
    {
        ".bzr", ".direnv", ".eggs", ".git", ".hg", ".idea", ".mypy_cache", ".nox", ".pytest_cache",
        ".ruff_cache", ".svn", ".tox", ".venv", ".vscode", "__pycache__", "__pypackages__",
        "_build", "build", "dist", "node_modules", "site-packages", "venv",
    }
)  # fmt: skip
"""Directories that hold no code of the project itself."""
SUFFIXES = (".py", ".pyi")

_Rules = tuple[tuple[str, "GitIgnoreSpec"], ...]
_Found = Callable[[str], Settings]


def python_files(
    paths: Iterable[str], force_exclude: bool = False, found: _Found = settings_for
) -> Iterator[str]:
    """The files to read, each once, in the order of the arguments and then of their names.

    A path that names a file is always given, whatever it is; directories are searched, without
    following links to directories, and without what `.gitignore` files and the settings
    exclude inside them. A path that does not exist is given as it is, for reading it to fail.
    With `force_exclude` a path that the settings exclude is passed over even if it is named:
    programs that name every file, such as pre-commit, do not know the settings. `found` tells
    the settings for a directory.
    """
    seen: set[str] = set()
    for path in paths:
        if force_exclude and _is_excluded_from_above(path, found):
            continue
        real_path = os.path.realpath(path)
        below = _below(path, real_path, found) if os.path.isdir(path) else [(path, real_path)]
        for file, real in below:
            if real not in seen:
                seen.add(real)
                yield file


def repository(directory: str) -> str | None:
    """The root of the repository that an absolute path is in: the nearest folder with a `.git`."""
    while not os.path.exists(os.path.join(directory, ".git")):
        parent = os.path.dirname(directory)
        if parent == directory:
            return None
        directory = parent
    return directory


def _below(top: str, real_top: str, found: _Found) -> Iterator[tuple[str, str]]:
    """The files below a directory, and where they really are."""
    absolute = os.path.abspath(top)
    rules = _rules_above(absolute)
    # Who names a directory means it, even when a search from further up would pass it over.
    if _is_ignored(absolute, True, rules):
        rules = ()
    wanted = _is_excluded(absolute, True, found(absolute))
    pending = [(top, absolute, rules)]
    while pending:
        shown, directory, rules = pending.pop()
        rules = rules + _rules_of(directory)
        settings = found(directory)
        try:
            entries = sorted(os.scandir(directory), key=lambda entry: entry.name)
        except OSError:
            # Let the reader of the file say what is wrong with the directory.
            yield shown, os.path.realpath(directory)
            continue
        folders = []
        for entry in entries:
            path = os.path.join(shown, entry.name) if shown != "." else entry.name
            is_folder = entry.is_dir(follow_symlinks=False)
            if is_folder and entry.name in EXCLUDED:
                continue
            if not is_folder and not entry.name.endswith(SUFFIXES):
                continue
            is_link = entry.is_symlink()
            if is_link and os.path.isdir(entry.path):
                continue
            if _is_ignored(entry.path, is_folder, rules):
                continue
            if not wanted and _is_excluded(entry.path, is_folder, settings):
                continue
            if is_folder:
                folders.append((path, entry.path, rules))
            else:
                below = entry.path[len(absolute) :]
                yield path, os.path.realpath(entry.path) if is_link else f"{real_top}{below}"
        pending.extend(reversed(folders))


def _is_excluded_from_above(path: str, found: _Found) -> bool:
    """Whether a search from the root of the file system would not come to a path."""
    below = os.path.abspath(path)
    is_folder = os.path.isdir(below)
    while (folder := os.path.dirname(below)) != below:
        if _is_excluded(below, is_folder, found(folder)):
            return True
        below, is_folder = folder, True
    return False


def _rules_above(directory: str) -> _Rules:
    """The rules of `.gitignore` files between the root of the repository and a directory."""
    root = repository(directory)
    if root is None:
        return ()
    found: list[str] = []
    while directory != root:
        directory = os.path.dirname(directory)
        found.append(directory)
    rules: _Rules = ()
    for above in reversed(found):
        rules += _rules_of(above)
    return rules


def _rules_of(directory: str) -> _Rules:
    file = os.path.join(directory, ".gitignore")
    try:
        with open(file, encoding="utf-8", errors="replace") as handle:
            lines = handle.read().splitlines()
    except OSError:
        return ()
    return ((directory, _spec(tuple(lines))),)


def _spec(lines: Sequence[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(lines)


def _is_ignored(path: str, is_folder: bool, rules: _Rules) -> bool:
    """The last rule that speaks of a path decides, as in git."""
    for base, spec in reversed(rules):
        relative = os.path.relpath(path, base) + ("/" if is_folder else "")
        decided = spec.check_file(relative).include
        if decided is not None:
            return decided
    return False


_excludes: dict[tuple[tuple[str, str], ...], _Rules] = {}


def _is_excluded(path: str, is_folder: bool, settings: Settings) -> bool:
    patterns = settings.extend_exclude
    if not patterns:
        return False
    if patterns not in _excludes:
        _excludes[patterns] = tuple(
            (root, _spec([pattern for _, pattern in group]))
            for root, group in groupby(patterns, key=lambda pair: pair[0])
        )
    return _is_ignored(path, is_folder, _excludes[patterns])
