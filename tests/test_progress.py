"""The bar: only for people, only when it takes long, and never in the way of what is printed."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest
from helpers import LOOP

from idiomist.cli.progress import Bar

pty = pytest.importorskip("pty")


def test_nobody_sees_it_but_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    bar = Bar()
    bar._next = 0
    bar.show(1, 2)
    bar.hide()
    assert capsys.readouterr() == ("", "")


def test_it_comes_when_it_takes_long_and_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    written: list[str] = []

    class Terminal:
        def isatty(self) -> bool:
            return True

        def write(self, text: str) -> None:
            written.append(text)

        def flush(self) -> None:
            pass

    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    bar = Bar()
    for now[0] in (0.5, 0.9):
        bar.show(10, 3000)
        bar.hide()
    assert written == []
    for now[0] in (1.0, 1.05, 1.2):
        bar.show(1500, 3000)
    shown = "\r[############............] 1,500 of 3,000 files"
    assert written == [shown, shown]
    bar.hide()
    bar.hide()
    assert written == [shown, shown, "\r\x1b[K"]
    monkeypatch.setenv("TERM", "dumb")
    assert not Bar()._is_wanted


def test_in_a_terminal(tmp_path: Path) -> None:
    """The last thing that was drawn is gone before the report begins."""
    for number in range(150):
        (tmp_path / f"m{number}.py").write_text(f"{LOOP}# {'x' * 9000}\n")
    code = (
        "from idiomist.cli import progress, run\n"
        "progress._PATIENCE = progress._EVERY = 0\n"
        "run(['check', '--no-cache', '--output-format', 'concise'])\n"
    )
    process, terminal = pty.fork()
    if not process:
        os.chdir(tmp_path)
        os.execve(sys.executable, [sys.executable, "-c", code], {**os.environ, "TERM": "xterm"})
    data = b""
    while True:
        try:
            chunk = os.read(terminal, 65536)
        except OSError:  # so Linux tells that nobody is there any more
            break
        if not chunk:
            break
        data += chunk
    os.waitpid(process, 0)
    text = data.decode()
    assert "of 150 files" in text
    lines = [line.rpartition("\x1b[K")[2] for line in text.replace("\r\n", "\n").splitlines()]
    found = [line for line in lines if ".py:2:5" in line]
    assert len(found) == 150
    assert not any("of 150 files" in line for line in found)
