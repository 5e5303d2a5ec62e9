"""Imports point one way, and a check is a room of its own."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = [
    {"conventions", "finding", "layout", "ondemand", "record", "semantics", "source", "text"},
    {"check", "lesson", "linehashes", "rewriting"},
    {"linter", "suppression", "touched", "fixer", "outcome", "registry", "testing"},
    {"project", "reporters"},
    {"cli", "hosts", "__main__"},
]
"""From the ground up: a module imports from its own layer and from those before it."""
ENGINE = sorted((ROOT / "src" / "idiomist").rglob("*.py"))
CHECKS = sorted(path for path in (ROOT / "checks").rglob("*.py") if path.name != "__init__.py")
FOR_CHECKS = {"finding", "record", "rewriting", "semantics"}
"""Rooms of the engine that a check may enter besides `idiomist` itself."""


def imports(path: Path) -> Iterator[str]:
    """Modules that a file imports when it is loaded, not only to please the type checker."""
    tree = ast.parse(path.read_bytes())
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        match node:
            case ast.If(test=ast.Name("TYPE_CHECKING")):
                pending.extend(node.orelse)
                continue
            case ast.Import(names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module)):
                yield module
        pending.extend(ast.iter_child_nodes(node))


def layer(module: str) -> int:
    room = module.split(".")[1]
    return next(number for number, rooms in enumerate(LAYERS) if room in rooms)


@pytest.mark.parametrize("path", ENGINE, ids=lambda path: str(path.relative_to(ROOT)))
def test_engine_imports_point_down(path: Path) -> None:
    parts = path.relative_to(ROOT / "src").with_suffix("").parts
    if parts[1:] == ("__init__",):
        return
    here = layer(".".join(parts))
    for module in imports(path):
        if module.startswith("idiomist."):
            assert layer(module) <= here, f"{path} imports {module}"
        assert not module.startswith("idiomist_checks"), f"{path} knows a check"


@pytest.mark.parametrize("path", ENGINE, ids=lambda path: str(path.relative_to(ROOT)))
def test_hosts_and_commands_are_strangers(path: Path) -> None:
    here = path.relative_to(ROOT / "src" / "idiomist").parts[0]
    for module in imports(path):
        if module.startswith("idiomist."):
            room = module.split(".")[1]
            assert room != "hosts" or here == "hosts", f"{path} loads a host"
            assert room != "cli" or here in ("cli", "__main__.py"), f"{path} loads a command"


@pytest.mark.parametrize("path", CHECKS, ids=lambda path: path.stem)
def test_checks_import_no_other_check(path: Path) -> None:
    for module in imports(path):
        assert not module.startswith("idiomist_checks")
        if module.startswith("idiomist."):
            assert module.split(".")[1] in FOR_CHECKS, f"{path} imports {module}"
        assert not module.startswith("libcst"), "libcst comes on demand, by idiomist.rewriting"


@pytest.mark.parametrize("path", [*ENGINE, *CHECKS], ids=lambda path: path.stem)
def test_rooms_are_short_enough_to_live_in(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 430


def test_every_room_is_in_the_package() -> None:
    """The checks live beside the engine, so setuptools cannot find the rooms by itself."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    rooms = {
        ".".join(path.parent.relative_to(ROOT / "src").parts)
        for path in ENGINE
        if path.name == "__init__.py"
    }
    rooms |= {
        ".".join(("idiomist_checks", *path.parent.relative_to(ROOT / "checks").parts))
        for path in (ROOT / "checks").rglob("__init__.py")
    }
    assert set(project["tool"]["setuptools"]["packages"]) == rooms
