#!/usr/bin/env python3
"""Reads the reports of `lint` as the programs do that they are meant for, and says how many results each has.

    formats.py [FOLDER ...]      default: every project below fixtures/projects, and one whose names are hard to write

- sarif: against the official JSON schema of 2.1.0; by sarif-tools; regions and steps against the source
- gitlab: against the fields of GitLab's documentation; against what sarif-tools makes of the SARIF report
- junit: against the XSD of Jenkins; by junitparser
- github: split and unescaped in the way of the runner
- json, json-lines: the same findings

The libraries come from PyPI, into `target/venvs/formats`. The schemas are looked for in `target/bench/formats`, and fetched when they
are not there. Exit 1 when a report is not as it should be.
"""
from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.parse
import urllib.request
import venv
from pathlib import Path

import runner

REQUIREMENTS = Path(__file__).resolve().parent / "formats_requirements.txt"
ENVIRONMENT = runner.ROOT / "target" / "venvs" / "formats"
SCHEMAS = {
    "sarif-2.1.0.json": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    "junit-10.xsd": "https://raw.githubusercontent.com/jenkinsci/xunit-plugin/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd",
}
FORMATS = ("json", "json-lines", "sarif", "gitlab", "junit", "github")
# https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^(?!\\.?/)"},
                    "lines": {"type": "object", "required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}},
                },
            },
        },
    },
}
BLOCKS = "import time\n\n\nasync def ñ():\n\té = ['日本', time.sleep(1)]\n"
HARD = {
    "é 日本/a%20b,c:d\"'<&]]>?#\n\\e.py": BLOCKS.replace("\n", "\r\n"),
    "tab\tand\x1b[31m.py": BLOCKS,
    "%0A.py": BLOCKS,
    "::warning file=x,line=1::y.py": BLOCKS,
    "shared.py": "import time\n\n\ndef nap():\n    '''%0A ]]> & <x>'''\n    time.sleep(\n        1)\n\n\n"
    + "".join(f"async def f{number}():\n    x = '日本😀'; nap()\n\n\n" for number in range(40)),
    "bad.py": b"x = '\xff'\n",
    "broken.py": "def f(:\n    ''']]>\n",
}


def main(folders: list[Path]) -> int:
    """Checks every folder, and prints a row for each."""
    copies = runner.ROOT / "target" / "copy" / "formats"
    shutil.rmtree(copies, ignore_errors=True)
    projects = folders or sorted(path for path in (runner.ROOT / "fixtures" / "projects").iterdir() if path.is_dir())
    paths = [runner.fresh_copy(project, copies / project.name) for project in projects]
    if not folders:
        paths += [hard_project(copies / "hard names"), clean_project(copies / "clean")]
    print("| project | findings | places | " + " | ".join(FORMATS) + " |\n| --- |" + " ---: |" * (2 + len(FORMATS)))
    complaints: list[str] = []
    for path in paths:
        (path / ".git").mkdir(exist_ok=True)
        complaints += check(path)
    print("\n".join(complaints) or "\nAll reports are as they should be.")
    return 1 if complaints else 0


def hard_project(folder: Path) -> Path:
    """A project whose names need escaping everywhere."""
    for name, text in HARD.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def clean_project(folder: Path) -> Path:
    """A project without findings."""
    folder.mkdir(parents=True)
    (folder / "a.py").write_text("async def f():\n    pass\n", encoding="utf-8")
    return folder


def check(folder: Path) -> list[str]:
    """Prints the row of one project; what is wrong with its reports."""
    texts = reports(folder)
    findings = json.loads(texts["json"])["findings"]
    places = [(finding, place) for finding in findings for place in finding["places"]]
    complaints: list[str] = []
    lines = [json.loads(line) for line in texts["json-lines"].splitlines()]
    if lines != findings:
        complaints.append("json-lines: other findings than json")
    counts = {"json": len(findings), "json-lines": len(lines)}
    for name, read in (("sarif", sarif), ("gitlab", gitlab), ("junit", junit), ("github", github)):
        counts[name], wrong = read(texts, folder, findings)
        wanted = len(places) if name == "github" else len(findings)
        if counts[name] != wanted:
            wrong.append(f"{counts[name]} results, not {wanted}")
        complaints += [f"{name}: {each}" for each in wrong]
    cells = [folder.name, len(findings), len(places), *(counts[name] for name in FORMATS)]
    print("|", " | ".join(map(str, cells)), "|")
    return [f"{folder.name}: {complaint}" for complaint in complaints]


