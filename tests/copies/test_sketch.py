"""Sketches: how many hashes, which, and what containment they show."""

from __future__ import annotations

import random

import numpy as np
from copies.copies_support import make_article
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.copy_documents import Event
from storyfold.copies.sketch import (
    BOUND,
    LEAST_HASHES,
    hash_shingles,
    mark_boilerplate_words,
    sample_hashes,
    sketch_one_text,
)
from storyfold.copies.word_hashes import hash_words


def prose(seed: int, words: int) -> str:
    return " ".join(Event(random.Random(seed)).paragraphs(words))


def test_a_long_text_keeps_about_an_eighth_of_its_shingles() -> None:
    sketches = [sketch_one_text(make_article("a", prose(seed, 800))) for seed in range(20)]
    share = sum(len(s.hashes) for s in sketches) / sum(s.shingles for s in sketches)
    assert 0.115 < share < 0.135
    assert all(h < BOUND for s in sketches for h in s.hashes)


@given(st.text(alphabet="ab cd", max_size=60))
def test_a_short_text_keeps_its_eight_smallest(text: str) -> None:
    sketch = sketch_one_text(make_article("a", text))
    distinct = sorted(set(hash_shingles(hash_words(text).hashes).tolist()))
    assert sketch.shingles == len(distinct)
    assert list(sketch.hashes) == distinct[: max(LEAST_HASHES, sum(h < BOUND for h in distinct))]


def test_a_text_cut_from_another_shares_nearly_all_its_hashes_below_the_bound() -> None:
    text = prose(1, 900).split()
    whole, part = (set(sample_hashes(hash_words(" ".join(t)))[0].tolist()) for t in (text, text[200:500]))
    assert {h for h in part if h < BOUND} <= whole


def test_boilerplate_is_told_for_the_words_around_its_sampled_shingles() -> None:
    story, footer = prose(2, 300), prose(3, 120)
    words = hash_words(f"{story} {footer}")
    inside = len(hash_words(story).hashes)
    marks = mark_boilerplate_words(words, sample_hashes(hash_words(footer))[0])
    assert marks[inside + 10 :].mean() > 0.9
    assert marks[: inside - 40].mean() < 0.1
    assert not mark_boilerplate_words(words, np.empty(0, np.uint64)).any()
