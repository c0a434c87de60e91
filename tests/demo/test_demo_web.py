"""The demo's web: what is written, and what its server answers over real HTTP."""

import gzip
import re
import socket
import time
import xml.etree.ElementTree as ElementTree
from datetime import timedelta
from http.client import HTTPConnection
from urllib.parse import urlsplit

import brotli
import pytest

from storyfold.demo_web.content import load_web
from storyfold.demo_web.server import PortTaken, assign_outlet_addresses, serve_demo_web
from storyfold.demo_web.site import LISTS, Site
from storyfold.demo_web.sources import make_sources_text, read_port
from storyfold.demo_web.truth import list_true_pages
from storyfold.settings.sources import load_sources

WEB = load_web()
LAST = WEB.nights[-1]
SITE = Site(WEB, assign_outlet_addresses(WEB.outlets, 8765))
TRUTH = {page.url: page for page in list_true_pages(SITE, LAST)}


@pytest.fixture(scope="module")
def running():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with serve_demo_web(WEB, port) as web:
        yield web


def ask(web, outlet, path, **headers):
    """Status, headers and body of one answer, as sent."""
    parts = urlsplit(web.site.addresses[outlet])
    connection = HTTPConnection(parts.hostname, parts.port, timeout=60)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, answer.headers, body


def runs(text, length=5):
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[n : n + length]) for n in range(len(words) - length + 1)}


def shared(one, other):
    """The share of the shorter text's runs of five words that stand in the other."""
    return len(runs(one) & runs(other)) / min(len(runs(one)), len(runs(other)))


def test_there_is_as_much_as_was_promised():
    kept = [page for page in TRUTH.values() if page.kept]
    assert len(WEB.outlets) >= 8
    assert len({o.template for o in WEB.outlets}) == len(WEB.outlets)
    assert len(TRUTH) >= 64
    assert len({page.story for page in kept}) >= 12
    assert {o.lists for o in WEB.outlets} == {"rss", "atom", "sitemap"}
    assert {page.language for page in kept} == {"en", "de", "es"}
    for page in kept:
        words = len(page.body.split())
        assert (30 if "what-smaller" in page.url else 100) <= words <= 350, (page.url, words)


def test_each_family_has_one_original_that_came_first():
    for page in (p for p in WEB.pages if p.is_article):
        (original,) = (p for p in WEB.pages if p.family == page.family and p.is_original)
        assert (original.published, original.story) <= (page.published, page.story)
        assert original.story == page.story


def test_copies_are_copies_and_own_reports_are_in_own_words():
    kept = sorted((page for page in TRUTH.values() if page.kept), key=lambda page: page.url)
    for one in kept:
        # Families ask for .70 of the shorter text; each word that a copier changes breaks five runs.
        assert shared(one.body, TRUTH[one.original].body) >= 0.7, one.url
    for one in kept:
        for other in kept:
            if one.family < other.family:
                assert shared(one.body, other.body) < 0.08, (one.url, other.url)


def test_no_real_agency_is_credited():
    from storyfold.credits.agencies import find_agency_code

    for page in TRUTH.values():
        assert not [name for name in page.authors if find_agency_code(name)]


@pytest.mark.parametrize("outlet", WEB.outlets, ids=lambda outlet: outlet.id)
def test_the_list_names_every_page_that_is_out_and_none_that_is_not(running, outlet):
    for night in WEB.nights:
        running.now = night
        status, headers, body = ask(running, outlet.id, LISTS[outlet.lists])
        assert status == 200
        text = ElementTree.fromstring(body.decode("utf-8"))
        named = {e.text or e.get("href") for e in text.iter() if e.tag.rpartition("}")[2] in ("link", "loc")}
        pages = {running.site.make_url(p) for p in WEB.pages if p.outlet == outlet.id and p.published <= night}
        assert pages <= named
        assert len(named - pages) <= 2  # the outlet's front page and the feed itself
        assert headers["ETag"]


def test_every_article_answers_with_its_text_and_not_before_its_time(running):
    for page in (p for p in WEB.pages if p.is_article):
        running.now = LAST
        status, headers, body = ask(running, page.outlet, page.path)
        assert status == 200
        charset = headers.get_content_charset() or "windows-1252"
        last = page.find_revision(LAST)
        assert last
        text = re.sub(r"&#(\d+);", lambda m: chr(int(m[1])), body.decode(charset))
        assert last.paragraphs[0] in text
        running.now = page.published - timedelta(minutes=1)
        assert ask(running, page.outlet, page.path)[0] == 404


