"""Where words stand in a text: the same words as the kernel reads."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests_support import hash_words

from storyfold.text.word_places import find_word_starts


@given(st.text(max_size=60))
def test_as_many_words_as_are_read(text):
    assert len(find_word_starts(text)) == len(hash_words(text).hashes)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("a", ["a"]),
        ("don't it’s e\u0301te\u0301 1,200", ["don't ", "it’s ", "e\u0301te\u0301 ", "1,", "200"]),
        ("中文 x", ["中", "文 ", "x"]),
        ("x" * 10_000, ["x" * 10_000]),
    ],
)
def test_words_begin_where_they_stand(text, words):
    starts = [*find_word_starts(text), len(text)]
    assert [text[a:b] for a, b in pairwise(starts)] == words
