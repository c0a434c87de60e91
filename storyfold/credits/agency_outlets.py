"""Say which outlets are the news agencies themselves: their own pages carry their own credit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from types import MappingProxyType

from storyfold.credits.agencies import read_agencies
from storyfold.schemas.pages import Article
from storyfold.web.publishers import find_serving_publisher

NAMES_KEPT = 4_096  # of outlets and credits: each is looked up once an article and more
_LISTED = re.compile(r"[/,;&+]")  # between the codes of a credit that names several agencies


@cache
def _map_codes_to_outlets() -> Mapping[str, frozenset[str]]:
    """Return the names and domains of each agency's own pages, its code among them, by code in lower case."""
    found = {
        a.outlet_code: frozenset({a.outlet_code, a.code.casefold(), *a.outlets}) for a in read_agencies() if a.outlets
    }
    return MappingProxyType(dict(sorted(found.items())))


@cache
def _map_credits_to_codes() -> Mapping[str, str]:
    """Return the code by which an agency's own pages are known, by the one with which it signs, in small letters."""
    return MappingProxyType({a.code.casefold(): a.outlet_code for a in read_agencies()})


@cache
def list_agency_names() -> frozenset[str]:
    """Return the names and domains of all agencies' own pages."""
    return frozenset().union(*_map_codes_to_outlets().values())


def is_agency_itself(article: Article, agency: str) -> bool:
    """Say whether the article stands on the page of the agency with this code."""
    names = list_own_names(agency)
    return normalize_outlet(article.outlet) in names or find_serving_publisher(article) in names


@lru_cache(NAMES_KEPT)
def list_own_names(agency: str) -> frozenset[str]:
    """List the codes of a credit, and the names and domains of these agencies' own pages."""
    outlets = _map_codes_to_outlets()
    return frozenset(name for code in _split_codes(agency) for name in (code, *outlets.get(code, ())))


def is_agency(article: Article) -> bool:
    """Say whether the article stands on the page of any news agency, whatever it credits."""
    return not list_agency_names().isdisjoint((normalize_outlet(article.outlet), find_serving_publisher(article)))


def find_credited_agency(article: Article) -> str | None:
    """Return the code of the agency whose text or page it is, in lower case; None where no agency is known of.

    Of several that are credited the first one counts.
    """
    return find_agency_of(article.agency, article.outlet, find_serving_publisher(article))


def list_agencies_of(credited: str | None, outlet: str | None, serving: str | None) -> frozenset[str]:
    """List all agencies whose text a page may have by what it says, as `find_agency_of` names the first."""
    codes = frozenset(_split_codes(credited or ""))
    found = find_agency_of(None, outlet, serving)
    return codes or (frozenset({found}) if found else codes)


def find_agency_of(credited: str | None, outlet: str | None, serving: str | None) -> str | None:
    """Return the agency by what a page says: whom it credits, its outlet, and the publisher that served it."""
    if codes := _split_codes(credited or ""):
        return codes[0]
    names = {normalize_outlet(outlet), serving}
    return next((code for code, own in _map_codes_to_outlets().items() if names & own), None)


def credits_other(article: Article) -> bool:
    """Say whether the article credits an agency that is not its own outlet."""
    return bool(article.agency) and not is_agency_itself(article, article.agency or "")


def _split_codes(agency: str) -> list[str]:
    known = _map_credits_to_codes()
    codes = (code.strip().casefold() for code in _LISTED.split(agency) if code.strip())
    return [known.get(code, code) for code in codes]


@lru_cache(NAMES_KEPT)
def normalize_outlet(name: str | None) -> str:
    """Return an outlet's name as it stands in these lists: without case, an article, or `www.`."""
    return (name or "").casefold().removeprefix("the ").removeprefix("www.").strip()
