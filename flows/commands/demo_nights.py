"""Run the demo's three nights over the invented web, through the same flow that users schedule."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from storyfold.demo_web.content import Web
from storyfold.demo_web.server import RunningWeb, serve_demo_web
from storyfold.demo_web.sources import find_free_port, make_sources_text, read_port
from storyfold.lake.lake import Lake

SOURCES = "demo-sources.toml"  # in the lake's folder: its addresses belong to the lake


@contextmanager
def serve_web_for_lake(lake: Path, web: Web) -> Iterator[RunningWeb]:
    """Serve the web at the addresses that this lake knows and write its sources.toml; PortTaken if another has them."""
    sources = lake / SOURCES
    with serve_demo_web(web, read_port(sources) or find_free_port()) as running:
        lake.mkdir(parents=True, exist_ok=True)
        text = make_sources_text(running.site)
        if not sources.is_file() or sources.read_text(encoding="utf-8") != text:
            unfinished = sources.with_suffix(".writing")
            unfinished.write_text(text, encoding="utf-8")
            unfinished.replace(sources)
        yield running


def find_missing_nights(lake: Path, web: Web) -> list[datetime]:
    """Return the nights that have not landed in this lake, in their order.

    One that landed is not run again: its web is gone, and a newer night must not be followed by an older page.
    """
    if not Lake(lake).catalog.exists():
        return list(web.nights)
    landed = {str(row["night"]) for row in Lake(lake).read("SELECT night FROM landed_runs").to_pylist()}
    return [night for night in web.nights if night.date().isoformat() not in landed]


def run_nights(running: RunningWeb, lake: Path, nights: Sequence[datetime], report: Callable[[str], None]) -> list[str]:
    """Run these nights one after another, each on the web as it was then; return the status of each."""
    from flows.nightly import nightly

    statuses: list[str] = []
    for number, night in enumerate(nights, 1):
        running.now = night
        report(f"Night {number} of {len(nights)}: {night:%A %d %B %Y}")
        result = nightly(str(lake / SOURCES), night.date(), str(lake), "local", None, night)
        statuses.append(result.run.status)
    return statuses
