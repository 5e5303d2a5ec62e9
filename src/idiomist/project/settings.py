"""The settings: one table of them, from which all that has to do with them is made.

What reads and checks a configuration file, the JSON schema, docs/configuration.md and
`--show-settings` go by it, so that none of them can know a key that another does not.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from fnmatch import fnmatch
from typing import TYPE_CHECKING, Any

from idiomist.check import Check
from idiomist.conventions import DEFAULTS, Conventions
from idiomist.finding import Applicability, Grade, Severity
from idiomist.record import Record
from idiomist.registry import Registry
from idiomist.text import DEFAULT_WIDTH

if TYPE_CHECKING:
    from idiomist.project.config import Said

Named = Iterable[tuple[tuple[str, ...], str]]
"""Checks that a value names, each with the keys inside of the value that lead to its place."""


class Kind(Record):
    """What the value of a setting looks like in a file, and what becomes of it."""

    words: str
    """The end of the sentence `this setting must be ...`."""
    schema: Mapping[str, Any]
    """The same as JSON Schema, in those of its words that `conforms` knows."""
    kept: Callable[[Any, str], object] = lambda value, root: value
    """The value as `Settings` holds it; `root` is where patterns of paths begin."""
    checks: Callable[[Any], Named] = lambda value: ()
    inner: Kind | None = None
    """What the values of a table look like."""


def conforms(value: object, schema: Mapping[str, Any]) -> bool:
    """Whether a value from a TOML file is one that a schema describes."""
    match schema, value:
        case {"enum": choices}, str():
            return value in choices
        case {"type": "string"}, str():
            return re.search(schema.get("pattern", ""), value) is not None
        case {"type": "integer", "minimum": low, "maximum": high}, int():
            # True is a number in Python, but neither in TOML nor in JSON.
            return type(value) is int and bool(low <= value <= high)
        case {"type": "array", "items": items}, list():
            return all(conforms(item, items) for item in value)
        case {"type": "object"}, dict():
            return True
    return False


def _each(value: list[str]) -> Named:
    return (((), key) for key in value)


_STRINGS = {"type": "array", "items": {"type": "string"}}

TEXT = Kind("a string", {"type": "string"})
CHECKS = Kind("a list of strings", _STRINGS, lambda value, root: tuple(value), _each)
PATTERNS = Kind(
    "a list of strings", _STRINGS, lambda value, root: tuple((root, pattern) for pattern in value)
)
PATTERN_TABLE = Kind(
    "a table of patterns and lists",
    {"type": "object", "additionalProperties": _STRINGS},
    lambda value, root: tuple((root, pattern, tuple(keys)) for pattern, keys in value.items()),
    lambda value: (((pattern,), key) for pattern, keys in value.items() for key in keys),
    CHECKS,
)
_LEVEL = Kind(
    'one of "info", "warning" and "error"', {"enum": [level.name.lower() for level in Severity]}
)
LEVELS = Kind(
    "a table of checks and levels",
    {"type": "object", "additionalProperties": _LEVEL.schema},
    lambda value, root: tuple((key, Severity[level.upper()]) for key, level in value.items()),
    lambda value: (((key,), key) for key in value),
    _LEVEL,
)
VERSION = Kind('a string such as "3.11"', {"type": "string", "pattern": r"^3\.(0|[1-9]\d?)$"})


def number(low: int, high: int) -> Kind:
    """A whole number between two, both included."""
    schema = {"type": "integer", "minimum": low, "maximum": high}
    return Kind(f"a number from {low} to {high}", schema)


class Setting(Record):
    """One key of a configuration file."""

    key: str
    kind: Kind
    text: str
    """What it means, in Markdown."""
    example: str
    """A value, as it is written in TOML."""
    unset: str = ""
    """What holds as long as nobody sets it, where no value says that."""

    @property
    def attribute(self) -> str:
        """The name of its value in `Settings`."""
        return self.key.replace("-", "_")

    @property
    def adds(self) -> bool:
        """Whether it adds to what is inherited, instead of taking its place."""
        return self.key.startswith("extend-")

    @property
    def default(self) -> Any:
        """What holds when it is not set, as a file would say it; None for what cannot be said."""
        default = getattr(Settings, self.attribute, None)
        if default == ():
            return {} if self.kind.schema["type"] == "object" else []
        return default

    def fault(self, value: object) -> tuple[tuple[str, ...], str] | None:
        """The first thing that is wrong with a value: keys inside of it, and a sentence."""
        if not conforms(value, self.kind.schema):
            return (), f"`{self.key}` must be {self.kind.words}"
        inner = self.kind.inner
        if inner and isinstance(value, dict):
            for key, item in value.items():
                if not conforms(item, inner.schema):
                    return (key,), f"`{key}` in `{self.key}` must be {inner.words}"
        return None


_NAMED = "Checks go by name, code, prefix of a code (`IDM1`), or family; `all` means every one."

SETTINGS = (
    Setting(
        "extend",
        TEXT,
        "A configuration file to inherit from: an `idiomist.toml` by any name, or a "
        "`pyproject.toml` with our table. The path begins at the directory of the file that "
        "says it; `~` is your home. What a file says wins over what it inherits, key by key; "
        "only lists whose names begin with `extend-` are added to the inherited ones.",
        '"../idiomist.toml"',
        "nothing is inherited",
    ),
    Setting(
        "select",
        CHECKS,
        f"The checks that run. {_NAMED}",
        '["comprehensions", "IDM2", "open-without-with"]',
        "all that are on by default",
    ),
    Setting("ignore", CHECKS, "Checks that do not run after all.", '["manual-first-match"]'),
    Setting(
        "per-file-ignores",
        PATTERN_TABLE,
        "Patterns of paths, and the checks that do not run there. A pattern with `*`, `?` and "
        "`[...]`, where `*` also matches `/`, is compared with the whole path and with the name "
        "of the file. Paths begin at the directory of the file that says it.",
        '{ "tests/*" = ["resources"], "__init__.py" = ["all"] }',
    ),
    Setting(
        "extend-exclude",
        PATTERNS,
        "Files and directories to pass over, besides `.venv`, `build` and their like and what "
        "`.gitignore` names. The patterns are those of `.gitignore`, as if it stood in the "
        "directory of the file that says it.",
        '["vendored/", "*_pb2.py"]',
    ),
    Setting(
        "extend-safe",
        CHECKS,
        "Checks whose rewrites count as safe, so that `fix` applies them in spite of doubts. "
        "Each is still verified, and the output goes on telling the doubts. Of this and "
        "`extend-unsafe` the one that names a check more exactly wins, and of equals "
        "`extend-unsafe`.",
        '["index-loop"]',
    ),
    Setting(
        "extend-unsafe",
        CHECKS,
        "Checks whose rewrites count as unsafe, so that only `fix --unsafe` applies them, be "
        "there doubts or not.",
        '["resources"]',
    ),
    Setting(
        "severity",
        LEVELS,
        "How much findings matter, for output formats that tell it (github, gitlab, json, "
        'rdjson, sarif): "info", "warning" or "error". The key that names a check most exactly '
        "wins. The exit status does not depend on it.",
        '{ all = "info", resources = "error" }',
        'every finding is a "warning"',
    ),
    Setting(
        "line-length",
        number(20, 1000),
        "The line length that rewrites respect.",
        "100",
        "as each file shows",
    ),
    Setting(
        "target-version",
        VERSION,
        "The oldest Python that the code has to run on. No rewrite needs a newer one: before "
        "3.11 no comprehension that waits (`async for`, `await`) is put into another, before "
        "3.9 no parentheses go around all that a `with` opens, and no rewrite is applied that "
        "the grammar of that version refuses.",
        '"3.9"',
        "the lowest version that `requires-python` allows in the nearest `pyproject.toml` that "
        "says so; else any",
    ),
    Setting(
        "max-for-clauses",
        number(1, 9),
        "How many nested loops may become one comprehension.",
        "1",
    ),
    Setting(
        "max-comprehension-lines",
        number(1, 100),
        "How many lines a comprehension may take, once it is laid out, without those that only "
        "close brackets. It never takes more than the loop has.",
        "3",
        "as many as the loop has",
    ),
    Setting(
        "max-next-lines",
        number(1, 100),
        "How many lines `next(..., default)` may take in the place of a search; counted alike.",
        "1",
    ),
)
BY_KEY = {setting.key: setting for setting in SETTINGS}


class Settings(Record):
    """The settings that hold for a file, with their defaults; `SETTINGS` tells what they mean."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    """Directories, patterns of paths below them, and checks."""
    extend_exclude: tuple[tuple[str, str], ...] = ()
    """Directories, and patterns of paths below them."""
    extend_safe: tuple[str, ...] = ()
    extend_unsafe: tuple[str, ...] = ()
    severity: tuple[tuple[str, Severity], ...] = ()
    line_length: int | None = None
    target_version: str | None = None
    max_for_clauses: int = DEFAULTS.max_for_clauses
    max_comprehension_lines: int | None = DEFAULTS.max_comprehension_lines
    max_next_lines: int = DEFAULTS.max_next_lines
    black: Mapping[str, Any] | None = None
    """How black is configured, if it formats the project."""
    origins: Mapping[str, tuple[Said, ...]] = {}
    """Who said so, by key; where words were added up, all who did, the nearest last."""

    @property
    def conventions(self) -> Conventions:
        """What checks and rewrites have to know."""
        width = self.line_length
        if width is None and self.black is not None:
            # Black may run behind us where we run without it: we go by its limit.
            length = self.black.get("line-length", DEFAULT_WIDTH)
            width = length if isinstance(length, int) else None
        major, _, minor = (self.target_version or "").partition(".")
        return Conventions(
            width=width,
            python=(int(major), int(minor)) if minor else None,
            max_for_clauses=self.max_for_clauses,
            max_comprehension_lines=self.max_comprehension_lines,
            max_next_lines=self.max_next_lines,
            black=self.black,
        )

    @property
    def names(self) -> tuple[tuple[object, ...], ...]:
        """All in the settings that says which checks are meant."""
        return (
            self.select,
            self.ignore,
            self.per_file_ignores,
            self.extend_safe,
            self.extend_unsafe,
            self.severity,
        )

    def grades(self, checks: Iterable[Check]) -> Iterator[tuple[Check, Grade]]:
        """The checks whose findings are not graded as usual, and how they are."""
        safety = [
            *((key, Applicability.SAFE) for key in self.extend_safe),
            *((key, Applicability.UNSAFE) for key in self.extend_unsafe),
        ]
        if not safety and not self.severity:
            return
        for check in checks:
            severity = check.entry(self.severity)
            yield check, Grade(
                check.entry(safety), Severity.WARNING if severity is None else severity
            )

    def ignored_at(self, path: str) -> Iterator[str]:
        """What names the checks that do not run on a file after all."""
        yield from self.ignore
        for root, pattern, keys in self.per_file_ignores:
            if _matches(path, pattern, root):
                yield from keys

    def checks(self, registry: Registry, path: str) -> list[Check]:
        """The checks that run on a file. Raises UnknownCheck where the settings name one."""
        chosen = (
            registry.select(self.select)
            if self.select
            else [check for check in registry if check.default]
        )
        ignored = registry.select(self.ignored_at(path))
        return [check for check in chosen if check not in ignored]


def _matches(path: str, pattern: str, root: str) -> bool:
    relative = os.path.relpath(os.path.abspath(path), root).replace(os.sep, "/")
    return fnmatch(relative, pattern) or fnmatch(os.path.basename(path), pattern)
