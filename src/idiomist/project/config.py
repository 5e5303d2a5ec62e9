"""Where settings come from: `idiomist.toml` and `[tool.idiomist]` in pyproject.toml."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from idiomist.project.formatters import black_in
from idiomist.project.settings import BY_KEY, SETTINGS, Settings
from idiomist.registry import Registry, UnknownCheck

OWN, SHARED = "idiomist.toml", "pyproject.toml"
"""The names of configuration files: one that is ours alone, and one that has a table for us."""
OPTIONS = "the command line"
_TABLE = ("tool", "idiomist")
_WORDS = (b"idiomist", b"black", b"ruff", b"requires-python")
"""Without one of these words a pyproject.toml has nothing to say to us, and is not parsed."""


class ConfigError(ValueError):
    """Something in a configuration file is wrong; the text says where and what to do."""


class Said:
    """What one file says, or the command line, about the settings; known by its identity."""

    def __init__(
        self, file: str, root: str, values: Mapping[str, Any], table: tuple[str, ...] = ()
    ):
        """Take the values below `table` in a file; patterns of paths begin at `root`."""
        self.file = file
        self.root = root
        self.values = values
        self.table = table

    def place(self, *keys: str) -> str:
        """`file:line` of a key, for people; without the line when it cannot be told."""
        if self.file == OPTIONS:
            return OPTIONS
        from idiomist.project.lines import line_of

        try:
            line = line_of(_text(self.file), (*self.table, *keys))
        except (OSError, ValueError):
            line = None
        return f"{_shown(self.file)}:{line}" if line else _shown(self.file)

    def error(self, message: str, *keys: str) -> ConfigError:
        """A mistake at a key of this file."""
        return ConfigError(f"{self.place(*keys)}: {message}")


class _Project:
    """What the pyproject.toml files around a file tell all tools; known by its identity."""

    def __init__(self, black: Mapping[str, Any] | None = None, requires: Said | None = None):
        self.black = black
        self.requires = requires


# -- which file holds


@cache
def settings_for(directory: str) -> Settings:
    """The settings for the files of a directory: the nearest file at or above it wins.

    Raises ConfigError when a file there cannot be read or holds a wrong key or value.
    """
    return _settings(_nearest(directory), _project(directory))


def settings_by(config: str | None, isolated: bool = False) -> Callable[[str], Settings]:
    """What tells the settings for a directory: by one file for all, by none, or by the nearest.

    Patterns of paths in a file that is named begin at the working directory. Raises ConfigError.
    """
    if isolated:
        nothing = Settings()
        return lambda directory: nothing
    if config is None:
        return settings_for
    file = os.path.abspath(config)
    try:
        said = _said(file, os.getcwd())
    except OSError as error:
        raise ConfigError(f"{config}: {_reason(error)}") from error
    return lambda directory: _settings(said, _project(directory))


@cache
def _nearest(directory: str) -> Said | None:
    own = os.path.join(directory, OWN)
    try:
        return _said(own, directory)
    except (FileNotFoundError, NotADirectoryError):
        pass
    except OSError as error:
        raise ConfigError(f"{_shown(own)}: {_reason(error)}") from error
    shared = os.path.join(directory, SHARED)
    if "idiomist" in _tools(_shared(shared)):
        return _said(shared, directory)
    parent = os.path.dirname(directory)
    return _nearest(parent) if parent != directory else None


@cache
def _project(directory: str) -> _Project:
    parent = os.path.dirname(directory)
    above = _project(parent) if parent != directory else _Project()
    file = os.path.join(directory, SHARED)
    tables = _shared(file)
    black = black_in(directory, _tools(tables))
    if black is None:
        black = above.black
    requires = above.requires
    match tables:
        case {"project": {"requires-python": str(specifier)}}:
            requires = _required(file, specifier)
    if black is above.black and requires is above.requires:
        return above
    return _Project(black, requires)


def _required(file: str, specifier: str) -> Said | None:
    from idiomist.project.requires import oldest_python

    version = oldest_python(specifier)
    if version is None:
        return None
    values = {"requires-python": specifier, "target-version": "{}.{}".format(*version)}
    return Said(file, os.path.dirname(file), values, ("project",))


# -- what it says


@cache
def _settings(said: Said | None, project: _Project) -> Settings:
    """Put together what a file says, what it inherits, and what the project says."""
    chain = _inheritance(said) if said else []
    origins: dict[str, tuple[Said, ...]] = {}
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        saying = [one for one in chain if setting.key in one.values]
        if setting.key == "target-version" and project.requires:
            saying.append(project.requires)
        if not saying or setting.key == "extend":
            continue
        if not setting.adds:
            saying = saying[:1]
        saying.reverse()
        kept: list[Any] = [setting.kind.kept(one.values[setting.key], one.root) for one in saying]
        values[setting.attribute] = sum(kept, ()) if setting.adds else kept[0]
        origins[setting.key] = tuple(saying)
    return Settings(**values, black=project.black, origins=origins)


def _inheritance(said: Said) -> list[Said]:
    """A file and those that it extends, the nearest first."""
    chain = [said]
    while (extended := chain[-1].values.get("extend")) is not None:
        last = chain[-1]
        folder = os.path.dirname(last.file)
        file = os.path.normpath(os.path.join(folder, os.path.expanduser(extended)))
        if any(os.path.realpath(file) == os.path.realpath(one.file) for one in chain):
            circle = " -> ".join(_shown(name) for name in (*(one.file for one in chain), file))
            raise last.error(f"`extend` goes round in circles: {circle}", "extend")
        try:
            chain.append(_said(file, os.path.dirname(file)))
        except OSError as error:
            message = f"`extend`: {_shown(file)} {_reason(error)}"
            raise last.error(message, "extend") from error
    return chain


def _said(file: str, root: str) -> Said:
    """Read a file, all of whose keys and values have to be right.

    Raises ConfigError when they are not, and OSError when it cannot be read.
    """
    tables = _parsed(file)
    if os.path.basename(file) != SHARED:
        return _checked(Said(file, root, tables))
    match tables:
        case {"tool": {"idiomist": dict(values)}}:
            return _checked(Said(file, root, values, _TABLE))
        case {"tool": {"idiomist": _}}:
            raise Said(file, root, {}, _TABLE).error("[tool.idiomist] must be a table")
    raise ConfigError(f"{_shown(file)}: there is no table [tool.idiomist]")


def _checked(said: Said) -> Said:
    for key, value in said.values.items():
        if key not in BY_KEY:
            from difflib import get_close_matches

            near = get_close_matches(key, BY_KEY, 1)
            hint = f"did you mean `{near[0]}`?" if near else f"known keys: {', '.join(BY_KEY)}"
            raise said.error(f"there is no key `{key}`; {hint}", key)
        if fault := BY_KEY[key].fault(value):
            keys, message = fault
            raise said.error(message, key, *keys)
    return said


@cache
def _shared(file: str) -> Mapping[str, Any]:
    """A pyproject.toml; empty when there is none, or nothing for us in it."""
    try:
        data = _data(file)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise ConfigError(f"{_shown(file)}: {_reason(error)}") from error
    return _parsed(file) if any(word in data for word in _WORDS) else {}


def _tools(tables: Mapping[str, Any]) -> Mapping[str, Any]:
    tools = tables.get("tool", {})
    return tools if isinstance(tools, dict) else {}


@cache
def _parsed(file: str) -> Mapping[str, Any]:
    """The tables of a file. Raises ConfigError when it is no TOML, OSError when it is not there."""
    try:
        text = _text(file)
        import tomllib

        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # What `tomllib` says at the end of its message belongs to the beginning of ours.
        message, _, place = str(error).partition(" (at line ")
        line = re.match(r"\d+", place)
        where = f"{_shown(file)}:{line[0]}" if line else _shown(file)
        raise ConfigError(f"{where}: cannot be parsed: {message}") from error


def _text(file: str) -> str:
    # Some editors put a byte order mark first; tomllib does not know it.
    return _data(file).decode("utf-8-sig")


@cache
def _data(file: str) -> bytes:
    with open(file, "rb", buffering=0) as handle:
        return handle.readall()


def _shown(file: str) -> str:
    """A path as people know it: from the working directory on, if it is below."""
    return file.removeprefix(os.path.join(os.getcwd(), ""))


def _reason(error: OSError) -> str:
    text = error.strerror or str(error)
    return f"cannot be read: {text[0].lower()}{text[1:]}"


# -- what else may be said


def with_options(
    settings: Settings, select: Iterable[str] | None, ignore: Iterable[str] | None
) -> Settings:
    """The settings with what was said on the command line, which wins."""
    origins = dict(settings.origins)
    if select:
        settings = settings.replace(select=tuple(select))
        origins["select"] = (Said(OPTIONS, "", {"select": list(select)}),)
    if ignore:
        settings = settings.replace(ignore=(*settings.ignore, *ignore))
        said = Said(OPTIONS, "", {"ignore": list(ignore)})
        origins["ignore"] = (*origins.get("ignore", ()), said)
    return settings.replace(origins=origins)


def check_names(settings: Settings, registry: Registry) -> None:
    """Raise ConfigError where settings name a check that is not there."""
    for key, saying in settings.origins.items():
        for said in saying:
            for keys, name in BY_KEY[key].kind.checks(said.values[key]):
                try:
                    registry.select([name])
                except UnknownCheck as error:
                    if said.file == OPTIONS:
                        raise ConfigError(str(error)) from error
                    raise said.error(f"`{key}`: {error}", key, *keys) from error
