"""What `kinds`, `kind` and `attributes` tell of a value, as one line for each question.

Each program asks once, by `id(expression)`, and the comment behind it is the answer.
A kind is shown as `list[str]`; a tuple of known length as `tuple[int, str]`;
what only an annotation says with a `~`; what is unknown as `?`.
"""

from __future__ import annotations

import ast
import re

import pytest

from idiomist.semantics.attributes import Stores
from idiomist.semantics.kind import Kind
from idiomist.semantics.kinds import Kinds
from idiomist.semantics.scopes import Scope, module_scope


def asked(program: str) -> tuple[Scope, ast.expr]:
    """The expression that a program asks about, and the scope that it stands in."""
    tree = ast.parse(program)
    [call] = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "id"
    ]
    module = module_scope(tree, program.encode())
    around = [
        scope
        for scope in (module, *module.descendants())
        if any(node is call for node in ast.walk(scope.node))
    ]
    return around[-1], call.args[0]


def shown(kind: Kind | None) -> str:
    if kind is None:
        return "?"
    parts = kind.items if kind.items is not None else [kind.item] if kind.item else []
    inside = f"[{', '.join(map(shown, parts))}]" if parts and kind.name != "str" else ""
    return f"{'' if kind.exact else '~'}{kind.name}{inside}"


def answer(program: str) -> str:
    scope, expression = asked(program)
    return shown(Kinds(scope).of(expression))


