"""Alignment: what is equal is found, edits are bridged, phrases are not, and hostile texts stay linear."""

from __future__ import annotations

import random
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pytest
from copies.copies_support import make_article
from hypothesis import given
from hypothesis import strategies as st
from tests_support import costs_at_most

from benchmarks.copy_documents import Event, edit_paragraphs
from storyfold.copies.align import LEAST_SPAN, Spans, align_with_index, count_slots, index_text, make_room
from storyfold.copies.compare_texts import compare_pairs, make_day_pairs
from storyfold.copies.copy_rows import make_copies
from storyfold.copies.edges import MOST_SPANS, Directions, judge_comparisons
from storyfold.kernels.arrays import Flags, LongHashes
from storyfold.kernels.compiled import compiled
from storyfold.schemas.copies import Copy
from storyfold.schemas.pages import Article
from storyfold.settings.copies import CopySettings
from storyfold.text.characters import read_character_tables
from storyfold.text.words import join_texts


class Alignment(NamedTuple):
    """What two texts share: spans in the order of the first, and the words of each that have an equal partner."""

    spans: Spans
    equal: Flags
    equal_other: Flags
    steady: Flags


def align(words: LongHashes, other: LongHashes) -> Alignment:
    """Find what of `words` stands in `other`; the shorter text comes first."""
    return Alignment(*_align(words, other))


@compiled
def _align(words: LongHashes, other: LongHashes) -> tuple[Spans, Flags, Flags, Flags]:
    equal, equal_other = np.zeros(len(words), np.bool_), np.zeros(len(other), np.bool_)
    steady = np.zeros(len(words), np.bool_)
    heads, nexts = np.empty(count_slots(len(other)), np.int32), np.empty(len(other), np.int32)
    index_text(other, heads, nexts)
    room = make_room(len(words))
    kept = align_with_index(words, other, (heads, nexts), room, equal, equal_other, steady)
    return room.spans[:kept].copy(), equal, equal_other, steady


NUMBERS = st.lists(st.integers(0, 6), max_size=60)


def words(numbers: list[int]) -> np.ndarray:
    return np.array(numbers, np.uint64)


def prose(seed: int, length: int) -> str:
    return " ".join(Event(random.Random(seed)).paragraphs(length)).replace("“", "").replace("”", "")


def checked(*articles: Article) -> Copy | None:
    copies = group_pair(*articles)
    assert copies == group_pair(*reversed(articles))  # which is given first does not matter
    return copies[0] if copies else None


def group_pair(one: Article, two: Article) -> list[Copy]:
    """Compare two texts, whatever their sketches share."""
    texts, ids = join_texts([one.body, two.body]), pa.array([one.article_id, two.article_id])
    starts, hashes = np.zeros(3, np.int64), np.empty(0, np.uint64)
    pairs = make_day_pairs(np.array([0]), np.array([1]), starts, hashes, np.empty(0, np.bool_))
    is_same = one.outlet is not None and one.outlet == two.outlet
    outlets = np.array([0, 0 if is_same else 1], np.int32)
    edges = judge_comparisons(compare_pairs([pairs], texts, ids, read_character_tables()), outlets, CopySettings())
    return make_copies(edges, Directions(edges, [one, two].__getitem__))


@given(NUMBERS, NUMBERS)
def test_spans_lie_within_the_texts_and_equal_words_have_partners(one: list[int], other: list[int]) -> None:
    found = align(words(one), words(other))
    for start, of_start, length, of_length in found.spans.tolist():
        assert 0 <= start < start + length <= len(one)
        assert 0 <= of_start < of_start + of_length <= len(other)
        assert one[start] == other[of_start]
        assert one[start + length - 1] == other[of_start + of_length - 1]
    starts = found.spans["start"]
    assert (starts[1:] >= starts[:-1] + found.spans["words"][:-1]).all()
    covered = {w for start, _, length, _ in found.spans.tolist() for w in range(start, start + length)}
    assert set(np.flatnonzero(found.equal).tolist()) <= covered
    assert {one[w] for w in np.flatnonzero(found.equal)} <= set(other)
    assert not (found.steady & ~found.equal).any()


@given(st.lists(st.integers(0, 10**6), min_size=LEAST_SPAN, max_size=80, unique=True), NUMBERS, NUMBERS)
def test_a_text_within_another_is_found_whole(text: list[int], before: list[int], after: list[int]) -> None:
    text = [number + 100 for number in text]
    found = align(words(text), words([*before, *text, *after]))
    assert found.spans.tolist() == [(0, len(before), len(text), len(text))]
    assert found.equal.all()


