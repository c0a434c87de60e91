"""Read the life of one story from the lake, with the SQL in `report/sql/story/`: who told it when, and what it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

import duckdb

from storyfold.outcomes import WrongUse
from storyfold.report.pin_lines import PinLine, read_pins_of
from storyfold.report.views import read_sql
from storyfold.schemas import StoryName, StoryNumber
from storyfold.schemas.copies import UNSURE
from storyfold.web.urls import make_canonical_url

Direction = Literal["follows", "followed by"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeArticle:
    """Hold one article of the story. `copied_from` names the outlet of its original, None where that was not seen."""

    article_id: str
    title: str | None
    outlet: str | None
    source_id: str
    url: str | None
    location: str
    language: str | None
    authors: tuple[str, ...]
    agency: str | None
    family_id: str | None
    role: str
    original_article_id: str | None
    original_confidence: str | None
    published_at: datetime | None
    published_precision: str
    date_confidence: str
    first_seen_at: datetime
    score: float
    basis: str
    since_night: date | None
    is_first: bool
    copied_from: str | None

    @property
    def is_dated(self) -> bool:
        """Whether its date is believed."""
        return self.published_at is not None and self.date_confidence in ("high", "medium")

    @property
    def is_copy(self) -> bool:
        """Whether it has somebody else's text."""
        return self.role != "original" and self.original_confidence not in UNSURE


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyCount:
    """Hold how many articles an outlet took from another.

    `original_outlet` is None where the original was not seen; `agency` is the one that such copies credit.
    """

    outlet: str
    original_outlet: str | None
    agency: str | None
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityChange:
    """Hold one change of the story's identity, or of an id that leads to it: a row of `story_lineage`.

    `reason` is `pinned` or `unpinned` where a pin made it.
    """

    night: date
    story_id: str
    event: str
    other_story_id: str | None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesStory:
    """Hold a story of the same series: the one before, or one after it; `gap_days` lie between the two."""

    direction: Direction
    story_id: str
    headline: str | None
    first_published_at: datetime | None
    last_published_at: datetime | None
    similarity: float
    gap_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """Hold a live page or digest that tells of the story, or a story that this one, being such a page, tells of."""

    direction: Literal["mentioned in", "mentions"]
    outlet: str | None
    title: str | None
    story_id: str
    url: str | None
    similarity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLife:
    """Hold a story from its first article to its last; `asked` is what it was asked for by, where that is another id.

    `names` and `numbers` are those of its texts, those of most texts first; none in rows of older programs. Where
    `maybe_earlier` or `same_text_outlets` say anything, it is not known who told it first.
    """

    story_id: str
    asked: str | None
    headline: str | None
    is_closed: bool
    open_until: date | None
    provisional: bool
    first_published_at: datetime | None
    last_published_at: datetime | None
    articles: int
    outlets: int
    independent_sources: int
    own_texts: int | None
    keywords: tuple[str, ...]
    why: str | None
    names: tuple[StoryName, ...]
    numbers: tuple[StoryNumber, ...]
    first_outlet: str | None
    first_at: datetime | None
    first_precision: str | None
    maybe_earlier: int
    same_text_outlets: tuple[str, ...]
    members: tuple[LifeArticle, ...]
    outlet_counts: tuple[tuple[str, int], ...]
    copies: tuple[CopyCount, ...]
    changes: tuple[IdentityChange, ...]
    series: tuple[SeriesStory, ...]
    mentions: tuple[Mention, ...]
    pins: tuple[PinLine, ...] = ()


