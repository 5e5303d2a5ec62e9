"""Modules and names that are loaded when they are first used.

Most files have nothing to rewrite and nothing to doubt. What only a finding needs would take
longer to load than checking a small file takes.
"""

from __future__ import annotations

import importlib
from typing import Any


class ModuleOnDemand:
    """A module that is imported when something in it is asked for."""

    def __init__(self, name: str):
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        value = getattr(importlib.import_module(self._name), attribute)
        setattr(self, attribute, value)
        return value


class FunctionsOnDemand:
    """A module whose functions may be handed on without its being imported."""

    def __init__(self, name: str):
        self._module = ModuleOnDemand(name)

    def __getattr__(self, attribute: str) -> Any:
        return _Later(self._module, attribute)


class _Later:
    """A name of a module that is imported when the name is called or looked into."""

    def __init__(self, module: ModuleOnDemand, name: str):
        self._module = module
        self._name = name

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        return getattr(self._module, self._name)(*arguments, **keywords)

    def __getattr__(self, attribute: str) -> Any:
        return getattr(getattr(self._module, self._name), attribute)
