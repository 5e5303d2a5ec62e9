"""Fill a scope: note every use of a name in its own code, and open the scopes inside it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from idiomist.semantics.scopes import (
    COMPREHENSIONS,
    Comprehension,
    Scope,
    ScopeKind,
    Use,
    all_parameters,
)
from idiomist.semantics.trees import FIELDS, children

_TYPE_PARAMETERS: tuple[type[ast.AST], ...] = tuple(
    kind
    for kind in (getattr(ast, name, None) for name in ("TypeVar", "ParamSpec", "TypeVarTuple"))
    if kind is not None
)


class Reader:
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
            self.scope.bind(arg.arg, arg, Use.PARAMETER)

    def read(self, nodes: Iterable[ast.AST], binder: ast.AST | None = None) -> None:
        """Note every use of a name in these nodes, in the order of the text.

        `binder` is the statement or clause of which a stored name is the target.
        """
        pending: list[ast.AST | None] = [*nodes]
        pending.reverse()
        while pending:
            node = pending.pop()
            kind = node.__class__
            if kind is ast.Name:
                self._read_name(node, binder)  # type: ignore[arg-type]
                continue
            reader = _READERS.get(kind)
            if reader is not None:
                pending += reversed(reader(self, node))  # type: ignore[operator]
                continue
            for field in _BACKWARDS.get(kind, ()):
                value = getattr(node, field, None)
                if value.__class__ is list:
                    pending += value[::-1]
                elif value is not None:
                    pending.append(value)

    def _read_name(self, node: ast.Name, binder: ast.AST | None) -> None:
        name = node.id
        if node.ctx.__class__ is not ast.Load:
            self.scope.bind(name, binder or node)
            return
        self.scope.use(name, Use.READ)
        if name == "super" and self.scope.kind is ScopeKind.FUNCTION:
            self.scope.use("__class__", Use.READ)

    def _read_targets(self, targets: Iterable[ast.expr], binder: ast.AST) -> None:
        for target in targets:
            if isinstance(target, ast.Name):
                self.scope.bind(target.id, binder)
            else:
                self.read([target], binder)

    # -- nodes that open scopes or bind names without an ast.Name

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Sequence[ast.AST]:
        self.scope.bind(node.name, node)
        self.read([*node.decorator_list, *_defaults(node.args)])
        if getattr(node, "type_params", None):
            self.scope.add(node, ScopeKind.ANNOTATION, node.name)
            return ()
        if not self.lazy_annotations:
            self.read(_annotations(node))
        self.scope.add(node, ScopeKind.FUNCTION, node.name)
        return ()

    def _class(self, node: ast.ClassDef) -> Sequence[ast.AST]:
        self.scope.bind(node.name, node)
        self.read(node.decorator_list)
        if getattr(node, "type_params", None):
            self.scope.add(node, ScopeKind.ANNOTATION, node.name)
            return ()
        self.read([*node.bases, *(keyword.value for keyword in node.keywords)])
        self.scope.add(node, ScopeKind.CLASS, node.name)
        return ()

    def _lambda(self, node: ast.Lambda) -> Sequence[ast.AST]:
        self.read(_defaults(node.args))
        self.scope.add(node, ScopeKind.FUNCTION, "lambda")
        return ()

    def _comprehension(self, node: Comprehension) -> Sequence[ast.AST]:
        self.read([node.generators[0].iter])
        if not isinstance(self.scope.node, COMPREHENSIONS):
            self._bind_named_inside(node)
        self.scope.add(node, ScopeKind.FUNCTION, _COMPREHENSION_NAMES[type(node)])
        return ()

    def _bind_named_inside(self, comprehension: Comprehension) -> None:
        """A `:=` inside a comprehension binds in the scope around it (PEP 572)."""
        pending: list[ast.AST] = [comprehension]
        while pending:
            node = pending.pop()
            if isinstance(node, ast.NamedExpr):
                in_module = self.scope.kind is ScopeKind.MODULE
                use = Use.GLOBAL if in_module else Use.ASSIGNED
                self.scope.bind(node.target.id, comprehension, use)
            if not isinstance(node, ast.Lambda):
                pending.extend(children(node))

    def _named(self, node: ast.NamedExpr) -> Sequence[ast.AST]:
        name = node.target.id
        if not isinstance(self.scope.node, COMPREHENSIONS):
            self.scope.bind(name, node)
            return (node.value,)
        around = self.scope
        while isinstance(around.node, COMPREHENSIONS) and around.parent:
            around = around.parent
        is_global = around.parent is None or bool(around.names.get(name, 0) & Use.GLOBAL)
        self.scope.use(name, Use.ASSIGNED | (Use.GLOBAL if is_global else Use.NONLOCAL))
        return (node.value,)

    def _import(self, node: ast.Import | ast.ImportFrom) -> Sequence[ast.AST]:
        for alias in node.names:
            if alias.name == "*" and isinstance(node, ast.ImportFrom):
                self.scope.note_star_import(node)
                continue
            name = alias.asname or alias.name.partition(".")[0]
            self.scope.bind(name, node, Use.IMPORTED)
        return ()

    def _global(self, node: ast.Global) -> Sequence[ast.AST]:
        for name in node.names:
            self.scope.use(name, Use.GLOBAL)
        return ()

    def _nonlocal(self, node: ast.Nonlocal) -> Sequence[ast.AST]:
        for name in node.names:
            self.scope.use(name, Use.NONLOCAL)
        return ()

    def _assigned(self, node: ast.Assign) -> Sequence[ast.AST]:
        self._read_targets(node.targets, node)
        return (node.value,)

    def _deleted(self, node: ast.Delete) -> Sequence[ast.AST]:
        self._read_targets(node.targets, node)
        return ()

    def _loop(self, node: ast.For | ast.AsyncFor) -> Sequence[ast.AST]:
        self._read_targets([node.target], node)
        return [node.iter, *node.body, *node.orelse]

    def _with_item(self, node: ast.withitem) -> Sequence[ast.AST]:
        self.read([node.context_expr])
        if node.optional_vars:
            self._read_targets([node.optional_vars], node)
        return ()

    def _annotated(self, node: ast.AnnAssign) -> Sequence[ast.AST]:
        rest: list[ast.AST] = []
        if isinstance(node.target, ast.Name):
            if node.simple:
                self.scope.bind(node.target.id, node, Use.ASSIGNED | Use.ANNOTATED)
            elif node.value:
                self.scope.bind(node.target.id, node)
        else:
            rest.append(node.target)
        if not self.lazy_annotations:
            rest.append(node.annotation)
        return [*rest, node.value] if node.value else rest

    def _augmented(self, node: ast.AugAssign) -> Sequence[ast.AST]:
        """The target counts as stored only, as in `symtable`; flow knows that it is read."""
        self.read([node.target], binder=node)
        return (node.value,)

    def _handler(self, node: ast.ExceptHandler) -> Sequence[ast.AST]:
        if node.type:
            self.read([node.type])
        if node.name:
            self.scope.bind(node.name, node)
        return node.body

    def _capture(self, node: ast.MatchAs | ast.MatchStar) -> Sequence[ast.AST]:
        if node.name:
            self.scope.bind(node.name, node)
        return children(node)

    def _mapping(self, node: ast.MatchMapping) -> Sequence[ast.AST]:
        if node.rest:
            self.scope.bind(node.rest, node)
        return children(node)

    def _type_alias(self, node: ast.AST) -> Sequence[ast.AST]:
        self.read([node.name], binder=node)  # type: ignore[attr-defined]
        scope = self.scope
        if node.type_params:  # type: ignore[attr-defined]
            scope.add(node, ScopeKind.ANNOTATION, node.name.id)  # type: ignore[attr-defined]
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
            scope.bind(parameter.name, parameter)
            for part in ("bound", "default_value"):
                if getattr(parameter, part, None) is not None:
                    scope.add(parameter, ScopeKind.ANNOTATION, part)
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                if not self.lazy_annotations:
                    self.read(_annotations(node))
                scope.add(node, ScopeKind.FUNCTION, node.name)
            case ast.ClassDef():
                self.read([*node.bases, *(keyword.value for keyword in node.keywords)])
                scope.add(node, ScopeKind.CLASS, node.name)
            case _:
                _alias_value(scope, node)


def _alias_value(scope: Scope, node: ast.AST) -> None:
    scope.add(node, ScopeKind.ANNOTATION, "<alias>")


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
_BACKWARDS = {kind: fields[::-1] for kind, fields in FIELDS.items()}
_READERS = {
    ast.FunctionDef: Reader._function,
    ast.AsyncFunctionDef: Reader._function,
    ast.ClassDef: Reader._class,
    ast.Lambda: Reader._lambda,
    ast.ListComp: Reader._comprehension,
    ast.SetComp: Reader._comprehension,
    ast.DictComp: Reader._comprehension,
    ast.GeneratorExp: Reader._comprehension,
    ast.NamedExpr: Reader._named,
    ast.Import: Reader._import,
    ast.ImportFrom: Reader._import,
    ast.Global: Reader._global,
    ast.Nonlocal: Reader._nonlocal,
    ast.Assign: Reader._assigned,
    ast.Delete: Reader._deleted,
    ast.For: Reader._loop,
    ast.AsyncFor: Reader._loop,
    ast.withitem: Reader._with_item,
    ast.AnnAssign: Reader._annotated,
    ast.AugAssign: Reader._augmented,
    ast.ExceptHandler: Reader._handler,
    ast.MatchAs: Reader._capture,
    ast.MatchStar: Reader._capture,
    ast.MatchMapping: Reader._mapping,
}
if hasattr(ast, "TypeAlias"):
    _READERS[ast.TypeAlias] = Reader._type_alias
