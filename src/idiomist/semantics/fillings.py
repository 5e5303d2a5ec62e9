"""Loops that do nothing but fill a list, a set or a dict."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from idiomist.record import Record
from idiomist.semantics.effects import awaits, is_inert
from idiomist.semantics.mentions import bound_names, is_same, mentions, names_in
from idiomist.semantics.nests import (
    Loop,
    Nest,
    can_move,
    counts_positions,
    flips,
    has_nested_choice,
    nest_of,
    passes_on,
)
from idiomist.semantics.taste import is_worth_it
from idiomist.semantics.trees import walk

if TYPE_CHECKING:
    from idiomist.source import Source


class Filling(Record):
    """A nest whose step puts one thing into a container.

    `parts` are what is put there, in the order in which the loop evaluates it: the element;
    for a dict, the value and the key. With `choice`, the last part is one of two, given as
    `parts` and `otherwise`.
    """

    kind: str
    """`list`, `set` or `dict`, as the step suggests; what the container is, may be unknown."""
    container: ast.expr
    nest: Nest
    parts: tuple[ast.expr, ...]
    choice: ast.expr | None
    otherwise: ast.expr | None
    empty: ast.Assign | ast.AnnAssign | None
    """The statement in the same block that makes the container, when nothing touched it since."""
    between: tuple[ast.stmt, ...]

    @property
    def evaluated(self) -> list[ast.expr]:
        """Everything that is evaluated in each round, in the order of the loop."""
        extra = [part for part in (self.choice, self.otherwise) if part is not None]
        choice = extra[:1] if self.choice is not None else []
        return [*self.nest.expressions, *choice, *self.parts, *extra[len(choice) :]]

    @property
    def name(self) -> str:
        """The container as a plain name; empty when it is an attribute or an item."""
        return self.container.id if isinstance(self.container, ast.Name) else ""

    @property
    def updater(self) -> str:
        """The method that puts many things into such a container at once."""
        return "extend" if self.kind == "list" else "update"


def filling_of(loop: Loop, source: Source) -> Filling | None:
    """Read a loop as one that fills a container, where a comprehension could stand.

    None also where a comprehension would mean something else for a reason that cannot be
    waved away: it would suspend, see other names, or read what it is building.
    """
    return source.once(_read, loop)


def _read(loop: Loop, source: Source) -> Filling | None:
    nest = nest_of(loop, source) if not loop.orelse else None
    filling = _read_step(nest, source) if nest else None
    if nest is None or filling is None or counts_positions(nest, source):
        return None
    if filling.empty is None and (_is_inner(loop, source) or _is_method(filling, source)):
        return None
    if not _can_move(filling, source):
        return None
    step = filling.evaluated[len(nest.clauses) :]
    if nest.temporary and names_key(filling, nest.temporary.name):
        # A comprehension evaluates the key first, which is where the loop gave it a name.
        step.remove(filling.parts[1])
        step.insert(0, filling.parts[1])
    if nest.temporary and not passes_on(nest, source.scope, step):
        return None
    return filling


def names_key(filling: Filling, name: str) -> bool:
    """Whether a dict is filled under a key that only has this name because a line gave it one."""
    match filling.parts:
        case [_, ast.Name(key)]:
            return key == name
    return False


def _is_method(filling: Filling, source: Source) -> bool:
    """Whether this is how the method that would be called is made."""
    return getattr(source.function, "name", "") == filling.updater


def _is_inner(loop: Loop, source: Source) -> bool:
    """Whether a loop around this one reads as one nest with it, and speaks for both."""
    for outer in source.loops_around():
        nest = nest_of(outer, source) if isinstance(outer, Loop) else None
        if nest and any(inner is loop for inner in nest.loops[1:]):
            put = _put(nest.step)
            return put is None or not names_in(put[1]) & set(nest.names)
    return False


def _read_step(nest: Nest, source: Source) -> Filling | None:
    step, choice, otherwise = nest.step, None, None
    match step:
        case ast.If(test, [put], [other]):
            first, second = _put(put), _put(other)
            if not first or not second or first[0] != second[0]:
                return None
            same = ast.dump(first[1]) == ast.dump(second[1])
            if not same or [*map(ast.dump, first[2][1:])] != [*map(ast.dump, second[2][1:])]:
                return None
            kind, container, parts = first
            choice, otherwise = test, second[2][0]
        case _:
            put_here = _put(step)
            if put_here is None:
                return None
            kind, container, parts = put_here
    empty, between = _made_above(container, kind, source)
    return Filling(kind, container, nest, parts, choice, otherwise, empty, between)


def _put(step: ast.stmt) -> tuple[str, ast.expr, tuple[ast.expr, ...]] | None:
    match step:
        case ast.Expr(ast.Call(ast.Attribute(container, "append"), [element], [])):
            kind, parts = "list", (element,)
        case ast.Expr(ast.Call(ast.Attribute(container, "add"), [element], [])):
            kind, parts = "set", (element,)
        case ast.AugAssign(ast.Name() as container, ast.Add(), ast.List([element])):
            kind, parts = "list", (element,)
        case ast.Assign([ast.Subscript(container, key)], value) if _is_one_key(key):
            return "dict", container, (value, key)
        case _:
            return None
    return None if isinstance(element, ast.Starred) else (kind, container, parts)


def _is_one_key(key: ast.expr) -> bool:
    """Whether what stands in the brackets would be the same in front of a colon."""
    parts = key.elts if isinstance(key, ast.Tuple) else [key]
    return not any(isinstance(part, ast.Slice | ast.Starred) for part in parts)


def _made_above(
    container: ast.expr, kind: str, source: Source
) -> tuple[ast.Assign | ast.AnnAssign | None, tuple[ast.stmt, ...]]:
    if isinstance(container, ast.Attribute):
        return _attribute_made_above(container, kind, source), ()
    if not isinstance(container, ast.Name):
        return None, ()
    between: list[ast.stmt] = []
    for statement in reversed(source.before):
        match statement:
            case ast.Assign([ast.Name(name)], value, None) if name == container.id:
                made = statement if _is_empty(value, kind, source) else None
                return made, tuple(reversed(between))
            case ast.AnnAssign(ast.Name(name), value=ast.expr() as value) if name == container.id:
                made_too = statement if _is_empty(value, kind, source) else None
                return made_too, tuple(reversed(between))
        if mentions(container.id, statement) or _jumps(statement):
            break
        between.append(statement)
    return None, ()


def _attribute_made_above(container: ast.Attribute, kind: str, source: Source) -> ast.Assign | None:
    match source.before[-1:]:
        case [ast.Assign([ast.Attribute() as target], value, None) as statement]:
            if is_same(target, container) and _is_empty(value, kind, source):
                return statement
    return None


def _is_empty(value: ast.expr, kind: str, source: Source) -> bool:
    match value:
        case ast.List([]):
            return kind == "list"
        case ast.Dict([]):
            return kind == "dict"
        case ast.Call(ast.Name(name), [], []):
            return name == kind and source.scope.is_builtin(name)
    return False


def _jumps(statement: ast.stmt) -> bool:
    """Whether control may leave the block here for another place in the function."""
    return any(isinstance(node, ast.Break | ast.Continue) for node in walk(statement))


def _can_move(filling: Filling, source: Source) -> bool:
    nest, moved = filling.nest, filling.evaluated
    root = filling.container
    while isinstance(root, ast.Attribute | ast.Subscript):
        if isinstance(root, ast.Subscript) and not is_inert(source.scope, root.slice):
            return False
        root = root.value
    bound = {*nest.names, *(name for part in moved for name in bound_names(part))}
    if not isinstance(root, ast.Name) or names_in(filling.container) & bound:
        return False
    if any(is_same(node, filling.container) for part in moved for node in walk(part)):
        return False
    chosen = [part for part in (filling.choice,) if part is not None]
    if has_nested_choice(*chosen, *_shown_choices(filling)):
        return False
    return can_move(nest, source, *moved)


def _shown_choices(filling: Filling) -> list[ast.expr]:
    if filling.choice is None:
        return []
    return [filling.parts[0], *([filling.otherwise] if filling.otherwise else [])]


def evaluates_lazily(filling: Filling) -> bool:
    """Whether a generator expression could not do it, because it would be an asynchronous one."""
    return awaits(*filling.evaluated) or any(
        isinstance(loop, ast.AsyncFor) for loop in filling.nest.loops
    )


def varies(filling: Filling) -> bool:
    """Whether what is put into the container depends on the loop at all."""
    return bool(names_in(filling.parts[0]) & set(filling.nest.names))


def copies(filling: Filling, source: Source) -> str | None:
    """The builtin that copies just so, when the loop changes and leaves out nothing."""
    nest = filling.nest
    if len(nest.clauses) != 1 or filling.choice is not None:
        return None
    [loop] = nest.loops
    match loop.target, filling.parts:
        case ast.Name(item), (ast.Name(element),) if item == element:
            pass
        case ast.Tuple([ast.Name(key), ast.Name(value)]), (ast.Name(stored), ast.Name(under)):
            if (key, value) != (under, stored):
                return None
            if filling.empty and not gives_pairs(loop.iter, source) and not _are_items(loop.iter):
                # `dict(pairs)` is hardly better than a comprehension, which is sure.
                return None
        case _:
            return None
    is_sure = not filling.empty or source.scope.is_builtin(filling.kind)
    return filling.kind if is_sure and not evaluates_lazily(filling) else None


def _are_items(iterable: ast.expr) -> bool:
    match iterable:
        case ast.Call(ast.Attribute(attr="items"), [], []):
            return True
    return False


def gives_pairs(iterable: ast.expr, source: Source) -> bool:
    """Whether this is known to be an iterable of tuples of two."""
    item = source.kinds.of_item(iterable)
    return item is not None and item.items is not None and len(item.items) == 2


def lines_ok(filling: Filling, source: Source, head: str, tail: str) -> bool:
    """Whether `head`, the comprehension and `tail` take no more lines than the loop does."""
    flagged: list[ast.stmt] = [source.statement]
    if filling.empty is not None:
        flagged.insert(0, filling.empty)
    shown = [source.flat(part) for part in filling.parts]
    if filling.kind == "dict":
        shown.reverse()
    if filling.choice is not None and filling.otherwise is not None:
        at = -1 if filling.kind == "dict" else 0
        shown[at] += f" if {source.flat(filling.choice)} else {source.flat(filling.otherwise)}"
    element = ": ".join(shown)
    return is_worth_it(source, flagged, filling.nest, head, [element], tail)


def flips_of(filling: Filling, source: Source) -> list[bool]:
    """For each condition, whether its `==` may become `!=` when it is turned around."""
    return [flips(source.kinds, clause.test) for clause in filling.nest.filters]
