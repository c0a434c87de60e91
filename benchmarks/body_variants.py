"""Variants of real pages for fitting the body model: with what other pages have around their text, and without names.

323 pages show too few comment threads, second articles, teaser lists and notices of consent, and each site's class
names but once. So each page is fitted twice more: with such furniture planted, made of another page's text in markup
as content systems commonly write it; half of these without any class name or id. Planted text is never in the gold.
"""

from __future__ import annotations

import html
import random
from collections.abc import Callable

from selectolax.lexbor import LexborHTMLParser, LexborNode

_COMMENT_LISTS = ("comments", "comment-list", "comments-area", "discussion", "thread", "kommentare", "responses")
_COMMENT_ITEMS = ("comment", "comment-body", "comment even depth-1", "post", "reply", "kommentar", "c-comment")
_TEASER_LISTS = ("related-posts", "more-stories", "recommended", "latest-news", "grid", "list", "river", "most-read")
_TEASER_ITEMS = ("teaser", "card", "item", "story-card", "media", "entry", "")
_CONSENT = ("cookie-consent", "privacy-modal", "gdpr-banner", "overlay", "popup", "")


def variant(markup: str, other_texts: list[str], other_title: str, seed: int) -> str:
    """The page with one to three pieces of furniture from another page's paragraphs; the seed decides which."""
    chance = random.Random(seed)  # noqa: S311 (no secret: it must be the same in every run)
    tree = LexborHTMLParser(markup)
    body = tree.body
    if body is None or not other_texts:
        return markup
    pieces: list[Callable[[random.Random, list[str], str], str]] = [_comments, _second_article, _teasers, _consent]
    for piece in chance.sample(pieces, chance.randint(1, 3)):
        planted = LexborHTMLParser(piece(chance, other_texts, other_title)).body
        place = _place(tree, body, chance)
        if planted is None or place is None:
            continue
        for node in planted.iter():
            (place.insert_child if place.tag in ("body", "main", "article") else place.insert_after)(node)
    if chance.random() < 0.5:
        for node in tree.css("[class], [id]"):
            for name in ("class", "id", "itemprop", "data-testid"):
                if name in node.attributes:
                    del node.attrs[name]
    return tree.html or ""


def _place(tree: LexborHTMLParser, body: LexborNode, chance: random.Random) -> LexborNode | None:
    """The element that holds most paragraphs, or one above it: what is planted goes after it or at its end."""
    best, most = None, 0
    for node in tree.css("p"):
        parent = node.parent
        if parent is not None:
            number = sum(1 for child in parent.iter() if child.tag == "p")
            if number > most:
                best, most = parent, number
    for _ in range(chance.randint(0, 2)):
        if best is not None and best.parent is not None and best.tag != "body" and best.parent.tag != "html":
            best = best.parent
    return best or body


def _tag(name: str, css_class: str, inside: str) -> str:
    return f'<{name} class="{css_class}">{inside}</{name}>' if css_class else f"<{name}>{inside}</{name}>"


def _paragraphs(texts: list[str]) -> str:
    return "".join(f"<p>{html.escape(text)}</p>" for text in texts)


def _comments(chance: random.Random, texts: list[str], _: str) -> str:
    listing, item = chance.choice(("ol", "ul", "div", "section")), chance.choice(_COMMENT_ITEMS)
    inner = "li" if listing in ("ol", "ul") else chance.choice(("div", "article"))
    items = []
    place = 0
    while place < len(texts):
        number = chance.randint(1, 3)
        said = texts[place : place + number]
        place += number
        name = " ".join(texts[place % len(texts)].split()[:2])
        head = f"<div>{html.escape(name)} {chance.choice(('says:', '·', ''))} {chance.randint(1, 23)} h</div>"
        written = _paragraphs(said) if chance.random() < 0.6 else f"<div>{html.escape(' '.join(said))}</div>"
        items.append(_tag(inner, item, head + _tag("div", chance.choice(("comment-content", "text", "")), written)))
    title = f"<h3>{chance.randint(1, 200)} {chance.choice(('Comments', 'Responses', 'Kommentare', ''))}</h3>"
    return _tag("section", chance.choice(_COMMENT_LISTS), title + _tag(listing, "", "".join(items)))


def _second_article(chance: random.Random, texts: list[str], title: str) -> str:
    head = _tag(chance.choice(("h1", "h2", "h2")), "", html.escape(title))
    return _tag(
        chance.choice(("article", "div")), chance.choice(("article", "story", "post", "")), head + _paragraphs(texts)
    )


def _teasers(chance: random.Random, texts: list[str], _: str) -> str:
    item, listing = chance.choice(_TEASER_ITEMS), chance.choice(("ul", "div", "section"))
    inner = "li" if listing == "ul" else chance.choice(("div", "article"))
    items = []
    for text in texts[:10]:
        words = text.split()
        link = f'<a href="/x">{html.escape(" ".join(words[:9]))}</a>'
        excerpt = html.escape(" ".join(words[9:45]))
        tag = chance.choice(("h3", "h2", "div", "p"))
        items.append(_tag(inner, item, f"<{tag}>{link}</{tag}>" + (f"<p>{excerpt}</p>" if len(words) > 14 else "")))
    return _tag(listing, chance.choice(_TEASER_LISTS), "".join(items))


def _consent(chance: random.Random, texts: list[str], _: str) -> str:
    said = texts[-chance.randint(1, 3) :]
    asked = chance.choice(
        ("We value your privacy", "Privacy settings", "Cookies", "Ihre Privatsphäre", "About this site")
    )
    return _tag("div", chance.choice(_CONSENT), f"<h2>{asked}</h2>{_paragraphs(said)}<button>OK</button>")
