"""Make the ids that the version of November 2026 gave pages: by them a lake which that version made keeps its articles.

Frozen. The rules of that version stand here as they were, whatever the modules in `storyfold/web` say today, and serve
only to find whether the lake has the page already. A rule that is mended needs no change here.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from storyfold.identity.ids import make_article_id

_MAX_LENGTH = 2_048
_TRACKING_PREFIXES = ("utm_", "mtm_", "pk_", "at_", "hsa_", "__twitter_")
_TRACKING = frozenset(
    "fbclid gclid dclid gbraid wbraid msclkid yclid twclid igshid mc_cid mc_eid _ga _gl ocid cmpid cmp ncid "
    "smid smtyp partner ref referrer referer source_id xtor wt_mc wt_zmc s_cid icid ito cid "
    "share shareadraft soc_src soc_trk guccounter spm amp outputType".split()
)
_SAME_SITE = re.compile(r"^(?:(?:www|m|mobile|amp)\.)+")


def former_article_ids(former: str | None, now: str, source_id: str, name: str) -> tuple[str, ...]:
    """List the ids that the page had before, where they are not the id `now`; `former` is its `former_url`."""
    before = make_article_id(former, source_id, name)
    return (before,) if before != now else ()


def former_url(claims: tuple[str | None, ...], url: str | None) -> str | None:
    """Return the address that stood for a page at `url`, given its canonical link and its `og:url`.

    A claim had to be of the same host but for `www.` and the like; `<base>` was not read, nor what an archive shows.
    """
    for claim in claims:
        claimed = former_canonical(claim, url) if claim and (url or _split(claim)) else None
        if claimed and _might_stand_for(claimed, url):
            return claimed
    return former_canonical(url)


def former_canonical(url: str | None, base: str | None = None) -> str | None:
    """Return the canonical spelling that an address had; None if it was no address."""
    parts = _split(url, base)
    if parts is None or parts.hostname is None:
        return None
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    fields = parse_qsl(parts.query, keep_blank_values=True) if parts.query else []
    query = sorted((k, v) for k, v in fields if k not in _TRACKING and not k.startswith(_TRACKING_PREFIXES))
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=-._~")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    canonical = urlunsplit(("https", host + port, path, urlencode(query), ""))
    return canonical if len(canonical) <= _MAX_LENGTH else None


def _split(url: str | None, base: str | None = None) -> SplitResult | None:
    if not url or not url.strip():
        return None
    try:
        parts = urlsplit(urljoin(base or "", url.strip()))
        _ = parts.port  # raises ValueError where the port is no number
    except ValueError:
        return None
    return parts if parts.scheme in ("http", "https") and parts.hostname else None


def _might_stand_for(claimed: str, url: str | None) -> bool:
    own, parts = _split(url), _split(claimed)
    if parts is None:
        return False
    is_root = parts.path in ("", "/") and not parts.query
    if own is None:
        return not is_root
    return _site(parts.hostname) == _site(own.hostname) and (not is_root or own.path in ("", "/"))


def _site(host: str | None) -> str:
    return _SAME_SITE.sub("", host or "")
