"""What several tests need."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def idiomist(
    *arguments: str, cwd: Path, stdin: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    env = {**os.environ, "NO_COLOR": "1", "PYTHONUTF8": "1", **environment}
    done = subprocess.run(
        [sys.executable, "-m", "idiomist", *arguments],
        cwd=cwd,
        env=env,
        input=stdin,
        capture_output=True,
        check=False,
        timeout=120,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


LOOP = """\
def doubles(numbers):
    found = []
    for number in numbers:
        found.append(2 * number)
    return found
"""
FIXED_LOOP = """\
def doubles(numbers):
    found = [2 * number for number in numbers]
    return found
"""
DOUBTFUL = """\
def last_double(numbers):
    found = []
    for number in numbers:
        found.append(2 * number)
    return found, number
"""
CLEAN = "def double(number):\n    return 2 * number\n"
