"""Which numbers are found in a text, with their units and what they count; dates, times and bare numbers are none."""

from __future__ import annotations

import time

import pytest

from storyfold.text.numbers import MOST_NUMBERS, find_numbers, read_value


def find(body: str, language: str | None) -> list[tuple[str, float | None, str | None, str | None]]:
    return [(n.written, n.value, n.unit, n.counted) for n in find_numbers(None, body, language)]


TEXTS = {
    "en": (
        "On May 5, 2024 some 48,000 homes lost power and 3.2 per cent of shops closed. It cost $4.5 million or US$3bn. "
        "The magnitude 6.1 quake hit 12 km away and killed 12 people, with 100 km/h winds.",
        [
            ("48,000", 48_000, None, "homes"),
            ("3.2 per cent", 3.2, "%", None),
            ("$4.5 million", 4.5e6, "$", None),
            ("US$3bn", 3e9, "$", None),
            ("magnitude 6.1", 6.1, "magnitude", None),
            ("12 km", 12, "km", None),
            ("12", 12, None, "people"),
            ("100 km/h", 100, "km/h", None),
        ],
    ),
    "de": (
        "Am 5. Mai 2024 waren um 17 Uhr 48.000 beschädigte Häuser ohne Strom, 3,2 Prozent mehr. Das kostet 4,5 "
        "Millionen Euro. Ein Beben der Stärke 6,1 traf 1,5 Millionen Menschen.",
        [
            ("48.000", 48_000, None, "beschädigte Häuser"),
            ("3,2 Prozent", 3.2, "%", None),
            ("4,5 Millionen Euro", 4.5e6, "€", None),
            ("Stärke 6,1", 6.1, "magnitude", None),
            ("1,5 Millionen", 1.5e6, None, "Menschen"),
        ],
    ),
    "fr": (
        "Le 5 mai 2024 à 18 h, 48 000 maisons ont été détruites, 3,2 % de plus : 4,5 millions d'euros et 3 millions de "
        "personnes.",
        [
            ("48 000", 48_000, None, "maisons"),
            ("3,2 %", 3.2, "%", None),
            ("4,5 millions d'euros", 4.5e6, "€", None),
            ("3 millions", 3e6, None, "personnes"),
        ],
    ),
    "es": (
        "El 5 de mayo de 2024 hubo 48.000 viviendas sin luz, un 3,2 por ciento, por 3 mil millones de dólares. 12 "
        "muertos.",
        [
            ("48.000", 48_000, None, "viviendas"),
            ("3,2 por ciento", 3.2, "%", None),
            ("3 mil millones de dólares", 3e9, "$", None),
            ("12", 12, None, "muertos"),
        ],
    ),
    "ru": (
        "5 мая 2024 года 48 тысяч домов остались без света, 3,2 процента, 4,5 млн рублей и 12 человек.",
        [
            ("48 тысяч", 48_000, None, "домов"),
            ("3,2 процента", 3.2, "%", None),
            ("4,5 млн рублей", 4.5e6, "₽", None),
            ("12", 12, None, "человек"),
        ],
    ),
    "zh": (
        "2024年5月5日，48000户停电，损失4.5亿元，120万人，3.2%。",
        [
            ("48000", 48_000, None, "户"),
            ("4.5亿元", 4.5e8, "yuan", None),
            ("120万", 1.2e6, None, "人"),
            ("3.2%", 3.2, "%", None),
        ],
    ),
    "ar": ("نزح ٤٨٠٠٠ شخص", [("٤٨٠٠٠", 48_000, None, "شخص")]),
}


@pytest.mark.parametrize("language", TEXTS)
def test_numbers_with_unit_or_what_they_count(language):
    body, wanted = TEXTS[language]
    assert find(body, language) == wanted


