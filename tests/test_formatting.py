"""What is fixed in a project that black formats is as black leaves it, with black or without."""

from __future__ import annotations

from pathlib import Path

import black
import pytest

from idiomist.conventions import Conventions
from idiomist.fixer import Fixer
from idiomist.linter import Linter
from idiomist.project.config import settings_for
from idiomist.project.formatters import black_in
from idiomist.registry import installed
from idiomist.text import found_width, split_lines

HOOK = """\
repos:
  - repo: https://github.com/psf/black
    rev: 26.10.1
    hooks:
      - id: {id}
        {rest}
  - repo: local
    hooks:
      - id: other
        args: [--line-length, "33"]
"""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (HOOK.format(id="black", rest=""), {}),
        (HOOK.format(id="'black'  # as always", rest=""), {}),
        (HOOK.format(id="ruff-format", rest=""), {}),
        (HOOK.format(id="black", rest="args: [--line-length=100]"), {"line-length": 100}),
        (HOOK.format(id="black", rest='args: ["--line-length", "99"]'), {"line-length": 99}),
        (HOOK.format(id="black", rest="args: [-l 79]"), {"line-length": 79}),
        (
            HOOK.format(id="black", rest="args:\n          - -l\n          - 60"),
            {"line-length": 60},
        ),
        (HOOK.format(id="blacken-docs", rest=""), None),
        (HOOK.replace("      - id: {id}", "      # - id: black").format(rest=""), None),
        ("- id: black", {}),
        ("\0", None),
    ],
)
def test_a_hook_tells_that_black_formats(
    tmp_path: Path, text: str, found: dict[str, int] | None
) -> None:
    (tmp_path / ".pre-commit-config.yaml").write_text(text)
    assert black_in(str(tmp_path), {}) == found


@pytest.mark.parametrize(
    ("tables", "hook", "width"),
    [
        ("[tool.black]", None, 88),
        ("[tool.black]\nline-length = 100", None, 100),
        ("[tool.black]\nline-length = 100", "", 100),
        ("[tool.black]\nline-length = 100", "args: [-l 79]", 79),
        ("[tool.black]\nline-length = 100\n[tool.ruff]\nline-length = 120", None, 100),
        ("[tool.ruff]\nline-length = 120", None, 120),
        ("[tool.ruff]", None, 88),
        ("[tool.idiomist]\nline-length = 99\n[tool.black]\nline-length = 100", "", 99),
        ("[tool.black]\nline-length = 'long'", None, None),
        ("[tool]\nblack = 1\nruff = 2", None, None),
        ("[project]", "", 88),
        ("[project]", None, None),
    ],
)
def test_the_limit_of_the_formatter_is_ours(
    tmp_path: Path, tables: str, hook: str | None, width: int | None
) -> None:
    (tmp_path / "pyproject.toml").write_text(tables)
    if hook is not None:
        config = HOOK.format(id="black", rest=hook)
        (tmp_path / ".pre-commit-config.yaml").write_text(config)
    assert settings_for(str(tmp_path)).conventions.width == width
    (tmp_path / "below").mkdir()
    assert settings_for(str(tmp_path / "below")).conventions.width == width


@pytest.mark.parametrize(
    ("ruff", "found"),
    [
        ({"format": {}}, {"skip-magic-trailing-comma": False, "skip-string-normalization": False}),
        (
            {"format": {"skip-magic-trailing-comma": True, "quote-style": "single"}},
            {"skip-magic-trailing-comma": True, "skip-string-normalization": True},
        ),
        ({"format": 1}, {}),
    ],
)
def test_the_formatter_of_ruff_is_understood(
    tmp_path: Path, ruff: dict[str, object], found: dict[str, object]
) -> None:
    assert black_in(str(tmp_path), {"ruff": ruff}) == found


