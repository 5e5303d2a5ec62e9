"""The cache: what it gives is what there would be without it, whatever becomes of its file."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from helpers import CLEAN, DOUBTFUL, LOOP, OFF_BY_DEFAULT, UNUSUAL_FILES, idiomist, install_pack
from reports import run_here

from idiomist.cli import FORMATS
from idiomist.project import cache as caches
from idiomist.project import jobs, memory, runner, work
from idiomist.project.cache import Cache, clean

DATABASE = Path(".idiomist_cache") / "v1.sqlite"
GENERATED = f"# @generated\n{LOOP}"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Files of every kind, in a repository that has a cache."""
    root = tmp_path / "tree"
    (root / ".git").mkdir(parents=True)
    (root / "deep" / "er").mkdir(parents=True)
    texts = {
        "loop.py": LOOP,
        "doubtful.py": DOUBTFUL,
        "clean.py": CLEAN,
        "broken.py": "x = (\n",
        "generated.py": GENERATED,
        "deep/loop.py": LOOP,
        "deep/er/loop.pyi": LOOP,
        "name with é.py": LOOP,
    }
    for name, text in texts.items():
        (root / name).write_text(text, encoding="utf-8")
    for name, data in UNUSUAL_FILES.items():
        (root / "deep" / name).write_bytes(data)
    (root / ".idiomist_cache").mkdir()
    return root


@pytest.fixture
def sure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the times of files count that are as young as those of a test."""
    monkeypatch.setattr(work, "_SURE", -(10**18))


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are read, by the last part of their path."""
    found: list[str] = []

    def read(path: str) -> bytes:
        found.append(os.path.basename(path))
        with open(path, "rb") as file:
            return file.read()

    for module in (jobs, memory):
        monkeypatch.setattr(module, "read", read)
    return found


@pytest.mark.parametrize("times", ["sure", "racy"])
@pytest.mark.parametrize("name", FORMATS)
def test_warm_is_cold(
    tree: Path, name: str, times: str, request: pytest.FixtureRequest, reads: list[str]
) -> None:
    if times == "sure":
        request.getfixturevalue("sure")
    command = ("check", "--output-format", name, ".", "deep/er/loop.pyi")
    without = run_here(*command, "--no-cache", cwd=tree)
    assert "broken.py: line 1 cannot be parsed" in without[2]
    assert run_here(*command, cwd=tree) == without
    del reads[:]
    assert run_here(*command, cwd=tree) == without
    assert bool(reads) == (times == "racy")


@pytest.mark.usefixtures("sure")
def test_what_fix_makes_is_the_same(tree: Path) -> None:
    copy = tree.parent / "copy"
    for level in ((), ("--unsafe",)):
        shutil.copytree(tree, copy)
        run_here("check", cwd=tree)
        wanted = run_here("fix", "--no-cache", *level, cwd=copy)
        assert run_here("fix", "--diff", *level, cwd=tree)[2] == wanted[2]
        assert run_here("fix", *level, cwd=tree) == wanted
        assert contents(tree) == contents(copy)
        shutil.rmtree(copy)
        nothing = run_here("fix", "--no-cache", *level, cwd=tree)
        assert run_here("fix", *level, cwd=tree) == nothing
        assert run_here("fix", *level, cwd=tree) == nothing


@pytest.mark.usefixtures("sure")
def test_only_what_changed_is_read_again(tree: Path, reads: list[str]) -> None:
    run_here("check", cwd=tree)
    del reads[:]
    (tree / "clean.py").write_text(LOOP)
    assert "clean.py:2:5 " in run_here("check", "--output-format", "concise", cwd=tree)[1]
    assert set(reads) == {"clean.py"}
    # What a file was before is still known when it comes back, as after a change of branches.
    del reads[:]
    (tree / "clean.py").write_text(CLEAN)
    assert "clean.py" not in run_here("check", cwd=tree)[1]
    assert reads == ["clean.py"]


