"""A whole source of files: each once, each with one fate, the same rows every time."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from storyfold.discover.discover_source import discover
from storyfold.identity.ids import make_item_id
from storyfold.outcomes import Reason
from storyfold.settings.discover import DiscoverSettings
from storyfold.settings.sources import Source

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def no_network(url: str, limit: int):
    raise AssertionError(f"{url} was asked for")


def test_pages_become_items_that_know_their_source(tmp_path):
    (tmp_path / "in").mkdir()
    for name in ("b.html", "a.txt"):
        (tmp_path / "in" / name).write_text("x")
    source = Source(id="s", outlet="The Example", language="en", zone="Europe/Berlin",
                    pages=(str(tmp_path / "in"), str(tmp_path / "in" / "*.html"), str(tmp_path / "gone")))  # fmt: skip
    result = discover(source, no_network, DiscoverSettings(), NOW)
    assert [item.name for item in result.items] == ["a.txt", "b.html"]
    item = result.items[0]
    location = str(tmp_path / "in" / "a.txt")
    assert (item.method, item.location, item.offset, item.title) == ("file", location, None, None)
    assert item.item_id == make_item_id("s", "file", location, None)
    assert (item.outlet, item.language, item.zone) == ("The Example", "en", "Europe/Berlin")
    assert [(r.reason, Path(r.location).name) for r in result.rejects] == [
        (Reason.REPEATED_ITEM, "b.html"),
        (Reason.MISSING_INPUT, "gone"),
    ]
    assert all(r.seen_date == NOW.date() and r.first_seen_at == NOW and r.url is None for r in result.rejects)
    assert result.fetches == []


@settings(max_examples=30, deadline=None)
@given(places=st.lists(st.sampled_from(["", "*.html", "**/*.txt", "x", "x/c.html", "gone", "[ab]*"]), max_size=6))
def test_every_thing_met_has_one_fate(places, tmp_path_factory):
    folder = tmp_path_factory.getbasetemp() / "fates"
    (folder / "x").mkdir(parents=True, exist_ok=True)
    for name in ("a.html", "b.txt", "x/c.html", "x/d.txt"):
        (folder / name).write_text("x")
    source = Source(id="s", pages=tuple(str(folder / place) for place in places))
    first, second = (discover(source, no_network, DiscoverSettings(), NOW) for _ in range(2))
    assert first == second
    assert first.counts.balanced
    assert len({item.location for item in first.items}) == len(first.items)
    assert len({reject.reject_id for reject in first.rejects}) == len(first.rejects)
    # Each place alone gives what it gives with others, but for what others gave before it.
    alone = [discover(Source(id="s", pages=(place,)), no_network, DiscoverSettings(), NOW) for place in source.pages]
    assert first.met == sum(a.met for a in alone)
    named = set(itertools.chain.from_iterable((item.item_id for item in a.items) for a in alone))
    assert {item.item_id for item in first.items} == named
