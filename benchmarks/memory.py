"""How much memory the largest process of a run takes.

`python benchmarks/memory.py [PATH]`; without a path, 38 MB of pinned packages are fetched.
"""

from __future__ import annotations

import sys

from measuring import CHECK, corpus, once


def main() -> int:
    code = corpus(sys.argv[1] if len(sys.argv) > 1 else None)
    for name, options in (
        ("two processes", ["--no-cache", "--jobs", "2"]),
        ("one process", ["--no-cache", "--jobs", "1"]),
        ("two processes, with rewrites", ["--no-cache", "--jobs", "2", "--output-format", "json"]),
    ):
        print(f"{name:30} {once([*CHECK, *options, str(code)]).peak / 1e6:6.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
