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


DEFAULTS = Conventions()
"""What holds when nobody says anything else."""
