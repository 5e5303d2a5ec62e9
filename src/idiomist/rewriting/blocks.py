"""Put statements below a `with`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import libcst as cst

from idiomist.rewriting.pieces import small

if TYPE_CHECKING:
    from idiomist.finding import Statement


def with_block(
    opening: Statement,
    name: str | None,
    body: Sequence[Statement],
    indent: str,
    *,
    footer: Sequence[cst.EmptyLine] = (),
) -> cst.With:
    """`with manager as name:`, the manager taken from the assignment (or call) `opening`.

    Comments above and behind `opening` stay at the header; those in `footer` go to the end of
    the block. A `close` right before the block is left early becomes superfluous, and goes.
    """
    line = cst.ensure_type(opening, cst.SimpleStatementLine)
    manager = line.body[0]
    value = manager.value if isinstance(manager, (cst.Assign, cst.Expr)) else None
    assert value is not None
    statements = [_without_closes(statement, name) for statement in body] if name else [*body]
    if statements:
        lines = [*statements[0].leading_lines]
        while lines and not lines[0].comment:
            lines.pop(0)
        statements[0] = statements[0].with_changes(leading_lines=lines)
    comments = [line for line in footer if line.comment]
    return cst.With(
        items=[cst.WithItem(value, cst.AsName(cst.Name(name)) if name else None)],
        body=cst.IndentedBlock(
            statements, header=line.trailing_whitespace, indent=indent, footer=comments
        ),
        leading_lines=line.leading_lines,
    )


def around(statement: Statement, manager: cst.BaseExpression, name: str, indent: str) -> cst.With:
    """`with manager as name:` around one statement; comments above it stay above."""
    return cst.With(
        items=[cst.WithItem(manager, cst.AsName(cst.Name(name)))],
        body=cst.IndentedBlock([statement.with_changes(leading_lines=())], indent=indent),
        leading_lines=statement.leading_lines,
    )


def without_finally(statement: Statement) -> tuple[list[Statement], list[cst.EmptyLine]]:
    """What is left of a `try` when its `finally` goes, and the comments from its end."""
    block = cst.ensure_type(statement, cst.Try)
    assert block.finalbody is not None
    released = block.finalbody.body
    comments = [
        *block.finalbody.leading_lines,
        *_comment_lines(released.header if isinstance(released, cst.IndentedBlock) else None),
        *(line for part in released.body for line in getattr(part, "leading_lines", ())),
        *(
            line
            for part in released.body
            for line in _comment_lines(getattr(part, "trailing_whitespace", None))
        ),
        *(released.footer if isinstance(released, cst.IndentedBlock) else ()),
    ]
    if block.handlers:
        return [block.with_changes(finalbody=None)], comments
    inner = cst.ensure_type(block.body, cst.IndentedBlock)
    first, *rest = inner.body
    assert isinstance(first, (cst.SimpleStatementLine, cst.BaseCompoundStatement))
    above = [*block.leading_lines, *_comment_lines(inner.header), *first.leading_lines]
    body = [first.with_changes(leading_lines=above), *rest]
    return body, [*inner.footer, *comments]  # type: ignore[return-value]


def comments_of(statement: Statement) -> list[cst.EmptyLine]:
    """The comments above and behind a simple statement."""
    line = cst.ensure_type(statement, cst.SimpleStatementLine)
    return [*line.leading_lines, *_comment_lines(line.trailing_whitespace)]


def _comment_lines(behind: cst.TrailingWhitespace | None) -> list[cst.EmptyLine]:
    """A comment behind code, as one on a line of its own."""
    return [cst.EmptyLine(comment=behind.comment)] if behind and behind.comment else []


class _CloseRemover(cst.CSTTransformer):
    """Takes out `name.close()` where the next statement leaves the block by itself.

    Not inside of `try` and `with`, which have the last word on the way out.
    """

    def __init__(self, name: str):
        super().__init__()
        self.name = name

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return False

    def visit_Try(self, node: cst.Try) -> bool:
        return False

    def visit_TryStar(self, node: cst.TryStar) -> bool:
        return False

    def visit_With(self, node: cst.With) -> bool:
        return False

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        body = updated_node.body
        kept = [
            statement
            for statement, following in zip(body, [*body[1:], None], strict=True)
            if not (self._closes(statement) and following is not None and _leaves(following))
        ]
        return updated_node.with_changes(body=kept) if len(kept) < len(body) else updated_node

    def _closes(self, statement: cst.BaseStatement) -> bool:
        if not isinstance(statement, cst.SimpleStatementLine) or statement.leading_lines:
            return False
        match statement:
            case cst.SimpleStatementLine([cst.Expr(cst.Call(cst.Attribute(owner, method), []))]):
                has_name = isinstance(owner, cst.Name) and owner.value == self.name
                return has_name and method.value == "close"
        return False


def _leaves(statement: cst.BaseStatement) -> bool:
    if not isinstance(statement, cst.SimpleStatementLine):
        return False
    match small(statement):
        case cst.Return(value=None):
            return True
        case cst.Return(value=cst.Name() | cst.BaseNumber() | cst.SimpleString()):
            return True
    return False


def _without_closes(statement: Statement, name: str) -> Statement:
    done = statement.visit(_CloseRemover(name))
    assert isinstance(done, (cst.SimpleStatementLine, cst.BaseCompoundStatement))
    return done


def owner_of(statement: Statement) -> cst.SimpleStatementLine:
    """The line of a method call, with the object in the place of the call."""
    line = cst.ensure_type(statement, cst.SimpleStatementLine)
    call = cst.ensure_type(cst.ensure_type(line.body[0], cst.Expr).value, cst.Call)
    owner = cst.ensure_type(call.func, cst.Attribute).value
    return line.with_changes(body=[cst.Expr(owner)])
