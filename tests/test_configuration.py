"""What settings do to a run of the command line, and what it says about them."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest
from helpers import CLEAN, DOUBTFUL, FIXED_LOOP, LOOP, idiomist

from idiomist.conventions import Conventions
from idiomist.finding import Applicability, Grade, Severity
from idiomist.fixer import Fixer
from idiomist.linter import Linter
from idiomist.project.config import ConfigError
from idiomist.project.linters import Linters
from idiomist.project.schema import schema
from idiomist.project.settings import Settings
from idiomist.registry import installed
from idiomist.source import Source

FORMATS = ("json", "github", "gitlab", "rdjson", "sarif")
CONCISE = ("check", "--output-format", "concise")
INDEXED = """\
def show(rows):
    for i in range(len(rows)):
        print(i, rows[i])
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "cart.py").write_text(LOOP)
    (tmp_path / "shop" / "orders.py").write_text(DOUBTFUL)
    (tmp_path / "shop" / "clean.py").write_text(CLEAN)
    return tmp_path


# -- which file


def test_own_file_wins_and_extends(shop: Path) -> None:
    (shop / "pyproject.toml").write_text('[tool.idiomist]\nselect = ["loops"]\n')
    assert idiomist("check", "shop", cwd=shop).returncode == 0
    (shop / "idiomist.toml").write_text("")
    assert idiomist("check", "shop", cwd=shop).returncode == 1
    (shop / "shop" / "idiomist.toml").write_text('extend = "../pyproject.toml"')
    assert idiomist("check", "shop", cwd=shop).returncode == 0


def test_inherited_patterns_begin_where_they_are_written(shop: Path) -> None:
    (shop / "base.toml").write_text(
        'per-file-ignores = { "shop/cart.py" = ["all"] }\nextend-exclude = ["/shop/orders.py"]'
    )
    (shop / "shop" / "idiomist.toml").write_text('extend = "../base.toml"')
    done = idiomist("check", cwd=shop)
    assert (done.stdout, done.returncode) == ("No findings.\n", 0)
    (shop / "shop" / "base.toml").write_text((shop / "base.toml").read_text())
    (shop / "shop" / "idiomist.toml").write_text('extend = "base.toml"')
    assert idiomist(*CONCISE, cwd=shop).stdout.count("IDM101") == 2


def test_what_is_excluded_can_be_taken_back_further_down(shop: Path) -> None:
    (shop / "base.toml").write_text('extend-exclude = ["*.py"]')
    (shop / "idiomist.toml").write_text('extend = "base.toml"\nextend-exclude = ["!cart.py"]')
    found = idiomist(*CONCISE, cwd=shop).stdout
    assert "cart.py" in found
    assert "orders.py" not in found


def test_one_file_for_every_path(shop: Path) -> None:
    (shop / "shop" / "pyproject.toml").write_text("[tool.idiomist]\nwrong = 1\n")
    (shop / "ci").mkdir()
    (shop / "ci" / "strict.toml").write_text('per-file-ignores = { "shop/cart.py" = ["IDM101"] }')
    for command in ("check", "fix"):
        assert idiomist(command, "shop", cwd=shop).returncode == 2
    found = idiomist(*CONCISE, "--config", "ci/strict.toml", "shop", cwd=shop)
    assert (found.returncode, found.stdout.count("IDM101"), found.stderr) == (1, 1, "")
    elsewhere = idiomist(*CONCISE, "--config", "strict.toml", "../shop", cwd=shop / "ci")
    assert elsewhere.stdout.count("IDM101") == 2, "patterns begin at the working directory"
    (shop / "ci" / "strict.toml").write_text('extend-exclude = ["shop/"]')
    assert idiomist("check", "--config", "ci/strict.toml", cwd=shop).returncode == 0
    idiomist("fix", "--config", "ci/strict.toml", "shop", cwd=shop)
    assert (shop / "shop" / "cart.py").read_text() == FIXED_LOOP


