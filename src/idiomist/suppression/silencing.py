"""Which findings are silenced by comments, and which comments silence nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from itertools import chain

from idiomist.check import Check
from idiomist.finding import Finding
from idiomist.registry import UnknownCheck, installed
from idiomist.source import Source
from idiomist.suppression.comments import Key, Suppression, suppressions

_WORDS = ("idiomist", "noqa")
_FILE_WORDS = rb"#\s*(?:idiomist:\s*file-|flake8[:=])"
_OWN_WORDS = rb"#\s*idiomist:\s*(?:file-)?ignore"
_DIGITS = "0123456789"


class Suppressions:
    """The comments of one file, read only when there is a finding that they might silence."""

    def __init__(self, source: Source, *, noqa: bool = True):
        """With `noqa` false, only comments of our own count."""
        self._source = source
        self._noqa = noqa
        self._used: set[Key] = set()

    def kept(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The findings about which nobody asked for silence."""
        for finding in findings:
            keys = {
                key
                for comment in self.speaking_of(finding)
                for key in comment.keys
                if key.means(finding.check) and self._may_silence(key, comment, finding)
            }
            self._used |= keys
            if not keys:
                yield finding

    def speaking_of(self, finding: Finding) -> Iterator[Suppression]:
        """The comments that are heard at the place of a finding, whatever they say."""
        starts = {finding.line, *(statement.lineno for statement in finding.changed)}
        own, above = {*starts, finding.end_line}, self._comments_above(starts)
        first, last = finding.lines
        if not self._may_speak_on(chain(own, above, range(first, last + 1))):
            return
        whole_file, on_line = self._by_line
        yield from whole_file
        for line in own:
            yield from on_line.get(line, ())
        for line in above:
            for comment in on_line.get(line, ()):
                if comment.alone and not comment.noqa:
                    yield comment

    def may_be_judged(self, ran: Iterable[Check]) -> bool:
        """Whether the bytes of the file leave a chance that `judged` has something to say."""
        data = self._source.data.lower()
        if b"idiomist" in data and re.search(_OWN_WORDS, data):
            return True
        if not self._noqa or b"noqa" not in data:
            return False
        letters = "|".join(sorted(_letters(_known(ran)))).lower()
        return bool(re.search(rf"#\s*noqa:.*\b(?:{letters})[0-9]".encode(), data))

    def judged(self, ran: Collection[Check]) -> Iterator[Suppression]:
        """The comments with what there is to say about their keys, after all findings were kept.

        Only where all checks that a key means were among those that ran can anybody tell that it
        silences nothing; of a group those will do that are on by default. A bare `noqa`, and the
        codes in one that are no letters of ours, are for other tools to judge. So is, by no tool,
        a key that means only checks that speak of comments: its use depends on the answer.
        """
        known = _known(ran)
        letters = _letters(known)
        for comment in self.all:
            if comment.in_prose:
                continue
            unused, unknown = [], []
            for key in comment.keys:
                if comment.noqa and key.text.rstrip(_DIGITS).upper() not in letters:
                    continue
                meant = [check for check in known if key.means(check)]
                code = [check for check in meant if not check.judges_comments]
                wanted = [check for check in code if check.default] or code
                if not meant:
                    unknown.append(_nearest(key))
                elif code and key not in self._used and all(check in ran for check in wanted):
                    unused.append(key)
            yield comment.replace(unused=tuple(unused), unknown=tuple(unknown))

    @cached_property
    def _by_line(self) -> tuple[list[Suppression], dict[int, list[Suppression]]]:
        whole_file: list[Suppression] = []
        on_line: dict[int, list[Suppression]] = {}
        for comment in self.all:
            if comment.whole_file:
                whole_file.append(comment)
                continue
            for line in range(comment.first, comment.line + 1):
                on_line.setdefault(line, []).append(comment)
        return whole_file, on_line

    def _may_silence(self, key: Key, comment: Suppression, finding: Finding) -> bool:
        """What is said about a comment is silenced by no key in it that also speaks of code.

        One that means every check would never be told to be of no use.
        """
        place = comment.line, comment.column + 1
        if finding.statements or (finding.line, finding.column) != place:
            return True
        return all(check.judges_comments for check in _known((finding.check,)) if key.means(check))

    def _comments_above(self, starts: Iterable[int]) -> set[int]:
        """The lines of comment right above these lines."""
        lines = self._source.lines
        found: set[int] = set()
        for line in starts:
            while line > 1 and lines[line - 2].lstrip().startswith("#"):
                line -= 1
                found.add(line)
        return found

    def _may_speak_on(self, lines: Iterable[int]) -> bool:
        """Whether the text of these lines, or of the file, leaves a chance: comments are slow."""
        return (
            "all" in self.__dict__
            or self._may_have_whole_file
            or any(
                "#" in (text := self._source.lines[line - 1])
                and any(word in text.lower() for word in _WORDS)
                for line in lines
            )
        )

    @cached_property
    def _may_have_whole_file(self) -> bool:
        data = self._source.data.lower()
        return (b"idiomist" in data or b"flake8" in data) and bool(re.search(_FILE_WORDS, data))

    @cached_property
    def all(self) -> list[Suppression]:
        """Every such comment, in the order of the file."""
        return list(suppressions(self._source, noqa=self._noqa))


def _known(ran: Iterable[Check]) -> list[Check]:
    """All checks that a key may mean: those at work may come from a pack in the making."""
    return list(dict.fromkeys((*ran, *installed())))


def _letters(checks: Iterable[Check]) -> set[str]:
    return {check.code.rstrip(_DIGITS) for check in checks}


def _nearest(key: Key) -> str:
    try:
        installed().select([key.text])
    except UnknownCheck as error:
        return str(error)
    raise AssertionError(key)
