"""Make the rows that a night of generated news leaves in a lake, and those that it hands to its stages.

Articles, their cuts, lines and sketches are made of the texts by the project's own functions. Families, copies, stories
and memberships are what the plan knows to be true, no stage has run: a story that gets a report has a new row, and so
has each of its members, as the stage writes them. All pages are fetched and none is rejected.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import numpy as np

from benchmarks.news_plan import OUTLETS, NewsPlan, PlannedStory, Report
from storyfold.boilerplate.cut import CutLine, Cutting
from storyfold.boilerplate.cut_articles import apply_cutting, make_cut_rows
from storyfold.boilerplate.judge_lines import Finding
from storyfold.boilerplate.line_keys import SEPARATOR, scan_lines, split_lines
from storyfold.copies.sketch import sketch_texts
from storyfold.dates.claims import read_claim
from storyfold.dates.dated_rows import apply_dating
from storyfold.dates.weigh import weigh_claims
from storyfold.identity.ids import hash_id, hash_text, make_article_id
from storyfold.schemas import (
    Article,
    Copy,
    Cut,
    FamilyMember,
    Fetch,
    Lineage,
    Membership,
    PageLines,
    Run,
    Sketch,
    SourceNight,
    Span,
    StageOutcome,
    Story,
)
from storyfold.stories.story_ids import make_story_id

NIGHT_0 = datetime(
    2026, 6, 1, 2, tzinfo=UTC
)  # when the night after the archive starts; the nights before have numbers below 0
FOOTED = 0.8  # of the pages end with their outlet's footer, as in `benchmarks.copy_documents`
STORY_SCORE = 0.6  # the mean of what the stage gives for these texts

Rows = dict[type, Sequence[Any]]


def get_start(night: int) -> datetime:
    """Return when the run of a night starts."""
    return NIGHT_0 + timedelta(days=night)


def make_parsed_articles(reports: Sequence[Report], texts: Sequence[tuple[str, str]]) -> list[Article]:
    """Make a night's articles as the parse stage hands them over, footers in their texts."""
    return [_make_article(report, *text) for report, text in zip(reports, texts, strict=True)]


def _make_article(report: Report, headline: str, body: str) -> Article:
    seen = get_start(report.night)
    claims = (read_claim("json-ld", get_published(report).isoformat()),) if report.dated else ()
    whole = body + SEPARATOR + _make_footer(report.outlet) if _is_footed(report) else body
    article = Article(
        article_id=get_article_id(report),
        seen_date=seen.date(),
        source_id=report.source,
        location=report.address,
        url=report.address,
        url_is_claim=False,
        canonical_url=report.address,
        outlet=_name_outlet(report.outlet),
        title=headline,
        other_titles=(),
        date_claims=claims,
        language="en",
        body=whole,
        word_count=len(whole.split()),
        extractor="model",
        first_seen_at=seen,
        text_sha256=hash_text(headline, whole),
        content_sha256=hash_id("page", report.address) * 2,
        warc_file=f"{seen.date()}/fetch.warc.gz",
        warc_offset=report.number,
    )
    return apply_dating(article, weigh_claims(claims, text=whole, agency=None, seen_at=seen))


def _is_footed(report: Report) -> bool:
    return report.number * 0.618 % 1 < FOOTED  # multiples of the golden section are spread evenly


def get_published(report: Report) -> datetime:
    """Return when a report was published, to the second."""
    return (get_start(report.night) - timedelta(hours=report.hours)).replace(microsecond=0)


@cache
def _name_outlet(number: int) -> str:
    return f"Outlet {number:03} Courier"


@cache
def _make_footer(outlet: int) -> str:
    return f"{_name_outlet(outlet)} reports from room {outlet} every morning, write to desk{outlet}@outlet.example"


def get_article_id(report: Report) -> str:
    """Return the id that a report's article has."""
    return make_article_id(report.address, report.source, "")


