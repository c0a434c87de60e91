"""Read one HTML page: its metadata, its printed dates and credits, its text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from storyfold.dates.claims import read_claim
from storyfold.dates.weigh import STRUCTURED
from storyfold.identity.former_ids import former_url
from storyfold.outcomes import Reason, Rejected
from storyfold.parse.body.find_body import find_body
from storyfold.parse.body.hints import Hints
from storyfold.parse.body.notices import find_notices
from storyfold.parse.extract import Extract, PageTrace
from storyfold.parse.html.article_kind import claims_article, count_linked_headlines, decide_kind
from storyfold.parse.html.captions import find_printed_caption
from storyfold.parse.html.clean_markup import clean_markup
from storyfold.parse.html.elements import Elements, read_elements
from storyfold.parse.html.hostile_markup import reject_hostile_markup
from storyfold.parse.html.links import read_links
from storyfold.parse.html.metadata import Metadata, read_metadata
from storyfold.parse.html.printed_lines import find_printed_claims, find_printed_credits, read_printed_lines
from storyfold.parse.html.title_wordings import list_title_wordings
from storyfold.parse.html.titles import choose_title
from storyfold.parse.html.writers import is_person
from storyfold.schemas.pages import DateClaim, Page
from storyfold.settings.parse import ParseSettings
from storyfold.web.publishers import find_publisher, have_same_publisher
from storyfold.web.replays import find_base, find_original_address, find_represented_url
from storyfold.web.urls import get_host, split_url

# Parts of hosts that name no site; the last part, the country's or the kind's, is never looked at.
_COMMON_LABELS = frozenset("www m mobile amp co com org net gov edu ac or ne go news web live en de fr es blog".split())
_URL_DATE = re.compile(r"(?<=[/_-])((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/_\-.]|$)")


def parse_html(
    markup: bytes, page: Page, settings: ParseSettings, *, fast: bool = False, trace: PageTrace | None = None
) -> Extract:
    """Read one HTML page in UTF-8; the body is empty where it has no running text.

    `fast` spares trafilatura's check of the body; `trace` is given what was decided of each block. Raises `Rejected`
    where the page is nested too deep to be read safely, and where it shows no text.
    """
    tree = parse_tree(markup, settings.nesting)
    elements = read_elements(tree)
    metadata = read_metadata(elements, page.zone)
    url = choose_url(metadata, page.url)
    site_names = _list_site_names(page.outlet, get_host(url))
    title = choose_title(metadata, elements.headings, elements.page_title, site_names)
    claims, writers = _add_printed(tree, elements, metadata, title, url, page)
    wordings = list_title_wordings(elements, metadata)
    body = find_body(
        tree, make_hints(metadata, elements.headings, title), fast=fast, record=trace.record_body if trace else None
    )
    base = find_base(metadata.base, page.url)
    image = choose_image(metadata.images, base)
    headlines = 0 if claims_article(metadata) else count_linked_headlines(tree, body.text)
    if not body.text and not _is_visible(tree):
        raise Rejected(Reason.EMPTY_PAGE, "no visible text")
    return Extract(
        body=body.text,
        title=title,
        other_titles=wordings,
        credits=writers,
        date_claims=claims,
        canonical_url=url,
        former_url=former_url((metadata.canonical, metadata.og_url), page.url),
        original_url=find_original_url(metadata, page.url),
        outlet=next(iter(metadata.sites), None) or find_publisher(url),
        language=metadata.language,
        section=metadata.section,
        tags=metadata.tags,
        image=image,
        image_caption=(find_printed_caption(markup, image) or metadata.image_caption) if image else None,
        links=read_links(body.links, url, base),
        notices=find_notices(elements.notices),
        kind=decide_kind(metadata, headlines, url, title, body.text),
        extractor=body.extractor,
        truncated=body.truncated,
    )


def _list_site_names(outlet: str | None, host: str | None) -> list[str]:
    """List the names by which a title may call its site: the source's outlet, and parts of the host."""
    labels = [label for label in (host or "").split(".")[:-1] if label not in _COMMON_LABELS and not label.isdigit()]
    return [*([outlet] if outlet else []), *labels]


