"""For Jenkins and others that show the results of tests: JUnit's XML.

There is no standard. This keeps to what Jenkins reads
(https://github.com/jenkinsci/xunit-plugin, `junit-10.xsd`), as most others do.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from idiomist.finding import Applicability
from idiomist.outcome import Reported
from idiomist.reporters.painting import Painter
from idiomist.reporters.places import Paths
from idiomist.reporters.report import Run, plural
from idiomist.reporters.text import headline, story

_FORBIDDEN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What may stand in no XML document, not even escaped (XML 1.0, section 2.2, `Char`)."""


class JunitReporter:
    """One suite for each file, one test case for each check that has findings in it.

    Jenkins follows a test case by its name from build to build and says since when it fails.
    So a name must not hold a line number, and all findings of one check in a file are one
    failure, told in full.
    """

    detailed = True

    def __init__(self, run: Run):
        self._complaints = run.complaints
        self._paths = Paths()
        self._files: dict[str, dict[str, list[tuple[str, str]]]] = {}

    def add(self, path: str, finding: Reported) -> None:
        shown = self._paths.shown(path)
        painter = Painter(colour=False)
        lines = [headline(finding, shown, painter), *story(finding, painter)]
        case = f"{finding.name} ({finding.code})"
        told = self._files.setdefault(shown, {}).setdefault(case, [])
        told.append((finding.message, "\n".join(lines)))

    def close(self, counts: Counter[Applicability], *, complete: bool) -> None:
        root = ET.Element("testsuites", name="idiomist")
        for path, cases in self._files.items():
            suite = _suite(root, path, len(cases), failures=len(cases))
            for name, told in cases.items():
                case = _case(suite, name, _class_name(path))
                message, _ = told[0]
                if len(told) > 1:
                    message += f" (and {len(told) - 1} more)"
                _outcome(case, "failure", message, [lines for _, lines in told])
        # Jenkins takes a report without any test for a mistake. This case is always there.
        suite = _suite(root, "idiomist", 1, errors=1 if self._complaints else 0)
        case = _case(suite, "every file can be checked", "idiomist")
        if self._complaints:
            _outcome(case, "error", plural(len(self._complaints), "error"), self._complaints)
        ET.indent(root, " ")
        # Whatever the encoding of standard output is, it has ASCII in it.
        print(ET.tostring(root, "us-ascii", xml_declaration=True).decode("ascii"))


def _suite(
    root: ET.Element, name: str, tests: int, *, failures: int = 0, errors: int = 0
) -> ET.Element:
    numbers = {"tests": str(tests), "failures": str(failures), "errors": str(errors)}
    return ET.SubElement(root, "testsuite", {"name": _legal(name), **numbers})


def _case(suite: ET.Element, name: str, class_name: str) -> ET.Element:
    return ET.SubElement(suite, "testcase", name=_legal(name), classname=_legal(class_name))


def _outcome(case: ET.Element, kind: str, message: str, texts: Sequence[str]) -> None:
    element = ET.SubElement(case, kind, message=_legal(message), type="idiomist")
    element.text = _legal("\n\n".join(texts))


def _class_name(path: str) -> str:
    """`shop.cart` for `shop/cart.py`: Jenkins makes packages of what stands before the last dot."""
    parts = path.removesuffix(".py").strip("/").split("/")
    return ".".join(part.replace(".", "_") for part in parts)


def _legal(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
