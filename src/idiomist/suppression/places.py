"""Where in a file a comment may be put that asks for silence, and how it is written there."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence

from idiomist.finding import Finding
from idiomist.record import Record
from idiomist.source import PRAGMA, Source
from idiomist.suppression.comments import Suppression, string_tokens
from idiomist.suppression.silencing import Suppressions

_GAP = "  "
_BLANKS = " \t"


class Place(Record):
    """Into a comment, behind a line, or (as a line of its own) above it."""

    line: int
    is_above: bool = False
    comment: Suppression | None = None


class Draft(Record):
    """The text of a file with comments, and on which of its lines each of them stands."""

    text: str
    lines: Mapping[Place, int]
    above: Sequence[int]
    """Lines of the file above which there is a new one, in order."""

    def moved(self, line: int) -> int:
        """Where a line of the file is now."""
        return line + bisect_right(self.above, line)


class Page:
    """The text of one file, and the reason that comments in it are to give."""

    def __init__(self, source: Source, reason: str):
        """Find out where no comment may stand."""
        self.source = source
        self._reason = reason
        self._suppressions = Suppressions(source)
        self._goes_on = lines_that_go_on(source)

    @property
    def is_writable(self) -> bool:
        """Whether the file can be read line by line, and written with the reason in it."""
        source = self.source
        try:
            self._reason.encode(source.encoding)
            is_same = source.text.encode(source.encoding) == source.data
        except UnicodeError:
            return False
        return is_same and len(source.lines) not in self._goes_on

    def places(self, findings: Collection[Finding]) -> list[Place]:
        """Where all of these, which are on one line, may be silenced; the best place first."""
        names = {finding.check.name for finding in findings}
        found = list(dict.fromkeys(self._candidates(findings)))
        return sorted(found, key=lambda place: not self._has_room(place, names))

    def _candidates(self, findings: Collection[Finding]) -> Iterator[Place]:
        heard = [[*self._suppressions.speaking_of(finding)] for finding in findings]
        for comment in heard[0]:
            if _takes_names(comment) and all(comment in others for others in heard):
                yield Place(comment.line, comment=comment)
        line = min(finding.line for finding in findings)
        others = (statement.lineno for finding in findings for statement in finding.changed)
        for start in (line, *sorted(others)):
            if start not in self._goes_on:
                yield Place(start)
            if start - 1 not in self._goes_on:
                yield Place(start, is_above=True)
        for finding in findings:
            yield Place(self._end_of(finding.end_line))
        yield Place(self._end_of(line))

    def _end_of(self, line: int) -> int:
        while line in self._goes_on:
            line += 1
        return line

    def _has_room(self, place: Place, names: Collection[str]) -> bool:
        """Whether the line keeps to the width of the file; one of its own has all the room."""
        if place.is_above:
            return True
        line = self.source.lines[place.line - 1].rstrip("\r\n")
        more = sum(len(text) for _, text in self._insertions(place, sorted(names)))
        return len(line.expandtabs(4)) + more <= self.source.width

    def draft(self, names: Mapping[Place, Collection[str]]) -> Draft:
        """The text with these names written down at their places."""
        source = self.source
        insertions: list[tuple[int, str]] = []
        # What goes into a comment goes in front of what goes behind it.
        for place in sorted(names, key=lambda place: place.comment is None):
            insertions += self._insertions(place, sorted(names[place]))
        pieces: list[str] = []
        end = 0
        for offset, text in sorted(insertions, key=lambda insertion: insertion[0]):
            pieces += [source.text[end:offset], text]
            end = offset
        above = sorted(self._line_below(place.line) for place in names if place.is_above)
        draft = Draft("".join([*pieces, source.text[end:]]), {}, above)
        return draft.replace(lines={place: self._line_in(draft, place) for place in names})

    def _line_in(self, draft: Draft, place: Place) -> int:
        if place.is_above:
            return draft.moved(self._line_below(place.line)) - 1
        return draft.moved(place.line)

    def _insertions(self, place: Place, names: list[str]) -> Iterator[tuple[int, str]]:
        source, comment = self.source, place.comment
        if comment is not None:
            yield comment.keys[-1].stop, "".join(f", {name}" for name in names)
            if self._reason and not comment.reason:
                yield comment.stop, f" {self._reason}"
            return
        text = f"# idiomist: ignore[{', '.join(names)}] {self._reason}".rstrip()
        line = source.lines[place.line - 1]
        code = line.rstrip("\r\n")
        if place.is_above:
            indent = code[: len(code) - len(code.lstrip(_BLANKS))]
            newline = line[len(code) :] or source.newline
            start = source.line_starts[self._line_below(place.line) - 1]
            yield start, f"{indent}{text}{newline}"
        else:
            blanks = len(code) - len(code.rstrip(_BLANKS))
            start = source.line_starts[place.line - 1] + len(code)
            yield start, f"{_GAP[blanks:]}{text}"

    def _line_below(self, line: int) -> int:
        """The line above which one of ours is put: some comments want to stay next to the code.

        Such as `# pylint: disable-next=...`.
        """
        lines = self.source.lines
        while (
            line > 2
            and line - 2 not in self._goes_on
            and re.match(PRAGMA, lines[line - 2].lstrip())
        ):
            line -= 1
        return line


def _takes_names(comment: Suppression) -> bool:
    """Whether names can be added to a comment without its meaning more than these."""
    is_of_line = not comment.noqa and not comment.whole_file and not comment.in_prose
    return is_of_line and all(key.text for key in comment.keys)


def lines_that_go_on(source: Source) -> set[int]:
    """Lines that no comment can end: a string or a backslash carries them on to the next."""
    import tokenize

    opening, closing = string_tokens()
    found: set[int] = set()
    opened: list[int] = []
    commented: set[int] = set()
    try:
        for token in tokenize.generate_tokens(iter(source.lines).__next__):
            first, last = token.start[0], token.end[0]
            if token.type in opening:
                opened.append(first)
            elif token.type in closing:
                first = opened.pop()
            elif token.type == tokenize.COMMENT:
                commented.add(first)
            found.update(range(first, last))
    except (tokenize.TokenError, SyntaxError):
        # Line ends of old, of which the tokenizer makes something else than the compiler.
        return set(range(len(source.lines) + 1))
    return found | {
        number
        for number, line in enumerate(source.lines, 1)
        if number not in commented and line.rstrip("\r\n").endswith("\\")
    }
