"""What pages say of themselves: JSON-LD, meta tags, titles, addresses, kinds."""

from __future__ import annotations

import contextlib
import time

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from storyfold.outcomes import Reason, Rejected
from storyfold.parse.defuse import defuse
from storyfold.parse.elements import read_elements
from storyfold.parse.jsonld import names_of, read_json_ld, text_of
from storyfold.parse.kinds import kind_of, prose
from storyfold.parse.markup import choose_url, original_of, url_claims
from storyfold.parse.metadata import Metadata, read_metadata
from storyfold.parse.paywall import is_truncated, without_notices
from storyfold.parse.prune import prune, standfirst, without_furniture
from storyfold.parse.titles import choose_title, without_site


def metadata_of(head: str, body: str = "") -> Metadata:
    return read_metadata(read_elements(LexborHTMLParser(f"<html><head>{head}</head><body>{body}</body></html>")))


def ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


@pytest.mark.parametrize(
    "script",
    [
        '{"@type": "NewsArticle", "headline": "Rain"}',
        '[{"@type": "NewsArticle", "headline": "Rain"}]',
        '{"@graph": [{"@type": "WebSite"}, {"@type": ["NewsArticle"], "headline": "Rain"}]}',
        '{"@type": "NewsArticle", "headline": "Rain",}',
        '<!-- {"@type": "NewsArticle", "headline": "Rain"} -->',
        '//<![CDATA[\n{"@type": "NewsArticle", "headline": "Rain"}\n//]]>',
        '{"@type": "NewsArticle", "description": "two\nlines\tand a \\& sign", "headline": "Rain"};',
        '{"@type": "http://schema.org/NewsArticle", "headline": " Rain "}',
        "{&quot;@type&quot;: &quot;NewsArticle&quot;, &quot;headline&quot;: &quot;Rain&quot;}",
    ],
)
def test_json_ld_is_read_mended_or_not(script):
    assert metadata_of(ld(script)).headlines == ["Rain"]


@pytest.mark.parametrize("script", ["", "null", "3", '"x"', "{", "[" * 100_000, '{"@type":' * 50_000, "{}" * 10, "nan"])
def test_hopeless_json_ld_is_left_out(script):
    assert read_json_ld([script]) == []


def test_json_ld_is_read_breadth_first_and_bounded():
    deep = '{"@type":"Thing","x":' * 100 + "1" + "}" * 100
    assert 1 <= len(read_json_ld([deep])) <= 30
    many = "[" + ",".join(['{"@type":"Thing"}'] * 20_000) + "]"
    assert len(read_json_ld([many] * 100)) <= 5_000


def test_names_in_every_shape():
    nodes = [{"@id": "#a", "name": "Ada Ray"}]
    value = ["Bo Li", {"name": "Cy Ott"}, {"@id": "#a"}, {"@id": "#b"}, {"name": ["Di Eck", "Ed Fox"]}, 7, None]
    assert names_of(value, nodes) == ["Bo Li", "Cy Ott", "Ada Ray", "Di Eck", "Ed Fox"]
    assert text_of({"@value": "a &amp;amp; b"}) == "a & b"


KEYS = "@type name @id author headline keywords image datePublished publisher articleBody".split()
PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=9)
JSON = st.recursive(PLAIN, lambda c: st.lists(c, max_size=3) | st.dictionaries(st.sampled_from(KEYS), c))


@given(JSON)
def test_any_json_is_read(value):
    try:
        script = orjson.dumps({"@type": "NewsArticle", "author": value, "image": value, "keywords": value, "x": value})
    except (TypeError, orjson.JSONEncodeError):
        return  # an integer wider than 64 bits
    assert isinstance(metadata_of(ld(script.decode().replace("<", ""))), Metadata)


def test_persons_are_preferred_to_the_site_as_author():
    head = '<meta property="og:site_name" content="Barrow Bugle">' + ld(
        '{"@type":"NewsArticle","author":{"@type":"Organization","name":"Barrow Bugle"}}'
    )
    assert metadata_of(head, '<p class="byline">By Cleo Marsh</p>').credits == ("By Cleo Marsh",)
    assert metadata_of(head + '<meta name="author" content="Cleo Marsh">').credits == ("Cleo Marsh",)
    assert metadata_of(head).credits == ("Barrow Bugle",)
    assert metadata_of('<meta property="article:author" content="https://face.example/cleo">').credits == ()


