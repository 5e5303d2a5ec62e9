"""Liveness: may the value of a name be read after a statement, before the name is bound anew?

A function (or a module) becomes a graph of steps. A step reads names, then binds names, then
goes on; a step that may raise also leads to the handlers around it. A value can be read when
a step that reads it is reached on a path where nothing bound the name before. The graph only
errs on the careful side: it may have paths that the program never takes.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence

from idiomist.record import Record
from idiomist.semantics.scopes import COMPREHENSIONS, FUNCTIONS, all_parameters
from idiomist.semantics.trees import children

Body = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda


class Step:
    """One thing that happens: `reads` and then `binds`, then one of `then`.

    `fails` are the steps where control goes when this one raises: before it has bound anything.
    """

    __slots__ = ("binds", "fails", "node", "reads", "then")

    def __init__(
        self,
        node: ast.AST | None = None,
        reads: dict[str, ast.AST] | None = None,
        binds: frozenset[str] = frozenset(),
        then: list[Step] | None = None,
        fails: tuple[Step, ...] = (),
    ):
        self.node = node
        self.reads = reads or {}
        self.binds = binds
        self.then = then or []
        self.fails = fails


class _Exits(Record):
    """Where control goes when it leaves a block by other ways than its end."""

    returns: Step
    fails: tuple[Step, ...]
    breaks: Step | None = None
    continues: Step | None = None


class Flow:
    """The graph of one function or module body."""

    def __init__(self, body: Sequence[ast.stmt], swallows: Callable[[ast.expr], bool]):
        """Draw the graph.

        `swallows` says whether a context manager, given the expression that makes it, may
        keep an exception from getting out of its `with` block.
        """
        self._swallows = swallows
        self._after: dict[int, Step] = {}
        self._fails: dict[int, tuple[Step, ...]] = {}
        self._reads: dict[str, list[ast.AST]] = {}
        end = Step()
        self.start = self._block(body, end, _Exits(returns=end, fails=()))

    def read_after(self, statement: ast.stmt, name: str) -> ast.AST | None:
        """Where the value that `name` has when `statement` is done may be read, if anywhere."""
        return _first_read([self._after[id(statement)]], name)

    def read_if_interrupted(self, statement: ast.stmt, name: str) -> ast.AST | None:
        """Where `name` may be read, not bound anew, after `statement` has raised."""
        return _first_read(self._fails[id(statement)], name)

    def reads(self, name: str) -> list[ast.AST]:
        """Every place in the body that reads `name`, in no particular order."""
        return self._reads.get(name, [])

    # -- drawing: every method returns the step at which its piece is entered

    def _block(self, statements: Sequence[ast.stmt], end: Step, exits: _Exits) -> Step:
        for statement in reversed(statements):
            self._after[id(statement)] = end
            self._fails[id(statement)] = exits.fails
            end = self._statement(statement, end, exits)
        return end

    def _statement(self, node: ast.stmt, end: Step, exits: _Exits) -> Step:
        match node:
            case ast.If(test, body, orelse):
                ways = [self._block(body, end, exits), self._block(orelse, end, exits)]
                return self._step(node, [test], ways, exits)
            case ast.For() | ast.AsyncFor():
                return self._for(node, end, exits)
            case ast.While():
                return self._while(node, end, exits)
            case ast.Try() | ast.TryStar():
                return self._try(node, end, exits)
            case ast.With(items, body) | ast.AsyncWith(items, body):
                return self._with(node, items, body, end, exits)
            case ast.Match():
                return self._match(node, end, exits)
            case ast.Return(value):
                return self._step(node, [value] if value else [], [exits.returns], exits)
            case ast.Raise():
                return self._step(node, [node], [], exits)
            case ast.Break():
                assert exits.breaks
                return exits.breaks
            case ast.Continue():
                assert exits.continues
                return exits.continues
            case ast.Pass() | ast.Global() | ast.Nonlocal():
                return end
        return self._step(node, [node], [end], exits)

    def _step(
        self, node: ast.AST, parts: Iterable[ast.AST], then: list[Step], exits: _Exits
    ) -> Step:
        reads: dict[str, ast.AST] = {}
        binds: set[str] = set()
        for part in parts:
            _note(part, reads, binds)
        for name, place in reads.items():
            self._reads.setdefault(name, []).append(place)
        return Step(node, reads, frozenset(binds), then, exits.fails)

    def _for(self, node: ast.For | ast.AsyncFor, end: Step, exits: _Exits) -> Step:
        head = Step(node, fails=exits.fails)
        inside = _Exits(exits.returns, exits.fails, breaks=end, continues=head)
        body = self._block(node.body, head, inside)
        bind = self._step(node.target, [node.target], [body], exits)
        head.then = [bind, self._block(node.orelse, end, exits)]
        return self._step(node.iter, [node.iter], [head], exits)

    def _while(self, node: ast.While, end: Step, exits: _Exits) -> Step:
        head = Step()
        inside = _Exits(exits.returns, exits.fails, breaks=end, continues=head)
        body = self._block(node.body, head, inside)
        otherwise = self._block(node.orelse, end, exits)
        endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
        head.then = [
            self._step(node.test, [node.test], [body] if endless else [body, otherwise], exits)
        ]
        return head

    def _try(self, node: ast.Try | ast.TryStar, end: Step, exits: _Exits) -> Step:
        if node.finalbody:
            # One copy of the finally block leads to wherever control was on its way to.
            leave = Step(then=[end, exits.returns, *exits.fails])
            leave.then += [step for step in (exits.breaks, exits.continues) if step]
            cleanup = self._block(node.finalbody, leave, exits)
            end = cleanup
            exits = _Exits(
                returns=cleanup,
                fails=(cleanup,),
                breaks=cleanup if exits.breaks else None,
                continues=cleanup if exits.continues else None,
            )
        caught = exits.fails
        later: tuple[Step, ...] = ()
        for handler in reversed(node.handlers):
            inside = _Exits(exits.returns, exits.fails + later, exits.breaks, exits.continues)
            names = frozenset({handler.name} if handler.name else ())
            # What an `except*` leaves of a group is raised behind its handlers.
            rest = exits.fails if isinstance(node, ast.TryStar) else ()
            unbind = Step(handler, {}, names, [end, *later], rest)
            bind = Step(handler, {}, names, [self._block(handler.body, unbind, inside)])
            tests = [handler.type] if handler.type else []
            entry = self._step(handler, tests, [bind], exits)
            caught += (entry,)
            if isinstance(node, ast.TryStar):
                # Several handlers of an `except*` may run, one after the other.
                later += (entry,)
        otherwise = self._block(node.orelse, end, exits)
        inside = _Exits(exits.returns, caught, exits.breaks, exits.continues)
        return self._block(node.body, otherwise, inside)

    def _with(
        self,
        node: ast.With | ast.AsyncWith,
        items: list[ast.withitem],
        body: list[ast.stmt],
        end: Step,
        exits: _Exits,
    ) -> Step:
        fails = exits.fails
        if any(self._swallows(item.context_expr) for item in items):
            fails += (end,)

        def leaving(to: Step) -> Step:
            """Whichever way the block is left, its manager has the last word, and may fail."""
            return Step(node, then=[to], fails=exits.fails)

        inside = _Exits(
            leaving(exits.returns),
            fails,
            exits.breaks and leaving(exits.breaks),
            exits.continues and leaving(exits.continues),
        )
        step = self._block(body, leaving(end), inside)
        for item in reversed(items):
            if item.optional_vars:
                step = self._step(item, [item.optional_vars], [step], inside)
            step = self._step(item, [item.context_expr], [step], inside)
        return step

    def _match(self, node: ast.Match, end: Step, exits: _Exits) -> Step:
        step = end
        for case in reversed(node.cases):
            body = self._block(case.body, end, exits)
            if case.guard:
                body = self._step(case, [case.guard], [body, step], exits)
            # A pattern that fails half-way may have bound some of its names, or none.
            bind = self._step(case, [case.pattern], [body], exits)
            bind.reads = {}
            reads = self._step(case, [case.pattern], [], exits).reads
            fits_always = isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None
            step = Step(case, reads, then=[bind] if fits_always else [bind, step])
            step.fails = exits.fails
        return self._step(node, [node.subject], [step], exits)


def _first_read(starts: Iterable[Step], name: str) -> ast.AST | None:
    seen: set[int] = set()
    pending = list(starts)
    found: list[ast.AST] = []
    while pending:
        step = pending.pop()
        if id(step) in seen:
            continue
        seen.add(id(step))
        if name in step.reads:
            found.append(step.reads[name])
            continue
        pending.extend(step.fails)
        if name not in step.binds:
            pending.extend(step.then)
    return min(found, key=_position, default=None)


def _position(node: ast.AST) -> tuple[int, int]:
    return (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))


_PLAIN = frozenset(
    {
        *(ast.Attribute, ast.BinOp, ast.Call, ast.Constant, ast.Dict, ast.FormattedValue),
        *(ast.JoinedStr, ast.List, ast.Set, ast.Slice, ast.Starred, ast.Subscript, ast.Tuple),
        *(ast.UnaryOp, ast.keyword, ast.Assign, ast.Expr),
    }
)
"""The kinds that only evaluate what is in them; known at a glance, as they are nine in ten."""


def _note(root: ast.AST, reads: dict[str, ast.AST], binds: set[str]) -> None:
    """Collect what evaluating this reads and binds in its own scope.

    Bodies of functions and lambdas run later and are left out; `Scope.captures` knows them.
    """
    pending = [root]
    while pending:
        node = pending.pop()
        if node.__class__ in _PLAIN:
            pending += children(node)
            continue
        match node:
            case ast.Name(name, ast.Load()):
                reads.setdefault(name, node)
            case ast.Name(name, ast.Del()):
                reads.setdefault(name, node)
                binds.add(name)
            case ast.Name(name):
                binds.add(name)
            case ast.AugAssign(target=ast.Name(name) as target, value=value):
                reads.setdefault(name, target)
                binds.add(name)
                pending.append(value)
            case ast.AnnAssign(value=None):
                pending.append(node.annotation)
                if not isinstance(node.target, ast.Name):
                    pending.append(node.target)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                pending.extend(_evaluated_at_definition(node))
                if isinstance(node, FUNCTIONS):
                    binds.add(node.name)
            case ast.ClassDef(name=name):
                binds.add(name)
                inner: dict[str, ast.AST] = {}
                for child in children(node):
                    _note(child, inner, set())
                for read, place in inner.items():
                    reads.setdefault(read, place)
            case ast.Import(names) | ast.ImportFrom(names=names):
                binds.update(alias.asname or alias.name.partition(".")[0] for alias in names)
            case ast.MatchAs() | ast.MatchStar():
                if node.name:
                    binds.add(node.name)
                pending.extend(children(node))
            case ast.MatchMapping(rest=rest):
                if rest:
                    binds.add(rest)
                pending.extend(children(node))
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                _note_comprehension(node, reads, binds)
            case ast.BoolOp(values=[first, *rest]):
                pending.append(first)
                _note_uncertain(rest, reads)
            case ast.Assert(test, message):
                pending.append(test)
                _note_uncertain([message] if message else [], reads)
            case ast.IfExp(test, body, orelse):
                pending.append(test)
                _note_uncertain([body, orelse], reads)
            case ast.Compare(left=left, comparators=[second, *rest]):
                pending += [left, second]
                _note_uncertain(rest, reads)
            case _:
                pending.extend(children(node))


def _note_uncertain(parts: Iterable[ast.AST], reads: dict[str, ast.AST]) -> None:
    """What may not be evaluated at all reads names, but cannot be trusted to bind any."""
    for part in parts:
        _note(part, reads, set())


def _evaluated_at_definition(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda,
) -> Iterator[ast.AST]:
    yield from node.args.defaults
    yield from (default for default in node.args.kw_defaults if default)
    if isinstance(node, FUNCTIONS):
        yield from node.decorator_list
        yield from (arg.annotation for arg in all_parameters(node.args) if arg.annotation)
        if node.returns:
            yield node.returns


def _note_comprehension(node: ast.AST, reads: dict[str, ast.AST], binds: set[str]) -> None:
    assert isinstance(node, COMPREHENSIONS)
    _note(node.generators[0].iter, reads, binds)
    targets: set[str] = set()
    inner: dict[str, ast.AST] = {}
    for generator in node.generators:
        _note(generator.target, inner, targets)
    for child in children(node):
        if isinstance(child, ast.comprehension):
            for part in (child.iter, *child.ifs):
                _note(part, inner, set())
        else:
            _note(child, inner, set())
    for name, place in inner.items():
        if name not in targets:
            reads.setdefault(name, place)
