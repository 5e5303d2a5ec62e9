"""Ask for silence about what was found: `# idiomist: ignore[names] reason`, where it is heard."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from idiomist.check import Check
from idiomist.finding import Finding
from idiomist.linter import Linter
from idiomist.record import Record
from idiomist.semantics.trees import is_same
from idiomist.source import PRAGMA, Source
from idiomist.suppression.places import Draft, Page, Place


class Ignored(Record):
    """A file with comments added, and the findings (of the file as it was) that none silences."""

    data: bytes
    left: tuple[Finding, ...]


def fault_in_reason(reason: str) -> str | None:
    """What is wrong with a reason, in words that go on from "the reason", or None."""
    if not reason.isprintable():
        return "must be one line of text, without tabs and other control characters"
    if found := re.search(PRAGMA, f"# {reason}"):
        word = found[0].lstrip("# ")
        return f"must not hold a comment that tools read (`{word}`)"
    return None


def with_ignores(
    source: Source, findings: Iterable[Finding], reason: str, linter: Linter
) -> Ignored:
    """Ask for silence about findings of a file; nothing but comments comes, and nothing goes.

    All findings of a line share one comment: an older one of ours that speaks of them, one at the
    end of the line, or one on a line of its own above, whichever has room first. The linter that
    found them looks whether it is silent about them now, and has nothing new to say about the
    comments; else other places are tried. Raises what `Linter.report` raises.
    """
    page = Page(source, reason.strip())
    wanted = sorted(findings, key=lambda finding: finding.line)
    if not wanted or not page.is_writable:
        return Ignored(source.data, tuple(wanted))
    trials = _Trials(page, linter)
    waiting = [_Group(page, [*same]) for _, same in groupby(wanted, key=lambda one: one.line)]
    groups: list[_Group] = []
    left: list[Finding] = []
    while waiting:
        group = waiting.pop()
        if group.goes_on():
            groups.append(group)
        elif len(group.findings) == 1:
            left += group.findings
        else:
            # No place does for all of them.
            waiting += [_Group(page, [finding]) for finding in group.findings]
        if not waiting:
            waiting = trials.discontent(groups)
            groups = [group for group in groups if group not in waiting]
    left.sort(key=lambda finding: finding.line)
    ignored = Ignored(trials.new.data, tuple(left))
    if trials.came_up:
        # A line of comment may be so long that the file looks wider than it did.
        more = with_ignores(trials.new, trials.came_up, reason, linter)
        ignored = Ignored(more.data, (*left, *more.left))
    return ignored


class _Group:
    """Findings that want to share a comment, and the place that it has for now."""

    def __init__(self, page: Page, findings: list[Finding]):
        self.findings = findings
        self.place = Place(0)
        self._places = iter(page.places(findings))

    def goes_on(self) -> bool:
        """Go to the next best place; whether there was one."""
        place = next(self._places, None)
        self.place = place or self.place
        return place is not None


class _Trials:
    """Tries comments out: what is the file with them, and what is found in it?"""

    def __init__(self, page: Page, linter: Linter):
        self.new = self._source = page.source
        self.came_up: list[Finding] = []
        """Findings in code that were not there without the comments."""
        self._page = page
        self._linter = linter
        # Doubts make no difference here, and take most of the time.
        self._found = linter.lint(page.source, examine=False)
        self._told = linter.report(page.source, examine=False)

    def discontent(self, groups: list[_Group]) -> list[_Group]:
        """The groups that have to go on: no comment can stand at their place, or it is no help."""
        draft = self._page.draft(_names(groups))
        new = self._parsed(draft)
        if new is None:
            alone = [one for one in groups if not self._parsed(self._page.draft(_names([one])))]
            return alone or groups[-1:]
        old = {_moved(finding, draft) for finding in (*self._found, *self._told)}
        self.new, told = new, self._linter.report(new, examine=False)
        came_up = [finding for finding in told if _moved(finding) not in old]
        self.came_up = [finding for finding in came_up if finding.statements]
        accused = {finding.line for finding in came_up if not finding.statements}
        heard = {_moved(finding) for finding in told}
        return [
            group
            for group in groups
            if draft.lines[group.place] in accused
            or any(_moved(finding, draft) in heard for finding in group.findings)
        ]

    def _parsed(self, draft: Draft) -> Source | None:
        """The file with comments, if it is still read as what it was."""
        old = self._source
        try:
            new = Source(draft.text.encode(old.encoding), old.path, old.conventions)
            # A comment on one of the first two lines may tell an encoding.
            is_read_alike = new.encoding == old.encoding and new.text == draft.text
        except (SyntaxError, ValueError):
            return None
        return new if is_read_alike and is_same(old.tree, new.tree) else None


def _names(groups: Iterable[_Group]) -> dict[Place, set[str]]:
    names: dict[Place, set[str]] = {}
    for group in groups:
        here = names.setdefault(group.place, set())
        here.update(finding.check.name for finding in group.findings)
    return names


def _moved(finding: Finding, draft: Draft | None = None) -> tuple[Check, str, int, int]:
    """What tells a finding from others in the file, and where it is in a draft.

    The text of code over several lines, and so the message, has the comments in it.
    """
    line = draft.moved(finding.line) if draft else finding.line
    return finding.check, "" if finding.statements else finding.message, line, finding.column
