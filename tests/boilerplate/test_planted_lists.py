"""Lists of other pages' headlines planted in clean texts and in whole pages: none is left, and the texts are."""

import random
import re

import pytest

from benchmarks.boilerplate import HEADINGS, PLACES, generate_pages, measure, read_demo_pages, read_gold_pages
from storyfold.boilerplate.cut import NoKnownPages
from storyfold.boilerplate.cut_articles import cut_articles
from storyfold.demo_web.content import load_web
from storyfold.demo_web.site import Site
from storyfold.parse.page import parse_page
from storyfold.schemas.pages import Page
from storyfold.settings.boilerplate import BoilerplateSettings
from storyfold.settings.parse import ParseSettings

# What the issue asks for: no headline left, under .5 % of the words lost; without lists under .1 %.
LOST_WITH_LISTS = 0.005
LOST_WITHOUT = 0.001


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("heading", HEADINGS[:3])
def test_lists_in_the_demo_texts(place, heading):
    figures = measure(read_demo_pages(), place, heading)
    assert figures.planted > 300
    assert figures.leaked == 0
    assert figures.lost <= LOST_WITH_LISTS * figures.words


@pytest.mark.parametrize("place", PLACES)
def test_lists_in_the_texts_of_real_pages(place, shared):
    figures = measure(read_gold_pages(), place, "Related")
    assert figures.planted > 1_000
    assert figures.leaked == 0
    assert figures.lost <= LOST_WITH_LISTS * figures.words


@pytest.mark.parametrize("pages", [read_demo_pages, read_gold_pages])
def test_clean_texts_stay(pages, shared):
    figures = measure(pages(), None)
    assert figures.words > 10_000
    assert figures.lost <= LOST_WITHOUT * figures.words


def test_a_planted_list_is_there_before_the_cut():
    page = generate_pages(20)[10]
    assert page.body.count("\n\n") > 20
    assert "Related" in page.body


WEB = load_web()
SITE = Site(WEB, {outlet.id: f"https://{outlet.id}.example" for outlet in WEB.outlets})
NOW = WEB.nights[-1]
FORMS = {
    "paragraphs": ("<p>Related</p>", "<p>{}</p>", ""),
    "items": ("<h3>Most popular</h3><ul>", "<li>{}</li>", "</ul>"),
    "breaks": ("<p>Read more:", "<br>{}", "</p>"),
}


def parsed(page, html):
    read = parse_page(
        Page(
            item_id=page.path,
            source_id=page.outlet,
            outlet=WEB.get_outlet(page.outlet).name,
            location=page.path,
            name=page.path,
            url=SITE.make_url(page),
            media_type="text/html",
            seen_at=NOW,
            bytes=len(html),
            content_sha256="",
            warc_file="",
            warc_offset=0,
        ),
        html,
        ParseSettings(),
    )
    assert read.reason is None
    return read.article


@pytest.fixture(scope="module")
def clean():
    """The articles of the demo's web as pages, each as it is parsed alone."""
    pages = [page for page in WEB.list_published(NOW) if page.is_article]
    served = [(page, SITE.respond(page.outlet, page.path, NOW).body) for page in pages]
    return [(page, html, parsed(page, html)) for page, html in served if len(re.findall(rb"<p\b", html)) > 3]


def planted(html, place, form, names):
    head, item, tail = FORMS[form]
    ascii_names = [name.encode("ascii", "xmlcharrefreplace").decode() for name in names]
    listed = head + "".join(item.format(name) for name in ascii_names) + tail
    starts = [found.start() for found in re.finditer(rb"<p\b", html)]
    at = starts[{"top": 0, "middle": 2, "end": 3}[place]]
    return html[:at] + listed.encode() + html[at:]


@pytest.mark.parametrize(("form", "place"), [("paragraphs", "top"), ("items", "middle"), ("breaks", "end")])
def test_lists_in_whole_pages(clean, form, place):
    chance = random.Random(form)
    names = [[t for t in chance.sample([a.title for *_, a in clean], 5) if t != article.title] for *_, article in clean]
    given = [
        parsed(page, planted(html, place, form, listed)) for (page, html, _), listed in zip(clean, names, strict=True)
    ]
    before = sum(name in article.body for article, listed in zip(given, names, strict=True) for name in listed)
    cut = cut_articles(given, [], NoKnownPages(), BoilerplateSettings())
    alone = cut_articles([article for *_, article in clean], [], NoKnownPages(), BoilerplateSettings()).articles
    left = [
        (article.location, name)
        for article, listed, own in zip(cut.articles, names, alone, strict=True)
        for name in listed
        if name in article.body and name not in own.body
    ]
    assert before > 50
    assert left == []
    assert sum(len(cut.make_rows(number, article)[0]) for number, article in enumerate(given)) > 50
    words = lost = 0
    for article, uncut, own in zip(cut.articles, given, alone, strict=True):
        kept, parsed_lines = set(article.body.split("\n\n")), set(uncut.body.split("\n\n"))
        lines = own.body.split("\n\n")
        words += sum(len(line.split()) for line in lines)
        lost += sum(len(line.split()) for line in lines if line in parsed_lines and line not in kept)
    assert lost <= LOST_WITH_LISTS * words
