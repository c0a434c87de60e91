"""Which names are found in a text, what the text says that they are, and that no guess is called a person."""

from __future__ import annotations

import time

import pytest

from storyfold.schemas.text_names import TextName
from storyfold.text.name_runs import NAME_CHARACTERS
from storyfold.text.names import MOST_NAMES, find_names


def find(body: str, language: str | None = "en", title: str | None = None) -> dict[str, TextName]:
    return {name.name: name for name in find_names(title, body, language)}


def kinds(body: str, language: str | None = "en", title: str | None = None) -> dict[str, tuple[str | None, str | None]]:
    return {name.name: (name.kind, name.kind_words) for name in find_names(title, body, language)}


ENGLISH = """PORT ROSA (AP) — Officials in Port Rosa said on Monday that the Aru River had burst its banks.
President Ana Ruiz visited the city of New Varn on Tuesday. "We will rebuild," Ruiz said.
Yesterday Tom Okoye, the defence minister, asked Acme Corp and the Bank of Ostmark to help. Mr Okoye flew to the US.
Flooded Port Rosa waits. In Port Rosa, the mayor said nothing. Residents of the University of Varn moved out."""


def test_english_names_are_typed_only_by_what_the_text_says():
    found = kinds(ENGLISH)
    assert found == {
        "Port Rosa": (None, None),
        "Ana Ruiz": ("person", "President"),
        "Tom Okoye": ("person", "minister"),
        "AP": (None, None),
        "Aru River": ("place", "River"),
        "New Varn": ("place", "city of"),
        "Acme Corp": ("organisation", "Corp"),
        "Bank of Ostmark": ("organisation", "Bank"),
        "US": (None, None),
        "University of Varn": ("organisation", "University"),
    }


def test_a_last_word_alone_counts_with_the_one_longer_name():
    found = find(ENGLISH)
    assert {name: found[name].times for name in ("Port Rosa", "Ana Ruiz", "Tom Okoye", "US")} == {
        "Port Rosa": 4, "Ana Ruiz": 2, "Tom Okoye": 2, "US": 1,
    }  # fmt: skip
    two = find("We met Ana Ruiz and Luis Ruiz. Later we saw Ruiz again.")
    assert {name: two[name].times for name in two} == {"Ana Ruiz": 1, "Luis Ruiz": 1, "Ruiz": 1}


@pytest.mark.parametrize(
    ("short", "long"), [("Korea", "South Korea"), ("York", "New York"), ("England", "Bank of England")]
)
def test_what_is_named_after_another_is_not_counted_as_that(short, long):
    found = find(f"He left the {long} for a while. Then he saw {short} again.")
    assert {name: found[name].times for name in (short, long)} == {short: 1, long: 1}


def test_the_start_of_a_sentence_is_no_evidence():
    assert find("Bees swarmed. Thousands fled. Goats stayed on.") == {}
    assert set(find("Goats fled. We love Goats.")) == {"Goats"}
    assert set(find("Yesterday Ana Ruiz left. On Monday it rained.")) == {"Ana Ruiz"}


def test_a_headline_in_capitals_names_only_what_the_text_names():
    found = find("It rained in Port Rosa all day long.", title="Heavy Floods Hit Port Rosa As Dam Fails")
    assert list(found) == ["Port Rosa"]
    plain = find("It rained all day long.", title="Floods hit Port Rosa as a dam fails")
    assert plain["Port Rosa"].in_title
    assert plain["Port Rosa"].in_lead
    assert find("BREAKING NEWS\n\nWHAT WE KNOW SO FAR\n\nNothing is known.") == {}


GUESSES = (
    "He joined General Motors and King Street in May.",
    "In Port Rosa, the mayor said nothing.",
    "According to the minister, Port Rosa was flooded.",
    "They read Martin Luther King Jr at the Prime Minister Hotel.",
    "We saw Los Angeles, which the president of Varn visited.",
    "She is from South Korea, the author of the report says.",
    "The West Bank and Premier League are far from Theresa May.",
)


@pytest.mark.parametrize("body", GUESSES)
def test_no_guess_is_called_a_person(body):
    assert [name for name, (kind, _) in kinds(body).items() if kind == "person"] == []


def test_days_and_months_are_no_names():
    assert set(find("After Monday's rain it was in June that we saw Theresa May in May.")) == {"Theresa May"}


def test_a_role_that_begins_a_sentence_is_one():
    found = kinds("Councillor Edda Finch left. Engineer Hedda Lark stayed. Author Training College opened.")
    assert found == {
        "Edda Finch": ("person", "Councillor"),
        "Hedda Lark": ("person", "Engineer"),
        "Author Training College": ("organisation", "College"),
    }


def test_where_two_kinds_are_said_none_is():
    assert kinds("He met President Varn. He lives in the city of Varn.") == {"Varn": (None, None)}


def test_possessives_initials_and_abbreviations():
    found = find("We saw Ruiz's Party of Freedom with J. R. Smith in the U.S. and St. Varn.")
    assert set(found) == {"Ruiz", "Party of Freedom", "J. R. Smith", "U.S.", "St. Varn"}


