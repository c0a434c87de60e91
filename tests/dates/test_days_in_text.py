"""Days that a text tells of as past, and those that it announces, whatever day is today."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyfold.dates.claims import read_claim
from storyfold.dates.days import find_named_days
from storyfold.dates.days_in_text import find_latest_past_day, is_reported_past
from storyfold.dates.weigh import weigh_claims

SEEN = datetime(2026, 11, 21, 12, tzinfo=UTC)

PAST = [
    "The council met on 5 May 2024 and voted.",
    "The bridge collapsed on May 5, 2024.",
    "On May 5, 2024, the council of Wexcombe closed the pool.",
    "On 5 May 2024 it announced a rise of its fees.",
    "Two men were arrested in Leeds on 5 May 2024, the police said.",
    "Her husband died at his home on Monday, 5 May 2024.",
    "The war began May 5, 2024.",
    "They have lived there since 5 May 2024.",
    "The mayor, having come on 5 May 2024, was still new.",
    "Russia’s invasion of the country on May 5, 2024 is its third.",
    "He remembers the attacks of May 5, 2024.",
    "The rule that was adopted on 5 May 2024 is still not applied.",
    "A study published on 5 May 2024 says so.",
    "Der Rat hat am 5. Mai 2024 beschlossen, das Bad zu schließen.",
    "Am 5. Mai 2024 begann der Umbau.",
    "Am 5. Mai 2024 erreichte uns eine Meldung.",
    "Die Brücke wurde am 5. Mai 2024 eröffnet.",
    "Seit dem 5. Mai 2024 ist das Bad geschlossen.",
    "Nach dem Angriff vom 5. Mai 2024 flohen viele.",
    "Le pont a été fermé le 5 mai 2024.",
    "Le 5 mai 2024, le député de la région a été condamné.",
    "Elle est morte à Lyon le 5 mai 2024.",
    "Il est absent depuis le 5 mai 2024.",
    "Les victimes de l’attentat du 5 mai 2024 attendent encore.",
    "El puente se derrumbó el 5 de mayo de 2024.",
    "El 5 de mayo de 2024 el concejo cerró la piscina.",
    "Su madre murió en Sevilla el domingo 5 de mayo de 2024.",
    "Las víctimas del atentado del 5 de mayo de 2024 esperan.",
    "Il ponte è stato chiuso il 5 maggio 2024.",
    "La donna è morta a Torino il 5 maggio 2024.",
    "Il 5 maggio 2024 la città ha inaugurato la piscina.",
    "A ponte caiu em 5 de maio de 2024.",
    "Em 5 de maio de 2024, a cidade inaugurou a piscina.",
    "De brug werd op 5 mei 2024 geopend.",
    "Op 5 mei 2024 opende de stad het zwembad.",
    "Hij is op 5 mei 2024 overleden.",
    "De raad heeft op 5 mei 2024 besloten het bad te sluiten.",
]
COMING = [
    "The terminal reopens on 5 May 2024.",
    "The board said the terminal reopens on 5 May 2024.",
    "On 5 May 2024, the terminal reopens, the board said.",
    "On May 5, 2024, the board said, the terminal reopens.",
    "On May 5, 2024, the certificate of the site will expire.",
    "The vote will be held on 5 May 2024.",
    "Offices are closed on 5 May 2024.",
    "It is to be opened on 5 May 2024.",
    "The party announced a rally on 5 May 2024.",
    "The council approved the closing of the pool on 5 May 2024.",
    "Tickets sold in Wexcombe expire on 5 May 2024.",
    "Those bought later expire on 5 May 2024.",
    "The contract was extended to 5 May 2024.",
    "The trial has been postponed until 5 May 2024.",
    "Improvements placed in service by May 5, 2024 count.",
    "Fees rise in steps: on 5 May 2024 and later.",
    "Come to the fair! Town hall, 5 May 2024.",
    "The pool is open from 5 May 2024.",
    "They demanded a vote on 5 May 2024.",
    "Der Terminal öffnet am 5. Mai 2024 wieder.",
    "Am 5. Mai 2024 öffnet der Terminal wieder, sagte der Rat.",
    "Am 5. Mai 2024 starten die Arbeiten.",
    "Der Rat hat beschlossen, das Bad am 5. Mai 2024 zu schließen.",
    "Zum 5. Mai 2024 steigen die Gebühren.",
    "Die Wahl wurde auf den 5. Mai 2024 verschoben.",
    "Die letzte Sitzung ist am 5. Mai 2024.",
    "Der Vertrag wurde bis zum 5. Mai 2024 verlängert.",
    "Am 5. Mai 2024 ist die Brücke gesperrt.",
    "Die Schau läuft vom 5. Mai 2024 an.",
    "Le terminal rouvre le 5 mai 2024.",
    "Le 5 mai 2024, le terminal rouvrira, a dit le conseil.",
    "Les redevances augmenteront le 5 mai 2024.",
    "Le conseil a annoncé la réouverture du pont le 5 mai 2024.",
    "Le pont reste fermé jusqu’au 5 mai 2024.",
    "Le procès a été renvoyé au 5 mai 2024.",
    "Les bureaux sont fermés le 5 mai 2024.",
    "La terminal reabre el 5 de mayo de 2024.",
    "El 5 de mayo de 2024 la terminal abrirá de nuevo.",
    "El gobierno convocó elecciones el 5 de mayo de 2024 en todo el país, que serán libres.",
    "Desde el 5 de mayo de 2024 sube la tasa.",
    "Il terminal riapre il 5 maggio 2024.",
    "Il ponte sarà chiuso il 5 maggio 2024.",
    "Il 5 maggio 2024 la città inaugura la piscina.",
    "Dal 5 maggio 2024 le tasse aumentano.",
    "O terminal reabre em 5 de maio de 2024.",
    "Em 5 de maio de 2024, a cidade inaugura a piscina.",
    "A ponte será fechada em 5 de maio de 2024.",
    "De terminal gaat op 5 mei 2024 weer open.",
    "Op 5 mei 2024 opent de stad het zwembad.",
    "De brug wordt op 5 mei 2024 geopend.",
]


def is_told(text: str) -> bool:
    (named,) = find_named_days(text)
    return is_reported_past(text, named.start, named.end)


@pytest.mark.parametrize("text", PAST)
def test_what_had_happened_is_told_as_past(text):
    assert is_told(text)
    assert is_told(f"There is more to say. {text} Nobody knew why.")


@pytest.mark.parametrize("text", COMING)
def test_what_was_to_come_is_not_told_as_past(text):
    assert not is_told(text)
    assert not is_told(f"The council met and voted. {text} It was late, and they were tired.")


@pytest.mark.parametrize("text", COMING)
@pytest.mark.parametrize("where", ["json-ld", "meta", "time", "visible"])
def test_a_coming_day_takes_no_date_away(text, where):
    dating = weigh_claims([read_claim(where, "2022-10-18")], text=text, agency=None, seen_at=SEEN)
    assert dating.published_at == datetime(2022, 10, 18, tzinfo=UTC)


@pytest.mark.parametrize("text", PAST)
def test_a_past_day_shows_an_older_date_to_be_false(text):
    dating = weigh_claims([read_claim("json-ld", "2022-10-18")], text=text, agency=None, seen_at=SEEN)
    assert (dating.published_at, dating.not_before) == (None, datetime(2024, 5, 5, tzinfo=UTC))


@pytest.mark.parametrize(
    "stamp",
    ["Updated on 7 January 2025.", "Last updated: January 7, 2025.", "(Article mis à jour le 7 janvier 2025.)",
     "Zuletzt geändert am 7. Januar 2025", "Actualizado el 7 de enero de 2025."],
)  # fmt: skip
def test_a_page_that_says_when_it_was_changed_may_tell_of_later_days(stamp):
    text = f"The mayor resigned.\n\n{stamp}\n\nHe was sentenced on 5 May 2024."
    dating = weigh_claims([read_claim("json-ld", "2022-10-18")], text=text, agency=None, seen_at=SEEN)
    assert dating.published_at == datetime(2022, 10, 18, tzinfo=UTC)


def test_a_change_before_the_date_says_nothing_of_it():
    text = "Updated on 7 January 2021.\n\nHe was sentenced on 5 May 2024. The police gave an update on 6 May 2024."
    assert (
        weigh_claims([read_claim("json-ld", "2022-10-18")], text=text, agency=None, seen_at=SEEN).published_at is None
    )


@pytest.mark.parametrize(
    ("text", "year"),
    [("The works closed in 2019.", 2019), ("The works close in 2019.", None), ("It has lasted since early 2019.", 2019),
     ("Seit dem Jahr 2019 ist es zu.", 2019), ("Das Werk schließt im Jahr 2019.", None),
     ("La fábrica cerró en 2019.", 2019), ("L’usine ferme en 2019.", None), ("De fabriek sluit in 2019.", None)],
)  # fmt: skip
def test_a_year_alone_counts_where_its_clause_tells_of_the_past(text, year):
    told = find_latest_past_day(text, SEEN)
    assert (told and told.year) == year


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_is_judged(before, after):
    text = f"{before}5 May 2024{after}"
    is_reported_past(text, len(before), len(before) + 10)


@pytest.mark.parametrize(
    "words",
    [
        "was on 1 May 2020 ",
        "on 1 May 2020, the the ",
        "have been been ",
        "1 May 2020, ",
        "in 2020 was ",
        "am 1. Mai 2020 hat ",
    ],
)
def test_hostile_texts_cost_little(words):
    started = time.process_time()
    text = words * (100_000 // len(words))
    weigh_claims([read_claim("json-ld", "2019-10-18")], text=text, agency="AP", seen_at=SEEN)
    find_latest_past_day(text, SEEN)
    assert time.process_time() - started < 3
