"""What `effects`, `mentions`, `containers`, `handles` and `naming` say of small programs."""

from __future__ import annotations

import ast

import pytest

from idiomist.semantics.containers import (
    changes,
    is_private,
    makes_anew,
    may_be_changed_by_others,
    sets_path,
)
from idiomist.semantics.effects import (
    awaits,
    evaluated_before,
    is_inert,
    is_used_up,
    suspends,
    unknown_call,
)
from idiomist.semantics.handles import (
    closing_of,
    escapes,
    is_done_after,
    is_opener,
    leaves_early,
    may_leave,
    only_reads,
    statement_of,
)
from idiomist.semantics.kinds import Kinds
from idiomist.semantics.mentions import (
    Treatment,
    binds_names_only,
    body_of,
    bound_names,
    is_same,
    item_kind_is_certain,
    mentions,
    mentions_of,
    names_in,
    rebinds,
)
from idiomist.semantics.naming import fresh, name_for_item, singular
from idiomist.semantics.scopes import Scope, module_scope
from idiomist.source import Source


def expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def scope_of(program: str) -> Scope:
    return module_scope(ast.parse(program), program.encode())


def function_in(program: str) -> Scope:
    """The scope of the first function in a program."""
    module = scope_of(program)
    return next(scope for scope in module.descendants() if isinstance(scope.node, ast.FunctionDef))


def text_of(node: ast.AST | None) -> str | None:
    return None if node is None else ast.unparse(node)


# -- effects


@pytest.mark.parametrize(
    ("code", "does"),
    [
        ("x = yield 1", True),
        ("yield from x", True),
        ("f(1)", False),
        ("f(lambda: (yield 1))", False),
        ("def f(): yield 1", False),
    ],
)
def test_suspends(code: str, does: bool) -> None:
    assert suspends(*ast.parse(code).body) is does


@pytest.mark.parametrize(
    ("code", "does"),
    [
        ("await x", True),
        ("async for x in y: pass", True),
        ("async with x: pass", True),
        ("[x async for x in y]", True),
        ("[x for x in y]", False),
        ("async def f(): await x", False),
    ],
)
def test_awaits(code: str, does: bool) -> None:
    assert awaits(*ast.parse(code).body) is does


QUIET = """
x.y + z[0]
len(x)
print(x, sep=y)
"text".split(x)
[1].index(x)
sorted(x, key=len)
sorted(x, key=lambda y: y.z)
max(x, default=None)
list(map(str, x))
list(filter(None, x))
map()
open(x).read()
import os; os.path.join(x, y)
import gzip; gzip.open(x)
import threading; lock = threading.Lock(); lock.acquire()
with open(x) as y: pass
import sys; print(x, file=sys.stderr, end="")
with open(x, "w") as y: print(x, file=y)
import json; json.dumps(x, cls=None)
import threading; lock = threading.Lock()\\nwith lock: pass
""".strip().splitlines()


@pytest.mark.parametrize("program", QUIET)
def test_what_runs_no_unknown_code(program: str) -> None:
    tree = ast.parse(program.replace("\\n", "\n"))
    assert unknown_call(Kinds(module_scope(tree)), tree.body[-1]) is None


