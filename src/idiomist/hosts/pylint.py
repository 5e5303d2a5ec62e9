"""idiomist as a plugin of pylint: `load-plugins = ["idiomist.hosts.pylint"]`.

Every family of checks is a checker, `idiomist-<family>`, and every check a message,
`idm-<name>`. The classes are made from what is installed: `LoopsChecker` for the family `loops`.
pylint has a tree of its own kind; ours is built once for a file, for all families.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from astroid import nodes
from pylint.checkers import BaseChecker
from pylint.interfaces import HIGH

from idiomist.check import Check, CheckFailed
from idiomist.conventions import Conventions
from idiomist.finding import Applicability, Finding
from idiomist.hosts.common import SAFETIES, class_name, hint, shown, tells_apart
from idiomist.project.config import ConfigError
from idiomist.project.linters import Linters
from idiomist.project.settings import Settings
from idiomist.record import Record
from idiomist.registry import Registry
from idiomist.source import Source

if TYPE_CHECKING:
    from pylint.lint import PyLinter
    from pylint.typing import MessageDefinitionTuple, Options

OWN, OWN_HUNDREDS, OWN_STEP = "IDM", (96, 95), 20
OTHER_HUNDREDS = (97, 98, 99, 94, 93, 92, 91)
"""For the packs of others: what pylint and its known plugins leave free."""
USAGE_ERROR = 32
"""pylint's exit status for wrong options and wrong configuration."""


class _Found(Record):
    findings: tuple[Finding, ...]
    failure: str | None = None


_FAILED: dict[str, MessageDefinitionTuple] = {
    "F9600": (
        "%s",
        "idm-failed",
        "A check of idiomist failed, or the configuration of idiomist for this file is wrong. "
        "The other checkers are not concerned.",
    )
}
_OPTIONS: Options = (
    (
        "idiomist-show",
        {
            "type": "csv",
            "default": tuple(SAFETIES),
            "metavar": f"<{','.join(SAFETIES)}>",
            "help": "Findings of idiomist to show, by the safety of their fix.",
        },
    ),
)


class IdiomistChecker(BaseChecker):
    """What the families share: our options, and what to say when a file cannot be checked."""

    name = "idiomist"
    msgs = _FAILED
    options = _OPTIONS

    def visit_module(self, node: nodes.Module) -> None:
        """Say why nothing was found in a file."""
        if failure := _found_in(node, self.linter).failure:
            self.add_message("idm-failed", node=node, line=1, args=(failure,), confidence=HIGH)


class FamilyChecker(BaseChecker):
    """Reports the findings of one family, of one pack."""

    symbols: dict[Check, str]

    def visit_module(self, node: nodes.Module) -> None:
        """Report what was found in a file."""
        levels = _shown(self.linter)
        for finding in _found_in(node, self.linter).findings:
            if finding.check in self.symbols and finding.applicability in levels:
                self.add_message(
                    self.symbols[finding.check],
                    node=_node_at(node, finding.line),
                    args=(finding.message,),
                    confidence=HIGH,
                    line=finding.line,
                    col_offset=finding.column - 1,
                    end_lineno=finding.end_line,
                    end_col_offset=finding.end_column - 1,
                )


def _shown(linter: PyLinter) -> frozenset[Applicability]:
    # Who tests a family by itself has no options of ours.
    return shown(getattr(linter.config, "idiomist_show", SAFETIES))


def _found_in(node: nodes.Module, linter: PyLinter) -> _Found:
    enabled = tuple(
        check.name for check in _registry() if linter.is_message_enabled(_symbol(check))
    )
    return _look(node, enabled, tells_apart(_shown(linter))) if enabled else _Found(())


@lru_cache(maxsize=1)
def _look(node: nodes.Module, enabled: tuple[str, ...], examine: bool) -> _Found:
    """The findings in the file that pylint is at, of all families: each asks."""
    linters, path = _linters(enabled), node.file or "<string>"
    try:
        source = _source(node, path, linters.settings(path).conventions)
        found = linters.linter(path).report(source, examine=examine)
    except CheckFailed as error:
        return _Found((), str(error))
    except ConfigError as error:
        return _Found((), str(error))
    return _Found(tuple(found))


@cache
def _linters(enabled: tuple[str, ...]) -> Linters:
    """Where a project selects nothing itself, pylint's `enable` and `disable` do."""

    def adjusted(settings: Settings) -> Settings:
        return settings if settings.select else settings.replace(select=enabled)

    return Linters(adjusted)


