"""A small layout for the statements that rewrites write: black's rules for brackets.

One line if it fits; else the content of the last brackets on a line of its own; else that
content cut at its loosest joints. Code that was exploded by a trailing comma stays exploded.
"""

from __future__ import annotations

import io
import tokenize
from typing import NamedTuple

_OPEN, _CLOSE = "([{", ")]}"
_PRIORITIES = {
    **dict.fromkeys(("for", "async", "if"), 20),
    ",": 18,
    "else": 16,
    **dict.fromkeys(("or", "and"), 14),
    **dict.fromkeys(("in", "not", "is", "==", "!=", "<", ">", "<=", ">="), 10),
    "|": 9,
    "^": 8,
    "&": 7,
    **dict.fromkeys(("<<", ">>"), 6),
    **dict.fromkeys(("+", "-"), 5),
    **dict.fromkeys(("*", "/", "//", "%", "@"), 4),
}
"""Where black would rather break a line; only joints in front of which it breaks, and commas."""


class _Word(NamedTuple):
    """A token and the white space in front of it when all is on one line."""

    text: str
    space: str


def laid_out(code: str, indent: str, width: int, newline: str) -> str:
    """Lay out one simple statement.

    `code` is the statement with its indent and line end. It is returned as it is when it
    holds comments or strings over several lines.
    """
    words = _words(code)
    if words is None:
        return code
    step = "\t" if "\t" in indent else "    "
    lines = _Layout(width, step).lines(words, indent)
    return "".join(line.rstrip() + newline for line in lines)


def _words(code: str) -> list[_Word] | None:
    words: list[_Word] = []
    end = (1, 0)
    try:
        for token in tokenize.generate_tokens(io.StringIO(code.strip()).readline):
            if token.type in (tokenize.NEWLINE, tokenize.ENDMARKER, tokenize.NL):
                continue
            if token.type == tokenize.COMMENT or token.start[0] != token.end[0]:
                return None
            space = token.line[end[1] : token.start[1]] if token.start[0] == end[0] else " "
            if "\\" in space:
                space = " "
            if token.start[0] != end[0] and words and words[-1].text in _OPEN:
                space = ""
            if token.start[0] != end[0] and token.string in _CLOSE:
                space = ""
            words.append(_Word(token.string, " " if space.strip(" \t") == "" and space else space))
            end = token.end
    except (tokenize.TokenError, IndentationError):
        return None
    if any(word.text.startswith(("f'''", 'f"""')) for word in words):
        return None
    return words


class _Layout:
    def __init__(self, width: int, step: str):
        self.width = width
        self.step = step

    def lines(self, words: list[_Word], indent: str) -> list[str]:
        """The lines of one logical line."""
        flat = indent + _flat(words)
        magic = _first_magic(words)
        if not magic and self._fits(flat):
            return [flat]
        split = _last_brackets(words, magic)
        if split is None:
            return [flat]
        head, body, tail = words[: split[0] + 1], words[split[0] + 1 : split[1]], words[split[1] :]
        if not body:
            return [flat]
        deeper = indent + self.step
        return [
            indent + _flat(head),
            *self._body(body, deeper),
            indent + _flat(tail),
        ]

    def _body(self, body: list[_Word], indent: str) -> list[str]:
        trailing = body[-1].text == ","
        flat = indent + _flat(body)
        if not trailing and not _first_magic(body) and self._fits(flat):
            return [flat]
        priority = max(_joints(body).values(), default=0)
        if not priority:
            return self.lines(body, indent)
        parts = _cut(body, priority)
        lines: list[str] = []
        for part in parts:
            if priority == _PRIORITIES[","]:
                bare = part[:-1] if part[-1].text == "," else part
                inner = self._body(bare, indent)
                lines += [*inner[:-1], inner[-1] + ","]
            else:
                lines += self._body(part, indent)
        return lines

    def _fits(self, line: str) -> bool:
        return len(line.expandtabs(4)) <= self.width


def _flat(words: list[_Word]) -> str:
    return "".join(word.space + word.text for word in words).strip()


def _pairs(words: list[_Word]) -> dict[int, int]:
    """Where each opening bracket is closed."""
    stack: list[int] = []
    pairs: dict[int, int] = {}
    for index, word in enumerate(words):
        if word.text in _OPEN:
            stack.append(index)
        elif word.text in _CLOSE and stack:
            pairs[stack.pop()] = index
    return pairs