@pytest.mark.parametrize(
    ("program", "culprit"),
    [
        ("f(x)", "f(x)"),
        ("x.y()", "x.y()"),
        ("x()()", "x()()"),
        ("len(f(x))", "f(x)"),
        ("[f(x) for x in y]", "f(x)"),
        ("sorted(x, key=f)", "sorted(x, key=f)"),
        ("sorted(x, key=y.z)", "sorted(x, key=y.z)"),
        ("max(x, default=y)", "max(x, default=y)"),
        ("list(map(f, x))", "map(f, x)"),
        ("list(filter(x.y, z))", "filter(x.y, z)"),
        ("def f(): pass\nprint(f)", "print(f)"),
        ("def f(): pass\nprint(1, end=f)", "print(1, end=f)"),
        ("len = 1\nlen(x)", "len(x)"),
        ("import mine; mine.run()", "mine.run()"),
        ("async def f(): await x", "await x"),
        ("def f(): yield 1", "(yield 1)"),
        ("def f(): yield from x", "(yield from x)"),
        ("async def f():\n async for x in y: pass", "y"),
        ("async def f(): return [x async for x in y.z]", "y.z"),
        ("async def f():\n async with x.y: pass", "x.y"),
        ("with x: pass", "x"),
        ("with x.y: pass", "x.y"),
        ("with x[0]: pass", "x[0]"),
        ("@x.y\ndef f(): pass", "x.y"),
        ("import re; re.sub('a', x.y, 'b')", "re.sub('a', x.y, 'b')"),
        ("from itertools import groupby; groupby([], x)", "groupby([], x)"),
        ("iter(x, None)", "iter(x, None)"),
        ("len = print\nsorted([], key=len)", "sorted([], key=len)"),
        ("with f(x): pass", "f(x)"),
        ("print(x, file=y)", "print(x, file=y)"),
        ("print(x, **y)", "print(x, **y)"),
        ("class C: pass\nimport json; json.dumps(x, cls=C)", "json.dumps(x, cls=C)"),
        ("class C(x): pass", "x"),
        ("x = (y for y in z); x.send(1)", "x.send(1)"),
        ("x = 'a'; [x.lower() for x in y]", "x.lower()"),
        ("x = 'a'; lambda x: x.lower()", "x.lower()"),
        ("x = 'a'\ndef f(y, *, x): x.lower()", "x.lower()"),
        ("x = 'a'\ndef f(y=x.lower()): f(x.lower())", "f(x.lower())"),
        ("x = 'a'\nclass C(y(x.lower())): x.lower()", "y(x.lower())"),
    ],
)
def test_what_may_run_unknown_code(program: str, culprit: str) -> None:
    tree = ast.parse(program)
    assert text_of(unknown_call(Kinds(module_scope(tree)), *tree.body)) == culprit


def test_who_waits_lets_others_work() -> None:
    tree = ast.parse("import threading; c = threading.Condition()\nc.acquire(); c.wait()")
    assert text_of(unknown_call(Kinds(module_scope(tree)), *tree.body[2:])) == "c.wait()"


@pytest.mark.parametrize(
    ("code", "inert"),
    [
        ("1", True),
        ("lambda: f()", True),
        ("len", True),
        ("steady", True),
        ("rebound", False),
        ("declared", False),
        ("nobody", False),
        ("(1, [steady, -1])", True),
        ("(1, f())", False),
        ("not True", True),
        ("-steady", False),
        ("steady.x", False),
        ("f()", False),
    ],
)
def test_inert_in_a_module(code: str, inert: bool) -> None:
    program = "steady = 1\nrebound = 1\nrebound = 2\nshared = 1\ndef g():\n global declared"
    assert is_inert(scope_of(program), expression(code)) is inert


def test_inert_in_a_function() -> None:
    scope = function_in(
        "def f(once, free):\n"
        " twice = 1\n twice = 2\n"
        " kept = 1\n kept = 2\n"
        " free = 1\n"
        " def g():\n  nonlocal free\n  free = 2\n  return kept\n"
        " return [x for x in once]\n"
    )
    said = {name: is_inert(scope, expression(name)) for name in "once free twice kept".split()}
    assert said == {"once": True, "free": False, "twice": True, "kept": False}
    comprehension = scope.children[-1]
    assert is_inert(comprehension, expression("x"))
    assert not is_inert(comprehension, expression("kept"))


@pytest.mark.parametrize(
    ("code", "before"),
    [
        ("PLACE", []),
        ("f(PLACE)", ["f"]),
        ("len(PLACE)", []),
        ("f(a(), PLACE, b())", ["f", "a()"]),
        ("f(*a(), *PLACE)", ["f", "*a()"]),
        ("f(x=a(), y=PLACE)", ["f", "a()"]),
        ("a().method(PLACE)", ["a()"]),
        ("PLACE.method(a())", []),
        ("a() + PLACE", ["a()"]),
        ("[a(), PLACE]", ["a()"]),
        ("{a(): b(), **c(), d(): PLACE}", ["a()", "b()", "c()", "d()"]),
        ("PLACE or a()", []),
        ("a() or PLACE", None),
        ("a() if PLACE else b()", []),
        ("a() if b() else PLACE", None),
        ("a() < PLACE < b()", ["a()"]),
        ("a() < b() < PLACE", None),
        ("[x for x in PLACE]", []),
        ("[PLACE for x in a()]", None),
        ("{PLACE: 1 for x in a()}", None),
        ("lambda: PLACE", None),
        ("(x := PLACE)", None),
        ("a()[PLACE]", ["a()"]),
    ],
)
def test_what_is_evaluated_before(code: str, before: list[str] | None) -> None:
    root = expression(code)
    [place] = [node for node in ast.walk(root) if isinstance(node, ast.Name) and node.id == "PLACE"]
    found = evaluated_before(scope_of(""), root, place)
    assert (None if found is None else [ast.unparse(part) for part in found]) == before


