"""A check: its lesson, its name and code, and the detectors that find it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from idiomist.finding import Doubt, Finding
from idiomist.record import Record

if TYPE_CHECKING:
    import ast

    from idiomist.finding import Edit, Rewrite
    from idiomist.lesson import Lesson
    from idiomist.source import Source
    from idiomist.suppression import Suppression

AnyDetector = Callable[..., Iterator[Finding]]
Detector = TypeVar("Detector", bound=AnyDetector)
T = TypeVar("T")

CODE = re.compile(r"[A-Z]{1,3}[0-9]{3}")
"""flake8 takes no longer prefix and no fourth digit."""


class CheckFailed(RuntimeError):
    """A detector raised: the text says which, at which place, and what to do."""


class Subscription(Record):
    """A detector, the nodes it wants to see, and the words of which they must contain one."""

    kinds: tuple[type, ...]
    words: tuple[str, ...]
    detect: AnyDetector

    @property
    def is_of_code(self) -> bool:
        """Whether it wants to see nodes, and not comments."""
        import ast

        return issubclass(self.kinds[0], ast.AST)


class Check:
    """One idiom that can be spotted, named after its module.

    The module `manual_list_comprehension` in the package `comprehensions` gives the check
    `manual-list-comprehension` of the family `comprehensions`. Its docstring is the lesson.
    """

    def __init__(self, module: str, docstring: str | None, *, code: str, default: bool = True):
        """Describe a check; `default` says whether it is on without configuration.

        Raises ValueError when the code does not fit flake8's letters and three digits, or
        when there is no docstring to teach from.
        """
        if not CODE.fullmatch(code):
            raise ValueError(f"{code!r} is not a code: use one to three capitals and three digits")
        if not docstring:
            raise ValueError(f"{module} has no docstring; the lesson of {code} goes there")
        package, _, stem = module.rpartition(".")
        self.name = stem.replace("_", "-")
        self.family = package.rpartition(".")[2] or stem
        self.code = code
        self.default = default
        self.subscriptions: list[Subscription] = []
        self._docstring = docstring

    def __repr__(self) -> str:
        return f"<check {self.name} ({self.code})>"

    @property
    def judges_comments(self) -> bool:
        """Whether it speaks of comments that ask for silence, by what all others found."""
        return not all(subscription.is_of_code for subscription in self.subscriptions)

    @cached_property
    def lesson(self) -> Lesson:
        """What the docstring teaches, with its examples."""
        from idiomist.lesson import Lesson

        return Lesson.parse(self._docstring)

    def is_meant_by(self, key: str) -> bool:
        """Whether this is its name, its code, a prefix of that (`IDM1`), its family, or `all`."""
        return self._exactness(key) is not None

    def entry(self, table: Iterable[tuple[str, T]]) -> T | None:
        """What a table says about this check: the value whose key means it most exactly.

        Of equals the last one counts. None when no key means it.
        """
        found, most = None, 0
        for key, value in table:
            exactness = self._exactness(key)
            if exactness is not None and exactness >= most:
                found, most = value, exactness
        return found

    def _exactness(self, key: str) -> int | None:
        """How much of its code a key stands for; None when it means something else."""
        word = key.lower()
        if word in ("all", self.name, self.family):
            return 0 if word == "all" else 1 if word == self.family else len(self.code)
        return len(key) if len(key) > 1 and self.code.startswith(key.upper()) else None

    def on(
        self, *kinds: type[ast.AST | Suppression], words: Iterable[str] = ()
    ) -> Callable[[Detector], Detector]:
        """Let a detector `(node, source) -> findings` see every node of these kinds.

        With `words`, only those that stand on a line with one of them: a cheap test that keeps
        a detector away from places where it can find nothing. `Suppression` is for comments that
        ask for silence; they are shown when all that was found in the code is known.
        """

        def subscribe(detect: Detector) -> Detector:
            self.subscriptions.append(Subscription(kinds, tuple(words), detect))
            return detect

        return subscribe

    def finding(
        self,
        *statements: ast.stmt,
        source: Source,
        message: str,
        doubts: Iterable[Doubt] = (),
        rewrite: Rewrite | None = None,
        imports: Iterable[str] = (),
        kept: Iterable[ast.stmt] = (),
        at: ast.expr | None = None,
    ) -> Finding:
        """Report these neighbouring statements, or the expression `at` inside them.

        Doubts that concern any rewrite (comments that would move, lines shared with another
        statement) are added here, so that no check has to think of them.
        """
        first: ast.stmt | ast.expr = at or statements[0]
        last: ast.stmt | ast.expr = at or statements[-1]
        if rewrite and not source.owns_lines(statements):
            rewrite = None
        kept = tuple(kept)
        all_doubts: tuple[Doubt, ...] = ()
        if rewrite and source.examines:
            # Two questions may meet the same obstacle.
            all_doubts = tuple(dict.fromkeys(doubts))
            all_doubts += tuple(source.comment_doubts(statements, kept))
        return Finding(
            check=self,
            statements=statements,
            message=message,
            line=first.lineno,
            column=source.column(first.lineno, first.col_offset),
            end_line=last.end_lineno or last.lineno,
            end_column=source.column(last.end_lineno or last.lineno, last.end_col_offset or 0),
            doubts=all_doubts,
            rewrite=rewrite,
            imports=tuple(imports),
            kept=kept,
            examined=source.examines,
        )

    def remark(self, comment: Suppression, *, message: str, edits: Iterable[Edit] = ()) -> Finding:
        """Report a comment that asks for silence; the edits change nothing else."""
        return Finding(
            check=self,
            statements=(),
            message=message,
            line=comment.line,
            column=comment.column + 1,
            end_line=comment.line,
            end_column=comment.column + 1 + comment.stop - comment.start,
            edits=tuple(edits),
        )
