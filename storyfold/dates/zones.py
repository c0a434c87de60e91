"""Find the time zone that a page or feed means: by IANA name, by short name, or by where the source is."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

WIDEST_OFFSET = timedelta(hours=14)  # the tz database's largest offset from UTC (Pacific/Kiritimati)

# An IANA name follows daylight saving ("ET" in February is EST); a number is a fixed offset in minutes. US names:
# RFC 2822 section 4.3; the others: the tz database. Where a name has several meanings, the one that news feeds print
# it for: Indian, Atlantic, Gulf and British time.
ZONE_NAMES: dict[str, str | int] = {
    "z": 0, "utc": 0, "gmt": 0, "ut": 0, "wet": 0, "west": 60, "bst": 60,
    "et": "America/New_York", "est": -300, "edt": -240, "eastern": "America/New_York",
    "ct": "America/Chicago", "cst": -360, "cdt": -300, "central": "America/Chicago",
    "mt": "America/Denver", "mst": -420, "mdt": -360, "mountain": "America/Denver",
    "pt": "America/Los_Angeles", "pst": -480, "pdt": -420, "pacific": "America/Los_Angeles",
    "akst": -540, "akdt": -480, "hst": -600, "nst": -210, "ndt": -150, "ast": -240, "adt": -180,
    "cet": 60, "cest": 120, "mez": 60, "mesz": 120, "met": 60, "mest": 120, "eet": 120, "eest": 180,
    "msk": 180, "мск": 180, "trt": 180, "idt": 180, "gst": 240,
    "sast": 120, "cat": 120, "eat": 180, "wat": 60, "pkt": 300, "ist": 330, "npt": 345,
    "ict": 420, "wib": 420, "wita": 480, "wit": 540,
    "hkt": 480, "sgt": 480, "myt": 480, "pht": 480, "jst": 540, "kst": 540, "awst": 480, "acst": 570, "acdt": 630,
    "aest": 600, "aedt": 660, "aet": "Australia/Sydney", "nzst": 720, "nzdt": 780, "brt": -180, "art": -180,
}  # fmt: skip
# Names that a zone's own readers use and the tz database does not: Arabia's, Bangladesh's and Australia's. (Where the
# database knows the name in the source's zone, as IST in Dublin and Jerusalem or CST in Shanghai, it needs no line.)
LOCAL_NAMES: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        "Asia/Riyadh Asia/Kuwait Asia/Qatar Asia/Bahrain Asia/Baghdad Asia/Aden".split(), frozenset({"ast"})
    ),
    **dict.fromkeys(
        "Australia/Sydney Australia/Melbourne Australia/Canberra Australia/Hobart Australia/Brisbane".split(),
        frozenset({"est", "edt"}),
    ),
    "Asia/Dhaka": frozenset({"bst"}),
}

# Zones whose readers write the month first; the names are the tz database's.
MONTH_FIRST_ZONES = frozenset(
    "America/New_York America/Detroit America/Chicago America/Denver America/Phoenix America/Los_Angeles "
    "America/Anchorage Pacific/Honolulu Pacific/Guam America/Puerto_Rico Asia/Manila".split()
)
MONTH_FIRST_NAMES = frozenset(
    "et est edt eastern ct cst cdt central mt mst mdt mountain pt pst pdt pacific akst akdt hst".split()
)


@lru_cache(maxsize=1024)  # pages name zones too
def find_zone(name: str | None) -> ZoneInfo | None:
    """Find the zone of an IANA name; None where there is no such zone."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):  # unknown, a path outside the database, a folder of it
        return None


def choose_zone(short: str, local: datetime, source: ZoneInfo | None) -> tzinfo | None:
    """Choose the zone that a short name (folded) means beside a local time; None if it is unknown.

    The source's own comes first, where it is called so.
    """
    if source and short in LOCAL_NAMES.get(source.key, ()):
        return source
    if source and (local.replace(tzinfo=source).tzname() or "").lower() == short:
        return source
    meant = ZONE_NAMES.get(short)
    return timezone(timedelta(minutes=meant)) if isinstance(meant, int) else find_zone(meant)
