"""Which kind the attributes of a class have, from every place that assigns them."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from functools import cached_property

from idiomist.record import Record
from idiomist.semantics.annotations import of_annotation
from idiomist.semantics.kind import IMMUTABLE, Kind
from idiomist.semantics.kinds import Kinds
from idiomist.semantics.mentions import bound_names, names_of
from idiomist.semantics.scopes import FUNCTIONS, Scope, scope_inside
from idiomist.semantics.trees import inner_statements, statements_below, walk


class _Store(Record):
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
        self.bases: dict[str, list[ast.expr]] = {}
        self._above: dict[str, frozenset[str]] = {}
        self._relatives: dict[str, frozenset[str]] = {}
        self.in_bodies: dict[str, set[str]] = {}
        """The classes whose bodies bind a name, by that name."""
        assert isinstance(module.node, ast.Module)
        pending: list[tuple[ast.stmt, tuple[ast.AST, ...]]] = [(s, ()) for s in module.node.body]
        while pending:
            statement, around = pending.pop()
            self._read(statement, around)
            if isinstance(statement, ast.ClassDef):
                self.bases.setdefault(statement.name, []).extend(statement.bases)
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
                    store = _Store(around, place, owner_class(around, node.value))
                    self.by_name.setdefault(node.attr, []).append(store)

    def kind(self, cls: Scope, attribute: str) -> Kind | None:
        """The one kind that all places which may concern the class give, if they do."""
        others = self.in_bodies.get(attribute, set()) - {cls.name}
        if sets_by_name(self.module) or any(self._are_related(other, cls.name) for other in others):
            return None
        key = (cls, attribute)
        if key in self.known:
            return self.known[key]
        if key in self.asked:
            return None
        self.asked.add(key)
        bound_in_body = cls.binders.get(attribute, ())
        kinds = [self._kind_in_body(cls, binder, attribute) for binder in bound_in_body]
        for store in self.by_name.get(attribute, ()):
            if store.owner in ("", cls.name) or self._are_related(store.owner, cls.name):
                scope = scope_inside(self.module, store.around)
                kinds.append(_kind_stored(scope, store.place, kinds))
        self.asked.discard(key)
        found = _agreed(kinds)
        if not self.asked:
            # What was found on the way to another attribute may be less than there is to know.
            self.known[key] = found
        return found

    def _kind_in_body(self, cls: Scope, binder: ast.AST, attribute: str) -> Kind | None:
        """What the body of a class says; where others make something of it, only annotations."""
        if self._is_plain(cls.node):
            return Kinds(cls)._of_binder(binder, attribute)
        match binder:
            case ast.AnnAssign(annotation=annotation):
                return of_annotation(cls, annotation)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                return Kinds(cls)._of_binder(binder, attribute)
        return None

    def _is_plain(self, node: ast.AST) -> bool:
        """Whether what the body of a class binds is just what its objects find."""
        assert isinstance(node, ast.ClassDef)
        around = {node.name} | self._bases_of(node.name)
        return not (node.decorator_list or node.keywords) and around <= self.bases.keys()

    def has_other_init(self, name: str) -> bool:
        """Whether objects of a class, as far as this file tells, may be made by another's."""
        below = _reachable(name, self._subclasses)
        others = below.union(*map(self._bases_of, below)) - {name, *self._bases_of(name)}
        is_given = "__init__" in self.by_name
        return is_given or not others.isdisjoint(self.in_bodies.get("__init__", ()))

    def _are_related(self, first: str, second: str) -> bool:
        """Whether one object may be of both classes, as far as this file tells."""
        if first not in self._relatives:
            below = _reachable(first, self._subclasses)
            self._relatives[first] = frozenset({first, *below}.union(*map(self._bases_of, below)))
        relatives = self._relatives[first] | self._bases_of(first)
        return second in relatives or "" in relatives or "" in self._bases_of(second)

    @cached_property
    def _named_bases(self) -> dict[str, list[str]]:
        return {name: [*map(self._named, bases)] for name, bases in self.bases.items()}

    @cached_property
    def _subclasses(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, bases in self._named_bases.items():
            for base in bases:
                found.setdefault(base, []).append(name)
        return found

    def _bases_of(self, name: str) -> frozenset[str]:
        """All bases of a class; those from elsewhere by full names, `""` for one nobody knows."""
        if name not in self._above:
            self._above[name] = _reachable(name, self._named_bases) - {"object"}
        return self._above[name]

    def _named(self, base: ast.expr) -> str:
        if isinstance(base, ast.Subscript):
            return self._named(base.value)
        name: str = base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "")
        return name if name in self.bases else self.module.full_name(base) or ""


def _reachable(start: str, edges: Mapping[str, Sequence[str]]) -> frozenset[str]:
    found: set[str] = set()
    pending = [start]
    while pending:
        new = set(edges.get(pending.pop(), ())) - found
        found |= new
        pending += new
    return frozenset(found)


def _bound_by(statement: ast.stmt) -> tuple[str, ...]:
    match statement:
        case ast.Assign(targets):
            return tuple(name for target in targets for name in bound_names(target))
        case ast.AnnAssign(target):
            return tuple(bound_names(target))
    return names_of(statement)


def owner_class(around: tuple[ast.AST, ...], owner: ast.expr) -> str:
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
            return before[0].replace(item=None)
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
    return known[0].replace(item=known[0].item if same else None, items=None, exact=exact)


def is_own_method(scope: Scope, method: ast.Attribute) -> bool:
    """Whether this is `self.name`, a method of the class around that nothing in the file sets."""
    cls = scope.parent
    if cls is None or not owner_class((cls.node, scope.node), method.value):
        return False
    is_replaced = method.attr in Stores.of(scope).by_name or sets_by_name(scope.module)
    return method.attr in cls.binders and not is_replaced


_BY_NAME = (b"setattr", b"__dict__", b"vars(", b"patch", b"__reduce")


def sets_by_name(module: Scope) -> bool:
    """Whether something in a file may set attributes that it does not spell out."""
    text = module.text
    return text is None or any(word in text for word in _BY_NAME)


def methods_defined_in(module: Scope) -> frozenset[str]:
    """The names of all methods of classes in a file."""
    found = module.memo.get(methods_defined_in)
    if found is None:
        assert isinstance(module.node, ast.Module)
        found = module.memo[methods_defined_in] = frozenset(
            statement.name
            for node in statements_below(module.node)
            if isinstance(node, ast.ClassDef)
            for statement in node.body
            if isinstance(statement, FUNCTIONS)
        )
    assert isinstance(found, frozenset)
    return found
