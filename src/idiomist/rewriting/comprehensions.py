"""Build comprehensions from the loops that `semantics.nests` recognizes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import libcst as cst

from idiomist.rewriting.pieces import (
    assigned,
    bare,
    call,
    element,
    grouped,
    line_of,
    named,
    negated,
    operand,
    parenthesized,
    replaced,
    same,
    small,
    statements,
)

if TYPE_CHECKING:
    from idiomist.finding import Statement


Build = Callable[["Clauses"], cst.BaseExpression]
"""Makes an expression of the clauses around a step and the step itself."""


@dataclass(slots=True)
class Clauses:
    """The loops and conditions around a step, read off a `for` statement.

    `step` is the small statement inside, or an `if`/`else` of two. `inlined` puts the value
    that was named on the way in the place of its name.
    """

    loops: list[cst.CompFor] = field(default_factory=list)
    last_test: cst.BaseExpression | None = None
    step: cst.CSTNode | None = None
    _temporary: tuple[str, cst.BaseExpression] | None = None

    @classmethod
    def of(cls, loop: cst.For, flips: Iterable[bool] = (), *, hold_last: bool = False) -> Clauses:
        """Read a loop that `nest_of` has accepted.

        `flips` says for each condition in order whether its `==` may become `!=`. With
        `hold_last`, the innermost condition becomes `last_test` and no clause.
        """
        clauses = cls()
        clauses._descend([loop], iter(flips))
        last = clauses.loops[-1]
        if hold_last:
            clauses.last_test = last.ifs[-1].test
            clauses.loops[-1] = last.with_changes(ifs=last.ifs[:-1])
        return clauses

    def inlined(self, node: cst.BaseExpression) -> cst.BaseExpression:
        """The expression with the temporary's value in the place of its name."""
        if self._temporary is None:
            return node
        name, value = self._temporary
        done = replaced(node, lambda part: named(part, name), value)
        assert isinstance(done, cst.BaseExpression)
        return done

    def chain(self) -> cst.CompFor:
        """The clauses as a comprehension wants them: each loop inside the one before."""
        inner: cst.CompFor | None = None
        for loop in reversed(self.loops):
            inner = loop.with_changes(inner_for_in=inner, ifs=_all_of(loop.ifs))
        assert inner is not None
        return inner

    def _descend(
        self, body: Iterable[cst.BaseStatement | cst.BaseSmallStatement], flips: Iterator[bool]
    ) -> None:
        *before, last = body
        for statement in before:
            if isinstance(statement, cst.If):
                self._filter(negated(statement.test, next(flips, False)))
            else:
                assign = cst.ensure_type(small(statement), cst.Assign)
                target = cst.ensure_type(assign.targets[0].target, cst.Name)
                value = bare(assign.value)
                if isinstance(value, cst.Tuple):
                    value = parenthesized(value)
                self._temporary = (target.value, value)
        match last:
            case cst.For():
                self._loop(last)
                self._descend(statements(last), flips)
            case cst.If(orelse=None):
                next(flips, False)
                self._filter(last.test)
                self._descend(statements(last), flips)
            case cst.If(orelse=cst.If() as otherwise) if _only_skips(last):
                self._filter(negated(last.test, next(flips, False)))
                self._descend([otherwise], flips)
            case cst.If(orelse=cst.Else() as otherwise) if _only_skips(last):
                self._filter(negated(last.test, next(flips, False)))
                self._descend(otherwise.body.body, flips)
            case cst.If(orelse=cst.Else() as otherwise) if _only_skips(otherwise):
                next(flips, False)
                self._filter(last.test)
                self._descend(statements(last), flips)
            case _:
                self.step = small(last)

    def _loop(self, loop: cst.For) -> None:
        target = loop.target
        if isinstance(target, cst.Tuple) and target.elements:
            if "\n" not in cst.Module([]).code_for_node(target):
                target = target.with_changes(lpar=[], rpar=[])
        self.loops.append(
            cst.CompFor(
                target=target,
                iter=grouped(bare(self.inlined(loop.iter))),
                asynchronous=cst.Asynchronous() if loop.asynchronous else None,
                whitespace_before=cst.SimpleWhitespace(" "),
            )
        )

    def _filter(self, test: cst.BaseExpression) -> None:
        condition = cst.CompIf(grouped(bare(self.inlined(test))))
        last = self.loops[-1]
        self.loops[-1] = last.with_changes(ifs=[*last.ifs, condition])


