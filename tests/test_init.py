"""`idiomist init`: adds what is missing to two files, and touches no other byte of them."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from helpers import idiomist
from hypothesis import given
from hypothesis import strategies as st

from idiomist import REPOSITORY, __version__
from idiomist.cli import init, run
from idiomist.cli.options import parser
from idiomist.fixer import write
from idiomist.project import hooks
from idiomist.project.amending import Refused, with_table
from idiomist.project.hooks import with_hook

ROOT = Path(__file__).parent.parent
yaml = hooks._parser()
OURS = {"repo": REPOSITORY, "rev": f"v{__version__}", "hooks": [{"id": "idiomist-fix"}]}
HOOKS = ".pre-commit-config.yaml"


def extended(text: str) -> str:
    newline = "\r\n" if "\r\n" in text else "\n"
    return with_hook(text, newline, REPOSITORY, f"v{__version__}")


def added(old: str, new: str) -> str:
    """The one piece that is new; fails if anything else is different."""
    size = len(new) - len(old)
    starts = [at for at in range(len(old) + 1) if new[:at] + new[at + size :] == old]
    # Where the new lines begin like the old ones below, several places would do.
    [at, *_] = [at for at in starts if at == len(old) or old[at - 1 : at] == "\n"]
    return new[at : at + size]


def test_a_project_with_nothing(tmp_path: Path) -> None:
    done = idiomist("init", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"""\
--- {HOOKS}
+++ {HOOKS}
@@ -0,0 +1,6 @@
+# Run before every commit, once `pre-commit install` was called; see https://pre-commit.com
+repos:
+  - repo: {REPOSITORY}
+    rev: v{__version__}
+    hooks:
+      - id: idiomist-fix
--- pyproject.toml
+++ pyproject.toml
@@ -0,0 +1,2 @@
+[tool.idiomist]
+# What can be set: {REPOSITORY}#choose

