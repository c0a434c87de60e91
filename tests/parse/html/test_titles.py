"""The headline: which wording is chosen, and what is cut from it."""

from __future__ import annotations

import pytest

from storyfold.parse.html.metadata import Metadata
from storyfold.parse.html.titles import choose_title, remove_site_name


@pytest.mark.parametrize(
    ("title", "sites", "cut"),
    [
        ("Goat on roof | Barrow Bugle", ["Barrow Bugle"], "Goat on roof"),
        ("Goat on roof - News - Barrow Bugle", ["Barrow Bugle"], "Goat on roof - News"),
        ("Barrow Bugle: Goat on roof", ["Barrow Bugle"], "Barrow Bugle: Goat on roof"),
        ("Barrow Bugle | Goat on roof", ["Barrow Bugle"], "Goat on roof"),
        ("Goat on roof | bugle.example", ["bugle"], "Goat on roof"),
        ("Follow-up on a well-known goat", ["Goat"], "Follow-up on a well-known goat"),
        ("Goat | Sheep", [], "Goat | Sheep"),
        ("Barrow Bugle", ["Barrow Bugle"], "Barrow Bugle"),
        ("", ["x"], ""),
    ],
)
def test_site_names_are_cut_from_titles(title, sites, cut):
    assert remove_site_name(title, sites) == cut


LD, OG, H1 = "The goat came down from it", "Goat comes down at last today", "Down at last: the goat story"


@pytest.mark.parametrize(
    ("headlines", "og", "twitter", "headings", "page_title", "sites", "title"),
    [
        ([LD], [OG], None, [H1], None, [], LD),  # three wordings: JSON-LD
        ([LD], [OG], None, [OG], None, [], LD),
        ([], [OG], None, [H1], None, [], OG),
        ([], [], None, [H1], "Something else", [], H1),
        ([], [OG + " - Barrow Bugle"], None, [], None, ["Barrow Bugle"], OG),  # an outlet that only the source knows
        ([], [], None, [], OG + " >> NewsHeap 9", ["newsheap9"], OG),
        ([], [], None, [], OG + " | Europe | BB | 28.04.2031", ["BB"], OG + " | Europe"),
        ([], [], None, ["Barrow Bugle", H1], OG + " | Barrow Bugle", ["The Barrow Bugle"], H1),  # a logo
        # kickers and sections
        ([f"Culture: {LD}"], [OG], None, [LD], None, [], LD),
        ([f"Barrow: {LD}"], [f"Barrow: {LD}"], f"Barrow: {LD}", [LD], None, [], f"Barrow: {LD}"),  # most have it
        ([], [f"Goats on roofs: {LD}"], None, [f"Barrow town - {LD}"], None, [], LD),  # two kickers, one headline
        ([], ["Old Gerald said: no more of roofs"], None, ["Gerald said: no more of roofs"], None, [],
         "Old Gerald said: no more of roofs"),  # no kickers: they share words
        ([LD + " | Sport"], [LD], None, [LD], None, [], LD),
        ([], [LD + " - Local News"], None, [LD], None, [], LD),
        ([], [], None, [], None, [], None),
    ],
)  # fmt: skip
def test_the_headline_is_chosen_among_witnesses(headlines, og, twitter, headings, page_title, sites, title):
    metadata = Metadata(headlines=headlines, og_titles=og, twitter_title=twitter)
    assert choose_title(metadata, headings, page_title, sites) == title


def test_titles_are_cleaned():
    assert choose_title(Metadata(), [], "Goat comes down &amp; leaves | Bugle", ["bugle"]) == "Goat comes down & leaves"
    # a publisher that is the headline itself is no site's name
    same = Metadata(headlines=["Goat on the roof - and down again today"])
    same.sites = ("Goat on the roof - and down again today",)
    assert choose_title(same, [], None) == "Goat on the roof - and down again today"
