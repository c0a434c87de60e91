"""Find the articles that an RSS or Atom feed names."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

import feedparser

from storyfold.dates.claims import read_claims
from storyfold.discover.candidates import Candidate, Outcome, Refusal, make_printable, make_refusal
from storyfold.discover.character_references import mend_references
from storyfold.discover.list_requests import ListRequests
from storyfold.outcomes import Reason, Rejected
from storyfold.schemas.pages import DateClaim
from storyfold.web.messages import Response
from storyfold.web.urls import split_url

# Bytes of one feed: the parser takes up to 8 microseconds a byte on broken markup, so this bounds it near a minute.
# Feeds of news sites have well under 2 MB.
FEED_BYTES = 8 * 1024 * 1024
# What feedparser was seen to raise on mutated feeds (ValueError, KeyError, OverflowError), and what the parsers
# beneath it document.
FEED_FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)
TITLE_CHARACTERS = 1_000  # far beyond any headline; a feed can put a whole text there


def find_in_feed(address: str, list_requests: ListRequests, zone: str | None) -> Iterator[Outcome]:
    """Yield the feed's entries in its order, or one refusal where it is no feed or no response came."""
    try:
        response = list_requests.send(address, FEED_BYTES)
        feed = read_feed(response)
    except Rejected as error:
        if error.reason is Reason.NOT_A_FEED:
            list_requests.mark_last_failed(error.reason)
        yield make_refusal(address, error)
        return
    is_rss = str(feed.version).startswith("rss")
    for number, entry in enumerate(feed.entries, 1):
        yield _make_outcome(address, response, number, entry, _read_entry_claims(entry, zone, is_rss=is_rss))


def read_feed(response: Response) -> Any:
    """Return the parsed feed; raise Rejected NOT_A_FEED for anything that is neither RSS nor Atom."""
    content_type = response.find_header("content-type")
    headers = {"content-location": response.final_url, **({"content-type": content_type} if content_type else {})}
    try:
        # A stream, as bytes would first be tried as the name of a file. Its text is not shown, so not cleaned.
        feed = feedparser.parse(
            io.BytesIO(mend_references(response.content)),
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except FEED_FAULTS as error:
        raise Rejected(Reason.NOT_A_FEED, f"the feed cannot be parsed: {error!r:.200}") from None
    if not feed.get("version"):
        raise Rejected(Reason.NOT_A_FEED, f"neither RSS nor Atom; it claims to be {content_type or 'nothing'}")
    return feed


def _make_outcome(
    address: str, response: Response, number: int, entry: Mapping[str, Any], claims: tuple[DateClaim, ...]
) -> Outcome:
    link = _find_link(entry)
    title = " ".join(make_printable(str(entry.get("title") or "")).split())[:TITLE_CHARACTERS] or None
    if link is None:
        detail = f"entry {number} has no address: {(title or 'no title')[:100]}"
        return Refusal(location=address, reason=Reason.BAD_URL, detail=detail)
    parts = split_url(link, response.final_url)
    if parts is None:
        return Refusal(location=link, reason=Reason.BAD_URL, detail=f"entry {number} of {address}")
    location = parts._replace(fragment="").geturl()
    return Candidate(method="http", location=location, name=location, title=title, date_claims=claims)


def _find_link(entry: Mapping[str, Any]) -> str | None:
    """Return the article's own address, before the feed service's that only counts visitors; None if there is none."""
    for key in ("feedburner_origlink", "link"):
        if isinstance(value := entry.get(key), str) and value.strip():
            return make_printable(value.strip())
    return None


def _read_entry_claims(entry: Mapping[str, Any], zone: str | None, *, is_rss: bool) -> tuple[DateClaim, ...]:
    """Read when an entry was published and updated; RSS with one date alone (dc:date) means the first."""
    published = read_claims([("feed", make_printable(str(entry.get("published") or "")))], zone)
    # `in` and not `get`: for a missing `updated` the library gives `published`.
    updated = make_printable(str(entry["updated"])) if "updated" in entry else None
    return published + read_claims([("feed" if is_rss and not published else "modified-feed", updated)], zone)
