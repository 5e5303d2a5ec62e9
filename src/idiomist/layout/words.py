"""What the words of a statement mean for its layout: brackets, joints, and optional parentheses."""

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
COMMA, CALL = _JOINTS[","], _JOINTS["next-call"]
_ASSIGNMENTS = frozenset("= += -= *= /= //= %= @= **= &= |= ^= <<= >>=".split())
_ROLES = {**dict.fromkeys("([{", "open"), **dict.fromkeys(")]}", "close")}
_END_CONDITIONALS = frozenset(") ] } , : lambda: for async as assignment".split())
_START_CONDITIONALS = frozenset("else = := unary* unary** return yield if: elif while with".split())


class Word:
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


def words_of(code: str) -> list[Word]:
    """The words of a statement; none if they cannot be moved."""
    words: list[Word] = []
    lines = [line.rstrip("\r\n") for line in io.StringIO(code.strip(), newline="")]
    end = (1, 0)
    try:
        for token in _tokens("\n".join(lines)):
            (row, start), (last_row, stop) = token.start, token.end
            if row != last_row:
                return []
            word = Word(lines[row - 1][start:stop])
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


def _touch(left: Word, right: Word) -> bool:
    """Whether no space belongs between words that stand on different lines."""
    touches = left.role == "open" or right.role == "close" or "." in (left.text, right.text)
    return touches or right.text in (",", ":") or (right.role == "open" and _ends_operand(left))


def _ends_operand(word: Word) -> bool:
    text = word.text
    if keyword.iskeyword(text):
        return text in ("None", "True", "False")
    return word.role == "close" or text == "..." or text[-1].isalnum() or text[-1] in "_'\""


def name_kinds(words: list[Word]) -> None:
    """Tell apart what one text can mean."""
    code = [Word("(", role="open"), *(word for word in words if word.role != "comment")]
    enclosing: list[tuple[Word, list[str]]] = []
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


def measure(words: list[Word]) -> None:
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
            word.joint = COMMA
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


def without_trailing_commas(words: list[Word]) -> list[Word]:
    """The words without the commas that explode brackets, measured again."""
    kept: list[Word] = []
    for word, after in zip(words, [*words[1:], None], strict=True):
        if after and after.is_magic:
            kept[-1].comments += word.comments
        else:
            kept.append(word)
    measure(kept)
    return kept


def with_optional_parentheses(words: list[Word], wraps_with: bool) -> list[Word]:
    """The words, with parentheses without text around values and conditional expressions."""
    added: defaultdict[int, list[Word]] = defaultdict(list)
    spans = {*_values(words, wraps_with), *_conditionals(words)}
    for start, stop in sorted(spans, key=lambda span: (span[0], -span[1])):
        while words[start].role == "comment":
            start += 1
        while words[stop - 1].role == "comment":
            stop -= 1
        opening, closing = Word("", words[start].space, "open"), Word("", role="close")
        opening.partner, closing.partner = closing, opening
        added[start].append(opening)
        added[stop].insert(0, closing)
        words[start].space = ""
    result = [new for index, word in enumerate(words) for new in (*added[index], word)]
    return result + added[len(words)]


def _values(words: list[Word], wraps_with: bool) -> Iterator[tuple[int, int]]:
    """The values of a statement, unless they have parentheses of their own."""
    is_async = words[0].text == "async"
    first = words[is_async].text
    starts = [index for index, word in enumerate(words, 1) if word.kind == "assignment"]
    if first in ("return", "if", "elif", "while") or (first == "with" and wraps_with):
        starts = [1 + is_async]
    elif first == "assert":
        starts = [
            1,
            *(words.index(word) + 1 for word in _outside_brackets(words) if word.text == ","),
        ]
    elif first == "for":
        starts = [index for index, word in enumerate(words, 1) if word.kind == "for in"][:1]
    starts.append(len(words) + (words[-1].text != ":"))
    for start, stop in pairwise(starts):
        value = words[start : stop - 1]
        if value and not _make_optional(value):
            yield start, stop - 1


def _make_optional(value: list[Word]) -> bool:
    """Whether a value has parentheses of its own; those that it can do without become optional."""
    first, last = value[0], value[-1]
    if first.text != "(" or first.partner is not last:
        return False
    inside = value[1:-1]
    kinds = {word.kind for word in _outside_brackets(inside)}
    has_comments = any(word.comments or word.role == "comment" for word in value)
    if inside and not has_comments and not kinds & {",", "for", "async for", ":=", "yield"}:
        first.text = last.text = ""
        first.is_display = True
    return True


def _outside_brackets(words: list[Word]) -> Iterator[Word]:
    depth = 0
    for word in words:
        depth -= word.role == "close"
        if not depth:
            yield word
        depth += word.role == "open"


def _conditionals(words: list[Word]) -> Iterator[tuple[int, int]]:
    """The conditional expressions that have no parentheses of their own."""
    start, pending = 0, list[int]()
    enclosing: list[tuple[int, list[int]]] = []
    for index, word in enumerate([*words, Word(",")]):
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
