"""What speaks against filling a container at once: the questions behind `fillings`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from idiomist.finding import Doubt, Hazard
from idiomist.semantics import hazards
from idiomist.semantics.effects import is_inert, unknown_call
from idiomist.semantics.fillings import Filling, copies, gives_pairs, names_key
from idiomist.semantics.mentions import bound_names, is_same, mentions, names_in
from idiomist.semantics.scopes import Scope
from idiomist.semantics.trees import walk

if TYPE_CHECKING:
    from idiomist.source import Source


def comprehension_doubts(filling: Filling, source: Source) -> Iterator[Doubt]:
    """What speaks against a comprehension in the place of the empty container and the loop."""
    moved = filling.evaluated
    yield from hazards.names_go(source, filling.nest.names, moved)
    if filling.name:
        yield from hazards.half_built(source, filling.name, [*filling.between, *moved])
    else:
        shown, line = source.flat(filling.container), filling.container.lineno
        reason = f"`{shown}` on line {line} may be seen by others before it is complete"
        yield Doubt(Hazard.HALF_BUILT, line, reason)
    yield from _order_doubts(filling, source)
    yield from _copy_doubts(filling, filling.kind, source)


def update_doubts(filling: Filling, source: Source) -> Iterator[Doubt]:
    """What speaks against one call of `extend` or `update` with a generator."""
    moved: list[ast.AST] = [*filling.evaluated]
    yield from hazards.names_go(source, filling.nest.names, moved)
    yield from hazards.stops_early(source, filling.evaluated)
    yield from _order_doubts(filling, source)
    shown = source.flat(filling.container)
    kind = source.kinds.of(filling.container)
    wanted = ("list", "deque") if filling.kind == "list" else (filling.kind,)
    line = filling.container.lineno
    if kind is None or kind.name not in wanted:
        yield Doubt(
            Hazard.UNKNOWN_KIND,
            line,
            f"nothing tells that `{shown}` on line {line} is a {filling.kind}",
        )
    elif not kind.exact:
        yield Doubt(
            Hazard.UNKNOWN_KIND,
            line,
            f"`{shown}` on line {line} may be a {filling.kind} of a special kind, "
            "with methods of its own",
        )
    yield from _evaluated_anyway(filling, source)
    yield from _copy_doubts(filling, filling.updater, source)
    if filling.name and source.scope.owner(filling.name) is source.scope:
        return
    yield from hazards.rebound_meanwhile(source, filling.container, moved)


def _copy_doubts(filling: Filling, function: str, source: Source) -> Iterator[Doubt]:
    """What speaks against a builtin that copies: it does not only iterate, as a loop does.

    What makes a list asks for the length first; what makes a set takes over the table of a set or
    dict; what makes a dict asks for keys, and says in its own words what is wrong with a pair.
    """
    if not copies(filling, source):
        return
    iterable = filling.nest.loops[0].iter
    line, shown = iterable.lineno, source.flat(iterable)
    kind = source.kinds.of(iterable)
    match filling.kind:
        case "dict" if not gives_pairs(iterable, source):
            reason = f"nothing tells that `{shown}` on line {line} gives pairs"
        case "list" if kind is None:
            reason = f"`{function}` asks `{shown}` on line {line} for its length"
        case "set" if kind is None:
            reason = f"`{function}` may copy `{shown}` on line {line} without iterating over it"
        case "set" if kind and kind.name in _TABLES:
            reason = f"`{function}` may put what `{shown}` on line {line} holds into another order"
        case _:
            return
    yield Doubt(Hazard.UNKNOWN_KIND, line, reason)


_TABLES = frozenset({"set", "frozenset", "dict"})


def _evaluated_anyway(filling: Filling, source: Source) -> Iterator[Doubt]:
    """Doubts about looking the container up even when there is nothing to put in."""
    container = filling.container
    shown, line = source.flat(container), container.lineno
    match container:
        case ast.Name(name):
            yield from hazards.may_be_unbound(source, name)
        case ast.Subscript():
            reason = f"`{shown}` on line {line} is now looked up even if there is nothing to add"
            yield Doubt(Hazard.EXCEPTION, line, reason)
        case _:
            assert isinstance(container, ast.Attribute)
            yield from hazards.may_be_missing(source, container)


def _order_doubts(filling: Filling, source: Source) -> Iterator[Doubt]:
    if temporary := filling.nest.temporary:
        yield from hazards.looked_up_earlier(
            source, temporary.name, temporary.value, filling.evaluated
        )
    if filling.kind != "dict":
        return
    value, key = filling.parts
    values = [part for part in (filling.choice, value, filling.otherwise) if part is not None]
    own = {name for loop in filling.nest.loops for name in bound_names(loop.target)}
    temporary = filling.nest.temporary
    if temporary and not _is_inert_inside(source.scope, temporary.value, own, set()):
        own.discard(temporary.name)
        values = [part for part in values if not mentions(temporary.name, part)]
        values += [temporary.value]
    if temporary and names_key(filling, temporary.name):
        return
    rebound = {name for part in (key, *values) for name in _walrus_names(part)}
    inert_values = all(_is_inert_inside(source.scope, part, own, rebound) for part in values)
    if inert_values or _is_inert_inside(source.scope, key, own, rebound):
        for name in sorted(names_in(key) - own) if not inert_values else ():
            yield from hazards.may_be_unbound(source, name)
        return
    if all(_only_reads(source.scope, part, own, rebound) for part in (key, *values)):
        return
    if _only_reads(source.scope, key, own, rebound) and not unknown_call(source.kinds, *values):
        if any(is_same(part, key) for value in values for part in walk(value)):
            # Where the key cannot be had, the value cannot, for the same reason.
            return
    yield Doubt(
        Hazard.EVALUATION_ORDER,
        key.lineno,
        f"the key `{source.flat(key)}` on line {key.lineno} would be evaluated before its value",
    )


def _walrus_names(node: ast.expr) -> set[str]:
    return {part.target.id for part in walk(node) if isinstance(part, ast.NamedExpr)}


def _is_inert_inside(scope: Scope, node: ast.expr, own: set[str], rebound: set[str]) -> bool:
    """Inert where the loop's names have become the comprehension's own."""
    match node:
        case ast.Name(name) if name in rebound:
            return False
        case ast.Name(name) if name in own:
            return True
        case ast.Tuple(parts):
            return all(_is_inert_inside(scope, part, own, rebound) for part in parts)
    return is_inert(scope, node)


def _only_reads(scope: Scope, node: ast.expr, own: set[str], rebound: set[str]) -> bool:
    """Whether this is inert, or reads attributes of what is: two such may change places."""
    match node:
        case ast.Attribute(value):
            return _only_reads(scope, value, own, rebound)
        case ast.Tuple(parts):
            return all(_only_reads(scope, part, own, rebound) for part in parts)
    return _is_inert_inside(scope, node, own, rebound)
