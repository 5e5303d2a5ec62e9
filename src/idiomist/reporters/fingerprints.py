"""Names by which a host knows a finding again after lines above it have come or gone."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256

from idiomist.outcome import Reported


class Fingerprints:
    """One name for each finding of a run, made of the path, the check and the flagged code."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def of(self, path: str, finding: Reported) -> str:
        """The name of a finding; asked once for each, in the order of the file.

        Of two findings that are equal in all three the second gets another name: GitLab shows
        only one of those that share it.
        """
        # How deep the code stands says nothing about what it is.
        code = "\n".join(line.strip() for line in finding.lines)
        name = _digest(path, finding.code, code)
        self._seen[name] += 1
        number = self._seen[name]
        return name if number == 1 else _digest(name, str(number))


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()
