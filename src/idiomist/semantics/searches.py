"""Loops that look for something and stop when they have found it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from idiomist.finding import Doubt
from idiomist.record import Record
from idiomist.semantics import hazards
from idiomist.semantics.effects import awaits, is_inert
from idiomist.semantics.kind import SELF_EQUAL
from idiomist.semantics.mentions import mentions, names_in, rebinds
from idiomist.semantics.nests import (
    Filter,
    Nest,
    Temporary,
    can_move,
    counts_positions,
    flips,
    nest_of,
    passes_on,
)
from idiomist.semantics.scopes import FUNCTIONS

if TYPE_CHECKING:
    from idiomist.source import Source


class Search(Record):
    """A nest that ends at its first match, by `return` or by an assignment and `break`.

    `found` is the value on a match, `missed` the one without (None: there is no such
    statement, and the function ends there). `statements` are all that belong to it, with
    `between` among them, which only happens to stand there.
    """

    nest: Nest
    found: ast.expr
    missed: ast.expr | None
    name: str
    """The variable that keeps the match; empty when it is returned."""
    statements: tuple[ast.stmt, ...]
    between: tuple[ast.stmt, ...] = ()
    has_else: bool = False

    @property
    def nest_names(self) -> list[str]:
        """The names that the loop binds on its way."""
        return [name for name in self.nest.names if name != self.name]

    @property
    def is_lazy(self) -> bool:
        """Whether a generator could not do it, because it would be an asynchronous one."""
        return awaits(*self.nest.expressions, self.found) or any(
            isinstance(loop, ast.AsyncFor) for loop in self.nest.loops
        )

    def flips(self, source: Source) -> list[bool]:
        """For each condition, whether its `==` may become `!=` when it is turned around."""
        return [flips(source.kinds, clause.test) for clause in self.nest.filters]


def search_of(loop: ast.For, source: Source) -> Search | None:
    """Read a loop as a search; None also where a generator would mean something else."""
    return source.once(_read, loop)


def _read(loop: ast.For, source: Source) -> Search | None:
    nest = nest_of(loop, source)
    search = _read_end(loop, nest, source) if nest else None
    if nest is None or search is None or counts_positions(nest, source):
        return None
    if search.is_lazy or not can_move(nest, source, search.found):
        return None
    if not search.name and not passes_on(nest, source.scope, [search.found]):
        return None
    return search


def _read_end(loop: ast.For, nest: Nest, source: Source) -> Search | None:
    match nest.step:
        case ast.Return(ast.expr() as found):
            return _returning(loop, nest, found, source)
        case ast.Break():
            return _keeping(loop, nest, source)
    return None


def _returning(loop: ast.For, nest: Nest, found: ast.expr, source: Source) -> Search | None:
    match loop.orelse, source.following:
        case [ast.Return(missed)], _:
            statements: tuple[ast.stmt, ...] = (loop,)
        case [], ast.Return(missed) as last:
            statements = (loop, last)
        case [], None if isinstance(source.place.owner, FUNCTIONS):
            return Search(nest, found, None, "", (loop,))
        case _:
            return None
    if missed is not None:
        names = names_in(missed)
        if not is_inert(source.scope, missed) or (names and rebinds(names, loop)):
            return None
    return Search(nest, found, missed, "", statements, has_else=bool(loop.orelse))


def member_sought(search: Search, source: Source) -> ast.expr | None:
    """The value, when a search only asks whether it equals an item of a list or tuple.

    None unless `in` is sure to give the same answer: it looks at the value once, even when
    there are no items, and takes an object to be equal to itself.
    """
    match search.nest.clauses:
        case [ast.For(ast.Name(item), iterable), Filter(ast.Compare(left, [operator], [right]))]:
            pass
        case _:
            return None
    [condition] = search.nest.filters
    if not isinstance(operator, ast.NotEq if condition.negated else ast.Eq):
        return None
    if condition.negated and not flips(source.kinds, condition.test):
        return None
    wanted = right if mentions(item, left) else left
    items = left if wanted is right else right
    if not isinstance(items, ast.Name) or items.id != item or mentions(item, wanted):
        return None
    kinds = source.kinds
    container, members, value = kinds.of(iterable), kinds.of_item(iterable), kinds.of(wanted)
    if container is None or container.name not in ("list", "tuple"):
        return None
    if not (members and members.name in SELF_EQUAL and value and value.name in SELF_EQUAL):
        return None
    if not is_inert(source.scope, wanted):
        return None
    unbound = isinstance(wanted, ast.Name) and any(hazards.may_be_unbound(source, wanted.id))
    return None if unbound else wanted


def generator_doubts(search: Search, source: Source) -> Iterator[Doubt]:
    """What speaks against a generator that is asked for its first item."""
    moved = [*search.nest.expressions, search.found]
    yield from hazards.names_go(source, search.nest_names, moved)
    temporary = search.nest.temporary
    if temporary and not search.name:
        yield from hazards.looked_up_earlier(source, temporary.name, temporary.value, moved)
    yield from hazards.stops_early(source, moved)


def _keeping(loop: ast.For, nest: Nest, source: Source) -> Search | None:
    kept = nest.clauses[-1]
    if not isinstance(kept, Temporary) or len(nest.loops) != 1:
        return None
    parts = [*nest.expressions[:-1], kept.value]
    if any(mentions(kept.name, part) for part in (*parts, loop.target)):
        return None
    match loop.orelse:
        case [ast.Assign([ast.Name(name)], missed)] if name == kept.name:
            if not is_inert(source.scope, missed) or rebinds(names_in(missed), loop):
                return None
            return Search(nest, kept.value, missed, name, (loop,), has_else=True)
        case []:
            return _with_default_above(loop, nest, kept, source)
    return None


def _with_default_above(
    loop: ast.For, nest: Nest, kept: Temporary, source: Source
) -> Search | None:
    between: list[ast.stmt] = []
    for statement in reversed(source.before):
        match statement:
            case ast.Assign([ast.Name(name)], ast.expr() as missed, None) if name == kept.name:
                pass
            case ast.AnnAssign(ast.Name(name), value=ast.expr() as missed) if name == kept.name:
                pass
            case _:
                if mentions(kept.name, statement) or hasattr(statement, "body"):
                    return None
                between.insert(0, statement)
                continue
        moved = (*between, loop)
        if not is_inert(source.scope, missed) or any(
            mentions(each, *moved) for each in names_in(missed)
        ):
            return None
        return Search(nest, kept.value, missed, name, (statement, *moved), tuple(between))
    return None
