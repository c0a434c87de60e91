"""Split addresses, and make canonical URLs: the one spelling of an address that an article is known by."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

CACHED_ADDRESSES = 256  # addresses whose parts are cached: those of a page are needed some twenty times
WEB_PORTS = (None, 80, 443)
MAX_LENGTH = 2_048  # characters; what browsers and the sitemap protocol (sitemaps.org) allow an address

# Query parameters that name the visitor's way to the page and never the page.
TRACKING_PREFIXES = ("utm_", "mtm_", "pk_", "at_", "hsa_", "__twitter_")
TRACKING = frozenset(
    "fbclid gclid dclid gbraid wbraid msclkid yclid twclid igshid mc_cid mc_eid _ga _gl ocid cmpid cmp ncid "
    "smid smtyp partner ref referrer referer source_id xtor wt_mc wt_zmc s_cid icid ito cid "
    "share shareadraft soc_src soc_trk guccounter spm amp outputType".split()
)


def make_canonical_url(url: str | None, base: str | None = None) -> str | None:
    """Return the address without fragment, tracking parameters and default port, its query sorted; None if not http(s).

    Scheme and host are lowered, `http` and `https` count as one (written as `https`), a trailing slash, `www.`
    and `index.html` stay: servers may respond differently there.
    """
    parts = split_url(url, base)
    if parts is None or parts.hostname is None:
        return None
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    query = sorted((k, v) for k, v in _split_query(parts.query) if not _is_tracking(k))
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=-._~")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    canonical = urlunsplit(("https", host + port, path, urlencode(query), ""))
    return canonical if len(canonical) <= MAX_LENGTH else None


def _split_query(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query, keep_blank_values=True) if query else []


def split_url(url: str | None, base: str | None = None) -> SplitResult | None:
    """Split an http(s) address into its parts, resolved against `base`; None if it is no such address."""
    if not url or not url.strip():
        return None
    return _split_cached(url, base) if len(url) <= MAX_LENGTH else _split(url, base)


def _split(url: str, base: str | None) -> SplitResult | None:
    try:
        parts = urlsplit(urljoin(base or "", url.strip()))
        _ = parts.port  # raises ValueError where the port is no number
    except ValueError:
        return None
    return parts if parts.scheme in ("http", "https") and parts.hostname else None


_split_cached = lru_cache(CACHED_ADDRESSES)(_split)


def get_host(url: str | None) -> str | None:
    """Return the host of an address without `www.`; None if it has none."""
    parts = split_url(url)
    return parts.hostname.removeprefix("www.") if parts and parts.hostname else None


def make_host_key(url: str) -> str:
    """Return the host that a throttle counts as one: its name, with a port that is not the web's own; '' if none."""
    parts = split_url(url)
    if parts is None:
        return ""
    port = "" if parts.port in WEB_PORTS else f":{parts.port}"
    return f"{parts.hostname}{port}"


def _is_tracking(parameter: str) -> bool:
    return parameter in TRACKING or parameter.startswith(TRACKING_PREFIXES)
