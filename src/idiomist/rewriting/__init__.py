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

    cst = _OnDemand("libcst")
    blocks = _OnDemand("idiomist.rewriting.blocks")
    comprehensions = _OnDemand("idiomist.rewriting.comprehensions")
    pieces = _OnDemand("idiomist.rewriting.pieces")

__all__ = ["blocks", "comprehensions", "cst", "pieces"]
