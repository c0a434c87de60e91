"""The names of months, held against the CLDR."""

from __future__ import annotations

import pytest
from babel import Locale

from storyfold.text.month_names import _MONTHS, MONTHS
from storyfold.text.normalize import fold_accents

LANGUAGES = [line.split()[0] for line in _MONTHS.strip().splitlines()]
# Forms that are everyday words of a language, or another month in a commoner one; the table says so.
LEFT_OUT = {
    "cs": {"led", "uno", "bre", "dub", "kve", "cvn", "cvc", "srp", "zar", "rij", "pro"},
    "hr": {"sij", "ozu", "tra", "svi", "lip", "srp", "kol", "ruj", "lis", "listopad", "listopada", "stu", "pro"},
    "fi": {"tammi", "helmi", "maalis", "huhti", "touko", "kesa", "heina", "elo", "syys", "loka", "marras", "joulu"},
    "hi": {fold_accents(word) for word in ("जन", "फ़र", "जुल", "अग", "सित", "अक्तू", "अक्टू", "नव", "दिस")},
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_month_of_the_cldr_is_read(language):
    months = Locale.parse(language).months
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in months[context][width].items():
                word = fold_accents(name.replace("’", " ").split()[-1].rstrip(".॰"))
                if len(word) >= 3 and word not in LEFT_OUT.get(language, ()):
                    assert MONTHS.get(word) == number, f"{name} in {language}"


def test_what_is_left_out_is_not_read_as_another_month_of_its_language():
    assert all(MONTHS.get(word) is None for word in LEFT_OUT["fi"] | LEFT_OUT["cs"])


@pytest.mark.parametrize(
    ("word", "month"),
    [("Sept", 9), ("Okt", 10), ("Mär", 3), ("MÄRZ", 3), ("mai", 5), ("genn", 1), ("juill", 7), ("мар", 3), ("сент", 9),
     ("ноября", 11), ("paź", 10), ("mrt", 3), ("fev", 2), ("dic", 12), ("Eylül", 9),
     ("آذار", 3), ("ديسمبر", 12), ("ژوئن", 6), ("सितम्बर", 9), ("अक्टूबर", 10)],
)  # fmt: skip
def test_forms_that_feeds_print(word, month):
    assert MONTHS[fold_accents(word)] == month
