"""What checking one file comes to, in plain values, which can be kept and sent."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from idiomist.finding import Applicability, Doubt, Hazard, Severity
from idiomist.record import Record
from idiomist.text import split_lines

if TYPE_CHECKING:
    from idiomist.conventions import Conventions
    from idiomist.finding import Edit, Finding
    from idiomist.linter import Linter
    from idiomist.source import Source
    from idiomist.touched import Lines


class Replacement(Record):
    """Whole lines of a file, and what takes their place."""

    line: int
    """The first of the old lines, or where lines are added the one above which they come."""
    old: str
    new: str

    @property
    def end(self) -> tuple[int, int]:
        """The line and the column, both from 1, behind the last of the old lines."""
        lines = split_lines(self.old)
        if not lines or lines[-1].endswith(("\n", "\r")):
            return self.line + len(lines), 1
        return self.line + len(lines) - 1, len(lines[-1]) + 1


class Reported(Record):
    """A finding as reporters tell it. Lines and columns count from 1, ends are exclusive."""

    code: str
    name: str
    message: str
    line: int
    column: int
    end_line: int
    end_column: int
    span: tuple[int, int]
    """The first and the last line of all that is flagged."""
    lines: tuple[str, ...]
    """The text from `line` to `end_line`, without the ends of lines."""
    applicability: Applicability
    severity: Severity
    doubts: tuple[Doubt, ...]
    replacements: tuple[Replacement, ...] = ()
    """What its fix comes to; nothing for advice, or when no details were asked for."""
    failure: str = ""
    """Why there are none although there is a rewrite."""
    line_hash: str = ""
    """By which GitHub follows the line; told with the details."""

    def touches(self, lines: Lines) -> bool:
        """Whether it is about one of these lines: in what it shows, or in what is flagged."""
        return lines.touch(self.line, self.end_line) or lines.touch(*self.span)

    def to_row(self) -> list[Any]:
        """The same as a list that JSON knows."""
        values = vars(self) | {
            "doubts": [(doubt.hazard.value, doubt.line, doubt.reason) for doubt in self.doubts],
            "replacements": [(each.line, each.old, each.new) for each in self.replacements],
        }
        return [values[name] for name in self.__match_args__]

    @classmethod
    def from_row(cls, row: list[Any]) -> Reported:
        """What `to_row` was told. Raises ValueError or TypeError for what it never says."""
        values = dict(zip(cls.__match_args__, row, strict=True))
        values["span"] = tuple(values["span"])
        values["lines"] = tuple(values["lines"])
        values["applicability"] = Applicability(values["applicability"])
        values["severity"] = Severity(values["severity"])
        values["doubts"] = tuple(
            Doubt(Hazard(hazard), line, reason) for hazard, line, reason in values["doubts"]
        )
        values["replacements"] = tuple(
            Replacement(*replacement) for replacement in values["replacements"]
        )
        return cls(**values)


class Outcome(Record):
    """The findings in a file, or why there are none."""

    findings: tuple[Reported, ...] = ()
    complaint: str = ""
    """Why the file could not be checked, to be said behind its path."""
    passed_over: bool = False
    """Whether it is of those that programs write, and nobody asked for it by name."""
    detailed: bool = False
    """Whether the findings tell what their fixes come to; true as well when there are none."""
    lasts: bool = True
    """Whether it follows from the bytes alone, and not from how much memory there is, say."""

    def to_text(self) -> str:
        """The same as text, which is empty where all is well."""
        if not (self.findings or self.complaint or self.passed_over):
            return ""
        # Most runs find nothing that is to be kept, and are over before this is loaded.
        import json

        rows = [finding.to_row() for finding in self.findings]
        return json.dumps([rows, self.complaint, self.passed_over, self.detailed])

    @classmethod
    def from_text(cls, text: str) -> Outcome:
        """What `to_text` was told. Raises ValueError or TypeError for what it never says."""
        if not text:
            return CLEAN
        import json

        rows, complaint, passed_over, detailed = json.loads(text)
        return cls(tuple(Reported.from_row(row) for row in rows), complaint, passed_over, detailed)


CLEAN = Outcome(detailed=True)
GENERATED = Outcome(passed_over=True, detailed=True)


def complaining(text: str, *, lasts: bool = False) -> Outcome:
    """The outcome for a file that could not be checked."""
    return Outcome(complaint=text, detailed=True, lasts=lasts)


def check(
    data: bytes, path: str, linter: Linter, conventions: Conventions, *, detailed: bool
) -> Outcome:
    """Check the bytes of one file; with `detailed`, also tell what its fixes would replace."""
    from idiomist.check import CheckFailed
    from idiomist.source import Source

    try:
        source = Source(data, path, conventions)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return complaining(unparsable(error), lasts=isinstance(error, SyntaxError))
    try:
        found = linter.report(source)
    except CheckFailed as error:
        return complaining(f"skipped, because {error}")
    if not found:
        return CLEAN
    return Outcome(tuple(reported(found, source, detailed=detailed)), detailed=detailed)


def unparsable(error: BaseException) -> str:
    """Why a file cannot be parsed, in one line."""
    match error:
        case SyntaxError(msg=message, lineno=line) if line:
            return f"line {line} cannot be parsed: {message}"
        case RecursionError() | MemoryError():
            return "is nested too deeply to be parsed"
    return f"cannot be parsed: {error}"


def reported(found: list[Finding], source: Source, *, detailed: bool) -> Iterator[Reported]:
    """The findings in a file as plain values, in their order."""
    if detailed:
        from idiomist.linehashes import LineHashes

        hashes = LineHashes(source.data)
    for finding in found:
        replacements, failure = _replacements(source, finding) if detailed else ((), "")
        lines = source.lines[finding.line - 1 : finding.end_line]
        yield Reported(
            finding.check.code,
            finding.check.name,
            finding.message,
            finding.line,
            finding.column,
            finding.end_line,
            finding.end_column,
            finding.lines,
            tuple(line.rstrip("\r\n") for line in lines),
            finding.applicability,
            finding.grade.severity,
            finding.doubts,
            replacements,
            failure,
            hashes.of(finding.line) if detailed else "",
        )


def _replacements(source: Source, finding: Finding) -> tuple[tuple[Replacement, ...], str]:
    if finding.applicability is Applicability.ADVICE:
        return (), ""
    # Only now: loading libcst costs more than checking a file with nothing to show.
    from idiomist.rewriting.region import RewriteError, fix_for

    try:
        fix = fix_for(source, finding)
    except RewriteError as error:
        return (), f"the rewrite of {finding.check.name} failed: {error}"
    return tuple(_replacement(source, edit) for edit in (fix.edits if fix else ())), ""


def _replacement(source: Source, edit: Edit) -> Replacement:
    """An edit, widened to whole lines where it is less."""
    text, starts = source.text, source.line_starts
    line = bisect_right(starts, edit.start)
    if line == len(starts) > 1 and not text.endswith(("\n", "\r")):
        line -= 1
    start = starts[line - 1]
    stop = starts[bisect_left(starts, edit.stop)]
    new = f"{text[start : edit.start]}{edit.text}{text[edit.stop : stop]}"
    return Replacement(line, text[start:stop], new)
