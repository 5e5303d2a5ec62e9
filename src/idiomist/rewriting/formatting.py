"""Leave code as black would, in projects that use black."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Style:
    """How a project formats its code: the `[tool.black]` table of its pyproject.toml."""

    black: dict[str, Any] = field(default_factory=dict)


def formatted(old: str, new: str, indent: str, style: Style | None) -> str:
    """Format rewritten lines with black when the project does, and did so with the old ones.

    Without black installed, or where the old lines were not as black leaves them, the new
    ones stay as they are: nobody asked for the rest to be touched.
    """
    if style is None or "\t" in indent or len(indent) % 4:
        return new
    try:
        import black
        import black.parsing
        import black.report
    except ImportError:
        return new
    mode = _mode(style.black)
    header, depth = "", len(indent) // 4
    for level in range(depth):
        header += "    " * level + "if True:\n"

    def blackened(code: str) -> str | None:
        try:
            done = black.format_str(header + code.replace("\r\n", "\n"), mode=mode)
        except (black.parsing.InvalidInput, black.report.NothingChanged):
            return None
        return done.removeprefix(header)

    ends = "\r\n" if "\r\n" in old else "\n"
    if blackened(old) != old.replace("\r\n", "\n"):
        return new
    return (blackened(new) or new).replace("\r\n", "\n").replace("\n", ends)


def _mode(table: dict[str, Any]) -> Any:
    import black
    from black.const import DEFAULT_LINE_LENGTH
    from black.mode import TargetVersion

    return black.Mode(
        target_versions={TargetVersion[name.upper()] for name in table.get("target-version", ())},
        line_length=table.get("line-length", DEFAULT_LINE_LENGTH),
        string_normalization=not table.get("skip-string-normalization", False),
        magic_trailing_comma=not table.get("skip-magic-trailing-comma", False),
        preview=table.get("preview", False),
    )
