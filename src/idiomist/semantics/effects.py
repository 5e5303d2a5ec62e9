"""What evaluating code may do: run code we cannot see, suspend, depend on when it happens."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from idiomist.semantics.kind import OPENERS
from idiomist.semantics.kinds import Kinds
from idiomist.semantics.mentions import QUIET_BUILTINS
from idiomist.semantics.scopes import COMPREHENSIONS, FUNCTIONS, Scope
from idiomist.semantics.trees import children, walk

QUIET_MODULES = frozenset(
    "base64 binascii bisect calendar cmath collections colorsys copy csv datetime decimal difflib "
    "errno fnmatch fractions functools glob gzip hashlib heapq html io ipaddress itertools json "
    "keyword locale logging math mimetypes numbers operator os pathlib platform pprint random re "
    "secrets shlex shutil statistics string struct sys tempfile textwrap time tokenize "
    "unicodedata urllib uuid warnings zlib".split()
)
"""Modules of the standard library whose functions know nothing of the program that calls them."""
_CALLERS = {
    **dict.fromkeys(("map", "filter", "iter", "functools.reduce", "collections.defaultdict"), 0),
    **{f"itertools.{name}": 0 for name in ("dropwhile", "filterfalse", "starmap", "takewhile")},
    **dict.fromkeys(("itertools.accumulate", "itertools.groupby", "re.sub", "re.subn"), 1),
}
"""Quiet functions that call what they are given, and as which argument they are given it."""
_CALLED = frozenset(
    "key default func repl cls object_hook object_pairs_hook parse_float parse_int parse_constant "
    "onerror ignore copy_function target initializer".split()
)
_KNOWN_KINDS = frozenset(
    "str bytes bytearray int float bool list tuple dict set frozenset range deque file view lock "
    "Path".split()
) | {"binary file"}
DRAINERS = frozenset("all any bytes dict frozenset list max min set sorted sum tuple len".split())
"""Builtins that have used up a generator by the time they return."""
_OWN_SCOPE = (*FUNCTIONS, ast.Lambda)
_OPENS_SCOPE = frozenset({*COMPREHENSIONS, *_OWN_SCOPE, ast.ClassDef})


def walk_scope(node: ast.AST) -> Iterator[ast.AST]:
    """This node and what is below it, without the bodies of functions and lambdas inside."""
    pending = [node]
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, _OWN_SCOPE):
            pending.extend(children(node))


def walk_with_kinds(kinds: Kinds, *roots: ast.AST) -> Iterator[tuple[ast.AST, Kinds]]:
    """What `walk` gives, each node with the kinds of the scope that it stands in."""
    pending = [(root, kinds) for root in roots]
    while pending:
        node, there = pending.pop()
        yield node, there
        pending += children_with_kinds(node, there)


def children_with_kinds(node: ast.AST, kinds: Kinds) -> Iterator[tuple[ast.AST, Kinds]]:
    """The nodes directly below, each with the kinds of the scope that it stands in."""
    if node.__class__ not in _OPENS_SCOPE:
        for child in children(node):
            yield child, kinds
        return
    inside = kinds.inside(node)
    body = getattr(node, "body", None) or children(node)
    inner = {id(part) for part in (body if isinstance(body, list) else [body])}
    for child in children(node):
        # Decorators, defaults and bases belong to the scope around.
        yield child, inside if id(child) in inner else kinds


def suspends(*nodes: ast.AST) -> bool:
    """Whether evaluating these yields from the function they stand in."""
    return any(
        isinstance(node, ast.Yield | ast.YieldFrom) for root in nodes for node in walk_scope(root)
    )


def awaits(*nodes: ast.AST) -> bool:
    """Whether evaluating these gives control to the event loop."""
    return any(
        isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith)
        or (isinstance(node, ast.comprehension) and node.is_async)
        for root in nodes
        for node in walk_scope(root)
    )


_MAY_RUN_CODE = frozenset(
    {
        ast.AsyncFor, ast.AsyncFunctionDef, ast.AsyncWith, ast.Await, ast.Call, ast.ClassDef,
        ast.FunctionDef, ast.Yield, ast.YieldFrom, ast.comprehension, ast.withitem,
    }
)  # fmt: skip


def unknown_call(kinds: Kinds, *roots: ast.AST) -> ast.expr | None:
    """The first place where code may run that does anything, such as change a shared list.

    Calls, and giving control away by `yield`, `await`, `async` and an unknown context manager.
    Reading an attribute, an item or a sum of unknown objects, turning them into text and looping
    over them is taken to be quiet: such code exists to give a value.
    """
    for node, there in walk_with_kinds(kinds, *roots):
        if node.__class__ not in _MAY_RUN_CODE:
            continue
        match node:
            case ast.Await() | ast.Yield() | ast.YieldFrom():
                return node
            case ast.AsyncFor(iter=awaited) | ast.comprehension(iter=awaited, is_async=1):
                return awaited
            case ast.AsyncWith([ast.withitem(awaited), *_]):
                return awaited
            case ast.withitem(context):
                kind = there.of(context)
                looked_up = isinstance(context, ast.Name | ast.Attribute | ast.Subscript)
                if looked_up and not (kind and kind.name in _KNOWN_KINDS):
                    return context
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                # Decorators are called, and bases are told of their new subclass.
                bases = node.bases if isinstance(node, ast.ClassDef) else []
                if told := [*node.decorator_list, *bases]:
                    return told[0]
            case ast.Call() if not _is_quiet_call(there, node):
                return node
    return None


def _is_quiet_call(kinds: Kinds, node: ast.Call) -> bool:
    name = kinds.scope.full_name(node.func)
    given = [*node.args, *(keyword.value for keyword in node.keywords)]
    if any(_is_function(kinds, value) for value in given):
        return False
    called = [key.value for key in node.keywords if key.arg in _CALLED]
    if name in _CALLERS and (name != "iter" or len(node.args) > 1):
        called += node.args[_CALLERS[name] :][:1]
    if not all(_is_plain(kinds, value) for value in called):
        return False
    if name == "print" and not all(_prints_plainly(kinds, keyword) for keyword in node.keywords):
        return False
    if name in QUIET_BUILTINS or name in OPENERS:
        return True
    if name and name.partition(".")[0] in QUIET_MODULES and "." in name:
        return True
    if isinstance(node.func, ast.Attribute):
        kind = kinds.of(node.func.value)
        # Who waits on a condition wants others to do something meanwhile.
        return kind is not None and kind.name in _KNOWN_KINDS and node.func.attr not in _WAITING
    return False


_WAITING = ("wait", "wait_for")


def _prints_plainly(kinds: Kinds, keyword: ast.keyword) -> bool:
    """Whether an argument of `print` is no object of somebody else that would be written to."""
    if keyword.arg in ("sep", "end", "flush"):
        return True
    kind = kinds.of(keyword.value)
    standard = ("sys.stdout", "sys.stderr", "sys.__stdout__", "sys.__stderr__")
    return kinds.scope.full_name(keyword.value) in standard or bool(kind and kind.name == "file")


def _is_plain(kinds: Kinds, node: ast.expr) -> bool:
    """Whether something that is called if it can be is nothing else than it looks like."""
    match node:
        case ast.Lambda() | ast.Constant():
            return True
        case ast.Name(name) if name in QUIET_BUILTINS and kinds.scope.is_builtin(name):
            return True
    kind = kinds.of(node)
    return kind is not None and kind.name not in ("function", "class")


def _is_function(kinds: Kinds, node: ast.expr) -> bool:
    """Whether a value given to a call may be called by it (a lambda's body is walked anyway)."""
    kind = kinds.of(node) if isinstance(node, ast.Name | ast.Attribute) else None
    return kind is not None and kind.name == "function"


def is_used_up(scope: Scope, node: ast.AST, *roots: ast.AST) -> bool:
    """Whether a generator, with all inside, is at once given to a builtin that consumes it."""
    if not isinstance(node, ast.GeneratorExp):
        return False
    lazy = {part for part in walk(node) if isinstance(part, ast.GeneratorExp | ast.Lambda)}
    return lazy <= set(_drained(scope, *roots))


def _drained(scope: Scope, *roots: ast.AST) -> Iterator[ast.AST]:
    """What is given to calls that have used it up by the time they return."""
    for call in walk(*roots):
        match call:
            case ast.Call(ast.Name(name), [argument, *_]):
                if name in DRAINERS and scope.is_builtin(name):
                    yield argument
            case ast.Call(ast.Attribute(ast.Constant(), "join"), [argument]):
                yield argument


def is_inert(scope: Scope, node: ast.expr) -> bool:
    """Whether evaluating this gives the same whenever it happens, runs nothing, and cannot fail.

    Constants, brackets around inert things, and variables that no other code can rebind.
    """
    match node:
        case ast.Constant() | ast.Lambda():
            return True
        case ast.Name(name):
            return _is_steady(scope, name)
        case ast.Tuple(parts) | ast.List(parts):
            return all(is_inert(scope, part) for part in parts)
        case ast.UnaryOp(ast.USub() | ast.Not(), ast.Constant()):
            return True
    return False


def _is_steady(scope: Scope, name: str) -> bool:
    owner = scope.owner(name)
    binders = owner.binders.get(owner.mangled(name), ())
    if any(isinstance(binder, (ast.NamedExpr, *COMPREHENSIONS)) for binder in binders):
        # Bound in the middle of some expression, perhaps of the very one that is asked about.
        return False
    if owner.parent is None:
        return scope.is_builtin(name) or owner.binds_once(owner.mangled(name))
    return (
        owner.binds_once(name)
        or (owner is scope and not any(name in inner.free_names for inner in scope.children))
        or isinstance(owner.node, COMPREHENSIONS)
    )


def evaluated_before(scope: Scope, root: ast.expr, place: ast.expr) -> list[ast.expr] | None:
    """What `root` evaluates before it gets to `place`, an expression inside it.

    Only what is not inert is told. None when that place may be reached never or many times:
    inside a lambda or a comprehension, or behind `and`, `or`, `if` and chained comparisons.
    """
    before: list[ast.expr] = []
    return before if _collect_before(scope, root, place, before) else None


def _collect_before(scope: Scope, node: ast.expr, place: ast.expr, before: list[ast.expr]) -> bool:
    if node is place:
        return True
    for part in _certain_parts(node):
        if isinstance(node, ast.Call) and part is node.func and isinstance(part, ast.Attribute):
            # Looking a method up is no event; `hazards.looked_up_earlier` asks what it finds.
            part = part.value
        if any(below is place for below in walk(part)):
            return _collect_before(scope, part, place, before)
        if not is_inert(scope, part):
            before.append(part)
    return False


def _certain_parts(node: ast.expr) -> Iterable[ast.expr]:
    """The operands that are evaluated exactly once whenever the node is, in order."""
    match node:
        case ast.Starred(value):
            return [value]
        case ast.BoolOp(values=[first, *_]):
            return [first]
        case ast.IfExp(test=test):
            return [test]
        case ast.Compare(left, _, [second, *_]):
            return [left, second]
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return [node.generators[0].iter]
        case ast.Lambda() | ast.NamedExpr():
            return []
        case ast.Dict(keys, values):
            return [
                part for pair in zip(keys, values, strict=True) for part in pair if part is not None
            ]
        case ast.Call(func, args, keywords):
            return [func, *args, *(keyword.value for keyword in keywords)]
    return [child for child in children(node) if isinstance(child, ast.expr)]
