"""Tell which queries of a night cost most, on a lake that `benchmarks.growth --lake DIR` has kept.

    python -m benchmarks.growth_queries DIR/archive-N NEW [--without STAGE]... [--most N]

NEW is the number of articles of the night, as it was given to `--new`. The night is run on a clone of the lake. Prints
what the stages cost, as `benchmarks.growth_night` does, then a line for each query: seconds of processor time, seconds
by the clock, how often it was asked, the place in the code that asked, and its beginning.
"""

from __future__ import annotations

import argparse
import json
import time
import traceback
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb

from benchmarks.growth import clone_lake
from benchmarks.growth_lake import NEXT
from benchmarks.growth_night import run_night
from benchmarks.shared_data import ROOT
from storyfold.lake.duckdb_instance import DuckDBInstance

SHOWN = 120  # characters of a query
# Rows are made when they are fetched, so the query goes on working then.
FETCHES = ("fetchall", "fetchone", "fetchmany", "to_arrow_table", "to_arrow_reader")
PASSED_OVER = ("storyfold/lake/lake.py", "storyfold/lake/duckdb_instance.py")  # they ask what others want to know


@dataclass(slots=True)
class Cost:
    """What a query has cost so far."""

    processor_seconds: float = 0.0
    seconds: float = 0.0
    asked: int = 0


class MeasuredConnection:
    """A connection of DuckDB whose queries are measured; for all else it is that connection."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, costs: dict[tuple[str, str], Cost]) -> None:
        self._connection, self._costs = connection, costs
        self._last = ("", "")

    def execute(self, query: str, parameters: Any = None) -> MeasuredConnection:
        """Run a query, and measure it."""
        self._last = (_find_place(), " ".join(query.split())[:SHOWN])
        self._costs[self._last].asked += 1
        self._measure(self._connection.execute, query, parameters)
        return self

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._connection, name)
        if name not in FETCHES:
            return found
        return lambda *given, **named: self._measure(found, *given, **named)

    def _measure(self, work: Any, *given: Any, **named: Any) -> Any:
        cost, started, by_clock = self._costs[self._last], time.process_time(), time.monotonic()
        done = work(*given, **named)
        cost.processor_seconds += time.process_time() - started
        cost.seconds += time.monotonic() - by_clock
        return done


def _find_place() -> str:
    """Find the line of the project that asks."""
    frames = [frame for frame in traceback.extract_stack() if frame.filename.startswith(f"{ROOT}/storyfold")]
    names = [(str(Path(frame.filename).relative_to(ROOT)), frame.lineno) for frame in frames]
    asking = [place for place in names if place[0] not in PASSED_OVER] or names
    return f"{asking[-1][0]}:{asking[-1][1]}" if asking else ""


@contextmanager
def measure_queries() -> Iterator[dict[tuple[str, str], Cost]]:
    """Measure all queries that are asked of lakes inside, by place and words."""
    costs: dict[tuple[str, str], Cost] = defaultdict(Cost)
    connect = DuckDBInstance.connect

    @contextmanager
    def connect_measured(instance: DuckDBInstance) -> Iterator[tuple[MeasuredConnection, str]]:
        with connect(instance) as (connection, name):
            yield MeasuredConnection(connection, costs), name

    with patch.object(DuckDBInstance, "connect", connect_measured):
        yield costs


def main() -> None:
    """Run the night and print what its queries cost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lake", type=Path)
    parser.add_argument("new", type=int)
    parser.add_argument("--without", action="append", default=[], choices=("copies", "stories", "land"))
    parser.add_argument("--most", type=int, default=30, help="queries to print")
    given = parser.parse_args()
    with clone_lake(given.lake) as clone, measure_queries() as costs:
        seconds = run_night(clone, given.lake / NEXT / str(given.new), given.without)
    print(json.dumps({stage: value and round(value, 2) for stage, value in seconds.items()}))
    for (place, query), cost in sorted(costs.items(), key=lambda item: -item[1].processor_seconds)[: given.most]:
        print(f"{cost.processor_seconds:7.3f} {cost.seconds:7.3f} {cost.asked:4} {place} | {query}")


if __name__ == "__main__":
    main()
