#!/usr/bin/env python3
"""Times `asyncshift lint` next to ruff's ASYNC rules on the same files, in turn.

    ruff_times.py [--rounds N] [--seed N] [FOLDER]     default: 9 rounds on `target/bench/wheels/homeassistant`

Three cases: cold (the cache is removed first), one file changed since the last run (a comment, a function, a statement, by turns, in a
file drawn by the seed), and nothing changed. ruff runs without its cache. A copy below target is what is read and changed. Prints one
Markdown row a case: the median wall time of each, the ratio of the medians, and the quickest and the slowest ratio of a round.
"""
from __future__ import annotations

import argparse
import ast
import os
import random
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Callable

import peer_tools
import runner

# How many times ruff's wall time the tool may take.
BOUNDS = {"cold": 6.0, "one file changed": 2.5, "nothing changed": 0.5}


def seconds(command: list[str], cwd: Path, settings: dict[str, str]) -> float:
    """How long a command takes that must end well; its output goes nowhere."""
    start = time.perf_counter()
    done = subprocess.run(
        command, cwd=cwd, env={**os.environ, **settings}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False
    )
    spent = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"{command[0]} ended with {done.returncode}")
    return spent


def program() -> str:
    """The tool as users have it: ASYNCSHIFT, or the release build."""
    built = Path(os.environ.get("ASYNCSHIFT", runner.ROOT / "target" / "release" / "asyncshift")).resolve()
    if not built.is_file():
        sys.exit("no release build: run `cargo build --release`, or set ASYNCSHIFT")
    return str(built)


def add_comment(text: str, number: int) -> str:
    """A comment after all code."""
    return f"{text}\n# Touched in round {number}.\n"


def add_function(text: str, number: int) -> str:
    """Another function after all code."""
    return f"{text}\n\ndef added_in_round_{number}(value):\n    return value.strip()\n"


def edit_body(text: str, number: int) -> str:
    """Another statement before the last of a function, or another function where there is none."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.body[0].lineno > node.lineno:
            last = node.body[-1]
            lines = text.splitlines(keepends=True)
            lines.insert(last.lineno - 1, f"{' ' * last.col_offset}edited = str({number})\n")
            return "".join(lines)
    return add_function(text, number)


CHANGES: list[Callable[[str, int], str]] = [add_comment, add_function, edit_body]


def change(files: list[Path], number: int, draw: random.Random) -> None:
    """Change one file, which still compiles."""
    path = draw.choice(files)
    text = path.read_text(encoding="utf-8")
    changed = CHANGES[number % len(CHANGES)](text, number)
    try:
        compile(changed, str(path), "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        changed = add_comment(text, number)
    path.write_text(changed, encoding="utf-8")


def row(case: str, ruff: list[float], tool: list[float]) -> None:
    """One row of the table."""
    ours, theirs = statistics.median(tool), statistics.median(ruff)
    ratios = [mine / other for mine, other in zip(tool, ruff)]
    cells = (case, f"{theirs:.3f}", f"{ours:.3f}", f"{ours / theirs:.2f}", f"{min(ratios):.2f} to {max(ratios):.2f}", f"{BOUNDS[case]:g}")
    print("|", " | ".join(cells), "|")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument("folder", nargs="?", type=Path, default=runner.DATA / "wheels" / "homeassistant")
    options = parser.parse_args()
    environment = peer_tools.folder()
    copy = runner.fresh_copy(runner.needed(options.folder), runner.ROOT / "target" / "copy" / "ruff_times")
    (copy / "pyproject.toml").touch()
    cache = runner.ROOT / "target" / "copy" / "ruff_times_cache"
    ruff = [peer_tools.program(environment, "ruff"), "check", "--no-cache", "--isolated", "--select", "ASYNC", "--exit-zero", "-q", "."]
    tool = [program(), "lint", "--isolated", "--exit-zero", "--format", "concise", "."]
    settings = {"ASYNCSHIFT_CACHE_DIR": str(cache)}
    draw, files = random.Random(options.seed), runner.python_paths(copy)

    def forget(_: int) -> None:
        shutil.rmtree(cache, ignore_errors=True)

    before = {"cold": forget, "one file changed": lambda number: change(files, number, draw), "nothing changed": lambda _: None}
    print(f"{peer_tools.versions(environment)}; {len(files)} files, {options.rounds} rounds, {os.cpu_count()} cores")
    print("\n| case | ruff, s | asyncshift, s | ratio | ratios of rounds | bound |\n| --- | --- | --- | --- | --- | --- |")
    # Once before anything counts: both programs and all files are in memory then.
    seconds(ruff, copy, {})
    seconds(tool, copy, settings)
    for case, prepare in before.items():
        times: dict[str, list[float]] = {"ruff": [], "tool": []}
        for number in range(options.rounds):
            prepare(number)
            runs = [("ruff", ruff, {}), ("tool", tool, settings)]
            for name, command, extra in runs if number % 2 else reversed(runs):
                times[name].append(seconds(command, copy, extra))
        row(case, times["ruff"], times["tool"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