# -- mentions


@pytest.mark.parametrize(
    "code",
    [
        "x",
        "def x(): pass",
        "async def x(): pass",
        "class x: pass",
        "try: pass\nexcept E as x: pass",
        "match y:\n case x: pass",
        "match y:\n case [*x]: pass",
        "match y:\n case {**x}: pass",
        "def f(x): pass",
        "import x",
        "import x.y",
        "import y as x",
        "from y import x",
        "def f():\n global x",
        "def f():\n x = 1\n def g():\n  nonlocal x",
    ],
)
def test_mentions(code: str) -> None:
    tree = ast.parse(code)
    assert mentions("x", tree)
    assert mentions("z", tree) is None
    if code != "x":
        assert rebinds({"x", "z"}, tree)
        assert rebinds({"z"}, tree) is None


def test_mentions_tells_the_first_place() -> None:
    found = mentions("x", *ast.parse("y = 1\nx = 2\nprint(x)\n").body)
    assert getattr(found, "lineno", 0) == 2


@pytest.mark.parametrize(
    ("target", "only"),
    [("x", True), ("x, [y, *z]", True), ("x.y", False), ("x, y[0]", False), ("x, *y.z", False)],
)
def test_targets(target: str, only: bool) -> None:
    [assignment] = ast.parse(f"{target} = 1").body
    assert isinstance(assignment, ast.Assign)
    assert binds_names_only(assignment.targets[0]) is only


def test_names() -> None:
    [assignment] = ast.parse("x, y.z, (w, *v) = a.b").body
    assert isinstance(assignment, ast.Assign)
    assert sorted(bound_names(assignment.targets[0])) == ["v", "w", "x"]
    assert names_in(assignment) == {"x", "y", "w", "v", "a"}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("x", "x", True),
        ("x", "y", False),
        ("x.y", "x.y", True),
        ("x.y", "z.y", False),
        ("x.y", "x.z", False),
        ("x[0]", "x[0]", True),
        ("x[0]", "x[1]", False),
        ("x[0]", "y[0]", False),
        ("x()", "x()", False),
        ("x", "x.y", False),
    ],
)
def test_same(one: str, other: str, same: bool) -> None:
    assert is_same(expression(one), expression(other)) is same


TREATMENTS = {
    Treatment.READ: """
        xs.index(1)
        xs[0]
        y[xs]
        1 in xs
        xs + y
        not xs
        if xs or y: pass
        while xs and y: pass
        print(1 if xs or y else 2)
        not (xs or y)
        len(xs)
        ", ".join(xs)
        for x in xs: pass
        [x for x in xs]
        f"{xs}"
        if xs: pass
        while xs: pass
        assert xs
        xs
        f(*xs)
        [*xs]
        y = *xs, 1
        y += xs
        for i, x in enumerate(xs): pass
        [x for x in reversed(xs)]
        list(zip(xs, y))
    """,
    Treatment.RETURN: """
        return xs
    """,
    Treatment.CHANGE: """
        xs.append(1)
        xs.y = 1
        del xs.y
        xs[0] = 1
        del xs[0]
        xs[0] += 1
    """,
    Treatment.REBIND: """
        xs = 1
        del xs
        xs += y
        for xs in y: pass
        with y as xs: pass
    """,
    Treatment.HAND_ON: """
        y = xs
        f(xs)
        f(y=xs)
        xs.y
        f(xs.append)
        y = xs or z
        y = [xs]
        yield xs
        y = enumerate(xs)
        f(enumerate(xs))
        m.f(enumerate(xs))
        for x in f(xs): pass
        y = z if xs else xs
    """,
}


@pytest.mark.parametrize(
    ("code", "treatment"),
    [
        (line.strip(), treatment)
        for treatment, lines in TREATMENTS.items()
        for line in lines.strip().splitlines()
    ],
)
def test_treatment(code: str, treatment: Treatment) -> None:
    found = [how for _, how in mentions_of(scope_of(""), ast.Name("xs"), *ast.parse(code).body)]
    assert found[0] is treatment


