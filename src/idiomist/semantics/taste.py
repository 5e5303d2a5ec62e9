"""When to say nothing: measures of whether the idiom reads better at this place."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from idiomist.semantics.nests import Filter, Nest, Temporary

if TYPE_CHECKING:
    from idiomist.source import Source


def clause_texts(source: Source, nest: Nest, parts: Sequence[str]) -> tuple[list[str], list[str]]:
    """The parts and the clauses of a nest as a comprehension would show them, one line each."""
    clauses: list[str] = []
    temporary: tuple[str, str] | None = None
    shown = list(parts)
    for clause in nest.clauses:
        match clause:
            case Temporary(name, value):
                temporary = (name, source.flat(value))
                continue
            case Filter(test, negated):
                text = f"if {'not ' if negated else ''}{source.flat(test)}"
            case _:
                text = f"for {source.flat(clause.target)} in {source.flat(clause.iter)}"
        clauses.append(_put_in(text, temporary))
    return [_put_in(part, temporary) for part in shown], clauses


def _put_in(text: str, temporary: tuple[str, str] | None) -> str:
    if temporary is None:
        return text
    name, value = temporary
    return re.sub(rf"\b{re.escape(name)}\b", lambda _: value, text)


def is_worth_it(
    source: Source,
    flagged: Sequence[ast.stmt],
    nest: Nest,
    head: str,
    parts: list[str],
    tail: str,
) -> bool:
    """Whether `head element clauses tail`, laid out, needs no more lines than the code has.

    A project may ask for fewer (`max_comprehension_lines`).
    Without parts, the last condition is the element, as in `any(condition for ...)`.
    """
    shown, clauses = clause_texts(source, nest, parts)
    if not shown:
        shown = [clauses.pop().removeprefix("if ")]
    indent = len(source.indent(flagged[0]).expandtabs(4))
    needed = lines_needed([*shown, *clauses], source.width - indent, head, tail)
    limit = source.conventions.max_comprehension_lines or TOO_MANY
    return needed <= min(limit, code_lines(source, flagged))


def fits_in_few(
    source: Source, flagged: Sequence[ast.stmt], nest: Nest, head: str, part: str, tail: str
) -> bool:
    """Whether the whole takes few lines: one, or two when the content of its brackets fits.

    For calls with more arguments than the comprehension: cut up further, they read badly.
    """
    shown, clauses = clause_texts(source, nest, [part])
    indent = len(source.indent(flagged[0]).expandtabs(4))
    needed = lines_needed([*shown, *clauses], source.width - indent, head, tail)
    return needed <= source.conventions.max_next_lines


def lines_needed(pieces: Sequence[str], room: int, head: str, tail: str) -> int:
    """How many lines a bracket with these pieces takes, laid out as black does.

    A line that holds nothing but closing brackets is not counted: it gives nobody more to read.
    So a comprehension with one clause a line is as long as the loop it replaces.
    """
    flat = f"{head}{' '.join(pieces)}{tail}"
    explodes = re.search(_TRAILING_COMMA, flat)
    if len(flat) <= room and not explodes:
        return 1
    if len(head) <= room and not explodes:
        # What black does with a comprehension, without asking how it does it.
        inside = [len(piece) + INDENT for piece in pieces]
        together = sum(inside) - (INDENT - 1) * (len(inside) - 1)
        if len(tail) == 1 and together <= room:
            return 2
        if len(tail) == 1 and max(inside) <= room:
            return 1 + len(inside)
        if head.endswith("((") and tail.startswith("), ") and together + len(tail) <= room:
            return 2
    # Rarely asked, and it takes the tokenizer.
    from idiomist.layout import Style, laid_out

    lines = laid_out(f"{flat}\n", "", Style(room, "\n")).splitlines()
    if any(len(line) > room for line in lines):
        return TOO_MANY
    return sum(bool(line.strip(" )]},")) for line in lines)


TOO_MANY = 1000
INDENT = 4
_TRAILING_COMMA = r",\s*[)\]}]"


def code_lines(source: Source, flagged: Sequence[ast.stmt]) -> int:
    """The lines of code of these statements, without blank lines and lines of comment."""
    count = 0
    for statement in flagged:
        for line in source.lines[statement.lineno - 1 : statement.end_lineno]:
            text = line.strip()
            count += bool(text.strip(")]},")) and not text.startswith("#")
    return count
