"""Reading unified diffs, as git, hg, svn and diff write them, for the lines that they change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from idiomist.record import Record
from idiomist.touched import Change

_HUNK = re.compile(rb"@@ -(\d{1,12})(?:,(\d{1,12}))? \+(\d{1,12})(?:,(\d{1,12}))? @@")
_QUOTED = re.compile(rb'"((?:[^"\\]|\\.)*)"')
_BEHIND = re.compile(
    rb" +(?:\d{4}-\d\d-\d\d \d\d:\d\d|[A-Z][a-z]{2} [A-Z][a-z]{2} +\d+ \d\d:\d\d).*| +$"
)
"""What a mail makes of the tab behind a name, and the time behind that."""
_MOVED = re.compile(rb"(rename from|rename to|copy to) (.+)")
_NO_TEXT = re.compile(rb"(?:new file mode|new mode|index \S+) (?:120000|160000)")
"""Symbolic links, and commits of submodules."""
_WITHOUT_LINES = (b"Index: ", b"Binary file", b"Only in ", b"* Unmerged path ")
"""How lines begin that tell of a change without showing it."""
_NOWHERE = b"/dev/null"


class NoPatch(ValueError):
    """A text is no unified diff; `line` is the number of the one that shows it."""

    def __init__(self, line: int, message: str):
        """Say what is wrong there, and what to do."""
        super().__init__(message)
        self.line = line


class Patched(Record):
    """What a patch does to one file."""

    names: tuple[bytes, ...]
    """What the file may be called now, the likeliest first; none if it is gone."""
    old_names: tuple[bytes, ...]
    """What it may have been called before; none if it is new, or a copy."""
    changes: tuple[Change, ...]
    """In the order of the file."""


def patched(lines: Iterable[bytes]) -> Iterator[Patched]:
    """What a patch does to its files, one after the other; raises NoPatch.

    A line ends with a line feed. What stands between files, such as a message, is passed over.
    """
    section = _Section()
    start, is_patch, above = 0, False, b""
    numbered = enumerate(lines, 1)
    for number, raw in numbered:
        line = raw.rstrip(b"\r\n")
        start = start or (number if line.strip() else 0)
        is_patch = is_patch or line.startswith(_WITHOUT_LINES)
        if line.startswith(b"diff --git "):
            yield from section.done()
            section, is_patch = _Section(line.removeprefix(b"diff --git ")), True
        elif line.startswith((b"diff --cc ", b"diff --combined ")):
            raise NoPatch(number, "a merge is compared with all parents here; compare it with one")
        elif line.startswith(b"+++ ") and above.startswith(b"--- "):
            if section.new:
                yield from section.done()
                section = _Section()
            section.old, section.new = _written(above[4:]), _written(line[4:])
        elif line.startswith(b"@@ -"):
            section.read_hunk(number, line, numbered)
            is_patch = True
        elif above.startswith(b"@@") and re.match(rb"\+|-(?!-[- ])", line):
            raise NoPatch(number, "there are more lines than the hunk above announces")
        else:
            section.note(line)
        above = line
    yield from section.done()
    if start and not is_patch:
        raise NoPatch(start, "is no unified diff; make one with `git diff --no-color` or `diff -u`")


class _Section:
    """What a patch tells about one file."""

    def __init__(self, git: bytes = b""):
        """Begin with both names, as they stand behind `diff --git`."""
        self.git = git
        self.old = b""
        self.new = b""
        self._moved: dict[bytes, bytes] = {}
        self._is_text = True
        self._changes: list[Change] = []

    def note(self, line: bytes) -> None:
        """Look at a line that git puts between the names."""
        if self.git and not self.new:
            self._is_text = self._is_text and not _NO_TEXT.fullmatch(line)
            if found := _MOVED.fullmatch(line):
                self._moved[found[1]] = _unquoted(found[2])

    def read_hunk(self, number: int, header: bytes, lines: Iterator[tuple[int, bytes]]) -> None:
        """Read the lines of a hunk; its header is on line `number`."""
        found = _HUNK.match(header)
        if not found:
            raise NoPatch(number, "is no header of a hunk, such as `@@ -1,2 +1,3 @@`")
        if not self.new:
            raise NoPatch(number, "there is no file for this hunk, no `---` and `+++` above it")
        old, new = _side(found[1], found[2]), _side(found[3], found[4])
        last = self._changes[-1] if self._changes else Change(0, 0, 0, 0)
        if old[0] < last.old + last.removed or new[0] < last.new + last.added:
            raise NoPatch(number, "this hunk begins before the end of the one above")
        self._changes += _changes(number, *old, *new, lines)

    def done(self) -> Iterator[Patched]:
        """What was read, unless it is nothing about lines of text."""
        if self._is_text and (self._changes or self._moved):
            names = self._names()
            is_new = self.old == _NOWHERE or b"copy to" in self._moved
            old = self._moved.get(b"rename from")
            old_names = () if is_new else (old,) if old else names
            yield Patched(names, old_names, tuple(self._changes))

    def _names(self) -> tuple[bytes, ...]:
        if moved := self._moved.get(b"rename to") or self._moved.get(b"copy to"):
            return (moved,)
        new = _unquoted(self.new)
        if new == _NOWHERE:
            return ()
        short = new.partition(b"/")[2]
        if self.git.endswith(b" " + self.new):
            # Prefixes, whatever they are, are there to tell both sides apart.
            has_prefix = self.git != self.new + b" " + self.new
            return (short if has_prefix and short else new,)
        if not short or new.startswith(b"/"):
            return (new,)
        is_usual = new.startswith(b"b/") and _unquoted(self.old).startswith((b"a/", _NOWHERE))
        return (short, new) if is_usual else (new, short)


def _written(text: bytes) -> bytes:
    """A name as it is written, without what stands behind it."""
    if quoted := _QUOTED.match(text):
        return quoted[0]
    name, tab, _ = text.partition(b"\t")
    return name if tab else _BEHIND.sub(b"", name)


def _unquoted(name: bytes) -> bytes:
    """A name that may be written as a string of C."""
    quoted = _QUOTED.fullmatch(name)
    return re.sub(rb"\\([0-7]{1,3}|.)", _unescaped, quoted[1]) if quoted else name


def _unescaped(escape: re.Match[bytes]) -> bytes:
    code = escape[1]
    if code.isdigit():
        return bytes([int(code, 8) & 0xFF])
    return code.translate(bytes.maketrans(b"abtnvfr", b"\a\b\t\n\v\f\r"))


def _side(first: bytes, count: bytes | None) -> tuple[int, int]:
    """The first line of one side of a hunk, and how many there are.

    Without any, a header has the number of the line above.
    """
    lines = 1 if count is None else int(count)
    return int(first) + (not lines), lines


def _changes(
    header: int,
    old: int,
    old_left: int,
    new: int,
    new_left: int,
    lines: Iterator[tuple[int, bytes]],
) -> Iterator[Change]:
    """What a hunk changes; it tells how many lines it has, for any line may look like a header."""
    old_start, new_start = old, new
    while old_left or new_left:
        number, line = next(lines, (0, b""))
        sign = line[:1]
        if sign == b"-" and old_left:
            old, old_left = old + 1, old_left - 1
        elif sign == b"+" and new_left:
            new, new_left = new + 1, new_left - 1
        elif sign in (b" ", b"\n", b"\r") and old_left and new_left:
            # Some editors and mails take away the space that is all of an empty line.
            if (old, new) != (old_start, new_start):
                yield Change(old_start, old - old_start, new_start, new - new_start)
            old, old_left = old + 1, old_left - 1
            new, new_left = new + 1, new_left - 1
            old_start, new_start = old, new
        elif not number:
            raise NoPatch(header, "the hunk that begins here is cut off")
        elif sign != b"\\":
            raise NoPatch(
                number, f"this line does not fit into the hunk that begins on line {header}"
            )
    if (old, new) != (old_start, new_start):
        yield Change(old_start, old - old_start, new_start, new - new_start)