def test_single_equal_words_between_edits_count() -> None:
    one = [1, 2, 3, 4, 90, 5, 91, 6, 7, 8, 9]
    other = [1, 2, 3, 4, 80, 81, 5, 82, 6, 7, 8, 9]
    found = align(words(one), words(other))
    assert found.spans.tolist() == [(0, 0, 11, 12)]
    assert np.flatnonzero(~found.equal).tolist() == [4, 6]
    assert np.flatnonzero(~found.equal_other).tolist() == [4, 5, 7]


def test_paragraphs_in_another_order_are_found() -> None:
    text = list(range(60))
    found = align(words(text[20:] + text[:20]), words(text))
    assert found.spans.tolist() == [(0, 20, 40, 40), (40, 0, 20, 20)]


def test_a_shared_phrase_is_no_span() -> None:
    phrase = list(range(LEAST_SPAN - 1))
    assert not len(align(words([100, *phrase, 101]), words([200, *phrase, 201])).spans)


@pytest.mark.parametrize("numbers", [[1] * 50_000, [1, 2] * 25_000, list(range(250)) * 200])
def test_repetition_without_end_stays_linear(numbers: list[int]) -> None:
    align(words(numbers[:1_000]), words([*numbers[:999], 7]))  # compiles, where no one has yet
    with costs_at_most(2):
        align(words(numbers), words([*numbers[:-1], 7]))


@pytest.mark.parametrize("share", [0.02, 0.05, 0.1])
def test_a_reprint_with_small_edits_is_a_full_copy(share: float) -> None:
    text = prose(1, 400)
    copy = checked(make_article("a", text), make_article("b", edit_paragraphs(random.Random(2), [text], share)[0]))
    assert copy is not None
    assert copy.kind == "full"
    assert copy.share_of_this == pytest.approx(1 - share, abs=0.06)


def test_an_excerpt_and_its_spans() -> None:
    text = prose(3, 600)
    excerpt = " ".join(text.split()[150:260])
    copy = checked(make_article("a", text), make_article("b", excerpt))
    assert copy is not None
    assert (copy.kind, copy.article_id, copy.share_of_this) == ("excerpt", "b", 1.0)
    assert [(s.start, s.of_start, s.words, s.of_words) for s in copy.spans] == [(0, 150, 110, 110)]


def test_quotations_alone_make_no_family() -> None:
    quotes = [f"“{prose(n, 40)}” said the minister." for n in range(20, 23)]
    reports = [make_article(f"{n}", "\n\n".join([prose(n, 60), *quotes])) for n in range(2)]
    copy = checked(*reports)
    assert copy is not None
    assert copy.kind == "partial"
    assert copy.share_of_this > 0.5


def test_a_speech_printed_twice_is_a_copy() -> None:
    speech = "\n\n".join(f"“{prose(n, 40)}”" for n in range(30, 35))
    copy = checked(make_article("a", speech), make_article("b", speech))
    assert copy is not None
    assert copy.kind == "full"


def test_a_form_filled_in_anew_is_no_copy() -> None:
    form = prose(4, 200).split()
    filled = [[w if n % 7 else str(day * 31 + n) for n, w in enumerate(form)] for day in (1, 2)]
    articles = [make_article(f"{day}", " ".join(w), outlet=f"Paper {day}") for day, w in enumerate(filled)]
    copy = checked(*articles)
    assert copy is not None
    assert copy.kind == "partial"


def test_the_same_outlets_later_text_is_an_update() -> None:
    text = prose(5, 250)
    early = make_article("a", text, outlet="Paper")
    late = make_article("b", f"{prose(6, 60)} {text} {prose(7, 60)}", outlet="Paper")
    copy = checked(early, late)
    assert copy is not None
    assert copy.kind == "update"


def test_a_row_keeps_at_most_the_longest_spans() -> None:
    pieces = [prose(n, 12) for n in range(100, 100 + 2 * MOST_SPANS)]
    apart = " ".join(f"{piece} {prose(n, 30)}" for n, piece in enumerate(pieces))
    copy = checked(make_article("a", " ".join(pieces)), make_article("b", apart))
    assert copy is not None
    assert len(copy.spans) == MOST_SPANS


def test_texts_that_share_nothing_have_no_row() -> None:
    assert checked(make_article("a", prose(8, 200)), make_article("b", prose(9, 200))) is None
    assert checked(make_article("a", ""), make_article("b", "")) is None
