"""The language of `.gitignore`, as git itself reads it.

The rules are those of https://git-scm.com/docs/gitignore, and of git's dir.c and wildmatch.c where
that page is silent. They are about bytes, as in git: `?` is one byte of a name, not one letter.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from itertools import groupby

from idiomist.record import Record


class Rules:
    """The rules of one file, or of one setting; they speak of what is below one folder."""

    def __init__(self, data: bytes, folder: str, any_case: bool = False):
        """Read the rules; with `any_case`, capital and small ASCII letters are the same."""
        self.folder = spelled(folder)
        self._start = len(self.folder)
        flags = re.DOTALL | (re.IGNORECASE if any_case else 0)
        self._runs: list[tuple[bool, _Match, _Match]] = []
        """Neighbours that say the same, as expressions for names and for paths; the last first."""
        rules = [rule for line in _lines(data) if (rule := _rule(line))]
        for keeps, group in groupby(rules, lambda rule: rule.keeps):
            run = list(group)
            names = _any_of([rule.expression for rule in run if rule.of_names], flags)
            paths = _any_of([rule.expression for rule in run if not rule.of_names], flags)
            self._runs.insert(0, (keeps, names, paths))

    def __bool__(self) -> bool:
        return bool(self._runs)

    def decision(self, path: bytes, name: int) -> bool | None:
        """True to pass over a path, False to keep it, None when no rule speaks of it.

        The path is one that `spelled` has made, below the folder of the rules; its last part
        starts at `name`. What becomes of the folders above it is the caller's business: git never
        comes to what is in a folder that it passes over.
        """
        for keeps, names, paths in self._runs:
            if names(path, name) or paths(path, self._start):
                return not keeps
        return None


def decision(layers: Sequence[Rules], path: bytes, name: int) -> bool | None:
    """What several sets of rules say of a path, the weakest first, as `Rules.decision` does."""
    for rules in reversed(layers):
        decided = rules.decision(path, name)
        if decided is not None:
            return decided
    return None


def spelled(folder: str) -> bytes:
    """The path of a folder as rules read it: with forward slashes, and one at its end."""
    path = os.fsencode(folder)
    if os.sep != "/":
        path = path.replace(os.fsencode(os.sep), b"/")
    return path if path.endswith(b"/") else path + b"/"


class _Rule(Record):
    keeps: bool
    """Whether it stands behind a `!`."""
    of_names: bool
    """Whether it is about a name in any folder, not about a path."""
    expression: str


_Match = Callable[[bytes, int], "re.Match[bytes] | None"]


def _any_of(expressions: list[str], flags: int) -> _Match:
    if not expressions:
        return lambda path, start: None
    return re.compile("|".join(expressions).encode("latin-1"), flags).fullmatch


def _lines(data: bytes) -> list[str]:
    r"""The lines as git sees them, which knows no ends of lines but `\n` and `\r\n`.

    Latin-1 makes each byte one character, so that text can be handled that is not text.
    """
    text = data.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    return [line.removesuffix("\r") for line in f"{text}\n".split("\n")]


_WITHOUT_SPACES_AT_THE_END = re.compile(r"((?:\\.|[^\\]|\\$)*?) *", re.DOTALL)
_SPECIAL = re.compile(r"[*?[\\]")


def _rule(line: str) -> _Rule | None:
    if line.startswith("#"):
        return None
    matched = _WITHOUT_SPACES_AT_THE_END.fullmatch(line)
    assert matched
    pattern = matched[1]
    keeps = pattern.startswith("!")
    pattern = pattern[keeps:]
    only_folders = pattern.endswith("/")
    pattern = pattern.removesuffix("/")
    of_names = "/" not in pattern
    if not of_names:
        pattern = pattern.removeprefix("/")
    expression = _expression(pattern) if pattern else None
    if expression is None:
        return None
    # The slash at the end of a folder is none that something stands behind: `a/*` is not `a/`.
    return _Rule(keeps, of_names, f"{expression}(?<!/)/" + ("" if only_folders else "?"))


def _expression(pattern: str) -> str | None:
    """A regular expression for a path without the slash at its end; None if nothing matches."""
    special = _SPECIAL.search(pattern)
    if special is None:
        return re.escape(pattern)
    place = wild = special.start()
    parts = [re.escape(pattern[:place])]
    while place < len(pattern):
        char = pattern[place]
        place += 1
        match char:
            case "*":
                expression, place = _stars(pattern, place, wild)
                # Twice in a row it says nothing new, but takes ages to fail.
                if expression != parts[-1]:
                    parts.append(expression)
            case "?":
                parts.append("[^/]")
            case "[":
                bracket = _bracket(pattern, place)
                if bracket is None:
                    return None
                expression, place = bracket
                parts.append(expression)
            case "\\":
                if place == len(pattern):
                    return None
                parts.append(re.escape(pattern[place]))
                place += 1
            case _:
                parts.append(re.escape(char))
    return "".join(parts)


def _stars(pattern: str, place: int, wild: int) -> tuple[str, int]:
    """What stands behind and with a `*`, and the place behind that.

    Git compares what stands before the first special character, `wild`, on its own, and takes
    the rest for a pattern of its own: to git, `a**/b` is `a` and then `**/b`.
    """
    begins = place - 1 == wild or pattern.endswith("/", 0, place - 1)
    stop = len(pattern) - len(pattern[place:].lstrip("*"))
    ends = stop == len(pattern) or pattern.startswith(("/", "\\/"), stop)
    if stop == place or not begins or not ends:
        return "[^/]*", stop
    if pattern.startswith("/", stop):
        return "(?:.*/)?", stop + 1
    return ".*", stop


_ITEM = re.compile(r"\[:([^]]*):]|(\\.|[^\\])(?:-(\\.|[^]\\]))?", re.DOTALL)
_CLASSES: dict[str, Callable[[str], bool]] = {
    "alnum": str.isalnum,
    "alpha": str.isalpha,
    "blank": " \t".__contains__,
    "cntrl": lambda char: not char.isprintable(),
    "digit": str.isdigit,
    "graph": lambda char: char.isprintable() and char != " ",
    "lower": str.islower,
    "print": str.isprintable,
    "punct": lambda char: char.isprintable() and char != " " and not char.isalnum(),
    "space": " \t\n\r".__contains__,
    "upper": str.isupper,
    "xdigit": "0123456789abcdefABCDEF".__contains__,
}


def _bracket(pattern: str, place: int) -> tuple[str, int] | None:
    """What stands behind a `[`, and the place behind its `]`; None if nothing matches."""
    negated = pattern.startswith(("!", "^"), place)
    first = place = place + negated
    chosen: set[int] = set()
    # A bracket that closes nothing yet is one of the characters.
    while place == first or not pattern.startswith("]", place):
        item = _ITEM.match(pattern, place)
        if item is None:
            return None
        place = item.end()
        kind, low, high = item.groups()
        if low:
            # Git takes the first character for itself before it sees a range: `[z-a]` is `[z]`.
            chosen.add(ord(low[-1]))
            chosen.update(range(ord(low[-1]), ord((high or low)[-1]) + 1))
        elif kind in _CLASSES:
            chosen.update(code for code in range(1, 128) if _CLASSES[kind](chr(code)))
        else:
            return None
    if negated:
        chosen = set(range(256)) - chosen
    chosen.discard(ord("/"))
    codes = "".join(f"\\x{code:02x}" for code in sorted(chosen))
    return (f"[{codes}]" if codes else "(?!)"), place + 1
