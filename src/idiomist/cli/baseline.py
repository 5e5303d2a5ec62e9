"""`idiomist baseline`: write down what is found today, so that only new findings are told."""

from __future__ import annotations

import argparse
import sys

from idiomist.cli import CLEAN, FAILED
from idiomist.cli.session import Session
from idiomist.fixer import write
from idiomist.project.baseline import Baseline
from idiomist.project.config import ConfigError
from idiomist.project.jobs import Checking
from idiomist.reporters.report import plural


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    try:
        session = Session(options)
    except ConfigError as error:
        sys.stderr.write(f"idiomist: {error}\n")
        return FAILED
    baseline = session.baseline
    if baseline is None:
        baseline = Baseline(session.baseline_file)
    missing = baseline.missing()
    baseline.drop(missing)
    gone = missing.total()
    for path, checked in session.results(Checking(detailed=False)):
        findings = checked.outcome.findings
        if checked.outcome.complaint:
            continue
        past = baseline.gone(path, findings, session.checks_on)
        gone += len(past)
        if options.prune:
            baseline.prune(path, past)
        else:
            baseline.take(path, findings, session.checks_on(path))
    return _save(baseline, gone, session)


def _save(baseline: Baseline, gone: int, session: Session) -> int:
    after = baseline.to_bytes()
    if after != baseline.data and (len(baseline) or baseline.data):
        try:
            write(baseline.file, baseline.data, after)
        except OSError as error:
            session.complain(f"{baseline.file}: cannot be written: {error.strerror or error}")
            return FAILED
    if gone:
        print(f"Removed {plural(gone, 'finding')}, gone by now.")
    print(f"{plural(len(baseline), 'finding')} in {baseline.file}.")
    return FAILED if session.failed else CLEAN
