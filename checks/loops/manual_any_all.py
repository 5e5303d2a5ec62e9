"""Ask `any` or `all` the question.

A loop that returns True on the first match and False at its end answers a yes-or-no
question. `any` and `all` ask it in words, stop at the first answer as the loop does, and
leave no name behind.

```python before
FORBIDDEN = ("<script", "javascript:")

def is_suspicious(comment):
    for needle in FORBIDDEN:
        if needle in comment.lower():
            return True
    return False

print(is_suspicious("Nice post!"), is_suspicious("<SCRIPT>"))
```

```python after
FORBIDDEN = ("<script", "javascript:")

def is_suspicious(comment):
    return any(needle in comment.lower() for needle in FORBIDDEN)

print(is_suspicious("Nice post!"), is_suspicious("<SCRIPT>"))
```

Keep the loop when it does something on the way to its answer:

```python keep
def is_known(word, pages, log):
    for page in pages:
        log.append(page)
        if word in page:
            return True
    return False

print(is_known("coach", ["idiom", "coach"], []))
```

A loop that only compares each item of a list with one value is `value in things`, where both
are known to be of kinds for which that is the same.

`any` and `all` run a generator, which does not let a StopIteration out; where the condition
may raise one, the rewrite comes with a doubt.
"""

import ast
from collections.abc import Iterator
from functools import partial

from idiomist import Check, Doubt, Finding, Source
from idiomist.rewriting import comprehensions
from idiomist.semantics import hazards
from idiomist.semantics.searches import Search, generator_doubts, member_sought, search_of
from idiomist.semantics.taste import is_worth_it

check = Check(__name__, __doc__, code="IDM201")


@check.on(ast.For)
def yes_or_no_loop(loop: ast.For, source: Source) -> Iterator[Finding]:
    """Find a loop that returns True or False on a match, and the opposite without one."""
    search = search_of(loop, source)
    match search:
        case Search(found=ast.Constant(bool() as found), missed=ast.Constant(bool() as missed)):
            if found == missed or not search.nest.ends_in_filter:
                return
        case _:
            return
    if member_sought(search, source) is not None:
        yield check.finding(
            *search.statements,
            source=source,
            message=f"this loop looks for a value in `{source.flat(loop.iter)}`; `in` finds it",
            doubts=_member_doubts(search, source),
            rewrite=partial(comprehensions.member_test, found=found, flips=search.flips(source)),
        )
        return
    last = search.nest.filters[-1]
    flips = search.flips(source)
    inverts = not found and (last.negated or _has_opposite(last.test, flips[-1]))
    function = "any" if found or not inverts else "all"
    if not source.scope.is_builtin(function):
        return
    head = f"return {function}(" if found or inverts else "return not any("
    if not is_worth_it(source, search.statements, search.nest, head, [], ")"):
        return
    yield check.finding(
        *search.statements,
        source=source,
        message=f"this loop asks a yes-or-no question about `{source.flat(loop.iter)}`; "
        f"`{function}` asks it in one line",
        doubts=generator_doubts(search, source),
        rewrite=partial(comprehensions.any_or_all, found=found, inverts=inverts, flips=flips),
    )


def _member_doubts(search: Search, source: Source) -> Iterator[Doubt]:
    yield from hazards.names_go(source, search.nest.names, [])


def _has_opposite(test: ast.expr, flips: bool) -> bool:
    """Whether a condition can be turned around without a `not` in front."""
    match test:
        case ast.UnaryOp(ast.Not()):
            return True
        case ast.Compare(ops=[ast.In() | ast.NotIn() | ast.Is() | ast.IsNot()]):
            return True
    return flips
