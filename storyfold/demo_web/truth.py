"""List what is true of the demo's web at an instant, page by page, from the same sources that it is served from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storyfold.demo_web.content import Page
from storyfold.demo_web.site import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class TruePage:
    """Hold what is true of one page. A page that is no article has a `reason`, and neither family nor story.

    `title`, `body` and `authors` are those of its last revision. `date_trusted` says whether what it prints as its
    date is when it was published. `original` is the address of the page that the family's text was written for.
    """

    url: str
    outlet: str
    kept: bool
    reason: str
    kind: str
    language: str
    title: str
    authors: tuple[str, ...]
    body: str
    published_at: datetime
    date_trusted: bool
    family: str
    original: str
    story: str


def list_true_pages(site: Site, now: datetime) -> list[TruePage]:
    """Return a row for each page that a list of the web names by this instant, sorted by address."""
    originals = {page.family: site.make_url(page) for page in site.web.pages if page.is_original}
    rows = [_make_true_page(site, page, now, originals.get(page.family, "")) for page in site.web.list_published(now)]
    return sorted(rows, key=lambda row: row.url)


def _make_true_page(site: Site, page: Page, now: datetime, original: str) -> TruePage:
    revision = page.find_revision(now) or page.revisions[0]
    shown = revision.paragraphs[:2] if page.is_teaser else revision.paragraphs
    return TruePage(
        url=site.make_url(page),
        outlet=site.web.get_outlet(page.outlet).name,
        kept=page.is_article,
        reason=page.reason,
        kind=page.kind,
        language=site.web.get_outlet(page.outlet).language,
        title=revision.title,
        authors=revision.authors,
        body="\n\n".join(shown),
        published_at=page.published,
        date_trusted=page.printed_date is None,
        family=page.family,
        original=original,
        story=page.story,
    )
