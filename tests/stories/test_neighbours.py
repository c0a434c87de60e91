import random
from datetime import UTC, datetime

import numpy as np
import pytest

from storyfold.schemas.pages import Article
from storyfold.settings.stories import StorySettings
from storyfold.stories.neighbours import SCALE, Compared, Links, apply_times, find_links
from storyfold.stories.ranks import Counted
from storyfold.stories.references import Spans, count_references
from storyfold.stories.term_rows import TermRows, count_terms
from storyfold.stories.term_vectors import UNIT, weigh_rows
from storyfold.stories.times import Times
from storyfold.text.kept_terms import METHOD_LIMITS

SEEN = datetime(2026, 1, 1, tzinfo=UTC)
OPEN = 10_000_000
EVERY_PAIR = StorySettings(index_terms=10_000, index_overlap=1e-12)
UNKNOWN = np.full(1_000, -1)  # languages


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


def times(days: list[int | None], seen: list[int] | None = None) -> Times:
    first = np.array([-OPEN if d is None else d for d in days], np.int64)
    last = np.array([OPEN if d is None else d for d in days], np.int64)
    dated = np.array([2 * (d is not None) for d in days], np.int64)
    seen_at = np.array(seen or [700_000] * len(days), np.int64)
    return Times(first, last, dated, seen_at, np.zeros(len(days), np.bool_))


def link(rows: TermRows, given: Times, settings: StorySettings, is_new=None, *, parts: bool = True) -> Links:
    """Return the links of these rows, judged by themselves, each on its day."""
    spans, days = Spans(given.seen, given.seen + settings.window_days), np.unique(given.seen)
    new = np.ones(len(rows), np.bool_) if is_new is None else is_new
    references = zip(days.tolist(), count_references(rows, spans, days), strict=True)
    return apply_times(
        find_links(
            Compared(rows, np.arange(len(rows)), given, new, (), parts, None, UNKNOWN[: len(rows)]),
            references,
            settings,
        ).links,
        given,
        settings,
    )


def find(articles, published, settings=EVERY_PAIR, seen=None) -> dict[tuple[int, int], float]:
    """Return the similarity of each pair found of these articles, which were all first seen on one day if not said."""
    rows = count_terms(articles, METHOD_LIMITS)
    links = link(rows, times(published, seen), settings)
    kept = link(rows, times(published, seen), settings, parts=False)  # what time parts is left out later or sooner
    assert all(np.array_equal(getattr(links, name), getattr(kept, name)) for name in ("a", "b", "similarity"))
    assert (links.a < links.b).all()
    return dict(
        zip(zip(links.a.tolist(), links.b.tolist(), strict=True), (links.similarity / SCALE).tolist(), strict=True)
    )


def compute_similarity(articles, i, j, settings=EVERY_PAIR) -> float:
    """Return the similarity of two of these articles as its definition says, term by term."""
    rows = count_terms(articles, METHOD_LIMITS)
    (reference,) = count_references(rows, Spans(np.zeros(len(rows)), np.zeros(len(rows))), np.zeros(1))
    vectors = weigh_rows(rows, reference, settings)
    total = 0.0
    for view in (vectors.text, vectors.lead):
        one, other = (
            dict(zip(vectors.terms[part].tolist(), view[part].tolist(), strict=True))
            for part in (slice(vectors.starts[x], vectors.starts[x + 1]) for x in (i, j))
        )
        total += sum(one[t] * other[t] for t in one.keys() & other.keys()) / UNIT**2 / 2
    return total * vectors.factor[i] * vectors.factor[j]


def test_every_pair_has_the_similarity_that_its_definition_gives():
    articles = texts(24)
    found = find(articles, [None] * 24)
    for i in range(24):
        for j in range(i + 1, 24):
            assert found.get((i, j), 0.0) == pytest.approx(compute_similarity(articles, i, j), abs=1e-6)


