"""The oracle of `flow`: programs that run, and tell every read and write of their names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from programs import TAPES, Event, compiled, events_of, may_swallow, winding_program

from idiomist.semantics.flow import Flow


def called(statement: ast.stmt) -> str:
    """The function that a statement calls and does nothing else, if that is what it does."""
    match statement:
        case ast.Expr(ast.Call(ast.Name(name), [])):
            return name
    return ""


class AsWritten(ast.NodeTransformer):
    """Takes out what only serves the trace, which may fail where nothing else does."""

    def visit_Expr(self, node: ast.Expr) -> ast.stmt | None:
        match called(node):
            case "leave":
                return ast.copy_location(ast.Return(), node)
            case "mark" | "jump":
                return None
        return node


def marked_statements(tree: ast.Module) -> dict[int, ast.stmt]:
    """The statements that have a mark behind them, by the line of the mark."""
    found: dict[int, ast.stmt] = {}
    for owner in ast.walk(tree):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(owner, field, None)
            for statement, mark in pairwise(block if isinstance(block, list) else ()):
                if called(mark) == "mark" and called(statement) not in ("mark", "leave"):
                    found[mark.lineno] = statement
    return found


def next_events(events: list[Event]) -> list[dict[str, Event]]:
    """For every moment, the next event of each name."""
    nexts: list[dict[str, Event]] = [{}]
    for event in reversed(events):
        kind, name, _ = event
        nexts.append({**nexts[-1], name: event} if kind in ("read", "write") else nexts[-1])
    return nexts[::-1]


def interrupted(
    events: list[Event], at: int, statements: dict[int, ast.stmt]
) -> Iterator[tuple[ast.stmt, int]]:
    """The statements that the exception raised `at` that moment gets out of, and when."""
    line = events[at][2]
    for mark, statement in statements.items():
        last = statement.end_lineno or 0
        if not statement.lineno <= line <= last:
            continue
        came = out = at
        while came and statement.lineno <= events[came - 1][2] <= last:
            came -= 1
        while out < len(events) and statement.lineno <= events[out][2] <= last:
            out += 1
        if out == len(events) or events[out][2] == mark:
            continue
        if all(kind != "jump" for kind, _, _ in events[came:out]):
            yield statement, out


@given(TAPES.map(winding_program))
def test_every_read_that_happens_is_foreseen(text: str) -> None:
    tree = ast.parse(text)
    statements = marked_statements(tree)
    flow = Flow(AsWritten().visit(tree).body, may_swallow)

    def check(answer: ast.AST | None, what: str, event: Event) -> None:
        assert answer is not None, f"{what} {event} comes unforeseen in\n{text}"

    code = compiled(text)
    for seed in range(10):
        events = events_of(code, seed)
        nexts = next_events(events)
        for moment, (kind, _, line) in enumerate(events):
            if kind == "mark" and line in statements:
                done = statements[line]
                for name, event in nexts[moment].items():
                    if event[0] == "read":
                        check(flow.read_after(done, name), f"line {done.lineno} done:", event)
            elif kind == "raise":
                for failed, out in interrupted(events, moment, statements):
                    for name, event in nexts[out].items():
                        if event[0] == "read":
                            answer = flow.read_if_interrupted(failed, name)
                            check(answer, f"line {failed.lineno} failed:", event)


CASES = """
# read right below
x = 1  #<
use(x)  #!
use(x)

# never read
x = 1  #<
use(y)

# bound anew before
x = 1  #<
x = 2
use(x)

# read while it is bound anew
x = 1  #<
x = use(x)  #!

# augmented assignment reads
x = 1  #<
x += 1  #!

# an annotation alone binds nothing
x = 1  #<
x: int
use(x)  #!

# an annotated attribute needs its object
x = 1  #<
x.y: int  #!
use(x)

# an annotation with a value binds
x = 1  #<
x: int = 2
use(x)

# an unpacking binds
x = 1  #<
y, (*x, z) = use()
use(x)

# deleting needs it
x = 1  #<
del x  #!
use(x)

# bound anew in both branches
x = 1  #<
if y:
    x = 2
else:
    x = 3
use(x)

# bound anew in one branch
x = 1  #<
if y:
    x = 2
use(x)  #!

# back to the head of the loop
for y in z:
    use(x)  #!
    x = 1  #<

# a loop may have no rounds
x = 1  #<
for x in y:
    pass
use(x)  #!

# a loop leaves its name
for x in y:  #<
    use(x)
z = 1
use(x)  #!

# the loop's own reads are over when it is
for x in y:  #<
    use(x)

# a loop inside a loop is there again
for y in z:
    for x in y:  #<
        use(x)
    if x:  #!
        pass

# a loop inside a loop may have no rounds
for y in z:
    use()
    for x in y:  #<
        pass
    else:
        use(x)  #!

# break goes past the else
for y in z:
    x = 1  #<
    break
else:
    use(x)

# break goes behind the loop
while y:
    if z:
        x = 1  #<
        break
    x = 2
else:
    x = 3
use(x)  #!

# continue goes to the test
while use(x):  #!
    if z:
        x = 1  #<
        continue
    x = 2

# for-else runs when the loop is used up
for y in z:
    x = 1  #<
