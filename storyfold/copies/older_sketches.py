"""Make the sketches of an older method anew, as a step of a lake's migration."""

from __future__ import annotations

import duckdb

from storyfold.lake.form import ShowSteps, Step
from storyfold.lake.lake import run_query
from storyfold.schemas.copies import SKETCH_METHOD

SLICE = 2_000  # articles sketched at once: some 20 MB of rows
# The columns of an article that its sketch is made of.
ARTICLE_COLUMNS = ("article_id", "version", "seen_date", "outlet", "url", "canonical_url", "is_repeat", "body")
_OLDER = f"method IS DISTINCT FROM {SKETCH_METHOD}"
# Which articles have an older sketch, in the order in which they lie in the lake, and what is made of them.
_TABLES = f"""
CREATE OR REPLACE TEMP TABLE older_sketches AS
SELECT row_number() OVER (ORDER BY seen_date, article_id, version) AS place, article_id, version, seen_date
FROM sketches WHERE {_OLDER};
CREATE OR REPLACE TEMP TABLE new_sketches AS FROM sketches LIMIT 0
"""  # noqa: S608 (a number of ours)
_DAYS = "SELECT min(seen_date), max(seen_date) FROM older_sketches WHERE place > $1 AND place <= $2"
_TEXTS = f"""
SELECT {", ".join(ARTICLE_COLUMNS)} FROM articles AS article
SEMI JOIN (SELECT article_id, version FROM older_sketches WHERE place > $1 AND place <= $2) AS older
    USING (article_id, version)
WHERE article.seen_date BETWEEN $3 AND $4
"""  # noqa: S608 (names of ours)
_REPLACE = f"""
DELETE FROM sketches WHERE {_OLDER};
INSERT INTO sketches BY NAME FROM new_sketches ORDER BY seen_date, article_id, version;
DROP TABLE older_sketches;
DROP TABLE new_sketches
"""  # noqa: S608 (a number of ours)


def make_sketches_anew(connection: duckdb.DuckDBPyConnection, show: ShowSteps) -> None:
    """Sketch every text anew whose sketch is of another method, a slice at a time; `show` says how far it is.

    What is made lies in a temporary table until all of it is there: the lake gets one file a day and not one a slice.
    """
    from storyfold.copies.sketch_rows import sketch_articles  # needs the kernels, which readers do not

    connection.execute(_TABLES)
    found = connection.execute("SELECT count(*) FROM older_sketches").fetchone()
    total = int(found[0]) if found else 0
    for start in range(0, total, SLICE):
        show(start, total)
        place = [start, start + SLICE]
        days = connection.execute(_DAYS, place).fetchone() or ()
        made = sketch_articles(run_query(connection, _TEXTS, [*place, *days]))
        connection.register("made", made)
        connection.execute("INSERT INTO new_sketches BY NAME FROM made")
        connection.unregister("made")
    show(total, total)
    if "shingles" in connection.table("new_sketches").columns:  # it is dropped after this step, and may not be null
        connection.execute("UPDATE new_sketches SET shingles = 0")
    connection.execute(_REPLACE)


SKETCHES = Step("sketches", "sketches of texts", make_sketches_anew, ("sketches.shingles",))
