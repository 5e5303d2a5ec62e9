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
    """Every place in a file that gives an attribute of any object a value, by attribute.

    Read once for a file. An entry tells the scope, the statement (or the target, when that is a
    part of one), and the class whose own attribute it is: None for that of another object.
    """

    def __init__(self, module: Scope):
        self.by_name: dict[str, list[tuple[Scope, ast.AST, Scope | None]]] = {}
        self.known: dict[tuple[Scope, str], Kind | None] = {}
        self.asked: set[tuple[Scope, str]] = set()
        self.bases: dict[str, set[str]] = {}
        for scope in (module, *module.descendants()):
            if isinstance(scope.node, ast.ClassDef) and scope.kind is ScopeKind.CLASS:
                self.bases.setdefault(scope.name, set()).update(_base_names(scope.node))
            if isinstance(scope.node, (*FUNCTIONS, ast.Module)) and scope.kind in _WITH_STATEMENTS:
                for statement in _own_statements(scope.node):
                    self._read(scope, statement)

    @classmethod
    def of(cls, scope: Scope) -> Stores:
        """The stores of the file that a scope is in."""
        module = scope.module
        found = module.memo.get(cls)
        if found is None:
            found = module.memo[cls] = cls(module)
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
                    place = statement if part is node else node
                    entry = (method, place, _class_of(method, node.value))
                    self.by_name.setdefault(node.attr, []).append(entry)

    def kind(self, cls: Scope, attribute: str) -> Kind | None:
        """The one kind that all places which may concern the class give, if they do."""
        key = (cls, attribute)
        if key in self.known:
            return self.known[key]
        if key in self.asked:
            return None
        self.asked.add(key)
        kinds = [
            Kinds(cls)._of_binder(binder, attribute) for binder in cls.binders.get(attribute, ())
        ]
        for scope, store, owner in self.by_name.get(attribute, ()):
            if owner is None or owner is cls or self._are_related(owner.name, cls.name):
                kinds.append(_kind_stored(scope, store, kinds))
        self.asked.discard(key)
        found = _agreed(kinds)
        if not self.asked:
            # What was found on the way to another attribute may be less than there is to know.
            self.known[key] = found
        return found

    def _are_related(self, first: str, second: str) -> bool:
        """Whether one class is, by its bases in this file, a subclass of the other."""
        return second in self._ancestors(first) or first in self._ancestors(second)

    def _ancestors(self, name: str) -> set[str]:
        found: set[str] = set()
        pending = [name]
        while pending:
            for base in self.bases.get(pending.pop(), ()):
                if base not in found:
                    found.add(base)
                    pending.append(base)
        return found


_WITH_STATEMENTS = (ScopeKind.FUNCTION, ScopeKind.MODULE)


def _base_names(node: ast.ClassDef) -> set[str]:
    names = (base.attr if isinstance(base, ast.Attribute) else base for base in node.bases)
    return {name if isinstance(name, str) else getattr(name, "id", "") for name in names}


def _class_of(method: Scope, owner: ast.expr) -> Scope | None:
    """The class of whose instance `owner` is the first parameter of a method, if it is."""
    cls, arguments = method.parent, getattr(method.node, "args", None)
    if cls is None or cls.kind is not ScopeKind.CLASS or not isinstance(arguments, ast.arguments):
        return None
    first = next(iter([*arguments.posonlyargs, *arguments.args]), None)
    return cls if first and isinstance(owner, ast.Name) and owner.id == first.arg else None


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
