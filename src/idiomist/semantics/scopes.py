"""Which scope binds each name.

Follows the rules of CPython's `Python/symtable.c`; the oracle in the tests is the standard
library's `symtable`. A scope is read when it is first asked, so that a question about one
function costs one function, whatever the size of the file.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator
from enum import Enum
from functools import cached_property

from idiomist.semantics.trees import children, walk

BUILTINS = frozenset(dir(builtins)) | {"__file__", "__path__", "__builtins__", "__annotations__"}
INTROSPECTION = frozenset({"locals", "vars", "eval", "exec", "dir"})
"""Builtins that read the variables of their caller by name, unseen by any scope analysis."""

Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_TYPE_PARAMETERS: tuple[type[ast.AST], ...] = tuple(
    kind
    for kind in (getattr(ast, name, None) for name in ("TypeVar", "ParamSpec", "TypeVarTuple"))
    if kind is not None
)


class Use:
    """What one scope does with one name: a sum of these."""

    READ = 1
    ASSIGNED = 2
    PARAMETER = 4
    IMPORTED = 8
    ANNOTATED = 16
    GLOBAL = 32
    NONLOCAL = 64
    BOUND = ASSIGNED | PARAMETER | IMPORTED


_DECLARED = Use.GLOBAL | Use.NONLOCAL


class ScopeKind(Enum):
    """The kinds of scopes that treat names differently."""

    MODULE = "module"
    CLASS = "class"
    FUNCTION = "function"
    """Also lambdas, and comprehensions, which are functions without a name."""
    ANNOTATION = "annotation"
    """Type parameters, their bounds, and type aliases (PEP 695)."""


class Scope:
    """One scope: what it binds and reads, and where names that it does not bind come from."""

    def __init__(self, node: ast.AST, kind: ScopeKind, name: str, parent: Scope | None):
        self.node = node
        self.kind = kind
        self.name = name
        self.parent = parent
        self.binders: dict[str, list[ast.AST]] = {}
        """The statements, parameters, comprehensions, ... that give each name a value."""
        self.memo: dict[object, object] = {}
        """Answers that others have worked out about this scope, by who asks."""
        self._names: dict[str, int] = {}
        self._children: list[Scope] = []
        self._class_name: str | None = parent._class_name if parent else None
        if isinstance(node, ast.ClassDef) and kind is ScopeKind.CLASS:
            self._class_name = node.name
        self.may_declare_global = True
        """Of the module scope: False when its text is known not to hold the word."""
        self._has_star_import = False
        self._read = False

    def __repr__(self) -> str:
        return f"<{self.kind.value} {self.name}>"

    # -- what stands in it

    @property
    def names(self) -> dict[str, int]:
        """Every name used here, and how."""
        if not self._read:
            self._read = True
            _Reader(self).read_all()
        return self._names

    @property
    def children(self) -> list[Scope]:
        """The scopes directly inside this one, in the order of the text."""
        _ = self.names
        return self._children

    def binds(self, name: str) -> bool:
        """Whether `name` is a variable of this very scope."""
        use = self.names.get(name, 0)
        if self.parent is None:
            return name in self.binders
        return bool(use & Use.BOUND) and not use & _DECLARED

    def is_declared(self, name: str) -> bool:
        """Whether `name` is declared `global` or `nonlocal` here."""
        return bool(self.names.get(name, 0) & _DECLARED)

    # -- where names come from

    @property
    def module(self) -> Scope:
        scope = self
        while scope.parent:
            scope = scope.parent
        return scope

    def owner(self, name: str) -> Scope:
        """The scope whose variable `name` is when it is used here.

        The module scope also stands for names that nobody binds, builtins among them.
        """
        use = self.names.get(name, 0)
        if use & Use.GLOBAL:
            return self.module
        if self.binds(name):
            return self
        scope = self.parent
        while scope is not None and scope.parent is not None:
            if scope.kind is ScopeKind.CLASS:
                if name == "__class__":
                    return scope
            else:
                use = scope.names.get(name, 0)
                if use & Use.GLOBAL:
                    return self.module
                if scope.binds(name):
                    return scope
            scope = scope.parent
        return self.module

    @cached_property
    def free_names(self) -> frozenset[str]:
        """Names of enclosing functions that this scope, or one inside it, uses."""
        if self.kind is ScopeKind.MODULE:
            return frozenset()
        inner = frozenset[str]().union(*(child.free_names for child in self.children))
        if self.kind is ScopeKind.CLASS:
            inner -= {"__class__"}
        else:
            inner = frozenset(name for name in inner if not self.binds(name))
        own = (name for name in self.names if self._is_free(name))
        return inner.union(own)

    def _is_free(self, name: str) -> bool:
        if self.binds(name):
            return False
        owner = self.owner(name)
        return owner.parent is not None and owner is not self

    def captures(self, name: str) -> Iterator[Scope]:
        """The functions, lambdas and generators directly inside that use the variable `name`.

        They may run at any later time. List, set and dict comprehensions are over when their
        value is there; what they contain may not be.
        """
        for child in self.children:
            if name not in child.free_names:
                continue
            if isinstance(child.node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.ClassDef)):
                yield from child.captures(name)
            else:
                yield child

    def is_builtin(self, name: str) -> bool:
        """Whether `name`, used here, is sure to be the builtin of that name."""
        owner = self.owner(name)
        return (
            name in BUILTINS
            and owner.parent is None
            and name not in owner.binders
            and not owner.has_star_import
            and name not in owner.declared_global
        )

    @property
    def has_star_import(self) -> bool:
        """Whether names may come from `from m import *`, and nobody can say which."""
        _ = self.names
        return self._has_star_import

    @cached_property
    def declared_global(self) -> frozenset[str]:
        """Of the module scope: names that some function binds by `global`."""
        if not self.may_declare_global:
            return frozenset()
        return frozenset(name for node in _global_statements(self.node) for name in node.names)

    def binds_once(self, name: str) -> bool:
        """Whether the variable `name` of this scope gets its value in one place only."""
        binders = self.binders.get(name, ())
        return len(binders) == 1 and self.binds(name) and not self.is_rebound_from_inside(name)

    def is_rebound_from_inside(self, name: str) -> bool:
        """Whether a scope inside binds this scope's variable, by `global` or `nonlocal`."""
        if self.parent is None:
            return name in self.declared_global
        return any(scope.names.get(name, 0) & Use.NONLOCAL for scope in self.descendants())

    def descendants(self) -> Iterator[Scope]:
        """All scopes inside this one."""
        for child in self.children:
            yield child
            yield from child.descendants()

    def taken_names(self) -> set[str]:
        """Names that a new variable of this scope must not have."""
        taken = set(self.names)
        for scope in self.descendants():
            taken.update(scope.names)
        scope = self.module
        return taken | set(scope.names) | scope.declared_global

    @cached_property
    def introspects(self) -> ast.AST | None:
        """The first use of `locals`, `eval` and the like here or in a comprehension here."""
        if not any(name in self.names for name in INTROSPECTION) and not any(
            isinstance(child.node, COMPREHENSIONS) for child in self.children
        ):
            return None
        for name in INTROSPECTION:
            if name in self.names and self.is_builtin(name):
                return self.reader_of(name)
        for child in self.children:
            if isinstance(child.node, COMPREHENSIONS) and child.introspects:
                return child.introspects
        return None

    def reader_of(self, name: str) -> ast.AST:
        """The first place below this scope's node that reads `name`."""
        found = (
            node
            for node in walk(self.node)
            if isinstance(node, ast.Name) and self.mangled(node.id) == name
        )
        return min(found, key=lambda node: (node.lineno, node.col_offset), default=self.node)

    def mangled(self, name: str) -> str:
        """The name that the compiler sees: `__x` inside a class is private to it."""
        if self._class_name is None or not name.startswith("__"):
            return name
        if name.endswith("__") or "." in name:
            return name
        stripped = self._class_name.lstrip("_")
        return f"_{stripped}{name}" if stripped else name

    # -- called by the reader

    def _use(self, name: str, use: int) -> None:
        name = self.mangled(name)
        self._names[name] = self._names.get(name, 0) | use

    def _bind(self, name: str, node: ast.AST, use: int = Use.ASSIGNED) -> None:
        self._use(name, use)
        self.binders.setdefault(self.mangled(name), []).append(node)

    def _add(self, node: ast.AST, kind: ScopeKind, name: str) -> Scope:
        child = Scope(node, kind, name, self)
        self._children.append(child)
        return child


