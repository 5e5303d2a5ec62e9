"""What is done to each file, in plain values, so that any process can do it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from idiomist.check import CheckFailed
from idiomist.finding import Applicability
from idiomist.outcome import GENERATED, Outcome, check, complaining
from idiomist.project.files import is_generated
from idiomist.project.linters import Linters
from idiomist.project.settings import Settings
from idiomist.record import Record

if TYPE_CHECKING:
    from idiomist.touched import Lines


class Job(Record):
    """A file that is to be read, and how."""

    path: str
    settings: Settings
    named: bool
    """Whether somebody asked for this very file, so that it counts even if a program wrote it."""
    data: bytes | None = None
    """Its bytes, where they are known already."""
    touched: Lines | None = None
    """The lines that count; None: all of them."""
    is_remembered: bool = False
    """Whether somebody wants to know what was read, to remember what it came to."""

    def digest(self, data: bytes) -> bytes:
        """What the result tells of the bytes that were read."""
        return digest(data) if self.is_remembered else b""


class Checked(Record):
    """What checking a file came to."""

    outcome: Outcome
    content: bytes = b""
    """The digest of the bytes that were checked, if it is to be remembered."""


class Checking(Record):
    """Checks files."""

    detailed: bool
    """Whether to tell what fixes would change."""

    @property
    def rewrites(self) -> bool:
        """Whether rewrites are made on the way."""
        return self.detailed

    def __call__(self, jobs: Iterable[Job]) -> Iterator[Checked]:
        """Check one file after the other, whatever is wrong with them."""
        linters = Linters()
        return (self._checked(job, linters) for job in jobs)

    def known(self, outcome: Outcome) -> Checked | None:
        """The result for a file of which an outcome is known; None if that is not enough."""
        return Checked(outcome) if outcome.detailed or not self.detailed else None

    def lost(self, why: str) -> Checked:
        """The result for a file that nobody could check to the end."""
        return Checked(complaining(why))

    def _checked(self, job: Job, linters: Linters) -> Checked:
        try:
            data = job.data if job.data is not None else read(job.path)
        except OSError as error:
            return self.lost(reason(error))
        if not job.named and is_generated(data):
            return Checked(GENERATED, job.digest(data))
        linter = linters.linter_for(job.settings, job.path)
        conventions = job.settings.conventions
        outcome = check(data, job.path, linter, conventions, detailed=self.detailed)
        return Checked(outcome, job.digest(data))


class Fixed(Record):
    """What fixing a file came to."""

    outcome: Outcome
    """What is left to say."""
    content: bytes = b""
    """The digest of the bytes, if it is to be remembered and no fix changes them."""
    old: bytes = b""
    new: bytes = b""
    """The bytes before and after, where fixes were tried."""
    applied: int = 0
    trusted: int = 0
    """How many fixes were applied, and how many of them in spite of doubts."""
    dropped: tuple[tuple[str, bool], ...] = ()
    """Why others were not, and whether there were doubts about them."""
    touched: Lines | None = None
    """The lines that count, where they are by now; None: all of them, or what they were."""


class Fixing(Record):
    """Fixes files, without writing them."""

    unsafe: bool
    """Whether to apply also fixes about which there are doubts."""

    @property
    def rewrites(self) -> bool:
        """Whether rewrites are made on the way."""
        return True

    def __call__(self, jobs: Iterable[Job]) -> Iterator[Fixed]:
        """Fix one file after the other, whatever is wrong with them."""
        linters = Linters()
        return (self._fixed(job, linters) for job in jobs)

    def known(self, outcome: Outcome) -> Fixed | None:
        """The result for a file of which an outcome is known; None if there is more to do."""
        return None if self._has_work(outcome, None) else Fixed(outcome)

    def lost(self, why: str) -> Fixed:
        """The result for a file that nobody could fix to the end; it stays as it is."""
        return Fixed(complaining(why))

    def _has_work(self, outcome: Outcome, touched: Lines | None) -> bool:
        level = Applicability.UNSAFE if self.unsafe else Applicability.SAFE
        return any(
            finding.applicability >= level and (touched is None or finding.touches(touched))
            for finding in outcome.findings
        )

    def _fixed(self, job: Job, linters: Linters) -> Fixed:
        try:
            data = job.data if job.data is not None else read(job.path)
        except OSError as error:
            return self.lost(reason(error))
        if not job.named and is_generated(data):
            return Fixed(GENERATED, job.digest(data))
        linter, conventions = linters.linter_for(job.settings, job.path), job.settings.conventions
        before = check(data, job.path, linter, conventions, detailed=False)
        if not self._has_work(before, job.touched):
            return Fixed(before, job.digest(data))
        from idiomist.fixer import Fixer

        try:
            fixed = Fixer(linter, unsafe=self.unsafe, conventions=conventions).fix(
                data, job.path, job.touched
            )
        except CheckFailed as error:
            return self.lost(f"skipped, because {error}")
        after = before
        if fixed.data != data:
            after = check(fixed.data, job.path, linter, conventions, detailed=False)
            if after.complaint:
                return Fixed(after)
        trusted = [
            finding
            for finding in fixed.applied
            if finding.doubts and finding.applicability is Applicability.SAFE
        ]
        return Fixed(
            after,
            job.digest(data) if fixed.data == data else b"",
            data,
            fixed.data,
            len(fixed.applied),
            len(trusted),
            tuple((str(dropped), bool(dropped.finding.doubts)) for dropped in fixed.dropped),
            fixed.touched,
        )


def read(path: str) -> bytes:
    """The bytes of a file. Raises OSError, also for what is no file."""
    mode = os.stat(path).st_mode
    if not stat.S_ISREG(mode):
        kind = "a directory that cannot be read" if stat.S_ISDIR(mode) else "no regular file"
        raise OSError(0, f"is {kind}")
    try:
        with open(path, "rb", buffering=0) as file:
            return file.readall()
    except MemoryError as error:
        raise OSError(0, "is too large to be read") from error


def reason(error: OSError) -> str:
    """Why a file cannot be read, in one line."""
    text = error.strerror or str(error)
    return f"cannot be read: {text[0].lower()}{text[1:]}" if error.errno else text


def digest(data: bytes) -> bytes:
    """What the bytes of a file are known by."""
    from hashlib import blake2b

    return blake2b(data, digest_size=16).digest()