def test_a_path_is_followed_too() -> None:
    tree = ast.parse("self.xs.append(1)\nself.ys.append(self.xs)\n")
    found = [how for _, how in mentions_of(scope_of(""), expression("self.xs"), *tree.body)]
    assert found == [Treatment.CHANGE, Treatment.HAND_ON]


@pytest.mark.parametrize(
    ("program", "treatment"),
    [
        ("len(xs)", Treatment.READ),
        ("len(xs)\nprint(len)", Treatment.READ),
        ("len(xs)\nlen = 1", Treatment.HAND_ON),
        ("len(xs)\ndef len(): pass", Treatment.HAND_ON),
        ("len(xs)\ndef f(len): pass", Treatment.HAND_ON),
        ("len(xs)\ndef f():\n def len(): pass", Treatment.HAND_ON),
        ("len(xs)\nfrom lengths import *", Treatment.HAND_ON),
    ],
)
def test_builtins_that_a_file_calls_something_else(program: str, treatment: Treatment) -> None:
    scope = scope_of(program)
    assert [how for _, how in mentions_of(scope, ast.Name("xs"), scope.node)] == [treatment]


def test_two_builtins_that_a_file_calls_something_else() -> None:
    scope = scope_of("len(xs), str(xs)\ndef f(len, str): pass")
    found = [how for _, how in mentions_of(scope, ast.Name("xs"), scope.node)]
    assert found == [Treatment.HAND_ON, Treatment.HAND_ON]


def test_a_path_itself_stands_nowhere() -> None:
    [(_, treatment)] = mentions_of(scope_of(""), expression("xs"), expression("xs"))
    assert treatment is Treatment.HAND_ON


def test_iterators_at_the_top() -> None:
    [(_, treatment)] = mentions_of(scope_of(""), expression("xs"), expression("iter(xs)"))
    assert treatment is Treatment.HAND_ON


def test_bodies() -> None:
    module = scope_of("def f(x): return [y for y in x]")
    function = module.children[0]
    [comprehension] = function.children
    assert [type(node) for node in body_of(function)] == [ast.Return]
    assert body_of(comprehension) == [comprehension.node]


@pytest.mark.parametrize(
    ("program", "certain"),
    [
        ("x = [1]\nprint(x)", True),
        ("x = [1]\nf(x)", False),
        ("x = [1]\nx.append(2)", False),
        ("def f():\n x = [1]\n return x", True),
        ("def f():\n x = [1]\n yield x", False),
    ],
)
def test_what_a_container_holds(program: str, certain: bool) -> None:
    module = scope_of(program)
    scope = next(iter(module.children), module)
    assert item_kind_is_certain(scope, "x") is certain


# -- containers


@pytest.mark.parametrize(
    ("body", "private"),
    [
        ("x = []", True),
        ("x = [y for y in z]", True),
        ("x = z.split()", False),
        ("x = 'a'.split()", True),
        ("x = 'a' + 'b'", True),
        ("x = z + z", False),
        ("x = [1][:]", True),
        ("x = z[:]", False),
        ("x = z", False),
        ("x: list = []", True),
        ("x = []; x += z", True),
        ("x = y = []", False),
        ("x, y = [], []", False),
        ("x = []; f(x)", False),
        ("x = []; y = x", False),
        ("x = []; return lambda: x", False),
        ("x = []; return (y for y in z if y in x)", True),
        ("x = []; return (x.append(y) for y in z)", False),
        ("x = []; return [lambda: x.pop() for y in z]", False),
        ("x = []; sum(x.append(y) or 1 for y in z)", True),
        ("x = []; y = max(x, z)", False),
        ("x = []; y = max(x)", True),
        ("x = []; y = sum(z, x)", False),
        ("x = []; y = sum(x, z)", True),
        ("x = []; y = getattr(z, 'w', x)", False),
        ("x = []; y = slice(x)", False),
        ("x = []; raise ValueError(x)", False),
        ("x = []; x.__iadd__(z)", True),
        ("x = []; y = (x or z) if z else 1", False),
        ("x = []; y = 1 if x or z else 2", True),
        ("x = []; return x", True),
        ("\n for x in z: pass", False),
        ("x = iter([1])", False),
    ],
)
def test_private(body: str, private: bool) -> None:
    assert is_private(function_in(f"def f(z): {body}"), "x") is private


def test_what_is_not_of_the_function_is_not_private() -> None:
    scope = function_in("x = []\ndef f(): return x")
    assert not is_private(scope, "x")
    assert not is_private(scope.module, "x")