Wrote {HOOKS} and pyproject.toml.
There is no git repository here yet: `git init` makes one.
`pre-commit install` turns the hook on; `idiomist check` shows what there is today.
"""
    assert yaml.safe_load((tmp_path / HOOKS).read_text()) == {"repos": [OURS]}
    assert idiomist("check", cwd=tmp_path).returncode == 0


def test_a_second_run_changes_nothing_and_says_so(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert "git init" not in idiomist("init", cwd=tmp_path).stdout
    before = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    done = idiomist("init", cwd=tmp_path)
    assert done.stdout == (
        f"Nothing to do: {HOOKS} names idiomist, and pyproject.toml has [tool.idiomist].\n"
    )
    assert done.returncode == 0
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before


def test_what_is_there_stays_byte_for_byte(tmp_path: Path) -> None:
    bom = b"\xef\xbb\xbf"
    config = bom + (
        b"# Ours.\r\nrepos:\r\n-   repo: 'https://github.com/psf/black'   # \xc3\xa4\r\n"
        b'    rev: "26.10.1"\r\n    hooks:\r\n    -   id: black\r\n    # -   id: other\r\n'
    )
    toml = bom + b'[project]\r\nname = "shop"   # \xc3\xa4'
    (tmp_path / HOOKS).write_bytes(config)
    (tmp_path / "pyproject.toml").write_bytes(toml)
    (tmp_path / HOOKS).chmod(0o640)
    assert idiomist("init", cwd=tmp_path).returncode == 0
    ours = (
        f"-   repo: {REPOSITORY}\r\n    rev: v{__version__}\r\n    hooks:\r\n"
        "    -   id: idiomist-fix\r\n"
    )
    assert (tmp_path / HOOKS).read_bytes() == config.replace(
        b"repos:\r\n", b"repos:\r\n" + ours.encode()
    )
    assert (tmp_path / HOOKS).stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "pyproject.toml").read_bytes() == (
        toml + f"\r\n\r\n[tool.idiomist]\r\n# What can be set: {REPOSITORY}#choose\r\n".encode()
    )
    assert idiomist("check", cwd=tmp_path).returncode == 0


def test_only_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.idiomist]\nignore = []\n")
    done = idiomist("init", str(tmp_path), cwd=ROOT)
    assert f"Wrote {HOOKS}.\n" in done.stdout
    assert "tool.idiomist" not in done.stdout


def test_settings_that_are_elsewhere_stay_there(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "idiomist.toml").touch()
    assert "Wrote .pre-commit-config.yaml.\n" in idiomist("init", cwd=tmp_path).stdout
    assert not (tmp_path / "pyproject.toml").exists()
    assert idiomist("init", cwd=tmp_path).stdout == (
        "Nothing to do: .pre-commit-config.yaml names idiomist, and idiomist.toml is there.\n"
    )


def test_new_files_have_the_rights_that_new_files_have(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("")
    idiomist("init", cwd=tmp_path)
    assert (tmp_path / HOOKS).stat().st_mode == (tmp_path / "other").stat().st_mode
    assert sorted(path.name for path in tmp_path.iterdir()) == [HOOKS, "other", "pyproject.toml"]


def refuses(folder: Path, complaint: str, *arguments: str) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    done = idiomist("init", *arguments, cwd=folder)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert complaint in done.stderr
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("config", "complaint"),
    [
        ("- repo: a\n", "is no mapping"),
        ("just words\n", "is no mapping"),
        ("repos: [  # none\n]\n", "`repos` is written as `[  # none`, not as lines with dashes"),
        ("repos: [{repo: meta}]\n", "`repos` is written as `[{repo: meta}]`, not as lines with"),
        ("repos: {a: b}\n", "`repos` is no list"),
        ("repos: words\n", "`repos` is no list"),
        ("repos: [\n", "line 2 cannot be parsed: expected the node content, but found"),
        ("a: 1\n---\nb: 2\n", "line 2 cannot be parsed: but found another document"),
        ("a: !thing 1\n", "line 1 cannot be parsed: could not determine a constructor"),
        ("a: 2026-99-99\n", "cannot be parsed: month must be in 1..12"),
        ("a: \x01\n", "cannot be parsed: unacceptable character"),
        ("[" * 5000, "cannot be parsed: "),
        ("{ci: {skip: [a]}}\n", "is written in a way that is not safe to extend"),
        ("ci: {}\n...\n", "is written in a way that is not safe to extend"),
        ("a: 1\rb: 2\n", "has carriage returns that are no line ends"),
        (b"a: \xff\n", "is not encoded as UTF-8"),
        ("a: 1\n".encode("utf-16"), "is not encoded as UTF-8"),
    ],
)
def test_hooks_that_cannot_be_extended_safely(
    tmp_path: Path, config: str | bytes, complaint: str
) -> None:
    data = config if isinstance(config, bytes) else config.encode()
    (tmp_path / HOOKS).write_bytes(data)
    refuses(tmp_path, f"idiomist: {HOOKS}: {complaint}")


@pytest.mark.parametrize(
    ("toml", "complaint"),
    [
        ("tool = 1\n", "`tool` is no table"),
        ("[[tool]]\n", "`tool` is no table"),
        ("[[tool.idiomist]]\n", "`tool.idiomist` is no table"),
        ("tool = { black = {} }\n", "a table [tool.idiomist] cannot be put at its end"),
        ("[tool\n", "cannot be parsed: "),
        (b"# \xff\n", "is not encoded as UTF-8"),
    ],
)
def test_settings_that_cannot_be_extended_safely(
    tmp_path: Path, toml: str | bytes, complaint: str
) -> None:
    """And then the hooks are not touched either."""
    data = toml if isinstance(toml, bytes) else toml.encode()
    (tmp_path / "pyproject.toml").write_bytes(data)
    refuses(tmp_path, f"idiomist: pyproject.toml: {complaint}")


def test_places_where_it_cannot_be_done(tmp_path: Path) -> None:
    (tmp_path / "my shop" / ".git").mkdir(parents=True)
    (tmp_path / "my shop" / "part").mkdir()
    there = f"'{tmp_path / 'my shop'}'"
    refuses(tmp_path / "my shop" / "part", f"pre-commit looks; run `idiomist init {there}`")
    refuses(tmp_path, "nowhere: is no directory", "nowhere")
    (tmp_path / HOOKS).mkdir()
    refuses(tmp_path, f"{HOOKS}: is a directory")
    (tmp_path / HOOKS).rmdir()
    (tmp_path / HOOKS).symlink_to(tmp_path / "nowhere")
    refuses(tmp_path, f"{HOOKS}: is a link that leads nowhere")


def test_what_may_not_be_written(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    (tmp_path / HOOKS).write_text("repos:\n")
    (tmp_path / HOOKS).chmod(0o400)
    refuses(tmp_path, f"{HOOKS}: cannot be written")
    tmp_path.chmod(0o500)
    try:
        refuses(tmp_path, f"{HOOKS}: its directory cannot be written")
    finally:
        tmp_path.chmod(0o700)


def test_what_was_written_is_said_when_the_rest_could_not_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(path: str, old: bytes | None, new: bytes) -> None:
        if path.endswith(".toml"):
            raise OSError(28, "No space left on device")
        write(path, old, new)

    monkeypatch.setattr(init, "write", full)
    assert run(["init", str(tmp_path)]) == 2
    said = capsys.readouterr()
    assert said.err == f"idiomist: {tmp_path / 'pyproject.toml'}: No space left on device\n"
    assert "+      - id: idiomist-fix" in said.out
    assert "[tool.idiomist]" not in said.out
    assert (tmp_path / HOOKS).exists()


def test_both_files_are_written_whoever_reads_what_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(*words: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr("builtins.print", closed)
    with pytest.raises(BrokenPipeError):
        init.run(parser().parse_args(["init", str(tmp_path)]))
    assert sorted(path.name for path in tmp_path.iterdir()) == [HOOKS, "pyproject.toml"]


def test_odd_numbers_are_no_reason_to_refuse() -> None:
    text = "[tool.x]\nlimit = nan\n"
    assert with_table(text, "\n", "idiomist", "words").startswith(f"{text}\n[tool.idiomist]")


def test_without_a_parser_nothing_is_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr(hooks, "import_module", missing)
    with pytest.raises(Refused, match="cannot be changed without PyYAML"):
        extended("repos:\n")
    assert extended("").endswith("- id: idiomist-fix\n")


ENTRY = f"""\
  - repo: {REPOSITORY}
    rev: v{__version__}
    hooks:
      - id: idiomist-fix
