"""Make what is read of texts anew where an older method made it, or none, as steps of a lake's migration."""

from __future__ import annotations

from functools import partial

import duckdb

from storyfold.lake.form import ShowSteps, Step
from storyfold.lake.lake import run_query
from storyfold.schemas import Sketch, TextNames, TextTerms
from storyfold.schemas.columns import get_declared_table

SLICE = 2**26  # bytes of text that are read at once, and a day more: with what is made of them some 500 MB
# Which versions have no row by today's method. A slice has whole days, of which the lake gets a file each; a day of
# more text than a slice has several.
_OLDER = """
CREATE OR REPLACE TEMP TABLE older_versions AS
SELECT article_id, version, seen_date, before // {size} AS slice, (up_to - size - before) // {size} AS part
FROM (
    SELECT *, min(up_to - size) OVER (PARTITION BY seen_date) AS before
    FROM (
        SELECT *, sum(size) OVER (ORDER BY seen_date, article_id, version ROWS UNBOUNDED PRECEDING) AS up_to
        FROM (
            SELECT article_id, version, seen_date, strlen(body) AS size
            FROM articles ANTI JOIN (SELECT article_id, version FROM {table} WHERE method = {method}) AS made
                USING (article_id, version)
        )
    )
);
DELETE FROM {table} WHERE method IS DISTINCT FROM {method}
"""
_SLICES = """
SELECT slice, part, min(seen_date) AS first, max(seen_date) AS last, count(*) AS texts
FROM older_versions GROUP BY ALL ORDER BY slice, part
"""
_TEXTS = """
SELECT {columns} FROM articles AS article
SEMI JOIN (SELECT article_id, version FROM older_versions WHERE slice = $1 AND part = $2) AS older
    USING (article_id, version)
WHERE article.seen_date BETWEEN $3 AND $4
"""


def make_features_anew(cls: type, connection: duckdb.DuckDBPyConnection, show: ShowSteps) -> None:
    """Read every text anew that has no row of this class by today's method, a slice at a time; `show` says how far."""
    from storyfold.run.text_features import ARTICLE_COLUMNS, make_features  # needs the kernels, which readers do not

    declared = get_declared_table(cls)
    names = {"table": declared.name, "method": declared.method, "size": SLICE, "columns": ", ".join(ARTICLE_COLUMNS)}
    connection.execute(_OLDER.format(**names))
    # what this version's rows no longer have: it is dropped after this step, and may not be null
    dropped = sorted(set(connection.table(declared.name).columns) - set(declared.schema.names))
    values = ", ".join(["*", *(f'0 AS "{name}"' for name in dropped)])
    slices, done = connection.execute(_SLICES).fetchall(), 0
    total = sum(texts for *_, texts in slices)
    for *chosen, texts in slices:
        show(done, total)
        made = make_features(run_query(connection, _TEXTS.format(**names), chosen), [cls])[cls]
        connection.register("made", made)
        connection.execute(
            f"INSERT INTO {declared.name} BY NAME SELECT {values} FROM made ORDER BY seen_date, article_id, version"  # noqa: S608
        )
        connection.unregister("made")
        done += texts
    show(total, total)
    connection.execute("DROP TABLE older_versions")


SKETCHES = Step("sketches", "sketches of texts", partial(make_features_anew, Sketch), ("sketches.shingles",))
TERMS = Step("text_terms", "terms of texts", partial(make_features_anew, TextTerms))
NAMES = Step("text_names", "names and numbers of texts", partial(make_features_anew, TextNames))
