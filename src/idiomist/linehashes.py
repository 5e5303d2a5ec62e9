"""The hashes by which GitHub's code scanning follows a line through the history of a file."""

from __future__ import annotations

import re
import struct
from collections import Counter

_WINDOW = 100
_BASE = 37
_END_OF_FILE = b"\xff\xff"


class LineHashes:
    """The hash of every line of a file, which names the place of an alert.

    The upload action of GitHub works it out where a report lacks it, and warns where the report
    says something else. So these are the same numbers: the first hundred UTF-16 units from the
    start of the line on, without blanks and tabs, taken as the digits of a number to the base
    37, of which 64 bits are kept; then how many lines down to this one have the same hash
    (`src/fingerprints.ts` in github/codeql-action).
    """

    def __init__(self, data: bytes):
        text = re.sub("\r\n?", "\n", data.decode("utf-8", "replace"))
        lines = [line.encode("utf-16-be") for line in re.sub("[ \t]", "", text).split("\n")]
        units = "\n".encode("utf-16-be").join(lines) + _END_OF_FILE + bytes(2 * _WINDOW)
        self._windows: list[tuple[bytes, int]] = []
        seen: Counter[bytes] = Counter()
        start = 0
        for line in lines:
            window = units[start : start + 2 * _WINDOW]
            seen[window] += 1
            self._windows.append((window, seen[window]))
            start += len(line) + 2

    def of(self, line: int) -> str:
        """The hash of a line, counted from 1."""
        window, number = self._windows[line - 1]
        value = 0
        for unit in struct.unpack(f">{_WINDOW}H", window):
            value = (value * _BASE + unit) % 2**64
        return f"{value:x}:{number}"
