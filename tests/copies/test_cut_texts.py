"""What a text lacks of a longer one says which was first, in families as in pairs, of a file and of a lake."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from copies.copies_support import SEEN, Lake, fold, fold_file, make_article, what
from copies.test_write_throughs import prose

from storyfold.copies.copy_rows import make_copies, make_edges
from storyfold.schemas.pages import Article
from storyfold.settings.copies import CopySettings

WHOLE, HEAD = "\n\n".join(prose(60, 300)), " ".join(prose(61, 20))
CUT = " ".join(WHOLE.split()[:240])


def make_pair(original: str, copy: str) -> list[Article]:
    """Make two undated texts of two outlets: the copy has the smaller id, which is a guess for the first."""
    return [make_article("a", copy, outlet="Paper a"), make_article("b", original, outlet="Paper b")]


@pytest.mark.parametrize(("original", "copy"), [(WHOLE, CUT), (WHOLE, f"{HEAD}\n\n{WHOLE}")])
def test_of_undated_texts_the_cut_one_and_the_one_with_more_at_its_head_are_copies(original: str, copy: str) -> None:
    places = {place.article_id: place for place in fold_file(make_pair(original, copy), CopySettings())}
    assert (places["b"].role, places["a"].original_article_id) == ("original", "b")
    assert places["a"].original_confidence == "low"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_lake_knows_of_an_earlier_night_what_the_longer_text_had_more(order: tuple[int, int]) -> None:
    pair = make_pair(WHOLE, CUT)
    later = [replace(article, first_seen_at=SEEN + timedelta(hours=1)) for article in pair]
    third = make_article("c", CUT.replace(CUT.split()[7], "otherwise"), outlet="Paper c")
    lake = Lake()
    for place in order:
        lake.night([later[place]], CopySettings())
    lake.night([third], CopySettings())  # by which the family is grouped anew, from rows of `copies` alone
    assert what(lake.read_places()) == what(fold_file([*later, third], CopySettings()))
    assert {place.original_article_id for place in lake.read_places()} == {"b"}


@pytest.mark.parametrize(("original", "copy"), [(WHOLE, CUT), (WHOLE, f"{HEAD}\n\n{WHOLE}")])
def test_rows_and_edges_say_the_same(original: str, copy: str) -> None:
    articles = make_pair(original, copy)
    rows = fold(articles, CopySettings()).copies
    assert make_copies(*make_edges(rows, {"a": 0, "b": 1}, articles.__getitem__)) == rows
    (row,) = rows
    more = (0, 0, 60) if copy == CUT else (20, 0, 0)
    assert (row.words_before, row.words_between, row.words_after) == more
    assert row.other_is_longer is (copy == CUT)


def test_rows_of_older_programs_are_read() -> None:
    articles = make_pair(WHOLE, CUT)
    older = [
        replace(row, other_is_longer=None, words_before=None, words_between=None, words_after=None)
        for row in fold(articles, CopySettings()).copies
    ]
    edges, directions = make_edges(older, {"a": 0, "b": 1}, articles.__getitem__)
    assert edges.extra.tolist() == [[0, 0, 0]]
    assert directions.find(0).first_copied


@pytest.mark.parametrize("days", [0, 1])
def test_a_paper_that_writes_its_lead_anew_made_no_original_of_its_update(days: int) -> None:
    """The later text has a lead of 60 words for one of 160, so the earlier one has more before what both have."""
    first = prose(40, 400)
    later = "\n\n".join([*prose(41, 60), *first[8:]])
    seen = SEEN + timedelta(days=days)
    a = make_article("a", "\n\n".join(first), outlet="The Paper")
    b = make_article("b", later, outlet="The Paper", first_seen_at=seen)
    places = {place.article_id: place for place in fold([a, b], CopySettings()).families}
    assert (places["a"].role, places["b"].original_article_id) == ("original", "a")
    other = replace(b, outlet="Another Paper")
    (edge,) = fold([a, other], CopySettings()).copies
    assert edge.direction_confidence == ("unknown" if days == 0 else "low")
    assert not any("adds" in piece for piece in edge.evidence)


def test_a_pair_too_weak_for_a_family_says_nothing_of_who_was_first_in_one() -> None:
    whole = prose(1, 600)
    bodies = {"a": (whole[:18], "A"), "b": (whole[7:23], "Z"), "h": (whole, "H")}
    made = [make_article(name, "\n\n".join(body), outlet=outlet) for name, (body, outlet) in bodies.items()]
    found = fold(made, CopySettings())
    assert {edge.kind for edge in found.copies if "h" not in (edge.article_id, edge.of_article_id)} == {"partial"}
    assert {place.original_article_id for place in found.families} == {"h"}


def test_older_rows_whose_copier_is_the_longer_text_are_read() -> None:
    articles = make_pair(WHOLE, f"{HEAD}\n\n{WHOLE}")
    (row,) = fold(articles, CopySettings()).copies
    assert row.article_id == "a"
    older = replace(row, other_is_longer=None, words_before=None, words_between=None, words_after=None)
    edges, directions = make_edges([older], {"a": 0, "b": 1}, articles.__getitem__)
    assert (edges.short.tolist(), directions.find(0).first_copied) == ([0], True)