def _all_of(conditions: Sequence[cst.CompIf]) -> list[cst.CompIf]:
    """Several conditions in a row as one: they are tried in order, until one fails."""
    if len(conditions) < 2:
        return list(conditions)
    first, *rest = [_conjunct(condition.test) for condition in conditions]
    for test in rest:
        first = cst.BooleanOperation(left=first, operator=cst.And(), right=test)
    return [conditions[0].with_changes(test=first)]


def _conjunct(test: cst.BaseExpression) -> cst.BaseExpression:
    loose = isinstance(test, (cst.IfExp, cst.Lambda, cst.NamedExpr)) or (
        isinstance(test, cst.BooleanOperation) and isinstance(test.operator, cst.Or)
    )
    return parenthesized(test) if loose else test


def _only_skips(node: cst.If | cst.Else) -> bool:
    body = node.body.body
    return len(body) == 1 and isinstance(small(body[0]), cst.Continue | cst.Pass)


def conditional(
    test: cst.BaseExpression, body: cst.BaseExpression, orelse: cst.BaseExpression
) -> cst.IfExp:
    """`body if test else orelse`."""
    return cst.IfExp(test=grouped(bare(test)), body=grouped(body), orelse=grouped(orelse))


def element_of(clauses: Clauses) -> cst.BaseExpression:
    """What the step of a nest puts into a list or set: one element, or one of two."""
    step = clauses.step
    if isinstance(step, cst.If):
        otherwise = cst.ensure_type(step.orelse, cst.Else)
        body, other = small(statements(step)[0]), small(otherwise.body.body[0])
        return conditional(clauses.inlined(step.test), _argument(body), _argument(other))
    return element(bare(clauses.inlined(_argument(step))))


def any_or_all(
    region: Sequence[Statement], found: bool, inverts: bool, flips: Sequence[bool]
) -> list[Statement]:
    """Rewrite `[loop, return]` or `[loop with an else]` to the return of any, all or not any.

    `found` is what the loop returns on a match; with `inverts`, no match is asked for by `all`
    of the opposite condition, else by `not any`.
    """
    loop = cst.ensure_type(region[0], cst.For).with_changes(orelse=None)
    clauses = Clauses.of(loop, [*flips[:-1], flips[-1] or False], hold_last=True)
    test = clauses.last_test
    assert test is not None
    answer: cst.BaseExpression
    alone = len(clauses.loops) == 1 and not clauses.loops[0].ifs
    if found and alone and same(test, clauses.loops[0].target):
        answer = call("any", bare(clauses.loops[0].iter))
    elif found:
        answer = call("any", _as_argument(test, clauses))
    elif inverts:
        opposite = bare(negated(test, flips[-1]))
        if alone and same(opposite, clauses.loops[0].target):
            answer = call("all", bare(clauses.loops[0].iter))
        else:
            answer = call("all", _as_argument(opposite, clauses))
    else:
        answer = cst.UnaryOperation(cst.Not(), call("any", _as_argument(test, clauses)))
    return [line_of(cst.Return(answer))]


def member_test(region: Sequence[Statement], found: bool, flips: Sequence[bool]) -> list[Statement]:
    """Rewrite `[loop, return]` or `[loop with an else]` to `return value in iterable`."""
    loop = cst.ensure_type(region[0], cst.For).with_changes(orelse=None)
    clauses = Clauses.of(loop, flips, hold_last=True)
    [clause] = clauses.loops
    test = cst.ensure_type(clauses.last_test, cst.Comparison)
    [target] = test.comparisons
    value = target.comparator if same(test.left, clause.target) else test.left
    operator = cst.In() if found else cst.NotIn()
    among = cst.ComparisonTarget(operator, operand(bare(clause.iter)))
    return [line_of(cst.Return(cst.Comparison(operand(bare(value)), [among])))]


def first_match(
    region: Sequence[Statement],
    default: Callable[[Sequence[Statement]], cst.BaseExpression],
    flips: Sequence[bool],
) -> cst.BaseExpression:
    """`next((value for ...), default)`, for the last loop in the region."""
    loop = next(part for part in reversed(region) if isinstance(part, cst.For))
    clauses = Clauses.of(loop.with_changes(orelse=None), flips)
    match clauses.step:
        case cst.Return(value=cst.BaseExpression() as value):
            value = clauses.inlined(value)
        case _:
            assert clauses._temporary is not None
            value = clauses._temporary[1]
    generator = _as_argument(grouped(bare(value)), clauses)
    return call("next", parenthesized(generator), default(region))


def _argument(step: cst.CSTNode | None) -> cst.BaseExpression:
    match step:
        case cst.Expr(cst.Call(args=[cst.Arg(value)])):
            return value
        case cst.AugAssign(value=cst.List([cst.Element(value)])):
            return value
    raise AssertionError(step)