"""
ALIASES = """\
repos:
  - &first
    repo: a
    hooks: &hooks
      - id: x
  - repo: b
    hooks: *hooks
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("repos:\n", f"repos:\n{ENTRY}"),
        ("repos:   # all\nfail_fast: true", f"repos:   # all\n{ENTRY}fail_fast: true"),
        ("repos: []\n", f"repos:\n{ENTRY}"),
        ("repos:  [ ]  # yet\nci: {}\n", f"repos:  # yet\n{ENTRY}ci: {{}}\n"),
        ("repos: ~", f"repos:\n{ENTRY}"),
        ("repos: null\n", f"repos:\n{ENTRY}"),
        ("# Nothing yet.\n", f"# Nothing yet.\nrepos:\n{ENTRY}"),
        ("---\n", f"---\nrepos:\n{ENTRY}"),
        ("fail_fast: true", f"fail_fast: true\nrepos:\n{ENTRY}"),
        (
            "repos:\n  - repo: meta\n    hooks: [{id: check-hooks-apply}]",
            f"repos:\n  - repo: meta\n    hooks: [{{id: check-hooks-apply}}]\n{ENTRY}",
        ),
        (
            "repos:\n  - {repo: meta, hooks: [{id: identity}]}\nci: {}\n",
            f"repos:\n  - {{repo: meta, hooks: [{{id: identity}}]}}\n{ENTRY}ci: {{}}\n",
        ),
        (
            "repos:\n\n  # Last.\n  - repo: x\n    hooks:\n      - id: ruff-format\n",
            f"repos:\n{ENTRY}\n  # Last.\n  - repo: x\n    hooks:\n      - id: ruff-format\n",
        ),
        (
            "repos:\n  - repo: x\n    hooks:\n      - id: y\n        entry: |+\n          # -\n\n"
            "\n# The end.\n",
            "repos:\n  - repo: x\n    hooks:\n      - id: y\n        entry: |+\n          # -\n\n"
            f"\n{ENTRY}# The end.\n",
        ),
        (
            f"{ALIASES}    # id: more\n\n# The end.\n",
            f"{ALIASES}    # id: more\n{ENTRY}\n# The end.\n",
        ),
    ],
)
def test_where_the_hook_goes(before: str, after: str) -> None:
    assert extended(before) == after


