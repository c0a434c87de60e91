"""Feeds, sitemaps and lists, asked from responses that a test writes."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest
from tests_support import costs_at_most

from storyfold.discover.character_references import mend_references
from storyfold.discover.discover_source import Discovered, discover
from storyfold.outcomes import Reason, Rejected, Transient, leaves_hole
from storyfold.schemas.columns import make_arrow_table
from storyfold.schemas.pages import Fetch, Item, Reject
from storyfold.settings.discover import DiscoverSettings
from storyfold.settings.sources import Source
from storyfold.web.messages import ErrorResponse, Response

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOME = "https://news.example/"


class Responses:
    """A `SendRequest` over addresses that a test fills."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes | Exception] = {}
        self.media_type = "application/xml"
        self.requested: list[str] = []

    def __call__(self, url: str, limit: int) -> Response:
        self.requested.append(url)
        page = self.pages.get(url, ErrorResponse(404, url))
        if isinstance(page, Exception):
            raise page
        if len(page) > limit:
            raise Rejected(Reason.TOO_LARGE, f"{len(page)} bytes")
        headers = (("Content-Type", self.media_type), ("ETag", '"e"'))
        return Response(url=url, final_url=url, status=200, status_text="OK", headers=headers, content=page,
                        payload=page, seen_at=NOW)  # fmt: skip


@pytest.fixture
def responses():
    return Responses()


def look(responses: Responses, settings: DiscoverSettings | None = None, **places: tuple[str, ...]) -> Discovered:
    asked = len(responses.requested)
    result = discover(Source(id="s", outlet="The Example", **places), responses, settings or DiscoverSettings(), NOW)
    assert len(result.fetches) == len(responses.requested) - asked
    assert result.counts.balanced
    for rows, row in ((result.items, Item), (result.fetches, Fetch), (result.rejects, Reject)):
        assert make_arrow_table(rows, row).num_rows == len(rows)
    assert len({r.reject_id for r in result.rejects}) == len(result.rejects)
    assert len({i.item_id for i in result.items}) == len(result.items)
    return result


def reasons(result: Discovered) -> list[str]:
    return [r.reason for r in result.rejects]


def rss(*items: str, head: str = "") -> bytes:
    channel = f"<channel><title>t</title>{''.join(items)}</channel>"
    return f'<?xml version="1.0" encoding="utf-8"?>{head}<rss version="2.0">{channel}</rss>'.encode()


def entry(link: str, title: str = "A title", date: str = "Sat, 28 Feb 2026 10:00:00 GMT") -> str:
    return f"<item><title>{title}</title><link>{link}</link><pubDate>{date}</pubDate></item>"


def test_a_feed_gives_items_with_title_and_date(responses):
    responses.pages[HOME + "rss"] = rss(
        entry("/one?utm_source=rss#top", "Cats &amp; Ünions"), entry(HOME + "two", date="soon")
    )
    result = look(responses, feeds=(HOME + "rss",))
    one, two = result.items
    assert (one.method, one.location, one.name) == ("http", HOME + "one?utm_source=rss", HOME + "one?utm_source=rss")
    assert (one.title, one.outlet, one.source_id) == ("Cats & Ünions", "The Example", "s")
    claim = one.date_claims[0]
    assert (claim.where, claim.words) == ("feed", "Sat, 28 Feb 2026 10:00:00 GMT")
    assert (claim.value, claim.precision) == (datetime(2026, 2, 28, 10, tzinfo=UTC), "second")
    assert (two.date_claims[0].words, two.date_claims[0].value) == ("soon", None)
    fetch = result.fetches[0]
    assert (fetch.status, fetch.etag, fetch.reason, fetch.media_type) == (200, '"e"', None, "application/xml")


