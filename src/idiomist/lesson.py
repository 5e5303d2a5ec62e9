"""The lesson of a check, read from its docstring; the same fences hold the long tail of cases.

A lesson is Markdown. Its first line is the title. Fences marked `python before` and
`python after` are examples, `python keep` are counterexamples, and a `text doubts` fence
after a `before` lists the doubts that go with it, one sentence a line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from inspect import cleandoc

FENCE = re.compile(r"^```(\w+) (before|after|keep|doubts)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
CAPTIONS = {"before": "Before:", "after": "After:", "keep": "Keep:"}
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Example:
    """Code that must be flagged, and what `fix` makes of it (None: it is left to the reader).

    With `doubts`, exactly these must be given, and only `fix --unsafe` gets to `after`.
    """

    title: str
    before: str
    after: str | None
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counterexample:
    """Code about which the check must be silent."""

    title: str
    code: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """What there is to learn: the text as written, and its examples in order."""

    title: str
    text: str
    examples: tuple[Example, ...]
    counterexamples: tuple[Counterexample, ...]

    @property
    def gist(self) -> str:
        """The first paragraph below the title, on one line; the title where there is none."""
        first = self.text.partition("\n")[2].strip().partition("\n\n")[0]
        return self.title if not first or first.startswith("```") else " ".join(first.split())

    @property
    def markdown(self) -> str:
        """What stands below the title, with captions above the examples instead of roles."""
        text = self.text.partition("\n")[2].strip()
        for role, caption in CAPTIONS.items():
            text = text.replace(f"```python {role}\n", f"*{caption}*\n\n```python\n")
        return text

    @classmethod
    def parse(cls, markdown: str) -> Lesson:
        """Read a docstring or a case file.

        Raises ValueError when a fence stands where it means nothing: an `after` or `doubts`
        without a `before`.
        """
        text = cleandoc(markdown)
        title = text.partition("\n")[0].lstrip("# ").strip()
        examples: list[Example] = []
        counterexamples: list[Counterexample] = []
        open_example = False
        end = 0
        for fence in FENCE.finditer(text):
            headings = HEADING.findall(text[end : fence.start()])
            title_here = headings[-1] if headings else title
            if headings:
                title, open_example = headings[-1], False
            end = fence.end()
            role, code = fence[2], fence[3]
            if role == "before":
                examples.append(Example(title_here, code, None, ()))
                open_example = True
            elif role == "keep":
                counterexamples.append(Counterexample(title_here, code))
                open_example = False
            elif not open_example:
                line = text.count("\n", 0, fence.start()) + 1
                raise ValueError(f"line {line}: `{role}` needs a `before` above it")
            else:
                last = examples[-1]
                after = code if role == "after" else last.after
                doubts = tuple(code.splitlines()) if role == "doubts" else last.doubts
                examples[-1] = Example(last.title, last.before, after, doubts)
        return cls(
            text.partition("\n")[0].lstrip("# "), text, tuple(examples), tuple(counterexamples)
        )
