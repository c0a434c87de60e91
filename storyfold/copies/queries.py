"""Query the lake for what the copies stage compares new texts with: sketches, texts, copies and families."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from storyfold.copies.stored_keys import StoredKeys
from storyfold.copies.wanted_hashes import WantedHashes
from storyfold.kernels.arrays import LongHashes, Longs
from storyfold.lake.key_store import pack_lists
from storyfold.lake.lake import run_query
from storyfold.lake.live_rows import read_live_rows
from storyfold.lake.stored_files import StoredFiles
from storyfold.schemas import Article, Copy, FamilyMember, Sketch
from storyfold.schemas.columns import get_declared_table, make_rows
from storyfold.settings.copies import CopySettings

_CURRENT = "SELECT * FROM sketches ANTI JOIN superseded USING (article_id, version)"
# Of the rows that share enough hashes with the wanted ones or have the words of a new text, those that count; of
# identical ones the oldest.
_SHARING = """
    SELECT * FROM found_sketches ANTI JOIN superseded USING (article_id, version)
    WHERE article_id NOT IN (SELECT article_id FROM new_sketches)
    QUALIFY row_number() OVER (PARTITION BY text_hash, words ORDER BY seen_date, article_id) = 1
    ORDER BY seen_date, article_id
"""
# Each version of a new text is a witness on its day, and for so many days after it; and was one where the lake has it.
_WITNESS_DAYS = """
    CREATE OR REPLACE TEMP TABLE witness_days AS
    SELECT seen_date AS day FROM all_new_sketches
    UNION SELECT seen_date FROM stored_versions SEMI JOIN all_new_sketches USING (article_id, version)
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
            SELECT * FROM {sketches} ANTI JOIN all_new_sketches USING (article_id, version)
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
_BODIES = """
    SELECT article_id, body FROM {rows} AS articles SEMI JOIN wanted_versions USING (article_id, version, seen_date)
"""
_SKETCHES = """
    SELECT sketches.* FROM {rows} AS sketches SEMI JOIN wanted_versions USING (article_id, version, seen_date)
"""
# With the instant at which the article was first seen in any version: founders do not change because their text does.
_ARTICLES = """
    SELECT * EXCLUDE (first_seen, is_current) REPLACE (first_seen AS first_seen_at) FROM (
        SELECT articles.*, is_current, min(first_seen_at) OVER (PARTITION BY article_id) AS first_seen
        FROM {rows} AS articles JOIN wanted_versions USING (article_id, version, seen_date)
    ) WHERE is_current
"""
_EDGES = """
    SELECT copies.* FROM {rows} AS copies
    SEMI JOIN wanted_copies USING (article_id, version, of_article_id, of_version, seen_date)
"""
# The rows of articles in all runs. Few articles have more than one: only of the runs of those the instant is asked.
_PLACES = """
    CREATE OR REPLACE TEMP TABLE places AS SELECT * FROM {rows} AS families WHERE article_id IN (SELECT unnest($1))
"""
_RIVALS = """
    SELECT DISTINCT run_id FROM places SEMI JOIN (
        SELECT article_id FROM places GROUP BY article_id HAVING count(*) > 1
    ) AS several USING (article_id)
"""
_LATEST_PLACES = """
    SELECT places.* FROM places LEFT JOIN (
        SELECT run_id, attempt, finished_at, started_at FROM landed_runs WHERE run_id IN ({runs})
    ) AS landed USING (run_id, attempt)
    QUALIFY row_number() OVER (
        PARTITION BY article_id ORDER BY landed.finished_at DESC, landed.started_at DESC, run_id DESC, attempt DESC
    ) = 1
"""


