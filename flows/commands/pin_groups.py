"""Set and remove pins in a lake: what they change in its families and stories, by the code that a night uses."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

import duckdb
import pyarrow as pa

from storyfold.copies.near_duplicates import find_near_duplicates
from storyfold.copies.queries import KnownTextsInLake
from storyfold.identity.pins import Pins, find_contradiction, make_pin_id
from storyfold.lake.lake import Lake
from storyfold.lake.look_ups import look_up
from storyfold.lake.stored_files import StoredFiles
from storyfold.outcomes import StoryfoldError, WrongUse
from storyfold.report.find_article import find_article_id
from storyfold.report.formatting import format_count
from storyfold.run.pins_in_force import read_pins
from storyfold.run.pins_landing import PinnedRows, begin_pins_run, land_pins
from storyfold.schemas import (
    Article,
    Copy,
    FamilyMember,
    Lineage,
    Membership,
    Run,
    Sketch,
    Story,
    StoryFollows,
    StoryLink,
    StoryText,
    TextNames,
    TextTerms,
)
from storyfold.schemas.columns import get_declared_table, make_arrow_table
from storyfold.schemas.pages import get_seen_date
from storyfold.schemas.pins import Level, Pin, Verdict
from storyfold.settings.stages import Settings
from storyfold.stories.cluster import ClusteredStories, cluster_stories
from storyfold.stories.queries import NIGHT_TABLES, StoriesInLake
from storyfold.stories.texts import Night


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an analyst says of two articles, given by ids or addresses."""

    verdict: Verdict
    level: Level
    asked: tuple[str, str]
    note: str
    by: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What pins change: the pins, the run that lands it, the rows, and the titles of the articles that are pinned."""

    pins: list[Pin]
    run: Run
    families: list[FamilyMember]
    stories: ClusteredStories
    titles: dict[str, str | None]
    copies: list[Copy]


def find_pin_changes(lake: Lake, wanted: Wanted, settings: Settings, now: datetime) -> Changes:
    """Find what a new pin changes; raises WrongUse where it contradicts pins in force, and names those."""
    run = begin_pins_run(lake, settings.fingerprint, now)

    def read(connection: duckdb.DuckDBPyConnection) -> Changes:
        with look_up(connection):
            pin = _make_pin(connection, wanted, run)
            before = read_pins(connection)
            _refuse_contradiction(pin, before.in_force)
            return _regroup(connection, [pin], (*before.in_force, pin), before.in_force, run, settings)

    return lake.read_with(read)


def find_unpin_changes(
    lake: Lake, asked: Sequence[str], level: Level | None, by: str, settings: Settings, now: datetime
) -> Changes:
    """Find what the removal of a pin changes; it is given by its id, or by its two articles."""
    run = begin_pins_run(lake, settings.fingerprint, now)

    def read(connection: duckdb.DuckDBPyConnection) -> Changes:
        with look_up(connection):
            before = read_pins(connection).in_force
            pin = _find_pin(connection, asked, level, before)
            gone = replace(pin, unpinned_by=by, unpinned_at=run.started_at)
            after = tuple(other for other in before if other is not pin)
            return _regroup(connection, [gone], after, before, run, settings)

    return lake.read_with(read)


def land_changes(lake: Lake, changes: Changes) -> None:
    """Commit what pins change, in one transaction."""
    found = changes.stories
    rows: dict[type, pa.Table] = {
        Copy: make_arrow_table(changes.copies, Copy),
        FamilyMember: make_arrow_table(changes.families, FamilyMember),
        Story: make_arrow_table(found.stories, Story),
        Membership: make_arrow_table(found.memberships, Membership),
        Lineage: make_arrow_table(found.lineage, Lineage),
        StoryFollows: make_arrow_table(found.follows, StoryFollows),
        StoryText: found.texts,
        StoryLink: found.links,
    }
    replaced = {StoryText: found.replaced_texts, StoryLink: found.replaced_links}
    land_pins(lake, changes.run, PinnedRows(rows, replaced), changes.pins)


def _make_pin(connection: duckdb.DuckDBPyConnection, wanted: Wanted, run: Run) -> Pin:
    """Make the pin that is wanted, of two articles that the lake has."""
    one, other = sorted(find_article_id(connection, words) for words in wanted.asked)
    if one == other:
        raise WrongUse(f"pin: A and B are one article, {one}")
    return Pin(
        pin_id=make_pin_id(one, other, wanted.level),
        article_id=one,
        of_article_id=other,
        level=wanted.level,
        verdict=wanted.verdict,
        note=wanted.note,
        pinned_by=wanted.by,
        pinned_at=run.started_at,
        pinned_date=get_seen_date(run.started_at),
        run_id=run.run_id,
    )


def _refuse_contradiction(pin: Pin, in_force: Collection[Pin]) -> None:
    """Raise WrongUse where a new pin is in force already, or cannot hold together with those that are."""
    for known in in_force:
        if known.pin_id == pin.pin_id and known.verdict == pin.verdict:
            raise WrongUse(f"pin: {describe_pin(known)} is in force already")
    found = [other for other in find_contradiction([*in_force, pin]) if other is not pin]
    if found:
        told = "; ".join(map(describe_pin, found))
        raise WrongUse(f"pin: {pin.verdict} as {pin.level} contradicts {told}: unpin what is wrong first")


def _find_pin(
    connection: duckdb.DuckDBPyConnection, asked: Sequence[str], level: Level | None, in_force: Collection[Pin]
) -> Pin:
    """Find the pin in force that is meant."""
    if len(asked) == 1:
        found = [pin for pin in in_force if pin.pin_id.startswith(asked[0].lower())]
    else:
        pair = {find_article_id(connection, words) for words in asked}
        found = [pin for pin in in_force if {pin.article_id, pin.of_article_id} == pair]
    found = [pin for pin in found if level in (None, pin.level)]
    if not found:
        raise StoryfoldError(f"unpin: no such pin is in force: {' '.join(asked)}; storyfold pins lists them")
    if len(found) > 1:
        raise WrongUse(f"unpin: several pins are meant: {'; '.join(map(describe_pin, found[:5]))}; name one by its id")
    return found[0]


def describe_pin(pin: Pin) -> str:
    """Describe a pin in a line, to be found by."""
    note = f' ("{pin.note[:80]}")' if pin.note else ""
    return (
        f"pin {pin.pin_id[:12]}, {pin.verdict} {pin.level}: {pin.article_id} {pin.of_article_id}, by {pin.pinned_by} "
        f"on {pin.pinned_at.astimezone(UTC):%Y-%m-%d}{note}"
    )


def _regroup(
    connection: duckdb.DuckDBPyConnection,
    changed: list[Pin],
    after: tuple[Pin, ...],
    before: tuple[Pin, ...],
    run: Run,
    settings: Settings,
) -> Changes:
    """Group anew, as a night without pages would, all that the pins concern that are in force now or were before."""
    names = {name for pin in changed for name in (pin.article_id, pin.of_article_id)}
    held = {name for pins in (after, before) for name in Pins(pins).find_partners(names, "story")}
    pins = Pins(after, frozenset(names | held))
    known = KnownTextsInLake(connection)
    titles = {article.article_id: article.title for article in known.read_articles(sorted(names))}
    articles, sketches, terms, text_names = (_make_empty(cls) for cls in (Article, Sketch, TextTerms, TextNames))
    none = pa.array([], pa.bool_())
    copies = find_near_duplicates(articles, sketches, none, known, run.run_date, settings.copies, pins)
    connection.register(NIGHT_TABLES[TextTerms], terms)
    connection.register(NIGHT_TABLES[TextNames], text_names)
    night = Night(articles, make_arrow_table(copies.families, FamilyMember), terms, terms, text_names, pins)
    lake = StoriesInLake(connection, StoredFiles(connection))
    stories = cluster_stories(night, lake, run.run_date, settings.stories, settings.outlets.make_list())
    reason: Literal["pinned", "unpinned"] = "unpinned" if changed[0].unpinned_at else "pinned"
    lineage = [replace(row, reason=reason) for row in stories.lineage]
    return Changes(changed, run, copies.families, replace(stories, lineage=lineage), titles, copies.copies)


def _make_empty(cls: type) -> pa.Table:
    return get_declared_table(cls).schema.empty_table()


def list_change_lines(changes: Changes, most: int) -> Iterable[str]:
    """List what changes, a line each, at most so many places in families and changes of stories."""
    families = sorted(changes.families, key=lambda row: row.article_id)
    for place in families[:most]:
        yield f"article {place.article_id}: {place.role}, of family {place.family_id}"
    if len(families) > most:
        yield f"and {len(families) - most} more places in families"
    stories = {story.story_id: story for story in changes.stories.stories if story.status == "current"}
    lineage = changes.stories.lineage
    for row in lineage[:most]:
        yield _describe_change(row, stories.get(row.story_id))
    if len(lineage) > most:
        yield f"and {len(lineage) - most} more changes of stories"
    if not families and not lineage:
        yield "no family and no story changes: the lake has them so already"


def _describe_change(row: Lineage, story: Story | None) -> str:
    other = f"{' into' if row.event == 'merged' else ' from'} {row.other_story_id}" if row.other_story_id else ""
    told = f", {format_count(story.articles, 'article')}: {story.headline}" if story else ""
    return f"story {row.story_id} {row.event}{other}{told}"
