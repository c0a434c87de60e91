"""Which earlier story one follows is what a look at each pair of stories says."""

import random
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from storyfold.settings.stories import StorySettings
from storyfold.stories.series import LEAST_SHARED, WEIGHT, find_least_product, find_predecessors

BEGIN = datetime(2025, 1, 1, tzinfo=UTC)


def make_stories(count, seed):
    """Stories of a few series, some of few terms, over a year and a half."""
    draw = random.Random(seed)
    pools = [draw.sample(range(1, 500), 30) for _ in range(6)]
    rows = []
    for number in range(count):
        terms = draw.sample(draw.choice(pools), draw.choice([3, 7, 12, 24]))
        first = BEGIN + timedelta(days=draw.randrange(550))
        rows.append(
            {
                "story_id": f"s{draw.randrange(10**9):09}{number}",
                "first_published_at": first,
                "last_published_at": first + timedelta(days=draw.randrange(20)),
                "terms": terms,
                "weights": [draw.randrange(1, WEIGHT // 3) for _ in terms],
            }
        )
    lists = {"terms": pa.list_(pa.uint64()), "weights": pa.list_(pa.uint16())}
    at = pa.timestamp("us", "UTC")
    kinds = {"story_id": pa.string(), "first_published_at": at, "last_published_at": at, **lists}
    return rows, pa.Table.from_pylist(rows, schema=pa.schema(list(kinds.items())))


def find_slowly(rows, number, settings):
    """Hold one story against each other one."""
    one, found = rows[number], []
    weights = dict(zip(one["terms"], one["weights"], strict=True))
    for place, other in enumerate(rows):
        gap = one["first_published_at"] - other["last_published_at"]
        begun = one["first_published_at"] - other["first_published_at"]
        if gap <= timedelta(days=settings.window_days) or begun > timedelta(days=settings.follows_days):
            continue
        shared = [(weights[t], w) for t, w in zip(other["terms"], other["weights"], strict=True) if t in weights]
        product = sum(a * b for a, b in shared)
        if len(shared) >= LEAST_SHARED and product >= find_least_product(settings):
            found.append(((-other["last_published_at"].timestamp(), -product, other["story_id"]), place, product))
    return min(found)[1:] if found else (-1, 0)


@pytest.mark.parametrize("seed", range(5))
def test_each_story_follows_the_one_that_a_look_at_all_pairs_finds(seed):
    settings = StorySettings(follows_similarity=0.02)
    rows, table = make_stories(200, seed)
    earlier, product = find_predecessors(table, np.arange(len(rows)), settings)
    expected = [find_slowly(rows, number, settings) for number in range(len(rows))]
    assert list(zip(earlier.tolist(), product.tolist(), strict=True)) == expected
    assert 20 < (earlier >= 0).sum() < 200
