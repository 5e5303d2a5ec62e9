"""What the benchmarks share: code to check that is the same everywhere, and a way to take time."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

PACKAGES = ("django==5.2.1", "sympy==1.14.0", "networkx==3.6.1")
CHECK = [sys.executable, "-m", "idiomist", "check", "--output-format", "concise"]
SMALL = '"""A small clean module."""\n\n\ndef double(number: int) -> int:\n    return 2 * number\n'


class Took(NamedTuple):
    """Seconds on the clock and of the processors, of a process with its children; bytes at most."""

    wall: float
    cpu: float
    peak: int


def corpus(path: str | None) -> Path:
    """A folder with code: the one that is named, or pinned packages from the package index."""
    if path is not None:
        return Path(path).resolve()
    folder = Path(tempfile.gettempdir()) / f"idiomist-corpus-{'-'.join(PACKAGES)}"
    if not folder.exists():
        with tempfile.TemporaryDirectory() as wheels:
            pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
            subprocess.run(
                [*pip, "--only-binary", ":all:", "--dest", wheels, *PACKAGES], check=True
            )
            unpacked = Path(wheels) / "unpacked"
            for wheel in sorted(Path(wheels).glob("*.whl")):
                with zipfile.ZipFile(wheel) as archive:
                    archive.extractall(unpacked)
            shutil.move(unpacked, folder)
    return folder


def once(command: list[str], cwd: Path | None = None) -> Took:
    """Run a command; exit status 2 means that some file could not be read."""
    start = time.perf_counter()
    running = subprocess.Popen(
        command,
        cwd=cwd,
        env=_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    # Of this process and those that it has made; `subprocess` would not tell.
    _, status, used = os.wait4(running.pid, 0)
    wall = time.perf_counter() - start
    running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode not in (0, 1, 2):
        sys.exit(f"{' '.join(command)} ended with {running.returncode}")
    return Took(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)


def _environment() -> dict[str, str]:
    # Modules that are compiled anew each time would be the slowest part of a small run.
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def in_turn(runs: int, runners: Mapping[str, Callable[[], Took]]) -> dict[str, Took]:
    """The medians of several runs, taken in turn, so that a machine that drifts meets all alike."""
    seen: dict[str, list[Took]] = {name: [] for name in runners}
    for turn in range(runs + 1):
        for name, runner in runners.items():
            took = runner()
            if turn:  # the first only warms up
                seen[name].append(took)
    return {
        name: Took(
            statistics.median(took.wall for took in times),
            statistics.median(took.cpu for took in times),
            max(took.peak for took in times),
        )
        for name, times in seen.items()
    }
