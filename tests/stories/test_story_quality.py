"""The two real seed pages, which lie beside the project; labelled events are held to floors in `tests/quality`."""

import dataclasses
from datetime import UTC, datetime, timedelta

from stories.stories_support import Memory

from benchmarks.stories import make_article


def test_the_two_seed_pages_are_one_story_provisionally(shared):
    """With all the links around them: an undated wire text on a mirror, and a dated article of another outlet."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((shared / "data" / "seeds").glob("*.txt"))]
    undated, dated = (
        dataclasses.replace(make_article({"id": str(n), "body": text, "outlet": str(n)}, dated=False), language="en")
        for n, text in enumerate(texts)
    )
    undated = dataclasses.replace(
        undated,
        published_at=datetime(2025, 4, 14, tzinfo=UTC),
        date_confidence="low",
        not_before=datetime(2022, 2, 24, tzinfo=UTC),
        not_after=datetime(2025, 4, 15, tzinfo=UTC),
    )
    day = datetime(2023, 2, 25, tzinfo=UTC)
    dated = dataclasses.replace(
        dated, published_at=day, date_confidence="high", not_before=day, not_after=day + timedelta(days=1)
    )
    told = Memory().tell([undated, dated])
    (story,) = told.stories
    assert story.provisional
    assert story.first_published_at == story.last_published_at == day
    assert {m.basis for m in told.memberships} == {"text, time unknown"}
