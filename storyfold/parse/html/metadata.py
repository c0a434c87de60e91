"""Read what a page states of itself for machines: JSON-LD, meta tags, microdata, and elements that mark a byline."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from storyfold.dates.claims import read_claim
from storyfold.parse.html.captions import read_image_caption
from storyfold.parse.html.elements import Elements, Time, make_attribute_key
from storyfold.parse.html.json_ld import Node, get_text, list_articles, list_names, list_types, read_json_ld
from storyfold.parse.html.writers import choose_credits, list_house_names
from storyfold.schemas.pages import DateClaim
from storyfold.text.normalize import normalize_words

MAX_TAGS = 50
MAX_TAG_CHARS = 100
LISTED_ARTICLES = 3  # articles described on one page, none of them under its title: a list describes its entries so
UNMARKED_TIMES = 2  # published and changed
MAX_OWN_ARTICLES = 3  # article nodes read for the page's own claims; lists of teasers have dozens

_PUBLISHED = tuple(
    map(
        make_attribute_key,
        """article:published_time og:article:published_time article:published og:published_time published_time
        datepublished article.created datecreated parsely-pub-date sailthru.date dc.date.issued dcterms.issued
        dcterms.created dcterms.date dc.date date.created dc.date.created pubdate publishdate publication_date
        published_at published date article_date_original cxenseparse:recs:publishtime originalpublicationdate
        displaydate ptime shareaholic:article_published_time article:publicationdate bt:pubdate pdate
        citation_date article:post_date""".split(),
    )
)
_MODIFIED = tuple(
    map(
        make_attribute_key,
        """article:modified_time og:updated_time og:article:modified_time datemodified article:modified article.updated
        dcterms.modified dc.date.modified date.updated date.modified last-modified article_date_updated lastmod
        revised""".split(),
    )
)
_AUTHOR = tuple(
    map(
        make_attribute_key,
        """author article:author og:author article:author_name article:byline parsely-author sailthru.author dc.creator
        dcterms.creator article_author cxenseparse:author byl content-creator citation_author dc.contributor
        mrf:authors twitter:misc:written_by""".split(),
    )
)
_TITLE = tuple(
    map(make_attribute_key, "og:title twitter:title sailthru.title parsely-title dc.title title headline".split())
)
_SECTION = tuple(map(make_attribute_key, "article:section og:section parsely-section section prism.section".split()))
_TAGS = tuple(
    map(make_attribute_key, "article:tag news_keywords keywords parsely-tags sailthru.tags mrf:tags tags".split())
)
_IMAGE = tuple(
    map(make_attribute_key, "og:image og:image:url og:image:secure_url twitter:image twitter:image:src".split())
)
_LANGUAGE = tuple(map(make_attribute_key, "og:locale language content-language dc.language inlanguage".split()))
_SITE = tuple(map(make_attribute_key, "application-name apple-mobile-web-app-title publisher dc.publisher".split()))
_ORIGINAL = tuple(map(make_attribute_key, "syndication-source original-source".split()))
_DESCRIPTION = tuple(map(make_attribute_key, "og:description description twitter:description".split()))
# The labels that a widely used plug-in gives the writer's name in cards for social networks.
_WRITTEN_BY = frozenset(
    "written by|verfasst von|geschrieben von|écrit par|escrito por|scritto da|geschreven door|skrevet av|skriven av|"
    "napisane przez|автор|yazan|ditulis oleh|author".split("|")
)


@dataclass(slots=True, kw_only=True)
class Metadata:
    """What the page states of itself; lists are in the order of trust. `house` are names of the outlet's own account.

    `is_listing` says that it describes several articles and none as this page.
    """

    headlines: list[str] = field(default_factory=list)
    og_titles: list[str] = field(default_factory=list)
    twitter_title: str | None = None
    credits: tuple[str, ...] = ()
    date_claims: tuple[DateClaim, ...] = ()
    canonical: str | None = None
    base: str | None = None
    og_url: str | None = None
    originals: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    house: tuple[str, ...] = ()
    language: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    image_caption: str | None = None
    types: frozenset[str] = frozenset()
    og_type: str = ""
    is_listing: bool = False
    article_body: str = ""
    descriptions: tuple[str, ...] = ()
    free: bool = True


Metas = dict[str, list[str]]


def read_metadata(elements: Elements, zone: str | None = None) -> Metadata:
    """Return what the page states of itself, and its claims about its dates as read in `zone`. Never raises."""
    metas = elements.metas
    nodes = read_json_ld(elements.scripts)
    every = list_articles(nodes)
    about = _choose_own_articles(every, elements)
    sites = tuple(dict.fromkeys(_list_sites(metas, about, nodes)))
    house = list_house_names(about, nodes)
    return Metadata(
        headlines=[t for n in about if (t := get_text(n.get("headline") or n.get("name")))],
        og_titles=_list_values(metas, _TITLE),
        twitter_title=_get_first(metas, ("twittertitle",)),
        credits=choose_credits(about, nodes, _list_tagged_writers(metas), elements.bylines, (*sites, *house)),
        date_claims=tuple(dict.fromkeys(_read_date_claims(elements, about, zone))),
        canonical=elements.canonical,
        base=elements.base,
        og_url=_get_first(metas, ("ogurl",)),
        originals=tuple(_list_originals(metas, about)),
        sites=sites,
        house=house,
        language=_find_language(elements, about),
        section=_get_first(metas, _SECTION)
        or next((t for n in about if (t := get_text(n.get("articleSection")))), None),
        tags=_list_tags(metas, about),
        images=tuple(_list_images(metas, about)),
        image_caption=read_image_caption(about, nodes),
        types=frozenset(t for n in nodes for t in list_types(n)),
        is_listing=len(every) >= LISTED_ARTICLES and len(about) == len(every),
        og_type=(_get_first(metas, ("ogtype",)) or "").lower(),
        article_body=_find_article_body(about),
        descriptions=tuple(_list_values(metas, _DESCRIPTION)),
        free=not any(str(n.get("isAccessibleForFree")).lower() == "false" for n in about),
    )


def _choose_own_articles(about: list[Node], elements: Elements) -> list[Node]:
    """Return the articles that are this page's: those with one of its titles; where none has, all.

    Pages describe their teasers and reviews of products in the same terms as themselves.
    """
    if len(about) < 2:
        return about
    titles = [
        normalize_words(t)
        for t in (*_list_values(elements.metas, _TITLE), *elements.headings, elements.page_title or "")
        if t
    ]

    def is_this(node: Node) -> bool:
        headline = normalize_words(get_text(node.get("headline") or node.get("name")) or "")
        return bool(headline) and any(headline == t or t.startswith(headline + " ") for t in titles)

    return [n for n in about if is_this(n)] or about


def _list_values(metas: Metas, names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(v for name in names for v in metas.get(name, ())))


def _get_first(metas: Metas, names: Iterable[str]) -> str | None:
    return next(iter(_list_values(metas, names)), None)


def _list_tagged_writers(metas: Metas) -> list[str]:
    """Return the writers that meta tags name."""
    values = _list_values(metas, _AUTHOR)
    for number in ("1", "2"):
        label = (_get_first(metas, ("twitterlabel" + number,)) or "").casefold().strip(" :")
        if label in _WRITTEN_BY:
            values += metas.get("twitterdata" + number, [])
    return list(dict.fromkeys(values))


def _read_date_claims(elements: Elements, about: list[Node], zone: str | None) -> Iterable[DateClaim]:
    for node in about[:MAX_OWN_ARTICLES]:
        created = "datePublished" if node.get("datePublished") else "dateCreated"
        for where, key in (("json-ld", created), ("modified-json-ld", "dateModified")):
            if words := get_text(node.get(key)):
                yield read_claim(where, words, zone=zone)
    for where, names in (("meta", _PUBLISHED), ("modified-meta", _MODIFIED)):
        for words in _list_values(elements.metas, names):
            yield read_claim(where, words, zone=zone)
    for time in _choose_own_times(elements.times):
        yield read_claim(time.where, time.words, zone=zone)


def _choose_own_times(times: Sequence[Time]) -> Sequence[Time]:
    """Return the times marked as the article's, else the first below the headline, else of all: later are teasers'."""
    marked = [t for t in times if t.is_marked]
    if any(t.where == "time" for t in marked):
        return marked
    unmarked = [t for t in times if not t.is_marked]
    return [*marked, *([t for t in unmarked if t.is_below] or unmarked)[:UNMARKED_TIMES]]


def _list_originals(metas: Metas, about: list[Node]) -> Iterable[str]:
    """Yield the addresses that the page names as what it is a copy of."""
    yield from _list_values(metas, _ORIGINAL)
    for node in about[:MAX_OWN_ARTICLES]:
        based_on = node.get("isBasedOn") or node.get("isBasedOnUrl")
        for item in (based_on if isinstance(based_on, list) else [based_on])[:MAX_OWN_ARTICLES]:
            if address := get_text((item.get("url") or item.get("@id")) if isinstance(item, dict) else item):
                yield address


def _list_sites(metas: Metas, about: list[Node], nodes: list[Node]) -> Iterable[str]:
    yield from _list_values(metas, ("ogsitename",))
    for node in about:
        yield from list_names(node.get("publisher"), nodes)
    yield from _list_values(metas, _SITE)


def _find_language(elements: Elements, about: list[Node]) -> str | None:
    claims: list[Any] = [elements.language]
    claims += [get_text(node.get("inLanguage")) for node in about]
    claims += _list_values(elements.metas, _LANGUAGE)
    for claim in claims:
        if claim and (found := re.match(r"\s*([A-Za-z]{2})(?:[-_]|\s*$)", claim)):
            return found[1].lower()
    return None


def _list_tags(metas: Metas, about: list[Node]) -> tuple[str, ...]:
    values = _list_values(metas, _TAGS[:1])
    if not values:
        keywords = [k for node in about for k in _list_keywords(node.get("keywords"))]
        keywords = keywords or _list_values(metas, _TAGS[1:2]) or _list_values(metas, _TAGS[2:])
        values = [part for k in keywords for part in re.split(r"[,;|]", k)]
    cleaned = (v.strip() for v in values)
    return tuple(dict.fromkeys(v for v in cleaned if v and len(v) <= MAX_TAG_CHARS))[:MAX_TAGS]


def _list_keywords(value: Any) -> list[str]:
    return [t for item in (value if isinstance(value, list) else [value])[: 2 * MAX_TAGS] if (t := get_text(item))]


def _list_images(metas: Metas, about: list[Node]) -> Iterable[str]:
    yield from _list_values(metas, _IMAGE)
    for node in about:
        image = node.get("image")
        image = image[0] if isinstance(image, list) and image else image
        if address := get_text(image.get("url")) if isinstance(image, dict) else get_text(image):
            yield address


def _find_article_body(about: Sequence[Node]) -> str:
    bodies = (node.get("articleBody") for node in about)
    return next((b for b in bodies if isinstance(b, str) and b.strip()), "")
