"""The JSON schema of an `idiomist.toml`, and of `[tool.idiomist]`, made from the settings.

Nothing loads it but what writes the documentation, and programs that want the schema.
"""

from __future__ import annotations

from typing import Any

from idiomist import REPOSITORY
from idiomist.project.settings import CHECKS, SETTINGS, Setting
from idiomist.registry import Registry

FILE = "idiomist.schema.json"
URL = f"{REPOSITORY.replace('github.com', 'raw.githubusercontent.com')}/main/docs/{FILE}"


def schema(registry: Registry) -> dict[str, Any]:
    """The schema, in the draft that editors read; it offers the checks of a registry by name.

    Other names are allowed, too: what they mean depends on the packs that are installed.
    """
    names = {name for check in registry for name in (check.name, check.family)}
    known = {"anyOf": [{"enum": ["all", *sorted(names)]}, {"type": "string"}]}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": URL,
        "title": "idiomist",
        "description": "The settings of idiomist: idiomist.toml, and [tool.idiomist].",
        "definitions": {"check": known},
        "type": "object",
        "additionalProperties": False,
        "properties": {setting.key: _property(setting) for setting in SETTINGS},
    }


def _property(setting: Setting) -> dict[str, Any]:
    described = {"description": setting.text, **setting.kind.schema}
    if setting.kind is CHECKS:
        described["items"] = {"$ref": "#/definitions/check"}
    if setting.default is not None:
        described["default"] = setting.default
    return described
