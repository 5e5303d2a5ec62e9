"""A small layout for the statements that rewrites write: black's algorithm, for one statement.

A line that fits stays. Else a line inside brackets is cut at its loosest joints, and any other
one is split around the content of its last brackets; the parts are treated the same way. Black
may add parentheses around a value or a conditional expression: these are words without text
until a split uses them. What a trailing comma explodes stays exploded, and comments stay behind
the words that they stood behind.
"""

from __future__ import annotations

import io
import keyword
import tokenize
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

_COMMA, _DOT = 18, 1
_JOINTS = {
    **dict.fromkeys(("for", "async", "comprehension if"), 20),
    **dict.fromkeys(("if", "else"), 16),
    **dict.fromkeys(("or", "and"), 14),
    "next string": 12,
    **dict.fromkeys(("in", "not in", "is", "==", "!=", "<", ">", "<=", ">="), 10),
    "|": 9,
    "^": 8,
    "&": 7,
    **dict.fromkeys(("<<", ">>"), 6),
    **dict.fromkeys(("+", "-"), 5),
    **dict.fromkeys(("*", "/", "//", "%", "@"), 4),
    "**": 2,
    "next call": _DOT,
}
"""How loose the joint in front of a word is. A comma has its joint behind it."""


class _Word:
    """A token, or an optional parenthesis, and what it means where it stands."""

    __slots__ = "at comments depth is_display is_magic joint kind partner role space text".split()

    def __init__(self, text: str, space: str = "", role: str = ""):
        self.text = text
        self.space = space  # between it and the word before, when both are on one line
        self.role = role  # "open", "close", "comment" (with a line of its own), or ""
        self.kind = text  # the text, or a name for what it means here
        self.comments: list[str] = []  # behind it
        self.at = self.depth = 0
        self.joint = 0  # how loose the joint behind it is
        self.partner = self  # the other bracket
        self.is_display = not text  # the bracket makes no call or subscript
        self.is_magic = False  # it closes brackets that a trailing comma explodes


class _Line:
    """Words that stand on one line if they can."""

    def __init__(
        self, words: list[_Word], indent: str, *, inside: bool = False, explodes: bool = False
    ):
        self.words = words
        self.indent = indent
        self.inside = inside
        self.depth = words[0].depth
        first = words[0].at
        self.explodes = explodes or any(
            word.is_magic and word.partner.at >= first for word in words
        )
        self.comments = [comment for word in words for comment in word.comments]
        self.has_comment_line = any(word.role == "comment" for word in words)

    def __str__(self) -> str:
        code = "".join([word.space + word.text for word in self.words]).strip()
        return "  ".join([self.indent + code, *self.comments])

    @property
    def joints(self) -> list[int]:
        """The joints that no brackets enclose; a trailing comma is none."""
        return [word.joint for word in self.words[:-1] if word.joint and word.depth == self.depth]


class _Split(NamedTuple):
    """A line, split around the content of a pair of brackets."""

    head: _Line
    body: _Line
    tail: _Line


class _CannotSplit(Exception):
    """There are no brackets left to split at."""


def laid_out(code: str, indent: str, width: int, newline: str) -> str:
    """Lay out one simple statement, or the header of a block.

    `code` is the statement with its indent and line end. It is returned as it is when it holds
    strings over several lines, or comments that have no place of their own.
    """
    words = _words(code)
    if not words:
        return code
    _name_kinds(words)
    _measure(words)
    words = _with_optional_parentheses(words)
    _measure(words)
    step = "\t" if "\t" in indent else "    "
    try:
        lines = _Layout(width, step).lines(_Line(words, indent))
    except _CannotSplit:
        return code
    return "".join(line.rstrip() + newline for line in lines)


_Place = tuple[int, int]


def _tokens(code: str) -> Iterator[tuple[int, _Place, _Place]]:
    """Kind, start and end of each token; an f-string is one token in every Python."""
    strings: list[_Place] = []
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        name = tokenize.tok_name[token.type]
        if name.endswith("STRING_START"):
            strings.append(token.start)
        elif name.endswith("STRING_END"):
            start = strings.pop()
            if not strings:
                yield tokenize.STRING, start, token.end
        elif not strings and token.type not in _WITHOUT_TEXT:
            yield token.type, token.start, token.end


