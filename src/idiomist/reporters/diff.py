"""What becomes of a file, as `diff -u` shows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import unified_diff

from idiomist.reporters.painting import Painter


def unified(old: Sequence[str], new: Sequence[str], path: str, painter: Painter) -> Iterator[str]:
    """The lines of a unified diff between two lists of lines that keep their ends."""
    for line in unified_diff(old, new, path, path):
        text = line.rstrip("\r\n")
        style = {"+": "green", "-": "red", "@": "dim"}.get(text[:1])
        yield painter.paint(style, text) if style else text
        if not line.endswith(("\n", "\r")):
            yield "\\ No newline at end of file"
