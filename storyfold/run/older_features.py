"""Make what is read of texts anew where an older method made it, or none, as steps of a lake's migration."""

from __future__ import annotations

from functools import partial

import duckdb

from storyfold.lake.form import ShowSteps, Step
from storyfold.lake.lake import run_query
from storyfold.schemas import Sketch, TextTerms
from storyfold.schemas.columns import get_declared_table

SLICE = 2**26  # bytes of text that are read at once, and a body more: with what is made of them some 300 MB
# Which versions have no row by today's method, in the order in which they lie in the lake; `slice` counts their bytes.
_OLDER = """
CREATE OR REPLACE TEMP TABLE older_versions AS
SELECT *, (sum(size) OVER lying - size) // {size} AS slice, row_number() OVER lying AS place
FROM (
    SELECT article_id, version, seen_date, strlen(body) AS size
    FROM articles ANTI JOIN (SELECT article_id, version FROM {table} WHERE method = {method}) AS made
        USING (article_id, version)
)
WINDOW lying AS (ORDER BY seen_date, article_id, version ROWS UNBOUNDED PRECEDING);
CREATE OR REPLACE TEMP TABLE new_rows AS FROM {table} LIMIT 0
"""
_SLICES = """
SELECT slice, min(place) - 1 AS done, min(seen_date) AS first, max(seen_date) AS last
FROM older_versions GROUP BY slice ORDER BY slice
"""
_TEXTS = """
SELECT {columns} FROM articles AS article
SEMI JOIN (SELECT article_id, version FROM older_versions WHERE slice = $1) AS older USING (article_id, version)
WHERE article.seen_date BETWEEN $2 AND $3
"""
_REPLACE = """
DELETE FROM {table} WHERE method IS DISTINCT FROM {method};
INSERT INTO {table} BY NAME FROM new_rows ORDER BY seen_date, article_id, version;
DROP TABLE older_versions;
DROP TABLE new_rows
"""


def make_features_anew(cls: type, connection: duckdb.DuckDBPyConnection, show: ShowSteps) -> None:
    """Read every text anew that has no row of this class by today's method, a slice at a time; `show` says how far.

    What is made lies in a temporary table until all of it is there: the lake gets one file a day and not one a slice.
    """
    from storyfold.run.text_features import ARTICLE_COLUMNS, make_features  # needs the kernels, which readers do not

    declared = get_declared_table(cls)
    names = {"table": declared.name, "method": declared.method, "size": SLICE, "columns": ", ".join(ARTICLE_COLUMNS)}
    connection.execute(_OLDER.format(**names))
    found = connection.execute("SELECT count(*) FROM older_versions").fetchone()
    total = int(found[0]) if found else 0
    for number, done, *days in connection.execute(_SLICES).fetchall():
        show(done, total)
        made = make_features(run_query(connection, _TEXTS.format(**names), [number, *days]), [cls])[cls]
        connection.register("made", made)
        connection.execute("INSERT INTO new_rows BY NAME FROM made")
        connection.unregister("made")
    show(total, total)
    if "shingles" in connection.table("new_rows").columns:  # it is dropped after this step, and may not be null
        connection.execute("UPDATE new_rows SET shingles = 0")
    connection.execute(_REPLACE.format(**names))


SKETCHES = Step("sketches", "sketches of texts", partial(make_features_anew, Sketch), ("sketches.shingles",))
TERMS = Step("text_terms", "terms of texts", partial(make_features_anew, TextTerms))
