"""The wordings of a headline: of each place the first, each once, and none of them the title itself."""

from datetime import UTC, datetime

from storyfold.parse.page import parse_page
from storyfold.schemas.pages import Page
from storyfold.settings.parse import ParseSettings

HTML = """<html><head><title>Ferry crews to strike | Vale Tribune</title>
<meta property="og:title" content="Ferry crews will strike at Easter">
<meta property="og:title" content="Why crews strike">
<script type="application/ld+json">
[{"@type": "NewsArticle", "headline": "Ferry crews to strike"}, {"@type": "NewsArticle", "headline": "Dam approved"}]
</script></head><body><article><h1>Crews vote for  a strike</h1>LINES</article>
<h1>Orchard sold</h1></body></html>"""
LINE = "<p>The crews of the ferry voted on Monday in the old mill, and the council heard of it only at night.</p>"


def test_every_place_gives_its_first_wording():
    html = HTML.replace("LINES", 6 * LINE).encode()
    page = Page(
        item_id="i",
        source_id="s",
        location="l",
        name="n",
        title="Strike at the ferry",
        seen_at=datetime(2026, 3, 4, tzinfo=UTC),
        bytes=len(html),
        content_sha256="",
        warc_file="",
        warc_offset=0,
    )
    article = parse_page(page, html, ParseSettings()).article
    wordings = {*(article.other_titles or ()), article.title}
    assert {
        "Crews vote for a strike",
        "Ferry crews to strike",
        "Ferry crews will strike at Easter",
        "Strike at the ferry",
    } <= wordings
    assert not wordings & {"Orchard sold", "Dam approved"}
    assert article.title not in (article.other_titles or ())
