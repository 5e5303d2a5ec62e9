"""The coach that makes Python code Pythonic.

This module holds what the author of a check imports; everything else is the engine's. The
names are loaded when they are first used, for `idiomist --version` needs none of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from idiomist.check import Check
    from idiomist.finding import Applicability, Doubt, Edit, Finding, Fix, Hazard
    from idiomist.source import Source
    from idiomist.suppression import Suppression

__version__ = "0.1.0"
REPOSITORY = "https://github.com/idiomist/idiomist"

__all__ = [
    "Applicability",
    "Check",
    "Doubt",
    "Edit",
    "Finding",
    "Fix",
    "Hazard",
    "Source",
    "Suppression",
]


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = {"Check": "check", "Source": "source", "Suppression": "suppression"}
    return getattr(import_module(f"idiomist.{home.get(name, 'finding')}"), name)
