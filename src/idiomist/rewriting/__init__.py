"""From a finding to a fix: the flagged statements go through libcst, the rest is left alone.

The names below are loaded when they are first used: most files have nothing to rewrite, and
loading libcst costs more than checking a small file.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import libcst as cst

    from idiomist.rewriting import blocks, comprehensions, pieces
else:

    class _OnDemand:
        """A module that is imported when something in it is asked for."""

        def __init__(self, name: str):
            self._name = name

        def __getattr__(self, attribute: str) -> Any:
            value = getattr(importlib.import_module(self._name), attribute)
            setattr(self, attribute, value)
            return value

    class _Later:
        """A name of a module that is imported when the name is called or looked into."""

        def __init__(self, module: str, name: str):
            self._place = (module, name)

        def _found(self) -> Any:
            module, name = self._place
            return getattr(importlib.import_module(module), name)

        def __call__(self, *arguments: Any, **keywords: Any) -> Any:
            return self._found()(*arguments, **keywords)

        def __getattr__(self, attribute: str) -> Any:
            return getattr(self._found(), attribute)

    class _BuildersOnDemand(_OnDemand):
        """A module whose functions a check may hand on without its being imported."""

        def __getattr__(self, attribute: str) -> Any:
            return _Later(self._name, attribute)

    cst = _OnDemand("libcst")
    pieces = _OnDemand("idiomist.rewriting.pieces")
    blocks = _BuildersOnDemand("idiomist.rewriting.blocks")
    comprehensions = _BuildersOnDemand("idiomist.rewriting.comprehensions")

__all__ = ["blocks", "comprehensions", "cst", "pieces"]
