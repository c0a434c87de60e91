"""Declare what is read of one page, HTML or plain text, before its date claims are weighed and its ids are given.

Beside it stands the trace of what was decided, which is kept only where somebody explains a page.
"""

from __future__ import annotations

from dataclasses import dataclass

from storyfold.dates.weigh import Weighing
from storyfold.parse.body.body_trace import BodyTrace
from storyfold.parse.plaintext.line_trace import LineTrace
from storyfold.schemas.links import TextLink
from storyfold.schemas.pages import DateClaim, Kind, Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """Hold one page as read. `credits` are byline texts as printed, not yet split into names.

    `former_url` is what `canonical_url` was by older rules: see `storyfold.identity.former_ids`.
    """

    body: str = ""
    title: str | None = None
    other_titles: tuple[str, ...] = ()
    credits: tuple[str, ...] = ()
    date_claims: tuple[DateClaim, ...] = ()
    canonical_url: str | None = None
    former_url: str | None = None
    original_url: str | None = None
    outlet: str | None = None
    language: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    image: str | None = None
    image_caption: str | None = None
    links: tuple[TextLink, ...] = ()
    notices: tuple[Notice, ...] = ()
    kind: Kind = "article"
    extractor: str = ""
    truncated: bool = False


@dataclass(slots=True)
class PageTrace:
    """Hold what `parse_page` decided of one page; a part stays None where the page was rejected before it."""

    body: BodyTrace | LineTrace | None = None
    dating: Weighing | None = None

    def record_body(self, body: BodyTrace) -> None:
        """Keep what decided the text of an HTML page."""
        self.body = body
