"""The word frequencies are those that wordfreq gives."""

import gzip

import msgpack
import pytest
import wordfreq

from storyfold.text import word_frequencies
from storyfold.text.word_frequencies import list_languages, read_frequencies


def test_the_languages_are_those_that_wordfreq_has_lists_of():
    assert list_languages() == set(wordfreq.available_languages("small"))


@pytest.mark.parametrize("language", ["en", "fil", "sh", "zh"])
def test_the_frequencies_of_a_language_are_those_of_wordfreq(language):
    assert read_frequencies(language) == wordfreq.get_frequency_dict(language, wordlist="small")


def test_a_list_in_another_format_is_refused(tmp_path, monkeypatch):
    (tmp_path / "small_en.msgpack.gz").write_bytes(
        gzip.compress(msgpack.packb([{"format": "cB", "version": 2}, ["a"]]))
    )
    monkeypatch.setattr(word_frequencies, "_find_folder", lambda: tmp_path)
    with pytest.raises(ValueError, match="'version': 2"):
        read_frequencies("en")