@pytest.mark.parametrize("indent", ["", "  "])
@pytest.mark.parametrize("gap", [2, 4])
@pytest.mark.parametrize("inner", ["", "  "])
def test_it_looks_like_its_neighbours(indent: str, gap: int, inner: str) -> None:
    def repo(url: str, rev: str, hook: str) -> str:
        dash = "-" + " " * (gap - 1)
        deep = indent + " " * gap
        return (
            f"{indent}{dash}repo: {url}\n{deep}rev: {rev}\n{deep}hooks:\n"
            f"{deep}{inner}{dash}id: {hook}\n"
        )

    one, black = repo("a", "v1", "check-yaml"), repo("b", "v2", "black")
    ours = repo(REPOSITORY, f"v{__version__}", "idiomist-fix")
    assert extended(f"repos:\n{one}") == f"repos:\n{one}{ours}"
    assert extended(f"repos:\n{one}{black}") == f"repos:\n{one}{ours}{black}"
    assert extended(f"repos:\n{black}{one}") == f"repos:\n{ours}{black}{one}"
    assert extended(f"repos:\n{one}\n{one}") == f"repos:\n{one}\n{one}\n{ours}"
    assert extended(f"repos:\n{one}\n{black}") == f"repos:\n{one}\n{ours}\n{black}"


@pytest.mark.parametrize(
    "repo",
    [
        "repo: https://github.com/Idiomist/idiomist.git\n    hooks:\n      - id: any",
        "repo: local\n    hooks:\n      - id: idiomist-check",
        "repo: git@example.org:mirrors/idiomist/\n    hooks: []",
    ],
)
def test_what_counts_as_ours(repo: str) -> None:
    text = f"repos:\n  - {repo}\n"
    assert extended(text) == text


BLOCKS = st.sampled_from(
    [
        "# words\n", "\n", "repos:\n", "ci: {}\n", "exclude: |\n  repos:\n  - x\n", "exclude: >-\n",
        "- repo: a\n", "  - repo: b\n", "  -   repo: c\n", "    rev: 'v1'\n", "    hooks:\n",
        "      - id: x\n", "    - id: black\n", "        args: [\n--a,\n]\n", '        name: "a\n',
        '  b"\n', "    hooks: [{id: y}]\n", "      # - id: z\n", "    hooks: &a\n", "\t\n",
        "    hooks: *a\n", "  -\n", "    <<: *a\n", "...\n", "---\n",
        "        entry: |+\n          # -\n\n",
        "  - [a]\n", "? repos\n", ": - a\n", "\u2028\n",
        "        entry: plain\n          # text\n",
        "'repos':\n", "repos: &r\n", "repos: !!seq\n", "  # - repo: b\n", "-\n",
    ]
)  # fmt: skip


@given(st.lists(BLOCKS, max_size=12), st.booleans(), st.booleans())
def test_whatever_yaml_it_is_the_result_is_right_or_refused(
    blocks: list[str], windows: bool, cut: bool
) -> None:
    text = "".join(["repos:\n", *blocks])
    text = text.replace("\n", "\r\n") if windows else text
    text = text.rstrip() if cut else text
    try:
        result = extended(text)
    except Refused as refused:
        assert "\n" not in str(refused)
        return
    if result == text:
        return
    piece = added(text, result)
    assert "id: idiomist-fix" in piece
    assert ("\r\n" in text) == ("\r\n" in piece)
    before, after = yaml.safe_load(text) or {}, yaml.safe_load(result)
    after["repos"].remove(OURS)
    assert after == {**before, "repos": before.get("repos") or []}
    assert extended(result) == result


HOOK = st.sampled_from(
    [
        "{dash}id: check-yaml\n", "{dash}id: black  # - id: none\n", "{dash}{{id: ruff-format}}\n",
        "{dash}id: x\n{deep}args: [\n{deep}a-b,\n]\n", "{dash}id: 'isort'\n{deep}# a comment\n",
        '{dash}id: x\n{deep}name: "a\n\n{deep}  - b"\n', "{dash}id: x\n{deep}entry:\n",
        "{dash}id: x\n{deep}entry: |\n{deep}  repos:\n{deep}    # text\n{deep}  - repo: b\n",
        "{dash}id: x\n{deep}entry: >+\n{deep}  b\n\n\n", "{dash}id: x\n\n{deep}# more\n\n",
    ]
)  # fmt: skip
ABOVE = st.sampled_from(["", "", "\n", "# words\n", "\n# words\n", "  # - repo: b\n"])
AROUND = st.sampled_from(
    ["", "", "# words\n", "ci: {a: b}\n", "exclude: |\n  repos:\n  - x\n", "\n", "files: 'a'\n"]
)


