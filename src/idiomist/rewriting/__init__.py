"""From a finding to a fix: the flagged statements go through libcst, the rest is left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idiomist.ondemand import FunctionsOnDemand, ModuleOnDemand

if TYPE_CHECKING:
    import libcst as cst

    from idiomist.rewriting import blocks, comprehensions, pieces
else:
    cst = ModuleOnDemand("libcst")
    pieces = ModuleOnDemand("idiomist.rewriting.pieces")
    blocks = FunctionsOnDemand("idiomist.rewriting.blocks")
    comprehensions = FunctionsOnDemand("idiomist.rewriting.comprehensions")

__all__ = ["blocks", "comprehensions", "cst", "pieces"]
