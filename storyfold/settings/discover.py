"""The `[discover]` table: how much of a list is taken in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from storyfold.settings.ranges import MiB, Range


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoverSettings:
    """Hold how much of one list is taken in; the range's ends are as in `FetchSettings`."""

    # One feed or list: what the sitemap protocol (sitemaps.org) allows
    list_bytes: Annotated[int, Range(64 * 1024, 1024 * MiB, "bytes")] = 50 * MiB
