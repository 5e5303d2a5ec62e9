"""Say what the set holds, not how to fill it.

A loop that only adds to a fresh set is a set comprehension, written out. To a set that holds
something already, `update` adds everything at once.

```python before
def extensions(paths):
    found = set()
    for path in paths:
        if "." in path:
            found.add(path.rpartition(".")[2].lower())
    return found

print(sorted(extensions(["a.PY", "b.py", "notes.txt", "README"])))
```

```python after
def extensions(paths):
    found = {path.rpartition(".")[2].lower() for path in paths if "." in path}
    return found

print(sorted(extensions(["a.PY", "b.py", "notes.txt", "README"])))
```

Keep the loop when it looks at the set while filling it:

```python keep
def first_repeated(words):
    seen = set()
    for word in words:
        if word in seen:
            return word
        seen.add(word)
    return None

print(first_repeated("to be or not to be".split()))
```
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

check = Check(__name__, __doc__, code="IDM103")


@check.on(ast.For, ast.AsyncFor)
def adding_loop(loop: ast.For | ast.AsyncFor, source: Source) -> Iterator[Finding]:
    """Find a loop that does nothing but add to a set."""
    filling = filling_of(loop, source)
    if filling is None or filling.kind != "set":
        return
    if filling.empty is None:
        yield from _update(filling, loop, source)
        return
    name = source.flat(filling.container)
    if copies(filling, source):
        build: Build = partial(comprehensions.copy_of, function="set")
    elif lines_ok(filling, source, f"{name} = {{", "}"):
        build = comprehensions.set_of
    else:
        return
    yield check.finding(
        filling.empty,
        *filling.between,
        loop,
        source=source,
        message=f"`{name}` is filled one add at a time; say what it holds instead",
        doubts=comprehension_doubts(filling, source),
        rewrite=partial(comprehensions.made_at_once, build=build, flips=flips_of(filling, source)),
        kept=filling.between,
    )


def _update(filling: Filling, loop: ast.For | ast.AsyncFor, source: Source) -> Iterator[Finding]:
    if evaluates_lazily(filling):
        return
    shown = source.flat(filling.container)
    if copies(filling, source):
        build = comprehensions.iterable_of
    elif lines_ok(filling, source, f"{shown}.update(", ")") and varies(filling):
        build = comprehensions.generator_of
    else:
        return
    yield check.finding(
        loop,
        source=source,
        message=f"`{shown}` grows one add at a time; `update` takes them all",
        doubts=update_doubts(filling, source),
        rewrite=partial(
            comprehensions.added_at_once,
            method="update",
            build=build,
            flips=flips_of(filling, source),
        ),
    )
