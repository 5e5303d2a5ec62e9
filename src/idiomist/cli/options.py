"""All commands and their options."""

from __future__ import annotations

import argparse
import os
from typing import Any

from idiomist.cli import FAILED, FORMATS

_DAY = 24 * 60 * 60
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
    """What the command line is read with."""
    top = _Parser("idiomist", description=_DESCRIPTION, epilog=_EPILOG)
    top.add_argument("--version", action="version", version=f"idiomist {_version()}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, text: str, **options: Any) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, **options)
        added.set_defaults(command=name)
        return added

    check = command("check", "show what could be said better", epilog=_EPILOG)
    fix = command("fix", "apply what is proven safe", epilog=_EPILOG)
    baseline = command("baseline", "write down today's findings, so that only new ones are told")
    init = command("init", "add the pre-commit hook and a place for settings")
    merge = command("merge", "put together what the shards of a run have found")
    clean = command("clean", "remove the cache")
    explain = command("explain", "print the lesson of a check")
    command("checks", "list all checks")

    check.add_argument(
        "--add-ignores", metavar="REASON",
        help="ask for silence about all that is found, in comments with this reason",
    )  # fmt: skip
    fix.add_argument("--unsafe", action="store_true", help="also apply fixes with doubts")
    fix.add_argument("--diff", action="store_true", help="show what would change, write nothing")
    baseline.add_argument(
        "--prune", action="store_true",
        help="only forget what is gone; a finding that is new stays new",
    )  # fmt: skip
    init.add_argument(
        "directory", nargs="?", default=".", metavar="DIRECTORY",
        help="the root of the project; default: the current directory",
    )  # fmt: skip
    merge.add_argument(
        "files", nargs="+", metavar="FILE",
        help="what `idiomist check --shard N/OF --output-format json` wrote, of every shard",
    )  # fmt: skip
    explain.add_argument("check", metavar="NAME|CODE", help="such as manual-any-all or IDM201")

    for each in (check, fix, baseline):
        _add_files(each)
    for each in (check, fix):
        _add_what_is_told(each)
    for each, default in ((check, "full"), (merge, "json")):
        each.add_argument(
            "--output-format", choices=tuple(FORMATS), default=default, metavar="FORMAT",
            help="for people: full (with the rewrite as a diff) or concise; for programs: json or "
            "json-lines; for hosts and tools: github, gitlab, junit, rdjson (reviewdog), sarif; "
            f"default: {default}",
        )  # fmt: skip
    for each in (check, fix, merge):
        each.add_argument(
            "--exit-zero", action="store_true",
            help="findings that remain are no failure: exit with 0 instead of 1",
        )  # fmt: skip
    for each in (check, fix, baseline, clean):
        each.add_argument(
            "--cache-dir", metavar="DIR",
            help="where the cache is; default: $IDIOMIST_CACHE_DIR, or .idiomist_cache in the root "
            "of the repository",
        )  # fmt: skip
    for each in (check, fix, init, merge):
        each.add_argument(
            "--color", choices=("auto", "always", "never"), default="auto",
            help="when to colour the output (NO_COLOR and FORCE_COLOR are heeded)",
        )  # fmt: skip
    return top


def _add_files(command: argparse.ArgumentParser) -> None:
    """Which files are read, by which settings and how."""
    command.set_defaults(
        no_baseline=False, shard=None, stdin_filename="<stdin>",
        staged=False, changed=False, since=None, diff_from=None,
    )  # fmt: skip
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
    settings = command.add_mutually_exclusive_group()
    settings.add_argument(
        "--config", metavar="FILE",
        help="take the settings for every path from this file, an idiomist.toml by any name or "
        "a pyproject.toml; default: the nearest above each path",
    )  # fmt: skip
    settings.add_argument("--isolated", action="store_true", help="ignore all configuration files")
    command.add_argument(
        "--baseline", metavar="FILE",
        help="the findings that are written down; default: .idiomist-baseline.json in the root of "
        "the repository",
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
        "--executor", metavar="URL",
        help="let an engine that is there already do the work: dask://HOST:PORT, or dask:// for a "
        "cluster of processes right here",
    )  # fmt: skip
    command.add_argument(
        "--no-cache", action="store_true", help="neither use what is known nor remember it"
    )


def _add_what_is_told(command: argparse.ArgumentParser) -> None:
    """What of the findings is told, and what is said besides."""
    command.add_argument(
        "--stdin-filename", default="<stdin>", metavar="PATH",
        help="what standard input is called in messages and settings",
    )  # fmt: skip
    command.add_argument(
        "--show-settings", action="store_true",
        help="print the settings that hold for each path and where they come from, and exit",
    )  # fmt: skip
    command.add_argument(
        "--no-baseline", action="store_true", help="tell also what is written down"
    )
    changes = command.add_mutually_exclusive_group()
    changes.add_argument(
        "--staged", action="store_true", help="only what touches lines that the next commit changes"
    )
    changes.add_argument(
        "--changed", action="store_true",
        help="only what touches lines that differ from the last commit",
    )  # fmt: skip
    changes.add_argument(
        "--since", metavar="REV",
        help="only what touches lines that were changed since HEAD and this revision parted",
    )  # fmt: skip
    changes.add_argument(
        "--diff-from", metavar="FILE",
        help="only what touches lines that a patch has changed; - is standard input",
    )  # fmt: skip
    command.add_argument(
        "--shard", type=_shard, metavar="N/OF",
        help="only one of several parts of the files, such as 3/16; `merge` puts them together",
    )  # fmt: skip


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
    if not 0 < seconds <= _DAY:
        raise argparse.ArgumentTypeError(f"{text} is no number of seconds between 0 and {_DAY}")
    return seconds


def _shard(text: str) -> Any:
    from idiomist.project.shards import Shard

    try:
        return Shard.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _version() -> str:
    from idiomist import __version__

    return __version__
