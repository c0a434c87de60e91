"""Read the older table `[limits]`, whose keys stand in the tables of the stages now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from storyfold.outcomes import WrongUse
from storyfold.settings.discover import DiscoverSettings
from storyfold.settings.fetch import FetchSettings
from storyfold.settings.parse import ParseSettings
from storyfold.settings.ranges import check_table, list_allowed, read_value

LIMITS = "limits"
_CLASSES = {"fetch": FetchSettings, "discover": DiscoverSettings, "parse": ParseSettings}
_KEYS = {  # each with the tables that have it now
    "page_bytes": ("fetch",),
    "list_bytes": ("discover",),
    "redirects": ("fetch",),
    "connect_seconds": ("fetch",),
    "answer_seconds": ("fetch",),
    "host_seconds": ("fetch",),
    "page_seconds": ("parse",),
    "page_memory": ("parse",),
    "batch_items": ("fetch", "parse"),
}


def fold_limits(where: str, tables: Mapping[str, object]) -> dict[str, Any]:
    """Return the tables of a file with the keys of `[limits]` in those of the stages.

    Raises WrongUse, which names a key or value of `[limits]` that cannot be, or a key that the file sets twice.
    """
    folded: dict[str, Any] = {name: table for name, table in tables.items() if name != LIMITS}
    if LIMITS not in tables:
        return folded
    for key, value in check_table(where, LIMITS, tables[LIMITS], _KEYS).items():
        for name in _KEYS[key]:
            read_value(f"{where}: [{LIMITS}]", key, value, list_allowed(_CLASSES[name])[key])
            given = tables.get(name, {})
            if not isinstance(given, Mapping):  # the reader of that table says so
                continue
            if key in given:
                raise WrongUse(
                    f"{where}: key '{key}' stands in [{LIMITS}] and in [{name}]; "
                    f"[{LIMITS}] is the older form: keep it in [{name}] only"
                )
            folded[name] = {**folded.get(name, {}), key: value}
    return folded
