"""Look up the outlets of all articles of a lake that an older version made, as a step of its migration."""

from __future__ import annotations

import duckdb

from storyfold.lake.form import ShowSteps, Step
from storyfold.lake.lake import run_query
from storyfold.run.outlet_facts import describe_outlets, list_looked_up
from storyfold.schemas.columns import make_arrow_table
from storyfold.schemas.outlets import OutletFact
from storyfold.settings.outlets import OutletSettings

_LAST_RUN = """
SELECT run_id, attempt, run_date FROM landed_runs ORDER BY finished_at DESC, run_id DESC, attempt DESC LIMIT 1
"""


def make_outlet_facts(connection: duckdb.DuckDBPyConnection, show: ShowSteps) -> None:
    """Make a row of each printed name and host, as if the last run had; `show` says how far.

    By the list that comes with the program: a lake does not say which one of a user's it was made with; the next night
    does.
    """
    connection.execute("DELETE FROM outlet_facts")
    last = run_query(connection, _LAST_RUN).to_pylist()
    found = list_looked_up(connection, "articles") if last else []
    show(0, len(found))
    if found:
        told = describe_outlets(found, OutletSettings().make_list(), last[0]["run_date"])
        made = make_arrow_table(told, OutletFact)
        connection.register("made", made)
        connection.execute(
            "INSERT INTO outlet_facts BY NAME SELECT * REPLACE ($1 AS run_id, $2 AS attempt) FROM made",
            [last[0]["run_id"], last[0]["attempt"]],
        )
        connection.unregister("made")
    show(len(found), len(found))


OUTLETS = Step("outlet_facts", "rows of outlets", make_outlet_facts)
