"""Reading one page again, and keeping why."""

from __future__ import annotations

from collections.abc import Sequence

from storyfold.outcomes import Rejected
from storyfold.parse.decode import decode_to_utf8
from storyfold.parse.explain.explained_body import ExplainedBlock, explain_body
from storyfold.parse.explain.explained_dates import explain_claims
from storyfold.parse.explain.explained_lines import explain_lines
from storyfold.parse.explain.explanation import Explanation
from storyfold.parse.html_page import read_head
from storyfold.parse.page import is_html, parse_page
from storyfold.schemas.pages import Page
from storyfold.settings.sources import Limits


def explain_page(page: Page, content: bytes, limits: Limits) -> Explanation:
    """The page as `parse_page` reads it, with the fate of each block and date claim. Never raises."""
    parsed = parse_page(page, content, limits)
    return Explanation(
        article=parsed.article,
        reason=parsed.reason,
        detail=parsed.detail,
        blocks=tuple(_blocks(page, content, limits)),
        claims=explain_claims(parsed.article, page.seen_at),
    )


def _blocks(page: Page, content: bytes, limits: Limits) -> Sequence[ExplainedBlock]:
    utf8 = decode_to_utf8(content, page.charset)
    if not is_html(utf8, page.media_type):
        return explain_lines(utf8.decode("utf-8", "replace"))
    try:
        head = read_head(utf8, page, limits)
    except Rejected:  # the verdict tells of it
        return ()
    return explain_body(head.tree, head.hints)
