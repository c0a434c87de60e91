"""Find an article's outlet in a list of outlets: whose page it is, who owns it, and what it only repeats.

The list is a value that is passed in: `storyfold/settings/outlets.py` reads it, from `outlets.toml` and a user's file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from storyfold.credits.agency_outlets import normalize_outlet
from storyfold.credits.listed_outlet import ListedOutlet
from storyfold.web.publishers import find_publisher
from storyfold.web.replays import find_original_address
from storyfold.web.urls import split_url


@dataclass(frozen=True)
class OutletList:
    """Hold rows of which no two have a domain or a printed name in common."""

    rows: tuple[ListedOutlet, ...] = ()

    @cached_property
    def _by_domain(self) -> Mapping[str, ListedOutlet]:
        return {domain: row for row in self.rows for domain in row.domains}

    @cached_property
    def _by_name(self) -> Mapping[str, ListedOutlet]:
        return {normalize_outlet(name): row for row in self.rows for name in row.names}

    def find(self, outlet: str | None, address: str | None) -> ListedOutlet | None:
        """Return the row of a page: that of its host, else of the domain, else of the outlet's printed name."""
        if address and self._by_domain:
            for domain in list_domains(address):
                if row := self._by_domain.get(domain):
                    return row
        return self._by_name.get(normalize_outlet(outlet)) if outlet else None

    def find_named(self, word: str) -> ListedOutlet | None:
        """Return the row that a domain or a printed name is in."""
        return self._by_domain.get(word.casefold()) or self._by_name.get(normalize_outlet(word))


def list_domains(address: str) -> list[str]:
    """List the host of an address and what is above it, up to its registrable domain; none without a host.

    Of a replay in a web archive they are those of the page that it shows.
    """
    publisher = find_publisher(address)
    parts = split_url(find_original_address(address))
    if publisher is None or parts is None or not parts.hostname:
        return []
    labels = parts.hostname.lower().strip(".").split(".")
    hosts = (".".join(labels[start:]) for start in range(len(labels)))
    return [*(host for host in hosts if host.endswith(f".{publisher}")), publisher]


def merge_outlets(shipped: Iterable[ListedOutlet], own: Iterable[ListedOutlet]) -> OutletList:
    """Put a user's rows before the shipped ones, without those that have a domain or a printed name in common."""
    given = tuple(own)
    domains = {domain for row in given for domain in row.domains}
    names = {normalize_outlet(name) for row in given for name in row.names}
    kept = (
        row
        for row in shipped
        if domains.isdisjoint(row.domains) and names.isdisjoint(normalize_outlet(name) for name in row.names)
    )
    return OutletList((*given, *kept))
