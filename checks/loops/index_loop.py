"""Loop over the things, not over their numbers.

`range(len(things))` counts positions in order to fetch what is there. A `for` loop hands the
things out by itself; when the position matters too, `enumerate` gives both, and `reversed`
goes backwards.

```python before
def numbered(text):
    lines = text.splitlines()
    for i in range(len(lines)):
        print(i + 1, lines[i].strip())

numbered("idiom\\n  coach")
```

```python after
def numbered(text):
    lines = text.splitlines()
    for i, line in enumerate(lines):
        print(i + 1, line.strip())

numbered("idiom\\n  coach")
```

Keep the index when the loop changes the list, or looks at neighbours:

```python keep
def smoothed(values):
    for i in range(1, len(values)):
        values[i] = (values[i] + values[i - 1]) / 2
    return values

print(smoothed([1.0, 3.0, 5.0]))
```

An object with a length need not be a sequence: a dict with the keys 0, 1, 2 in another order
works with the index and not without. Where nothing tells the kind, there is a doubt.
"""

import ast
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from idiomist import Check, Doubt, Finding, Source
from idiomist.rewriting import cst, pieces
from idiomist.semantics import hazards
from idiomist.semantics.containers import changes
from idiomist.semantics.indexing import Indexed, indexed_loop
from idiomist.semantics.kind import SEQUENCES
from idiomist.semantics.naming import name_for_item

if TYPE_CHECKING:
    from idiomist.finding import Statement

check = Check(__name__, __doc__, code="IDM210")


@check.on(ast.For)
def loop_over_positions(loop: ast.For, source: Source) -> Iterator[Finding]:
    """Find a loop over `range(len(xs))` that uses the index to fetch items of `xs`."""
    indexed = indexed_loop(loop, source)
    if indexed is None or source.in_class_body:
        return
    if changes(source.scope, indexed.container, loop.body):
        return
    goes = [] if indexed.needs_index else [*hazards.names_go(source, [indexed.counter], [])]
    if goes and not indexed.backwards:
        # Somebody else still wants the index: hand it out as well.
        indexed, goes = indexed.replace(needs_index=True), []
    helper = "reversed" if indexed.backwards else "enumerate"
    if (indexed.backwards or indexed.needs_index) and not source.scope.is_builtin(helper):
        return
    name = ""
    if indexed.unpacked is None:
        name = name_for_item(source, indexed.container) or ""
        if not name:
            return
    shown = source.flat(indexed.container)
    if indexed.needs_index:
        message = f"counts through `{shown}`; `enumerate` hands out the items with it"
    elif indexed.backwards:
        message = f"only counts down through `{shown}`; `reversed` hands out the items"
    else:
        message = f"only counts through `{shown}`; the loop can hand out the items"
    yield check.finding(
        loop,
        source=source,
        message=f"`{indexed.counter}` {message}",
        doubts=_doubts(loop, indexed, goes, name, source),
        rewrite=partial(over_items, indexed=indexed, name=name),
        kept=loop.body[1:] if indexed.unpacked else loop.body,
    )


def _doubts(
    loop: ast.For, indexed: Indexed, goes: Sequence[Doubt], name: str, source: Source
) -> Iterator[Doubt]:
    only = "only a sequence can be looped over like this"
    yield from hazards.kind_unknown(source, indexed.container, SEQUENCES, only)
    yield from hazards.changes_meanwhile(source, indexed.container, loop.body)
    yield from goes
    if name:
        yield from hazards.name_comes(source)


def over_items(region: "Sequence[Statement]", indexed: Indexed, name: str) -> "Sequence[Statement]":
    """Let the loop hand out the items."""
    [statement] = region
    loop = cst.ensure_type(statement, cst.For)
    container = _container(loop)
    target: cst.BaseAssignTargetExpression
    if indexed.unpacked is None:
        target = cst.Name(name)
    else:
        first, *_ = loop.body.body
        target = cst.ensure_type(pieces.small(first), cst.Assign).targets[0].target
        name = target.value if isinstance(target, cst.Name) else ""
        loop = pieces.without_first(loop)
    body = _with_items(loop, container, indexed.counter, name)
    if indexed.backwards:
        return [body.with_changes(target=target, iter=pieces.call("reversed", container))]
    if not indexed.needs_index:
        return [body.with_changes(target=target, iter=container)]
    if isinstance(target, cst.Tuple):
        target = cst.ensure_type(pieces.parenthesized(target), cst.Tuple)
    both = cst.Tuple([cst.Element(loop.target), cst.Element(target)], lpar=[], rpar=[])
    return [body.with_changes(target=both, iter=pieces.call("enumerate", container))]


def _container(loop: "cst.For") -> "cst.BaseExpression":
    for call in pieces.calls_of(loop.iter, "len"):
        return call.args[0].value
    raise AssertionError(loop)


def _with_items(
    loop: "cst.For", container: "cst.BaseExpression", index: str, name: str
) -> "cst.For":
    """Put the name of the item in the place of every fetch."""

    def is_fetch(node: "cst.BaseExpression") -> bool:
        match node:
            case cst.Subscript(value, [cst.SubscriptElement(cst.Index(position))]):
                return pieces.named(position, index) and pieces.same(value, container)
        return False

    if not name:
        return loop
    body = pieces.replaced(loop.body, is_fetch, cst.Name(name))
    orelse = loop.orelse and pieces.replaced(loop.orelse, is_fetch, cst.Name(name))
    return loop.with_changes(body=body, orelse=orelse)
