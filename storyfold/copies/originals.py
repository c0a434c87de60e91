"""Choose which member of each family wrote its text, by what the members say of themselves."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from storyfold.copies.claims import NO_TIME, Claims, Page
from storyfold.credits.agency_outlets import list_agency_names, list_own_names, normalize_outlet
from storyfold.kernels.arrays import Flags, Longs
from storyfold.kernels.compiled import compiled
from storyfold.web.publishers import find_publisher

NONE_SEEN = -1  # in place of an original that was not seen
UNKNOWN = -1  # in place of a name
_LATEST = np.iinfo(np.int64).max


class Credits(NamedTuple):
    """Whose text each article says it is, where it stands, and when it was published; names are numbers.

    The agencies are numbered in the order of their names; agency k has the names `own_names[own_starts[k]:own_starts[k
    + 1]]` on its own pages.
    """

    agencies: Longs  # credited, UNKNOWN where none is
    outlets: Longs
    serving: Longs  # the publisher at whose address it stood
    named: Longs  # the publisher of the address that it names as the original's
    is_agency: Flags  # it stands on the page of an agency
    credits_other: Flags  # it credits an agency that is not its own outlet
    starts: Longs  # as in `Claims`
    ends: Longs
    own_starts: Longs
    own_names: Longs


def read_credits(claims: Claims, numbers: Longs) -> Credits:
    """Read the credits of these articles; those of the others are left unknown."""
    used = np.unique(claims.page_of[numbers])
    pages = [claims.pages[number] for number in used.tolist()]
    agencies = sorted({page.agency for page in pages if page.agency})
    place_of = {agency: place for place, agency in enumerate(agencies)}
    names: dict[str | None, int] = {None: UNKNOWN}
    rows = np.full((len(claims.pages), 4), UNKNOWN)
    flags = np.zeros((len(claims.pages), 2), np.bool_)
    for number, page in zip(used.tolist(), pages, strict=True):
        outlet, serving, named = _name_page(page)
        known = [names.setdefault(name, len(names)) for name in (outlet, serving, named)]
        rows[number] = [place_of.get(page.agency or "", UNKNOWN), *known]
        own = list_own_names(page.agency) if page.agency else frozenset()
        is_agency = not list_agency_names().isdisjoint((outlet, serving))
        flags[number] = is_agency, bool(page.agency) and own.isdisjoint((outlet, serving))
    own_names = [sorted(names[name] for name in list_own_names(agency) if name in names) for agency in agencies]
    of_article, flagged = rows[claims.page_of], flags[claims.page_of]
    return Credits(
        np.ascontiguousarray(of_article[:, 0]),
        np.ascontiguousarray(of_article[:, 1]),
        np.ascontiguousarray(of_article[:, 2]),
        np.ascontiguousarray(of_article[:, 3]),
        np.ascontiguousarray(flagged[:, 0]),
        np.ascontiguousarray(flagged[:, 1]),
        claims.starts,
        claims.ends,
        np.append(0, np.cumsum([len(listed) for listed in own_names])).astype(np.int64),
        np.array([name for listed in own_names for name in listed], np.int64),
    )


def _name_page(page: Page) -> tuple[str, str | None, str | None]:
    """Name the outlet of a page, the publisher that served it, and the one it names as the original's."""
    serving = None if page.url_is_claim else find_publisher(page.url)
    return normalize_outlet(page.outlet), serving, find_publisher(page.original_url or page.canonical_url)


@compiled
def choose_originals(starts: Longs, members: Longs, is_whole: Flags, given: Credits) -> Longs:
    """Choose of each family the member that wrote its text, of those that have most of it; NONE_SEEN if none did.

    Family f has the `members[starts[f]:starts[f + 1]]`, in the founders' order; `is_whole` says which have most of it.

    The credited agency's own page; else the page that others' canonical links point to; else, where anybody credits
    an agency, only a page without the credit that is confidently dated before all that have it; else an agency's page,
    else the earliest confident date, then the day first seen, then the smallest id.
    """
    originals, most = np.full(len(starts) - 1, NONE_SEEN, np.int64), 0
    for number in members:
        most = max(most, given.serving[number], given.named[number])
    marks = np.zeros(most + 1, np.bool_)
    for family in range(len(starts) - 1):
        whole = members[starts[family] : starts[family + 1]][is_whole[starts[family] : starts[family + 1]]]
        chosen = np.zeros(len(whole), np.bool_)
        if _mark_own_agency(whole, given, chosen) or _mark_named(whole, given, marks, chosen):
            originals[family] = _choose_earliest(whole, chosen, given)
            continue
        if _mark_without_credit(whole, given, chosen):
            originals[family] = _choose_earliest(whole, chosen, given)
    return originals


