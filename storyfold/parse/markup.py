"""Reading one HTML page."""

from __future__ import annotations

import re
from collections.abc import Sequence

from htmldate import find_date
from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from storyfold import addresses
from storyfold.outcomes import Reason, Rejected
from storyfold.parse.body import find_body
from storyfold.parse.dates import read_claim
from storyfold.parse.defuse import defuse
from storyfold.parse.extract import Extract
from storyfold.parse.hints import Hints
from storyfold.parse.kinds import kind_of, linked_headlines
from storyfold.parse.metadata import Metadata, read_metadata
from storyfold.parse.tame import is_tame
from storyfold.parse.titles import choose_title
from storyfold.schemas.pages import DateClaim, Page
from storyfold.settings import Limits

MAX_HEADINGS = 5
MAX_CHARS = 4_000_000  # of the same: 4 s for 9 MB; the largest has 2.2 MB
MAX_TAGS = 100_000  # of a page that htmldate is given: 5 s for 300,000; the largest of 323 real pages has 8,000

# htmldate refuses text that holds no tree with ValueError or TypeError; the rest are lxml's and its own on broken
# markup.
_DATE_ERRORS = (ValueError, TypeError, AttributeError, IndexError, KeyError, OverflowError, RecursionError)
_URL_DATE = re.compile(r"(?<=[/_-])((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/_\-.]|$)")


def parse_html(text: str, page: Page, limits: Limits | None = None, *, fast: bool = False) -> Extract:
    """What one HTML page says; the body is empty where it has no running text; `fast` asks no second opinion on it.

    Raises `Rejected` where the page is nested too deep to be read safely.
    """
    nesting = (limits or Limits()).nesting
    if not is_tame(text, nesting):
        text = defuse(text, nesting)
    tree = _tree(text)
    metadata = read_metadata(tree, page.zone)
    url = choose_url(metadata, page.url)
    host = addresses.host_of(url)
    headings = [n.text(separator=" ") for n in tree.css("h1")[:MAX_HEADINGS]]
    page_title = tree.css_first("title")
    title = choose_title(metadata, headings, page_title.text() if page_title else None, host)
    hints = hints_of(metadata, headings, title)
    claims = (*metadata.date_claims, *url_claims(url))
    headlines = linked_headlines(tree)
    body = find_body(tree, hints, fast=fast)
    if not body.text and not _is_visible(text):
        raise Rejected(Reason.EMPTY_PAGE, "no visible text")
    return Extract(
        body=body.text,
        title=title,
        credits=metadata.credits,
        date_claims=claims or printed_claims(text, page),
        canonical_url=url,
        outlet=next(iter(metadata.sites), None) or host,
        language=metadata.language,
        section=metadata.section,
        tags=metadata.tags,
        image=metadata.image,
        kind=kind_of(metadata, headlines, url, title, body.text),
        extractor=body.extractor,
        truncated=body.truncated,
    )


def hints_of(metadata: Metadata, headings: Sequence[str], title: str | None) -> Hints:
    """What the page says of itself that helps to find its text."""
    heads = (
        *headings,
        *metadata.headlines,
        *metadata.og_titles,
        *metadata.credits,
        metadata.section or "",
        title or "",
    )
    return Hints(heads=heads, descriptions=metadata.descriptions, spoken=metadata.article_body, free=metadata.free)


def _tree(text: str) -> LexborHTMLParser:
    try:
        return LexborHTMLParser(text)
    except (SelectolaxError, ValueError, RuntimeError) as error:
        raise Rejected(Reason.NOT_TEXT, f"no HTML parser could read it: {error}"[:200]) from None


def _is_visible(text: str) -> bool:
    body = LexborHTMLParser(text).body
    if body is None:
        return False
    body.strip_tags(["script", "style", "noscript", "template"])
    return bool(body.text().strip())


def choose_url(metadata: Metadata, url: str | None) -> str | None:
    """The address that stands for the page: its canonical link, else `og:url`, else its own.

    A claim of another host is evidence of copying and never the page's identity; neither is the site's root.
    """
    for claim in (metadata.canonical, metadata.og_url):
        if not claim or (not url and addresses.split(claim) is None):
            continue
        claimed = addresses.canonical_url(claim, url)
        if claimed and _may_stand_for(claimed, url):
            return claimed
    return addresses.canonical_url(url)


def _may_stand_for(claimed: str, url: str | None) -> bool:
    own, parts = addresses.split(url), addresses.split(claimed)
    if parts is None:
        return False
    is_root = parts.path in ("", "/") and not parts.query
    if own is None:
        return not is_root
    return _site(parts.hostname) == _site(own.hostname) and (not is_root or own.path in ("", "/"))


def _site(host: str | None) -> str:
    return re.sub(r"^(?:(?:www|m|mobile|amp)\.)+", "", host or "")


def url_claims(url: str | None) -> tuple[DateClaim, ...]:
    """The day that the address names, if it does, as in `/2024/05/03/`."""
    parts = addresses.split(url)
    found = _URL_DATE.search(parts.path) if parts else None
    return (read_claim("url", "-".join(found.groups())),) if found else ()


def printed_claims(text: str, page: Page) -> tuple[DateClaim, ...]:
    """What htmldate makes of a page that says nothing to machines of when it was published: a visible date."""
    if len(text) > MAX_CHARS or text.count("<") > MAX_TAGS:
        return ()
    try:
        found = find_date(text, original_date=True, max_date=page.seen_at.strftime("%Y-%m-%d"))
    except _DATE_ERRORS:
        return ()
    return (read_claim("visible", found),) if found else ()
