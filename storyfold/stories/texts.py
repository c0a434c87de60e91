"""Find the texts that a night changes: one of each family that has a new, changed or moved member."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from storyfold.identity.pins import Pins
from storyfold.kernels.arrays import Flags, Longs
from storyfold.schemas import StoryText
from storyfold.schemas.columns import get_declared_table
from storyfold.schemas.stories import LINKS_METHOD
from storyfold.stories.queries import StoriesInLake
from storyfold.stories.times import Times
from storyfold.stories.units import EPOCH, OPEN, PLACE_COLUMNS, UNIT_COLUMNS, Units, make_units


@dataclass(frozen=True, slots=True)
class Night:
    """What a night brings: new or changed articles, changed places in families, and the terms of texts.

    `articles` are the current versions of articles whose text or dates are new, with the instant at which each was
    first seen in any version; `terms` are those of every version that the night lands or reads otherwise, and
    `corrected` names those of them that the lake has. `names` are the names and numbers of the same versions. Groups
    of articles whose pins were set or removed are made anew, whether or not the night brings anything of them.
    """

    articles: pa.Table
    places: pa.Table
    terms: pa.Table
    corrected: pa.Table
    names: pa.Table
    pins: Pins = field(default_factory=Pins)


@dataclass(frozen=True, slots=True)
class ChangedTexts:
    """The families that a night changes: their articles, the texts that stand for them, and former texts.

    `texts` are rows of `story_texts` as they stand now, `former` those that the lake has of the same articles.
    """

    articles: pa.Table
    texts: pa.Table
    former: pa.Table


def find_changed_texts(night: Night, lake: StoriesInLake) -> ChangedTexts:
    """Find the whole families that have a new or changed article, or had, and the text that stands for each."""
    named = sorted({*_list_names(night.articles, night.places), *night.pins.touched})
    known = lake.read_places(named)
    families = pc.unique(pa.chunked_array([*known["family_id"].chunks, *night.places["family_id"].chunks]))
    members = lake.read_members(families.to_pylist()) if len(families) else known
    places = _put_first(night.places.select(["article_id", *PLACE_COLUMNS]), known, members)
    names = sorted({*named, *_list_names(places)})
    given = night.articles.select(["version", "seen_date", "language", *UNIT_COLUMNS[:-3]])
    others = sorted(set(names) - set(_list_names(given)))
    dated = given
    if others:
        versions = lake.read_versions(others)
        stored = lake.read_dates(versions).join(versions.drop(["first_seen"]), "article_id")
        dated = pa.concat_tables([given, stored.select(given.column_names).cast(given.schema)])
    articles = dated.join(places, "article_id").sort_by("article_id")
    return ChangedTexts(articles, make_texts(articles, make_units(articles)), lake.read_texts(names))


def make_texts(articles: pa.Table, units: Units) -> pa.Table:
    """Make the rows of `story_texts` of these units: `articles` need `version`, `seen_date` and `language` besides."""
    chosen = articles.take(pa.array(units.representative))
    columns = {
        "article_id": chosen["article_id"],
        "version": chosen["version"],
        "seen_date": chosen["seen_date"],
        "family_id": units.keys,
        "believed_from": _make_dates(units.first),
        "believed_to": _make_dates(units.last),
        "dated": units.dated,
        "touches_many": units.touches_many,
        "language": chosen["language"],
        "method": np.full(len(units), LINKS_METHOD),
    }
    return pa.table(columns).cast(get_declared_table(StoryText).schema)


def get_times(texts: pa.Table) -> Times:
    """Return when these texts were published and first seen, in days since 0001-01-01, and which touch many."""
    return Times(
        read_days(texts["believed_from"], -OPEN),
        read_days(texts["believed_to"], OPEN),
        texts["dated"].to_numpy(),
        read_days(texts["seen_date"], 0),
        np.array(texts["touches_many"].to_numpy(), np.bool_),
    )


def _make_dates(days: Longs) -> pa.Array:
    is_open = np.abs(days) >= OPEN
    return pa.array((np.where(is_open, EPOCH, days) - EPOCH).astype(np.int32), mask=is_open).cast(pa.date32())


def read_days(dates: pa.ChunkedArray, unknown: int) -> Longs:
    """Return the days since 0001-01-01 of a column of dates, and `unknown` for nulls."""
    days = pc.fill_null(dates.cast(pa.int32()).cast(pa.int64()), unknown - EPOCH)
    return np.asarray(days.to_numpy() + EPOCH, np.int64)


def _list_names(*tables: pa.Table) -> list[str]:
    return sorted({name for table in tables for name in table["article_id"].to_pylist()})


def _put_first(*tables: pa.Table) -> pa.Table:
    """Return the rows of all tables, of each article that of the first one that has it."""
    found: list[pa.Table] = []
    names: set[str] = set()
    for table in tables:
        rows = table.select(tables[0].column_names).cast(tables[0].schema)
        found.append(rows.filter(pc.invert(pc.is_in(rows["article_id"], pa.array(sorted(names), pa.string())))))
        names |= set(_list_names(rows))
    return pa.concat_tables(found)


def mark_named(column: pa.ChunkedArray | pa.Array, names: Iterable[str] | pa.ChunkedArray) -> Flags:
    """Say of each value whether it is one of these names."""
    named = names.combine_chunks() if isinstance(names, pa.ChunkedArray) else pa.array(list(names), pa.string())
    marked = pc.is_in(column, named)
    return np.asarray(
        marked.to_numpy(zero_copy_only=False) if isinstance(marked, pa.Array) else marked.to_numpy(), np.bool_
    )


def select_named(table: pa.Table, names: Iterable[str]) -> pa.Table:
    """Return the rows of a table whose article is named."""
    return table.filter(pa.array(mark_named(table["article_id"], names)))
