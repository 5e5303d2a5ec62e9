"""Add to a configuration file that a person wrote, and touch no other byte of it."""

from __future__ import annotations

import codecs
import os
import tomllib
from collections.abc import Callable

from idiomist.record import Record


class Refused(ValueError):
    """A file cannot be changed safely; the text says why, in one line."""


class Amendment(Record):
    """What a file holds (None: there is no file) and what it is to hold."""

    path: str
    old: bytes | None
    new: bytes

    @property
    def changes(self) -> bool:
        """Whether there is anything to write."""
        return self.old != self.new


def amendment(path: str, amended: Callable[[str, str], str]) -> Amendment:
    """What a function of the text and its line end makes of a file.

    The function sees the text without a byte order mark, and an empty text for a file that is
    not there. Raises Refused when it does, and when the file cannot be read or written.
    """
    try:
        old = _read(path)
        data = old or b""
        bom = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
        text = data.removeprefix(bom).decode()
        if "\r" in text.replace("\r\n", ""):
            raise Refused("has carriage returns that are no line ends")
        newline = "\r\n" if "\r\n" in text else "\n"
        return Amendment(path, old, bom + amended(text, newline).encode())
    except UnicodeDecodeError:
        raise Refused(f"{path}: is not encoded as UTF-8") from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise Refused(f"{path}: {reason[0].lower()}{reason[1:]}") from None
    except Refused as error:
        raise Refused(f"{path}: {error}") from None


def _read(path: str) -> bytes | None:
    folder = os.path.dirname(os.path.realpath(path))
    if os.path.islink(path) and not os.path.exists(path):
        raise Refused("is a link that leads nowhere")
    if not os.access(folder, os.W_OK):
        raise Refused("its directory cannot be written")
    if not os.path.exists(path):
        return None
    with open(path, "rb") as file:
        data = file.read()
    # To replace a file needs no right to write it; who took that right away meant something.
    if not os.access(path, os.W_OK):
        raise Refused("cannot be written")
    return data


def with_table(text: str, newline: str, name: str, comment: str) -> str:
    """A pyproject.toml with an empty table `[tool.NAME]`; as it was if there is one."""
    before = _toml(text)
    tools = before.get("tool", {})
    if not isinstance(tools, dict):
        raise Refused("`tool` is no table")
    if name in tools:
        if not isinstance(tools[name], dict):
            raise Refused(f"`tool.{name}` is no table")
        return text
    gap = newline * ((not text.endswith("\n")) + 1) if text else ""
    after = f"{text}{gap}[tool.{name}]{newline}# {comment}{newline}"
    try:
        # As text, for `nan` is not equal to itself.
        right = repr(_toml(after)) == repr({**before, "tool": {**tools, name: {}}})
    except Refused:
        right = False
    if not right:
        raise Refused(f"a table [tool.{name}] cannot be put at its end")
    return after


def _toml(text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused(f"cannot be parsed: {error}") from None
