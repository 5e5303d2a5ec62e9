"""Write the page of every check and the table of all: `python docs/generate.py`."""

from __future__ import annotations

import sys
from pathlib import Path

from idiomist import Check
from idiomist.registry import Registry, installed

PAGES = Path(__file__).parent / "checks"
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


def pages() -> dict[Path, str]:
    """Every generated file and what it must hold."""
    registry = installed()
    built_in = Registry(check for check in registry if check.code.startswith("IDM"))
    written = {PAGES / f"{check.name}.md": page(check) for check in built_in}
    written[PAGES / "README.md"] = index(built_in)
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
