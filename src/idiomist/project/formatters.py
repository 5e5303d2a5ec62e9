"""How black is configured in a project, or ruff's formatter, which writes the same lines."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any

_HOOKS = ("black", "black-jupyter", "ruff-format")


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
    found = {"line-length": ruff["line-length"]} if "line-length" in ruff else {}
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
    arguments = _below_hook(text)
    if arguments is None:
        return None
    length = "-l" in arguments and re.search(r"(?:--line-length|-l\b)[\"',=\s-]*(\d+)", arguments)
    return {"line-length": int(length[1])} if length else {}


def _below_hook(text: str) -> str | None:
    """What the configuration of pre-commit says of the first of these hooks, without its id."""
    found: list[str] | None = None
    for line in text.splitlines():
        key, _, value = line.partition("#")[0].strip(" -").partition(":")
        if key not in ("id", "repo"):
            if found is not None:
                found.append(line)
        elif found is not None:
            break
        elif key == "id" and value.strip(" \"'") in _HOOKS:
            found = []
    return None if found is None else "\n".join(found)
