"""What `idiomist check` costs beside `ast.parse` of the same files.

`python benchmarks/cost.py [PATH]`; without a path, the standard library is read. Both are run in
turn, several times; the figure to look at is the ratio of the medians, for machines are noisy and
differ. CPU time, with children.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

RUNS = 5
FLOOR = """
import ast, gc, pathlib, sys, warnings
gc.disable()
warnings.simplefilter("ignore")
for path in pathlib.Path(sys.argv[1]).rglob("*.py"):
    try:
        ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        pass
"""
SMALL = '"""A small clean module."""\n\n\ndef double(number: int) -> int:\n    return 2 * number\n'


def cpu_seconds(command: list[str]) -> float:
    """The CPU time of one run; exit status 2 means that some file could not be read."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1, 2):
        sys.exit(f"{command[:3]} ended with {done.returncode}: {done.stderr.decode()[-400:]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    path = sys.argv[1] if len(sys.argv) > 1 else sysconfig.get_paths()["stdlib"]
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "small.py"
        small.write_text(SMALL, encoding="utf-8")
        check = [sys.executable, "-m", "idiomist", "check", "--output-format", "concise"]
        commands = {
            "ast.parse": [sys.executable, "-c", FLOOR, path],
            "idiomist check": [*check, path],
            "one small file": [*check, str(small)],
            "python alone": [sys.executable, "-c", "pass"],
        }
        seen: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(RUNS):
            for name, command in commands.items():
                seen[name].append(cpu_seconds(command))
    medians = {name: statistics.median(times) for name, times in seen.items()}
    for name, seconds in medians.items():
        print(f"{name:16} {seconds:8.3f} s CPU")
    print(f"ratio to ast.parse: {medians['idiomist check'] / medians['ast.parse']:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
