"""Decide what kind a page is: an article, a live page, a digest, or a list, a gallery, an error page.

The rules are meant to err towards `article`: a page is of another sort only if it says so itself, or says nothing
and has hardly any running text. Measured on 323 real article pages (`benchmarks/parse_pages.py`): none is refused.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

from storyfold.parse.html.json_ld import ARTICLE_TYPES
from storyfold.parse.html.metadata import Metadata
from storyfold.schemas.pages import Kind
from storyfold.text.digests import has_live_title, is_digest
from storyfold.web.urls import split_url

SHORT_BODY = 1_000  # characters: what a page of another sort has around its list or pictures
PROSE_WORDS = 25  # a paragraph of more words is running text, not a teaser's line
HEADLINE_WORDS = 4  # words: entries of menus have fewer
MAX_LINKS = 2_000  # looked at
HEADLINES = 8  # linked headlines of a list; an article page has more below it, but has text or says what it is
ERROR_TITLE = 80  # characters: longer titles that name an error are about it

_ERROR = re.compile(
    r"^\W*(?:error\W*|http\W*)?(?:40[0-9]|410|429|50[0-4])(?!\w)(?!\s+(?:people|years|million|dead|killed|jobs))|"
    r"\b(?:page|article|story|seite|artikel|página|artículo|pagina|sidan|siden)\s+(?:was |wurde |could |can)?"
    r"(?:not|nicht|no|non|niet|ikke|finns)\s+(?:\w+\s+)?(?:found|available|gefunden|verfügbar|encontrad[ao]|trovata|"
    r"gevonden|existe|fundet|funnet)\b|^not found\b|^access denied|^page introuvable|^just a moment|"
    r"^are you a robot|^attention required|^service unavailable|^bad gateway|^forbidden\b",
    re.IGNORECASE,
)
_OPINION = frozenset(
    "opinion opinions op-ed editorial editorials commentary comment commentisfree columnists columns meinung kommentar "
    "kommentare leitartikel opinión opiniones editoriales tribune tribunes débats idées opinie opinioni commenti "
    "opinião mening debatt ledare leder kronikk viewpoint views".split()
)
_PRESS_RELEASE = re.compile(r"/PRNewswire|\(?GLOBE NEWSWIRE\)?|\(?BUSINESS WIRE\)?|\(ots\)|/CNW/|\(ACN Newswire", re.I)
_PRESS_SECTIONS = frozenset({"press release", "press releases", "pressemitteilung", "pressemitteilungen", "communiqué"})
_PRESS_TITLE = re.compile(r"^(?:press release|news release|pressemitteilung|communiqué de presse)\s?[:|–—-]", re.I)
_OPINION_TITLE = re.compile(
    r"^(?:opinion|op-ed|editorial|comment|commentary|kommentar|meinung|leitartikel|gastbeitrag|tribune|opinión|"
    r"editoriale|opinione|opinião|ledare|leder|kronikk)\s?[:|–—]|[|–—]\s?(?:opinion|kommentar|meinung)$",
    re.I,
)
# Folders of addresses that hold lists, and galleries.
_LIST_FOLDERS = frozenset(
    "tag tags category categories author authors autor autoren auteur auteurs topic topics thema themen theme themes "
    "search suche section sections kategorie categoria categorie etiqueta etiquetas tema temas archive archives".split()
)
_GALLERY_FOLDERS = frozenset(
    "video videos gallery galleries fotos photos galerie galerien bildergalerie bilder fotogalerie fotostrecke "
    "galeria galerias pictures slideshow mediathek".split()
)
_GALLERY_TITLE = re.compile(r"^(?:in pictures|photos|gallery|bildergalerie|fotos|en images)\s?[:|–—]", re.I)
_LISTS = frozenset({"collectionpage", "searchresultspage", "itemlist", "profilepage"})
_GALLERIES = frozenset({"imagegallery", "mediagallery", "videogallery"})


def count_linked_headlines(tree: LexborHTMLParser, body: str) -> int:
    """Count the headings that are links, and the links that are headings: what lists of articles are made of.

    Where no running text was found, entries of lists that begin with a link of some words count as well.
    """
    found = len(tree.css("h2 a, h3 a, h4 a, a h2, a h3, a h4"))
    if count_prose(body):
        return found
    links = (link for link in tree.css("a")[:MAX_LINKS] if link.parent is not None and link.parent.tag == "li")
    return found + sum(len(link.text().split()) >= HEADLINE_WORDS for link in links)


def claims_article(metadata: Metadata) -> bool:
    """Say whether the page states that it is an article, and not of the entries of a list."""
    described = bool(metadata.types & ARTICLE_TYPES) and not metadata.is_listing
    return described or metadata.og_type.startswith("article")


def decide_kind(metadata: Metadata, headlines: int, url: str | None, title: str | None, body: str) -> Kind:
    """Return the kind of page, from what it says of itself, its linked headlines, address, title, and running text."""
    is_article = claims_article(metadata)
    if title and len(title) <= ERROR_TITLE and len(body) < SHORT_BODY and not is_article and _ERROR.search(title):
        return "error"
    if _is_root(url) or (not is_article and _is_list(metadata, headlines, url, body)):
        return "list"
    if len(body) < SHORT_BODY and _is_gallery(metadata, url, title, is_article=is_article):
        return "gallery"
    return _decide_article_kind(metadata, url, title, body)


def _is_root(url: str | None) -> bool:
    parts = split_url(url)
    return parts is not None and parts.path in ("", "/") and not parts.query


def _list_folders(url: str | None) -> list[str]:
    """Return the folders of the address, in lower case."""
    parts = split_url(url)
    return parts.path.casefold().strip("/").split("/")[:-1] if parts else []


def _is_list(metadata: Metadata, headlines: int, url: str | None, body: str) -> bool:
    named = any(folder in _LIST_FOLDERS for folder in _list_folders(url)[:2])
    listed = bool(metadata.types & _LISTS) or metadata.is_listing or named or headlines >= HEADLINES
    # a page of plain links has no headings: what was taken for its body is many lines, and none of them is running text
    only_lines = count_prose(body) == 0 and body.count("\n") >= HEADLINES
    return (listed and count_prose(body) < 2 * SHORT_BODY) or only_lines


def count_prose(body: str) -> int:
    """Count the characters in paragraphs that are running text: long ones, and sentences of Chinese or Japanese."""
    return sum(len(p) for p in body.split("\n\n") if len(p.split()) > PROSE_WORDS or "。" in p)


def _is_gallery(metadata: Metadata, url: str | None, title: str | None, *, is_article: bool) -> bool:
    only_video = "videoobject" in metadata.types or metadata.og_type.startswith("video")
    named = any(folder in _GALLERY_FOLDERS for folder in _list_folders(url)) or _GALLERY_TITLE.search(title or "")
    return bool(metadata.types & _GALLERIES) or (not is_article and (only_video or bool(named)))


def _decide_article_kind(metadata: Metadata, url: str | None, title: str | None, body: str) -> Kind:
    if "liveblogposting" in metadata.types or has_live_title(title):
        return "live"
    section = (metadata.section or "").casefold().strip()
    if _PRESS_RELEASE.search(body[:SHORT_BODY]) or section in _PRESS_SECTIONS:
        return "press-release"
    if _PRESS_TITLE.search(title or ""):
        return "press-release"
    if is_digest(title, metadata.section, url, body):
        return "digest"
    folders = {section, *_list_folders(url)[:2]}
    if "opinionnewsarticle" in metadata.types or folders & _OPINION or _OPINION_TITLE.search(title or ""):
        return "opinion"
    return "article"
