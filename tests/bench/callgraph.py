#!/usr/bin/env python3
"""Draws the call graphs of the benchmark's cases and scores them.

    callgraph.py [--out DIR] [--only pycg|dynamic_recall] [--diff CASE|all]

Prints the score tables: exact and F1 for pycg, recall for the packages whose calls were observed, and how many edges
inside the package were drawn for them.
"""
from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import runner

TRUTHS = ("callgraph", "implicit", "via_external")


def draw(program: str, folder: Path, target: Path) -> None:
    """Write the call graph of a folder."""
    done = runner.run([program, "graph", "--format", "pycg", str(folder)])
    failure = done.failure or (None if runner.write_json(target, done.out) else "output is not JSON")
    if failure:
        target.unlink(missing_ok=True)
        print(f"{folder.relative_to(runner.DATA)}: {failure}", file=sys.stderr)


def pycg(program: str, out: Path, diff: str | None) -> None:
    """Small programs with a complete truth."""
    cases = runner.needed(runner.DATA / "callgraph" / "pycg")
    for truth in sorted(cases.rglob("callgraph.json")):
        name = truth.parent.relative_to(cases)
        draw(program, truth.parent, out / name.parent / f"{name.name}.json")
    shown = ("--diff", diff) if diff else ()
    print("== pycg, strict", runner.score("callgraph/score.py", cases, out, *shown), sep="\n")


def dynamic_recall(program: str, out: Path) -> None:
    """Packages with the calls that their own tests made."""
    cases = runner.needed(runner.DATA / "callgraph" / "dynamic_recall")
    for case in sorted(path for path in cases.iterdir() if path.is_dir()):
        draw(program, case / case.name, out / f"{case.name}.json")
    naming = ("--norm", "--internal")
    for truth in TRUTHS:
        table = runner.score("callgraph/score.py", cases, out, *naming, "--recall", "--truth", truth)
        print(f"== dynamic_recall, {truth}", table, sep="\n")
    out.mkdir(parents=True, exist_ok=True)
    details = out / "details.json"
    runner.score("callgraph/score.py", cases, out, *naming, "--json", details)
    results = json.loads(details.read_text(encoding="utf-8"))
    true, false = (results["columns"].index(column) for column in ("tp", "fp"))
    drawn = {name: row[true] + row[false] for name, row in sorted(results["cases"].items())}
    print("in-package edges drawn:", sum(drawn.values()), drawn)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=runner.DATA / "out" / "callgraph")
    parser.add_argument("--only", choices=("pycg", "dynamic_recall"))
    parser.add_argument("--diff", metavar="CASE|all", help="list the wrong edges of pycg cases")
    options = parser.parse_args()
    program, out = runner.binary(), options.out.resolve()
    if options.only != "dynamic_recall":
        pycg(program, out / "pycg", options.diff)
    if options.only != "pycg":
        dynamic_recall(program, out / "dynamic_recall")


if __name__ == "__main__":
    main()
