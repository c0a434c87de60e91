"""How many sources tell a story: publishers with a text of their own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from stories.stories_support import FIRST_NIGHT, Memory

from storyfold.credits.listed_outlet import ListedOutlet
from storyfold.credits.listed_outlets import OutletList
from storyfold.schemas.copies import FamilyMember
from storyfold.schemas.pages import Article
from storyfold.stories.independent_sources import count_sources

SEEN = datetime(2026, 3, 4, tzinfo=UTC)


def article(**given: Any) -> Article:
    values = {"article_id": "a", "source_id": "s", "location": "", "content_sha256": "", "warc_file": "",
              "warc_offset": 0, "first_seen_at": SEEN, "seen_date": SEEN.date()}  # fmt: skip
    return Article(**(values | given))


@pytest.mark.parametrize(
    ("texts", "sources"),
    [
        ([{"outlet": "The Courier"}, {"outlet": "the  courier"}], 1),  # two reports by one paper
        ([{"outlet": "The Courier"}, {"outlet": "Vale Tribune"}], 2),
        ([{"url": "https://edition.paper.example/a"}, {"url": "https://www.paper.example/b"}], 1),
        ([{"url": "https://one.blogspot.com/a"}, {"url": "https://two.blogspot.com/b"}], 2),
        # one paper by its name here, by its address there
        ([{"outlet": "Courier", "url": "https://courier.example/a"}, {"outlet": "Courier"},
          {"url": "https://m.courier.example/b"}], 1),
        # three texts of one agency are one source, wherever they stand; its own page too
        ([{"outlet": "Courier", "agency": "AP"}, {"outlet": "Tribune", "agency": "ap"},
          {"outlet": "AP News", "url": "https://apnews.com/a"}], 1),
        ([{"outlet": "Courier", "agency": "AP"}, {"outlet": "Tribune", "agency": "Reuters"}, {"outlet": "Tribune"}], 3),
        ([{"source_id": "one"}, {"source_id": "two"}], 2),
        ([], 0),
    ],
)  # fmt: skip
def test_publishers_count_once(texts: list[dict[str, Any]], sources: int) -> None:
    assert count_sources((article(**text) for text in texts), OutletList()) == sources
    assert count_sources((article(**text) for text in reversed(texts)), OutletList()) == sources


def listed(name: str, *domains: str, **given: Any) -> ListedOutlet:
    return ListedOutlet(name=name, domains=domains, source="invented", date=SEEN.date(), **given)


LIST = OutletList(
    (
        listed("Courier", "courier.example", "courier-online.example", owner="Vale Media"),
        listed("Tribune", "tribune.example", owner="vale  media"),
        listed("Vale Kids", "kids.lantern.example", owner="Vale Media"),
        listed("Harbour Post", names=("Harbour Post",), owner="Vale Media"),
        listed("Copy Board", "board.example", kind="mirror"),
        listed("Courier Archive", "archive.example", mirror_of="courier.example"),
        listed("Lantern Reprint", "reprint.example", mirror_of="The Lantern"),
        listed("Star Reprint", "star.example", mirror_of="St. Abbs Star"),
    )
)


@pytest.mark.parametrize(
    ("texts", "sources"),
    [
        # domains that belong together; an owner's outlets, whatever capitals and blanks the owner's name has
        ([{"url": "https://courier.example/a"}, {"url": "https://www.courier-online.example/b"}], 1),
        ([{"url": "https://courier.example/a"}, {"url": "https://tribune.example/b"}], 1),
        ([{"url": "https://courier.example/a"}, {"outlet": "The Harbour Post"}, {"outlet": "Lantern"}], 2),
        # a host goes before its domain: the paper is nobody's, its supplement is
        ([{"url": "https://lantern.example/a"}, {"url": "https://kids.lantern.example/b"},
          {"url": "https://tribune.example/c"}], 1),  # its registrable domain joins supplement and paper as ever
        ([{"url": "https://lantern.example/a"}, {"url": "https://tribune.example/c"}], 2),
        # an agency's text is the agency's, whoever owns the paper that prints it
        ([{"url": "https://courier.example/a", "agency": "AP"}, {"url": "https://tribune.example/b"}], 2),
        # mirrors: none, the one that they show, or, where nothing else is there, somebody who was not seen
        ([{"url": "https://board.example/a"}, {"url": "https://lantern.example/b"}], 1),
        ([{"url": "https://archive.example/a"}, {"url": "https://tribune.example/b"}], 1),
        ([{"url": "https://reprint.example/a"}, {"outlet": "the lantern"}], 1),
        ([{"url": "https://reprint.example/a"}, {"outlet": "Vale Voice"}], 2),
        ([{"url": "https://star.example/a"}, {"outlet": "St. Abbs Star"}], 1),
        ([{"url": "https://board.example/a"}, {"url": "https://board.example/b"}], 1),
        # a replay stands for the page that it shows
        ([{"url": "https://web.archive.org/web/20260304/https://courier.example/a"}, {"outlet": "Harbour Post"}], 1),
    ],
)  # fmt: skip
def test_owners_and_mirrors_count_once(texts: list[dict[str, Any]], sources: int) -> None:
    assert count_sources((article(**text) for text in texts), LIST) == sources
    assert count_sources((article(**text) for text in reversed(texts)), LIST) == sources


FLOOD = (
    "The river Torwell burst its banks near Harbridge on Sunday and flooded four hundred homes. The mayor of the town, "
    "Orla Venn, said the barrage at Torwell had failed after three days of rain.",
    "Hundreds of families left their homes in Harbridge after the Torwell barrage failed and the river flooded Mill "
    "Lane. Mayor Orla Venn asked the army for boats.",
    "Soldiers joined firefighters in flooded Harbridge, where the failed Torwell barrage has left hundreds without "
    "homes. Mayor Orla Venn promised an inquiry into the barrage.",
)


def report(name: str, body: str, host: str) -> Article:
    title = "Harbridge flooded as Torwell barrage fails"
    given = {"article_id": name, "body": body, "title": title, "language": "en", "url": f"https://{host}/{name}"}
    return article(**given, published_at=SEEN, date_confidence="high", not_before=SEEN, not_after=SEEN)


def test_a_mirrors_copies_raise_no_count() -> None:
    """Nothing need know that it is one: its texts are in the families of those that it copied."""
    copies = [report(f"c{number}", FLOOD[0], f"heap{number}.example") for number in range(9)]
    family = [
        FamilyMember(run_date=FIRST_NIGHT, article_id=name, family_id="a", role=role, original_article_id=original)
        for name, role, original in [("a", "original", None), *((c.article_id, "mirror", "a") for c in copies)]
    ]
    lake = Memory()
    lake.night([report("a", FLOOD[0], "courier.example"), report("b", FLOOD[1], "lantern.example"), *copies], family)
    (story,) = lake.read_stories()
    assert (story.articles, story.own_texts, story.independent_sources) == (11, 2, 2)


def test_a_story_is_counted_by_the_list_of_the_night_that_told_it_last() -> None:
    lake = Memory()
    lake.night([report("a", FLOOD[0], "courier.example"), report("b", FLOOD[1], "tribune.example")])
    lake.outlets = LIST  # the user has named an owner of both
    lake.night([])
    assert [story.independent_sources for story in lake.read_stories()] == [2]
    lake.night([report("c", FLOOD[2], "lantern.example")])
    assert [(story.articles, story.independent_sources) for story in lake.read_stories()] == [(3, 2)]
