"""Apply fixes until nothing is left to fix, verify every one, and write the file in one go."""

from __future__ import annotations

import ast
import os
import stat
import tempfile
import warnings
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from idiomist.conventions import DEFAULTS, Conventions
from idiomist.finding import Applicability, Edit, Finding, Fix
from idiomist.linter import Linter
from idiomist.record import Record
from idiomist.semantics.scopes import BUILTINS, COMPREHENSIONS, Scope, Use
from idiomist.semantics.trees import is_same
from idiomist.source import Source
from idiomist.text import split_lines

if TYPE_CHECKING:
    from idiomist.touched import Change, Lines

MAX_PASSES = 10
_Key = tuple[str, str]
"""The code of a check and the text that it flags: what a failed fix is remembered by."""


class ChangedMeanwhile(OSError):
    """The file is not what it was when it was read."""


class Dropped(Record):
    """A fix that did not pass verification, and why.

    A bug of its check, unless there were doubts: then one of them came true.
    """

    finding: Finding
    reason: str

    def __str__(self) -> str:
        place = f"{self.finding.line}: {self.finding.check.name}"
        if self.finding.doubts:
            return f"{place} was left, its doubt came true: {self.reason}"
        return f"{place} was not fixed, because {self.reason}; please report the bug"


@dataclass(slots=True)
class Fixed:
    """What fixing one file came to."""

    data: bytes
    applied: list[Finding] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    touched: Lines | None = None
    """The lines of `data` that somebody changed, fixes included; None: whichever they are."""


@dataclass(frozen=True, slots=True)
class _Plan:
    finding: Finding
    fix: Fix
    start: int
    stop: int
    key: _Key

    @property
    def changes(self) -> int:
        """How many lines do not stay what they are."""
        first, last = self.finding.lines
        kept = sum((part.end_lineno or 0) - part.lineno + 1 for part in self.finding.kept)
        return last - first + 1 - kept


class Fixer:
    """Applies what a linter finds; holds no state of any file."""

    def __init__(
        self,
        linter: Linter,
        *,
        unsafe: bool = False,
        conventions: Conventions = DEFAULTS,
    ):
        """With `unsafe`, also apply fixes about which there are doubts."""
        self.linter = linter
        self.level = Applicability.UNSAFE if unsafe else Applicability.SAFE
        self.conventions = conventions

    def fix(self, data: bytes, path: str, touched: Lines | None = None) -> Fixed:
        """Fix the bytes of one file; raises what `Source` raises for files it cannot read.

        With `touched`, only what is about one of these lines, or about one that a fix wrote.
        """
        result = Fixed(data, touched=touched)
        given_up: set[_Key] = set()
        for _ in range(MAX_PASSES):
            source = Source(result.data, path, self.conventions)
            plans = list(self._plans(source, result, given_up))
            chosen = _disjoint(plans)
            if not chosen:
                break
            chosen = self._verified(source, chosen, result, given_up)
            if chosen:
                fixes = [plan.fix for plan in chosen]
                result.data = applied(source, fixes)
                result.applied.extend(plan.finding for plan in chosen)
                if result.touched is not None:
                    changes = _changed_lines(source, fixes)
                    result.touched = result.touched.carried(changes, counted=True)
            source.forget()
        return result

    def _plans(self, source: Source, result: Fixed, given_up: set[_Key]) -> Iterator[_Plan]:
        for finding in self.linter.report(source):
            if finding.applicability < self.level:
                continue
            if result.touched is not None and not result.touched.touched_by(finding):
                continue
            # Only now: loading libcst costs more than checking a file with nothing to fix.
            from idiomist.rewriting.region import RewriteError, fix_for

            first, last = finding.lines
            if finding.statements:
                first, last = source.region(finding.statements)
            start, stop = source.line_starts[first - 1], source.line_starts[last]
            key = (finding.check.code, source.text[start:stop])
            if key in given_up:
                continue
            try:
                fix = fix_for(source, finding)
            except RewriteError as error:
                given_up.add(key)
                result.dropped.append(Dropped(finding, str(error)))
                continue
            assert fix is not None
            yield _Plan(finding, fix, start, stop, key)

    def _verified(
        self,
        source: Source,
        chosen: list[_Plan],
        result: Fixed,
        given_up: set[_Key],
    ) -> list[_Plan]:
        """Those that can be applied together.

        Ones that fail by themselves are dropped. Ones that only fail with others wait for the
        next pass, which sees what these have left: a name that two loops bind, say, may lose
        one of them, but not both.
        """
        if _problem(source, chosen) is None:
            return chosen
        good: list[_Plan] = []
        for plan in chosen:
            if _problem(source, [*good, plan]) is None:
                good.append(plan)
            elif problem := _problem(source, [plan]):
                given_up.add(plan.key)
                result.dropped.append(Dropped(plan.finding, problem))
        return good