_WITHOUT_TEXT = (tokenize.NEWLINE, tokenize.NL, tokenize.ENDMARKER)


def _words(code: str) -> list[_Word]:
    """The words of a statement; none if they cannot be moved."""
    words: list[_Word] = []
    lines = code.strip().splitlines()
    end = (1, 0)
    try:
        for kind, start, stop in _tokens("\n".join(lines)):
            line = lines[start[0] - 1]
            text, starts_line = line[start[1] : stop[1]], not line[: start[1]].strip()
            if start[0] != stop[0]:
                return []
            if kind == tokenize.COMMENT and words and not starts_line:
                words[-1].comments.append(text)
            elif kind == tokenize.COMMENT:
                words.append(_Word(text, role="comment"))
            else:
                word = _Word(text, role=_ROLES.get(text, ""))
                apart = start != end if start[0] == end[0] else not _touch(words[-1], word)
                word.space = " " if apart else ""
                words.append(word)
                end = stop
    except (tokenize.TokenError, SyntaxError):
        return []
    return words


_ROLES = {**dict.fromkeys("([{", "open"), **dict.fromkeys(")]}", "close")}


def _touch(left: _Word, right: _Word) -> bool:
    """Whether no space belongs between words that stand on different lines."""
    if left.role == "open" or right.role == "close" or right.text in (",", ".", ":"):
        return True
    return left.text == "." or (right.role == "open" and _ends_operand(left))


def _ends_operand(word: _Word) -> bool:
    text = word.text
    if keyword.iskeyword(text):
        return text in ("None", "True", "False")
    return word.role == "close" or text == "..." or text[-1].isalnum() or text[-1] in "_'\""


def _name_kinds(words: list[_Word]) -> None:
    """Tell apart what one text can mean."""
    enclosing: list[list[str]] = []
    clauses: list[str] = []
    """Inside the innermost brackets: `for` or `lambda` until `in` or `:`, `for in` after it."""
    code = [word for word in words if word.role != "comment"]
    for index, word in enumerate(code):
        text, before = word.text, code[index - 1] if index else _Word("(", role="open")
        following = code[index + 1].text if index + 1 < len(code) else ""
        operand = _ends_operand(before)
        if word.role == "open":
            word.is_display = not operand
            enclosing.append(clauses)
            clauses = []
        elif word.role == "close":
            clauses = enclosing.pop()
        elif text in ("for", "lambda"):
            word.kind = "async for" if before.text == "async" else text
            clauses.append(text)
        elif text == "in" and clauses[-1:] == ["for"]:
            word.kind = clauses[-1] = "for in"
        elif text == ":" and clauses[-1:] == ["lambda"]:
            word.kind = "lambda:"
            clauses.pop()
        elif text == "if" and clauses[-1:] == ["for in"]:
            word.kind = "comprehension if"
        elif text == "in" and before.text == "not":
            word.kind = ""
        elif text == "not":
            word.kind = "not in" if following == "in" and operand else ""
        elif text == "." and before.role == "close":
            word.kind = "next call"
        elif text in ("+", "-", "*", "**") and not operand:
            word.kind = "unary"
        elif text[-1] in "'\"" and before.text[-1] in "'\"":
            word.kind = "next string"
        elif text in _ASSIGNMENTS and not enclosing and clauses[-1:] != ["lambda"]:
            word.kind = "assignment"


_ASSIGNMENTS = "= += -= *= /= //= %= @= **= &= |= ^= <<= >>=".split()