def make_run(night: int, count: int) -> Run:
    """Make the row of an archive's run."""
    start = get_start(night)
    stages = ("discover", "fetch", "parse", "copies", "stories")
    return Run(
        run_id=_name_run(start.date()),
        attempt=1,
        run_date=start.date(),
        night=start.date(),
        status="landed",
        started_at=start,
        finished_at=start + timedelta(minutes=20),
        settings_fingerprint="",
        sources_fingerprint="",
        code_version="generated",
        engine="local",
        stages=tuple(
            StageOutcome(stage=name, items_in=count, kept=count, rejected=0, new=count, seconds=0.0) for name in stages
        ),
    )


def make_fetched_rows(reports: Sequence[Report], run: Run) -> Rows:
    """Make the rows of a night's sources and requests."""
    count = np.bincount([report.outlet for report in reports], minlength=OUTLETS).tolist()
    sources = [
        SourceNight(
            run_id=run.run_id,
            attempt=run.attempt,
            run_date=run.run_date,
            source_id=f"outlet-{outlet:03}",
            outlet=_name_outlet(outlet),
            items=number,
            asked=number,
            kept=number,
            new=number,
        )
        for outlet, number in enumerate(count)
    ]
    return {SourceNight: sources, Fetch: [_make_fetch(report, run) for report in reports]}


def _make_fetch(report: Report, run: Run) -> Fetch:
    return Fetch(
        run_id=run.run_id,
        attempt=run.attempt,
        run_date=run.run_date,
        fetch_id=hash_id("item", report.address),
        source_id=report.source,
        method="http",
        url=report.address,
        final_url=report.address,
        status=200,
        media_type="text/html",
        bytes=80_000,
        content_sha256=hash_id("page", report.address) * 2,
        warc_file=f"{run.run_date}/fetch.warc.gz",
        warc_offset=report.number,
        seen_at=run.started_at,
    )


def make_text_rows(parsed: Iterable[Article], run: Run) -> Rows:
    """Make the rows of a night's texts: articles without footers, the footers as cuts, lines, sketches."""
    articles: list[Article] = []
    cuts: list[Cut] = []
    lines: list[PageLines] = []
    for given in parsed:
        cutting = _cut_footer(given)
        article = replace(apply_cutting(given, cutting), run_id=run.run_id, attempt=run.attempt)
        articles.append(article)
        cuts += [replace(cut, run_id=run.run_id) for cut in make_cut_rows(article, cutting)]
        lines.append(_make_lines(given, article))
    return {Article: articles, Cut: cuts, PageLines: lines, Sketch: sketch_texts(articles)}


def _cut_footer(article: Article) -> Cutting:
    *own, last = split_lines(article.body)
    if not last.startswith(article.outlet or ""):
        return Cutting(article.body)
    cut = CutLine(len(own), last, Finding("repeated-line", 3, article.article_id))
    return Cutting(SEPARATOR.join(own), (cut,))


def _make_lines(parsed: Article, article: Article) -> PageLines:
    return PageLines(
        article_id=article.article_id,
        version=article.version,
        seen_date=article.seen_date,
        outlet=article.outlet,
        keys=tuple(scan_lines(parsed.body)[0].tolist()),
        own_share=round(len(article.body) / len(parsed.body), 4),
    )


def make_family_rows(plan: NewsPlan, reports: Sequence[Report], articles: Sequence[Article], run: Run) -> Rows:
    """Make the rows of a night's copies and families, as the plan has them."""
    words = {report.number: article.word_count for report, article in zip(reports, articles, strict=True)}
    families: list[FamilyMember] = []
    copies: list[Copy] = []
    for report in reports:
        known = [r for r in plan.stories[report.story].reports if r.original is report.original]
        families.append(_make_member(report, known, run))
        if report.copy_of:
            earlier = (other for other in known if other.number < report.number)
            copies += [_make_copy(report, other, words, run) for other in earlier]
    return {Copy: copies, FamilyMember: families}


