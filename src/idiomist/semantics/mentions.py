"""Where names are mentioned, and what each mention does with the object behind them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import TYPE_CHECKING

from idiomist.semantics.scopes import FUNCTIONS, Scope
from idiomist.semantics.trees import children, walk

if TYPE_CHECKING:
    from idiomist.source import Source

QUIET_BUILTINS = frozenset(
    "abs all any ascii bin bool bytearray bytes chr complex dict divmod enumerate filter float "
    "format frozenset hash hex id input int isinstance issubclass iter len list map max min "
    "oct open ord pow print range repr reversed round set slice sorted str sum tuple type zip "
    "callable getattr hasattr object super BaseException Exception ArithmeticError AssertionError "
    "AttributeError EOFError FileExistsError FileNotFoundError ImportError IndexError IOError "
    "KeyError LookupError NameError NotImplementedError OSError OverflowError PermissionError "
    "RuntimeError StopIteration SystemExit TypeError UnicodeError ValueError "
    "ZeroDivisionError".split()
)
"""Builtins that do not touch what they were not given."""
MUTATORS = frozenset(
    "add append appendleft clear difference_update discard extend extendleft insert "
    "intersection_update pop popitem popleft remove reverse rotate setdefault sort "
    "symmetric_difference_update update write writelines writerow writerows".split()
)
"""Methods of built-in containers that change them."""


def mentions(name: str, *nodes: ast.AST) -> ast.AST | None:
    """The first place where these read or bind `name`, functions inside them included."""
    found = [node for node in walk(*nodes) if node.__class__ in _NAMING and name in names_of(node)]
    return min(found, key=_position, default=None)


def _position(node: ast.AST) -> tuple[int, int]:
    return (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))


def names_of(node: ast.AST) -> tuple[str, ...]:
    """The variables that a node itself reads or binds, whether by an `ast.Name` or not."""
    if node.__class__ not in _NAMING:
        return ()
    match node:
        case ast.Name(name):
            return (name,)
        case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ClassDef(name):
            return (name,)
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
            return (name,)
        case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)) | ast.arg(name):
            return (name,)
        case ast.Import(names) | ast.ImportFrom(names=names):
            return tuple(alias.asname or alias.name.partition(".")[0] for alias in names)
        case ast.Global(declared) | ast.Nonlocal(declared):
            return tuple(declared)
    return ()


_NAMING = frozenset(
    {
        ast.AsyncFunctionDef, ast.ClassDef, ast.ExceptHandler, ast.FunctionDef, ast.Global,
        ast.Import, ast.ImportFrom, ast.MatchAs, ast.MatchMapping, ast.MatchStar, ast.Name,
        ast.Nonlocal, ast.arg,
    }
)  # fmt: skip


def rebinds(names: set[str], *nodes: ast.AST) -> ast.AST | None:
    """The first place where one of the names gets another value."""
    found = [
        node
        for node in walk(*nodes)
        if node.__class__ in _NAMING
        and not isinstance(getattr(node, "ctx", None), ast.Load)
        and names.intersection(names_of(node))
    ]
    return min(found, key=_position, default=None)


def shows_expressions(node: ast.AST, source: Source) -> bool:
    """Whether a string shows the very text of expressions inside, such as `f"{x=}"` does.

    A t-string (PEP 750) keeps the text of them all.
    """
    if isinstance(node, ast.JoinedStr):
        return re.search(r"=\s*[!:}]", source.segment(node)) is not None
    return node.__class__.__name__ == "TemplateStr"


def names_in(*nodes: ast.AST) -> set[str]:
    """Every name that these mention."""
    return {node.id for root in nodes for node in walk(root) if isinstance(node, ast.Name)}


def bound_names(target: ast.AST) -> list[str]:
    """The names that an assignment or loop target binds, in order."""
    if isinstance(target, ast.Name):
        return [target.id] if isinstance(target.ctx, ast.Store) else []
    return [
        node.id
        for node in walk(target)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]


def binds_names_only(target: ast.expr) -> bool:
    """Whether a target is a name, or names in brackets: nothing that runs code when bound."""
    match target:
        case ast.Name():
            return True
        case ast.Tuple(parts) | ast.List(parts):
            return all(binds_names_only(part) for part in parts)
        case ast.Starred(value):
            return binds_names_only(value)
    return False


class Treatment(Enum):
    """What one mention of a container does with it."""

    READ = "reads"
    RETURN = "returns"
    CHANGE = "changes"
    REBIND = "rebinds"
    HAND_ON = "hands on"
    """Somebody else may keep it, and change it at any later time."""


def mentions_of(
    scope: Scope, container: ast.expr, *roots: ast.AST
) -> Iterator[tuple[ast.expr, Treatment]]:
    """Every place below `roots` that mentions a name or a dotted path, and what it does there.

    `scope` is any one of the file.
    """
    for root in roots:
        pending: list[tuple[ast.AST, tuple[ast.AST, ...]]] = [(root, ())]
        while pending:
            node, above = pending.pop()
            if node.__class__ is container.__class__ and is_same(node, container):
                assert isinstance(node, ast.expr)
                yield node, _treatment(scope, node, above)
                continue
            below = (*above[-3:], node)
            pending.extend((child, below) for child in children(node))


def is_same(node: ast.AST, other: ast.AST) -> bool:
    """Whether two names, or dotted paths, or items of such, are written the same."""
    if node.__class__ is not other.__class__:
        return False
    match node, other:
        case ast.Name(name), ast.Name(wanted):
            return name == wanted
        case ast.Attribute(value, attribute), ast.Attribute(owner, wanted):
            return attribute == wanted and is_same(value, owner)
        case ast.Subscript(value, index), ast.Subscript(owner, wanted_index):
            return is_same(value, owner) and ast.dump(index) == ast.dump(wanted_index)
    return False


def _treatment(scope: Scope, node: ast.expr, above: tuple[ast.AST, ...]) -> Treatment:
    if isinstance(getattr(node, "ctx", None), ast.Store | ast.Del):
        return Treatment.REBIND
    parent = above[-1] if above else None
    grandparent = above[-2] if len(above) > 1 else None
    match parent:
        case ast.Attribute(attr=method):
            if isinstance(parent.ctx, ast.Store | ast.Del):
                return Treatment.CHANGE
            if not (isinstance(grandparent, ast.Call) and grandparent.func is parent):
                return Treatment.HAND_ON
            is_change = method in MUTATORS or method.startswith("__")
            return Treatment.CHANGE if is_change else Treatment.READ
        case ast.Subscript(value=value) if value is node:
            is_load = isinstance(parent.ctx, ast.Load)
            return Treatment.READ if is_load else Treatment.CHANGE
        case ast.Subscript() | ast.Compare() | ast.BoolOp() | ast.UnaryOp() | ast.BinOp():
            return _as_operand(parent, grandparent)
        case ast.Call(func=ast.Name(name), args=args) if node in args and is_quiet(scope, name):
            # Iterators over it, and copies into a call of unknown kind, are followed no further.
            if name in _MAY_GIVE_BACK and len(parent.args) > 1 and not _is_summed(name, node, args):
                return Treatment.HAND_ON
            if name in _HOLDERS or name.endswith(("Error", "Exception", "Exit", "Iteration")):
                return Treatment.HAND_ON
            return Treatment.READ if name not in _KEEPERS else _as_iterator(scope, above)
        case ast.Call(func=ast.Attribute(ast.Constant(), "join")):
            return Treatment.READ
        case ast.For(iter=iterable) | ast.comprehension(iter=iterable) if iterable is node:
            return Treatment.READ
        case ast.FormattedValue() | ast.If() | ast.While() | ast.Assert() | ast.Expr():
            return Treatment.READ
        case ast.Starred() if isinstance(grandparent, ast.Call | ast.List | ast.Tuple | ast.Set):
            return Treatment.READ
        case ast.AugAssign(target=target):
            return Treatment.REBIND if target is node else Treatment.READ
        case ast.Return():
            return Treatment.RETURN
    return Treatment.HAND_ON


def is_quiet(scope: Scope, name: str) -> bool:
    """Whether a name means a builtin that does not touch what it was not given, in all the file."""
    if name not in QUIET_BUILTINS:
        return False
    module = scope.module
    key = (is_quiet, name)
    if key not in module.memo:
        bound = not module.is_builtin(name)
        if not bound and (module.text is None or _may_be_bound(name, module.text)):
            bound = name in _bound_anywhere(module)
        module.memo[key] = not bound
    return bool(module.memo[key])


def _may_be_bound(name: str, text: bytes) -> bool:
    """Whether a name is defined in a text, or stands there in any other way than being called."""
    pattern = rf"(?:def|class)\s+{name}\b|(?<![.\w]){name}\b(?!\s*\()"
    return re.search(pattern.encode(), text) is not None


def _bound_anywhere(module: Scope) -> frozenset[str]:
    """Every name that is given a meaning in some scope of a file."""
    found = module.memo.get(_bound_anywhere)
    if found is None:
        found = module.memo[_bound_anywhere] = frozenset(
            name
            for node in walk(module.node)
            if not isinstance(getattr(node, "ctx", None), ast.Load)
            for name in names_of(node)
        )
    assert isinstance(found, frozenset)
    return found


def _is_summed(name: str, node: ast.expr, args: Sequence[ast.expr]) -> bool:
    return name == "sum" and node is args[0]


_MAY_GIVE_BACK = frozenset({"max", "min", "sum", "getattr"})
"""Builtins that may return one of several arguments."""
_HOLDERS = frozenset({"slice", "type", "object", "super"})
_KEEPERS = frozenset({"enumerate", "zip", "reversed", "iter", "map", "filter"})


def _as_iterator(scope: Scope, above: tuple[ast.AST, ...]) -> Treatment:
    """`for i, x in enumerate(xs)` reads; an iterator that is kept still sees later changes."""
    call, user = above[-1], above[-2] if len(above) > 1 else None
    if isinstance(user, ast.For | ast.comprehension) and user.iter is call:
        return Treatment.READ
    if isinstance(user, ast.Call) and isinstance(user.func, ast.Name):
        return Treatment.READ if is_quiet(scope, user.func.id) else Treatment.HAND_ON
    return Treatment.HAND_ON


def _as_operand(parent: ast.AST, grandparent: ast.AST | None) -> Treatment:
    if isinstance(parent, ast.BoolOp):
        # The value of `xs or default` may be the very object.
        tests = isinstance(grandparent, ast.If | ast.While | ast.IfExp)
        tested = isinstance(grandparent, ast.UnaryOp) or (tests and grandparent.test is parent)  # type: ignore[union-attr]
        return Treatment.READ if tested else Treatment.HAND_ON
    return Treatment.READ


def body_of(scope: Scope) -> Sequence[ast.AST]:
    """What stands in a scope, without the header that is evaluated around it."""
    if isinstance(scope.node, (*FUNCTIONS, ast.Module, ast.ClassDef)):
        return scope.node.body
    return [scope.node]


def item_kind_is_certain(scope: Scope, name: str) -> bool:
    """Whether what a name's container holds is what its literal or constructor put there."""
    owner = scope.owner(name)
    harmless = {Treatment.READ}
    if owner.parent is not None and not any(owner.captures(name)):
        # What a function returns is out of its hands, but it has no hands any more.
        harmless.add(Treatment.RETURN)
    return all(
        treatment in harmless
        for node, treatment in mentions_of(owner, ast.Name(name, ast.Load()), *body_of(owner))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    )
