"""Whether a variable or an attribute has a value yet."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence, Set
from typing import TYPE_CHECKING

from idiomist.semantics.attributes import Stores, owner_class
from idiomist.semantics.mentions import bound_names, is_same, names_in, names_of
from idiomist.semantics.scopes import FUNCTIONS, Scope
from idiomist.semantics.trees import walk

if TYPE_CHECKING:
    from idiomist.source import Source


def has_value(source: Source, name: str) -> bool:
    """Whether a name is sure to have a value where the statement here begins."""
    owner = source.scope.owner(name)
    binders = owner.binders.get(owner.mangled(name), ())
    if any(isinstance(node, ast.Delete | ast.ExceptHandler) for node in binders):
        # At its end, `except ... as name` deletes the name.
        return False
    if any(isinstance(node, ast.arg) for node in binders) or source.scope.is_builtin(name):
        return True
    if owner is not source.scope:
        return owner.has_star_import or _is_bound_above(source, owner, name)
    around = {id(node) for node in source.ancestors()}
    return any(
        _header_binds(each, name) if id(each) in around else _binds(each, name)
        for each in _above(source)
    )


def _is_bound_above(source: Source, owner: Scope, name: str) -> bool:
    """Whether a scope around gives a variable its value above the function that reads it."""
    around = [node for node in source.ancestors() if isinstance(node, (*FUNCTIONS, ast.ClassDef))]
    inside = around[: around.index(owner.node)] if owner.node in around else around
    first: int = getattr(inside[-1], "lineno", 0) if inside else 0
    body = getattr(owner.node, "body", [])
    return _always_binds([statement for statement in body if statement.lineno < first], name)


def _always_binds(block: Sequence[ast.stmt], name: str) -> bool:
    """Whether statements that are executed one after the other give a name a value."""
    return any(_binds(statement, name) for statement in block)


def _binds(statement: ast.stmt, name: str) -> bool:
    match statement:
        case ast.Assign(targets):
            return any(name in bound_names(target) for target in targets)
        case ast.AnnAssign(target=target, value=ast.expr()):
            return name in bound_names(target)
        case ast.Import() | ast.ImportFrom() | ast.FunctionDef() | ast.ClassDef():
            return name in names_of(statement)
        case ast.With([_]) | ast.AsyncWith([_]):
            # More than one manager: the first may keep quiet about a second that fails.
            return _header_binds(statement, name)
        case ast.If():
            return all(_always_binds(way, name) for way in _ways(statement))
        case ast.Try(body, handlers, orelse):
            ways = [[*body, *orelse], *(handler.body for handler in handlers)]
            return all(_always_binds(way, name) for way in ways)
    return False


def _ways(statement: ast.If) -> Iterator[list[ast.stmt]]:
    """The blocks of a chain of `elif`, which may be long, and of its `else`, empty or not."""
    while True:
        yield statement.body
        match statement.orelse:
            case [ast.If() as further]:
                statement = further
            case _:
                yield statement.orelse
                return


def _header_binds(statement: ast.stmt, name: str) -> bool:
    """Whether a loop or a `with` has given a name a value where its body begins."""
    if isinstance(statement, ast.For | ast.AsyncFor):
        return name in bound_names(statement.target)
    assert isinstance(statement, ast.With | ast.AsyncWith)
    targets = [item.optional_vars for item in statement.items if item.optional_vars]
    return any(name in bound_names(target) for target in targets)


def _above(source: Source) -> Iterator[ast.stmt]:
    """The statements that have been executed before this one, and the headers of its blocks."""
    block, above = source.place, source.before
    while True:
        yield from above
        if block.outer is None or not isinstance(block.owner, ast.stmt | ast.ExceptHandler):
            return
        if isinstance(block.owner, (*FUNCTIONS, ast.ClassDef)):
            return
        if isinstance(block.owner, ast.For | ast.AsyncFor | ast.With | ast.AsyncWith):
            if block.statements is block.owner.body:
                yield block.owner
        above = block.outer.statements[: block.position]
        block = block.outer


def has_attribute(source: Source, path: ast.Attribute) -> bool:
    """Whether an attribute is sure to be there where the statement here begins."""
    if _is_set_at_start(source.scope, path):
        return True
    for statement in _above(source):
        match statement:
            case ast.Assign([ast.Attribute() as target]) if is_same(target, path):
                return True
    return False


def _is_set_at_start(scope: Scope, path: ast.Attribute) -> bool:
    """Whether `self.x` has a value before any method of the class around can be called."""
    cls = scope.parent
    if cls is None or not owner_class((cls.node, scope.node), path.value):
        return False
    stores = Stores.of(scope).by_name.get(path.attr, ())
    if any(isinstance(store.place, ast.Delete) for store in stores):
        return False
    for binder in cls.binders.get(path.attr, ()):
        if not isinstance(binder, ast.AnnAssign) or binder.value:
            return True
    assert isinstance(cls.node, ast.ClassDef)
    if Stores.of(scope).has_other_init(cls.node.name) or b".__new__(" in (scope.text or b""):
        return False
    for statement in cls.node.body:
        if isinstance(statement, ast.FunctionDef) and statement.name == "__init__":
            return statement is not scope.node and _sets_early(statement, path.attr)
    return False


def _sets_early(init: ast.FunctionDef, attribute: str) -> bool:
    """Whether `__init__` sets an attribute before it may end, or anybody sees the object."""
    me = next((arg.arg for arg in (*init.args.posonlyargs, *init.args.args)), "")
    known: set[str] = set()
    for statement in init.body:
        match statement:
            case ast.Assign([ast.Attribute(ast.Name(owner), attr)], value) | ast.AnnAssign(
                ast.Attribute(ast.Name(owner), attr), value=ast.expr() as value
            ) if (owner == me):
                if attr == attribute:
                    return not _shows(me, known, value)
                known.add(attr)
        if _shows(me, known, statement):
            return False
        if any(isinstance(node, ast.Return) for node in walk(statement)):
            return False
    return False


def _shows(me: str, known: Set[str], root: ast.AST) -> bool:
    """Whether code lets others have an object, or a method of it, or anything that is not known."""
    harmless = set()
    for node in walk(root):
        match node:
            case ast.Call() if {me, "super"} & names_in(node):
                return True
            case ast.Attribute(ast.Name() as owner, attr) if attr in known:
                harmless.add(owner)
    return any(
        isinstance(node, ast.Name) and node.id == me and node not in harmless for node in walk(root)
    )
