"""What a project asks of its code, as far as checks and rewrites have to know it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from idiomist.record import Record


class Conventions(Record):
    """The settings of a project that a file is read with; `Source` answers for them."""

    width: int | None = None
    """The line length to respect; None: as the file shows."""
    black: Mapping[str, Any] | None = None
    """How black is configured, by the keys of `[tool.black]`; None: the project has no black."""
    python: tuple[int, int] | None = None
    """The oldest Python that the code has to run on; None: nobody says, so any will do."""
    max_for_clauses: int = 2
    """How many loops may become one comprehension."""
    max_comprehension_lines: int | None = None
    """How many lines a comprehension may take; None: as many as the loop that it replaces."""
    max_next_lines: int = 2
    """How many lines `next` with a default may take, which reads worse than a comprehension."""


DEFAULTS = Conventions()
"""What holds when nobody says anything else."""