def reports(folder: Path) -> dict[str, str]:
    """All reports of one run; every check is on, so that there is much to write."""
    out = folder.parent / f"{folder.name} out"
    out.mkdir()
    words = [word for name in FORMATS for word in ("--format", f"{name}={out / name}")]
    done = runner.run([runner.binary(), "lint", "--isolated", "--select", "ALL", *words], cwd=folder)
    if done.failure:
        sys.exit(f"{folder}: {done.failure}")
    return {name: (out / name).read_bytes().decode("utf-8") for name in FORMATS}


def sarif(texts: dict[str, str], folder: Path, findings: list[dict]) -> tuple[int, list[str]]:
    """The SARIF report: schema, a consumer, and whether regions cover what the JSON report says."""
    import jsonschema
    from sarif import loader

    report = json.loads(texts["sarif"])
    schema = json.loads(schema_file("sarif-2.1.0.json").read_text(encoding="utf-8"))
    formats = jsonschema.Draft7Validator.FORMAT_CHECKER
    errors = jsonschema.Draft7Validator(schema, format_checker=formats).iter_errors(report)
    wrong = [f"{error.json_path}: {error.message}"[:300] for error in errors]
    run = report["runs"][0]
    consumed = loader.load_sarif_file(str(folder.parent / f"{folder.name} out" / "sarif"))
    if consumed.get_result_count() != len(run["results"]):
        wrong.append("sarif-tools counts other results")
    marks = [result["partialFingerprints"]["asyncshift/v1"] for result in run["results"]]
    if len(set(marks)) != len(marks):
        wrong.append("two results have one fingerprint")
    top = Path(urllib.parse.unquote(urllib.parse.urlsplit(run["originalUriBaseIds"]["SRCROOT"]["uri"]).path))
    if top != folder.resolve():
        wrong.append(f"base {top}")
    for result, finding in zip(run["results"], findings):
        wrong += places_of_result(run, result, finding, top)
    return len(run["results"]), wrong


def places_of_result(run: dict, result: dict, finding: dict, top: Path) -> list[str]:
    """Compares the places of a result with those of the JSON report."""
    wrong = []
    if run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] != result["ruleId"]:
        wrong.append("rule index")
    pairs = [(result["locations"][0], finding)]
    pairs += zip(result.get("relatedLocations", []), finding["places"])
    for flow, place in zip(result.get("codeFlows", []), finding["places"]):
        steps = [step["location"] for step in flow["threadFlows"][0]["locations"]]
        if len(steps) != len(place["chain"]):
            wrong.append("steps of a flow")
        pairs += zip(steps, place["chain"])
    flows = result.get("codeFlows", finding["places"])
    if len(flows) != len(finding["places"]):
        wrong.append("a place without a flow")
    for location, place in pairs:
        physical = location["physicalLocation"]
        artifact, region = physical["artifactLocation"], physical["region"]
        path = top / urllib.parse.unquote(artifact["uri"])
        if artifact.get("uriBaseId") != "SRCROOT" or path != (top / place["file"]):
            wrong.append(f"{artifact} is not {place['file']!r}")
        if (region["startLine"], region.get("startColumn", 1)) != (place["line"], place["column"]):
            wrong.append(f"{region} is not line {place['line']}, column {place['column']}")
        text = path.read_bytes().decode("utf-8", "replace")
        line = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[region["startLine"] - 1]
        if region.get("startColumn", 1) > len(line) + 1:
            wrong.append(f"{region} is outside of its line")
    return wrong


def gitlab(texts: dict[str, str], folder: Path, findings: list[dict]) -> tuple[int, list[str]]:
    """The code quality report: the documented fields, and the same places as a converter makes of SARIF."""
    import jsonschema

    report = json.loads(texts["gitlab"])
    wrong = [error.message[:300] for error in jsonschema.Draft7Validator(GITLAB).iter_errors(report)]
    marks = [issue["fingerprint"] for issue in report]
    if len(set(marks)) != len(marks):
        wrong.append("two issues have one fingerprint")
    ours = [(issue["location"]["path"], issue["location"]["lines"]["begin"]) for issue in report]
    if ours != [(finding["file"], finding["line"]) for finding in findings]:
        wrong.append("other places than json")
    out = folder.parent / f"{folder.name} out"
    converted = out / "converted.json"
    program = Path(sys.executable).parent / "sarif"
    subprocess.run([program, "codeclimate", "-o", converted, out / "sarif"], check=True, stdout=subprocess.DEVNULL)
    theirs = [(issue["location"]["path"], issue["location"]["lines"]["begin"]) for issue in json.loads(converted.read_bytes())]
    if sorted((urllib.parse.unquote(path), line) for path, line in theirs) != sorted(ours):
        wrong.append(f"sarif-tools makes {len(theirs)} issues of the SARIF report, or has them elsewhere")
    return len(report), wrong


