"""The findings that a project has written down, so that only new ones are told.

A finding is known again by its check, its file and the text of its lines, wherever they stand in
the file by now. Where the same is there several times, it is written down several times.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from idiomist.outcome import Reported
from idiomist.project.config import ConfigError

NAME = ".idiomist-baseline.json"
_ABOUT = "Findings that `idiomist check` does not tell; see `idiomist baseline --help`."

Entry = tuple[str, str]
"""The name of a check, and the text of the lines, without how deep they stand."""


class Baseline:
    """The findings that are written down."""

    def __init__(
        self,
        file: str,
        entries: Mapping[str, Iterable[Entry]] | None = None,
        data: bytes | None = None,
    ):
        """Take the entries by path; paths begin at the folder of `file`, with forward slashes."""
        self.file = file
        self.data = data
        """The bytes of the file, if there is one."""
        self._root = os.path.dirname(os.path.abspath(file))
        self._entries = {path: list(told) for path, told in (entries or {}).items()}

    @classmethod
    def read(cls, file: str) -> Baseline:
        """Read it. Raises FileNotFoundError, and ConfigError when it is none."""
        try:
            with open(file, "rb") as handle:
                data = handle.read()
            found = json.loads(data.decode("utf-8", "surrogatepass"))
            return cls(file, _entries(found["findings"]), data)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise ConfigError(f"{file}: cannot be read: {error.strerror or error}") from error
        except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
            hint = "remove it, and `idiomist baseline` writes one with all that is found today"
            raise ConfigError(f"{file}: is no baseline; {hint}") from error

    def __len__(self) -> int:
        return sum(map(len, self._entries.values()))

    def new(self, path: str, findings: Iterable[Reported]) -> Iterator[Reported]:
        """Those findings of a file that are not written down."""
        known = Counter(self._entries.get(self._key(path), ()))
        for finding in findings:
            entry = _entry(finding)
            if known[entry]:
                known[entry] -= 1
            else:
                yield finding

    def gone(
        self, path: str, findings: Iterable[Reported], ran: Callable[[str], Collection[str]]
    ) -> list[Entry]:
        """What is written down of a file, but is not among its findings any more.

        `ran` tells the names of the checks that did run on it: others might still find theirs.
        """
        today = Counter(map(_entry, findings))
        unseen = [*(Counter(self._entries.get(self._key(path), ())) - today).elements()]
        return [entry for entry in unseen if entry[0] in ran(path)] if unseen else []

    def prune(self, path: str, gone: Iterable[Entry]) -> None:
        """Forget some of what is written down of a file."""
        for entry in gone:
            self._entries[self._key(path)].remove(entry)

    def take(self, path: str, findings: Iterable[Reported], ran: Collection[str]) -> None:
        """Write down the findings of a file, in the place of what these checks found before."""
        before = self._entries.get(self._key(path), ())
        kept = [entry for entry in before if entry[0] not in ran]
        self._entries[self._key(path)] = [*map(_entry, findings), *kept]

    def missing(self) -> Counter[str]:
        """How much is written down of files that are not there any more, by path."""
        return Counter(
            {
                path: len(entries)
                for path, entries in self._entries.items()
                if not os.path.exists(os.path.join(self._root, path))
            }
        )

    def drop(self, paths: Iterable[str]) -> None:
        """Forget all that is written down of some files."""
        for path in paths:
            del self._entries[path]

    def to_bytes(self) -> bytes:
        """The file, in an order that keeps its history readable."""
        findings = {
            path: [{"check": name, "lines": text.split("\n")} for name, text in entries]
            for path, entries in sorted(self._entries.items())
            if entries
        }
        text = json.dumps({"about": _ABOUT, "findings": findings}, indent=1, ensure_ascii=False)
        return f"{text}\n".encode("utf-8", "surrogatepass")

    def _key(self, path: str) -> str:
        return os.path.relpath(os.path.realpath(path), os.path.realpath(self._root)).replace(
            os.sep, "/"
        )


def _entry(finding: Reported) -> Entry:
    return finding.name, "\n".join(line.strip() for line in finding.lines)


def _entries(findings: dict[str, list[dict[str, Any]]]) -> dict[str, list[Entry]]:
    return {
        path: [(str(told["check"]), "\n".join(map(str, told["lines"]))) for told in entries]
        for path, entries in findings.items()
    }
