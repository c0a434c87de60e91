"""Which titles, items and datelines make a page one of several stories."""

from __future__ import annotations

import pytest

from storyfold.text.digests import (
    TITLE_CHARACTERS,
    has_digest_title,
    has_live_title,
    has_separate_items,
    has_several_places,
    is_digest,
)

DIGESTS = (
    "Morning briefing: goats, bees and a bridge",
    "Your Tuesday evening briefing",
    "Monday briefing: The bridge that nobody wanted",
    "The Barrow Bugle: Daily digest for 3 May",
    "World news in brief",
    "Sports briefs",
    "News round-up: bees swarm in Barrow",
    "This week in politics",
    "The week in review",
    "Five things you need to know today",
    "10 things in farming you need to know today",
    "5 things to know for Wednesday",
    "What to know this morning",
    "Today's top stories",
    "Headlines for Friday",
    "Politics newsletter: who counts the goats?",
    "Goats, bees and bridges | Farmers' newsletter",
    "Morgenbriefing: Ziegen auf dem Dach",
    "Das Wichtigste am Morgen",
    "Die wichtigsten Nachrichten des Tages",
    "Nachrichten im Überblick",
    "L'essentiel de l'actualité du lundi",
    "Revue de presse",
    "Monde : en bref",
    "Resumen de noticias: cabras en el tejado",
    "Los titulares del día",
    "Rassegna stampa di martedì",
    "Le notizie del giorno",
    "Resumo do dia: cabras no telhado",
    "Știrile zilei",
    "Nieuwsoverzicht: geiten op het dak",
    "Nyheter i korthet",
    "Nyhetsoverblikk",
    "Uutiskooste: vuohi katolla",
    "Przegląd prasy",
    "Zprávy dne",
    "Günün özeti: çatıda keçi",
    "Rangkuman berita: kambing di atap",
    "Главные новости дня",
    "Дайджест: козы на крыше",
    "Головні новини за ніч",
    "Δελτίο ειδήσεων",
    "أبرز الأخبار",
    "मुख्य समाचार",
    "今日要闻",
    "今日の主なニュース",
    "오늘의 뉴스",
)
OTHERS = (
    "",
    "White House daily briefing turns to goats",
    "Daily briefing by the minister of goats ends in uproar",
    "Five things to know about the goat on the roof",
    "What to know about today's vote",
    "Morning goats delay the briefing of the brigade",
    "Goat is rescued in brief operation",
    "How to write a newsletter",
    "Publisher starts newsletter for farmers",
    "Roundup: goats drive the economy of Barrow",
    "The week that the goats came down was long",
    "Das Wichtigste ist Vertrauen, sagt die Ziege",
    "Le bref passage d'une chèvre",
    "Última hora de la cabra",
    "Козы на крыше",
    "屋上のヤギ",
    "Saturday night recap: Hornets beat Gulls in overtime",
    "Market wrap-up: shares fall on tariff fears",
    "Health bulletin: measles cases rise in Verdano",
    "Five things you need to know today about the harvest fair",
    "Weekly newsletter of the reserve bank moves shares",
    "State digest of laws passed",
    "This week in Venn's trial: jury picked",
    "Итоги дня голосования: явка выросла",
    "Podsumowanie dnia na wyścigu",
    "Resumen de la jornada: Verdano gana",
    "Dagens viktigaste match slutar oavgjort",
    "Am wichtigsten: Die Lage am Abend in Harbridge",
)


@pytest.mark.parametrize("title", DIGESTS)
def test_titles_of_digests(title):
    assert has_digest_title(title)
    assert has_digest_title(title.upper()) or not title.isascii()


@pytest.mark.parametrize("title", OTHERS)
def test_titles_of_others(title):
    assert not has_digest_title(title)


@pytest.mark.parametrize(
    "title",
    [
        "Goat on roof – live updates",
        "LIVE: goat on roof",
        "Ziege auf dem Dach: der Liveticker",
        "Newsblog zur Ziege auf dem Dach",
        "En direct : la chèvre est sur le toit",
        "La cabra en el tejado, minuto a minuto",
        "Коза на крыше: текстовая трансляция",
    ],
)
def test_titles_of_live_pages(title):
    assert has_live_title(title)


@pytest.mark.parametrize(
    "title", [None, "", "Goats live on roofs", "A minute of silence for a goat", "Directive on goats"]
)
def test_titles_of_no_live_page(title):
    assert not has_live_title(title)


def test_only_the_beginning_of_a_title_is_read():
    assert not has_digest_title("g" * TITLE_CHARACTERS + ": morning briefing")


NEWS = (
    ("Goat on roof", "A brigade brought the goat of farmer Ada Marsh from the roof of a church in Much Barrow."),
    ("Trams stand still", "Drivers in Ostmark went on strike, and the union Verdano wants shorter shifts at night."),
    ("Bridge opens", "After nine years the mayor, Orla Venn, opened a bridge over the river Torwell on Sunday."),
    ("Bees swarm", "A swarm of bees stopped a match between Fenwick Rovers and the side of coach Ivo Kell."),
    ("Bakers win", "The bakers of Lower Sandry won a prize that the guild in Harbridge gives for rye bread."),
)
ITEMS = [part for item in NEWS for part in item]
FEATURE = [
    part
    for heading, _ in NEWS
    for part in (heading, f"As she tells of that, Ada Marsh looks at Much Barrow, where the {heading.lower()} once.")
]


def test_items_that_name_nobody_in_common_are_separate():
    assert has_separate_items(ITEMS)
    assert has_separate_items([f"{n}. {told}" for n, (_, told) in enumerate(NEWS, 1)])
    assert not has_separate_items(FEATURE)
    assert not has_separate_items([told for _, told in NEWS])  # neither headings nor numbers
    assert not has_separate_items(ITEMS[:6])  # three parts are those of a report
    assert not has_separate_items([*["The goat was calm, and the brigade ate its lunch." * 3] * 9, *ITEMS])
    assert not has_separate_items([f"{n}. Wash the roof with warm water and a soft brush." for n in range(1, 9)])
    assert not has_separate_items([])


def test_items_count_only_where_a_title_a_section_or_an_address_hints_at_a_digest():
    body = "\n\n".join(ITEMS)
    assert not is_digest("Ten ways to keep a goat", None, "https://bugle.example/farm/goats", body)
    assert is_digest("Goats and bees: a valley roundup", None, None, body)
    assert is_digest("Ten ways to keep a goat", "In Kürze", None, body)
    assert is_digest("Goats and more", None, "https://bugle.example/2026/05/weekly-digest-3", body)
    assert not is_digest("Goats", None, "https://digest.example/farm/goats", body)  # the name of a site is none
    assert not is_digest("Goats and bees: a valley roundup", None, None, "\n\n".join(FEATURE))


def test_news_of_several_places_one_below_another_are_several_stories():
    places = [f"{place} (Northwire) — {told}" for place, (_, told) in zip(("BARROW", "OSTMARK", "FENWICK"), NEWS)]  # noqa: B905
    assert has_several_places(places)
    assert not has_several_places(places[:2])
    assert not has_several_places([places[0]] * 4)  # a report that was put together twice
    assert not has_several_places(["BARROW — A goat.", "OSTMARK — A tram.", "FENWICK — Bees."])  # as lists of herbs
    assert is_digest("Goats", None, None, "\n\n".join(places))
