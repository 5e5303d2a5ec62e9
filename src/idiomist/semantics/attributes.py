"""Which kind the attributes of a class have, from every place that assigns them."""

from __future__ import annotations

import ast
from typing import NamedTuple

from idiomist.semantics.annotations import of_annotation
from idiomist.semantics.kind import IMMUTABLE, Kind
from idiomist.semantics.kinds import Kinds
from idiomist.semantics.mentions import bound_names, names_of
from idiomist.semantics.scopes import FUNCTIONS, Scope, scope_inside
from idiomist.semantics.trees import inner_statements, walk


class _Store(NamedTuple):
    """One place that gives an attribute a value.

    `around` are the functions and classes that it stands in; `place` is the statement, or the
    target when that is only a part of one; `owner` is the class whose own attribute it is,
    empty for that of another object.
    """

    around: tuple[ast.AST, ...]
    place: ast.AST
    owner: str


class Stores:
    """Every place in a file that gives an attribute of any object a value, by attribute.

    Read once for a file.
    """

    def __init__(self, module: Scope):
        self.module = module
        self.by_name: dict[str, list[_Store]] = {}
        self.known: dict[tuple[Scope, str], Kind | None] = {}
        self.asked: set[tuple[Scope, str]] = set()
        self.bases: dict[str, set[str]] = {}
        self.in_bodies: dict[str, set[str]] = {}
        """The classes whose bodies bind a name, by that name."""
        text = module.text
        self.stores_by_name = text is None or b"setattr" in text or b"__dict__" in text
        assert isinstance(module.node, ast.Module)
        pending: list[tuple[ast.stmt, tuple[ast.AST, ...]]] = [(s, ()) for s in module.node.body]
        while pending:
            statement, around = pending.pop()
            self._read(statement, around)
            if isinstance(statement, ast.ClassDef):
                self.bases.setdefault(statement.name, set()).update(_base_names(statement))
                for inner in statement.body:
                    for name in _bound_by(inner):
                        self.in_bodies.setdefault(name, set()).add(statement.name)
            if isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
                around = (*around, statement)
            pending += [(inner, around) for inner in inner_statements(statement)]

    @classmethod
    def of(cls, scope: Scope) -> Stores:
        """The stores of the file that a scope is in."""
        module = scope.module
        found = module.memo.get(cls)
        if found is None:
            found = module.memo[cls] = cls(module)
        assert isinstance(found, cls)
        return found

    def _read(self, statement: ast.stmt, around: tuple[ast.AST, ...]) -> None:
        match statement:
            case ast.Assign(targets=targets) | ast.Delete(targets):
                parts = targets
            case ast.AnnAssign(target=target) | ast.AugAssign(target=target):
                parts = [target]
            case ast.For(target=target) | ast.AsyncFor(target=target):
                parts = [target]
            case ast.With(items) | ast.AsyncWith(items):
                parts = [item.optional_vars for item in items if item.optional_vars]
            case _:
                return
        for part in parts:
            if isinstance(part, ast.Name):
                continue
            for node in walk(part):
                if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
                    place = statement if part is node else node
                    store = _Store(around, place, _owner_class(around, node.value))
                    self.by_name.setdefault(node.attr, []).append(store)

    def kind(self, cls: Scope, attribute: str) -> Kind | None:
        """The one kind that all places which may concern the class give, if they do."""
        others = self.in_bodies.get(attribute, set()) - {cls.name}
        if any(self._are_related(other, cls.name) for other in others):
            return None
        key = (cls, attribute)
        if key in self.known:
            return self.known[key]
        if key in self.asked:
            return None
        self.asked.add(key)
        kinds = [
            Kinds(cls)._of_binder(binder, attribute) for binder in cls.binders.get(attribute, ())
        ]
        for around, place, owner in self.by_name.get(attribute, ()):
            if owner in ("", cls.name) or self._are_related(owner, cls.name):
                kinds.append(_kind_stored(scope_inside(self.module, around), place, kinds))
        self.asked.discard(key)
        found = _agreed(kinds)
        if found and self.stores_by_name:
            found = found._replace(item=None, items=None, exact=False)
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


def _bound_by(statement: ast.stmt) -> tuple[str, ...]:
    match statement:
        case ast.Assign(targets):
            return tuple(name for target in targets for name in bound_names(target))
        case ast.AnnAssign(target):
            return tuple(bound_names(target))
    return names_of(statement)


def _base_names(node: ast.ClassDef) -> set[str]:
    names = (base.attr if isinstance(base, ast.Attribute) else base for base in node.bases)
    return {name if isinstance(name, str) else getattr(name, "id", "") for name in names}


def _owner_class(around: tuple[ast.AST, ...], owner: ast.expr) -> str:
    """The name of the class of whose instance `owner` is the first parameter, else nothing."""
    match around[-2:]:
        case [ast.ClassDef(name), ast.FunctionDef(args=args) | ast.AsyncFunctionDef(args=args)]:
            first = next(iter([*args.posonlyargs, *args.args]), None)
            if first and isinstance(owner, ast.Name) and owner.id == first.arg:
                return name
    return ""


def _kind_stored(method: Scope, store: ast.AST, before: list[Kind | None]) -> Kind | None:
    kinds = Kinds(method, depth=5)
    match store:
        case ast.Assign(value=value):
            return kinds.of(value)
        case ast.AnnAssign(annotation=annotation, value=value):
            return (kinds.of(value) if value else None) or of_annotation(method, annotation)
        case ast.AugAssign(op=ast.Add()) if before and before[0] and before[0].name == "list":
            return before[0]._replace(item=None)
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
    return known[0]._replace(item=known[0].item if same else None, items=None, exact=exact)


def methods_defined_in(module: Scope) -> frozenset[str]:
    """The names of all methods of classes in a file."""
    found = module.memo.get(methods_defined_in)
    if found is None:
        found = module.memo[methods_defined_in] = frozenset(
            statement.name
            for node in walk(module.node)
            if isinstance(node, ast.ClassDef)
            for statement in node.body
            if isinstance(statement, FUNCTIONS)
        )
    assert isinstance(found, frozenset)
    return found
