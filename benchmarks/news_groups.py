"""Make the tables of a night's families and stories, as the plan of the news has them; no stage has run.

A story that gets a report has a new row, and so has each of its members, as the stage writes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from benchmarks.filled_tables import fill_table, make_lists, make_structs
from benchmarks.news_plan import NewsPlan, PlannedStory, Report
from benchmarks.news_rows import News, Tables, get_published, name_run, name_run_columns
from storyfold.schemas import Copy, FamilyMember, Lineage, Membership, Run, Span, Story
from storyfold.stories.story_ids import make_story_id

STORY_SCORE = 0.6  # the mean of what the stage gives for these texts


def make_family_tables(plan: NewsPlan, news: News, run: Run) -> Tables:
    """Make the tables of a night's copies and families."""
    reports = news.reports
    families = [[r for r in plan.stories[report.story].reports if r.original is report.original] for report in reports]
    copied = [report.copy_of is not None for report in reports]
    members = fill_table(
        FamilyMember,
        len(reports),
        **name_run_columns(run),
        article_id=[report.article_id for report in reports],
        family_id=[min((r.night, r.article_id) for r in family)[1] for family in families],
        role=["syndicated" if is_copy else "original" for is_copy in copied],
        original_article_id=[report.original.article_id for report in reports],
        original_confidence=["high" if is_copy else None for is_copy in copied],
        independent_source=[not is_copy for is_copy in copied],
    )
    return {Copy: _make_copies(news, families, run), FamilyMember: members}


def _make_copies(news: News, families: Sequence[Sequence[Report]], run: Run) -> pa.Table:
    """Make the edges between each copy and the earlier reports with its text; both begin alike, one may be cut shorter.

    An article of an earlier night counts as long as tonight's one.
    """
    words = dict(zip((report.number for report in news.reports), news.pages.own_words, strict=True))
    edges = [
        (report, other)
        for report, family in zip(news.reports, families, strict=True)
        if report.copy_of
        for other in family
        if other.number < report.number
    ]
    mine = np.array([words[report.number] for report, _ in edges], np.int64)
    theirs = np.array([words.get(other.number, words[report.number]) for report, other in edges], np.int64)
    shared = np.minimum(mine, theirs)
    spans = make_structs(Span, len(edges), start=0, of_start=0, words=shared, of_words=shared)
    return fill_table(
        Copy,
        len(edges),
        article_id=[report.article_id for report, _ in edges],
        version=1,
        of_article_id=[other.article_id for _, other in edges],
        of_version=1,
        run_id=run.run_id,
        seen_date=run.run_date,
        share_of_this=np.round(shared / mine, 4),
        share_of_other=np.round(shared / theirs, 4),
        kind="full",
        direction_confidence="high",
        spans=make_lists(spans, np.ones(len(edges), np.int64)),
        evidence=("published later",),
    )


@dataclass(frozen=True, slots=True)
class _ToldStory:
    """A story that got a report tonight: its id, and the headline of the last one."""

    planned: PlannedStory
    story_id: str
    headline: str


def make_story_tables(plan: NewsPlan, news: News, run: Run) -> Tables:
    """Make the tables of a night's stories: of each that has a new report, with all its members."""
    titles = dict(zip((report.story for report in news.reports), news.pages.titles, strict=True))
    told = [
        _ToldStory(plan.stories[n], make_story_id(plan.stories[n].reports[0].article_id), title)
        for n, title in titles.items()
    ]
    tonight = news.reports[0].night
    lineage = fill_table(
        Lineage,
        len(told),
        **name_run_columns(run),
        story_id=[story.story_id for story in told],
        event=["born" if story.planned.reports[0].night == tonight else "continued" for story in told],
    )
    return {Story: _make_stories(told, run), Membership: _make_memberships(told, run), Lineage: lineage}


def _make_stories(told: Sequence[_ToldStory], run: Run) -> pa.Table:
    members = [story.planned.reports for story in told]
    times = [sorted(get_published(report) for report in reports if report.dated) for reports in members]
    own = [sum(report.copy_of is None for report in reports) for reports in members]
    keywords = [story.headline.lower().split() for story in told]
    return fill_table(
        Story,
        len(told),
        **name_run_columns(run),
        story_id=[story.story_id for story in told],
        headline=[story.headline for story in told],
        representative_article_id=[reports[0].article_id for reports in members],
        first_published_at=[known[0] if known else None for known in times],
        last_published_at=[known[-1] if known else None for known in times],
        articles=list(map(len, members)),
        outlets=[len({report.outlet for report in reports}) for reports in members],
        independent_sources=own,
        own_texts=own,
        keywords=keywords,
        provisional=[len(reports) > 1 and not all(report.dated for report in reports) for reports in members],
    )


def _make_memberships(told: Sequence[_ToldStory], run: Run) -> pa.Table:
    nights = {report.night for story in told for report in story.planned.reports}
    runs = {night: name_run(night) if night < 0 else run.run_id for night in nights}
    rows = []
    for story in told:
        reports = story.planned.reports
        is_sure = sum(report.dated for report in reports) > 1
        for report in reports:
            basis = (
                "alone" if len(reports) == 1 else "text and time" if report.dated and is_sure else "text, time unknown"
            )
            rows.append((story.story_id, report.article_id, basis, runs[report.night]))
    story_ids, article_ids, bases, since = map(list, zip(*rows, strict=True))
    return fill_table(
        Membership,
        len(rows),
        **name_run_columns(run),
        story_id=story_ids,
        article_id=article_ids,
        score=[1.0 if basis == "alone" else STORY_SCORE for basis in bases],
        basis=bases,
        provisional=[basis == "text, time unknown" for basis in bases],
        since_run=since,
    )
