"""`idiomist clean`: remove the cache."""

from __future__ import annotations

import argparse
import sys

from idiomist.cli import CLEAN, FAILED
from idiomist.cli.session import cache_folder


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    from idiomist.project.cache import clean

    folder = cache_folder(options.cache_dir)
    try:
        had_any = clean(folder)
    except OSError as error:
        sys.stderr.write(f"idiomist: {folder}: cannot be removed: {error.strerror or error}\n")
        return FAILED
    print(f"Removed {folder}." if had_any else f"There is no cache in {folder}.")
    return CLEAN
