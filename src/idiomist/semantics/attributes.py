"""Which kind the attributes of a class have, from every place that assigns them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from idiomist.semantics.kind import IMMUTABLE, Kind
from idiomist.semantics.kinds import Kinds
from idiomist.semantics.scopes import FUNCTIONS, Scope, ScopeKind
from idiomist.semantics.trees import children, walk


class Stores:
    """Every place in a class that gives an attribute of any object a value, by attribute.

    Read once for a class; each entry is a scope and a way to tell the kind of the value there.
    """

    def __init__(self, cls: Scope):
        self.by_name: dict[str, list[tuple[Scope, ast.AST]]] = {}
        self.known: dict[str, Kind | None] = {}
        self.asked: set[str] = set()
        for method in cls.descendants():
            if isinstance(method.node, FUNCTIONS) and method.kind is ScopeKind.FUNCTION:
                for statement in _own_statements(method.node):
                    self._read(method, statement)

    @classmethod
    def of(cls, scope: Scope) -> Stores:
        found = scope.memo.get(cls)
        if found is None:
            found = scope.memo[cls] = cls(scope)
        assert isinstance(found, cls)
        return found

    def _read(self, method: Scope, statement: ast.stmt) -> None:
        match statement:
            case ast.Assign(targets=targets):
                parts = targets
            case ast.AnnAssign(target=target) | ast.AugAssign(target=target):
                parts = [target]
            case ast.For(target=target) | ast.AsyncFor(target=target):
                parts = [target]
            case ast.With(items) | ast.AsyncWith(items):
                parts = [item.optional_vars for item in items if item.optional_vars]
            case ast.Delete(targets):
                parts = targets
            case _:
                return
        for part in parts:
            for node in walk(part):
                if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
                    whole = part is node
                    entry = (method, statement if whole else node)
                    self.by_name.setdefault(node.attr, []).append(entry)

    def kind(self, cls: Scope, attribute: str) -> Kind | None:
        """The one kind that all these places give, if they do."""
        if attribute in self.known:
            return self.known[attribute]
        if attribute in self.asked:
            return None
        self.asked.add(attribute)
        kinds = [
            Kinds(cls)._of_binder(binder, attribute) for binder in cls.binders.get(attribute, ())
        ]
        for method, store in self.by_name.get(attribute, ()):
            kinds.append(_kind_stored(method, store, kinds))
        self.asked.discard(attribute)
        found = _agreed(kinds)
        if not self.asked:
            # What was found on the way to another attribute may be less than there is to know.
            self.known[attribute] = found
        return found


def _kind_stored(method: Scope, store: ast.AST, before: list[Kind | None]) -> Kind | None:
    kinds = Kinds(method, depth=5)
    match store:
        case ast.Assign(value=value):
            return kinds.of(value)
        case ast.AnnAssign(annotation=annotation, value=value):
            return (kinds.of(value) if value else None) or kinds.of_annotation(annotation)
        case ast.AugAssign(op=ast.Add()) if before and before[0] and before[0].name == "list":
            return replace(before[0], item=None)
        case ast.AugAssign(value=value):
            return kinds.of(value)
    return None


def _agreed(kinds: list[Kind | None]) -> Kind | None:
    if not kinds or None in kinds:
        return None
    known = [kind for kind in kinds if kind]
    if any(kind.name != known[0].name for kind in known):
        return None
    same = all(kind.item == known[0].item for kind in known) and known[0].name in IMMUTABLE
    exact = all(kind.exact for kind in known)
    return replace(known[0], item=known[0].item if same else None, items=None, exact=exact)


def _own_statements(function: ast.AST) -> Iterator[ast.stmt]:
    pending: list[ast.AST] = [function]
    while pending:
        node = pending.pop()
        for child in children(node):
            if isinstance(child, ast.stmt):
                yield child
                if not isinstance(child, (*FUNCTIONS, ast.ClassDef)):
                    pending.append(child)
            elif isinstance(child, ast.ExceptHandler | ast.match_case):
                pending.append(child)
