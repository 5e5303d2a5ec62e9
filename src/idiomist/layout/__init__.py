"""A small layout for the statements that rewrites write: black's algorithm, for one statement.

A line that fits stays. Else a line inside brackets is cut at its loosest joints, and any other
one is split around the content of its last brackets; the parts are treated the same way. Black
may add parentheses around a value or a conditional expression: these are words without text
until a split uses them. What a trailing comma explodes stays exploded; comments stay at words.
"""

from __future__ import annotations

from idiomist.layout.lines import CannotSplit, Layout, Line
from idiomist.layout.words import (
    measure,
    name_kinds,
    with_optional_parentheses,
    without_trailing_commas,
    words_of,
)
from idiomist.record import Record


class Style(Record):
    """What a project wants its lines to be like."""

    width: int
    """How long a line may be."""
    newline: str
    """How lines end."""
    keeps_exploded: bool = True
    """Whether a trailing comma keeps what is on several lines there, even if it fits on one."""
    wraps_with: bool = True
    """Whether all that a `with` opens may stand in parentheses, as it may from Python 3.9 on."""


def laid_out(code: str, indent: str, style: Style) -> str:
    """Lay out one simple statement, or the header of a block.

    `code` is the statement with its indent and line end. It is returned as it is when it holds
    strings over several lines, or comments that find no place of their own.
    """
    words = words_of(code)
    if not words:
        return code
    name_kinds(words)
    words = with_optional_parentheses(words, style.wraps_with)
    measure(words)
    if not style.keeps_exploded:
        words = without_trailing_commas(words)
    step = "\t" if "\t" in indent else "    "
    try:
        lines = Layout(style.width, step).lines(Line(words, indent))
    except (CannotSplit, RecursionError):
        return code
    return "".join(line.rstrip() + style.newline for line in lines)
