"""Edits a copy of a project at random and compares `asyncshift lint` with a cache to a run without one, byte by byte.

    python3 cached_edits.py PROGRAM FOLDER [ROUNDS [SEED]]

Prints one line an edit; exits 1 at the first difference.
"""

import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

OPTIONS = ["lint", "--select", "ALL", "--format", "json", "--min-confidence", "possible"]


def run(program: str, folder: Path, *more: str) -> tuple[int, bytes, bytes]:
    done = subprocess.run([program, *OPTIONS, *more], cwd=folder, capture_output=True)
    return done.returncode, done.stdout, done.stderr


def comment(lines: list[str], at: int) -> None:
    lines.insert(at, "# A comment.\n")


def blank(lines: list[str], at: int) -> None:
    lines.insert(at, "\n")


def suppress(lines: list[str], at: int) -> None:
    lines[at] = lines[at].rstrip("\n") + "  # noqa\n"


def statement(lines: list[str], at: int) -> None:
    indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
    lines.insert(at, f"{indent}print(open('x').read())\n")


def function(lines: list[str], at: int) -> None:
    lines.append("\n\nasync def added():\n    import time\n    time.sleep(1)\n")


def remove(lines: list[str], at: int) -> None:
    del lines[at]


def double(lines: list[str], at: int) -> None:
    lines.insert(at, lines[at])


def number(lines: list[str], at: int) -> None:
    lines[at] = lines[at].replace("1", "2")


EDITS = [comment, blank, suppress, statement, function, remove, double, number]


def main() -> int:
    program, source = str(Path(sys.argv[1]).resolve()), Path(sys.argv[2])
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 50
    chance = random.Random(int(sys.argv[4]) if len(sys.argv) > 4 else 1)
    with tempfile.TemporaryDirectory() as top:
        folder, cache = Path(top, "project"), Path(top, "cache")
        shutil.copytree(source, folder)
        files = sorted(folder.rglob("*.py"))
        for count in range(rounds):
            changed = []
            for path in chance.sample(files, chance.choice([0, 1, 1, 1, 3])):
                lines = path.read_text(encoding="utf-8", errors="surrogateescape").splitlines(keepends=True)
                if lines:
                    edit = chance.choice(EDITS)
                    edit(lines, chance.randrange(len(lines)))
                    path.write_text("".join(lines), encoding="utf-8", errors="surrogateescape")
                    changed.append(f"{edit.__name__} {path.relative_to(folder)}")
            jobs = chance.choice(["1", "2"])
            plain = run(program, folder, "--no-cache", "--jobs", "2")
            for _ in range(2):
                if run(program, folder, "--cache-dir", str(cache), "--jobs", jobs) != plain:
                    print("DIFFERS after", changed)
                    return 1
            print(count, len(plain[1]), ", ".join(changed) or "nothing")
    return 0


if __name__ == "__main__":
    sys.exit(main())
