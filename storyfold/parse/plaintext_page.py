"""Read one plain-text dump of a page: no DOM, only lines, with menus and lists of links around the article."""

from __future__ import annotations

import re
from collections.abc import Sequence

from storyfold.dates.claims import read_claim
from storyfold.parse.extract import Extract, PageTrace
from storyfold.parse.plaintext.body_lines import judge_lines, list_kept
from storyfold.parse.plaintext.clean_text import clean_text
from storyfold.parse.plaintext.head import read_head
from storyfold.parse.plaintext.line_model import LineModel, load_line_model
from storyfold.parse.plaintext.line_trace import LineDecision, LineTrace
from storyfold.parse.plaintext.lines import Line, read_lines
from storyfold.schemas.pages import Kind, Page
from storyfold.text.digests import has_live_title, is_digest
from storyfold.text.normalize import fold_accents
from storyfold.text.page_furniture import OPINION_SECTIONS

_OPINION = re.compile(r"^(?:opinion|commentary|editorial|kommentar|meinung|opinión|opinião|commento)\s*[:|–—-]\s", re.I)
_PAYWALL = re.compile(
    r"\b(?:subscribe|sign in|log in|register|sign up)\b.{0,40}\b(?:continue|keep|read|full|unlock)|continue reading|"
    r"\bweiterlesen mit\b|nur für abonnenten|jetzt weiterlesen|réservé aux abonnés|il vous reste|para suscriptores|"
    r"contenuto riservato|conteúdo exclusivo",
    re.IGNORECASE,
)


def parse_plaintext(
    text: str, page: Page, model: LineModel | None = None, *, trace: PageTrace | None = None
) -> Extract:
    """Read a plain-text dump of one page; the body is empty where the page has no running text.

    Paragraphs of the body are apart by an empty line. Times are read in `page.zone`. Never raises; time grows in
    proportion to the text's length. `model` is another than the project's own; `trace` is given what was decided of
    each line.
    """
    dump = clean_text(text)
    lines = read_lines(dump.text)
    model = model or load_line_model()
    decisions = judge_lines(lines, model)
    head = read_head(lines, list_kept(decisions), page, model.title)
    if head.title_at is not None:
        for index in list_kept(decisions[: head.title_at + 1]):
            decisions[index] = LineDecision.ABOVE_TEXT
    body = list_kept(decisions)
    if trace is not None:
        trace.body = LineTrace(lines, decisions)
    url = page.url or dump.address
    from_url = [claim for claim in [read_claim("url", url)] if claim.value] if url else []
    joined = "\n\n".join(lines[index].text for index in body)
    return Extract(
        body=joined,
        title=head.title,
        credits=head.credits,
        date_claims=(*head.date_claims, *from_url),
        canonical_url=dump.address,
        outlet=head.outlet,
        section=head.section,
        tags=head.tags,
        kind=_decide_kind(joined, head.title, head.section, url),
        extractor="lines",
        truncated=_is_cut_by_paywall(lines, body),
    )


def _decide_kind(body: str, title: str | None, section: str | None, url: str | None) -> Kind:
    if not body:
        return "list"
    if has_live_title(title):
        return "live"
    if is_digest(title, section, url, body):
        return "digest"
    is_opinion = fold_accents(section or "") in OPINION_SECTIONS or bool(_OPINION.match(title or ""))
    return "opinion" if is_opinion else "article"


def _is_cut_by_paywall(lines: Sequence[Line], body: Sequence[int]) -> bool:
    """Say whether the page prints, right below the text, that the rest is for subscribers."""
    after = lines[body[-1] + 1 : body[-1] + 5] if body else []  # 4 lines: a paywall's box stands directly below
    return any(line.words <= 40 and _PAYWALL.search(line.text[:400]) for line in after)