class KnownTextsInLake:
    """Give the copies stage what the lake has of every article in its current version."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.files = StoredFiles(connection)
        self.keys = StoredKeys(connection, self.files)

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

    def find_sharing(self, starts: Longs, hashes: LongHashes, least: int) -> pa.Table:
        """Return the sketches of the lake that share `least` hashes with one list, or have the words of a new text.

        List n has the `hashes[starts[n]:starts[n + 1]]`. All hashes of the lake are read, and no body.
        """
        texts = run_query(self.connection, "SELECT DISTINCT text_hash FROM new_sketches WHERE words > 2")["text_hash"]
        found = self._scan_sketches(WantedHashes(starts, hashes), least, texts) if len(hashes) or len(texts) else ()
        self.connection.register(
            "found_sketches", pa.concat_tables([get_declared_table(Sketch).schema.empty_table(), *found])
        )
        sharing = self._read_sketches(_SHARING, {})
        self.connection.unregister("found_sketches")
        self.keys.remember_sketches(sharing)
        self.keys.expect_edges(sharing["article_id"].to_pylist())
        return sharing

    def _scan_sketches(self, wanted: WantedHashes, least: int, texts: pa.ChunkedArray) -> Iterator[pa.Table]:
        """Yield the rows of the lake that share `least` hashes with a list, or have one of these hashes of whole texts.

        Of most files what is kept of their hashes shows that they have none.
        """
        schema = get_declared_table(Sketch).schema
        for rows in read_live_rows(self.connection, "sketches", schema.names, self._choose_files(wanted, least, texts)):
            is_found = pc.is_in(rows["text_hash"], texts).to_numpy().copy()
            is_found[wanted.find_rows(pack_lists(rows["hashes"]), least)] = True
            yield rows.select(schema.names).filter(pa.array(is_found)).cast(schema)

    def _choose_files(self, wanted: WantedHashes, least: int, texts: pa.ChunkedArray) -> set[str]:
        """Choose the files that can have such rows, by their paths."""
        chosen = self.files.choose("sketches", keys={"text_hash": texts})
        paths = {file.path for file in self.files.list_files("sketches")}
        kept = self.files.read_kept_column("sketches", "hashes")
        none = {path for path, packed in kept if not len(wanted.find_rows(np.frombuffer(packed, np.uint32), least))}
        return self.files.list_paths({file.path for file in chosen} | (paths - none))

    def read_window_after(self, days: int) -> pa.Table:
        """Return the sketches of the lake's texts that a new text judges: those of its day and of so many after it."""
        new = self.connection.execute("SELECT DISTINCT article_id FROM all_new_sketches").fetchall()
        self.connection.register("stored_versions", self.keys.find_versions(name for (name,) in new))
        self.connection.execute(_WITNESS_DAYS)
        self.connection.unregister("stored_versions")
        found = self.connection.execute("SELECT min(day), max(day) FROM witness_days").fetchone()
        first, last = found if found and found[0] else (date.max, date.max)
        window = min(days, (date.max - last).days)
        given = {"first": first, "last": last + timedelta(days=window), "window": window}
        return self._read_sketches(_WINDOW_AFTER, given)

    def read_later_identical(self) -> pa.Table:
        """Return the sketches of the lake's texts that have the words of an older new text."""
        found = self.connection.execute("SELECT min(seen_date) FROM new_sketches").fetchone()
        return self._read_sketches(_LATER_IDENTICAL, {"first": found[0] if found and found[0] else date.max})

    def read_last_day(self, first: int) -> int:
        """Return the last day of which the lake has a text; -1 where that is before `first`. Counted from 1970."""
        since = [date(1970, 1, 1) + timedelta(days=first)]
        found = self.connection.execute("SELECT max(seen_date) FROM sketches WHERE seen_date >= $1", since).fetchone()
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
        first = day - timedelta(days=min(settings.boilerplate_days, (day - date.min).days))
        files = self.files.choose("sketches", span=(first, day))
        sketches = self.files.select("sketches", get_declared_table(Sketch).schema.names, files)
        found = run_query(self.connection, _BOILERPLATE.format(sketches=sketches), given)
        self.connection.unregister("wanted_keys")
        return found

    def read_sketches(self, article_ids: Collection[str]) -> pa.Table:
        """Return the sketches of these articles."""
        return _order_columns(self._read_days(_SKETCHES, Sketch, "wanted_versions", self._find_current(article_ids)))

    def read_bodies(self, article_ids: Collection[str]) -> pa.Table:
        """Return `article_id` and `body` of these articles; partitions that have none of them are not read."""
        return self._read_days(_BODIES, Article, "wanted_versions", self._find_current(article_ids))

    def read_articles(self, article_ids: Collection[str]) -> list[Article]:
        """Return these articles; unknown ids are left out."""
        wanted = self.keys.find_versions(article_ids)
        return make_rows(self._read_days(_ARTICLES, Article, "wanted_versions", wanted), Article)

    def read_copies(self, article_ids: Collection[str]) -> list[Copy]:
        """Return the edges between current versions that touch these articles."""
        return make_rows(self._read_days(_EDGES, Copy, "wanted_copies", self.keys.find_edges(article_ids)), Copy)

    def read_families(self, article_ids: Collection[str]) -> list[FamilyMember]:
        """Return the current rows of these articles."""
        ids = sorted(article_ids)
        files = self.files.choose("families", keys={"article_id": ids})
        rows = self.files.select("families", get_declared_table(FamilyMember).schema.names, files)
        self.connection.execute(_PLACES.format(rows=rows), [ids])
        rivals = [run_id for (run_id,) in self.connection.execute(_RIVALS).fetchall()]
        latest = _LATEST_PLACES.format(runs=", ".join("?" * len(rivals)) or "NULL")
        return make_rows(run_query(self.connection, latest, rivals), FamilyMember)

    def _find_current(self, article_ids: Collection[str]) -> pa.Table:
        versions = self.keys.find_versions(article_ids)
        return versions.filter(versions["is_current"])

    def _read_sketches(self, query: str, values: Mapping[str, Any]) -> pa.Table:
        return _order_columns(run_query(self.connection, query, values))

    def _read_days(self, query: str, cls: type, name: str, wanted: pa.Table) -> pa.Table:
        """Ask a query for what is wanted, which it knows by this name, of a table's rows of the days that this has."""
        self.connection.register(name, wanted)
        table = get_declared_table(cls)
        files = self.files.choose(table.name, set(pc.unique(wanted["seen_date"]).to_pylist()))
        rows = self.files.select(table.name, table.schema.names, files)
        found = run_query(self.connection, query.format(rows=rows))
        self.connection.unregister(name)
        return found


def _order_columns(sketches: pa.Table) -> pa.Table:
    """Return rows of `sketches` with its columns as they are declared; a migrated lake has another order."""
    schema = get_declared_table(Sketch).schema
    return sketches.select(schema.names).cast(schema)