@pytest.mark.usefixtures("sure")
def test_a_change_that_hides_is_seen(tree: Path) -> None:
    path = tree / "clean.py"
    before = path.stat()
    run_here("check", cwd=tree)
    path.write_text(CLEAN.replace("2", "3"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    now = time.time_ns()
    assert work.state_of(path.stat(), now) != work.state_of(before, now)


def test_times_that_are_too_young_are_not_believed(tree: Path, reads: list[str]) -> None:
    run_here("check", cwd=tree)
    with closing(sqlite3.connect(tree / DATABASE)) as database:
        assert database.execute("SELECT COUNT(*) FROM files").fetchall() == [(0,)]
        assert database.execute("SELECT COUNT(*) FROM results").fetchall() != [(0,)]
    status = (tree / "clean.py").stat()
    changed = max(status.st_mtime_ns, status.st_ctime_ns)
    assert work.state_of(status, changed + 10**9) is None
    assert work.state_of(status, changed - 10**9) is None, "a clock that is behind"
    assert work.state_of(status, changed + 10**10) is not None


@pytest.mark.usefixtures("sure")
def test_what_decides_is_what_counts(
    tree: Path, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    configurations = [
        "",
        "ignore = ['comprehensions']\n",
        "select = ['IDM2']\n",
        "extend-unsafe = ['all']\n",
        "line-length = 30\n",
        "severity = { all = 'error' }\n",
        "per-file-ignores = { 'deep/*' = ['all'] }\n",
        "max-comprehension-lines = 1\n",
        "target-version = '3.8'\n",
    ]
    file = tree / "idiomist.toml"
    command = ("check", "--output-format", "json")
    for configuration in configurations:
        for _ in range(2):
            forget_settings()
            file.write_text(configuration)
            wanted = run_here(*command, "--no-cache", cwd=tree)
            assert run_here(*command, cwd=tree) == wanted, configuration
        del reads[:]
        run_here(*command, cwd=tree)
        assert reads == [], configuration
    for name in ("__version__", "sys.version"):
        monkeypatch.setattr(f"idiomist.project.contexts.{name}", "another")
        run_here(*command, cwd=tree)
        assert reads
        del reads[:]


def forget_settings() -> None:
    """Settings are read once in a run; here many runs share one process."""
    from idiomist.project import config

    for function in vars(config).values():
        if hasattr(function, "cache_clear"):
            function.cache_clear()


def test_a_check_that_was_changed_runs_again(tree: Path, tmp_path: Path) -> None:
    install_pack(tmp_path / "site", "ours", quiet=OFF_BY_DEFAULT.replace(", default=False", ""))
    (tree / "returns.py").write_text("def f():\n    return\n")
    command = ("check", "--output-format", "concise", ".")
    site = str(tmp_path / "site")
    before = idiomist(*command, cwd=tree, PYTHONPATH=site)
    assert "returns.py:2:5 quiet (OFF101): returns nothing" in before.stdout
    assert idiomist(*command, cwd=tree, PYTHONPATH=site).stdout == before.stdout
    module = tmp_path / "site" / "ours" / "quiet.py"
    module.write_text(module.read_text().replace("returns nothing", "comes back with nothing"))
    after = idiomist(*command, cwd=tree, PYTHONPATH=site)
    assert after.stdout == before.stdout.replace("returns nothing", "comes back with nothing")
    assert "returns.py" not in idiomist(*command, cwd=tree).stdout


def test_a_name_that_is_wrong_is_told_every_time(tree: Path) -> None:
    """Also where every file is known, and where no file is concerned."""
    assert run_here("check", cwd=tree)[0] == 2
    for text in ("ignore = ['nonsense']\n", "per-file-ignores = { 'no.py' = ['nonsense'] }\n"):
        (tree / "idiomist.toml").write_text(text)
        for _ in range(2):
            done = idiomist("check", cwd=tree)
            assert done.returncode == 2
            assert "there is no check, code, prefix or family `nonsense`" in done.stderr


def test_a_known_tree_asks_for_nothing_slow(tree: Path) -> None:
    (tree / "idiomist.toml").write_text("ignore = ['IDM303']\n")
    time.sleep(2.1)  # From then on the times of the files are believed.
    code = (
        "import sys\n"
        "from idiomist.cli import run\n"
        "run(['check', '--output-format', 'concise'])\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    loaded: set[str] = set()
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=tree, capture_output=True, check=True, text=True
        )
        loaded = set(done.stderr.splitlines()[-1].split())
    slow = {"ast", "black", "hashlib", "idiomist.linter", "libcst", "multiprocessing", "rich"}
    assert "sqlite3" in loaded
    assert not loaded & slow


def contents(folder: Path) -> dict[str, bytes]:
    """All Python files below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.py*")}


# -- whatever becomes of its file


@pytest.fixture
def warm(tree: Path, sure: None) -> Path:
    """The same tree, of which all is known."""
    run_here("check", "--output-format", "json", cwd=tree)
    return tree


def checked(tree: Path, *options: str) -> tuple[tuple[int, str, str], list[str]]:
    """What a run says, and its warnings apart."""
    status, out, err = run_here("check", "--output-format", "json", *options, cwd=tree)
    lines = err.splitlines(keepends=True)
    warned = [line for line in lines if line.startswith("idiomist: warning: ")]
    return (status, out, "".join(line for line in lines if line not in warned)), warned


@pytest.mark.parametrize("data", [b"", b"nonsense", b"SQLite format 3\0" + bytes(5000)])
def test_a_file_that_is_none_is_made_anew(warm: Path, data: bytes) -> None:
    wanted, _ = checked(warm, "--no-cache")
    (warm / DATABASE).write_bytes(data)
    got, warned = checked(warm)
    assert got == wanted
    [line] = warned
    assert "cannot be used" in line
    assert "it is made anew by the next run" in line
    for _ in range(2):
        assert checked(warm) == (wanted, [])


def test_bits_that_flip_change_no_answer(warm: Path) -> None:
    wanted, _ = checked(warm, "--no-cache")
    whole = (warm / DATABASE).read_bytes()
    dice = random.Random(0)
    warnings = 0
    for place in [*range(0, 100, 7), *(dice.randrange(len(whole)) for _ in range(120))]:
        damaged = bytearray(whole)
        damaged[place] ^= 1 << dice.randrange(8)
        (warm / DATABASE).write_bytes(damaged)
        got, warned = checked(warm)
        assert got == wanted, place
        assert len(warned) <= 1
        warnings += len(warned)
        clean(str(warm / DATABASE.parent))
        (warm / DATABASE.parent).mkdir()
    assert warnings


@pytest.mark.parametrize("length", [1, 100, 4096, 5000, 9000])
def test_half_a_file(warm: Path, length: int) -> None:
    wanted, _ = checked(warm, "--no-cache")
    whole = (warm / DATABASE).read_bytes()
    (warm / DATABASE).write_bytes(whole[:length])
    assert checked(warm)[0] == wanted
    assert checked(warm) == (wanted, [])


def test_a_cache_of_somebody_else_stays(warm: Path) -> None:
    wanted, _ = checked(warm, "--no-cache")
    (warm / DATABASE).unlink()
    with closing(sqlite3.connect(warm / DATABASE)) as database:
        database.execute("PRAGMA application_id = 7")
        database.execute("CREATE TABLE theirs (value)")
        database.commit()
    before = (warm / DATABASE).read_bytes()
    got, [line] = checked(warm)
    assert got == wanted
    assert "it belongs to another program" in line
    assert (warm / DATABASE).read_bytes() == before


@pytest.mark.parametrize("application", [0, 7])
def test_files_of_others_stay(tree: Path, application: int) -> None:
    """Whatever folder is named for the cache, only what we made goes."""
    folder = tree / "theirs"
    folder.mkdir()
    with closing(sqlite3.connect(folder / "v1.sqlite")) as database:
        database.execute(f"PRAGMA application_id = {application}")
        database.execute("CREATE TABLE theirs (value)")
        database.commit()
    (folder / ".gitignore").write_text("secret.txt\n")
    _, [line] = checked(tree, "--cache-dir", "theirs")
    assert "it belongs to another program" in line
    assert (folder / ".gitignore").read_text() == "secret.txt\n"
    with closing(sqlite3.connect(folder / "v1.sqlite")) as database:
        assert database.execute("SELECT COUNT(*) FROM theirs").fetchall() == [(0,)]
    (folder / "v1.sqlite").unlink()
    assert checked(tree, "--cache-dir", "theirs")[1] == []
    assert sorted(path.name for path in folder.iterdir()) == [".gitignore", "v1.sqlite"]
    run_here("clean", "--cache-dir", "theirs", cwd=tree)
    assert [path.name for path in folder.iterdir()] == [".gitignore"]


def test_a_table_that_is_missing_is_damage(warm: Path) -> None:
    wanted, _ = checked(warm, "--no-cache")
    with closing(sqlite3.connect(warm / DATABASE)) as database:
        database.execute("DROP TABLE results")
        database.commit()
    assert "made anew by the next run" in checked(warm)[1][0]
    assert checked(warm) == (wanted, [])


def test_what_is_due_to_the_moment_is_not_remembered(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*arguments: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr("idiomist.source.ast.parse", fails)
        assert "loop.py: is nested too deeply" in checked(tree)[0][2]
    assert "loop.py: is nested" not in checked(tree)[0][2]


def test_a_cache_that_is_locked(warm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caches, "_PATIENCE", 0.01)
    wanted, _ = checked(warm, "--no-cache")
    (warm / "clean.py").write_text(CLEAN + CLEAN)
    with closing(sqlite3.connect(warm / DATABASE, isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        got, [line] = checked(warm)
        database.execute("ROLLBACK")
    assert got == wanted
    assert "cannot be used (database is locked); this run goes without it" in line
    assert checked(warm) == (wanted, [])


def test_no_place_for_a_cache(warm: Path) -> None:
    wanted, _ = checked(warm, "--no-cache")
    folder = warm / DATABASE.parent
    shutil.rmtree(folder)
    (warm / "taken").touch()
    inside = str(warm / "taken" / "cache")
    for file in warm.rglob("loop.py"):
        file.write_text(LOOP)
    (warm / "long.py").write_text(f"# {'x' * runner.WORTH_REMEMBERING}\n")
    got, [line] = checked(warm, "--cache-dir", inside)
    assert got == wanted
    assert "cannot be used" in line
    if os.geteuid():
        folder.mkdir(mode=0o500)
        got, [line] = checked(warm)
        assert got == wanted


def test_it_keeps_within_bounds(tmp_path: Path) -> None:
    limit = 200_000
    complaints: list[str] = []
    cache = Cache(str(tmp_path), complaints.append, limit)
    text = "x" * 1000
    for number in range(2_000):
        cache.remember_outcome("context", number.to_bytes(16, "big"), text)
        cache.remember_file(b"%d" % number, "state", number.to_bytes(16, "big"))
    cache.close()
    assert complaints == []
    assert (tmp_path / "v1.sqlite").stat().st_size < 4 * limit


def test_what_is_used_stays_longest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    day = 24 * 60 * 60
    now = [10 * day]
    monkeypatch.setattr(time, "time", lambda: now[0])
    text = "x" * 1000

    def opened() -> Cache:
        return Cache(str(tmp_path), pytest.fail, 400_000)

    cache = opened()
    for number in range(200):
        cache.remember_outcome("context", b"old%d" % number, text)
    cache.close()
    now[0] += 2 * day
    cache = opened()
    used = [b"old%d" % number for number in range(0, 200, 10)]
    assert dict(cache.by_content("context", used)) == dict.fromkeys(used, text)
    cache.close()
    now[0] += 2 * day
    cache = opened()
    for number in range(150):
        cache.remember_outcome("context", b"new%d" % number, text)
    cache.close()
    cache = opened()
    assert dict(cache.by_content("context", used)) == dict.fromkeys(used, text)
    unused = {b"old%d" % number for number in range(200)} - set(used)
    assert len(dict(cache.by_content("context", unused))) < 10
    cache.close()


def test_two_runs_at_once(tmp_path: Path) -> None:
    for number in range(120):
        body = "".join(LOOP.replace("doubles", f"doubles{n}") for n in range(15))
        (tmp_path / f"m{number}.py").write_text(f"# {number}\n{body}")
    command = [sys.executable, "-m", "idiomist", "check", "--output-format", "concise", "."]
    alone = idiomist(*command[3:], "--no-cache", cwd=tmp_path)
    for _ in range(3):
        running = [
            subprocess.Popen(
                command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
            for _ in range(4)
        ]
        for each in running:
            assert each.communicate(timeout=120) == (alone.stdout, "")
    assert (tmp_path / DATABASE).exists()


@pytest.mark.skipif(sys.platform == "win32", reason="no signals")
def test_killed_at_any_moment(tmp_path: Path) -> None:
    for number in range(60):
        body = "".join(LOOP.replace("doubles", f"doubles{n}") for n in range(30))
        (tmp_path / f"m{number}.py").write_text(f"# {number}\n{body}")
    command = [sys.executable, "-m", "idiomist", "check", "--output-format", "concise", "."]
    alone = idiomist(*command[3:], "--no-cache", cwd=tmp_path)
    dice = random.Random(0)
    for _ in range(8):
        running = subprocess.Popen(
            command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(dice.uniform(0.1, 1.5))
        running.send_signal(signal.SIGKILL)
        running.wait()
    for _ in range(2):
        done = idiomist(*command[3:], cwd=tmp_path)
        assert (done.stdout, done.stderr) == (alone.stdout, "")


# -- where it is


def test_few_small_files_leave_none_behind(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(LOOP)
    run_here("check", ".", cwd=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["a.py"]


def test_a_project_has_it_in_its_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "a.py").write_text(f"# {'x' * runner.WORTH_REMEMBERING}\n")
    run_here("check", "--no-cache", cwd=inside)
    assert not (tmp_path / DATABASE).exists()
    run_here("check", cwd=inside)
    assert (tmp_path / DATABASE).exists()
    assert (tmp_path / ".idiomist_cache" / ".gitignore").read_text() == "*\n"
    for name, options in (("option", ("--cache-dir", "option")), ("variable", ())):
        monkeypatch.setenv("IDIOMIST_CACHE_DIR", str(inside / "variable"))
        run_here("check", *options, cwd=inside)
        assert (inside / name / "v1.sqlite").exists()


def test_clean_removes_it_and_nothing_else(tree: Path) -> None:
    run_here("check", cwd=tree)
    folder = tree / ".idiomist_cache"
    (folder / "mine").touch()
    assert run_here("clean", cwd=tree) == (0, f"Removed {folder}.\n", "")
    assert [path.name for path in folder.iterdir()] == ["mine"]
    (folder / "mine").unlink()
    run_here("check", cwd=tree)
    run_here("clean", cwd=tree)
    assert not folder.exists()
    assert run_here("clean", cwd=tree) == (0, f"There is no cache in {folder}.\n", "")
    assert run_here("clean", "--cache-dir", "loop.py", cwd=tree)[0] == 0
    assert (tree / "loop.py").exists()
