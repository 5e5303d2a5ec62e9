"""`idiomist fix`: apply what is proven safe, and with `--unsafe` the rest."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from typing import TextIO

from idiomist.check import CheckFailed
from idiomist.cli import FAILED
from idiomist.cli.session import STDIN, Read, Session
from idiomist.finding import Applicability, Finding
from idiomist.fixer import Fixed, Fixer, write
from idiomist.project.config import ConfigError
from idiomist.reporters.diff import unified
from idiomist.reporters.painting import Painter
from idiomist.reporters.report import plural, summary
from idiomist.source import Source
from idiomist.suppression import Suppressions
from idiomist.text import decoded, split_lines


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    try:
        session = Session(options)
    except ConfigError as error:
        sys.stderr.write(f"idiomist: {error}\n")
        return FAILED
    from_stdin = options.paths == [STDIN]
    told = sys.stderr if from_stdin else sys.stdout
    remaining: Counter[Applicability] = Counter()
    applied = changed = trusted = 0
    for read in session.files():
        done = _fixed(read, session)
        if done is None:
            if from_stdin and not options.diff:
                _write_stdout(read.data)
            continue
        fixed, left = done
        _tell_dropped(fixed, read, session, told)
        if not _put(fixed, read, session):
            continue
        changed += fixed.data != read.data
        applied += len(fixed.applied)
        trusted += sum(
            bool(finding.doubts) and finding.applicability is Applicability.SAFE
            for finding in fixed.applied
        )
        remaining.update(finding.applicability for finding in left)
    if applied:
        verb = "Would fix" if options.diff else "Fixed"
        where = f" in {plural(changed, 'file')}" if not from_stdin else ""
        told.write(f"{verb} {plural(applied, 'finding')}{where}.\n")
        if trusted:
            told.write(f"{trusted} of them: safe by `extend-safe`, in spite of doubts.\n")
    if remaining:
        told.write(f"Left: {summary(remaining)}\n")
    elif not applied and not session.failed:
        told.write("Nothing to fix.\n")
    return session.status(found=bool(remaining or (options.diff and changed)))


def _fixed(read: Read, session: Session) -> tuple[Fixed, list[Finding]] | None:
    """The fixed file and what is left in it; None after a line on standard error."""
    source = session.source(read)
    if source is None:
        return None
    try:
        return _fix(read, source, session.options.unsafe)
    except CheckFailed as error:
        session.crashed(read.path, error)
        return None


def _fix(read: Read, source: Source, unsafe: bool) -> tuple[Fixed, list[Finding]]:
    found = list(Suppressions(source).kept(read.linter.lint(source)))
    if not found:
        return Fixed(read.data), []
    conventions = read.settings.conventions
    fixed = Fixer(read.linter, unsafe=unsafe, conventions=conventions).fix(read.data, read.path)
    if fixed.data == read.data:
        return fixed, found
    after = Source(fixed.data, read.path, conventions)
    return fixed, list(Suppressions(after).kept(read.linter.lint(after)))


def _tell_dropped(fixed: Fixed, read: Read, session: Session, told: TextIO) -> None:
    for dropped in fixed.dropped:
        line = f"{read.path}:{dropped}"
        if dropped.finding.doubts:
            told.write(f"{line}\n")
        else:
            session.complain(line)


def _put(fixed: Fixed, read: Read, session: Session) -> bool:
    """Bring the result where the options want it; False when it cannot be written."""
    if session.options.diff:
        _show_diff(read, fixed, session.painter_colour())
    elif session.options.paths == [STDIN]:
        _write_stdout(fixed.data)
    elif fixed.data != read.data:
        try:
            write(read.path, read.data, fixed.data)
        except OSError as error:
            session.complain(f"{read.path}: cannot be written: {error.strerror or error}")
            return False
    return True


def _write_stdout(data: bytes) -> None:
    sys.stdout.buffer.write(data)


def _show_diff(read: Read, fixed: Fixed, colour: bool) -> None:
    if fixed.data == read.data:
        return
    old, new = (split_lines(decoded(data)) for data in (read.data, fixed.data))
    for line in unified(old, new, read.path, Painter(colour)):
        print(line)
