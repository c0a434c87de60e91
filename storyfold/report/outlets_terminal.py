"""Render the outlets of a lake as plain text: a line each, then the probable mirrors with what shows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from storyfold.report.formatting import format_count, format_number, make_plain
from storyfold.report.outlet_record import OutletRecord

_NAME, _WHO, _OWNER = 30, 28, 20  # characters of these columns
_HEAD = (
    f"{'Outlet':<{_NAME}} {'Known by':<{_WHO}} {'articles':>8} {'own':>6} {'copies':>6} {'share':>5} {'stories':>7}  "
    f"{'Owner':<{_OWNER}} Kind"
)


def render_outlet_lines(records: Sequence[OutletRecord]) -> list[str]:
    """Return the lines of all outlets; no text of a page can steer the terminal."""
    if not records:
        return ["This lake has no article yet."]
    lines = [_HEAD, *(_render_row(record) for record in records)]
    mirrors = [record for record in records if record.probable_mirror]
    if mirrors:
        lines += ["", "Probable mirrors: outlets that have others' texts and were never first"]
        lines += [f"  {describe_mirror(record)}" for record in mirrors]
    lines += ["", *_list_sources(records)]
    return [line.rstrip() for line in lines]


def describe_mirror(record: OutletRecord) -> str:
    """Say what in an outlet's record shows that it repeats others."""
    copied = f"{format_number(record.copies_of_others)} of {format_count(record.articles, 'text')} are others'"
    never = f"first in {record.first_in} of {format_count(record.shared_families, 'family', 'families')} of several"
    told = [copied, never]
    if record.median_lag_hours is not None:
        told.append(f"in the median {format_number(round(record.median_lag_hours, 1))} hours behind the original")
    if record.maybe_copies:
        told.append(f"of {format_number(record.maybe_copies)} more it is not known who was first")
    if record.contradicted_dates:
        told.append(f"{format_count(record.contradicted_dates, 'date')} contradicted by its family")
    if record.unsure_dates:
        told.append(f"{format_count(record.unsure_dates, 'date')} unsure or unknown")
    return f"{make_plain(record.name, 40)} ({make_plain(record.outlet, 40)}): {'; '.join(told)}"


def _render_row(record: OutletRecord) -> str:
    kind = f"{make_plain(record.kind, 12) or ''} {make_plain(record.country, 2) or ''}".strip()
    if record.mirror_of:
        kind += f" mirror of {make_plain(record.mirror_of, 30)}"
    elif record.probable_mirror:
        kind += " (probable mirror)"
    return (
        f"{make_plain(record.name, _NAME):<{_NAME}} {make_plain(record.outlet, _WHO):<{_WHO}} {record.articles:>8,} "
        f"{record.originals:>6,} {record.copies_of_others:>6,} {record.share_copied:>5.0%} {record.stories:>7,}  "
        f"{make_plain(record.owner, _OWNER):<{_OWNER}} {kind}"
    )


def _list_sources(records: Iterable[OutletRecord]) -> list[str]:
    """List once each what says whose outlets are, and when that was read."""
    found = sorted({(record.source, record.source_date) for record in records if record.source and record.source_date})
    if not found:
        return ["No outlet of this lake is in the list of outlets: none has a known owner."]
    told = [f"  {make_plain(source, 90)}, read on {day}" for source, day in found]
    return ["Owners and kinds as said by, on that day and perhaps no longer:", *told]
