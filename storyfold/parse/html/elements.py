"""Read the elements that describe a page in one query of its tree, which is not changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from storyfold.parse.html.json_ld import ARTICLE_TYPES, PAGE_TYPES, get_text

MAX_ELEMENTS = 20_000  # read of one page; real pages have some 50
MAX_META = 1_000
MAX_TIMES = 40  # `<time>` elements kept: lists of teasers have hundreds
MAX_HEADINGS = 5
MAX_SCRIPTS = 50
MAX_OF_A_MARK = 8  # elements of one mark that are read: what comes later belongs to teasers
MAX_SCOPE = 60  # elements above a microdata property in which its item is looked for
MAX_HEAD_CHARS = 2_000  # of a heading's text
BYLINE_CHARS = (3, 200)  # a byline, not a biography

# From the surest mark of a byline to the vaguest.
BYLINE_MARKS = ("rel", "itemprop", "byline", "author", "autor")

_ABOVE = 4  # elements above a date in which a link or a list item around it is looked for
_TEASERS = frozenset({"a", "aside", "nav", "footer", "li"})  # around dates of other articles
_MARKED = re.compile(r"datepublished|datemodified|published|entry-date|updated|post-date|article-?_*date|pubdate")
_MODIFIED = re.compile(r"modif|updat|aktualis|actualiz|mise-a-jour")
# Headers of its HTTP response that a page may repeat: last change and language; `date` is when it was sent.
_HTTP = frozenset({"lastmodified", "contentlanguage"})
_MARKS = ("byline", "author", "autor", "correction")
_WANTED = ", ".join(
    [
        'html, title, meta, h1, time, script[type*="ld+json" i], link[rel~="canonical" i], base[href], abbr[title]',
        '[itemprop~="datePublished" i], [itemprop~="author" i], [rel~="author" i]',
        *(f'[class*="{mark}" i]' for mark in _MARKS),
    ]
)
_MARKING_CLASS = re.compile("|".join(_MARKS), re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Time:
    """A date on an element; `is_marked` says that it is marked as the article's, `is_below` that the H1 came before."""

    where: str
    words: str
    is_marked: bool
    is_below: bool


@dataclass(slots=True)
class Elements:
    """The elements that describe the page, in its order. `metas` has names in lower case, without separators."""

    metas: dict[str, list[str]] = field(default_factory=dict)
    scripts: list[str] = field(default_factory=list)
    canonical: str | None = None
    base: str | None = None
    language: str | None = None
    page_title: str | None = None
    headings: list[str] = field(default_factory=list)
    times: list[Time] = field(default_factory=list)
    bylines: dict[str, list[str]] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    read_counts: dict[str, int] = field(default_factory=dict)

    def may_read(self, sort: str, limit: int) -> bool:
        """Count one more element of this sort, and say whether fewer than `limit` of them were read before."""
        self.read_counts[sort] = self.read_counts.get(sort, 0) + 1
        return self.read_counts[sort] <= limit


def read_elements(tree: LexborHTMLParser) -> Elements:
    """Return all that may describe the page, in its order, from at most `MAX_ELEMENTS` elements. Never raises."""
    found = Elements()
    before: int | None = None
    for node in tree.css(_WANTED)[:MAX_ELEMENTS]:
        if node.mem_id == before:  # an element comes once for each selector that it matches
            continue
        before = node.mem_id
        tag = node.tag or ""
        attributes = node.attributes
        if (reader := _READERS.get(tag)) is not None:
            reader(found, node, attributes)
        if tag != "meta":
            _read_marks(found, node, attributes)
    return found


Attributes = dict[str, str | None]


@lru_cache(MAX_META)
def make_attribute_key(name: str) -> str:
    """Return a meta tag's name as it is looked up: `article:published_time` and `article:published:time` are one."""
    return re.sub(r"[\s:._-]+", "", name).lower()


def _read_meta(found: Elements, node: LexborNode, attributes: Attributes) -> None:
    content = attributes.get("content") or attributes.get("value")
    if not content or not found.may_read("meta", MAX_META):
        return
    for attribute in ("property", "name", "itemprop", "http-equiv"):
        name = attributes.get(attribute)
        if not name or (attribute == "itemprop" and not _describes_page(node)):
            continue
        if attribute == "http-equiv" and make_attribute_key(name) not in _HTTP:
            continue
        values = found.metas.setdefault(make_attribute_key(name), [])
        if (text := get_text(content)) and text not in values:
            values.append(text)


