"""What a page says of itself to machines: JSON-LD, meta tags, microdata, and the elements that mark a byline."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from storyfold.parse.bylines import credit_names
from storyfold.parse.dates import read_claim
from storyfold.parse.jsonld import Node, articles, names_of, read_json_ld, text_of, types_of
from storyfold.parse.words import fold
from storyfold.schemas.pages import DateClaim

MAX_TAGS = 50
MAX_TAG_CHARS = 100
MAX_TIMES = 40  # `<time>` elements read: lists of teasers have hundreds
MAX_META = 1_000

_PUBLISHED = (
    "article:published_time", "og:article:published_time", "article:published", "og:published_time", "published_time",
    "datepublished", "article.published", "article.created", "datecreated", "parsely-pub-date", "sailthru.date",
    "dc.date.issued", "dcterms.created", "dcterms.date", "dc.date", "date.created", "dc.date.created", "pubdate",
    "pub_date", "publishdate", "publish-date", "publication_date", "published_at", "published", "date",
    "article_date_original", "cxenseparse:recs:publishtime", "originalpublicationdate", "displaydate", "ptime",
    "shareaholic:article_published_time", "article:publicationdate", "bt:pubdate", "pdate", "citation_date",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "og:updated_time", "og:article:modified_time", "datemodified", "article:modified",
    "article.updated", "dcterms.modified", "dc.date.modified", "date.updated", "date.modified", "last-modified",
    "article_date_updated", "lastmod", "revised",
)  # fmt: skip
_AUTHOR = (
    "author", "article:author", "og:author", "article:author_name", "parsely-author", "sailthru.author", "dc.creator",
    "dcterms.creator", "article_author", "cxenseparse:author", "byl", "content-creator", "citation_author",
    "dc.contributor", "mrf:authors",
)  # fmt: skip
_TITLE = ("og:title", "twitter:title", "sailthru.title", "parsely-title", "dc.title", "title", "headline")
_SECTION = ("article:section", "og:section", "parsely-section", "articlesection", "section", "prism.section")
_TAGS = ("article:tag", "news_keywords", "keywords", "parsely-tags", "sailthru.tags", "mrf:tags", "tags")


@dataclass(slots=True, kw_only=True)
class Metadata:
    """What the page says of itself; lists are in the order of trust."""

    headlines: list[str] = field(default_factory=list)
    og_titles: list[str] = field(default_factory=list)
    credits: tuple[str, ...] = ()
    date_claims: tuple[DateClaim, ...] = ()
    canonical: str | None = None
    og_url: str | None = None
    sites: tuple[str, ...] = ()
    language: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    image: str | None = None
    types: frozenset[str] = frozenset()
    og_type: str = ""
    article_body: str = ""
    descriptions: tuple[str, ...] = ()
    free: bool = True


Metas = dict[str, list[str]]


def read_metadata(tree: LexborHTMLParser, zone: str | None = None) -> Metadata:
    """The page's own description of itself, and its claims about its dates as read in `zone`. Never raises."""
    metas = _metas(tree)
    nodes = read_json_ld(_scripts(tree))
    about = articles(nodes)
    return Metadata(
        headlines=[t for n in about if (t := text_of(n.get("headline") or n.get("name")))],
        og_titles=_all(metas, _TITLE),
        credits=_credits(tree, metas, about, nodes),
        date_claims=tuple(dict.fromkeys(_claims(tree, metas, about, zone))),
        canonical=_attribute(tree.css_first('link[rel~="canonical" i]'), "href"),
        og_url=_first(metas, ("og:url",)),
        sites=tuple(dict.fromkeys(_sites(metas, about, nodes))),
        language=_language(tree, metas, about),
        section=_first(metas, _SECTION) or next((t for n in about if (t := text_of(n.get("articleSection")))), None),
        tags=_tags(metas, about),
        image=_image(metas, about),
        types=frozenset(t for n in nodes for t in types_of(n)),
        og_type=(_first(metas, ("og:type",)) or "").lower(),
        article_body=_article_body(about),
        descriptions=tuple(_all(metas, ("og:description", "description", "twitter:description"))),
        free=not any(str(n.get("isAccessibleForFree")).lower() == "false" for n in about),
    )


def _metas(tree: LexborHTMLParser) -> Metas:
    found: Metas = {}
    for node in tree.css("meta")[:MAX_META]:
        attributes = node.attributes
        content = attributes.get("content") or attributes.get("value")
        if not content:
            continue
        for key in ("property", "name", "itemprop"):
            if name := attributes.get(key):
                values = found.setdefault(name.strip().lower(), [])
                if (text := text_of(content)) and text not in values:
                    values.append(text)
    return found


def _scripts(tree: LexborHTMLParser) -> Iterable[str]:
    return (s.text(deep=True) or "" for s in tree.css('script[type*="ld+json" i]'))


def _all(metas: Metas, names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(v for name in names for v in metas.get(name, ())))


def _first(metas: Metas, names: Iterable[str]) -> str | None:
    return next(iter(_all(metas, names)), None)


def _attribute(node: LexborNode | None, name: str) -> str | None:
    return node.attributes.get(name) if node is not None else None


