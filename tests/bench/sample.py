"""Draws findings to be judged: `sample.py [-n 60] [--seed 1] FOLDER...` prints a sheet with each finding and its chain.

The draw is made from everything that `asyncshift lint` reports with default settings, before anything is read; the same
seed, folders and build give the same sheet. A verdict goes under each finding, by a reader who wrote neither the check
nor its fixtures.
"""

import argparse
import json
import pathlib
import random
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def findings(program, folder, options):
    """What `lint` reports for one folder, each with the folder it came from."""
    command = [program, "lint", "--isolated", "--format", "json", *options, "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr)
    return [(folder, finding) for finding in json.loads(done.stdout)["findings"]]


def show(number, folder, finding):
    """One entry of the sheet."""
    print(f"## {number}. {finding['code']} {folder.name}/{finding['file']}:{finding['line']} ({finding['level']})\n")
    print(f"{finding['message']}\n\nhelp: {finding['help']}; in `{finding['function']}`, {finding['confidence']}\n")
    places = finding["places"]
    for hop in places[0]["chain"]:
        print(f"- {hop['file']}:{hop['line']} `{hop['source']}` reaches `{hop['reaches']}`")
    if len(places) > 1:
        print(f"- and {len(places) - 1} more places")
    print("\nverdict:\n")


def main():
    """Reads the command line and prints the sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=pathlib.Path)
    parser.add_argument("-n", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--program", default=str(ROOT / "target/release/asyncshift"))
    parser.add_argument("--option", action="append", default=[], help="passed on to `lint`")
    arguments = parser.parse_args()
    program = str(pathlib.Path(arguments.program).resolve())
    found = [entry for folder in arguments.folders for entry in findings(program, folder, arguments.option)]
    drawn = random.Random(arguments.seed).sample(found, min(arguments.n, len(found)))
    print(f"# {len(drawn)} of {len(found)} findings, seed {arguments.seed}\n")
    for number, (folder, finding) in enumerate(drawn, 1):
        show(number, folder, finding)


if __name__ == "__main__":
    main()
