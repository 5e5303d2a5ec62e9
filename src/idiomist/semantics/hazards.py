"""The questions that every rewrite must answer, asked at one place in a file.

Each function yields the doubts that remain: sentences in the reader's own names that say
the line they speak of. No doubt means that the answer is known.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from idiomist.finding import Doubt, Hazard
from idiomist.semantics import attributes, presence, stopping
from idiomist.semantics.containers import may_be_changed_by_others, sets_path
from idiomist.semantics.effects import is_used_up, unknown_call
from idiomist.semantics.mentions import names_of
from idiomist.semantics.scopes import FUNCTIONS, OVER_AT_ONCE, Scope, ScopeKind
from idiomist.semantics.trees import children, walk

if TYPE_CHECKING:
    from idiomist.source import Source

_LOOKS_AT_MODULE = r"\b(globals|eval|exec)\s*\("


def names_go(source: Source, names: Iterable[str], moved: Sequence[ast.AST]) -> Iterator[Doubt]:
    """Doubts about variables that the statement here no longer leaves behind.

    `moved` are the nodes in which the names live on, in a scope of their own.
    """
    scope = source.scope
    statement = source.statement
    inside = {id(node) for root in moved for node in walk(root)}
    for name in dict.fromkeys(names):
        use = f"`{name}`"
        if scope.kind is ScopeKind.MODULE and not source.in_main_guard:
            yield Doubt(
                Hazard.IMPORTABLE,
                statement.lineno,
                f"{use} on line {statement.lineno} is a name of the module that others may import",
            )
        elif scope.owner(name) is not scope:
            reason = f"{use} on line {statement.lineno} belongs to others, too"
            yield Doubt(Hazard.CAPTURED, statement.lineno, reason)
        if read := source.flow.read_after(statement, name):
            line = _line(read)
            again = "deleted" if isinstance(getattr(read, "ctx", None), ast.Del) else "read again"
            yield Doubt(Hazard.READ_LATER, line, f"{use} is {again} on line {line}")
        elif read := source.flow.read_if_interrupted(statement, name):
            line = _line(read)
            reason = f"{use} is read on line {line} if the loop on line {statement.lineno} fails"
            yield Doubt(Hazard.READ_LATER, line, reason)
        elif read := _read_without_a_value(source, name):
            line = _line(read)
            yield Doubt(Hazard.READ_LATER, line, f"{use} on line {line} is bound nowhere else")
        for inner in _users(scope, name):
            if id(inner.node) not in inside:
                line = _line(inner.reader_of(name))
                yield Doubt(Hazard.CAPTURED, line, f"{_called(inner)} reads {use} on line {line}")
            elif not is_used_up(scope, inner.node, *moved):
                line = _line(inner.node)
                yield Doubt(
                    Hazard.LAZY, line, f"{_called(inner)} on line {line} looks {use} up later"
                )
        if name in scope.parameters and "__class__" in scope.names:
            line = statement.lineno
            reason = f"`super()` looks for {use}, which the loop on line {line} rebinds"
            yield Doubt(Hazard.READ_LATER, line, reason)
    yield from _introspection(source)


def name_comes(source: Source) -> Iterator[Doubt]:
    """Doubts about a variable that the rewrite adds to those of the scope here.

    A new name of a module is no doubt, just as a new `import` is none.
    """
    yield from _introspection(source)


def _read_without_a_value(source: Source, name: str) -> ast.AST | None:
    """A read outside of the loop of a name that only the loop binds.

    It may never be reached with a value, but it must go on speaking of the same variable.
    """
    inside = {id(node) for node in walk(source.statement)}
    owner = source.scope.owner(name)
    if any(id(binder) not in inside for binder in owner.binders.get(owner.mangled(name), ())):
        return None
    return next((read for read in source.flow.reads(name) if id(read) not in inside), None)


def _introspection(source: Source) -> Iterator[Doubt]:
    scope = source.scope
    place = scope.introspects
    if place is not None:
        line = place.lineno
        reason = f"`{place.id}()` on line {line} may look for the names"
        yield Doubt(Hazard.INTROSPECTION, line, reason)
    elif scope.parent is None and (found := re.search(_LOOKS_AT_MODULE, source.text)):
        line = source.text.count("\n", 0, found.start()) + 1
        reason = f"`{found[1]}()` on line {line} may look for the names"
        yield Doubt(Hazard.INTROSPECTION, line, reason)


def half_built(source: Source, name: str, moved: Sequence[ast.AST]) -> Iterator[Doubt]:
    """Doubts about a container that is not there until it is complete.

    Somebody may look at it while it is being filled, or after filling it has failed.
    """
    scope = source.scope
    statement = source.statement
    if scope.owner(name) is not scope:
        line = statement.lineno
        yield Doubt(
            Hazard.HALF_BUILT,
            line,
            f"`{name}` belongs to others, too, who see the loop on line {line} fill it",
        )
        return
    if read := source.flow.read_if_interrupted(statement, name):
        line = _line(read)
        yield Doubt(
            Hazard.HALF_BUILT,
            line,
            f"`{name}` is read on line {line} also if the loop on line {statement.lineno} fails",
        )
    for inner in _users(scope, name):
        if inner.node.lineno < statement.lineno or source.loops_around():  # type: ignore[attr-defined]
            line = _line(inner.node)
            yield Doubt(
                Hazard.HALF_BUILT,
                line,
                f"{_called(inner)} on line {line} may see `{name}` before it is complete",
            )
    call = unknown_call(source.kinds, *moved)
    if call is not None and scope.kind is ScopeKind.MODULE and not source.in_main_guard:
        shown = _shown(source, call)
        yield Doubt(
            Hazard.HALF_BUILT,
            call.lineno,
            f"`{shown}` on line {call.lineno} may look at the module's `{name}` while it grows",
        )


def stops_early(source: Source, moved: Sequence[ast.AST]) -> Iterator[Doubt]:
    """Doubts about StopIteration: inside a generator it becomes a RuntimeError (PEP 479)."""
    for root in moved:
        for node in walk(root):
            if node.__class__ is not ast.Call:
                continue
            match node:
                case ast.Call(ast.Name("next"), [_], []) | ast.Call(
                    ast.Attribute(attr="__next__" | "send" | "throw")
                ):
                    yield Doubt(
                        Hazard.STOP_ITERATION,
                        node.lineno,
                        f"`{source.flat(node)}` on line {node.lineno} may raise StopIteration, "
                        "which a generator does not let out",
                    )
                    return
    call = unknown_call(source.kinds, *moved)
    if call is not None and source.once(stopping.may_stop_iteration, source.tree):
        shown = _shown(source, call)
        yield Doubt(
            Hazard.STOP_ITERATION,
            call.lineno,
            f"`{shown}` on line {call.lineno} may raise StopIteration, "
            "which a generator does not let out",
        )


def changes_meanwhile(
    source: Source, container: ast.expr, region: Sequence[ast.AST]
) -> Iterator[Doubt]:
    """Doubts about a container that `region`, which does not change it, may let others change."""
    shown = source.flat(container)
    culprit = may_be_changed_by_others(source.kinds, container, region)
    if culprit is not None:
        node = culprit.func if isinstance(culprit, ast.Call) else culprit
        line = _line(culprit)
        what = source.flat(node) if isinstance(node, ast.expr) else shown
        reason = (
            f"`{shown}` is handed on, on line {line}, and may be changed there"
            if what == shown
            else f"`{what}` on line {line} may change `{shown}`"
        )
        yield Doubt(Hazard.CHANGED_MEANWHILE, line, reason)


def kind_unknown(
    source: Source, node: ast.expr, wanted: Iterable[str], why: str
) -> Iterator[Doubt]:
    """A doubt when a value is not known to be of one of the wanted kinds."""
    kind = source.kinds.of(node)
    if kind is None or kind.name not in wanted:
        line = node.lineno
        yield Doubt(
            Hazard.UNKNOWN_KIND,
            line,
            f"{why}, and nothing tells that of `{source.flat(node)}` on line {line}",
        )


def shared_with(source: Source, name: str) -> str:
    """Who else, outside of this code, may use a variable of it; empty when nobody may."""
    scope = source.scope
    if scope.owner(name) is not scope:
        return "others"
    return next((_called(inner) for inner in _users(scope, name)), "")


def _users(scope: Scope, name: str) -> Iterator[Scope]:
    """Functions that use the variable and may run at another time than this code."""
    name = scope.mangled(name)
    if scope.kind is not ScopeKind.MODULE:
        yield from scope.captures(name)
        return
    for inner in scope.descendants():
        if name in inner.names and inner.owner(name) is scope:
            function = _function_around(inner)
            if function is not None:
                yield function


def _function_around(scope: Scope) -> Scope | None:
    """The scope itself, or the nearest one around it, that does not run where it stands."""
    found: Scope | None = scope
    while found is not None and isinstance(found.node, (*OVER_AT_ONCE, ast.Module)):
        found = found.parent
    return found


def _called(scope: Scope) -> str:
    if isinstance(scope.node, ast.Lambda):
        return "a lambda"
    if isinstance(scope.node, ast.GeneratorExp):
        return "a generator"
    return f"`{scope.name}`"


def _line(node: ast.AST) -> int:
    return int(getattr(node, "lineno", 0))


def rebound_meanwhile(
    source: Source, container: ast.expr, moved: Sequence[ast.AST]
) -> Iterator[Doubt]:
    """Doubts about a path such as `self.rows`, looked up once instead of in every round."""
    call = sets_path(container, moved) or unknown_call(source.kinds, *moved)
    if call is None:
        return
    if isinstance(container, ast.Name):
        owner = source.scope.owner(container.id)
        if owner.binds_once(container.id):
            return
    elif isinstance(container, ast.Attribute) and isinstance(container.value, ast.Name):
        if _is_set_in_init_only(source, container.attr):
            return
    shown = _shown(source, call)
    yield Doubt(
        Hazard.CHANGED_MEANWHILE,
        call.lineno,
        f"`{shown}` on line {call.lineno} may make `{source.flat(container)}` another object",
    )


def _is_set_in_init_only(source: Source, attribute: str) -> bool:
    """Whether the file assigns this attribute nowhere but in an `__init__`."""
    if attributes.sets_by_name(source.module_scope):
        return False
    elsewhere = source.once(_set_elsewhere, source.tree)
    return attribute not in elsewhere and "__init__" not in elsewhere


def may_be_missing(source: Source, path: ast.Attribute) -> Iterator[Doubt]:
    """A doubt when an attribute that is now read earlier may not be there yet."""
    if not presence.has_attribute(source, path):
        reason = f"`{source.flat(path)}` on line {path.lineno} may not be there yet"
        yield Doubt(Hazard.EXCEPTION, path.lineno, reason)


def _set_elsewhere(tree: ast.Module, source: Source) -> frozenset[str]:
    """Attributes that are assigned outside of `__init__`, and itself when it is called there."""
    found: set[str] = set()
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.FunctionDef) and node.name == "__init__":
            # What it leaves behind may run at any time.
            pending += [inner for inner in walk(node) if isinstance(inner, FUNCTIONS)][1:]
            continue
        if isinstance(node, ast.Attribute):
            if node.attr == "__init__" or not isinstance(node.ctx, ast.Load):
                found.add(node.attr)
        pending.extend(children(node))
    return frozenset(found)


def looked_up_earlier(
    source: Source, name: str, value: ast.expr, moved: Sequence[ast.AST]
) -> Iterator[Doubt]:
    """Doubts about methods that get `value`, which had a name and was there before they were.

    What runs to make it may give the object another method; where there is none, it would not
    run at all.
    """
    call = unknown_call(source.kinds, value)
    if call is None:
        return
    for node in (node for root in moved for node in walk(root)):
        match node:
            case ast.Call(ast.Attribute() as method, args, keywords):
                given = any(name in names_of(part) for part in walk(*args, *keywords))
                if not given or _is_sure_method(source, method):
                    continue
                line = method.lineno
                yield Doubt(
                    Hazard.EVALUATION_ORDER,
                    line,
                    f"`{source.flat(method)}` on line {line} would be looked up before "
                    f"`{_shown(source, call)}` is called",
                )


def _is_sure_method(source: Source, method: ast.Attribute) -> bool:
    """Whether a method is there, and stays the same, whatever is called meanwhile."""
    return (
        source.kinds.of(method.value) is not None
        or source.scope.full_name(method.value) is not None
        or attributes.is_own_method(source.scope, method)
    )


def may_be_unbound(source: Source, name: str) -> Iterator[Doubt]:
    """A doubt when a name that is now read earlier may not have a value yet."""
    if presence.has_value(source, name):
        return
    line = source.statement.lineno
    is_loop = isinstance(source.statement, ast.For | ast.AsyncFor | ast.While)
    when = f"the loop on line {line} starts" if is_loop else f"line {line} is reached"
    yield Doubt(Hazard.EXCEPTION, line, f"`{name}` may have no value yet when {when}")


def _shown(source: Source, node: ast.expr) -> str:
    """A call by the name of what is called; anything else as it stands there."""
    return source.flat(node.func if isinstance(node, ast.Call) else node)
