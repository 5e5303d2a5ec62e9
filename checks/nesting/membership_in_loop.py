"""Look things up in a set when a loop asks again and again.

`x in xs` walks through a list until it meets `x`; inside a loop that is one walk a round, and
the time grows with the product of both lengths. A set, built once above the loop, answers in
the same short time however much it holds.

```python before
def known(orders: list[str], text: str) -> list[str]:
    customers = text.split()
    found = []
    for order in orders:
        name = order.strip()
        if name in customers:
            print("known:", name)
            found.append(name)
    return found

print(known([" ann", "eve "], "ann bob cid dee"))
```

```python after
def known(orders: list[str], text: str) -> list[str]:
    customers = text.split()
    found = []
    customers_set = set(customers)
    for order in orders:
        name = order.strip()
        if name in customers_set:
            print("known:", name)
            found.append(name)
    return found

print(known([" ann", "eve "], "ann bob cid dee"))
```

Keep the list when it changes on the way, or when it is so short that a set gains nothing:

```python keep
def weekend(days):
    for day in days:
        if day in ("sat", "sun"):
            return day
    return None

print(weekend(["fri", "sat"]))
```

A set wants its members hashable, and finds them by their hash, where a list asks each for
equality. So this is safe only for kinds that are known, such as str and int.
"""

import ast
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from idiomist import Check, Doubt, Finding, Hazard, Source
from idiomist.record import Record
from idiomist.rewriting import cst, pieces
from idiomist.semantics import hazards
from idiomist.semantics.containers import changes
from idiomist.semantics.effects import is_used_up
from idiomist.semantics.kind import SELF_EQUAL
from idiomist.semantics.mentions import mentions, rebinds, shows_expressions
from idiomist.semantics.naming import fresh
from idiomist.semantics.scopes import COMPREHENSIONS
from idiomist.semantics.trees import children, inner_statements, walk

if TYPE_CHECKING:
    from idiomist.finding import Statement

check = Check(__name__, __doc__, code="IDM401")

