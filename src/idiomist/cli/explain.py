"""`idiomist explain`: print the lesson of a check."""

from __future__ import annotations

import argparse
import sys

from idiomist.cli import CLEAN, FAILED
from idiomist.registry import UnknownCheck, installed


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    try:
        check = installed().get(options.check)
    except (UnknownCheck, RuntimeError, ValueError) as error:
        sys.stderr.write(f"idiomist: {error}\n")
        return FAILED
    print(f"# {check.name} ({check.code}, {check.family})\n")
    print(check.lesson.text)
    return CLEAN