def entry_of(clauses: Clauses) -> tuple[cst.BaseExpression, cst.BaseExpression]:
    """The key and the value that the step of a nest stores in a dict."""
    step = clauses.step
    if isinstance(step, cst.If):
        otherwise = cst.ensure_type(step.orelse, cst.Else)
        key, value = _stored(small(statements(step)[0]))
        _, other = _stored(small(otherwise.body.body[0]))
        choice = conditional(clauses.inlined(step.test), value, other)
        return grouped(bare(clauses.inlined(key))), choice
    key, value = _stored(step)
    return grouped(bare(clauses.inlined(key))), element(bare(clauses.inlined(value)))


def _stored(step: cst.CSTNode | None) -> tuple[cst.BaseExpression, cst.BaseExpression]:
    assign = cst.ensure_type(step, cst.Assign)
    target = cst.ensure_type(assign.targets[0].target, cst.Subscript)
    if len(target.slice) == 1:
        key = cst.ensure_type(target.slice[0].slice, cst.Index).value
        if not isinstance(target.slice[0].comma, cst.Comma):
            return key, assign.value
    elements = [
        cst.Element(cst.ensure_type(part.slice, cst.Index).value, part.comma)
        for part in target.slice
    ]
    return cst.Tuple(elements), assign.value


def list_of(clauses: Clauses) -> cst.BaseExpression:
    """`[element for ...]`."""
    return cst.ListComp(elt=element_of(clauses), for_in=clauses.chain())


def set_of(clauses: Clauses) -> cst.BaseExpression:
    """`{element for ...}`."""
    return cst.SetComp(elt=element_of(clauses), for_in=clauses.chain())


def dict_of(clauses: Clauses) -> cst.BaseExpression:
    """`{key: value for ...}`."""
    key, value = entry_of(clauses)
    return cst.DictComp(
        key=key,
        value=value,
        for_in=clauses.chain(),
        whitespace_after_colon=cst.SimpleWhitespace(" "),
    )


def generator_of(clauses: Clauses) -> cst.GeneratorExp:
    """`element for ...`, to be the only argument of a call."""
    return _as_argument(element_of(clauses), clauses)


def pairs_of(clauses: Clauses) -> cst.GeneratorExp:
    """`(key, value) for ...`, to be the only argument of a call."""
    key, value = entry_of(clauses)
    return _as_argument(cst.Tuple([cst.Element(key), cst.Element(value)]), clauses)


def _as_argument(element: cst.BaseExpression, clauses: Clauses) -> cst.GeneratorExp:
    return cst.GeneratorExp(elt=element, for_in=clauses.chain(), lpar=[], rpar=[])


def copy_of(clauses: Clauses, function: str) -> cst.BaseExpression:
    """`list(iterable)`: the loop changes nothing on the way."""
    return call(function, bare(clauses.loops[0].iter))


def blank_lines(statement: Statement) -> list[cst.EmptyLine]:
    """The blank lines right above a statement and its comments."""
    return [line for line in statement.leading_lines[:1] if line.comment is None]


def iterable_of(clauses: Clauses) -> cst.BaseExpression:
    """The iterable itself: the loop changes nothing on the way."""
    return bare(clauses.loops[0].iter)


def made_at_once(
    region: Sequence[Statement],
    build: Build,
    flips: Sequence[bool],
) -> list[Statement]:
    """Rewrite `[empty container, ..., loop]`: what `build` makes of the loop is assigned."""
    empty, *between, loop = region
    clauses = Clauses.of(cst.ensure_type(loop, cst.For), flips)
    line = cst.ensure_type(empty, cst.SimpleStatementLine)
    if between:
        line = line.with_changes(leading_lines=blank_lines(loop))
    return [*between, assigned(line, build(clauses))]


def added_at_once(
    region: Sequence[Statement],
    method: str,
    build: Build,
    flips: Sequence[bool],
) -> list[Statement]:
    """Rewrite `[loop]` to one call of a method of the container that it fills."""
    [loop] = region
    clauses = Clauses.of(cst.ensure_type(loop, cst.For), flips)
    added = cst.Call(
        cst.Attribute(_container(clauses.step), cst.Name(method)), [cst.Arg(build(clauses))]
    )
    return [line_of(cst.Expr(added))]


def _container(step: cst.CSTNode | None) -> cst.BaseExpression:
    match step:
        case cst.If():
            return _container(small(statements(step)[0]))
        case cst.Expr(cst.Call(func=cst.Attribute(value=container))):
            return container
        case cst.AugAssign(target=container):
            return cst.ensure_type(container, cst.Name)
        case cst.Assign([cst.AssignTarget(cst.Subscript(value=container))]):
            return container
    raise AssertionError(step)
