"""The sources that come with the project can be read, and are what their header says."""

from __future__ import annotations

from pathlib import Path

from storyfold.settings.sources import SOURCE_KEYS, load_sources
from storyfold.web.urls import make_canonical_url

STARTER = Path(__file__).parents[2] / "data" / "sources.toml"


def test_the_starter_list_can_be_read():
    sources = load_sources(STARTER).sources
    assert len(sources) >= 20
    assert len({s.language for s in sources}) >= 8
    feeds = [feed for source in sources for feed in source.feeds]
    assert all(feed.startswith("https://") and make_canonical_url(feed) for feed in feeds)
    assert len(set(feeds)) == len(feeds)
    assert all(source.outlet and source.home and source.zone for source in sources)


def test_the_header_explains_every_key():
    header = STARTER.read_text(encoding="utf-8").partition("[[source]]\nid")[0]
    explained = {line[2:].split(" ")[0] for line in header.splitlines() if line.startswith("# ")}
    assert explained >= set(SOURCE_KEYS)
