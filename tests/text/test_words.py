"""Words: what counts as one, which are quoted, and that they hash alike everywhere."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests_support import costs_at_most, hash_words

from storyfold.text.characters import read_character_tables
from storyfold.text.words import MOST_CHARACTERS, MOST_WORDS, join_texts, read_texts, view_texts


def hash_each(words: list[str]) -> list[int]:
    return [int(hash_) for word in words for hash_ in hash_words(word).hashes]


def quoted(text: str) -> list[int]:
    words = hash_words(text)
    return words.hashes[words.quoted].tolist()


def read_joined(text: str) -> list[int]:
    """The hashes of a text as it is read among others, where no piece of it is cut off beforehand."""
    texts = join_texts(["before", text, "behind"])
    read = read_texts(np.array([1]), texts.data, texts.starts, read_character_tables())
    return read.hashes.tolist()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The dog’s bone, 3.5 kg—half!", ["The", "dog’s", "bone", "3", "5", "kg", "half"]),
        ("", []),
        ("…—!", []),
        ("北京市", ["北", "京", "市"]),
        ("한국어 신문", ["한국어", "신문"]),
        ("co\u00adoperate naïve", ["co\u00adoperate", "naïve"]),
    ],
)
def test_words_are_runs_of_letters_and_digits(text: str, words: list[str]) -> None:
    assert hash_words(text).hashes.tolist() == hash_each(words)
    assert len(hash_words(text).hashes) == len(words)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("BEIJING’S", "Beijing's"),
        ("naïve café", unicodedata.normalize("NFD", "naïve café")),
        ("ＮＥＷＳ １２", "news 12"),
        ("co\u00adoperate", "cooperate"),
    ],
)
def test_cosmetic_differences_give_the_same_hashes(one: str, other: str) -> None:
    assert hash_words(one).hashes.tolist() == hash_words(other).hashes.tolist()


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("He said “we go now” and left", ["we", "go", "now"]),
        ('He said "we go" and left', ["we", "go"]),
        ("Er sagte „wir gehen“ und ging", ["wir", "gehen"]),
        ("Er sagte »wir gehen« und ging", ["wir", "gehen"]),
        ("Il a dit «on y va» hier", ["on", "y", "va"]),
        ("“First paragraph open\n\n“second closed” he said", ["First", "paragraph", "open", "second", "closed"]),
        ('a 6"2 man and a 5" nail stood', []),
        ('a stray "mark with no end\nnext line', []),
        ("“" + "word " * 400 + "” end", []),
        ("He said “we go now”", ["we", "go", "now"]),
    ],
)
def test_quoted_words_are_marked(text: str, inside: list[str]) -> None:
    assert quoted(text) == hash_each(inside)


@given(st.text(max_size=200), st.text(max_size=200))
def test_a_text_has_the_words_of_its_lines(one: str, other: str) -> None:
    apart = [*hash_words(one).hashes.tolist(), *hash_words(other).hashes.tolist()]
    assert hash_words(f"{one}\n{other}").hashes.tolist() == apart


@given(st.lists(st.text(max_size=40), max_size=5), st.integers(0, 3))
def test_a_column_is_viewed_as_it_is_joined(texts: list[str], skipped: int) -> None:
    seen = view_texts(pa.array([*("x",) * skipped, *texts], pa.string()).slice(skipped))
    joined = join_texts(texts)
    assert [seen.data[a:b].tobytes() for a, b in pairwise(seen.starts.tolist())] == [text.encode() for text in texts]
    assert [joined.data[a:b].tobytes() for a, b in pairwise(joined.starts.tolist())] == [t.encode() for t in texts]


@given(st.text(alphabet='abc “”"«»\n', max_size=80))
def test_adding_space_changes_no_word(text: str) -> None:
    assert np.array_equal(hash_words(text).hashes, hash_words(text.replace(" ", "   ")).hashes)


def test_hashes_are_the_same_in_every_process() -> None:
    text = "Storm shuts harbour, Ölpreis 北"
    code = f"""
import numpy as np
from storyfold.text.characters import read_character_tables
from storyfold.text.words import join_texts, read_texts
texts = join_texts([{text!r}])
print(read_texts(np.zeros(1, np.int64), texts.data, texts.starts, read_character_tables()).hashes.tolist())
"""
    for seed in ("1", "2"):
        run = subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True, text=True
        )
        assert run.stdout == f"{hash_words(text).hashes.tolist()}\n"
    # The value itself, so that a change of the hash is seen: every sketch in every lake would be void.
    assert hash_words("storm").hashes.tolist() == [7611927957672858515]


@pytest.mark.parametrize("letter", ["a", "é", "漢a", "ß"])
@pytest.mark.parametrize("behind", ["", " one two three four"])
def test_an_endless_word_counts_as_far_as_it_is_read(letter: str, behind: str) -> None:
    text = letter * (2 * MOST_CHARACTERS) + behind
    assert hash_words(text).hashes.tolist() == hash_words(text[:MOST_CHARACTERS]).hashes.tolist()
    assert hash_words(text).hashes.tolist() == read_joined(text)
    assert len(hash_words(text).hashes) == (MOST_WORDS if letter == "漢a" else 1)


@pytest.mark.parametrize("length", range(MOST_CHARACTERS - 6, MOST_CHARACTERS + 7))
def test_words_are_read_up_to_the_last_character_that_is_read(length: int) -> None:
    text = "a" * (length - 4) + " bcd" + "e" * 50 + " f"
    read = text[:MOST_CHARACTERS].split()
    assert hash_words(text).hashes.tolist() == hash_each(read) == read_joined(text)


def test_a_quotation_that_is_open_where_reading_ends_ends_there() -> None:
    text = "a" * (MOST_CHARACTERS - 5) + " “bcdefg hij”"
    assert quoted(text) == hash_each(["bcd"])


@pytest.mark.parametrize("text", ["word " * 1_000_000, "x" * 5_000_000, "“" * 5_000_000, "“a" * 2_500_000])
def test_five_megabytes_are_read_in_bounded_time(text: str) -> None:
    hash_words("warm")
    with costs_at_most(2):
        assert len(hash_words(text).hashes) <= MOST_WORDS
