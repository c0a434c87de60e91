"""Split pages into folds by site: a page is never tested by a model that was trained on another page of its site."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import urlsplit

FOLDS = 5
_TWO_PART = re.compile(r"\.(?:co|com|org|net|gov|ac)\.\w\w$")  # "example.co.uk" is a site, "co.uk" none


def get_site(url: str) -> str:
    """Return the registrable part of an address's host, near enough for folds."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return ".".join(host.split(".")[-3 if _TWO_PART.search(host) else -2 :])


def get_fold(url: str) -> int:
    """Return the fold of a page, the same for all pages of its site."""
    return int(hashlib.sha256(get_site(url).encode()).hexdigest(), 16) % FOLDS