@st.composite
def configurations(draw: st.DrawFn) -> str:
    """Files as people write them."""
    indent, gap = draw(st.sampled_from(["", "  ", "    "])), draw(st.integers(1, 3))
    inner, inner_gap = draw(st.sampled_from(["", "  "])), draw(st.integers(1, 3))
    keys = indent + " " + " " * gap
    dash = f"{keys}{inner}-{' ' * inner_gap}"
    repos = []
    for number in range(draw(st.integers(1, 4))):
        hooks = draw(st.lists(HOOK, min_size=1, max_size=3))
        listed = "".join(hook.format(dash=dash, deep=" " * len(dash)) for hook in hooks)
        head = f"{indent}-{' ' * gap}repo: r{number}\n{keys}rev: 'v1'\n{keys}hooks:\n"
        repos.append(draw(ABOVE) + head + listed)
    return f"{draw(AROUND)}repos:  # all\n{''.join(repos)}{draw(AROUND)}"


@given(configurations(), st.booleans())
def test_what_people_write_is_never_refused(text: str, cut: bool) -> None:
    # A text in a block ends with a line end or without: to add one may be a change.
    if cut and not text.rstrip().endswith("b"):
        text = text.rstrip()
    result = extended(text)
    piece = added(text, result)
    assert piece.count("\n") <= 6, "four lines, and one for each end"
    before, after = yaml.safe_load(text), yaml.safe_load(result)
    place = after["repos"].index(OURS)
    del after["repos"][place]
    assert after == before
    fixers = [
        bool(hooks.FIXERS_BEHIND_US & {hook["id"] for hook in repo["hooks"]})
        for repo in before["repos"]
    ]
    assert place == (fixers.index(True) if True in fixers else len(fixers))
    assert extended(result) == result


TOML = st.sampled_from(
    [
        "# words\n", "\n", "a = 1\n", "[tool.black]\n", "line-length = 1\n", "[[tool.mypy]]\n",
        "[tool]\n", "tool.x.y = 1\n", 'b = """\n[tool.idiomist]\n"""\n', "[project]\n", "c = [\n",
        "]\n", "idiomist = 1\n", '["tool"."other"]\n', "tool = {}\n", "d = 2026-01-01\n",
    ]
)  # fmt: skip


@given(st.lists(TOML, max_size=8), st.booleans(), st.booleans())
def test_whatever_toml_it_is_the_result_is_right_or_refused(
    lines: list[str], windows: bool, cut: bool
) -> None:
    newline = "\r\n" if windows else "\n"
    text = "".join(lines).replace("\n", newline)
    text = text.rstrip() if cut else text
    try:
        result = with_table(text, newline, "idiomist", "a comment")
    except Refused:
        return
    assert result.startswith(text)
    before, after = tomllib.loads(text), tomllib.loads(result)
    if result != text:
        assert after["tool"].pop("idiomist") == {}
        assert after == {"tool": {}, **before}
    assert with_table(result, newline, "idiomist", "a comment") == result


def test_one_address() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["urls"]["Repository"] == REPOSITORY
    assert project["version"] == __version__
    assert "\n## Choose\n" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_pre_commit_accepts_it(tmp_path: Path) -> None:
    clientlib = pytest.importorskip("pre_commit.clientlib")
    idiomist("init", cwd=tmp_path)
    load: Callable[[str], Any] = clientlib.load_config
    assert load(str(tmp_path / HOOKS))["repos"][0]["rev"] == f"v{__version__}"
    manifest: Callable[[str], Any] = clientlib.load_manifest
    ids = {hook["id"] for hook in manifest(str(ROOT / ".pre-commit-hooks.yaml"))}
    assert ids == {"idiomist-check", hooks.HOOK}
