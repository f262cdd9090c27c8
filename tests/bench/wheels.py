#!/usr/bin/env python3
"""Runs the tool over unpacked wheels: time, memory, and whether the diff of `fix` applies and compiles.

    wheels.py [NAME ...] [--extra ARG] [--timeout S]      default: every folder below target/bench/wheels

Each wheel is copied, analysed in the copy, and the printed diff applied to it with `git apply`. One Markdown row a
wheel. `compiles`: files that compiled before and do not any more. `second fix`: lines that it still prints. Exit 1 when
something failed.
"""
from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import runner

COMMANDS = {"lint": ["lint"], "graph": ["graph", "--format", "json"], "fix": ["fix"]}
HEADER = ["wheel", "lines", "lint", "graph", "fix", "diff lines", "applies", "compiles", "second fix"]


def measured(done: runner.Done) -> str:
    """One cell: seconds and peak memory, or what went wrong."""
    return done.failure or f"{done.seconds:.2f} s, {done.peak_mib:.0f} MiB"


def apply(diff: str, copy: Path) -> str | None:
    """Why git refuses a diff, or nothing."""
    # The ceiling hides the project's own repository, in which the copy is an ignored folder.
    environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(copy.parent)}
    command = ["git", "apply", "--whitespace=nowarn", "-"]
    done = subprocess.run(command, cwd=copy, env=environment, input=diff.encode("utf-8", "surrogateescape"), stderr=subprocess.PIPE, check=False)
    return runner.last_line(done.stderr.decode("utf-8", "replace")) or "failed" if done.returncode else None


def wheel(program: str, source: Path, extra: list[str], timeout: float) -> tuple[list[str], bool]:
    """The row of one wheel, and whether all is well."""
    copy = runner.fresh_copy(source, runner.ROOT / "target" / "copy" / "wheels" / source.name)
    lines = sum(path.read_bytes().count(b"\n") for path in runner.python_paths(copy))
    broken = runner.uncompilable(copy)
    runs = {name: runner.run([program, *words, *extra, "."], copy, timeout) for name, words in COMMANDS.items()}
    diff = runs["fix"].out
    refused = apply(diff, copy) if diff.strip() else None
    new = sorted(set(runner.uncompilable(copy)) - set(broken))
    second = runner.run([program, "fix", *extra, "."], copy, timeout)
    left = len(second.out.splitlines())
    for path in new:
        print(f"{source.name}/{path} does not compile any more", file=sys.stderr)
    cells = [measured(done) for done in runs.values()]
    row = [source.name, f"{lines:,}", *cells, f"{len(diff.splitlines()):,}", refused or "yes", f"{len(new)} broken" if new else "yes"]
    well = not (any(done.failure for done in runs.values()) or refused or new or left or second.failure)
    return [*row, second.failure or ("empty" if not left else f"{left:,} lines")], well


def table_row(cells: list[str]) -> str:
    """A row of a Markdown table."""
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--extra", action="append", default=[], metavar="ARG", help="argument for every command, as --extra=--jobs=1")
    parser.add_argument("--timeout", type=float, default=600, help="seconds for one command")
    options = parser.parse_args()
    folder = runner.needed(runner.DATA / "wheels")
    names = options.names or sorted(path.name for path in folder.iterdir() if path.is_dir())
    program, good = runner.binary(), True
    print(table_row(HEADER), table_row(["---"] * len(HEADER)), sep="\n", flush=True)
    for name in names:
        row, well = wheel(program, runner.needed(folder / name), options.extra, options.timeout)
        good = good and well
        print(table_row(row), flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
