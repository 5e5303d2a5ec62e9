"""`--show-settings`: what is set for a path, and where, as TOML that can be pasted."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Iterator
from typing import Any

from idiomist.cli import CLEAN, FAILED
from idiomist.cli.session import STDIN, Session
from idiomist.project.config import ConfigError
from idiomist.project.settings import SETTINGS, Setting, Settings


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    try:
        session = Session(options)
        for path in options.paths:
            name = options.stdin_filename if path == STDIN else path
            for line in _lines(name, session):
                print(line)
    except ConfigError as error:
        sys.stderr.write(f"idiomist: {error}\n")
        return FAILED
    return CLEAN


def _lines(path: str, session: Session) -> Iterator[str]:
    linters = session.linters
    settings = linters.settings(os.path.join(path, "") if os.path.isdir(path) else path)
    yield f"# {path}"
    for setting in SETTINGS:
        if setting.key != "extend":
            yield _line(setting, settings)
    if not os.path.isdir(path):
        names = [check.name for check in linters.linter(path).checks]
        yield f"# what runs here: {', '.join(names) or 'nothing'}"


def _line(setting: Setting, settings: Settings) -> str:
    saying = settings.origins.get(setting.key, ())
    if not saying:
        if setting.default is None:
            return f"# {setting.key} is not set: {setting.unset}"
        unset = f": {setting.unset}" if setting.unset else ""
        return f"{setting.key} = {toml(setting.default)}  # default{unset}"
    values = [said.values[setting.key] for said in saying]
    value = values[0] if len(values) == 1 else [item for items in values for item in items]
    places = []
    for said in saying:
        derived = setting.key == "target-version" and "requires-python" in said.values
        key = "requires-python" if derived else setting.key
        places.append(f"{key} in {said.place(key)}" if derived else said.place(key))
    return f"{setting.key} = {toml(value)}  # {', '.join(places)}"


def toml(value: Any) -> str:
    """A value as TOML, which writes strings as JSON does."""
    if isinstance(value, dict):
        inside = ", ".join(f"{_key(key)} = {toml(item)}" for key, item in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    return json.dumps(value, ensure_ascii=False)


def _key(key: str) -> str:
    return key if re.fullmatch(r"[\w-]+", key, re.ASCII) else json.dumps(key, ensure_ascii=False)