@pytest.mark.parametrize(
    ("body", "language", "wanted"),
    [
        ("It fell to -5 °C.", "en", ("-5 °C", -5, "degrees", None)),
        ("Shares moved −2.5% today.", "en", ("−2.5%", -2.5, "%", None)),
        ("A result of -$5m for them.", "en", ("-$5m", -5e6, "$", None)),
        ("Es waren -5 Grad.", "de", ("-5 Grad", -5, "degrees", None)),
        ("From 3 -5% of it.", "en", ("5%", 5, "%", None)),
        ("About 1.5m people fled.", "en", ("1.5m", 1.5e6, None, "people")),
        ("It cost 20m euros.", "en", ("20m euros", 2e7, "€", None)),
        ("A 2m wall fell.", "en", ("2m", 2, "m", None)),
        ("Etwa 1,5 Mio. Menschen flohen.", "de", ("1,5 Mio.", 1.5e6, None, "Menschen")),
        ("Es kostet 2,5 Mrd. Euro.", "de", ("2,5 Mrd. Euro", 2.5e9, "€", None)),
        ("A fine of Rs 1,00,000 was set.", "en", ("Rs 1,00,000", 1e5, "₹", None)),
        ("Some 12,34,567 people voted.", "en", ("12,34,567", 1_234_567, None, "people")),
        ("५० लोग आए", "hi", ("५०", 50, None, "लोग")),
    ],
)
def test_signs_short_words_and_groups_do_not_change_the_number(body, language, wanted):
    assert wanted in find(body, language)


NOT_SAID = (
    "In 2023 he won.", "He is 43.", "It ended 3-2.", "At 10:30 a.m. we left.", "A 20-year plan for G20 and 5G.",
    "The 3rd of May, 12/05/2024 and 2024-05-12.", "See version 1.2.3 at 127.0.0.1.", "On Dec. 31 it rained.",
    "Call +49 30 123456.", "Go to page 7 of it.", "15.30 Schools close.",
)  # fmt: skip


@pytest.mark.parametrize("body", NOT_SAID)
def test_dates_times_and_bare_numbers_are_left_out(body):
    assert find(body, "en") == []


@pytest.mark.parametrize(
    ("digits", "has_decimal_comma", "value"),
    [
        ("1.234", None, None),
        ("1.234", True, 1_234),
        ("1.234", False, 1.234),
        ("1,234", True, 1.234),
        ("1,234", False, 1_234),
        ("1.234.567", None, 1_234_567),
        ("1,234.5", None, 1_234.5),
        ("1.234,5", None, 1_234.5),
        ("0.125", None, 0.125),
        ("3.5", None, 3.5),
        ("12\u202f300", True, 12_300),
        ("1'234", None, 1_234),
        ("1.2.3", None, None),
        ("٤٨٠٠٠", None, 48_000),
    ],
)
def test_separators_are_read_as_the_language_writes_them(digits, has_decimal_comma, value):
    assert read_value(digits, has_decimal_comma=has_decimal_comma) == value


def test_the_same_number_is_counted_once():
    found = find_numbers("48,000 homes dark", "Some 48,000 homes are dark. It cost $5m, or $5 million.", "en")
    assert [(n.written, n.times, n.in_title, n.in_lead) for n in found] == [
        ("48,000", 2, True, True),
        ("$5m", 2, False, True),
    ]


HOSTILE = {
    "digits": "1" * 1_000_000,
    "groups": "1,000" * 200_000,
    "numbers": " ".join(f"{n} homes and" for n in range(100_000)),
    "dots": "1." * 500_000,
    "blanks": "1 000" * 200_000,
    "units": "5 % " * 250_000,
    "words": "5 " + "homes " * 200_000,
    "huge": "9" * 15 + " trillion trillion " + "9" * 400 + " homes",
    "surrogates": "5 \ud800 homes",
}


@pytest.mark.parametrize("language", ["en", "de", "fr", None])
@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_take_bounded_time_and_room(body, language):
    began = time.process_time()
    found = find_numbers(None, body, language)
    assert time.process_time() - began < 2  # seconds; .1 s on an idle core
    assert len(found) <= MOST_NUMBERS
    assert all(len(n.written) + len(n.counted or "") < 200 for n in found)
