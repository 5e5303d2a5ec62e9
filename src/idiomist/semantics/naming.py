"""Find good new names, in words that the reader has used."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idiomist.source import Source

_IRREGULAR = {
    "children": "child",
    "people": "person",
    "men": "man",
    "women": "woman",
    "indices": "index",
    "vertices": "vertex",
    "matrices": "matrix",
    "leaves": "leaf",
    "criteria": "criterion",
    "rows": "row",
    "queries": "query",
    "movies": "movie",
    "cookies": "cookie",
}
_NO_PLURAL = ("ss", "us", "is", "as", "os")


def singular(plural: str) -> str | None:
    """What one of these is called: `entries` gives `entry`; None when it is no plural."""
    word = plural.lower().strip("_")
    word = re.sub(r"^(?:list_of_|all_|the_)", "", word)
    if match := re.fullmatch(r"(\w+?)_?(?:list|array|seq|tuple)", word):
        return match[1].strip("_") or None
    stem, _, last = word.rpartition("_")
    prefix = f"{stem}_" if stem else ""
    if last in _IRREGULAR:
        return prefix + _IRREGULAR[last]
    if len(last) < 4 and last not in ("ids", "xs", "ys"):
        return None
    if last.endswith("ies"):
        return f"{prefix}{last[:-3]}y"
    if last.endswith(("sses", "shes", "ches", "xes")):
        return prefix + last[:-2]
    if last.endswith("s") and not last.endswith(_NO_PLURAL):
        return prefix + last[:-1]
    return None


def fresh(source: Source, wishes: Iterable[str | None]) -> str | None:
    """The first wish that is no name yet where the source stands, nor a builtin or keyword."""
    taken = source.scope.taken_names()
    for wish in wishes:
        if wish and wish.isidentifier() and wish not in taken and not keyword.iskeyword(wish):
            if not hasattr(builtins, wish):
                return wish
    return None


def name_for_item(source: Source, container: ast.expr) -> str | None:
    """A free name for one item of this container."""
    match container:
        case ast.Name(name) | ast.Attribute(attr=name):
            one = singular(name)
        case _:
            one = None
    return fresh(source, [one, "item", "element", "entry", f"one_{one}" if one else None])
