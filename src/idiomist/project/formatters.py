"""How black is configured in a project, or ruff's formatter, which writes the same lines."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any

_HOOK = re.compile(
    r"""^[ -]*\bid:[ ]*["']?(?:black|black-jupyter|ruff-format)["']?[ ]*(?:\#.*)?$""", re.MULTILINE
)
_NEXT_HOOK = re.compile(r"^[ ]*-[ ]*(?:id|repo):", re.MULTILINE)
_LENGTH = re.compile(r"(?:--line-length|-l\b)[\"',=\s-]*(\d+)")


def black_in(directory: str, tables: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The settings of black by its own keys; None where nothing in a directory speaks of black.

    `tables` are those below `[tool]` in the pyproject.toml of the directory. A hook of pre-commit
    tells, too, that black runs, and its arguments win over the table, as they do in black.
    """
    table = tables.get("black")
    if not isinstance(table, dict):
        table = _as_of_black(tables["ruff"]) if isinstance(tables.get("ruff"), dict) else None
    hook = _hook_in(os.path.join(directory, ".pre-commit-config.yaml"))
    return table if hook is None else {**(table or {}), **hook}


def _as_of_black(ruff: Mapping[str, Any]) -> Mapping[str, Any]:
    """What `[tool.ruff]` says, in the words of black."""
    found = {key: ruff[key] for key in ("line-length",) if key in ruff}
    formatter = ruff.get("format")
    if isinstance(formatter, dict):
        found["skip-magic-trailing-comma"] = formatter.get("skip-magic-trailing-comma", False)
        found["skip-string-normalization"] = formatter.get("quote-style", "double") != "double"
    return found


def _hook_in(file: str) -> Mapping[str, int] | None:
    """The line length that a hook of black is called with, if there is such a hook."""
    try:
        with open(file, encoding="utf-8", errors="replace") as handle:
            text = handle.read()
    except OSError:
        return None
    hook = _HOOK.search(text)
    if hook is None:
        return None
    after = _NEXT_HOOK.search(text, hook.end())
    length = _LENGTH.search(text, hook.end(), after.start() if after else len(text))
    return {"line-length": int(length[1])} if length else {}
