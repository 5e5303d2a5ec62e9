"""What ruff says about the code that our checks find: `python benchmarks/beside.py`.

Every example of every lesson and case file is given to ruff, once with the rules that it selects
by itself and once with all rules and previews. What counts is a diagnostic on lines that we flag.
Which rules look at the same code says `docs/beside/facts.toml`; of others only those are counted
that ruff selects by itself. The result goes to `docs/beside/ruff.json`, from which
`docs/generate.py` makes a page; so the figures change when somebody runs this, and not with the
ruff that happens to be installed.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from idiomist import Check
from idiomist.lesson import Lesson
from idiomist.registry import installed
from idiomist.testing import findings

ROOT = Path(__file__).parent.parent
FACTS = ROOT / "docs" / "beside" / "facts.toml"
RESULT = FACTS.with_name("ruff.json")
EVERYTHING = ("--select", "ALL", "--preview")


class Snippet(NamedTuple):
    """A program, and the lines of it that matter."""

    code: str
    lines: frozenset[int]


class Said(NamedTuple):
    """A rule speaks of a snippet; `fix` is how ruff calls its fix, if it has one."""

    snippet: int
    rule: str
    fix: str | None


def lessons(check: Check) -> Iterator[Lesson]:
    """The docstring and the case file."""
    yield check.lesson
    yield Lesson.parse((ROOT / "tests" / "cases" / f"{check.name}.md").read_text(encoding="utf-8"))


def flagged(check: Check, code: str) -> Snippet:
    """Code with the lines that a check flags in it."""
    lines = set()
    for finding in findings(check, code):
        lines.add(finding.line)
        for statement in finding.statements:
            lines.update(range(statement.lineno, (statement.end_lineno or statement.lineno) + 1))
    return Snippet(code, frozenset(lines))


def whole(code: str) -> Snippet:
    """Code with all of its lines."""
    return Snippet(code, frozenset(range(1, code.count("\n") + 1)))


def ruff(*arguments: str) -> str:
    """The output of a run that ended well, with findings or without."""
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, 1):
        sys.exit(done.stderr)
    return done.stdout


def said(snippets: Sequence[Snippet], *options: str) -> set[Said]:
    """What ruff says on the lines that matter."""
    with tempfile.TemporaryDirectory() as scratch:
        for number, snippet in enumerate(snippets):
            (Path(scratch) / f"m{number}.py").write_text(snippet.code, encoding="utf-8")
        output = ruff(
            *("check", "--isolated", "--no-cache", "--target-version", "py311"),
            *("--output-format", "json", *options, scratch),
        )
    found = set()
    for diagnostic in json.loads(output):
        number = int(Path(diagnostic["filename"]).stem.removeprefix("m"))
        if diagnostic["location"]["row"] in snippets[number].lines:
            fix = diagnostic["fix"] and diagnostic["fix"]["applicability"]
            found.add(Said(number, diagnostic["code"], fix))
    return found


def counts(found: Iterable[Said]) -> Counter[str]:
    """On how many snippets each rule speaks."""
    return Counter(rule for _, rule in {(one.snippet, one.rule) for one in found})


def measure(check: Check, rules: Sequence[str]) -> dict[str, Any]:
    """How often rules of ruff speak of what a check finds, proposes, and leaves alone."""
    examples = [example for lesson in lessons(check) for example in lesson.examples]
    before = [flagged(check, example.before) for example in examples]
    keep = [whole(other.code) for lesson in lessons(check) for other in lesson.counterexamples]
    rewritten = [example for example in examples if example.after is not None]
    proven = [example for example in rewritten if not example.doubts]
    old = said([whole(example.before) for example in proven])
    new = said([whole(example.after or "") for example in proven])
    everything = said(before, *EVERYTHING)
    in_before = counts(everything)
    safe, unsafe = (
        counts(one for one in everything if one.fix == fix) for fix in ("safe", "unsafe")
    )
    in_keep = counts(said(keep, *EVERYTHING))
    return {
        "examples": len(examples),
        "safe": len(proven),
        "unsafe": len(rewritten) - len(proven),
        "keep": len(keep),
        "default": dict(sorted(counts(said(before)).items())),
        "all": {  # and preview
            rule: {
                "before": in_before[rule],
                "safe": safe[rule],
                "unsafe": unsafe[rule],
                "keep": in_keep[rule],
            }
            for rule in rules
        },
        "after": dict(sorted(counts(new - old).items())),
    }


def main() -> None:
    """Measure all built-in checks and write the result."""
    facts = tomllib.loads(FACTS.read_text(encoding="utf-8"))["checks"]
    checks = {
        check.code: measure(check, facts.get(check.code, {}).get("ruff", ()))
        for check in installed()
        if check.code.startswith("IDM")
    }
    spoken = {
        rule
        for check in checks.values()
        for mode in ("all", "default", "after")
        for rule in check[mode]
    }
    settings = ruff("check", "--isolated", "--show-settings")
    enabled = settings[settings.index("linter.rules.enabled") :].partition("]")[0]
    default = set(re.findall(r"\((\w+)\)", enabled))
    rules = {
        rule["code"]: {
            "name": rule["name"],
            "default": rule["code"] in default,
            "preview": rule["preview"],
        }
        for rule in json.loads(ruff("rule", "--all", "--output-format", "json"))
        if rule["code"] in spoken
    }
    version = ruff("--version").split()[1]
    result = {"ruff": version, "rules": rules, "checks": checks}
    RESULT.write_text(json.dumps(result, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
