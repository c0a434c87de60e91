"""Compare parsed pages with their gold: body F1, and the shares of right titles, dates, languages and authors.

Prints nothing itself: `benchmarks.quality` and `benchmarks.parse_plaintext` print these figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks.outlet_languages import get_outlet_language

Rows = list[dict[str, Any]]


def measure_pages(score: ModuleType, gold: Rows, found: Mapping[str, dict[str, Any]]) -> dict[str, float]:
    """Return body F1, and where the gold has them the share of titles, dates and languages that is right."""
    pairs = [(g, found.get(Path(g["path"]).name, {})) for g in gold]
    bodies = [score.body_scores(g["body"], p.get("body") or "") for g, p in pairs]
    figures = {"body F1": score.mean_body(bodies)[2]}
    titles = [score.same_title(g["title"], p.get("title")) for g, p in pairs if g.get("title")]
    days = [
        bool(list_days(g["published_at"]) & list_days(p.get("published_at"))) for g, p in pairs if g.get("published_at")
    ]
    minutes = [is_same_minute(g["published_at"], p.get("published_at")) for g, p in pairs if g.get("published_at")]
    languages = [get_outlet_language(g["outlet"]) == p.get("language") for g, p in pairs if g.get("outlet")]
    counted = [score.author_counts(g["authors"], p.get("authors")) for g, p in pairs if "authors" in g]
    if titles:
        figures["title exact"] = sum(titles) / len(titles)
    if days:
        figures["same day"] = sum(days) / len(days)
        figures["same minute"] = sum(minutes) / len(minutes)
    if languages:
        figures["language"] = sum(languages) / len(languages)
    if counted:
        right, wrong, missed = (sum(c) for c in zip(*counted, strict=True))
        figures["authors F1"] = 2 * right / (2 * right + wrong + missed)
    return figures


def list_days(instant: str | None) -> set[date]:
    """Return the days that an instant falls on: in its own offset and in UTC."""
    if not instant:
        return set()
    parsed = datetime.fromisoformat(instant)
    return {parsed.date()} | ({parsed.astimezone(UTC).date()} if parsed.tzinfo else set())


def is_same_minute(gold: str, instant: str | None) -> bool:
    """Say whether two instants lie less than a minute apart; labels without an offset are read as UTC."""
    if not instant:
        return False
    labelled, found = datetime.fromisoformat(gold), datetime.fromisoformat(instant)
    return abs((labelled if labelled.tzinfo else labelled.replace(tzinfo=UTC)) - found) < timedelta(minutes=1)
