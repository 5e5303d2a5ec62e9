"""Whatever lies in a directory: one clear line each, and all other files are still done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from helpers import FIXED_LOOP, LOOP, idiomist

from idiomist.fixer import ChangedMeanwhile, write


def trouble(folder: Path) -> dict[str, str]:
    """Fill a directory with files that cannot be read; returns what is said about each."""
    said = {
        "null.py": "cannot be parsed: source code string cannot contain null bytes",
        "broken.py": "line 1 cannot be parsed: '(' was never closed",
        "deep.py": "too many nested parentheses",
        "chain.py": "skipped, because the code around line 2 is nested too deeply to be checked",
        "latin.py": "cannot be parsed",
        "dangling.py": "cannot be read: no such file or directory",
        "circle.py": "cannot be read: too many levels of symbolic links",
        "pipe.py": "is no regular file",
    }
    (folder / "null.py").write_bytes(b"x = 1\0\n")
    (folder / "broken.py").write_text("x = (\n")
    (folder / "deep.py").write_text(f"x = {'(' * 10_000}1{')' * 10_000}\n")
    calls = f"x{'.a()' * 900}"
    (folder / "chain.py").write_text(f"x = {calls}\nfor i in range(len(x)): print(x[i])\n")
    (folder / "latin.py").write_bytes(b"x = '\xe4'\n")
    (folder / "dangling.py").symlink_to(folder / "nowhere.py")
    (folder / "circle.py").symlink_to(folder / "circle.py")
    os.mkfifo(folder / "pipe.py")
    if os.geteuid() != 0:
        (folder / "secret.py").write_text("x = 1\n")
        (folder / "secret.py").chmod(0)
        said["secret.py"] = "cannot be read: permission denied"
    (folder / "empty.py").write_text("")
    (folder / "long.py").write_text(f"x = '{'a' * 1_000_000}'\n{LOOP}")
    (folder / "loop.py").write_text(LOOP)
    (folder / "again").symlink_to(folder, target_is_directory=True)
    return said


@pytest.mark.parametrize("command", ["check", "fix"])
def test_one_clear_line_each(tmp_path: Path, command: str) -> None:
    said = trouble(tmp_path)
    done = idiomist(command, ".", cwd=tmp_path)
    lines = done.stderr.splitlines()
    for name, text in said.items():
        [line] = [line for line in lines if line.startswith(f"idiomist: {name}: ")]
        assert text in line
    assert len(lines) == len(said)
    assert done.returncode == 2
    if command == "fix":
        assert (tmp_path / "loop.py").read_text() == FIXED_LOOP
        assert (tmp_path / "long.py").read_text().endswith(FIXED_LOOP)
    else:
        assert "loop.py:2:5 " in done.stdout
        assert "long.py:3:5 " in done.stdout


def test_a_file_that_does_not_exist(tmp_path: Path) -> None:
    done = idiomist("check", "nowhere.py", cwd=tmp_path)
    assert done.stderr == "idiomist: nowhere.py: cannot be read: no such file or directory\n"
    assert done.returncode == 2


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    for number in range(200):
        (tmp_path / f"m{number}.py").write_text(LOOP)
    command = f"{sys.executable} -m idiomist check . | head -1"
    done = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, check=False)
    assert done.stdout.startswith(b"m0.py:2:5 ")
    assert done.stderr == b""


def test_a_link_stays_a_link_and_the_mode_stays(tmp_path: Path) -> None:
    target = tmp_path / "real.py"
    target.write_text(LOOP)
    target.chmod(0o750)
    link = tmp_path / "link.py"
    link.symlink_to(target)
    assert idiomist("fix", "link.py", cwd=tmp_path).returncode == 0
    assert link.is_symlink()
    assert target.read_text() == FIXED_LOOP
    assert target.stat().st_mode & 0o777 == 0o750
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.py", "real.py"]


def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("mine\n")
    with pytest.raises(ChangedMeanwhile, match="was changed while it was being fixed"):
        write(str(path), b"yours\n", b"new\n")
    assert path.read_text() == "mine\n"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.py"]


def test_a_directory_that_cannot_be_written(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    (tmp_path / "a.py").write_text(LOOP)
    tmp_path.chmod(0o500)
    try:
        done = idiomist("fix", "a.py", cwd=tmp_path)
    finally:
        tmp_path.chmod(0o700)
    assert done.returncode == 2
    assert "a.py: cannot be written" in done.stderr
    assert (tmp_path / "a.py").read_text() == LOOP


def test_killed_at_any_moment_every_file_is_old_or_new(tmp_path: Path) -> None:
    names = [f"m{number}.py" for number in range(60)]
    for attempt in range(6):
        for name in names:
            (tmp_path / name).write_text(LOOP)
        running = subprocess.Popen(
            [sys.executable, "-m", "idiomist", "fix", "."],
            cwd=tmp_path,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 60
        fixed_so_far = 10 * attempt
        while time.monotonic() < deadline and running.poll() is None:
            if (tmp_path / names[fixed_so_far]).read_text() != LOOP:
                break
        running.send_signal(signal.SIGKILL)
        running.wait()
        for name in names:
            assert (tmp_path / name).read_text() in (LOOP, FIXED_LOOP)
