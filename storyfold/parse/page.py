"""Parse one page's bytes to one article, or to the reason why it is none."""

from __future__ import annotations

import re
from dataclasses import dataclass

from storyfold.credits.bylines import add_agency, find_agency, find_dateline, read_credit
from storyfold.dates.dated_rows import apply_dating
from storyfold.dates.weigh import weigh_claims
from storyfold.identity.former_ids import former_article_ids, former_canonical
from storyfold.identity.ids import hash_text, make_article_id
from storyfold.outcomes import Reason, Rejected
from storyfold.parse.body.notices import find_notices
from storyfold.parse.decode import decode_to_utf8, looks_binary
from storyfold.parse.extract import Extract, PageTrace
from storyfold.parse.html.links import list_addresses
from storyfold.parse.html_page import parse_html
from storyfold.parse.plaintext_page import parse_plaintext
from storyfold.schemas.links import TextLink
from storyfold.schemas.pages import Article, Page, get_seen_date
from storyfold.settings.parse import ParseSettings
from storyfold.text.languages import detect_language
from storyfold.text.normalize import count_words
from storyfold.web.publishers import find_publisher
from storyfold.web.replays import find_represented_url
from storyfold.web.urls import get_host

MIN_BODY = 150  # characters; the shortest gold body of 323 real pages has 252
SAMPLE = 65_536  # bytes in which HTML shows itself

NOT_ARTICLES = frozenset({"list", "gallery", "error"})

_DOCUMENT = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,1000}>")
_ELEMENT = re.compile(
    r"<(?:/(?:p|div|span|a|h[1-6]|ul|li|td|tr|table|article|section|script|title)|br\s{0,3}/?)>", re.IGNORECASE
)
_FEED = re.compile(
    r"^\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--[^>]{0,500}-->\s*)?<(?:rss|feed|urlset|sitemapindex|rdf:RDF)\b", re.I
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """Hold the best article found, and why it is rejected: `reason` is None where it is kept.

    `former_ids` are those that older versions of this program gave the page, where they are others; `links` are those
    in its text.
    """

    article: Article
    reason: Reason | None = None
    detail: str = ""
    former_ids: tuple[str, ...] = ()
    links: tuple[TextLink, ...] = ()


def parse_page(
    page: Page, content: bytes, settings: ParseSettings, *, fast: bool = False, trace: PageTrace | None = None
) -> Parsed:
    """Read the article on a page of HTML or plain text. Bad pages come back with a reason; it never raises.

    How long `content` may be was decided where it was read (`page_bytes` of `[fetch]`).
    `fast` spares trafilatura's check of the few bodies of which the model is unsure. `trace` is filled with what was
    decided of the text and the date.
    """
    try:
        extract = _read_page(page, content, settings, fast=fast, trace=trace)
    except Rejected as rejected:
        return Parsed(assemble_article(page, Extract(), trace), rejected.reason, rejected.detail)
    article = assemble_article(page, extract, trace)
    reason, detail = _judge_article(article)
    former = extract.former_url or former_canonical(page.url)
    former_ids = former_article_ids(former, article.article_id, page.source_id, page.name)
    return Parsed(article, reason, detail, former_ids, extract.links)


def _read_page(page: Page, content: bytes, settings: ParseSettings, *, fast: bool, trace: PageTrace | None) -> Extract:
    if not content or content.isspace():
        raise Rejected(Reason.EMPTY_PAGE, f"{len(content)} bytes, all white space")
    if looks_binary(content):
        raise Rejected(Reason.NOT_TEXT, "the bytes are a binary file or noise")
    utf8 = decode_to_utf8(content, page.charset)
    if _FEED.match(utf8[:SAMPLE].decode("utf-8", "replace")):
        raise Rejected(Reason.NOT_AN_ARTICLE, "a feed or sitemap")
    if is_html(utf8, page.media_type):
        return parse_html(utf8, page, settings, fast=fast, trace=trace)
    text = utf8.decode("utf-8", "replace")
    if not text or text.isspace():
        raise Rejected(Reason.EMPTY_PAGE, "no characters but white space")
    return parse_plaintext(text, page, trace=trace)


def is_html(utf8: bytes, media_type: str | None) -> bool:
    """Say whether the text is an HTML document, by its tags; where they leave it open, by the claimed media type."""
    sample = utf8[:SAMPLE].decode("utf-8", "replace")
    if _DOCUMENT.search(sample[:4_096]):
        return True
    if media_type in ("text/html", "application/xhtml+xml"):
        return _TAG.search(sample) is not None
    return len(_ELEMENT.findall(sample)) >= 5


def _judge_article(article: Article) -> tuple[Reason | None, str]:
    if article.kind in NOT_ARTICLES:
        return Reason.NOT_AN_ARTICLE, article.kind
    if not article.body:
        return Reason.NO_BODY, ""
    if len(article.body) < MIN_BODY:
        return Reason.TOO_SHORT, f"{len(article.body)} characters; an article has at least {MIN_BODY}"
    return None, ""


def assemble_article(page: Page, extract: Extract, trace: PageTrace | None = None) -> Article:
    """Return the article row of a page as read: date claims weighed, credits split into names, ids given."""
    outlet = page.outlet or extract.outlet or find_publisher(page.url)
    canonical = extract.canonical_url or find_represented_url(page.url)
    authors, bylines = read_credit(extract.credits, outlet=outlet, host=get_host(canonical))
    agency = find_agency(extract.credits, extract.body)
    title = extract.title or page.title
    article = Article(
        article_id=make_article_id(canonical, page.source_id, page.name),
        seen_date=get_seen_date(page.seen_at),
        source_id=page.source_id,
        location=page.location,
        url=page.url or canonical,
        url_is_claim=page.url is None and canonical is not None,
        canonical_url=canonical,
        original_url=extract.original_url,
        outlet=outlet,
        title=title,
        authors=authors,
        bylines=add_agency(bylines, agency),
        agency=agency,
        dateline=find_dateline(extract.body),
        date_claims=tuple(dict.fromkeys((*extract.date_claims, *page.date_claims))),
        zone=page.zone,
        language=detect_language(extract.body) or extract.language or page.language,
        section=extract.section,
        tags=extract.tags,
        image=extract.image,
        image_caption=extract.image_caption,
        links=list_addresses(extract.links),
        notices=tuple(dict.fromkeys((*find_notices(extract.body.split("\n\n")), *extract.notices))),
        body=extract.body,
        word_count=count_words(extract.body),
        kind=extract.kind,
        extractor=extract.extractor,
        truncated=extract.truncated,
        first_seen_at=page.seen_at,
        text_sha256=hash_text(title, extract.body),
        other_titles=tuple(t for t in (*extract.other_titles, page.title) if t and t != title) or None,
        content_sha256=page.content_sha256,
        warc_file=page.warc_file,
        warc_offset=page.warc_offset,
    )
    return _date_article(article, trace)


def _date_article(article: Article, trace: PageTrace | None) -> Article:
    dating = weigh_claims(
        article.date_claims,
        text=article.body,
        agency=article.agency,
        seen_at=article.first_seen_at,
        republished=article.original_url is not None,
        zone=article.zone,
    )
    if trace is not None:
        trace.dating = dating.weighing
    return apply_dating(article, dating)
