"""Colours on a terminal."""

from __future__ import annotations

_STYLES = {"red": "31", "green": "32", "yellow": "33", "bold": "1", "dim": "2"}


class Painter:
    """Wraps text in ANSI colours, or does not."""

    def __init__(self, colour: bool):
        self._colour = colour

    def paint(self, style: str, text: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self._colour else text