def test_the_house_account_and_the_site_s_places_are_no_persons():
    account = '{"@type":"Person","name":"Bugle D","url":"https://bugle.example/author/admin/"}'
    head = ld('{"@type":"NewsArticle","author":' + account + "}")
    assert metadata_of(head, '<p class="byline">By Cleo Marsh</p>').credits == ("By Cleo Marsh",)
    assert metadata_of(head).house == ("Bugle D",)
    site = (
        '<meta property="og:site_name" content="bugle.example">'
        '<meta name="author" content="bugle.example, Barrow, Norland">'
    )
    desk = ld('{"@type":"NewsArticle","author":{"@type":"Organization","name":"Redaktion bugle.example"}}')
    assert metadata_of(site + desk).credits == ("Redaktion bugle.example",)


def test_a_plug_in_s_label_names_the_writer():
    head = '<meta name="twitter:label1" content="Verfasst von"><meta name="twitter:data1" content="Cleo Marsh">'
    assert metadata_of(head).credits == ("Cleo Marsh",)
    assert metadata_of(head.replace("Verfasst von", "Reading time")).credits == ()


def test_lists_in_lists_of_authors_are_read():
    author = '[{"@type":"Person","name":"Cleo Marsh"},[{"@type":"Person","name":"Abel Stone"}]]'
    assert metadata_of(ld('{"@type":"NewsArticle","author":' + author + "}")).credits == ("Cleo Marsh", "Abel Stone")


def test_what_is_said_of_other_things_on_the_page_is_not_said_of_it():
    head = (
        '<meta property="og:title" content="Goat on roof">'
        + ld('{"@type":"NewsArticle","headline":"Sheep in well","datePublished":"2031-01-01","author":"Abel Stone"}')
        + ld('{"@type":"NewsArticle","headline":"Goat on roof","datePublished":"2031-05-01","author":"Cleo Marsh"}')
    )
    video = (
        '<div itemscope itemtype="https://schema.org/NewsArticle"><meta itemprop="datePublished" content="2031-05-02">'
        '<div itemscope itemtype="https://schema.org/VideoObject"><meta itemprop="datePublished" content="2031-01-02">'
        '<span itemprop="datePublished">2031-01-03</span></div></div>'
    )
    found = metadata_of(head, video)
    assert found.credits == ("Cleo Marsh",)
    assert [c.words for c in found.date_claims] == ["2031-05-01", "2031-05-02"]


@pytest.mark.parametrize(
    ("tag", "claim"),
    [
        ('<meta name="article:published:time" content="2031-05-01">', ("meta", "2031-05-01")),
        ('<meta name="Publish-Date" content="2031-05-01">', ("meta", "2031-05-01")),
        ('<meta name="last-modified" content="2031-05-01">', ("modified-meta", "2031-05-01")),
        ('<meta http-equiv="Last-Modified" content="2031-05-01">', ("modified-meta", "2031-05-01")),
        ('<meta http-equiv="date" content="2031-05-01">', None),  # when it was sent
    ],
)
def test_meta_tags_of_dates(tag, claim):
    assert [(c.where, c.words) for c in metadata_of(tag).date_claims] == ([claim] if claim else [])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<h1>x</h1><time datetime=2031-05-01></time><p>y<h3>z</h3><time datetime=2031-01-01></time>"
         "<time datetime=2031-01-02></time>", ["2031-05-01", "2031-01-01"]),
        ("<time datetime=2031-01-01></time><h1>x</h1><time datetime=2031-05-01></time>", ["2031-05-01"]),
        ("<time datetime=2031-01-01></time><h1>x</h1><time class=entry-date datetime=2031-05-01></time>",
         ["2031-05-01"]),
        ("<h1>x</h1><a href=y><time datetime=2031-01-01></time></a><li><time datetime=2031-01-02></time></li>", []),
        ("<h1>x</h1><a href=y><time class=published datetime=2031-05-01></time></a>", ["2031-05-01"]),
    ],
)  # fmt: skip
def test_time_elements_of_teasers_do_not_count(body, words):
    assert [c.words for c in metadata_of("", body).date_claims] == words