def test_what_was_seen_later_or_before_the_window_changes_nothing_about_a_pair():
    articles, window = texts(40, seed=1), EVERY_PAIR.window_days
    first = [700_000 + n % 3 for n in range(20)]
    alone = find(articles[:20], [None] * 20, seen=first)
    later = find(articles, [None] * 40, seen=[*first, *[700_003] * 20])
    before = find(articles, [None] * 40, seen=[*first, *[700_000 - window - 1] * 20])
    assert alone
    assert {pair: later[pair] for pair in alone} == alone
    assert {pair: before[pair] for pair in alone} == alone


def test_a_pair_is_judged_by_the_day_of_its_later_text():
    """Words that have become common by then say less of the same two texts."""
    two = [article(n, "Harville Torbridge Milbor Selstan flooding " * 3) for n in range(2)]
    crowd = [article(2 + n, f"Harville Torbridge Milbor{n} Selstan{n}") for n in range(200)]
    early = find([*two, *crowd], [None] * 202, seen=[700_000, 700_000, *[700_001] * 200])
    late = find([*two, *crowd], [None] * 202, seen=[700_000, 700_001, *[700_001] * 200])
    assert late[0, 1] < early[0, 1]
    assert early[0, 1] == find(two, [None] * 2)[0, 1]


def test_the_order_of_the_articles_does_not_matter():
    articles = texts(30, seed=3)
    seen = [700_000 + n % 2 for n in range(30)]
    found = find(articles, [None] * 30, seen=seen)
    order = random.Random(0).sample(range(30), 30)
    mixed = find([articles[n] for n in order], [None] * 30, seen=[seen[n] for n in order])
    assert {(*sorted((order[a], order[b])),): value for (a, b), value in mixed.items()} == found


def test_the_default_index_loses_no_pair_near_the_threshold():
    settings = StorySettings()
    articles = texts(80, seed=2)
    found, every = (find(articles, [None] * 80, chosen) for chosen in (settings, EVERY_PAIR))
    strong = {pair: value for pair, value in every.items() if value >= settings.threshold / 2}
    assert strong
    assert strong.items() <= found.items()


TWINS = [article(n, "Flooding in Harville closed the Torbridge crossing for days") for n in range(3)]


def test_the_time_factor_falls_from_the_same_day_to_far_apart_and_ends_at_the_window():
    settings = StorySettings()

    def at(gap: int, sure: int = 2) -> float:
        rows = count_terms(TWINS[:2], METHOD_LIMITS)
        between = times([700_000, 700_000 + gap])
        links = link(rows, between._replace(dated=np.array([2, sure])), settings)
        return float(links.similarity[0]) if len(links.similarity) else 0.0

    undated = find(TWINS[:2], [None, None], settings)[0, 1] * SCALE
    assert at(0) == pytest.approx(settings.same_day * undated, abs=2)
    assert at(0) > at(1) > at(2) > at(settings.far_days)
    assert at(settings.far_days) == at(settings.window_days) == pytest.approx(settings.far_apart * undated, abs=2)
    assert at(settings.window_days + 1) == 0.0
    assert at(settings.window_days + 1, sure=1) == pytest.approx(settings.beyond_window * undated, abs=2)


def test_an_undated_text_meets_texts_of_every_time_without_a_factor():
    found = find(TWINS, [None, 1_000, 700_000], StorySettings())
    assert found.keys() == {(0, 1), (0, 2)}
    assert found[0, 1] == found[0, 2] == find(TWINS, [None] * 3, StorySettings())[1, 2]


def test_what_was_seen_longer_ago_than_the_window_is_paired_by_dates_alone():
    settings, window = StorySettings(), StorySettings().window_days
    seen = [700_000, 700_000 + window + 1, 700_000 + window + 1]
    assert find(TWINS, [None] * 3, settings, seen).keys() == {(1, 2)}
    assert find(TWINS, [5, None, None], settings, seen).keys() == {(1, 2)}
    assert find(TWINS, [5, 5 + window, None], settings, seen).keys() == {(0, 1), (1, 2)}
    assert find(TWINS, [5, 6 + window, None], settings, seen).keys() == {(1, 2)}
    assert find(TWINS[:2], [None] * 2, settings, [700_000, 700_000 + window]).keys() == {(0, 1)}


