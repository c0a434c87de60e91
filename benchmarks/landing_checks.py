"""Time the checks of a night inside its transaction, on lakes of several sizes written straight from generated rows.

    python -m benchmarks.landing_checks [--articles 10000 100000] [--new 500] [--lake DIR]

A lake grows by 1,000 articles a night, each with its fetch, sketch, lines, family, story and membership; every fifth is
a copy of the one before it. Then a night of `--new` articles is inserted, checked, and rolled back, five times:
printed is the median. Beside it stands the whole audit, whose work is that of all nights.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from storyfold.lake.audit import audit_lake
from storyfold.lake.lake import Lake
from storyfold.lake.landing_checks import check_landing
from storyfold.report import list_view_statements
from storyfold.schemas import (
    Article,
    Check,
    FamilyMember,
    Fetch,
    Membership,
    PageLines,
    Run,
    Sketch,
    Story,
    TextNames,
    TextTerms,
)
from storyfold.schemas.columns import get_declared_table, make_arrow_table

START = datetime(2026, 3, 2, tzinfo=UTC)
A_NIGHT = 1_000  # articles
REPEATS = 5
# 3,000 characters, as a report has; another number in each, so that Parquet's dictionary does not make one of all.
TEXT = "The council voted on Monday, {number} to 300, for a bridge over the Vale. " * 42


class Undone(Exception):
    """End a night without landing it."""


def main() -> None:
    """Write the lakes, and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--new", type=int, default=500)
    parser.add_argument("--lake", type=Path, help="keep the lakes below this folder, and use those that are there")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        for articles in arguments.articles:
            lake = Lake((arguments.lake or Path(scratch)) / str(articles))
            if not lake.catalog.exists():
                write_lake(lake, articles)
            checked = time_checks(lake, articles, arguments.new)
            started = time.perf_counter()
            wrong = [finding.name for finding in audit_lake(lake, list_view_statements()) if finding.state != "ok"]
            whole = time.perf_counter() - started
            assert not wrong, wrong
            print(
                f"{articles:>9,} articles: {checked:.2f} s to check a night of {arguments.new}, {whole:.2f} s the whole"
            )


def write_lake(lake: Lake, articles: int) -> None:
    """Write a lake of so many articles, a night for each thousand."""
    lake.create(list_view_statements())
    for night, first in enumerate(range(0, articles, A_NIGHT)):
        run, rows = make_night(night, range(first, min(first + A_NIGHT, articles)))
        lake.land(rows, lambda _: [], run)


