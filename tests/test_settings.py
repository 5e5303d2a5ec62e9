"""The table of settings: what is read, what the schema says, and where mistakes are."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from idiomist.conventions import DEFAULTS
from idiomist.finding import Severity
from idiomist.project.config import ConfigError, settings_by, settings_for
from idiomist.project.lines import line_of
from idiomist.project.requires import oldest_python
from idiomist.project.schema import FILE, schema
from idiomist.project.settings import BY_KEY, SETTINGS, Setting, Settings
from idiomist.registry import installed

ROOT = Path(__file__).parent.parent
SCHEMA = schema(installed())
GOOD = [
    "",
    "select = []",
    'select = ["all", "IDM1", "of-another-pack"]',
    'ignore = ["loops"]',
    'extend-exclude = ["a/", "*.b"]',
    "per-file-ignores = {}",
    'per-file-ignores = { "tests/*" = [], "a" = ["loops"] }',
    '[per-file-ignores]\n"tests/*" = ["loops"]',
    'per-file-ignores."a b" = ["loops"]',
    'extend-safe = ["index-loop"]\nextend-unsafe = ["all"]',
    'severity = { all = "info", loops = "warning", IDM1 = "error" }',
    "line-length = 20",
    "line-length = 1000",
    'target-version = "3.0"',
    'target-version = "3.14"',
    "max-for-clauses = 1",
    "max-comprehension-lines = 100",
    "max-next-lines = 3",
    '"line-length" = 0x50',
    '"line\\u002dlength" = 80',
]
BAD = [
    ("selct = []", ["selct"], "did you mean `select`?"),
    ("line_length = 80", ["line_length"], "did you mean `line-length`?"),
    ("colour = 1", ["colour"], "known keys: extend, select,"),
    ("root = ''", ["root"], "there is no key `root`"),
    ("extend = 1", ["extend"], "must be a string"),
    ('select = "all"', ["select"], "must be a list of strings"),
    ("select = [1]", ["select"], "must be a list of strings"),
    ('ignore = ["loops", ["IDM1"]]', ["ignore"], "must be a list of strings"),
    ("ignore = {}", ["ignore"], "must be a list of strings"),
    ("extend-exclude = true", ["extend-exclude"], "must be a list of strings"),
    ('extend-safe = "index-loop"', ["extend-safe"], "must be a list of strings"),
    ("per-file-ignores = []", ["per-file-ignores"], "must be a table of patterns and lists"),
    (
        'per-file-ignores = { "a.py" = "loops" }',
        ["per-file-ignores", "a.py"],
        "`a.py` in `per-file-ignores` must be a list of strings",
    ),
    ('severity = "info"', ["severity"], "must be a table of checks and levels"),
    (
        'severity = { loops = "fatal" }',
        ["severity", "loops"],
        '`loops` in `severity` must be one of "info", "warning" and "error"',
    ),
    ("severity = { loops = 1 }", ["severity", "loops"], 'must be one of "info"'),
    ("line-length = 19", ["line-length"], "must be a number from 20 to 1000"),
    ("line-length = 1001", ["line-length"], "must be a number from 20 to 1000"),
    ('line-length = "80"', ["line-length"], "must be a number from 20 to 1000"),
    ("line-length = 80.5", ["line-length"], "must be a number from 20 to 1000"),
    ("max-for-clauses = true", ["max-for-clauses"], "must be a number from 1 to 9"),
    ("max-for-clauses = 0", ["max-for-clauses"], "must be a number from 1 to 9"),
    ("max-comprehension-lines = -1", ["max-comprehension-lines"], "must be a number from 1"),
    ("max-next-lines = []", ["max-next-lines"], "must be a number from 1 to 100"),
    ("target-version = 3.11", ["target-version"], 'must be a string such as "3.11"'),
    ('target-version = "3"', ["target-version"], 'must be a string such as "3.11"'),
    ('target-version = "3.011"', ["target-version"], 'must be a string such as "3.11"'),
    ('target-version = "py311"', ["target-version"], 'must be a string such as "3.11"'),
    ('target-version = "2.7"', ["target-version"], 'must be a string such as "3.11"'),
    ("target-version = ['3.11']", ["target-version"], 'must be a string such as "3.11"'),
    ("line-length = 2024-01-01", ["line-length"], "must be a number from 20 to 1000"),
]


def read(folder: Path, text: str) -> Settings:
    (folder / "idiomist.toml").write_text(text)
    return settings_for(str(folder))


@pytest.mark.parametrize("text", [*GOOD, *(f"{one.key} = {one.example}" for one in SETTINGS[1:])])
def test_reader_and_schema_take_what_is_right(tmp_path: Path, text: str) -> None:
    jsonschema.validate(tomllib.loads(text), SCHEMA)
    read(tmp_path, text)


@pytest.mark.parametrize(("text", "keys", "complaint"), BAD)
def test_reader_and_schema_refuse_what_is_wrong(
    tmp_path: Path, text: str, keys: list[str], complaint: str
) -> None:
    with pytest.raises(jsonschema.ValidationError) as refused:
        jsonschema.validate(tomllib.loads(text), SCHEMA)
    if refused.value.validator != "additionalProperties":
        assert [*refused.value.absolute_path][: len(keys)] == keys
    with pytest.raises(ConfigError) as error:
        read(tmp_path, f"\n# {keys[-1]}\n{text}\n")
    assert str(error.value).startswith(f"{tmp_path}/idiomist.toml:3: ")
    assert complaint in str(error.value)


def test_schema_is_a_schema_that_offers_names() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    assert json.loads((ROOT / "docs" / FILE).read_text())["$id"].endswith(f"/docs/{FILE}")
    [offered, anything] = SCHEMA["definitions"]["check"]["anyOf"]
    assert {"all", "index-loop", "loops"} <= {*offered["enum"]}
    assert anything == {"type": "string"}


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.key)
def test_each_setting_has_a_field_and_a_default_that_the_reader_takes(setting: Setting) -> None:
    if setting.key != "extend":
        assert setting.attribute in Settings.__match_args__
    if setting.default is None:
        assert setting.unset
    else:
        assert setting.fault(setting.default) is None
        kept: Any = setting.kind.kept(setting.default, "")
        assert kept == getattr(Settings, setting.attribute)


def test_no_field_is_without_a_setting() -> None:
    assert {*Settings.__match_args__} - {one.attribute for one in SETTINGS} == {"black", "origins"}
    assert Settings().conventions == DEFAULTS


def test_names_are_looked_up_wherever_checks_are_named() -> None:
    examples = {one.key: tomllib.loads(f"x = {one.example}")["x"] for one in SETTINGS}
    naming = {one.key for one in SETTINGS if [*one.kind.checks(examples[one.key])]}
    others = {"extend", "extend-exclude", "line-length", "target-version"}
    assert naming == {key for key in examples if not key.startswith("max-")} - others


# -- from which file


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_toml", ".toml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_the_nearest_file_holds_and_ours_before_the_shared_one(tmp_path: Path) -> None:
    write(
        tmp_path,
        idiomist_toml="line-length = 70",
        a__pyproject_toml="[tool.idiomist]\nline-length = 80\n[tool.black]\nline-length = 1",
        a__b__pyproject_toml="[tool.other]\nx = 1",
        a__b__c__idiomist_toml="line-length = 90",
        a__b__c__pyproject_toml="[tool.idiomist]\nwrong-but-not-looked-at = 1",
    )
    lengths = {name: settings_for(str(tmp_path / name)).line_length for name in ("", "a", "a/b")}
    assert lengths == {"": 70, "a": 80, "a/b": 80}
    deepest = settings_for(str(tmp_path / "a" / "b" / "c" / "not_there"))
    assert (deepest.line_length, deepest.black) == (90, {"line-length": 1})


def test_directories_without_a_file_share_one_value(tmp_path: Path) -> None:
    write(tmp_path, idiomist_toml="", a__b__x_toml="", c__pyproject_toml="[tool.other]\n")
    assert settings_for(str(tmp_path)) is settings_for(str(tmp_path / "a" / "b"))
    assert settings_for(str(tmp_path)) is settings_for(str(tmp_path / "c"))


def test_extend_replaces_values_and_adds_to_lists_that_extend(tmp_path: Path) -> None:
    write(
        tmp_path,
        base_toml='select = ["loops"]\nignore = ["IDM1"]\nline-length = 70\nmax-next-lines = 1\n'
        'extend-exclude = ["old/"]\nextend-safe = ["IDM1"]\nseverity = { all = "info" }\n'
        'per-file-ignores = { "a/*" = ["loops"] }',
        shared__middle_toml='extend = "../base.toml"\nline-length = 80\nextend-safe = ["IDM2"]',
        own__pyproject_toml='[tool.idiomist]\nextend = "../shared/middle.toml"\nignore = []\n'
        'extend-exclude = ["new/"]\nseverity = { loops = "error" }',
    )
    settings = settings_for(str(tmp_path / "own"))
    assert settings.replace(origins={}) == Settings(
        select=("loops",),
        ignore=(),
        line_length=80,
        max_next_lines=1,
        extend_exclude=((str(tmp_path), "old/"), (str(tmp_path / "own"), "new/")),
        extend_safe=("IDM1", "IDM2"),
        severity=(("loops", Severity.ERROR),),
        per_file_ignores=((str(tmp_path), "a/*", ("loops",)),),
    )


def test_a_pyproject_can_be_extended_by_its_table(tmp_path: Path) -> None:
    write(
        tmp_path,
        pyproject_toml='[tool.idiomist]\nselect = ["loops"]\n[tool.black]\nx = 1',
        a__idiomist_toml='extend = "../pyproject.toml"',
        b__pyproject_toml="",
        b__idiomist_toml='extend = "pyproject.toml"',
    )
    assert settings_for(str(tmp_path / "a")).select == ("loops",)
    with pytest.raises(ConfigError, match=r"b/pyproject.toml: there is no table \[tool.idiomist\]"):
        settings_for(str(tmp_path / "b"))


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        (
            {"idiomist_toml": '\nextend = "x.toml"', "x_toml": 'extend = "./idiomist.toml"'},
            "{0}/x.toml:1: `extend` goes round in circles: "
            "{0}/idiomist.toml -> {0}/x.toml -> {0}/idiomist.toml",
        ),
        (
            {"idiomist_toml": 'extend = "idiomist.toml"'},
            "{0}/idiomist.toml:1: `extend` goes round in circles: "
            "{0}/idiomist.toml -> {0}/idiomist.toml",
        ),
        (
            {"idiomist_toml": 'select = []\nextend = "a/b.toml"'},
            "{0}/idiomist.toml:2: `extend`: {0}/a/b.toml cannot be read: no such file or directory",
        ),
        (
            {"idiomist_toml": 'extend = "x.toml"', "x_toml": "\n\nselct = 1"},
            "{0}/x.toml:3: there is no key `selct`; did you mean `select`?",
        ),
        (
            {"idiomist_toml": 'extend = "x.toml"', "x_toml": "a = 1\nb = \n"},
            "{0}/x.toml:2: cannot be parsed: Invalid value",
        ),
        ({"idiomist_toml": "a = '''"}, "{0}/idiomist.toml: cannot be parsed: "),
        ({"pyproject_toml": "[tool]\nidiomist = 1"}, "{0}/pyproject.toml:2: [tool.idiomist] must"),
    ],
)
def test_files_that_do_not_do(tmp_path: Path, files: dict[str, str], complaint: str) -> None:
    write(tmp_path, **files)
    with pytest.raises(ConfigError) as error:
        settings_for(str(tmp_path))
    assert str(error.value).startswith(complaint.format(tmp_path))


def test_one_file_for_all_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(
        tmp_path,
        own_toml='extend = "base/base.toml"\nextend-exclude = ["own"]',
        base__base_toml='extend-exclude = ["based"]',
        a__pyproject_toml="[tool.idiomist]\nwrong = 1\n[tool.black]\n"
        '[project]\nrequires-python = ">=3.9"',
        work__x_toml="",
    )
    monkeypatch.chdir(tmp_path / "work")
    found = settings_by("../own.toml")(str(tmp_path / "a"))
    assert (found.black, found.target_version) == ({}, "3.9")
    assert found.extend_exclude == (
        (str(tmp_path / "base"), "based"),
        (str(tmp_path / "work"), "own"),
    )
    assert settings_by(None, isolated=True)(str(tmp_path / "a")) == Settings()
    with pytest.raises(ConfigError, match=r"^nope.toml: cannot be read: no such file"):
        settings_by("nope.toml")


# -- the line of a mistake

TABLES = """\
# select = 1
title = "select = 1"

