#!/usr/bin/env python3
"""Draws facts of the library rules for a reader to judge: some that claim blocking and some that claim not to block.

    rule_facts.py [--seed N] [--blocking N] [--free N] [--list]      default: 20261120, 60, 40

A fact is one name with all that its rule says: a function, a constructor, a method, an attribute, or what `with`, `for` and
`await` do. The standard library is left out, and so are names that the installed version need not have (`removed`, `since`).
One class gives at most one fact. One JSON object: the seed, the sizes of both populations, a digest of the drawn names, and
the drawn facts with their claims. `--list` prints the whole populations. What was found is in `docs/accuracy.md`.
"""
from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "rules/libraries"
PROTOCOLS = {"enter": "with", "exit": "exit", "iter": "for", "async_enter": "async with", "async_iter": "async for", "await": "await"}


class Fact(NamedTuple):
    """One name, where it belongs, and what its rule claims."""

    owner: str
    kind: str
    name: str
    file: str
    claim: dict
    mirror: dict | str | None

    @property
    def blocks(self) -> bool:
        return "blocking" in self.claim


def table(body: object, text_key: str) -> dict:
    """A claim that is written short, as text alone, in its long form."""
    return dict(body) if isinstance(body, dict) else {text_key: body}


def gone(rule: dict) -> bool:
    return "removed" in rule or "since" in rule


def members(rule: dict, owner: str, file: str) -> Iterator[Fact]:
    """What a class rule says of one of its classes."""
    mirror = rule.get("mirror")
    if not rule.get("stand_in"):
        yield Fact(owner, "constructor", owner, file, dict(rule.get("constructor", {})), mirror)
    for key, kind in PROTOCOLS.items():
        if key in rule:
            yield Fact(owner, kind, owner, file, table(rule[key], "type"), mirror)
    for part, kind, text_key in (("methods", "method", "returns"), ("attributes", "attribute", "type")):
        for names, body in rule.get(part, {}).items():
            claim = table(body, text_key)
            if gone(claim):
                continue
            for name in names.split(","):
                yield Fact(owner, kind, f"{owner}.{name.strip()}", file, claim, mirror)


def facts() -> Iterator[Fact]:
    """Every fact of every library but the standard one, in the order of the files."""
    for path in sorted(FOLDER.rglob("*.toml")):
        file = path.relative_to(FOLDER).as_posix()
        if file.startswith("stdlib"):
            continue
        rules = tomllib.loads(path.read_text(encoding="utf-8"))
        for rule in rules.get("function", []):
            if gone(rule):
                continue
            for name in rule.get("names") or [rule["name"]]:
                claim = {key: value for key, value in rule.items() if key not in ("name", "names", "aliases")}
                yield Fact(name, "function", name, file, claim, None)
        for rule in rules.get("class", []):
            if gone(rule):
                continue
            for name in rule.get("names") or [rule["name"]]:
                yield from members(rule, name, file)


def draw(source: random.Random, population: list[Fact], count: int, taken: set[str]) -> list[Fact]:
    """`count` of them in a random order, none of a class that has given one already."""
    drawn = []
    for fact in source.sample(population, len(population)):
        if len(drawn) == count:
            break
        if fact.owner not in taken:
            taken.add(fact.owner)
            drawn.append(fact)
    return drawn


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=20261120)
    parser.add_argument("--blocking", type=int, default=60)
    parser.add_argument("--free", type=int, default=40)
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    population = list(facts())
    blocking = [fact for fact in population if fact.blocks]
    free = [fact for fact in population if not fact.blocks]
    result = {"seed": options.seed, "population": {"blocking": len(blocking), "free": len(free)}}
    if options.list:
        result |= {"blocking": [fact._asdict() for fact in blocking], "free": [fact._asdict() for fact in free]}
    else:
        source, taken = random.Random(options.seed), set()
        drawn = {"blocking": draw(source, blocking, options.blocking, taken), "free": draw(source, free, options.free, taken)}
        names = "\n".join(f"{fact.kind} {fact.name}" for group in drawn.values() for fact in group)
        result["digest"] = hashlib.sha256(names.encode()).hexdigest()
        result |= {key: [fact._asdict() for fact in group] for key, group in drawn.items()}
    json.dump(result, sys.stdout, indent=2)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
