"""`idiomist init`: make idiomist a part of a project."""

from __future__ import annotations

import argparse
import os
import sys
from shlex import quote

from idiomist import REPOSITORY, __version__
from idiomist.cli import CLEAN, FAILED
from idiomist.cli.session import wants_colour
from idiomist.fixer import write
from idiomist.project.amending import Amendment, Refused, amendment, with_table
from idiomist.project.config import OWN, SHARED
from idiomist.project.files import repository
from idiomist.project.hooks import with_hook
from idiomist.reporters.diff import unified
from idiomist.reporters.painting import Painter

HOOKS = ".pre-commit-config.yaml"


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    try:
        root = _root(options.directory)
        has_own = os.path.exists(os.path.join(root, OWN))
        # All are known to be possible before one is written.
        amendments = [amendment(os.path.join(root, HOOKS), _hooks)]
        if not has_own:
            # A table beside a file of ours would not be looked at.
            amendments.append(amendment(os.path.join(root, SHARED), _settings))
    except Refused as error:
        sys.stderr.write(f"idiomist: {error}\n")
        return FAILED
    wanted = [one for one in amendments if one.changes]
    # Whatever becomes of what we print, both files are complete.
    failure = _written(wanted)
    painter = Painter(wants_colour(options.color))
    for one in wanted:
        _show(one, painter)
    if failure:
        sys.stderr.write(f"idiomist: {failure}\n")
        return FAILED
    if not wanted:
        place = f"{OWN} is there" if has_own else f"{SHARED} has [tool.idiomist]"
        print(f"Nothing to do: {HOOKS} names idiomist, and {place}.")
        return CLEAN
    print(f"\nWrote {' and '.join(os.path.basename(one.path) for one in wanted)}.")
    if not os.path.exists(os.path.join(root, ".git")):
        print("There is no git repository here yet: `git init` makes one.")
    print("`pre-commit install` turns the hook on; `idiomist check` shows what there is today.")
    return CLEAN


def _written(amendments: list[Amendment]) -> str:
    """Write files; returns what went wrong, and leaves in the list what was written."""
    for number, one in enumerate(amendments):
        try:
            write(one.path, one.old, one.new)
        except OSError as error:
            del amendments[number:]
            return f"{one.path}: {error.strerror or error}"
    return ""


def _root(directory: str) -> str:
    """The directory, if it is one where pre-commit would find its configuration."""
    if not os.path.isdir(directory):
        raise Refused(f"{directory}: is no directory")
    here = os.path.abspath(directory)
    root = repository(here)
    if root and root != here:
        raise Refused(
            f"{here} is not the root of its repository, where pre-commit looks; "
            f"run `idiomist init {quote(root)}`"
        )
    return "" if directory == "." else directory


def _hooks(text: str, newline: str) -> str:
    return with_hook(text, newline, REPOSITORY, f"v{__version__}")


def _settings(text: str, newline: str) -> str:
    return with_table(text, newline, "idiomist", f"What can be set: {REPOSITORY}#choose")


def _show(change: Amendment, painter: Painter) -> None:
    old, new = (
        [line.decode() for line in data.splitlines(keepends=True)]
        for data in (change.old or b"", change.new)
    )
    for line in unified(old, new, change.path, painter):
        print(line)
