"""Parse one page, and put in words what was decided of its text and date."""

from __future__ import annotations

from collections.abc import Sequence

from storyfold.parse.body.body_trace import BodyTrace
from storyfold.parse.explain.explained_body import ExplainedBlock, explain_body
from storyfold.parse.explain.explained_dates import explain_claims
from storyfold.parse.explain.explained_lines import explain_lines
from storyfold.parse.explain.explanation import Explanation
from storyfold.parse.extract import PageTrace
from storyfold.parse.page import parse_page
from storyfold.parse.plaintext.line_trace import LineTrace
from storyfold.schemas.pages import Page
from storyfold.settings.parse import ParseSettings


def explain_page(page: Page, content: bytes, settings: ParseSettings) -> Explanation:
    """Return the page as `parse_page` reads it, with its decision on each block and date claim. Never raises.

    A page that was rejected before its text was looked for has no blocks.
    """
    trace = PageTrace()
    parsed = parse_page(page, content, settings, trace=trace)
    return Explanation(
        article=parsed.article,
        reason=parsed.reason,
        detail=parsed.detail,
        blocks=tuple(_explain_blocks(trace.body)),
        claims=explain_claims(parsed.article.date_claims, trace.dating, page.seen_at),
    )


def _explain_blocks(trace: BodyTrace | LineTrace | None) -> Sequence[ExplainedBlock]:
    if trace is None:
        return ()
    return explain_body(trace) if isinstance(trace, BodyTrace) else explain_lines(trace)
