"""Say of the outlets in a lake what the list of outlets says: a row a printed name and host, where it changed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from urllib.parse import unquote

import duckdb
import pyarrow as pa

from storyfold.credits.agency_outlets import list_agency_names, normalize_outlet
from storyfold.credits.listed_outlets import OutletList
from storyfold.lake.lake import run_query
from storyfold.schemas.columns import make_rows
from storyfold.schemas.outlets import HOST_SQL, OutletFact
from storyfold.web.publishers import find_publisher

_LOOKED_UP = (
    f"SELECT DISTINCT printed_name, {HOST_SQL} AS host "  # noqa: S608 (constant text)
    "FROM (SELECT coalesce(outlet, '') AS printed_name, coalesce(url, canonical_url) AS address FROM $articles) "
    "ORDER BY printed_name, host"
)
_SHOWN = re.compile(r"https?:/+([^/ ]+).*")


def find_outlet_facts(
    connection: duckdb.DuckDBPyConnection, articles: pa.Table, outlets: OutletList, run_date: date
) -> list[OutletFact]:
    """Return the rows of `outlet_facts` that are new, or that the list says otherwise now; run ids are left empty.

    Asked are the articles of a night and what the lake has rows of already: the lake's articles are not read.
    """
    stored = run_query(connection, "FROM current_outlets")
    known = {(row.printed_name, row.host): row for row in make_rows(stored, OutletFact)}
    connection.register("outlets_of_night", articles.select(["outlet", "url", "canonical_url"]))
    asked = {*known, *list_looked_up(connection, "outlets_of_night")}
    connection.unregister("outlets_of_night")
    told = describe_outlets(asked, outlets, run_date)
    return [row for row in told if not _is_known(row, known.get((row.printed_name, row.host)))]


def list_looked_up(connection: duckdb.DuckDBPyConnection, articles: str) -> list[tuple[str, str]]:
    """List each printed name and host of the articles of a table once: all that an outlet is looked up by."""
    found = run_query(connection, _LOOKED_UP.replace("$articles", articles))
    return list(zip(found["printed_name"].to_pylist(), found["host"].to_pylist(), strict=True))


def describe_outlets(asked: Iterable[tuple[str, str]], outlets: OutletList, run_date: date) -> list[OutletFact]:
    """Return what a list says of each printed name and host, in their order."""
    return [_describe(name, host, outlets, run_date) for name, host in sorted(asked)]


def _describe(name: str, host: str, outlets: OutletList, run_date: date) -> OutletFact:
    address = make_address(host)
    publisher, listed = find_publisher(address), outlets.find(name or None, address)
    is_agency = not list_agency_names().isdisjoint((normalize_outlet(name), publisher))
    fact = OutletFact(
        run_date=run_date,
        printed_name=name,
        host=host,
        outlet=publisher or name or None,
        kind="agency" if is_agency else None,
    )
    if listed is None:
        return fact
    return replace(
        fact,
        outlet=listed.key,
        name=listed.name,
        owner=listed.owner,
        kind=listed.kind or fact.kind,
        country=listed.country,
        language=listed.language,
        mirror_of=listed.mirror_of,
        source=listed.source,
        source_date=listed.date,
    )


def _is_known(row: OutletFact, known: OutletFact | None) -> bool:
    return known is not None and replace(known, run_id="", attempt=1, run_date=row.run_date) == row


def make_address(host: str) -> str | None:
    """Make an address of what `HOST_SQL` gives: at its host, or at the one that an archive or a cache shows there."""
    own, _, shown = host.partition(" ")
    if inner := _SHOWN.fullmatch(unquote(shown)):
        return f"https://{inner[1]}/"
    return f"https://{own}{shown or '/'}" if own else None
