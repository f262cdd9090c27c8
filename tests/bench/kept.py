#!/usr/bin/env python3
"""What becomes of the functions of the subjects that reach a blocking call.

    kept.py [NAME ...]      default: every subject that was fetched

One Markdown row a subject, over the functions of its package: converted, kept only by a construct for which the
specification asks for a refusal or a wrapper, kept for another cause, kept since the call is short (disk). Functions that
call converted ones and stay count as bridged. Then the constructs, with how many functions each keeps; `--list` names them.
"""
from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from pathlib import Path

import runner

# Reasons that say: a construct of conversion.md with verdict R or W.
REFUSED = {
    "broken-file", "called-from-outside", "decorated", "finalizer", "foreign-override", "generator", "holds-lock",
    "inspects-namespace", "lambda", "module-level", "name-taken", "other-loop", "property", "redefined", "runs-loop",
    "special-method", "stop-iteration", "test", "third-party", "thread-bound",
}
NO_FUNCTIONS = {"module-level", "lambda", "test", "build-script"}
OUTSIDE = {"docs", "doc", "examples", "example", "tests", "test", "setup.py", "benchmark.py", "contrib", "tools", "ci", "benchmarks"}


def in_package(file: str) -> bool:
    """Whether a file belongs to the package, and is no test, example or script."""
    parts = Path(file).parts
    return parts[0] not in OUTSIDE and not any(part in ("tests", "test") or part.startswith("test_") for part in parts)


def judged(function: dict) -> tuple[str, set[str]]:
    """The column of a kept function, and the reasons that keep it in the end."""
    reasons = {cause["reason"] for cause in function["because"]} or {function["reason"]}
    if function["reason"] == "cheap" or reasons == {"cheap"}:
        return "cheap", {"cheap"}
    reasons -= {"cheap"}
    return ("refused" if reasons <= REFUSED else "other"), reasons


def subject(program: str, source: Path) -> tuple[Counter, Counter, list[str]]:
    """Counts of one subject, its constructs, and the functions that they keep."""
    done = runner.run([program, "fix", "--plan", "--format", "json", "."], cwd=source)
    plan = json.loads(done.out)
    counts, constructs, names = Counter(), Counter(), []
    for unit in plan["units"]:
        counts["converted"] += sum(in_package(function["file"]) for function in unit["convert"])
        for key in ("awaits", "offloads", "replaced"):
            counts[key] += unit[key]
    for function in plan["kept"]:
        if not in_package(function["file"]) or function["reason"] in NO_FUNCTIONS:
            continue
        column, reasons = judged(function)
        counts[column] += 1
        counts["bridged"] += function["bridge"]
        if column != "cheap":
            constructs[" + ".join(sorted(reasons))] += 1
            names.append(f"{function['file']}:{function['line']}: {function['name']}: {', '.join(sorted(reasons))}")
    return counts, constructs, names


def row(cells: list[object]) -> str:
    """One row of a Markdown table."""
    return "| " + " | ".join(map(str, cells)) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("subjects", nargs="*", metavar="NAME")
    parser.add_argument("--list", action="store_true", help="name every function that is kept")
    options = parser.parse_args()
    data = runner.needed(runner.DATA / "subjects" / "src")
    names = options.subjects or sorted(path.name for path in data.iterdir() if path.is_dir())
    columns = ["converted", "refused", "other", "cheap", "bridged", "awaits", "offloads", "replaced"]
    total, constructs, listed = Counter(), Counter(), []
    print(row(["subject", *columns]))
    print(row(["---"] * (len(columns) + 1)))
    for name in names:
        if not re.fullmatch(r"[\w-]+", name):
            parser.error(f"unknown subject {name}")
        counts, kept, functions = subject(runner.binary(), data / name)
        total += counts
        constructs += kept
        listed += [f"{name}/{function}" for function in functions]
        print(row([name, *(counts[column] for column in columns)]))
    print(row(["all", *(total[column] for column in columns)]))
    reached = total["converted"] + total["refused"] + total["other"]
    if reached:
        by_construct = total["converted"] + total["refused"]
        print(f"\n{100 * total['converted'] / reached:.1f} % of {reached} converted; {100 * by_construct / reached:.1f} % converted or kept by a construct.\n")
    for construct, count in constructs.most_common():
        print(f"{count:6}  {construct}")
    if options.list:
        print("\n" + "\n".join(listed))


if __name__ == "__main__":
    sys.exit(main())
