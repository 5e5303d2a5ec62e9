"""What a check reports: plain, frozen values that every host and reporter shares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum, IntEnum
from typing import TYPE_CHECKING

from idiomist.record import Record

if TYPE_CHECKING:
    import ast

    import libcst as cst

    from idiomist.check import Check

    Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement
    Rewrite = Callable[[Sequence[Statement]], Sequence[Statement]]
    """Turns the flagged statements, as written, into those that take their place."""


class Applicability(IntEnum):
    """How far a fix can be trusted; follows from a finding, is never claimed by a check.

    Only the configuration of a project may say otherwise: see `Grade`.
    """

    ADVICE = 0
    """There is no fix, only something worth knowing."""
    UNSAFE = 1
    """There is a fix, and at least one doubt."""
    SAFE = 2
    """There is a fix, and every question about the place was answered."""


class Severity(IntEnum):
    """How much a finding matters to a project, for formats that tell it."""

    INFO = 0
    WARNING = 1
    ERROR = 2


class Grade(Record):
    """What the configuration says about all findings of a check."""

    safety: Applicability | None = None
    """SAFE or UNSAFE, whatever the doubts are; None: as the doubts say."""
    severity: Severity = Severity.WARNING


class Hazard(Enum):
    """Why a rewrite might change what a program does."""

    READ_LATER = "read-later"
    CAPTURED = "captured"
    IMPORTABLE = "importable"
    INTROSPECTION = "introspection"
    HALF_BUILT = "half-built"
    EVALUATION_ORDER = "evaluation-order"
    LAZY = "lazy"
    STOP_ITERATION = "stop-iteration"
    UNKNOWN_KIND = "unknown-kind"
    UNHASHABLE = "unhashable"
    CHANGED_MEANWHILE = "changed-meanwhile"
    EXCEPTION = "exception"
    COMMENT = "comment"


class Doubt(Record):
    """One reason why a rewrite is not proven safe at this place.

    `reason` is a sentence in the reader's own names that says the line it speaks of.
    """

    hazard: Hazard
    line: int
    reason: str


class Edit(Record):
    """Replace `source.text[start:stop]`, which are whole lines, by `text`."""

    start: int
    stop: int
    text: str


class Fix(Record):
    """Edits that belong together, in the order of the file."""

    edits: tuple[Edit, ...]
    applicability: Applicability


class Finding(Record):
    """One place where an idiom says it better.

    `statements` stand side by side in one block; `rewrite` gets all of them. `imports` are
    dotted names that the rewrite needs, such as `contextlib.closing`. `kept` are statements
    inside that the rewrite moves without touching, so that comments on them stay in place.

    What is said about a comment has no statements. It has `edits` instead of a rewrite, and these
    change the text from `line` and `column` to the end of the finding, the blanks around it, and
    nothing else.
    """

    check: Check
    statements: tuple[ast.stmt, ...]
    message: str
    line: int
    column: int
    end_line: int
    end_column: int
    doubts: tuple[Doubt, ...] = ()
    rewrite: Rewrite | None = None
    imports: tuple[str, ...] = ()
    kept: tuple[ast.stmt, ...] = ()
    grade: Grade = Grade()
    examined: bool = True
    """Whether anybody looked for doubts; where nobody did, there may be some."""
    edits: tuple[Edit, ...] = ()

    @property
    def lines(self) -> tuple[int, int]:
        """The first and the last line of what it speaks of."""
        if not self.statements:
            return self.line, self.end_line
        last = self.statements[-1]
        return self.statements[0].lineno, last.end_lineno or last.lineno

    @property
    def changed(self) -> list[ast.stmt]:
        """The statements that the rewrite does not just move."""
        return [statement for statement in self.statements if statement not in self.kept]

    @property
    def applicability(self) -> Applicability:
        """SAFE is what is left when somebody looked for doubts and found none.

        Unless the configuration says otherwise.
        """
        if self.rewrite is None and not self.edits:
            return Applicability.ADVICE
        if self.grade.safety is not None:
            return self.grade.safety
        is_proven = self.examined and not self.doubts
        return Applicability.SAFE if is_proven else Applicability.UNSAFE
