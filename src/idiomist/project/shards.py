"""A part of a run, for who has several machines, and how the parts come together again."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from zlib import crc32

from idiomist.outcome import Reported
from idiomist.project.files import Found, repository
from idiomist.record import Record


class Shard(Record):
    """One of several parts, counted from 1."""

    number: int
    of: int

    @classmethod
    def parse(cls, text: str) -> Shard:
        """Read `3/16`. Raises ValueError, with what to write, for anything else."""
        matched = re.fullmatch(r"(\d+)/(\d+)", text, re.ASCII)
        if matched and 1 <= int(matched[1]) <= int(matched[2]):
            return cls(int(matched[1]), int(matched[2]))
        raise ValueError(f"{text!r} is no part of a run; the third of 16 is 3/16")

    def of_run(self, found: Iterable[Found], orders: dict[str, int]) -> Iterator[Found]:
        """The files of this part; `orders` is told the place of each in the whole run.

        Which part a file belongs to follows from its path in the repository alone, so that it
        stays there when other files come and go.
        """
        root = repository(os.getcwd()) or os.getcwd()
        for order, file in enumerate(found):
            path = os.path.relpath(file.path, root).replace(os.sep, "/")
            if crc32(os.fsencode(path)) % self.of == self.number - 1:
                orders[file.path] = order
                yield file


KEY = "shard"
"""Under which an object in the JSON of a shard holds what a merge needs."""


def key_for(order: int, finding: Reported) -> dict[str, Any]:
    """What a shard tells of a finding in the file with this place in the whole run."""
    return {"order": order, "finding": finding.to_row()}


def merged(texts: Mapping[str, str]) -> Iterator[tuple[str, Reported]]:
    """The path and the finding of all that shards told, as one run would have told it.

    Takes the JSON of the shards by the names of their files. Raises ValueError, naming the file,
    for what is none, and when two tell of the same file.
    """
    findings: list[tuple[int, str, Reported]] = []
    told_by: dict[int, str] = {}
    for name, text in texts.items():
        try:
            found = list(_findings(json.loads(text)))
        except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
            raise ValueError(
                f"{name}: is not what `idiomist check --shard` writes with --output-format json"
            ) from error
        for order, path, finding in found:
            other = told_by.setdefault(order, name)
            if other != name:
                raise ValueError(
                    f"{name}: tells of {path}, and so does {other}; are they of one run?"
                )
            findings.append((order, path, finding))
    findings.sort(key=lambda part: part[0])
    return ((path, finding) for _, path, finding in findings)


def _findings(objects: Any) -> Iterator[tuple[int, str, Reported]]:
    if not isinstance(objects, list):
        raise TypeError("not a list of findings")
    for item in objects:
        part = item[KEY]
        yield int(part["order"]), str(item["path"]), Reported.from_row(part["finding"])
