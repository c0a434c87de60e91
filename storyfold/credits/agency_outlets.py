"""Which outlets are the news agencies themselves: whose own page carries its own credit."""

from __future__ import annotations

import re

from storyfold.schemas.pages import Article
from storyfold.web.publishers import find_serving_publisher

# Code as credited, in lower case: the agency's own names and registrable domains (from its own pages, November 2026).
OWN_NAMES: dict[str, tuple[str, ...]] = {
    "aa": ("anadolu", "anadolu agency", "aa.com.tr"),
    "aap": ("australian associated press", "aap.com.au"),
    "afp": ("agence france-presse", "agence france presse", "afp.com"),
    "ani": ("asian news international", "aninews.in"),
    "anp": ("algemeen nederlands persbureau", "anp.nl"),
    "ansa": ("agenzia ansa", "ansa.it"),
    "ap": ("associated press", "ap news", "apnews.com", "ap.org"),
    "apa": ("austria presse agentur", "apa.at"),
    "belga": ("belga news agency", "belganewsagency.eu"),
    "bernama": ("bernama.com",),
    "bloomberg": ("bloomberg news", "bloomberg.com"),
    "cp": ("canadian press", "thecanadianpress.com"),
    "ctk": ("ceske noviny", "ceskenoviny.cz", "ctk.cz"),
    "dpa": ("deutsche presse-agentur", "dpa.com", "dpa-international.com"),
    "efe": ("agencia efe", "efe.com"),
    "epd": ("evangelischer pressedienst", "epd.de"),
    "ians": ("indo-asian news service", "ians.in"),
    "interfax": ("interfax.ru", "interfax.com", "interfax-news agency"),
    "kna": ("katholische nachrichten-agentur", "kna.de"),
    "kyodo": ("kyodo news", "kyodonews.net"),
    "mti": ("mti.hu",),
    "ntb": ("ntb.no",),
    "pa": ("press association", "pa media", "pa news agency", "pa.media"),
    "pap": ("polska agencja prasowa", "pap.pl"),
    "pti": ("press trust of india", "ptinews.com"),
    "reuters": ("thomson reuters", "reuters.com"),
    "ria": ("ria novosti", "ria.ru"),
    "ritzau": ("ritzau.dk",),
    "sda": ("keystone-sda", "keystone-sda.ch"),
    "sid": ("sport-informations-dienst", "sid.de"),
    "stt": ("stt.fi",),
    "tass": ("tass.com", "tass.ru"),
    "tt": ("tt nyhetsbyrån", "tt.se"),
    "upi": ("united press international", "upi.com"),
    "xinhua": ("xinhua news agency", "xinhuanet.com", "news.cn"),
    "yonhap": ("yonhap news agency", "yna.co.kr"),
}
_ALL_NAMES = frozenset(OWN_NAMES) | {name for names in OWN_NAMES.values() for name in names}
_LISTED = re.compile(r"[/,;&+]")


def is_agency_itself(article: Article, agency: str) -> bool:
    """Whether the article stands on the page of the agency with this code."""
    codes = [code.strip().casefold() for code in _LISTED.split(agency) if code.strip()]
    names = {name for code in codes for name in (code, *OWN_NAMES.get(code, ()))}
    return _outlet(article) in names or find_serving_publisher(article) in names


def is_agency(article: Article) -> bool:
    """Whether the article stands on the page of any news agency, whatever it credits."""
    return _outlet(article) in _ALL_NAMES or find_serving_publisher(article) in _ALL_NAMES


def _outlet(article: Article) -> str:
    return (article.outlet or "").casefold().removeprefix("the ").removeprefix("www.").strip()


def find_credited_agency(article: Article) -> str | None:
    """Return the code of the agency whose text or page it is, in lower case; None where no agency is known of.

    Of several that are credited the first one counts.
    """
    credited = next((code.strip().casefold() for code in _LISTED.split(article.agency or "") if code.strip()), None)
    if credited:
        return credited
    names = {_outlet(article), find_serving_publisher(article)}
    return next((code for code, own in OWN_NAMES.items() if names & {code, *own}), None)


def credits_other(article: Article) -> bool:
    """Whether the article credits an agency that is not its own outlet."""
    return bool(article.agency) and not is_agency_itself(article, article.agency or "")
