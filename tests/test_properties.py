"""What every fix promises: the program still does what it did.

Programs are made from the shapes that the checks look for, mixed with what makes them hard to
rewrite, and run before and after. That a file is closed earlier when something fails is no
difference: no program looks at what it has only half written.
"""

from __future__ import annotations

import gc
import tokenize
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from io import BytesIO
from textwrap import indent

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st
from programs import TAPES, Maker, output_of

from idiomist.fixer import Fixed, Fixer
from idiomist.linter import Linter
from idiomist.registry import installed

# Some programs leave a file to the garbage collector, which may come at any time.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")

LINTER = Linter(installed())
HEAD = """\
import threading
from contextlib import suppress
from programs import fussy, later, note, run, scratch, show, stream

"""
EMPTY = {
    "list": ("[]", "[]", "list()"),
    "set": ("set()", "set()"),
    "dict": ("{}", "{}", "dict()"),
}
FULL = {"list": "[0]", "set": "{0}", "dict": "{0: 0}"}


@pytest.fixture(autouse=True, scope="module")
def garbage() -> Iterator[None]:
    yield
    with warnings.catch_warnings(action="ignore", category=ResourceWarning):
        gc.collect()


def block(header: str, *body: str) -> str:
    return f"{header}:\n" + indent("\n".join(body), "    ")