def test_a_term_that_everyone_uses_finds_no_neighbours_but_rarer_ones_do():
    crowd = [article(n, f"lukashenko alone{n}only") for n in range(30)]
    crowd += [article(30 + n, "lukashenko vizier") for n in range(2)]
    found = find(crowd, [None] * 32, StorySettings(index_reach=10))
    assert found.keys() == {(30, 31)}


def test_of_a_term_that_many_have_each_is_held_against_the_next_texts():
    crowd = [article(n, f"lukashenko alone{n}only") for n in range(30)]
    every = find(crowd, [None] * 30, StorySettings(index_share=1.0))
    assert len(every) == 30 * 29 / 2
    found = find(crowd, [None] * 30, StorySettings(index_reach=10, index_share=1.0))
    assert found == {pair: value for pair, value in every.items() if pair[1] - pair[0] <= 10}


def test_articles_without_words_are_near_nobody():
    blank = [article(0, ""), article(1, "..."), article(2, "the of and"), article(3, "Harville flooding")]
    assert find(blank, [None] * 4, StorySettings()) == {}
    assert find([], [], StorySettings()) == {}


@pytest.mark.parametrize("new", [3, 20, 37])
def test_of_new_texts_all_pairs_are_found_and_of_others_none(new):
    articles, settings = texts(60, seed=4), StorySettings()
    rows, given = count_terms(articles, METHOD_LIMITS), times([None] * 60, [700_000 + n % 4 for n in range(60)])
    chosen = np.isin(np.arange(60), random.Random(new).sample(range(60), new))
    every, found = link(rows, given, settings), link(rows, given, settings, chosen)
    wanted = chosen[every.a] | chosen[every.b]
    assert 0 < wanted.sum() < len(wanted)
    for name in ("a", "b", "similarity"):
        assert np.array_equal(getattr(found, name), getattr(every, name)[wanted])


@pytest.mark.parametrize("overlap", [1e-12, 0.05, 0.1, 0.2])
@pytest.mark.parametrize("terms", [5, 40])
def test_few_new_texts_of_a_lake_find_what_they_find_among_all(overlap, terms):
    """Where few ask, only texts that have enough in common with one of them are weighed."""
    articles = texts(120, seed=int(100 * overlap))
    found_by = {"index_terms": terms, "index_overlap": overlap, "mention_overlap": overlap}
    settings = StorySettings(**found_by, index_reach=15, index_share=1.0)
    rows, seen = count_terms(articles, METHOD_LIMITS), [700_000 + n % 4 for n in range(120)]
    given = times([None] * 120, seen)
    given = given._replace(touches_many=np.arange(120) % 7 == 0)
    days, part = np.array(seen, np.int64), np.arange(120) / 120
    counted = Counted(Spans(days, days + settings.window_days), days, part)
    order = np.lexsort((part, days))  # as texts rank in the news
    chosen = np.zeros(120, np.bool_)
    chosen[random.Random(terms).sample(range(120), 6)] = True
    found = []
    for new in (np.ones(120, np.bool_), chosen):
        references = zip(np.unique(days).tolist(), count_references(rows, counted.spans, np.unique(days)), strict=True)
        ranked = Counted(counted.spans, days, part[order])
        compared = Compared(rows, order, given.take(order), new[order], (), False, ranked, UNKNOWN[: len(order)])
        links = find_links(compared, references, settings).links
        found.append([(order[a], order[b], s) for a, b, s in zip(links.a, links.b, links.similarity, strict=True)])
    wanted = [pair for pair in found[0] if chosen[pair[0]] or chosen[pair[1]]]
    assert 0 < len(wanted) < len(found[0])
    assert found[1] == wanted