def test_claims_name_their_place():
    head = (
        ld('{"@type":"NewsArticle","datePublished":"2031-05-01T10:00:00Z","dateModified":"2031-05-02T10:00:00Z"}')
        + '<meta name="DC.date" content="2031-05-01"><meta property="article:modified_time" content="2031-05-03">'
    )
    body = '<time datetime="2031-05-01T10:00Z">1 May</time><time class="updated" datetime="2031-05-02">2 May</time>'
    claims = {(c.where, c.words) for c in metadata_of(head, body).date_claims}
    assert claims == {
        ("json-ld", "2031-05-01T10:00:00Z"),
        ("modified-json-ld", "2031-05-02T10:00:00Z"),
        ("meta", "2031-05-01"),
        ("modified-meta", "2031-05-03"),
        ("time", "2031-05-01T10:00Z"),
        ("modified-time", "2031-05-02"),
    }


@pytest.mark.parametrize(
    ("title", "sites", "cut"),
    [
        ("Goat on roof | Barrow Bugle", ["Barrow Bugle"], "Goat on roof"),
        ("Goat on roof - News - Barrow Bugle", ["Barrow Bugle"], "Goat on roof - News"),
        ("Barrow Bugle: Goat on roof", ["Barrow Bugle"], "Barrow Bugle: Goat on roof"),
        ("Barrow Bugle | Goat on roof", ["Barrow Bugle"], "Goat on roof"),
        ("Goat on roof | bugle.example", ["bugle"], "Goat on roof"),
        ("Follow-up on a well-known goat", ["Goat"], "Follow-up on a well-known goat"),
        ("Goat | Sheep", [], "Goat | Sheep"),
        ("Barrow Bugle", ["Barrow Bugle"], "Barrow Bugle"),
        ("", ["x"], ""),
    ],
)
def test_site_names_are_cut_from_titles(title, sites, cut):
    assert without_site(title, sites) == cut


LD, OG, H1 = "The goat came down from it", "Goat comes down at last today", "Down at last: the goat story"


@pytest.mark.parametrize(
    ("headlines", "og", "twitter", "headings", "page_title", "sites", "title"),
    [
        ([LD], [OG], None, [H1], None, [], LD),  # three wordings: JSON-LD
        ([LD], [OG], None, [OG], None, [], LD),
        ([], [OG], None, [H1], None, [], OG),
        ([], [], None, [H1], "Something else", [], H1),
        ([], [OG + " - Barrow Bugle"], None, [], None, ["Barrow Bugle"], OG),  # an outlet that only the source knows
        ([], [], None, [], OG + " >> NewsHeap 9", ["newsheap9"], OG),
        ([], [], None, [], OG + " | Europe | BB | 28.04.2031", ["BB"], OG + " | Europe"),
        ([], [], None, ["Barrow Bugle", H1], OG + " | Barrow Bugle", ["The Barrow Bugle"], H1),  # a logo
        # kickers and sections
        ([f"Culture: {LD}"], [OG], None, [LD], None, [], LD),
        ([f"Barrow: {LD}"], [f"Barrow: {LD}"], f"Barrow: {LD}", [LD], None, [], f"Barrow: {LD}"),  # most have it
        ([], [f"Goats on roofs: {LD}"], None, [f"Barrow town - {LD}"], None, [], LD),  # two kickers, one headline
        ([], ["Old Gerald said: no more of roofs"], None, ["Gerald said: no more of roofs"], None, [],
         "Old Gerald said: no more of roofs"),  # no kickers: they share words
        ([LD + " | Sport"], [LD], None, [LD], None, [], LD),
        ([], [LD + " - Local News"], None, [LD], None, [], LD),
        ([], [], None, [], None, [], None),
    ],
)  # fmt: skip
def test_the_headline_is_chosen_among_witnesses(headlines, og, twitter, headings, page_title, sites, title):
    metadata = Metadata(headlines=headlines, og_titles=og, twitter_title=twitter)
    assert choose_title(metadata, headings, page_title, sites) == title


