"""`idiomist check`: show what could be said better."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from idiomist.cli import CLEAN, FAILED, FOUND
from idiomist.cli.session import Read, Session
from idiomist.finding import Finding, Fix
from idiomist.linter import CheckFailed
from idiomist.project.config import ConfigError
from idiomist.reporters.report import Reported, counted, summary
from idiomist.source import Source
from idiomist.suppression import Suppressions


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    try:
        session = Session(options)
    except ConfigError as error:
        sys.stderr.write(f"idiomist: {error}\n")
        return FAILED
    findings: list[Finding] = []
    kept: list[Reported] = []
    for read, source, finding in _findings(session):
        findings.append(finding)
        if options.output_format == "concise":
            _print_concise(finding, source, session)
        else:
            reported = Reported(source, finding, _fix(session, read, source, finding))
            if options.output_format == "json":
                kept.append(reported)
            else:
                _print_full(reported, session)
    if options.output_format == "json":
        from idiomist.reporters.json import as_json

        print(as_json(kept))
    elif not session.failed or findings:
        print(summary(counted(findings)))
    if session.failed:
        return FAILED
    return FOUND if findings else CLEAN


def _findings(session: Session) -> Iterator[tuple[Read, Source, Finding]]:
    for read in session.files():
        source = session.source(read)
        if source is None:
            continue
        try:
            found = list(Suppressions(source).kept(read.linter.lint(source)))
        except CheckFailed as error:
            session.crashed(read.path, error)
            continue
        for finding in found:
            yield read, source, finding


def _fix(session: Session, read: Read, source: Source, finding: Finding) -> Fix | None:
    if finding.rewrite is None:
        return None
    from idiomist.rewriting.region import RewriteError, fix_for

    try:
        return fix_for(source, finding, read.style)
    except RewriteError as error:
        name = finding.check.name
        session.complain(f"{read.path}:{finding.line}: the rewrite of {name} failed: {error}")
        return None


def _print_concise(finding: Finding, source: Source, session: Session) -> None:
    from idiomist.reporters.text import Painter, headline

    safety = finding.applicability.name.lower()
    print(f"{headline(finding, source.path, Painter(session.painter_colour()))} [{safety}]")


def _print_full(reported: Reported, session: Session) -> None:
    from idiomist.reporters.text import Painter, full

    for line in full(reported, Painter(session.painter_colour())):
        print(line)
    print()
