"""Find the addresses that sources.toml gives itself, or that a text or CSV file lists."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator
from pathlib import Path

from storyfold.discover.candidates import Candidate, Outcome, Refusal, make_printable
from storyfold.outcomes import Reason, Rejected
from storyfold.web.urls import split_url

ADDRESS_COLUMN = "url"
DELIMITERS = ",;\t"


def find_in_list(location: str, limit: int) -> Iterator[Outcome]:
    """Yield the address itself, or the addresses in a .csv file, or else in a text file, in its order."""
    if location.lower().startswith(("http://", "https://")):
        yield _make_candidate(location, location)
        return
    try:
        text = _read(Path(location), limit)
        rows = _list_csv_addresses(text) if location.lower().endswith(".csv") else _list_text_addresses(text)
    except Rejected as error:
        yield Refusal(location=make_printable(location), reason=error.reason, detail=error.detail)
        return
    if not rows:
        yield Refusal(location=make_printable(location), reason=Reason.MISSING_INPUT, detail="no address in the list")
    for number, address in rows:
        yield _make_candidate(address, f"line {number} of {make_printable(Path(location).name)}")


def _make_candidate(address: str, detail: str) -> Outcome:
    address = make_printable(address)
    parts = split_url(address)
    if parts is None:
        return Refusal(location=address, reason=Reason.BAD_URL, detail=detail)
    location = parts._replace(fragment="").geturl()
    return Candidate(method="http", location=location, name=location)


def _read(path: Path, limit: int) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except FileNotFoundError:
        raise Rejected(Reason.MISSING_INPUT, "no such file") from None
    except (OSError, ValueError) as error:
        raise Rejected(Reason.UNREADABLE_INPUT, str(error)) from None
    if len(data) > limit:
        raise Rejected(Reason.TOO_LARGE, f"more than {limit} bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Rejected(Reason.UNREADABLE_INPUT, f"not UTF-8 at byte {error.start}") from None


def _list_text_addresses(text: str) -> list[tuple[int, str]]:
    """List the addresses of a text, one a line; empty lines and those that start with # do not count."""
    lines = ((number, line.strip()) for number, line in enumerate(text.split("\n"), 1))
    return [(number, line) for number, line in lines if line and not line.startswith("#")]


def _list_csv_addresses(text: str) -> list[tuple[int, str]]:
    """List column `url`; without one the first column, whose first row is a heading unless it is an address."""
    first = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
    try:
        heading = next(reader, [])
        names = [name.strip().lower() for name in heading]
        column = names.index(ADDRESS_COLUMN) if ADDRESS_COLUMN in names else 0
        is_row = ADDRESS_COLUMN not in names and names and split_url(names[0]) is not None
        rows = itertools.chain([heading] if is_row else [], reader)
        return [(reader.line_num, row[column].strip()) for row in rows if len(row) > column and row[column].strip()]
    except csv.Error as error:
        raise Rejected(Reason.UNREADABLE_INPUT, f"not CSV: {error}") from None
