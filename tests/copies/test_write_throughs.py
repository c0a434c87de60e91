"""An agency's report and its later version with a new lead are one family; two of its reports are not."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from copies.copies_support import SEEN, Lake, fold, fold_file, make_article, what

from benchmarks.copy_documents import Event, edit_paragraphs
from storyfold.schemas.pages import Article
from storyfold.settings.copies import CopySettings

EARLY, LATE = 0, 9  # hours


def prose(seed: int, words: int) -> list[str]:
    """Cut prose without quotations into paragraphs of 20 words."""
    text = " ".join(Event(random.Random(seed)).paragraphs(words + 60)).replace("“", "").replace("”", "").split()[:words]
    return [" ".join(text[place : place + 20]) for place in range(0, words, 20)]


def print_versions(kept: float, agency: str | None = "AP", hours: float = LATE, **given: Any) -> list[Article]:
    """Print a report of 400 words and a later one that has `kept` of it below a lead of its own: three papers each."""
    chance, first = random.Random(3), prose(40, 400)
    later = [*prose(41, 160), *first[round(len(first) * (1 - kept)) :]]
    made = []
    for name, version, hour in (("a", first, EARLY), ("b", later, hours)):
        for number in range(3):
            text = edit_paragraphs(chance, version, 0.01)
            published = SEEN + timedelta(hours=hour - 12, minutes=number)
            values = {
                "outlet": f"Paper {name}{number}", "agency": agency, "published_at": published,
                "published_precision": "second", "date_confidence": "high",
            }  # fmt: skip
            made.append(make_article(f"{name}{number}", "\n\n".join(text), **values | given))
    return made


def count_families(articles: list[Article], settings: CopySettings | None = None) -> int:
    return len({place.family_id for place in fold_file(articles, settings or CopySettings())})


def test_a_report_and_its_later_version_are_one_family() -> None:
    printed = print_versions(0.62)
    (family,) = {place.family_id for place in fold_file(printed, CopySettings())}
    assert family == "a0"
    places = fold(printed, CopySettings())
    assert {place.family_id for place in places.families} == {family}
    assert sum(place.independent_source for place in places.families) == 1
    crossing = [edge for edge in places.copies if edge.article_id[0] != edge.of_article_id[0]]
    assert {edge.kind for edge in crossing} == {"write-through"}
    assert all(edge.article_id[0] == "b" for edge in crossing)  # the later version took it from the earlier one


@pytest.mark.parametrize(
    ("why", "given"),
    [
        ("they share too little", {"kept": 0.4}),
        ("no agency is credited", {"kept": 0.62, "agency": None}),
        ("days lie between them", {"kept": 0.62, "hours": 60}),
    ],
)
def test_what_is_no_write_through_stays_apart(why: str, given: dict[str, Any]) -> None:
    assert count_families(print_versions(**given)) == 2, why


@pytest.mark.parametrize(
    ("own", "printed", "apart"),
    [
        (("AP/Reuters", None), ("Reuters", None), False),
        (("Reuters/AP", None), ("AP/Reuters", None), False),
        ((None, "ČTK"), ("ČTK", None), False),
        ((None, "Keystone-SDA"), ("Keystone-SDA", None), False),
        (("AP/AFP", None), ("Reuters/dpa", None), True),
    ],
)
def test_an_agency_is_itself_however_it_is_named(
    own: tuple[str | None, str | None], printed: tuple[str | None, str | None], apart: bool
) -> None:
    first = [replace(article, agency=own[0], outlet=own[1] or article.outlet) for article in print_versions(0.62)[:3]]
    later = print_versions(0.62, printed[0])[3:]
    assert count_families([first[0], *later]) == 1 + apart


def test_printings_of_the_later_version_are_no_mirrors_of_the_earlier_one() -> None:
    """The agency's own page has the first version; two of three papers print the second a day later without credit."""
    first, *_, later = print_versions(0.62, hours=30)
    own = replace(first, outlet="AP", url="https://apnews.com/1")
    others = [replace(later, article_id=name, outlet=f"Paper {name}", agency=None) for name in ("c", "d")]
    places = {place.article_id: place for place in fold_file([own, later, *others], CopySettings())}
    assert {place.family_id for place in places.values()} == {own.article_id}
    assert {place.original_article_id for place in places.values()} == {own.article_id}
    assert {places[name].role for name in ("b2", "c", "d")} == {"syndicated"}


def test_texts_of_two_agencies_stay_apart() -> None:
    printed = [*print_versions(0.62)[:3], *print_versions(0.62, "dpa")[3:]]
    assert count_families(printed) == 2


def test_what_counts_can_be_set() -> None:
    assert count_families(print_versions(0.62), CopySettings(write_through_share=0.7)) == 2
    assert count_families(print_versions(0.62), CopySettings(write_through_hours=2)) == 2
    assert count_families(print_versions(0.62, hours=60), CopySettings(write_through_hours=72)) == 1


def test_without_dates_the_days_seen_count() -> None:
    undated = {"published_at": None, "published_precision": "none", "date_confidence": "none"}
    assert count_families(print_versions(0.62, **undated)) == 1
    late = print_versions(0.62, first_seen_at=SEEN + timedelta(days=5), **undated)
    assert count_families([*print_versions(0.62, **undated)[:3], *late[3:]]) == 2


def test_printings_that_were_cut_do_not_hide_that_the_others_are_versions() -> None:
    printed = print_versions(0.62)
    cut = [make_article("c", " ".join(printed[5].body.split()[:190]), outlet="Paper c", agency="AP")]
    assert count_families([*printed, *cut]) == 1


def test_a_background_paragraph_joins_no_second_report() -> None:
    """A brief of the first report's background is half of what a second report quotes of it."""
    first = print_versions(0.62)[:3]
    background = " ".join(first[0].body.split()[200:300])
    brief = make_article("d", background, outlet="Paper d", agency="AP")
    words = [*prose(50, 120), " ".join(background.split()[:60])]
    second = make_article("e", "\n\n".join(words), outlet="Paper e", agency="AP")
    assert count_families([*first, brief, second]) == 2


def test_nights_in_any_order_give_the_same() -> None:
    printed = print_versions(0.62)
    whole = what(fold_file(printed, CopySettings()))
    nights = printed[::3], printed[1::3], printed[2::3]
    for order in permutations(nights):
        lake = Lake()
        for night in order:
            lake.night(night, CopySettings())
        assert what(lake.read_places()) == whole
    assert len({place[0] for place in whole.values()}) == 1
