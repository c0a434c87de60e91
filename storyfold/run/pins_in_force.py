"""Read the pins in force, which the view `current_pins` names, for the stages that group by them."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from storyfold.identity.pins import Pins
from storyfold.lake.lake import run_query
from storyfold.schemas.columns import make_rows
from storyfold.schemas.pins import Pin

_IN_FORCE = """
    FROM pins WHERE (pin_id, pinned_at) IN (SELECT (pin_id, pinned_at) FROM current_pins) ORDER BY pin_id
"""


def read_pins(connection: duckdb.DuckDBPyConnection, touched: Iterable[str] = ()) -> Pins:
    """Read the pins in force; `touched` are the articles whose groups are to be made anew."""
    return Pins(tuple(make_rows(run_query(connection, _IN_FORCE), Pin)), frozenset(touched))