def test_no_file_for_any_path(shop: Path) -> None:
    (shop / "pyproject.toml").write_text("[tool.idiomist]\nwrong = 1\n[tool.black]\n")
    assert idiomist(*CONCISE, "--isolated", "shop", cwd=shop).stdout.count("IDM101") == 2
    idiomist("fix", "--isolated", "shop", cwd=shop)
    assert (shop / "shop" / "cart.py").read_text() == FIXED_LOOP


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--config", "nope.toml"], "nope.toml: cannot be read: no such file or directory"),
        (["--config", "shop"], "shop: cannot be read: is a directory"),
        (["--config", "pyproject.toml"], "pyproject.toml: there is no table [tool.idiomist]"),
        (
            ["--config", "x.toml", "--isolated"],
            "argument --isolated: not allowed with argument --config",
        ),
    ],
)
def test_wrong_usage(shop: Path, arguments: list[str], complaint: str) -> None:
    (shop / "pyproject.toml").write_text("")
    for command in ("check", "fix"):
        done = idiomist(command, *arguments, "shop", cwd=shop)
        assert (done.returncode, done.stderr.splitlines()[0]) == (2, f"idiomist: {complaint}")


# -- --show-settings


def test_settings_are_shown_with_their_places(shop: Path) -> None:
    (shop / "pyproject.toml").write_text(
        '[project]\nname = "x"\nrequires-python = ">=3.9"\n'
        '[tool.idiomist]\nextend-exclude = ["a"]\nseverity."all" = "info"\n'
    )
    (shop / "shop" / "idiomist.toml").write_text(
        'extend = "../pyproject.toml"\nextend-exclude = [\n  "b c",\n]\n'
        'line-length = 90\nper-file-ignores = { "cart.py" = ["IDM1"] }\n'
    )
    done = idiomist(
        "fix", "--show-settings", "--select", "loops,IDM1", "shop", "shop/cart.py", cwd=shop
    )
    assert (done.returncode, done.stderr) == (0, "")
    of_folder, of_file = done.stdout.split("# shop/cart.py\n")
    assert of_file == """\
select = ["loops", "IDM1"]  # the command line
ignore = []  # default
per-file-ignores = { "cart.py" = ["IDM1"] }  # shop/idiomist.toml:6
extend-exclude = ["a", "b c"]  # pyproject.toml:5, shop/idiomist.toml:2
extend-safe = []  # default
extend-unsafe = []  # default
severity = { all = "info" }  # pyproject.toml:6
line-length = 90  # shop/idiomist.toml:5
target-version = "3.9"  # requires-python in pyproject.toml:3
max-for-clauses = 2  # default
# max-comprehension-lines is not set: as many as the loop has
max-next-lines = 2  # default
# what runs here: manual-any-all, manual-first-match, index-loop
"""
    assert of_folder == f"# shop\n{of_file.rpartition('# what')[0]}"
    jsonschema.validate(tomllib.loads(of_file), schema(installed()))
    assert (shop / "shop" / "cart.py").read_text() == LOOP, "nothing is fixed"


def test_shown_settings_of_standard_input_and_of_nothing_in_particular(shop: Path) -> None:
    (shop / "shop" / "idiomist.toml").write_text("line-length = 90")
    name = ("--stdin-filename", "shop/new.py")
    done = idiomist("check", "--show-settings", "-", *name, cwd=shop)
    assert done.stdout.startswith("# shop/new.py\n")
    assert "line-length = 90  # shop/idiomist.toml:1" in done.stdout
    done = idiomist("check", "--show-settings", "--isolated", cwd=shop / "shop")
    assert done.stdout.startswith("# .\nselect = []  # default: all that are on by default\n")
    assert "# line-length is not set: as each file shows\n" in done.stdout
    (shop / "shop" / "idiomist.toml").write_text("line-length = 9")
    done = idiomist("check", "--show-settings", cwd=shop / "shop")
    assert (done.stdout, done.returncode) == ("", 2)
    assert done.stderr.startswith("idiomist: idiomist.toml:1: `line-length` must be")


# -- names of checks


@pytest.mark.parametrize(
    "text",
    [
        'select = [\n"index-lop"]',
        'ignore = ["loops", "index-lop"]',
        'extend-safe = ["index-lop"]',
        'extend-unsafe = ["index-lop"]',
        '"severity" = { index-lop = "info" }',
        'per-file-ignores = { "not-there.py" = ["index-lop"] }',
    ],
)
def test_unknown_checks_are_told_with_their_place(shop: Path, text: str) -> None:
    (shop / "base.toml").write_text(f"# index-lop\n\n{text}\n")
    (shop / "shop" / "pyproject.toml").write_text('[tool.idiomist]\nextend = "../base.toml"\n')
    key = text.split()[0].strip('"')
    done = idiomist("check", "shop", cwd=shop)
    assert (done.returncode, done.stderr) == (
        2,
        f"idiomist: base.toml:3: `{key}`: there is no check, code, prefix or family "
        "`index-lop`; did you mean `index-loop`?\n",
    )


