"""What makes "safe" provable: pure functions over `ast`, each with its own oracle in the tests.

Where there is nothing to find, nobody asks for doubts: what only they need comes on demand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idiomist.ondemand import ModuleOnDemand

if TYPE_CHECKING:
    from idiomist.semantics import attributes, hazards, presence, stopping
else:
    attributes = ModuleOnDemand("idiomist.semantics.attributes")
    hazards = ModuleOnDemand("idiomist.semantics.hazards")
    presence = ModuleOnDemand("idiomist.semantics.presence")
    stopping = ModuleOnDemand("idiomist.semantics.stopping")

__all__ = ["attributes", "hazards", "presence", "stopping"]