def time_checks(lake: Lake, articles: int, new: int) -> float:
    """Insert a night and check it, several times, without landing it; return the median of the checks' seconds."""
    run, rows = make_night(articles // A_NIGHT + 1, range(articles, articles + new))
    seconds = []

    def check(connection: duckdb.DuckDBPyConnection) -> list[Check]:
        started = time.perf_counter()
        checks = check_landing(run, rows, connection)
        seconds.append(time.perf_counter() - started)
        assert all(c.passed for c in checks), [c for c in checks if not c.passed]
        raise Undone

    for _ in range(REPEATS):
        try:
            lake.land(rows, check, run)
        except Undone:
            continue
    return statistics.median(seconds)


def make_night(night: int, numbers: range) -> tuple[Run, dict[type, pa.Table]]:
    """Make the rows of a night whose articles have these numbers."""
    at = START + timedelta(days=night)
    run_columns: dict[str, Any] = {"run_id": f"{at.date()}-bench", "attempt": 1, "run_date": at.date()}
    texts = dict.fromkeys(("settings_fingerprint", "sources_fingerprint", "code_version", "engine"), "")
    run = Run(**run_columns, night=at.date(), status="landed", started_at=at, finished_at=at, **texts)
    makers: dict[type, Callable[[int, datetime], dict[str, Any]]] = {
        Fetch: _make_fetch,
        Article: _make_article,
        Sketch: _make_sketch,
        TextTerms: _make_terms,
        TextNames: _make_names,
        PageLines: _make_lines,
        FamilyMember: _make_member,
        Membership: _make_membership,
    }
    rows = {cls: _make_table(cls, [run_columns | make(n, at) for n in numbers]) for cls, make in makers.items()}
    stories = [run_columns | _make_story(n, numbers) for n in numbers if n % 5 != 1]
    rows[Story] = _make_table(Story, stories)
    rows[Run] = make_arrow_table([run], Run)
    return run, rows


def _make_table(cls: type, rows: list[dict[str, Any]]) -> pa.Table:
    """Make a table of rows; what they leave out is what the row class has for it, or empty where it has nothing."""
    schema = get_declared_table(cls).schema
    plain: dict[str, Any] = {
        f.name: list(f.default) if isinstance(f.default, tuple) else f.default
        for f in dataclasses.fields(cls)
        if f.default is not dataclasses.MISSING
    }
    return pa.Table.from_pylist(
        [{name: row[name] if name in row else plain[name] for name in schema.names} for row in rows], schema
    )


def _hash(kind: str, number: int, length: int = 32) -> str:
    return hashlib.sha256(f"{kind} {number}".encode()).hexdigest()[:length]


def _find_original(number: int) -> int:
    return number - 1 if number % 5 == 1 else number


def _make_fetch(number: int, at: datetime) -> dict[str, Any]:
    address = f"https://vale.example/{number}"
    place = {"content_sha256": _hash("page", number, 64), "warc_file": f"{at.date()}/0.warc.gz", "warc_offset": number}
    return {"fetch_id": _hash("item", number), "source_id": "vale", "method": "http", "url": address, "seen_at": at,
            "status": 200, **place}  # fmt: skip


def _make_article(number: int, at: datetime) -> dict[str, Any]:
    return {
        "article_id": _hash("article", number), "version": 1, "seen_date": at.date(), "source_id": "vale",
        "location": f"https://vale.example/{number}", "url": f"https://vale.example/{number}", "outlet": "Vale",
        "title": f"The bridge, part {number}", "published_at": at, "body": TEXT.format(number=number),
        "word_count": 546, "first_seen_at": at, "text_sha256": _hash("text", number, 64),
        "content_sha256": _hash("page", number, 64), "warc_file": f"{at.date()}/0.warc.gz", "warc_offset": number,
    }  # fmt: skip


def _make_terms(number: int, at: datetime) -> dict[str, Any]:
    counts = dict.fromkeys(("times", "lead_times", "general"), [1] * 140)
    return {"article_id": _hash("article", number), "version": 1, "seen_date": at.date(),
            "terms": [number * 1_000 + k for k in range(140)], **counts}  # fmt: skip


def _make_names(number: int, at: datetime) -> dict[str, Any]:
    names = [{"name": f"Name {number % 5_000} {k}", "times": 1, "in_title": False, "in_lead": True} for k in range(20)]
    return {"article_id": _hash("article", number), "version": 1, "seen_date": at.date(), "names": names}


def _make_sketch(number: int, at: datetime) -> dict[str, Any]:
    return {"article_id": _hash("article", number), "version": 1, "seen_date": at.date(),
            "hashes": [number * 64 + k for k in range(64)], "words": 540}  # fmt: skip


def _make_lines(number: int, at: datetime) -> dict[str, Any]:
    return {"article_id": _hash("article", number), "version": 1, "seen_date": at.date(),
            "keys": [number * 30 + k for k in range(30)]}  # fmt: skip


def _make_member(number: int, _at: datetime) -> dict[str, Any]:
    own = _find_original(number) == number
    return {"article_id": _hash("article", number), "family_id": _hash("article", _find_original(number)),
            "role": "original" if own else "syndicated", "independent_source": own}  # fmt: skip


def _make_membership(number: int, _at: datetime) -> dict[str, Any]:
    return {"article_id": _hash("article", number), "story_id": _hash("story", _find_original(number)),
            "score": 1.0, "basis": "alone"}  # fmt: skip


def _make_story(number: int, numbers: range) -> dict[str, Any]:
    copied = number % 5 == 0 and number + 1 in numbers
    return {"story_id": _hash("story", number), "articles": 2 if copied else 1}


if __name__ == "__main__":
    main()
