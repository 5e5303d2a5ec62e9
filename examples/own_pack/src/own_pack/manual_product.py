"""Multiply with `math.prod`.

`sum` has a lesser-known sibling. `math.prod` multiplies everything it is given, starts at 1
as the loop does, and says in its name what comes out.

```python before
import math

def side_of_cube(sides: list[int]) -> float:
    volume = 1
    for side in sides:
        volume *= side
    return math.cbrt(volume)

print(side_of_cube([2, 4, 8]), side_of_cube([]))
```

```python after
import math

def side_of_cube(sides: list[int]) -> float:
    volume = math.prod(sides)
    return math.cbrt(volume)

print(side_of_cube([2, 4, 8]), side_of_cube([]))
```

It also takes a generator, so that each factor can be made on the way:

```python before
import math

def ways(text):
    menus = text.splitlines()
    count = 1
    for menu in menus:
        count *= len(menu.split())
    return count

print(math.log2(ways("soup salad\\ntea coffee")))
```

```python after
import math

def ways(text):
    menus = text.splitlines()
    count = math.prod(len(menu.split()) for menu in menus)
    return count

print(math.log2(ways("soup salad\\ntea coffee")))
```

Where nothing says that the factors are whole numbers, there is a doubt: `*=` may mean
something of its own to other things, and changes some of them in place.

```python before
import math

def chance(chances):
    result = 1
    for each in chances:
        result *= 1 - each
    return 1 - result

print(math.isclose(chance([0.5, 0.5]), 0.75))
```

```text doubts
only whole numbers are sure to give the same product, and nothing tells that of `1 - each` on line 6
```

```python after
import math

def chance(chances):
    result = math.prod(1 - each for each in chances)
    return 1 - result

print(math.isclose(chance([0.5, 0.5]), 0.75))
```

Keep the loop when it looks at the product on the way:

```python keep
def growth(rates, limit):
    total = 1
    for rate in rates:
        total *= min(rate, limit - total)
    return total

print(growth([2, 3], 10))
```
"""

import ast
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from idiomist import Check, Finding, Source
from idiomist.rewriting import comprehensions, cst, pieces
from idiomist.rewriting.imports import importable
from idiomist.semantics import hazards

if TYPE_CHECKING:
    from idiomist.finding import Statement

# The module gives the check its name, manual-product; the package gives it its family.
check = Check(__name__, __doc__, code="OWN101")


@check.on(ast.For)
def multiplying_loop(loop: ast.For, source: Source) -> Iterator[Finding]:
    """Find `total = 1` and, right below, a loop that only multiplies into `total`."""
    # First the shape of the code.
    match loop:
        case ast.For(ast.Name(item), iterable, [ast.AugAssign() as step], []):
            pass
        case _:
            return
    match step:
        case ast.AugAssign(ast.Name(name), ast.Mult(), factor) if name != item:
            pass
        case _:
            return
    if not source.before or not _is_one(source.before[-1], name):
        return
    start = source.before[-1]
    # Then what makes the rewrite impossible: no doubt about it, so say nothing.
    if not _can_move(iterable, factor, name):
        return
    if isinstance(source.function, ast.ClassDef):
        return
    if any(source.scope.owner(each) is not source.scope for each in (name, item)):
        return
    if not importable(source.scope, "math"):
        return
    # Then taste: nobody wants a call that is longer than the loop.
    call = f"{name} = math.prod({source.flat(factor)} for {item} in {source.flat(iterable)})"
    if len(source.indent(start)) + len(call) > source.width:
        return
    # What is left are doubts. Without any, `idiomist fix` applies the rewrite.
    moved = [iterable, factor]
    why = "only whole numbers are sure to give the same product"
    yield check.finding(
        start,
        loop,
        source=source,
        message=f"`{name}` is multiplied step by step; `math.prod` does it at once",
        doubts=[
            *hazards.kind_unknown(source, factor, ["int"], why),
            *hazards.names_go(source, [item], moved),
            *hazards.half_built(source, name, moved),
            *hazards.stops_early(source, moved),
        ],
        rewrite=as_product,
        imports=["math"],
    )


def _is_one(statement: ast.stmt, name: str) -> bool:
    """Whether a statement sets `name` to the whole number 1."""
    match statement:
        case ast.Assign([ast.Name(made)], ast.Constant(value)):
            return made == name and type(value) is int and value == 1
        case ast.AnnAssign(ast.Name(made), _, ast.Constant(value)):
            return made == name and type(value) is int and value == 1
    return False


def _can_move(iterable: ast.expr, factor: ast.expr, product: str) -> bool:
    """Whether both mean the same in a generator that is used up before `product` exists."""
    for node in (*ast.walk(iterable), *ast.walk(factor)):
        match node:
            case ast.Name(name) if name in (product, "super", "__class__"):
                return False
            case ast.NamedExpr() | ast.Await() | ast.Yield() | ast.YieldFrom():
                return False
            case ast.comprehension(is_async=1):
                return False
    return True


def as_product(region: "Sequence[Statement]") -> "Sequence[Statement]":
    """Rewrite the two statements, which come as libcst nodes, to one."""
    # `cst`, `pieces` and `comprehensions` are loaded when something in them is first used.
    # So use them in functions only: most files have nothing to rewrite.
    start, loop = region
    clauses = comprehensions.Clauses.of(cst.ensure_type(loop, cst.For))
    step = cst.ensure_type(clauses.step, cst.AugAssign)
    factor = pieces.grouped(pieces.bare(step.value))
    chain = clauses.chain()
    factors: cst.BaseExpression = cst.GeneratorExp(factor, chain, lpar=[], rpar=[])
    if factor.deep_equals(chain.target):
        # Nothing happens to them on the way: no need for a generator.
        factors = pieces.bare(chain.iter)
    line = cst.ensure_type(start, cst.SimpleStatementLine)
    return [pieces.assigned(line, pieces.call("math.prod", factors))]
