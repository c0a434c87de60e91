"""Make the tables that a night of generated news leaves in a lake, and those that it hands to its stages: its pages.

What is computed of a text is what the project's own functions give (dates, hashes, lines, cuts, sketches): tests
compare. It is made column by column. All pages are fetched and none is rejected.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.filled_tables import fill_table, make_lists, make_structs
from benchmarks.news_pages import NightPages
from benchmarks.news_plan import OUTLETS, Report, name_source
from benchmarks.news_words import make_footer, name_outlet
from storyfold.boilerplate.judge_lines import Finding
from storyfold.dates.claims import read_claim
from storyfold.dates.weigh import weigh_claims
from storyfold.identity.ids import hash_id
from storyfold.run.text_features import make_features
from storyfold.schemas import (
    Article,
    Cut,
    DateClaim,
    Fetch,
    PageLines,
    Run,
    SourceNight,
    StageOutcome,
)
from storyfold.text.line_keys import scan_lines

NIGHT_0 = datetime(
    2026, 6, 1, 2, tzinfo=UTC
)  # when the night after the archive starts; the nights before have numbers below 0

Tables = dict[type, pa.Table]


@dataclass(frozen=True, slots=True)
class News:
    """A night's reports and their pages, in one order."""

    reports: Sequence[Report]
    pages: NightPages


def get_start(night: int) -> datetime:
    """Return when the run of a night starts."""
    return NIGHT_0 + timedelta(days=night)


def get_published(report: Report) -> datetime:
    """Return when a report was published, to the second."""
    return (get_start(report.night) - timedelta(hours=report.hours)).replace(microsecond=0)


def name_run(night: int) -> str:
    """Name the run of a night of the archive."""
    return f"{get_start(night).date()}-archive"


