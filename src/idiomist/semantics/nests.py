"""Loops and conditions around one step: the shape of code that a comprehension can say."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from copy import copy
from itertools import pairwise
from typing import TYPE_CHECKING

from idiomist.record import Record
from idiomist.semantics.effects import awaits, evaluated_before, is_inert
from idiomist.semantics.indexing import indexed_loop
from idiomist.semantics.kind import SELF_EQUAL
from idiomist.semantics.kinds import Kinds
from idiomist.semantics.mentions import binds_names_only, bound_names, mentions, names_in
from idiomist.semantics.scopes import Scope, introspection_in
from idiomist.semantics.trees import walk

if TYPE_CHECKING:
    from idiomist.source import Source

Loop = ast.For | ast.AsyncFor


class Filter(Record):
    """A condition on what gets through; `negated` when it guards a `continue`."""

    test: ast.expr
    negated: bool


class Temporary(Record):
    """A name that only passes a value on to the expression evaluated next."""

    name: str
    value: ast.expr


class Nest(Record):
    """The clauses of a would-be comprehension, from the outside in, and the step inside them."""

    clauses: tuple[Loop | Filter | Temporary, ...]
    step: ast.stmt

    @property
    def loops(self) -> list[Loop]:
        return [clause for clause in self.clauses if isinstance(clause, Loop)]

    @property
    def filters(self) -> list[Filter]:
        return [clause for clause in self.clauses if isinstance(clause, Filter)]

    @property
    def temporary(self) -> Temporary | None:
        """The one value that is named on the way, if any."""
        return next((part for part in self.clauses if isinstance(part, Temporary)), None)

    @property
    def names(self) -> list[str]:
        """Every name that the loops bind, and the temporary's."""
        found = [name for loop in self.loops for name in bound_names(loop.target)]
        return [*found, self.temporary.name] if self.temporary else found

    @property
    def ends_in_filter(self) -> bool:
        """Whether a condition is the last thing on the way to the step."""
        return isinstance(self.clauses[-1], Filter)

    @property
    def expressions(self) -> list[ast.expr]:
        """What is evaluated on the way to the step, in order."""
        return [_expression(clause) for clause in self.clauses]


def _expression(clause: Loop | Filter | Temporary) -> ast.expr:
    match clause:
        case Filter(test):
            return test
        case Temporary(_, value):
            return value
    return clause.iter


def nest_of(loop: Loop, source: Source) -> Nest | None:
    """Read a loop as a nest; None when its body does more than lead to one step.

    At most as many loops as the project likes, and one temporary, for more reads worse as a
    comprehension. An `else` of the loop itself is the business of the caller.
    """
    return source.once(_read, loop)


def _read(loop: Loop, source: Source) -> Nest | None:
    if loop.orelse:
        loop = copy(loop)
        loop.orelse = []
    clauses: list[Loop | Filter | Temporary] = []
    body: Sequence[ast.stmt] = [loop]
    while True:
        *before, step = body
        if any((one.end_lineno or 0) >= other.lineno for one, other in pairwise(body)):
            # Statements on one line are no lines that could be moved one by one.
            return None
        for statement in before:
            clause = _guard(statement) or _temporary(statement)
            if clause is None:
                return None
            clauses.append(clause)
        match step:
            case ast.For(orelse=[]) | ast.AsyncFor(orelse=[]) if binds_names_only(step.target):
                clauses.append(step)
                body = step.body
            case ast.If(test, body, []):
                clauses.append(Filter(test, negated=False))
            case ast.If(test, [ast.Continue() | ast.Pass()], body) if body:
                clauses.append(Filter(test, negated=True))
            case ast.If(test, body, [ast.Continue() | ast.Pass()]):
                clauses.append(Filter(test, negated=False))
            case _:
                nest = Nest(tuple(clauses), step)
                return nest if _reads_well(nest, source) else None


def _guard(statement: ast.stmt) -> Filter | None:
    match statement:
        case ast.If(test, [ast.Continue()], []):
            return Filter(test, negated=True)
    return None


def _temporary(statement: ast.stmt) -> Temporary | None:
    match statement:
        case ast.Assign([ast.Name(name)], value, None):
            return Temporary(name, value)
    return None


def _reads_well(nest: Nest, source: Source) -> bool:
    kinds = [type(clause) for clause in nest.clauses]
    temporaries = kinds.count(Temporary)
    loops = len(kinds) - kinds.count(Filter) - temporaries
    return temporaries <= 1 and 1 <= loops <= source.conventions.max_for_clauses


