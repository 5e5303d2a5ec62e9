"""Reports read back as their readers read them: by a schema, a parser, or the rules of a host."""

from __future__ import annotations

import gc
import io
import json
import re
import warnings
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema  # type: ignore[import-untyped]

from idiomist.cli import run

SCHEMAS = Path(__file__).parent / "schemas"
_SCHEMA_OF = {
    "sarif": "sarif-schema-2.1.0.json",
    "gitlab": "gitlab-code-quality.schema.json",
    "rdjson": "rdjson.schema.json",
}


def report(name: str, *arguments: str, cwd: Path) -> Any:
    """What `idiomist check` reports, read back; every report is checked on the way."""
    return read(name, checked(name, *arguments, cwd=cwd))


def checked(name: str, *arguments: str, cwd: Path) -> str:
    """What `idiomist check` prints, without a process for each of many runs."""
    status, out, err = run_here("check", "--output-format", name, *arguments, cwd=cwd)
    assert status in (0, 1), err
    return out


def run_here(*arguments: str, cwd: Path) -> tuple[int, str, str]:
    """The exit status, standard output and standard error of a command, in this process."""
    out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n"), io.StringIO()
    with chdir(cwd), redirect_stdout(out), redirect_stderr(err), warnings.catch_warnings():
        try:
            status = run(arguments)
        finally:
            gc.enable()
    return status, out.buffer.getvalue().decode(), err.getvalue()


def read(name: str, text: str) -> Any:
    """The report as plain objects; raises when it is not as the format wants it."""
    match name:
        case "json":
            return json.loads(text)
        case "json-lines":
            return [json.loads(line) for line in text.splitlines()]
        case "junit":
            return junit(text)
        case "github":
            return [command(line) for line in text.splitlines() if line.startswith("::")]
    found = json.loads(text)
    validator = jsonschema.Draft202012Validator(
        json.loads((SCHEMAS / _SCHEMA_OF[name]).read_text(encoding="utf-8")),
        format_checker=jsonschema.FormatChecker(),
    )
    errors = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(found)]
    assert errors == []
    return found


def paths(name: str, found: Any) -> list[str]:
    """The path of every finding in a report, as its host understands it."""
    from urllib.parse import unquote

    match name:
        case "sarif":
            return [
                unquote(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
                for result in found["runs"][0]["results"]
            ]
        case "github":
            return [properties["file"] for _, properties, _ in found]
        case "gitlab":
            return [issue["location"]["path"] for issue in found]
        case "junit":
            return [suite.get("name", "") for suite in found if suite.get("failures") != "0"]
        case "rdjson":
            return [diagnostic["location"]["path"] for diagnostic in found["diagnostics"]]
    return [finding["path"] for finding in found]


def command(line: str) -> tuple[str, dict[str, str], str]:
    """A workflow command, as the runner takes it apart (actions/runner, `ActionCommand.cs`)."""
    parts = re.fullmatch(r"::(\w+)(?: ([^:]*))?::(.*)", line)
    assert parts, line
    properties = dict(pair.split("=", 1) for pair in (parts[2] or "").split(",") if pair)
    return (
        parts[1],
        {name: unescaped(value) for name, value in properties.items()},
        unescaped(parts[3]),
    )


def unescaped(text: str) -> str:
    for written, meant in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(written, meant)
    return text


def junit(text: str) -> ET.Element:
    """The root of a report; the numbers are right and nothing is there that Jenkins does not know.

    Elements and attributes are those of `junit-10.xsd` in jenkinsci/xunit-plugin.
    """
    known = {
        "testsuites": {"name"},
        "testsuite": {"name", "tests", "failures", "errors"},
        "testcase": {"name", "classname"},
        "failure": {"message", "type"},
        "error": {"message", "type"},
    }
    root = ET.fromstring(text)
    assert root.tag == "testsuites"
    for element in root.iter():
        assert set(element.keys()) == known[element.tag], element.tag
    names = set()
    for suite in root:
        assert suite.tag == "testsuite"
        assert int(suite.get("tests", "")) == len(suite.findall("testcase")) > 0
        assert int(suite.get("failures", "")) == len(suite.findall("testcase/failure"))
        assert int(suite.get("errors", "")) == len(suite.findall("testcase/error"))
        names |= {(case.get("classname"), case.get("name")) for case in suite}
    assert len(names) == len(root.findall("*/testcase")), "Jenkins tells cases apart by these two"
    return root
