"""What crosses languages: one name is one in every script, numbers and days are one however they are written."""

from __future__ import annotations

import time

import numpy as np
import pytest

from storyfold.text.consonants import reduce_word
from storyfold.text.crossing_terms import (
    MOST_TERMS,
    NATS_OF_YEAR,
    find_crossing_terms,
    list_crossing_terms,
    weigh_in_general,
)

NAMES = {
    "tln": {"en": "Durrani", "ru": "Дуррани", "fa": "دورانی", "ja": "ドゥラニ"},
    "lntkpst": {"en": "Lindqvist", "ru": "Линдквист", "ar": "ليندكفيست", "uk": "Ліндквіст"},
    "plml": {"de": "Belmora", "hi": "बेलमोरा", "ko": "벨모라", "zh": "贝尔莫拉", "zh-Hant": "貝爾莫拉"},
    "slpl": {"it": "Salvera", "zh": "萨尔韦拉", "ar": "سالفيرا", "uk": "Сальвера", "tr": "Salvera"},
    "lnts": {"en": "Rendich", "tr": "Rendiç", "fa": "رندیچ", "ko": "렌디치", "uk": "Рендіч"},
}


@pytest.mark.parametrize("consonants", NAMES)
def test_a_name_has_the_same_consonants_in_every_script(consonants):
    assert {language: reduce_word(name, language) for language, name in NAMES[consonants].items()} == dict.fromkeys(
        NAMES[consonants], consonants
    )


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("It takes off on 24 March for 48,000 homes, at a cost of 3.4 billion.", "en"),
        ("Am 24. März für 48.000 Häuser, zu 3,4 Milliarden.", "de"),
        ("Le 24 mars, 48 000 foyers, 3,4 milliards.", "fr"),
        ("24 марта, 48 000 домов, 3,4 миллиарда.", "ru"),
        ("3月24日、4.8万戸、34億。", "ja"),
        ("24 Mart'ta 48 bin ev, 3,4 milyar.", "tr"),
    ],
)
def test_numbers_and_days_are_one_however_they_are_written(text, language):
    found = list_crossing_terms("", text, language)
    assert {"#48", "#34", "@3-24"} <= found


def test_digits_of_other_scripts_are_read():
    assert {"#48", "#34"} <= list_crossing_terms("", "٤٨ ألف منزل، ٣٫٤ مليار", "ar")
    assert {"#48", "#34"} <= list_crossing_terms("", "४८ हज़ार घर, ३.४ अरब", "hi")


@pytest.mark.parametrize("year", ["1999", "2000", "2010", "2020", "2026"])
def test_a_year_stays_whole_and_weighs_little_whatever_it_ends_with(year):
    assert f"#{year}" in list_crossing_terms("", f"It was built in {year} for 202 people.", "en")
    assert weigh_in_general(f"#{year}") == NATS_OF_YEAR < weigh_in_general("#202")


def test_of_scripts_without_consonants_numbers_and_days_are_found():
    assert list_crossing_terms("", "בנמל חיפה נפגעו 41 אנשים", "he") == {"#41"}


def test_a_name_is_no_common_word_and_no_head_of_a_sentence():
    found = list_crossing_terms("", "Yesterday the House sat. Selim Arkan, the governor, had waited in Bahrut.", "en")
    assert found == {"slm", "lkn", "slm|lkn", "plt"}


@pytest.mark.parametrize(
    "text",
    ["A" * 200_000, "Aa " * 60_000, "1" * 200_000, "1 " * 100_000, "1.1," * 50_000, "ア" * 100_000, "贝" * 100_000,
     "贝·" * 50_000, "A'" * 80_000, "12 mars " * 30_000, "\x00\ud7ff\uffff", ""],
)  # fmt: skip
@pytest.mark.parametrize("language", ["en", "zh", "ja", "ar", "xx", None])
def test_hostile_texts_take_little_time_and_have_few_terms(text, language):
    started = time.process_time()
    found = find_crossing_terms(text, text, language)
    assert time.process_time() - started < 2.0  # some 20 ms; a bound against what grows with the square
    assert len(found.hashes) == len(found.nats) <= MOST_TERMS
    assert (np.diff(found.hashes.astype(object)) > 0).all()


def test_the_heaviest_terms_of_a_long_text_are_kept():
    names = " and ".join(f"Vel{a}{b}or Tamp{b}{a}sk" for a in "bdgklmnprst" for b in "bdgklmnprst")
    found = find_crossing_terms(None, f"They met {names} on 12.", "en")
    assert len(found.hashes) == MOST_TERMS
    assert found.nats.min() > 300  # the number 12 weighs 2.2 nats, and went
    assert found.nats.max() == 810
