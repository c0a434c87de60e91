"""Which of a page's titles is the headline: without the site's name, by two witnesses where there are two."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from storyfold.parse.metadata import Metadata
from storyfold.parse.words import fold

MAX_TITLE = 500  # characters; the longest headline of 323 real pages has 160
MAX_SITE_WORDS = 6  # of a part after the last "|" or "-" that may be the site's name
MIN_TITLE_WORDS = 4  # of what is left without a kicker: fewer may be the end of a sentence

_SEPARATOR = re.compile(r"\s+[|•·»«–—-]\s+|\s*\|\s*|\s+::\s+|\s*»\s*")


def choose_title(metadata: Metadata, headings: Sequence[str], page_title: str | None, host: str | None) -> str | None:
    """The page's headline, or None. `headings` are its H1 texts in order, `page_title` its `<title>`."""
    sites = [*metadata.sites, *([host.rsplit(".", 1)[0]] if host else [])]
    headings = [h for h in map(clean, headings) if h]
    titles = [t for t in map(clean, [*metadata.headlines[:1], *metadata.og_titles[:2], page_title or ""]) if t]
    cut = [without_site(t, sites) for t in titles]
    named = {fold(h) for h in headings}
    chosen = next((t for t in cut if fold(t) in named), None) or next(iter([*cut, *headings]), None)
    return _without_kicker(chosen, [*cut, *headings]) if chosen else None


def _without_kicker(title: str, others: Sequence[str]) -> str:
    """The title as another place gives it without the words before it, where it ends in just that."""
    ends = [t for t in others if len(t.split()) >= MIN_TITLE_WORDS and fold(title).endswith(" " + fold(t))]
    return min(ends, key=len, default=title)


def clean(title: str) -> str:
    """Entities resolved, white space folded, cut to `MAX_TITLE`."""
    return " ".join(html.unescape(title[: 4 * MAX_TITLE]).replace("\u00ad", "").split())[:MAX_TITLE]


def without_site(title: str, sites: Sequence[str]) -> str:
    """The title without the site's name at its end or head, where a separator sets it off."""
    names = {fold(s).replace(" ", "") for s in sites} - {""}
    parts = list(_SEPARATOR.finditer(title))
    for found in reversed(parts):
        tail = title[found.end() :]
        if _is_site(tail, names):
            title = title[: found.start()].rstrip()
    if parts and _is_site(title[: parts[0].start()], names) and len(title) > parts[0].end():
        title = title[parts[0].end() :]
    return title


def _is_site(part: str, names: set[str]) -> bool:
    key = fold(part).replace(" ", "")
    return bool(key) and len(part.split()) <= MAX_SITE_WORDS and any(key == n or key in n or n in key for n in names)
