"""What git ignores: where its rules are, and which of them hold in a folder.

Git's index is not looked into: a rule holds for a file that was added in spite of it, too.
"""

from __future__ import annotations

import os
import re

from idiomist.project.ignoring import Rules, decision
from idiomist.record import Record


class Ignored(Record):
    """What git ignores below a folder; nothing, outside of a repository without rules."""

    rules: tuple[Rules, ...] = ()
    """The weakest first: of the user, of the repository, then of its folders from the root on."""
    any_case: bool = False

    def inside(self, folder: str) -> Ignored:
        """What holds in a folder in addition; a repository of its own starts anew."""
        outer = _of_repository(folder) if os.path.exists(os.path.join(folder, ".git")) else self
        # Git follows no link here: the repository does not hold what it leads to.
        return outer._and(_read(os.path.join(folder, ".gitignore"), follow=False), folder)

    def passes_over(self, path: bytes, name: int) -> bool:
        """Whether a path that is `spelled`, with a name that starts there, is ignored."""
        return bool(decision(self.rules, path, name))

    def _and(self, data: bytes, folder: str) -> Ignored:
        rules = Rules(data, folder, self.any_case) if data else None
        return self.replace(rules=(*self.rules, rules)) if rules else self


def _of_repository(root: str) -> Ignored:
    git = _git_folder(root)
    shared = os.path.join(git, os.fsdecode(_read(os.path.join(git, "commondir")).strip()))
    config = _read(os.path.join(shared, "config"))
    # As `git init` writes it where the file system knows no case.
    ignored = Ignored(any_case=re.search(rb"(?im)^\s*ignorecase\s*=\s*true\b", config) is not None)
    of_user = _excludes_of_user(root, git, config)
    ignored = ignored._and(_read(of_user) if of_user else b"", root)
    return ignored._and(_read(os.path.join(shared, "info", "exclude")), root)


def _git_folder(root: str) -> str:
    """The folder in which git keeps a repository; work trees and submodules have a file there."""
    git = os.path.join(root, ".git")
    place = _read(git) if os.path.isfile(git) else b""
    if place.startswith(b"gitdir:"):
        return os.path.join(root, os.fsdecode(place.removeprefix(b"gitdir:").strip()))
    return git


def _excludes_of_user(root: str, git: str, config: bytes) -> str | None:
    """The file with a user's rules for all repositories: git's setting `core.excludesFile`.

    Only git knows for sure what is set, since its files include each other, on conditions. But
    to ask it costs more than all else here; so it is asked only if some file speaks of this.
    """
    folder = os.path.join(os.environ.get("XDG_CONFIG_HOME") or _at_home(".config"), "git")
    files = [
        os.environ.get("GIT_CONFIG_SYSTEM", "/etc/gitconfig"),
        os.environ.get("GIT_CONFIG_GLOBAL", _at_home(".gitconfig")),
        os.path.join(folder, "config"),
        os.path.join(git, "config.worktree"),
    ]
    texts = b"\n".join([config, *map(_read, files)])
    by_variables = not {"GIT_CONFIG_COUNT", "GIT_CONFIG_PARAMETERS"}.isdisjoint(os.environ)
    if by_variables or re.search(rb"(?i)excludesfile|\[include", texts):
        configured = _configured(root, "core.excludesFile")
        if configured is not None:
            return os.path.join(root, configured) if configured else None
    return os.path.join(folder, "ignore")


def _at_home(name: str) -> str:
    return os.path.join(os.path.expanduser("~"), name)


def _configured(root: str, key: str) -> str | None:
    """What git says about a path that may be configured; None as well where there is no git."""
    import subprocess

    # A hook is told which repository it runs for; this one may be another, inside it.
    own = {"GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR"}
    try:
        asked = subprocess.run(
            ["git", "config", "--type=path", "--get", key],
            cwd=root,
            env={name: value for name, value in os.environ.items() if name not in own},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except OSError:
        return None
    return None if asked.returncode else os.fsdecode(asked.stdout.removesuffix(b"\n"))


def _read(file: str, *, follow: bool = True) -> bytes:
    """What stands in a file; nothing if it cannot be read, or is a link that is not followed."""
    if not follow and os.path.islink(file):
        return b""
    try:
        with open(file, "rb") as handle:
            return handle.read()
    except (OSError, ValueError):  # a path with a null byte, from a file that is broken
        return b""
