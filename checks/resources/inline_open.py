"""Give the file a name, and let `with` close it.

A file that is opened in the middle of an expression has no name by which to close it. It
stays open until the garbage collector comes by: at once in CPython, at some time in others,
and with a ResourceWarning for those who look.

```python before
import os

def words_of(path):
    return open(path, encoding="utf-8").read().split()

print(words_of(os.devnull))
```

```python after
import os

def words_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read().split()

print(words_of(os.devnull))
```

A path object can do it in one call:

```python before
import os
from pathlib import Path

def text_of(path: Path) -> str:
    return path.open(encoding="utf-8").read()

print(repr(text_of(Path(os.devnull))))
```

```python after
import os
from pathlib import Path

def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")

print(repr(text_of(Path(os.devnull))))
```

Keep it where somebody else takes the file over, and closes it:

```python keep
import os
from contextlib import ExitStack

def sizes(paths):
    with ExitStack() as stack:
        files = [stack.enter_context(open(path)) for path in paths]
        return [len(file.read()) for file in files]

print(sizes([os.devnull]))
```
"""

import ast
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from idiomist import Check, Doubt, Finding, Hazard, Source
from idiomist.rewriting import blocks, cst, pieces
from idiomist.semantics import hazards
from idiomist.semantics.effects import (
    children_with_kinds,
    evaluated_before,
    is_inert,
    suspends,
    unknown_call,
)
from idiomist.semantics.handles import (
    LAZY_READERS,
    is_done_after,
    is_opener,
    only_reads,
    path_method,
)
from idiomist.semantics.mentions import binds_names_only, bound_names, names_in, shows_expressions
from idiomist.semantics.naming import fresh
from idiomist.semantics.scopes import ScopeKind

if TYPE_CHECKING:
    from idiomist.finding import Statement
    from idiomist.semantics.kinds import Kinds

check = Check(__name__, __doc__, code="IDM302")

_Simple = ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Expr | ast.Return


@check.on(ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.Return, words=("open(",))
def opened_inside(statement: _Simple, source: Source) -> Iterator[Finding]:
    """Find `open(...)` inside an expression that needs it no longer than that."""
    place = _first_open(statement, source)
    if place is None or source.scope.kind is ScopeKind.CLASS:
        return
    call, above, kinds = place
    if suspends(statement) or not is_done_after(kinds, call, above):
        return
    if any(shows_expressions(node, source) for node in above):
        return
    method = path_method(kinds, call, above)
    if method:
        yield check.finding(
            statement,
            source=source,
            message=f"`{source.flat(call.func)}` opens a file that nobody closes; "
            f"`{method}` does both",
            rewrite=partial(with_path_method, function=source.flat(call.func), method=method),
            at=call,
        )
        return
    if any(isinstance(node, ast.Lambda) for node in above) or _names_around(above) & names_in(call):
        return
    yield from _with_around(statement, call, source, _order_doubts(statement, call, above, source))


@check.on(ast.For, words=("open(",))
def opened_for_loop(loop: ast.For, source: Source) -> Iterator[Finding]:
    """Find `for line in open(...)`, also through a reader that hands its lines on."""
    call = loop.iter
    while isinstance(call, ast.Call) and not is_opener(source.kinds, call):
        if source.scope.full_name(call.func) not in LAZY_READERS or not call.args:
            return
        call = call.args[0]
    if not isinstance(call, ast.Call) or source.scope.kind is ScopeKind.CLASS:
        return
    yield from _with_around(loop, call, source, ())


def _with_around(
    statement: ast.stmt, call: ast.Call, source: Source, doubts: Iterable[Doubt]
) -> Iterator[Finding]:
    name = fresh(source, ["file", "handle", "stream", "opened"])
    if name is None:
        return
    yield check.finding(
        statement,
        source=source,
        message=f"`{source.flat(call)}` is opened and never closed; "
        "`with` gives it a name and an end",
        doubts=_and_of_name(doubts, source),
        rewrite=partial(
            in_with_block, function=source.flat(call.func), name=name, indent=source.indent_unit
        ),
        kept=statement.body if isinstance(statement, ast.For) else (statement,),
        at=call,
    )


