"""Names out of byline texts, and the wire a text comes from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests_support import costs_at_most

from storyfold.credits.agencies import find_agency_code, map_names_to_codes
from storyfold.credits.bylines import add_agency, find_agency, find_dateline, read_credit
from storyfold.text.normalize import fold_accents


@pytest.mark.parametrize(
    ("credit", "names"),
    [
        ("by Nora Finch - 02/25/23 3:30 PM ET", ["Nora Finch"]),
        ("By ANNA SMITH and Bob Jones, Staff Writers", ["ANNA SMITH", "Bob Jones"]),
        ("By Ann Lee, Tom O'Neil & Mary-Jane St. John", ["Ann Lee", "Tom O'Neil", "Mary-Jane St. John"]),
        ("By Jane Doe, Washington Correspondent for The Times", ["Jane Doe"]),
        ("Published Feb. 25, 2023 at 3:30 p.m. EST By Ann Lee", ["Ann Lee"]),
        ("Author of the article: Jody Birch", ["Jody Birch"]),
        ("Von Max Muster", ["Max Muster"]),
        ("Von: JÖRG ZWEIG", ["JÖRG ZWEIG"]),
        ("Text: Von Max Muster", ["Max Muster"]),
        ("Ein Kommentar von Eva Horn", ["Eva Horn"]),
        ("By Ursula von der Linde", ["Ursula von der Linde"]),
        ("von Storck", ["von Storck"]),
        ("Par Marie Dupont et Luc Martin, à Lyon", ["Marie Dupont", "Luc Martin"]),
        ("Por Ana Pérez y Luis Gómez Ruiz", ["Ana Pérez", "Luis Gómez Ruiz"]),
        ("José Ortega y Gasset", ["José Ortega y Gasset"]),
        ("di Luca Monti", ["Luca Monti"]),
        ("Martin Kingley, Jr. and Ann Lee", ["Martin Kingley Jr.", "Ann Lee"]),
        ("Jane Q. Public, M.D.", ["Jane Q. Public"]),
        ("Anna Smith in Berlin", ["Anna Smith"]),
        ("jane@example.org | @jane | https://example.org/jane", []),
        ("ann.lee@example.org Ann Lee", ["Ann Lee"]),
        ("Ann Lee, Frankfurt", ["Ann Lee"]),
        ("AFP, MANILA", ["AFP"]),
        ("Ann Lee, Reuters", ["Ann Lee", "Reuters"]),
        ("The Courier (www.example.org)", ["The Courier"]),
        ("배윤경 기자", ["배윤경"]),
        ("ssi/dan", ["ssi", "dan"]),
        ("By Magnus Orrin Monday, 09 March 2026, 21:00", ["Magnus Orrin"]),
        ("By Ann Lee on May 3, 2031 at 10:00 a.m.", ["Ann Lee"]),
        ("Courier reporters", ["Courier reporters"]),
        ("Ann Lee, CNN Editor-at-large", ["Ann Lee"]),
        ("By clicking “Sign Up”, you accept our Terms", []),
        ("5 min read", []),
        ("Saturday", []),
        ("Updated 3:30 PM", []),
        ("By", []),
        ("", []),
    ],
)
def test_names(credit, names):
    assert list(read_credit([credit])[0]) == names


@pytest.mark.parametrize(
    ("credit", "typed"),
    [
        ("REUTERS", [("REUTERS", "agency")]),
        ("The Associated Press", [("The Associated Press", "agency")]),
        ("AFP/dpa", [("AFP", "agency"), ("dpa", "agency")]),
        ("Von dpa", [("dpa", "agency")]),
        ("By JOHN SMITH Associated Press Writer", [("JOHN SMITH", "person"), ("Associated Press", "agency")]),
        ("Reuters, Ann Lee", [("Reuters", "agency"), ("Ann Lee", "person")]),
        ("Deutsche Presse-Agentur", [("Deutsche Presse-Agentur", "agency")]),
        ("Redaktion", [("Redaktion", "staff")]),
        ("Redaktion beispiel.de", [("Redaktion beispiel.de", "staff")]),
        ("By The Editorial Board", [("The Editorial Board", "staff")]),
        ("Courier staff reporter", [("Courier staff reporter", "staff")]),
        ("Meridian reporters", [("Meridian reporters", "staff")]),
        ("By Staff Writer", [("Staff Writer", "staff")]),
        ("MM-Redaktion", [("MM-Redaktion", "staff")]),
        ("Fenwick Courier", [("Fenwick Courier", "staff")]),
        ("beispiel.de", [("beispiel.de", "staff")]),
        ("Pa Ling", [("Pa Ling", "person")]),
    ],
)
def test_kinds(credit, typed):
    assert [(b.name, b.kind) for b in read_credit([credit], outlet="The Fenwick Courier")[1]] == typed


def test_each_name_once_as_first_printed():
    names, bylines = read_credit(["By ANN LEE", "Ann Lee", "by Ann Lee - 3 May 2021", "Bob Day"])
    assert names == ("ANN LEE", "Bob Day")
    assert tuple(b.name for b in bylines) == names


@pytest.mark.parametrize(
    ("body", "agency", "place"),
    [
        ("HARBOUR CITY (AP) — The council voted.", "AP", "HARBOUR CITY"),
        ("PORT ELLERY, Maine (AP) — The council voted.", "AP", "PORT ELLERY, Maine"),
        ("WASHINGTON, Feb 3 (Reuters) - The council voted.", "Reuters", "WASHINGTON"),
        ("Berlin (dpa) - Der Rat stimmte zu.", "dpa", "Berlin"),
        ("Frankfurt am Main (dpa/lhe) - Der Rat stimmte zu.", "dpa", "Frankfurt am Main"),
        ("BEIJING, March 1 (Xinhua) -- The council voted.", "Xinhua", "BEIJING"),
        ("NEW DELHI [India], February 3 (ANI): The council voted.", "ANI", "NEW DELHI"),
        ("MOSCOW, March 3. /TASS/. The council voted.", "TASS", "MOSCOW"),
        ("Madrid, 3 mar (EFE).- El consejo votó.", "EFE", "Madrid"),
        ("(ANSA) - ROMA, 3 MAR - Il consiglio ha votato.", "ANSA", None),
        ("ANKARA (AA) - The council voted.", "AA", "ANKARA"),
        ("WASHINGTON — The council voted.", None, "WASHINGTON"),
        ("A standfirst comes first.\n\nPARIS (AFP) – The council voted.", "AFP", "PARIS"),
        ("The council voted.\n\n© AFP", "AFP", None),
        ("The council voted.\n\n(dpa)", "dpa", None),
        ("The council voted.\n\nSource: Reuters", "Reuters", None),
        ("The council voted.\n\nCopyright 2023 The Associated Press. All rights reserved.", "AP", None),
        ("The council voted.\n\n(Reporting by A. B. in Oslo; Editing by C. D.)", "Reuters", None),
        ("Der Rat stimmte zu.\n\n© dpa-infocom, dpa:230225-99-123456/3", "dpa", None),
        ("The mayor told the AP on Monday that the council voted.", None, None),
        ("The company (AA) said that the road was open.", None, None),
        ("He told a reporter (Reuters) - so he says - nothing.", None, None),
        ("(Paul Renner/Associated Press)\n\nThe council voted.", None, None),
        ("The council voted.\n\nThe Associated Press contributed to this report.", None, None),
        ("The council voted.\n\nThe mayor had earlier spoken to Reuters about the plan.", None, None),
        ("", None, None),
    ],
)
def test_agency_and_dateline(body, agency, place):
    assert find_agency([], body) == agency
    assert find_dateline(body) == place


@pytest.mark.parametrize(
    ("credit", "body", "agency"),
    [
        ([], "BARROW (Northwire) — The council voted.", "Northwire"),  # by its form
        (["By Barrow Service"], "BARROW (Barrow Service) — The council voted.", "Barrow Service"),  # credited twice
        ([], "BARROW (Barrow Dispatch) — The council voted.\n\nSource: Barrow Dispatch", "Barrow Dispatch"),
        (["Ghana News Agency"], "The council voted.", "Ghana News Agency"),
        ([], "BARROW (Maine) — The council voted.", None),  # a place
        (["By Ann Lee"], "BARROW (Maine) — The council voted.", None),
        ([], "The council voted.\n\nSource: the mayor", None),
        (["By Northwire"], "BARROW (AP) — The council voted.", "AP"),  # a listed one is surer
    ],
)
def test_agencies_that_are_not_listed(credit, body, agency):
    assert find_agency(credit, body) == agency


def test_bylines_of_the_agency_and_of_the_host_are_typed():
    _, bylines = read_credit(["Barrow Service", "Ann Lee"])
    assert [b.kind for b in add_agency(bylines, "Barrow Service")] == ["agency", "person"]
    assert [b.kind for b in add_agency(bylines, None)] == ["person", "person"]
    assert [b.kind for b in read_credit(["Al-Barrow"], host="albarrow.example")[1]] == ["staff"]
    assert [b.kind for b in read_credit(["Northwire"])[1]] == ["agency"]


def test_a_credit_comes_before_the_dateline():
    assert find_agency(["Ann Lee", "By Bob Day, Associated Press"], "PARIS (AFP) – The council voted.") == "AP"
    assert find_agency(["Ann Lee"], "The council voted.") is None


def test_names_of_agencies_are_folded_and_short_codes_need_their_capitals():
    assert all(name == fold_accents(name) for name in map_names_to_codes())
    assert find_agency_code("associated press") == "AP"
    assert find_agency_code("pa") is None
    assert find_agency_code("PA") == "PA"


@given(st.lists(st.text(max_size=120), max_size=6), st.text(max_size=300))
def test_never_raises_and_names_are_clean(credit, body):
    names, bylines = read_credit(credit, outlet="Courier")
    assert len(names) == len(bylines) == len({fold_accents(name) for name in names})
    assert all(name == " ".join(name.split()) and name for name in names)
    find_agency(credit, body)
    find_dateline(body)


@pytest.mark.parametrize(
    "text",
    ["A " * 500_000, "a@a." * 250_000, "(" * 1_000_000, "By " * 300_000, "Reporting by " * 80_000, "a," * 500_000,
     "/" * 1_000_000, "A" + "-" * 1_000_000, "Aa, Bb " * 140_000],
)  # fmt: skip
def test_hostile_credits_cost_little(text):
    with costs_at_most(3):  # measured: under .3 s; a pattern that backtracks takes minutes
        read_credit([text] * 100)
        find_agency([text] * 100, text)
        find_dateline(text)
