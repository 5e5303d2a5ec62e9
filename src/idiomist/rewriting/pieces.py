"""Small tools for the authors of rewrites: libcst nodes in, libcst nodes out."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import libcst as cst

if TYPE_CHECKING:
    from idiomist.finding import Statement

ATOMS = (
    cst.Name,
    cst.Attribute,
    cst.Call,
    cst.Subscript,
    cst.BaseNumber,
    cst.BaseString,
    cst.List,
    cst.Dict,
    cst.Set,
    cst.ListComp,
    cst.DictComp,
    cst.SetComp,
)
_LOOSE = (cst.IfExp, cst.Lambda, cst.NamedExpr, cst.Yield)
_Small = cst.BaseSmallStatement


def statements(node: cst.BaseCompoundStatement) -> Sequence[cst.BaseStatement | _Small]:
    """What stands in the body of a compound statement, on lines of its own or behind the colon."""
    return node.body.body


def small(statement: cst.BaseStatement | _Small) -> cst.CSTNode:
    """The one small statement of a line; compound statements come back as they are."""
    if isinstance(statement, cst.SimpleStatementLine):
        return statement.body[0]
    return statement


def value_of(statement: cst.BaseStatement | _Small) -> cst.BaseExpression | None:
    """What a statement assigns or returns, if anything."""
    match small(statement):
        case cst.Return(value) | cst.Assign(value=value) | cst.AnnAssign(value=value):
            return value
    raise AssertionError(statement)


def named(node: cst.BaseExpression, name: str) -> bool:
    """Whether a node is this name, in any of the spellings that Python takes to be the same."""
    return isinstance(node, cst.Name) and unicodedata.normalize("NFKC", node.value) == name


def parenthesized(node: cst.BaseExpression) -> cst.BaseExpression:
    """The expression in brackets, unless it is in some."""
    if node.lpar:
        return node
    return node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def bare(node: cst.BaseExpression) -> cst.BaseExpression:
    """The expression without superfluous brackets around it, where a comma may follow."""
    if not node.lpar or isinstance(node, (cst.Tuple, *_LOOSE, cst.GeneratorExp)):
        return node
    if any(_has_comment(paren) for paren in [*node.lpar, *node.rpar]):
        return node
    if not isinstance(node, ATOMS) and "\n" in cst.Module([]).code_for_node(node):
        return node.with_changes(lpar=node.lpar[:1], rpar=node.rpar[:1])
    return node.with_changes(lpar=[], rpar=[])


def _has_comment(paren: cst.CSTNode) -> bool:
    return "#" in cst.Module([]).code_for_node(paren)


def grouped(node: cst.BaseExpression) -> cst.BaseExpression:
    """The expression in a form that can stand in any clause of a comprehension."""
    if isinstance(node, (*_LOOSE, cst.GeneratorExp, cst.Tuple)):
        return parenthesized(node)
    return node


def element(node: cst.BaseExpression) -> cst.BaseExpression:
    """The expression in a form that can stand in front of the first `for`."""
    return node if isinstance(node, cst.IfExp) else grouped(node)


def operand(node: cst.BaseExpression) -> cst.BaseExpression:
    """The expression in a form that can stand next to any operator, or before a dot."""
    return node if isinstance(node, ATOMS) else parenthesized(node)


def negated(test: cst.BaseExpression, flips: bool) -> cst.BaseExpression:
    """The opposite of a condition; with `flips`, `==` and `!=` may be swapped."""
    match test:
        case cst.UnaryOperation(operator=cst.Not(), expression=inner):
            return inner
        case cst.Comparison(left=left, comparisons=[cst.ComparisonTarget(operator, right)]):
            opposite = _opposite(operator, flips)
            if opposite:
                target = cst.ComparisonTarget(opposite, right)
                return test.with_changes(left=left, comparisons=[target])
        case cst.BooleanOperation(left=left, operator=operator, right=right) if _is_not(
            left
        ) or _is_not(right):
            return _de_morgan(left, operator, right, flips)
        case cst.BooleanOperation() | cst.IfExp() | cst.Lambda() | cst.NamedExpr():
            return cst.UnaryOperation(cst.Not(), parenthesized(test))
    return cst.UnaryOperation(cst.Not(), test)


def _is_not(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Not)


def _de_morgan(
    left: cst.BaseExpression, operator: cst.BaseBooleanOp, right: cst.BaseExpression, flips: bool
) -> cst.BaseExpression:
    """`not (not a and b)` as `a or not b`: the same operands are evaluated, in the same order."""
    sides = []
    for side in (left, right):
        other = negated(side, flips)
        sides.append(parenthesized(other) if isinstance(other, _LOOSE_OPERANDS) else other)
    swapped = cst.Or() if isinstance(operator, cst.And) else cst.And()
    return cst.BooleanOperation(left=sides[0], operator=swapped, right=sides[1])


_LOOSE_OPERANDS = (cst.BooleanOperation, *_LOOSE)


def _opposite(operator: cst.BaseCompOp, flips: bool) -> cst.BaseCompOp | None:
    match operator:
        case cst.In():
            return cst.NotIn()
        case cst.NotIn():
            return cst.In()
        case cst.Is():
            return cst.IsNot()
        case cst.IsNot():
            return cst.Is()
        case cst.Equal() if flips:
            return cst.NotEqual()
        case cst.NotEqual() if flips:
            return cst.Equal()
    return None


class Replacing(cst.CSTTransformer):
    """Puts another expression in the place of those that `wanted` picks."""

    def __init__(self, wanted: Callable[[cst.BaseExpression], bool], value: cst.BaseExpression):
        super().__init__()
        self.wanted = wanted
        self.value = value
        self.done = 0

    def on_leave(  # type: ignore[override]
        self, original_node: cst.CSTNode, updated_node: cst.CSTNode
    ) -> cst.CSTNode:
        """Replace whole expressions; names of attributes and keywords are none."""
        match original_node:
            case cst.Attribute():
                owner = cst.ensure_type(updated_node, cst.Attribute).value
                if isinstance(owner, cst.BaseNumber):
                    # In `5.real` the dot would belong to the number.
                    owner = parenthesized(owner)
                updated_node = updated_node.with_changes(attr=original_node.attr, value=owner)
            case cst.Arg() if updated_node is not original_node:
                updated_node = updated_node.with_changes(keyword=original_node.keyword)
                updated_node = self._bare_inside(updated_node, "value")
            case cst.Element() | cst.Index():
                updated_node = self._bare_inside(updated_node, "value")
            case cst.FormattedStringExpression():
                updated_node = self._bare_inside(updated_node, "expression")
            case cst.Comparison() if isinstance(self.value, cst.BinaryOperation):
                updated_node = self._bare_inside(updated_node, "left")
        if isinstance(original_node, cst.BaseExpression) and self.wanted(original_node):
            self.done += 1
            return self._bracketed
        return updated_node

    def _bare_inside(self, node: cst.CSTNode, field: str) -> cst.CSTNode:
        """No brackets where the surroundings set the value apart already."""
        if getattr(node, field) is not self._bracketed or isinstance(self.value, _LOOSE):
            return node
        return node.with_changes(**{field: self.value})

    @property
    def _bracketed(self) -> cst.BaseExpression:
        if not hasattr(self, "_kept"):
            self._kept = operand(self.value)
        return self._kept


def replaced(
    node: cst.CSTNode,
    wanted: Callable[[cst.BaseExpression], bool],
    value: cst.BaseExpression,
) -> cst.CSTNode:
    """The tree with `value` in the place of every expression that `wanted` picks."""
    if isinstance(node, cst.BaseExpression) and wanted(node):
        return value
    done = node.visit(Replacing(wanted, value))
    assert isinstance(done, cst.CSTNode)
    return done


def assigned(line: cst.SimpleStatementLine, value: cst.BaseExpression) -> cst.SimpleStatementLine:
    """The assignment, with or without an annotation, that gives another value."""
    statement = line.body[0].with_changes(value=value)
    return line.with_changes(body=[statement])


def call(function: str, *args: cst.BaseExpression) -> cst.Call:
    """A call of a plain or dotted name."""
    return cst.Call(cst.parse_expression(function), [cst.Arg(arg) for arg in args])


def line_of(statement: cst.BaseSmallStatement) -> cst.SimpleStatementLine:
    """A statement on a line of its own."""
    return cst.SimpleStatementLine([statement])


def same(node: cst.BaseExpression, other: cst.BaseExpression) -> bool:
    """Whether two names, or dotted paths, are the same."""
    match node, other:
        case cst.Name(), cst.Name(value):
            return named(node, unicodedata.normalize("NFKC", value))
        case cst.Attribute(value, attribute), cst.Attribute(owner, wanted):
            return same(attribute, wanted) and same(value, owner)
    return False


def calls_of(node: cst.CSTNode, function: str) -> list[cst.Call]:
    """All calls of a function by its plain or dotted name, in the order of the text."""
    wanted = cst.parse_expression(function)
    found: list[cst.Call] = []

    class Finder(cst.CSTVisitor):
        def visit_Call(self, node: cst.Call) -> None:
            if same(node.func, wanted):
                found.append(node)

    node.visit(Finder())
    return found


def without_first(loop: cst.For) -> cst.For:
    """The loop without the first statement of its body; what stood above that one goes along."""
    body = cst.ensure_type(loop.body, cst.IndentedBlock)
    _, first, *rest = body.body
    lines = [line for line in getattr(first, "leading_lines", ()) if line.comment]
    return loop.with_changes(
        body=body.with_changes(body=[first.with_changes(leading_lines=lines), *rest])
    )


def with_comparator(
    node: Statement, wanted: Callable[[cst.BaseExpression], bool], right: cst.BaseExpression
) -> Statement:
    """The tree with another right side in every comparison that `wanted` picks."""

    class Changer(cst.CSTTransformer):
        def visit_Lambda(self, node: cst.Lambda) -> bool:
            return False

        def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
            return False

        def visit_ClassDef(self, node: cst.ClassDef) -> bool:
            return False

        def leave_Comparison(
            self, original_node: cst.Comparison, updated_node: cst.Comparison
        ) -> cst.Comparison:
            if not wanted(original_node):
                return updated_node
            [target] = updated_node.comparisons
            return updated_node.with_changes(comparisons=[target.with_changes(comparator=right)])

    done = node.visit(Changer())
    assert isinstance(done, (cst.SimpleStatementLine, cst.BaseCompoundStatement))
    return done


def _calls_written(node: cst.CSTNode, function: str) -> list[cst.Call]:
    wanted = "".join(function.split())
    found: list[cst.Call] = []

    class Finder(cst.CSTVisitor):
        def visit_Call(self, node: cst.Call) -> None:
            if "".join(cst.Module([]).code_for_node(node.func).split()) == wanted:
                found.append(node)

    node.visit(Finder())
    return found


def pulled_out(
    statement: Statement, function: str, name: cst.Name
) -> tuple[cst.BaseExpression, Statement]:
    """The one call of `function` in a statement, and the statement with `name` in its place."""
    call = _calls_written(statement, function)[0]
    changed = statement.visit(Replacing(lambda node: node is call, name))
    assert isinstance(changed, (cst.SimpleStatementLine, cst.BaseCompoundStatement))
    return bare(call), changed


def with_path_method(statement: Statement, function: str, method: str) -> Statement:
    """`path.open(mode, ...).read()` or `open(path, mode).write(text)` as one method of the path."""
    opening = _calls_written(statement, function)[0]
    rest = [*opening.args]
    called_on = opening.func
    path = called_on.value if isinstance(called_on, cst.Attribute) else rest.pop(0).value
    options = [arg for arg in rest if arg.keyword and arg.keyword.value != "mode"]

    class Changer(cst.CSTTransformer):
        def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
            function = original_node.func
            if not (isinstance(function, cst.Attribute) and function.value is opening):
                return updated_node
            args = [*updated_node.args, *options]
            args = [arg.with_changes(comma=cst.MaybeSentinel.DEFAULT) for arg in args]
            called = cst.Attribute(operand(path), cst.Name(method))
            return updated_node.with_changes(func=called, args=args)

    changed = statement.visit(Changer())
    assert isinstance(changed, (cst.SimpleStatementLine, cst.BaseCompoundStatement))
    return changed
