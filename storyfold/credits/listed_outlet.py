"""Hold one row of a list of outlets. It needs nothing that is slow to load: settings have such rows."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

MIRROR = "mirror"
KINDS = ("newspaper", "magazine", "television", "radio", "broadcaster", "online", "agency", "aggregator", MIRROR)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedOutlet:
    """One row of a list of outlets; what each field means stands at the head of `outlets.toml`."""

    name: str
    domains: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    owner: str | None = None
    mirror_of: str | None = None
    kind: str | None = None
    country: str | None = None
    language: str | None = None
    source: str
    date: datetime.date

    @property
    def key(self) -> str:
        """What tells it from all others of a list: its first domain, else the first name that pages print."""
        return self.domains[0] if self.domains else self.names[0].casefold()

    @property
    def is_mirror(self) -> bool:
        """Whether its pages are only others' texts."""
        return self.mirror_of is not None or self.kind == MIRROR
