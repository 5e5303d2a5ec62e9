"""What makes "safe" provable: pure functions over `ast`, each with its own oracle in the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idiomist.ondemand import ModuleOnDemand

if TYPE_CHECKING:
    from idiomist.semantics import hazards
else:
    hazards = ModuleOnDemand("idiomist.semantics.hazards")

__all__ = ["hazards"]
