"""Programs for the tests to run: how they are written, and what they call."""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout, suppress
from io import StringIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from textwrap import indent
from types import CodeType, CoroutineType, FunctionType, GeneratorType
from typing import Any, TypeVar

from hypothesis import strategies as st

NAMES = ("a", "b", "c")
DECISIONS = 60
Event = tuple[str, str, int]
"""`read`, `write`, `mark`, `jump` or `raise`; the name, if any; the line of the program."""
T = TypeVar("T")


class Boom(Exception):
    """What programs raise and catch."""


class Leave(BaseException):
    """Leaves a program as a `return` leaves a function; no handler catches it."""


# -- running a program


class Tracer(dict[str, object]):
    """The namespace of a program, which notes what becomes of its names."""

    def __init__(self, seed: int):
        super().__init__()
        self.events: list[Event] = []
        random = Random(seed)
        self.decisions = [random.random() < 0.6 for _ in range(DECISIONS)]
        for tool in ("decide", "mark", "jump", "leave", "boom", "boomed"):
            self[tool] = getattr(self, tool)
        for tool in ("use", "steps", "pick", "manager"):
            self[tool] = getattr(self, tool)
        self["Boom"] = Boom
        self["sink"] = {}

    def __getitem__(self, key: str) -> object:
        """The names of a program seem to be numbers at all times, so that it gets far."""
        if key not in NAMES:
            return super().__getitem__(key)
        if key in self:
            self._note("read", key)
        return 1

    def __setitem__(self, key: str, value: object) -> None:
        super().__setitem__(key, value)
        self._note("write", key)

    def __delitem__(self, key: str) -> None:
        if self.pop(key, None) is not None:
            self._note("read", key)

    def _note(self, kind: str, name: str = "") -> None:
        if name and name not in NAMES:
            return
        frame = sys._getframe(1)
        while frame.f_code.co_filename != "<program>":
            assert frame.f_back
            frame = frame.f_back
        # What the interpreter does on its own behind a handler may be on no line at all.
        self.events.append((kind, name, frame.f_lineno or self.events[-1][2]))

    def decide(self) -> bool:
        """Once the decisions are used up, every loop comes to its end."""
        return bool(self.decisions) and self.decisions.pop()

    def mark(self) -> None:
        self._note("mark")

    def jump(self) -> None:
        self._note("jump")

    def leave(self) -> None:
        self._note("jump")
        raise Leave

    def boom(self) -> int:
        if self.decide() and self.decide() and self.decide():
            raise self.boomed()
        return 1

    def boomed(self) -> Exception:
        self._note("raise")
        both = self.decide() and self.decide()
        return ExceptionGroup("both", [Boom(), ValueError()]) if both else Boom()

    def use(self, *values: object) -> int:
        return 1

    def steps(self) -> Iterator[int]:
        while self.decide():
            yield self.boom()

    def pick(self) -> object:
        if self.decide():
            return (1, 2) if self.decide() else {"k": 1}
        return 1

    def manager(self, *, swallows: bool = False, fails: bool = False) -> Manager:
        return Manager(self, swallows, fails)


class Manager:
    """A context manager that may swallow what the block raises, or raise when it is left."""

    def __init__(self, tracer: Tracer, swallows: bool, fails: bool):
        self.tracer = tracer
        self.swallows = swallows
        self.fails = fails

    def __enter__(self) -> int:
        return self.tracer.boom()

    def __exit__(self, kind: type[BaseException] | None, *details: object) -> bool:
        if self.fails:
            self.tracer.boom()
        return self.swallows and kind is not Leave and self.tracer.decide()


def may_swallow(manager: ast.expr) -> bool:
    return "swallows=True" in ast.unparse(manager)


def compiled(text: str) -> CodeType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        return compile(text, "<program>", "exec", dont_inherit=True)


def events_of(code: CodeType, seed: int) -> list[Event]:
    tracer = Tracer(seed)
    with suppress(Exception, Leave):
        exec(code, tracer)
    return tracer.events


# -- writing a program


class Maker:
    """Makes choices, by a tape of numbers; zeros choose the plainest that there is."""

    def __init__(self, tape: bytes):
        self.tape = iter(tape)

    def number(self, least: int, most: int) -> int:
        return least + next(self.tape, 0) % (most - least + 1)

    def one(self, *options: T) -> T:
        return options[self.number(0, len(options) - 1)]

    def chance(self, tenths: int) -> bool:
        return self.number(0, 9) >= 10 - tenths


