"""Dates that a family shows to be false, and those of ordinary reprints, which it does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from copies.copies_support import Lake, fold, make_article
from tests_support import costs_at_most

from storyfold.copies.date_doubts import YEARS_IN, find_date_doubt, find_later_year
from storyfold.schemas.pages import Article, DateClaim
from storyfold.settings.copies import CopySettings

MONDAY = datetime(2026, 3, 9, tzinfo=UTC)
REST = "\n\n".join(
    f"Witness number {n} told the wardens that door {3 * n} of the long gallery stood open, and that nobody came by."
    for n in range(12)
)
TEXTS = {
    "en": "Burglars who came by the roof stole the bronze hare of the city early on Monday. Nobody was hurt.\n\n",
    "de": "Einbrecher haben am frühen Montag den Bronzehasen der Stadt gestohlen. Verletzt wurde niemand.\n\n",
    "fr": "Des voleurs ont emporté lundi le lièvre de bronze de la ville. Personne n'a été blessé.\n\n",
    "es": "Unos ladrones robaron el lunes la liebre de bronce de la ciudad. Nadie resultó herido.\n\n",
    "it": "I ladri hanno rubato lunedì la lepre di bronzo della città. Nessuno è rimasto ferito.\n\n",
}


def original(language: str = "en", lead: str = "", **more: object) -> Article:
    given: dict[str, object] = {
        "outlet": "Tollan Post",
        "url": "https://tollan-post.example/hare",
        "authors": ("Aldo Finn",),
        "published_at": MONDAY + timedelta(hours=8, minutes=40),
        "published_precision": "minute",
        "date_confidence": "high",
        "language": language,
    }
    return make_article("original", (lead or TEXTS[language]) + REST, **given | more)


def mirror(language: str = "en", lead: str = "", **more: object) -> Article:
    given: dict[str, object] = {
        "outlet": "Heap",
        "url": "https://heap.example/x/hare",
        "published_at": MONDAY - timedelta(days=1),
        "published_precision": "day",
        "date_confidence": "medium",
        "date_reason": "a time element alone gives 2026-03-08",
        "language": language,
    }
    return make_article("mirror", (lead or TEXTS.get(language, TEXTS["en"])) + REST, **given | more)


@pytest.mark.parametrize("language", sorted(TEXTS))
@pytest.mark.parametrize("days", [1, 2])
def test_a_page_dated_before_the_day_of_which_its_text_tells(language: str, days: int) -> None:
    found = find_date_doubt(mirror(language, published_at=MONDAY - timedelta(days=days)), original(language))
    assert found is not None
    assert found.startswith("dated before ")
    assert found.endswith("2026-03-09, of which its text tells; Tollan Post is of 2026-03-09")


def test_the_doubted_is_not_the_original_and_the_edge_runs_from_it() -> None:
    folded = fold([mirror(), original()], CopySettings())
    places = {place.article_id: place for place in folded.families}
    assert {place.original_article_id for place in places.values()} == {"original"}
    assert (places["mirror"].role, places["original"].date_doubt) == ("mirror", None)
    assert "of which its text tells" in (places["mirror"].date_doubt or "")
    assert [(copy.article_id, copy.of_article_id) for copy in folded.copies] == [("mirror", "original")]


def test_a_doubt_that_a_later_night_brings_is_a_new_place_and_comes_once() -> None:
    lake = Lake()
    (first,) = lake.night([mirror()], CopySettings()).families
    assert first.date_doubt is None
    places = {place.article_id: place for place in lake.night([original()], CopySettings(), date(2026, 3, 10)).families}
    assert places["mirror"].date_doubt
    assert lake.night([original()], CopySettings(), date(2026, 3, 11)).families == []


def test_a_page_dated_days_before_what_it_names_as_its_source() -> None:
    early = {"published_at": MONDAY - timedelta(days=3), "lead": "What follows was told by others.\n\n"}
    told = original(lead=str(early["lead"]))
    linked = mirror(original_url="https://tollan-post.example/hare", **early)
    assert "which it names as its original" in (find_date_doubt(linked, told) or "")
    assert "which it credits" in (find_date_doubt(mirror(authors=("Tollan Post",), **early), told) or "")
    agency = replace(told, outlet="Associated Press", agency="AP")
    assert "the agency that it credits" in (find_date_doubt(mirror(agency="AP", **early), agency) or "")
    assert find_date_doubt(mirror(**early), told) is None  # nothing says which of the two was first


@pytest.mark.parametrize(
    "more",
    [
        {"published_at": MONDAY},
        {"published_at": MONDAY - timedelta(days=4)},
        {"date_confidence": "high"},
        {"date_claims": (DateClaim(where="meta", words="", value=MONDAY - timedelta(days=1), precision="day"),)},
        {"authors": ("Jo Example",)},
        {"agency": "AP"},
        {"published_at": MONDAY - timedelta(hours=4), "published_precision": "minute"},
        {"language": "fi"},
        {"lead": "Burglars stole the bronze hare of the city. Nobody was hurt.\n\n"},
    ],
    ids=["same day", "an earlier Monday", "sure", "structured", "author", "agency", "zone", "language", "no weekday"],
)
def test_no_doubt_of_a_copy_that_may_well_be_of_its_date(more: dict[str, object]) -> None:
    assert find_date_doubt(mirror(**more), original()) is None


@pytest.mark.parametrize(
    "lead",
    [
        "The council votes on Monday on the bronze hare of the city.\n\n",
        "The council, which was asked twice, will vote on Monday on the hare.\n\n",
        "Der Rat stimmt am Montag über den Bronzehasen der Stadt ab.\n\n",
    ],
)
def test_a_plan_for_the_next_day_is_no_report_of_it(lead: str) -> None:
    language = "de" if lead.startswith("Der") else "en"
    assert find_date_doubt(mirror(language, lead), original(language, lead)) is None


def test_a_paper_may_run_a_wires_text_before_the_agencys_own_page_and_a_zone_is_no_contradiction() -> None:
    agency = original(outlet="Associated Press", agency="AP", lead="The bronze hare was stolen.\n\n")
    for early in (timedelta(hours=1), timedelta(hours=20)):
        paper = mirror(agency="AP", published_at=agency.published_at - early, published_precision="minute")
        assert find_date_doubt(paper, agency) is None
    assert find_date_doubt(mirror(agency="AP"), agency) is None  # the day before, in a zone that nobody knows


def test_a_witness_must_be_sure_itself() -> None:
    assert find_date_doubt(mirror(), original(date_confidence="medium")) is None
    assert find_date_doubt(mirror(), original(authors=())) is None


@pytest.mark.parametrize("text", ["2024 ", "2024. ", "was 2024 ", "will 2024\n", "2024 2025 ", "a", "2023."])
def test_thousands_of_years_in_a_text_take_little_time(text: str) -> None:
    body = text * (YEARS_IN // len(text) + 1)
    early, late = (replace(original(published_at=datetime(year, 3, 1, tzinfo=UTC)), body=body) for year in (2022, 2025))
    with costs_at_most(1):  # some milliseconds; it took seconds for a thousand years, and four times that for twice
        found = find_later_year(early, late)
    assert found == (2024 if text == "was 2024 " else None)
