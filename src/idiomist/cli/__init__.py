"""The command line: one module per command, loaded when it is called."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper
from typing import Any

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

_DESCRIPTION = """\
The coach that makes Python code Pythonic: finds code that does by hand what the language says
in one line, explains why the idiom is better there, and applies it where that is proven safe."""
_EPILOG = """\
exit status: 0 nothing left to say, 1 findings remain, 2 wrong usage, wrong configuration, or a
file that could not be read"""


class _Formatter(argparse.HelpFormatter):
    """As wide as the terminal. The default asks shutil, which loads three compressors first."""

    def __init__(self, prog: str):
        try:
            columns = int(os.environ.get("COLUMNS") or os.get_terminal_size().columns)
        except (OSError, ValueError):
            columns = 80
        super().__init__(prog, width=columns - 2)


class _Parser(argparse.ArgumentParser):
    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **{"formatter_class": _Formatter, **options})

    def error(self, message: str) -> None:  # type: ignore[override]
        self.exit(FAILED, f"idiomist: {message}\nTry `{self.prog} --help`.\n")


def parser() -> argparse.ArgumentParser:
    """All commands and their options."""
    top = _Parser("idiomist", description=_DESCRIPTION, epilog=_EPILOG)
    top.add_argument("--version", action="version", version=f"idiomist {_version()}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)

    check = commands.add_parser("check", help="show what could be said better", epilog=_EPILOG)
    check.set_defaults(command="check")
    check.add_argument(
        "--output-format", choices=tuple(FORMATS), default="full", metavar="FORMAT",
        help="for people: full (with the rewrite as a diff, the default) or concise; for programs: "
        "json or json-lines; for hosts and tools: github, gitlab, junit, rdjson (reviewdog), sarif",
    )  # fmt: skip

    fix = commands.add_parser("fix", help="apply what is proven safe", epilog=_EPILOG)
    fix.set_defaults(command="fix")
    fix.add_argument("--unsafe", action="store_true", help="also apply fixes with doubts")
    fix.add_argument("--diff", action="store_true", help="show what would change, write nothing")

    for command in (check, fix):
        command.add_argument(
            "paths", nargs="*", default=["."], metavar="PATH",
            help="files and directories; - is standard input; default: the current directory",
        )  # fmt: skip
        command.add_argument(
            "--select", action="append", type=_keys, metavar="CHECKS",
            help="only these: names, codes, prefixes of codes or families, with commas between",
        )  # fmt: skip
        command.add_argument(
            "--ignore", action="append", type=_keys, metavar="CHECKS", help="not these"
        )
        command.add_argument(
            "--force-exclude", action="store_true",
            help="pass over what is excluded or generated also when it is named (for hooks)",
        )  # fmt: skip
        command.add_argument(
            "--exit-zero", action="store_true",
            help="findings that remain are no failure: exit with 0 instead of 1",
        )  # fmt: skip
        command.add_argument(
            "--stdin-filename", default="<stdin>", metavar="PATH",
            help="what standard input is called in messages and settings",
        )  # fmt: skip
        settings = command.add_mutually_exclusive_group()
        settings.add_argument(
            "--config", metavar="FILE",
            help="take the settings for every path from this file, an idiomist.toml by any name or "
            "a pyproject.toml; default: the nearest above each path",
        )  # fmt: skip
        settings.add_argument(
            "--isolated", action="store_true", help="ignore all configuration files"
        )
        command.add_argument(
            "--show-settings", action="store_true",
            help="print the settings that hold for each path and where they come from, and exit",
        )  # fmt: skip
        command.add_argument(
            "--jobs", type=_count, default=_processors(), metavar="N",
            help="how many processes share the work; default: as many as there are processors",
        )  # fmt: skip
        command.add_argument(
            "--file-timeout", type=_seconds, default=60.0, metavar="SECONDS",
            help="how long a process may take for one file before it is given up; default: 60",
        )  # fmt: skip
        command.add_argument(
            "--no-cache", action="store_true", help="neither use what is known nor remember it"
        )

    clean = commands.add_parser("clean", help="remove the cache")
    clean.set_defaults(command="clean")
    for command in (check, fix, clean):
        command.add_argument(
            "--cache-dir", metavar="DIR",
            help="where the cache is; default: $IDIOMIST_CACHE_DIR, or .idiomist_cache in the root "
            "of the repository",
        )  # fmt: skip

    init = commands.add_parser("init", help="add the pre-commit hook and a place for settings")
    init.set_defaults(command="init")
    init.add_argument(
        "directory", nargs="?", default=".", metavar="DIRECTORY",
        help="the root of the project; default: the current directory",
    )  # fmt: skip

    for command in (check, fix, init):
        command.add_argument(
            "--color", choices=("auto", "always", "never"), default="auto",
            help="when to colour the output (NO_COLOR and FORCE_COLOR are heeded)",
        )  # fmt: skip

    explain = commands.add_parser("explain", help="print the lesson of a check")
    explain.set_defaults(command="explain")
    explain.add_argument("check", metavar="NAME|CODE", help="such as manual-any-all or IDM201")

    checks = commands.add_parser("checks", help="list all checks")
    checks.set_defaults(command="checks")
    return top


def _keys(text: str) -> list[str]:
    return [key.strip() for key in text.split(",") if key.strip()]


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text} is no number of processes; 1 is the least")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is no number of seconds above 0")
    return seconds


def _processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _version() -> str:
    from idiomist import __version__

    return __version__


def run(arguments: Sequence[str]) -> int:
    """Run one command and return the exit status."""
    options = parser().parse_args(arguments)
    if isinstance(sys.stdout, TextIOWrapper):
        # A pipe or terminal that does not know a letter of the code shows its number.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        shows_settings = getattr(options, "show_settings", False)
        name = "settings" if shows_settings else options.command
        command = import_module(f"idiomist.cli.{name}")
        status = command.run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has seen enough. Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FOUND
    except KeyboardInterrupt:
        sys.stderr.write("idiomist: interrupted; every file is whole\n")
        return 130
    return int(status)
