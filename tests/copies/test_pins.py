"""What pins make of families: over nights, in any order, and when they are removed."""

from __future__ import annotations

import random

import pytest
from copies.copies_support import Lake, fold, make_article, what
from copies.test_near_duplicates import ALONE, ARTICLES, body, prose
from identity.pins_support import make_pin

from storyfold.identity.pins import Pins
from storyfold.schemas.pins import Pin
from storyfold.settings.copies import CopySettings


def pin(lake: Lake, *pins: Pin, touched: set[str], settings: CopySettings = ALONE) -> None:
    lake.night([], settings, pins=Pins(pins, frozenset(touched)))


def families_of(lake: Lake) -> set[frozenset[str]]:
    found: dict[str, set[str]] = {}
    for place in lake.read_places():
        found.setdefault(place.family_id, set()).add(place.article_id)
    return {frozenset(names) for names in found.values()}


def groups_of(*listed: str) -> set[frozenset[str]]:
    return {frozenset(names) for names in listed}


@pytest.fixture
def lake() -> Lake:
    """a, b and c print one text, c shortens it; d and e another; f is by itself."""
    one, two = prose(1, 200), prose(2, 200)
    lake = Lake()
    texts = {"a": body(*one), "b": body(*one), "c": body(*one[:-1]), "d": body(*two), "e": body(*two[:-1])}
    texts["f"] = body(*prose(3, 150))
    lake.night([make_article(name, text, outlet=f"Paper {name}") for name, text in texts.items()], ALONE)
    assert families_of(lake) == groups_of("abc", "de", "f")
    return lake


def test_same_joins_whole_families_and_removing_it_gives_back_what_was(lake: Lake) -> None:
    before = what(lake.read_places())
    pin(lake, make_pin("b", "f", "same", "family"), touched={"b", "f"})
    assert families_of(lake) == groups_of("abcf", "de")
    places = what(lake.read_places())
    assert [name for name in "abcf" if places[name][3]] == ["a"]
    assert {name: place for name, place in places.items() if name in "de"} == {
        name: place for name, place in before.items() if name in "de"
    }
    pin(lake, touched={"b", "f"})
    assert what(lake.read_places()) == before


@pytest.mark.parametrize("level", ["family", "story"])
def test_different_parts_a_family_even_identical_texts(lake: Lake, level: str) -> None:
    before = what(lake.read_places())
    pin(lake, make_pin("a", "b", "different", level), touched={"a", "b"})
    assert families_of(lake) == groups_of("ac", "b", "de", "f")
    assert what(lake.read_places())["b"] == ("b", "original", "b", True)
    pin(lake, touched={"a", "b"})
    assert what(lake.read_places()) == before


def test_same_as_story_joins_no_families(lake: Lake) -> None:
    before = what(lake.read_places())
    pin(lake, make_pin("a", "f", "same"), touched={"a", "f"})
    assert what(lake.read_places()) == before


def test_a_later_copy_joins_the_part_that_it_is_most_alike(lake: Lake) -> None:
    pins = (make_pin("a", "c", "different", "family"), make_pin("f", "d", "same", "family"))
    pin(lake, *pins, touched={"a", "c", "d", "f"})
    assert families_of(lake) == groups_of("ab", "c", "def")
    later = make_article("g", body(*prose(1, 200)[:-1]), outlet="Paper g", first_seen_at=ARTICLES[0].first_seen_at)
    lake.night([later], ALONE, pins=Pins(pins))
    assert any({"c", "g"} <= names for names in families_of(lake))


@pytest.mark.parametrize("seed", [1, 2])
def test_pins_give_the_same_whenever_they_are_set_and_in_whatever_order_nights_come(seed: int) -> None:
    draw, settings = random.Random(seed), CopySettings()
    plain = fold(ARTICLES, settings)
    members: dict[str, list[str]] = {}
    for place in plain.families:
        members.setdefault(place.family_id, []).append(place.article_id)
    several = sorted(names for names in members.values() if len(names) > 2)
    alone = sorted(names for names in members.values() if len(names) == 1)
    pins = [make_pin(*draw.sample(names, 2), "different", "family") for names in draw.sample(several, 3)]
    pins += [make_pin(one[0], draw.choice(several)[0], "same", "family") for one in draw.sample(alone, 2)]
    at_once = Lake()
    at_once.night(ARTICLES, settings, pins=Pins(tuple(pins)))
    assert what(at_once.read_places()) != what(plain.families)

    later = Lake()
    later.night(ARTICLES, settings)
    for number, one in enumerate(pins):
        pin(later, *pins[: number + 1], touched={one.article_id, one.of_article_id}, settings=settings)
    assert what(later.read_places()) == what(at_once.read_places())

    nights = [draw.randrange(4) for _ in ARTICLES]
    shuffled = Lake()
    for night in draw.sample(range(4), 4):
        new = [a for a, n in zip(ARTICLES, nights, strict=True) if n == night]
        shuffled.night(new, settings, pins=Pins(tuple(pins)))
    assert what(shuffled.read_places()) == what(at_once.read_places())
    pin(shuffled, touched={name for one in pins for name in (one.article_id, one.of_article_id)}, settings=settings)
    assert what(shuffled.read_places()) == what(plain.families)
