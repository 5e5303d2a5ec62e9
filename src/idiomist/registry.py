"""The packs that are installed, and their checks by name and by code."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import entry_points
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
            matching = [check for check in self.checks if _means(key, check)]
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


def _means(key: str, check: Check) -> bool:
    if key in ("all", "ALL", check.name, check.family):
        return True
    prefix = key.upper()
    return len(prefix) > 1 and check.code.startswith(prefix)


def checks_in(package: ModuleType) -> Iterator[Check]:
    """The `check` of every module below a package."""
    for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not info.ispkg:
            check = getattr(importlib.import_module(info.name), "check", None)
            if isinstance(check, Check):
                yield check


@cache
def installed() -> Registry:
    """The checks of all packs that are installed.

    Raises RuntimeError, naming the pack, when one cannot be loaded.
    """
    checks: list[Check] = []
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        try:
            checks.extend(checks_in(entry.load()))
        except Exception as error:
            raise RuntimeError(
                f"the pack {entry.name} ({entry.value}) cannot be loaded: {error}"
            ) from error
    return Registry(checks)