def _and_of_name(doubts: Iterable[Doubt], source: Source) -> Iterator[Doubt]:
    yield from doubts
    yield from hazards.name_comes(source)


def _first_open(
    statement: _Simple, source: Source
) -> "tuple[ast.Call, tuple[ast.AST, ...], Kinds] | None":
    """The one call in a statement that opens a file, the nodes around it, the kinds there."""
    found: list[tuple[ast.Call, tuple[ast.AST, ...], Kinds]] = []
    pending: list[tuple[ast.AST, tuple[ast.AST, ...], Kinds]] = [(statement, (), source.kinds)]
    while pending:
        node, above, kinds = pending.pop()
        if isinstance(node, ast.Call) and is_opener(kinds, node):
            found.append((node, above, kinds))
        below = (*above, node)
        pending.extend((child, below, there) for child, there in children_with_kinds(node, kinds))
    return found[0] if len(found) == 1 else None


def _names_around(above: tuple[ast.AST, ...]) -> set[str]:
    """The names of comprehensions around a place, which mean nothing outside of them."""
    return {
        name
        for node in above
        for generator in getattr(node, "generators", ())
        for name in bound_names(generator.target)
    }


def _ends_statement(call: ast.Call, above: tuple[ast.AST, ...]) -> bool:
    """Whether nothing is evaluated any more when the file has been used."""
    if isinstance(above[0], ast.AugAssign):
        return False
    match above[1:]:
        case [ast.Call()] | [ast.Call(), ast.Attribute() | ast.keyword()]:
            return not isinstance(above[0], ast.Assign) or binds_names_only(above[0].targets[0])
    return False


def _order_doubts(
    statement: _Simple, call: ast.Call, above: tuple[ast.AST, ...], source: Source
) -> Iterator[Doubt]:
    """What the statement does before the file is opened, or after it is closed, today."""
    line = call.lineno
    earlier = evaluated_before(source.scope, statement.value, call) if statement.value else None
    if isinstance(statement, ast.AugAssign) and earlier is not None:
        target = statement.target
        if not isinstance(target, ast.Name) or (
            unknown_call(source.kinds, call) and not is_inert(source.scope, target)
        ):
            earlier.insert(0, target)
    if earlier is None:
        reason = f"the file on line {line} is not opened every time; `with` always opens it"
        yield Doubt(Hazard.EXCEPTION, line, reason)
    elif earlier:
        shown, there = source.flat(earlier[0]), earlier[0].lineno
        reason = f"`{shown}` on line {there} is evaluated before the file is opened"
        yield Doubt(Hazard.EVALUATION_ORDER, there, reason)
    else:
        names = names_in(statement) - names_in(call)
        if not isinstance(statement, ast.AugAssign):
            names -= set(bound_names(statement))
        for name in sorted(names):
            yield from hazards.may_be_unbound(source, name)
    if not only_reads(source.kinds, call) and not _ends_statement(call, above):
        reason = f"the file on line {line} is closed before the rest of the line today"
        yield Doubt(Hazard.EVALUATION_ORDER, line, reason)


def in_with_block(
    region: "Sequence[Statement]", function: str, name: str, indent: str
) -> "Sequence[Statement]":
    """Open the file above the statement, and use its name inside."""
    [statement] = region
    call, changed = pieces.pulled_out(statement, function, cst.Name(name))
    return [blocks.around(changed, call, name, indent)]


def with_path_method(
    region: "Sequence[Statement]", function: str, method: str
) -> "Sequence[Statement]":
    """`path.open(...).read()` becomes `path.read_text(...)`."""
    [statement] = region
    return [pieces.with_path_method(statement, function, method)]
