"""`idiomist fix`: apply what is proven safe, and with `--unsafe` the rest."""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from idiomist.cli import FAILED
from idiomist.cli.session import Read, Session
from idiomist.finding import Applicability, Finding
from idiomist.fixer import Fixed, Fixer, write
from idiomist.linter import CheckFailed
from idiomist.project.config import ConfigError
from idiomist.reporters.diff import unified
from idiomist.reporters.painting import Painter
from idiomist.reporters.report import plural, summary
from idiomist.source import Source
from idiomist.suppression import Suppressions


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    try:
        session = Session(options)
    except ConfigError as error:
        sys.stderr.write(f"idiomist: {error}\n")
        return FAILED
    from_stdin = options.paths == ["-"]
    told = sys.stderr if from_stdin else sys.stdout
    remaining: Counter[Applicability] = Counter()
    applied = changed = 0
    for read in session.files():
        source = session.source(read)
        if source is None:
            if from_stdin and not options.diff:
                _write_stdout(read.data)
            continue
        try:
            fixed, left = _fix(read, source, options.unsafe)
        except CheckFailed as error:
            session.crashed(read.path, error)
            continue
        for dropped in fixed.dropped:
            finding = dropped.finding
            place = f"{read.path}:{finding.line}: {finding.check.name}"
            if finding.doubts:
                told.write(f"{place} was left, its doubt came true: {dropped.reason}\n")
            else:
                session.complain(
                    f"{place} was not fixed, because {dropped.reason}; please report the bug"
                )
        if fixed.data != read.data and not options.diff and not from_stdin:
            try:
                write(read.path, read.data, fixed.data)
            except OSError as error:
                session.complain(f"{read.path}: cannot be written: {error.strerror or error}")
                continue
        if options.diff:
            _show_diff(read, fixed, session.painter_colour())
        elif from_stdin:
            _write_stdout(fixed.data)
        changed += fixed.data != read.data
        applied += len(fixed.applied)
        remaining.update(finding.applicability for finding in left)
    verb = "Would fix" if options.diff else "Fixed"
    if applied:
        where = f" in {plural(changed, 'file')}" if not from_stdin else ""
        told.write(f"{verb} {plural(applied, 'finding')}{where}.\n")
    if remaining:
        told.write(f"Left: {summary(remaining)}\n")
    elif not applied and not session.failed:
        told.write("Nothing to fix.\n")
    return session.status(found=bool(remaining or (options.diff and changed)))


def _fix(read: Read, source: Source, unsafe: bool) -> tuple[Fixed, list[Finding]]:
    found = list(Suppressions(source).kept(read.linter.lint(source)))
    if not found:
        return Fixed(read.data), []
    width = read.settings.line_length
    fixed = Fixer(read.linter, unsafe=unsafe, style=read.style, width=width).fix(
        read.data, read.path
    )
    if fixed.data == read.data:
        return fixed, found
    after = Source(fixed.data, read.path, width)
    return fixed, list(Suppressions(after).kept(read.linter.lint(after)))


def _write_stdout(data: bytes) -> None:
    sys.stdout.buffer.write(data)


def _show_diff(read: Read, fixed: Fixed, colour: bool) -> None:
    if fixed.data == read.data:
        return
    old, new = (Source(data, read.path).lines for data in (read.data, fixed.data))
    for line in unified(old, new, read.path, Painter(colour)):
        print(line)
