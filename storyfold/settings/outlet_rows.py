"""Read rows of outlets from a TOML file, and say which row of which file is wrong, and how."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import storyfold.credits
from storyfold.credits.agency_outlets import normalize_outlet
from storyfold.credits.listed_outlet import KINDS, ListedOutlet
from storyfold.outcomes import WrongUse
from storyfold.settings.documents import read_document
from storyfold.settings.ranges import check_keys, format_value
from storyfold.settings.texts import LANGUAGE, read_text, read_texts
from storyfold.web.publishers import find_publisher

SHIPPED = Path(storyfold.credits.__file__).with_name("outlets.toml")
MOST_BYTES = 16 * 1024 * 1024  # of a file: 437 rows have 80 kB, so some 80,000 rows
_TEXT_KEYS = ("name", "owner", "mirror_of", "kind", "country", "language", "source")
_LIST_KEYS = ("domains", "names")
_KEYS = (*_TEXT_KEYS, *_LIST_KEYS, "date")
_REQUIRED = {
    "name": "how people know the outlet",
    "source": "the address or the name of what says this",
    "date": "the day on which that was read, as 2023-05-17",
}
_DOMAIN = re.compile(r"[^\s/@?#:]{1,253}(?::\d{1,5})?")
_COUNTRY = re.compile(r"[A-Z]{2}")


@cache
def read_shipped_outlets() -> tuple[ListedOutlet, ...]:
    """Return the rows that come with the package, in their order; the file is read once."""
    return read_outlet_rows(SHIPPED)


def read_outlet_rows(path: Path) -> tuple[ListedOutlet, ...]:
    """Read and check the rows of a file; raises WrongUse, which names file and row and what is wrong with it."""
    if path.is_file() and path.stat().st_size > MOST_BYTES:
        raise WrongUse(f"{path}: has {path.stat().st_size:,} bytes; allowed: at most {MOST_BYTES:,}")
    document = read_document(path, "[outlets] file names a file with [[outlet]] tables")
    check_keys(f"{path}", document, ("outlet",))
    tables = document.get("outlet", [])
    if not isinstance(tables, list):
        raise WrongUse(f"{path}: key 'outlet' is {format_value(tables)}; write [[outlet]] tables")
    rows = [_read_row(path, number, table) for number, table in enumerate(tables, 1)]
    for what, lists in (("domain", [r.domains for r in rows]), ("name", [r.names for r in rows])):
        _check_unique(path, what, rows, lists)
    return tuple(rows)


def _read_row(path: Path, number: int, table: object) -> ListedOutlet:
    if not isinstance(table, dict):
        raise WrongUse(f"{path}: outlet {number} is {format_value(table)}; write an [[outlet]] table")
    where = f"{path}: outlet {number}" + (f" ({table['name']})" if isinstance(table.get("name"), str) else "")
    check_keys(where, table, _KEYS)
    if missing := next((key for key in _REQUIRED if key not in table), None):
        raise WrongUse(f"{where}: key '{missing}' is missing; allowed: {_REQUIRED[missing]}")
    values: dict[str, Any] = {key: read_text(where, key, table[key]) for key in _TEXT_KEYS if key in table}
    values |= {key: read_texts(where, key, table[key]) for key in _LIST_KEYS if key in table}
    values["domains"] = tuple(_read_domain(where, domain) for domain in values.get("domains", ()))
    values["date"] = _read_date(where, table["date"])
    _check_values(where, values)
    return ListedOutlet(**values)


def _check_values(where: str, values: dict[str, Any]) -> None:
    if not values["domains"] and not values.get("names"):
        raise WrongUse(f"{where}: nothing to know it by; give domains, or names as its pages print them")
    allowed: dict[str, tuple[Callable[[str], object], str]] = {
        "kind": (lambda kind: kind in KINDS, f"one of {', '.join(KINDS)}"),
        "country": (_COUNTRY.fullmatch, "two capital letters of ISO 3166-1, as US"),
        "language": (LANGUAGE.fullmatch, "a code of ISO 639-1, as en or de"),
    }
    for key, (allows, words) in allowed.items():
        if key in values and not allows(values[key]):
            raise WrongUse(f"{where}: key '{key}' is {format_value(values[key])}; allowed: {words}")


def _read_domain(where: str, text: str) -> str:
    """Return a registrable domain or a host below one, as addresses are compared: lower case, ASCII, without `www.`."""
    domain = text.casefold().strip(".").removeprefix("www.")
    publisher = find_publisher(f"https://{domain}") if _DOMAIN.fullmatch(domain) else None
    if publisher is None:
        raise WrongUse(f"{where}: key 'domains': {format_value(text)} is no domain; allowed: names as paper.example")
    if "." in domain and not domain[-1].isdigit() and find_publisher(f"https://x.{domain}") == f"x.{publisher}":
        raise WrongUse(
            f"{where}: key 'domains': {format_value(text)} is everybody's who has a name below it; "
            "allowed: a name below it"
        )
    if domain.isascii():
        return domain
    if domain.count(".") == publisher.count("."):
        return publisher
    raise WrongUse(f"{where}: key 'domains': {format_value(text)} is a host; allowed: in ASCII, as xn--…")


def _read_date(where: str, value: object) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise WrongUse(f"{where}: key 'date' is {format_value(value)}; allowed: a day without quotes, as 2023-05-17")
    return value


def _check_unique(path: Path, what: str, rows: Iterable[ListedOutlet], lists: Iterable[Iterable[str]]) -> None:
    taken: dict[str, str] = {}
    for number, (row, words) in enumerate(zip(rows, lists, strict=True), 1):
        for word in words:
            key = normalize_outlet(word)
            here = f"outlet {number} ({row.name})"
            if key in taken:
                raise WrongUse(f"{path}: {here}: the {what} '{word}' is in {taken[key]} too; each may be in one row")
            taken[key] = here
