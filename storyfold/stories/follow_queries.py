"""Query the lake for the stories that are like others: by what is kept of their terms, and then by their rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from storyfold.kernels.arrays import Longs
from storyfold.lake.key_store import pack_lists
from storyfold.lake.lake import run_query
from storyfold.lake.latest_rows import read_latest_rows
from storyfold.lake.live_rows import read_live_rows
from storyfold.lake.parquet_files import read_parquet_file
from storyfold.lake.stored_files import StoredFiles
from storyfold.schemas import StoryFollows
from storyfold.schemas.columns import get_declared_table, make_rows
from storyfold.settings.stories import StorySettings
from storyfold.stories.series import find_least_product
from storyfold.stories.wanted_series import PackedTerms, WantedSeries

_TABLE = get_declared_table(StoryFollows)
_FOLLOWERS = "SELECT DISTINCT story_id FROM {rows} WHERE follows_story_id IN (FROM wanted_stories)"


class FollowsInLake:
    """Give the stories stage what the lake has in `story_follows`; `files` are as `StoriesInLake` has them."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, files: StoredFiles | None) -> None:
        self._connection, self._files = connection, files

    def read_rows(self, story_ids: Iterable[str]) -> dict[str, StoryFollows]:
        """Return the rows in force of these stories, by id."""
        wanted = set(story_ids)
        if not wanted:
            return {}
        rows = self._choose({"story_id": wanted})
        found = read_latest_rows(self._connection, rows, "story_id", _TABLE.schema.names, wanted)
        return {row.story_id: row for row in make_rows(found.select(_TABLE.schema.names), StoryFollows)}

    def read_followers(self, story_ids: Collection[str]) -> dict[str, StoryFollows]:
        """Return the rows in force of the stories that follow one of these."""
        if not story_ids:
            return {}
        self._connection.register("wanted_stories", _list_names(story_ids))
        asked = _FOLLOWERS.format(rows=self._choose({"follows_story_id": story_ids}))
        found = run_query(self._connection, asked)["story_id"].to_pylist()
        self._connection.unregister("wanted_stories")
        rows = self.read_rows(found)
        return {name: row for name, row in rows.items() if row.follows_story_id in story_ids}

    def find_alike(
        self, wanted: Collection[StoryFollows], months: Collection[date], settings: StorySettings
    ) -> set[str]:
        """Return the stories of which some row, of these months, is as alike with a wanted one as one that follows it.

        What is kept of the terms of a file shows which of its rows are; a file of which nothing is kept is read.
        """
        if not wanted or not months:
            return set()
        series, least = WantedSeries(wanted), find_least_product(settings)
        paths = self._list_paths(months)
        kept = self._read_kept(paths or ())
        found, known = set[str](), set[str]()
        for path, packed in kept:
            known.add(path)
            if len(numbers := series.find_rows(packed, least)):
                found.update(_take_names(read_parquet_file(path, ["story_id"]), numbers))
        for rows in self._read_others(paths, known):
            packed = PackedTerms(pack_lists(rows["terms"]), pack_lists(rows["weights"]))
            found.update(_take_names(rows, series.find_rows(packed, least)))
        return found

    def _read_others(self, paths: Collection[str] | None, known: Collection[str]) -> Iterator[pa.Table]:
        """Yield the rows of the files of which nothing is kept; all that the table has where it is read itself."""
        columns = ["story_id", "terms", "weights"]
        if paths is None:
            yield run_query(self._connection, f"SELECT {', '.join(columns)} FROM {_TABLE.name}")  # noqa: S608
        elif others := set(paths) - set(known):
            yield from read_live_rows(self._connection, _TABLE.name, columns, others)

    def _list_paths(self, months: Collection[date]) -> set[str] | None:
        """List the paths of the files of these months; None where the table itself is read."""
        if self._files is None or self._files.is_read_itself(_TABLE.name):
            return None
        return self._files.list_paths({file.path for file in self._files.choose(_TABLE.name, days=months)})

    def _read_kept(self, paths: Collection[str]) -> Iterator[tuple[str, PackedTerms]]:
        """Yield what is kept of the terms of these files, by their paths."""
        if self._files is None or not paths:
            return
        below = {str(Path(path).relative_to(self._files.folder or "/")): path for path in paths}
        weights = dict(self._files.read_kept_column(_TABLE.name, "weights", below))
        for name, terms in self._files.read_kept_column(_TABLE.name, "terms", below):
            if name in weights:
                kept = (np.frombuffer(column, np.uint32) for column in (terms, weights[name]))
                yield below[name], PackedTerms(*kept)

    def _choose(self, keys: dict[str, Collection[str]]) -> str:
        if self._files is None:
            return _TABLE.name
        return self._files.select(_TABLE.name, _TABLE.schema.names, self._files.choose(_TABLE.name, keys=keys))


def _take_names(rows: pa.Table, numbers: Longs) -> list[str]:
    names: list[str] = rows["story_id"].take(pa.array(numbers)).to_pylist()
    return names


def _list_names(story_ids: Iterable[str]) -> pa.Table:
    return pa.table({"story_id": pa.array(sorted(story_ids), pa.string())})