def _measure(words: list[_Word]) -> None:
    """Find pairs of brackets, depths, and joints."""
    depth = 0
    opened: list[tuple[_Word, list[_Word]]] = []
    for index, word in enumerate(words):
        before = words[index - 1]
        # Between `for` and `in`, and in the parameters of a lambda, nothing is cut.
        if word.role == "close" or word.kind in ("for in", "lambda:"):
            depth -= 1
        word.at, word.depth, word.joint = index, depth, 0
        if word.kind == ",":
            word.joint = _COMMA
            if opened and depth == opened[-1][0].depth + 1:
                opened[-1][1].append(word)
        elif index and word.kind in _JOINTS:
            before.joint = _JOINTS[word.kind]
        if word.role == "close":
            word.partner, commas = opened.pop()
            word.partner.partner = word
            # The comma of a one-tuple, or of a subscript, asks for nothing.
            word.is_magic = before.text == "," and (
                len(commas) > 1 or word.text == "}" or word.partner.is_display == (word.text == "]")
            )
        elif word.role == "open":
            opened.append((word, []))
        if word.role == "open" or word.kind in ("for", "async for", "lambda"):
            depth += 1


def _with_optional_parentheses(words: list[_Word]) -> list[_Word]:
    """The words, with parentheses without text around values and conditional expressions."""
    opens: dict[int, int] = {}
    closes: dict[int, int] = {}
    for start, stop in {*_values(words), *_conditionals(words)}:
        while words[start].role == "comment":
            start += 1
        while words[stop - 1].role == "comment":
            stop -= 1
        opens[start] = opens.get(start, 0) + 1
        closes[stop] = closes.get(stop, 0) + 1
    result: list[_Word] = []
    for index, word in enumerate(words):
        result += [_Word("", "", "close") for _ in range(closes.get(index, 0))]
        for _ in range(opens.get(index, 0)):
            result.append(_Word("", word.space, "open"))
            word.space = ""
        result.append(word)
    return result + [_Word("", "", "close") for _ in range(closes.get(len(words), 0))]


def _values(words: list[_Word]) -> Iterator[tuple[int, int]]:
    """Where a statement has an expression that black may put in parentheses."""
    last = len(words) - (words[-1].text == ":")
    first = 1 if words[0].text == "async" else 0
    starts = [first + 1] if words[first].text in ("return", "if", "elif", "while", "with") else []
    if words[first].text == "for":
        starts = [index + 1 for index, word in enumerate(words) if word.kind == "for in"][:1]
    starts += [index + 1 for index, word in enumerate(words) if word.kind == "assignment"]
    for start, stop in pairwise([*starts, last + 1]):
        stop -= 1
        if start < stop and words[start].partner is not words[stop - 1]:
            yield start, stop
        elif start < stop and words[first].text != "with":
            if words[start].text == "(" and _are_redundant(words[start:stop]):
                words[start].text = words[stop - 1].text = ""
            elif words[start].text != "(":
                yield start, stop


def _are_redundant(words: list[_Word]) -> bool:
    """Whether an expression means the same without the parentheses that it stands in."""
    depth = words[0].depth + 1
    return len(words) > 2 and not (
        words[0].comments
        or words[1].text == "yield"
        or any(word.depth == depth and word.text in (",", ":=", "for", "async") for word in words)
    )


def _conditionals(words: list[_Word]) -> Iterator[tuple[int, int]]:
    """The conditional expressions that have no parentheses of their own."""
    start, pending = 0, list[int]()
    enclosing: list[tuple[int, list[int]]] = []
    for index, word in enumerate(words):
        ends = word.role == "close" or word.kind in (",", ":", "for", "async", "as", "assignment")
        if ends:
            for begin in pending:
                if not (begin and words[begin - 1].kind == "(" and word.kind == ")"):
                    yield begin, index
            pending = []
        if word.role == "open":
            enclosing.append((start, pending))
            start, pending = index + 1, []
        elif word.role == "close":
            start, pending = enclosing.pop()
        elif word.kind == "if" and index:
            pending.append(start)
        elif ends or word.kind in _BEFORE_VALUES or (word.kind == "unary" and "*" in word.text):
            start = index + 1
    yield from ((begin, len(words)) for begin in pending)


