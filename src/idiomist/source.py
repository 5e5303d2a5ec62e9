"""One file, parsed once, and the questions that checks ask of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

from idiomist.conventions import DEFAULTS, Conventions
from idiomist.finding import Doubt, Hazard
from idiomist.record import Record
from idiomist.semantics.handles import lets_errors_out
from idiomist.semantics.kinds import Kinds
from idiomist.semantics.scopes import FUNCTIONS, Scope, module_scope, scope_inside
from idiomist.text import encoding_of, found_width, split_lines, without_comments

if TYPE_CHECKING:
    from idiomist.semantics.flow import Flow

N = TypeVar("N", bound=ast.AST)
T = TypeVar("T")

PRAGMA = (
    r"(?i)#+\s*(?:type:|noqa|pragma\b|pylint:|fmt:|isort:|nosec|mypy:|pyright:|ruff:|yapf:|black:"
    r"|idiomist:|flake8:|NOSONAR|language=|cython:|pyre-|pytype:|doctest:)"
)
"""Comments that tools read: they belong to their line."""


class Block:
    """Statements that stand one below the other, and what they stand in.

    `owner` is the statement, handler, case or module that has them as one of its fields, and
    `position` is where in `outer` the statement stands that (directly or by a handler) owns it.
    """

    # A plain class, for one is made for every block of every file.
    __slots__ = ("outer", "owner", "position", "statements")

    def __init__(
        self, statements: list[ast.stmt], owner: ast.AST, outer: Block | None, position: int
    ):
        self.statements = statements
        self.owner = owner
        self.outer = outer
        self.position = position


class Comment(Record):
    """A comment token."""

    line: int
    column: int
    text: str


class Source:
    """The text and the tree of one file.

    The linter moves `place` along as it walks; what a detector asks is answered for there.
    Lines count from 1; columns are those of `ast` (UTF-8 bytes, from 0) unless said otherwise.
    """

    def __init__(
        self,
        data: bytes,
        path: str = "<string>",
        conventions: Conventions = DEFAULTS,
        *,
        tree: ast.Module | None = None,
    ):
        """Parse a file, unless its `tree` is known.

        Raises SyntaxError (also for undecodable bytes), ValueError for null bytes, and
        RecursionError or MemoryError for code nested beyond what CPython takes.
        """
        self.path = path
        self.data = data
        self.tree = ast.parse(data, path) if tree is None else tree
        self.place = Block(self.tree.body, self.tree, None, 0)
        self.index = 0
        self.conventions = conventions
        self.examines = True
        self._flows: dict[int, Flow] = {}
        self._scopes: dict[int, Scope] = {}
        self._answers: dict[tuple[object, int], Any] = {}

    @classmethod
    def decoded(
        cls,
        text: str,
        path: str = "<string>",
        conventions: Conventions = DEFAULTS,
        *,
        tree: ast.Module | None = None,
    ) -> Source:
        """A file that somebody else has read: its text, without a BOM, and the tree of that text.

        It counts as UTF-8, whatever a coding cookie says, for that is what `ast` makes of text.
        """
        source = cls(b"", path, conventions, tree=ast.parse(text, path) if tree is None else tree)
        source.data = text.encode()
        source.encoding = "utf-8"
        source.text = text
        return source

    # -- text

    @cached_property
    def encoding(self) -> str:
        """The codec by which the bytes are decoded, `utf-8-sig` where there is a BOM."""
        return encoding_of(self.data)

    @cached_property
    def text(self) -> str:
        """The whole file, with its newlines as they are, without a BOM."""
        return self.data.decode(self.encoding)

    @cached_property
    def lines(self) -> list[str]:
        """The lines with their ends; line n is `lines[n - 1]`."""
        return split_lines(self.text)

    @cached_property
    def line_starts(self) -> list[int]:
        """Offsets into `text` at which lines start, and the end of the text."""
        starts = [0]
        for line in self.lines:
            starts.append(starts[-1] + len(line))
        return starts

    @cached_property
    def newline(self) -> str:
        """The line end that the file uses first."""
        found = re.search(r"\r\n|\r|\n", self.text)
        return found[0] if found else "\n"

    @property
    def indent_unit(self) -> str:
        """The white space by which a block stands deeper than its header, around here."""
        owner = self.place.owner
        if isinstance(owner, ast.stmt) and owner.lineno < self.statement.lineno:
            inner, outer = self.indent(self.statement), self.indent(owner)
            if inner.startswith(outer) and inner != outer:
                return inner.removeprefix(outer)
        for statement in self.tree.body:
            body = getattr(statement, "body", None)
            if body and body[0].lineno > statement.lineno:
                return self.indent(body[0])
        return "    "

    @cached_property
    def width(self) -> int:
        """The line length to respect: as configured, else as the code in the file shows."""
        return self.conventions.width or found_width(self.lines)

    def may_use(self, *version: int) -> bool:
        """Whether the code has to run on this Python and later ones only; yes if nobody says."""
        oldest = self.conventions.python
        return oldest is None or oldest >= version

    def column(self, line: int, offset: int) -> int:
        """The column of a byte offset, in characters from 1, as people and editors count."""
        text = self.lines[line - 1]
        if text.isascii():
            return offset + 1
        return len(text.encode("utf-8")[:offset].decode("utf-8", "replace")) + 1

    def segment(self, node: ast.expr | ast.stmt) -> str:
        """The text of a node, as it is written."""
        first, last = node.lineno, node.end_lineno or node.lineno
        start = self.column(first, node.col_offset) - 1
        stop = self.column(last, node.end_col_offset or 0) - 1
        if first == last:
            return self.lines[first - 1][start:stop]
        lines = self.lines[first - 1 : last]
        return "".join([lines[0][start:], *lines[1:-1], lines[-1][:stop]])

    def flat(self, node: ast.expr | ast.stmt) -> str:
        """The text of a node on one line, without comments, for measuring and for messages."""
        text = self.segment(node)
        if "\n" not in text and "\r" not in text:
            return text
        if "#" in text:
            text = without_comments(text)
        text = re.sub(r"\s*[\r\n]\s*", " ", text)
        return re.sub(r" ([)\]}])", r"\1", re.sub(r"([(\[{]) ", r"\1", text))

    def indent(self, statement: ast.stmt) -> str:
        """The white space in front of a statement."""
        line = self.lines[statement.lineno - 1]
        return line[: len(line) - len(line.lstrip())]

    # -- what stands where

    def at(self, place: Block, index: int) -> None:
        """Called by the linter: the statement that is being looked at."""
        self.place = place
        self.index = index

    @property
    def statement(self) -> ast.stmt:
        """The statement that is being looked at, or in which the expression stands."""
        return self.place.statements[self.index]

    @property
    def before(self) -> list[ast.stmt]:
        """The statements above this one in its block, the nearest last."""
        return self.place.statements[: self.index]

    @property
    def following(self) -> ast.stmt | None:
        """The next statement in the block."""
        rest = self.place.statements[self.index + 1 : self.index + 2]
        return rest[0] if rest else None

    def ancestors(self) -> Iterator[ast.AST]:
        """What this statement stands in, from the inside out, the module last."""
        block: Block | None = self.place
        while block is not None:
            yield block.owner
            if block.outer and block.owner is not block.outer.statements[block.position]:
                yield block.outer.statements[block.position]
            block = block.outer

    @property
    def function(self) -> ast.AST:
        """The function, class or module whose own code this is."""
        for node in self.ancestors():
            if isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.Module)):
                return node
        raise AssertionError("a module is around everything")

    @property
    def in_class_body(self) -> bool:
        """Whether this code binds attributes of a class, which scopes inside do not see."""
        return isinstance(self.function, ast.ClassDef)

    def is_shared(self, name: str) -> bool:
        """Whether a name in this function is another scope's, by `global` or `nonlocal`."""
        scope = self.module_scope
        if not (scope.may_state(b"global") or scope.may_state(b"nonlocal")):
            return False
        return self.scope.parent is not None and self.scope.is_declared(name)

    @property
    def in_main_guard(self) -> bool:
        """Whether this only runs as a script: nobody can import what it binds."""
        block: Block | None = self.place
        while block is not None:
            match block.owner:
                case ast.If(
                    ast.Compare(ast.Name("__name__"), [ast.Eq()], [ast.Constant("__main__")])
                ) as guard:
                    return block.statements is guard.body
            block = block.outer
        return False

    def loops_around(self) -> list[ast.For | ast.AsyncFor | ast.While]:
        """The loops of this function that this statement stands in, the innermost first."""
        found: list[ast.For | ast.AsyncFor | ast.While] = []
        for node in self.ancestors():
            if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
                break
            if isinstance(node, ast.For | ast.AsyncFor | ast.While):
                found.append(node)
        return found

    def once(self, question: Callable[[N, Source], T], node: N) -> T:
        """The answer to a question about one node of this file, worked out once."""
        key = (question, id(node))
        answers = self._answers
        if key not in answers:
            answers[key] = question(node, self)
        return answers[key]  # type: ignore[no-any-return]

    def forget(self) -> None:
        """Drop what was worked out; asked again, it is worked out again.

        Scopes and their parents hold each other, so that a file would stay in memory otherwise.
        """
        scope = self.__dict__.pop("module_scope", None)
        if scope is not None:
            scope.dissolve()
        self._scopes.clear()
        self._flows.clear()
        self._answers.clear()

    # -- what is known here

    @cached_property
    def module_scope(self) -> Scope:
        """The scope of the file."""
        return module_scope(self.tree, self.data)

    @property
    def scope(self) -> Scope:
        """The scope whose own code this is."""
        function = self.function
        if id(function) not in self._scopes:
            owners = [
                node for node in self.ancestors() if isinstance(node, (*FUNCTIONS, ast.ClassDef))
            ]
            self._scopes[id(function)] = scope_inside(self.module_scope, reversed(owners))
        return self._scopes[id(function)]

    @property
    def kinds(self) -> Kinds:
        """What kinds of values the names here have."""
        return Kinds(self.scope)

    @property
    def flow(self) -> Flow:
        """The graph of the function that this is in."""
        from idiomist.semantics.flow import Flow

        function = self.function
        if id(function) not in self._flows:
            assert isinstance(function, (*FUNCTIONS, ast.ClassDef, ast.Module))
            kinds = self.kinds
            self._flows[id(function)] = Flow(
                function.body, swallows=lambda manager: not lets_errors_out(kinds, manager)
            )
        return self._flows[id(function)]

    # -- comments and lines

    def region(self, statements: Sequence[ast.stmt]) -> tuple[int, int]:
        """The first and last line of neighbours, with the comments that hang below their body."""
        first, last = statements[0], statements[-1]
        end = last.end_lineno or last.lineno
        if not isinstance(last, (ast.For, ast.AsyncFor, ast.While, ast.If, ast.With, ast.Try)):
            return first.lineno, end
        indent = len(self.indent(first).expandtabs())
        reach = end
        while reach < len(self.lines):
            line = self.lines[reach].expandtabs().rstrip()
            text = line.lstrip()
            if text and not (text.startswith("#") and len(line) - len(text) > indent):
                break
            reach += 1
            if text:
                end = reach
        return first.lineno, end

    def owns_lines(self, statements: Sequence[ast.stmt]) -> bool:
        """Whether no other statement, nor a block's header, shares a line with these."""
        if self.newline == "\r":
            # Line ends that libcst and tokenize do not agree about.
            return False
        first, last = statements[0], statements[-1]
        lines = [(statement.lineno, _end(statement)) for statement in statements]
        if any(end >= start for (_, end), (start, _) in pairwise(lines)):
            return False
        head = self.lines[first.lineno - 1].encode("utf-8")[: first.col_offset]
        if b"\f" in head:
            # libcst does not take a form feed for a part of the indentation.
            return False
        line = self.lines[(last.end_lineno or 0) - 1].encode("utf-8")
        tail = line[last.end_col_offset or 0 :].strip()
        return head.strip() in (b"", b"\xef\xbb\xbf") and (not tail or tail.startswith(b"#"))

    def comments(self, first: int, last: int) -> list[Comment]:
        """The comments on these lines, which must be those of whole statements."""
        lines = self.lines[first - 1 : last]
        if not any("#" in line for line in lines):
            return []
        import tokenize

        found: list[Comment] = []
        try:
            for token in tokenize.generate_tokens(iter(lines).__next__):
                if token.type == tokenize.COMMENT:
                    line, column = token.start
                    found.append(Comment(first + line - 1, column, token.string))
        except (tokenize.TokenError, IndentationError):
            # Lines cut out of their surroundings may end in a way the tokenizer frowns on.
            pass
        return found

    def comment_doubts(
        self, statements: Sequence[ast.stmt], kept: Iterable[ast.stmt]
    ) -> Iterator[Doubt]:
        """Comments that no rewrite may carry off: they speak of the line that they are on."""
        first, last = self.region(statements)
        lines = self.lines[first - 1 : last]
        if not any("#" in line and re.search(PRAGMA, line) for line in lines):
            return
        untouched = {
            line for statement in kept for line in range(statement.lineno, _end(statement) + 1)
        }
        for comment in self.comments(first, last):
            if comment.line not in untouched and re.match(PRAGMA, comment.text):
                reason = f"the comment `{comment.text}` on line {comment.line} belongs to its line"
                yield Doubt(Hazard.COMMENT, comment.line, reason)


def _end(statement: ast.stmt) -> int:
    return statement.end_lineno or statement.lineno
