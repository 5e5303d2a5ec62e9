"""Say what the dict maps, not how to fill it.

A loop that only stores items in a fresh dict is a dict comprehension, written out: key,
colon, value, and where they come from. To a dict that holds something already, `update`
adds all the pairs at once.

```python before
def prices_by_name(rows):
    prices = {}
    for name, cents in rows:
        prices[name.lower()] = cents
    return prices

print(prices_by_name([("Tea", 250), ("Cake", 400)]))
```

```python after
def prices_by_name(rows):
    prices = {name.lower(): cents for name, cents in rows}
    return prices

print(prices_by_name([("Tea", 250), ("Cake", 400)]))
```

Keep the loop when an item depends on what the dict holds already:

```python keep
def tally(votes):
    counts = {}
    for vote in votes:
        counts[vote] = counts.get(vote, 0) + 1
    return counts

print(tally(["tea", "cake", "tea"]))
```

A loop evaluates the value before the key, a comprehension the key before the value. Where
that could matter, because both run code or both may fail, the rewrite comes with a doubt.
"""

import ast
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from idiomist import Check, Finding, Source
from idiomist.rewriting import comprehensions
from idiomist.semantics.filling_doubts import comprehension_doubts, update_doubts
from idiomist.semantics.fillings import (
    Filling,
    copies,
    evaluates_lazily,
    filling_of,
    flips_of,
    lines_ok,
    varies,
)

if TYPE_CHECKING:
    from idiomist.rewriting.comprehensions import Build

check = Check(__name__, __doc__, code="IDM104")


@check.on(ast.For, ast.AsyncFor)
def storing_loop(loop: ast.For | ast.AsyncFor, source: Source) -> Iterator[Finding]:
    """Find a loop that does nothing but store items in a dict."""
    filling = filling_of(loop, source)
    if filling is None or filling.kind != "dict":
        return
    if filling.empty is None:
        yield from _update(filling, loop, source)
        return
    name = source.flat(filling.container)
    if copies(filling, source):
        build: Build = partial(comprehensions.copy_of, function="dict")
    elif lines_ok(filling, source, f"{name} = {{", "}"):
        build = comprehensions.dict_of
    else:
        return
    yield check.finding(
        filling.empty,
        *filling.between,
        loop,
        source=source,
        message=f"`{name}` is filled one item at a time; say what it maps instead",
        doubts=comprehension_doubts(filling, source),
        rewrite=partial(comprehensions.made_at_once, build=build, flips=flips_of(filling, source)),
        kept=filling.between,
    )


def _update(filling: Filling, loop: ast.For | ast.AsyncFor, source: Source) -> Iterator[Finding]:
    if filling.choice is not None or evaluates_lazily(filling):
        return
    shown = source.flat(filling.container)
    if copies(filling, source):
        build: Build = comprehensions.iterable_of
    elif lines_ok(filling, source, f"{shown}.update((", "))") and varies(filling):
        build = comprehensions.pairs_of
    else:
        return
    kind = source.kinds.of(filling.container)
    if kind is None or kind.name != "dict":
        # An item store means something else for every kind of object; say nothing.
        return
    yield check.finding(
        loop,
        source=source,
        message=f"`{shown}` grows one item at a time; `update` takes them all",
        doubts=update_doubts(filling, source),
        rewrite=partial(
            comprehensions.added_at_once,
            method="update",
            build=build,
            flips=flips_of(filling, source),
        ),
    )
