"""The commands, as people and programs call them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers import CLEAN, DOUBTFUL, FIXED_LOOP, LOOP, idiomist

from idiomist import __version__


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "cart.py").write_text(LOOP)
    (tmp_path / "shop" / "orders.py").write_text(DOUBTFUL)
    (tmp_path / "shop" / "clean.py").write_text(CLEAN)
    return tmp_path


def test_check_tells_the_whole_story(shop: Path) -> None:
    done = idiomist("check", "shop", cwd=shop)
    assert done.stdout == """\
shop/cart.py:2:5 manual-list-comprehension (IDM101): `found` is filled one append at a time; \
say what it holds instead
    2 -     found = []
    3 -     for number in numbers:
    4 -         found.append(2 * number)
      +     found = [2 * number for number in numbers]
   safe

shop/orders.py:2:5 manual-list-comprehension (IDM101): `found` is filled one append at a time; \
say what it holds instead
    2 -     found = []
    3 -     for number in numbers:
    4 -         found.append(2 * number)
      +     found = [2 * number for number in numbers]
   doubt: `number` is read again on line 5

2 findings: 1 can be fixed safely (idiomist fix), 1 with doubts (idiomist fix --unsafe)
"""
    assert (done.returncode, done.stderr) == (1, "")


def test_concise_is_one_line_a_finding(shop: Path) -> None:
    done = idiomist("check", "--output-format", "concise", "shop", cwd=shop)
    lines = done.stdout.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("shop/cart.py:2:5 manual-list-comprehension (IDM101): ")
    assert lines[0].endswith("[safe]")
    assert lines[1].endswith("[unsafe]")


def test_json_has_what_programs_need(shop: Path) -> None:
    done = idiomist("check", "--output-format", "json", "shop", cwd=shop)
    first, second = json.loads(done.stdout)
    assert {key: first[key] for key in first if key not in ("edits", "message")} == {
        "path": "shop/cart.py",
        "line": 2,
        "column": 5,
        "end_line": 4,
        "end_column": 33,
        "code": "IDM101",
        "name": "manual-list-comprehension",
        "severity": "warning",
        "fix_safety": "safe",
        "doubts": [],
    }
    assert first["edits"] == [
        {
            "line": 2,
            "column": 1,
            "end_line": 5,
            "end_column": 1,
            "text": "    found = [2 * number for number in numbers]\n",
        }
    ]
    assert second["fix_safety"] == "unsafe"
    assert second["doubts"] == [
        {"hazard": "read-later", "line": 5, "reason": "`number` is read again on line 5"}
    ]


def test_json_without_findings_is_an_empty_list(shop: Path) -> None:
    done = idiomist("check", "--output-format", "json", "shop/clean.py", cwd=shop)
    assert (json.loads(done.stdout), done.returncode) == ([], 0)


def test_check_is_quiet_about_clean_code(shop: Path) -> None:
    done = idiomist("check", "shop/clean.py", cwd=shop)
    assert (done.stdout, done.returncode) == ("No findings.\n", 0)


def test_fix_applies_what_is_safe(shop: Path) -> None:
    done = idiomist("fix", "shop", cwd=shop)
    assert (shop / "shop" / "cart.py").read_text() == FIXED_LOOP
    assert (shop / "shop" / "orders.py").read_text() == DOUBTFUL
    assert done.stdout == (
        "Fixed 1 finding in 1 file.\n" "Left: 1 finding: 1 with doubts (idiomist fix --unsafe)\n"
    )
    assert done.returncode == 1


def test_fix_unsafe_applies_the_rest(shop: Path) -> None:
    doubtful = DOUBTFUL.replace("    found", "    number = 0\n    found", 1)
    (shop / "shop" / "orders.py").write_text(doubtful)
    done = idiomist("fix", "--unsafe", "shop", cwd=shop)
    assert "for number in numbers]" in (shop / "shop" / "orders.py").read_text()
    assert (done.stdout, done.returncode) == ("Fixed 2 findings in 2 files.\n", 0)
    again = idiomist("fix", "--unsafe", "shop", cwd=shop)
    assert (again.stdout, again.returncode) == ("Nothing to fix.\n", 0)


def test_a_doubt_that_comes_true_is_told_and_nothing_is_changed(shop: Path) -> None:
    done = idiomist("fix", "--unsafe", "shop/orders.py", cwd=shop)
    assert done.stdout == (
        "shop/orders.py:2: manual-list-comprehension was left, "
        "its doubt came true: `number` would be another variable\n"
        "Left: 1 finding: 1 with doubts (idiomist fix --unsafe)\n"
    )
    assert done.returncode == 1
    assert (shop / "shop" / "orders.py").read_text() == DOUBTFUL


def test_diff_writes_nothing(shop: Path) -> None:
    done = idiomist("fix", "--diff", "shop/cart.py", cwd=shop)
    assert done.stdout.splitlines() == [
        "--- shop/cart.py",
        "+++ shop/cart.py",
        "@@ -1,5 +1,3 @@",
        " def doubles(numbers):",
        "-    found = []",
        "-    for number in numbers:",
        "-        found.append(2 * number)",
        "+    found = [2 * number for number in numbers]",
        "     return found",
        "Would fix 1 finding in 1 file.",
    ]
    assert done.returncode == 1
    assert (shop / "shop" / "cart.py").read_text() == LOOP


def test_diff_says_1_when_something_remains_that_it_cannot_fix(shop: Path) -> None:
    assert idiomist("fix", "--diff", "shop/orders.py", cwd=shop).returncode == 1
    assert idiomist("fix", "--diff", "shop/clean.py", cwd=shop).returncode == 0


def test_stdin_goes_to_stdout(tmp_path: Path) -> None:
    done = idiomist("fix", "-", cwd=tmp_path, stdin=LOOP.encode())
    assert (done.stdout, done.returncode) == (FIXED_LOOP, 0)
    assert done.stderr == "Fixed 1 finding.\n"
    named = idiomist("check", "-", "--stdin-filename", "a.py", cwd=tmp_path, stdin=LOOP.encode())
    assert named.stdout.startswith("a.py:2:5 ")


def test_select_and_ignore(shop: Path) -> None:
    for keys in ("loops", "IDM2", "manual-any-all,IDM203"):
        assert idiomist("check", "--select", keys, "shop", cwd=shop).returncode == 0
    for keys in ("comprehensions", "IDM1", "IDM101", "manual-list-comprehension"):
        assert idiomist("check", "--select", keys, "shop", cwd=shop).returncode == 1
        assert idiomist("check", "--ignore", keys, "shop", cwd=shop).returncode == 0


def test_unknown_check_names_the_nearest(shop: Path) -> None:
    done = idiomist("check", "--select", "manual-list-comprehensions", "shop", cwd=shop)
    assert done.returncode == 2
    assert done.stderr == (
        "idiomist: there is no check, code, prefix or family `manual-list-comprehensions`; "
        "did you mean `manual-list-comprehension`?\n"
    )


def test_settings_come_from_the_nearest_pyproject(shop: Path) -> None:
    (shop / "pyproject.toml").write_text('[tool.idiomist]\nignore = ["IDM1"]\n')
    assert idiomist("check", "shop", cwd=shop).returncode == 0
    (shop / "shop" / "pyproject.toml").write_text(
        '[tool.idiomist]\nper-file-ignores = { "cart.py" = ["comprehensions"] }\n'
    )
    done = idiomist("check", "--output-format", "concise", "shop", cwd=shop)
    assert "cart.py" not in done.stdout
    assert "orders.py" in done.stdout


def test_extend_exclude_and_gitignore(shop: Path) -> None:
    (shop / ".git").mkdir()
    (shop / ".gitignore").write_text("/shop/cart.py\n")
    (shop / "pyproject.toml").write_text('[tool.idiomist]\nextend-exclude = ["orders.py"]\n')
    assert idiomist("check", cwd=shop).returncode == 0
    assert idiomist("check", "shop/cart.py", "shop/orders.py", cwd=shop).returncode == 1


def test_a_directory_that_is_named_is_searched_even_if_excluded(shop: Path) -> None:
    (shop / ".git").mkdir()
    (shop / ".gitignore").write_text("/shop/\n")
    (shop / "pyproject.toml").write_text('[tool.idiomist]\nextend-exclude = ["shop"]\n')
    assert idiomist("check", cwd=shop).returncode == 0
    assert idiomist("check", "shop", cwd=shop).returncode == 1


def test_force_exclude_holds_for_what_is_named(shop: Path) -> None:
    """As pre-commit calls us: every file by name, wherever the settings are."""
    (shop / "pyproject.toml").write_text('[tool.idiomist]\nextend-exclude = ["shop/old/"]\n')
    old = shop / "shop" / "old"
    (old / "deep").mkdir(parents=True)
    (old / "pyproject.toml").write_text("[tool.idiomist]\n")
    for name in ("cart.py", "deep/cart.py"):
        (old / name).write_text(LOOP)
    named = ["shop/cart.py", "shop/old/cart.py", "shop/old/deep/cart.py"]
    concise = ["check", "--output-format", "concise"]
    assert idiomist(*concise, *named, cwd=shop).stdout.count("IDM101") == 3
    done = idiomist(*concise, "--force-exclude", *named, "shop/old", cwd=shop)
    assert done.stdout.splitlines()[0].startswith("shop/cart.py:2:5 ")
    assert done.stdout.count("IDM101") == 1
    assert idiomist("fix", "--force-exclude", *named, cwd=shop).returncode == 0
    assert [(shop / name).read_text() for name in named] == [FIXED_LOOP, LOOP, LOOP]
    nothing_left = idiomist("fix", "--force-exclude", *named[1:], cwd=shop)
    assert (nothing_left.stdout, nothing_left.returncode) == ("Nothing to fix.\n", 0)


def test_exit_zero_forgives_findings_and_nothing_else(shop: Path) -> None:
    told = idiomist("check", "shop", cwd=shop)
    forgiven = idiomist("check", "--exit-zero", "shop", cwd=shop)
    assert (forgiven.stdout, forgiven.returncode) == (told.stdout, 0)
    assert idiomist("fix", "--diff", "--exit-zero", "shop", cwd=shop).returncode == 0
    assert idiomist("fix", "--exit-zero", "shop", cwd=shop).returncode == 0
    (shop / "shop" / "broken.py").write_text("x = (\n")
    for command in ("check", "fix"):
        assert idiomist(command, "--exit-zero", "shop", cwd=shop).returncode == 2
        assert idiomist(command, "--exit-zero", "--select", "nothing", cwd=shop).returncode == 2


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ("selct = []", "there is no key `selct`; did you mean `select`?"),
        ("colour = 1", "there is no key `colour`; known keys: extend, select, ignore, "),
        ("select = 1", "`select` must be a list of strings"),
        ("line-length = 5", "`line-length` must be a number from 20 to 1000"),
        ("target-version = 3.11", '`target-version` must be a string such as "3.11"'),
        ("per-file-ignores = []", "`per-file-ignores` must be a table of patterns and lists"),
        ('select = ["nothing"]', "`select`: there is no check, code, prefix or family `nothing`"),
    ],
)
def test_wrong_settings_are_one_clear_line(shop: Path, table: str, complaint: str) -> None:
    (shop / "pyproject.toml").write_text(f"[tool.idiomist]\n{table}\n")
    done = idiomist("check", "shop", cwd=shop)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith(f"idiomist: pyproject.toml:2: {complaint}"), done.stderr


def test_explain_by_name_and_code(tmp_path: Path) -> None:
    by_name = idiomist("explain", "manual-any-all", cwd=tmp_path)
    assert by_name.stdout.startswith("# manual-any-all (IDM201, loops)\n\nAsk `any` or `all`")
    assert idiomist("explain", "idm201", cwd=tmp_path).stdout == by_name.stdout
    unknown = idiomist("explain", "manual-any-al", cwd=tmp_path)
    assert (unknown.returncode, unknown.stderr) == (
        2,
        "idiomist: there is no check `manual-any-al`; did you mean `manual-any-all`?\n",
    )


def test_checks_lists_all(tmp_path: Path) -> None:
    done = idiomist("checks", cwd=tmp_path)
    assert "  IDM101  manual-list-comprehension  Say what the list holds" in done.stdout
    assert done.returncode == 0


def test_version_and_usage(tmp_path: Path) -> None:
    assert idiomist("--version", cwd=tmp_path).stdout == f"idiomist {__version__}\n"
    wrong = idiomist("chekc", cwd=tmp_path)
    assert wrong.returncode == 2
    assert "Try `idiomist --help`" in wrong.stderr


def test_colour_only_where_it_is_wanted(shop: Path) -> None:
    plain = idiomist("check", "shop", cwd=shop)
    assert "\x1b[" not in plain.stdout
    assert "\x1b[" in idiomist("check", "--color", "always", "shop", cwd=shop).stdout
    forced = idiomist("check", "shop", cwd=shop, NO_COLOR="", FORCE_COLOR="1")
    assert "\x1b[" in forced.stdout


@pytest.mark.parametrize(
    "comment",
    [
        "# idiomist: ignore[manual-list-comprehension] on purpose",
        "# idiomist: ignore[comprehensions]",
        "# idiomist: ignore [IDM1, idm101] on purpose",
        "# idiomist: ignore",
        "# noqa: IDM101",
        "# noqa: E501, IDM101",
        "# noqa: IDM1",
        "# noqa",
    ],
)
def test_comments_ask_for_silence(shop: Path, comment: str) -> None:
    (shop / "cart.py").write_text(LOOP.replace("found = []", f"found = []  {comment}"))
    assert idiomist("check", "cart.py", cwd=shop).returncode == 0
    above = LOOP.replace("    found = []", f"    {comment}\n    found = []")
    (shop / "cart.py").write_text(above)
    quiet = idiomist("check", "cart.py", cwd=shop).returncode == 0
    assert quiet == ("idiomist" in comment), "noqa speaks of its own line only"


@pytest.mark.parametrize(
    "comment",
    [
        "# idiomist: ignore[index-loop]",
        "# idiomist: ignore[manual-list",
        "# idiomist: ignored for now",
        "# noqa: IDM102",
        "# ignore this",
    ],
)
def test_other_comments_do_not(shop: Path, comment: str) -> None:
    (shop / "cart.py").write_text(LOOP.replace("found = []", f"found = []  {comment}"))
    assert idiomist("check", "cart.py", cwd=shop).returncode == 1


def test_a_whole_file_can_be_left_alone(shop: Path) -> None:
    (shop / "cart.py").write_text(f"# idiomist: file-ignore[IDM101] generated\n{LOOP}")
    assert idiomist("check", "cart.py", cwd=shop).returncode == 0


def test_letters_that_a_pipe_does_not_know_are_shown_by_number(tmp_path: Path) -> None:
    (tmp_path / "arrow.py").write_text(LOOP.replace("2 *", "'\u2192' *"), encoding="utf-8")
    for form in ("full", "concise"):
        done = idiomist("check", "--output-format", form, cwd=tmp_path, PYTHONIOENCODING="ascii")
        assert (done.returncode, done.stderr) == (1, "")
    full = idiomist("check", cwd=tmp_path, PYTHONIOENCODING="ascii").stdout
    assert r"'\u2192' *" in full


def test_a_name_of_two_lines_is_shown_on_one(tmp_path: Path) -> None:
    (tmp_path / "a\n::error::x.py").write_text("def f(:\n")
    (tmp_path / "b\n::error::x.py").write_text(LOOP)
    for form in ("full", "concise", "github"):
        done = idiomist("check", "--output-format", form, cwd=tmp_path)
        lines = [*done.stdout.splitlines(), *done.stderr.splitlines()]
        assert not [line for line in lines if line.startswith("::error::")], form
