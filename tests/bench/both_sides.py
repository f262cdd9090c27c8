#!/usr/bin/env python3
"""Runs sync calls and their async equivalents side by side, against local servers, and compares them with what the rules say.

    both_sides.py [NAME ...] [--rules DIR] [--all] [--write]

NAME is a file of `both_sides/` (default: all of them). Their packages are installed into `target/venvs/both_sides`, which is kept.
Prints one line a fact (library, rule, key, verdict, evidence) and a summary; `--all` prints confirmed facts as well. `--write` writes
`docs/both-sides.md`. Exits 1 if a fact is refuted.
"""
from __future__ import annotations

import argparse
import importlib
import json
import os
import re
import subprocess
import sys
import venv
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent / "both_sides"
SHARED = {"__init__", "facts", "rules", "twins", "http_server", "http_calls", "mongo_server"}
LIMIT = 240
TOLD = "note|measured|result differs"  # facts that are told one by one
HOW = ("declared", "called", "compared")
VERDICTS = ("confirmed", "refuted", "skipped")


def python(names: list[str]) -> Path:
    """The interpreter of the cached environment, with what the files need."""
    folder = ROOT / "target" / "venvs" / "both_sides"
    found = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not found.exists():
        venv.create(folder, with_pip=True)
    wanted = (HERE / "requirements.txt").read_text(encoding="utf-8")
    stamp = folder / "requirements.txt"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        subprocess.run([found, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", HERE / "requirements.txt"], check=True)
        stamp.write_text(wanted, encoding="utf-8")
    return found


def facts_of(interpreter: Path, name: str, rules: Path, talk: bool) -> list[dict]:
    """Runs one file in a process of its own."""
    command = [interpreter, "-W", "ignore", __file__, "--inside", name, "--rules", rules]
    failure = ""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT)
        out, errors = done.stdout, done.stderr
        if done.returncode:
            failure = f"exit code {done.returncode}"
    except subprocess.TimeoutExpired as late:
        out, errors, failure = (late.stdout or b"").decode(), "", f"it took more than {LIMIT} s"
    if talk and errors:
        print(errors[-4000:], file=sys.stderr)
    facts = [json.loads(line[5:]) for line in out.splitlines() if line.startswith("FACT ")]
    if failure:
        facts.append({"library": name, "rule": "this library", "key": "the rest", "verdict": "skipped", "how": "", "evidence": failure})
    return facts


def inside(name: str, folder: Path) -> None:
    """In the environment: the coroutine function `main(facts, rules)` of one file."""
    from both_sides.facts import run
    from both_sides.rules import Rules
    module = importlib.import_module(f"both_sides.{name}")
    rules = Rules(folder)
    run(title(name), lambda facts: module.main(facts, rules))
    sys.stdout.flush()
    os._exit(0)


def title(name: str) -> str:
    """The first line of a file says which two sides it runs."""
    first = (HERE / f"{name}.py").read_text(encoding="utf-8").splitlines()[0]
    return first.strip('"').rstrip(".")


def page(facts: list[dict], versions: str) -> str:
    """The page: a summary, then for each pair the counts by class, and the facts worth reading: differences, exceptions, refuted, skipped."""
    pairs = list(dict.fromkeys(fact["library"] for fact in facts))
    out = ["# Both sides, run", "",
           "What the rules say of a call and of its async equivalent, tried by running both against local servers:",
           "`python3 tests/bench/both_sides.py --write` made this page. A fact is one key of one rule: the form of a call, a keyword, a",
           "result, an exception of the same situation. The counts tell how a confirmed fact was seen:", "",
           "- declared: the async side has the member, of that kind, or has none;",
           "- called: the async side was called, and took or refused what the rule says;",
           "- compared: both sides were called, and what they gave, sent or raised was compared.", "",
           f"Versions: {versions}.", "", f"| pair | {' | '.join(HOW)} | confirmed | refuted | skipped |", "| --- |" + " ---: |" * (len(HOW) + 3)]
    for pair in [*pairs, None]:
        some = [fact for fact in facts if pair in (None, fact["library"])]
        out.append(f"| {pair or 'all'} | {counts(some)} | " + " | ".join(str(sum(fact["verdict"] == one for fact in some)) for one in VERDICTS) + " |")
    for pair in pairs:
        mine = [fact for fact in facts if fact["library"] == pair]
        confirmed = [fact for fact in mine if fact["verdict"] == "confirmed"]
        out += ["", f"## {pair}", "", f"| of | {' | '.join(HOW)} |", "| --- |" + " ---: |" * len(HOW)]
        owners: dict[str, list[dict]] = {}
        for fact in confirmed:
            owners.setdefault("exceptions" if raised(fact) or fact["rule"].startswith("except ") else f"`{place(fact['rule'])[0]}`", []).append(fact)
        out += [f"| {owner} | {counts(some)} |" for owner, some in owners.items()]
        met = dict.fromkeys(change(fact["rule"]) for fact in confirmed if raised(fact))
        if met:
            out += ["", f"Exceptions of the same situation: {', '.join(met)}."]
        out += rows("differences", [fact for fact in confirmed if re.match(TOLD, fact["key"])])
        out += rows("refuted", [fact for fact in mine if fact["verdict"] == "refuted"])
        out += rows("skipped", [fact for fact in mine if fact["verdict"] == "skipped"])
    return "\n".join(out) + "\n"


def counts(facts: list[dict]) -> str:
    """How many were confirmed by each kind of evidence."""
    count = Counter(fact["how"] for fact in facts if fact["verdict"] == "confirmed")
    return " | ".join(str(count[how]) for how in HOW)


def raised(fact: dict) -> bool:
    return fact["key"].startswith("exception")


def change(rule: str) -> str:
    """What raises, and what the async side raises where that is another class."""
    before, _, after = rule.removeprefix("except ").removesuffix(" (the same)").partition(" → ")
    return f"`{before}` → `{after}`" if rule.startswith("except ") and after else f"`{before}`"


def rows(heading: str, facts: list[dict]) -> list[str]:
    """A table of facts; what is the same of several members of a class stands in one row, with the evidence of the first."""
    grouped: dict[tuple[str, str], tuple[dict[str, None], str]] = {}
    for fact in facts:
        owner, member = place(fact["rule"])
        grouped.setdefault((owner, fact["key"]), ({}, fact["evidence"]))[0][member] = None
    if not grouped:
        return []
    body = [f"| `{owner}` | {', '.join(filter(None, members))} | {key} | {code(seen)} |" for (owner, key), (members, seen) in grouped.items()]
    return ["", f"| {heading} of | member | what | seen |", "| --- | --- | --- | --- |", *body]


def place(rule: str) -> tuple[str, str]:
    """The class or module of a rule, and its member with the name on the other side where that is another."""
    before, _, after = rule.partition(" → ")
    owner, _, member = before.rpartition(".")
    is_class = [part.lstrip("_")[:1].isupper() for part in before.split(".")[-2:]] == [False, True]
    if not owner or before.startswith("except ") or is_class:
        return before, ""
    name = re.split(r"[. ]", after)[-1]
    return owner, f"`{member}`" if name in ("", member) or " " not in after and "." not in after else f"`{member} → {name}`"


def code(text: str) -> str:
    return f"`{text.replace('`', chr(39))}`" if text else ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--rules", type=Path, default=ROOT / "rules" / "libraries", metavar="DIR")
    parser.add_argument("--all", action="store_true", help="print confirmed facts too")
    parser.add_argument("--write", action="store_true", help="write docs/both-sides.md")
    parser.add_argument("--inside", metavar="NAME", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        return inside(options.inside, options.rules)
    known = sorted(path.stem for path in HERE.glob("*.py") if path.stem not in SHARED)
    for name in options.names:
        if name not in known:
            parser.error(f"unknown name {name}: one of {', '.join(known)}")
    interpreter = python(options.names or known)
    facts = []
    for name in options.names or known:
        some = facts_of(interpreter, name, options.rules.resolve(), options.all)
        facts += some
        for fact in some:
            if options.all or fact["verdict"] != "confirmed":
                print(f"{fact['verdict']:<9} {fact['library']}: {fact['rule']}: {fact['key']}: {fact['evidence']}", flush=True)
    total = Counter(fact["verdict"] for fact in facts)
    print(f"{len({fact['library'] for fact in facts})} pairs, {total['confirmed']} confirmed, {total['refuted']} refuted, {total['skipped']} skipped")
    if options.write:
        listed = subprocess.run([interpreter, "-m", "pip", "list", "--format=freeze", "--disable-pip-version-check"], capture_output=True, text=True, check=True)
        main_ones = re.findall(r"^[\w-]+", (HERE / "requirements.txt").read_text(encoding="utf-8"), re.M)
        versions = [line.replace("==", " ") for line in listed.stdout.splitlines() if line.split("==")[0].lower() in [one.lower() for one in main_ones]]
        versions.append("Python " + ".".join(map(str, sys.version_info[:2])))
        (ROOT / "docs" / "both-sides.md").write_text(page(facts, ", ".join(versions)), encoding="utf-8")
    sys.exit(1 if total["refuted"] else 0)


if __name__ == "__main__":
    main()