@pytest.mark.parametrize(
    ("code", "width"),
    [
        ("", 88),
        ("x = 1\n", 88),
        ("x" * 79 + "\n", 88),
        ("x = 'a'\n" + "x" * 79 + "\n", 79),
        ("x = ''\n" + "x" * 79 + "\n", 79),
        ("x = b'a'\n" + "x" * 80 + "\n", 88),
        ("x = 'a'\n" + "x" * 89 + "\n", 100),
        ("x" * 89 + "\n", 100),
        ("x" * 101 + "\n", 120),
        ("x" * 121 + "\n", 88),
        # Black would leave these quotes.
        ("x = 'say \"a\"'\n" + "x" * 79 + "\n", 88),
        ("x = '\\n'\n" + "x" * 79 + "\n", 88),
        ("x = \"it's 'a'\"\n" + "x" * 79 + "\n", 88),
        ("# it's 'a'\n" + "x" * 79 + "\n", 88),
        ('"""It\'s \'a\'."""\n' + "x" * 79 + "\n", 88),
        # Prose may be longer than code.
        ("# " + "x" * 98 + "\n", 88),
        ('"""\n' + "x" * 98 + '\n"""\n', 88),
        ('x = "' + "x" * 90 + '"\n', 100),
        ("x = 'a'\n# " + "x" * 98 + "\n", 100),
    ],
)
def test_a_file_tells_how_long_its_lines_may_be(code: str, width: int) -> None:
    assert found_width(split_lines(code)) == width


def fixed(code: str, conventions: Conventions) -> str:
    fixer = Fixer(Linter(installed()), unsafe=True, conventions=conventions)
    return fixer.fix(code.encode(), "module.py").data.decode()


MOVED = """\
def sizes_of(path, measured):
    handle = open(path, encoding="utf-8")
    for line in handle:
        assert measured(line) and line, "nothing"  # yet
        measured.sizes[line] = len(line), measured(line)

        def size(text, default=None, other=None):
            return measured.sizes.get(text, default)

        if line and line in measured.sizes and measured.sizes:
            measured(line, "with some arguments", default=5)
        # and the rest
        text = '''a
        b'''
    handle.close()
    return measured
"""
SHORTENED = """\
def names_of(elements, other_elements):
    for index in range(len(elements)):
        print(
            elements[index], other_elements
        )
        other_elements.add(
            elements[index] + other_elements
        )
"""


@pytest.mark.parametrize(("code", "width"), [(MOVED, 59), (MOVED, 62), (SHORTENED, 45)])
def test_lines_that_move_are_laid_out_again_where_black_had_done_so(
    code: str, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    mode = black.Mode(line_length=width)
    code = black.format_str(code, mode=mode)
    table = {"line-length": width}
    with_black = fixed(code, Conventions(width, table))
    assert with_black != code
    assert black.format_str(with_black, mode=mode) == with_black
    assert fixed(code, Conventions(width)) == with_black
    monkeypatch.setitem(__import__("sys").modules, "black", None)
    assert fixed(code, Conventions(width, table)) == with_black


def test_lines_that_move_stay_as_they_are_where_nobody_formats() -> None:
    code = MOVED.replace("measured(line) and", "measured( line ) and")
    code = code.replace(
        "return measured.sizes.get(text, default)",
        "return measured.sizes.get(\n                text, default)",
    )
    after = fixed(code, Conventions(59)).splitlines()
    assert '    with open(path, encoding="utf-8") as handle:' in after
    body = code.partition("handle:\n")[2].partition("        b'''")[0]
    assert [line.removeprefix("    ") for line in after[3:-2]] == body.splitlines()


ABOVE_A_FUNCTION = """\
def trace_of(values):
{above}    trace = []

    def shown(value):
        return str(value)

    for value in values:
        trace.append(shown(value))
    return trace
"""


@pytest.mark.parametrize(
    "above", ["", "    size = len(values)\n", "    size = 1\n\n", '    """Doc."""\n']
)
def test_a_function_that_becomes_the_first_keeps_its_distance(above: str) -> None:
    code = ABOVE_A_FUNCTION.format(above=above)
    assert black.format_str(code, mode=black.Mode()) == code
    after = fixed(code, Conventions(88))
    assert "trace = [shown(value) for value in values]" in after
    assert black.format_str(after, mode=black.Mode()) == after


def test_odd_settings_of_black_do_no_harm() -> None:
    code = black.format_str(MOVED, mode=black.Mode())
    odd = {"target-version": ["py311", "py399", 3], "line-length": "long"}
    assert fixed(code, Conventions(88, odd)) == fixed(code, Conventions(88))
