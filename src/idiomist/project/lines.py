"""On which line of a TOML file something is said: `tomllib` does not tell."""

from __future__ import annotations

import tomllib
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any


def line_of(text: str, keys: Sequence[str]) -> int | None:
    """The line of the statement that first brings a key, given with the tables that it is in.

    A file is taken in from its top, by whole lines, until what can be parsed has the key. So it
    does not matter how keys are quoted, dotted or gathered in tables. A value that goes on over
    several lines counts for the line on which its statement begins. None when there is no such
    key, and when the file cannot be parsed.
    """
    lines = text.split("\n")

    @cache
    def beginning(stop: int) -> Mapping[str, Any] | None:
        try:
            return tomllib.loads("".join(f"{line}\n" for line in lines[:stop]))
        except tomllib.TOMLDecodeError:
            return None

    def has_key(stop: int) -> bool:
        # What ends in the middle of a value is continued to the end of it.
        while (tables := beginning(stop)) is None:
            stop += 1
        return _leads_somewhere(tables, keys)

    whole = beginning(len(lines))
    if whole is None or not _leads_somewhere(whole, keys):
        return None
    return bisect_left(range(len(lines)), True, key=has_key)


def _leads_somewhere(value: object, keys: Sequence[str]) -> bool:
    for key in keys:
        if not isinstance(value, Mapping) or key not in value:
            return False
        value = value[key]
    return True