def test_titles_are_cleaned():
    assert choose_title(Metadata(), [], "Goat comes down &amp; leaves | Bugle", ["bugle"]) == "Goat comes down & leaves"
    # a publisher that is the headline itself is no site's name
    same = Metadata(headlines=["Goat on the roof - and down again today"])
    same.sites = ("Goat on the roof - and down again today",)
    assert choose_title(same, [], None) == "Goat on the roof - and down again today"


@pytest.mark.parametrize(
    ("canonical", "og", "url", "chosen"),
    [
        ("https://a.example/x?utm_source=y", None, None, "https://a.example/x"),
        ("/x", None, "http://www.a.example/y", "https://www.a.example/x"),
        ("/x", None, None, None),
        ("https://m.a.example/x", None, "https://www.a.example/y", "https://m.a.example/x"),
        ("https://b.example/x", None, "https://a.example/y", "https://a.example/y"),
        ("https://b.example/x", "https://a.example/z", "https://a.example/y", "https://a.example/z"),
        ("https://a.example/", None, "https://a.example/y", "https://a.example/y"),
        ("https://a.example/", None, "https://a.example/", "https://a.example/"),
        ("https://a.example/", None, None, None),
        ("javascript:void(0)", "http://[", "https://a.example/y", "https://a.example/y"),
    ],
)
def test_canonical_address(canonical, og, url, chosen):
    assert choose_url(Metadata(canonical=canonical, og_url=og), url) == chosen


@pytest.mark.parametrize(
    ("metadata", "url", "original"),
    [
        (Metadata(canonical="https://b.example/x?utm_source=y"), "https://a.example/y", "https://b.example/x"),
        (Metadata(canonical="https://a.example/y", originals=("https://b.example/x",)), "https://a.example/y",
         "https://b.example/x"),
        (Metadata(canonical="https://www.a.example/x"), "https://m.a.example/x", None),
        (Metadata(canonical="https://b.example/"), "https://a.example/y", None),
        (Metadata(canonical="https://b.example/x"), None, None),
        (Metadata(canonical="javascript:x"), "https://a.example/y", None),
        (Metadata(), "https://a.example/y", None),
    ],
)  # fmt: skip
def test_a_page_that_names_another_as_its_original(metadata, url, original):
    assert original_of(metadata, url) == original


def test_what_a_page_is_a_copy_of():
    head = '<meta name="syndication-source" content="https://b.example/x">' + ld(
        '{"@type":"NewsArticle","isBasedOn":[{"@id":"https://c.example/x"},"https://d.example/x",7]}'
    )
    assert metadata_of(head).originals == ("https://b.example/x", "https://c.example/x", "https://d.example/x", "7")


def test_addresses_name_days():
    assert [c.words for c in url_claims("https://a.example/2031/05/03/goat")] == ["2031-05-03"]
    assert [c.words for c in url_claims("https://a.example/goat-20310503.html")] == ["2031-05-03"]
    assert url_claims("https://a.example/2031/13/03/goat") == ()
    assert url_claims("https://a.example/id/120310503123") == ()
    assert url_claims(None) == ()


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
        (Metadata(section="Opinion"), 0, None, "Goats", LONG, "opinion"),
        (Metadata(), 0, "https://a.example/meinung/ziege", "Ziege", LONG, "opinion"),
        (Metadata(), 0, None, "Goat plc", "BARROW, July 1 /PRNewswire/ -- " + LONG, "press-release"),
    ],
)
def test_kinds(metadata, headlines, url, title, body, kind):
    assert kind_of(metadata, headlines, url, title, body) == kind


def test_a_list_describes_its_entries_and_an_article_itself():
    entries = ",".join(f'{{"@type":"NewsArticle","headline":"Goat {n}"}}' for n in range(4))
    listing = ld('{"@type":"CollectionPage","mainEntity":{"@type":"ItemList","itemListElement":[' + entries + "]}}")
    assert metadata_of(listing, "<h1>Goats</h1>").is_listing
    assert not metadata_of(listing, "<h1>Goat 2</h1>").is_listing
    assert not metadata_of(ld('{"@type":"NewsArticle","headline":"Goat"}'), "<h1>Another</h1>").is_listing


