"""Which files to read: those that are named, and the Python files below directories."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from idiomist.project.config import settings_for
from idiomist.project.settings import Settings
from idiomist.record import Record

_FIRST_LINES = 10

SettingsOf = Callable[[str], Settings]
"""Tells the settings that hold in a directory, by its absolute path."""


class Found(Record):
    """A file to read."""

    path: str
    named: bool
    """Whether somebody asked for this very file, and not for what a search may find."""
    settings: Settings | None = None
    """Those that hold for it, if they had to be looked up."""


def python_files(
    paths: Iterable[str],
    force_exclude: bool = False,
    settings_of: SettingsOf = settings_for,
    among: Collection[str] | None = None,
) -> Iterator[Found]:
    """The files to read, each once, in the order of the arguments and then of their names.

    A path that names a file is always given, whatever it is; directories are searched, without
    following links to directories, and without what git ignores and the settings exclude inside
    them. A path that does not exist is given as it is, for reading it to fail.
    With `force_exclude` a path that the settings exclude is passed over even if it is named, and
    no file counts as named: programs that name every file, such as pre-commit, mean none.
    With `among`, only files are given whose real paths are in it, and others not even looked for.

    Only the arguments are remembered, and links, so that a search may find any number of files.
    Raises ConfigError on the way, when it comes to settings that are wrong.
    """
    paths = list(paths)
    if force_exclude:
        from idiomist.project.searching import is_excluded

        paths = [path for path in paths if not is_excluded(path, settings_of)]
    named: dict[str, str] = {}
    for path in paths:
        real = os.path.realpath(path)
        if among is None or real in among or not os.path.isfile(path):
            named.setdefault(real, path)
    folders = [real for real, path in named.items() if os.path.isdir(path)]
    files: Iterator[Found] = (Found(path, True) for path in named.values())
    if folders:
        files = _found(named, folders, settings_of, among)
    return (found.replace(named=False) for found in files) if force_exclude else files


def _found(
    named: Mapping[str, str],
    folders: Iterable[str],
    settings_of: SettingsOf,
    among: Collection[str] | None,
) -> Iterator[Found]:
    """What is named, and what is in the folders among that; the keys are the real paths."""
    # To read one file takes no search, and who waits for it in an editor waits for imports.
    from idiomist.project.searching import Search

    searches = {real: Search(named[real], real, settings_of) for real in folders}
    done: set[str] = set()
    linked: set[str] = set()
    for real, path in named.items():
        # What one search comes to, it has searched by the same rules as another would.
        if any(search.finds(real) for search in searches.values() if search.real in done):
            continue
        done.add(real)
        if real not in searches:
            yield Found(path, True)
            continue
        for file in searches[real].files(done, among):
            if file.is_link:
                # The file itself rather than a link to it, whichever comes first.
                if file.real in linked or file.real in named:
                    continue
                if any(search.finds(file.real) for search in searches.values()):
                    continue
                linked.add(file.real)
            yield Found(file.path, file.real in named, file.settings)


def in_root(name: str) -> str:
    """A path in the root of the repository around the working directory, or in that itself."""
    here = os.getcwd()
    return os.path.join(repository(here) or here, name)


def repository(directory: str, marks: Iterable[str] = (".git",)) -> str | None:
    """The root of the repository that an absolute path is in: the nearest folder with a mark."""
    while not any(os.path.exists(os.path.join(directory, mark)) for mark in marks):
        parent = os.path.dirname(directory)
        if parent == directory:
            return None
        directory = parent
    return directory


def is_generated(data: bytes) -> bool:
    """Whether one of the first lines of a file has the mark of those that programs write.

    The mark is what rustfmt looks for, too; its five lines are not enough where a licence comes
    first (https://github.com/rust-lang/rustfmt/issues/5658).
    """
    # Nearly no file has it at all. As the beginning of a longer word it is a decorator.
    return b"@generated" in data and any(
        re.search(rb"@generated\b", line) for line in data.split(b"\n", _FIRST_LINES)[:_FIRST_LINES]
    )
