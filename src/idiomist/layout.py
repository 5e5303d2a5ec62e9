"""A small layout for the statements that rewrites write: black's algorithm, for one statement.

A line that fits stays. Else a line inside brackets is cut at its loosest joints, and any other
one is split around the content of its last brackets; the parts are treated the same way. Black
may add parentheses around a value or a conditional expression: these are words without text
until a split uses them. What a trailing comma explodes stays exploded; comments stay at words.
"""

from __future__ import annotations

import io
import keyword
import tokenize
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise

_LOOSEST_FIRST = (
    *("for async comprehension-if", ",", "if else", "or and", "next-string"),
    *("in not-in is == != < > <= >=", "|", "^", "&", "<< >>", "+ -", "* / // % @", "**"),
    "next-call",
)
"""Where a line is cut: in front of words of these kinds, and behind commas."""
_JOINTS = {
    kind: looseness
    for looseness, kinds in enumerate(reversed(_LOOSEST_FIRST), start=1)
    for kind in kinds.split()
}
_COMMA, _CALL = _JOINTS[","], _JOINTS["next-call"]
_ASSIGNMENTS = frozenset("= += -= *= /= //= %= @= **= &= |= ^= <<= >>=".split())
_ROLES = {**dict.fromkeys("([{", "open"), **dict.fromkeys(")]}", "close")}
_END_CONDITIONALS = frozenset(") ] } , : lambda: for async as assignment".split())
_START_CONDITIONALS = frozenset("else = := unary* unary** return yield if: elif while with".split())


class _Word:
    """A token, or an optional parenthesis, and what it means where it stands."""

    __slots__ = "at comments depth is_display is_magic joint kind partner role space text".split()

    def __init__(self, text: str, space: str = "", role: str = ""):
        self.text = text
        self.space = space  # between it and the word before, when both are on one line
        self.role = role  # "open", "close", "comment" (with a line of its own), or ""
        self.kind = text  # the text, or a name for what it means here
        self.comments: list[str] = []  # behind it
        self.at = self.depth = self.joint = 0  # the joint behind it
        self.partner = self  # the other bracket
        self.is_display = not text  # the bracket makes no call or subscript
        self.is_magic = False  # it closes brackets that a trailing comma explodes


class _Line:
    """Words that stand on one line if they can."""

    def __init__(self, words: list[_Word], indent: str, inside: bool = False):
        self.words = words
        self.indent = indent
        self.inside = inside
        self.depth = words[0].depth
        self.comments = [comment for word in words for comment in word.comments]
        # What follows a comment on a line would become part of it.
        self.has_to_break = len(self.comments) > 1 or (
            len(words) > 1 and any(word.role == "comment" for word in words)
        )
        # Those that no brackets enclose; a trailing comma is none.
        self.joints = [word.joint for word in words[:-1] if word.joint and word.depth == self.depth]
        self.explodes = any(word.is_magic and word.partner.at >= words[0].at for word in words)

    def __str__(self) -> str:
        code = "".join([word.space + word.text for word in self.words]).strip()
        return "  ".join([self.indent + code, *self.comments])


_Split = tuple[_Line, _Line, _Line]
"""Up to an opening bracket, what it opens, and from its closing bracket on."""


class _CannotSplit(Exception):
    """There are no brackets left to split at."""


def laid_out(
    code: str, indent: str, width: int, newline: str, bare: frozenset[str] = frozenset()
) -> str:
    """Lay out one simple statement, or the header of a block.

    `code` is the statement with its indent and line end. It is returned as it is when it holds
    strings over several lines, or comments that find no place of their own. What follows the
    keywords in `bare` gets no parentheses.
    """
    if not (words := _words(code)):
        return code
    _name_kinds(words)
    words = _with_optional_parentheses(words, bare)
    _measure(words)
    try:
        lines = _Layout(width, "\t" if "\t" in indent else "    ").lines(_Line(words, indent))
    except (_CannotSplit, RecursionError):
        return code
    return "".join(line.rstrip() + newline for line in lines)


