"""Run the README's first command on a fresh clone of the last commit, on one core that another program keeps busy.

    python tools/fresh_clone.py [--cores 2] [--idle]

A green run on the machine that a change was made on hides a missing step of set-up, a warm cache of compiled kernels,
and whatever a slow machine takes too long for. Prints each line with the seconds since the start, then how long each
part took; ends with the command's own exit code. Packages come from pip's cache where it has them.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
PARTS = {
    "setup: making": "environment",
    "setup: installing": "install",
    "compiling": "compile",
    "setup: done": "demo, with Prefect's server",
}


def main() -> int:
    """Clone, run and report; return the exit code of the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cores", type=int, default=1, help="how many cores the command may use (default: 1)")
    parser.add_argument("--idle", action="store_true", help="leave the cores to the command alone")
    parser.add_argument("command", nargs="*", default=["make", "demo"], help="default: make demo")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that a stop leaves nothing behind
    cores = set(sorted(os.sched_getaffinity(0))[: given.cores])
    folder = Path(tempfile.mkdtemp(prefix="storyfold-fresh-"))
    try:
        clone = folder / "storyfold"
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(clone)], check=True)  # noqa: S607
        with keep_busy(() if given.idle else cores):
            return run_and_report(given.command, clone, cores)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run_and_report(command: list[str], clone: Path, cores: set[int]) -> int:
    """Run a command in the clone on these cores and print what it says and how long its parts took."""
    started = time.monotonic()
    begun: list[tuple[str, float]] = []
    with (
        subprocess.Popen(
            command,
            cwd=clone,
            env=clean_environment(clone.parent),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=lambda: os.sched_setaffinity(0, cores),  # noqa: PLW1509 (no threads here)
        ) as process,
        end_with_block(process),
    ):
        assert process.stdout is not None
        for line in process.stdout:
            seconds = time.monotonic() - started
            print(f"{seconds:6.1f}  {line.rstrip()}", flush=True)
            begun += [(part, seconds) for begin, part in PARTS.items() if line.startswith(begin)]
    ends = [*(seconds for _, seconds in begun[1:]), time.monotonic() - started]
    for (part, seconds), end in zip(begun, ends, strict=True):
        print(f"{end - seconds:6.1f} s  {part}")
    print(f"{ends[-1]:6.1f} s  {' '.join(command)}: exit code {process.returncode}")
    return process.returncode


@contextmanager
def end_with_block(process: subprocess.Popen[str]) -> Iterator[None]:
    """End a command with all that it started, however the block is left."""
    try:
        yield
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


def clean_environment(folder: Path) -> dict[str, str]:
    """Return the environment without what this machine has of the project: no virtual environment, no kernels."""
    command = [sys.executable, "-m", "pip", "cache", "dir"]
    pip_cache = subprocess.run(command, capture_output=True, text=True, check=False)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("VIRTUAL_ENV", "STORYFOLD_"))}
    kept.pop("PYTHONPATH", None)
    kept["XDG_CACHE_HOME"] = str(folder / "cache")
    if pip_cache.returncode == 0:  # else pip keeps nothing, and is to go on so
        kept["PIP_CACHE_DIR"] = pip_cache.stdout.strip()
    return kept


@contextmanager
def keep_busy(cores: set[int] | tuple[()]) -> Iterator[None]:
    """Keep each of these cores busy with another program."""
    loops = [
        subprocess.Popen([sys.executable, "-c", f"import os\nos.sched_setaffinity(0, {{{core}}})\nwhile True: pass"])
        for core in cores
    ]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


if __name__ == "__main__":
    sys.exit(main())
