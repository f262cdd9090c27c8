"""The linters that the tool is compared with: installs them once, and runs them."""
from __future__ import annotations

import json
import os
import re
import subprocess
import venv
from pathlib import Path
from typing import NamedTuple

import runner

REQUIREMENTS = Path(__file__).resolve().parent / "peers_requirements.txt"
CONCISE = re.compile(r"(?P<path>.+?):(?P<line>\d+):\d+: (?P<code>ASYNC\d+)")


class Hit(NamedTuple):
    """A finding: where, and by which rule."""

    path: str
    line: int
    code: str


def folder() -> Path:
    """Where the linters are: `PEERS`, or an environment below target that is made when it is missing or old."""
    if os.environ.get("PEERS"):
        return Path(os.environ["PEERS"]).resolve()
    made = runner.ROOT / "target" / "venvs" / "peers"
    wanted = REQUIREMENTS.read_text(encoding="utf-8")
    stamp = made / "requirements.txt"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        venv.create(made, with_pip=True)
        python = program(made, "python")
        subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", REQUIREMENTS], check=True)
        stamp.write_text(wanted, encoding="utf-8")
    return made


def program(environment: Path, name: str) -> str:
    """The path of a program of a virtual environment."""
    return str(environment / ("Scripts" if os.name == "nt" else "bin") / name)


def versions(environment: Path) -> str:
    """The linters with their versions."""
    code = "from importlib.metadata import version as v; print('ruff', v('ruff') + ', flake8-async', v('flake8-async'))"
    return runner.run([program(environment, "python"), "-c", code]).out.strip()


def ruff(environment: Path, root: Path, files: list[str], rules: str) -> set[Hit]:
    """What ruff finds in files below a folder."""
    options = ["check", "--no-cache", "--isolated", "--exit-zero", "--select", rules, "--output-format", "json"]
    done = runner.run([program(environment, "ruff"), *options, *files], cwd=root)
    found = json.loads(done.out)
    return {
        Hit(Path(each["filename"]).resolve().relative_to(root).as_posix(), each["location"]["row"], each["code"])
        for each in found
        if each["code"]
    }


def flake8_async(environment: Path, root: Path, files: list[str], rules: str) -> set[Hit]:
    """What flake8-async finds in files below a folder."""
    done = runner.run([program(environment, "flake8-async"), "--enable", rules, *files], cwd=root)
    matches = (CONCISE.match(line) for line in done.out.splitlines())
    return {
        Hit((root / each["path"]).resolve().relative_to(root).as_posix(), int(each["line"]), each["code"])
        for each in matches
        if each
    }


def asyncshift(root: Path, rules: str) -> set[Hit]:
    """What the tool finds in a folder, each place of a finding by itself."""
    done = runner.run([runner.binary(), "lint", "--isolated", "--format", "json", "--exit-zero", "--select", rules, "."], cwd=root)
    hits = set()
    for finding in json.loads(done.out)["findings"]:
        hits |= {Hit(place["file"], place["line"], finding["code"]) for place in finding["places"]}
    return hits
