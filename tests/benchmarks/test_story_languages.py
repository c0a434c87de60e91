"""What crosses languages: one name is one in every script, and reports of one event are found by names and numbers."""

from __future__ import annotations

import pytest

from benchmarks.consonants import reduce_word
from benchmarks.crossing_terms import find_crossing_terms
from benchmarks.story_languages import (
    compare_reports,
    measure_groups,
    read_reported,
    read_translated,
)

NAMES = {
    "tln": {"en": "Durrani", "ru": "Дуррани", "fa": "دورانی", "ja": "ドゥラニ"},
    "lntkpst": {"en": "Lindqvist", "ru": "Линдквист", "ar": "ليندكفيست", "uk": "Ліндквіст"},
    "plml": {"de": "Belmora", "hi": "बेलमोरा", "ko": "벨모라", "zh": "贝尔莫拉"},
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
    found = find_crossing_terms("", text, language)
    assert {"#48", "#34", "@3-24"} <= found


def test_digits_of_other_scripts_are_read():
    assert {"#48", "#34"} <= find_crossing_terms("", "٤٨ ألف منزل، ٣٫٤ مليار", "ar")
    assert {"#48", "#34"} <= find_crossing_terms("", "४८ हज़ार घर, ३.४ अरब", "hi")


def test_a_name_is_no_common_word_and_no_head_of_a_sentence():
    found = find_crossing_terms("", "Yesterday the House sat. Selim Arkan, the governor, had waited in Bahrut.", "en")
    assert found == {"slm", "lkn", "slm|lkn", "plt"}


@pytest.mark.parametrize(("read", "least"), [(read_translated, 0.7), (read_reported, 0.9)])
def test_reports_in_several_languages_are_one_story_and_those_of_one_language_stay_as_they_are(read, least):
    reports = read()
    measured = measure_groups(reports, compare_reports(reports))
    today, then = measured["words alone"], measured["words, then crossing terms"]
    assert then["across P"] >= 0.95
    assert then["across R"] >= least > today["across R"]
    assert then["in one P"] >= 0.95
    assert then["in one R"] >= today["in one R"]


def test_each_translation_is_found_by_its_original():
    reports = read_translated()
    pairs = {(p.a, p.b): p.cosine for p in compare_reports(reports)}
    number_of = {report.name: number for number, report in enumerate(reports)}
    translated = [(number_of[report.of], number) for number, report in enumerate(reports) if report.of]
    assert len(translated) >= 20
    assert min(pairs.get(pair, 0.0) for pair in translated) >= 0.15
