"""The scan for pages made to hurt parsers."""

from storyfold.parse.defuse import MAX_ATTRIBUTES, defuse


def test_attributes_of_an_end_tag_are_dropped_too():
    swarm = " ".join(f"a{number}" for number in range(MAX_ATTRIBUTES + 1))
    assert defuse(f"<p>One</p {swarm}>two", 2_000) == "<p>One</p>two"