def _global_statements(node: ast.AST) -> Iterator[ast.Global]:
    pending = [node]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Global):
            yield node
        elif isinstance(node, (ast.stmt, ast.Module, ast.ExceptHandler, ast.match_case)):
            pending.extend(children(node))


class _Reader:
    """Fills one scope from its node; what stands in scopes inside it is left to them."""

    def __init__(self, scope: Scope):
        self.scope = scope
        module = scope.module.node
        self.lazy_annotations = isinstance(module, ast.Module) and _has_future_annotations(module)

    def read_all(self) -> None:
        node = self.scope.node
        if self.scope.kind is ScopeKind.ANNOTATION:
            self._read_annotation_scope(node)
            return
        match node:
            case ast.Module(body) | ast.ClassDef(body=body):
                self.read(body)
            case ast.FunctionDef(args=args, body=body) | ast.AsyncFunctionDef(args=args, body=body):
                self._read_parameters(args)
                self.read(body)
            case ast.Lambda(args, body):
                self._read_parameters(args)
                self.read([body])
            case ast.DictComp(key, value, generators):
                self._read_generators(generators)
                self.read([key, value])
            case ast.ListComp(element, generators) | ast.SetComp(element, generators):
                self._read_generators(generators)
                self.read([element])
            case ast.GeneratorExp(element, generators):
                self._read_generators(generators)
                self.read([element])
            case _:
                raise AssertionError(node)

    def _read_generators(self, generators: list[ast.comprehension]) -> None:
        for index, generator in enumerate(generators):
            self.read([generator.target], binder=generator)
            if index:
                self.read([generator.iter])
            self.read(generator.ifs)

    def _read_parameters(self, args: ast.arguments) -> None:
        for arg in all_parameters(args):
            self.scope._bind(arg.arg, arg, Use.PARAMETER)

    def read(self, nodes: Iterable[ast.AST], binder: ast.AST | None = None) -> None:
        """Note every use of a name in these nodes, in the order of the text.

        `binder` is the statement or clause of which a stored name is the target.
        """
        pending: list[tuple[ast.AST, ast.AST | None]] = [(node, binder) for node in nodes]
        pending.reverse()
        while pending:
            node, binder = pending.pop()
            kind = type(node)
            if kind is ast.Name:
                self._read_name(node, binder)  # type: ignore[arg-type]
                continue
            reader = _READERS.get(kind)
            if reader is not None:
                below: Iterable[ast.AST] = reader(self, node)  # type: ignore[operator]
            else:
                if kind in _BINDERS:
                    binder = node
                below = children(node)
            if below:
                pending += [(child, binder) for child in reversed([*below])]

    def _read_name(self, node: ast.Name, binder: ast.AST | None) -> None:
        if isinstance(node.ctx, ast.Load):
            self.scope._use(node.id, Use.READ)
            if node.id == "super" and self.scope.kind is ScopeKind.FUNCTION:
                self.scope._use("__class__", Use.READ)
        else:
            self.scope._bind(node.id, binder or node)

    # -- nodes that open scopes or bind names without an ast.Name

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterable[ast.AST]:
        self.scope._bind(node.name, node)
        self.read([*node.decorator_list, *_defaults(node.args)])
        outer = self.scope
        if getattr(node, "type_params", None):
            outer = outer._add(node, ScopeKind.ANNOTATION, node.name)
        elif not self.lazy_annotations:
            self.read(_annotations(node))
        if outer is self.scope:
            outer._add(node, ScopeKind.FUNCTION, node.name)
        return ()

    def _class(self, node: ast.ClassDef) -> Iterable[ast.AST]:
        self.scope._bind(node.name, node)
        self.read(node.decorator_list)
        if getattr(node, "type_params", None):
            self.scope._add(node, ScopeKind.ANNOTATION, node.name)
            return ()
        self.read([*node.bases, *(keyword.value for keyword in node.keywords)])
        self.scope._add(node, ScopeKind.CLASS, node.name)
        return ()

    def _lambda(self, node: ast.Lambda) -> Iterable[ast.AST]:
        self.read(_defaults(node.args))
        self.scope._add(node, ScopeKind.FUNCTION, "lambda")
        return ()

    def _comprehension(self, node: Comprehension) -> Iterable[ast.AST]:
        self.read([node.generators[0].iter])
        if not isinstance(self.scope.node, COMPREHENSIONS):
            self._bind_named_inside(node)
        self.scope._add(node, ScopeKind.FUNCTION, _COMPREHENSION_NAMES[type(node)])
        return ()

    def _bind_named_inside(self, comprehension: Comprehension) -> None:
        """A `:=` inside a comprehension binds in the scope around it (PEP 572)."""
        pending: list[ast.AST] = [comprehension]
        while pending:
            node = pending.pop()
            if isinstance(node, ast.NamedExpr):
                in_module = self.scope.kind is ScopeKind.MODULE
                self.scope._bind(node.target.id, node, Use.GLOBAL if in_module else Use.ASSIGNED)
            if not isinstance(node, ast.Lambda):
                pending.extend(children(node))

    def _named(self, node: ast.NamedExpr) -> Iterable[ast.AST]:
        name = node.target.id
        if not isinstance(self.scope.node, COMPREHENSIONS):
            self.scope._bind(name, node)
            return (node.value,)
        around = self.scope
        while isinstance(around.node, COMPREHENSIONS) and around.parent:
            around = around.parent
        is_global = around.parent is None or bool(around.names.get(name, 0) & Use.GLOBAL)
        self.scope._use(name, Use.ASSIGNED | (Use.GLOBAL if is_global else Use.NONLOCAL))
        return (node.value,)

    def _import(self, node: ast.Import | ast.ImportFrom) -> Iterable[ast.AST]:
        for alias in node.names:
            if alias.name == "*":
                self.scope._has_star_import = True
                continue
            name = alias.asname or alias.name.partition(".")[0]
            self.scope._bind(name, node, Use.IMPORTED)
        return ()

    def _global(self, node: ast.Global) -> Iterable[ast.AST]:
        for name in node.names:
            self.scope._use(name, Use.GLOBAL)
        return ()

    def _nonlocal(self, node: ast.Nonlocal) -> Iterable[ast.AST]:
        for name in node.names:
            self.scope._use(name, Use.NONLOCAL)
        return ()

    def _annotated(self, node: ast.AnnAssign) -> Iterable[ast.AST]:
        rest: list[ast.AST] = []
        if isinstance(node.target, ast.Name):
            if node.simple:
                self.scope._bind(node.target.id, node, Use.ASSIGNED | Use.ANNOTATED)
            elif node.value:
                self.scope._bind(node.target.id, node)
        else:
            rest.append(node.target)
        if not self.lazy_annotations:
            rest.append(node.annotation)
        return [*rest, node.value] if node.value else rest

    def _augmented(self, node: ast.AugAssign) -> Iterable[ast.AST]:
        """The target counts as stored only, as in `symtable`; flow knows that it is read."""
        self.read([node.target], binder=node)
        return (node.value,)

    def _handler(self, node: ast.ExceptHandler) -> Iterable[ast.AST]:
        if node.type:
            self.read([node.type])
        if node.name:
            self.scope._bind(node.name, node)
        return node.body

    def _capture(self, node: ast.MatchAs | ast.MatchStar) -> Iterable[ast.AST]:
        if node.name:
            self.scope._bind(node.name, node)
        return children(node)

    def _mapping(self, node: ast.MatchMapping) -> Iterable[ast.AST]:
        if node.rest:
            self.scope._bind(node.rest, node)
        return children(node)

    def _type_alias(self, node: ast.AST) -> Iterable[ast.AST]:
        self.read([node.name], binder=node)  # type: ignore[attr-defined]
        scope = self.scope
        if node.type_params:  # type: ignore[attr-defined]
            scope._add(node, ScopeKind.ANNOTATION, node.name.id)  # type: ignore[attr-defined]
        else:
            _alias_value(scope, node)
        return ()

    def _read_annotation_scope(self, node: ast.AST) -> None:
        """PEP 695: type parameters live in a scope between the outer one and the function."""
        scope = self.scope
        if isinstance(node, _TYPE_PARAMETERS):
            parts = (getattr(node, scope.name, None),)
            self.read([part for part in parts if part is not None])
            return
        if scope.name == "<alias>":
            self.read([node.value])  # type: ignore[attr-defined]
            return
        for parameter in node.type_params:  # type: ignore[attr-defined]
            scope._bind(parameter.name, parameter)
            for part in ("bound", "default_value"):
                if getattr(parameter, part, None) is not None:
                    scope._add(parameter, ScopeKind.ANNOTATION, part)
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                if not self.lazy_annotations:
                    self.read(_annotations(node))
                scope._add(node, ScopeKind.FUNCTION, node.name)
            case ast.ClassDef():
                self.read([*node.bases, *(keyword.value for keyword in node.keywords)])
                scope._add(node, ScopeKind.CLASS, node.name)
            case _:
                _alias_value(scope, node)


