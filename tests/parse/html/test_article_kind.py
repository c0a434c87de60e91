"""What kind of page it is."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from storyfold.parse.html.article_kind import count_linked_headlines, count_prose, decide_kind
from storyfold.parse.html.metadata import Metadata

LONG = " ".join(["The goat came down from the roof while the brigade was still unfolding its ladder."] * 20)


@pytest.mark.parametrize(
    ("metadata", "headlines", "url", "title", "body", "kind"),
    [
        (Metadata(), 0, None, "Goat", LONG, "article"),
        (Metadata(og_type="article"), 90, None, "Goat", "Short.", "article"),
        (Metadata(), 90, None, "Goat", LONG * 2, "article"),
        (Metadata(), 20, None, "Local", "A line.\n\nAnother.", "list"),
        (Metadata(types=frozenset({"collectionpage"})), 0, None, "Local", "A line.", "list"),
        (Metadata(), 0, "https://a.example/", "Bugle", LONG, "list"),
        (Metadata(og_type="article"), 0, "https://a.example/", "Bugle", LONG, "list"),  # a root is no article
        (Metadata(types=frozenset({"newsarticle"}), is_listing=True), 0, None, "Local", "A line.", "list"),
        (Metadata(types=frozenset({"newsarticle"}), is_listing=True), 0, None, "Goat", LONG * 2, "article"),
        (Metadata(), 0, "https://a.example/tag/goats/2", "Goats", "A line.", "list"),
        (Metadata(), 0, "https://a.example/tag/goats/2", "Goats", LONG * 2, "article"),
        (Metadata(), 0, "https://a.example/video/goat-on-roof", "Goat on roof", "A line.", "gallery"),
        (Metadata(og_type="article"), 0, "https://a.example/video/goat", "Goat on roof", "A line.", "article"),
        (Metadata(), 0, None, "In pictures: the goat of Much Barrow", "A line.", "gallery"),
        (Metadata(), 0, None, "Opinion: let the goat be", LONG, "opinion"),
        (Metadata(), 0, None, "Opinion polls name the goat", LONG, "article"),
        (Metadata(), 0, None, "Press release: a goat", LONG, "press-release"),
        (Metadata(), 0, None, "404 Not Found", "Sorry.", "error"),
        (Metadata(), 0, None, "404 people were moved to safety", "Sorry.", "article"),
        (Metadata(), 0, None, "Seite nicht gefunden", "", "error"),
        (Metadata(types=frozenset({"newsarticle"})), 0, None, "Page not found", "x", "article"),
        (Metadata(types=frozenset({"imagegallery"})), 0, None, "Goats", "x", "gallery"),
        (Metadata(og_type="video.other"), 0, None, "Goats", "x", "gallery"),
        (Metadata(types=frozenset({"liveblogposting"})), 0, None, "Goats", LONG, "live"),
        (Metadata(), 0, None, "Goat on roof – live updates", LONG, "live"),
        (Metadata(), 0, None, "Morning briefing: a goat, and more", LONG, "digest"),
        (Metadata(section="Opinion"), 0, None, "The week in review", LONG, "digest"),
        (Metadata(types=frozenset({"liveblogposting"})), 0, None, "Morning briefing", LONG, "live"),
        (Metadata(), 0, None, "Minister's morning briefing is on goats", LONG, "article"),
        (Metadata(section="Opinion"), 0, None, "Goats", LONG, "opinion"),
        (Metadata(), 0, "https://a.example/meinung/ziege", "Ziege", LONG, "opinion"),
        (Metadata(), 0, None, "Goat plc", "BARROW, July 1 /PRNewswire/ -- " + LONG, "press-release"),
    ],
)
def test_kinds(metadata, headlines, url, title, body, kind):
    assert decide_kind(metadata, headlines, url, title, body) == kind


def test_prose_is_long_paragraphs():
    assert count_prose("A teaser line.\n\nAnother one.") == 0
    assert count_prose(LONG) == len(LONG)
    assert count_prose("ヤギが屋根から降りた。") > 0


def test_entries_of_lists_are_headlines_where_there_is_no_running_text():
    entries = "".join(f"<li><a href=/{n}>Goat number {n} is on the roof</a> (3 May)" for n in range(9))
    menu = "".join(f"<li><a href=/{n}>Goats</a>" for n in range(9))
    assert count_linked_headlines(LexborHTMLParser(f"<ul>{entries}</ul>"), "The Bugle") == 9
    assert count_linked_headlines(LexborHTMLParser(f"<ul>{menu}</ul>"), "The Bugle") == 0
    assert count_linked_headlines(LexborHTMLParser(f"<ul>{entries}</ul>"), LONG) == 0
