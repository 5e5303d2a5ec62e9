"""Write the pages of the checks and of the settings, the schema, and what is beside us.

`python docs/generate.py`
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from idiomist import Check
from idiomist.cli.settings import toml
from idiomist.project import schema
from idiomist.project.settings import SETTINGS, Setting
from idiomist.registry import Registry, installed

DOCS = Path(__file__).parent
PAGES = DOCS / "checks"
_NOTE = "<!-- Written by docs/generate.py from the check's docstring; change it there. -->\n"


def page(check: Check) -> str:
    """One lesson as a page of its own."""
    default = "" if check.default else " Off by default."
    head = f"# {check.name}\n\n**{check.lesson.title}**"
    facts = f"`{check.code}`, family `{check.family}`.{default}"
    silence = f"Ask for silence with `# idiomist: ignore[{check.name}] reason`."
    return f"{_NOTE}{head}\n\n{facts}\n\n{check.lesson.markdown}\n\n{silence}\n"


def index(registry: Registry) -> str:
    """All checks, by family."""
    lines = [_NOTE + "# All checks\n"]
    family = ""
    for check in registry:
        if check.family != family:
            family = check.family
            lines += [f"\n## {family}\n", "| code | check | in one line |", "|---|---|---|"]
        lines.append(f"| {check.code} | [{check.name}]({check.name}.md) | {check.lesson.title} |")
    return "\n".join(lines) + "\n"


_BROADER = {"R1732", "SIM115", "WPS515"}
"""Rules that also speak where ours have nothing to say, and are right."""
_NOTHING_OFF = """\
Nothing. A check would be off by default if another tool fixed the same code safely, place by
place. None does so far: FURB142 comes closest, and calls its fix safe also where it is not (see
above)."""


class Beside:
    """The page about other linters, from what is known and what was measured: `docs/beside/`."""

    def __init__(self, registry: Registry):
        folder = DOCS / "beside"
        self.facts = tomllib.loads((folder / "facts.toml").read_text(encoding="utf-8"))
        self.measured = json.loads((folder / "ruff.json").read_text(encoding="utf-8"))
        # A new check has no place on the page before both files know it; a test sees to that.
        known = self.facts["checks"].keys() & self.measured["checks"].keys()
        self.registry = [check for check in registry if check.code in known]
        self.template = (folder / "page.md").read_text(encoding="utf-8")

    def page(self) -> str:
        """The whole page."""
        facts, measured = self.facts["checks"], self.measured["checks"]
        off = [f"- {_linked(check)}" for check in self.registry if not check.default]
        text = self.template.format(
            same="\n".join(self._same()),
            names="\n".join(self._names()),
            version=self.measured["ruff"],
            examples=sum(figures["examples"] for figures in measured.values()),
            measured="\n".join(self._measured()),
            theirs="\n".join(
                f"- {_linked(check)}: {facts[check.code]['theirs']}"
                for check in self.registry
                if facts[check.code]["theirs"]
            ),
            nearby="\n".join(f"- {rules}: {what}" for rules, what in self.facts["nearby"].items()),
            overlaps="\n".join(self._overlaps()),
            elsewhere=", ".join(self._named(self.facts["elsewhere"]["ruff"])),
            after=", ".join(self._named(sorted(self._all("after")))),
            off="\n".join(off) or _NOTHING_OFF,
            ignore_ruff=_quoted(self._others("ruff") - _BROADER),
            # pylint complains about codes of plugins that are not loaded.
            ignore_pylint=_quoted(self.facts["names"]["pylint"].keys() - _BROADER),
            ignore_flake8=", ".join(sorted(self._others("flake8") - _BROADER)),
        )
        return _NOTE.replace("the check's docstring", "docs/beside") + text

    def unexplained(self) -> set[tuple[str, str]]:
        """Rules that ruff selects by itself, on lines of a check that says nothing about them."""
        return {
            (code, rule)
            for code, figures in self.measured["checks"].items()
            for rule in figures["default"]
            if rule not in self.facts["elsewhere"]["ruff"]
            and not (rule in self._rules(code, "ruff") and "adds" in self.facts["checks"][code])
        }

    def _rules(self, code: str, tool: str) -> list[str]:
        rules: list[str] = self.facts["checks"][code].get(tool, [])
        return rules

    def _others(self, tool: str) -> set[str]:
        return {rule for code in self.facts["checks"] for rule in self._rules(code, tool)}

    def _all(self, mode: str) -> set[str]:
        return {rule for figures in self.measured["checks"].values() for rule in figures[mode]}

    def _same(self) -> Iterator[str]:
        for check in self.registry:
            tools = ("ruff", "pylint", "refurb", "flake8")
            cells = (", ".join(self._rules(check.code, tool)) or "-" for tool in tools)
            yield f"| {_linked(check)} | {' | '.join(cells)} |"

    def _names(self) -> Iterator[str]:
        yield f"- ruff: {', '.join(self._named(sorted(self._others('ruff'))))}"
        for tool, rules in self.facts["names"].items():
            yield f"- {tool}: {', '.join(f'{rule} `{name}`' for rule, name in rules.items())}"

    def _named(self, rules: Iterable[str]) -> Iterator[str]:
        for rule in rules:
            preview = " (preview)" if self.measured["rules"][rule]["preview"] else ""
            yield f"{rule} `{self.measured['rules'][rule]['name']}`{preview}"

    def _measured(self) -> Iterator[str]:
        for check in self.registry:
            figures = self.measured["checks"][check.code]
            head = f"{_linked(check)} | {figures['examples']} | {figures['safe']}"
            head += f" | {figures['unsafe']}"
            for rule, seen in figures["all"].items():
                star = "*" if self.measured["rules"][rule]["default"] else ""
                counts = f"{seen['before']} | {seen['safe']} | {seen['unsafe']}"
                silent = f"{seen['keep']} of {figures['keep']}"
                yield f"| {head} | {star}{rule}{star} | {counts} | {silent} |"
                head = "| | |"
            if not figures["all"]:
                yield f"| {head} | - | | | | |"

    def _overlaps(self) -> Iterator[str]:
        for check in self.registry:
            default = self.measured["checks"][check.code]["default"]
            same = [rule for rule in self._rules(check.code, "ruff") if rule in default]
            if same:
                seen = ", ".join(f"{rule} on {default[rule]}" for rule in same)
                total = self.measured["checks"][check.code]["examples"]
                adds = self.facts["checks"][check.code]["adds"]
                yield f"- {_linked(check)}: {seen} of {total} examples. {adds}"


def configuration() -> str:
    """The page about all settings, from the table that the reader of them goes by."""
    template = (DOCS / "configuration" / "page.md").read_text(encoding="utf-8")
    rows = [
        f"| [`{setting.key}`](#{setting.key}) | {_type(setting)} | {_default(setting)} |"
        for setting in SETTINGS
    ]
    text = template.format(
        file=schema.FILE,
        url=schema.URL,
        table="\n".join(rows),
        settings="\n\n".join(map(_described, SETTINGS)),
    )
    source = "docs/configuration and src/idiomist/project/settings.py"
    return _NOTE.replace("the check's docstring; change it there", source) + text


def _described(setting: Setting) -> str:
    facts = f"{_type(setting).capitalize()}; default: {_default(setting)}."
    example = f"```toml\n{setting.key} = {setting.example}\n```"
    return f"### {setting.key}\n\n{setting.text}\n\n{facts}\n\n{example}"


def _type(setting: Setting) -> str:
    return setting.kind.words.removeprefix("a ")


def _default(setting: Setting) -> str:
    return setting.unset or f"`{toml(setting.default)}`"


def _linked(check: Check) -> str:
    return f"{check.code} [{check.name}](checks/{check.name}.md)"


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f'"{word}"' for word in sorted(words))


def pages() -> dict[Path, str]:
    """Every generated file and what it must hold."""
    registry = installed()
    built_in = Registry(check for check in registry if check.code.startswith("IDM"))
    written = {PAGES / f"{check.name}.md": page(check) for check in built_in}
    written[PAGES / "README.md"] = index(built_in)
    written[DOCS / "beside-other-linters.md"] = Beside(built_in).page()
    written[DOCS / "configuration.md"] = configuration()
    made = schema.schema(built_in)
    written[DOCS / schema.FILE] = json.dumps(made, indent=2, ensure_ascii=False) + "\n"
    return written


def main() -> int:
    PAGES.mkdir(exist_ok=True)
    wanted = pages()
    for left_over in set(PAGES.glob("*.md")) - set(wanted):
        left_over.unlink()
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