def test_atom_and_rdf(responses):
    responses.pages[HOME + "atom"] = (
        b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>x</title><link rel="self" href="/self"/>'
        b'<link rel="alternate" href="https://news.example/a"/><published>2026-02-28T10:00:00+01:00</published>'
        b"<updated>2026-02-28T12:00:00Z</updated></entry></feed>"
    )
    responses.pages[HOME + "rdf"] = (
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        b'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel/><item><title>x</title><link>https://news.example/b</link>'
        b"<dc:date>2026-02-28</dc:date></item></rdf:RDF>"
    )
    atom, rdf = look(responses, feeds=(HOME + "atom", HOME + "rdf")).items
    assert atom.location == HOME + "a"
    assert [(c.where, c.value) for c in atom.date_claims] == [
        ("feed", datetime(2026, 2, 28, 9, tzinfo=UTC)),
        ("modified-feed", datetime(2026, 2, 28, 12, tzinfo=UTC)),
    ]
    assert [(c.where, c.precision) for c in rdf.date_claims] == [("feed", "day")]


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"<!doctype html><html><head><title>Home</title></head><body><p>hi</p></body></html>", "text/html"),
        (bytes(range(256)) * 50, "application/octet-stream"),
        (b"", "application/xml"),
        (b"<urlset/>", "application/xml"),
        (b'{"version": "https://jsonfeed.org/version/1"}', "application/json"),
        (b"/etc/passwd", "text/plain"),
        (b"file:///etc/passwd", "text/plain"),
        (b"\xff\xfe\x00", 'text/xml; charset="no-such-set"'),
    ],
)
def test_what_is_no_feed(responses, content, media_type):
    responses.pages[HOME + "rss"], responses.media_type = content, media_type
    result = look(responses, feeds=(HOME + "rss",))
    assert (result.items, reasons(result)) == ([], [Reason.NOT_A_FEED])
    assert result.fetches[0].reason == Reason.NOT_A_FEED
    assert leaves_hole("discover", Reason.NOT_A_FEED)


