"""Find the address that a replay shows: a page of another publisher in a web archive or a cache.

Web archives (pywb, OpenWayback, and those that run them) put a date stamp and the whole address into the path:
`https://web.archive.org/web/20240102030405id_/https://paper.example/1`. Caches of AMP pages leave out the scheme.
A translating proxy is no replay: its text is another one.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from storyfold.web.urls import MAX_LENGTH, make_canonical_url, split_url

# A date stamp of 4 to 14 digits, year first, with the two-letter flag of pywb (`id_`, `im_`, `mp_`), or as
# archive.today writes it; below at most four folders, as in `/wayback/`, `/all/`, `/collection/live/`. An address that
# is encoded counts too.
_REPLAY = re.compile(
    r"(?:/[\w.~-]{1,80}){0,4}?"
    r"/(?:(?P<stamp>(?:19|20)\d{2}(?:\d{2}){0,5})(?:[a-z]{2}_)?|(?:19|20)\d\d\.[01]\d\.[0-3]\d-\d{6})"
    r"/(?P<inner>https?(?::|%3A)(?:/|%2F){1,2}.+)",
    re.IGNORECASE | re.DOTALL,
)
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+\.?")
_SCHEME = re.compile(r"(https?)(?::|%3A)(?:/|%2F){1,2}", re.IGNORECASE)
_AMP_HOSTS = re.compile(r"(?:.+\.)?(?:cdn\.ampproject\.org|bing-amp\.com)")
_AMP_CACHE = re.compile(r"/(?:wp/)?[cv]/(?P<secure>s/)?(?P<inner>[^/.]+\..+)")
_GOOGLE = re.compile(r"(?:www\.)?google(?:\.[a-z]{2,3}){1,2}")
_GOOGLE_AMP = re.compile(r"/amp/(?P<secure>s/)?(?P<inner>[^/.]+\..+)")


def find_original_address(url: str) -> str:
    """Return the address that a replay or a cached copy shows; any other address as it is. Never raises."""
    while (shown := _find_shown(url)) and (parts := split_url(shown)) and _HOST.fullmatch(parts.hostname or ""):
        url = shown  # which is shorter, so that this ends: archives show archives
    return url


def find_base(href: str | None, url: str | None) -> str | None:
    """Return what a page's relative addresses are read against: its `<base href>`, else its own address `url`.

    Of a replay it is the address shown. A base that is no http(s) address does not count (HTML standard, 2.4.1).
    """
    own = find_original_address(url) if url else None
    parts = split_url(href, own) if href and len(href) <= MAX_LENGTH else None
    return find_original_address(parts.geturl()) if parts else own


def find_represented_url(url: str | None, base: str | None = None) -> str | None:
    """Return the canonical form of the address that this one shows or is, read against `base`; None if not http(s)."""
    canonical = make_canonical_url(url, base)
    if canonical is None or (shown := find_original_address(canonical)) == canonical:
        return canonical
    return make_canonical_url(shown) or canonical


def _find_shown(url: str) -> str | None:
    if len(url) > MAX_LENGTH or not _might_be_replay(url):
        return None
    parts = split_url(url)
    if parts is None or parts.hostname is None:
        return None
    query = f"?{parts.query}" if parts.query else ""
    if found := _REPLAY.fullmatch(parts.path):
        inner = found["inner"]
        encoded = re.match(r"https?(?::|%3A)%2F", inner, re.IGNORECASE)
        return _SCHEME.sub(r"\1://", unquote(inner) if encoded else inner, count=1) + query
    found = _AMP_CACHE.fullmatch(parts.path) if _AMP_HOSTS.fullmatch(parts.hostname) else None
    found = found or (_GOOGLE_AMP.fullmatch(parts.path) if _GOOGLE.fullmatch(parts.hostname) else None)
    return f"http{'s' if found['secure'] else ''}://{found['inner']}{query}" if found else None


def _might_be_replay(url: str) -> bool:
    """Return whether an address can be a replay at all, cheaply: nearly none is."""
    lowered = url.lower()
    return "http" in lowered[8:] or "amp" in lowered
