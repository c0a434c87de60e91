"""Read the record of each outlet of a lake, and what a list of outlets says of it now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

import duckdb

from storyfold.credits.listed_outlets import OutletList
from storyfold.lake.lake import run_query
from storyfold.report.views import read_sql
from storyfold.run.outlet_facts import describe_outlets, list_looked_up
from storyfold.schemas import OutletFact
from storyfold.schemas.columns import make_arrow_table

_TOLD = "outlets_told_now"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletRecord:
    """Hold one outlet as the view `outlets` has it; what each value is stands there."""

    outlet: str
    name: str
    articles: int
    families: int
    originals: int
    copies_of_others: int
    maybe_copies: int
    share_copied: float
    stories: int
    owner: str | None
    kind: str | None
    country: str | None
    language: str | None
    mirror_of: str | None
    source: str | None
    source_date: date | None
    shared_families: int
    first_in: int
    median_lag_hours: float | None
    contradicted_dates: int
    unsure_dates: int
    probable_mirror: bool


def read_outlets(
    connection: duckdb.DuckDBPyConnection, outlets: OutletList, mirror_texts: int, mirror_share: float
) -> list[OutletRecord]:
    """Read the record of each outlet, those with most articles first, as this list tells outlets apart.

    The lake's own table of what a list said is not asked: so it is true after the list was edited, and of lakes that
    have no such table. From `mirror_texts` texts on, of which `mirror_share` are others', an outlet that was never
    first is a probable mirror.
    """
    told = describe_outlets(list_looked_up(connection, "placed_articles"), outlets, date.min)
    connection.register(_TOLD, make_arrow_table(told, OutletFact))
    rows = run_query(connection, read_sql("outlets").replace("current_outlets", _TOLD)).to_pylist()
    connection.unregister(_TOLD)
    for row in rows:
        row["probable_mirror"] = _is_probable_mirror(row, mirror_texts, mirror_share)
    return [OutletRecord(**row) for row in rows]


def _is_probable_mirror(row: dict[str, Any], mirror_texts: int, mirror_share: float) -> bool:
    has_enough = row["articles"] >= mirror_texts and row["share_copied"] >= mirror_share
    return bool(has_enough and row["first_in"] == 0 and row["kind"] != "agency")


def list_columns() -> list[str]:
    """List the names of a record's values, in their order."""
    return [field.name for field in fields(OutletRecord)]


def make_plain_rows(records: Iterable[OutletRecord]) -> list[dict[str, Any]]:
    """Return records as rows for JSON and CSV: days as text, as in 2023-05-17."""
    rows = [asdict(record) for record in records]
    return [row | {"source_date": row["source_date"] and row["source_date"].isoformat()} for row in rows]
