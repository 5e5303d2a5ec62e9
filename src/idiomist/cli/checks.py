"""`idiomist checks`: list all checks."""

from __future__ import annotations

import argparse
import sys

from idiomist.cli import CLEAN, FAILED
from idiomist.registry import installed


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    try:
        checks = list(installed())
    except (RuntimeError, ValueError) as error:
        sys.stderr.write(f"idiomist: {error}\n")
        return FAILED
    width = max((len(check.name) for check in checks), default=0)
    family = ""
    for check in checks:
        if check.family != family:
            family = check.family
            print(f"{family}")
        off = "" if check.default else " (off by default)"
        print(f"  {check.code}  {check.name:<{width}}  {check.lesson.title}{off}")
    print("\nidiomist explain NAME tells why, with examples.")
    return CLEAN