def _problem(source: Source, plans: Sequence[_Plan]) -> str | None:
    edited = [plan.finding for plan in plans if plan.finding.edits]
    return problem_with(source, applied(source, [plan.fix for plan in plans]), edited)


def _disjoint(plans: Sequence[_Plan]) -> list[_Plan]:
    """Plans that do not touch the same lines; where two do, the one that changes less."""
    chosen: list[_Plan] = []
    for plan in sorted(plans, key=lambda plan: (plan.changes, plan.start)):
        # The chosen ones are in the order of the file: the last that starts above ends last.
        above = bisect_left(chosen, plan.stop, key=lambda other: other.start)
        if not above or chosen[above - 1].stop <= plan.start:
            chosen.insert(above, plan)
    return chosen


def applied(source: Source, fixes: Sequence[Fix]) -> bytes:
    """The bytes of the file with these fixes, in its own encoding."""
    pieces: list[str] = []
    end = 0
    for edit in _edits(fixes):
        pieces += [source.text[end : edit.start], edit.text]
        end = edit.stop
    pieces.append(source.text[end:])
    return "".join(pieces).encode(source.encoding)


def _edits(fixes: Sequence[Fix]) -> list[Edit]:
    """What several fixes do, each edit once, in the order of the file."""
    edits: dict[Edit, None] = dict.fromkeys(edit for fix in fixes for edit in fix.edits)
    return sorted(edits, key=lambda edit: (edit.start, edit.stop))


def _changed_lines(source: Source, fixes: Sequence[Fix]) -> Iterator[Change]:
    """The lines that several fixes replace, and those that they write instead."""
    from idiomist.touched import Change

    starts, moved = source.line_starts, 0
    for edit in _edits(fixes):
        first, last = bisect_right(starts, edit.start) - 1, bisect_left(starts, edit.stop)
        head = source.text[starts[first] : edit.start]
        lines = split_lines(head + edit.text + source.text[edit.stop : starts[last]])
        removed, added = last - first, len(lines)
        yield Change(first + 1, removed, first + 1 + moved, added)
        moved += added - removed


