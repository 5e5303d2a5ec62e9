"""`idiomist merge`: put together what the shards of a run have found."""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from idiomist.cli import CLEAN, FAILED, FOUND
from idiomist.cli.check import reporter_for
from idiomist.cli.session import wants_colour
from idiomist.finding import Applicability
from idiomist.project.shards import merged
from idiomist.reporters.painting import Painter
from idiomist.reporters.report import Run


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    try:
        findings = merged({name: _text(name) for name in options.files})
    except (OSError, ValueError) as error:
        sys.stderr.write(f"idiomist: {error}\n")
        return FAILED
    counts: Counter[Applicability] = Counter()
    reporter = reporter_for(options.output_format, Run(Painter(wants_colour(options.color)), ()))
    for path, finding in findings:
        counts[finding.applicability] += 1
        reporter.add(path, finding)
    reporter.close(counts, complete=True)
    return FOUND if counts and not options.exit_zero else CLEAN


def _text(name: str) -> str:
    try:
        with open(name, encoding="utf-8") as file:
            return file.read()
    except OSError as error:
        raise OSError(f"{name}: cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise ValueError(f"{name}: is no UTF-8") from error