def test_an_article_that_changes_says_so_and_one_that_does_not_is_not_sent_twice(running):
    path = "/news/kell-tunnel-flood/"
    running.now = WEB.nights[0]
    _, first, body = ask(running, "ardmoor-herald", path)
    assert ask(running, "ardmoor-herald", path, **{"If-None-Match": first["ETag"]})[::2] == (304, b"")
    assert ask(running, "ardmoor-herald", path, **{"If-Modified-Since": first["Last-Modified"]})[0] == 304
    running.now = WEB.nights[1]
    status, second, changed = ask(running, "ardmoor-herald", path, **{"If-None-Match": first["ETag"]})
    assert (status, changed != body) == (200, True)
    assert b"212 travellers" in changed
    assert ask(running, "ardmoor-herald", path, **{"If-Modified-Since": first["Last-Modified"]})[0] == 200
    running.now = WEB.nights[2]
    assert b"Correction, 11 March" in ask(running, "ardmoor-herald", path, **{"If-None-Match": second["ETag"]})[2]
    quiet = "/sport/town-reach-cup-final/"
    running.now = WEB.nights[0]
    tag = ask(running, "ardmoor-herald", quiet)[1]["ETag"]
    running.now = LAST
    assert ask(running, "ardmoor-herald", quiet, **{"If-None-Match": tag})[0] == 304


def test_compression_is_what_the_client_accepts(running):
    running.now = LAST
    plain = ask(running, "tollan-post", LISTS["rss"])
    brotlied = ask(running, "tollan-post", LISTS["rss"], **{"Accept-Encoding": "gzip, br"})
    gzipped = ask(running, "tollan-post", LISTS["rss"], **{"Accept-Encoding": "gzip"})
    assert [a[1]["Content-Encoding"] for a in (plain, brotlied, gzipped)] == [None, "br", "gzip"]
    assert brotli.decompress(brotlied[2]) == gzip.decompress(gzipped[2]) == plain[2]
    assert ask(running, "northwire", "/", **{"Accept-Encoding": "gzip"})[1]["Content-Encoding"] is None


def test_pages_of_the_untidy_kind(running):
    running.now = LAST
    status, headers, _ = ask(running, "tollan-post", "/city/recount-begins-in-mayoral-vote")
    assert (status, headers["Location"]) == (
        301,
        running.site.addresses["tollan-post"] + "/city/2026/recount-begins-mayor.html",
    )
    assert ask(running, "tollan-post", "/story?id=4471")[0] == 404
    status, _, body = ask(running, "capital-ledger", "/2026/02/harbour-bonds-explained")
    assert (status, b"Page not found" in body) == (200, True)
    _, headers, body = ask(running, "skarrow-gazette", "/solveigrusk.htm")
    assert headers["Content-Type"] == "text/html"
    assert b"charset" not in body
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")
    _, _, body = ask(running, "tollan-post", "/city/2026/teachers-vote-to-strike.html")
    assert b"</p>" not in body
    assert b"</html>" not in body
    _, _, body = ask(running, "capital-ledger", "/2026/03/what-smaller-classes-would-cost")
    assert b"five chairs" in body
    assert b"inspector" not in body
    for outlet in WEB.outlets:
        assert b"Disallow: /print/" in ask(running, outlet.id, "/robots.txt")[2]


def test_the_log_has_every_request(running):
    running.now = LAST
    ask(running, "northwire", "/robots.txt", **{"User-Agent": "probe"})
    ask(running, "northwire", "/nothing", **{"User-Agent": "probe", "If-None-Match": '"x"'})
    for _ in range(200):  # a request is written down after its answer is sent, those of other tests too
        if len(mine := [request for request in running.log if request.agent == "probe"]) == 2:
            break
        time.sleep(0.01)
    first, second = mine
    assert (first.outlet, first.path, first.status, first.agent, first.conditional) == (
        "northwire",
        "/robots.txt",
        200,
        "probe",
        False,
    )
    assert (second.status, second.conditional) == (404, True)


def test_a_taken_port_is_told(running):
    with pytest.raises(PortTaken, match=str(running.port)), serve_demo_web(WEB, running.port):
        pass


def test_where_there_is_one_loopback_address_each_outlet_has_a_port(monkeypatch, running):
    monkeypatch.setattr("storyfold.demo_web.server._has_many_loopbacks", lambda: False)
    addresses = assign_outlet_addresses(WEB.outlets, 8765)
    assert list(addresses.values()) == [f"http://127.0.0.1:{8765 + n}" for n in range(len(WEB.outlets))]


def test_nonsense_is_answered_with_404(running):
    for path in ("//[", "/%00", "/../../etc/passwd", "/?", "*"):
        assert ask(running, "northwire", path)[0] == (200 if path == "/?" else 404)


def test_the_sources_written_are_sources(tmp_path):
    file = tmp_path / "sources.toml"
    file.write_text(make_sources_text(SITE), encoding="utf-8")
    assert load_sources(file).settings.fetch.allow_loopback
    read = load_sources(file).sources
    assert [(s.id, s.outlet) for s in read] == [(o.id, o.name) for o in WEB.outlets]
    assert all(s.feeds or s.sitemaps for s in read)
    assert read_port(file) == 8765
    assert read_port(tmp_path / "none.toml") is None
