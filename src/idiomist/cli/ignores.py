"""`idiomist check --add-ignores`: ask for silence about all that is found."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection

from idiomist.check import CheckFailed
from idiomist.cli import CLEAN, FAILED, FOUND
from idiomist.cli.session import Session
from idiomist.fixer import write
from idiomist.outcome import Reported
from idiomist.project.config import ConfigError
from idiomist.project.jobs import Checking, read, reason
from idiomist.reporters.report import plural
from idiomist.source import Source
from idiomist.suppression.adding import fault_in_reason, with_ignores


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    try:
        if fault := fault_in_reason(options.add_ignores):
            raise ConfigError(f"--add-ignores: the reason {fault}")
        session = Session(options)
        if session.is_stdin:
            raise ConfigError("--add-ignores writes files, and standard input is none")
    except ConfigError as error:
        sys.stderr.write(f"idiomist: {error}\n")
        return FAILED
    added = changed = left = 0
    for path, checked in session.results(Checking(detailed=False)):
        told = session.told(path, checked.outcome)
        if told:
            silenced = _silenced(path, told, session)
            added += silenced
            changed += bool(silenced)
            left += len(told) - silenced
    if added:
        print(f"Asked for silence about {plural(added, 'finding')} in {plural(changed, 'file')}.")
    elif not left and not session.failed:
        print("No findings.")
    if session.failed:
        return FAILED
    return FOUND if left and not options.exit_zero else CLEAN


def _silenced(path: str, told: Collection[Reported], session: Session) -> int:
    """Add comments to a file; returns about how many of the findings it is silent by now."""
    places = {(finding.code, finding.line, finding.column) for finding in told}
    linter = session.linters.linter(path)
    try:
        data = read(path)
        source = Source(data, path, session.linters.settings(path).conventions)
        wanted = [
            finding
            for finding in linter.report(source)
            if (finding.check.code, finding.line, finding.column) in places
        ]
        ignored = with_ignores(source, wanted, session.options.add_ignores, linter)
        if ignored.data != data:
            write(path, data, ignored.data)
    except OSError as error:
        session.complain(f"{path}: {reason(error)}")
        return 0
    except (CheckFailed, SyntaxError, ValueError) as error:
        session.complain(f"{path}: was changed while it was being checked: {error}")
        return 0
    for finding in ignored.left:
        print(f"{path}:{finding.line}: there is no place for a comment about {finding.check.name}")
    return len(wanted) - len(ignored.left)