def _describes_page(node: LexborNode) -> bool:
    """Say whether a microdata property is one of the article or the page, and not of a video or a person on it."""
    above = node.parent
    for _ in range(MAX_SCOPE):
        if above is None:
            return True
        attributes = above.attributes
        if "itemscope" in attributes:
            kinds = (attributes.get("itemtype") or "").lower().split()
            named = {kind.rstrip("/").rsplit("/", 1)[-1] for kind in kinds}
            return not named or bool(named & (ARTICLE_TYPES | PAGE_TYPES) - {"videoobject"})
        above = above.parent
    return True


def _read_script(found: Elements, node: LexborNode, attributes: Attributes) -> None:
    if len(found.scripts) < MAX_SCRIPTS and "ld+json" in (attributes.get("type") or "").lower():
        found.scripts.append(node.text(deep=True) or "")


def _read_link(found: Elements, _: LexborNode, attributes: Attributes) -> None:
    if found.canonical is None and "canonical" in (attributes.get("rel") or "").lower().split():
        found.canonical = attributes.get("href")


def _read_base(found: Elements, _: LexborNode, attributes: Attributes) -> None:
    if found.base is None:  # the first that has an address counts (HTML standard, 4.2.3)
        found.base = attributes.get("href") or ""


def _read_html(found: Elements, _: LexborNode, attributes: Attributes) -> None:
    found.language = attributes.get("lang") or attributes.get("xml:lang")


def _read_title(found: Elements, node: LexborNode, _: Attributes) -> None:
    if found.page_title is None and (node.parent is None or node.parent.tag != "svg"):
        found.page_title = node.text()


def _read_h1(found: Elements, node: LexborNode, _: Attributes) -> None:
    if len(found.headings) < MAX_HEADINGS:
        found.headings.append(node.text(separator=" ")[:MAX_HEAD_CHARS])


def _has_above(node: LexborNode, tags: frozenset[str]) -> bool:
    above = node.parent
    for _ in range(_ABOVE):
        if above is None:
            return False
        if above.tag in tags:
            return True
        above = above.parent
    return False


def _read_time(found: Elements, node: LexborNode, attributes: Attributes) -> None:
    _add_time(found, attributes.get("datetime"), node, attributes)


def _add_time(found: Elements, claim: str | None, node: LexborNode, attributes: Attributes) -> None:
    if not claim or not claim.strip() or len(found.times) >= MAX_TIMES:
        return
    marks = f"{attributes.get('itemprop') or ''} {attributes.get('class') or ''}".lower()
    is_marked = "pubdate" in attributes or bool(_MARKED.search(marks))
    if is_marked or not _has_above(node, _TEASERS):
        where = "modified-time" if _MODIFIED.search(marks) else "time"
        found.times.append(Time(where, claim, is_marked, is_below=bool(found.headings)))


def _read_marks(found: Elements, node: LexborNode, attributes: Attributes) -> None:
    """Read the marks of dates, writers and corrections that any element may carry."""
    item = (attributes.get("itemprop") or "").lower()
    if item == "datepublished" and node.tag != "time" and len(found.times) < MAX_TIMES and _describes_page(node):
        _add_time(found, attributes.get("content") or attributes.get("title") or node.text()[:200], node, attributes)
    elif node.tag == "abbr" and "published" in (attributes.get("class") or ""):
        _add_time(found, attributes.get("title"), node, attributes)
    if "author" in (attributes.get("rel") or "").lower().split():
        _add_byline(found, "rel", node)
    if "author" in item.split():
        _add_byline(found, "itemprop", node)
    classes = attributes.get("class")
    if classes and (named := _MARKING_CLASS.search(classes)):
        mark = named[0].lower()
        if mark in BYLINE_MARKS:
            _add_byline(found, mark, node)
        elif found.may_read("notice", MAX_OF_A_MARK):
            found.notices.append(node.text(separator=" "))


def _add_byline(found: Elements, mark: str, node: LexborNode) -> None:
    if not found.may_read(mark, MAX_OF_A_MARK):
        return
    texts = found.bylines.setdefault(mark, [])
    text = " ".join(node.text(separator=" ").split())
    if BYLINE_CHARS[0] <= len(text) <= BYLINE_CHARS[1] and text not in texts:
        texts.append(text)


_READERS: dict[str, Callable[[Elements, LexborNode, Attributes], None]] = {
    "meta": _read_meta,
    "script": _read_script,
    "link": _read_link,
    "base": _read_base,
    "html": _read_html,
    "title": _read_title,
    "h1": _read_h1,
    "time": _read_time,
}
