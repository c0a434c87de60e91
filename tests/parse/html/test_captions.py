"""The caption of the lead image: of the figure that shows it, else as JSON-LD has it; no other image's."""

import hashlib
import json
from datetime import UTC, datetime

import pytest
from selectolax.lexbor import LexborHTMLParser
from tests_support import costs_at_most

from storyfold.parse.html.captions import MAX_CAPTION, find_printed_caption, read_image_caption
from storyfold.parse.page import parse_page
from storyfold.schemas import Page
from storyfold.settings.parse import ParseSettings

IMAGE = "https://goatpost.example/media/2026/goat-on-cliff-1200x630.jpg?crop=1"


def make_page(content):
    digest = hashlib.sha256(content).hexdigest()
    seen = {"seen_at": datetime(2026, 3, 4, tzinfo=UTC), "bytes": len(content), "content_sha256": digest}
    place = {"location": "x.html", "name": "x.html", "url": "https://goatpost.example/7", "warc_file": "w"}
    return Page(item_id="i", source_id="s", warc_offset=0, **place, **seen)


def figure(name, caption, tag="figcaption"):
    return f'<figure class="x"><img src="/media/2026/{name}" alt="no"><{tag} class="c">{caption}</{tag}></figure>'


def find(*figures, image=IMAGE):
    return find_printed_caption("<p>The goat</p>".join(figures).encode(), image)


def test_the_caption_is_that_of_the_figure_with_the_lead_image_at_any_size():
    other, own = (
        figure("mayor.jpg", "The mayor"),
        figure("goat-on-cliff-640x360.webp", " The <b>goat</b>\n &amp; a rope "),
    )
    assert find(other, own) == "The goat & a rope"
    assert find(other) is None
    assert find(figure("goat-on-cliff.jpg", "")) is None
    assert find(figure("goat-on-cliff.jpg", " "), own) == "The goat & a rope"
    assert find(figure("goat-on-cliff.jpg", "The goat", tag="p"), other) is None
    assert find(own, image=None) is None


@pytest.mark.parametrize(
    "image",
    ["https://x.example/02.jpg", "https://x.example/", "https://x.example", "/goat", "", "https://x.example/image.png",
     "https://x.example/%", "https://x.example/" + "g" * 5_000 + ".jpg"],
)  # fmt: skip
def test_a_name_that_many_images_have_finds_none(image):
    assert find(figure("02.jpg", "A"), figure("image.png", "B"), figure("", "C"), image=image) is None


def test_an_image_is_known_by_the_folder_that_names_it():
    image = "https://cdn.example/img/media/0f1e2d3c4b5a69788796/0_100_2000_1200/master/2000.jpg?width=620"
    shown = figure("../img/media/0f1e2d3c4b5a69788796/0_100_2000_1200/500.jpg", "The goat")
    assert find(figure("2000.jpg", "Another"), shown, image=image) == "The goat"
    encoded = "https://x.example/f/https%3A%2F%2Fpictures.example%2Fgoat-on-cliff.jpg"
    assert find(figure("goat-on-cliff.jpg", "The goat"), image=encoded) == "The goat"


def test_scripts_and_what_is_no_caption_are_passed_over():
    script = '<script>x = "<figure><img src=goat-on-cliff.jpg><figcaption>A<\\/figcaption><\\/figure>"</script>'
    own = figure("goat-on-cliff.jpg", "<style>.a{}</style>The goat<script>1</script>")
    assert find(script, own) == "The goat"
    assert find("<figcaption>Nothing around it: goat-on-cliff</figcaption>") is None
    assert find("<figure></figure>goat-on-cliff<figcaption>Outside</figcaption>", own) == "The goat"


def test_captions_are_bounded_and_hostile_pages_cheap():
    assert find(figure("goat-on-cliff.jpg", "goat " * 600)) == ("goat " * 100)[:MAX_CAPTION].rstrip()
    assert find(figure("goat-on-cliff.jpg", "goat " * 6_000)) is None
    with costs_at_most(3):
        find("<figure>" * 200_000, "<figcaption>" * 200_000, "</figcaption>" * 200_000)
        find(*[figure("sheep.jpg", "x" * 4_000)] * 2_000)
        find("<figure><figcaption>" + "<b>" * 1_500 + "goat-on-cliff</figcaption>" * 10)


def node(image):
    return {"@type": "NewsArticle", "image": image}


@pytest.mark.parametrize(
    ("image", "caption"),
    [
        ({"@type": "ImageObject", "url": IMAGE, "caption": "The goat &amp; a rope"}, "The goat & a rope"),
        ([{"url": IMAGE, "description": "<p>The goat</p>"}, {"url": "x", "caption": "The mayor"}], "The goat"),
        ({"url": IMAGE, "caption": " ", "description": ["The goat"]}, "The goat"),
        ({"@id": "#primary"}, "By reference"),
        ({"@id": ["#primary"]}, None),
        ([IMAGE, {"caption": "The mayor"}], None),
        (IMAGE, None),
        ([], None),
        ([[{"caption": "x"}]], None),
        (None, None),
        (7, None),
        ({"caption": {"a": 1}}, None),
    ],
)
def test_captions_in_json_ld(image, caption):
    primary = {"@type": "ImageObject", "@id": "#primary", "caption": "By reference"}
    logo = {"@type": "Organization", "@id": "#primary", "caption": "A logo"}
    assert read_image_caption([node(image)], [node(image), logo, primary]) == caption


PAGE = """<!doctype html><html lang=en><head><title>Goat comes down</title>{head}</head><body><article>
<h1>Goat comes down</h1>{figure}
<p>The goat that stood on the cliff since Sunday came down by itself on Tuesday, said the mayor of Merrow.</p>
<p>Forty people had watched it with ropes and a ladder, and a helicopter had been ordered from the capital.</p>
<p>The ropes are to be kept in the fire station, the mayor said, because next spring is sure to come as well.</p>
</article></body></html>"""
META = f'<meta property="og:image" content="{IMAGE}">'


def read(head, shown=""):
    content = PAGE.format(head=head, figure=shown).encode()
    return parse_page(make_page(content), content, ParseSettings()).article


def test_a_page_has_its_caption_beside_its_text():
    said = json.dumps(
        {"@type": "NewsArticle", "headline": "Goat comes down", "image": {"caption": "As machines read it"}}
    )
    head = META + f'<script type="application/ld+json">{said}</script>'
    shown = figure("goat-on-cliff.jpg", "The goat on its rock, on Sunday. Photo: Ada Marsh")
    article = read(head, shown)
    assert article.image_caption == "The goat on its rock, on Sunday. Photo: Ada Marsh"
    assert "its rock" not in article.body
    assert read(head).image_caption == "As machines read it"
    assert read(META).image_caption is None
    assert read("", shown).image_caption is None  # no lead image
    assert read(head.replace("goat-on-cliff", "mayor"), shown).image_caption == "As machines read it"


def test_a_caption_in_another_script_and_with_direction_marks_is_kept_as_printed():
    printed = "\u200fהעז על הצוק\u202e 山羊"
    assert LexborHTMLParser(printed).body.text() == printed
    assert read(META, figure("goat-on-cliff.jpg", printed)).image_caption == printed