[tool.black]
select = 1  # of somebody else
text = '''
[tool.idiomist]
select = 2
'''

[tool."idiomist"]
"ignore" = [
    "select",

    "ignore",
]
select = [] # here
per-file-ignores."a b.py" = [ "x",
  "y" ]
severity = { "loops" = "info", "nesting" = "no" }
"""


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ("title", 2),
        ("tool black select", 5),
        ("tool idiomist", 11),
        ("tool idiomist ignore", 12),
        ("tool idiomist select", 17),
        ("tool idiomist per-file-ignores", 18),
        ("tool idiomist per-file-ignores|a b.py", 18),
        ("tool idiomist severity", 20),
        ("tool idiomist severity nesting", 20),
        ("tool idiomist line-length", None),
        ("tool idiomist select ignore", None),
    ],
)
def test_line_of_a_key(keys: str, line: int | None) -> None:
    path = [*keys.partition("|")[0].split(), *filter(None, [keys.partition("|")[2]])]
    assert line_of(TABLES, path) == line
    assert line_of(TABLES.replace("\n", "\r\n"), path) == line
    assert line_of(f"{TABLES}a = ", path) is None, "it cannot be parsed"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("tool.idiomist.selct = 1", 1),
        ("[tool]\n\nidiomist.selct = 1", 3),
        ("[tool]\nidiomist = { selct = 1 }", 2),
        ("tool = { idiomist = { x = [\n1,\n2], selct = 1 } }", 1),
        ("[tool.idiomist]\n[tool.idiomist.selct]\nx = 1", 2),
        ("[tool.idiomist.x]\n[tool.'idiomist']\n\t\"selct\" = 1", 3),
        ("\n[tool.idiomist]\n\"s\\u0065lct\" = '''\nselct\n'''", 3),
        ("[[tool.x]]\nselct = 1\n[tool.idiomist]\nselct = 1", 4),
        ("[tool.idiomist]\nselct = 1\n\n\n", 2),
    ],
)
def test_line_of_a_key_however_it_is_written(text: str, line: int) -> None:
    assert line_of(text, ["tool", "idiomist", "selct"]) == line


def test_lines_of_a_long_file_are_found_in_no_time() -> None:
    parts = [f"[t{n}]\nlist = [\n{'  1,' * 40}\n]\n" for n in range(300)]
    assert line_of("".join(parts), ["t299", "list"]) == 300 * 4 - 2


# -- requires-python


@pytest.mark.parametrize(
    ("specifier", "version"),
    [
        (">=3.11", (3, 11)),
        (">=3.11,<4", (3, 11)),
        ("<4, >= 3.9.2", (3, 9)),
        (">3.8", (3, 8)),
        ("~=3.12", (3, 12)),
        ("~=3.12.1", (3, 12)),
        ("==3.12.*", (3, 12)),
        ("==3.*", (3, 0)),
        ("===3.10.4", (3, 10)),
        (">=3", (3, 0)),
        (">=3.8,>=3.10", (3, 10)),
        (">=3.8,!=3.8.*,!=3.9.*", (3, 10)),
        (">=3.8,!=3.8.0,", (3, 8)),
        (">=2.7,!=3.0.*,!=3.1.*", (3, 0)),
        (">=3.13.0rc1", (3, 13)),
        ("<4", None),
        ("!=3.9.*", None),
        ("", None),
        ("^3.9", None),
        (">=3.9 || >=2.7", None),
        ("whatever", None),
    ],
)
def test_oldest_python(specifier: str, version: tuple[int, int] | None) -> None:
    assert oldest_python(specifier) == version


def test_target_version_comes_from_the_project_unless_it_is_set(tmp_path: Path) -> None:
    write(
        tmp_path,
        pyproject_toml='[project]\nrequires-python = "~=3.10"\n[tool.idiomist]\nselect = []',
        a__idiomist_toml='target-version = "3.9"',
        b__pyproject_toml='[project]\nrequires-python = "<4"',
        c__pyproject_toml='[project]\nrequires-python = ">=3.12"',
    )
    versions = {name: settings_for(str(tmp_path / name)).target_version for name in ("", *"abc")}
    assert versions == {"": "3.10", "a": "3.9", "b": None, "c": "3.12"}
    assert settings_for(str(tmp_path / "a")).conventions.python == (3, 9)


def test_keys_in_prose_are_keys() -> None:
    for name in ("README.md", "docs/configuration.md", "docs/safety.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        for key in re.findall(r"`((?:extend|per|max|line|target)-[\w-]+)`", text):
            assert key in BY_KEY, f"{name} speaks of {key}"