class Shapes(Maker):
    """Writes the body of one function, class or module."""

    def __init__(self, tape: bytes):
        super().__init__(tape)
        self.place = self.one(
            *["function"] * 7, "method", "nested", "generator", "async", "guard", "module", "class"
        )
        self.can_return = self.place in ("function", "method", "nested", "async")
        self.kind = self.one("list", "list", "set", "dict")
        self.out = "self.out" if self.place == "method" and self.chance(5) else "out"
        self.peeks = self.chance(1)

    # -- pieces

    def element(self, *names: str) -> str:
        x, y = self.one(*names), self.one(*names)
        rare = [
            f"note(  # why\n    {x}\n)",
            f"(lambda: {x})",
            f"({y} for _ in (1,))",
            f"sum({x} for _ in (1, 2))",
            f"(seen := {x})",
            f"note(len({self.out}))",
            "items.pop()",
            f"items.remove({x})",
            f"[{x} for {x} in ({x}, 1)]",
            f"vars().get('{x}')",
            f"next(iter([{x}]))",
            *[f"stopping({x})"] * 3,
            f"(yield {x})" if self.place == "generator" else f"{x}.upper()",
        ]
        if self.place == "async":
            rare += [f"await later({x})"] * 12
        if self.place == "method":
            rare += [f"self.renewed({x})"] * 6
        usual = [
            x,
            f"note({x})",
            f"fussy({x})",
            f"({x}, {y})",
            f"str({x})",
            f"{x} * 2",
            f"peek({x})" if self.peeks else f'f"{{{x}}}"',
            f"{x} if {y} else None",
            f'note({x}) if {y} else note("a text so long that the line will not hold it all")',
        ]
        return self.one(*rare) if self.chance(1) else self.one(*usual)

    def test(self, *names: str) -> str:
        x, y = self.one(*names), self.one(*names)
        return self.one(
            x,
            f"not {x}",
            f"{x} != 2",
            f"{x} == 1",
            f"note({x})",
            f"fussy({x}) is not None",
            f"{x} not in (1, 'a')",
            f"1 < {x} < 5",
            f"{x} or {y} == 2",
            f"isinstance({x}, int) and {y} > 1",
            f"(seen := {x})",
            f"{x} if {y} else True",
        )

    def iterable(self) -> str:
        return self.one(
            *["items"] * 5,
            "range(4)",
            "list(items)",
            "enumerate(items)",
            "sorted(items, key=repr)",
            '"abc".split("b")',
            "zip(items, 'abc')",
            "note(items)",
            "(1, 2, 3)",
        )

    def put(self, *names: str) -> str:
        value = self.element(*names)
        match self.kind:
            case "list":
                plain = f"{self.out}.append({value})"
                spread = f"{self.out}.append(\n    {value},\n)"
                return self.one(plain, plain, plain, f"{self.out} += [{value}]", spread)
            case "set":
                return f"{self.out}.add({value})"
        key = self.one(names[-1], f"note({names[0]})", f"fussy({names[-1]})", self.element(*names))
        return f"{self.out}[{key}] = {value}"

    def nest(self, step: Callable[..., str], names: tuple[str, ...] = (), depth: int = 0) -> str:
        """A loop that leads to one step, or nearly so."""
        x = "xyz"[depth]
        target, bound = x, [x]
        if self.chance(2):
            target, bound = self.one(f"{x}, k", f"({x}, k)", f"{x}, *k"), [x, "k"]
        iterable = self.iterable() if not names else f"({names[0]}, 1)"
        names = (*names, *bound)
        word = "for"
        if self.place == "async" and self.chance(3):
            word, iterable = "async for", f"stream({iterable})"
        body: list[str] = []
        if self.chance(2):
            body.append(block(f"if {self.test(*names)}", "continue"))
        if self.chance(1):
            body.append(f"t = {self.element(*names)}")
            names = self.one(("t",), names, ("t", *names))
        if depth == 0 and self.chance(2):
            body.append(self.nest(step, names, 1))
        else:
            inner = step(*names)
            kind = self.one("", "", "", "", "if", "if", "if", "else", "pass", "twice")
            if kind == "twice":
                inner += f"\n{self.one('note(1)', step(*names))}"
            elif kind:
                inner = block(f"if {self.test(*names)}", inner)
            if kind == "else":
                inner += "\n" + block("else", step(*names))
            elif kind == "pass":
                inner += "\n" + block("else", self.one("pass", "continue"))
            body.append(inner)
        return block(f"{word} {target} in {iterable}", *body)

    # -- shapes

    def filling(self) -> str:
        made = self.one(
            *EMPTY[self.kind], *EMPTY[self.kind], FULL[self.kind], f"note({FULL[self.kind]})"
        )
        said = self.one("", "", f": {self.kind}") if self.out == "out" else ""
        lines = [f"{self.out}{said} = {made}"]
        if self.out == "self.out" and self.chance(7):
            lines = []
        between = ("extra = 1", "note(2)", "alias = out", "fussy(1)", "items = list(items)")
        lines += [self.one(*between) for _ in range(self.one(0, 0, 0, 0, 1, 2))]
        return "\n".join([*lines, self.nest(self.put)])

    def question(self) -> str:
        found = self.one("True", "True", "False")
        missed = "False" if found == "True" else "True"
        return self.search(lambda *_: f"return {found}", f"return {self.one(missed, missed, '0')}")

    def first(self) -> str:
        if self.chance(5) or not self.can_return:
            default = self.one("best = None", "best = 0", "best: object = items")

            def step(*names: str) -> str:
                return f"best = {self.element(*names)}\nbreak"

            if self.chance(3):
                return self.search(step, default)
            return f"{default}\n{self.nest(step)}\nshow(best)"
        last = self.one("return None", "return 0", "return", "return fussy(5)")
        return self.search(lambda *names: f"return {self.element(*names)}", last)

    def search(self, step: Callable[..., str], last: str) -> str:
        loop = self.nest(lambda *names: block(f"if {self.test(*names)}", step(*names)))
        if self.chance(3):
            return loop + "\n" + block("else", last)
        return loop if self.chance(1) else f"{loop}\n{last}"

    def index_loop(self) -> str:
        kinds = ("list(items)", "list(items)", "[4, 5, 6]", "tuple(items)", "'a b'.split()")
        made = self.one(*kinds, "'hello'", "note(items)")
        counted = self.one("len(rows)", "len(rows)", "0, len(rows)", "len(rows) - 1, -1, -1")
        body = [self.one("v = rows[i]", "v, w = rows[i]", "v = note(rows[i])")] * self.chance(4)
        uses = ("note(rows[i])", "show(rows[i], i)", "note((rows[i], rows[i]))")
        body += [self.one(*uses, "note(v)", "show(i)") for _ in range(self.one(1, 1, 2))]
        lines = [f"rows = {made}"]
        other = self.one("", "", "", "", "alias", "shrink")
        if other == "alias":
            lines.append("alias = rows")
            body.append(self.one("alias[0] = 7", "alias.pop()", "note(alias)", "alias = 1"))
        elif other == "shrink":
            lines.append(block("def shrink()", self.one("rows.pop()", "note(rows)")))
            body.append(self.one("shrink()", "note(shrink())"))
        elif self.chance(2):
            changes = ("rows[i] = 1", "i = 0", "v = 1", "rows = [*rows]", "del rows[0]")
            others = ("rows.reverse()", "inner = lambda: rows[i]", "break")
            body.insert(self.one(0, len(body)), self.one(*changes, *others))
        if self.chance(2):
            body = [block(f"if {self.test('rows[i]', 'i')}", *body)]
        lines.append(block(f"for i in range({counted})", *body))
        if self.chance(1):
            lines.append(block("else", "note(len(rows))"))
        text = "\n".join(lines)
        return text.replace("rows", "self.rows") if self.place == "method" else text

    def opened(self) -> str:
        mode = self.one("", ', "r"', ', "w"', ', encoding="utf-8"')
        use = "file.write('x')" if "w" in mode else self.one("file.read()", "file.readlines()")
        body = [self.one(f"note({use})", f"data = {use}", f"show({use})")]
        if "w" not in mode and self.chance(4):
            body = [block("for line in file", self.one("note(line)", "fussy(line.strip())"))]
        hazards = [
            "fussy(3)",
            "show(file.closed)",
            "kept = file",
            "reads = lambda: file.read()",
            block("if items", "note(7)"),
        ]
        if self.can_return:
            hazards += [
                block("if not items", "file.close()", "return 1"),
                block("if items == []", "return 2"),
            ]
        if self.chance(5):
            body.insert(self.one(len(body), 0), self.one(*hazards))
        start = f"path = scratch()\nfile = open(path{mode})\n"
        after = self.one("", "\nshow(file.closed)", "\nshow(open(path).read())")
        if self.chance(4):
            return start + block("try", *body) + "\n" + block("finally", "file.close()") + after
        return start + "\n".join([*body, "file.close()"]) + after

    def inline(self) -> str:
        path = "open(scratch())"
        return self.one(
            f"data = {path}.read()\nshow(data)",
            f"show({path}.readlines())",
            block(f"for line in {path}", "fussy(line.strip())", "note(line)"),
            block(f"for n, line in enumerate({path})", "note((n, line))"),
            f"rows = list({path})\nshow(rows)",
            f"note({path}.read()) and note(1)",
            f"data = note(1), {path}.read()\nshow(data)",
            f"data = {path}.read() if items else ''\nshow(data)",
            f"total = 0\ntotal += len({path}.read())\nshow(total)",
            f"show([line for line in {path}])",
        )

    def locked(self) -> str:
        body = [self.one("note(lock.locked())", "fussy(1)", "data = note(1)", self.nest(self.put))]
        if self.chance(2):
            body.append(self.one("fussy(3)", "lock.release()\nlock.acquire()", "alias = lock"))
        if self.chance(2) and self.can_return:
            body.append(block("if items", "return lock"))
        make = self.one("threading.Lock()", "threading.Lock()", "threading.RLock()")
        start = f"out = {EMPTY[self.kind][0]}\nlock = {make}\nlock.acquire()\n"
        after = "\nshow(lock.acquire(False))"
        if self.chance(6):
            return start + block("try", *body) + "\n" + block("finally", "lock.release()") + after
        return start + "\n".join([*body, "lock.release()"]) + after

    def membership(self) -> str:
        words = '"one two 3 hello b c d e f"'
        kinds = (f"{words}.split()", f"{words}.split()", "[*range(9)]", "list(range(9))")
        known = self.one(*kinds, f"tuple({words})", "list(items)")
        asked = self.one("x", "str(x)", 'f"{x}"', "x.strip()")
        over = self.one("items", "range(4)", '"one six".split()', "map(str, items)", "'abc'")
        body = [
            block(f"if {asked} {self.one('in', 'not in')} known", self.one("note(x)", "show(x)"))
        ]
        lines = [f"known = {known}"]
        if self.chance(2):
            lines = [block("if items", *lines)]
        other = self.one("", "", "", "", "alias", "grow")
        if other == "alias":
            lines.append("alias = known")
            body.insert(self.one(0, 1), self.one("alias.append(x)", "note(alias)"))
        elif other == "grow":
            lines.append(block("def grow()", "known.append('one')"))
            body.insert(self.one(0, 1), "grow()")
        elif self.chance(2):
            changes = ("known.append(x)", "known = [x]", "note(known)", "del known")
            body.insert(self.one(0, 1), self.one(*changes))
        loop = f"for x in {over}"
        if self.place == "async" and self.chance(5):
            loop = f"async for x in stream({over})"
        return "\n".join([*lines, block(loop, *body)])

    # -- what stands around a shape

    def body(self) -> str:
        shapes = [*[self.filling] * 5, self.first, *[self.index_loop] * 2, self.opened]
        shapes += [self.inline, self.locked, self.membership]
        shapes += [self.question, self.question, self.first] if self.can_return else []
        shape = self.one(*shapes)
        before = [self.before() for _ in range(self.one(0, 0, 0, 0, 1))]
        if self.peeks:
            before.append(block("def peek(value)", f"return note((value, len({self.out})))"))
        text = "\n".join([*before, self.wrapped(shape())])
        if shape == self.filling:
            text += f"\nshow({self.out})"
        after = [self.after() for _ in range(self.one(0, 0, 0, 0, 1, 2))]
        if self.place == "generator":
            after.insert(self.one(0, len(after)), "yield 1")
        elif self.can_return and self.chance(3):
            after.append("return [1]")
        return "\n".join([text, *after])

    def before(self) -> str:
        options = [
            "x = 7",
            "hidden = lambda: x",
            "enumerate = zip",
            "set = list",
            "any = all",
            "t = 1",
        ]
        if self.place not in ("module", "guard", "class"):
            name = self.one("x", "t", "out", "best", "data", "file", "rows")
            options += [f"global {name}", f"global {name}\n{name} = []"]
        return self.one(*options)

    def wrapped(self, text: str) -> str:
        if self.chance(8):
            return text
        caught = self.one(self.out, "x", "'failed'")
        return self.one(
            block("try", text) + "\n" + block("except Exception as x", f"show({caught})"),
            block("match items", block("case x", text)),
            block("try", text) + "\n" + block("except Exception", f"show({caught})"),
            block("try", text) + "\n" + block("finally", f"show({caught})"),
            block("for turn in range(2)", text),
            block("for turn in range(2)", f"show({caught}) if turn else note(turn)", text),
            block("with suppress(ValueError)", text),
            block("if items is not None", text) + "\n" + block("else", "pass"),
            block("while True", text, "break"),
        )

    def after(self) -> str:
        name = self.one("x", "x", "k", "t", "i", "v", "best", "file", "seen", "row", "data")
        see = self.one(f"show({name})", f"del {name}", f"show(lambda: {name})", f"{name} += 1")
        return self.one(
            block("try", see) + "\n" + block("except NameError", "show('gone')"),
            f"{name} = 9\nshow({name})",
            f"show([{name} for {name} in 'ab'])",
            block(f"def inner_{name}()", f"return {name}"),
            f"show('{name}' in locals())",
            "show(sorted(name for name in [*vars()] if name[0] != '_'))",
            f"{self.one('list', 'any', 'next', 'enumerate', 'reversed', 'open', 'set')} = note",
        )

    def section(self) -> str:
        """One function, class or block, and what calls it."""
        body = self.body()
        if self.place in ("module", "class", "guard"):
            items = f"items = {self.one('[1, 2, 3, 1]', '(0, 2)', '[(1, 2), (3, 4)]', '[]')}"
            headers = {"guard": 'if __name__ == "__main__"', "class": "class Holder"}
            text = f"{items}\n{body}"
            if self.place != "module":
                text = block(headers[self.place], items, body)
            seen = block("try", "show(x)") + "\n" + block("except NameError", "show('no x')")
            text += f"\n{seen}" if self.chance(2) else ""
        else:
            word = "async def" if self.place == "async" else "def"
            target = block(f"{word} target({'self, ' * (self.place == 'method')}items)", body)
            text = f"{target}\n\nrun(target)"
            if self.place == "method":
                first = block("def __init__(self)", f"self.out = {EMPTY[self.kind][0]}")
                renew = block(
                    "def renewed(self, value)", "self.out = type(self.out)()", "return value"
                )
                text = (
                    block("class Box", first, renew, target) + "\n\nbox = Box()\nrun(box.target)\n"
                )
                text += "show(box.out)"
            elif self.place == "nested":
                start = self.one("x = 5", "out = ()", "t = None")
                name = start.partition(" ")[0]
                if self.chance(3):
                    target = target.replace("items):", f"items):\n    nonlocal {name}", 1)
                text = block("def outer()", start, target, "run(target)", f"show({name})")
                text += "\n\nouter()"
        return text

    def laid_out(self, text: str) -> str:
        """With comments and, at times, other white space."""
        lines = text.splitlines()
        for number in range(self.one(0, 0, 0, 1, 3)):
            at = self.number(4, len(lines) - 1)
            text = self.one(f"note {number}", f"note {number}", "type: ignore", "pragma: no cover")
            if self.chance(5):
                lines[at] += f"  # {text}"
            else:
                margin = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
                lines.insert(at, f"{margin}# {text}")
        text = "\n".join(lines) + "\n"
        if self.chance(1):
            text = text.replace("    ", "\t")
        return text.replace("\n", "\r\n") if self.chance(1) else text


