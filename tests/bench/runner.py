"""Shared by the drivers: where the binary, the scorers and the data are, and how to run and measure a command."""
from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import NamedTuple, Sequence

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "target" / "bench"
# Folders that neither count as source nor are compared.
SKIPPED = {"__pycache__", ".git"}
LEVELS = ("release", "debug")


class Done(NamedTuple):
    """What a command said, how long it took, and its own peak memory."""

    status: int | None
    out: str
    err: str
    seconds: float
    peak_mib: float

    @property
    def failure(self) -> str | None:
        """Why the run of the tool counts as failed: exit 1 only tells of findings."""
        if self.status is None:
            return "timeout"
        if self.status in (0, 1):
            return None
        return f"exit {self.status}: {last_line(self.err)}"


def binary() -> str:
    """Path of the tool: ASYNCSHIFT, or what cargo built last below target."""
    if os.environ.get("ASYNCSHIFT"):
        return str(Path(os.environ["ASYNCSHIFT"]).resolve())
    built = [path for level in LEVELS if (path := ROOT / "target" / level / "asyncshift").is_file()]
    if not built:
        sys.exit("no asyncshift binary: run `cargo build --release`, or set ASYNCSHIFT")
    return str(max(built, key=lambda path: path.stat().st_mtime))


def scorers() -> Path:
    """Folder of the development benchmarks: ASYNCSHIFT_BENCH, or the default beside the project."""
    folder = Path(os.environ.get("ASYNCSHIFT_BENCH", ROOT / ".." / "shared" / "bench")).resolve()
    if not folder.is_dir():
        sys.exit("the benchmarks are not there: set ASYNCSHIFT_BENCH to their folder")
    return folder


def needed(folder: Path) -> Path:
    """The folder, which has to be there."""
    if not folder.is_dir():
        sys.exit(f"{folder} is not there: fetch the data first, see README.md")
    return folder


def score(script: str, *args: object) -> str:
    """What a scorer printed; its own failure ends the run."""
    command = [sys.executable, str(scorers() / script), *map(str, args)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(f"{script} failed: {done.stderr or done.stdout}")
    return done.stdout


def run(command: Sequence[str], cwd: Path = ROOT, timeout: float = 600) -> Done:
    """Run a command to its end. Output goes through files, so that a full pipe stops nobody.

    A small command shows the driver's own peak, of which it was forked: keep the driver small.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.monotonic()
        process = subprocess.Popen(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        # `getrusage(RUSAGE_CHILDREN)` is the peak over all children so far; `wait4` tells of this one.
        pause, done = 0.001, 0
        while True:
            done, code, usage = os.wait4(process.pid, os.WNOHANG)
            late = time.monotonic() - start > timeout
            if done or late:
                break
            time.sleep(pause)
            pause = min(pause * 1.5, 0.02)
        if not done:
            process.kill()
            _, code, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(code)
        texts = []
        # A diff of a file that is not UTF-8 has to survive to the byte; standard error is only shown.
        for stream, errors in ((out, "surrogateescape"), (err, "replace")):
            stream.seek(0)
            texts.append(stream.read().decode("utf-8", errors))
    kilobyte = 1024 if sys.platform != "darwin" else 1
    return Done(process.returncode if done else None, *texts, seconds, usage.ru_maxrss * kilobyte / 2**20)


def fresh_copy(source: Path, target: Path) -> Path:
    """Replace the target by a copy of the source."""
    shutil.rmtree(target, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns(*SKIPPED))
    return target


def python_paths(folder: Path) -> list[Path]:
    """Every Python file below a folder, sorted."""
    return sorted(path for path in folder.rglob("*.py") if not SKIPPED & set(path.parts) and path.is_file())


def python_files(folder: Path) -> dict[str, bytes]:
    """Every Python file below a folder: path from there, and bytes."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in python_paths(folder)}


def uncompilable(folder: Path) -> dict[str, str]:
    """The Python files below a folder that do not compile, and why. A process of its own keeps the driver small."""
    done = run([sys.executable, __file__, str(folder)], timeout=3600)
    if done.status:
        sys.exit(f"could not compile {folder}: {last_line(done.err)}")
    return json.loads(done.out)


def last_line(text: str) -> str:
    """The last line with something on it."""
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")


def write_json(path: Path, text: str) -> bool:
    """Keep a tool's output if it is JSON; without a file the scorers count the case as missed."""
    path.unlink(missing_ok=True)
    try:
        json.loads(text)
    except ValueError:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", errors="surrogateescape")
    return True


def main() -> None:
    """Print, as JSON, what does not compile below the folder that is the argument."""
    warnings.simplefilter("ignore")
    broken = {}
    folder = Path(sys.argv[1])
    for path in python_paths(folder):
        try:
            compile(path.read_bytes(), path.name, "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError) as error:
            broken[path.relative_to(folder).as_posix()] = str(error)
    json.dump(broken, sys.stdout)


if __name__ == "__main__":
    main()