QUESTIONS = """
# literals
id(1)  # int
id(1.5)  # float
id(True)  # bool
id(None)  # none
id("text")  # str
id(b"data")  # bytes[int]
id(...)  # ?
id(1j)  # ?
id(f"{1}")  # str
# displays
id([])  # list
id([1, 2])  # list[int]
id([1, "a"])  # list
id([1, unknown])  # list
id({1, 2})  # set[int]
id((1, "a"))  # tuple[int, str]
id((1, 2))  # tuple[int, int]
id([*unknown])  # list
id({"a": 1})  # dict[str]
id({"a": 1, 2: 3})  # dict
id({"a": 1, **unknown})  # dict
id({})  # dict
# comprehensions
id([str(x) for x in xs])  # list[str]
id({len(x) for x in xs})  # set[int]
id({str(x): 1 for x in xs})  # dict[str]
id(list(str(x) for x in xs))  # list[str]
id([x for x in [1, 2]])  # list[int]
id([y for x in ["a b"] for y in x.split()])  # list[str]
id([y for x in range(3) for y in range(x)])  # list[int]
id([x for x in unknown])  # list
id([name for index, name in enumerate(["a"])])  # list[str]
id([[a for a in "x"], [b for b in b"y"]])  # list[list]
id([first for first, *rest in [["a"]]])  # list
# operators
id(not x)  # bool
id(-1)  # int
id(+1.5)  # float
id(-x)  # ?
id(~1)  # ?
id(1 if x else 2)  # int
id(1 if x else "a")  # ?
id((1, 2) if x else (3, "b"))  # tuple
id(1 < 2)  # bool
id(1 < x)  # ?
id(x is None)  # bool
id(x in y)  # bool
id(x not in y < 3)  # ?
id((n := 1))  # int
id(1 and 2)  # ?
id("%s" % x)  # str
id(b"%s" % x)  # bytes[int]
id("a" + "b")  # str
id("a" + x)  # ?
id(x + "a")  # ?
id([1] + [2])  # list[int]
id([1] + ["a"])  # list
id([1] - [2])  # ?
id("a" * 2)  # str
id(2 * [1])  # list[int]
id(2 * x)  # ?
id({1} * 2)  # ?
id(2 * 1.5)  # float
id(1 / 2)  # float
id("a" / 2)  # ?
id(1 + 2)  # int
id(1 + 2.5)  # float
id(1 // 2)  # int
id(1 ** 2)  # ?
id(1.5 ** 2)  # ?
id({1} | {2})  # ?
id(1 + "a")  # ?
# subscripts
id("text"[0])  # str
id([1, 2][0])  # int
id([1, 2][1:])  # list[int]
id((1, "a")[1])  # str
id((1, "a")[-2])  # ?
id((1, "a")[2])  # ?
id((1, "a")[n])  # ?
id((1, "a")["x"])  # ?
id((1, "a")[:1])  # tuple
id({"a": 1}["a"])  # ?
id(x[0])  # ?
# calls of builtins
id(len(x))  # int
id(str(x))  # str
id(list())  # list
id(list(*x))  # list
id(list("ab"))  # list[str]
id(sorted([2, 1]))  # list[int]
id(list(enumerate("ab")))  # list[tuple[int, str]]
id(list(zip("ab", [1])))  # list[tuple[str, int]]
id(list(map(str, x)))  # list[str]
id(list(map(x.y, z)))  # list
id(list(map(unknown, z)))  # list
id(list(filter(None, ["a"])))  # list[str]
id(list(filter(None)))  # list
id(range(3))  # range[int]
id(dict(a=1))  # dict
id(dict(x))  # dict
id(open(x))  # file[str]
id(open(x, "rb"))  # binary file[bytes[int]]
id(open(x, mode="wb"))  # binary file[bytes[int]]
id(open(x, encoding="utf-8"))  # file[str]
id(open(x, m))  # file
import gzip; id(gzip.open(x))  # file
import lzma; id(lzma.open(x, "rt"))  # file
import io; id(io.open(x, "rb"))  # binary file[bytes[int]]
id(next(x))  # ?
id(x()())  # ?
# names that are not the builtin
len = 1; id(len(x))  # ?
from m import *; id(len(x))  # ?
# methods
id("a b".split())  # list[str]
id("a".partition("b"))  # tuple[str, str, str]
id("a".upper().lower())  # str
id("a".unknown())  # ?
id(b"a".decode())  # str
id([1].copy())  # list[int]
id([1].index(1))  # int
id({"a": 1}.keys())  # view[str]
id(list({"a": 1}.items()))  # list[tuple[str, ?]]
id({"a": 1}.values())  # view
id({"a": 1}.copy())  # dict[str]
id({1}.copy())  # set[int]
id({1}.union(x))  # ?
id(open(x).readlines())  # list[str]
id(open(x, "rb").read())  # bytes[int]
id(x.splitlines())  # list[text]
id(x.readlines()[0].strip())  # text
id(x.strip())  # ?
id((x.splitlines(), y.splitlines()))  # tuple[list, list]
# imports
import os; id(os.listdir())  # list[str]
import os.path; id(os.path.join("a", "b"))  # str
import os as system; id(system.listdir())  # list[str]
import other, os; id(os.listdir())  # list[str]
from os import listdir; id(listdir())  # list[str]
from os import path, listdir as names_in; id(names_in())  # list[str]
from . import listdir; id(listdir())  # ?
from .os import listdir; id(listdir())  # ?
import threading; id(threading.Lock())  # lock
from pathlib import Path; id(Path("a") / "b")  # Path
from pathlib import Path; id(Path("a") / Path("b"))  # Path
from pathlib import Path; id(Path("a") / x)  # ?
from pathlib import Path; id(Path("a") / 1)  # ?
from pathlib import Path; id(Path("a").open("rb"))  # binary file[bytes[int]]
from pathlib import Path; id(Path("a").open(mode="rb"))  # binary file[bytes[int]]
from pathlib import Path; id(Path("a").open())  # file[str]
from pathlib import Path; id([path.name for path in Path("a").iterdir()])  # list
from pathlib import Path; id([path.read_text() for path in Path("a").iterdir()])  # list[str]
import os; id(unknown.listdir())  # ?
import os; id(os.unknown())  # ?
# names
x = 1; id(x)  # int
x = 1; x = 2; id(x)  # int
x = 1; x = "a"; id(x)  # ?
x = [1]; x = ["a"]; id(x)  # list
x = y; id(x)  # ?
x: int; id(x)  # ~int
x: int = 1; id(x)  # int
x: list[str] = []; id(x)  # list[~str]
x: list[str] = ["a"]; id(x)  # list[str]
x: set[str] = []; id(x)  # list
x: Unknown = 1; id(x)  # int
x: Unknown = y; id(x)  # ?
x: int = y; id(x)  # ~int
x = 1; x: int = y; id(x)  # ~int
(x := 1); id(x)  # int
x, y = 1, "a"; id(y)  # str
[x, y] = "ab"; id(y)  # str
x, (y, z) = 1, ("a", b"b"); id(z)  # bytes[int]
x, *y = [1, 2]; id(y)  # ?
x, y = unknown; id(y)  # ?
x, y = 1, 2, 3; id(y)  # int
x = y = 1; id(y)  # int
(x, y) = z = 1, 2; id(z)  # tuple[int, int]
x.y = 1; id(x)  # ?
for x, y in enumerate("ab"): id(y)  # str
for x in unknown: id(x)  # ?
with open(p) as x: id(x)  # file[str]
with open(p, "rb") as x: id(x)  # binary file[bytes[int]]
with unknown as x: id(x)  # ?
with [1] as x: id(x)  # ?
with open(p) as (x, y): id(x)  # ?
import x; id(x)  # ?
id(x)  # ?
# augmented
x = 1; x += 1; id(x)  # int
x = 1; x += 1.5; id(x)  # ?
x = 1; x /= 2; id(x)  # ?
x = "a"; x += "b"; id(x)  # str
x = [1]; x += [2]; id(x)  # list[int]
x = [1]; x += ["a"]; id(x)  # list
x = [1]; x *= 2; id(x)  # ?
x = {1}; x |= {2}; id(x)  # ?
x += 1; id(x)  # ?
# what happens to a container
x = ["a"]; print(x); id(x)  # list[str]
x = ["a"]; x.append(1); id(x)  # list
x = ["a"]; y = x; id(x)  # list
x = ["a"]; f(x); id(x)  # list
x = ["a"]; x[0] = 1; id(x)  # list
x = {"a": 1}; x["b"] = 2; id(x)  # dict
x = ("a",); f(x); id(x)  # tuple[str]
# parameters
def f(x): id(x)  # ?
def f(x: str): id(x)  # ~str
def f(x: list[str]): id(x)  # ~list[~str]
def f(x: "list[str]"): id(x)  # ~list[~str]
def f(x: "list["): id(x)  # ?
def f(x: tuple[str, int]): id(x)  # ~tuple[~str, ~int]
def f(x: tuple[int, int]): id(x)  # ~tuple[~int, ~int]
def f(x: tuple[int, ...]): id(x)  # ~tuple[~int]
def f(x: Unknown): id(x)  # ?
def f(x: Unknown[str]): id(x)  # ?
def f(x: list[Unknown]): id(x)  # ~list
def f(x: 1 + 1): id(x)  # ?
def f(x: bytes): id(x)  # ~bytes[int]
def f(x: bool): id(x)  # bool
def f(x: range): id(x)  # range[int]
def f(x: float): id(x)  # ~float
def f(*x): id(x)  # tuple
def f(*x: int): id(x)  # tuple[~int]
def f(**x): id(x)  # dict[str]
def f(**x: int): id(x)  # dict[str]
def f(x: int = 1): id(x)  # ~int
def f(x: int = None): id(x)  # ?
def f(x: int = y): id(x)  # ?
def f(x=1): id(x)  # ?
def f(x: int, /, y: str = ""): id(x)  # ~int
def f(*, x: int = None): id(x)  # ?
def f(*, x: int): id(x)  # ~int
def f(x: int, y=None): id(x)  # ~int
f = lambda x: id(x)  # ?
def f(x: list[str]): id(x[0])  # ~str
def f(x: list[str]): id([y.upper() for y in x])  # list[str]
# attributes
def f(self): id(self.x)  # ?
id(self.x)  # ?
# chains that are too long
a = 1; b = a; c = b; d = c; e = d; f = e; id(f)  # int
a = 1; b = a; c = b; d = c; e = d; f = e; g = f; h = g; i = h; id(i)  # ?
x = x; id(x)  # ?
"""
"""Programs of one line each, below what they are about."""

