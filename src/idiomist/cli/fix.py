"""`idiomist fix`: apply what is proven safe, and with `--unsafe` the rest."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from typing import TextIO

from idiomist.cli import FAILED
from idiomist.cli.session import Session
from idiomist.finding import Applicability
from idiomist.fixer import write
from idiomist.project.config import ConfigError
from idiomist.project.jobs import Fixed, Fixing
from idiomist.reporters.diff import unified
from idiomist.reporters.painting import Painter
from idiomist.reporters.report import plural, summary
from idiomist.text import decoded, split_lines


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    try:
        session = Session(options)
    except ConfigError as error:
        sys.stderr.write(f"idiomist: {error}\n")
        return FAILED
    told = sys.stderr if session.is_stdin else sys.stdout
    remaining: Counter[Applicability] = Counter()
    applied = changed = trusted = 0
    for path, fixed in session.results(Fixing(options.unsafe)):
        _tell_dropped(path, fixed, session, told)
        if not _put(path, fixed, session):
            continue
        changed += fixed.new != fixed.old
        applied += fixed.applied
        trusted += fixed.trusted
        left = session.told(path, fixed.outcome, fixed.touched)
        remaining.update(finding.applicability for finding in left)
    if applied:
        verb = "Would fix" if options.diff else "Fixed"
        where = f" in {plural(changed, 'file')}" if not session.is_stdin else ""
        told.write(f"{verb} {plural(applied, 'finding')}{where}.\n")
        if trusted:
            told.write(f"{trusted} of them: safe by `extend-safe`, in spite of doubts.\n")
    if remaining:
        told.write(f"Left: {summary(remaining)}\n")
    elif not applied and not session.failed:
        told.write("Nothing to fix.\n")
    if not options.diff:
        session.say_what_is_gone()
    return session.status(found=bool(remaining or (options.diff and changed)))


def _tell_dropped(path: str, fixed: Fixed, session: Session, told: TextIO) -> None:
    for text, was_doubted in fixed.dropped:
        line = f"{path}:{text}"
        if was_doubted:
            told.write(f"{line}\n")
        else:
            session.complain(line)


def _put(path: str, fixed: Fixed, session: Session) -> bool:
    """Bring the result where the options want it; False when it cannot be written."""
    if session.options.diff:
        _show_diff(path, fixed, session.painter_colour())
    elif session.is_stdin:
        sys.stdout.buffer.write(fixed.new if fixed.applied else session.stdin)
    elif fixed.new != fixed.old:
        try:
            write(path, fixed.old, fixed.new)
        except OSError as error:
            session.complain(f"{path}: cannot be written: {error.strerror or error}")
            return False
    return True


def _show_diff(path: str, fixed: Fixed, colour: bool) -> None:
    if fixed.new == fixed.old:
        return
    old, new = (split_lines(decoded(data)) for data in (fixed.old, fixed.new))
    for line in unified(old, new, path, Painter(colour)):
        print(line)
