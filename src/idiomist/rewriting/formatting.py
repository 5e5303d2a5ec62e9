"""Leave code as black would, where it was as black leaves it."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator, Mapping
from typing import Any

from idiomist.layout import Style, laid_out
from idiomist.text import split_lines

_OTHER_RULES = ("@", "async def ", "class ", "def ")
"""How lines begin that `laid_out` does not know."""


def formatted(
    old: str, new: str, indent: str, style: Style, black: Mapping[str, Any] | None
) -> str:
    """Format rewritten lines as black would, if the old ones were formatted so.

    Where they were not, what was carried along stays as it is: nobody asked for it to be
    touched. In a project with black it is black that formats, if it is installed.
    """
    if black is not None and "\t" not in indent and len(indent) % 4 == 0:
        try:
            return _blackened(old, new, indent, black)
        except ImportError:
            pass
    return _with_moved_lines_laid_out(old, new, style)


def _blackened(old: str, new: str, indent: str, table: Mapping[str, Any]) -> str:
    import black
    import black.parsing
    import black.report

    mode = _mode(table)
    header, depth = "", len(indent) // 4
    for level in range(depth):
        header += "    " * level + "if True:\n"

    def blackened(code: str) -> str | None:
        try:
            done = black.format_str(header + code.replace("\r\n", "\n"), mode=mode)
        except (black.parsing.InvalidInput, black.report.NothingChanged):
            return None
        return done.removeprefix(header)

    ends = "\r\n" if "\r\n" in old else "\n"
    if blackened(old) != old.replace("\r\n", "\n"):
        return new
    return (blackened(new) or new).replace("\r\n", "\n").replace("\n", ends)


def _mode(table: Mapping[str, Any]) -> Any:
    import black
    from black.const import DEFAULT_LINE_LENGTH
    from black.mode import TargetVersion

    length = table.get("line-length")
    known = TargetVersion.__members__
    versions = [str(name).upper() for name in table.get("target-version", ())]
    return black.Mode(
        target_versions={known[name] for name in versions if name in known},
        line_length=length if isinstance(length, int) else DEFAULT_LINE_LENGTH,
        string_normalization=not table.get("skip-string-normalization", False),
        magic_trailing_comma=not table.get("skip-magic-trailing-comma", False),
        preview=table.get("preview", False),
    )


def _with_moved_lines_laid_out(old: str, new: str, style: Style) -> str:
    """A line that stands deeper than before, or holds another name, may need other breaks."""
    before = frozenset(_logical_lines(old))
    done = "".join(
        line if line in before else _laid_out(line, style) for line in _logical_lines(new)
    )
    # Mostly nothing is left to do, and then nobody has to look at the old lines.
    if done == new or any(_laid_out(line, style) != line for line in before):
        return new
    return done if _meaning(done) == _meaning(new) else new


def _meaning(code: str) -> str:
    header = "if True:\n" if code.lstrip("\r\n")[:1].isspace() else ""
    return ast.dump(ast.parse(header + code))


def _laid_out(line: str, style: Style) -> str:
    code = line.lstrip(" \t")
    if code.startswith(("#", *_OTHER_RULES)) or not code.strip():
        return line
    return laid_out(line, line[: len(line) - len(code)], style)


def _logical_lines(code: str) -> Iterator[str]:
    """The lines as they are parsed (PEP 8 calls them logical), and those without code."""
    lines = split_lines(code)
    start = 0
    has_code = False
    for token in tokenize.generate_tokens(io.StringIO(code, newline="").readline):
        if token.type == tokenize.NEWLINE or (token.type == tokenize.NL and not has_code):
            yield "".join(lines[start : token.end[0]])
            start, has_code = token.end[0], False
        elif token.type not in _SILENT:
            has_code = True


_SILENT = (tokenize.COMMENT, tokenize.DEDENT, tokenize.INDENT, tokenize.NL)
