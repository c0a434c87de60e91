"""Detect whether a page shows only the beginning of its article."""

from __future__ import annotations

import re
from collections.abc import Sequence

from storyfold.parse.body.body_trace import BodyDecision

NOTICE_CHARS = 300  # a longer line is a paragraph of the article
TEASER_CHARS = 1_500  # what pages that declare themselves paid show at most of a text, with the notice cut off

_NOTICE = re.compile(
    r"\b(?:subscri(?:be|bers?|ption)\b.{0,60}\b(?:to (?:read|continue|unlock|access)|only|full (?:article|story))|"
    r"(?:to (?:read|continue reading)|continue reading|read the full)\b.{0,60}\b(?:subscri|log ?in|sign ?in|register)|"
    r"this (?:article|story|content) is (?:for|only|exclusive|reserved|available to)\b.{0,40}\bsubscri|"
    r"(?:réservée?s?|réservé) aux abonnés|il vous reste [\d.,]+ ?% de cet article|"
    r"(?:nur|exklusiv) für (?:abonnenten|abonnement)|jetzt (?:abonnieren|weiterlesen|testen)\b|"
    r"mit .{0,20}\+ weiterlesen|"
    r"(?:sólo|solo|exclusivo) para su[sb]scriptores|riservato agli abbonati|alleen voor abonnees)|"
    r"会員限定|有料会員|会員登録|有料記事",
    re.IGNORECASE,
)


# One of these stands in each notice, in small letters: looked for first, since most pages have none.
_HINTS = (
    "subscri", "log in", "login", "sign in", "signin", "register", "abonn", "il vous reste", "weiterlesen",
    "jetzt testen", "suscri", "abbonat", "会員限定", "有料会員", "会員登録", "有料記事",
)  # fmt: skip


def judge_subscriptions(lines: Sequence[str]) -> list[BodyDecision | None]:
    """Say of each line whether it asks for a subscription; None where it does not."""
    text = "\n".join(lines).lower()
    if not any(hint in text for hint in _HINTS):
        return [None] * len(lines)
    return [BodyDecision.SUBSCRIPTION if _is_notice(line) else None for line in lines]


def _is_notice(line: str) -> bool:
    return len(line) <= NOTICE_CHARS and _NOTICE.search(line) is not None


def is_truncated(body: str, *, notice: bool, free: bool) -> bool:
    """Say whether the text is only a beginning: it asks for a subscription, or its page is paid and shows little."""
    open_end = body.rstrip().endswith(("…", "...", "[…]", "[...]"))
    return bool(body) and (
        (notice and len(body) < 2 * TEASER_CHARS) or (not free and (open_end or len(body) < TEASER_CHARS))
    )
