"""What a run remembers of others: the cache, asked and told in terms of files."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from idiomist.outcome import Outcome
from idiomist.project.cache import Cache
from idiomist.project.contexts import Contexts, context_of_names
from idiomist.project.jobs import digest, read
from idiomist.project.settings import Settings
from idiomist.project.work import File, Work


class Memory:
    """What the cache in a folder knows of files."""

    def __init__(self, folder: str, warn: Callable[[str], None]):
        """Open or make the cache; `warn` is told in a line if that cannot be done."""
        self._cache = Cache(folder, warn)
        self._contexts = Contexts()

    def verifies(self, settings: Settings) -> bool:
        """Whether it is known that all names of checks in these settings are right."""
        return self._cache.knows_any(context_of_names(settings))

    def remember_names(self, settings: Settings) -> None:
        """Take down that all names of checks in these settings are right."""
        self._cache.remember_outcome(context_of_names(settings), b"", "")

    def recall(self, files: Sequence[File], work: Work[Any]) -> None:
        """Give those files their results that are known."""
        by_context: dict[str, list[File]] = defaultdict(list)
        for file in files:
            by_context[self._context(file)].append(file)
        for context, together in by_context.items():
            states = {_key(file): file.state for file in together if file.state}
            known = dict(self._cache.by_state(context, states))
            changed: list[File] = []
            for file in together:
                found = known.get(_key(file))
                if found is None:
                    changed.append(file)
                elif found.outcome is not None:
                    file.result = work.known(Outcome.from_text(found.outcome))
            if changed and self._cache.knows_any(context):
                self._recall_by_content(context, changed, work)

    def _recall_by_content(self, context: str, files: Iterable[File], work: Work[Any]) -> None:
        """The same for files that are not what they were, but may be what others are."""
        contents: dict[File, bytes] = {}
        for file in files:
            try:
                contents[file] = digest(read(file.found.path))
            except OSError:
                continue  # Whoever reads it will say what is wrong.
        known = dict(self._cache.by_content(context, set(contents.values())))
        for file, content in contents.items():
            if content in known:
                file.result = work.known(Outcome.from_text(known[content]))
                self._remember_state(file, content)

    def remember(self, file: File) -> None:
        """Take down the result of a file."""
        content: bytes = file.result.content
        outcome: Outcome = file.result.outcome
        if content and outcome.lasts and not any(each.failure for each in outcome.findings):
            text = outcome.to_text()
            self._cache.remember_outcome(self._context(file), content, text)
            self._remember_state(file, content)

    def close(self) -> None:
        """Write what was taken down."""
        self._cache.close()

    def _remember_state(self, file: File, content: bytes) -> None:
        if file.state:
            self._cache.remember_file(_key(file), file.state, content)

    def _context(self, file: File) -> str:
        return self._contexts.of(file.settings, file.found.path, named=file.found.named)


def _key(file: File) -> bytes:
    return os.fsencode(os.path.abspath(file.found.path))
