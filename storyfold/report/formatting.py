"""Format values for people; text from pages is hostile until it went through `make_plain` or `strip_marks`."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime

from storyfold.output.visible import MOST_CHARACTERS, limit_marks, make_visible, shorten, strip_marks
from storyfold.web.urls import split_url


def make_plain(text: str | None, limit: int = 200) -> str:
    """Make one line of at most `limit` characters for a terminal, controls and direction marks spelt out."""
    return shorten(make_visible(" ".join(limit_marks((text or "")[:MOST_CHARACTERS]).split())), limit)


def strip_lines(text: str) -> str:
    """Return a text for a page with its words as they stand, paragraphs on lines of their own, nothing that steers it.

    White space around it counts: what is marked in a sentence is parted from its neighbours by it.
    """
    lines = [strip_marks(line, len(line) + 1) for line in text.splitlines()]
    kept = "\n".join(line for line in lines if line)
    if not kept:
        return " " if text else ""
    return f"{' ' if text[0].isspace() else ''}{kept}{' ' if text[-1].isspace() else ''}"


def find_web_address(url: str | None) -> str | None:
    """Return the address if it is http or https, else None: `javascript:` and its like must not become a link."""
    if not url or any(unicodedata.category(c) == "Cc" for c in url):
        return None
    return url if split_url(url) else None


def name_unseen_original(agency: str | None) -> str:
    """Name an original that was not seen by the agency that its copy credits, where it credits one."""
    named = make_plain(agency, 40)
    return f"{named}, original not seen" if named else "an original that was not seen"


def format_moment(value: datetime | None, precision: str = "minute") -> str:
    """Format a time in UTC as `2 Mar 2026, 08:55`, a day as `2 Mar 2026`; 'unknown' for None."""
    if value is None:
        return "unknown"
    day = f"{value.day} {value:%b} {value.year}"
    return day if precision in ("day", "none") else f"{day}, {value:%H:%M}"


def format_number(value: float) -> str:
    """Format a whole number in groups of three, as in `12,345`; others with up to three digits after the point."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.3f}".rstrip("0")


def format_duration(seconds: float) -> str:
    """Format seconds as `8.4 s`, `12 min 5 s` or `3 h 20 min`."""
    if round(seconds, 1) < 60:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def format_count(count: int, one: str, many: str | None = None) -> str:
    """Format a count with its noun, as in `1 article` and `12 articles`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def list_reasons(found: Iterable[tuple[str, str, int]]) -> list[str]:
    """List each reason once, as `http-error 3 (fetch 2, discover 1)`, the most frequent first.

    `found` has reason, stage and pages.
    """
    stages: dict[str, dict[str, int]] = {}
    for reason, stage, pages in found:
        counts = stages.setdefault(reason, {})
        counts[stage] = counts.get(stage, 0) + pages
    ordered = sorted(stages.items(), key=lambda item: (-sum(item[1].values()), item[0]))
    return [
        f"{make_plain(reason, 30)} {format_number(sum(counts.values()))} ({list_stages(counts.items())})"
        for reason, counts in ordered
    ]


def list_stages(counts: Iterable[tuple[str, int]]) -> str:
    """List stages: `parse` for one, `fetch 2, discover 1` for several, with their pages."""
    ordered = sorted(counts, key=lambda item: (-item[1], item[0]))
    if len(ordered) == 1:
        return make_plain(ordered[0][0], 20)
    return ", ".join(f"{make_plain(stage, 20)} {format_number(pages)}" for stage, pages in ordered)


def fit_to_width(head: str, parts: Sequence[str], width: int, most: int) -> list[str]:
    """Set the parts after `head` on at most `most` lines of `width` characters; say how many are left out."""
    lines, indent = [head], " " * (len(head) - len(head.lstrip()) + 2)
    for index, part in enumerate(parts):
        piece = part if index == len(parts) - 1 else part + ","
        room = width if len(lines) < most else width - len(f" and {len(parts)} more")
        if len(lines[-1]) + 1 + len(piece) > room:
            if len(lines) == most:
                lines[-1] += f" and {len(parts) - index} more"
                break
            lines.append(indent + piece)
        else:
            lines[-1] += " " + piece
    return lines


def describe_first_report(outlet: str | None, when: str, maybe_earlier: int, same_text: Sequence[str]) -> str:
    """Name who reported a story first; where that is a guess, say that it is not known, and why."""
    name = make_plain(outlet, 40) or "unknown outlet"
    if not maybe_earlier and not same_text:
        return f"first: {name}, {when}"
    others = [f"same text: {make_plain(', '.join(same_text), 50)}"] if same_text else []
    if maybe_earlier:
        others.append(f"{maybe_earlier} other{'s' if maybe_earlier > 1 else ''} may be earlier")
    return f"not known which was first: {name}, {when}; {'; '.join(others)}"


def describe_warning(name: str, warning: str, kept: int, usual: float | None) -> str:
    """Describe a source that gives less, as in `Example Times: nothing found tonight; 12 articles a night before`."""
    given = format_count(kept, "article") if warning == "less than half" else warning
    before = f"{format_number(usual or 0)} article{'' if usual == 1 else 's'} a night before"
    return f"{make_plain(name, 40)}: {given} tonight; {before}"
