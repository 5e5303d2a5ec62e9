"""Cut the flagged statements out, rewrite them, carry their comments, put them back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from idiomist.finding import Edit, Finding, Fix
from idiomist.layout import Style, laid_out
from idiomist.rewriting import cst
from idiomist.rewriting.formatting import formatted
from idiomist.rewriting.imports import import_edits
from idiomist.source import Comment, Source
from idiomist.text import split_lines

if TYPE_CHECKING:
    from idiomist.finding import Statement


class RewriteError(Exception):
    """A rewrite failed on code that its check had flagged: a bug of that check."""


def fix_for(source: Source, finding: Finding) -> Fix | None:
    """The edits that a finding asks for, or None when it is advice only.

    Raises RewriteError when the check's rewrite fails.
    """
    if finding.edits:
        return Fix(finding.edits, finding.applicability)
    if finding.rewrite is None:
        return None
    first, last = source.region(finding.statements)
    start, stop = source.line_starts[first - 1], source.line_starts[last]
    old = source.text[start:stop]
    try:
        new = _Region(source, finding, old).rewritten()
    except Exception as error:
        # Whatever went wrong, it concerns one finding, not the file and not the run.
        reason = str(error).partition("\n")[0]
        raise RewriteError(f"{type(error).__name__}: {reason}") from error
    edits = (*import_edits(source, finding.imports), _trimmed(start, old, new))
    return Fix(edits, finding.applicability)


def _trimmed(start: int, old: str, new: str) -> Edit:
    """The smallest edit by whole lines that turns `old` into `new`."""
    before, after = split_lines(old), split_lines(new)
    head = 0
    while head < min(len(before), len(after)) and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < min(len(before), len(after)) - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    start += sum(map(len, before[:head]))
    stop = start + sum(map(len, before[head : len(before) - tail]))
    return Edit(start, stop, "".join(after[head : len(after) - tail]))


class _Region:
    """The lines of the flagged statements, as libcst sees them."""

    def __init__(self, source: Source, finding: Finding, text: str):
        self.source = source
        self.finding = finding
        self.text = text
        self.indent = source.indent(finding.statements[0])
        self.newline = source.newline
        black = source.conventions.black or {}
        keeps_exploded = not black.get("skip-magic-trailing-comma", False)
        self.style = Style(
            source.width, source.newline, keeps_exploded, wraps_with=source.may_use(3, 9)
        )
        # Code that stands deeper is parsed below a stand-in header and not dedented, so that
        # strings over several lines keep their bytes.
        self.header = f"if True:{self.newline}" if self.indent else ""
        self.module = cst.parse_module(self.header + text)

    @property
    def statements(self) -> Sequence[Statement]:
        if not self.header:
            return self.module.body
        block = cst.ensure_type(self.module.body[0], cst.If).body
        return cst.ensure_type(block, cst.IndentedBlock).body  # type: ignore[return-value]

    def rewritten(self) -> str:
        old = list(self.statements)
        assert self.finding.rewrite is not None
        new = list(self.finding.rewrite(old))
        kept = {id(statement) for statement in old}
        pieces: list[str] = []
        fresh: list[int] = []
        for statement in new:
            if id(statement) in kept:
                pieces.append(self._code(statement))
                continue
            fresh.append(len(pieces))
            pieces.append(self._laid_out(statement))
        above, trailing = self._lost_comments("".join(pieces))
        if fresh:
            where = fresh[0]
            if len(trailing) == 1 and self._takes(pieces[where], trailing[0]):
                line = pieces[where].rstrip("\r\n")
                pieces[where] = f"{line}  {trailing[0].text}{self.newline}"
            else:
                above += trailing
            lines = [f"{self.indent}{comment.text}{self.newline}" for comment in above]
            if lines and pieces[where].startswith(self.newline):
                lines.insert(0, self.newline)
                pieces[where] = pieces[where].removeprefix(self.newline)
            pieces.insert(where, "".join(lines))
        code = self._without_blank_start("".join(pieces))
        if not self.text.endswith(("\n", "\r")):
            code = code.rstrip("\r\n")
        return formatted(self.text, code, self.indent, self.style, self.source.conventions.black)

    def _without_blank_start(self, code: str) -> str:
        """The code without the blank lines above a statement that has become the first one.

        Of those above a function or class as many stay as are missing, unless a block begins.
        """
        lines = split_lines(code)
        blank = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
        rest = lines[blank:]
        if blank and rest and rest[0].lstrip().startswith(("@", "async def ", "class ", "def ")):
            first, _ = self.source.region(self.finding.statements)
            while first > 1 and not self.source.lines[first - 2].strip():
                first -= 1
                blank -= 1
            begins = first == 1 or self.source.lines[first - 2].rstrip().endswith(":")
            rest = [self.newline] * (0 if begins else blank) + rest
        return "".join(rest)

    def _code(self, statement: Statement) -> str:
        """The text of one statement, indented as the region is."""
        if not self.header:
            return self.module.with_changes(body=[statement], header=(), footer=()).code
        wrapper = cst.ensure_type(self.module.body[0], cst.If)
        block = cst.ensure_type(wrapper.body, cst.IndentedBlock)
        alone = wrapper.with_changes(body=block.with_changes(body=[statement], footer=()))
        code = self.module.with_changes(body=[alone], header=(), footer=()).code
        return code.removeprefix(self.header)

    def _laid_out(self, statement: Statement) -> str:
        if not isinstance(statement, cst.SimpleStatementLine):
            return self._with_header_laid_out(statement)
        bare = statement.with_changes(
            leading_lines=(),
            trailing_whitespace=cst.TrailingWhitespace(newline=cst.Newline()),
        )
        code = laid_out(self._code(bare), self.indent, self.style)
        starts_blank = any(line.comment is None for line in statement.leading_lines[:1])
        return (self.newline if starts_blank else "") + code

    def _with_header_laid_out(self, statement: cst.BaseCompoundStatement) -> str:
        """Only the header of a new block is new; what stands below it is as it was."""
        code = self._code(statement)
        if not isinstance(statement, (cst.With, cst.For)):
            return code
        bare = statement.with_changes(
            leading_lines=(),
            body=cst.SimpleStatementSuite(
                [cst.Pass()], leading_whitespace=cst.SimpleWhitespace("")
            ),
        )
        header = self._code(bare).rstrip("\r\n").removesuffix("pass")
        above, found, below = code.partition(header)
        behind = next(iter(split_lines(below)), "").rstrip("\r\n")
        if not found or header in self.text or behind.lstrip()[:1] not in ("", "#"):
            return code
        # A comment behind the header counts, too: none from inside may end up on its line.
        lines = laid_out(header + behind, self.indent, self.style)
        return above + lines.rstrip("\r\n") + below.removeprefix(behind)

    def _lost_comments(self, code: str) -> tuple[list[Comment], list[Comment]]:
        """The comments that the new text has not: on lines of their own, and behind code."""
        first, last = self.source.region(self.finding.statements)
        old = self.source.comments(first, last)
        if not old:
            return [], []
        still = Source((self.header + code).encode(), "<rewritten>") if "#" in code else None
        there = (
            Counter(comment.text for comment in still.comments(1, len(still.lines)))
            if still
            else Counter[str]()
        )
        lost: tuple[list[Comment], list[Comment]] = [], []
        for comment in old:
            if there[comment.text]:
                there[comment.text] -= 1
                continue
            line = self.source.lines[comment.line - 1]
            lost[bool(line[: comment.column].strip())].append(comment)
        return lost

    def _takes(self, piece: str, comment: Comment) -> bool:
        """Whether a comment fits behind a one-line statement that has none yet."""
        lines = split_lines(piece)
        code = lines[-1].rstrip("\r\n").expandtabs(4)
        fits = len(code) + 2 + len(comment.text) <= self.source.width
        return len(lines) == 1 and fits and not code.endswith(":") and "#" not in code
