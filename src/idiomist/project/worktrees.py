"""What git says about a working tree.

Only its plumbing is asked, which heeds little of what may be configured; which settings that are
is up to the version of git, so that it is told all that matters.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO

from idiomist.project.config import ConfigError
from idiomist.project.patches import Patched, patched

_WHICH = ("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR")
"""Variables that say which repository is meant."""
_DIFF = (
    "-p",
    "--unified=0",
    "--find-renames",
    "-l1000",
    "--text",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--ignore-submodules=all",
    "--src-prefix=a/",
    "--dst-prefix=b/",
)


class WorkTree:
    """The working tree around the working directory; `root` is its folder.

    All that goes wrong is a ConfigError, which begins with the name of an option.
    """

    def __init__(self, option: str):
        """Find it, for an option of the command line."""
        self._option = option
        self.root = os.path.realpath(os.curdir)
        told = {name: os.environ[name] for name in _WHICH if name in os.environ}
        self._environment = {
            name: value for name, value in os.environ.items() if name not in told
        } | {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
        # A hook is told which repository it runs for, but git takes any folder that it enters for
        # the root of that. So what is around the folder comes first.
        found = self._asked("rev-parse", "--show-toplevel")
        if found.returncode and told:
            self._environment |= {name: os.path.abspath(place) for name, place in told.items()}
            found = self._asked("rev-parse", "--show-toplevel")
        elif told.get("GIT_DIR") and not self._is_at(found.stdout, told["GIT_DIR"]):
            # The index is that of another repository.
            self._environment.pop("GIT_INDEX_FILE", None)
        if b"not a git repository" in found.stderr:
            raise self.error("there is no git repository here; run idiomist inside of one")
        self.root = os.fsdecode(self._answer(found))

    def error(self, message: str) -> ConfigError:
        """What is wrong with the use of the option."""
        return ConfigError(f"{self._option}: {message}")

    def head(self) -> str | None:
        """The last commit; None before the first one."""
        return self._commit("HEAD")

    def nothing(self) -> str:
        """The tree without files, to compare with before the first commit."""
        return os.fsdecode(self._answer(self._asked("hash-object", "-t", "tree", "--stdin")))

    def merge_base(self, revision: str) -> str:
        """The commit at which HEAD and a revision part."""
        if self.head() is None:
            raise self.error("there is no commit yet to compare with; use --changed")
        # No name of a branch begins like an option.
        other = None if revision.startswith("-") else self._commit(revision)
        if other is None:
            raise self.error(
                f"there is no revision `{revision}`; name a branch, tag or commit that is in this "
                "clone, or fetch it first"
            )
        asked = self._asked("merge-base", other, "HEAD")
        if asked.returncode == 1:
            raise self.error(
                f"`{revision}` and HEAD have no commit in common in this shallow clone; fetch the "
                "others: git fetch --unshallow"
                if self._answer(self._asked("rev-parse", "--is-shallow-repository")) == b"true"
                else f"`{revision}` and HEAD have no commit in common; name another revision"
            )
        return os.fsdecode(self._answer(asked))

    def untracked(self) -> list[bytes]:
        """The files that are neither in the index nor ignored; folders if they are repositories."""
        names = self._answer(self._asked("ls-files", "--others", "--exclude-standard", "-z"))
        return names.split(b"\0")

    def compared(self, command: str, *options: str) -> Iterator[Patched]:
        """What is different by one of git's commands."""
        return patched(self._lines(command, *_DIFF, *options))

    def _commit(self, revision: str) -> str | None:
        asked = self._asked("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
        # A revision may also leave something out, or be a range.
        found = re.fullmatch(rb"([0-9a-f]{40,})\n", asked.stdout)
        return found[1].decode() if found else None

    def _is_at(self, root: bytes, folder: str) -> bool:
        """Whether this is the repository in a folder that a variable names."""
        own = os.fsdecode(self._answer(self._asked("rev-parse", "--absolute-git-dir")))
        bases = os.curdir, os.fsdecode(root.removesuffix(b"\n"))
        return any(
            os.path.realpath(os.path.join(base, folder)) == os.path.realpath(own) for base in bases
        )

    def _lines(self, *command: str) -> Iterator[bytes]:
        with TemporaryFile() as told:
            with self._started(*command, stderr=told) as git:
                assert git.stdout is not None
                yield from git.stdout
            told.seek(0)
            self._verify(git.returncode, told.read())

    def _asked(self, *command: str) -> subprocess.CompletedProcess[bytes]:
        with self._started(*command, stderr=subprocess.PIPE) as git:
            output, errors = git.communicate()
        return subprocess.CompletedProcess(command, git.returncode, output, errors)

    def _started(self, *command: str, stderr: IO[bytes] | int) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(
                ["git", *command],
                cwd=self.root,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
            )
        except OSError as error:
            reason = f"git cannot be started ({error.strerror})"
            raise self.error(f"{reason}; install it, or use --diff-from") from error

    def _answer(self, asked: subprocess.CompletedProcess[bytes]) -> bytes:
        self._verify(asked.returncode, asked.stderr)
        return asked.stdout.removesuffix(b"\n")

    def _verify(self, status: int, errors: bytes) -> None:
        if status:
            message = " ".join(errors.decode("utf-8", "replace").split())
            raise self.error(f"git says: {message.rpartition('fatal: ')[2]}")
