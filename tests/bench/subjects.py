#!/usr/bin/env python3
"""Converts copies of the subjects and runs their own tests.

    subjects.py [NAME ...]      default: every subject that was fetched

One JSON line a subject. `ok`: the copy compiles, a second `fix` prints nothing, no test changed, and the tests do as well as their baseline. `converted` is the number that the
tool's summary on standard error gives, null when it gives none. Exit 1 when a subject is not ok.
"""
from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys

import runner

CONVERTED = re.compile(r"(\d+) functions? (?:(?:was|were|would be) )?converted|converted (\d+)(?: functions?)?", re.IGNORECASE)


def converted(err: str) -> int | None:
    """The number of converted functions in the tool's summary."""
    found = None
    for found in CONVERTED.finditer(err):
        pass
    return int(found[1] or found[2]) if found else None


def is_test(path: str) -> bool:
    """Whether a path lies in a folder of tests; example scripts may be converted as well."""
    return any(part in ("test", "tests") or part.startswith("test_") for part in path.split("/"))


def run_tests(name: str, copy: str) -> dict:
    """The object that the benchmark's own runner prints."""
    script = runner.scorers() / "subjects" / "run_subject.py"
    command = [sys.executable, str(script), name, "--src", copy, "--out", str(runner.DATA / "subjects")]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    try:
        return json.loads(runner.last_line(done.stdout))
    except ValueError:
        return {"ok": False, "last": runner.last_line(done.stderr)}


def subject(program: str, name: str, packages: list[str]) -> dict:
    """Convert one subject and judge the result."""
    source = runner.needed(runner.DATA / "subjects" / "src" / name)
    copy = runner.fresh_copy(source, runner.ROOT / "target" / "copy" / name)
    before, broken = runner.python_files(copy), runner.uncompilable(copy)
    first = runner.run([program, "fix", "--write", str(copy)])
    after, still_broken = runner.python_files(copy), runner.uncompilable(copy)
    second = runner.run([program, "fix", str(copy)])
    changed = [path for path in before if after.get(path) != before[path]]
    outside = [path for path in changed if not any(f"{path}/".startswith(f"{package}/") for package in packages)]
    tests = run_tests(name, str(copy))
    result = {
        "name": name,
        "converted": converted(first.err),
        "changed": len(changed),
        "added": sorted(set(after) - set(before)),
        "outside": outside,
        "new_compile_errors": {path: why for path, why in still_broken.items() if path not in broken},
        "second_fix": second.failure or ("empty" if not second.out.strip() else f"{len(second.out.splitlines())} lines"),
        "fix": first.failure or "done",
        "seconds": round(first.seconds, 2),
        "tests": {key: tests.get(key) for key in ("ok", "passed", "failed", "errors", "never_awaited", "which", "last")},
    }
    result["ok"] = (
        result["fix"] == "done"
        and result["second_fix"] == "empty"
        and not [path for path in outside if is_test(path)]
        and not result["new_compile_errors"]
        and bool(tests["ok"])
    )
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args()
    recipes = json.loads((runner.scorers() / "subjects" / "recipes.json").read_text(encoding="utf-8"))
    fetched = [name for name in recipes if (runner.DATA / "subjects" / "src" / name).is_dir()]
    program, bad = runner.binary(), 0
    for name in options.names or fetched:
        if name not in recipes:
            parser.error(f"unknown subject {name}: one of {', '.join(recipes)}")
        result = subject(program, name, recipes[name]["packages"])
        bad += not result["ok"]
        print(json.dumps(result), flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
