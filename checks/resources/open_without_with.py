"""Let `with` close the file.

A file that is closed by hand stays open when anything goes wrong on the way to its `close`.
`with` closes it however the block is left, and shows at a glance how long it is open.

```python before
import os

def save(path, lines):
    report = open(path, "w")
    for line in lines:
        report.write(line + "\\n")
    report.close()

save(os.devnull, ["one", "two"])
```

```python after
import os

def save(path, lines):
    with open(path, "w") as report:
        for line in lines:
            report.write(line + "\\n")

save(os.devnull, ["one", "two"])
```

Keep it as it is where the file outlives the block: returned, yielded, kept on an object, or
closed by whoever else has it:

```python keep
import os

class Log:
    def __init__(self, path):
        self.file = open(path, "w")
        self.file.write("started\\n")

    def close(self):
        self.file.close()

log = Log(os.devnull)
log.close()
```
"""

import ast
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from idiomist import Check, Doubt, Finding, Hazard, Source
from idiomist.record import Record
from idiomist.rewriting import blocks
from idiomist.semantics import hazards
from idiomist.semantics.handles import (
    closing_of,
    escapes,
    is_opener,
    keeps_nothing_back,
    leaves_early,
    only_reads,
    tried_statements,
    wrappers,
)

if TYPE_CHECKING:
    from idiomist.finding import Statement

check = Check(__name__, __doc__, code="IDM301")


class Opened(Record):
    """A file that is opened and closed in one block."""

    name: str
    body: tuple[ast.stmt, ...]
    """What stands between; for `try` ... `finally`, the one `try` statement."""
    close: tuple[ast.stmt, ...]
    """The statement that closes it; none for `try` ... `finally`."""
    after: tuple[ast.stmt, ...]
    """Closes of other files, opened in the body, that stand right below."""


@check.on(ast.Assign, words=("open(",))
def opened_by_hand(statement: ast.Assign, source: Source) -> Iterator[Finding]:
    """Find `f = open(...)` and, further down in the block, `f.close()`."""
    match statement:
        case ast.Assign([ast.Name(name)], ast.Call() as call, None) if is_opener(
            source.kinds, call
        ):
            opened = _closed_below(name, source)
        case _:
            return
    if opened is None or not opened.body or escapes(name, opened.body):
        return
    if _closes_an_earlier_one(opened.body, source):
        return
    yield check.finding(
        statement,
        *opened.body,
        *opened.close,
        *opened.after,
        source=source,
        message=f"`{name}` is opened and closed by hand; `with` closes it whatever happens",
        doubts=_doubts(opened, call, source),
        rewrite=partial(in_with_block, opened=opened, indent=source.indent_unit),
        kept=(*(opened.body if opened.close else _inner(opened)), *opened.after),
    )


def _closed_below(name: str, source: Source) -> Opened | None:
    below = source.place.statements[source.index + 1 :]
    match below:
        case [ast.Try(finalbody=[last]) as block, *_] if closing_of(name, last):
            return Opened(name, (block,), (), ())
    for index, statement in enumerate(below):
        if closing_of(name, statement):
            body = tuple(below[:index])
            return Opened(name, body, (statement,), _closes_of_inner(body, below[index + 1 :]))
    return None


def _closes_of_inner(body: Sequence[ast.stmt], below: Sequence[ast.stmt]) -> tuple[ast.stmt, ...]:
    """Closes right below of files that were opened in the body, and have to stay with them."""
    opened = [
        target.id
        for statement in body
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call)
        for target in statement.targets
        if isinstance(target, ast.Name)
    ]
    found: list[ast.stmt] = []
    for statement in below:
        if not any(closing_of(name, statement) for name in opened):
            break
        found.append(statement)
    return tuple(found)


def _closes_an_earlier_one(body: Sequence[ast.stmt], source: Source) -> bool:
    """Whether a file that was opened above is closed in between: that one has to go first."""
    return any(
        closing_of(target.id, statement)
        for earlier in source.before
        if isinstance(earlier, ast.Assign)
        for target in earlier.targets
        if isinstance(target, ast.Name)
        for statement in body
    )


def _doubts(opened: Opened, call: ast.Call, source: Source) -> Iterator[Doubt]:
    name = opened.name
    if who := hazards.shared_with(source, name):
        reason = f"{who} may use `{name}` when an error leaves it open after line {call.lineno}"
        yield Doubt(Hazard.CAPTURED, call.lineno, reason)
    for maker, users in wrappers(name, opened.body) if opened.close else ():
        yield from _wrapper_doubts(maker, users, opened, call, source)
    if read := source.flow.read_if_interrupted(opened.body[0], name):
        line: int = read.lineno  # type: ignore[attr-defined]
        reason = f"`{name}` is used on line {line} also when something fails before that"
        yield Doubt(Hazard.EXCEPTION, line, reason)
    if opened.close and (leave := leaves_early(name, opened.body)):
        reason = f"line {leave.lineno} leaves `{name}` open today; `with` closes it there, too"
        yield Doubt(Hazard.EXCEPTION, leave.lineno, reason)
    if opened.after and not only_reads(source.kinds, call):
        line = opened.after[0].lineno
        reason = f"`{name}` would be closed after the file that is closed on line {line}"
        yield Doubt(Hazard.EVALUATION_ORDER, line, reason)


def _wrapper_doubts(
    maker: ast.Call, users: Sequence[str], opened: Opened, call: ast.Call, source: Source
) -> Iterator[Doubt]:
    """What speaks against closing the file under something that goes on using it."""
    if not only_reads(source.kinds, call) and not keeps_nothing_back(source.kinds, maker):
        shown, line = users[0] if users else source.flat(maker), maker.lineno
        reason = f"`{shown}` may have more to write when an error after line {line} closes "
        yield Doubt(Hazard.EXCEPTION, line, f"{reason}`{opened.name}`")
        return
    line = call.lineno
    for user in users:
        if hazards.shared_with(source, user) or escapes(user, opened.body, made_inside=True):
            reason = f"`{user}` goes on using `{opened.name}`, which an error after line {line} "
            yield Doubt(Hazard.CAPTURED, line, f"{reason}closes")
        elif read := source.flow.read_if_interrupted(opened.body[0], user):
            place: int = read.lineno  # type: ignore[attr-defined]
            reason = f"`{user}` uses `{opened.name}` on line {place} also when something fails "
            yield Doubt(Hazard.EXCEPTION, place, f"{reason}before")


def _inner(opened: Opened) -> list[ast.stmt]:
    [block] = opened.body
    assert isinstance(block, ast.Try)
    return tried_statements(block)


def in_with_block(
    region: "Sequence[Statement]", opened: Opened, indent: str
) -> "Sequence[Statement]":
    """Put what stands between `open` and `close` below a `with`."""
    first, *rest = region
    if not opened.close:
        body, comments = blocks.without_finally(rest[0])
        return [blocks.with_block(first, opened.name, body, indent, footer=comments)]
    place = len(opened.body)
    body = [*rest[:place], *rest[place + 1 :]]
    footer = () if opened.after else blocks.comments_of(rest[place])
    return [blocks.with_block(first, opened.name, body, indent, footer=footer)]