def make_run(night: int, count: int) -> Run:
    """Make the row of an archive's run."""
    start = get_start(night)
    stages = ("discover", "fetch", "parse", "copies", "stories")
    return Run(
        run_id=name_run(night),
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


def name_run_columns(run: Run) -> dict[str, Any]:
    """Return the columns by which a row says of which run it is."""
    return {"run_id": run.run_id, "attempt": run.attempt, "run_date": run.run_date}


def make_fetched_tables(reports: Sequence[Report], run: Run) -> Tables:
    """Make the tables of a night's sources and requests."""
    count = np.bincount([report.outlet for report in reports], minlength=OUTLETS)
    addresses = [report.address for report in reports]
    return {
        SourceNight: fill_table(
            SourceNight,
            OUTLETS,
            **name_run_columns(run),
            source_id=list(map(name_source, range(OUTLETS))),
            outlet=list(map(name_outlet, range(OUTLETS))),
            **dict.fromkeys(("items", "asked", "kept", "new"), count),
        ),
        Fetch: fill_table(
            Fetch,
            len(reports),
            **name_run_columns(run),
            fetch_id=[hash_id("item", address) for address in addresses],
            source_id=[name_source(report.outlet) for report in reports],
            method="http",
            url=addresses,
            final_url=addresses,
            status=200,
            media_type="text/html",
            bytes=80_000,
            content_sha256=_hash_contents(reports),
            warc_file=f"{run.run_date}/fetch.warc.gz",
            warc_offset=[report.number for report in reports],
            seen_at=run.started_at,
        ),
    }


def _hash_contents(reports: Sequence[Report]) -> list[str]:
    return [hash_id("page", report.address) * 2 for report in reports]


def make_parsed_table(news: News, seen_at: datetime) -> pa.Table:
    """Make a night's articles as the parse stage hands them over, footers in their texts."""
    pages = news.pages
    return fill_table(
        Article,
        len(news.reports),
        **_make_page_columns(news, seen_at),
        body=pages.whole,
        word_count=[len(body.split()) for body in pages.whole],
        text_sha256=pages.whole_hashes,
    )


def make_text_tables(news: News, run: Run) -> Tables:
    """Make the tables of a night's texts: articles without footers, the footers as cuts, lines, sketches."""
    pages, is_footed = news.pages, np.array(news.pages.is_footed)
    articles = fill_table(
        Article,
        len(news.reports),
        **_make_page_columns(news, run.started_at),
        run_id=run.run_id,
        attempt=run.attempt,
        body=pages.own,
        word_count=pages.own_words,
        text_sha256=pages.text_hashes,
        uncut_sha256=pa.array(pages.whole_hashes, mask=~is_footed),
    )
    return {Article: articles, Cut: _make_cuts(news, run), **make_feature_tables(news, run)}


def _make_page_columns(news: News, seen_at: datetime) -> dict[str, Any]:
    """Make the columns of an article that its text has no part in."""
    reports = news.reports
    addresses = [report.address for report in reports]
    return {
        "article_id": [report.article_id for report in reports],
        "seen_date": seen_at.date(),
        "source_id": [name_source(report.outlet) for report in reports],
        "location": addresses,
        "url": addresses,
        "url_is_claim": False,
        "canonical_url": addresses,
        "outlet": [name_outlet(report.outlet) for report in reports],
        "title": news.pages.titles,
        "language": "en",
        "extractor": "model",
        "first_seen_at": seen_at,
        "content_sha256": _hash_contents(reports),
        "warc_file": f"{seen_at.date()}/fetch.warc.gz",
        "warc_offset": [report.number for report in reports],
        **_make_date_columns(reports, seen_at),
    }


def _make_date_columns(reports: Sequence[Report], seen_at: datetime) -> dict[str, Any]:
    """Weigh one claim of each day, and give the result to all of that day, each with its own time.

    The texts have no digits, so no day is read in one.
    """
    published = [get_published(report) if report.dated else None for report in reports]
    days = [time and time.date() for time in published]
    examples = dict(zip(days, published, strict=True))
    claims = {day: (read_claim("json-ld", time.isoformat()),) if time else () for day, time in examples.items()}
    weighed = {day: weigh_claims(claims[day], text="", agency=None, seen_at=seen_at) for day in claims}
    datings = [weighed[day] for day in days]
    return {
        "published_at": published,
        "published_day": [dating.published_day for dating in datings],
        "published_precision": [dating.precision for dating in datings],
        "date_confidence": [dating.confidence for dating in datings],
        "date_reason": [dating.reason for dating in datings],
        "not_before": [dating.not_before for dating in datings],
        "not_after": [dating.not_after for dating in datings],
        "date_claims": _make_claims([time for time in published if time], [report.dated for report in reports]),
    }


def _make_claims(times: Sequence[datetime], is_dated: Sequence[bool]) -> pa.Array:
    """Make the claims of all reports; `times` are those of the dated ones, in their order."""
    claims = make_structs(
        DateClaim,
        len(times),
        where="json-ld",
        words=[time.isoformat() for time in times],
        value=pa.array(times, pa.timestamp("us", tz="UTC")),
        precision="second",
    )
    return make_lists(claims, np.array(is_dated, np.int64))


def _make_cuts(news: News, run: Run) -> pa.Table:
    """Make the rows of the footers that were cut, each found on three pages."""
    pairs = zip(news.reports, news.pages.lines, news.pages.is_footed, strict=True)
    cut = [(report, lines - 1) for report, lines, footed in pairs if footed]
    finding = Finding("repeated-line", 3)
    return fill_table(
        Cut,
        len(cut),
        article_id=[report.article_id for report, _ in cut],
        version=1,
        run_id=run.run_id,
        seen_date=run.run_date,
        position=[position for _, position in cut],
        text=[make_footer(report.outlet) for report, _ in cut],
        reason=finding.reason,
        pages=finding.pages,
        example_article_id=[report.article_id for report, _ in cut],
    )


def make_feature_tables(news: News, run: Run) -> Tables:
    """Make the tables of what is computed of each text: the keys of its lines, its sketch and its terms."""
    reports, pages = news.reports, news.pages
    columns = {
        "article_id": [report.article_id for report in reports],
        "version": 1,
        "seen_date": run.run_date,
        "outlet": [name_outlet(report.outlet) for report in reports],
    }
    shares = [round(len(own) / len(whole), 4) for own, whole in zip(pages.own, pages.whole, strict=True)]
    keys = make_lists(pa.array(scan_lines(pages.joined)[0]), pages.lines)
    addresses = pa.nulls(len(reports), pa.string())
    texts = pa.table({**columns, "version": np.ones(len(reports), np.int64), "body": pages.own,
                      "seen_date": pa.repeat(run.run_date, len(reports)), "url": addresses,
                      "canonical_url": addresses, "is_repeat": pa.nulls(len(reports), pa.bool_()),
                      "language": pa.repeat("en", len(reports)), "title": pages.titles})  # fmt: skip
    return {
        PageLines: fill_table(PageLines, len(reports), **columns, keys=keys, own_share=shares),
        **make_features(texts),
    }
