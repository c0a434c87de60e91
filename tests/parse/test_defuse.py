"""The scan for pages made to hurt takes time in proportion to the page, whatever its tags leave open."""

import contextlib
import time

import pytest

from storyfold.outcomes import Rejected
from storyfold.parse.defuse import MAX_ATTRIBUTES, defuse

OPEN = ("</a", "</a ", "</a x='", '</a ">', "<a ", "<a x=", "<a x='", "<a ='\"", "<br/", "</script", "<!--", "<p><!-- ")
CHARACTERS = 1_000_000


def seconds(unit, characters):
    began = time.process_time()
    with contextlib.suppress(Rejected):
        defuse(unit * (characters // len(unit)), 2_000)
    return time.process_time() - began


@pytest.mark.parametrize("unit", OPEN)
def test_time_grows_with_the_number_of_tags_left_open_and_not_with_its_square(unit):
    few, many = (min(seconds(unit, characters) for _ in range(3)) for characters in (CHARACTERS, 8 * CHARACTERS))
    assert many < 24 * few  # 8 times as much; its square would be 64


def test_attributes_of_an_end_tag_are_dropped_too():
    swarm = " ".join(f"a{number}" for number in range(MAX_ATTRIBUTES + 1))
    assert defuse(f"<p>One</p {swarm}>two", 2_000) == "<p>One</p>two"
