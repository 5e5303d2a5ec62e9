"""What becomes of a handle, such as an open file or a lock, until it is given back."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from idiomist.semantics.effects import is_inert
from idiomist.semantics.kind import OPENERS
from idiomist.semantics.kinds import Kinds
from idiomist.semantics.mentions import binds_names_only, bound_names, names_in
from idiomist.semantics.scopes import FUNCTIONS
from idiomist.semantics.trees import children

_FINISHING = frozenset(
    "read readline readlines readable write writelines truncate seek tell flush".split()
)
"""Methods of files whose result does not need the file."""
CONSUMERS = frozenset(
    {
        "json.load", "json.dump", "pickle.load", "pickle.dump", "marshal.load", "marshal.dump",
        "tomllib.load", "plistlib.load", "plistlib.dump", "yaml.load", "yaml.safe_load",
        "yaml.dump", "yaml.safe_dump", "list", "tuple", "set", "frozenset", "sorted", "sum", "len",
        "min", "max", "any", "all", "dict", "shutil.copyfileobj", "ast.parse", "print",
        "collections.Counter",
    }
)  # fmt: skip
"""Functions that have read or written all they want when they return."""
LAZY_READERS = frozenset({"csv.reader", "csv.DictReader", "enumerate", "zip", "map", "filter"})
"""Functions whose result goes on reading; fine where a loop uses it up at once."""


def is_opener(kinds: Kinds, call: ast.expr) -> bool:
    """Whether an expression opens a file that can be closed by `with`."""
    match call:
        case ast.Call(ast.Name("open" | "fdopen") | ast.Attribute(attr="open" | "fdopen")):
            pass
        case _:
            return False
    name = kinds.scope.full_name(call.func)
    if name == "open" or name in OPENERS:
        return True
    if isinstance(call.func, ast.Attribute) and call.func.attr == "open":
        owner = kinds.of(call.func.value)
        return owner is not None and owner.name == "Path"
    return False


def is_done_after(kinds: Kinds, call: ast.Call, above: Sequence[ast.AST]) -> bool:
    """Whether the handle that `call` gives is no longer needed when its expression is done.

    `above` are the nodes around it, the nearest last: a method of its own that finishes with
    it, or a function that is known to read or write all it wants.
    """
    parent = above[-1] if above else None
    if isinstance(parent, ast.keyword):
        parent = above[-2] if len(above) > 1 else None
    outer = above[-2] if len(above) > 1 else None
    match parent:
        case ast.Attribute(attr=method):
            return method in _FINISHING and isinstance(outer, ast.Call) and outer.func is parent
        case ast.Call(func=ast.Attribute(ast.Constant(), "join")):
            return True
        case ast.Call(func=function):
            name = kinds.scope.full_name(function)
            return name in CONSUMERS or (
                name in LAZY_READERS and is_done_after(kinds, parent, above[:-1])
            )
        case ast.comprehension():
            match above[-2:]:
                case [ast.ListComp() | ast.SetComp() | ast.DictComp() as around, _]:
                    return around.generators[0] is parent
                case [ast.GeneratorExp() as around, _] if around.generators[0] is parent:
                    return is_done_after(kinds, call, above[:-2])
    return False


def path_method(kinds: Kinds, call: ast.Call, above: Sequence[ast.AST]) -> str | None:
    """The method of a path object that opens, reads or writes all, and closes, if one fits."""
    is_method = isinstance(call.func, ast.Attribute) and call.func.attr == "open"
    if is_method and kinds.scope.full_name(call.func) in OPENERS:
        return None
    arguments = call.args if is_method else call.args[1:]
    path = call.func.value if isinstance(call.func, ast.Attribute) else next(iter(call.args), None)
    kind = kinds.of(path) if path is not None else None
    modes = [*arguments[:1], *(key.value for key in call.keywords if key.arg == "mode")]
    options = {key.arg for key in call.keywords} - {"mode"}
    if (
        kind is None
        or kind.name != "Path"
        or len(arguments) > 1
        or options - {"encoding", "errors"}
    ):
        return None
    match modes, above[-2:]:
        case ([] | [ast.Constant("r" | "rt")]), [
            ast.Call(args=[], keywords=[]),
            ast.Attribute(attr="read"),
        ]:
            return "read_text"
        case [ast.Constant("rb")], [ast.Call(args=[], keywords=[]), ast.Attribute(attr="read")]:
            return "read_bytes"
        case [ast.Constant("w" | "wt")], [ast.Call(args=[text]), ast.Attribute(attr="write")]:
            return "write_text" if _is_sure_to_be(kinds, text, "str") else None
        case [ast.Constant("wb")], [ast.Call(args=[data]), ast.Attribute(attr="write")]:
            return "write_bytes" if _is_sure_to_be(kinds, data, "bytes") else None
    return None


def _is_sure_to_be(kinds: Kinds, node: ast.expr, wanted: str) -> bool:
    """Whether it can be evaluated, and found to be of this kind, before the file is emptied."""
    kind = kinds.of(node)
    return is_inert(kinds.scope, node) and kind is not None and kind.name == wanted


def escapes(name: str, body: Sequence[ast.stmt], *, made_inside: bool = False) -> ast.AST | None:
    """The first place in `body` where somebody may get hold of the handle for later.

    Calling its methods, looping over it and giving it to a function do not count; returning
    or yielding it, storing it anywhere and using it in a function of its own do, and giving the
    name another value, unless that is where it comes from.
    """
    for statement in body:
        for node, above in _uses(name, statement):
            if made_inside and isinstance(node.ctx, ast.Store):
                continue
            if not closing_of(name, statement_of(node, above)) and _lets_go(node, above):
                return node
    return None


def wrappers(name: str, body: Sequence[ast.stmt]) -> Iterator[tuple[ast.Call, list[str]]]:
    """What `body` builds around a handle that goes on using it, perhaps, by the calls that do.

    Such as a reader or writer, or one around that; not what was read from it. Each comes with
    the variables that get it, none where it is handed on at once.
    """
    known = {name}
    pending = [name]
    while pending:
        source = pending.pop()
        for statement in body:
            for node, above in _uses(source, statement):
                call = _wrapping(node, above)
                if call is None or isinstance(above[above.index(call) - 1], ast.comprehension):
                    continue
                variables = [each for each in _receivers(above) if each not in known]
                known.update(variables)
                pending += variables
                if variables or _is_handed_on(call, above):
                    yield call, variables


def _receivers(above: tuple[ast.AST, ...]) -> Iterator[str]:
    """The variables that what stands below these nodes may be given to."""
    for node in above:
        match node:
            case ast.Assign(targets):
                yield from (name for target in targets for name in bound_names(target))
            case ast.AnnAssign(target=target) | ast.NamedExpr(target=target):
                yield from bound_names(target)


def _is_handed_on(call: ast.Call, above: tuple[ast.AST, ...]) -> bool:
    """Whether something else gets what a call makes: a container, or another call."""
    user = above[above.index(call) - 1]
    if isinstance(user, ast.Call):
        return not _is_consumer(user)
    return isinstance(user, ast.keyword | ast.List | ast.Tuple | ast.Dict | ast.Set)


def keeps_nothing_back(kinds: Kinds, call: ast.Call) -> bool:
    """Whether what a call makes around a file hands on at once what it is told to write."""
    name = kinds.scope.full_name(call.func)
    return name in LAZY_READERS or name in ("csv.writer", "csv.DictWriter")


def _wrapping(node: ast.Name, above: tuple[ast.AST, ...]) -> ast.Call | None:
    """The call that is given the handle, unless it wants it no longer when it is done."""
    calls = [part for part in above if isinstance(part, ast.Call)]
    is_argument = isinstance(above[-1], ast.Call | ast.keyword)
    if is_argument and isinstance(node.ctx, ast.Load) and not _is_consumer(calls[-1]):
        return calls[-1]
    return None


def _is_consumer(call: ast.Call) -> bool:
    return ast.unparse(call.func) in CONSUMERS


def statement_of(node: ast.AST, above: Sequence[ast.AST]) -> ast.AST:
    """The nearest statement around a node."""
    return next((part for part in reversed(above) if isinstance(part, ast.stmt)), node)


def _uses(name: str, root: ast.AST) -> Iterator[tuple[ast.Name, tuple[ast.AST, ...]]]:
    pending: list[tuple[ast.AST, tuple[ast.AST, ...]]] = [(root, ())]
    while pending:
        node, above = pending.pop()
        if isinstance(node, ast.Name) and node.id == name:
            yield node, above
        below = (*above, node)
        pending.extend((child, below) for child in children(node))


def _lets_go(node: ast.Name, above: tuple[ast.AST, ...]) -> bool:
    if not isinstance(node.ctx, ast.Load):
        return True
    for index, part in enumerate(above):
        if isinstance(part, (*FUNCTIONS, ast.Lambda, ast.ClassDef)):
            return True
        if isinstance(part, ast.GeneratorExp):
            user = above[index - 1] if index else None
            if not (isinstance(user, ast.Call) and _uses_up(user)):
                return True
    parent = above[-1]
    match parent:
        case ast.Attribute():
            called = len(above) > 1 and isinstance(above[-2], ast.Call)
            return not called or above[-2].func is not parent  # type: ignore[attr-defined]
        case ast.For() | ast.comprehension() | ast.Compare() | ast.FormattedValue():
            return False
        case ast.Call() | ast.keyword():
            return _result_is_kept(above)
        case ast.If() | ast.While() | ast.UnaryOp() | ast.BoolOp() | ast.Assert():
            return False
    return True


def _uses_up(call: ast.Call) -> bool:
    match call.func:
        case ast.Name(name):
            return name in CONSUMERS
        case ast.Attribute(attr=method):
            return method in ("join", "writelines", "update", "extend")
    return False


def _result_is_kept(above: tuple[ast.AST, ...]) -> bool:
    """Whether what a function made of the handle leaves the function, or this object."""
    calls = [part for part in above if isinstance(part, ast.Call)]
    if _is_consumer(calls[-1]):
        return False
    outermost = calls[0]
    index = above.index(outermost)
    user = above[index - 1] if index else None
    match user:
        case ast.Return() | ast.Yield() | ast.YieldFrom() | ast.Raise():
            return True
        case ast.Assign(targets):
            return not all(binds_names_only(target) for target in targets)
        case ast.List() | ast.Tuple() | ast.Dict() | ast.Set():
            return True
    keepers = calls if ast.unparse(calls[-1].func) in LAZY_READERS else calls[-1:]
    return any(ast.unparse(call.func).endswith(_KEEPERS) for call in keepers)


_KEEPERS = tuple(
    "append add basicConfig closing enterContext enter_context push register setattr".split()
)
"""How functions are called that put what they are given somewhere."""


def leaves_early(name: str, body: Sequence[ast.stmt]) -> ast.stmt | None:
    """The first statement that leaves `body` by another way than its end, the handle not closed.

    A `return` that needs nothing made from the handle is none: the function's end drops the
    handle, which closes it just as well.
    """
    for statement in body:
        for node, above in _own_nodes(statement):
            match node:
                case ast.Return(value):
                    needs = value is not None and names_in(value) - {name}
                    if not needs:
                        continue
                case ast.Break() | ast.Continue():
                    if any(isinstance(part, ast.For | ast.AsyncFor | ast.While) for part in above):
                        continue
                case _:
                    continue
            if not _closed_before(name, node, above):
                return node
    return None


def _own_nodes(root: ast.AST) -> Iterator[tuple[ast.AST, tuple[ast.AST, ...]]]:
    pending: list[tuple[ast.AST, tuple[ast.AST, ...]]] = [(root, ())]
    while pending:
        node, above = pending.pop()
        yield node, above
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.Lambda)):
            pending.extend((child, (*above, node)) for child in children(node))


def _closed_before(name: str, leave: ast.stmt, above: Sequence[ast.AST]) -> bool:
    """Whether the statement right before is the close."""
    parent = above[-1] if above else None
    for field in ("body", "orelse", "finalbody"):
        block = getattr(parent, field, [])
        if leave in block:
            index = block.index(leave)
            return index > 0 and closing_of(name, block[index - 1])
    return False


def only_reads(kinds: Kinds, call: ast.Call) -> bool:
    """Whether a file is opened for reading: nobody can tell when it is closed."""
    if any(isinstance(arg, ast.Starred) for arg in call.args):
        return False
    name = kinds.scope.full_name(call.func)
    place = 1 if name == "open" or name in OPENERS else 0
    modes = [*call.args[place : place + 1]]
    modes += [key.value for key in call.keywords if key.arg in ("mode", None)]
    return all(
        isinstance(mode, ast.Constant) and mode.value in ("r", "rb", "rt", "br") for mode in modes
    )


def tried_statements(block: ast.Try) -> list[ast.stmt]:
    """What stands in the blocks of a `try` statement, but for its `finally`."""
    handled = (statement for handler in block.handlers for statement in handler.body)
    return [*block.body, *block.orelse, *handled]


def closing_of(name: str, statement: ast.AST) -> bool:
    """Whether a statement is `name.close()` and nothing else."""
    match statement:
        case ast.Expr(ast.Call(ast.Attribute(ast.Name(owner), "close"), [], [])):
            return owner == name
    return False


def may_leave(body: Sequence[ast.stmt]) -> bool:
    """Whether these statements may be left by `return`, or by `break` or `continue` outwards."""
    for statement in body:
        for node, above in _own_nodes(statement):
            if isinstance(node, ast.Return | ast.Yield | ast.YieldFrom | ast.Await):
                return True
            if isinstance(node, ast.Break | ast.Continue):
                loops = (ast.For, ast.AsyncFor, ast.While)
                if not any(isinstance(part, loops) for part in above):
                    return True
    return False


def lets_errors_out(kinds: Kinds, manager: ast.expr) -> bool:
    """Whether a context manager is known not to suppress exceptions."""
    kind = kinds.of(manager)
    if kind is not None and kind.name in ("file", "binary file", "lock"):
        return True
    if isinstance(manager, ast.Call):
        return kinds.scope.full_name(manager.func) in _TRANSPARENT
    return False


_TRANSPARENT = frozenset(
    {
        "contextlib.closing",
        "contextlib.nullcontext",
        "contextlib.redirect_stdout",
        "contextlib.redirect_stderr",
        "contextlib.chdir",
        "tempfile.TemporaryDirectory",
        "tempfile.NamedTemporaryFile",
        "tempfile.TemporaryFile",
        "zipfile.ZipFile",
        "tarfile.open",
        "urllib.request.urlopen",
        "socket.socket",
        "concurrent.futures.ThreadPoolExecutor",
        "concurrent.futures.ProcessPoolExecutor",
        "decimal.localcontext",
        "os.scandir",
        "warnings.catch_warnings",
    }
)
