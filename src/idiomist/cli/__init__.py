"""The command line: one module per command, loaded when it is called."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper

CLEAN, FOUND, FAILED = 0, 1, 2

FORMATS = {
    "full": ("text", "FullReporter"),
    "concise": ("text", "ConciseReporter"),
    "json": ("json", "JsonReporter"),
    "json-lines": ("json", "JsonLinesReporter"),
    "github": ("github", "GithubReporter"),
    "gitlab": ("gitlab", "GitlabReporter"),
    "junit": ("junit", "JunitReporter"),
    "rdjson": ("rdjson", "RdjsonReporter"),
    "sarif": ("sarif", "SarifReporter"),
}
"""Every output format: the module in `idiomist.reporters` and the class in it."""


def run(arguments: Sequence[str]) -> int:
    """Run one command and return the exit status."""
    from idiomist.cli.options import parser

    _open_what_is_closed()
    options = parser().parse_args(arguments)
    if isinstance(sys.stdout, TextIOWrapper):
        # A pipe or terminal that does not know a letter of the code shows its number.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        name = options.command
        if getattr(options, "show_settings", False):
            name = "settings"
        elif getattr(options, "add_ignores", None) is not None:
            name = "ignores"
        command = import_module(f"idiomist.cli.{name}")
        status = command.run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has seen enough. Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FOUND
    except OSError as error:
        # What concerns one file was told before it came here.
        sys.stderr.write(f"idiomist: {error}\n")
        return FAILED
    except KeyboardInterrupt:
        sys.stderr.write("idiomist: interrupted; every file is whole\n")
        return 130
    return int(status)


def _open_what_is_closed() -> None:
    """Python has no object for a stream that was closed before it began."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115