else:
    use(x)  #!

# while true is left by break only
x = 1  #<
while True:
    x = use()
    if x:
        break
use(x)

# nothing runs behind raise
x = 1  #<
raise use()
use(x)

# a handler reads
try:
    x = 1  #<
    use()
except Boom:
    use(x)  #!

# a handler reads, but nothing can raise any more
try:
    x = 1  #<
except Boom:
    use(x)

# a handler reads before the new value is there
x = 1  #<
try:
    x = use()
except Boom:
    use(x)  #!

# a handler's name is gone at its end
try:
    use()
except Boom as x:
    x = 1  #<
use(x)

# no handler for the else of a try
try:
    use()
except Boom:
    use(x)
else:
    x = 1  #<
    use()

# what is left of a group is raised behind its handlers
try:
    try:
        use()
    except* Boom:
        x = 1  #<
except Error:
    use(x)  #!

# several handlers of a group may run
try:
    use()
except* Boom:
    x = 1  #<
except* Error:
    use(x)  #!

# finally reads
try:
    x = 1  #<
finally:
    use(x)  #!

# finally reads on the way out
for y in z:
    try:
        x = 1  #<
        break
    finally:
        use(x)  #!
    x = 2

# finally binds anew
try:
    x = 1  #<
    return
finally:
    x = 2
    use(x)

# a manager that may swallow
x = 1  #<
with manager(swallows=True):
    x = use()
use(x)  #!

# a manager that lets errors out
x = 1  #<
with manager():
    x = use()
use(x)

# a manager that fails at the end
try:
    with manager():
        x = 1  #<
except Boom:
    use(x)  #!

# a capture binds
x = 1  #<
match y:
    case [x, *_]:
        use(x)
    case {"k": _, **x}:
        use(x)

# a capture in a mapping binds
x = 1  #<
match y:
    case {"k": x}:
        use(x)

# a guard reads
x = 1  #<
match y:
    case [z] if x:  #!
        use(x)

# a guard reads what its own pattern has bound
x = 1  #<
match y:
    case [x] if x:
        use(x)

# no case may fit
x = 1  #<
match y:
    case [x]:
        pass
use(x)  #!

# a comprehension has names of its own
x = 1  #<
y = [x for x in y]
y = {z: x for x in y for z in x if x}

# but its first iterable is not among them
x = 1  #<
y = [x for x in x]  #!

# a comprehension binds nothing
x = 1  #<
y = [x for x in y]
use(x)  #!

# a walrus in a comprehension may not run
x = 1  #<
y = [(x := z) for z in y]
use(x)  #!

# a walrus binds
x = 1  #<
if (x := use()):
    use(x)

# a walrus behind `and` may not run
x = 1  #<
if y and (x := use()):
    pass
use(x)  #!

# a walrus in a conditional expression may not run
x = 1  #<
y = (x := 2) if y else 3
use(x)  #!

# a walrus in an assertion's message does not run
x = 1  #<
assert y, (x := 2)
use(x)  #!

# a default is evaluated
x = 1  #<
def y(x=x): pass  #!

# so are annotations
x = 1  #<
def y(z: x): pass  #!

# what a function returns is told when it is defined
x = 1  #<
async def y() -> x: pass  #!

# a body is not
x = 1  #<
def y(): return x
z = lambda: x

# a class is evaluated
x = 1  #<
class y:
    z = x  #!

# an import binds
x = 1  #<
import x.y
use(x)

# the last case fits everything
x = 1  #<
match y:
    case 1:
        x = 2
    case _:
        x = 3
use(x)

# a handler reads
try:
    x = use()  #< fails
    use(x)
except Boom:
    use(x)  #!

# a handler binds anew
try:
    x = use()  #< fails
except Boom:
    x = 1
use(x)

# behind the try
try:
    x = use()  #< fails
    x = 1
except Boom:
    pass
use(x)  #!

# another handler of the same try is out of reach
try:
    use()
except Boom:
    use()  #< fails
except Error:
    use(x)

# finally reads
try:
    for x in y:  #< fails
        use()
finally:
    use(x)  #!

# swallowed
with manager(swallows=True):
    x = use()  #< fails
    x = 1
use(x)  #!
"""
"""Each with the one right answer: where `x`, as it is after the line `#<`, is read first: `#!`.

With `#< fails`, as it is when that line has raised.
"""


def title(case: str) -> str:
    return case.partition("\n")[0].strip("# ") + (" (fails)" if "#< fails" in case else "")


@pytest.mark.parametrize("case", CASES.strip().split("\n\n"), ids=title)
def test_the_first_read_is_told(case: str) -> None:
    lines = case.splitlines()
    place = next(number for number, line in enumerate(lines, 1) if "#<" in line)
    expected = next((number for number, line in enumerate(lines, 1) if "#!" in line), None)
    tree = ast.parse(case)
    statement = next(
        node for node in ast.walk(tree) if isinstance(node, ast.stmt) and node.lineno == place
    )
    flow = Flow(tree.body, may_swallow)
    ask = flow.read_if_interrupted if "#< fails" in case else flow.read_after
    assert getattr(ask(statement, "x"), "lineno", None) == expected
