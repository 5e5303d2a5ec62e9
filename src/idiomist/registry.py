"""The packs that are installed, and their checks by name and by code."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from types import ModuleType

from idiomist.check import Check

GROUP = "idiomist.packs"


class UnknownCheck(LookupError):
    """No check, code, prefix or family has this name; the text says which comes nearest."""


class Registry:
    """Checks by name and by code. Refuses two that share either."""

    def __init__(self, checks: Iterable[Check]):
        """Raises ValueError, naming both, when two checks have the same name or code."""
        self.checks = tuple(sorted(checks, key=lambda check: check.code))
        self._by_key: dict[str, Check] = {}
        for check in self.checks:
            for key in (check.name, check.code):
                other = self._by_key.setdefault(key, check)
                if other is not check:
                    raise ValueError(f"{check!r} and {other!r} are both called {key}")

    def __iter__(self) -> Iterator[Check]:
        return iter(self.checks)

    def get(self, key: str) -> Check:
        """The check of this name or code; raises UnknownCheck."""
        found = self._by_key.get(key) or self._by_key.get(key.upper())
        if found is None:
            raise self._unknown(key, "check")
        return found

    def select(self, keys: Iterable[str]) -> list[Check]:
        """The checks meant by names, codes, prefixes of codes (`IDM1`) and families.

        `all` means every check. Raises UnknownCheck for a key that means none.
        """
        chosen: dict[str, Check] = {}
        for key in keys:
            matching = [check for check in self.checks if check.is_meant_by(key)]
            if not matching:
                raise self._unknown(key, "check, code, prefix or family")
            chosen.update((check.code, check) for check in matching)
        return [chosen[code] for code in sorted(chosen)]

    def _unknown(self, key: str, what: str) -> UnknownCheck:
        from difflib import get_close_matches

        known = [*self._by_key, *{check.family for check in self.checks}]
        near = get_close_matches(key, known, 1) or get_close_matches(key.upper(), known, 1)
        hint = f"; did you mean `{near[0]}`?" if near else "; `idiomist checks` lists them"
        return UnknownCheck(f"there is no {what} `{key}`{hint}")


def checks_in(package: ModuleType) -> Iterator[Check]:
    """The `check` of every module below a package, which is a folder of Python files."""
    for folder in package.__path__:
        for name in _modules(folder, package.__name__):
            check = getattr(importlib.import_module(name), "check", None)
            if isinstance(check, Check):
                yield check


def _modules(folder: str, package: str) -> Iterator[str]:
    """The modules in a folder and in the packages below, by their full names.

    `pkgutil.walk_packages` says the same, and more of what is no plain file; but it loads
    `inspect`, which a run over clean files has no other use for.
    """
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        name = f"{package}.{entry.name.removesuffix('.py')}"
        if entry.name.endswith(".py") and entry.name != "__init__.py":
            yield name
        elif os.path.isfile(os.path.join(entry.path, "__init__.py")):
            yield from _modules(entry.path, name)


@cache
def installed() -> Registry:
    """The checks of all packs that are installed.

    Raises RuntimeError, naming the pack, when one cannot be loaded.
    """
    checks: list[Check] = []
    for name, package in packs():
        try:
            checks.extend(checks_in(importlib.import_module(package)))
        except Exception as error:
            raise RuntimeError(f"the pack {name} ({package}) cannot be loaded: {error}") from error
    return Registry(checks)


@cache
def packs() -> tuple[tuple[str, str], ...]:
    """The name and the package of every pack that is installed."""
    return tuple(sorted(set(_packs())))


def _packs() -> Iterator[tuple[str, str]]:
    """Read what packs there are in the metadata of what is installed.

    `importlib.metadata.entry_points` says the same, but loading it, with the parser for e-mail
    that it needs, takes longer than checking a small file.
    """
    for folder in distributions():
        try:
            with open(os.path.join(folder, "entry_points.txt"), encoding="utf-8") as file:
                text = file.read()
        except OSError:
            continue
        if GROUP in text:
            yield from _section(text)


@cache
def distributions() -> tuple[str, ...]:
    """The folders with the metadata of all that is installed: `.../black-26.10.1.dist-info`."""
    return tuple(_distributions())


def _distributions() -> Iterator[str]:
    for folder in sys.path:
        with suppress(OSError):
            for entry in os.listdir(folder or "."):
                if entry.endswith((".dist-info", ".egg-info")):
                    yield os.path.join(folder, entry)


def _section(text: str) -> Iterator[tuple[str, str]]:
    in_group = False
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("["):
            in_group = line == f"[{GROUP}]"
        elif in_group and "=" in line:
            name, _, package = line.partition("=")
            yield name.strip(), package.strip()
