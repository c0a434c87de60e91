"""Query the lake for what the copies stage compares new texts with: sketches, texts, copies and families."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from storyfold.lake.lake import run_query
from storyfold.schemas import Article, Copy, FamilyMember, Sketch
from storyfold.schemas.columns import get_declared_table, make_rows
from storyfold.settings.copies import CopySettings

# Versions whose text no longer counts: few, so that what counts is found by leaving them out.
_SUPERSEDED = """
    CREATE OR REPLACE TEMP TABLE changed AS SELECT DISTINCT article_id FROM articles WHERE version > 1;
    CREATE OR REPLACE TEMP TABLE superseded AS
    SELECT article_id, version FROM articles SEMI JOIN changed USING (article_id)
    ANTI JOIN (SELECT article_id, version FROM current_versions SEMI JOIN changed USING (article_id)) AS current
        USING (article_id, version);
    CREATE OR REPLACE TEMP VIEW superseded_keys AS SELECT (article_id, version) FROM superseded
"""
_CURRENT = "SELECT * FROM sketches ANTI JOIN superseded USING (article_id, version)"
# Those that share enough hashes with the wanted ones, or have the same words as a new text; of identical ones the
# oldest. All hashes of a text are read, and no body.
_SHARING = f"""
    WITH current AS ({_CURRENT} WHERE article_id NOT IN (SELECT article_id FROM new_sketches)),
    matched AS (
        SELECT article_id FROM (SELECT article_id, unnest(hashes) AS hash FROM current) SEMI JOIN wanted USING (hash)
        GROUP BY article_id HAVING count(*) >= $least
    )
    SELECT * FROM current
    WHERE article_id IN (FROM matched) OR text_hash IN (SELECT text_hash FROM new_sketches WHERE words > 2)
    QUALIFY row_number() OVER (PARTITION BY text_hash, words ORDER BY seen_date, article_id) = 1
    ORDER BY seen_date, article_id
"""  # noqa: S608 (queries of this module)
# Each version of a new text is a witness on its day, and for so many days after it; and was one where the lake has it.
_WITNESS_DAYS = """
    CREATE OR REPLACE TEMP TABLE witness_days AS
    SELECT seen_date AS day FROM all_new_sketches
    UNION SELECT seen_date FROM sketches SEMI JOIN all_new_sketches USING (article_id, version)
"""
_WINDOW_AFTER = f"""
    SELECT * FROM ({_CURRENT} WHERE seen_date BETWEEN $first AND $last) AS current
    WHERE article_id NOT IN (SELECT article_id FROM new_sketches) AND EXISTS (
        SELECT 1 FROM witness_days WHERE current.seen_date BETWEEN day AND day + $window::INTEGER
    )
"""  # noqa: S608 (queries of this module)
# Texts later than an identical new one, which stands for them from now on.
_LATER_IDENTICAL = f"""
    SELECT current.* FROM ({_CURRENT} WHERE seen_date >= $first) AS current
    JOIN (
        SELECT text_hash, words, min((seen_date, article_id)) AS oldest FROM new_sketches WHERE words > 2 GROUP BY ALL
    ) AS new USING (text_hash, words)
    WHERE article_id NOT IN (SELECT article_id FROM new_sketches) AND (current.seen_date, current.article_id) > oldest
"""  # noqa: S608
# A day's boilerplate: of the wanted hashes of outlets, those that enough of the outlet's texts of the window have. Each
# version counts on its own day, the same text again at the same outlet once.
_BOILERPLATE = """
    WITH texts AS (
        SELECT outlet, text_hash, words, any_value(hashes) AS hashes
        FROM (
            SELECT * FROM sketches ANTI JOIN all_new_sketches USING (article_id, version)
            UNION ALL BY NAME SELECT * FROM all_new_sketches
        )
        WHERE seen_date BETWEEN $day::DATE - $window::INTEGER AND $day::DATE
        AND outlet IN (SELECT outlet FROM wanted_keys)
        GROUP BY outlet, text_hash, words
    ),
    sizes AS (SELECT outlet, count(*) AS size FROM texts GROUP BY outlet)
    SELECT outlet, hash FROM (SELECT outlet, unnest(hashes) AS hash FROM texts)
    SEMI JOIN wanted_keys USING (outlet, hash) JOIN sizes USING (outlet)
    GROUP BY outlet, hash, size HAVING count(*) >= $least AND count(*) * 1000000 >= size * $share
"""
# All versions of articles, and when they were seen: so that only the days that have one are read of wide tables.
_VERSIONS = """
    SELECT article_id, version, seen_date, (article_id, version) NOT IN (FROM superseded_keys) AS is_current
    FROM sketches WHERE article_id IN (SELECT unnest($1))
"""
_BODIES = """
    SELECT article_id, body FROM articles SEMI JOIN wanted_versions USING (article_id, version, seen_date)
    WHERE seen_date BETWEEN $first AND $last
"""
_SKETCHES = """
    SELECT sketches.* FROM sketches SEMI JOIN wanted_versions USING (article_id, version, seen_date)
    WHERE seen_date BETWEEN $first AND $last
"""
# With the instant at which the article was first seen in any version: founders do not change because their text does.
_ARTICLES = """
    SELECT * EXCLUDE (first_seen, is_current) REPLACE (first_seen AS first_seen_at) FROM (
        SELECT articles.*, is_current, min(first_seen_at) OVER (PARTITION BY article_id) AS first_seen
        FROM articles JOIN wanted_versions USING (article_id, version, seen_date)
        WHERE articles.seen_date BETWEEN $first AND $last
    ) WHERE is_current
