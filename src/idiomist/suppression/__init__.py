"""Comments that ask for silence: `# idiomist: ignore[name] reason` and `# noqa: IDM101`."""

from idiomist.suppression.comments import Key, Suppression
from idiomist.suppression.silencing import Suppressions

__all__ = ["Key", "Suppression", "Suppressions"]