def test_german_nouns_are_no_names():
    body = """Bundeskanzlerin Lena Vogt hat am Montag die Stadt Rosenhafen besucht. Starker Regen hatte den Fluss
steigen lassen. Vogt sagte, die Regierung werde helfen. Verteidigungsminister Karl Brandt sprach von 3,2 Millionen
Euro. Die Deutsche Rheinbahn stellte den Betrieb ein, sagte Jan Peters von der Firma Acme GmbH der SPD. Viele Menschen
warten."""
    assert kinds(body.replace("\n", " "), "de") == {
        "Lena Vogt": ("person", "Bundeskanzlerin"),
        "Rosenhafen": ("place", "Stadt"),
        "Karl Brandt": ("person", "Verteidigungsminister"),
        "Deutsche Rheinbahn": (None, None),
        "Jan Peters": (None, None),
        "Acme GmbH": ("organisation", "GmbH"),
        "SPD": (None, None),
    }
    assert find(body.replace("\n", " "), "de")["Lena Vogt"].times == 2


def test_french_names():
    body = """La ministre de l'Intérieur Ana Ruiz s'est rendue lundi dans la ville de Port-Rose. Le président Jean Morel
a salué le travail de la Banque de Varn. « Nous aiderons », a dit Ruiz. Elle a vu Charles de Brisson à Lyon."""
    assert kinds(body.replace("\n", " "), "fr") == {
        "Ana Ruiz": ("person", "ministre"),
        "Port-Rose": ("place", "ville de"),
        "Jean Morel": ("person", "président"),
        "Banque de Varn": ("organisation", "Banque"),
        "Charles de Brisson": (None, None),
        "Lyon": (None, None),
    }


def test_spanish_names():
    body = """El presidente Luis de la Cruz visitó el lunes la ciudad de Nueva Varn. Ana Ruiz, ministra de Economía,
habló con la Universidad de Varn. En Madrid, la alcaldesa calló. Según Ruiz, llueve."""
    found = kinds(body.replace("\n", " "), "es")
    assert found["Luis de la Cruz"] == ("person", "presidente")
    assert found["Nueva Varn"] == ("place", "ciudad de")
    assert found["Ana Ruiz"] == ("person", "ministra")
    assert found["Universidad de Varn"] == ("organisation", "Universidad")
    assert found["Madrid"] == (None, None)


def test_russian_names():
    body = """Президент Иван Петров посетил город Варна. По словам Петров, компания «Акме» поможет. Вчера Анна Рюис
выступила в Москве."""
    assert kinds(body.replace("\n", " "), "ru") == {
        "Иван Петров": ("person", "Президент"),
        "Варна": ("place", "город"),
        "Акме": ("organisation", "компания"),
        "Анна Рюис": (None, None),
        "Москве": (None, None),
    }


@pytest.mark.parametrize(
    ("body", "language", "found"),
    [
        ("昨日、ルイス氏は「テレビ・ラジオ」に出た。", "ja", {"ルイス": ("person", "氏")}),
        ("어제 김철수 씨는 서울에 갔다.", "ko", {"김철수": ("person", "씨")}),
        ("زارت الرئيسة مدينة الميناء يوم الاثنين وقالت إنها ستساعد.", "ar", {}),
        ("राष्ट्रपति ने सोमवार को शहर का दौरा किया।", "hi", {}),
        ("总统周一访问了“港口”。", "zh", {}),
    ],
)
def test_scripts_without_capitals_have_names_only_where_the_text_marks_them(body, language, found):
    assert kinds(body, language) == found


def test_a_language_that_is_not_known_has_names_without_kinds():
    assert kinds("Ta rozmowa była w Warna, gdzie Anna Nowak mieszka.", None) == {
        "Warna": (None, None),
        "Anna Nowak": (None, None),
    }


HOSTILE = {
    "no spaces": "A" * 1_000_000,
    "hyphens": "A-" * 500_000,
    "names": " ".join(f"he saw Ana{chr(97 + n % 26)}{chr(97 + n // 26 % 26)} Ruiz{n}" for n in range(50_000)),
    "capitals": "Ana " * 250_000,
    "dots": "A. " * 300_000,
    "apostrophes": "L'" * 500_000,
    "ampersands": "A & " * 250_000,
    "particles": "de la " * 150_000 + "Ana",
    "lines": "Ana\n" * 250_000,
    "surrogates": "Ana \ud800 Ruiz " * 1_000,
}


@pytest.mark.parametrize("language", ["en", "fr", "de", None])
@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_take_bounded_time_and_room(body, language):
    began = time.process_time()
    found = find_names(None, body, language)
    assert time.process_time() - began < 2  # seconds; .1 s on an idle core
    assert len(found) <= MOST_NAMES
    assert all(len(name.name) <= NAME_CHARACTERS for name in found)


def test_marks_of_direction_are_no_part_of_a_name():
    found = find("We saw \u202eAna Ruiz\u202c and \u200fPort\u200f Rosa.")
    assert set(found) == {"Ana Ruiz", "Port", "Rosa"}


def test_names_in_the_title_stand_first_then_the_most_frequent():
    found = find_names("Rain falls on Varn again", "We saw Ana Ruiz. They saw Ana Ruiz. It was in Varn.", "en")
    assert [(name.name, name.times) for name in found] == [("Varn", 2), ("Ana Ruiz", 2)]
