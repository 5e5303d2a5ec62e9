"""What `presence` says of a variable and an attribute at one place of a program."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

import pytest

from idiomist import Check, Finding, Source
from idiomist.linter import Linter
from idiomist.semantics.presence import has_attribute, has_value

PRESENT = """
x = 1
here()

def f(x): here()

def f():
    x: int = 1
    here()

x = 1
def f(): here()

import x
def f(): here()

from y import *
def f(): here()

def x(): pass
def f(): here()

class x: pass
def f(): here()

(y, [x, z]) = 1, [2, 3]
def f(): here()

if y: x = 1
else: from z import x
def f(): here()

try: import x
except ImportError: x = None
def f(): here()

with y as x: pass
def f(): here()

if y: x = 1
elif z: x = 2
else: x = 3
def f(): here()

def f(x):
    def g(): here()

def f():
    x = 1
    def g():
        def h(): here()

for x in y: here()

with y as z, w as x: here()

async def f():
    async for x in y: here()

async def f():
    async with y as x: here()

x = 1
if y:
    while z: here()
"""
ABSENT = """
here()

def f(): here()

here()
x = 1

def f(): here()
x = 1

x: int
def f(): here()

if y: x = 1
def f(): here()

if y: x = 1
here()

if y: x = 1
elif z: x = 2
def f(): here()

try: import x
except ImportError: pass
def f(): here()

try: y()
except E: pass
else: x = 1
def f(): here()

for x in y: pass
def f(): here()

for x in y: pass
here()

while y: x = 1
here()

with y as z, w as x: pass
here()

with y: x = 1
here()

x = 1
def f():
    del x
def g(): here()
del x

def f(x):
    if y: del x
    here()

def f():
    x = 1
    try: y()
    except E as x: pass
    here()

y and (x := 1)
here()
"""
SET = """
class C:
    x = []
    def f(self): here()

class C:
    x: list = []
    def f(self): here()

class C:
    def __init__(self): self.x = []
    def f(self): here()

class C:
    def __init__(self, /):
        y = len("a")
        self.z = 1
        self.x: list = []
        self.f()
    def f(self): here()

class C:
    def __init__(self, y):
        self.y = y
        self.z = self.y.z
        self.x = []
        return
    def f(self): here()

class A:
    def __init__(self): pass
class B(A):
    def __init__(self): self.x = []
    def f(self): here()
class C(B): pass

class C:
    def __init__(self):
        self.f()
        self.x = []
        here()

def f(self):
    self.x = []
    here()
"""
UNSET = """
here()

def f(self): here()

class C:
    def f(self): here()

class C:
    x: list
    def f(self): here()

class C:
    def __init__(self): self.x = []
    def f(other): here()

class C:
    def __init__(self): self.x = []
    def f(self): del self.x
    def g(self): here()

class C:
    def __init__(self):
        self.f()
        self.x = []
    def f(self): here()

class C:
    def __init__(self):
        super().__init__()
        self.x = []
    def f(self): here()

class C:
    def __init__(self, y):
        if y: self.x = []
    def f(self): here()

class C:
    def __init__(self):
        self.y = self.z = []
        other.x = []
    def f(self): here()

class C:
    def __init__(*args): args[0].x = []
    def f(self): here()

class C:
    def __init__(self, y):
        if y: return
        self.x = []
    def f(self): here()

class C:
    def __init__(self, y):
        y.z = self
        self.x = []
    def f(self): here()

class C:
    def __init__(self): self.x = self.f()
    def f(self): here()

class C:
    def __new__(cls): return object.__new__(cls)
    def __init__(self): self.x = []
    def f(self): here()

class B:
    def __init__(self): self.x = []
    def f(self): here()
class C(B):
    def __init__(self): self.y = 1

class A:
    def __init__(self): self.y = 1
class B:
    def __init__(self): self.x = []
    def f(self): here()
class C(A, B): pass

class C:
    def __init__(self): self.x = []
    def f(self): here()
C.__init__ = None

class C:
    def __init__(self, y):
        y[0] = self.f
        self.x = []
    def f(self): here()

class C:
    def __init__(self):
        here()
        self.x = []

class B:
    def __init__(self): self.x = []
class C:
    def f(self): here()
"""


def programs(text: str) -> list[str]:
    return text.strip().split("\n\n")


def answers(program: str, question: Callable[[Source], bool]) -> list[bool]:
    """What is said at every `here()`."""
    said: list[bool] = []
    asker = Check("tests.asker", "# Asks", code="ASK101")

    @asker.on(ast.Expr)
    def ask(statement: ast.Expr, source: Source) -> Iterator[Finding]:
        if ast.unparse(statement) == "here()":
            said.append(question(source))
        yield from ()

    Linter([asker]).lint(Source(program.encode()))
    return said


@pytest.mark.parametrize(
    ("program", "present"),
    [*((each, True) for each in programs(PRESENT)), *((each, False) for each in programs(ABSENT))],
)
def test_a_variable(program: str, present: bool) -> None:
    assert answers(program, lambda source: has_value(source, "x")) == [present]


def test_builtins_are_always_there() -> None:
    assert answers("here()", lambda source: has_value(source, "len")) == [True]


@pytest.mark.parametrize(
    ("program", "present"),
    [*((each, True) for each in programs(SET)), *((each, False) for each in programs(UNSET))],
)
def test_an_attribute(program: str, present: bool) -> None:
    path = ast.parse("self.x", mode="eval").body
    assert isinstance(path, ast.Attribute)
    assert answers(program, lambda source: has_attribute(source, path)) == [present]
