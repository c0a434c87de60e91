"""Sketches: how many hashes, which, and what containment they show."""

from __future__ import annotations

import random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests_support import hash_words

from benchmarks.copy_documents import Event
from storyfold.copies.sketch import mark_boilerplate_words
from storyfold.kernels.arrays import Flags, LongHashes
from storyfold.kernels.compiled import compiled
from storyfold.text.characters import read_character_tables
from storyfold.text.sketch import BOUND, LEAST_HASHES, Sketched, hash_shingle, sketch_texts
from storyfold.text.words import join_texts


def prose(seed: int, words: int) -> str:
    return " ".join(Event(random.Random(seed)).paragraphs(words))


def sketch(*texts: str) -> Sketched:
    return sketch_texts(join_texts(texts), np.arange(len(texts)), read_character_tables())


def hash_shingles(words: LongHashes) -> LongHashes:
    return _hash_shingles(words)


@compiled
def _hash_shingles(words: LongHashes) -> LongHashes:
    shingles = np.empty(max(0, len(words) - 2), np.uint64)
    for position in range(len(shingles)):
        shingles[position] = hash_shingle(words, position)
    return shingles


@compiled
def _mark(words: LongHashes, boilerplate: LongHashes) -> Flags:
    marks = np.zeros(len(words), np.bool_)
    mark_boilerplate_words(words, boilerplate, marks)
    return marks


def test_a_long_text_keeps_about_an_eighth_of_its_shingles() -> None:
    texts = [prose(seed, 800) for seed in range(20)]
    made = sketch(*texts)
    share = len(made.hashes) / sum(len(set(hash_shingles(hash_words(text).hashes).tolist())) for text in texts)
    assert 0.115 < share < 0.135
    assert (made.hashes < BOUND).all()
    assert made.words.tolist() == [len(hash_words(text).hashes) for text in texts]


@given(st.lists(st.text(alphabet="ab cd", max_size=60), max_size=4))
def test_a_short_text_keeps_its_eight_smallest(texts: list[str]) -> None:
    made = sketch(*texts)
    for number, text in enumerate(texts):
        distinct = sorted(set(hash_shingles(hash_words(text).hashes).tolist()))
        kept = made.hashes[made.starts[number] : made.starts[number + 1]].tolist()
        assert kept == distinct[: max(LEAST_HASHES, sum(h < BOUND for h in distinct))]


def test_a_text_cut_from_another_shares_nearly_all_its_hashes_below_the_bound() -> None:
    text = prose(1, 900).split()
    whole, part = (set(sketch(" ".join(t)).hashes.tolist()) for t in (text, text[200:500]))
    assert {h for h in part if h < BOUND} <= whole


def test_texts_of_the_same_words_have_the_same_hash_and_others_have_not() -> None:
    made = sketch("Storm shuts harbour", "storm, shuts - HARBOUR!", "harbour shuts storm", "storm shuts harbour now")
    assert len(set(made.text_hash[:2].tolist())) == 1
    assert len(set(made.text_hash.tolist())) == 3


def test_boilerplate_is_told_for_the_words_around_its_sampled_shingles() -> None:
    story, footer = prose(2, 300), prose(3, 120)
    words = hash_words(f"{story} {footer}").hashes
    inside = len(hash_words(story).hashes)
    marks = _mark(words, sketch(footer).hashes)
    assert marks[inside + 10 :].mean() > 0.9
    assert marks[: inside - 40].mean() < 0.1
    assert not _mark(words, np.empty(0, np.uint64)).any()