def _source(node: nodes.Module, path: str, conventions: Conventions) -> Source:
    with node.stream() as stream:  # type: ignore[no-untyped-call]
        data: bytes = stream.read()
    with warnings.catch_warnings():
        # What parsing warns of has been said when pylint parsed the file.
        warnings.simplefilter("ignore")
        if node.file_bytes is None:
            return Source(data, path, conventions)
        # Text, from standard input or from a test: what a coding cookie says is no longer true.
        return Source.decoded(data.decode(), path, conventions)


def _node_at(module: nodes.Module, line: int) -> nodes.NodeNG:
    """The outermost statement that begins on a line: pylint tells from it the function."""
    found: nodes.NodeNG = module
    while found is module or found.fromlineno != line:
        inner = [
            child
            for child in found.get_children()
            if child.fromlineno <= line <= (child.tolineno or 0)
        ]
        if not inner:
            break
        found = inner[-1]
    return found


# -- classes from the registry


def register(linter: PyLinter) -> None:
    """Called by pylint when it loads this module."""
    with _errors_in_one_line():
        made: list[type[BaseChecker]] = [IdiomistChecker, *checkers().values()]
    for checker in made:
        linter.register_checker(checker(linter))


def load_configuration(linter: PyLinter) -> None:
    """Called by pylint when it knows the options; stops as pylint does at wrong ones."""
    with _errors_in_one_line():
        _shown(linter)
        # A mistake in the project at hand would be repeated for every file.
        _linters(()).linter("")
    if any(linter.is_message_enabled(_symbol(check)) for check in _registry()):
        # With `--disable=all --enable=idm-...` a file that could not be checked would look clean.
        linter.enable("idm-failed")


@cache
def checkers() -> dict[str, type[FamilyChecker]]:
    """The checkers of all packs, by the names of their classes."""
    made: dict[str, type[FamilyChecker]] = {}
    for prefix, pack in groupby(_registry(), key=_prefix):
        families: dict[str, list[Check]] = {}
        for check in pack:
            families.setdefault(check.family, []).append(check)
        for family, checks in families.items():
            name = f"{class_name(family)}Checker"
            if name in made:
                name = f"{prefix}{name}"
            made[name] = _checker(name, family, checks)
    return made


def _checker(name: str, family: str, checks: list[Check]) -> type[FamilyChecker]:
    members: dict[str, Any] = {
        "__module__": __name__,
        "__doc__": f"The checks of the family {family}.",
        "name": f"idiomist-{family}",
        "msgs": {ids()[check]: _message(check) for check in checks},
        "symbols": {check: _symbol(check) for check in checks},
    }
    return type(name, (FamilyChecker,), members)


def _message(check: Check) -> MessageDefinitionTuple:
    explanation = check.lesson.text.partition("```")[0].strip()
    return f"%s {hint(check)}", _symbol(check), explanation, {"default_enabled": check.default}


@cache
def ids() -> dict[Check, str]:
    """The id of every check: R96.. and R95.. for our own by their codes, R97.. on for others.

    In a pack of somebody else's the ids go by the order of the codes; symbols never change.
    """
    found: dict[Check, str] = {}
    hundreds = iter(OTHER_HUNDREDS)
    for prefix, pack in groupby(_registry(), key=_prefix):
        if prefix == OWN:
            found.update((check, _own_id(check)) for check in pack)
        else:
            hundred = next(hundreds, None)
            if hundred is None:
                raise ConfigError(f"no ids are left for the checks {prefix}...: too many packs")
            found.update((check, f"R{hundred}{n:02}") for n, check in enumerate(pack, 1))
    return found


def _own_id(check: Check) -> str:
    """IDM101 is R9601, IDM201 is R9621, IDM901 is R9561: twenty ids for each hundred codes."""
    family, number = divmod(int(check.code.removeprefix(OWN)), 100)
    assert 1 <= number < OWN_STEP, f"{check.code} leaves no room for the next family"
    hundred, place = divmod(family - 1, 100 // OWN_STEP)
    return f"R{OWN_HUNDREDS[hundred]}{place * OWN_STEP + number:02}"


def _symbol(check: Check) -> str:
    return f"idm-{check.name}"


def _prefix(check: Check) -> str:
    return check.code.rstrip("0123456789")


@cache
def _registry() -> Registry:
    return Linters().registry


@contextmanager
def _errors_in_one_line() -> Iterator[None]:
    try:
        yield
    except ConfigError as error:
        print(f"pylint: idiomist: {error}", file=sys.stderr)
        sys.exit(USAGE_ERROR)


def __getattr__(name: str) -> Any:
    found = checkers().get(name)
    if found is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return found


def __dir__() -> Iterator[str]:
    return iter((*globals(), *checkers()))
