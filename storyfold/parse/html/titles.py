"""Choose the headline among a page's titles, by a vote of their sources, and cut the site's name and kicker off."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence

from storyfold.parse.html.metadata import Metadata
from storyfold.text.normalize import normalize_words

MAX_TITLE = 500  # characters; the longest headline of 323 real pages has 160
MAX_SITE_WORDS = 6  # of a part after the last "|" or "-" that may be the site's name
MIN_TITLE_WORDS = 4  # of what is left without a kicker: fewer may be the end of a sentence
MAX_TAIL_WORDS = 4  # of a section or slogan that a title has after the printed headline
KICKER_SLACK = 3  # characters by which quotation marks and dashes may differ between two sources
MOST_SOURCES = 3  # of the four sources JSON-LD, H1, and the cards of two networks
SHORT_NAME = 3  # letters: a shorter site name must be a whole part of a title, not a piece of one

# Weights of the sources for one wording, so that JSON-LD decides, and without it the card for social networks and
# the printed headline; `<title>` is written for search engines. Of 600 settings in steps of a half, on 142 labelled
# pages of 110 outlets, these were among the best (128 right); the H1 first gave 124.
WEIGHTS = {"json-ld": 3.0, "h1": 1.0, "og": 1.5, "twitter": 0.5, "title": 0.0}

_SEPARATOR = re.compile(r"\s+(?:[|•·»«>–—-]|::|>>|//)\s+|\s*\|\s*|\s*»\s*|\s+[|·]|[|·]\s+")
_KICKER_END = re.compile(r"\s?:\s+|\s[|–—-]\s+")
_DATE_TAIL = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d\d-\d\d")


def choose_title(
    metadata: Metadata, headings: Sequence[str], page_title: str | None, sites: Sequence[str] = ()
) -> str | None:
    """Return the page's headline, or None.

    `headings` are its H1 texts in order, `page_title` its `<title>`, `sites` further names of its outlet: that of the
    source, and its host.
    """
    candidates = list(_list_candidates(metadata, headings, page_title, [*metadata.sites, *sites]))
    if not candidates:
        return None
    scores: dict[str, float] = {}
    for source, title in candidates:
        scores[normalize_words(title)] = scores.get(normalize_words(title), 0.0) + WEIGHTS[source]
    chosen = max(candidates, key=lambda candidate: scores[normalize_words(candidate[1])])[1]  # of equal ones the first
    return _remove_kicker(chosen, candidates)


def _list_candidates(
    metadata: Metadata, headings: Sequence[str], page_title: str | None, names: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Yield each source's name and title, without the site's name; of several H1 the one that another source repeats.

    A short H1 that shares no word with any of them is a label, such as "Reviews".
    """
    stated = [("json-ld", t) for t in metadata.headlines[:1]] + [("og", t) for t in metadata.og_titles[:1]]
    stated += [("twitter", metadata.twitter_title or ""), ("title", page_title or "")]
    cut = [(source, remove_site_name(title, names)) for source, raw in stated if (title := clean_title(raw))]
    keys = _make_site_keys(names)
    printed = [h for h in map(clean_title, headings) if h and not _is_site(h, keys)]
    known = [normalize_words(title) for _, title in cut]
    heading = next((h for h in printed if any(normalize_words(h) in k or k in normalize_words(h) for k in known)), None)
    heading = heading or next((h for h in printed if not known or _is_headline(h) or _shares_word(h, known)), None)
    yield from (w for w in cut if w[0] == "json-ld")
    if heading:
        yield "h1", remove_site_name(heading, names)
    yield from (w for w in cut if w[0] != "json-ld")


def _remove_kicker(title: str, candidates: Sequence[tuple[str, str]]) -> str:
    """Return the title without kicker or appended section, where another source gives it without.

    A kicker that most sources give belongs to the headline; many sites print it above, as an element of its own.
    """
    folded = normalize_words(title)
    supporters = {source for source, other in candidates if normalize_words(other) == folded}
    others = [other for source, other in candidates if source not in supporters]
    if not supporters >= {"json-ld", "og"}:
        starts = [t for t in others if len(t.split()) > 1 and _is_tail(title[len(t) :]) and title.startswith(t)]
        title = min(starts, key=len, default=title)
    if len(supporters - {"title"}) < MOST_SOURCES:
        ends = [t for t in others if _is_headline(t) and _ends_with(title, t, in_h1=supporters == {"h1"})]
        title = min(ends, key=len, default=title)
    return _find_common_end(title, others)


def _ends_with(title: str, end: str, *, in_h1: bool) -> bool:
    """Say whether the title is the other after a kicker: set off by a sign, or by markup alone in an H1."""
    if not normalize_words(title).endswith(" " + normalize_words(end)):
        return False
    return in_h1 or bool(_KICKER_END.search(title, 0, len(title) - len(end) + KICKER_SLACK))


def _is_tail(words: str) -> bool:
    return len(words.split()) <= MAX_TAIL_WORDS + 1 and bool(_SEPARATOR.match(words))


def _is_headline(title: str) -> bool:
    return len(title.split()) >= MIN_TITLE_WORDS


def _find_common_end(title: str, others: Sequence[str]) -> str:
    """Return what stands after the kicker, where two sources give the same after kickers that share no word."""
    for found in _KICKER_END.finditer(title):
        rest = title[found.end() :]
        end = " " + normalize_words(rest)
        kickers = [
            set(normalize_words(other)[: -len(end)].split()) for other in others if normalize_words(other).endswith(end)
        ]
        own = set(normalize_words(title[: found.start()]).split())
        if _is_headline(rest) and any(kicker and not kicker & own for kicker in kickers):
            return rest
    return title


def clean_title(title: str) -> str:
    """Return the title with entities resolved and white space folded, cut to `MAX_TITLE`."""
    return " ".join(html.unescape(title[: 4 * MAX_TITLE]).replace("\u00ad", "").split())[:MAX_TITLE]


def remove_site_name(title: str, sites: Sequence[str]) -> str:
    """Return the title without the site's name, and a date, at its end or head, where a separator sets them off."""
    keys = _make_site_keys(sites)
    parts = list(_SEPARATOR.finditer(title))
    for found in reversed(parts):
        tail = title[found.end() :].strip()
        if found.start() > 0 and (_is_site(tail, keys) or _DATE_TAIL.fullmatch(tail)):
            title = title[: found.start()].rstrip()
    if parts and _is_site(title[: parts[0].start()], keys) and len(title) > parts[0].end():
        title = title[parts[0].end() :]
    return title


def _shares_word(heading: str, titles: Sequence[str]) -> bool:
    return bool(set(normalize_words(heading).split()) & {word for title in titles for word in title.split()})


def _make_site_keys(sites: Sequence[str]) -> set[str]:
    return {
        key
        for s in sites
        for key in (_make_key(s), _make_key(s.removeprefix("The ")))
        if key and len(s.split()) <= MAX_SITE_WORDS
    }


def _make_key(name: str) -> str:
    return normalize_words(name).replace(" ", "")


def _is_site(part: str, keys: set[str]) -> bool:
    """Say whether a part of a title is the site's name, or one lies in the other ("Sky" in "Sky Sports")."""
    key = _make_key(part)
    if not key or len(part.split()) > MAX_SITE_WORDS:
        return False
    long_enough = len(key) > SHORT_NAME
    return any(
        key == name or (long_enough and key in name) or (len(name) > SHORT_NAME and name in key) for name in keys
    )