@pytest.mark.parametrize(
    ("code", "anew"),
    [
        ("{}", True),
        ("{*x}", True),
        ("(x,)", True),
        ("'text'", True),
        ("f'{x}'", True),
        ("{x: 1 for x in y}", True),
        ("sorted(x)", True),
        ("iter(x)", False),
        ("f(x)", False),
        ("[1] + [2]", True),
        ("[1][:1]", True),
        ("[1][0]", False),
        ("x", False),
    ],
)
def test_makes_anew(code: str, anew: bool) -> None:
    assert makes_anew(Kinds(scope_of("")), expression(code)) is anew


@pytest.mark.parametrize(
    ("code", "place"),
    [
        ("print(xs)", None),
        ("xs.append(1)", "xs"),
        ("print(1)\nxs = 1\nxs = 2", "xs"),
        ("def xs(): pass", "def xs():\n    pass"),
    ],
)
def test_changes(code: str, place: str | None) -> None:
    assert text_of(changes(scope_of(""), expression("xs"), ast.parse(code).body)) == place


def test_changes_of_a_path() -> None:
    body = ast.parse("self.xs.append(1)\nself = 1").body
    assert text_of(changes(scope_of(""), expression("self.xs"), body)) == "self.xs"
    body = ast.parse("node = node.next").body
    assert text_of(changes(scope_of(""), expression("node.xs.ys"), body)) == "node"
    body = ast.parse("node.xs = 1").body
    assert text_of(changes(scope_of(""), expression("node.xs.ys"), body)) == "node.xs"
    assert changes(scope_of(""), expression("other.xs.ys"), body) is None


@pytest.mark.parametrize(
    ("header", "code", "culprit"),
    [
        ("def f(xs: list):", "g()", "g()"),
        ("def f(xs: list):", "g(xs)", "xs"),
        ("def f(xs: list):", "print(xs)", None),
        ("def f():\n xs = (1, 2)", "g(xs)", None),
        ("def f():\n xs = [1, 2]", "g()", None),
        ("def f(xs: list, ys: list):", "ys.append(1)", "ys"),
        ("def f(xs: list, ys: dict):", "ys.update(z)", None),
        ("def f(xs: list, ys):", "ys[0] = 1", "ys"),
        ("def f(xs, ys: dict):", "ys[0] = 1", "ys"),
        ("def f(xs: list, ys):", "del ys[0]", "ys"),
        ("def f(xs: list, ys):", "ys += [1]", "ys"),
        ("def f(xs: list):\n ys = []", "ys.append(1)", None),
        ("def f(xs: list):\n ys = g()", "ys[0] = 1", "ys"),
        ("def f(xs: list):", "ys.z.append(1)", "ys.z.append(1)"),
        ("import bisect\ndef f(xs: list, ys):", "bisect.insort(ys, 1)", "ys"),
        ("import heapq\ndef f(xs: list, ys: dict):", "heapq.heappop(ys)", None),
        ("import heapq\ndef f(xs: list, ys):", "heapq.nlargest(1, ys)", None),
        ("xs = []\ndef f():", "g()", "g()"),
        ("xs = (1,)\ndef f():", "g()", None),
        ("xs = (1,)\nxs = (2,)\ndef f():", "g()", "g()"),
        ("xs = (1,)\ndef g():\n global xs\n xs = (2,)\ndef h():", "g()", "g()"),
        ("def f():\n xs = (1,)\n def g():\n  nonlocal xs\n  xs = (2,)", "g()", "g()"),
        ("def f():\n xs = (1,)\n def g(): return xs", "g()", None),
        ("def f(xs: list):\n ys = ('a',)", "[ys.append(1) for ys in z]", "ys.append(1)"),
        ("def f(xs: list):\n ys = ('a',)", "[ys.x] = [1 for ys in z]", None),
    ],
)
def test_changed_by_others(header: str, code: str, culprit: str | None) -> None:
    module = scope_of(f"{header}\n {code}")
    scope = module.children[-1]
    node = scope.node
    assert isinstance(node, ast.FunctionDef)
    found = may_be_changed_by_others(Kinds(scope), expression("xs"), node.body[-1:])
    assert text_of(found) == culprit


