"""Find the pages in web archives: one candidate for each record that could hold a page; the others are counted.

The headers of a record decide, and nothing is left out in silence. A record that could be a page is an item, and its
fate comes with its bytes: an error response, or bytes that are no text, are rejected with their reason. A record that
by its headers is no page (requests, pictures, scripts, redirects) is no item: an archive has a hundred of them for
each page. One row an archive says how many there were, of which kinds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from storyfold.discover.candidates import Candidate, Outcome, Refusal, make_printable, make_refusal
from storyfold.discover.folders import FoundFile, find_files
from storyfold.outcomes import Reason
from storyfold.web.decoding import PAGE_TYPES, read_content_type
from storyfold.web.messages import find_header
from storyfold.web.record_bytes import DamagedRecord
from storyfold.web.urls import split_url
from storyfold.web.warc import Record, is_archive, read_records, split_http_head

# Types that do not say what the bytes are: the first three as in the WHATWG MIME Sniffing standard (section 7.1).
VAGUE_TYPES = frozenset({
    "unknown/unknown", "application/unknown", "*/*", "application/octet-stream", "application/html",
    "application/xml", "text/xml",
})  # fmt: skip
KINDS_SHOWN = 6  # kinds of passed records that the detail names, the commonest first


def find_in_archives(location: str) -> Iterator[Outcome]:
    """Yield the pages of the archives that a path, folder or glob names, in the order of their records."""
    for found in find_files(location, is_archive):
        if isinstance(found, Refusal):
            yield found
        else:
            yield from _find_records(found)


def _find_records(archive: FoundFile) -> Iterator[Outcome]:
    location = str(archive.path)
    passed: Counter[str] = Counter()
    try:
        for record in read_records(archive.path):
            if isinstance(record, DamagedRecord):
                yield make_refusal(location, record, record.offset)
            elif kind := explain_no_page(record):
                passed[kind] += 1
            else:
                name = _make_name(archive, record)
                yield Candidate(method="archive", location=location, name=name, offset=record.offset)
    except DamagedRecord as error:
        yield make_refusal(location, error, error.offset)
    except OSError as error:
        detail = error.strerror or str(error)
        yield Refusal(location=make_printable(location), reason=Reason.UNREADABLE_INPUT, detail=detail)
    if passed:
        yield Refusal(location=location, reason=Reason.PASSED_RECORDS, detail=_describe_counts(passed))


def explain_no_page(record: Record) -> str | None:
    """Return what a record is by its headers, where that is no page; None for one that could be a page.

    That is a response, a resource, or a text made of one (WET), whose media type is that of a page, or says nothing.
    A `revisit` has no bytes of its own, and a redirect none of a page.
    """
    if record.type not in ("response", "resource", "conversion"):
        return record.type or "record without a type"
    content_type = record.headers.get("content-type")
    if record.type == "response":
        head = split_http_head(record.block)
        if head is not None:
            status, headers, _ = head
            if 300 <= status < 400:
                return "redirect"
            content_type = find_header(headers, "content-type")
        elif read_content_type(content_type)[0] == "application/http":
            return None
    media_type = read_content_type(content_type)[0]
    return None if media_type is None or media_type in PAGE_TYPES or media_type in VAGUE_TYPES else media_type


def _describe_counts(passed: Counter[str]) -> str:
    ranked = sorted(passed.items(), key=lambda item: (-item[1], item[0]))
    shown = [f"{count} {kind[:80]}" for kind, count in ranked[:KINDS_SHOWN]]
    if rest := sum(count for _, count in ranked[KINDS_SHOWN:]):
        shown.append(f"{rest} others")
    total = passed.total()
    return f"{total} {'record' if total == 1 else 'records'}: {', '.join(shown)}"


def _make_name(archive: FoundFile, record: Record) -> str:
    """Return the page's address; for a record without one a name of its own, which makes its article's id."""
    return record.target if record.target and split_url(record.target) else f"{archive.name}#{record.offset}"
