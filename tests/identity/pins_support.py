"""Pins for tests."""

from datetime import UTC, datetime

from storyfold.identity.pins import make_pin_id
from storyfold.schemas.pins import Level, Pin, Verdict

SET_AT = datetime(2026, 3, 1, 9, tzinfo=UTC)


def make_pin(a: str, b: str, verdict: Verdict, level: Level = "story") -> Pin:
    """A pin of two articles by an analyst."""
    first, last = sorted((a, b))
    return Pin(
        pin_id=make_pin_id(a, b, level),
        article_id=first,
        of_article_id=last,
        level=level,
        verdict=verdict,
        pinned_by="ada",
        pinned_at=SET_AT,
        pinned_date=SET_AT.date(),
        run_id="r",
    )
