"""What several tests need."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path


def python(
    *arguments: str, cwd: Path, stdin: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run Python in a process of its own."""
    env = {**os.environ, "NO_COLOR": "1", "PYTHONUTF8": "1", **environment}
    done = subprocess.run(
        [sys.executable, *arguments],
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


def idiomist(
    *arguments: str, cwd: Path, stdin: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    return python("-m", "idiomist", *arguments, cwd=cwd, stdin=stdin, **environment)


def install_pack(site: Path, package: str, **modules: str) -> None:
    """Put a pack of checks where `PYTHONPATH=site` finds it; its checks are these modules."""
    folder = site / package
    folder.mkdir(parents=True)
    (folder / "__init__.py").touch()
    for name, code in modules.items():
        (folder / f"{name}.py").write_text(code)
    metadata = site / f"{package}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[idiomist.packs]\n{package} = {package}\n")


def found_by_idiomist(*paths: str, cwd: Path) -> list[tuple[str, int, int, str]]:
    """What `idiomist check` finds: path, line, column from 1, code."""
    done = idiomist("check", "--output-format", "json", *paths, cwd=cwd)
    assert not done.stderr, done.stderr
    return sorted(
        (found["path"], found["line"], found["column"], found["code"])
        for found in json.loads(done.stdout)
    )


FAILING_CHECK = '''\
"""Fail.

```python before
x = 1
```
"""
import ast
from idiomist import Check

check = Check(__name__, __doc__, code="BAD101")


@check.on(ast.Return)
def fails(node, source):
    raise ZeroDivisionError("oh")
    yield
'''
OFF_BY_DEFAULT = '''\
"""Return something. A function that returns nothing has nothing to say.

```python before
def f():
    return
```
"""
import ast
from idiomist import Check

check = Check(__name__, __doc__, code="OFF101", default=False)


@check.on(ast.Return)
def returned(node, source):
    if node.value is None:
        yield check.finding(node, source=source, message="returns nothing")
'''
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
UNUSUAL_FILES = {
    "bom.py": b"\xef\xbb\xbf" + LOOP.encode(),
    "bom_first_line.py": b"\xef\xbb\xbffound = []\nfor x in 'ab':\n    found.append(2 * x)\n",
    "latin.py": "# coding: latin-1\n# \xe9\ndef f(ys):\n    é = []; "
    "é.sort(key=open('é').read().index)\n    return é\n".encode("latin-1"),
    "wide.py": "def f(path, é):\n    return 'éé', open(path).read(), 'é'\n".encode(),
    "form_feed.py": b"import re\n\x0c\n" + LOOP.encode() + b"x = '\x0c\x0b\x1c'\n" + LOOP.encode(),
    "crlf.py": LOOP.replace("\n", "\r\n").encode(),
    "tabs.py": LOOP.replace("    ", "\t").encode(),
    "empty.py": b"",
    "no_newline.py": LOOP.rstrip().encode(),
}
"""Files whose bytes, text and lines differ in ways that a host may get wrong."""
