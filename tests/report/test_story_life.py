"""The life of a story, from the small lake: what it is found by, what it tells, and that hostile texts do no harm."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html import unescape
from html.parser import HTMLParser

import orjson
import pytest

from storyfold.outcomes import WrongUse
from storyfold.report.render import render_page, render_story
from storyfold.report.story_life import read_story_life
from storyfold.report.story_markdown import render_life_markdown
from storyfold.report.story_terminal import describe_change, describe_state, render_life_lines
from storyfold.report.summary import read_night_summary
from storyfold.schemas import Article, FamilyMember, Story


@pytest.fixture
def bridge(lake):
    return read_story_life(lake, "story-bridge", None)


def test_a_life_has_the_articles_in_order_of_time_and_who_copied_whom(bridge):
    assert [(m.article_id, m.is_first, m.copied_from, m.since_night) for m in bridge.members] == [
        ("bridge", True, None, date(2026, 3, 3)),
        ("mirror", False, "The Harrowmouth Courier", date(2026, 3, 4)),
    ]
    assert [(c.outlet, c.original_outlet, c.articles) for c in bridge.copies] == [
        ("NewsGather247", "The Harrowmouth Courier", 1)
    ]
    assert bridge.outlet_counts == (("NewsGather247", 1), ("The Harrowmouth Courier", 1))
    assert (bridge.articles, bridge.outlets, bridge.keywords) == (2, 2, ("bridge", "crack"))


def test_its_changes_are_those_of_every_id_that_leads_to_it(bridge):
    assert [describe_change(change, bridge) for change in bridge.changes] == [
        "night of 2026-03-03: story-older became part of story-mirror",
        "night of 2026-03-04: story-mirror became part of it",
    ]


@pytest.mark.parametrize(
    ("asked", "story_id", "told"),
    [
        ("story-bridge", "story-bridge", None),
        ("STORY-B", "story-bridge", None),
        (" story-b\n", "story-bridge", None),
        ("story-mirror", "story-bridge", "story-mirror"),
        ("story-older", "story-bridge", "story-older"),
        ("dam-two", "story-dam", "dam-two"),
    ],
)
def test_a_story_is_found_by_any_id_that_leads_to_it(lake, asked, story_id, told):
    life = read_story_life(lake, asked, None)
    assert (life.story_id, life.asked) == (story_id, told)


@pytest.mark.parametrize(
    ("address", "story_id"),
    [("https://mirror.example/a", "story-bridge"), ("demo/dam.html", "story-dam"), ("demo/lost.html", "story-lost")],
)
def test_a_story_is_found_by_the_address_of_an_article(lake, address, story_id):
    assert read_story_life(lake, None, address).story_id == story_id


def test_an_address_that_has_become_an_alias_leads_to_its_article(build, rows):
    old = next(row for row in rows if isinstance(row, Article) and row.article_id == "dam")
    moved = replace(old, article_id="dam-today", canonical_url="https://dam.example/today", url=None)
    lake = build([*rows, moved])
    assert read_story_life(lake, None, "http://dam.example/today?utm_source=x").story_id == "story-dam"


@pytest.mark.parametrize(
    ("asked", "address", "words"),
    [
        ("nowhere", None, "no story of this lake"),
        ("story-", None, "leads to several"),
        (None, "https://nowhere.example/", "no article of this lake has the address"),
        ("%", None, "no story of this lake"),
        ("' OR 1=1 --", None, "no story of this lake"),
    ],
)
def test_what_is_not_there_or_not_one_is_told_in_a_sentence(lake, asked, address, words):
    with pytest.raises(WrongUse, match=words):
        read_story_life(lake, asked, address)


def test_series_and_mentions_are_told_of_both_sides(build, rows, mention):
    dam = read_story_life(build(rows), "story-dam", None)
    assert [(s.direction, s.story_id) for s in dam.series] == [("follows", "story-bridge")]
    assert [(m.direction, m.story_id) for m in dam.mentions] == [("mentioned in", "story-lost")]
    bridge = read_story_life(build(rows), "story-bridge", None)
    assert [(s.direction, s.story_id) for s in bridge.series] == [("followed by", "story-dam")]
    lost = read_story_life(build(rows), "story-lost", None)
    assert [(m.direction, m.story_id, m.title) for m in lost.mentions] == [("mentions", "story-dam", "About story-dam")]


@pytest.mark.parametrize(
    ("until", "closed", "words"),
    [
        (date(2026, 3, 5), True, "closed after 5 Mar 2026"),
        (date(2026, 3, 6), False, "open until 6 Mar 2026, or until another article comes"),
        (None, False, "open"),
    ],
)
def test_a_story_is_closed_after_its_last_open_day(build, rows, until, closed, words):
    others = [r for r in rows if not (isinstance(r, Story) and r.story_id == "story-bridge" and r.run_id == "night-2")]
    last = next(r for r in rows if isinstance(r, Story) and r.story_id == "story-bridge" and r.run_id == "night-2")
    life = read_story_life(build([*others, replace(last, open_until=until)]), "story-bridge", None)
    assert (life.is_closed, describe_state(life)) == (closed, words)


HOSTILE = "</title><script>alert(1)</script>|`*x*`[a](javascript:b)\u202e\x1b[31m" + "w" * 5_000


@pytest.fixture
def hostile(build, rows):
    def spoil(row):
        if isinstance(row, Article) and row.article_id in ("bridge", "mirror"):
            return replace(row, title=HOSTILE, outlet=HOSTILE, url="javascript:alert(1)", authors=(HOSTILE,))
        if isinstance(row, Story):
            return replace(row, headline=HOSTILE, keywords=(HOSTILE,))
        return row

    return read_story_life(build([spoil(row) for row in rows]), "story-bridge", None)


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen = []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))


def test_hostile_texts_do_no_harm_in_any_format(hostile):
    tags = Tags()
    tags.feed(page := render_story(hostile))
    assert not {"script", "img", "iframe", "link"} & {tag for tag, _ in tags.seen}
    assert not [attrs for _, attrs in tags.seen if str(attrs.get("href", "#"))[:1] not in ("#", "h")]
    assert "default-src 'none'" in page
    for text in (page, "\n".join(render_life_lines(hostile)), render_life_markdown(hostile)):
        assert not {"\u202e", "\x1b"} & set(text)
        assert max(map(len, text.split("\n"))) < 4_000
    markdown = render_life_markdown(hostile)
    assert "<script" not in markdown
    assert "](" not in markdown


def test_every_format_tells_all_articles(bridge):
    assert orjson.loads(orjson.dumps(bridge))["members"][1]["copied_from"] == "The Harrowmouth Courier"
    for text in ("\n".join(render_life_lines(bridge)), render_life_markdown(bridge), render_story(bridge)):
        for words in ("Bridge, second version", "Title of mirror", "NewsGather247", "became part of it"):
            assert words in text


def test_a_long_life_is_cut_in_the_terminal_and_whole_elsewhere(bridge):
    many = replace(bridge, members=bridge.members * 100)
    lines = render_life_lines(many)
    assert "  and 160 more articles" in lines
    assert len(lines) < 80
    assert render_story(many).count("<li>") > 200


def test_names_numbers_and_why_are_told_in_every_format(build, rows):
    told = [row for row in rows if isinstance(row, Story) and row.names]
    life = read_story_life(build(rows), told[-1].story_id, None)
    assert [name.name for name in life.names] == ["Barrow", "Ann Marsh"]
    for text in ("\n".join(render_life_lines(life)), render_life_markdown(life), render_story(life)):
        assert "Barrow (2), Ann Marsh (person, 1)" in re.sub("<[^>]*>", "", unescape(text))


def test_copies_of_an_original_that_was_not_seen_name_the_agency(build, rows):
    """The mirror credits an agency, and the story's other text is no longer taken for its original."""
    changed = [
        replace(row, agency="AP") if isinstance(row, Article) and row.article_id == "mirror"
        else replace(row, original_article_id=None) if isinstance(row, FamilyMember) and row.article_id == "mirror"
        else row
        for row in rows
    ]  # fmt: skip
    lake = build(changed)
    life = read_story_life(lake, "story-bridge", None)
    assert [(c.original_outlet, c.agency) for c in life.copies] == [(None, "AP")]
    told = ["\n".join(render_life_lines(life)), render_life_markdown(life), render_story(life)]
    assert all("AP, original not seen" in text for text in told)
    page = render_page(read_night_summary(lake, "night-2"))
    assert "of <bdi>AP, original not seen</bdi>" in page
