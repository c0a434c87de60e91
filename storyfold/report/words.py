"""Words for people from values of the lake; text from pages is hostile until it has passed `plain`."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime

from storyfold.addresses import split

# Controls that move the cursor, colour a terminal or turn the reading direction of what follows (Unicode UAX #9).
_UNSEEN = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def plain(text: str | None, limit: int = 200) -> str:
    """One line of at most `limit` characters without control or direction characters; '' for None."""
    if not text:
        return ""
    start = text[: 4 * limit]  # enough to fill a line; a title of megabytes is not walked
    seen = "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in start if c not in _UNSEEN)
    line = " ".join(seen.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def web_address(url: str | None) -> str | None:
    """The address if it is http or https, else None: `javascript:` and its like must not become a link."""
    if not url or any(unicodedata.category(c) == "Cc" for c in url):
        return None
    return url if split(url) else None


def moment(value: datetime | None, precision: str = "minute") -> str:
    """A time in UTC as `2 Mar 2026, 08:55`, a day as `2 Mar 2026`; 'unknown' for None."""
    if value is None:
        return "unknown"
    day = f"{value.day} {value:%b} {value.year}"
    return day if precision in ("day", "none") else f"{day}, {value:%H:%M}"


def number(value: float) -> str:
    """A whole number with thin groups of three, as in `12,345`; others with up to three digits after the point."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.3f}".rstrip("0")


def duration(seconds: float) -> str:
    """`8.4 s`, `12 min 5 s` or `3 h 20 min`."""
    if round(seconds, 1) < 60:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def counted(count: int, one: str, many: str | None = None) -> str:
    """`1 article`, `12 articles`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def first_words(outlet: str | None, when: str, maybe_earlier: int, same_text: Sequence[str]) -> str:
    """Say who told a story first; where that is a guess, that it is not known, and why."""
    name = plain(outlet, 40) or "unknown outlet"
    if not maybe_earlier and not same_text:
        return f"first: {name}, {when}"
    others = [f"same text: {plain(', '.join(same_text), 50)}"] if same_text else []
    if maybe_earlier:
        others.append(f"{maybe_earlier} other{'s' if maybe_earlier > 1 else ''} may be earlier")
    return f"not known which was first: {name}, {when}; {'; '.join(others)}"


def dry_words(name: str, warning: str, kept: int, usual: float | None) -> str:
    """Say how a source dries up, as in `Example Times: nothing found tonight; 12 articles a night before`."""
    given = counted(kept, "article") if warning == "less than half" else warning
    before = f"{number(usual or 0)} article{'' if usual == 1 else 's'} a night before"
    return f"{plain(name, 40)}: {given} tonight; {before}"