def test_changed_by_others_from_inside() -> None:
    outer = scope_of("def f():\n xs = (1,)\n def g(): h(xs)").children[0]
    inner = outer.children[0]
    assert isinstance(inner.node, ast.FunctionDef)
    assert may_be_changed_by_others(Kinds(inner), expression("xs"), inner.node.body) is None
    other = scope_of("def f():\n xs = (1,)\n xs = (2,)\n def g(): h(xs)").children[0].children[0]
    assert isinstance(other.node, ast.FunctionDef)
    assert may_be_changed_by_others(Kinds(other), expression("xs"), other.node.body)


def test_a_path_may_be_changed() -> None:
    scope = function_in("def f(self):\n g()\n")
    assert isinstance(scope.node, ast.FunctionDef)
    kinds = Kinds(scope)
    assert may_be_changed_by_others(kinds, expression("self.xs"), scope.node.body)
    assert may_be_changed_by_others(kinds, expression("self.xs"), []) is None


@pytest.mark.parametrize(
    ("path", "code", "place"),
    [
        ("self.xs", "other.xs = 1", "other.xs"),
        ("self.xs", "del other.xs", "other.xs"),
        ("self.xs", "for other.xs in y: pass", "other.xs"),
        ("self.xs.ys", "type(self).xs = 1", "type(self).xs"),
        ("self.xs", "self.xs = 1", None),
        ("self.xs", "other.ys = other.xs", None),
        ("xs", "other.xs = 1", None),
    ],
)
def test_what_sets_a_path_by_another_name(path: str, code: str, place: str | None) -> None:
    assert text_of(sets_path(expression(path), ast.parse(code).body)) == place


@pytest.mark.parametrize(
    ("code", "used_up"),
    [
        ("any(x for x in y)", True),
        ("','.join(x for x in y)", True),
        ("any(any(z for z in x) for x in y)", True),
        ("list([z for z in x] for x in y)", True),
        ("list((z for z in x) for x in y)", False),
        ("list((lambda: x) for x in y)", False),
        ("f(x for x in y)", False),
        ("[x for x in y]", False),
    ],
)
def test_what_is_used_up(code: str, used_up: bool) -> None:
    call = expression(code)
    generator = call.args[0] if isinstance(call, ast.Call) else call
    assert is_used_up(scope_of(""), generator, call) is used_up


@pytest.mark.parametrize(
    ("program", "name", "builtin"),
    [
        ("import builtins; builtins.print(print)", "open", True),
        ("import builtins; builtins.open(x); open(y)", "open", True),
        ("import builtins; builtins.open = x", "open", False),
        ("@patch('builtins.open')\ndef f(): pass", "open", False),
        ("with patch.object(builtins, 'open'): pass", "open", False),
        ("x = open", "open", True),
    ],
)
def test_builtins_that_a_file_patches(program: str, name: str, builtin: bool) -> None:
    assert module_scope(ast.parse(program), program.encode()).is_builtin(name) is builtin


# -- handles


@pytest.mark.parametrize(
    ("program", "opens"),
    [
        ("open(x)", True),
        ("import io; io.open(x)", True),
        ("import os; os.fdopen(x)", True),
        ("import os; os.open(x)", False),
        ("from pathlib import Path; Path(x).open()", True),
        ("x.open()", False),
        ("fdopen(x)", False),
        ("opened(x)", False),
        ("open", False),
    ],
)
def test_openers(program: str, opens: bool) -> None:
    tree = ast.parse(program)
    statement = tree.body[-1]
    assert isinstance(statement, ast.Expr)
    assert is_opener(Kinds(module_scope(tree)), statement.value) is opens


def test_a_file_that_stands_alone_is_not_done_with() -> None:
    call = expression("open(x)")
    assert isinstance(call, ast.Call)
    kinds = Kinds(scope_of(""))
    assert not is_done_after(kinds, call, [])
    assert not is_done_after(kinds, call, [ast.keyword("file", call)])


@pytest.mark.parametrize(
    ("body", "escape"),
    [
        ("f.read()", False),
        ("f.name", True),
        ("print(f.name)", True),
        ("return f", True),
        ("x = f", True),
        ("x = csv.reader(f)", False),
        ("x.y = csv.reader(f)", True),
        ("x.append(f)", True),
        ("x.append(csv.reader(f))", True),
        ("x.append(parsed(f))", False),
        ("yield csv.reader(f)", True),
        ("return sum(f)", False),
        ("if f and not f: pass", False),
        ("for x in f: pass", False),
        ("def g(): f.read()", True),
        ("x = (y for y in f)", True),
        ("x = list(y for y in f)", False),
        ("g(y for y in f)", True),
        ("g()(y for y in f)", True),
        ("x.writelines(y for y in f)", False),
        ("x.keep(y for y in f)", True),
        ("del f", True),
        ("f.close()", False),
    ],
)
def test_escapes(body: str, escape: bool) -> None:
    assert bool(escapes("f", ast.parse(body).body)) is escape