def read_story_life(connection: duckdb.DuckDBPyConnection, asked: str | None, address: str | None) -> StoryLife:
    """Read the story that an id, the beginning of one, or an article's address leads to, as the lake has it now.

    An id that no longer stands leads to the story that has its founder. Raises WrongUse where nothing, or more than one
    story, is meant.
    """
    found = _find(connection, asked, address)
    story_id = found["story_id"]
    story = _read_rows(connection, "story", story_id=story_id)[0]
    rows = _read_rows(connection, "articles", story_id=story_id)
    outlet_of = {row["article_id"]: name_outlet(row) for row in rows}
    members = tuple(_make_article(row, outlet_of, story["first_article_id"]) for row in rows)
    told = StoryLife.__dataclass_fields__.keys() & story.keys() - {"names", "numbers"}
    return StoryLife(
        **{name: _freeze(story[name]) for name in told},
        names=tuple(StoryName(**row) for row in story["names"] or ()),
        numbers=tuple(StoryNumber(**row) for row in story["numbers"] or ()),
        asked=found["asked"] if found["asked"] != story_id else None,
        members=members,
        outlet_counts=tuple(sorted(Counter(outlet_of.values()).items(), key=lambda item: (-item[1], item[0]))),
        copies=_count_copies(members, outlet_of),
        changes=tuple(IdentityChange(**row) for row in _read_rows(connection, "changes", story_id=story_id)),
        series=tuple(SeriesStory(**row) for row in _read_rows(connection, "series", story_id=story_id)),
        mentions=tuple(Mention(**row) for row in _read_rows(connection, "mentions", story_id=story_id)),
        pins=tuple(read_pins_of(connection, [story_id])),
    )


def name_outlet(row: Mapping[str, Any]) -> str:
    """Return the outlet's name, or its source's where it has none."""
    return str(row["outlet"] or row["source_id"])


def _find(connection: duckdb.DuckDBPyConnection, asked: str | None, address: str | None) -> dict[str, Any]:
    """Find the one story that is meant, and by which id or address."""
    if address is not None:
        canonical = make_canonical_url(address) or address
        rows = _read_rows(connection, "address", address=address, canonical=canonical)
        missing = f"no article of this lake has the address {address}"
    else:
        rows = _read_rows(connection, "named", asked=(asked or "").strip().lower())
        missing = f"no story of this lake has or had an id that begins with '{asked}', and no article has that id"
    if not rows:
        raise WrongUse(f'story: {missing}; `storyfold sql "FROM top_stories"` has the largest')
    if len({row["story_id"] for row in rows}) > 1:
        raise WrongUse(f"story: '{asked or address}' leads to several: {', '.join(row['asked'] for row in rows[:5])}")
    return next((row for row in rows if row["asked"] == row["story_id"]), rows[0])


def _read_rows(connection: duckdb.DuckDBPyConnection, name: str, **values: str) -> list[dict[str, Any]]:
    # By way of Arrow, as in summary.py: DuckDB's own rows need pytz for a time with a zone.
    table = connection.execute(read_sql(f"story/{name}"), values).to_arrow_table()
    return [{key: _convert_to_utc(value) for key, value in row.items()} for row in table.to_pylist()]


def _convert_to_utc(value: Any) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _freeze(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _make_article(row: Mapping[str, Any], outlet_of: Mapping[str, str], first_article_id: str | None) -> LifeArticle:
    values = {name: _freeze(value) for name, value in row.items()}
    original = outlet_of.get(row["original_article_id"]) if row["role"] != "original" else None
    return LifeArticle(**values, is_first=row["article_id"] == first_article_id, copied_from=original)


def _count_copies(members: Sequence[LifeArticle], outlet_of: Mapping[str, str]) -> tuple[CopyCount, ...]:
    """Count who has whose text, the most first; what only may be a copy does not count."""
    counted = Counter(
        (outlet_of[m.article_id], m.copied_from, None if m.copied_from else m.agency) for m in members if m.is_copy
    )
    ordered = sorted(counted.items(), key=lambda item: (-item[1], *(name or "" for name in item[0])))
    return tuple(
        CopyCount(outlet=outlet, original_outlet=original, agency=agency, articles=count)
        for (outlet, original, agency), count in ordered
    )
