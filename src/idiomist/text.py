"""What the bytes and lines of a file tell before it is parsed."""

from __future__ import annotations

import io
import re
from codecs import BOM_UTF8
from collections.abc import Sequence

DEFAULT_WIDTH = 88
"""What black goes by where nobody says anything else."""


def encoding_of(data: bytes) -> str:
    """The codec of a file, by its mark or cookie (PEP 263); `utf-8-sig` where there is a BOM."""
    lines = io.BytesIO(data)
    if not data.startswith(BOM_UTF8) and b"coding" not in lines.readline() + lines.readline():
        return "utf-8"
    from tokenize import detect_encoding

    lines.seek(0)
    return detect_encoding(lines.readline)[0]


def decoded(data: bytes) -> str:
    """The text of a file, with its newlines as they are, without a BOM."""
    return data.decode(encoding_of(data))


def split_lines(text: str) -> list[str]:
    """The lines with their ends, as the tokenizer sees them.

    Unlike `str.splitlines`, this does not break at form feeds and other oddities, which may stand
    in a string.
    """
    return io.StringIO(text, newline="").readlines()


def on_one_line(text: str) -> str:
    """A text with the ends of lines as `\\n` and `\\r`, which may stand in the name of a file.

    On a line of its own, what follows could be taken for something else: GitHub takes commands
    from the output of a job.
    """
    return text.replace("\r", "\\r").replace("\n", "\\n")


def lines_with(word: bytes, data: bytes) -> list[int]:
    """The numbers of the lines that contain a word, in order."""
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    found, line, start = [], 1, 0
    place = data.find(word)
    while place >= 0:
        line += data.count(b"\n", start, place)
        start = place
        found.append(line)
        place = data.find(word, place + 1)
    return found


def without_comments(expression: str) -> str:
    """The text of an expression over several lines, without the comments in it."""
    import tokenize

    # In brackets, so that the lines in it are no lines of code of their own.
    lines = split_lines(f"({expression}\n)")
    try:
        for token in list(tokenize.generate_tokens(iter(lines).__next__)):
            if token.type == tokenize.COMMENT:
                number, start, stop = token.start[0] - 1, token.start[1], token.end[1]
                lines[number] = lines[number][:start] + lines[number][stop:]
    except (tokenize.TokenError, SyntaxError):
        # Line ends of old, of which the tokenizer makes something else than the compiler.
        return expression
    return "".join(lines)[1:-2]


_PROSE_AND_STRINGS = (
    r"""(?s)#[^\n]*|"{3}(?:\\.|[^\\])*?"{3}|'{3}(?:\\.|[^\\])*?'{3}"""
    r"""|("(?:\\.|[^"\\\n])*"|'(?:([^'"\\\n]*)|(?:\\.|[^'\\\n])*)')"""
)
"""Groups: a string that is no prose; the text of one that black quotes the other way.

Not compiled before it is needed, like all expressions that most runs never ask for.
"""


def found_width(lines: Sequence[str]) -> int:
    """The smallest usual limit that the code keeps to, 88 when it does not tell.

    A few longer lines (a long string, an address) do not count: formatters leave those, too.
    What black could have written counts as written by black, whose limit is 88 unless the code
    itself goes further.
    """
    longest = _usual_length(lines)
    if longest < 73 or 79 < longest <= DEFAULT_WIDTH:
        return DEFAULT_WIDTH
    code = "".join(lines)
    if all(found[2] is None for found in re.finditer(_PROSE_AND_STRINGS, code)):
        if longest < DEFAULT_WIDTH:
            return DEFAULT_WIDTH
        lines = split_lines(re.sub(_PROSE_AND_STRINGS, r"\1", code))
        longest = max(_usual_length(lines), DEFAULT_WIDTH)
    return next((limit for limit in (79, 88, 100, 120) if longest <= limit), DEFAULT_WIDTH)


def _usual_length(lines: Sequence[str]) -> int:
    """That of the longest line, without one in a hundred."""
    lengths = sorted(map(len, lines))
    return lengths[-1 - len(lengths) // 100] - 1 if lengths else 0
