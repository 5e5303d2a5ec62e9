"""How the cost grows with the length of a file, and with the number of files.

`python benchmarks/growth.py [--runs N]` checks programs that it writes itself: functions with
loops of all kinds, a finding in every eighth. What starting up costs is taken off, so that what a
line costs should stay what it is.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from measuring import CHECK, SMALL, Took, in_turn, once

UNIT = '''

def totals{n}(orders, limit):
    """What the orders of each customer come to, up to a limit."""
    found = {{}}
    for order in orders:
        if order.paid and order.total < limit:
            found.setdefault(order.customer, []).append(order.total)
    lines = []
    for customer, totals in sorted(found.items()):
        print(customer, sum(totals), max(totals, default=0))
        {step}
    return lines
'''
LINES = UNIT.count("\n")
IN_ONE_FILE = (1_000, 10_000, 100_000)
FILES, LINES_OF_EACH = (10, 100, 1_000, 10_000), 100


def program(lines: int) -> str:
    """A module of about so many lines."""
    steps = ["lines.append(customer)", "lines = lines + [customer]"]
    return "".join(
        UNIT.format(n=n, step=steps[n % 8 != 0]) for n in range(max(1, round(lines / LINES)))
    )


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=5)
    runs = options.parse_args().runs
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table("lines in one file", runs, folder, dict(one_file(folder)))
        table(f"files of {LINES_OF_EACH} lines", runs, folder, dict(many_files(folder)))
    return 0


def one_file(folder: Path) -> list[tuple[int, tuple[Path, int]]]:
    """Files of each length."""
    found = []
    for lines in IN_ONE_FILE:
        path = folder / f"lines{lines}.py"
        path.write_text(program(lines), encoding="utf-8")
        found.append((lines, (path, path.read_text(encoding="utf-8").count("\n"))))
    return found


def many_files(folder: Path) -> list[tuple[int, tuple[Path, int]]]:
    """Folders with each number of files."""
    text = program(LINES_OF_EACH)
    found = []
    for number in FILES:
        inside = folder / f"files{number}"
        for index in range(number):
            path = inside / f"package{index // 50}" / f"module{index}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        found.append((number, (inside, number * text.count("\n"))))
    return found


def table(title: str, runs: int, folder: Path, cases: dict[int, tuple[Path, int]]) -> None:
    """Time the cases, and print what a line costs in each."""
    small = folder / "small.py"
    small.write_text(SMALL, encoding="utf-8")
    command = [*CHECK, "--no-cache", "--jobs", "1"]
    runners: dict[str, Callable[[], Took]] = {"start": partial(once, [*command, str(small)])}
    runners |= {
        str(size): partial(once, [*command, str(path)]) for size, (path, _) in cases.items()
    }
    took = in_turn(runs, runners)
    print(f"{title:>22} {'s CPU':>10} {'microseconds a line':>22}")
    for size, (_, lines) in cases.items():
        cpu = took[str(size)].cpu
        print(f"{size:>22,} {cpu:>10.3f} {(cpu - took['start'].cpu) / lines * 1e6:>22.1f}")
    print()


if __name__ == "__main__":
    sys.exit(main())
