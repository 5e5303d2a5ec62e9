"""`idiomist check`: show what could be said better."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from importlib import import_module

from idiomist.check import CheckFailed
from idiomist.cli import FAILED, FORMATS
from idiomist.cli.session import Read, Session
from idiomist.finding import Applicability, Finding, Fix
from idiomist.project.config import ConfigError
from idiomist.reporters.painting import Painter
from idiomist.reporters.report import Reported, Reporter, Run
from idiomist.source import Source
from idiomist.suppression import Suppressions


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    try:
        session = Session(options)
    except ConfigError as error:
        sys.stderr.write(f"idiomist: {error}\n")
        return FAILED
    counts: Counter[Applicability] = Counter()
    about = Run(Painter(session.painter_colour()), session.complaints)
    reporter = _reporter(options.output_format, about)
    for read in session.files():
        counts.update(_check(read, session, reporter))
    reporter.close(counts, complete=not session.failed)
    return session.status(found=bool(counts))


def _reporter(name: str, about: Run) -> Reporter:
    """Only the module of the format that was asked for is loaded."""
    module, made = FORMATS[name]
    reporter: Reporter = getattr(import_module(f"idiomist.reporters.{module}"), made)(about)
    return reporter


def _check(read: Read, session: Session, reporter: Reporter) -> list[Applicability]:
    """Report one file. Its tree is gone when this returns: the next one takes its memory."""
    source = session.source(read)
    if source is None:
        return []
    try:
        found = list(Suppressions(source).kept(read.linter.lint(source)))
    except CheckFailed as error:
        session.crashed(read.path, error)
        return []
    for finding in found:
        fix = _fix(session, read, source, finding) if reporter.shows_fixes else None
        reporter.add(Reported(source, finding, fix))
    return [finding.applicability for finding in found]


def _fix(session: Session, read: Read, source: Source, finding: Finding) -> Fix | None:
    if finding.rewrite is None:
        return None
    from idiomist.rewriting.region import RewriteError, fix_for

    try:
        return fix_for(source, finding)
    except RewriteError as error:
        name = finding.check.name
        session.complain(f"{read.path}:{finding.line}: the rewrite of {name} failed: {error}")
        return None
