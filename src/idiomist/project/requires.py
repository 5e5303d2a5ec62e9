"""The oldest Python that a project supports, by its `requires-python`."""

from __future__ import annotations

_VERSION = frozenset("0123456789abcdefghijklmnopqrstuvwxyz.*!+-_")


def oldest_python(requires: str) -> tuple[int, int] | None:
    """The lowest `major.minor` that a version specifier allows; None when it sets no lower bound.

    Specifiers are those of https://packaging.python.org/specifications/version-specifiers: all
    clauses hold, with commas between. None also for anything that is not written like that.
    Python 2 counts as 3.0, the oldest whose grammar is ours.
    """
    lowest: tuple[int, int] | None = None
    excluded: set[tuple[int, int]] = set()
    for clause in filter(None, map(str.strip, requires.split(","))):
        text = clause.lstrip("~=!<>")
        operator, text = clause.removesuffix(text), text.strip().lower()
        major, _, rest = text.partition(".")
        minor, _, rest = rest.partition(".")
        if not major.isdecimal() or not _VERSION.issuperset(text):
            return None
        # What follows the digits says `rc1` or the like.
        digits = minor[: len(minor) - len(minor.lstrip("0123456789"))]
        version = int(major), int(digits or 0)
        if operator == "!=" and rest == "*":
            excluded.add(version)
        elif operator in (">=", ">", "~=", "==", "==="):
            lowest = max(lowest or version, version)
        elif operator not in ("!=", "<", "<="):
            return None
    while lowest in excluded:
        lowest = lowest[0], lowest[1] + 1
    return max(lowest, (3, 0)) if lowest else None
