"""`idiomist check`: show what could be said better."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from importlib import import_module

from idiomist.cli import FAILED, FORMATS
from idiomist.cli.session import Session
from idiomist.finding import Applicability
from idiomist.project.config import ConfigError
from idiomist.project.jobs import Checking
from idiomist.reporters.painting import Painter
from idiomist.reporters.report import Reporter, Run


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    try:
        session = Session(options)
    except ConfigError as error:
        sys.stderr.write(f"idiomist: {error}\n")
        return FAILED
    counts: Counter[Applicability] = Counter()
    about = Run(
        Painter(session.painter_colour()),
        session.complaints,
        "" if session.baseline is None else session.baseline.file,
        session.orders if options.shard else None,
    )
    reporter = reporter_for(options.output_format, about)
    for path, checked in session.results(Checking(reporter.detailed)):
        for finding in session.told(path, checked.outcome):
            if reporter.detailed and finding.failure:
                session.complain(f"{path}:{finding.line}: {finding.failure}")
            counts[finding.applicability] += 1
            reporter.add(path, finding)
    reporter.close(counts, complete=not session.failed)
    session.say_what_is_gone()
    return session.status(found=bool(counts))


def reporter_for(name: str, about: Run) -> Reporter:
    """Only the module of the format that was asked for is loaded."""
    module, made = FORMATS[name]
    reporter: Reporter = getattr(import_module(f"idiomist.reporters.{module}"), made)(about)
    return reporter