"""
_TOUCHING = """
    SELECT article_id, version, of_article_id, of_version, seen_date FROM copies
    WHERE (article_id IN (SELECT unnest($1)) OR of_article_id IN (SELECT unnest($1)))
    AND (article_id, version) NOT IN (FROM superseded_keys)
    AND (of_article_id, of_version) NOT IN (FROM superseded_keys)
"""
_EDGES = """
    SELECT copies.* FROM copies
    SEMI JOIN wanted_copies USING (article_id, version, of_article_id, of_version, seen_date)
    WHERE seen_date BETWEEN $first AND $last
"""
_PLACES = """
    SELECT families.* FROM families JOIN landed_runs USING (run_id, attempt)
    WHERE article_id IN (SELECT unnest($1))
    QUALIFY row_number() OVER (
        PARTITION BY article_id
        ORDER BY landed_runs.finished_at DESC, landed_runs.started_at DESC, families.run_id DESC, families.attempt DESC
    ) = 1
"""


class KnownTextsInLake:
    """Give the copies stage what the lake has of every article in its current version."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        connection.execute(_SUPERSEDED)

    @contextmanager
    def show_new(self, current: pa.Table, every: pa.Table) -> Iterator[None]:
        """Show the queries the new texts' sketches: the current ones, which replace the lake's, and all versions."""
        self.connection.register("new_sketches", current)
        self.connection.register("all_new_sketches", every)
        try:
            yield
        finally:
            self.connection.unregister("new_sketches")
            self.connection.unregister("all_new_sketches")

    def find_sharing(self, hashes: pa.Array, least: int) -> pa.Table:
        """Return the sketches of the lake that have `least` of these hashes or the words of a new text."""
        self.connection.register("wanted", pa.table({"hash": hashes}))
        found = self._read_sketches(_SHARING, {"least": least})
        self.connection.unregister("wanted")
        return found

    def read_window_after(self, days: int) -> pa.Table:
        """Return the sketches of the lake's texts that a new text judges: those of its day and of so many after it."""
        self.connection.execute(_WITNESS_DAYS)
        found = self.connection.execute("SELECT min(day), max(day) FROM witness_days").fetchone()
        first, last = found if found and found[0] else (date.max, date.max)
        window = min(days, (date.max - last).days)
        given = {"first": first, "last": last + timedelta(days=window), "window": window}
        return self._read_sketches(_WINDOW_AFTER, given)

    def read_later_identical(self) -> pa.Table:
        """Return the sketches of the lake's texts that have the words of an older new text."""
        found = self.connection.execute("SELECT min(seen_date) FROM new_sketches").fetchone()
        return self._read_sketches(_LATER_IDENTICAL, {"first": found[0] if found and found[0] else date.max})

    def read_last_day(self) -> int:
        """Return the last day of which the lake has a text, counted from 1970; -1 where it has none."""
        found = self.connection.execute("SELECT max(seen_date) FROM sketches").fetchone()
        return (found[0] - date(1970, 1, 1)).days if found and found[0] else -1

    def find_boilerplate(self, keys: pa.Table, day: date, settings: CopySettings) -> pa.Table:
        """Return those of the keys, `outlet` and `hash`, that are the outlet's boilerplate on a day."""
        self.connection.register("wanted_keys", keys)
        given = {
            "day": day,
            "window": settings.boilerplate_days,
            "least": settings.boilerplate_articles,
            "share": round(settings.boilerplate_share * 1_000_000),
        }
        found = run_query(self.connection, _BOILERPLATE, given)
        self.connection.unregister("wanted_keys")
        return found

    def read_sketches(self, article_ids: Sequence[str]) -> pa.Table:
        """Return the sketches of these articles."""
        versions = run_query(self.connection, _VERSIONS, [list(article_ids)])
        found = self._read_days(_SKETCHES, "wanted_versions", versions.filter(versions["is_current"]))
        return _order_columns(found)

    def _read_sketches(self, query: str, values: Mapping[str, Any]) -> pa.Table:
        return _order_columns(run_query(self.connection, query, values))

    def read_bodies(self, article_ids: Sequence[str]) -> pa.Table:
        """Return `article_id` and `body` of these articles; partitions that have none of them are not read."""
        versions = run_query(self.connection, _VERSIONS, [list(article_ids)])
        return self._read_days(_BODIES, "wanted_versions", versions.filter(versions["is_current"]))

    def read_articles(self, article_ids: Collection[str]) -> list[Article]:
        """Return these articles; unknown ids are left out."""
        versions = run_query(self.connection, _VERSIONS, [sorted(article_ids)])
        return make_rows(self._read_days(_ARTICLES, "wanted_versions", versions), Article)

    def read_copies(self, article_ids: Collection[str]) -> list[Copy]:
        """Return the edges between current versions that touch these articles."""
        touching = run_query(self.connection, _TOUCHING, [sorted(article_ids)])
        return make_rows(self._read_days(_EDGES, "wanted_copies", touching), Copy)

    def read_families(self, article_ids: Collection[str]) -> list[FamilyMember]:
        """Return the current rows of these articles."""
        return make_rows(run_query(self.connection, _PLACES, [sorted(article_ids)]), FamilyMember)

    def _read_days(self, query: str, name: str, wanted: pa.Table) -> pa.Table:
        """Ask a query for what is wanted, which it knows by this name, of the days from the first to the last."""
        self.connection.register(name, wanted)
        days = pc.min_max(wanted["seen_date"]).as_py()
        found = run_query(self.connection, query, {"first": days["min"], "last": days["max"]})
        self.connection.unregister(name)
        return found


def _order_columns(sketches: pa.Table) -> pa.Table:
    """Return rows of `sketches` with its columns as they are declared; a migrated lake has another order."""
    schema = get_declared_table(Sketch).schema
    return sketches.select(schema.names).cast(schema)