PROGRAMS = """
def f():
    global len
    len = 1
id(len(x))  # ?

class Text:
    def splitlines(self): return [1]
id(x.splitlines())  # ?

class Text:
    splitlines = 1
id(x.splitlines())  # list[text]

from os import listdir
from os import listdir
id(listdir())  # ?

for x in [1]: pass
id(x)  # int

def x(): pass
id(x)  # function

class x: pass
id(x)  # class

try: pass
except E as x: id(x)  # ?

x = 1
def f():
    global x
    x = "a"
id(x)  # ?

def f():
    x = 1
    def g():
        nonlocal x
        x = "a"
    id(x)  # ?

x = 1
def f(): id(x)  # int

def f():
    id(x)  # ?
    if 0: global x

def f():
    x = ["a"]
    id(x)  # list[str]
    return x

class C:
    x = ["a"]
    id(x)  # list[str]

import typing
def f(x: typing.List[str]): id(x)  # ~list[~str]

from typing import Dict
def f(x: Dict[str, int]): id(x)  # ~dict[~str]

from pathlib import Path
def f(x: Path): id(x.open())  # file[str]

class C:
    [id(self.x) for y in z]  # ?

class C:
    def __init__(self): self.x = 1
    def f(self): id(self.x)  # int

class C:
    x = 1
    def f(self): id(self.x)  # int

class C:
    def __init__(self): self.x = ()
    @staticmethod
    def f(self): id(self.x)  # ?

class C:
    def __init__(self): self.x = ()
    def f(self):
        self = self.y
        id(self.x)  # ?

class C:
    def __init__(self): self.x = []
    def f(self, y):
        setattr(self, y, 1)
        id(self.x)  # ?

class C:
    def __init__(self): self.x = []
    def f(self): id(self.x)  # ?
class D(C):
    x = property(len)

x, x = [0], {}
id(x)  # ?

def f(x: list[int] = ()): id(x)  # ?

x = 2
x **= 3
id(x)  # ?

def f(y: dict[str, int]):
    x = y.copy()
    id(x)  # ~dict[~str]

class C:
    x: int
    def f(self): id(self.x)  # ~int

class C:
    def __init__(self): self.x: list[str] = []
    def f(self): id(self.x)  # list

class C:
    def __init__(self, y): self.x: int = y
    def f(self): id(self.x)  # ~int

class C:
    def __init__(self): self.x = 1
    def g(self): self.x = 2
    def f(self): id(self.x)  # int

class C:
    def __init__(self): self.x = 1
    def g(self): self.x = "a"
    def f(self): id(self.x)  # ?

class C:
    def __init__(self): self.x = 1
    def g(self): self.x = unknown
    def f(self): id(self.x)  # ?

class C:
    def __init__(self): self.x = [1]
    def f(self): id(self.x)  # list

class C:
    def __init__(self): self.x = ()
    def f(self): id(self.x)  # tuple

class C:
    def __init__(self): self.x = 1
    def g(self): self.x += 1
    def f(self): id(self.x)  # int

class C:
    def __init__(self): self.x = 1
    def g(self):
        for self.x in [2]: pass
    def f(self): id(self.x)  # ?

class C:
    def __init__(self): self.x = 1
    async def g(self):
        async for self.x in y: pass
    def f(self): id(self.x)  # ?

class C:
    def __init__(self): self.x = 1
    def g(self):
        with y as self.x, z: pass
    def f(self): id(self.x)  # ?

class C:
    def __init__(self): self.x = 1
    def g(self):
        with z: pass
    def f(self): id(self.x)  # int

class C:
    def __init__(self): self.x = 1
    async def g(self):
        async with y as self.x: pass
    def f(self): id(self.x)  # ?

class C:
    def __init__(self): self.x = 1
    def g(self): del self.x
    def f(self): id(self.x)  # ?

class C:
    def __init__(self): self.x, self.y = 1, 2
    def f(self): id(self.x)  # ?

class C:
    def __init__(self): self.x = 1
    def f(self): id(self.y)  # ?

class C:
    def __init__(self): self.x = 1
    def f(self): id(self.x.y)  # ?

class C:
    def __init__(self): self.x = 1
    def f(self, other): id(other.x)  # ?

class C:
    def __init__(self): self.x = 1
    def f(): id(self.x)  # ?

class C:
    def __init__(self): self.x = 1
    def f(self): return lambda: id(self.x)  # int

class C:
    def __init__(self): self.x = 1
    def f(self): return list(id(self.x) for y in z)  # int

class C:
    def __init__(self): self.x = 1
    def f(self):
        def g(): id(self.x)  # ?

class C:
    id(self.x)  # ?

class C:
    def __init__(self): self.x = 1
    def f(self): id(self.x)  # int

def g(c): c.x = "a"
class C:
    def __init__(self): self.x = 1
    def f(self): id(self.x)  # ?

c = C()
if c:
    c.x = "a"
class C:
    def __init__(self): self.x = 1
    def f(self): id(self.x)  # ?

class D:
    def __init__(self): self.x = "a"
class C:
    def __init__(self): self.x = 1
    def f(self): id(self.x)  # int

class D(C):
    def __init__(self): self.x = "a"
class B:
    def __init__(self): self.x = "a"
class C(B):
    def __init__(self): self.x = 1
    def f(self): id(self.x)  # ?

class C(m.B, B, object()):
    def __init__(self): self.x = 1
    def f(self): id(self.x)  # int

class C(D):
    def __init__(self): self.x = 1
    def f(self): id(self.x)  # int

class D(C): pass
class C:
    def __init__(self): self.x = self.y
    def g(self): self.y = self.x
    def f(self): id(self.x)  # ?

class C:
    def __init__(self): self.x = 1; self.y = self.x
    def f(self): id([self.x, self.y, self.x])  # list[int]

class C:
    def __init__(self):
        try: self.x = 1
        except E: self.x = "a"
    def f(self): id(self.x)  # ?

class C:
    def __init__(self, y):
        match y:
            case 1: self.x = 1
            case _: self.x = 2
    def f(self): id(self.x)  # int

class C:
    def __init__(self): self.x = None
    def g(self): self.x = []
    def f(self): id(self.x)  # ?

class C:
    def __init__(self, x: str): self.x = x
    def f(self): id(self.x)  # ~str

class B(Generic[T]):
    def __init__(self): self.x = "a"
class C(B[int]):
    def __init__(self): self.x = 1
    def f(self): id(self.x)  # ?

class B:
    def __init__(self): self.x = "a"
Base = B
class C(Base):
    def __init__(self): self.x = 1
    def f(self): id(self.x)  # ?

class D:
    def __init__(self): self.x = "a"
class C(make()):
    def __init__(self): self.x = 1
    def f(self): id(self.x)  # ?

class D(make()):
    def __init__(self): self.x = "a"
class C:
    def __init__(self): self.x = 1
    def f(self): id(self.x)  # ?

class B:
    def __init__(self): self.x = "a"
class C:
    def __init__(self): self.x = 1
    def f(self): id(self.x)  # ?
class D(B, C): pass

class B:
    def __init__(self): self.x = "a"
class A(B): pass
class C:
    def __init__(self): self.x = 1
    def f(self): id(self.x)  # ?
class D(A, C): pass

from enum import Enum
class D(Enum):
    def __init__(self): self.x = "a"
class C(Enum):
    def __init__(self): self.x = 1
    def f(self): id(self.x)  # int

class C:
    x = 1
    def f(self): id(self.x)  # int

class C(B):
    x = 1
    def f(self): id(self.x)  # ?

class B: pass
class C(B):
    x = 1
    def f(self): id(self.x)  # int

@dataclass
class C:
    x: Sequence[str] = ("a",)
    def f(self): id(self.x)  # ?

@dataclass
class C:
    x: list[str] = field(default_factory=list)
    def f(self): id(self.x)  # ~list

@decorated
class C:
    x = ()
    def f(self): id(self.x)  # ?

@decorated
class C:
    def x(self): pass
    def f(self): id(self.x)  # function

class C(metaclass=M):
    x = ()
    def f(self): id(self.x)  # ?

class C:
    def __init__(self, y): self.x = []; vars(self).update(y)
    def f(self): id(self.x)  # ?

class C:
    def __init__(self): print(self.x)
    def f(self): id(self.x)  # ?

class C:
    def __init__(self): self.x = 1
    def f(self, /): id(self.x)  # int

def f(x: list[()]):
    id(x)  # ~list

def f(x: "\\ud800"):
    id(x)  # ?

import csv
id(list(csv.reader(x)))  # list[list]

import csv
id(list(enumerate(csv.reader(x)))[0])  # tuple[int, list]

import x
id(x.splitlines())  # ?

from . import x
id(x.y.readlines())  # ?

id(x.y.readlines())  # list[text]

id(x().readlines())  # list[text]

x = []
from y import *
id(x)  # ?

from y import *
x = []
id(x)  # list

from threading import Lock
from y import *
id(Lock())  # ?

def f(x: list, y):
    id(x if y else [])  # ~list

def f(x: list, y):
    id([] if y else x)  # ~list

def f(x: list, y):
    id(x + [])  # ~list
"""
"""Programs of several lines, with an empty one in between."""


def expected(program: str) -> str:
    [line] = [line for line in program.splitlines() if re.search(r"\bid\(", line)]
    return line.rpartition("  # ")[2]


LINES = [line for line in QUESTIONS.strip().splitlines() if not line.startswith("# ")]


@pytest.mark.parametrize("program", [*LINES, *PROGRAMS.strip().split("\n\n")])
def test_kind(program: str) -> None:
    assert answer(program) == expected(program)


def test_a_chain_of_comprehensions_is_not_followed_forever() -> None:
    nested = "x"
    for _ in range(12):
        nested = f"[{nested} for x in [1]]"
    assert answer(f"id({nested})") == "list[list]"


def test_what_stands_elsewhere_is_not_asked() -> None:
    scope, _ = asked("id(1)")
    elsewhere = ast.parse("[str(x) for x in y]", mode="eval").body
    assert shown(Kinds(scope).of(elsewhere)) == "list"


def test_a_class_is_asked_once() -> None:
    program = """
class C:
    def __init__(self): self.x = 1
    def f(self): id((self.x, self.x))
"""
    scope, expression = asked(program)
    assert shown(Kinds(scope).of(expression)) == "tuple[int, int]"
    assert Stores.of(scope) is Stores.of(scope.module)