def _alias_value(scope: Scope, node: ast.AST) -> None:
    scope._add(node, ScopeKind.ANNOTATION, "<alias>")


def _has_future_annotations(module: ast.Module) -> bool:
    for statement in module.body:
        match statement:
            case ast.ImportFrom(module="__future__", names=names):
                if any(alias.name == "annotations" for alias in names):
                    return True
            case ast.Expr(ast.Constant()):
                continue
            case _:
                return False
    return False


def all_parameters(args: ast.arguments) -> Iterator[ast.arg]:
    """Every parameter of a function."""
    yield from args.posonlyargs
    yield from args.args
    yield from args.kwonlyargs
    if args.vararg:
        yield args.vararg
    if args.kwarg:
        yield args.kwarg


def _defaults(args: ast.arguments) -> list[ast.AST]:
    return [*args.defaults, *(default for default in args.kw_defaults if default)]


def _annotations(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.AST]:
    found: list[ast.AST] = [
        arg.annotation for arg in all_parameters(node.args) if arg.annotation is not None
    ]
    return [*found, node.returns] if node.returns else found


_COMPREHENSION_NAMES: dict[type[ast.AST], str] = {
    ast.ListComp: "listcomp",
    ast.SetComp: "setcomp",
    ast.DictComp: "dictcomp",
    ast.GeneratorExp: "genexpr",
}
_BINDERS: frozenset[type[ast.AST]] = frozenset(
    {ast.Assign, ast.For, ast.AsyncFor, ast.withitem, ast.comprehension, ast.Delete}
)
_READERS = {
    ast.FunctionDef: _Reader._function,
    ast.AsyncFunctionDef: _Reader._function,
    ast.ClassDef: _Reader._class,
    ast.Lambda: _Reader._lambda,
    ast.ListComp: _Reader._comprehension,
    ast.SetComp: _Reader._comprehension,
    ast.DictComp: _Reader._comprehension,
    ast.GeneratorExp: _Reader._comprehension,
    ast.NamedExpr: _Reader._named,
    ast.Import: _Reader._import,
    ast.ImportFrom: _Reader._import,
    ast.Global: _Reader._global,
    ast.Nonlocal: _Reader._nonlocal,
    ast.AnnAssign: _Reader._annotated,
    ast.AugAssign: _Reader._augmented,
    ast.ExceptHandler: _Reader._handler,
    ast.MatchAs: _Reader._capture,
    ast.MatchStar: _Reader._capture,
    ast.MatchMapping: _Reader._mapping,
}
if hasattr(ast, "TypeAlias"):
    _READERS[ast.TypeAlias] = _Reader._type_alias


def module_scope(tree: ast.Module, *, may_declare_global: bool = True) -> Scope:
    """The scope of a whole file; say when its text has no `global`, and no search is made."""
    scope = Scope(tree, ScopeKind.MODULE, "top", None)
    scope.may_declare_global = may_declare_global
    return scope