def junit(texts: dict[str, str], folder: Path, findings: list[dict]) -> tuple[int, list[str]]:
    """The JUnit report: schema, and a library."""
    import junitparser
    from lxml import etree

    data = texts["junit"].encode()
    schema = etree.XMLSchema(etree.parse(str(schema_file("junit-10.xsd"))))
    document = etree.fromstring(data)
    wrong = [] if schema.validate(document) else [str(error) for error in schema.error_log]
    parsed = junitparser.JUnitXml.fromstring(data)
    cases = [case for suite in parsed for case in suite]
    failed = [case for case in cases if any(isinstance(result, junitparser.Failure) for result in case.result)]
    if (parsed.tests, parsed.failures) != (len(cases), len(failed)):
        wrong.append("the counts are not those of the cases")
    if len({(case.classname, case.name) for case in cases}) != len(cases):
        wrong.append("two cases have one name")
    if not cases:
        wrong.append("no case")
    # XML knows no other control characters than white space; ours are replaced.
    said = [case.result[0].message for case in failed]
    if said != [printable(finding["message"]) for finding in findings]:
        wrong.append("other messages than json")
    return len(failed), wrong


def printable(text: str) -> str:
    """The text as XML can hold it."""
    return "".join("\ufffd" if each < " " and each not in "\n\r\t" else each for each in text)


def github(texts: dict[str, str], folder: Path, findings: list[dict]) -> tuple[int, list[str]]:
    """The annotations, read as the runner's `ActionCommand` does: split first, then unescaped."""
    wrong = []
    commands = [command(line) for line in texts["github"].split("\n")[:-1]]
    places = [(finding, place) for finding in findings for place in finding["places"]]
    levels = {"error": "error", "warning": "warning", "notice": "note"}
    for (name, properties, message), (finding, place) in zip(commands, places):
        known = {"file", "line", "endLine", "col", "endColumn", "title"}
        if not set(properties) <= known or levels.get(name) != place["level"]:
            wrong.append(f"{name} {properties}")
        if properties["file"] != place["file"] or not (folder / properties["file"]).is_file():
            wrong.append(f"{properties['file']!r} is not {place['file']!r}")
        if (int(properties["line"]), int(properties["endLine"])) != (place["line"], place["end_line"]):
            wrong.append(f"{properties} is not line {place['line']}")
        if properties["title"] != f"asyncshift {finding['code']} {finding['name']}":
            wrong.append(properties["title"])
        steps = [hop["reaches"] for hop in place["chain"]]
        if not message.startswith(finding["message"]) or (len(steps) > 1 and not all(step in message for step in steps)):
            wrong.append(f"message {message!r}")
    return len(commands), wrong


def command(line: str) -> tuple[str, dict[str, str], str]:
    """One workflow command: its name, properties and message."""
    assert line.startswith("::"), line
    end = line.index("::", 2)
    name, _, words = line[2:end].partition(" ")
    properties = {}
    for word in filter(None, words.split(",")):
        key, _, value = word.partition("=")
        properties[key] = unescaped(value, ("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))
    return name, properties, unescaped(line[end + 2 :], ("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))


def unescaped(text: str, *pairs: tuple[str, str]) -> str:
    """The text with each code replaced, in order."""
    for code, character in pairs:
        text = text.replace(code, character)
    return text


def schema_file(name: str) -> Path:
    """A schema on this disk."""
    path = runner.DATA / "formats" / name
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with urllib.request.urlopen(SCHEMAS[name], timeout=60) as answer:
                path.write_bytes(answer.read())
        except OSError as error:
            sys.exit(f"cannot fetch {SCHEMAS[name]} ({error}): put it at {path}")
    return path


def enter_environment() -> None:
    """Starts this script again in an environment that has the libraries."""
    python = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin") / "python"
    wanted, stamp = REQUIREMENTS.read_text(encoding="utf-8"), ENVIRONMENT / "requirements.txt"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        venv.create(ENVIRONMENT, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", REQUIREMENTS], check=True)
        stamp.write_text(wanted, encoding="utf-8")
    if Path(sys.prefix).resolve() != ENVIRONMENT.resolve():
        sys.exit(subprocess.run([python, *sys.argv], check=False).returncode)


if __name__ == "__main__":
    enter_environment()
    sys.exit(main([Path(argument).resolve() for argument in sys.argv[1:]]))
