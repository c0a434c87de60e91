"""The pages of a run as tables: rows that are judged come back in their order, with what was read of their texts."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from tests_support import write_parsed

from benchmarks.copy_documents import Event
from storyfold.boilerplate import parsed_pages
from storyfold.boilerplate.parsed_pages import ParsedPages
from storyfold.run.text_features import FEATURES, make_features
from storyfold.schemas import Article
from storyfold.schemas.columns import make_arrow_table, make_rows
from storyfold.schemas.pages import Byline

SEEN = datetime(2026, 3, 2, 3, tzinfo=UTC)


def make_article(number):
    seen = SEEN + timedelta(days=number % 3)
    return Article(
        article_id=f"a{number}",
        seen_date=seen.date(),
        source_id="s",
        location=f"{number}.html",
        outlet=("Vale Tribune", None)[number % 2],
        url=f"https://vale.example/{number}",
        title=f"Ferry {number} stays in port",
        language="en",
        bylines=(Byline(name=f"Ann {number}", kind="person"),),
        links=(f"https://vale.example/{number + 1}",),
        body="\n\n".join(Event(random.Random(number)).paragraphs(60)),
        first_seen_at=seen,
        content_sha256="0",
        warc_file="w",
        warc_offset=number,
    )


@pytest.fixture
def pages(tmp_path):
    parts = [
        write_parsed(tmp_path / f"{first}", [make_article(n) for n in range(first, first + 4)]) for first in (0, 4)
    ]
    return ParsedPages(parts)


def test_a_page_is_read_as_far_as_it_is_asked_for(pages):
    numbers = pages.find_numbers(SEEN.date() + timedelta(days=1))
    assert numbers.tolist() == [1, 4, 7]
    pages.ids = {"a4": "known"}
    whole = [replace(make_article(n), article_id=name) for n, name in ((1, "a1"), (4, "known"), (7, "a7"))]
    judged = [replace(article, bylines=(), links=(), language=None) for article in whole]
    assert pages.read_judged(numbers) == judged
    assert pages.read_sightings(numbers) == [replace(article, outlet=None, body="") for article in judged]
    assert pages.read_whole(numbers) == [replace(article, body="", links=()) for article in whole]


def test_rows_come_in_their_order_with_what_is_read_of_each_text(pages, monkeypatch):
    monkeypatch.setattr(parsed_pages, "TAKEN_ROWS", 2)
    stored = replace(make_article(20), version=3)
    numbers = [5, 0, None, 7, 2, 3]
    landing = [(stored if n is None else pages.read_judged(np.array([n]))[0], n) for n in numbers]
    cut = replace(landing[3][0], body="A line was cut from this text.", uncut_sha256="before")
    again = replace(landing[4][0], version=2, is_repeat=True, run_id="night", attempt=1)
    landing[3], landing[4] = (cut, 7), (again, 2)
    tables = pages.make_tables(landing)
    expected = [stored if n is None else make_article(n) for n in numbers]
    expected[3] = replace(expected[3], body=cut.body, uncut_sha256="before")
    expected[4] = replace(expected[4], version=2, is_repeat=True, run_id="night", attempt=1)
    assert make_rows(tables[Article], Article) == expected
    made = make_features(make_arrow_table(expected, Article))
    assert {cls: tables[cls].to_pylist() for cls in FEATURES} == {cls: made[cls].to_pylist() for cls in FEATURES}


def test_nothing_gives_empty_tables(pages):
    assert {len(table) for table in pages.make_tables([]).values()} == {0}


def test_parts_without_what_is_read_of_texts_are_refused(pages, tmp_path):
    part = write_parsed(tmp_path / "other", [make_article(9)])
    (part.folder / "sketches.parquet").unlink()
    with pytest.raises(ValueError, match="0 rows of Sketch for 1 articles"):
        ParsedPages([part])


def test_rows_are_taken_in_any_order_some_at_a_time(monkeypatch):
    monkeypatch.setattr(parsed_pages, "TAKEN_ROWS", 3)
    table = pa.table({"n": list(range(10))})
    for seed in range(20):
        numbers = np.array(random.Random(seed).sample(range(10), seed % 11), np.int64)
        assert parsed_pages._take_rows(table, numbers)["n"].to_pylist() == numbers.tolist()