def _add_printed(
    tree: LexborHTMLParser, elements: Elements, metadata: Metadata, title: str | None, url: str | None, page: Page
) -> tuple[tuple[DateClaim, ...], tuple[str, ...]]:
    """Return date claims and credits, with what the page prints for readers where its markup states none."""
    claims = (*metadata.date_claims, *read_url_claims(url))
    is_dated = any(c.where in STRUCTURED and c.value for c in claims)
    own = tuple(filter(None, (*metadata.sites, *metadata.house, page.outlet)))
    is_credited = is_person(metadata.credits, own)
    if is_dated and is_credited:
        return claims, metadata.credits
    lines = read_printed_lines(tree, title, head_only=is_dated)
    claims = claims if is_dated else (*claims, *find_printed_claims(lines, elements.page_title, page.zone))
    printed = () if is_credited else find_printed_credits(lines, own)
    return claims, printed if is_person(printed, own) else metadata.credits or printed


def make_hints(metadata: Metadata, headings: Sequence[str], title: str | None) -> Hints:
    """Return what the page's metadata says that helps to find its text."""
    heads = (
        *headings,
        *metadata.headlines,
        *metadata.og_titles,
        *metadata.credits,
        metadata.section or "",
        title or "",
    )
    return Hints(heads=heads, descriptions=metadata.descriptions, spoken=metadata.article_body, free=metadata.free)


def parse_tree(markup: bytes, nesting: int) -> LexborHTMLParser:
    """Parse a page in UTF-8 to its tree, without scripts, styles and drawings where the page is plain.

    Raises `Rejected` where it is nested too deep to be read safely.
    """
    cleaned = clean_markup(markup, nesting)
    try:
        return LexborHTMLParser(
            reject_hostile_markup(markup.decode("utf-8", "replace"), nesting) if cleaned is None else cleaned
        )
    except (SelectolaxError, ValueError, RuntimeError) as error:
        raise Rejected(Reason.NOT_TEXT, f"no HTML parser could read it: {error}"[:200]) from None


def _is_visible(tree: LexborHTMLParser) -> bool:
    tree.strip_tags(["script", "style", "noscript", "template"])
    return tree.body is not None and bool(tree.body.text().strip())


def choose_url(metadata: Metadata, url: str | None) -> str | None:
    """Choose the address that stands for the page: its canonical link, else `og:url`, else its own.

    A replay in an archive stands for what it shows. A claim of another publisher is evidence of copying and never the
    page's identity, wherever its `<base>` leads; neither is the site's root.
    """
    base = find_base(metadata.base, url)
    for claim in (metadata.canonical, metadata.og_url):
        claimed = find_represented_url(claim, base)
        if claimed and (_can_represent(claimed, url) or _is_own_replay(claim, url)):
            return claimed
    return find_represented_url(url)


def find_original_url(metadata: Metadata, url: str | None) -> str | None:
    """Find another publisher's address that the page names as its original: as canonical, or as what it copies."""
    base = find_base(metadata.base, url)
    for claim in (metadata.canonical, *metadata.originals, metadata.og_url):
        claimed = find_represented_url(claim, base) if url and not _is_own_replay(claim, url) else None
        parts = split_url(claimed)
        if parts and parts.path not in ("", "/") and find_publisher(url) and not have_same_publisher(claimed, url):
            return claimed
    return None


def _can_represent(claimed: str, url: str | None) -> bool:
    own, parts = split_url(url and find_original_address(url)), split_url(claimed)
    if parts is None:
        return False
    is_root = parts.path in ("", "/") and not parts.query
    if own is None:
        return not is_root
    return have_same_publisher(claimed, url) and (not is_root or own.path in ("", "/"))


def _is_own_replay(claim: str | None, url: str | None) -> bool:
    """Say whether the claim is a replay on the host of a page whose own address does not say so.

    Archives give a page a short address as well, at which the canonical link is the full one.
    """
    host = get_host(claim)
    return host is not None and host == get_host(url) and _is_replay(claim) and not _is_replay(url)


def _is_replay(url: str | None) -> bool:
    return url is not None and find_original_address(url) != url


def choose_image(images: Sequence[str], base: str | None) -> str | None:
    """Choose the first full address of an image, else the first that is one when read against `base`."""
    full = (i for i in images if i.startswith(("http://", "https://")))
    read = (parts.geturl() for i in images if base and (parts := split_url(i, base)))
    return next((find_original_address(i) for i in (*full, *read)), None)


def read_url_claims(url: str | None) -> tuple[DateClaim, ...]:
    """Read the day that the address names, if it does, as in `/2024/05/03/`."""
    parts = split_url(url)
    found = _URL_DATE.search(parts.path) if parts else None
    return (read_claim("url", "-".join(found.groups())),) if found else ()
