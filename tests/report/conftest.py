"""A small lake in memory: three nights of invented articles, with a copy, a merge, a doubted date and a retry."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import duckdb
import pytest

from storyfold.report import list_view_statements
from storyfold.schemas import (
    TABLES,
    Article,
    ArticleAlias,
    ArticleLink,
    Byline,
    Check,
    Copy,
    Cut,
    DateClaim,
    FamilyMember,
    Lineage,
    Membership,
    Reject,
    Run,
    SourceNight,
    Span,
    StageOutcome,
    Story,
    StoryFollows,
    StoryLink,
    StoryName,
    StoryNumber,
    StoryText,
)
from storyfold.schemas.columns import get_declared_table, make_arrow_table, make_create_statement

DAY = date(2026, 3, 2)
RUNS = ("night-1", "night-2", "night-3")


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def run(run_id: str, day: int, *, attempt: int = 1, status: str = "landed", new: int = 1, hour: int = 4) -> Run:
    stages = (
        StageOutcome(stage="discover", items_in=8, kept=7, rejected=1, new=7, seconds=0.5),
        StageOutcome(stage="fetch", items_in=7, kept=7, rejected=0, new=7 if new else 0, seconds=1.25),
        StageOutcome(stage="parse", items_in=7, kept=5, rejected=2, new=new, seconds=2.0),
        StageOutcome(stage="copies", items_in=new, kept=new, rejected=0, new=new, seconds=0.1),
    )
    if not new:
        stages = tuple(
            StageOutcome(stage=s.stage, items_in=s.items_in, kept=s.kept, rejected=s.rejected, new=0, seconds=s.seconds)
            for s in stages
        )
    start = at(day, hour)
    return Run(
        run_id=run_id,
        attempt=attempt,
        run_date=start.date(),
        night=start.date(),
        status=status,
        started_at=start,
        finished_at=start + timedelta(seconds=90),
        settings_fingerprint="s",
        sources_fingerprint="q",
        code_version="0.1.0+test",
        engine="local",
        stages=stages,
    )


def article(name: str, run_id: str, outlet: str | None, published: datetime | None, **more) -> Article:
    seen = more.pop("first_seen_at", at(3, 4))
    values = {
        "title": f"Title of {name}",
        "url": f"https://{name}.example/a",
        "published_precision": "minute" if published else "none",
        "date_confidence": "high" if published else "none",
        "date_reason": "one structured claim" if published else "no claim",
        "body": f"The body of {name}.",
        "word_count": 4,
        "language": "en",
        "bylines": (Byline(name="Ada Marsh", kind="person"),),
        "authors": ("Ada Marsh",),
    }
    return Article(
        article_id=name,
        run_id=run_id,
        seen_date=seen.date(),
        source_id="demo",
        location=f"demo/{name}.html",
        outlet=outlet,
        published_at=published,
        first_seen_at=seen,
        content_sha256="c",
        warc_file="w",
        warc_offset=0,
        **{**values, **more},
    )


def cut(name: str, position: int, text: str, reason: str, **evidence) -> Cut:
    return Cut(
        article_id=name,
        version=1,
        run_id="night-1",
        seen_date=at(3).date(),
        position=position,
        text=text,
        reason=reason,
        **evidence,
    )


def link(
    name: str, version: int, position: int, address: str, anchor: str | None, *, is_internal: bool | None = False
) -> ArticleLink:
    return ArticleLink(
        article_id=name,
        version=version,
        seen_date=at(3).date(),
        position=position,
        address=address,
        anchor=anchor,
        publisher=address.split("/")[2],
        is_internal=is_internal,
    )


def place(name: str, run_id: str, family: str, role: str, original: str | None, *, own: bool) -> FamilyMember:
    return FamilyMember(
        run_id=run_id,
        run_date=DAY,
        article_id=name,
        family_id=family,
        role=role,
        original_article_id=original,
        independent_source=own,
    )


def member(name: str, run_id: str, story: str) -> Membership:
    return Membership(
        run_id=run_id, run_date=DAY, story_id=story, article_id=name, score=0.5, basis="text and time", since_run=run_id
    )


def follows(story_id, run_id, earlier, **fields):
    return StoryFollows(
        run_id=run_id,
        run_date=DAY,
        story_id=story_id,
        follows_story_id=earlier,
        first_month=DAY.replace(day=1),
        **fields,
    )


def story(name: str, run_id: str, *, status: str = "current", headline: str | None = None, **numbers) -> Story:
    return Story(
        run_id=run_id, run_date=DAY, story_id=name, status=status, headline=headline or f"About {name}", **numbers
    )


def reject(name: str, run_id: str, stage: str, reason: str, **more) -> Reject:
    return Reject(
        reject_id=f"{run_id}-{name}",
        run_id=run_id,
        seen_date=DAY,
        stage=stage,
        source_id="demo",
        reason=reason,
        location=f"demo/{name}.html",
        first_seen_at=at(3, 4),
        **more,
    )


def stamped(row: object) -> object:
    """Night 2 landed at its second attempt."""
    again = getattr(row, "run_id", "") == "night-2" and isinstance(
        row, Article | FamilyMember | Story | StoryFollows | Membership | Lineage
    )
    return replace(row, attempt=2) if again else row


def mention_rows(
    many: str, other: str, similarity: float, dated: tuple[date | None, date | None] = (None, None)
) -> list:
    """The rows by which one article touches many stories and mentions the other, each of its day or undated."""
    at_day = {"version": 1, "seen_date": DAY}
    texts = [
        StoryText(
            article_id=name,
            family_id=name,
            believed_from=day,
            believed_to=day,
            dated=int(day is not None),
            touches_many=name == many,
            **at_day,
        )
        for name, day in zip((many, other), dated, strict=True)
    ]
    later, earlier = max(many, other), min(many, other)
    link = StoryLink(
        article_id=later,
        of_article_id=earlier,
        of_version=1,
        of_seen_date=DAY,
        similarity=round(similarity * 1e6),
        is_mention=True,
        reference=0,
        **at_day,
    )
    return [*texts, link]


def lake_rows() -> list[object]:
    """Night 1: bridge and its mirror, dam. Night 2: dam again elsewhere, merged away. Night 3: bridge changes."""
    rows = [
        run("night-1", 3),
        run("night-2", 4, attempt=1, status="failed"),
        run("night-2", 4, attempt=2, hour=6),
        run("night-3", 5),
        run("night-1", 6, attempt=2, new=0),  # started again later, found nothing new
        SourceNight(run_id="night-1", attempt=1, run_date=DAY, source_id="demo", items=7, kept=5, rejected=3, new=3),
        article("bridge", "night-1", "The Harrowmouth Courier", at(2, 9)),
        article(
            "bridge",
            "night-3",
            "The Harrowmouth Courier",
            at(2, 9),
            version=2,
            title="Bridge, second version",
            links=("https://dam.example/a", "https://bridge.example/b", "https://council.example/minutes"),
        ),
        link("bridge", 2, 0, "https://dam.example/a", "its sister paper"),
        link("bridge", 2, 1, "https://bridge.example/b", "earlier", is_internal=True),
        link("bridge", 2, 3, "https://council.example/minutes", "minutes"),
        link("bridge", 2, 4, "https://dam.example/a", "reported"),
        link("bridge", 1, 0, "https://gone.example/", "a link that the first version had"),
        link("dam", 1, 0, "https://bridge.example/a", None, is_internal=None),
        article(
            "mirror",
            "night-1",
            "NewsGather247",
            at(2, 0),
            published_precision="day",
            date_confidence="low",
            date_reason="the only date is a bare visible line",
            date_claims=(DateClaim(where="visible", words="2026-03-02 00:00", value=at(2), precision="day"),),
            not_after=at(3),
        ),
        article(
            "dam",
            "night-1",
            "Vale Tribune",
            at(2, 0),
            published_precision="day",
            first_seen_at=at(3, 5),
            uncut_sha256="before",
            canonical_url="https://dam.example/a",
            links=("https://bridge.example/a",),
        ),
        cut("dam", 0, "More news", "list-heading"),
        cut("dam", 1, "Title of bridge", "other-headline", pages=1, example_article_id="bridge"),
        article("dam-two", "night-2", "The Daily Lantern", at(2, 23), first_seen_at=at(4, 4)),
        article("lost", "night-2", None, None, url=None, title=None),
        place("bridge", "night-1", "bridge", "original", "bridge", own=True),
        place("mirror", "night-1", "mirror", "original", "mirror", own=True),
        place("mirror", "night-2", "bridge", "mirror", "bridge", own=False),
        place("dam", "night-1", "dam", "original", "dam", own=True),
        place("dam-two", "night-2", "dam-two", "original", "dam-two", own=True),
        place("lost", "night-2", "lost", "syndicated", None, own=True),
        member("bridge", "night-1", "story-bridge"),
        member("mirror", "night-1", "story-mirror"),
        member("mirror", "night-2", "story-bridge"),
        member("dam", "night-1", "story-dam"),
        member("dam-two", "night-2", "story-dam"),
        member("lost", "night-2", "story-lost"),
        story("story-bridge", "night-1", articles=1, outlets=1, independent_sources=1),
        story(
            "story-bridge",
            "night-2",
            articles=2,
            outlets=2,
            independent_sources=1,
            keywords=("bridge", "crack"),
            names=(
                StoryName(name="Barrow", texts=2, times=3),
                StoryName(name="Ann Marsh", kind="person", kind_words="Mr"),
            ),
            numbers=(StoryNumber(written="12", value=12, counted="beams", texts=2, times=2),),
            why="2 texts of 1 source share Barrow (2); dated on 2026-03-02",
            last_published_at=at(2, 9),
        ),
        # of a story that has ended in another since, and of one that follows another no longer
        follows("story-dam", "night-1", "story-mirror", gap_days=40, similarity=0.5, kind="same series"),
        follows("story-lost", "night-1", "story-mirror", gap_days=50, similarity=0.6, kind="same series"),
        follows("story-lost", "night-2", None),
        story("story-mirror", "night-1", articles=1, outlets=1, independent_sources=1),
        story("story-mirror", "night-2", status="ended"),
        story("story-older", "night-1", status="ended"),
        story("story-dam", "night-1", articles=1, outlets=1, independent_sources=1),
        story("story-dam", "night-2", articles=2, outlets=2, independent_sources=2, first_published_at=at(2)),
        story("story-lost", "night-2", articles=1, outlets=0, independent_sources=1, provisional=True),
        ArticleAlias(alias_id="dam-today", article_id="dam", reason="new-address", run_id="night-2", run_date=DAY),
        Lineage(run_id="night-1", run_date=DAY, story_id="story-older", event="merged", other_story_id="story-mirror"),
        Lineage(run_id="night-2", run_date=DAY, story_id="story-mirror", event="merged", other_story_id="story-bridge"),
        Copy(
            article_id="mirror",
            version=1,
            of_article_id="bridge",
            of_version=2,
            run_id="night-3",
            seen_date=DAY,
            share_of_this=0.93,
            share_of_other=0.97,
            kind="full",
            direction_confidence="high",
            spans=(Span(start=0, of_start=0, words=4, of_words=4),),
            evidence=("the other is dated earlier",),
        ),
        *mention_rows("lost", "dam", 0.5),
        reject("index", "night-2", "parse", "not-an-article", title="The islands", kind="list"),
        reject("moved", "night-2", "parse", "not-an-article", detail="says that the page was not found"),
        reject("gone", "night-2", "discover", "missing-input"),
        Check(
            run_id="night-2",
            attempt=2,
            run_date=DAY,
            name="unique-articles",
            required=True,
            passed=True,
            value=0,
            expected="0",
        ),
        Check(
            run_id="night-2",
            attempt=2,
            run_date=DAY,
            name="kept-parse",
            required=False,
            passed=False,
            value=5,
            expected="at least 50% of the last landed run",
            previous=12,
            note="have a look",
        ),
    ]
    return [stamped(row) for row in rows]


def make_lake(rows: list[object], views: bool = True) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    for declared in TABLES.values():
        connection.execute(make_create_statement(declared))
    for cls in {type(row) for row in rows}:
        incoming = make_arrow_table([row for row in rows if type(row) is cls], cls)
        connection.register("incoming", incoming)
        connection.execute(f"INSERT INTO {get_declared_table(cls).name} BY NAME SELECT * FROM incoming")
        connection.unregister("incoming")
    if views:
        for name, select in list_view_statements().items():
            connection.execute(f"CREATE OR REPLACE VIEW {name} AS {select}")
    return connection


@pytest.fixture
def rows():
    return lake_rows()


@pytest.fixture
def build():
    """What makes a lake of rows; a test may add rows of its own first."""
    return make_lake


@pytest.fixture
def mention():
    """What makes the rows of a mention."""
    return mention_rows


@pytest.fixture
def lake(rows):
    connection = make_lake(rows)
    yield connection
    connection.close()
