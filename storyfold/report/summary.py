"""Read the numbers of one night from the lake, with the SQL in `report/sql/page/`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import duckdb

from storyfold.outcomes import Reason, WrongUse
from storyfold.report.pin_lines import PinLine
from storyfold.report.views import read_sql

QUERIES = (
    "night", "stages", "checks", "rejects", "stories", "story_articles", "copies", "doubted_dates", "sources", "pins",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleLine:
    """Hold one article as the report names it; `location` stands in where there is no `url`."""

    title: str | None
    outlet: str | None
    url: str | None
    location: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryArticle(ArticleLine):
    """Hold one article of a story; `first` marks the one that is known to have reported it first."""

    role: str
    original_confidence: str | None
    published_at: datetime | None
    published_precision: str
    date_confidence: str
    language: str | None
    first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLine:
    """Hold one story; `members` are its first articles, `articles` counts all.

    `maybe_earlier` counts independent articles that may have been earlier than the first one, `same_text_outlets` are
    those that have its very text; where there are any, `first_confidence` is `low`: it is not known which was first.
    `also_in` names live pages and digests that mention it, those with most of it first. Of the story that it follows
    there is the headline and when it was told last; None where it follows none. `why` says why its texts belong
    together; None for a single article.
    """

    story_id: str
    headline: str | None
    independent_sources: int
    own_texts: int | None
    outlets: int
    articles: int
    first_published_at: datetime | None
    last_published_at: datetime | None
    keywords: tuple[str, ...]
    why: str | None
    provisional: bool
    maybe_earlier: int
    same_text_outlets: tuple[str, ...]
    also_in: tuple[str, ...]
    first_confidence: str | None
    follows_headline: str | None
    follows_published_at: datetime | None
    members: tuple[StoryArticle, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyLine:
    """Hold one article with another's text; `original` is None where the original was never seen.

    `share` is the share of its words that stand in the original, 0 to 1; None where the two were not compared.
    `original_confidence` is `low` or `unknown` where it is not known which of the two was first.
    """

    article: ArticleLine
    agency: str | None
    role: str
    original: ArticleLine | None
    share: float | None
    original_confidence: str | None
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtLine:
    """Hold one article whose date is doubted (`low`) or unknown (`none`), with the reason in words."""

    article: ArticleLine
    published_at: datetime | None
    published_precision: str
    date_confidence: str
    date_reason: str
    not_before: datetime | None
    not_after: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedPage(ArticleLine):
    """Hold one rejected page; `detail` says what exactly was wrong."""

    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectLine:
    """Hold what was rejected for one reason: how many pages in which stages; `shown` are the first of its `pages`."""

    reason: str
    meaning: str
    pages: int
    stages: tuple[tuple[str, int], ...]
    shown: tuple[RejectedPage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """Hold what one source gave; `warning` names how that is too little, `usual` is what it gave on nights before."""

    source_id: str
    outlet: str | None
    asked: int
    items: int
    new: int
    kept: int
    rejected: int
    last_new: date | None
    usual: float | None
    warning: str | None

    @property
    def name(self) -> str:
        return self.outlet or self.source_id


@dataclass(frozen=True, slots=True, kw_only=True)
class StageLine:
    """Hold what became of the items of one stage; `seconds` of work, summed over its batches."""

    stage: str
    items_in: int
    kept: int
    rejected: int
    new: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """Hold the result of one check."""

    name: str
    required: bool
    passed: bool
    value: float
    expected: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NightSummary:
    """Hold the last attempt at a run in numbers, and what all attempts of its run brought, in lists.

    The lists hold the first of what `..._total` counts; `queries` has the SQL behind each part.
    """

    run_id: str
    attempt: int
    night: date
    status: str
    detail: str
    engine: str
    code_version: str
    started_at: datetime
    finished_at: datetime
    seconds: float
    pages_in: int
    kept: int
    rejected: int
    new_articles: int
    changed_articles: int
    moved_articles: int
    gone_articles: int
    stories_changed: int
    stories_total: int
    stories: tuple[StoryLine, ...]
    copies_total: int
    copies: tuple[CopyLine, ...]
    doubts_total: int
    doubts: tuple[DoubtLine, ...]
    rejects: tuple[RejectLine, ...]
    sources_total: int
    sources_warned: int
    sources: tuple[SourceLine, ...]
    stages: tuple[StageLine, ...]
    checks: tuple[CheckLine, ...]
    queries: Mapping[str, str] = field(repr=False)
    pins_total: int = 0
    pins: tuple[PinLine, ...] = ()

    @property
    def failed_checks(self) -> tuple[CheckLine, ...]:
        return tuple(check for check in self.checks if not check.passed)

    @property
    def warned_sources(self) -> tuple[SourceLine, ...]:
        return tuple(source for source in self.sources if source.warning)


def read_night_summary(connection: duckdb.DuckDBPyConnection, run_id: str) -> NightSummary:
    """Read the last attempt of a run as the lake has it now; `connection` has the lake and its views in use.

    Stories, copies and dates are the current ones: attach a snapshot to have those of an older day. Raises
    WrongUse where the lake holds no such run.
    """
    found = {name: _read_rows(connection, name, run_id) for name in QUERIES}
    if not found["night"]:
        raise WrongUse(f"run '{run_id}': not in this lake; its table `runs` has those that are")
    night = found["night"][0]
    night["stories_changed"] = night.pop("stories")
    return NightSummary(
        **night,
        stories_total=_get_total(found["stories"]),
        stories=_make_stories(found["stories"], found["story_articles"]),
        copies_total=_get_total(found["copies"]),
        copies=tuple(_make_copy(row) for row in found["copies"]),
        doubts_total=_get_total(found["doubted_dates"]),
        doubts=tuple(_make_doubt(row) for row in found["doubted_dates"]),
        rejects=tuple(_make_reject(row) for row in found["rejects"]),
        sources_total=_get_total(found["sources"]),
        sources_warned=int(found["sources"][0]["warnings"]) if found["sources"] else 0,
        sources=tuple(_make_source(row) for row in found["sources"]),
        stages=tuple(StageLine(**row) for row in found["stages"]),
        checks=tuple(CheckLine(**row) for row in found["checks"]),
        pins_total=_get_total(found["pins"]),
        pins=tuple(PinLine(**{k: v for k, v in row.items() if k != "total"}) for row in found["pins"]),
        queries={name: _render_query(name, run_id) for name in QUERIES},
    )


def _read_rows(connection: duckdb.DuckDBPyConnection, name: str, run_id: str) -> list[dict[str, Any]]:
    # By way of Arrow: DuckDB's own rows need pytz for a time with a zone, which nothing else here does.
    table = connection.execute(read_sql(f"page/{name}"), {"run_id": run_id}).to_arrow_table()
    return [{key: _convert_to_utc(value) for key, value in row.items()} for row in table.to_pylist()]


def _convert_to_utc(value: Any) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _render_query(name: str, run_id: str) -> str:
    literal = "'" + run_id.replace("'", "''") + "'"
    return read_sql(f"page/{name}").replace("$run_id", literal) + ";"


def _get_total(rows: list[dict[str, Any]]) -> int:
    return int(rows[0]["total"]) if rows else 0


def _make_article(row: Mapping[str, Any], prefix: str = "") -> ArticleLine:
    return ArticleLine(**{key: row[prefix + key] for key in ("title", "outlet", "url", "location")})


def _make_stories(rows: list[dict[str, Any]], articles: list[dict[str, Any]]) -> tuple[StoryLine, ...]:
    stories = []
    for row in rows:
        first_id = row.pop("first_article_id")
        row.pop("total")
        members = [article for article in articles if article["story_id"] == row["story_id"]]
        values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}
        stories.append(StoryLine(**values, members=tuple(_make_member(m, first_id) for m in members)))
    return tuple(stories)


def _make_member(row: Mapping[str, Any], first_id: str | None) -> StoryArticle:
    values = {key: value for key, value in row.items() if key not in ("story_id", "article_id")}
    return StoryArticle(**values, first=row["article_id"] == first_id)


def _make_copy(row: Mapping[str, Any]) -> CopyLine:
    return CopyLine(
        article=_make_article(row),
        agency=row["agency"],
        role=row["role"],
        original=_make_article(row, "original_") if row["original_seen"] else None,
        share=row["share"],
        original_confidence=row["original_confidence"],
        evidence=tuple(row["evidence"]),
    )


def _make_doubt(row: Mapping[str, Any]) -> DoubtLine:
    values = {key: value for key, value in row.items() if key not in ("title", "outlet", "url", "location", "total")}
    return DoubtLine(article=_make_article(row), **values)


def _make_reject(row: Mapping[str, Any]) -> RejectLine:
    # A reason that another version of this program wrote has no meaning here.
    meaning = next((known.meaning for known in Reason if known.value == row["reason"]), "")
    shown = tuple(RejectedPage(**{**page, "outlet": None}) for page in row["shown"])
    stages = tuple((staged["stage"], staged["pages"]) for staged in row["stages"])
    return RejectLine(reason=row["reason"], meaning=meaning, pages=row["pages"], stages=stages, shown=shown)


def _make_source(row: Mapping[str, Any]) -> SourceLine:
    return SourceLine(**{key: value for key, value in row.items() if key not in ("total", "warnings")})
