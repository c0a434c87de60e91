"""Find which earlier story each one follows, of the stories that a night changes and of those that they bear on.

What a story follows depends on the stories that stand, however they came about: so one that changes is asked for, and
so are the later ones that it is like, and those that followed it. A story is compared by its row in `story_follows`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np

from storyfold.schemas.columns import make_arrow_table, make_rows
from storyfold.schemas.stories import Story, StoryFollows
from storyfold.settings.stories import StorySettings
from storyfold.stories.describe import Corpus, choose_voters
from storyfold.stories.follow_queries import FollowsInLake
from storyfold.stories.series import link_stories, make_story_terms
from storyfold.stories.units import DAY

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Rows = Mapping[str, StoryFollows]  # by story


def describe_series(
    told: Sequence[Story], members: Mapping[str, Collection[str]], corpus: Corpus
) -> list[StoryFollows]:
    """Make the rows by which these stories are compared; one that is not dated has no terms."""
    voting = [[corpus.row_of[name] for name in choose_voters(members[story.story_id], corpus)] for story in told]
    starts = np.cumsum([0, *map(len, voting)])
    rows = np.array([row for rows in voting for row in rows], np.int64)
    terms = make_story_terms(corpus.vectors, corpus.vocabulary, starts, rows)
    made = []
    for number, story in enumerate(told):
        part = slice(terms.starts[number], terms.starts[number + 1])
        row = StoryFollows(run_date=story.run_date, story_id=story.story_id, first_month=date.min)
        if story.first_published_at and story.last_published_at:
            row = dataclasses.replace(
                row,
                first_published_at=story.first_published_at,
                last_published_at=story.last_published_at,
                first_month=story.first_published_at.astimezone(UTC).date().replace(day=1),
                terms=tuple(terms.hashes[part].tolist()),
                weights=tuple(terms.weights[part].tolist()),
            )
        made.append(row)
    return made


def find_follows(
    told: Iterable[StoryFollows], ended: Iterable[str], lake: FollowsInLake, run_date: date, settings: StorySettings
) -> list[StoryFollows]:
    """Return the rows that are new or changed, by story; run ids are left empty.

    `told` are rows of the stories that a night tells, `ended` those that end.
    """
    own = {row.story_id: row for row in told}
    known = lake.read_rows({*own, *ended})
    changed = {name: row for name, row in own.items() if row.terms and not _is_compared_alike(row, known.get(name))}
    gone = {name: row for name, row in known.items() if row.terms and not (name in own and own[name].terms)}
    if not changed and not gone:
        return []
    near = lake.read_rows(
        lake.find_alike(changed.values(), _list_months(changed.values(), settings, later=True), settings)
    )
    again = lake.read_followers({*changed, *gone}) | _choose_later(near, changed, settings)
    again = {name: row for name, row in again.items() if name not in changed and name not in gone}
    others = lake.read_rows(
        lake.find_alike(again.values(), _list_months(again.values(), settings, later=False), settings)
    )
    standing = {**near, **others, **again, **changed}
    asked = sorted({*again, *changed})
    # of a story that has ended, or is dated no longer, an older row may be alike: its own has no terms
    compared = {name: row for name, row in standing.items() if name not in gone and row.terms}
    found = _link(compared, [name for name in asked if name in compared], settings)
    before = {name: _drop_run(row) for name, row in {**again, **known}.items()}
    rows = [*map(_empty, gone.values()), *(row for row in found if row != before.get(row.story_id))]
    return [dataclasses.replace(row, run_date=run_date) for row in sorted(rows, key=lambda row: row.story_id)]


def _link(standing: Rows, asked: Sequence[str], settings: StorySettings) -> list[StoryFollows]:
    """Return the rows of the stories that are asked for, without a run, each with the one of `standing` it follows."""
    place = {name: number for number, name in enumerate(standing)}
    table = make_arrow_table(standing.values(), StoryFollows)
    linked = link_stories(table, np.array([place[name] for name in asked], np.int64), settings)
    return [_drop_run(row) for row in make_rows(linked, StoryFollows)]


def _is_compared_alike(row: StoryFollows, other: StoryFollows | None) -> bool:
    """Say whether two rows of a story say the same of what it is compared by."""
    names = ("first_published_at", "last_published_at", "terms", "weights")
    return other is not None and all(getattr(row, name) == getattr(other, name) for name in names)


def _empty(row: StoryFollows) -> StoryFollows:
    """Make the row of a story that is compared no longer."""
    return StoryFollows(run_date=row.run_date, story_id=row.story_id, first_month=row.first_month)


def _drop_run(row: StoryFollows) -> StoryFollows:
    return dataclasses.replace(row, run_id="", attempt=1, run_date=date.min)


def _choose_later(near: Rows, changed: Rows, settings: StorySettings) -> dict[str, StoryFollows]:
    """Choose the stories that began so long after a changed one that they may follow it."""
    begun = np.array([_count_ticks(row.first_published_at) for row in changed.values()], np.int64)
    told = np.array([_count_ticks(row.last_published_at) for row in changed.values()], np.int64)
    since, until = told + settings.window_days * DAY, begun + settings.follows_days * DAY
    chosen = {}
    for name, row in near.items():
        first = _count_ticks(row.first_published_at)
        if np.any((since < first) & (first <= until)):
            chosen[name] = row
    return chosen


def _count_ticks(instant: datetime | None) -> int:
    """Count the microseconds since 1970, all ages ago for no instant."""
    return (instant - _EPOCH) // timedelta(microseconds=1) if instant else -(2**62)


def _list_months(rows: Iterable[StoryFollows], settings: StorySettings, *, later: bool) -> set[date]:
    """List the months in which a story that one of these follows may have begun; with `later`, one that follows it."""
    months = set[date]()
    for day in {row.first_published_at.astimezone(UTC).toordinal() for row in rows if row.first_published_at}:
        months |= _list_months_between(day - settings.follows_days, day - settings.window_days)
        if later:
            months |= _list_months_between(day + settings.window_days, day + settings.follows_days)
    return months


def _list_months_between(first: int, last: int) -> set[date]:
    """List the months that have one of these days, as `date.toordinal` counts them."""
    first, last = max(first, 1), min(last, date.max.toordinal())
    return {date.fromordinal(day).replace(day=1) for day in (*range(first, last, 28), last)} if first <= last else set()