def _words(code: str) -> list[_Word]:
    """The words of a statement; none if they cannot be moved."""
    words: list[_Word] = []
    lines = [line.rstrip("\r\n") for line in io.StringIO(code.strip(), newline="")]
    end = (1, 0)
    try:
        for token in _tokens("\n".join(lines)):
            (row, start), (last_row, stop) = token.start, token.end
            if row != last_row:
                return []
            word = _Word(lines[row - 1][start:stop])
            if token.type != tokenize.COMMENT:
                word.role = _ROLES.get(word.text, "")
                apart = start > end[1] if row == end[0] else not _touch(words[-1], word)
                word.space = " " if apart else ""
                end = token.end
            elif lines[row - 1][:start].strip():
                # A comment behind an operator is about what stands before that.
                is_operator = words[-1].text in _JOINTS and words[-1].text != ","
                owner = words[-2] if is_operator and words[-2].role != "comment" else words[-1]
                owner.comments.append(word.text)
                continue
            else:
                word.role = "comment"
            words.append(word)
    except (tokenize.TokenError, SyntaxError):
        return []
    return words


def _tokens(code: str) -> Iterator[tokenize.TokenInfo]:
    """The tokens that have text; an f-string is one token in every Python."""
    strings: list[tokenize.TokenInfo] = []
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        name = tokenize.tok_name[token.type]
        if name.endswith("STRING_START"):
            strings.append(token)
        elif name.endswith("STRING_END"):
            start = strings.pop().start
            if not strings:
                yield token._replace(start=start)
        elif not strings and name not in ("NEWLINE", "NL", "ENDMARKER"):
            yield token


def _touch(left: _Word, right: _Word) -> bool:
    """Whether no space belongs between words that stand on different lines."""
    touches = left.role == "open" or right.role == "close" or "." in (left.text, right.text)
    return touches or right.text in (",", ":") or (right.role == "open" and _ends_operand(left))


def _ends_operand(word: _Word) -> bool:
    text = word.text
    if keyword.iskeyword(text):
        return text in ("None", "True", "False")
    return word.role == "close" or text == "..." or text[-1].isalnum() or text[-1] in "_'\""


def _name_kinds(words: list[_Word]) -> None:
    """Tell apart what one text can mean."""
    code = [_Word("(", role="open"), *(word for word in words if word.role != "comment")]
    enclosing: list[tuple[_Word, list[str]]] = []
    # In the innermost brackets: `for` and `lambda` until `in` and `:`, and `for in` after it.
    clauses: list[str] = []
    for index, (before, word) in enumerate(pairwise(code), 1):
        text, is_second = word.text, _ends_operand(before)
        if word.role == "open":
            word.is_display = not is_second
            enclosing.append((word, clauses))
            clauses = []
        elif word.role == "close":
            word.partner, clauses = enclosing.pop()
            word.partner.partner = word
        elif text in ("for", "lambda"):
            word.kind = "async for" if before.text == "async" else text
            clauses.append(text)
        elif text == "in" and clauses[-1:] == ["for"]:
            word.kind = clauses[-1] = "for in"
        elif text == ":" and clauses[-1:] == ["lambda"]:
            word.kind = "lambda:"
            clauses.pop()
        elif text == "if" and (index == 1 or clauses[-1:] == ["for in"]):
            word.kind = "if:" if index == 1 else "comprehension-if"
        elif text == "not" and is_second and code[index + 1].text == "in":
            word.kind, code[index + 1].kind = "not-in", "in of not in"
        elif text == "." and before.role == "close":
            word.kind = "next-call"
        elif text in ("+", "-", "*", "**") and not is_second:
            word.kind = f"unary{text}"
        elif text[-1] in "'\"" and before.text[-1] in "'\"":
            word.kind = "next-string"
        elif text in _ASSIGNMENTS and not enclosing and not clauses:
            word.kind = "assignment"


