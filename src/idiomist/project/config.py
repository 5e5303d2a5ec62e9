"""What is configured: the `[tool.idiomist]` table of the nearest pyproject.toml."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from idiomist.check import Check
from idiomist.conventions import Conventions
from idiomist.project.formatters import black_in
from idiomist.record import Record
from idiomist.registry import Registry, UnknownCheck
from idiomist.text import DEFAULT_WIDTH


class ConfigError(ValueError):
    """Something in a configuration file is wrong; the text says where and what to do."""


class Settings(Record):
    """The settings that hold for a file, with their defaults."""

    select: tuple[str, ...] = ()
    """Checks to run, by name, code, prefix or family; empty: those that are on by default."""
    ignore: tuple[str, ...] = ()
    """Checks not to run."""
    extend_exclude: tuple[str, ...] = ()
    """Paths below the configuration file to pass over, in the language of .gitignore."""
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Patterns of paths, and the checks that do not run there."""
    line_length: int | None = None
    """The line length that rewrites respect; None: that of black, else as the file shows."""
    target_version: str | None = None
    """The oldest Python that the code has to run on, such as `3.11`."""
    root: str = ""
    """The directory of the configuration file."""
    black: Mapping[str, Any] | None = None
    """How black is configured, if it formats the project."""

    @property
    def conventions(self) -> Conventions:
        """What checks and rewrites have to know."""
        width = self.line_length
        if width is None and self.black is not None:
            # Black may run behind us where we run without it: we go by its limit.
            length = self.black.get("line-length", DEFAULT_WIDTH)
            width = length if isinstance(length, int) else None
        return Conventions(width, self.black)

    @property
    def names_checks(self) -> bool:
        """Whether the settings say which checks are meant."""
        return bool(self.select or self.ignore or self.per_file_ignores)

    def checks(self, registry: Registry, path: str) -> list[Check]:
        """The checks that run on a file. Raises ConfigError for unknown ones."""
        try:
            chosen = (
                registry.select(self.select)
                if self.select
                else [check for check in registry if check.default]
            )
            ignored = set(registry.select(self.ignore))
            for pattern, keys in self.per_file_ignores:
                if _matches(path, pattern, self.root):
                    ignored.update(registry.select(keys))
        except UnknownCheck as error:
            raise ConfigError(str(error)) from error
        return [check for check in chosen if check not in ignored]


def _matches(path: str, pattern: str, root: str) -> bool:
    from fnmatch import fnmatch

    relative = os.path.relpath(os.path.abspath(path), root).replace(os.sep, "/")
    return fnmatch(relative, pattern) or fnmatch(os.path.basename(path), pattern)


_KEYS = ("extend-exclude", "ignore", "line-length", "per-file-ignores", "select", "target-version")


@cache
def settings_for(directory: str) -> Settings:
    """The settings for the files of a directory: the nearest table at or above it wins.

    Raises ConfigError when a file there cannot be read or holds a wrong key or value.
    """
    parent = os.path.dirname(directory)
    above = settings_for(parent) if parent != directory else Settings()
    file = os.path.join(directory, "pyproject.toml")
    tables = _tables(file)
    black = black_in(directory, tables)
    if black is not None:
        above = above.replace(black=black)
    if "idiomist" in tables:
        return _read(file, tables["idiomist"]).replace(root=directory, black=above.black)
    return above


_TOOLS = (b"idiomist", b"black", b"ruff")
"""Without one of these words a pyproject.toml has nothing to say to us, and is not parsed."""


def _tables(file: str) -> Mapping[str, Any]:
    try:
        with open(file, "rb", buffering=0) as handle:
            content = handle.readall()
        if not any(name in content for name in _TOOLS):
            return {}
        import tomllib

        # Some editors put a byte order mark first; tomllib does not know it.
        data = tomllib.loads(content.decode("utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError) as error:
        raise ConfigError(f"{file}: {error}") from error
    tables = data.get("tool", {})
    return tables if isinstance(tables, dict) else {}


def _read(file: str, table: object) -> Settings:
    where = f"{file}: [tool.idiomist]"
    if not isinstance(table, dict):
        raise ConfigError(f"{where} must be a table")
    for key in table:
        if key not in _KEYS:
            from difflib import get_close_matches

            near = get_close_matches(key, _KEYS, 1)
            hint = f"; did you mean `{near[0]}`?" if near else f"; known keys: {', '.join(_KEYS)}"
            raise ConfigError(f"{where}: there is no key `{key}`{hint}")
    ignores = table.get("per-file-ignores", {})
    if not isinstance(ignores, dict):
        raise ConfigError(f"{where}: `per-file-ignores` must be a table of patterns and lists")
    length = table.get("line-length")
    if length is not None and (not isinstance(length, int) or not 20 <= length <= 1000):
        raise ConfigError(f"{where}: `line-length` must be a number from 20 to 1000")
    version = table.get("target-version")
    if version is not None and not _is_version(version):
        raise ConfigError(f'{where}: `target-version` must be a string such as "3.11"')
    return Settings(
        select=_strings(where, table, "select"),
        ignore=_strings(where, table, "ignore"),
        extend_exclude=_strings(where, table, "extend-exclude"),
        per_file_ignores=tuple(
            (pattern, _strings(f"{where}: `per-file-ignores`", ignores, pattern))
            for pattern in ignores
        ),
        line_length=length,
        target_version=version,
    )


def _is_version(value: object) -> bool:
    if not isinstance(value, str):
        return False
    major, _, minor = value.partition(".")
    return major == "3" and minor.isdecimal()


def _strings(where: str, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ConfigError(f"{where}: `{key}` must be a list of strings")
    return tuple(value)


def with_options(
    settings: Settings, select: Iterable[str] | None, ignore: Iterable[str] | None
) -> Settings:
    """The settings with what was said on the command line, which wins."""
    if select:
        settings = settings.replace(select=tuple(select))
    if ignore:
        settings = settings.replace(ignore=(*settings.ignore, *ignore))
    return settings