_BEFORE_VALUES = ("lambda:", "=", ":=", "else", "return", "yield", "from")


class _Layout:
    """Breaks lines that are longer than a width."""

    def __init__(self, width: int, step: str):
        self.width = width
        self.step = step

    def lines(self, line: _Line, forced: bool = False) -> list[str]:
        """The text of a line, broken where it has to be.

        If `forced`, optional parentheses are used even where others could be split instead.
        """
        if len(line.words) == 1 or (self._fits(line) and not line.explodes):
            return [str(line)]
        if line.inside and (parts := _cut(line)):
            return [text for part in parts for text in self.lines(part, forced)]
        try:
            return self._split_lines(line, forced)
        except _CannotSplit:
            if line.has_comment_line or len(line.comments) > 1:
                raise  # What follows a comment would become part of it.
            return [str(line)]

    def _fits(self, line: _Line) -> bool:
        return not line.has_comment_line and len(line.comments) < 2 and self._is_short(str(line))

    def _is_short(self, text: str, spare: int = 0) -> bool:
        return len(text.expandtabs(4)) + spare <= self.width

    def _split_lines(self, line: _Line, forced: bool) -> list[str]:
        last = line.words[-1]
        hidden = [word for word in line.words if _is_hidden(word) and word.partner.at <= last.at]
        result = [text for part in self._split(line, forced) for text in self.lines(part, forced)]
        used = any(word.text for word in hidden if word.depth == line.depth)
        if forced or not hidden or used or self._is_short(result[0]) or last.kind == "added":
            return result
        # The first line became too long: perhaps with the optional parentheses none does.
        second = self._split_lines(line, True)
        return second if all(map(self._is_short, second)) else result

    def _split(self, line: _Line, forced: bool) -> _Split:
        first: _Split | None = None
        for omitted in self._omissions(line):
            split = self._split_at(line, forced, omitted)
            if self._fits(split.head):
                return split
            if not omitted:
                first = split
        return first or self._split_at(line, forced, frozenset())

    def _omissions(self, line: _Line) -> Iterator[frozenset[_Word]]:
        """Ever more brackets from the end of the line that may stay together on the last line."""
        if not line.explodes:
            yield frozenset()
        length = len(line.indent.expandtabs(4))
        omitted: set[_Word] = set()
        inner: set[_Word] = set()
        opening = closing = None
        for word in reversed(line.words):
            length += _length(word)
            if length > self.width or word.comments or word.role == "comment":
                return
            if word is opening:
                opening = None
            elif word.role != "close":
                continue
            elif opening:
                inner.add(word)
            elif word.partner.at == word.at - 1:
                inner.add(word)
                continue
            else:
                if closing:
                    omitted |= {closing, *inner}
                    inner = set()
                    yield frozenset(omitted)
                if word.text:
                    opening, closing = word.partner, word
            if word.is_magic:
                return

    def _split_at(self, line: _Line, forced: bool, omitted: frozenset[_Word]) -> _Split:
        """Split at the last brackets that are not omitted, without optional ones if possible."""
        split = self._last_brackets(line, omitted)
        opening, closing = split.head.words[-1], split.tail.words[0]
        if not forced and _is_hidden(opening) and self._can_do_without(split):
            try:
                without = self._last_brackets(line, omitted | {closing})
                if self._is_better(without, split):
                    return self._split_at(line, forced, omitted | {closing})
            except _CannotSplit:
                is_chain = [word.text for word in line.words].count("=") > 1
                if not (is_chain or _can_be_split(split.body) or self._fits(split.body)):
                    raise
        if not opening.text:
            opening.text, closing.text = "(", ")"
        return split

    def _last_brackets(self, line: _Line, omitted: frozenset[_Word]) -> _Split:
        words = line.words
        first = words[0].at
        for word in reversed(words):
            if word.role != "close" or word in omitted or word.partner.at == word.at - 1:
                continue
            if word.partner.at < first:
                break
            start, stop = word.partner.at + 1 - first, word.at - first
            body = _Line(words[start:stop], line.indent + self.step, inside=True)
            joints = body.joints
            # A display has an item a line; arguments only after a trailing comma.
            if joints and max(joints) == _COMMA:
                body.explodes |= word.partner.is_display or body.words[-1].text == ","
            tail = _Line(words[stop:], line.indent)
            return _Split(_Line(words[:start], line.indent), body, tail)
        raise _CannotSplit

    def _can_do_without(self, split: _Split) -> bool:
        """Whether the value in optional parentheses can well be split without them."""
        words, joints = split.body.words, split.body.joints
        if any(word.role == "comment" and word.depth == split.body.depth for word in words):
            return False
        if not joints:
            return True
        top = max(joints)
        if joints.count(top) > 1:
            return False
        if top == _COMMA and split.head.words[0].text in ("with", "async"):
            return False
        if top == _DOT or (words[0].role == "open" and self._fits_behind_first(split.body)):
            return True
        last = words[-1]
        if last.role != "close" or (last.text == "]" and not last.partner.is_display):
            return False
        return words[-2].role != "open" and self._fits_before_last(split.body)

    def _fits_behind_first(self, line: _Line) -> bool:
        """Whether a line fits from where its first brackets close to where others open."""
        length = len(line.indent.expandtabs(4))
        start = line.words[0].partner.at - line.words[0].at
        for word in line.words[start:]:
            length += _length(word)
            if length > self.width:
                return False
            if word.role == "open":
                break
        return start > 1

    def _fits_before_last(self, line: _Line) -> bool:
        """Whether a line fits up to where its last brackets open, or has others before."""
        length = len(line.indent.expandtabs(4))
        for word in line.words:
            length += _length(word)
            if word.role == "open":
                return word is not line.words[-1].partner or length <= self.width
        return False

    def _is_better(self, without: _Split, split: _Split) -> bool:
        """Whether to split the value of an assignment, and not to put it in parentheses.

        With brackets on the left side, too, the last ones might be these.
        """
        head = split.head.words
        if (
            [word.text for word in head[-2:-1]] != ["="]
            or not any(word.role in ("open", "close") for word in head[:-1])
            or not self._is_short(str(split.head), 1)
            or split.head.explodes
        ):
            return True
        texts = [word.text for word in without.head.words]
        if [word.text for word in head].count("=") > max(texts.count("="), 1):
            return False
        after = (
            without.head.words[max(index for index, text in enumerate(texts) if text == "=") :]
            if "=" in texts
            else without.head.words
        )
        return any(word.role == "close" for word in after) or (
            "=" in texts and self._fits(without.head)
        )