def counts_positions(nest: Nest, source: Source) -> bool:
    """Whether a loop of the nest is better told first to hand out items instead of indices."""
    return any(isinstance(loop, ast.For) and indexed_loop(loop, source) for loop in nest.loops)


def passes_on(nest: Nest, scope: Scope, parts: Sequence[ast.expr]) -> bool:
    """Whether the temporary of a nest, if it has one, can be put in the place of its name.

    `parts` are the expressions of the step in the order of their evaluation. The value must be
    read exactly once, by what is evaluated next, before anything that its evaluation could
    depend on or change.
    """
    temporary = nest.temporary
    if temporary is None:
        return True
    position = nest.clauses.index(temporary)
    later = [*nest.expressions[position + 1 :], *parts]
    reads = [
        node
        for expression in later
        for node in walk(expression)
        if isinstance(node, ast.Name) and node.id == temporary.name
    ]
    if len(reads) != 1 or mentions(temporary.name, temporary.value):
        return False
    if any(
        isinstance(node, ast.JoinedStr) and mentions(temporary.name, node) for node in walk(*later)
    ):
        # Quotes, braces and backslashes of the value would mean something else in there.
        return False
    if any(isinstance(node, ast.NamedExpr) for node in walk(temporary.value)):
        # Not allowed in the iterable of a comprehension, and hard to find anywhere else in one.
        return False
    if any(mentions(temporary.name, part) for part in nest.expressions[:position]):
        return False
    if names_in(temporary.value) & {name for part in later for name in bound_names(part)}:
        return False
    before = evaluated_before(scope, later[0], reads[0])
    if before is None:
        return False
    return not before or is_inert(scope, temporary.value)


_TELLING = frozenset({ast.Attribute, ast.Call, ast.Name, ast.NamedExpr, ast.Yield, ast.YieldFrom})


def can_move(nest: Nest, source: Source, *parts: ast.expr) -> bool:
    """Whether the clauses, with `parts` of the step, mean the same in a scope of their own.

    Not where they would suspend the function, look at its variables or its class unseen, bind
    names that belong to another scope, or stand in a class body, whose names a comprehension
    does not see.
    """
    if source.in_class_body:
        return False
    names = set(nest.names)
    for node in walk(*nest.expressions, *parts):
        if node.__class__ not in _TELLING:
            continue
        if introspection_in(node):
            return False
        match node:
            case ast.Name("super" | "__class__"):
                return False
            case ast.Attribute(attr="_getframe" | "currentframe" | "stack"):
                return False
            case ast.NamedExpr(ast.Name(name)) if name in names:
                return False
            case ast.Yield() | ast.YieldFrom():
                return False
    for loop in nest.loops:
        if any(isinstance(node, ast.NamedExpr) for node in walk(loop.iter)):
            return False
    if _reads_ahead(nest) or _awaits_inside(nest, parts, source):
        return False
    return not any(source.is_shared(name) for name in names)


def _reads_ahead(nest: Nest) -> bool:
    """Whether a clause reads a name that only a later loop binds: the value of a round before.

    The first iterable is evaluated outside, where all names still are what they were.
    """
    bound: set[str] = set()
    for index, clause in enumerate(nest.clauses):
        later = {
            name
            for part in nest.clauses[index:]
            if isinstance(part, Loop)
            for name in bound_names(part.target)
        }
        if index and names_in(_expression(clause)) & (later - bound):
            return True
        if isinstance(clause, Loop):
            bound.update(bound_names(clause.target))
    return False


def _awaits_inside(nest: Nest, parts: Sequence[ast.expr], source: Source) -> bool:
    """Whether one comprehension would wait in another, which Python learned in 3.11.

    The first iterable is evaluated outside.
    """
    if source.may_use(3, 11):
        return False
    first, *others = nest.expressions
    inside = [part for part in (*others, *parts) if part is not first]
    return any(
        isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp) and awaits(node)
        for node in walk(*inside)
    )


def flips(kinds: Kinds, test: ast.expr) -> bool:
    """Whether `not a == b` may be written `a != b`: kinds whose `!=` is the opposite of `==`."""
    match test:
        case ast.Compare(left, [ast.Eq() | ast.NotEq()], [right]):
            known = [kinds.of(left), kinds.of(right)]
            return all(
                kind is not None and kind.name in SELF_EQUAL and kind.exact for kind in known
            )
    return False


def has_nested_choice(*nodes: ast.expr) -> bool:
    """Whether one of these is a conditional expression itself; two of them read badly."""
    return any(isinstance(node, ast.IfExp) for root in nodes for node in walk(root))
