"""What hosts do alike."""

from __future__ import annotations

from collections.abc import Iterable

from idiomist.check import Check
from idiomist.finding import Applicability
from idiomist.project.config import ConfigError

SAFETIES = {level.name.lower(): level for level in sorted(Applicability, reverse=True)}
"""How findings are told apart in the options of hosts, as in `fix_safety` of our JSON."""


def shown(names: Iterable[str]) -> frozenset[Applicability]:
    """The findings to show, by how far their fixes can be trusted.

    Raises ConfigError for a word that is none of SAFETIES, and for no word at all.
    """
    names = list(names)
    if not names:
        raise ConfigError(f"idiomist-show: say at least one of {', '.join(SAFETIES)}")
    for name in names:
        if name not in SAFETIES:
            raise ConfigError(
                f"idiomist-show: there is no `{name}`; choose from {', '.join(SAFETIES)}"
            )
    return frozenset(SAFETIES[name] for name in names)


def tells_apart(levels: frozenset[Applicability]) -> bool:
    """Whether it matters for what is shown how far a fix can be trusted."""
    return not levels.issuperset(Applicability)


def hint(check: Check) -> str:
    """Where to read on, for the end of a one-line message."""
    return f"(idiomist explain {check.name})"


def class_name(name: str) -> str:
    """`ManualAnyAll` for `manual-any-all`, for hosts that know checks as classes."""
    return "".join(part.capitalize() for part in name.replace("_", "-").split("-"))
