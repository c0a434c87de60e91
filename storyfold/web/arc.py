"""Read ARC, the web archives from before WARC: translate each record's one line of head to WARC's fields.

A record is a line `URL IP DATE TYPE LENGTH` (version 1) or `URL IP DATE TYPE RESULT CHECKSUM LOCATION OFFSET FILE
LENGTH` (version 2), its bytes, and a line end. The first record is the file's own, at `filedesc://`
(archive.org/web/researcher/ArcFileFormat.php).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

ARC_MAGIC = b"filedesc://"
LONGEST_LINE = 16 * 1024  # bytes; addresses have at most a few thousand
_LINE = re.compile(
    rb"([A-Za-z][A-Za-z0-9+.-]{0,20}:[^\n]{0,16000}?) ([0-9A-Fa-f.:]{1,45}|-) (\d{8,14}) ([^ \n]{1,200})"
    rb"(?: (\d{3}|-) ([^ \n]{1,200}) ([^ \n]{1,8000}) (\d{1,15}|-) ([^ \n]{1,1000}))? (\d{1,15})\r?\n"
)


def read_arc_head(data: bytes) -> tuple[Mapping[str, str], int] | None:
    """Translate an ARC record's line to WARC fields, and return where its block starts; None if there is no such line.

    A record of an HTTP address is a `response`, as ARC keeps them with their head; the file's own a `warcinfo`.
    """
    found = _LINE.match(data)
    if found is None:
        return None
    url = found[1].decode("utf-8", "replace")
    media_type = found[4].decode("latin-1")
    fields = {
        "warc-target-uri": url,
        "warc-date": _format_instant(found[3].decode()),
        "content-length": found[10].decode(),
    }
    if data.startswith(ARC_MAGIC):
        return fields | {"warc-type": "warcinfo", "content-type": media_type}, found.end()
    if data.startswith(b"HTTP/", found.end()) or url.lower().startswith(("http://", "https://")):
        return fields | {"warc-type": "response", "content-type": "application/http; msgtype=response"}, found.end()
    return fields | {"warc-type": "resource", "content-type": media_type}, found.end()


def _format_instant(digits: str) -> str:
    """Write ARC's 14 digits as WARC writes an instant; some writers leave the seconds or more out."""
    try:
        return datetime.strptime(digits.ljust(14, "0"), "%Y%m%d%H%M%S").replace(tzinfo=UTC).isoformat()
    except ValueError:
        return ""
