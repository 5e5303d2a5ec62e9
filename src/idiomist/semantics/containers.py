"""What becomes of a container: is it changed, or out of everyone else's reach?"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from idiomist.semantics.effects import is_used_up, unknown_call, walk_with_kinds
from idiomist.semantics.kind import IMMUTABLE
from idiomist.semantics.kinds import Kinds
from idiomist.semantics.mentions import (
    MUTATORS,
    Treatment,
    body_of,
    is_same,
    mentions_of,
    rebinds,
)
from idiomist.semantics.scopes import Scope
from idiomist.semantics.trees import walk


def is_private(scope: Scope, name: str) -> bool:
    """Whether the container bound to a local name can be reached through that name only.

    It was made here (a display, a comprehension, a constructor, a method that returns a new
    object), and neither a closure nor any other place got hold of it.
    """
    owner = scope.owner(name)
    if owner.parent is None or not owner.binds(name):
        return False
    mention = ast.Name(name, ast.Load())
    for inner in owner.captures(name):
        treatments = {treatment for _, treatment in mentions_of(owner, mention, inner.node)}
        if treatments - {Treatment.READ} and not is_used_up(owner, inner.node, owner.node):
            return False
    if not all(_makes_anew(Kinds(owner), binder, name) for binder in owner.binders[name]):
        return False
    return all(
        treatment is not Treatment.HAND_ON
        for _, treatment in mentions_of(owner, mention, *body_of(owner))
    )


def _makes_anew(kinds: Kinds, binder: ast.AST, name: str) -> bool:
    match binder:
        case ast.Assign([ast.Name()], value) | ast.AnnAssign(value=ast.expr() as value):
            return makes_anew(kinds, value)
        case ast.AugAssign():
            return True
    return False


def makes_anew(kinds: Kinds, value: ast.expr) -> bool:
    """Whether an expression gives a container that nobody else holds."""
    match value:
        case ast.List() | ast.Dict() | ast.Set() | ast.Tuple() | ast.Constant() | ast.JoinedStr():
            return True
        case ast.ListComp() | ast.DictComp() | ast.SetComp():
            return True
        case ast.Call():
            # A known call gives a new object: constructors, sorted, str.split, re.findall, ...
            return kinds.of(value) is not None and kinds.scope.full_name(value.func) != "iter"
        case ast.BinOp():
            return kinds.of(value) is not None
        case ast.Subscript(slice=ast.Slice()):
            return kinds.of(value) is not None
    return False


def changes(scope: Scope, container: ast.expr, region: Sequence[ast.AST]) -> ast.AST | None:
    """The first mention in `region` that changes the container, or rebinds it or its owner."""
    found: list[ast.AST] = [
        node
        for node, treatment in mentions_of(scope, container, *region)
        if treatment in (Treatment.CHANGE, Treatment.REBIND)
    ]
    root = container
    while isinstance(root, ast.Attribute | ast.Subscript):
        root = root.value
        mentions = mentions_of(scope, root, *region)
        found += [node for node, treatment in mentions if treatment is Treatment.REBIND]
    if isinstance(root, ast.Name) and (binder := rebinds({root.id}, *region)):
        found.append(binder)
    return min(found, key=lambda node: getattr(node, "lineno", 0), default=None)


def may_be_changed_by_others(
    kinds: Kinds, container: ast.expr, region: Sequence[ast.AST]
) -> ast.AST | None:
    """The first thing in `region` that may change the container out of our sight.

    Either `region` hands it to somebody, or it runs unknown code while others may hold it.
    """
    kind = kinds.of(container)
    scope = kinds.scope
    if isinstance(container, ast.Name):
        steady = not _is_rebound_elsewhere(scope, container.id)
        if kind and kind.name in IMMUTABLE and kind.exact and steady:
            return None
        if steady and is_private(scope, container.id):
            return None
    handed_on = [
        node
        for node, treatment in mentions_of(scope, container, *region)
        if treatment is Treatment.HAND_ON
    ]
    if handed_on:
        return handed_on[0]
    return (
        unknown_call(kinds, *region)
        or sets_path(container, region)
        or _changed_alias(kinds, container, region)
    )


def sets_path(path: ast.expr, region: Sequence[ast.AST]) -> ast.Attribute | None:
    """The first place that sets an attribute of a path, perhaps of the same object.

    It may be known by another name there: `other.rows = []` where `other` is `self`.
    """
    attributes = {node.attr for node in walk(path) if isinstance(node, ast.Attribute)}
    for node in walk(*region) if attributes else ():
        if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
            if node.attr in attributes and not is_same(node, path):
                return node
    return None


def _changed_alias(kinds: Kinds, container: ast.expr, region: Sequence[ast.AST]) -> ast.expr | None:
    """The first change of something else that may be the very same object."""
    kind = kinds.of(container)
    for node, there in walk_with_kinds(kinds, *region):
        match node:
            case ast.Call(ast.Attribute(other, method)) if method in MUTATORS:
                pass
            case ast.Subscript(other, ctx=ast.Store() | ast.Del()):
                pass
            case ast.AugAssign(target=other):
                pass
            case ast.Call(function, [other, *_]) if there.scope.full_name(function) in _CHANGERS:
                pass
            case _:
                continue
        if is_same(other, container) or _is_made_here(there, other):
            continue
        other_kind = there.of(other)
        if kind is None or other_kind is None or kind.name == other_kind.name:
            return other
    return None


_CHANGERS = frozenset(
    {
        *(f"bisect.{name}" for name in ("insort", "insort_left", "insort_right")),
        *(f"heapq.{name}" for name in ("heapify", "heappop", "heappush", "heappushpop")),
        *("heapq.heapreplace", "random.shuffle", "operator.delitem", "operator.setitem"),
        *("operator.iadd", "operator.iconcat", "operator.imul"),
    }
)
"""Functions that change the container that they are given first."""


def _is_made_here(kinds: Kinds, node: ast.expr) -> bool:
    """Whether a local name stands for an object that was made in this function."""
    if not isinstance(node, ast.Name):
        return False
    owner = kinds.scope.owner(node.id)
    return owner is kinds.scope and all(
        _makes_anew(kinds, binder, node.id) for binder in owner.binders.get(node.id, ())
    )


def _is_rebound_elsewhere(scope: Scope, name: str) -> bool:
    """Whether code outside of this function may give the name another value while it runs."""
    owner = scope.owner(name)
    if owner.parent is None:
        return name in owner.declared_global or not owner.binds_once(name)
    if owner is scope:
        return any(name in inner.free_names for inner in scope.children) and not owner.binds_once(
            name
        )
    return not owner.binds_once(name)
