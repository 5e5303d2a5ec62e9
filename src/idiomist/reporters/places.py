"""Where things are, as other programs count: positions in a file, paths in a repository."""

from __future__ import annotations

import os
from bisect import bisect_right

from idiomist.project.files import repository
from idiomist.record import Record
from idiomist.source import Source

STDIN_NAME = "<stdin>"
"""What standard input is called where nobody gave it a name."""


class Position(Record):
    """A line and a column, both from 1; the column counts characters."""

    line: int
    column: int


def position(source: Source, offset: int) -> Position:
    """The line and column of an offset into the text of a file."""
    starts = source.line_starts
    line = bisect_right(starts, offset)
    # The end of the text is a line of its own only where a line end stands before it.
    if line == len(starts) > 1 and not source.text.endswith(("\n", "\r")):
        line -= 1
    return Position(line, offset - starts[line - 1] + 1)


class Paths:
    """The paths of one run as the host of the repository knows them.

    Hosts run commands in a folder of the repository, or in its root, and want paths from the
    root on. Links are resolved: the host has the contents of the file that a link leads to.
    """

    def __init__(self) -> None:
        here = os.path.realpath(os.curdir)
        self._root = repository(here) or here

    def inside(self, path: str) -> str | None:
        """The path from the root on, with forward slashes; None for a file outside."""
        if path == STDIN_NAME:
            return path
        for candidate in (os.path.realpath(path), os.path.abspath(path)):
            try:
                relative = os.path.relpath(candidate, self._root)
            except ValueError:  # another drive
                continue
            if relative.split(os.sep, 1)[0] != os.pardir:
                return relative.replace(os.sep, "/")
        return None

    def shown(self, path: str) -> str:
        """The path from the root on, in full for a file outside; always fit to be printed."""
        relative = self.inside(path)
        if relative is None:
            relative = os.path.abspath(path).replace(os.sep, "/")
        # A name that is no UTF-8 comes with lone surrogates, which cannot be written anywhere.
        return os.fsencode(relative).decode("utf-8", "replace")
