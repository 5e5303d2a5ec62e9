"""Add our hook to a `.pre-commit-config.yaml`.

A YAML parser tells where things stand; the new lines go in between two old ones, in the style of
their neighbours. Then the parser reads the result: it must hold what the file held and the hook,
nothing else. What comes out otherwise is refused, so that no odd corner of YAML can do harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any

from idiomist.project.amending import Refused
from idiomist.record import Record

HOOK = "idiomist-fix"
FIXERS_BEHIND_US = frozenset("""
    add-trailing-comma autopep8 black black-jupyter blue darker isort reorder-python-imports ruff
    ruff-check ruff-format usort yapf
    """.split())
"""Hooks that lay out code or sort imports: they are to see what ours has written."""
_HEAD = (
    "# Run before every commit, once `pre-commit install` was called; see https://pre-commit.com"
)

_DASH = re.compile(r"( *)-( +)")
_NOTHING = re.compile(r"\[ *\]|~|null")
_BLANK_LINE = re.compile(r"[ \t]*\r?\n")


class _Style(Record):
    """How a file indents: where dashes stand, and how far behind them what they mark."""

    dash: int = 2
    gap: int = 2
    inner_dash: int = 2
    inner_gap: int = 2


def with_hook(text: str, newline: str, repository: str, rev: str) -> str:
    """The text of a configuration with our hook in it; as it was if it has one."""
    lines = [f"repo: {repository}", f"rev: {rev}", "hooks:"]
    wanted = {"repo": repository, "rev": rev, "hooks": [{"id": HOOK}]}
    if not text:
        return newline.join([_HEAD, "repos:", *_entry(lines, _Style())]) + newline
    yaml = _parser()
    root, before = _load(yaml, text)
    if before is None:
        before = {}
    if not isinstance(before, dict):
        raise Refused("is no mapping")
    repos = before.get("repos") or []
    if not isinstance(repos, list):
        raise Refused("`repos` is no list")
    if any(_is_ours(repo) for repo in repos):
        return text
    text, root = _with_room(yaml, text, root)
    index = next((i for i, repo in enumerate(repos) if FIXERS_BEHIND_US & _ids(repo)), len(repos))
    place, entry = _insertion(text, root, index, lines)
    if place == len(text) and not text.endswith("\n"):
        entry.insert(0, "")
    after = text[:place] + newline.join([*entry, ""]) + text[place:]
    expected = {**before, "repos": [*repos[:index], wanted, *repos[index:]]}
    try:
        right = _load(yaml, after)[1] == expected
    except Refused:
        right = False
    if not right:
        raise Refused(f"is written in a way that is not safe to extend; add `{HOOK}` by hand")
    return after


def _with_room(yaml: Any, text: str, root: Any) -> tuple[str, Any]:
    """The text without the `[]`, `~` or `null` that says that there are no hooks yet."""
    for key, node in root.value if root else ():
        start, stop = node.start_mark.index, node.end_mark.index
        if key.value == "repos" and _NOTHING.fullmatch(text, start, stop):
            text = text[:start].rstrip(" ") + text[stop:]
            return text, _load(yaml, text)[0]
    return text, root


def _insertion(text: str, root: Any, index: int, lines: list[str]) -> tuple[int, list[str]]:
    """Where the new lines go, and they themselves."""
    found = [pair for pair in (root.value if root else ()) if pair[0].value == "repos"]
    if not found:
        return len(text), ["repos:", *_entry(lines, _Style())]
    key, node = found[-1]
    items = node.value
    if node.id == "scalar" and not items:
        return _line_end(text, key.end_mark.index), _entry(lines, _Style())
    if node.id == "scalar" or node.flow_style:
        shown = text[node.start_mark.index : node.end_mark.index].partition("\n")[0]
        raise Refused(f"`repos` is written as `{shown}`, not as lines with dashes")
    style = _style(text, node)
    entry = _entry(lines, style)
    apart = any(_BLANK_LINE.match(text, _end(text, item, style.dash)) for item in items[:-1])
    if not index:
        return _line_end(text, key.end_mark.index), [*entry, ""] if apart else entry
    place = _end(text, items[index - 1], style.dash)
    # A text in a block may end with blank lines, and then one more would be a part of it.
    apart = apart and not text.endswith(("\n\n", "\n\r\n"), 0, place)
    return place, ["", *entry] if apart else entry


def _entry(lines: Sequence[str], style: _Style) -> list[str]:
    first, *others = lines
    dash = " " * style.dash
    indent = dash + " " * style.gap
    inner = indent + " " * style.inner_dash
    return [
        f"{dash}-{' ' * (style.gap - 1)}{first}",
        *(indent + line for line in others),
        f"{inner}-{' ' * (style.inner_gap - 1)}id: {HOOK}",
    ]


def _style(text: str, repos: Any) -> _Style:
    """How the file writes what we are about to write; where it does not, as it writes `repos`."""
    dash, gap = _dash(text, repos) or (2, 2)
    for item in repos.value:
        if item.id == "mapping" and not item.flow_style:
            for key, hooks in item.value:
                if key.value == "hooks" and (inner := _dash(text, hooks)):
                    return _Style(dash, gap, inner[0] - key.start_mark.column, inner[1])
    return _Style(dash, gap, dash, gap)


def _dash(text: str, node: Any) -> tuple[int, int] | None:
    """The column of the first dash of a list, and how far behind it the first item is."""
    if node.id != "sequence" or not node.value:
        return None
    first = node.value[0].start_mark
    found = _DASH.fullmatch(text, first.index - first.column, first.index)
    return (len(found[1]), 1 + len(found[2])) if found else None


def _end(text: str, node: Any, dash: int) -> int:
    """Where the lines of an item end, with the comments below that are indented like a part."""
    last = max(_last_marks(node))
    end = last if text[last - 1] == "\n" else _line_end(text, last)
    comment = re.compile(rf"(?:[ \t]*\r?\n)*[ ]{{{dash + 1},}}#[^\n]*(?:\n|\Z)")
    while found := comment.match(text, end):
        end = found.end()
    return end


def _last_marks(node: Any) -> Iterator[int]:
    """Where the parts of a node end.

    Not where the node itself does: the parser takes the lines between a block and what follows
    for a part of it. A part may be an alias, whose marks are further up; hence the greatest
    counts, and keys count as well.
    """
    if node.id == "scalar" or node.flow_style:
        yield node.end_mark.index
        return
    for child in node.value:
        for part in child if isinstance(child, tuple) else (child,):
            yield from _last_marks(part)


def _line_end(text: str, index: int) -> int:
    return text.find("\n", index) + 1 or len(text)


def _is_ours(repo: object) -> bool:
    if not isinstance(repo, dict):
        return False
    address = str(repo.get("repo")).lower().rstrip("/").removesuffix(".git")
    return address.endswith("/idiomist") or any(id.startswith("idiomist") for id in _ids(repo))


def _ids(repo: object) -> set[str]:
    hooks = repo.get("hooks") if isinstance(repo, dict) else None
    if not isinstance(hooks, list):
        return set()
    return {str(hook["id"]) for hook in hooks if isinstance(hook, dict) and "id" in hook}


def _parser() -> Any:
    """PyYAML, which libcst brings along, under the name that it has there."""
    for name in ("yaml", "yaml_ft"):
        try:
            return import_module(name)
        except ImportError:
            continue
    raise Refused("cannot be changed without PyYAML; install it: python -m pip install pyyaml")


def _load(yaml: Any, text: str) -> tuple[Any, Any]:
    """The tree with its marks, and the data."""
    try:
        return yaml.compose(text, Loader=yaml.SafeLoader), yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1} " if mark else ""
        raise Refused(f"{where}cannot be parsed: {error.problem}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Refused(f"cannot be parsed: {str(error).partition(chr(10))[0]}") from None
