#!/usr/bin/env python3
"""Draws calls of a wheel for a reader to judge: some that the tool resolves and some that it does not.

    accuracy.py [NAME] [--seed N] [--count N]      default: homeassistant, 20240303, 100

One JSON object: `binary` and `seed`, the sizes of both populations and the tool's own summary, and the lists `resolved`
and `unresolved`. Calls are ordered by a hash of the seed, the place and the callee, and the first are drawn: the draw is
even, and after a change of the resolver most of the drawn calls are the same ones. `digest` is of all drawn places.
What was found is in `docs/accuracy.md`.
"""
from __future__ import annotations

import argparse
import ast
import hashlib
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import runner

ELIDED = {ast.List: "[…]", ast.Dict: "{…}", ast.Set: "{…}", ast.JoinedStr: "f'…'", ast.Await: "(await …)", ast.Lambda: "(lambda …)"}


class Place(NamedTuple):
    """A call: where it begins, and what it calls, written as the tool does. Calls of a chain begin at one place."""

    file: str
    line: int
    column: int
    callee: str


def callee_text(callee: ast.expr) -> str:
    """What a call calls, without arguments, subscripts and literals."""
    parts: list[str] = []
    while len(parts) < 12:
        if isinstance(callee, ast.Attribute):
            parts.append(f".{callee.attr}")
            callee = callee.value
        elif isinstance(callee, ast.Subscript):
            parts.append("[…]")
            callee = callee.value
        elif isinstance(callee, ast.Call):
            parts.append("(…)" if callee.args or callee.keywords else "()")
            callee = callee.func
        elif isinstance(callee, ast.NamedExpr):
            callee = callee.value
        else:
            parts.append(start(callee))
            break
    else:
        parts.append("…")
    return "".join(reversed(parts))


def start(expr: ast.expr) -> str:
    """What such a chain begins with."""
    if isinstance(expr, ast.Name):
        return expr.id
    if isinstance(expr, ast.Constant):
        return {str: "'…'", bytes: "b'…'"}.get(type(expr.value), "<literal>")
    return ELIDED.get(type(expr), "(…)")


def calls(root: Path, folder: Path) -> dict[Place, str]:
    """Every call outside annotations that CPython's parser sees, with the line on which it begins."""
    found = {}
    for path in runner.python_paths(folder):
        text = path.read_text(encoding="utf-8")
        lines, tree = text.splitlines(keepends=True), ast.parse(text)
        annotations = [node for owner in ast.walk(tree) for name in ("annotation", "returns") if (node := getattr(owner, name, None))]
        skipped = {id(node) for annotation in annotations for node in ast.walk(annotation)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and id(node) not in skipped:
                column = len(lines[node.lineno - 1].encode()[: node.col_offset].decode()) + 1
                place = Place(path.relative_to(root).as_posix(), node.lineno, column, callee_text(node.func))
                found[place] = lines[node.lineno - 1].strip()
    return found


def graph(program: str, folder: Path, *extra: str) -> dict:
    """What `graph` prints as JSON, paths from the folder above."""
    done = runner.run([program, "graph", "--isolated", "--format", "json", *extra, folder.name], folder.parent)
    if done.failure:
        sys.exit(f"graph failed: {done.failure}")
    return json.loads(done.out)


def targets(edges: list[dict]) -> dict[tuple, list[dict]]:
    """Edges by the place where they leave. Calls of a chain share them: the reader tells them apart."""
    by_place = defaultdict(list)
    for edge in edges:
        for site in edge["sites"]:
            found = {key: edge[key] for key in ("callee", "kind", "confidence", "caller")}
            by_place[site["file"], site["line"], site["column"]].append(found)
    return by_place


def rank(seed: int, place: Place) -> bytes:
    """Where a call stands in the draw."""
    return hashlib.sha256("\0".join(map(str, (seed, *place))).encode()).digest()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", nargs="?", default="homeassistant")
    parser.add_argument("--seed", type=int, default=20240303)
    parser.add_argument("--count", type=int, default=100, help="how many of each kind")
    options = parser.parse_args()
    program, folder = runner.binary(), runner.needed(runner.DATA / "wheels" / options.name)
    drawn = graph(program, folder)
    listed = graph(program, folder, "--unresolved")["unresolved"]
    gaps = {Place(*(gap[key] for key in Place._fields)): gap for gap in listed}
    found = calls(folder.parent, folder)
    if unknown := sorted(set(gaps) - set(found)):
        sys.exit(f"{len(unknown)} listed calls are not in the sources, the first: {unknown[0]}")
    chains = defaultdict(list)
    for place in found:
        chains[place[:3]].append(place.callee)
    edges = targets(drawn["edges"])
    lists = {
        "resolved": [place for place in found if place not in gaps or gaps[place]["targets"] == "some"],
        "unresolved": [place for place, gap in gaps.items() if gap["targets"] == "none"],
    }
    result = {
        "binary": runner.last_line(runner.run([program, "--version"]).out),
        "seed": options.seed,
        "population": {kind: len(places) for kind, places in lists.items()},
        "summary": drawn["summary"]["calls"],
    }
    digest = hashlib.sha256()
    for kind, places in lists.items():
        places.sort(key=lambda place: rank(options.seed, place))
        result[kind] = []
        for place in places[: options.count]:
            digest.update(f"{kind} {place}\n".encode())
            reason = gaps.get(place, {}).get("reason")
            others = [callee for callee in chains[place[:3]] if callee != place.callee]
            call = {**place._asdict(), "source": found[place], "incomplete": reason, "chain": others, "edges": edges[place[:3]]}
            result[kind].append(call)
    result["digest"] = digest.hexdigest()
    json.dump(result, sys.stdout, indent=1, ensure_ascii=False)
    print(file=sys.stdout)


if __name__ == "__main__":
    main()