TAPES = st.binary(min_size=400, max_size=400)
"""One draw for all choices: thousands of little ones are slow, and make the same all the time."""


class Writer(Maker):
    """Writes blocks of statements, with a mark at the start and behind every statement."""

    may_return = True
    """Not inside `except*`."""

    def name(self) -> str:
        return self.one(*NAMES)

    def block(self, depth: int, in_loop: bool, most: int = 3) -> str:
        lines = ["mark()"]
        for _ in range(self.number(1, most)):
            lines += [self.statement(depth, in_loop), "mark()"]
        return "\n".join(lines)

    def inner(self, header: str, depth: int, in_loop: bool, first: str = "") -> str:
        return f"{header}:\n" + indent(first + self.block(depth - 1, in_loop), "    ")

    def statement(self, depth: int, in_loop: bool) -> str:
        if depth == 0 or self.chance(5):
            return self.leaving(in_loop) if self.one(*[False] * 5, True) else self.simple()
        kinds = (self.conditional, self.loop, self.attempt, self.managed, self.matched)
        return self.one(*kinds)(depth, in_loop)

    def simple(self) -> str:
        a, b, value = self.name(), self.name(), self.value()
        return self.one(
            f"{a} = {value}",
            f"use({value})",
            f"{a} += {value}",
            f"{a}, {b} = {value}, 2",
            f"{a} = {b} = {value}",
            f"del {a}",
            f"{a}: {b} = {value}",
            f"{a}: {b}",
            f"assert not (decide() and decide()), {value}",
            f"def {a}(p={value}): pass",
            f"class {a}: k = {value}",
            f"import sys as {a}",
            f"[*{a}] = {value}, 1",
            f"sink[{value}, {a}] = 1",
            "pass",
        )

    def value(self) -> str:
        a, b = self.name(), self.name()
        return self.one(
            a,
            "1",
            "boom()",
            f"({a} := 2)",
            f"({a} := boom())",
            f"use({a}, {b})",
            f"(boom() if decide() else ({a} := 2))",
            f"(decide() and ({a} := 2))",
            f"(decide() < 1 < ({a} := 2))",
            f"use([{a} for q in (1, 2)])",
            f"use([{a} for {a} in (1, {b})])",
            f"use({{q: {a} for q in (1,) if {b}}})",
            f"use(*({a} for q in (1, 2) for {b} in (q,)))",
            f"use(lambda p={a}: p)",
            f'use(f"{{{a}}}", "{b}")',
        )

    def leaving(self, in_loop: bool) -> str:
        ways = ["leave()", "raise boomed()"] if self.may_return else ["raise boomed()"]
        ways += ["jump(); break", "jump(); continue"] if in_loop else []
        way = self.one(*ways)
        return f"if {self.one(*['decide() and decide() and decide()'] * 7, '1')}:\n    {way}"

    def conditional(self, depth: int, in_loop: bool) -> str:
        parts = [self.inner(f"if {self.test()}", depth, in_loop)]
        if self.chance(5):
            parts.append(self.inner(f"elif {self.test()}", depth, in_loop))
        if self.chance(5):
            parts.append(self.inner("else", depth, in_loop))
        return "\n".join(parts)

    def test(self) -> str:
        return self.one("decide()", f"decide() and {self.value()}", f"use({self.value()})")

    def loop(self, depth: int, in_loop: bool) -> str:
        leave = "if not decide():\n    jump(); break\n"
        header, first = self.one(
            (f"for {self.name()} in steps()", ""),
            (f"for {self.name()}, {self.name()} in zip(steps(), [{self.value()}] * 3)", ""),
            (f"while decide() and {self.value()}", ""),
            ("while True", leave),
            ("while 1", leave),
        )
        text = self.inner(header, depth, True, first)
        if self.chance(5):
            text += "\n" + self.inner("else", depth, in_loop)
        return text

    def attempt(self, depth: int, in_loop: bool) -> str:
        parts = [self.inner("try", depth, in_loop)]
        star = self.one("", "", "", "*")
        handlers = self.number(0, 2)
        may_return, self.may_return = self.may_return, self.may_return and not star
        for _ in range(handlers):
            kind = self.one("Boom", "Exception", "ValueError", "(boom() and Boom)")
            bound = self.one("", f" as {self.name()}")
            header = f"except{star} {kind}{bound}"
            parts.append(self.inner(header, depth, in_loop and not star))
        self.may_return = may_return
        if handlers and self.chance(5):
            parts.append(self.inner("else", depth, in_loop))
        if not handlers or self.chance(5):
            parts.append(self.inner("finally", depth, in_loop))
        return "\n".join(parts)

    def managed(self, depth: int, in_loop: bool) -> str:
        items = [
            f"manager({self.one('', 'swallows=True', 'fails=True')})"
            + self.one("", f" as {self.name()}")
            for _ in range(self.one(1, 1, 2))
        ]
        return self.inner(f"with {', '.join(items)}", depth, in_loop)

    def matched(self, depth: int, in_loop: bool) -> str:
        a, b = NAMES[:2] if self.chance(5) else NAMES[1:]
        parts = [f"match {self.one('pick()', self.value())}:"]
        for _ in range(self.number(1, 3)):
            pattern = self.one(
                "1 | 2", f"[{a}, {b}]", f"[{a}, *{b}]", f"{{'k': {a}, **{b}}}", f"int() as {a}"
            )
            guard = self.one("", f" if {self.test()}")
            parts.append(indent(self.inner(f"case {pattern}{guard}", depth, in_loop), "    "))
        if self.chance(5):
            last = self.one("_", self.name())
            parts.append(indent(self.inner(f"case {last}", depth, in_loop), "    "))
        return "\n".join(parts)


