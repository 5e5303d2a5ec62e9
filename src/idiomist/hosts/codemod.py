"""Every check with a rewrite as a codemod of libcst.

`python -m libcst.tool codemod -x idiomist.hosts.codemod.ManualListComprehension PATH`, and
`Idiomatic` for all of them. The classes are made from what is installed, by their names, for
libcst's workers look them up by name as well.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Iterable
from functools import cache
from typing import Any, ClassVar

import libcst as cst
from libcst.codemod import CodemodCommand, CodemodContext, SkipFile

from idiomist.check import Check, CheckFailed
from idiomist.fixer import Fixer
from idiomist.hosts.common import class_name
from idiomist.project.config import ConfigError, with_options
from idiomist.project.linters import Linters


class FixCommand(CodemodCommand):
    """What all these codemods do: `idiomist fix`, as the project is configured."""

    select: ClassVar[tuple[str, ...]] = ()

    def __init__(self, context: CodemodContext, unsafe: bool = False):
        """With `unsafe`, also apply fixes about which there are doubts."""
        super().__init__(context)
        self._unsafe = unsafe

    @staticmethod
    def add_args(arg_parser: argparse.ArgumentParser) -> None:
        """Add our option to those of libcst."""
        arg_parser.add_argument(
            "--unsafe", action="store_true", help="Also apply fixes about which there are doubts."
        )

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        """The fixed module. Skips a file that cannot be handled, and warns of fixes left out."""
        path = self.context.filename or "<stdin>"
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                fixed = self._fixer(path).fix(tree.bytes, path)
        except ConfigError as error:
            raise SkipFile(str(error)) from error
        except CheckFailed as error:
            raise SkipFile(str(error)) from error
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            # libcst reads newer code than the Python that it runs on.
            raise SkipFile(f"this Python cannot parse it: {error}") from error
        for dropped in fixed.dropped:
            self.warn(f"line {dropped}")
        if not fixed.applied:
            return tree
        return cst.parse_module(fixed.data, config=tree.config_for_parsing)

    def _fixer(self, path: str) -> Fixer:
        linters = _linters(self.select)
        settings = linters.settings(path)
        return Fixer(
            linters.linter(path),
            unsafe=self._unsafe,
            conventions=settings.conventions,
        )


class Idiomatic(FixCommand):
    """All checks that the project selects."""

    DESCRIPTION = "Say it in idioms: apply all fixes of idiomist that are safe."


@cache
def _linters(select: tuple[str, ...]) -> Linters:
    return Linters(lambda settings: with_options(settings, select, ()))


@cache
def codemods() -> dict[str, type[FixCommand]]:
    """The codemods of all packs, by the names of their classes."""
    made: dict[str, type[FixCommand]] = {"Idiomatic": Idiomatic}
    for check in Linters().registry:
        if check.judges_comments:
            # It speaks of what the others leave unused, and has nothing to say without them.
            continue
        # Every example of a check with a rewrite says what becomes of it.
        if any(example.after is not None for example in check.lesson.examples):
            name = class_name(check.name)
            made[name] = _codemod(name, check)
    return made


def _codemod(name: str, check: Check) -> type[FixCommand]:
    members = {
        "__module__": __name__,
        "__doc__": f"The fixes of the check {check.name}.",
        "DESCRIPTION": check.lesson.title,
        "select": (check.name,),
    }
    return type(name, (FixCommand,), members)


def __getattr__(name: str) -> Any:
    found = codemods().get(name)
    if found is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return found


def __dir__() -> Iterable[str]:
    """What `python -m libcst.tool list` shows."""
    return codemods()
