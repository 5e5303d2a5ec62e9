"""The bar that shows a person how far a long run has come."""

from __future__ import annotations

import os
import sys
import time

_PATIENCE = 1.0
"""Seconds that nobody minds to wait without being told anything."""
_EVERY = 0.1
_WIDTH = 24


class Bar:
    """One line on a terminal, below what is printed there; nothing anywhere else."""

    def __init__(self) -> None:
        """Begin to wait."""
        self._is_wanted = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._next = time.monotonic() + _PATIENCE
        self._is_shown = False

    def show(self, done: int, of: int) -> None:
        """Show how many files are done, if it is time for that."""
        now = time.monotonic()
        if not self._is_wanted or now < self._next:
            return
        self._next = now + _EVERY
        self._is_shown = True
        sys.stdout.flush()
        full = _WIDTH * done // of
        bar = "#" * full + "." * (_WIDTH - full)
        sys.stderr.write(f"\r[{bar}] {done:,} of {of:,} files")
        sys.stderr.flush()

    def hide(self) -> None:
        """Take it away, so that something else can be printed."""
        if self._is_shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._is_shown = False
