"""Land what pins change in families and stories: a run of its own, in one transaction of the lake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import duckdb
import pyarrow as pa

from storyfold.identity.ids import hash_id
from storyfold.lake.checks import check_rows
from storyfold.lake.conditions import PINNED, WHOLE
from storyfold.lake.lake import Lake, Replacement, run_query
from storyfold.lake.landing_checks import check_landing
from storyfold.outcomes import RunFailed, StoryfoldError
from storyfold.run.assemble import add_replacements, fill_run_columns, select_dated_keys
from storyfold.run.attempt import find_code_version
from storyfold.schemas import Check, Pin, Run
from storyfold.schemas.columns import make_arrow_table, make_rows
from storyfold.schemas.pages import get_seen_date

_LAST = "FROM runs WHERE status <> 'failed' ORDER BY finished_at DESC, started_at DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class PinnedRows:
    """Hold the rows that pins change, by row class: those that come, and those of the lake that go."""

    rows: Mapping[type, pa.Table]
    replaced: Mapping[type, pa.Table]


def begin_pins_run(lake: Lake, settings_fingerprint: str, now: datetime) -> Run:
    """Make the row of a run of pins: it has the night of the run before it, for it is none itself."""
    found = make_rows(lake.read(_LAST), Run)
    if not found:
        raise StoryfoldError(f"{lake.folder}: no night has landed there, so there is nothing to pin")
    last = found[0]
    # what landed later holds: the order must not depend on a clock that was put back
    at = max(now.astimezone(UTC), last.finished_at + timedelta(microseconds=1))
    return Run(
        run_id=f"{last.night.isoformat()}-pins-{hash_id('pins', at.isoformat())[:8]}",
        attempt=1,
        run_date=get_seen_date(at),
        night=last.night,
        kind="pins",
        status="landed",
        started_at=at,
        finished_at=at,
        settings_fingerprint=settings_fingerprint,
        sources_fingerprint=last.sources_fingerprint,
        code_version=find_code_version(),
        engine="local",
    )


def land_pins(lake: Lake, run: Run, changed: PinnedRows, pins: list[Pin]) -> None:
    """Commit a run of pins, all or nothing; `pins` are new, or take the place of those of the same key.

    Raises RunFailed where a condition of the lake, or a pin that held before, would not hold; the lake is as it was
    then.
    """
    broken = lake.read_with(_find_broken)
    rows: dict[type, pa.Table] = {Run: make_arrow_table([run], Run)}
    rows |= {cls: fill_run_columns(table, run) for cls, table in changed.rows.items()}
    set_pins = make_arrow_table(pins, Pin)
    replacing = [Replacement(Pin, select_dated_keys(set_pins, Pin), set_pins)]
    replacing += [
        Replacement(cls, select_dated_keys(gone, cls)) for cls, gone in changed.replaced.items() if gone.num_rows
    ]
    written = add_replacements(rows, replacing)
    before = check_rows(run, written)

    def check(connection: duckdb.DuckDBPyConnection) -> list[Check]:
        checks = [*before, *check_landing(run, written, connection, {one.cls for one in replacing})]
        if failed := [check for check in checks if check.required and not check.passed]:
            raise RunFailed(f"nothing was pinned: {'; '.join(f'{one.name}: {one.note}' for one in failed)}")
        if lost := _find_broken(connection) - broken:
            raise RunFailed(
                f"nothing was pinned: with the families that the texts give, pin {', '.join(sorted(lost))} would not "
                "hold; pin those families apart first, with --as family"
            )
        return checks

    lake.land(rows, check, run, replacing)


def _find_broken(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Find the pins in force that do not hold in the lake as the connection sees it."""
    return set(run_query(connection, PINNED.sql.format(**WHOLE))["pin_id"].to_pylist())
