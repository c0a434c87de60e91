"""Make what lands of the links in the texts of versions: without those in lines that were cut, which their cuts keep.

A line that is cut on one night may be given back on another, with its links: so none is lost, and `position` and `line`
count in the text as its page has it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from storyfold.boilerplate.stored_pages import Key
from storyfold.kernels.arrays import Flags, Longs
from storyfold.lake.lake import run_query
from storyfold.schemas import Article, ArticleLink, Cut
from storyfold.schemas.columns import get_declared_table

_CUT_LINKS = get_declared_table(Cut).schema.field("links").type
StoredLinks = Mapping[Key, Sequence[Mapping[str, Any]]]  # with the fields of `TextLink`
_NO_LINE = -1
_LINES = 2**32  # more than a text has lines: the number of a version times this, and a line, are one number

# The links of a version's page, in their order: those of the text as it stands, and those of the lines that were cut.
_STORED = """
WITH kept AS (
    SELECT article_id, version, position, line, address, anchor, publisher, is_internal
    FROM article_links SEMI JOIN wanted_versions USING (article_id, version) WHERE seen_date BETWEEN $first AND $last
), cut AS (
    SELECT article_id, version, position AS line, unnest(links) AS link
    FROM cuts SEMI JOIN wanted_versions USING (article_id, version) WHERE seen_date BETWEEN $first AND $last
), found AS (
    FROM kept UNION ALL BY NAME
    SELECT article_id, version, line, link.position, link.address, link.anchor, link.publisher, link.is_internal
    FROM cut
)
SELECT article_id, version, list(
    {'line': line, 'address': address, 'anchor': anchor, 'publisher': publisher, 'is_internal': is_internal}
    ORDER BY position
) AS links
FROM found GROUP BY article_id, version ORDER BY article_id, version
"""


def read_stored_links(connection: duckdb.DuckDBPyConnection, versions: Mapping[Key, date]) -> StoredLinks:
    """Return the links of the pages of versions that the lake has, by the days on which they stand there."""
    if not versions:
        return {}
    names, numbers = zip(*sorted(versions), strict=True)
    wanted = pa.table({"article_id": pa.array(names, pa.string()), "version": pa.array(numbers, pa.int64())})
    connection.register("wanted_versions", wanted)
    found = run_query(connection, _STORED, {"first": min(versions.values()), "last": max(versions.values())})
    connection.unregister("wanted_versions")
    return {(row["article_id"], row["version"]): row["links"] for row in found.to_pylist()}


@dataclass(frozen=True, slots=True)
class VersionLinks:
    """Hold what lands of the links of versions: their rows, the addresses of each version, the links of each cut."""

    rows: pa.Table
    addresses: pa.ListArray
    of_cuts: pa.ListArray


def split_links(lists: pa.ListArray, versions: Sequence[Article], cuts: Sequence[Cut]) -> VersionLinks:
    """Part the links of versions into those of the text and those of lines that were cut.

    `lists` has for each version those of its page, as `ParsedLinks.links` does. The cuts of a version stand together,
    in the order of their lines, and those of one version after those of the one before it.
    """
    of_version = pc.list_parent_indices(lists).to_numpy().astype(np.int64)
    found = lists.flatten()
    line = pc.fill_null(pc.struct_field(found, "line"), _NO_LINE).to_numpy()
    position = np.arange(len(found)) - np.searchsorted(of_version, np.arange(len(lists)))[of_version]
    line_of, cut_lines = of_version * _LINES + line, _number_cuts(versions, cuts)
    is_cut: Flags = np.isin(line_of, cut_lines) & (line != _NO_LINE)
    kept, cut = np.flatnonzero(~is_cut), np.flatnonzero(is_cut)
    rows = _make_rows(found.take(pa.array(kept)), position[kept], of_version[kept], versions)
    addresses = _list_distinct(rows["address"].combine_chunks(), of_version[kept], len(lists))
    cut = cut[np.argsort(line_of[cut], kind="stable")]
    return VersionLinks(rows, addresses, _list_cut(found.take(pa.array(cut)), position[cut], line_of[cut], cut_lines))


def _number_cuts(versions: Sequence[Article], cuts: Sequence[Cut]) -> Longs:
    """Return for each cut the place of its version times `_LINES`, and its line: these ascend."""
    places = {(article.article_id, article.version): place for place, article in enumerate(versions)}
    return np.array([places[cut.article_id, cut.version] * _LINES + cut.position for cut in cuts], np.int64)


def _make_rows(found: pa.StructArray, position: Longs, of_version: Longs, versions: Sequence[Article]) -> pa.Table:
    """Make the rows of `article_links` of links with their positions and the places of their versions."""
    schema, places = get_declared_table(ArticleLink).schema, pa.array(of_version)
    columns = {
        name: pa.array([getattr(article, name) for article in versions], schema.field(name).type).take(places)
        for name in ("article_id", "version", "seen_date")
    }
    columns |= {"position": pa.array(position), **{f.name: pc.struct_field(found, f.name) for f in found.type}}
    return pa.table([columns[name] for name in schema.names], schema=schema)


def _list_distinct(addresses: pa.StringArray, of_version: Longs, versions: int) -> pa.ListArray:
    """Return for each of so many versions its addresses, each once, in their order."""
    codes = pc.dictionary_encode(addresses).indices.to_numpy().astype(np.int64)
    _, first = np.unique(of_version * (len(codes) + 1) + codes, return_index=True)
    first.sort()
    starts = np.searchsorted(of_version[first], np.arange(versions + 1))
    return pa.ListArray.from_arrays(pa.array(starts, pa.int32()), addresses.take(pa.array(first)))


def _list_cut(found: pa.StructArray, position: Longs, line_of: Longs, cut_lines: Longs) -> pa.ListArray:
    """Return for each line that was cut the links in it: these are in the order of the lines."""
    fields = list(_CUT_LINKS.value_type)
    values = [pa.array(position) if f.name == "position" else pc.struct_field(found, f.name) for f in fields]
    starts = np.append(np.searchsorted(line_of, cut_lines), len(line_of))
    return pa.ListArray.from_arrays(pa.array(starts, pa.int32()), pa.StructArray.from_arrays(values, fields=fields))
