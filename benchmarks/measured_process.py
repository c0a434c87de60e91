"""Run a command in a process of its own, and measure what it costs; end it where it takes too long or too much."""

from __future__ import annotations

import math
import os
import re
import resource
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.shared_data import ROOT

INTERVAL = 0.02  # seconds between two looks at the memory; a peak in between is kept by the kernel's own count
# Numerical libraries start a thread for each core, unless they are told otherwise.
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "RAYON_NUM_THREADS"), "1"
)


@dataclass(frozen=True, slots=True)
class Measured:
    """What a process cost: seconds by the clock and of the processor, the most memory held, and how it ended.

    `ended` is `done`, `failed`, `too slow` or `too large`; `said` is the end of what it wrote to standard error.
    """

    seconds: float
    processor_seconds: float
    peak_mb: int
    ended: str
    said: str


def run_measured(
    command: Sequence[str | Path],
    *,
    cores: int,
    most_seconds: float = math.inf,
    most_processor_seconds: float = math.inf,
    most_mb: float = math.inf,
    environment: Mapping[str, str] | None = None,
) -> Measured:
    """Run a command from the project's folder on so many cores; end it beyond a limit.

    `most_seconds` is by the clock, which runs on while others use the cores; `most_processor_seconds` adds up all
    threads. Memory and processor time that limit it are those of the process itself, not of those that it starts.
    """
    held = sorted(os.sched_getaffinity(0))[-cores:]
    with tempfile.TemporaryFile() as errors:
        started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        process = subprocess.Popen(
            list(map(str, command)),
            cwd=ROOT,
            env=os.environ | (environment or {}),
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
        os.sched_setaffinity(process.pid, held)
        peak_mb, ended = _watch(process, time.monotonic() + most_seconds, most_processor_seconds, most_mb)
        seconds, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
        errors.seek(0)
        said = errors.read()[-2_000:].decode(errors="replace").strip()
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(seconds, spent, peak_mb, ended, said)


def _watch(
    process: subprocess.Popen[bytes], deadline: float, most_processor_seconds: float, most_mb: float
) -> tuple[int, str]:
    """Wait for the end of a process, or bring it about; return the most memory that it held (MB), and how it ended."""
    peak_mb = 0
    while True:
        peak_mb = max(peak_mb, _read_peak_memory(process.pid))
        if peak_mb > most_mb:
            ended = "too large"
        elif time.monotonic() > deadline or _read_processor_seconds(process.pid) > most_processor_seconds:
            ended = "too slow"
        else:
            try:
                return peak_mb, "failed" if process.wait(INTERVAL) else "done"
            except subprocess.TimeoutExpired:
                continue
        process.kill()
        process.wait()
        return peak_mb, ended


def _read_peak_memory(pid: int) -> int:
    """Read the most memory that a process has held at once, in MB; 0 for one that has ended."""
    found = re.search(r"VmHWM:\s+(\d+) kB", _read_process_file(pid, "status"))
    return round(int(found[1]) / 1_000) if found else 0


def _read_processor_seconds(pid: int) -> float:
    """Read the processor time of a process, all its threads; 0 for one that has ended."""
    fields = _read_process_file(pid, "stat").rpartition(")")[2].split()  # the name before may have spaces
    ticks = sum(map(int, fields[11:13]))  # utime and stime: see proc(5)
    return ticks / os.sysconf("SC_CLK_TCK")


def _read_process_file(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text(encoding="utf-8")
    except OSError:
        return ""