def test_hosts_are_told_as_well(tmp_path: Path) -> None:
    (tmp_path / "idiomist.toml").write_text('\n[severity]\nIDM7 = "info"\n')
    with pytest.raises(ConfigError, match=r"idiomist.toml:3: `severity`: .* `IDM7`"):
        Linters().linter(str(tmp_path / "x.py"))


# -- safety by configuration


def test_checks_that_are_trusted_are_applied_in_spite_of_doubts(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text(INDEXED)
    before = idiomist("check", "a.py", cwd=tmp_path).stdout
    [line] = [line for line in before.splitlines() if line.startswith("   doubt: ")]
    doubt = line.removeprefix("   doubt: ")
    (tmp_path / "idiomist.toml").write_text('extend-safe = ["loops"]')
    told = idiomist("check", "a.py", cwd=tmp_path).stdout
    assert f"\n   safe by `extend-safe`, in spite of: {doubt}\n" in told
    assert "\n   safe\n" not in told
    assert "doubt:" not in told
    [found] = json.loads(idiomist("check", "--output-format=json", cwd=tmp_path).stdout)
    assert found["fix_safety"] == "safe"
    assert [one["reason"] for one in found["doubts"]] == [doubt]
    sarif = json.loads(idiomist("check", "--output-format=sarif", cwd=tmp_path).stdout)
    [fix] = sarif["runs"][0]["results"][0]["fixes"]
    assert fix["description"]["text"] == "Safe by `extend-safe`, in spite of doubts."
    done = idiomist("fix", "a.py", cwd=tmp_path)
    assert "enumerate(rows)" in path.read_text()
    assert done.stdout == (
        "Fixed 1 finding in 1 file.\n1 of them: safe by `extend-safe`, in spite of doubts.\n"
    )


def test_trust_does_not_replace_verification(shop: Path) -> None:
    (shop / "idiomist.toml").write_text('extend-safe = ["all"]')
    done = idiomist("fix", "shop/orders.py", cwd=shop)
    assert "was left, its doubt came true: `number` would be another variable" in done.stdout
    assert (shop / "shop" / "orders.py").read_text() == DOUBTFUL


def test_checks_that_are_not_trusted_wait_for_unsafe(shop: Path) -> None:
    (shop / "idiomist.toml").write_text('extend-unsafe = ["IDM101"]')
    told = idiomist("check", "shop/cart.py", cwd=shop).stdout
    assert "\n   unsafe by `extend-unsafe`, without a doubt of ours\n" in told
    assert idiomist(*CONCISE, "shop/cart.py", cwd=shop).stdout.count("[unsafe]") == 1
    sarif = json.loads(idiomist("check", "--output-format=sarif", cwd=shop).stdout)
    assert [
        result["fixes"][0]["description"]["text"] for result in sarif["runs"][0]["results"]
    ] == ["Unsafe by `extend-unsafe`.", "Not proven safe: there are doubts."]
    assert idiomist("fix", "shop/cart.py", cwd=shop).returncode == 1
    assert (shop / "shop" / "cart.py").read_text() == LOOP
    done = idiomist("fix", "--unsafe", "shop/cart.py", cwd=shop)
    assert (done.stdout, done.returncode) == ("Fixed 1 finding in 1 file.\n", 0)
    assert (shop / "shop" / "cart.py").read_text() == FIXED_LOOP


@pytest.mark.parametrize(
    ("safe", "unsafe", "expected"),
    [
        (["all"], [], "SAFE"),
        ([], ["all"], "UNSAFE"),
        (["all"], ["all"], "UNSAFE"),
        (["loops"], ["all"], "SAFE"),
        (["all"], ["loops"], "UNSAFE"),
        (["IDM2"], ["loops"], "SAFE"),
        (["IDM210"], ["IDM21", "loops"], "SAFE"),
        (["IDM210"], ["index-loop"], "UNSAFE"),
        (["index-loop"], ["IDM210", "all"], "UNSAFE"),
        (["comprehensions"], [], None),
    ],
)
def test_the_more_exact_name_decides(
    safe: list[str], unsafe: list[str], expected: str | None
) -> None:
    check = installed().get("index-loop")
    settings = Settings(extend_safe=tuple(safe), extend_unsafe=tuple(unsafe))
    [(_, grade)] = settings.grades([check])
    assert grade == Grade(Applicability[expected] if expected else None)


def test_advice_stays_advice(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(LOOP.replace("found = []", "found = []; x = 1"))
    (tmp_path / "idiomist.toml").write_text('extend-safe = ["all"]')
    assert "[advice]" in idiomist(*CONCISE, cwd=tmp_path).stdout


# -- severity


def test_severity_goes_to_formats_that_tell_it(shop: Path) -> None:
    (shop / "shop" / "index.py").write_text(INDEXED)
    (shop / "shop" / "idiomist.toml").write_text(
        'severity = { all = "info", loops = "error", IDM2 = "info", index-loop = "error" }\n'
    )
    told = {name: idiomist("check", "--output-format", name, "shop", cwd=shop) for name in FORMATS}
    assert {done.returncode for done in told.values()} == {1}
    found = {name: json.loads(told[name].stdout) for name in FORMATS if name != "github"}
    assert [one["severity"] for one in found["json"]] == ["info", "error", "info"]
    assert [one["severity"] for one in found["gitlab"]] == ["info", "major", "info"]
    diagnostics = found["rdjson"]["diagnostics"]
    assert [one["severity"] for one in diagnostics] == ["INFO", "ERROR", "INFO"]
    [run] = found["sarif"]["runs"]
    assert [one["level"] for one in run["results"]] == ["note", "error", "note"]
    levels = {
        rule["id"]: (
            rule["defaultConfiguration"]["level"],
            rule["properties"]["problem.severity"],
        )
        for rule in run["tool"]["driver"]["rules"]
    }
    assert levels["IDM101"] == ("note", "recommendation")
    assert levels["IDM210"] == ("error", "error")
    assert levels["IDM301"] == ("warning", "warning")
    commands = [line.partition(" ")[0] for line in told["github"].stdout.splitlines()]
    assert commands[:3] == ["::error", "::notice", "::notice"]


def test_what_matters_most_has_room_at_the_code(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("".join(LOOP.replace("doubles", f"f{n}") for n in range(12)))
    (tmp_path / "b.py").write_text(INDEXED)
    (tmp_path / "idiomist.toml").write_text('severity = { index-loop = "error" }')
    lines = idiomist("check", "--output-format", "github", cwd=tmp_path).stdout.splitlines()
    assert lines[0].startswith("::error file=b.py")
    assert [line.partition(" ")[0] for line in lines].count("::warning") == 9
    assert sum(line.startswith("- a.py:") for line in lines) == 3


def test_severity_without_settings_is_a_warning() -> None:
    [finding] = Linter(installed()).lint(Source(LOOP.encode()))
    assert finding.grade == Grade(None, Severity.WARNING)


# -- what code may look like

TWICE = """\
def flat(rows):
    found = []
    for row in rows:
        for cell in row:
            found.append(cell + 1)
    return found
"""
THRICE = """\
def flat(tables):
    found = []
    for table in tables:
        for row in table:
            for cell in row:
                found.append(cell + 1)
    return found
"""
FIRST = """\
def first(words, length):
    for word in words:
        if len(word) == length:
            return word.strip()
    return None
"""


def fixed(code: str, conventions: Conventions) -> str:
    """What `fix --unsafe` makes of code; it is not to leave anything out."""
    done = Fixer(Linter(installed()), unsafe=True, conventions=conventions).fix(
        code.encode(), "x.py"
    )
    assert not done.dropped
    return done.data.decode()


def test_so_many_loops_become_one_comprehension() -> None:
    assert "[cell + 1 for row in rows for cell in row]" in fixed(TWICE, Conventions())
    once = fixed(TWICE, Conventions(max_for_clauses=1))
    assert "    for row in rows:\n        found.extend(cell + 1 for cell in row)\n" in once
    assert "for table in tables:\n        found.extend(" in fixed(THRICE, Conventions())
    all_in_one = fixed(THRICE, Conventions(max_for_clauses=3))
    assert "[cell + 1 for table in tables for row in table for cell in row]" in all_in_one
    names: dict[str, object] = {}
    exec(all_in_one, names)
    flat = names["flat"]
    assert callable(flat)
    assert flat([[[1, 2], [3]], [[4]]]) == [2, 3, 4, 5]


@pytest.mark.parametrize(("limit", "is_made"), [(None, True), (2, True), (1, False)])
def test_so_many_lines_for_a_comprehension(limit: int | None, is_made: bool) -> None:
    code = LOOP.replace("2 * number", "number * the_factor")
    made = fixed(code, Conventions(width=50, max_comprehension_lines=limit))
    assert ("        number * the_factor for number in numbers\n" in made) == is_made
    assert (made != code) == is_made
    wide = Conventions(width=88, max_comprehension_lines=limit)
    assert "[number * the_factor for number in numbers]" in fixed(code, wide)


def test_so_many_lines_for_next() -> None:
    short, long = Conventions(width=88), Conventions(width=75)
    assert "next((word.strip() for word in words if" in fixed(FIRST, short)
    assert "return next(\n" in fixed(FIRST, long)
    assert fixed(FIRST, long.replace(max_next_lines=1)) == FIRST
    narrow = Conventions(width=40)
    assert fixed(FIRST, narrow) == FIRST
    assert "return next(\n" in fixed(FIRST, narrow.replace(max_next_lines=9))


WAITING = """\
async def tables(books):
    found = []
    for book in books:
        found.append([row async for row in book])
    return found
"""
LONG_NAME = "some_object_of_a_shop.some_attribute_of_it.another_attribute"
LOCKED = f"""\
def sell(shop):
    {LONG_NAME}.lock_of_the_till.acquire()
    try:
        shop.sell()
    finally:
        {LONG_NAME}.lock_of_the_till.release()
"""


@pytest.mark.parametrize("version", [None, (3, 11), (3, 12)])
def test_newer_pythons_wait_inside(version: tuple[int, int] | None) -> None:
    made = fixed(WAITING, Conventions(python=version))
    assert "found = [[row async for row in book] for book in books]" in made


@pytest.mark.parametrize(
    "waiting",
    [
        "[row async for row in book]",
        "{await row for row in book}",
        "len({row: 1 for row in [await each for each in book]})",
    ],
)
def test_older_pythons_do_not(waiting: str) -> None:
    """Before 3.11: `asynchronous comprehension outside of an asynchronous function`."""
    code = WAITING.replace("[row async for row in book]", waiting)
    assert fixed(code, Conventions(python=(3, 10))) == code
    assert fixed(code, Conventions(python=(3, 11))) != code
    waiting_first = f"in {waiting.replace('book', 'books')}:"
    outside = code.replace("in books:", waiting_first).replace(f"({waiting})", "(book + 1)")
    assert fixed(outside, Conventions(python=(3, 10))) != outside, "evaluated outside"


@pytest.mark.parametrize(
    ("version", "wraps"), [(None, True), ((3, 9), True), ((3, 8), False), ((3, 0), False)]
)
def test_parentheses_of_with_are_for_newer_pythons(
    version: tuple[int, int] | None, wraps: bool
) -> None:
    made = fixed(LOCKED, Conventions(width=79, python=version))
    assert f"with {LONG_NAME}.lock_of_the_till:" in made or wraps
    assert ("    with (\n" in made) == wraps


def test_the_grammar_of_the_target_has_the_last_word(tmp_path: Path) -> None:
    """Whatever a check writes: what the oldest Python cannot parse is not applied."""
    from idiomist.fixer import problem_with

    old = Source(b"x = 1\n", "x.py", Conventions(python=(3, 7)))
    assert problem_with(old, b"(x := 1)\n") == "the result needs a newer Python than 3.7"
    assert problem_with(old, b"x = 2\n") is None
    new = Source(b"if (y := 1):\n    x = 1\n", "x.py", Conventions(python=(3, 7)))
    assert problem_with(new, b"if (y := 1):\n    x = 2\n") is None, "it was too new before"
    assert problem_with(Source(b"x = 1\n"), b"(x := 1)\n") is None


def test_the_target_reaches_the_fixes(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nrequires-python = ">=3.10"\n')
    (tmp_path / "a.py").write_text(WAITING)
    assert idiomist("check", cwd=tmp_path).returncode == 0
    assert idiomist("check", "--isolated", cwd=tmp_path).returncode == 1
