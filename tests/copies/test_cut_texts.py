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
