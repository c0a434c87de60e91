"""The stories of a file, made of columns, are those that its articles have one by one."""

import random
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import orjson
from stories.stories_support import Memory

from benchmarks.copy_documents import Event, make
from storyfold.copies.articles_in_file import group_articles
from storyfold.output.article_rows import read_articles
from storyfold.output.file_articles import FileArticles
from storyfold.settings.copies import CopySettings
from storyfold.settings.stories import StorySettings
from storyfold.stories.articles_in_file import (
    make_file_unit_columns,
    make_unit_columns,
    name_file_stories,
    name_stories,
)
from storyfold.stories.term_rows import number_hashes
from storyfold.stories.units import make_units

DAYS = (None, "2026-03-01", "2026-03-02T23:59:59Z", "2026-03-03T00:00:00+02:00", "2025-11-30T12:00:00Z")
CONFIDENCES = (None, "high", "medium", "low", "none", "perhaps")
SEEN = (None, "2026-03-02T00:00:00Z", "2026-03-04T07:00:00Z")


def make_rows(seed: int) -> list[dict[str, object]]:
    """Rows with copies of one another and several reports of an event, dated in every way and in several languages."""
    draw = random.Random(seed)
    rows = [{key: row.get(key) for key in ("id", "body", "outlet", "agency", "authors")} for row in make(150, seed)]
    for number in range(30):
        told = Event(random.Random(1_000 + number % 6)).paragraphs(150)
        rows.append({"id": f"report {number}", "body": "\n\n".join(draw.sample(told, len(told) * 2 // 3))})
    rows += [{"id": f"leer {n}", "body": ""} for n in range(2)]
    for row in rows:
        row["published_at"], row["date_confidence"] = draw.choice(DAYS), draw.choice(CONFIDENCES)
        row["first_seen_at"], row["language"] = draw.choice(SEEN), draw.choice([None, "en", "de"])
        row["title"] = draw.choice([None, "", str(row["body"])[:40]])
    draw.shuffle(rows)
    return rows


def read(rows: list[dict[str, object]], folder: Path) -> FileArticles:
    file = folder / "rows.jsonl"
    file.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
    return read_articles(file)


def test_columns_give_the_units_and_stories_that_articles_give(tmp_path: Path) -> None:
    shared = doubted = 0
    for seed in range(3):
        read_file = read(make_rows(seed), tmp_path)
        articles, grouped = list(read_file), group_articles(read_file, CopySettings())
        members = {row.article_id: row for row in grouped.list_members(articles[0].seen_date)}
        families = grouped.make_columns()
        units = make_units(make_file_unit_columns(read_file, families))
        expected = make_units(make_unit_columns(articles, members))
        names = [article.article_id for article in articles]
        for name in ("representative", "first", "last", "dated", "unit_of", "seen"):
            assert np.array_equal(getattr(units, name), getattr(expected, name)), name
        story_of = name_stories(articles, list(members.values()), StorySettings())
        found = name_file_stories(read_file, families, StorySettings())
        assert found.story_ids == [story_of[name] for name in names]
        assert found.mentions == {}
        shared += len(names) - len(set(story_of.values()))
        doubted += int(families.doubted.sum())
    assert shared > 100
    assert doubted >= 3


def test_a_file_without_articles_has_no_stories(tmp_path: Path) -> None:
    empty = read([], tmp_path)
    assert (
        name_file_stories(empty, group_articles(empty, CopySettings()).make_columns(), StorySettings()).story_ids == []
    )


def test_a_story_of_a_file_follows_one_as_on_a_night(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = []
    for number in range(40):
        draw, day = random.Random(number), date(2025, 1, 1) + timedelta(days=11 * number)
        words = draw.sample([f"{'tolmar kesbrin ostvel'.split()[number % 3]}{n}" for n in range(26)], 23)
        body, confidence = " ".join(words), "high" if number % 9 else None
        instant = f"{day}T08:00:00Z"
        rows.append({"id": f"r{number}", "body": body, "published_at": instant, "date_confidence": confidence})
    read_file = read(rows, tmp_path)
    grouped = group_articles(read_file, CopySettings())
    told_stories = name_file_stories(read_file, grouped.make_columns(), StorySettings())
    lake = Memory()
    lake.night(list(read_file), grouped.list_members(date(2026, 1, 1)))
    current = lake.current
    assert told_stories.story_ids == [current[article.article_id].story_id for article in read_file]
    assert told_stories.follows == lake.follows
    assert len(told_stories.follows) > 10


def test_hashes_are_numbered_in_their_order() -> None:
    draw = np.random.default_rng(3)
    for size, different in ((0, 1), (1, 1), (5_000, 40), (20_000, 9_000)):
        hashes = draw.integers(1, 2**64, different, np.uint64)[draw.integers(0, different, size)]
        vocabulary, numbers = number_hashes(hashes)
        expected, places = np.unique(hashes, return_inverse=True)
        assert np.array_equal(vocabulary, expected)
        assert np.array_equal(numbers, places)