def problem_with(source: Source, data: bytes, edited: Sequence[Finding] = ()) -> str | None:
    """What is wrong with a changed file, in a few words, or None.

    The findings in `edited` are about comments, which were changed on purpose.
    """
    try:
        new = Source(data, source.path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(new.tree, source.path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        return f"the result does not compile: {error}"
    oldest = source.conventions.python
    if oldest and _parses_on(oldest, source.data) and not _parses_on(oldest, data):
        return f"the result needs a newer Python than {oldest[0]}.{oldest[1]}"
    if edited and not _is_same_code(source, edited):
        return "more than a comment would change"
    try:
        return _difference(source, new, edited)
    finally:
        new.forget()


def _parses_on(version: tuple[int, int], data: bytes) -> bool:
    """Whether an older Python would take this, as far as `ast` knows."""
    try:
        ast.parse(data, feature_version=version)
    except (SyntaxError, ValueError):
        return False
    return True


def _is_same_code(source: Source, edited: Iterable[Finding]) -> bool:
    """Whether what is said about comments changes no code."""
    fixes = [Fix(finding.edits, finding.applicability) for finding in edited]
    try:
        return is_same(source.tree, ast.parse(applied(source, fixes)))
    except (SyntaxError, ValueError):
        return False


def _difference(source: Source, new: Source, edited: Sequence[Finding]) -> str | None:
    lost = _comments(source) - _comments(new)
    if lost and edited:
        lost -= Counter(part for finding in edited for part in _parts(_flagged(source, finding)))
    if lost:
        return f"the comment {next(iter(lost))} would be lost"
    before, after = _resolved(source.module_scope), _resolved(new.module_scope)
    moved = {read[:2] for read in before - after}
    for path, name, _ in sorted(after - before):
        if (path, name) in moved:
            return f"`{name}` would be another variable"
    unbound = _unbound(new.module_scope) - _unbound(source.module_scope)
    if unbound:
        return f"`{min(unbound)}` would not be bound"
    return None


def _comments(source: Source) -> Counter[str]:
    if b"#" not in source.data:
        return Counter()
    return Counter(
        part for comment in source.comments(1, len(source.lines)) for part in _parts(comment.text)
    )


def _parts(comment: str) -> Iterator[str]:
    """The comments that stand behind each other on one line, to the next `#` each."""
    for part in comment.split("#")[1:]:
        yield f"#{part}".rstrip()


def _flagged(source: Source, finding: Finding) -> str:
    line = source.lines[finding.line - 1]
    return line[finding.column - 1 : finding.end_column - 1]


def _functions(scope: Scope, path: str = "") -> Iterator[tuple[str, Scope]]:
    """All scopes with a path that adding or removing comprehensions does not change."""
    yield path, scope
    counts: Counter[str] = Counter()
    for child in scope.children:
        if isinstance(child.node, COMPREHENSIONS):
            continue
        counts[child.name] += 1
        yield from _functions(child, f"{path}/{child.name}:{counts[child.name]}")


def _resolved(scope: Scope) -> set[tuple[str, str, str]]:
    """For every name that a scope reads: the kind of scope that it belongs to."""
    found: set[tuple[str, str, str]] = set()
    for path, inner in _functions(scope):
        for name, use in inner.names.items():
            if use & Use.READ:
                owner = inner.owner(name)
                local = "own" if owner is inner else owner.kind.value
                found.add((path, name, local))
    return found


def _unbound(module: Scope) -> set[str]:
    """Names that are read somewhere and bound nowhere."""
    if module.has_star_import:
        return set()
    bound = BUILTINS | module.binders.keys() | module.declared_global
    return {
        name
        for scope in (module, *module.descendants())
        for name, use in scope.names.items()
        if use & Use.READ and name not in bound and scope.owner(name) is module
    }


def write(path: str, old: bytes | None, new: bytes) -> None:
    """Replace a file in one step that a crash cannot tear, keeping its mode.

    A symbolic link stays one: what it points to is replaced. Raises ChangedMeanwhile when the
    file does not hold `old` any more (None: when there is a file by now), and OSError when it
    cannot be written; it is then as it was.
    """
    target = os.path.realpath(path)
    mode = _mode_of_new_files() if old is None else stat.S_IMODE(os.stat(target).st_mode)
    handle, temporary = tempfile.mkstemp(dir=os.path.dirname(target), prefix=".idiomist-")
    try:
        with open(handle, "wb") as file:
            file.write(new)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, mode)
        if _content(target) != old:
            raise ChangedMeanwhile(f"{path} was changed while it was being fixed; left as it is")
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise


def _content(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def _mode_of_new_files() -> int:
    # The mask can only be read by setting it.
    mask = os.umask(0o077)
    os.umask(mask)
    return 0o666 & ~mask