def winding_program(tape: bytes) -> str:
    return "a = b = c = 0\n" + Writer(tape).block(3, in_loop=False, most=4) + "\n"


# -- what programs call that are run before and after a fix

TRACE: list[str] = []
FOLDER = TemporaryDirectory()


class Odd:
    """Can be looped over, but only by index."""

    def __getitem__(self, index: int) -> int:
        return [5, 0, 2][index]


ARGUMENTS: dict[str, Callable[[], object]] = {
    "empty": list,
    "list": lambda: [1, 2, 3, 1],
    "tuple": lambda: (0, 5, 2),
    "iterator": lambda: iter([2, 0, 1]),
    "generator": lambda: (number for number in (4, 3)),
    "dict": lambda: {"a": 1, "b": 2},
    "str": lambda: "hello",
    "odd": Odd,
    "nan": lambda: [float("nan"), 1.0, float("nan")],
    "unhashable": lambda: [[1], [2], []],
    "pairs": lambda: [(1, 2), (2, 1), (2, 0)],
    "some pairs": lambda: [(1, 2), (3, 4), 5],
}


def note(value: Any = None) -> Any:
    """Pass a value on, and leave a trace."""
    TRACE.append(shown(value))
    return value


def fussy(value: Any = 3) -> Any:
    """Pass a value on, but not every one."""
    if note(value) in (3, "b", 5):
        raise ValueError(value)
    return value


async def later(value: Any) -> Any:
    return note(value)


async def stream(items: Any) -> Any:
    for item in items:
        yield note(item)


def scratch(text: str = "one\ntwo\n3\n") -> str:
    """The path of a file that holds this text."""
    path = Path(FOLDER.name, "scratch.txt")
    path.write_text(text)
    return str(path)


def shown(value: Any) -> str:
    """A text that tells all about a value: what functions return, what generators yield."""
    match value:
        case GeneratorType():
            return f"<{', '.join(map(shown, value))}>"
        case FunctionType():
            return f"{value.__name__}: {shown(value())}"
        case set():
            return f"{{{', '.join(sorted(map(shown, value)))}}}"
        case list():
            return f"[{', '.join(map(shown, value))}]"
        case dict():
            return f"{{{', '.join(f'{shown(key)}: {shown(part)}' for key, part in value.items())}}}"
    text = repr(value)
    return type(value).__name__ if " at 0x" in text else text


def show(*values: object) -> None:
    print(*map(shown, values), TRACE)
    TRACE.clear()


def run(target: Callable[[Any], object]) -> None:
    """Call a function of one iterable with many kinds of them."""
    for name, make in ARGUMENTS.items():
        print(name, end=": ")
        try:
            result = target(make())
            if isinstance(result, CoroutineType):
                result = finished(result)
            show(result)
        except Exception as error:
            show(type(error).__name__, str(error))


def finished(coroutine: CoroutineType[Any, Any, Any]) -> object:
    """What a coroutine returns that waits for nothing."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    raise AssertionError("it waits")


def output_of(data: bytes) -> str:
    """What a program prints, and how it fails."""
    TRACE.clear()
    with redirect_stdout(StringIO()) as output, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exec(compile(data, "<program>", "exec", dont_inherit=True), {"__name__": "__main__"})
        except Exception as error:
            show(type(error).__name__, str(error))
    return output.getvalue()