@compiled(called_by_kernels=True)
def _mark_own_agency(whole: Longs, given: Credits, chosen: Flags) -> bool:
    """Mark the pages of the first credited agency that has any; return whether there are such."""
    last = UNKNOWN
    while True:
        agency = UNKNOWN
        for number in whole:
            if given.agencies[number] > last and (agency == UNKNOWN or given.agencies[number] < agency):
                agency = given.agencies[number]
        if agency == UNKNOWN:
            return False
        found = False
        for place in range(len(whole)):
            number = whole[place]
            chosen[place] = not given.credits_other[number] and _is_agencys(number, agency, given)
            found = found or chosen[place]
        if found:
            return True
        last = agency


@compiled(called_by_kernels=True)
def _is_agencys(number: int, agency: int, given: Credits) -> bool:
    """Say whether an article stands on the agency's own page."""
    for row in range(given.own_starts[agency], given.own_starts[agency + 1]):
        if given.own_names[row] == given.outlets[number] or given.own_names[row] == given.serving[number]:
            return True
    return False


@compiled(called_by_kernels=True)
def _mark_named(whole: Longs, given: Credits, marks: Flags, chosen: Flags) -> bool:
    """Mark the pages of publishers that others name as the original's; `marks`, an entry a name, is clear and stays so.

    Returns whether there are such.
    """
    for number in whole:
        serving, named = given.serving[number], given.named[number]
        if serving != UNKNOWN and named not in (UNKNOWN, serving):
            marks[named] = True
    found = False
    for place in range(len(whole)):
        serving = given.serving[whole[place]]
        chosen[place] = serving != UNKNOWN and marks[serving]
        found = found or chosen[place]
    for number in whole:
        if given.named[number] != UNKNOWN:
            marks[given.named[number]] = False
    return found


@compiled(called_by_kernels=True)
def _mark_without_credit(whole: Longs, given: Credits, chosen: Flags) -> bool:
    """Mark who may have written a text that no agency's page claims; return whether anybody may.

    Where nobody credits an agency: the agencies' pages, or all. Else those without the credit that are dated before all
    that have it, which must all be dated.
    """
    earliest, credited, agencies = _LATEST, False, False
    for number in whole:
        if given.credits_other[number]:
            credited = True
            if given.starts[number] == NO_TIME:
                earliest = NO_TIME
            earliest = min(earliest, given.starts[number])
        agencies = agencies or given.is_agency[number]
    found = False
    for place in range(len(whole)):
        number = whole[place]
        if credited:
            is_before = given.starts[number] != NO_TIME and given.ends[number] <= earliest
            chosen[place] = not given.credits_other[number] and is_before
        else:
            chosen[place] = given.is_agency[number] or not agencies
        found = found or chosen[place]
    return found


@compiled(called_by_kernels=True)
def _choose_earliest(whole: Longs, chosen: Flags, given: Credits) -> int:
    """Choose the earliest confidently dated of the chosen; where dates meet, the most exact one; else the first.

    A day alone decides nothing within that day, and who was fetched some milliseconds earlier says nothing of it.
    """
    earliest_end, first, best, best_length = _LATEST, -1, -1, 0
    for place in range(len(whole)):
        if chosen[place]:
            first = whole[place] if first < 0 else first
            if given.starts[whole[place]] != NO_TIME:
                earliest_end = min(earliest_end, given.ends[whole[place]])
    for place in range(len(whole)):
        number = whole[place]
        start = given.starts[number]
        if chosen[place] and start != NO_TIME and start < earliest_end:
            length = given.ends[number] - start
            if best < 0 or length < best_length or (length == best_length and start < given.starts[best]):
                best, best_length = number, length
    return first if best < 0 else best
