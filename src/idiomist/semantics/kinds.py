"""Which built-in kind a value is of, as far as literals, constructors and annotations tell."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from idiomist.semantics import attributes
from idiomist.semantics.annotations import of_annotation
from idiomist.semantics.kind import (
    BOOL,
    BYTES,
    CALLS,
    CHANGEABLE,
    FLOAT,
    IMMUTABLE,
    IMPORTED,
    INT,
    ITEM_FROM_FIRST,
    METHODS,
    NONE,
    OPENERS,
    SEQUENCES,
    STR,
    TELLTALE,
    Kind,
    as_item,
    of,
)
from idiomist.semantics.mentions import bound_names, item_kind_is_certain
from idiomist.semantics.scopes import FUNCTIONS, Scope, ScopeKind


class Kinds:
    """Answers for one scope; `depth` bounds how far a chain of names is followed."""

    def __init__(self, scope: Scope, depth: int = 8):
        self.scope = scope
        self._depth = depth

    def of(self, node: ast.expr) -> Kind | None:
        """The kind of value that this expression gives, or None when it cannot be told."""
        if self._depth <= 0:
            return None
        match node:
            case ast.Constant(value):
                return _of_constant(value)
            case ast.JoinedStr():
                return STR
            case ast.List(elements) | ast.Set(elements) | ast.Tuple(elements):
                return self._of_display(node, elements)
            case ast.Dict(keys):
                return Kind("dict", self._common(key for key in keys if key) if all(keys) else None)
            case ast.ListComp(element):
                return Kind("list", as_item(self.inside(node).of(element)))
            case ast.SetComp(element):
                return Kind("set", self.inside(node).of(element))
            case ast.DictComp(key):
                return Kind("dict", self.inside(node).of(key))
            case ast.GeneratorExp(element):
                return Kind("iterator", as_item(self.inside(node).of(element)))
            case ast.Name(name):
                return self._of_name(name)
            case ast.Call():
                return self._of_call(node)
            case ast.BinOp(left, operator, right):
                return self._of_operation(left, operator, right)
            case ast.Subscript(value, index):
                return self._of_subscript(value, index)
            case ast.UnaryOp(ast.Not()):
                return BOOL
            case ast.UnaryOp(ast.USub() | ast.UAdd(), operand):
                kind = self.of(operand)
                return kind if kind in (INT, FLOAT) else None
            case ast.IfExp(_, body, orelse):
                return self._common([body, orelse])
            case ast.Compare(left, ops, comparators):
                known = [self.of(part) for part in (left, *comparators)]
                always = all(isinstance(op, ast.Is | ast.IsNot | ast.In | ast.NotIn) for op in ops)
                simple = all(kind is not None and kind.name in IMMUTABLE for kind in known)
                return BOOL if always or simple else None
            case ast.Attribute(ast.Name(owner), attribute):
                return self._of_attribute(owner, attribute)
            case ast.NamedExpr(_, value) | ast.Starred(value):
                return self.of(value)
        return None

    def of_item(self, iterable: ast.expr) -> Kind | None:
        """The kind of what iterating over this yields."""
        kind = self.of(iterable)
        return kind.item if kind else None

    # -- names

    def _of_name(self, name: str) -> Kind | None:
        owner = self.scope.owner(name)
        key = (name, self._depth)
        if key not in owner.memo:
            owner.memo[key] = Kinds(owner, self._depth - 1)._of_own_name(name)
        return owner.memo[key]  # type: ignore[return-value]

    def _of_own_name(self, name: str) -> Kind | None:
        owner = self.scope
        binders = owner.binders.get(owner.mangled(name), [])
        if not binders or not owner.binds(name) or owner.is_rebound_from_inside(name):
            return None
        found: Kind | None = None
        for binder in binders:
            if isinstance(binder, ast.AugAssign) and found is not None:
                kind = self._after_augmenting(found, binder)
            else:
                kind = self._of_binder(binder, name)
            if kind is None or (found and kind.name != found.name):
                return None
            if found and kind.item != found.item:
                kind = kind.replace(item=None, items=None)
            if found:
                kind = kind.replace(exact=kind.exact and found.exact)
            found = kind
        if found and found.item and found.exact and found.name in CHANGEABLE:
            if not item_kind_is_certain(owner, name):
                found = found.replace(item=None)
        return found

    def _of_binder(self, binder: ast.AST, name: str) -> Kind | None:
        match binder:
            case ast.Assign(targets, value):
                return self._part(targets, name, self.of(value))
            case ast.NamedExpr(value=value):
                return self.of(value)
            case ast.AnnAssign(annotation=annotation, value=value):
                given = self.of(value) if value else None
                said = of_annotation(self.scope, annotation)
                if given and said and given.item is None and said.name == given.name:
                    return given.replace(item=said.item)
                return given or said
            case ast.arg(annotation=annotation):
                return self._of_parameter(binder, annotation)
            case ast.For(target, iterable) | ast.comprehension(target, iterable):
                return self._part([target], name, self._outside(binder).of_item(iterable))
            case ast.withitem(context, ast.Name()):
                kind = self.of(context)
                return kind if kind and kind.name.endswith("file") else None
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                return of("function")
            case ast.ClassDef():
                return of("class")
        return None

    def _outside(self, binder: ast.AST) -> Kinds:
        """The first iterable of a comprehension is evaluated in the scope around it."""
        node = self.scope.node
        first = getattr(node, "generators", [None])[0]
        return (
            Kinds(self.scope.parent, self._depth) if binder is first and self.scope.parent else self
        )

    def _of_parameter(self, arg: ast.arg, annotation: ast.expr | None) -> Kind | None:
        node = self.scope.node
        assert isinstance(node, (*FUNCTIONS, ast.Lambda))
        arguments = node.args
        if arg is arguments.vararg:
            return of("tuple", of_annotation(self.scope, annotation) if annotation else None)
        if arg is arguments.kwarg:
            return of("dict", STR)
        said = of_annotation(self.scope, annotation) if annotation else None
        default = _default_of(arguments, arg)
        if default is None or said is None:
            return said
        # Annotations tell half of the truth where the default is None, or something else.
        given = self.of(default)
        return said if given is not None and given.name == said.name else None

    def _part(self, targets: Sequence[ast.expr], name: str, kind: Kind | None) -> Kind | None:
        """The kind of the one name among the targets of an assignment or a loop."""
        if sum(bound_names(target).count(name) for target in targets) > 1:
            return None
        for target in targets:
            match target:
                case ast.Name(bound) if bound == name:
                    return kind
                case ast.Tuple(parts) | ast.List(parts) if kind:
                    if any(isinstance(part, ast.Starred) for part in parts):
                        return None
                    known = kind.items if kind.items and len(kind.items) == len(parts) else None
                    for index, part in enumerate(parts):
                        inner = self._part([part], name, known[index] if known else kind.item)
                        if inner:
                            return inner
        return None

    def _after_augmenting(self, kind: Kind, node: ast.AugAssign) -> Kind | None:
        if kind.name == "list" and isinstance(node.op, ast.Add):
            return kind.replace(item=kind.item if self.of_item(node.value) == kind.item else None)
        value = self.of(node.value)
        plain = kind.name in ("int", "str", "float", "bytes")
        plain = plain and not isinstance(node.op, ast.Div | ast.Pow)
        if plain and value and value.name == kind.name:
            return kind
        return None

    def _of_attribute(self, owner: str, attribute: str) -> Kind | None:
        """`self.x`, where every assignment to it in the class gives the same kind."""
        method = self.scope
        while not isinstance(method.node, FUNCTIONS):
            if method.parent is None:
                return None
            method = method.parent
        cls = method.parent
        if cls is None or cls.kind is not ScopeKind.CLASS:
            return None
        assert isinstance(method.node, FUNCTIONS)
        arguments = method.node.args
        parameters = [*arguments.posonlyargs, *arguments.args]
        if not parameters or parameters[0].arg != owner or not method.binds_once(owner):
            return None
        if self.scope.owner(owner) is not method or _is_no_method(method.node):
            return None
        return attributes.Stores.of(cls).kind(cls, attribute)

    # -- operations

    def _of_call(self, node: ast.Call) -> Kind | None:
        name = self.scope.full_name(node.func)
        if name in ("gzip.open", "bz2.open", "lzma.open"):
            return of("file")
        if name in ("open", *OPENERS):
            return _of_opened(node)
        if name in CALLS:
            return self._of_builtin_call(name, node.args)
        if name in IMPORTED:
            return IMPORTED[name]
        if isinstance(node.func, ast.Attribute):
            return self._of_method_call(node.func, node)
        return None

    def _of_builtin_call(self, name: str, args: list[ast.expr]) -> Kind:
        kind = CALLS[name]
        if not args or any(isinstance(arg, ast.Starred) for arg in args):
            return kind
        if name in ITEM_FROM_FIRST:
            return kind.replace(item=as_item(self.of_item(args[0])))
        if name == "enumerate":
            return kind.replace(item=Kind("tuple", None, (INT, self.of_item(args[0]))))
        if name == "zip":
            parts = tuple(self.of_item(arg) for arg in args)
            return kind.replace(item=Kind("tuple", None, parts))
        if name == "map" and isinstance(args[0], ast.Name):
            called = CALLS.get(self.scope.full_name(args[0]) or "")
            return kind.replace(item=called)
        if name == "filter" and len(args) > 1:
            return kind.replace(item=self.of_item(args[1]))
        return kind

    def _of_method_call(self, func: ast.Attribute, node: ast.Call) -> Kind | None:
        owner = self.of(func.value)
        if owner is None:
            told = TELLTALE.get(func.attr)
            if told is None or self.scope.is_imported(func.value):
                return None
            return (
                told if func.attr not in attributes.methods_defined_in(self.scope.module) else None
            )
        if owner.name == "Path" and func.attr == "open":
            return _of_opened(ast.Call(func, [ast.Constant(""), *node.args], node.keywords))
        if owner.name == "dict" and func.attr == "keys":
            return of("view", owner.item)
        if owner.name == "dict" and func.attr == "items":
            return of("view", Kind("tuple", None, (owner.item, None)))
        if owner.name == "dict" and func.attr == "values":
            return of("view")
        if owner.name in ("list", "set", "dict") and func.attr == "copy":
            return owner
        return METHODS.get(owner.name, {}).get(func.attr)

    def _of_operation(self, left: ast.expr, operator: ast.operator, right: ast.expr) -> Kind | None:
        first, second = self.of(left), self.of(right)
        if first is None:
            return None
        if first.name in ("str", "bytes") and isinstance(operator, ast.Mod):
            return first
        if second is None:
            return None
        if isinstance(operator, ast.Mult) and {first.name, second.name} & {"int"}:
            other = second if first.name == "int" else first
            return (
                other if other.name in ("int", "float", "str", "bytes", "list", "tuple") else None
            )
        if isinstance(operator, ast.Div):
            if first.name == "Path":
                return first if second.name in ("str", "Path") else None
            return FLOAT if {first.name, second.name} <= {"int", "float"} else None
        if first.name == second.name and first.name in ("str", "bytes", "list", "tuple"):
            item = first.item if first.item == second.item else None
            both = Kind(first.name, item, exact=first.exact and second.exact)
            return both if isinstance(operator, ast.Add) else None
        numbers = {first.name, second.name}
        if numbers == {"int"} and not isinstance(operator, ast.Pow):
            return INT
        if numbers <= {"int", "float"} and not isinstance(operator, ast.Pow):
            return FLOAT
        return None

    def _of_subscript(self, value: ast.expr, index: ast.expr) -> Kind | None:
        kind = self.of(value)
        if kind is None or kind.name not in SEQUENCES:
            return None
        if isinstance(index, ast.Slice):
            return kind.replace(items=None)
        if kind.items is not None and isinstance(index, ast.Constant):
            position = index.value
            if isinstance(position, int) and -len(kind.items) <= position < len(kind.items):
                return kind.items[position]
        return kind.item

    def _of_display(self, node: ast.expr, elements: list[ast.expr]) -> Kind:
        name = {ast.List: "list", ast.Set: "set", ast.Tuple: "tuple"}[type(node)]
        if any(isinstance(element, ast.Starred) for element in elements):
            return Kind(name)
        items = None
        if name == "tuple":
            items = tuple(as_item(self.of(element)) for element in elements)
        return Kind(name, as_item(self._common(elements)), items)

    def inside(self, node: ast.AST) -> Kinds:
        """The same questions, asked in the scope of a comprehension that stands here."""
        for child in self.scope.children:
            if child.node is node:
                scope = child.inside(node) if child.kind is ScopeKind.ANNOTATION else child
                return Kinds(scope, self._depth - 1)
        return Kinds(self.scope, 0)

    def _common(self, nodes: Iterable[ast.expr]) -> Kind | None:
        found: Kind | None = None
        for node in nodes:
            kind = self.of(node)
            if kind is None or (found and found.name != kind.name):
                return None
            if found not in (None, kind):
                kind = Kind(kind.name, exact=kind.exact and found.exact)
            found = kind
        return found


def _of_constant(value: object) -> Kind | None:
    match value:
        case bool():
            return BOOL
        case str():
            return STR
        case bytes():
            return BYTES
        case int():
            return INT
        case float():
            return FLOAT
        case None:
            return NONE
    return None


def _of_opened(node: ast.Call) -> Kind:
    mode: ast.expr | None = node.args[1] if len(node.args) > 1 else None
    for keyword in node.keywords:
        if keyword.arg == "mode":
            mode = keyword.value
    match mode:
        case None:
            return of("file", STR)
        case ast.Constant(str(text)):
            return of("binary file", BYTES) if "b" in text else of("file", STR)
    return of("file")


def _is_no_method(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether the first parameter of a function in a class body is no object of the class."""
    names = (ast.unparse(decorator) for decorator in node.decorator_list)
    return any(name.endswith(("staticmethod", "classmethod")) for name in names)


def _default_of(arguments: ast.arguments, arg: ast.arg) -> ast.expr | None:
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs = zip(reversed(positional), reversed(arguments.defaults), strict=False)
    keywords = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return next((default for each, default in (*pairs, *keywords) if each is arg), None)
