"""Tell an agency's report and its later version with a new lead (a write-through) from reports that only share much."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa

from storyfold.copies.claims import NO_TIME, Claims, Page
from storyfold.copies.edges import PARTIAL, WRITE_THROUGH, Edges
from storyfold.credits.agency_outlets import list_agencies_of
from storyfold.kernels.arrays import Flags, Longs
from storyfold.settings.copies import CopySettings
from storyfold.web.publishers import find_publisher

HOUR = 3_600_000_000  # microseconds


def confirm_write_throughs(edges: Edges, numbers: Longs, claims: Claims, settings: CopySettings) -> Edges:
    """Return the edges, of which those that are no agency's write-through are partial.

    Both texts are one agency's, and were published within so many hours; where that is not known of both, they were
    first seen on days that are as far apart. `claims` are those of the texts `numbers`, ascending.
    """
    asked = np.flatnonzero(edges.kinds == WRITE_THROUGH)
    if not len(asked):
        return edges
    one, two = (np.searchsorted(numbers, side[asked]) for side in (edges.short, edges.long))
    is_same = _have_one_agency(one, two, claims)
    kinds = edges.kinds.copy()
    kinds[asked[~(is_same & _are_near(one, two, claims, settings.write_through_hours))]] = PARTIAL
    return replace(edges, kinds=kinds)


def _have_one_agency(one: Longs, two: Longs, claims: Claims) -> Flags:
    """Say of each two texts whether one agency may have written both; a credit may name several."""
    used = np.unique(claims.page_of[np.concatenate([one, two])])
    listed = {number: _list_agencies(claims.pages[number]) for number in used.tolist()}
    pages = zip(claims.page_of[one].tolist(), claims.page_of[two].tolist(), strict=True)
    return np.array([not listed[a].isdisjoint(listed[b]) for a, b in pages], np.bool_)


def _list_agencies(page: Page) -> frozenset[str]:
    serving = None if page.url_is_claim else find_publisher(page.url)
    return list_agencies_of(page.agency, page.outlet, serving)


def _are_near(one: Longs, two: Longs, claims: Claims, hours: int) -> Flags:
    starts, ends = claims.starts, claims.ends
    is_dated = (starts[one] != NO_TIME) & (starts[two] != NO_TIME)
    gap = np.maximum(starts[one], starts[two]) - np.minimum(ends[one], ends[two])
    days = claims.days.cast(pa.int32()).to_numpy(zero_copy_only=False).astype(np.int64)
    is_near: Flags = np.where(is_dated, gap <= hours * HOUR, 24 * np.abs(days[one] - days[two]) <= hours)
    return is_near
