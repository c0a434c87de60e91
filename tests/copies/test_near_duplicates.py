"""The stage as a whole: order, nights, versions, families of one, and the figures it must reach."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import combinations

import pytest
from copies.copies_support import SEEN, Lake, article_of, fold, fold_file, make_article, what
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.copy_documents import Event, Maker, make
from benchmarks.quality import read_floors
from storyfold.copies.near_duplicates import NearDuplicates
from storyfold.run.text_features import sketch_articles
from storyfold.schemas.columns import make_arrow_table
from storyfold.schemas.pages import Article, get_seen_date
from storyfold.settings.copies import CopySettings

ALONE = CopySettings(boilerplate_articles=10_000)  # without boilerplate
ARTICLES = [article_of(row) for row in make(120, seed=7)]


def prose(seed: int, words: int) -> list[str]:
    return Event(random.Random(seed)).paragraphs(words)


def body(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs)


def cut(seed: int, words: int) -> str:
    """Cut so many words of prose."""
    return " ".join(" ".join(prose(seed, words + 40)).replace("“", "").replace("”", "").split()[:words])


def make_widely_printed() -> list[Article]:
    """Texts that share sentences with many others, each with more of them, or with fewer, than the last had."""
    common, story = " ".join(prose(70, 90)).split(), prose(71, 60)
    texts = [body(" ".join(common[: 12 + 13 * (n % 7)]), *prose(700 + n, 15 + 30 * (n % 4))) for n in range(22)]
    texts += [body(" ".join(common), *story, *prose(730 + n, 10)) for n in range(4)]
    return [make_article(f"w{n:02}", text, outlet=f"Paper {n}") for n, text in enumerate(texts)]


WIDELY_PRINTED = make_widely_printed()


@cache
def fold_together(settings: CopySettings, *, widely_printed: bool = False) -> NearDuplicates:
    """What one night of all the articles finds: what each drawn order of them is held against."""
    return fold(WIDELY_PRINTED if widely_printed else ARTICLES, settings)


@cache
def group_together(settings: CopySettings, *, widely_printed: bool = False) -> dict[str, tuple[object, ...]]:
    """The places of all the articles in one file."""
    return what(fold_file(WIDELY_PRINTED if widely_printed else ARTICLES, settings))


def test_every_article_has_one_place_and_every_family_one_independent_source() -> None:
    folded = fold_together(CopySettings())
    assert sorted(p.article_id for p in folded.families) == sorted(a.article_id for a in ARTICLES)
    sources = Counter(p.family_id for p in folded.families if p.independent_source)
    families = Counter(p.family_id for p in folded.families)
    assert sources == dict.fromkeys(families, 1)
    assert max(families.values()) > 5
    for place in folded.families:
        assert place.run_id == ""
        if families[place.family_id] == 1:
            assert (place.role, place.original_article_id) == ("original", place.article_id)


def test_a_family_is_named_after_the_member_seen_on_the_first_day() -> None:
    seen = {a.article_id: (get_seen_date(a.first_seen_at), a.article_id) for a in ARTICLES}
    members: dict[str, list[str]] = {}
    for place in fold_file(ARTICLES, CopySettings()):
        members.setdefault(place.family_id, []).append(place.article_id)
    assert all(family == min(names, key=seen.__getitem__) for family, names in members.items())


@settings(max_examples=6)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_articles_does_not_matter(shuffler: random.Random) -> None:
    shuffled = list(ARTICLES)
    shuffler.shuffle(shuffled)
    one, other = fold(shuffled, CopySettings()), fold_together(CopySettings())
    assert (one.copies, one.families) == (other.copies, other.families)


@settings(max_examples=5)
@given(st.lists(st.integers(0, 4), min_size=len(ARTICLES), max_size=len(ARTICLES)))
def test_nights_in_any_order_give_the_families_of_all_at_once(nights: list[int]) -> None:
    lake = Lake()
    for night in range(5):
        lake.night([a for a, n in zip(ARTICLES, nights, strict=True) if n == night], CopySettings())
    together = fold_together(CopySettings())
    assert what(lake.read_places()) == what(together.families) == group_together(CopySettings())
    assert sorted(lake.read_edges()) == sorted((e.article_id, e.of_article_id) for e in together.copies)


@settings(max_examples=5)
@given(st.randoms(use_true_random=False))
def test_new_versions_replace_texts_and_give_the_families_of_the_last_texts(chooser: random.Random) -> None:
    lake, texts = Lake(), [a.body for a in ARTICLES]
    first = [replace(a, body=chooser.choice(texts)) if chooser.random() < 0.3 else a for a in ARTICLES]
    lake.night(first, ALONE)
    changed = [replace(a, body=b.body, version=2) for a, b in zip(first, ARTICLES, strict=True) if a.body != b.body]
    lake.night(changed, ALONE)
    last = [*changed, *(a for a in first if a.article_id not in {b.article_id for b in changed})]
    assert what(lake.read_places()) == what(fold_file(last, ALONE))
    assert sorted(lake.read_edges()) == sorted((e.article_id, e.of_article_id) for e in fold(last, ALONE).copies)


@settings(max_examples=6)
@given(st.lists(st.integers(0, 3), min_size=12, max_size=12))
def test_a_chain_of_texts_is_cut_alike_however_it_arrives(nights: list[int]) -> None:
    text = " ".join(prose(21, 1_600)).replace("“", "").replace("”", "").split()
    chain = [make_article(f"w{n:02}", " ".join(text[n * 75 : n * 75 + 300])) for n in range(12)]  # .75 of the next
    lake = Lake()
    for night in range(4):
        lake.night([a for a, n in zip(chain, nights, strict=True) if n == night], ALONE)
    assert what(lake.read_places()) == what(fold_file(chain, ALONE))
    assert 3 < len({place.family_id for place in lake.read_places()}) < 12


@settings(max_examples=6)
@given(st.lists(st.integers(0, 3), min_size=26, max_size=26), st.sampled_from([3, 6]))
def test_a_sentence_that_many_texts_have_is_the_same_in_any_order_of_nights(nights: list[int], most: int) -> None:
    given = replace(ALONE, most_documents=most, most_candidates=2)
    lake = Lake()
    for night in range(4):
        lake.night([a for a, n in zip(WIDELY_PRINTED, nights, strict=True) if n == night], given)
    together = fold_together(given, widely_printed=True)
    assert what(lake.read_places()) == what(together.families) == group_together(given, widely_printed=True)
    assert sorted(lake.read_edges()) == sorted((e.article_id, e.of_article_id) for e in together.copies)


def test_a_hash_of_more_than_four_hundred_texts_counts_whichever_of_them_lands_last() -> None:
    phrase, story = cut(3_000, 12), cut(4_002, 30)
    many = [make_article(f"m{n:03}", body(cut(5_000 + n, 70), phrase)) for n in range(420)]
    many[399] = make_article("m399", body(story, phrase, cut(7_000, 40)))
    late, oldest = make_article("z", body(cut(7_002, 40), phrase, story)), make_article("a", many[0].body + " ends")
    sketches = sketch_articles(make_arrow_table([many[399], late, many[0]], Article))["hashes"].to_pylist()
    shared = [len({*one} & {*other}) for one, other in combinations(sketches, 2)]
    assert shared == [4, 1, 1]  # the least that is compared, the hash among them that all have
    together = read_all(fold_nights([oldest, *many, late]))
    assert frozenset(("m399", "z")) in together[1]
    assert read_all(fold_nights([*many, late], [oldest])) == together
    assert read_all(fold_nights([late], [oldest, *many[:200]], many[200:])) == together
    assert what(fold_file([oldest, *many, late], CopySettings())) == together[0]


def read_all(lake: Lake) -> tuple[dict[str, tuple[object, ...]], list[frozenset[str]]]:
    return what(lake.read_places()), sorted((frozenset(edge) for edge in lake.read_edges()), key=sorted)


def fold_nights(*nights: list[Article]) -> Lake:
    lake = Lake()
    for night in nights:
        lake.night(night, CopySettings())
    return lake


def reprint(name: str, day: int, text: str, **given: object) -> Article:
    seen = SEEN + timedelta(days=day)
    return make_article(name, text, first_seen_at=seen, outlet=f"Paper {name}", **given)


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (4, 3, 2, 1, 0), (1, 3, 0, 4, 2)])
def test_identical_texts_are_one_family_whenever_each_is_found(order: tuple[int, ...]) -> None:
    text = body(*prose(31, 200))
    same = [reprint(name, day, text) for name, day in zip("abcde", (0, 1, 40, 80, 81), strict=True)]
    together = read_all(fold_nights(same))
    assert read_all(fold_nights(*([same[number]] for number in order))) == together
    assert len({place[0] for place in together[0].values()}) == 1
    assert len(together[1]) == 4


@pytest.mark.parametrize("paragraph", [True, False])
def test_a_founder_that_changes_leaves_its_reprints_together(paragraph: bool) -> None:
    text = body(*prose(32, 200))
    same = [reprint(name, 0, text) for name in "abcd"]
    other = body(*prose(33, 60), *([text] if paragraph else []))
    changed = replace(reprint("a", 1, other, version=2), first_seen_at=same[0].first_seen_at)
    nights, together = fold_nights(same, [changed]), fold_nights([*same[1:], changed])
    assert read_all(nights) == read_all(together)
    assert len({places[0] for name, places in read_all(nights)[0].items() if name != "a"}) == 1


def test_a_corrected_row_keeps_its_place_among_later_reprints() -> None:
    text = body(*prose(34, 200))
    same = [reprint(name, day, text) for name, day in zip("abcd", (0, 1, 60, 61), strict=True)]
    lake = fold_nights(*([article] for article in same))
    before = read_all(lake)
    lake.correct(replace(same[0], date_confidence="low"), CopySettings())
    assert read_all(lake) == before


def test_a_form_of_an_earlier_outlet_meets_a_text_that_came_before_it() -> None:
    form = body(*prose(35, 60))
    pages = [make_article(f"o{n}", body(form, *prose(40 + n, 8)), outlet="Paper X") for n in range(6)]
    later = reprint("zb", 50, form)
    assert read_all(fold_nights([later], pages)) == read_all(fold_nights(pages, [later]))
    assert read_all(fold_nights([later], pages)) == read_all(fold_nights([*pages, later]))


def test_a_re_cut_version_is_one_witness() -> None:
    form = body(*prose(36, 90))
    pages = [make_article(f"o{n}", body(form, *prose(50 + n, 20)), outlet="Paper X") for n in range(4)]
    other = make_article("y", form, outlet="Paper Y")
    lake = fold_nights([*pages, other])
    before = read_all(lake)
    lake.correct(pages[0], CopySettings())
    assert read_all(lake) == before


def test_short_texts_count_alike_in_a_file_and_in_a_lake() -> None:
    form = body(*prose(37, 90))
    pages = [make_article(f"o{n}", body(form, *prose(60 + n, 12)), outlet="Paper X") for n in range(6)]
    stubs = [make_article(f"s{n:03}", "gallery", outlet="Paper X") for n in range(700)]
    every = [*pages, make_article("y", form, outlet="Paper Y"), *stubs]
    assert what(fold_file(every, CopySettings())) == what(fold(every, CopySettings()).families)


def test_a_night_without_news_changes_nothing() -> None:
    lake = Lake()
    lake.night(ARTICLES, ALONE)
    again = lake.night(ARTICLES[:20], ALONE)
    assert again.families == []


def test_two_families_that_a_new_article_joins_keep_the_older_founders_id() -> None:
    text = prose(1, 400)
    half = len(text) // 2
    early = make_article("b", body(*text[:half]), first_seen_at=SEEN)
    late = make_article("a", body(*text[half:]), first_seen_at=SEEN + timedelta(days=1))
    lake = Lake()
    assert what(lake.night([early, late], ALONE).families).keys() == {"a", "b"}
    whole = make_article(
        "c", body(*text, *prose(3, 500)), first_seen_at=SEEN - timedelta(days=1), agency="AP", outlet="AP"
    )
    places = {p.article_id: p for p in lake.night([whole], ALONE).families}
    assert {p.family_id for p in places.values()} == {"c"}
    assert {name: p.role for name, p in places.items()} == {"a": "excerpt", "b": "excerpt", "c": "original"}


def test_a_round_up_joins_none_of_its_parts() -> None:
    parts = [make_article(f"p{n}", body(*prose(n, 120)), outlet=f"Paper {n}") for n in range(3)]
    round_up = make_article("r", body(*(a.body for a in parts)), first_seen_at=SEEN + timedelta(hours=9))
    for articles in ([*parts, round_up], [round_up, *parts[:2]]):
        places = fold_file(articles, CopySettings())
        assert len({p.family_id for p in places}) == len(articles)


def test_a_copy_of_a_round_up_joins_it() -> None:
    parts = [make_article(f"p{n}", body(*prose(n, 120)), outlet=f"Paper {n}") for n in range(3)]
    round_ups = [make_article(name, body(*(a.body for a in parts)), outlet=name) for name in ("r1", "r2")]
    places = what(fold_file([*parts, *round_ups], CopySettings()))
    assert places["r1"][0] == places["r2"][0]
    assert len({place[0] for place in places.values()}) == 4


def test_excerpts_that_do_not_meet_join_their_original() -> None:
    text = " ".join(prose(5, 900)).split()
    whole = make_article("w", " ".join(text), outlet="Whole")
    cuts = [make_article(f"x{n}", " ".join(text[n * 350 : n * 350 + 110]), outlet=f"Cut {n}") for n in range(2)]
    places = what(fold_file([whole, *cuts], CopySettings()))
    assert {place[0] for place in places.values()} == {"w"}
    assert places["x0"][1] == places["x1"][1] == "excerpt"


def test_bodies_alone_are_enough() -> None:
    text = body(*prose(9, 200))
    places = what(fold_file([make_article("1", text), make_article("2", text), make_article("3", "")], CopySettings()))
    assert places["1"][0] == places["2"][0] == "1"
    assert places["3"] == ("3", "original", "3", True)


@pytest.mark.slow
def test_one_text_in_more_papers_than_one_hash_may_have_is_one_family() -> None:
    text = prose(11, 150)
    many = [make_article(f"{n:04}", body(*text, prose(100 + n, 20)[0]), outlet=f"Paper {n}") for n in range(420)]
    folded = fold(many, CopySettings())
    assert {p.family_id for p in folded.families} == {"0000"}
    assert len(folded.copies) <= 64 * len(many)


@pytest.mark.parametrize(
    "hostile",
    ["a " * 500_000, "ab" * 500_000, "\n" * 1_000_000, '"' * 1_000_000, '" x' * 300_000, "\ud800 " * 1_000, "\0" * 9,
     "one two three four five six seven " * 30_000],
)  # fmt: skip
def test_hostile_texts_come_to_an_end(hostile: str) -> None:
    places = fold_file(
        [make_article("1", hostile), make_article("2", hostile + " and more"), ARTICLES[0]], CopySettings()
    )
    assert len(places) == 3


def test_the_known_families_of_generated_documents_are_found() -> None:
    rows = make(1_000, seed=3)
    places = fold_file([article_of(row) for row in rows], CopySettings())
    together = pairs({p.article_id: p.family_id for p in places})
    truly = pairs({row["id"]: row["family"] for row in rows})
    both = len(together & truly)
    precision, recall = both / len(together), both / len(truly)
    told = {row["id"]: row["role"] for row in rows if row.get("role") in ("original", "mirror", "update")}
    roles = sum(told.get(p.article_id) == p.role for p in places) / len(told)
    found = {"precision": precision, "recall": recall, "roles": roles}
    floors = read_floors("folded")
    assert floors.keys() == found.keys()
    assert all(found[name] >= floor for name, floor in floors.items()), found


def pairs(families: dict[str, str]) -> set[tuple[str, str]]:
    members: dict[str, list[str]] = {}
    for name in sorted(families):
        members.setdefault(families[name], []).append(name)
    return {(a, b) for names in members.values() for a in names for b in names if a < b}


def test_forms_of_one_outlet_are_no_family() -> None:
    maker = Maker(5)
    for _ in range(60):
        maker.form("weather", 45, 1, 1.0)
    places = fold_file([article_of(row) for row in maker.rows], CopySettings())
    assert len({p.family_id for p in places}) == len(places)
