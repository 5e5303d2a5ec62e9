"""That the output is the same, however the work is done.

`python benchmarks/sameness.py [PATH]` compares the bytes of `idiomist check` for 1, 2 and 8
processes, with and without a cache, and for 1, 4 and 16 shards; without a path, over 38 MB of
pinned packages. Exits with 1 when any differ.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

from measuring import CHECK, corpus

JSON = ["--output-format", "json"]


def main() -> int:
    code = str(corpus(sys.argv[1] if len(sys.argv) > 1 else None))
    seen: set[str] = set()

    def told(name: str, *command: str) -> None:
        digest = hashlib.sha256(output(*command)).hexdigest()[:16]
        seen.add(digest)
        print(f"{name:36} {digest}", flush=True)

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for jobs in ("1", "2", "8"):
            check = (*CHECK, *JSON, "--jobs", jobs, code)
            told(f"{jobs} processes, no cache", *check, "--no-cache")
            cached = (*check, "--cache-dir", str(folder / jobs))
            told(f"{jobs} processes, cold", *cached)
            told(f"{jobs} processes, warm", *cached)
        for count in (1, 4, 16):
            told(f"{count} shards", *merge(code, count, folder))
    print("all the same" if len(seen) == 1 else "NOT the same")
    return 0 if len(seen) == 1 else 1


def merge(code: str, count: int, folder: Path) -> list[str]:
    """Check a tree in shards; returns the command that puts them together."""
    files = []
    for number in range(1, count + 1):
        file = folder / f"{number}of{count}.json"
        check = [*CHECK, *JSON, "--no-cache", "--shard", f"{number}/{count}", code]
        file.write_bytes(output(*check))
        files.append(str(file))
    return [*CHECK[:3], "merge", *files]


def output(*command: str) -> bytes:
    """Standard output and standard error of a command."""
    done = subprocess.run(command, capture_output=True, check=False)
    return done.stdout + done.stderr


if __name__ == "__main__":
    sys.exit(main())