def _make_member(report: Report, family: Sequence[Report], run: Run) -> FamilyMember:
    _, founder = min((other.night, get_article_id(other)) for other in family)
    return FamilyMember(
        run_id=run.run_id,
        attempt=run.attempt,
        run_date=run.run_date,
        article_id=get_article_id(report),
        family_id=founder,
        role="syndicated" if report.copy_of else "original",
        original_article_id=get_article_id(report.original),
        original_confidence="high" if report.copy_of else None,
        independent_source=report.copy_of is None,
    )


def _make_copy(report: Report, other: Report, words: dict[int, int], run: Run) -> Copy:
    """Make the edge between a report and an earlier one with its text; both begin alike, one may be cut shorter.

    `words` has the length of tonight's articles; an older one counts as long as this one.
    """
    mine = words[report.number]
    theirs = words.get(other.number, mine)
    shared = min(mine, theirs)
    return Copy(
        article_id=get_article_id(report),
        version=1,
        of_article_id=get_article_id(other),
        of_version=1,
        run_id=run.run_id,
        seen_date=run.run_date,
        share_of_this=round(shared / mine, 4),
        share_of_other=round(shared / theirs, 4),
        kind="full",
        direction_confidence="high",
        spans=(Span(start=0, of_start=0, words=shared, of_words=shared),),
        evidence=("published later",),
    )


def make_story_rows(plan: NewsPlan, reports: Sequence[Report], articles: Sequence[Article], run: Run) -> Rows:
    """Make the rows of a night's stories, as the plan has them: of each that has a new report, with all its members."""
    titles = {report.story: article.title for report, article in zip(reports, articles, strict=True)}
    stories: list[Story] = []
    memberships: list[Membership] = []
    lineage: list[Lineage] = []
    for number, title in titles.items():
        story = _make_story(plan.stories[number], title, run)
        stories.append(story)
        memberships += _make_memberships(plan.stories[number], story, run)
        event = "born" if plan.stories[number].reports[0].night == reports[0].night else "continued"
        lineage.append(
            Lineage(run_id=run.run_id, attempt=run.attempt, run_date=run.run_date, story_id=story.story_id, event=event)
        )
    return {Story: stories, Membership: memberships, Lineage: lineage}


def _make_story(planned: PlannedStory, title: str | None, run: Run) -> Story:
    founder = get_article_id(planned.reports[0])
    times = sorted(get_published(report) for report in planned.reports if report.dated)
    own = sum(report.copy_of is None for report in planned.reports)
    return Story(
        run_id=run.run_id,
        attempt=run.attempt,
        run_date=run.run_date,
        story_id=make_story_id(founder),
        headline=title,
        representative_article_id=founder,
        first_published_at=times[0] if times else None,
        last_published_at=times[-1] if times else None,
        articles=len(planned.reports),
        outlets=len({report.outlet for report in planned.reports}),
        independent_sources=own,
        own_texts=own,
        keywords=tuple((title or "").lower().split()),
        provisional=len(planned.reports) > 1 and not all(report.dated for report in planned.reports),
    )


def _make_memberships(planned: PlannedStory, story: Story, run: Run) -> list[Membership]:
    is_alone = len(planned.reports) == 1
    sure = sum(report.dated for report in planned.reports) > 1
    return [
        Membership(
            run_id=run.run_id,
            attempt=run.attempt,
            run_date=run.run_date,
            story_id=story.story_id,
            article_id=get_article_id(report),
            score=1.0 if is_alone else STORY_SCORE,
            basis="alone" if is_alone else "text and time" if report.dated and sure else "text, time unknown",
            provisional=not is_alone and not (report.dated and sure),
            since_run=_name_run(get_start(report.night).date()) if report.night < 0 else run.run_id,
        )
        for report in planned.reports
    ]


def _name_run(day: date) -> str:
    return f"{day}-archive"
