"""How comments that ask for silence are written, read, and taken back."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from idiomist.finding import Edit
from idiomist.record import Record
from idiomist.source import PRAGMA, Source
from idiomist.text import encoding_of

if TYPE_CHECKING:
    from idiomist.check import Check

# Not compiled before they are needed: most files have no findings.
_FORMS = (
    r"(?i)#\s*(?:idiomist:\s*(?P<scope>file-)?ignore"
    r"(?:\s*\[(?P<keys>[^\]]*)\]|(?!\s*\[)(?![\w-]))"
    r"|(?P<noqa>noqa)(?::\s?(?P<codes>[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*))?)"
)
_FLAKE8_FILE = r"(?i)#\s*flake8[:=]\s*noqa\s*$"
_KEY, _CODE = r"[^\s,](?:[^,]*[^\s,])?", r"[^\s,]+"
_LEAD = r"\A[-–—:;,]+\s+"
"""What people put between the brackets and their reason."""
_BLANKS = " \t"


class Key(Record):
    """A word that says which checks are meant, and where it stands in the text of the file.

    No word at all means every check.
    """

    text: str
    start: int
    stop: int

    def means(self, check: Check) -> bool:
        """Whether it is the check's name, code, a prefix of that, family, or `all`."""
        return not self.text or check.is_meant_by(self.text)


class Suppression(Record):
    """A comment that asks for silence, or the part of a comment that does.

    What `unused` and `unknown` say is known when all findings of the file are.
    """

    line: int
    column: int
    """In characters, from 0."""
    start: int
    """Where it stands in the text of the file, with its reason."""
    stop: int
    keys: tuple[Key, ...]
    """At least one: a comment without any has one that is empty."""
    reason: str
    first: int
    """The line on which the code begins that strings or backslashes carry on to this one."""
    whole_file: bool = False
    alone: bool = False
    """It stands on a line of its own; one of our own kind speaks of the next one, too."""
    noqa: bool = False
    """It speaks to every tool, and of codes that are not ours."""
    in_prose: bool = False
    """It stands behind other words: somebody mentions it, or has commented a line of code out.

    Or it is inside of an f-string, the text of which is no place for changes.
    """
    unused: tuple[Key, ...] = ()
    """Keys that silenced nothing, although all checks that they mean were at work."""
    unknown: tuple[str, ...] = ()
    """A sentence for every key that means no check, with the name that comes nearest."""

    def without(self, keys: Collection[Key], source: Source) -> Edit | None:
        """Take keys out, and the whole comment with the last of them; its reason stays.

        None where what is left would mean something to Python or to another tool.
        """
        above, end = source.line_starts[self.line - 1], source.line_starts[self.line]
        text = source.text[above:end].rstrip("\r\n")
        newline = source.text[above + len(text) : end]
        if len(keys) < len(self.keys):
            if any(text[key.stop - above :][:1].isalnum() for key in keys):
                # Without what separates it from the next word, that would look like a key.
                return None
            return Edit(above, end, self._with_fewer(keys, text, above) + newline)
        before = text[: self.start - above]
        behind = text[self.stop - above :]
        if self.reason:
            reason = re.sub(_LEAD, "", self.reason)
            reason = reason if reason.startswith("#") else f"# {reason}"
            if re.match(PRAGMA, reason):
                return None
            left = f"{before}{reason}{behind}"
        elif not behind.strip():
            left = before.rstrip(_BLANKS)
        elif not before.strip():
            left = before + behind.lstrip()
        else:
            left = (before.rstrip(_BLANKS) if behind[0].isspace() else before) + behind
        if left:
            return Edit(above, end, left + newline)
        return None if self._hides_cookie(source) else Edit(above, end, "")

    def _with_fewer(self, gone: Collection[Key], text: str, above: int) -> str:
        """The line with the other keys, and what stands between those."""
        pieces: list[str] = []
        place = 0
        kept: Key | None = None
        for number, key in enumerate(self.keys):
            if key not in gone:
                kept = key
                continue
            if kept is None:
                start, stop = key.start, self.keys[number + 1].start
            else:
                start, stop = self.keys[number - 1].stop, key.stop
            pieces.append(text[place : start - above])
            place = stop - above
        return "".join([*pieces, text[place:]])

    def _hides_cookie(self, source: Source) -> bool:
        """Whether a line below would tell the encoding, were this one not above it (PEP 263)."""
        lines = source.lines[:3]
        if self.line > 2 or "coding" not in lines[-1]:
            return False
        del lines[self.line - 1]
        try:
            return encoding_of("".join(lines).encode(source.encoding)) != source.encoding
        except SyntaxError:
            return True


def suppressions(source: Source, *, noqa: bool) -> Iterator[Suppression]:
    """Every such comment, in the order of the file; without `noqa` only those of our own."""
    for line, column, text, first, in_string in _comments(source):
        alone = not source.lines[line - 1][:column].strip()
        start = source.line_starts[line - 1] + column
        if noqa and alone and re.match(_FLAKE8_FILE, text):
            key = Key("", start, start)
            yield Suppression(
                line, column, start, start + len(text), (key,), "", first, True, True, True
            )
            continue
        for match in re.finditer(_FORMS, text):
            ours = match["noqa"] is None
            if not ours and not noqa:
                continue
            behind = re.compile(PRAGMA).search(text, match.end())
            tail = text[match.end() : behind.start() if behind else len(text)].rstrip()
            group, word = ("keys", _KEY) if ours else ("codes", _CODE)
            keys = tuple(
                Key(key[0], start + key.start(), start + key.end())
                for key in re.compile(word).finditer(text, *match.span(group))
            )
            yield Suppression(
                line=line,
                column=column + match.start(),
                start=start + match.start(),
                stop=start + match.end() + len(tail),
                keys=keys or (Key("", start + match.end(), start + match.end()),),
                reason=tail.strip(),
                first=first,
                whole_file=bool(match["scope"]),
                alone=alone,
                noqa=not ours,
                in_prose=in_string
                or (match.start() > 0 and (alone or not text[match.start() - 1].isspace())),
            )


def _comments(source: Source) -> Iterator[tuple[int, int, str, int, bool]]:
    """Line, column and text of every comment, and what the code in front of it is.

    That is the line on which it begins, an earlier one where a string or a backslash goes over
    the ends of lines (flake8 takes all of these for one, too), and whether it is in an f-string.
    """
    import tokenize

    ends = (tokenize.NL, tokenize.NEWLINE)
    opening, closing = string_tokens()
    first = depth = 0
    try:
        for token in tokenize.generate_tokens(iter(source.lines).__next__):
            if token.type in ends and not depth:
                first = 0
            elif token.type not in (tokenize.INDENT, tokenize.DEDENT):
                first = first or token.start[0]
                depth += (token.type in opening) - (token.type in closing)
                if token.type == tokenize.COMMENT:
                    yield *token.start, token.string.rstrip(), first, depth > 0
    except (tokenize.TokenError, SyntaxError):
        # Line ends of old, of which the tokenizer makes something else than the compiler.
        return


def string_tokens() -> tuple[set[int], set[int]]:
    """The tokens that begin and end strings with code in them, from Python 3.12 on."""
    import token

    numbers = {name: number for number, name in token.tok_name.items()}
    kinds = [kind for kind in ("FSTRING", "TSTRING") if f"{kind}_START" in numbers]
    return {numbers[f"{kind}_START"] for kind in kinds}, {numbers[f"{kind}_END"] for kind in kinds}