def _measure(words: list[_Word]) -> None:
    """Find out where the words stand, and where the joints are."""
    depth = 0
    commas: Counter[int] = Counter()
    for index, word in enumerate(words):
        before = words[index - 1]
        # Between `for` and `in`, and in the parameters of a lambda, nothing is cut.
        if word.role == "close" or word.kind in ("for in", "lambda:"):
            depth -= 1
        word.at, word.depth, word.joint = index, depth, 0
        if word.kind == ",":
            word.joint = _COMMA
            commas[depth] += 1
        elif index and word.kind in _JOINTS:
            before.joint = _JOINTS[word.kind]
        if word.role == "close":
            # The only comma of a tuple or a subscript makes it a tuple.
            is_call, is_list = not word.partner.is_display, word.text == "]"
            is_needed = commas[depth + 1] == 1 and word.text != "}" and is_call == is_list
            word.is_magic = before.text == "," and not is_needed
        elif word.role == "open":
            commas[depth + 1] = 0
        if word.role == "open" or word.kind in ("for", "async for", "lambda"):
            depth += 1


def _with_optional_parentheses(words: list[_Word], bare: frozenset[str]) -> list[_Word]:
    """The words, with parentheses without text around values and conditional expressions."""
    added: defaultdict[int, list[_Word]] = defaultdict(list)
    spans = {*_values(words, bare), *_conditionals(words)}
    for start, stop in sorted(spans, key=lambda span: (span[0], -span[1])):
        while words[start].role == "comment":
            start += 1
        while words[stop - 1].role == "comment":
            stop -= 1
        opening, closing = _Word("", words[start].space, "open"), _Word("", role="close")
        opening.partner, closing.partner = closing, opening
        added[start].append(opening)
        added[stop].insert(0, closing)
        words[start].space = ""
    result = [new for index, word in enumerate(words) for new in (*added[index], word)]
    return result + added[len(words)]


def _values(words: list[_Word], bare: frozenset[str]) -> Iterator[tuple[int, int]]:
    """The values of a statement, unless they have parentheses of their own."""
    is_async = words[0].text == "async"
    first = words[is_async].text
    starts = [index for index, word in enumerate(words, 1) if word.kind == "assignment"]
    if first in {"return", "if", "elif", "while", "with"} - bare:
        starts = [1 + is_async]
    elif first == "for":
        starts = [index for index, word in enumerate(words, 1) if word.kind == "for in"][:1]
    for start, stop in pairwise([*starts, len(words) + (words[-1].text != ":")]):
        value = words[start : stop - 1]
        if value and (value[0].text != "(" or value[0].partner is not value[-1]):
            yield start, stop - 1


def _conditionals(words: list[_Word]) -> Iterator[tuple[int, int]]:
    """The conditional expressions that have no parentheses of their own."""
    start, pending = 0, list[int]()
    enclosing: list[tuple[int, list[int]]] = []
    for index, word in enumerate([*words, _Word(",")]):
        if word.kind in _END_CONDITIONALS:
            for begin in pending:
                if words[begin - 1].partner is not word or word.kind != ")":
                    yield begin, index
            start, pending = index + 1, []
        elif word.kind in _START_CONDITIONALS:
            start = index + 1
        elif word.kind == "if":
            pending.append(start)
        if word.role == "open" or word.kind == "lambda":
            enclosing.append((start, pending))
            start, pending = index + 1, []
        elif word.role == "close":
            start, pending = enclosing.pop()
        elif word.kind == "lambda:":
            pending = enclosing.pop()[1]


