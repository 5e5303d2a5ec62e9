"""The coach that makes Python code Pythonic.

This module holds what the author of a check imports; everything else is the engine's.
"""

from idiomist.check import Check
from idiomist.finding import Applicability, Doubt, Edit, Finding, Fix, Hazard
from idiomist.source import Source

__version__ = "0.1.0"

__all__ = [
    "Applicability",
    "Check",
    "Doubt",
    "Edit",
    "Finding",
    "Fix",
    "Hazard",
    "Source",
]
