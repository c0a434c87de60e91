"""Pages in web archives: one candidate for each record that could hold a page; the others are counted.

What a record says of itself decides, and nothing passes in silence. A record that could be a page is an item, and its
fate comes with its bytes: an answer that is an error, or bytes that are no text, are rejected with their reason. One
that by its own word is none (requests, pictures, scripts, redirects) is no item: an archive has a hundred of them
for each page. One row an archive says how many there were, of which kinds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from storyfold.discover.candidates import Candidate, Outcome, Refusal, make_printable, make_refusal
from storyfold.discover.folders import FoundFile, find_files
from storyfold.outcomes import Reason
from storyfold.web.decoding import PAGE_TYPES, read_content_type
from storyfold.web.messages import find_header
from storyfold.web.record_bytes import Damaged
from storyfold.web.urls import split_url
from storyfold.web.warc import Record, is_archive, split_http_head, walk

# Types that do not tell what the bytes are: the first three as in the WHATWG MIME Sniffing standard (section 7.1).
VAGUE_TYPES = frozenset({
    "unknown/unknown", "application/unknown", "*/*", "application/octet-stream", "application/html",
    "application/xml", "text/xml",
})  # fmt: skip
KINDS_SHOWN = 6  # kinds of passed records that the detail names, the commonest first


def find_in_archives(place: str) -> Iterator[Outcome]:
    """The pages of the archives that a path, folder or glob names, in the order of their records."""
    for found in find_files(place, is_archive):
        if isinstance(found, Refusal):
            yield found
        else:
            yield from _records(found)


def _records(archive: FoundFile) -> Iterator[Outcome]:
    location = str(archive.path)
    passed: Counter[str] = Counter()
    try:
        for record in walk(archive.path):
            if isinstance(record, Damaged):
                yield make_refusal(location, record, record.offset)
            elif kind := explain_no_page(record):
                passed[kind] += 1
            else:
                name = _name(archive, record)
                yield Candidate(method="archive", location=location, name=name, offset=record.offset)
    except Damaged as error:
        yield make_refusal(location, error, error.offset)
    except OSError as error:
        detail = error.strerror or str(error)
        yield Refusal(location=make_printable(location), reason=Reason.UNREADABLE_INPUT, detail=detail)
    if passed:
        yield Refusal(location=location, reason=Reason.PASSED_RECORDS, detail=_counted(passed))


def explain_no_page(record: Record) -> str | None:
    """What a record is by its own word, where that is no page; None for one that could be a page.

    That is an answer, a resource, or a text made of one (WET), whose media type is that of a page, or says nothing.
    A `revisit` has no bytes of its own, and a redirect none of a page.
    """
    if record.type not in ("response", "resource", "conversion"):
        return record.type or "record without a type"
    said = record.headers.get("content-type")
    if record.type == "response":
        head = split_http_head(record.block)
        if head is not None:
            status, headers, _ = head
            if 300 <= status < 400:
                return "redirect"
            said = find_header(headers, "content-type")
        elif read_content_type(said)[0] == "application/http":
            return None
    media_type = read_content_type(said)[0]
    return None if media_type is None or media_type in PAGE_TYPES or media_type in VAGUE_TYPES else media_type


def _counted(passed: Counter[str]) -> str:
    ranked = sorted(passed.items(), key=lambda item: (-item[1], item[0]))
    told = [f"{count} {kind[:80]}" for kind, count in ranked[:KINDS_SHOWN]]
    if rest := sum(count for _, count in ranked[KINDS_SHOWN:]):
        told.append(f"{rest} others")
    total = passed.total()
    return f"{total} {'record' if total == 1 else 'records'}: {', '.join(told)}"


def _name(archive: FoundFile, record: Record) -> str:
    """The page's address; for a record of something else a name of its own, which makes its article's id."""
    return record.target if record.target and split_url(record.target) else f"{archive.name}#{record.offset}"
