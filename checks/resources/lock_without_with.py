"""Let `with` release the lock.

Between `acquire` and `release` an error leaves the lock taken, and everyone else waiting.
`with` releases it however the block is left, and shows at a glance what it protects.

```python before
import threading

lock = threading.Lock()
done = []

def note(entry):
    lock.acquire()
    try:
        done.append(entry)
    finally:
        lock.release()

note("one")
print(done, lock.locked())
```

```python after
import threading

lock = threading.Lock()
done = []

def note(entry):
    with lock:
        done.append(entry)

note("one")
print(done, lock.locked())
```

Keep `acquire` where its answer matters, or where the lock is released somewhere else:

```python keep
import threading

lock = threading.Lock()

def try_it():
    if lock.acquire(timeout=0.01):
        lock.release()
        return "free"
    return "taken"

print(try_it())
```

Without a `finally`, an error on the way leaves the lock taken today and would not with
`with`. That is nearly always what was meant, but it is a change: a doubt says so.
"""

import ast
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from idiomist import Check, Doubt, Finding, Hazard, Source
from idiomist.rewriting import blocks
from idiomist.semantics import hazards
from idiomist.semantics.handles import may_leave, tried_statements
from idiomist.semantics.mentions import Treatment, is_same, mentions_of, rebinds
from idiomist.semantics.scopes import Scope
from idiomist.semantics.trees import root_of, walk

if TYPE_CHECKING:
    from idiomist.finding import Statement

check = Check(__name__, __doc__, code="IDM303")


@check.on(ast.Expr, words=(".acquire(",))
def acquired_by_hand(statement: ast.Expr, source: Source) -> Iterator[Finding]:
    """Find `lock.acquire()` and, further down in the block, `lock.release()`."""
    lock = _called_on(statement, "acquire")
    if lock is None:
        return
    below = source.place.statements[source.index + 1 :]
    match below:
        case [ast.Try(finalbody=[last]) as block, *_] if _releases(lock, last):
            in_finally = True
            flagged: list[ast.stmt] = [block]
            kept = tried_statements(block)
            body: list[ast.AST] = [*kept, *block.handlers]
        case _:
            in_finally = False
            index = next((i for i, part in enumerate(below) if _releases(lock, part)), 0)
            kept = below[:index]
            body = [*kept]
            flagged = below[: index + 1]
            if may_leave(kept):
                return
    if not body or _touches(source.scope, lock, body):
        return
    shown = source.flat(lock)
    yield check.finding(
        statement,
        *flagged,
        source=source,
        message=f"`{shown}` is acquired and released by hand; `with` releases it whatever happens",
        doubts=_doubts(lock, body, in_finally, source),
        rewrite=partial(in_with_block, in_finally=in_finally, indent=source.indent_unit),
        kept=kept,
    )


def _doubts(
    lock: ast.expr, body: Sequence[ast.AST], in_finally: bool, source: Source
) -> Iterator[Doubt]:
    yield from hazards.kind_unknown(source, lock, ("lock",), "`with` asks for a context manager")
    yield from hazards.rebound_meanwhile(source, lock, body)
    if not in_finally:
        line = source.statement.lineno
        reason = f"an error after line {line} leaves `{source.flat(lock)}` taken today"
        yield Doubt(Hazard.EXCEPTION, line, reason)


def _called_on(statement: ast.stmt, method: str) -> ast.expr | None:
    """The name or path on which a statement calls a method without arguments."""
    match statement:
        case ast.Expr(ast.Call(ast.Attribute(owner, called), [], [])) if called == method:
            return owner if isinstance(root_of(owner), ast.Name) else None
    return None


def _releases(lock: ast.expr, statement: ast.stmt) -> bool:
    owner = _called_on(statement, "release")
    return owner is not None and is_same(owner, lock)


def _touches(scope: Scope, lock: ast.expr, body: Sequence[ast.AST]) -> bool:
    """Whether the block takes, releases, rebinds or hands on the lock, or rebinds its owner."""
    owner = root_of(lock)
    if isinstance(owner, ast.Name) and rebinds({owner.id}, *body):
        return True
    for node, treatment in mentions_of(scope, lock, *body):
        if treatment is not Treatment.READ or node is lock:
            return True
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in ("acquire", "release")
        and is_same(node.value, lock)
        for root in body
        for node in walk(root)
    )


def in_with_block(
    region: "Sequence[Statement]", in_finally: bool, indent: str
) -> "Sequence[Statement]":
    """Put what the lock protects below a `with`."""
    first, *rest = region
    lock = blocks.owner_of(first)
    if in_finally:
        body, comments = blocks.without_finally(rest[0])
        return [blocks.with_block(lock, None, body, indent, footer=comments)]
    *body, release = rest
    return [blocks.with_block(lock, None, body, indent, footer=blocks.comments_of(release))]
