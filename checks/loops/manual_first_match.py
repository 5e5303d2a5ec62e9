"""Ask `next` for the first match.

A loop that returns, or keeps and breaks at, the first item that fits is `next` of a
generator, with the answer for "none of them" as its second argument.

```python before
def find_user(users, name):
    for user in users:
        if user["name"] == name:
            return user
    return None

print(find_user([{"name": "ann"}, {"name": "bob"}], "bob"), find_user([], "bob"))
```

```python after
def find_user(users, name):
    return next((user for user in users if user["name"] == name), None)

print(find_user([{"name": "ann"}, {"name": "bob"}], "bob"), find_user([], "bob"))
```

Keep the loop when the match takes more than one step, or when nothing found is an error:

```python keep
def find_user(users, name):
    for user in users:
        if user["name"] == name:
            return user
    raise KeyError(name)

print(find_user([{"name": "ann"}], "ann"))
```

Always give `next` its second argument: without it a search that finds nothing raises
StopIteration, which silently ends whatever generator it escapes into.
"""

import ast
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from idiomist import Check, Doubt, Finding, Source
from idiomist.rewriting import comprehensions, cst, pieces
from idiomist.semantics import hazards
from idiomist.semantics.mentions import names_in
from idiomist.semantics.searches import Search, generator_doubts, search_of
from idiomist.semantics.taste import fits_in_few

if TYPE_CHECKING:
    from idiomist.finding import Statement

check = Check(__name__, __doc__, code="IDM203")


@check.on(ast.For)
def first_match_loop(loop: ast.For, source: Source) -> Iterator[Finding]:
    """Find a loop that stops at the first match with a value made from it."""
    search = search_of(loop, source)
    if search is None or not search.nest.filters or not source.scope.is_builtin("next"):
        return
    if not names_in(search.found) & set(search.nest.names):
        return
    head = f"{search.name} = next((" if search.name else "return next(("
    missed = source.flat(search.missed) if search.missed else "None"
    tail = f"), {missed})"
    if not fits_in_few(
        source, search.statements, search.nest, head, source.flat(search.found), tail
    ):
        return
    if search.name:
        message = f"`{search.name}` is the first match of this loop; `next` finds it in one line"
    else:
        message = (
            f"this loop returns the first match in `{source.flat(loop.iter)}`; `next` finds it"
        )
    yield check.finding(
        *search.statements,
        source=source,
        message=message,
        doubts=_doubts(search, source),
        rewrite=partial(as_next, search=search, flips=search.flips(source)),
        kept=search.between,
    )


def _doubts(search: Search, source: Source) -> Iterator[Doubt]:
    yield from generator_doubts(search, source)
    for default in sorted(names_in(search.missed)) if search.missed else ():
        yield from hazards.may_be_unbound(source, default)
    if search.name:
        moved = [*search.between, *search.nest.expressions, search.found]
        yield from hazards.half_built(source, search.name, moved)


def as_next(
    region: "Sequence[Statement]", search: Search, flips: Sequence[bool]
) -> "Sequence[Statement]":
    """Put `next` in the place of the loop and of the statement that tells the default."""

    def default(statements: "Sequence[Statement]") -> "cst.BaseExpression":
        return _default(statements, search)

    value = comprehensions.first_match(region, default, flips)
    if not search.name:
        return [pieces.line_of(cst.Return(value))]
    if search.has_else:
        target = cst.AssignTarget(cst.Name(search.name))
        return [pieces.line_of(cst.Assign([target], value))]
    first, *between, loop = region
    line = cst.ensure_type(first, cst.SimpleStatementLine)
    if between:
        line = line.with_changes(leading_lines=comprehensions.blank_lines(loop))
    return [*between, pieces.assigned(line, value)]


def _default(region: "Sequence[Statement]", search: Search) -> "cst.BaseExpression":
    """The value without a match: from the `else`, or from the statement beside the loop."""
    if search.missed is None:
        return cst.Name("None")
    loop = next(part for part in reversed(region) if isinstance(part, cst.For))
    if search.has_else:
        statement = cst.ensure_type(loop.orelse, cst.Else).body.body[0]
    else:
        statement = region[0] if search.name else region[-1]
    value = pieces.value_of(statement)
    return pieces.grouped(pieces.bare(value)) if value else cst.Name("None")