def compiles(text: str) -> bool:
    try:
        compile(text, "p.py", "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True


def program(tapes: list[bytes]) -> bytes:
    first, *more = map(Shapes, tapes)
    sections = [shapes.section() for shapes in (first, *more)]
    if any("stopping" in section for section in sections):
        sections.insert(0, block("def stopping(value)", "return next(iter([]))"))
    return first.laid_out(HEAD + "\n\n".join(sections) + "\n").encode()


PROGRAMS = (
    st.lists(TAPES, min_size=3, max_size=4)
    .map(program)
    .filter(lambda data: compiles(data.decode()))
)
"""Now and then a choice does not fit its place: a name both global and nonlocal, say."""


def fixed(data: bytes, *, unsafe: bool = False) -> Fixed:
    return Fixer(LINTER, unsafe=unsafe).fix(data, "p.py")


def comments(data: bytes) -> Counter[str]:
    tokens = tokenize.tokenize(BytesIO(data).readline)
    return Counter(token.string for token in tokens if token.type == tokenize.COMMENT)


@given(PROGRAMS)
def test_a_safe_fix_changes_nothing_that_can_be_seen(data: bytes) -> None:
    result = fixed(data)
    event("fixed" if result.applied else "left alone")
    assert not result.dropped
    assert comments(result.data) == comments(data)
    if result.applied:
        assert output_of(result.data) == output_of(data)
        again = fixed(result.data)
        assert not again.applied and again.data == result.data


@given(PROGRAMS)
def test_an_unsafe_fix_leaves_a_program_that_settles(data: bytes) -> None:
    result = fixed(data, unsafe=True)
    for drop in result.dropped:
        assert drop.reason.endswith(("would be another variable", "would not be bound"))
    compile(result.data, "p.py", "exec", dont_inherit=True)
    assert comments(result.data) == comments(data)
    assert not fixed(result.data, unsafe=True).applied


def test_many_programs_get_fixed() -> None:
    codes: list[list[str]] = []

    # Always the same programs: this is about what is made, and no search for what fails.
    @settings(
        max_examples=500,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(PROGRAMS)
    def count(data: bytes) -> None:
        codes.append([finding.check.code for finding in fixed(data).applied])

    count()
    assert 3 * sum(map(bool, codes)) >= len(codes)
    of_code = {check.code for check in LINTER.checks if not check.judges_comments}
    assert of_code == set().union(*codes)
