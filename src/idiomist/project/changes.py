"""Only what changed: the lines that are staged, that differ from a commit, or that a patch has.

They are always lines of the file in the working tree, for that is what is read and fixed.
"""

from __future__ import annotations

import io
import os
import sys
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from idiomist.project.config import ConfigError
from idiomist.project.files import repository
from idiomist.project.patches import NoPatch, Patched, patched
from idiomist.touched import ALL, Lines

if TYPE_CHECKING:
    from idiomist.project.worktrees import WorkTree

STDIN = "-"
_MARKS = (".git", ".hg")
"""What the root of a repository has, for those whose patches have names from there on."""
_Names = tuple[bytes, ...]


def changes_of(option: str, value: str = "") -> Changes:
    """What one of `staged`, `changed`, `since` (a revision) and `diff-from` (a file) means.

    For `diff-from` the file `-` is standard input. Raises ConfigError when git, the revision or
    the file is not as it has to be.
    """
    match option:
        case "staged":
            return Changes.staged()
        case "changed":
            return Changes.changed()
        case "since":
            return Changes.since(value)
        case "diff-from":
            name = "standard input" if value == STDIN else value
            return Changes.patch(_data(value), name)
    raise ValueError(f"there is no way to tell changes called {option!r}")


class Changes:
    """The lines that changed, by file."""

    def __init__(self, lines: Iterable[tuple[str, Lines]]):
        """Take lines that are counted by line feeds, by the absolute real paths of their files."""
        self._lines = dict(lines)
        self._counted: dict[str, Lines] = {}

    @classmethod
    def staged(cls) -> Changes:
        """What the next commit changes, where it stands in the working tree.

        Raises ConfigError when git cannot tell.
        """
        from idiomist.project.worktrees import WorkTree

        tree = WorkTree("--staged")
        found = _changed(tree.compared("diff-index", "--cached", tree.head() or tree.nothing()))
        for file in tree.compared("diff-files", "-0"):
            if lines := found.get(file.names):
                found[file.names] = lines.carried(file.changes, counted=False)
        return cls(_in_work_tree(tree, found))

    @classmethod
    def changed(cls) -> Changes:
        """What differs from the last commit, staged or not, and all of the files git has not.

        Raises ConfigError when git cannot tell.
        """
        from idiomist.project.worktrees import WorkTree

        tree = WorkTree("--changed")
        return cls(_different(tree, tree.head() or tree.nothing()))

    @classmethod
    def since(cls, revision: str) -> Changes:
        """What was changed on this side since HEAD and a revision parted, and not committed yet.

        Raises ConfigError when there is no such revision, and when git cannot tell.
        """
        from idiomist.project.worktrees import WorkTree

        tree = WorkTree("--since")
        return cls(_different(tree, tree.merge_base(revision)))

    @classmethod
    def patch(cls, data: bytes, name: str) -> Changes:
        """What a unified diff changes, which the files have already; `name` is for messages.

        Several patches may stand one behind the other. Raises ConfigError when it is no patch, or
        one of files that are not here.
        """
        try:
            found = _changed(patched(io.BytesIO(_as_utf8(data))))
        except NoPatch as error:
            raise ConfigError(f"{name}:{error.line}: {error}") from error
        here = os.path.realpath(os.curdir)
        for folder in (repository(here, _MARKS) or here, here):
            lines = dict(_below(folder, found))
            if lines or not found:
                return cls(lines.items())
        raise ConfigError(
            f"{name}: none of the files that it changes is here; run idiomist in their repository"
        )

    @property
    def files(self) -> list[str]:
        """The files that have such lines, by their absolute real paths."""
        return [file for file, lines in self._lines.items() if lines]

    def lines(self, path: str) -> Lines:
        """The lines of a file that changed, as Python counts them; empty if there are none."""
        file = os.path.realpath(path)
        if file not in self._counted:
            lines = self._lines.get(file, Lines())
            self._counted[file] = lines.as_python_counts(_content(file)) if lines else lines
        return self._counted[file]

    def touches(self, path: str, first: int, last: int) -> bool:
        """Whether one of the lines from `first` to `last` changed, or some are gone in between."""
        return self.lines(path).touch(first, last)


def _changed(files: Iterable[Patched]) -> dict[_Names, Lines]:
    """What changed, by all the names that a file may have.

    A file that comes up again was patched twice, one after the other.
    """
    found: dict[_Names, Lines] = {}
    for file in files:
        before = found.get(file.old_names, Lines())
        found[file.names] = before.carried(file.changes, counted=True)
    found.pop((), None)
    return found


def _different(tree: WorkTree, commit: str) -> Iterator[tuple[str, Lines]]:
    found = _changed(tree.compared("diff-index", commit))
    found |= {(name,): ALL for name in tree.untracked()}
    return _in_work_tree(tree, found)


def _in_work_tree(tree: WorkTree, found: Mapping[_Names, Lines]) -> Iterator[tuple[str, Lines]]:
    """What is there as a file; git does not follow links."""
    for (name,), lines in found.items():
        path = os.path.join(tree.root, os.fsdecode(name))
        if os.path.isfile(path) and not os.path.islink(path):
            yield os.path.realpath(path), lines


def _below(folder: str, found: Mapping[_Names, Lines]) -> Iterator[tuple[str, Lines]]:
    """What is there under one of its names."""
    for names, lines in found.items():
        paths = (os.path.join(folder, os.fsdecode(name)) for name in names)
        if path := next(filter(os.path.isfile, paths), None):
            yield os.path.realpath(path), lines


def _data(file: str) -> bytes:
    if file == STDIN:
        return sys.stdin.buffer.read()
    try:
        with open(file, "rb") as handle:
            return handle.read()
    except OSError as error:
        raise ConfigError(f"--diff-from: {file} cannot be read: {error.strerror}") from error


def _as_utf8(data: bytes) -> bytes:
    """A patch as programs on Windows may store it, without what they put around it."""
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return data.decode("utf-16", "replace").encode("utf-8", "replace")
    return data.removeprefix(BOM_UTF8)


def _content(file: str) -> bytes:
    """What stands in a file; nothing if it cannot be read, which who reads it will tell."""
    try:
        with open(file, "rb") as handle:
            return handle.read()
    except OSError:
        return b""
