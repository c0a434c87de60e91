"""Words: what counts as one, which are quoted, and that they hash alike everywhere."""

from __future__ import annotations

import subprocess
import sys
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests_support import costs_at_most

from storyfold.copies.word_hashes import MOST_WORDS, hash_words


def shown(text: str) -> list[str]:
    words = hash_words(text)
    return [text[start:end] for start, end in zip(words.starts, words.ends, strict=True)]


def quoted(text: str) -> list[str]:
    return [word for word, mark in zip(shown(text), hash_words(text).quoted, strict=True) if mark]


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
    assert shown(text) == words


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
    ],
)
def test_quoted_words_are_marked(text: str, inside: list[str]) -> None:
    assert quoted(text) == inside


@given(st.text(max_size=200))
def test_any_text_gives_words_in_order_and_within_it(text: str) -> None:
    words = hash_words(text)
    assert len(words.hashes) == len(words.starts) == len(words.ends) == len(words.quoted)
    assert (words.starts < words.ends).all()
    assert (words.starts[1:] >= words.ends[:-1]).all()
    assert not len(words.ends) or words.ends[-1] <= len(text)


@given(st.text(alphabet='abc “”"«»\n', max_size=80))
def test_adding_space_changes_no_word(text: str) -> None:
    assert np.array_equal(hash_words(text).hashes, hash_words(text.replace(" ", "   ")).hashes)


def test_hashes_are_the_same_in_every_process() -> None:
    text = "Storm shuts harbour, Ölpreis 北"
    code = f"from storyfold.copies.word_hashes import hash_words; print(hash_words({text!r}).hashes.tolist())"
    for seed in ("1", "2"):
        run = subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True, text=True
        )
        assert run.stdout == f"{hash_words(text).hashes.tolist()}\n"
    # The value itself, so that a change of the hash is seen: every sketch in every lake would be void.
    assert hash_words("storm").hashes.tolist() == [7611927957672858515]


@pytest.mark.parametrize("text", ["word " * 1_000_000, "x" * 5_000_000, "“" * 5_000_000, "“a" * 2_500_000])
def test_five_megabytes_are_read_in_bounded_time(text: str) -> None:
    hash_words("warm")
    with costs_at_most(2):
        assert len(hash_words(text).hashes) <= MOST_WORDS
