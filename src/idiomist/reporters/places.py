"""Where files are, as the host of a repository says it."""

from __future__ import annotations

import os

from idiomist.project.files import repository

STDIN_NAME = "<stdin>"
"""What standard input is called where nobody gave it a name."""


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