def _is_magic(words: list[_Word], start: int, stop: int) -> bool:
    """Whether a trailing comma asks for one item a line (a one-tuple's comma does not)."""
    if words[stop - 1].text != "," or stop - 1 == start:
        return False
    commas, depth = 0, 0
    for word in words[start + 1 : stop]:
        depth += (word.text in _OPEN) - (word.text in _CLOSE)
        commas += word.text == "," and not depth
    is_call = start > 0 and (
        words[start - 1].text.isidentifier() or words[start - 1].text in _CLOSE
    )
    return commas > 1 or is_call or words[start].text != "("


def _first_magic(words: list[_Word]) -> bool:
    return any(_is_magic(words, start, stop) for start, stop in _pairs(words).items())


def _last_brackets(words: list[_Word], magic: bool) -> tuple[int, int] | None:
    """The outermost pair that closes last and holds something."""
    outer: list[tuple[int, int]] = []
    depth = 0
    pairs = _pairs(words)
    for index, word in enumerate(words):
        if word.text in _OPEN:
            if depth == 0 and index in pairs:
                outer.append((index, pairs[index]))
            depth += 1
        elif word.text in _CLOSE:
            depth -= 1
    full = [pair for pair in outer if pair[1] - pair[0] > 1]
    if magic:
        exploded = [
            pair
            for pair in full
            if any(
                pair[0] <= start and stop <= pair[1] and _is_magic(words, start, stop)
                for start, stop in pairs.items()
            )
        ]
        full = exploded or full
    return full[-1] if full else None


def _joints(words: list[_Word]) -> dict[int, int]:
    """The places where these words can be cut, and how gladly."""
    found: dict[int, int] = {}
    depth = 0
    in_lambda = 0
    has_for = in_target = False
    for index, word in enumerate(words):
        depth += (word.text in _OPEN) - (word.text in _CLOSE)
        if depth:
            continue
        if word.text == "lambda":
            in_lambda += 1
        elif word.text == ":" and in_lambda:
            in_lambda -= 1
            continue
        if in_target:
            # Between `for` and its `in` nothing is cut, nor in front of that `in`.
            in_target = word.text != "in"
            continue
        if word.text == "for":
            in_target = True
        if in_lambda or index == 0:
            has_for = has_for or word.text in ("for", "async")
            continue
        priority = _PRIORITIES.get(word.text, 0)
        if _is_string(word) and _is_string(words[index - 1]):
            priority = _STRINGS
        if word.text == "for" and words[index - 1].text == "async":
            continue
        if word.text in ("for", "async"):
            has_for = True
        if word.text == "if" and (not has_for or _is_ternary(words, index)):
            priority = _PRIORITIES["else"]
        if priority <= _BINARY and not _is_binary(words, index):
            priority = 0
        if priority:
            found[index] = priority
    return found


_BINARY, _STRINGS = 10, 12


def _is_string(word: _Word) -> bool:
    return word.text[-1] in "'\"" and word.text.lstrip("rRbBuUfF")[:1] in ("'", '"')


def _is_binary(words: list[_Word], index: int) -> bool:
    """Whether an operator stands between two operands: `a not in b`, neither `-a` nor `not a`."""
    word, before = words[index].text, words[index - 1].text
    if word == "in":
        return before != "not"
    if word == "not":
        return index + 1 < len(words) and words[index + 1].text == "in"
    return before in _CLOSE or before[-1].isalnum() or before[-1] in "_\"'"


def _is_ternary(words: list[_Word], index: int) -> bool:
    """Whether an `if` has its `else` before the next clause starts."""
    depth = 0
    for word in words[index + 1 :]:
        depth += (word.text in _OPEN) - (word.text in _CLOSE)
        if depth < 0 or (not depth and word.text in ("for", "if")):
            return False
        if not depth and word.text == "else":
            return True
    return False


def _cut(words: list[_Word], priority: int) -> list[list[_Word]]:
    parts: list[list[_Word]] = [[]]
    joints = _joints(words)
    for index, word in enumerate(words):
        if joints.get(index) == priority and word.text != ",":
            parts.append([])
        parts[-1].append(word)
        if joints.get(index) == priority and word.text == ",":
            parts.append([])
    return [part for part in parts if part]
