"""Read the table of news agencies, `agencies.toml`, and find the agency that a credit names."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from storyfold.text.normalize import fold_accents

AGENCY_CHARS = 60  # "Deutscher Depeschendienst Nachrichtenagentur" has 43
FILE = Path(__file__).with_name("agencies.toml")

# How agencies that are not listed call themselves; and the ends of their names in one word ("Northwire").
_AGENCY_FORM = re.compile(
    r"\b(?:news ?agency|press agency|news ?wire|wire service|nachrichtenagentur|presseagentur|presse-agentur|"
    r"agence de presse|agencia de noticias|agência de notícias|agenzia (?:di )?stampa|persbureau|haber ajansı|"
    r"nyhetsbyrå|agencja prasowa|kantor berita|информационное агентство)\b|^[^\W\d_]{3,}wire$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """One news agency; what each field means stands at the head of `agencies.toml`."""

    code: str
    names: tuple[str, ...]
    only_as_printed: tuple[str, ...]
    outlet_code: str
    outlets: tuple[str, ...]


@cache
def read_agencies() -> tuple[Agency, ...]:
    """Return all agencies of the table, in its order; the file is read once."""
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["agency"]
    return tuple(
        Agency(
            code=row["code"],
            names=tuple(row["names"]),
            only_as_printed=tuple(row.get("only_as_printed", ())),
            outlet_code=row.get("outlet_code", row["code"].casefold()),
            outlets=tuple(row.get("outlets", ())),
        )
        for row in rows
    )


@cache
def map_names_to_codes() -> Mapping[str, str]:
    """Return the code for each name without case and accents; raise ValueError where a name is two agencies'."""
    codes: dict[str, str] = {}
    for agency in read_agencies():
        for name in agency.names:
            if codes.setdefault(fold_accents(name), agency.code) != agency.code:
                raise ValueError(f"{name} names two agencies")
    return MappingProxyType(codes)


@cache
def _map_names_to_print() -> Mapping[str, str]:
    return MappingProxyType({fold_accents(name): name for a in read_agencies() for name in a.only_as_printed})


def is_agency_name(name: str) -> bool:
    """Say whether a listed agency has this name, in whatever capitals."""
    return fold_accents(name) in map_names_to_codes()


def counts_only_as_printed(name: str) -> bool:
    """Say whether this is a listed name that is also a plain word, so that only its own capitals credit the agency."""
    return fold_accents(name) in _map_names_to_print()


def looks_like_agency(name: str) -> bool:
    """Say whether a name that is not listed calls itself an agency's."""
    return len(name) <= AGENCY_CHARS and bool(_AGENCY_FORM.search(name))


def find_agency_code(name: str) -> str | None:
    """Return the short code of the agency that a credit names as a whole; None if it names none."""
    name = name.strip(" .,:;-–—()[]")
    folded = fold_accents(name)
    printed = _map_names_to_print().get(folded)
    return map_names_to_codes().get(folded) if printed is None or printed == name else None
