#!/usr/bin/env python3
"""Runs flake8-async, ruff and the tool over the fixtures, and prints as Markdown what each finds.

    peers.py

First by rule: how many lines of `fixtures/lint/peers_*` a peer's documentation would have flagged (`# ASYNC210` on the line says so),
and how many of them each flags. Then the lines that a peer flags although no documentation asks for it, and marked lines that the
tool does not flag. Then, by fixture: the lines where the tool expects itself to find something that blocks, how many of them the others flag, and
(after +) how many other lines. The linters come from PyPI, see `peer_tools.py`. Exits 1 if the tool misses a line that it expects itself to find.
"""
from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import peer_tools
import runner

FIXTURES = runner.ROOT / "fixtures" / "lint"
MARK = re.compile(r"# (ASYNC\d\d\d)")
BLOCKING = re.compile(r"#~ (AS1\d\d)\b")
# The rules of each tool that are compared, and the beginnings of the codes of those that tell of blocking calls.
RULES = {"flake8-async": "ASYNC103,ASYNC104,ASYNC110,ASYNC2,ASYNC300", "ruff": "ASYNC110,ASYNC2,RUF006", "asyncshift": "AS1,AS2"}
BLOCKS = ("ASYNC2", "AS1")
TOOLS = ("flake8-async", "ruff", "asyncshift")
Places = dict[tuple[str, int], set[str]]


def marked(root: Path, pattern: re.Pattern[str]) -> Places:
    """Lines below a folder, with what a pattern finds on them."""
    found: Places = {}
    for path in runner.python_paths(root):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if codes := set(pattern.findall(line)):
                found[path.relative_to(root).as_posix(), number] = codes
    return found


def gathered(hits: set[peer_tools.Hit]) -> Places:
    """Findings by line."""
    found: Places = {}
    for hit in hits:
        found.setdefault((hit.path, hit.line), set()).add(hit.code)
    return found


def of_tool(root: Path) -> Places:
    """What the tool finds in each fixture, which is a project of its own."""
    found: Places = {}
    for fixture in sorted(root.iterdir()):
        copy = runner.ROOT / "target" / "copy" / "peers"
        shutil.rmtree(copy, ignore_errors=True)
        if fixture.is_dir():
            runner.fresh_copy(fixture, copy)
        else:
            copy.mkdir(parents=True)
            shutil.copy(fixture, copy)
        (copy / "pyproject.toml").touch()
        prefix = f"{fixture.name}/" if fixture.is_dir() else ""
        hits = peer_tools.asyncshift(copy, RULES["asyncshift"])
        found |= gathered({hit._replace(path=prefix + hit.path) for hit in hits})
    return found


def row(*cells: object) -> None:
    """One row of a Markdown table."""
    print("|", " | ".join(map(str, cells)), "|")


def head(*cells: str) -> None:
    """The first rows of a Markdown table."""
    print()
    row(*cells)
    row(*("---" for _ in cells))


def by_rule(marks: Places, flagged: dict[str, Places]) -> None:
    """How many of the documented lines each tool flags."""
    head("rule", "lines", *TOOLS)
    for rule in sorted(set().union(*marks.values())):
        lines = [place for place, codes in marks.items() if rule in codes]
        row(rule, len(lines), *(sum(place in flagged[tool] for place in lines) for tool in TOOLS))
    row("all", len(marks), *(sum(place in flagged[tool] for place in marks) for tool in TOOLS))


def differences(root: Path, marks: Places, flagged: dict[str, Places]) -> None:
    """Lines of the peers' fixtures that a peer flags without documenting why, and those that the tool misses."""
    head("line", "documented", *TOOLS, "text")
    places = {place for place in set(marks).union(*flagged.values()) if place[0].startswith("peers_")}
    for path, number in sorted(places):
        rules, said = marks.get((path, number), set()), [flagged[tool].get((path, number), set()) for tool in TOOLS]
        if said[-1] if rules else not any(said[:-1]):
            continue
        text = (root / path).read_text(encoding="utf-8").splitlines()[number - 1]
        cells = (" ".join(sorted(codes)) for codes in (rules, *said))
        row(f"{path}:{number}", *cells, f"`{text.split('#')[0].strip()}`")


def by_fixture(expected: Places, flagged: dict[str, Places]) -> None:
    """How many lines of each fixture that block each tool flags as such, and how many others."""

    def cell(found: Places, name: str) -> str:
        lines = [place for place, codes in found.items() if fits(place, name) and any(code.startswith(BLOCKS) for code in codes)]
        more = sum(place not in expected for place in lines)
        return f"{len(lines) - more}" + (f" + {more}" if more else "")

    def fits(place: tuple[str, int], name: str) -> bool:
        return not name or place[0].split("/")[0] == name

    head("fixture", "lines", *TOOLS)
    names = sorted({path.split("/")[0] for path, _ in set(expected).union(*flagged.values())})
    for name in [*names, ""]:
        row(name or "all", sum(fits(place, name) for place in expected), *(cell(flagged[tool], name) for tool in TOOLS))


def main() -> int:
    environment = peer_tools.folder()
    files = [path.relative_to(FIXTURES).as_posix() for path in runner.python_paths(FIXTURES)]
    flagged = {
        "flake8-async": gathered(peer_tools.flake8_async(environment, FIXTURES, files, RULES["flake8-async"])),
        "ruff": gathered(peer_tools.ruff(environment, FIXTURES, files, RULES["ruff"])),
        "asyncshift": of_tool(FIXTURES),
    }
    marks = {place: codes for place, codes in marked(FIXTURES, MARK).items() if place[0].startswith("peers_")}
    expected = marked(FIXTURES, BLOCKING)
    print(peer_tools.versions(environment))
    by_rule(marks, flagged)
    differences(FIXTURES, marks, flagged)
    by_fixture(expected, flagged)
    missed = [place for place in expected if place not in flagged["asyncshift"]]
    for path, number in missed:
        print(f"asyncshift misses {path}:{number}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
