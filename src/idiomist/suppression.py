"""Comments that ask for silence: `# idiomist: ignore[name] reason` and `# noqa: IDM101`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from idiomist.finding import Finding
from idiomist.record import Record
from idiomist.source import Comment, Source

# Not compiled before they are needed: most files have no findings.
_IGNORE = (
    r"(?i)#\s*idiomist:\s*(?P<scope>file-)?ignore"
    r"(?:\s*\[(?P<keys>[^\]]*)\]|(?!\s*\[)(?![\w-]))(?P<reason>.*)"
)
_NOQA = r"(?i)#\s*noqa(?::\s?(?P<codes>[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*))?"
_FLAKE8_FILE = r"(?i)#\s*flake8[:=]\s*noqa\s*$"
_WORDS = ("idiomist", "noqa")
_FILE_WORDS = rb"#\s*(?:idiomist:\s*file-|flake8[:=])"


class Suppression(Record):
    """One such comment. No keys mean every check."""

    line: int
    keys: frozenset[str]
    reason: str
    whole_file: bool = False
    alone: bool = False
    """It stands on a line of its own and speaks of the next one."""

    def covers(self, finding: Finding) -> bool:
        """Whether the comment names the finding's check, by name, code, prefix or family."""
        return not self.keys or any(map(finding.check.is_meant_by, self.keys))


class Suppressions:
    """The comments of one file, read only when there is a finding that they might silence."""

    def __init__(self, source: Source, *, noqa: bool = True):
        """With `noqa` false, only comments of our own count."""
        self._source = source
        self._noqa = noqa

    def kept(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The findings about which nobody asked for silence."""
        for finding in findings:
            starts = {finding.line, *(statement.lineno for statement in finding.changed)}
            own, above = {*starts, finding.end_line}, self._comments_above(starts)
            if not self._may_speak_on(own | above) or not any(
                comment.whole_file or comment.line in (own | above if comment.alone else own)
                for comment in self.all
                if comment.covers(finding)
            ):
                yield finding

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
        return self._may_have_whole_file or any(
            "#" in (text := self._source.lines[line - 1])
            and any(word in text.lower() for word in _WORDS)
            for line in lines
        )

    @cached_property
    def _may_have_whole_file(self) -> bool:
        data = self._source.data.lower()
        return (b"idiomist" in data or b"flake8" in data) and bool(re.search(_FILE_WORDS, data))

    @cached_property
    def all(self) -> list[Suppression]:
        """Every such comment, in the order of the file."""
        source = self._source
        found: list[Suppression] = []
        for comment in source.comments(1, len(source.lines)):
            if match := re.search(_IGNORE, comment.text):
                keys = frozenset(key.strip() for key in (match["keys"] or "").split(",")) - {""}
                reason = match["reason"].strip()
                alone = self._stands_alone(comment)
                found.append(Suppression(comment.line, keys, reason, bool(match["scope"]), alone))
            elif not self._noqa:
                continue
            elif re.match(_FLAKE8_FILE, comment.text) and self._stands_alone(comment):
                found.append(Suppression(comment.line, frozenset(), "", whole_file=True))
            elif match := re.search(_NOQA, comment.text):
                codes = frozenset(re.split(r"[,\s]+", match["codes"] or "")) - {""}
                found.append(Suppression(comment.line, codes, ""))
        return found

    def _stands_alone(self, comment: Comment) -> bool:
        return not self._source.lines[comment.line - 1][: comment.column].strip()