FEW = 8
"""Up to so many members a walk is as fast as a hash; up to so many rounds no set pays."""
_HASHED = SELF_EQUAL | {"float"}
_RUNS_LATER = (ast.Lambda, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Test(Record):
    """`x in xs`, and the comprehensions around it, the outermost first."""

    node: ast.Compare
    inside: tuple[ast.AST, ...]


_Loop = ast.For | ast.AsyncFor | ast.While


@check.on(ast.For, ast.AsyncFor, ast.While)
def lookup_in_list(loop: _Loop, source: Source) -> Iterator[Finding]:
    """Find `x in xs` inside a loop in which the list or tuple `xs` stays the same."""
    if source.in_class_body or _has_few_rounds(loop):
        return
    outermost = [loop, *source.loops_around()][-1]
    tests_of = source.once(_membership_tests, outermost)
    if loop is not outermost and tests_of:
        tests_of = _membership_tests(loop, source)
    for name, tests in tests_of.items():
        container = tests[0].node.comparators[0]
        if not _is_long(name, container, source) or _stays_in_outer_loop(name, source):
            continue
        if _binds(loop, name) or not source.scope.is_builtin("set"):
            continue
        if changes(source.scope, container, [loop]):
            continue
        if any(shows_expressions(node, source) and mentions(name, node) for node in walk(loop)):
            continue
        new = fresh(source, [f"{name.lower()}_set", f"set_of_{name.lower()}"])
        if new is None:
            continue
        yield check.finding(
            loop,
            source=source,
            message=f"`{source.flat(tests[0].node)}` walks through a list in every round: "
            f"{_cost(loop, name, source)}",
            doubts=_doubts(loop, name, container, source),
            rewrite=partial(with_set, name=name, new=new),
            kept=loop.body,
            at=tests[0].node,
        )


def _membership_tests(loop: _Loop, source: Source) -> dict[str, list[Test]]:
    """The tests that each round makes, by the name of the container.

    Looked for where they are asked: in conditions, and in comprehensions that are assigned,
    returned or given to a call. Functions inside are left out: they may run at another time.
    """
    found: dict[str, list[Test]] = {}
    pending: list[ast.stmt] = [loop]
    while pending:
        statement = pending.pop()
        match statement:
            case ast.Assign(value=value) | ast.Return(value) | ast.Expr(value):
                for inside in (value, *(value.args if isinstance(value, ast.Call) else ())):
                    if isinstance(inside, COMPREHENSIONS):
                        _collect(inside, (), found)
                continue
            case ast.If(test) | ast.While(test):
                _collect(test, (), found)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                continue
        pending += inner_statements(statement)
    return {name: _in_order(tests) for name, tests in found.items()}


def _has_few_rounds(loop: _Loop) -> bool:
    """Whether a loop, with all that loops inside, asks no more often than a set would pay for."""
    match loop:
        case ast.For(iter=ast.Tuple(items) | ast.List(items)):
            is_short = len(items) <= FEW and not any(
                isinstance(item, ast.Starred) for item in items
            )
        case ast.For(iter=ast.Call(ast.Name("range"), [ast.Constant(int() as rounds)])):
            is_short = rounds <= FEW
        case _:
            return False
    inner = (ast.For, ast.AsyncFor, ast.While, ast.comprehension)
    return is_short and not any(isinstance(node, inner) for node in walk(*loop.body))


def _all_tests(loop: _Loop, name: str) -> list[Test]:
    """Every test of the container in the loop, also where no check was looking for one."""
    found: dict[str, list[Test]] = {}
    for part in children(loop):
        _collect(part, (), found)
    return _in_order(found.get(name, []))


def _in_order(tests: list[Test]) -> list[Test]:
    return sorted(tests, key=lambda test: (test.node.lineno, test.node.col_offset))


def _collect(root: ast.AST, inside: tuple[ast.AST, ...], found: dict[str, list[Test]]) -> None:
    kind = root.__class__
    if kind in _RUNS_LATER or kind is ast.Name or kind is ast.Constant:
        return
    if kind in COMPREHENSIONS:
        inside = (*inside, root)
    elif kind is ast.Compare:
        match root:
            case ast.Compare(_, [ast.In() | ast.NotIn()], [ast.Name(name)]):
                found.setdefault(name, []).append(Test(root, inside))
    for child in children(root):
        _collect(child, inside, found)


def _is_long(name: str, container: ast.expr, source: Source) -> bool:
    """Whether the name stands for a list or tuple that is not known to be short."""
    kind = source.kinds.of(container)
    if kind is None or kind.name not in ("list", "tuple"):
        return False
    owner = source.scope.owner(name)
    for binder in owner.binders.get(name, []):
        match binder:
            case ast.Assign(value=ast.List(members) | ast.Tuple(members)) if members:
                if len(members) <= FEW and kind.name == "tuple":
                    return False
                if len(members) <= FEW and owner.binds_once(name):
                    return False
    return True


def _stays_in_outer_loop(name: str, source: Source) -> bool:
    """Whether a loop around this one will be told instead."""
    container = ast.Name(name, ast.Load())
    return any(
        not _binds(outer, name) and changes(source.scope, container, [outer]) is None
        for outer in source.loops_around()
    )


def _binds(loop: ast.stmt, name: str) -> bool:
    return rebinds({name}, loop) is not None


def _doubts(loop: _Loop, name: str, container: ast.expr, source: Source) -> Iterator[Doubt]:
    tests = _all_tests(loop, name)
    yield from _hash_doubts(tests, container, source)
    yield from _lazy_doubts(tests, loop, source)
    yield from hazards.changes_meanwhile(source, container, [loop])
    yield from hazards.may_be_unbound(source, name)
    yield from hazards.name_comes(source)


def _hash_doubts(tests: Sequence[Test], container: ast.expr, source: Source) -> Iterator[Doubt]:
    kind = source.kinds.of_item(container)
    if kind is None or kind.name not in _HASHED:
        line = container.lineno
        yield Doubt(
            Hazard.UNHASHABLE,
            line,
            f"what `{source.flat(container)}` on line {line} holds may not be hashable",
        )
    for test in tests:
        kinds = source.kinds
        for comprehension in test.inside:
            kinds = kinds.inside(comprehension)
        wanted = test.node.left
        kind = kinds.of(wanted)
        if kind is None or kind.name not in _HASHED:
            yield Doubt(
                Hazard.UNHASHABLE,
                wanted.lineno,
                f"`{source.flat(wanted)}` on line {wanted.lineno} may not be hashable, "
                "or equal to things unlike it",
            )


def _lazy_doubts(tests: Sequence[Test], loop: _Loop, source: Source) -> Iterator[Doubt]:
    for test in tests:
        for node in test.inside:
            if isinstance(node, ast.GeneratorExp) and not is_used_up(source.scope, node, loop):
                shown, line = source.flat(test.node), node.lineno
                reason = f"the generator on line {line} may evaluate `{shown}` after the loop"
                yield Doubt(Hazard.LAZY, line, reason)


def _cost(loop: _Loop, name: str, source: Source) -> str:
    rounds = "rounds"
    if isinstance(loop, ast.For):
        text = source.flat(loop.iter)
        rounds = f"len({text})" if len(text) <= 30 else "rounds"
    return f"O({rounds} x len({name})) -> O({rounds} + len({name}))"


def with_set(region: "Sequence[Statement]", name: str, new: str) -> "Sequence[Statement]":
    """Build the set above the loop, and ask it."""
    [loop] = region

    def is_test(node: "cst.BaseExpression") -> bool:
        match node:
            case cst.Comparison(comparisons=[cst.ComparisonTarget(cst.In() | cst.NotIn(), right)]):
                return pieces.named(right, name)
        return False

    target = cst.AssignTarget(cst.Name(new))
    made = pieces.line_of(cst.Assign([target], pieces.call("set", cst.Name(name))))
    return [made, pieces.with_comparator(loop, is_test, cst.Name(new))]
