"""Compare parsed pages with their gold: body F1, and the shares of right titles, dates, languages and authors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks.outlet_languages import language_of_outlet

Rows = list[dict[str, Any]]


def page_figures(score: ModuleType, gold: Rows, found: Mapping[str, dict[str, Any]]) -> dict[str, float]:
    """Body F1, and where the gold has them what share of titles, dates and languages is right."""
    pairs = [(g, found.get(Path(g["path"]).name, {})) for g in gold]
    bodies = [score.body_scores(g["body"], p.get("body") or "") for g, p in pairs]
    figures = {"body F1": score.mean_body(bodies)[2]}
    titles = [score.same_title(g["title"], p.get("title")) for g, p in pairs if g.get("title")]
    days = [
        bool(days_of(g["published_at"]) & days_of(p.get("published_at"))) for g, p in pairs if g.get("published_at")
    ]
    minutes = [same_minute(g["published_at"], p.get("published_at")) for g, p in pairs if g.get("published_at")]
    languages = [language_of_outlet(g["outlet"]) == p.get("language") for g, p in pairs if g.get("outlet")]
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


def days_of(instant: str | None) -> set[date]:
    """The days that an instant falls on: in its own offset and in UTC."""
    if not instant:
        return set()
    read = datetime.fromisoformat(instant)
    return {read.date()} | ({read.astimezone(UTC).date()} if read.tzinfo else set())


def same_minute(gold: str, instant: str | None) -> bool:
    """Whether two instants lie less than a minute apart; labels without an offset are read as UTC."""
    if not instant:
        return False
    labelled, found = datetime.fromisoformat(gold), datetime.fromisoformat(instant)
    return abs((labelled if labelled.tzinfo else labelled.replace(tzinfo=UTC)) - found) < timedelta(minutes=1)
