"""Pages in web archives: one candidate for each record that holds a page."""

from __future__ import annotations

from collections.abc import Iterator

from storyfold.addresses import split
from storyfold.answers import header
from storyfold.discover.folders import FoundFile, find_files
from storyfold.discover.outcomes import Candidate, Outcome, Refusal, printable, refusal
from storyfold.outcomes import Reason
from storyfold.payloads import PAGE_TYPES, content_type
from storyfold.warc import Damaged, Record, http_head, is_archive, walk

OK = 200


def find_in_archives(place: str) -> Iterator[Outcome]:
    """The pages of the archives that a path, folder or glob names, in the order of their records."""
    for found in find_files(place, is_archive):
        if isinstance(found, Refusal):
            yield found
        else:
            yield from _records(found)


def _records(archive: FoundFile) -> Iterator[Outcome]:
    location = str(archive.path)
    try:
        for record in walk(archive.path):
            if holds_page(record):
                name = _name(archive, record)
                yield Candidate(method="archive", location=location, name=name, offset=record.offset)
    except Damaged as error:
        yield refusal(location, error, error.offset)
    except OSError as error:
        detail = error.strerror or str(error)
        yield Refusal(location=printable(location), reason=Reason.UNREADABLE_INPUT, detail=detail)


def holds_page(record: Record) -> bool:
    """Whether a record is a web page: a good answer, a resource, or a text made of one (WET)."""
    if record.type == "response":
        head = http_head(record.block)
        return head is not None and head[0] == OK and content_type(header(head[1], "content-type"))[0] in PAGE_TYPES
    if record.type in ("resource", "conversion"):
        return content_type(record.headers.get("content-type"))[0] in PAGE_TYPES
    return False


def _name(archive: FoundFile, record: Record) -> str:
    """The page's address; for a record of something else a name of its own, which makes its article's id."""
    return record.target if record.target and split(record.target) else f"{archive.name}#{record.offset}"
