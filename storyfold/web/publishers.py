"""Find the publisher of an address: the registrable domain of its host by the public suffix list (publicsuffix.org).

`edition.paper.example` and `www.paper.example` are one publisher; two blogs on one platform are two, as the list's
private part says. The list is the one that comes with `tldextract`; nothing is requested from the network.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from tldextract import TLDExtract

from storyfold.schemas.pages import Article
from storyfold.web.replays import find_original_address
from storyfold.web.urls import WEB_PORTS, split_url

CACHED_HOSTS = 4_096  # hosts whose publisher is cached; a run over 50,000 pages and their links has some thousands
CACHED_ADDRESSES = 4_096  # each member of a family is asked for its own again and again
MAX_HOST = 253  # characters of a name (RFC 1035, 3.1)

# Platforms that give each customer a name below theirs and are not in the list (of April 2025, with tldextract 5.4):
# those among them that carry news blogs. Blogspot's country names have left the list; archives have them.
PLATFORMS = (
    *"beehiiv.com canalblog.com eklablog.com exblog.jp ghost.io jimdofree.com livejournal.com medium.com".split(),
    *"over-blog.com substack.com tistory.com tumblr.com typepad.com weebly.com wordpress.com".split(),
    *(
        f"blogspot.{country}"
        for country in (
            "ae al am ba be bg ca ch cl cz de dk fi fr gr hk hr hu ie in is it jp kr li lt lu md mk mx my nl no pe pt "
            "qa ro rs ru se sg si sk sn tw ug co.at co.id co.il co.ke co.nz co.uk co.za com.ar com.au com.br com.by "
            "com.co com.cy com.ee com.eg com.es com.mt com.ng com.tr com.uy"
        ).split()
    ),
)

_DOTS = re.compile("[.\u3002\uff0e\uff61]")  # the full stop and what browsers take for one (UTS 46)
# A host whose last part is a number is an IPv4 address, however it is written (WHATWG URL, "ends in a number").
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")


@lru_cache(CACHED_ADDRESSES)
def find_publisher(url: str | None) -> str | None:
    """Return the registrable domain that an address belongs to, in lower case ASCII; None where it has no host.

    A replay in a web archive belongs to the publisher of the page that it shows. A host without a registrable domain
    (an IP address, `localhost`, a public suffix itself) is its own publisher, numbers and single words with their port.
    """
    parts = split_url(find_original_address(url) if url else None)
    return _find_host_publisher(parts.hostname, parts.port) if parts and parts.hostname else None


def have_same_publisher(url: str | None, other: str | None) -> bool:
    """Return whether both addresses are known and belong to one publisher."""
    publisher = find_publisher(url)
    return publisher is not None and publisher == find_publisher(other)


def find_serving_publisher(article: Article) -> str | None:
    """Return the publisher at whose address the article stood; None for a file of which only the page names one.

    A page that was saved from a mirror names its original: that makes it neither the original nor the agency's own.
    """
    return None if article.url_is_claim else find_publisher(article.url)


@lru_cache(CACHED_HOSTS)
def _find_host_publisher(host: str, port: int | None) -> str:
    labels = [_encode_ascii(label) for label in _DOTS.split(host) if label]
    if ":" in host or len(labels) < 2 or _NUMBER.fullmatch(labels[-1]):
        name = f"[{host}]" if ":" in host else ".".join(labels) or host
        return name if port in WEB_PORTS else f"{name}:{port}"
    if labels[0] == "www" and len(labels) > 2:  # www.gov.uk is gov.uk, although the list takes it for a customer there
        labels = labels[1:]
    name = ".".join(labels)
    if len(name) > MAX_HOST:
        return name
    found = _load_suffixes().extract_str(name)
    if found.top_domain_under_public_suffix:
        return found.top_domain_under_public_suffix
    # A public suffix itself; or no rule matches, and then the last part is one (publicsuffix.org/list, "Algorithm").
    return name if found.suffix else ".".join(labels[-2:])


def _encode_ascii(label: str) -> str:
    """Return a part of a host as the network writes it: both spellings of an international name are one."""
    if label.isascii():
        return label.lower()
    normalized = unicodedata.normalize("NFKC", label).lower()
    return normalized if normalized.isascii() else "xn--" + normalized.encode("punycode", "replace").decode("ascii")


@cache
def _load_suffixes() -> TLDExtract:
    """Load the list from the package, never from the network; that takes a sixth of a second."""
    return TLDExtract(
        cache_dir=None,
        suffix_list_urls=(),
        fallback_to_snapshot=True,
        include_psl_private_domains=True,
        extra_suffixes=PLATFORMS,
    )
