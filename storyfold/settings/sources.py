"""Read sources.toml: the sources of a run, how hosts are requested, and the settings of its stages."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from storyfold.outcomes import WrongUse
from storyfold.settings.documents import read_document
from storyfold.settings.fetch import DELAY, FetchSettings
from storyfold.settings.older_limits import LIMITS, fold_limits
from storyfold.settings.ranges import check_keys, make_fingerprint, read_value
from storyfold.settings.stages import STAGE_TABLES, Settings, read_stages
from storyfold.settings.texts import LANGUAGE, read_text, read_texts
from storyfold.web.urls import make_host_key, split_url


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One `[[source]]` of sources.toml."""

    id: str
    outlet: str | None = None
    home: str | None = None
    language: str | None = None
    zone: str | None = None
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    archives: tuple[str, ...] = ()
    delay_seconds: float | None = None  # at the hosts of this source, instead of that of `[fetch]`

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every http(s) address that the file gives for it."""
        return tuple(p for p in (*self.feeds, *self.sitemaps, *self.urls, self.home or "") if _is_address(p))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """All sources of one file, in its order; paths in them are full paths."""

    path: Path
    sources: tuple[Source, ...]
    settings: Settings  # of a run over them
    set_tables: Mapping[str, Any] = field(default_factory=dict)  # the file's tables of settings, as written

    @property
    def lacks_contact(self) -> bool:
        """Whether hosts beyond this machine get requests from somebody whom they cannot reach."""
        if self.settings.fetch.has_contact:
            return False
        requested = (location for s in self.sources for location in (*s.feeds, *s.sitemaps, *s.urls))
        return any(
            not _LOOPBACK.match(location) for location in requested
        )  # a file of addresses has those of others too

    @property
    def fingerprint(self) -> str:
        """16 hex digits that change with any value read from the file (paths are whole), not with its comments."""
        return make_fingerprint([dataclasses.asdict(s) for s in self.sources])


_LOOPBACK = re.compile(r"https?://(127\.[\d.]+|localhost|\[::1\])([:/]|$)", re.IGNORECASE)
LOCATION_KEYS = ("feeds", "sitemaps", "urls", "pages", "archives")
TEXT_KEYS = ("id", "outlet", "home", "language", "zone")
SOURCE_KEYS = (*TEXT_KEYS, *LOCATION_KEYS, "delay_seconds")


def load_sources(path: Path) -> Sources:
    """Read and check sources.toml; WrongUse says in one line which key is wrong and what is allowed."""
    document = read_document(path, "--sources names a sources.toml")
    if unknown := sorted(document.keys() - {"source", *STAGE_TABLES, LIMITS}):
        allowed = ", ".join(("[[source]]", *(f"[{name}]" for name in STAGE_TABLES)))
        raise WrongUse(f"{path}: unknown key '{unknown[0]}' at top level; allowed: {allowed}")
    tables = document.get("source")
    if not isinstance(tables, list) or not tables:
        raise WrongUse(f"{path}: key 'source': write at least one [[source]] table")
    sources = tuple(_read_source(path, number, table) for number, table in enumerate(tables, 1))
    ids = [source.id for source in sources]
    if repeated := next((i for i in ids if ids.count(i) > 1), None):
        raise WrongUse(f"{path}: key 'id': '{repeated}' names two sources; each id must be its own")
    set_tables = fold_limits(str(path), {name: table for name, table in document.items() if name != "source"})
    settings = read_stages(path, set_tables, Settings())
    settings = dataclasses.replace(settings, fetch=_add_hosts(settings.fetch, sources))
    return Sources(path=path, sources=sources, settings=settings, set_tables=set_tables)


def _add_hosts(settings: FetchSettings, sources: tuple[Source, ...]) -> FetchSettings:
    """Add what follows from the sources: their own pauses, and the ports that their addresses name."""
    return dataclasses.replace(
        settings,
        source_delays=tuple((s.id, s.delay_seconds) for s in sources if s.delay_seconds is not None),
        host_delays=_list_host_delays(sources, settings.delay_seconds),
        named=_list_named_ports(sources),
    )


def _list_host_delays(sources: tuple[Source, ...], default: float) -> tuple[tuple[str, float], ...]:
    """List the pause of each host in the file, if any source has its own; of sources that share one, the longest."""
    if all(source.delay_seconds is None for source in sources):
        return ()
    found: dict[str, float] = {}
    for source in sources:
        delay = default if source.delay_seconds is None else source.delay_seconds
        for address in source.addresses:
            host = make_host_key(address)
            found[host] = max(found.get(host, delay), delay)
    return tuple(sorted(found.items()))


def _list_named_ports(sources: tuple[Source, ...]) -> tuple[str, ...]:
    """List `host:port` wherever an address in the file has a port: what the user writes there is meant."""
    parts = (split_url(address) for source in sources for address in source.addresses)
    return tuple(sorted({f"{p.hostname}:{p.port}" for p in parts if p is not None and p.port is not None}))


def _read_source(path: Path, number: int, table: object) -> Source:
    if not isinstance(table, dict):
        raise WrongUse(f"{path}: source {number} is not a table; write [[source]]")
    where = f"{path}: source {number}" + (f" ({table['id']})" if isinstance(table.get("id"), str) else "")
    check_keys(where, table, SOURCE_KEYS)
    values: dict[str, Any] = {key: read_text(where, key, table[key]) for key in TEXT_KEYS if key in table}
    _check_texts(where, values)
    if "delay_seconds" in table:
        values["delay_seconds"] = read_value(where, "delay_seconds", table["delay_seconds"], DELAY)
    locations: dict[str, Any] = {key: read_texts(where, key, table[key]) for key in LOCATION_KEYS if key in table}
    if not any(locations.values()):
        raise WrongUse(f"{where}: nothing to read; give at least one of: {', '.join(LOCATION_KEYS)}")
    for key in ("pages", "archives"):
        locations[key] = tuple(_make_full_path(path, location) for location in locations.get(key, ()))
    locations["urls"] = tuple(u if _is_address(u) else _make_full_path(path, u) for u in locations.get("urls", ()))
    for key in ("feeds", "sitemaps"):
        if wrong := next((location for location in locations.get(key, ()) if not _is_address(location)), None):
            raise WrongUse(f"{where}: key '{key}': '{wrong}' is no address; allowed: http:// or https:// addresses")
    return Source(**values, **locations)


def _check_texts(where: str, values: dict[str, Any]) -> None:
    if not values.get("id"):
        raise WrongUse(f"{where}: key 'id' is missing; allowed: a short name of your own, the same every night")
    if "language" in values and not LANGUAGE.fullmatch(values["language"]):
        raise WrongUse(f"{where}: key 'language': '{values['language']}' is no code; allowed: ISO 639-1, as en or de")
    if "zone" in values and values["zone"] not in available_timezones():
        raise WrongUse(f"{where}: key 'zone': '{values['zone']}' is no time zone; allowed: names as Europe/Berlin")


def _is_address(text: str) -> bool:
    return text.lower().startswith(("http://", "https://"))


def _make_full_path(sources_file: Path, text: str) -> str:
    """Resolve a path in the file from the file's folder, so that a run does not depend on where it starts."""
    return str((sources_file.resolve().parent / Path(text).expanduser()).absolute())
