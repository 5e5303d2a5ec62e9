"""Hand the list everything at once.

A loop that appends to a list one item at a time is `extend`, written out. With a generator
inside, `extend` takes the items one by one just as the loop did, so that whoever looks at
the list meanwhile, or after an error half-way, finds the same in it.

```python before
def journey(start, stops):
    route = [start]
    for stop in stops:
        route.append(stop.title())
    return route

print(journey("Oslo", ["hamar", "bergen"]))
```

```python after
def journey(start, stops):
    route = [start]
    route.extend(stop.title() for stop in stops)
    return route

print(journey("Oslo", ["hamar", "bergen"]))
```

Keep the loop when what is appended depends on the list, and when the call would get longer
than the loop:

```python keep
def balances(opening, movements):
    series = [opening]
    for amount in movements:
        series.append(series[-1] + amount)
    return series

print(balances(120, [-30, 200]))
```
"""

import ast
from collections.abc import Iterator
from functools import partial

from idiomist import Check, Finding, Source
from idiomist.rewriting import comprehensions
from idiomist.semantics.filling_doubts import update_doubts
from idiomist.semantics.fillings import (
    copies,
    evaluates_lazily,
    filling_of,
    flips_of,
    lines_ok,
    varies,
)

check = Check(__name__, __doc__, code="IDM102")


@check.on(ast.For)
def appending_loop(loop: ast.For, source: Source) -> Iterator[Finding]:
    """Find a loop that does nothing but append to a list that holds something already."""
    filling = filling_of(loop, source)
    if filling is None or filling.kind != "list" or filling.empty or evaluates_lazily(filling):
        return
    shown = source.flat(filling.container)
    if copies(filling, source):
        build = comprehensions.iterable_of
    elif lines_ok(filling, source, f"{shown}.extend(", ")") and varies(filling):
        build = comprehensions.generator_of
    else:
        return
    yield check.finding(
        loop,
        source=source,
        message=f"`{shown}` grows one append at a time; `extend` takes them all",
        doubts=update_doubts(filling, source),
        rewrite=partial(
            comprehensions.added_at_once,
            method="extend",
            build=build,
            flips=flips_of(filling, source),
        ),
    )
