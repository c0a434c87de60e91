"""Run the three nights of the demo, and print wall time, scores against the truth, and politeness.

    python -m benchmarks.demo_nights

Wall time is that of `storyfold demo` in a process of its own, with its temporary Prefect server, into an empty lake;
then of the same command again. The other figures come from three more nights whose server's log is read here.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from benchmarks.demo_scores import QUERY, score_lake
from storyfold.demo_web.content import load_web
from storyfold.demo_web.server import LoggedRequest, RunningWeb
from storyfold.demo_web.truth import list_true_pages
from storyfold.lake.lake import Lake


def main() -> None:
    """Print the figures, a line each."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "flows.commands.cli", "demo", "--lake", str(Path(folder, "lake"))]
        for run in ("first run", "second run"):
            started = time.monotonic()
            subprocess.run(command, check=True, capture_output=True)
            print(f"{run}: {time.monotonic() - started:.1f} s")
        lake = Path(folder, "other-lake")
        web = serve_nights(lake)
        rows = Lake(lake).read(QUERY).to_pylist()
        found, wrong = score_lake(
            [_make_json_row(row) for row in rows], list_true_pages(web.site, web.site.web.nights[-1])
        )
    print(*(f"{name}: {value:.3f}" for name, value in found.items()), sep="\n")
    print(*wrong, sep="\n")
    print(*describe_politeness(web.log), sep="\n")


def serve_nights(lake: Path) -> RunningWeb:
    """Run three nights into `lake`; return the web, with the log of its requests."""
    from flows.commands.prefect_server import configure_server, run_temporary_server

    configure_server(lake / "work" / "prefect")
    from flows.commands.demo_nights import find_missing_nights, run_nights, serve_web_for_lake

    web = load_web()
    with serve_web_for_lake(lake, web) as running, run_temporary_server(print):
        run_nights(running, lake, find_missing_nights(lake, web), print)
    return running


def _make_json_row(row: dict[str, object]) -> dict[str, object]:
    """Make a row as the JSON of `storyfold sql` has it."""
    return row | {"published_at": str(row["published_at"] or "")}


def describe_politeness(log: Sequence[LoggedRequest]) -> list[str]:
    """Describe what each host saw: the most requests within any second, the smallest pause, conditional requests."""
    by_host: dict[str, list[float]] = defaultdict(list)
    for request in log:
        by_host[request.outlet].append(request.at)
    busiest, pause = 0, float("inf")
    for times in by_host.values():
        times.sort()
        busiest = max(busiest, *(sum(at <= other < at + 1 for other in times) for at in times))
        pause = min(pause, *(later - earlier for earlier, later in pairwise(times)))
    statuses = Counter(request.status for request in log)
    return [
        f"requests: {len(log)} to {len(by_host)} hosts; by status: {dict(sorted(statuses.items()))}",
        f"conditional: {sum(request.conditional for request in log)}",
        f"most requests that a host saw within a second: {busiest}",
        f"smallest pause between two requests that a host saw: {pause * 1000:.0f} ms",
    ]


if __name__ == "__main__":
    os.environ.setdefault("PYTHONPATH", str(Path(__file__).parent.parent))
    main()