def test_a_node_that_stands_in_no_statement() -> None:
    node = expression("f")
    assert statement_of(node, ()) is node


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("return", None),
        ("return 1", None),
        ("return f", None),
        ("return g(x)", 1),
        ("if x:\n f.close()\n return x", None),
        ("if x: pass\nelse:\n f.close()\n return x", None),
        ("if x: pass\nelse:\n g()\n return x", 4),
        ("match x:\n case 1:\n  return x", 3),
        ("break", 1),
        ("while x: break", None),
        ("while x: continue", None),
        ("if x: continue", 1),
        ("def g(): return x", None),
        ("x = lambda: 1", None),
    ],
)
def test_leaves_early(body: str, line: int | None) -> None:
    found = leaves_early("f", ast.parse(body).body)
    assert getattr(found, "lineno", None) == line


@pytest.mark.parametrize(
    ("body", "leaves"),
    [
        ("x = 1", False),
        ("return 1", True),
        ("yield 1", True),
        ("x = yield from y", True),
        ("await x", True),
        ("break", True),
        ("if x: continue", True),
        ("for x in y: break", False),
        ("while x: continue", False),
        ("def g(): return 1", False),
    ],
)
def test_may_leave(body: str, leaves: bool) -> None:
    assert may_leave(ast.parse(body).body) is leaves


@pytest.mark.parametrize(
    ("code", "reads"),
    [
        ("open(x)", True),
        ("open(x, 'rb')", True),
        ("open(x, mode='r')", True),
        ("open(x, 'w')", False),
        ("open(x, mode='a')", False),
        ("open(x, mode)", False),
        ("open(x, encoding='w')", True),
        ("io.open(x, 'w')", False),
        ("path.open('w')", False),
        ("path.open()", True),
    ],
)
def test_only_reads(code: str, reads: bool) -> None:
    call = expression(code)
    assert isinstance(call, ast.Call)
    kinds = Kinds(module_scope(ast.parse(f"import io\n{code}")))
    assert only_reads(kinds, call) is reads


@pytest.mark.parametrize(
    ("code", "closes"),
    [
        ("f.close()", True),
        ("g.close()", False),
        ("f.close(1)", False),
        ("f.shut()", False),
        ("x = f.close()", False),
    ],
)
def test_closing(code: str, closes: bool) -> None:
    assert closing_of("f", ast.parse(code).body[0]) is closes


# -- naming


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("entries", "entry"),
        ("names", "name"),
        ("boxes", "box"),
        ("classes", "class"),
        ("matches", "match"),
        ("children", "child"),
        ("all_people", "person"),
        ("list_of_names", "name"),
        ("name_list", "name"),
        ("namelist", "name"),
        ("list", None),
        ("user_ids", "user_id"),
        ("xs", "x"),
        ("_names", "name"),
        ("gas", None),
        ("status", None),
        ("class", None),
        ("analysis", None),
        ("data", None),
        ("NAMES", "name"),
    ],
)
def test_singular(plural: str, one: str | None) -> None:
    assert singular(plural) == one


def test_fresh() -> None:
    source = Source(b"file = 1\ndef f(x):\n y = x\n")
    assert fresh(source, [None, "", "file", "x", "y", "if", "len", "1st", "stream"]) == "stream"
    assert fresh(source, ["file"]) is None


@pytest.mark.parametrize(
    ("container", "name"),
    [
        ("names", "name"),
        ("self.names", "name"),
        ("data", "item"),
        ("get()", "item"),
        ("classes", "item"),
        ("items", "element"),
        ("taken", "item"),
    ],
)
def test_name_for_item(container: str, name: str) -> None:
    source = Source(b"item = 1\n" if container == "items" else b"taken = 1\n")
    assert name_for_item(source, expression(container)) == name


def test_a_name_that_an_expression_binds_is_not_inert() -> None:
    scope = function_in("def f(z): (x := 1); [(y := each) for each in z]")
    assert not is_inert(scope, expression("x"))
    assert not is_inert(scope, expression("y"))
    assert is_inert(scope, expression("z"))