def _claims(tree: LexborHTMLParser, metas: Metas, about: list[Node], zone: str | None) -> Iterable[DateClaim]:
    for node in about:
        for where, key in (
            ("json-ld", "datePublished"),
            ("json-ld", "dateCreated"),
            ("modified-json-ld", "dateModified"),
        ):
            if (words := text_of(node.get(key))) and not (key == "dateCreated" and node.get("datePublished")):
                yield read_claim(where, words, zone=zone)
    for where, names in (("meta", _PUBLISHED), ("modified-meta", _MODIFIED)):
        for words in _all(metas, names):
            yield read_claim(where, words, zone=zone)
    for element in tree.css("time[datetime], [itemprop=datePublished], abbr.published[title]")[:MAX_TIMES]:
        attributes = element.attributes
        claim = attributes.get("datetime") or attributes.get("content") or attributes.get("title")
        if claim and claim.strip():
            yield read_claim(_time_place(element), claim, zone=zone)


def _time_place(node: LexborNode) -> str:
    attributes = node.attributes
    marks = " ".join(filter(None, (attributes.get("itemprop"), attributes.get("class")))).lower()
    return "modified-time" if re.search(r"modif|updat", marks) else "time"


# From the surest mark of a byline to the vaguest.
_BYLINE_ELEMENTS = (
    '[rel~="author" i]',
    '[itemprop~="author" i]',
    '[class*="byline" i]',
    '[class*="author" i]',
    '[class*="autor" i]',
)


_BY = re.compile(r"(?:by|von|par|por|di|door|av|af|text|texte|texto|from)\b:?\s+\S", re.IGNORECASE)


def _credits(tree: LexborHTMLParser, metas: Metas, about: list[Node], nodes: list[Node]) -> tuple[str, ...]:
    """The first place that names a person: JSON-LD, meta tags, a printed "By ..."; else the first that names anyone.

    Many sites give machines only their own name and print the writer's.
    """
    sites = tuple(_sites(metas, about, nodes))
    told = [name for node in about[:3] for name in names_of(node.get("author") or node.get("creator"), nodes)]
    tagged = [v for v in _all(metas, _AUTHOR) if not v.lower().startswith(("http", "www.", "@", "/"))]
    printed = _printed_credits(tree)
    by = [[text] for text in printed if _BY.match(text)]
    groups = [tuple(dict.fromkeys(group)) for group in (told, tagged, *by) if group]
    named = (group for group in groups if _names_person(group, sites))
    return next(named, None) or next(iter(groups), tuple(printed[:1]))


def _names_person(credit: tuple[str, ...], sites: tuple[str, ...]) -> bool:
    _, bylines = credit_names(credit, outlet=sites[0] if sites else None)
    return any(b.kind == "person" and fold(b.name) not in map(fold, sites) for b in bylines)


def _printed_credits(tree: LexborHTMLParser) -> list[str]:
    found: list[str] = []
    for selector in _BYLINE_ELEMENTS:
        texts = (" ".join(node.text(separator=" ").split()) for node in tree.css(selector)[:5])
        found += [text for text in texts if 3 <= len(text) <= 200]  # characters: a byline, not a biography
    return found


def _sites(metas: Metas, about: list[Node], nodes: list[Node]) -> Iterable[str]:
    yield from _all(metas, ("og:site_name",))
    for node in about:
        yield from names_of(node.get("publisher"), nodes)
    yield from _all(metas, ("application-name", "apple-mobile-web-app-title", "publisher", "dc.publisher"))


def _language(tree: LexborHTMLParser, metas: Metas, about: list[Node]) -> str | None:
    root = tree.css_first("html")
    claims: list[Any] = [_attribute(root, "lang"), _attribute(root, "xml:lang")]
    claims += [text_of(node.get("inLanguage")) for node in about]
    claims += _all(metas, ("og:locale", "language", "content-language", "dc.language", "inlanguage"))
    for claim in claims:
        if claim and (found := re.match(r"\s*([A-Za-z]{2})(?:[-_]|\s*$)", claim)):
            return found[1].lower()
    return None


def _tags(metas: Metas, about: list[Node]) -> tuple[str, ...]:
    values = _all(metas, _TAGS[:1])
    if not values:
        keywords = [k for node in about for k in _keyword_texts(node.get("keywords"))]
        keywords = keywords or _all(metas, _TAGS[1:2]) or _all(metas, _TAGS[2:])
        values = [part for k in keywords for part in re.split(r"[,;|]", k)]
    cleaned = (v.strip() for v in values)
    return tuple(dict.fromkeys(v for v in cleaned if v and len(v) <= MAX_TAG_CHARS))[:MAX_TAGS]


def _keyword_texts(value: Any) -> list[str]:
    return [t for item in (value if isinstance(value, list) else [value])[: 2 * MAX_TAGS] if (t := text_of(item))]


def _image(metas: Metas, about: list[Node]) -> str | None:
    images = _all(metas, ("og:image", "og:image:url", "twitter:image"))
    for node in about:
        image = node.get("image")
        image = image[0] if isinstance(image, list) and image else image
        images.append((text_of(image.get("url")) if isinstance(image, dict) else text_of(image)) or "")
    return next((i for i in images if i.startswith(("http://", "https://"))), None)


def _article_body(about: list[Node]) -> str:
    bodies = (node.get("articleBody") for node in about)
    return next((b for b in bodies if isinstance(b, str) and b.strip()), "")