def test_prose_is_long_paragraphs():
    assert prose("A teaser line.\n\nAnother one.") == 0
    assert prose(LONG) == len(LONG)
    assert prose("ヤギが屋根から降りた。") > 0


def test_pruning_leaves_sentences_with_links():
    tree = LexborHTMLParser(
        "<p>The <a href=x>goat of Much Barrow</a> came down.</p><p><a href=y>All about the goat</a></p>"
        "<figure><figcaption>A goat</figcaption></figure><p><a href=z>Gerald</a></p>"
    )
    prune(tree)
    assert tree.body is not None
    assert tree.body.text() == "The goat of Much Barrow came down.Gerald"


def test_standfirst_stands_between_headline_and_text():
    lead = "A goat came down by itself while a crowd looked on."
    page = f"<p>{lead}</p><h1>Goat</h1><div><p>{{}}</p></div><p>{LONG}</p><p>{lead}</p>"
    assert standfirst(LexborHTMLParser(page.format(lead)), [lead]) == lead
    assert standfirst(LexborHTMLParser(page.format("Other")), [lead]) is None
    assert standfirst(LexborHTMLParser(page.format(lead)), []) is None


def test_furniture_of_the_head_is_dropped_there_only():
    lines = ["Goat on roof", "By Cleo Marsh", "Updated 15 July 2031, 16:20", LONG, "Read more: sheep", "Goat on roof"]
    assert without_furniture(lines, ["Goat on roof", "Cleo Marsh"]) == [LONG, "Goat on roof"]


def test_offers_of_subscription_are_cut_and_noted():
    lines, notice = without_notices(["A text.", "To continue reading, subscribe to the Bugle today."])
    assert (lines, notice) == (["A text."], True)
    assert without_notices([LONG + " Subscribe to read the full story."])[1] is False
    assert is_truncated("A text", notice=True, free=True)
    assert is_truncated("A text…", notice=False, free=False)
    assert not is_truncated(LONG * 3, notice=False, free=True)
    assert not is_truncated("", notice=True, free=False)


FLAT_PAGES = [
    "<div>" * 100 + "</div>" * 100,
    "<p>a<li>b" * 5_000,
    "<br/>" * 9_000,
    "</div>" * 9_000,
    "<div></div>" * 9_000,
    "<svg>" + "<path/>" * 5_000 + "</svg>",
    "1 < 2 " * 9_000,
]


@pytest.mark.parametrize("text", FLAT_PAGES)
def test_what_is_not_deep_is_left_alone(text):
    assert defuse(text, 2_000) == text


@pytest.mark.parametrize("unit", ["<div>", "<DIV\n>", "<section><p>", "<x-y>", "<i>", "<svg><g>", "<div/>"])
def test_depth_is_refused_early(unit):
    with pytest.raises(Rejected) as rejected:
        defuse(unit * 20_000, 2_000)
    assert rejected.value.reason is Reason.NESTED_TOO_DEEP


@pytest.mark.parametrize(
    "unit", ["<", "<a ", '<a="', '<a "', "<!--", "<script", "<script>", "</", "<title>", " = ", "<div\n"]
)
def test_the_scan_is_linear(unit):
    started = time.monotonic()
    for text in (unit * 200_000, "<d" + unit * 200_000):
        with contextlib.suppress(Rejected):
            LexborHTMLParser(defuse(text, 2_000))
    assert time.monotonic() - started < 5


def test_swarms_of_attributes_are_dropped():
    swarm = " ".join(f'a{n}="x>y"' for n in range(2_000))
    assert defuse(f"<p>One</p><div {swarm}>two</div>", 2_000) == "<p>One</p><div>two</div>"
    assert defuse(f"""<div a='"' b="> {swarm}'>two</div>""", 2_000).startswith("<div a=")  # where quotes do not pair
    hidden = " ".join(f"a{n}" for n in range(2_000))
    for start in ('<div x" ', "<div a=b=' ", '<div "" ', "<div x' "):  # quotation marks that open no value
        assert hidden not in defuse(f"{start}{hidden} \"'>two</div>", 2_000)
    few = f'<div data-x="{"<p> " * 5_000}" id=b>two</div>'
    assert defuse(few, 2_000) == few