def _is_hidden(word: _Word) -> bool:
    return word.role == "open" and not word.text


def _length(word: _Word) -> int:
    return len(word.space) + len(word.text) + sum(len(comment) + 2 for comment in word.comments)


def _can_be_split(line: _Line) -> bool:
    """Whether parentheses would help: not with a method of a string, which reads as a whole."""
    words = line.words
    return len(words) > 1 and not (words[0].text[-1:] in ("'", '"') and words[1].text == ".")


def _cut(line: _Line) -> list[_Line]:
    """The parts between the loosest joints of a line, or just its comments and the rest."""
    joints = line.joints
    # An attribute alone is not torn from what it belongs to.
    top = 0 if joints == [_DOT] else max(joints, default=0)
    words = list(line.words)
    if top == _COMMA:
        last = max(index for index, word in enumerate(words) if word.role != "comment")
        if words[last].text != ",":
            comma = _Word(",")
            comma.kind, comma.at, comma.depth = "added", words[last].at, line.depth
            words.insert(last + 1, comma)
    parts: list[list[_Word]] = [[]]
    for word in words:
        is_loose = word.depth == line.depth
        is_comment = is_loose and word.role == "comment"
        if is_comment:
            parts.append([])
        parts[-1].append(word)
        if is_comment or (top and is_loose and word.joint == top):
            parts.append([])
    lines = [_Line(part, line.indent, inside=True) for part in parts if part]
    return lines if len(lines) > 1 else []
