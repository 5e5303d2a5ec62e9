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

from idiomist.semantics.declarations import declared_global, mangled, may_patch, may_state
from idiomist.semantics.trees import root_of, walk

BUILTINS = frozenset(dir(builtins)) | {"__file__", "__path__", "__builtins__", "__annotations__"}
INTROSPECTION = frozenset({"locals", "vars", "eval", "exec", "dir"})
"""Builtins that read the variables of their caller by name, unseen by any scope analysis."""

Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
OVER_AT_ONCE = (ast.ListComp, ast.SetComp, ast.DictComp, ast.ClassDef)
"""Nodes with a scope of their own whose code has run when what they stand in goes on."""


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
        self._binders: dict[str, list[ast.AST]] = {}
        self.memo: dict[object, object] = {}
        """Answers that others have worked out about this scope, by who asks."""
        self._names: dict[str, int] = {}
        self._children: list[Scope] = []
        self._early: dict[int, Scope] = {}
        """Scopes inside that were asked for before this one was read, by their nodes' ids."""
        self._class_name: str | None = parent._class_name if parent else None
        if isinstance(node, ast.ClassDef):
            self._class_name = node.name
        self.text: bytes | None = parent.text if parent else None
        """The file, where it is known: what it does not contain, nothing in it can do."""
        self._has_star_import = False
        self._read = False

    def __repr__(self) -> str:
        return f"<{self.kind.value} {self.name}>"

    # -- what stands in it

    @property
    def names(self) -> dict[str, int]:
        """Every name used here, and how."""
        if not self._read:
            from idiomist.semantics.reading import Reader

            self._read = True
            Reader(self).read_all()
        return self._names

    @property
    def binders(self) -> dict[str, list[ast.AST]]:
        """The statements, parameters, comprehensions, ... that give each name a value."""
        _ = self.names
        return self._binders

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

    @property
    def parameters(self) -> list[str]:
        """The names of the parameters, where this is a function."""
        args = getattr(self.node, "args", None)
        return [arg.arg for arg in all_parameters(args)] if args else []

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
        name = self.mangled(name)
        use = self.names.get(name, 0)
        if use & Use.GLOBAL:
            return self.module
        if self.binds(name):
            return self
        scope = self.parent
        if self.kind is ScopeKind.ANNOTATION and (cls := self._class_in_sight()):
            if cls.binds(name):
                return cls
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
        if self.kind is ScopeKind.ANNOTATION and owner is self._class_in_sight():
            return name == "__class__"
        return owner.parent is not None and owner is not self

    def _class_in_sight(self) -> Scope | None:
        """The class whose names an annotation scope sees, unlike a function (PEP 695)."""
        scope = self.parent
        while scope is not None and scope.kind is ScopeKind.ANNOTATION:
            scope = scope.parent
        return scope if scope is not None and scope.kind is ScopeKind.CLASS else None

    def captures(self, name: str) -> Iterator[Scope]:
        """The functions, lambdas and generators directly inside that use the variable `name`.

        They may run at any later time. List, set and dict comprehensions are over when their
        value is there; what they contain may not be.
        """
        for child in self.children:
            if name not in child.free_names:
                continue
            if isinstance(child.node, OVER_AT_ONCE):
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
            and not owner.may_patch(name)
        )

    def may_patch(self, name: str) -> bool:
        """Whether the file this is the scope of may give a builtin another meaning, everywhere.

        `patch("builtins.open")`, `builtins.print = shown`, ...
        """
        key = (Scope.may_patch, name)
        if key not in self.memo:
            self.memo[key] = self.text is not None and may_patch(name, self.text)
        return bool(self.memo[key])

    def is_imported(self, path: ast.expr) -> bool:
        """Whether a name, or a dotted path, starts at something that an import may have bound."""
        root = root_of(path)
        if not isinstance(root, ast.Name):
            return False
        owner = self.owner(root.id)
        binders = owner.binders.get(owner.mangled(root.id), ())
        return any(isinstance(binder, ast.Import | ast.ImportFrom) for binder in binders)

    def full_name(self, node: ast.expr) -> str | None:
        """The dotted name under which a builtin or imported thing is known to everyone.

        `Path` after `from pathlib import Path` is `pathlib.Path`; a builtin is its plain name.
        None when the name was bound in another way.
        """
        if isinstance(node, ast.Attribute):
            around = self.full_name(node.value)
            return f"{around}.{node.attr}" if around else None
        if not isinstance(node, ast.Name):
            return None
        name = node.id
        if self.is_builtin(name):
            return name
        owner = self.owner(name)
        if not owner.binds_once(name):
            return None
        [binder] = owner.binders[owner.mangled(name)]
        match binder:
            case ast.Import(names):
                plain = any(alias.asname is None and _top(alias) == name for alias in names)
                aliased = (alias.name for alias in names if alias.asname == name)
                return name if plain else next(aliased, None)
            case ast.ImportFrom(module=str(module), names=names, level=0):
                found = (alias.name for alias in names if (alias.asname or alias.name) == name)
                return next((f"{module}.{original}" for original in found), None)
        return None

    def may_state(self, keyword: bytes) -> bool:
        """Whether a statement in the file may begin with this word."""
        known = self.module.memo
        if keyword not in known:
            known[keyword] = self.text is None or may_state(keyword, self.text)
        return bool(known[keyword])

    @property
    def has_star_import(self) -> bool:
        """Whether names may come from `from m import *`, and nobody can say which."""
        _ = self.names
        return self._has_star_import

    @cached_property
    def declared_global(self) -> frozenset[str]:
        """Of the module scope: names that some function binds by `global`."""
        if not self.may_state(b"global"):
            return frozenset()
        assert isinstance(self.node, ast.Module)
        return frozenset(declared_global(self.node))

    def binds_once(self, name: str) -> bool:
        """Whether the variable `name` of this scope gets its value in one place only."""
        name = self.mangled(name)
        if not self.binds(name) or len(self.binders.get(name, ())) != 1:
            return False
        return not self.is_rebound_from_inside(name)

    def is_rebound_from_inside(self, name: str) -> bool:
        """Whether a scope inside binds this scope's variable, by `global` or `nonlocal`."""
        if self.parent is None:
            return name in self.declared_global
        return self.may_state(b"nonlocal") and any(
            scope.names.get(name, 0) & Use.NONLOCAL for scope in self.descendants()
        )

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
    def introspects(self) -> ast.Name | None:
        """The first use of `locals`, `eval` and the like here or in a comprehension here."""
        for name in INTROSPECTION:
            if name in self.names and self.is_builtin(name):
                for node in walk(self.node):
                    if place := introspection_in(node):
                        return place
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
        return mangled(name, self._class_name)

    def dissolve(self) -> None:
        """Let go of the scopes inside, which hold this one: no collector has to find the cycle."""
        for child in (*self._children, *self._early.values()):
            child.dissolve()
        self._children.clear()
        self._early.clear()
        self.memo.clear()

    # -- called by the reader

    def use(self, name: str, use: int) -> None:
        """Note a use of a name."""
        if self._class_name is not None and name[:2] == "__":
            name = self.mangled(name)
        self._names[name] = self._names.get(name, 0) | use

    def bind(self, name: str, node: ast.AST, use: int = Use.ASSIGNED) -> None:
        """Note what gives a name a value."""
        self.use(name, use)
        self._binders.setdefault(self.mangled(name), []).append(node)

    def note_star_import(self, node: ast.ImportFrom) -> None:
        """Note that names may come from anywhere, those that have a value by now among them."""
        self._has_star_import = True
        for binders in self._binders.values():
            binders.append(node)

    def add(self, node: ast.AST, kind: ScopeKind, name: str) -> Scope:
        """Open a scope inside this one."""
        child = self._early.pop(id(node), None) or Scope(node, kind, name, self)
        self._children.append(child)
        return child

    def inside(self, owner: ast.AST) -> Scope:
        """The scope of a function or class whose definition is code of this scope."""
        name = getattr(owner, "name", "")
        if not self._read and not getattr(owner, "type_params", None):
            if id(owner) not in self._early:
                kind = ScopeKind.CLASS if isinstance(owner, ast.ClassDef) else ScopeKind.FUNCTION
                self._early[id(owner)] = Scope(owner, kind, name, self)
            return self._early[id(owner)]
        for child in self.children:
            if child.node is owner:
                return child.inside(owner) if child.kind is ScopeKind.ANNOTATION else child
        raise AssertionError(f"no scope for {owner}")


def _top(alias: ast.alias) -> str:
    """The name that a plain `import package.module` binds."""
    return alias.name.partition(".")[0]


def scope_inside(module: Scope, around: Iterable[ast.AST]) -> Scope:
    """The scope of the last of these functions and classes, each inside the one before."""
    scope = module
    for owner in around:
        scope = scope.inside(owner)
    return scope


def introspection_in(node: ast.AST) -> ast.Name | None:
    """The name, when a node is a call that reads its caller's variables.

    `vars(thing)` and `dir(thing)` look at the thing.
    """
    match node:
        case ast.Call(ast.Name("vars" | "dir") as name, []):
            return name
        case ast.Name("locals" | "eval" | "exec"):
            return node
    return None


def all_parameters(args: ast.arguments) -> Iterator[ast.arg]:
    """Every parameter of a function."""
    yield from args.posonlyargs
    yield from args.args
    yield from args.kwonlyargs
    if args.vararg:
        yield args.vararg
    if args.kwarg:
        yield args.kwarg


def module_scope(tree: ast.Module, text: bytes | None = None) -> Scope:
    """The scope of a whole file; with its text, words that are not in it are not looked for."""
    scope = Scope(tree, ScopeKind.MODULE, "top", None)
    scope.text = text
    return scope
