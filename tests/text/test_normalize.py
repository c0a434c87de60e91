"""Words of a text, folded: the same for every spelling, however the text is read."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests_support import costs_at_most

from storyfold.text.normalize import (
    count_words,
    normalize_starts,
    normalize_words,
    split_words,
    split_words_of_lines,
    weigh_words,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("…—!", []),
        ("The dog’s bone, 3.5 kg—half!", ["the", "dogs", "bone", "3", "5", "kg", "half"]),
        ("It's the MAYOR'S x_y-z", ["its", "the", "mayors", "x", "y", "z"]),
        ("ÉCOLE " + unicodedata.normalize("NFD", "École"), ["ecole", "ecole"]),
        ("ＮＥＷＳ １２ co\u00adop", ["news", "12", "coop"]),
        ("東京都2023年 서울에", ["东", "京", "都", "2023", "年", "서울에"]),
        ("ก็ดี 😀 \ud800", ["ก", "ด"]),
    ],
)
def test_words_are_folded_runs_of_letters_and_digits(text, words):
    assert split_words(text) == words
    assert normalize_words(text) == " ".join(words)


@given(st.text(st.sampled_from("aÉß’'-_ \n\u2028\r\t1½東กั서\u0301") | st.characters(), max_size=400))
def test_words_are_the_same_however_they_are_read(text):
    words = split_words(text)
    assert normalize_words(text).split(" ") == (words or [""])
    for copies in (0, 1, 10):
        assert split_words_of_lines([text, "", text] * copies) == [words, [], words] * copies
    assert split_words(text + " " * 300) == words
    assert count_words(text) <= len(words)
    assert normalize_words(normalize_words(text)) == normalize_words(text)


def test_the_first_words_of_texts_are_told_alone():
    assert normalize_starts(["The Dog’s bone, half", "", "Two\nlines of it", "東京都に雨"], 3) == [
        "the dogs bone", "", "two lines of", "东 京 都",
    ]  # fmt: skip
    assert normalize_starts([], 3) == []


@given(st.text(st.characters(max_codepoint=127), max_size=300))
def test_a_short_text_in_ascii_has_the_words_of_a_long_one(text):
    assert split_words(text) == split_words(text + "…")
    assert normalize_words(text) == normalize_words(text + "…")


@pytest.mark.parametrize(
    ("text", "count"),
    [("Two words", 2), ("洪水冲毁了桥", 3), ("桥", 1), ("2024年5月3日 東京", 6), ("ก็ดี", 1), ("서울에 비", 2), ("", 0)],
)
def test_two_letters_of_a_script_without_spaces_count_as_one_word(text, count):
    assert count_words(text) == weigh_words(split_words(text)) == count


def test_every_character_counts_alike_in_a_text_and_as_a_split_word():
    differ = []
    for first in range(0, 0x110000, 256):
        text = " ".join(chr(code) * 3 for code in range(first, first + 256))  # one that differs changes the half of 3
        if count_words(text) != weigh_words(split_words(text)):
            differ.append(f"U+{first:04X}")
    assert differ == []


def test_a_body_of_ten_megabytes_is_read_in_a_moment():
    with costs_at_most(2):
        assert count_words("word ” " * 1_500_000) == 1_500_000
