#!/usr/bin/env python3
"""Converts the sync side of libraries that have both, and scores it against their authors' async side.

    dual.py [LIB ...] [--out DIR] [--show N]      default: every library that was fetched

Each `<lib>/sync` is copied to OUT/<lib> with an `asyncshift.toml` that hands the leaf tables to the tool as rules. The
configuration and the helper module that a conversion may add are taken away before the scorer looks.
"""
from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path

import runner

CONFIGURATION = "asyncshift.toml"
HELPER = "_asyncshift.py"
TABLES = ("leaf", "leaf_foreign")


def leaf_rules(names: dict) -> str:
    """The leaf tables of a library as TOML; a JSON string of printable text is a TOML string too."""
    entries = [(leaf["kind"], leaf["sync"], leaf["async"]) for table in TABLES for leaf in names.get(table, [])]
    rules = []
    for entry in dict.fromkeys(entries):
        lines = [f"{key} = {json.dumps(value)}" for key, value in zip(("kind", "call", "async"), entry)]
        rules.append("\n".join(["[[leaf]]", *lines, ""]))
    return "\n".join(rules)


def convert(program: str, lib: str, names: dict, out: Path) -> None:
    """Leave the converted tree of one library below the output folder."""
    copy = runner.fresh_copy(runner.needed(runner.DATA / "dual" / lib / "sync"), out / lib)
    (copy / CONFIGURATION).write_text(leaf_rules(names), encoding="utf-8")
    done = runner.run([program, "fix", "--write", "--mode", "in-place", "--closed-world", str(copy)])
    (copy / CONFIGURATION).unlink(missing_ok=True)
    for helper in sorted(copy.rglob(HELPER)):
        helper.unlink()
    print(f"{lib:<16} {done.seconds:6.2f} s  {done.failure or runner.last_line(done.err)}", file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("libs", nargs="*", metavar="LIB")
    parser.add_argument("--out", type=Path, default=runner.DATA / "out" / "dual")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="mismatches to print for each library")
    options = parser.parse_args()
    tables = {path.stem: path for path in sorted((runner.scorers() / "dual" / "names").glob("*.json"))}
    data = runner.needed(runner.DATA / "dual")
    libs = options.libs or [lib for lib in tables if (data / lib / "sync").is_dir()]
    program, out = runner.binary(), options.out.resolve()
    for lib in libs:
        if not re.fullmatch(r"\w+", lib) or lib not in tables:
            parser.error(f"unknown library {lib}: one of {', '.join(tables)}")
        convert(program, lib, json.loads(tables[lib].read_text(encoding="utf-8")), out)
    # With a comma the scorer takes OUT for the folder of all libraries, even when one is asked for.
    chosen = ("--lib", f"{','.join(libs)},") if options.libs else ()
    print(runner.score("dual/score.py", out, "--data", data, "--show", options.show, *chosen), end="")


if __name__ == "__main__":
    main()