class _Layout:
    """Breaks lines that are longer than a width."""

    def __init__(self, width: int, step: str):
        self.width = width
        self.step = step

    def lines(self, line: _Line, forced: bool = False) -> list[str]:
        """The text of a line, broken where it has to be; `forced`: at optional parentheses."""
        if self._fits(line) and not line.explodes:
            return [str(line)]
        if line.inside and (parts := _cut(line)):
            return [text for part in parts for text in self.lines(part, forced)]
        try:
            split = self._split(line, forced)
        except _CannotSplit:
            if line.has_to_break:
                raise
            return [str(line)]
        result = [text for part in split for text in self.lines(part, forced)]
        is_hiding = any(word.role == "open" and not word.text for word in line.words)
        if forced or not is_hiding or self._is_short(result[0]):
            return result
        # Perhaps no line is too long with the parentheses that were left out.
        second = self.lines(line, forced=True)
        return second if all(map(self._is_short, second)) else result

    def _fits(self, line: _Line) -> bool:
        return not line.has_to_break and self._is_short(str(line))

    def _is_short(self, text: str) -> bool:
        return len(text.expandtabs(4)) <= self.width

    def _split(self, line: _Line, forced: bool) -> _Split:
        for omitted in self._omissions(line):
            split = self._split_at(line, forced, omitted)
            if self._fits(split[0]):
                return split
        return self._split_at(line, forced, frozenset())

    def _omissions(self, line: _Line) -> Iterator[frozenset[_Word]]:
        """Ever more brackets that may stay together on the last line."""
        if not line.explodes:
            yield frozenset()
        room = self.width - len(line.indent.expandtabs(4))
        omitted: set[_Word] = set()
        inner: set[_Word] = set()
        opening = closing = None
        for word in reversed(line.words):
            room -= len(word.space + word.text)
            if room < 0 or word.comments or word.role == "comment":
                return
            if word is opening:
                opening = None
            elif word.role == "close" and opening:
                inner.add(word)
            elif word.role == "close" and word.partner.at < word.at - 1:
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
        head, body, tail = self._last_brackets(line, omitted)
        opening, closing = head.words[-1], tail.words[0]
        if not (forced or opening.text) and self._can_do_without(head, body):
            omitted |= {closing}
            try:
                _, _, rest = self._last_brackets(line, omitted)
                # Better parentheses around the value than a target that is torn apart.
                if rest.words[0].at > opening.at or not self._fits(head):
                    return self._split_at(line, forced, omitted)
            except _CannotSplit:
                if len(body.words) == 1 and not self._fits(body):
                    raise
        if not opening.text:
            opening.text, closing.text = "(", ")"
        return head, body, tail

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
            # A display has a line for each item; arguments only after a trailing comma.
            if max(body.joints, default=0) == _COMMA:
                body.explodes |= word.partner.is_display or body.words[-1].text == ","
            return _Line(words[:start], line.indent), body, _Line(words[stop:], line.indent)
        raise _CannotSplit

    def _can_do_without(self, head: _Line, line: _Line) -> bool:
        """Whether the content of optional parentheses can well be split without them."""
        words, joints = line.words, line.joints
        if any(word.role == "comment" and word.depth == line.depth for word in words):
            return False
        if not joints:
            return True
        top, first, last = max(joints), words[0], words[-1]
        if joints.count(top) > 1 or (top == _COMMA and head.words[0].text in ("with", "async")):
            return False
        if top == _CALL:
            return True
        opens = [index for index, word in enumerate(words) if word.role == "open"]
        start = first.partner.at - first.at
        if start > 1:
            # The first brackets: what follows them fits, or has brackets to split at.
            stop = next((index for index in opens if index > start), len(words))
            if self._have_room(words[start : stop + 1], line.indent):
                return True
        is_subscript = last.text == "]" and not last.partner.is_display
        if last.role != "close" or words[-2].role == "open" or is_subscript:
            return False
        # The last brackets: there are others in front of them, or what stands there fits.
        before = words[: opens[0] + 1]
        return before[-1] is not last.partner or self._have_room(before, line.indent)

    def _have_room(self, words: list[_Word], indent: str) -> bool:
        return self._is_short(indent + "".join([word.space + word.text for word in words]))


def _cut(line: _Line) -> list[_Line]:
    """The parts between the loosest joints of a line, or just its comments and the rest."""
    # One call alone is not torn from what it belongs to.
    top = 0 if line.joints == [_CALL] else max(line.joints, default=0)
    words = list(line.words)
    if top == _COMMA:
        last = max(index for index, word in enumerate(words) if word.role != "comment")
        if words[last].text != ",":
            words.insert(last + 1, _Word(","))
            words[last + 1].at = words[last].at
            words[last + 1].depth = line.depth
    parts: list[list[_Word]] = [[]]
    for word in words:
        is_loose = word.depth == line.depth
        is_comment = is_loose and word.role == "comment"
        parts += [[]] if is_comment else []
        parts[-1].append(word)
        parts += [[]] if is_comment or (top and is_loose and word.joint == top) else []
    lines = [_Line(part, line.indent, inside=True) for part in parts if part]
    return lines if len(lines) > 1 else []
