"""How long `idiomist check` takes: cold, warm, for one file; beside `ast.parse`, and beside ruff.

`python benchmarks/speed.py [PATH] [--runs N] [--ruff RUFF]`; without a path, 38 MB of pinned
packages are fetched. The figures to look at are the ratios, for machines are noisy and differ.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from measuring import CHECK, SMALL, Took, corpus, in_turn, once

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
RUFF = ["check", "--isolated", "--preview", "--select", "PERF,SIM,C4,FURB", "--quiet"]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("path", nargs="?")
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--ruff", default=shutil.which("ruff"))
    asked = options.parse_args()
    code = corpus(asked.path)
    with tempfile.TemporaryDirectory() as name:
        took = in_turn(asked.runs, runners(code, Path(name), asked.ruff))
    for what, (wall, cpu, _) in took.items():
        print(f"{what:22} {wall:8.3f} s   {cpu:8.3f} s CPU")
    print()
    for what, ratio in ratios(took):
        print(f"{what:48} {ratio:6.2f}")
    return 0


def runners(code: Path, folder: Path, ruff: str | None) -> dict[str, Callable[[], Took]]:
    """Every command that is timed, by its name."""
    small = folder / "small.py"
    small.write_text(SMALL, encoding="utf-8")
    changed = folder / "changed"
    shutil.copytree(code, changed)
    victim = max(changed.rglob("*.py"), key=lambda path: (path.stat().st_size < 60_000, path.name))
    text = victim.read_text(encoding="utf-8")

    def one_changed() -> Took:
        victim.write_text(f"{text}\n# {time.time_ns()}\n", encoding="utf-8")
        return once([*CHECK, "--cache-dir", str(folder / "second"), str(changed)], folder)

    def run(*command: str) -> Callable[[], Took]:
        return lambda: once(list(command), folder)

    found = {
        "ast.parse, no more": run(sys.executable, "-c", FLOOR, str(code)),
        "cold": run(*CHECK, "--no-cache", str(code)),
        "cold, one process": run(*CHECK, "--no-cache", "--jobs", "1", str(code)),
        "warm": run(*CHECK, "--cache-dir", str(folder / "first"), str(code)),
        "one file changed": one_changed,
        "one small file": run(*CHECK, "--no-cache", str(small)),
        "python, no more": run(sys.executable, "-c", "pass"),
    }
    if ruff:
        cache = str(folder / "ruff")
        found["ruff, cold"] = run(ruff, *RUFF, "--no-cache", str(code))
        found["ruff, warm"] = run(ruff, *RUFF, "--cache-dir", cache, str(code))
    return found


def ratios(took: dict[str, Took]) -> list[tuple[str, float]]:
    """What the figures come to, whatever the machine."""
    floor = took["ast.parse, no more"]
    found = [
        ("cold, CPU, by ast.parse", took["cold"].cpu / floor.cpu),
        ("cold with one process, CPU, by ast.parse", took["cold, one process"].cpu / floor.cpu),
        ("cold, on the clock, by ast.parse", took["cold"].wall / floor.wall),
    ]
    if "ruff, warm" in took:
        found += [
            ("cold, CPU, by ruff cold", took["cold"].cpu / took["ruff, cold"].cpu),
            ("warm, on the clock, by ruff warm", took["warm"].wall / took["ruff, warm"].wall),
        ]
    return found


if __name__ == "__main__":
    sys.exit(main())
