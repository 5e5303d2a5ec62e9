"""Say what the list holds, not how to fill it.

A loop whose only job is to append asks its readers to run it in their heads before they know
what the list is. A comprehension says it in one line: what is in it, where it comes from,
and what is left out. It also keeps the loop's name to itself, so nothing leaks.

```python before
words = "the idiom of the coach".split()

def long_words(limit):
    found = []
    for word in words:
        if len(word) > limit:
            found.append(word.upper())
    return found

print(long_words(3))
```

```python after
words = "the idiom of the coach".split()

def long_words(limit):
    found = [word.upper() for word in words if len(word) > limit]
    return found

print(long_words(3))
```

Keep the loop when it does more than collect, when a later line still needs its name, or
when the comprehension would be longer than the loop:

```python keep
def running(numbers):
    totals = []
    for number in numbers:
        totals.append(number + (totals[-1] if totals else 0))
    return totals

print(running([1, 2, 3]))
```
"""

import ast
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from idiomist import Check, Finding, Source
from idiomist.rewriting import comprehensions
from idiomist.semantics.filling_doubts import comprehension_doubts
from idiomist.semantics.fillings import (
    copies,
    filling_of,
    flips_of,
    lines_ok,
)

if TYPE_CHECKING:
    from idiomist.rewriting.comprehensions import Build

check = Check(__name__, __doc__, code="IDM101")


@check.on(ast.For, ast.AsyncFor)
def append_only_loop(loop: ast.For | ast.AsyncFor, source: Source) -> Iterator[Finding]:
    """Find an empty list and the loop below it that does nothing but append."""
    filling = filling_of(loop, source)
    if filling is None or filling.kind != "list" or filling.empty is None:
        return
    name = source.flat(filling.container)
    if copies(filling, source):
        build: Build = partial(comprehensions.copy_of, function="list")
    elif lines_ok(filling, source, f"{name} = [", "]"):
        build = comprehensions.list_of
    else:
        return
    yield check.finding(
        filling.empty,
        *filling.between,
        loop,
        source=source,
        message=f"`{name}` is filled one append at a time; say what it holds instead",
        doubts=comprehension_doubts(filling, source),
        rewrite=partial(comprehensions.made_at_once, build=build, flips=flips_of(filling, source)),
        kept=filling.between,
    )
