"""The standard library of the running Python: no crash, all compiles, comments kept, settles."""

from __future__ import annotations

import ast
import sysconfig
import warnings
from collections import Counter
from pathlib import Path

import pytest

from idiomist.fixer import Fixer
from idiomist.linter import Linter
from idiomist.registry import installed
from idiomist.source import Source

STDLIB = Path(sysconfig.get_paths()["stdlib"])
FOLDERS = sorted(
    {
        path.parent
        for path in STDLIB.rglob("*.py")
        if not {"site-packages", "test", "tests", "lib2to3", "idlelib"} & set(path.parts)
    }
)


def comments(data: bytes) -> Counter[str]:
    source = Source(data)
    return Counter(comment.text for comment in source.comments(1, len(source.lines)))


@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: str(path.relative_to(STDLIB)))
def test_fixed_and_fixed_again(folder: Path, unsafe: bool) -> None:
    fixer = Fixer(Linter(installed()), unsafe=unsafe)
    for path in sorted(folder.glob("*.py")):
        data = path.read_bytes()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                ast.parse(data)
            except SyntaxError:
                continue
            done = fixer.fix(data, str(path))
            assert not done.dropped, f"{path}: {done.dropped[0].reason}"
            if done.data == data:
                continue
            compile(done.data, str(path), "exec", dont_inherit=True)
            assert comments(data) == comments(done.data), path
            assert fixer.fix(done.data, str(path)).data == done.data, path
