"""Recognize digests: pages that tell of several stories, as round-ups, briefings and newsletters do.

A page is one if its title says so; if a word of its title, section or address hints at it, and its text has headed or
numbered items that name nobody in common; or if its paragraphs begin with the names of several places. Items alone are
no evidence: of 47 articles with such items among 2,267, most are lists of tips or products.
"""

from __future__ import annotations

import re
from itertools import combinations
from typing import Literal

from storyfold.text.digest_wordings import DIGEST, HINT, LIVE, LIVE_WORDS, UNSPACED_DIGEST
from storyfold.text.normalize import fold_accents
from storyfold.web.urls import split_url

TITLE_CHARACTERS = 300  # of a title or an address that are read
BODY_CHARACTERS = 40_000  # of a text; a digest of more has shown its items by then
ITEMS = 4  # headed or numbered, at least: two or three parts are those of a report
MOST_ITEMS = 100  # looked at
HEADING_WORDS = 14  # a longer line is a paragraph
ITEM_WORDS = 12  # below a heading, so that a table of results has none
COVERED = 0.6  # least share of the text's words that its items have
# Share of pairs of items that may have a name in common. Of articles with items, reports and features have .3 and more.
IN_COMMON = 0.15
PLACES = 3  # different ones at the beginning of paragraphs: news of several places one below another

_NUMBERED = re.compile(r"\W{0,3}(\d{1,2})[.):](?!\d)")
_SENTENCE_ENDS = tuple('.!?。…:;,"”»)）')
# A name: a word with a capital that does not begin its sentence.
_NAME = re.compile(r"(?<=[^\W\d_A-ZÀ-ÞА-ЯΑ-Ω] |[,;’'] )[A-ZÀ-ÞА-ЯΑ-Ω][\w’'-]+")
_DATELINE = re.compile(r"([A-ZÀ-Þ][A-ZÀ-Þ'’. ]{2,25})(?:, [\w. ]{2,20})? \([\w ./]{2,20}\) ?[–—-]{1,2} ?(?=\w)")


def is_digest(title: str | None, section: str | None, url: str | None, body: str) -> bool:
    """Say whether a page tells of several stories; `body` has paragraphs with an empty line between them."""
    if has_digest_title(title):
        return True
    paragraphs = [p for p in body[:BODY_CHARACTERS].split("\n\n") if p.strip()]
    return has_several_places(paragraphs) or (_is_hinted(title, section, url) and has_separate_items(paragraphs))


def has_digest_title(title: str | None) -> bool:
    """Say whether a title is that of a digest, in whatever language."""
    read = fold_accents((title or "")[:TITLE_CHARACTERS])
    is_found = any(wording.search(read) for wording in DIGEST)
    return is_found or (not read.isascii() and UNSPACED_DIGEST.search(read) is not None)


def has_live_title(title: str | None) -> bool:
    """Say whether a title is that of a page that is written on while something happens."""
    read = (title or "")[:TITLE_CHARACTERS].lower()
    # most titles have none of the words, and finding that out takes a fifth of the time
    return any(word in read for word in LIVE_WORDS) and LIVE.search(read) is not None


def find_kind(title: str | None) -> Literal["live", "digest", "article"]:
    """Say what sort of page one is, as far as its title tells."""
    return "live" if has_live_title(title) else "digest" if has_digest_title(title) else "article"


def _is_hinted(title: str | None, section: str | None, url: str | None) -> bool:
    parts = split_url(url)
    address = re.sub(r"[/_-]+", " ", parts.path) if parts else ""
    return any(HINT.search(fold_accents(text[:TITLE_CHARACTERS])) for text in (title or "", section or "", address))


def has_several_places(paragraphs: list[str]) -> bool:
    """Say whether paragraphs begin with datelines of several places."""
    return len({match.group(1).strip() for p in paragraphs if (match := _DATELINE.match(p))}) >= PLACES


def has_separate_items(paragraphs: list[str]) -> bool:
    """Say whether the text is made of headed or numbered items that have hardly a name in common."""
    items = _split_items(paragraphs)
    sizes = [len(item.split()) for item in items]
    if len(items) < ITEMS or sum(sizes) < COVERED * sum(len(p.split()) for p in paragraphs):
        return False
    named = [names for item in items if (names := frozenset(_NAME.findall(item)))]
    if len(named) < ITEMS:
        return False
    pairs = list(combinations(named, 2))
    return sum(not one.isdisjoint(other) for one, other in pairs) <= IN_COMMON * len(pairs)


def _split_items(paragraphs: list[str]) -> list[str]:
    """Return the items that numbers or headings begin; what stands above the first is none."""
    numbered = [(place, int(match.group(1))) for place, p in enumerate(paragraphs) if (match := _NUMBERED.match(p))]
    numbers = [number for _, number in numbered]
    if len(numbers) >= ITEMS and numbers in (sorted(set(numbers)), sorted(set(numbers), reverse=True)):
        starts = [place for place, _ in numbered]
    else:
        starts = [place for place, p in enumerate(paragraphs[:-1]) if _is_heading(p, paragraphs[place + 1])]
    ends = [*starts[1:], len(paragraphs)]
    return ["\n\n".join(paragraphs[start:end]) for start, end in zip(starts, ends, strict=False)][:MOST_ITEMS]


def _is_heading(paragraph: str, following: str) -> bool:
    is_short = len(paragraph.split()) <= HEADING_WORDS and not paragraph.rstrip().endswith(_SENTENCE_ENDS)
    return is_short and len(following.split()) >= ITEM_WORDS
