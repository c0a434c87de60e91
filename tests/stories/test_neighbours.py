import dataclasses
import random
from datetime import UTC, datetime

import numpy as np
import pytest

from storyfold.schemas.pages import Article
from storyfold.settings.stories import StorySettings
from storyfold.stories.neighbours import Times, find_links
from storyfold.stories.term_vectors import make_vectors, weigh_terms

SEEN = datetime(2026, 1, 1, tzinfo=UTC)
OPEN = 10_000_000
EVERY_PAIR = StorySettings(index_terms=10_000, index_overlap=1e-12)


def article(number: int, body: str, title: str | None = None) -> Article:
    return Article(
        article_id=f"a{number}",
        seen_date=SEEN.date(),
        source_id="s",
        location="x",
        title=title,
        body=body,
        language="en",
        first_seen_at=SEEN,
        content_sha256="",
        warc_file="",
        warc_offset=0,
    )


def texts(count: int, seed: int = 0) -> list[Article]:
    """Articles that each draw on one of four small vocabularies, so that many pairs overlap in part."""
    draw = random.Random(seed)
    pools = [[f"{stem}{n}ville" for n in range(30)] for stem in ("har", "bor", "mil", "tor")]
    return [article(n, " ".join(draw.choices(pools[n % 4], k=25) + draw.choices(pools[0], k=5))) for n in range(count)]


def times(days: list[int | None]) -> Times:
    first = np.array([-OPEN if d is None else d for d in days], np.int64)
    last = np.array([OPEN if d is None else d for d in days], np.int64)
    return Times(first, last, np.array([d is not None for d in days], np.int64))


def as_dict(links):
    return dict(zip(zip(links.a.tolist(), links.b.tolist(), strict=True), links.similarity.tolist(), strict=True))


def cosine(a: dict[int, float], b: dict[int, float]) -> float:
    return sum(a[t] * b[t] for t in a.keys() & b.keys())


def test_every_pair_has_the_similarity_that_its_definition_gives():
    articles = texts(24)
    found = as_dict(find_links(make_vectors(articles, EVERY_PAIR), times([None] * 24), EVERY_PAIR))
    rows = [weigh_terms(a, EVERY_PAIR) for a in articles]
    weighed = [[dict(zip(row.hashes, view, strict=True)) for view in row.weights] for row in rows]
    for i in range(24):
        for j in range(i + 1, 24):
            views = zip(weighed[i], weighed[j], strict=True)
            assert found.get((i, j), 0.0) == pytest.approx(sum(cosine(a, b) for a, b in views) / 2)


def test_a_pair_is_as_similar_alone_as_in_a_crowd_to_the_last_bit():
    articles = texts(40, seed=1)
    crowd = as_dict(find_links(make_vectors(articles, EVERY_PAIR), times([None] * 40), EVERY_PAIR))
    for i, j in list(crowd)[::17]:
        pair = as_dict(find_links(make_vectors([articles[i], articles[j]], EVERY_PAIR), times([None] * 2), EVERY_PAIR))
        assert pair[0, 1] == crowd[i, j]


def test_the_default_index_loses_no_pair_near_the_threshold():
    settings = StorySettings()
    articles = texts(80, seed=2)
    found = as_dict(find_links(make_vectors(articles, settings), times([None] * 80), settings))
    every = as_dict(find_links(make_vectors(articles, EVERY_PAIR), times([None] * 80), EVERY_PAIR))
    strong = {pair: value for pair, value in every.items() if value >= settings.threshold / 2}
    assert strong
    assert strong.items() <= found.items()


def test_the_time_factor_falls_from_the_same_day_to_far_apart_and_ends_at_the_window():
    settings = StorySettings()
    twins = [article(n, "Flooding in Harville closed the Torbridge crossing for days") for n in range(2)]
    matrix = make_vectors(twins, settings)

    def at(gap: int) -> float:
        return as_dict(find_links(matrix, times([700_000, 700_000 + gap]), settings)).get((0, 1), 0.0)

    assert at(0) == pytest.approx(settings.same_day)
    assert at(0) > at(1) > at(2) > at(settings.far_days)
    assert at(settings.far_days) == at(settings.window_days) == pytest.approx(settings.far_apart)
    assert at(settings.window_days + 1) == 0.0


def test_an_undated_text_meets_texts_of_every_time_without_a_factor():
    settings = StorySettings()
    same = [article(n, "Flooding in Harville closed the Torbridge crossing for days") for n in range(3)]
    found = as_dict(find_links(make_vectors(same, settings), times([None, 1_000, 700_000]), settings))
    assert found.keys() == {(0, 1), (0, 2)}
    assert found[0, 1] == found[0, 2] == pytest.approx(1.0)


def test_a_term_that_everyone_uses_finds_no_neighbours_but_rarer_ones_do():
    settings = StorySettings(index_reach=10)
    crowd = [article(n, f"lukashenko alone{n}only") for n in range(30)]
    crowd += [article(30 + n, "lukashenko vizier") for n in range(2)]
    found = as_dict(find_links(make_vectors(crowd, settings), times([None] * 32), settings))
    assert (30, 31) in found
    assert all(b >= 32 - settings.index_reach - 1 for _, b in found)


def test_articles_without_words_are_near_nobody():
    blank = [article(0, ""), article(1, "..."), article(2, "the of and"), article(3, "Harville flooding")]
    assert len(find_links(make_vectors(blank, StorySettings()), times([None] * 4), StorySettings()).a) == 0


def test_only_the_rows_with_a_time_take_part():
    settings = StorySettings()
    articles = [dataclasses.replace(a, body="Flooding in Harville") for a in texts(3)]
    assert as_dict(find_links(make_vectors(articles, settings), times([None] * 2), settings)).keys() == {(0, 1)}