def test_a_feed_that_is_cut_or_broken_gives_what_can_be_read(responses):
    whole = rss(*(entry(f"{HOME}{n}") for n in range(20)))
    responses.pages[HOME + "cut"] = whole[: len(whole) // 2]
    responses.pages[HOME + "broken"] = rss(entry(HOME + "a?x=1&y=2", "Tom & <b>Jerry"), entry(HOME + "b"))
    assert 5 < len(look(responses, feeds=(HOME + "cut",)).items) < 20
    responses.requested.clear()
    assert [i.location for i in look(responses, feeds=(HOME + "broken",)).items] == [HOME + "a?x=1&y=2", HOME + "b"]


def test_entities_are_neither_multiplied_nor_loaded(responses, tmp_path):
    (tmp_path / "secret").write_text("the secret")
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE rss [<!ENTITY l0 "lol">{levels}<!ENTITY x SYSTEM "file://{tmp_path}/secret">]>'
    items = (entry(HOME + "a", "&l11;"), entry(HOME + "b", "&x;"))
    responses.pages[HOME + "rss"] = rss(*items, head=bomb)
    site = f"<url><loc>{HOME}&x;</loc></url><url><loc>{HOME}&l11;</loc></url><url><loc>{HOME}c</loc></url>"
    responses.pages[HOME + "map"] = f'<?xml version="1.0"?>{bomb}<urlset>{site}</urlset>'.encode()
    with costs_at_most(10):
        result = look(responses, feeds=(HOME + "rss",), sitemaps=(HOME + "map",))
    assert sum(len(i.location) + len(i.title or "") for i in result.items) < 2_000
    assert "the secret" not in str(result)
    assert {HOME + "a", HOME + "b"} <= {i.location for i in result.items}


def test_failed_requests(responses):
    responses.pages = {HOME + "slow": Transient("no complete answer within 30 seconds"), HOME + "big": b"x" * 9_000_000}
    result = look(responses, feeds=(HOME + "slow", HOME + "gone", HOME + "big"), sitemaps=(HOME + "no-map",))
    assert reasons(result) == [Reason.NO_ANSWER, Reason.HTTP_ERROR, Reason.TOO_LARGE, Reason.HTTP_ERROR]
    assert [f.status for f in result.fetches] == [None, 404, None, 404]
    assert [f.reason for f in result.fetches] == reasons(result)
    assert result.rejects[0].detail == "no complete answer within 30 seconds"


def test_each_address_once_whoever_names_it(responses, tmp_path):
    (tmp_path / "list.txt").write_text(f"# a comment\n\n{HOME}a#x\n{HOME}new\n not an address\n")
    responses.pages[HOME + "rss"] = rss(*map(entry, (
        HOME + "a", "http://news.example/a?utm_medium=x", "mailto:x@y", "", "", "http://[", HOME + "a",
    )))  # fmt: skip
    result = look(responses, feeds=(HOME + "rss", HOME + "rss"), urls=(str(tmp_path / "list.txt"), HOME + "new"))
    assert [i.location for i in result.items] == [HOME + "a", HOME + "new"]
    repeated, bad = Reason.REPEATED_ITEM, Reason.BAD_URL
    assert reasons(result) == [repeated, bad, bad, bad, bad, repeated, repeated, repeated, bad, repeated]
    assert result.items[0].title == "A title"  # the first to name it


def test_lists_as_text_and_as_csv(responses, tmp_path):
    def found(name: str, content: str | bytes) -> list[str]:
        (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
        result = look(responses, urls=(str(tmp_path / name),))
        return [i.location.removeprefix(HOME) for i in result.items] + reasons(result)

    assert found("a.txt", f"\ufeff{HOME}1\r\n{HOME}2\r\n") == ["1", "2"]
    assert found("b.csv", f'title,URL\n"one, two",{HOME}1\n"x\ny",{HOME}2\n') == ["1", "2"]
    assert found("c.csv", f"link;title\n{HOME}1;one\n") == ["1"]
    assert found("d.csv", f"{HOME}1\n{HOME}2,x\n\n") == ["1", "2"]
    assert found("e.csv", "url\nnothing\n") == [Reason.BAD_URL]
    assert found("f.txt", "# nothing\n") == [Reason.MISSING_INPUT]
    assert found("g.txt", b"\xff\xfe") == [Reason.UNREADABLE_INPUT]
    assert found("h.csv", '"' + "x" * 200_000) == [Reason.UNREADABLE_INPUT]
    assert found("i.txt", HOME + "x" * 3000) == [Reason.BAD_URL]
    assert reasons(look(responses, urls=(str(tmp_path / "gone.txt"),))) == [Reason.MISSING_INPUT]
    assert reasons(look(responses, urls=(str(tmp_path),))) == [Reason.UNREADABLE_INPUT]
    assert reasons(look(responses, DiscoverSettings(list_bytes=10), urls=(str(tmp_path / "a.txt"),))) == [
        Reason.TOO_LARGE
    ]


NEWS = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><url><loc>https://news.example/a&amp;b</loc><lastmod>2026-02-28</lastmod>
<news:news><news:publication><news:name>The Example</news:name></news:publication>
<news:publication_date>2026-02-27T10:00:00Z</news:publication_date><news:title>Title
 one</news:title></news:news><image:image><image:loc>https://news.example/a.jpg</image:loc><image:title>no</image:title></image:image></url>
<url><loc> /relative </loc></url><url><lastmod>2026-01-01</lastmod></url></urlset>"""


def test_a_news_sitemap(responses):
    responses.pages[HOME + "map.xml"] = NEWS.encode()
    result = look(responses, sitemaps=(HOME + "map.xml",))
    first, second = result.items
    assert (first.location, first.title) == (HOME + "a&b", "Title one")
    assert [(c.where, c.words, c.precision) for c in first.date_claims] == [
        ("sitemap", "2026-02-27T10:00:00Z", "second"),
        ("modified-sitemap", "2026-02-28", "day"),
    ]
    assert (second.location, second.date_claims) == (HOME + "relative", ())
    assert reasons(result) == [Reason.BAD_URL]


def index(*entries: tuple[str, str]) -> bytes:
    rows = "".join(f"<sitemap><loc>{loc}</loc><lastmod>{day}</lastmod></sitemap>" for loc, day in entries)
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</sitemapindex>'.encode()


def test_an_index_leads_one_level_down_newest_first(responses):
    responses.pages[HOME + "index"] = index(
        (HOME + "old", "2020-01-01"), ("/new.gz", "2026-01-01"), (HOME + "index2", "2021"),
        (HOME + "gone", "2019-01-01"), ("mailto:x", "2018-01-01"),
    )  # fmt: skip
    responses.pages[HOME + "index2"] = index((HOME + "index", "2020"))
    responses.pages[HOME + "old"] = f"<urlset><url><loc>{HOME}1</loc></url></urlset>".encode()
    responses.pages[HOME + "new.gz"] = gzip.compress(f"<urlset><url><loc>{HOME}2</loc></url></urlset>".encode())
    result = look(responses, sitemaps=(HOME + "index",))
    assert responses.requested == [HOME + name for name in ("index", "new.gz", "index2", "old", "gone")]
    assert [i.location for i in result.items] == [HOME + "2", HOME + "1"]
    assert reasons(result) == [Reason.UNREADABLE_INPUT, Reason.HTTP_ERROR, Reason.BAD_URL]


def test_of_a_long_index_only_the_newest_are_asked(responses, caplog):
    caplog.set_level("INFO", logger="storyfold.discover.sitemaps")
    responses.pages[HOME + "index"] = index(*((f"{HOME}{n}", f"2020-01-{n % 28 + 1:02}") for n in range(500)))
    result = look(responses, sitemaps=(HOME + "index",))
    assert len(responses.requested) == 101
    assert set(reasons(result)) == {Reason.HTTP_ERROR}
    newest = sorted(range(500), key=lambda n: n % 28, reverse=True)[:100]
    assert responses.requested[1:] == [f"{HOME}{n}" for n in newest]
    assert "names 500 sitemaps" in caplog.text


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", [Reason.UNREADABLE_INPUT]),
        (b"<html><body><url><loc>https://news.example/x</loc></url></body></html>", [Reason.UNREADABLE_INPUT]),
        (b"\x00\x01\x02" * 100, [Reason.UNREADABLE_INPUT]),
        (b"just words", [Reason.UNREADABLE_INPUT]),
        (gzip.compress(b"<urlset>" + bytes(60 * 1024 * 1024)), [Reason.TOO_LARGE]),
        (gzip.compress(b"<urlset>" * 9)[:-4], [Reason.UNREADABLE_INPUT]),
        (b"<urlset></urlset>", []),
        (b"<urlset>" + b"<url>" * 100_000, None),
        (b"<urlset>" + b"<a>" * 300_000, None),
        (b"<urlset><url><loc>" + b"x" * 1_000_000 + b"</loc></url></urlset>", [Reason.BAD_URL]),
        (b"<urlset " + b'a="b" ' * 100_000, None),
    ],
)
def test_sitemaps_of_every_sort(responses, content, expected):
    responses.pages[HOME + "map"] = content
    with costs_at_most(10):
        result = look(responses, sitemaps=(HOME + "map",))
    assert expected is None or reasons(result) == expected


def test_a_fault_in_a_sitemap_costs_little(responses):
    urls = [f"<url><loc>{HOME}{n}</loc></url>" for n in range(10)]
    urls[4] = f"<url><loc>{HOME}4?a=1&b=2</loc></url>"  # the ampersand is not escaped
    responses.pages[HOME + "map"] = f"<urlset>{''.join(urls)}</urlset>".encode()
    assert len(look(responses, sitemaps=(HOME + "map",)).items) >= 9


def test_the_same_responses_give_the_same_rows(responses):
    responses.pages[HOME + "rss"] = rss(*(entry(f"{HOME}{n % 5}") for n in range(10)))
    responses.pages[HOME + "map"] = NEWS.encode()
    first = look(responses, feeds=(HOME + "rss",), sitemaps=(HOME + "map",))
    responses.requested.clear()
    second = look(responses, feeds=(HOME + "rss",), sitemaps=(HOME + "map",))
    assert first == second


def test_emoji_in_two_halves_and_references_to_nothing(responses):
    title = "Fire &#55357;&#56613;&#xD83D;&#xdd25; &#xD800; &#0; &#x110000; &#99999999999999; &#8220;x&#8221;"
    responses.pages[HOME + "rss"] = rss(entry(HOME + "a", title), entry(HOME + "b"))
    responses.pages[HOME + "map"] = (
        f"<urlset><url><loc>{HOME}c&#xD800;</loc></url><url><loc>{HOME}d</loc></url></urlset>".encode()
    )
    result = look(responses, feeds=(HOME + "rss",), sitemaps=(HOME + "map",))
    assert result.items[0].title == "Fire \U0001f525\U0001f525 \ufffd \ufffd \ufffd \ufffd “x”"
    assert [i.location for i in result.items][-1] == HOME + "d"
    assert len(result.items) == 4


def test_many_references_take_no_time():
    with costs_at_most(3):
        for content in (
            b"&#" * 500_000,
            b"&#1" * 300_000,
            b"&#" + b"1" * 10**6,
            b"&#x;" * 250_000,
            b"&#55357;" * 120_000,
        ):
            mend_references(content)
