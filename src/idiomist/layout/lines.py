"""How the words of a statement are spread over lines."""

from __future__ import annotations

from collections.abc import Iterator

from idiomist.layout.words import CALL, COMMA, Word


class Line:
    """Words that stand on one line if they can."""

    def __init__(self, words: list[Word], indent: str, inside: bool = False):
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
        first = words[0].at
        self.explodes = any(word.is_magic and word.partner.at >= first for word in words)

    def __str__(self) -> str:
        code = "".join([word.space + word.text for word in self.words]).strip()
        return "  ".join([self.indent + code, *self.comments])


_Split = tuple[Line, Line, Line]
"""Up to an opening bracket, what it opens, and from its closing bracket on."""


class CannotSplit(Exception):
    """There are no brackets left to split at."""


class Layout:
    """Breaks lines that are longer than a width."""

    def __init__(self, width: int, step: str):
        self.width = width
        self.step = step

    def lines(self, line: Line, forced: bool = False) -> list[str]:
        """The text of a line, broken where it has to be; `forced`: at optional parentheses."""
        if self._fits(line) and not line.explodes:
            return [str(line)]
        if line.inside and (parts := _cut(line)):
            return [text for part in parts for text in self.lines(part, forced)]
        try:
            split = self._split(line, forced)
        except CannotSplit:
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

    def _fits(self, line: Line) -> bool:
        return not line.has_to_break and self._is_short(str(line))

    def _is_short(self, text: str) -> bool:
        return len(text.expandtabs(4)) <= self.width

    def _split(self, line: Line, forced: bool) -> _Split:
        for omitted in self._omissions(line):
            split = self._split_at(line, forced, omitted)
            if self._fits(split[0]):
                return split
        return self._split_at(line, forced, frozenset())

    def _omissions(self, line: Line) -> Iterator[frozenset[Word]]:
        """Ever more brackets that may stay together on the last line."""
        if not line.explodes:
            yield frozenset()
        room = self.width - len(line.indent.expandtabs(4))
        omitted: set[Word] = set()
        inner: set[Word] = set()
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

    def _split_at(self, line: Line, forced: bool, omitted: frozenset[Word]) -> _Split:
        """Split at the last brackets that are not omitted, without optional ones if possible."""
        head, body, tail = self._last_brackets(line, omitted)
        opening, closing = head.words[-1], tail.words[0]
        if not (forced or opening.text) and self._can_do_without(head, body):
            omitted |= {closing}
            try:
                _, _, rest = self._last_brackets(line, omitted)
                # Better parentheses around the value than a target that is torn apart.
                is_target = len(head.words) > 1 and head.words[-2].kind == "assignment"
                if rest.words[0].at > opening.at or not is_target or not self._fits(head):
                    return self._split_at(line, forced, omitted)
            except CannotSplit:
                if len(body.words) == 1 and not self._fits(body):
                    raise
        if not opening.text:
            opening.text, closing.text = "(", ")"
        return head, body, tail

    def _last_brackets(self, line: Line, omitted: frozenset[Word]) -> _Split:
        words = line.words
        first = words[0].at
        for word in reversed(words):
            if word.role != "close" or word in omitted or word.partner.at == word.at - 1:
                continue
            if word.partner.at < first:
                break
            start, stop = word.partner.at + 1 - first, word.at - first
            body = Line(words[start:stop], line.indent + self.step, inside=True)
            # A display has a line for each item; arguments only after a trailing comma.
            if max(body.joints, default=0) == COMMA:
                body.explodes |= word.partner.is_display or body.words[-1].text == ","
            return Line(words[:start], line.indent), body, Line(words[stop:], line.indent)
        raise CannotSplit

    def _can_do_without(self, head: Line, line: Line) -> bool:
        """Whether the content of optional parentheses can well be split without them."""
        words, joints = line.words, line.joints
        if any(word.role == "comment" and word.depth == line.depth for word in words):
            return False
        if not joints:
            return True
        top, first, last = max(joints), words[0], words[-1]
        if joints.count(top) > 1 or (top == COMMA and head.words[0].text in ("with", "async")):
            return False
        if top == CALL:
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

    def _have_room(self, words: list[Word], indent: str) -> bool:
        return self._is_short(indent + "".join([word.space + word.text for word in words]))


def _cut(line: Line) -> list[Line]:
    """The parts between the loosest joints of a line, or just its comments and the rest."""
    # One call alone is not torn from what it belongs to.
    top = 0 if line.joints == [CALL] else max(line.joints, default=0)
    words = list(line.words)
    if top == COMMA:
        last = max(index for index, word in enumerate(words) if word.role != "comment")
        if words[last].text != ",":
            words.insert(last + 1, Word(","))
            words[last + 1].at = words[last].at
            words[last + 1].depth = line.depth
    parts: list[list[Word]] = [[]]
    for word in words:
        is_loose = word.depth == line.depth
        is_comment = is_loose and word.role == "comment"
        parts += [[]] if is_comment else []
        parts[-1].append(word)
        parts += [[]] if is_comment or (top and is_loose and word.joint == top) else []
    lines = [Line(part, line.indent, inside=True) for part in parts if part]
    return lines if len(lines) > 1 else []
