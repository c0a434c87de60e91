"""ARC, the archives from before WARC: the same pages at places where they can be read, nothing else."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storyfold.discover.archives import find_in_archives
from storyfold.discover.candidates import Candidate
from storyfold.fetch.archive import read_record
from storyfold.fetch.content import Content, check_text
from storyfold.outcomes import Reason, Rejected
from storyfold.web.warc import is_archive_file, read_record_at

HEAD = "filedesc://a.arc 0.0.0.0 20010203040506 text/plain"
FIELDS = {1: "URL IP-address Archive-date Content-type Archive-length"}
FIELDS[2] = FIELDS[1].replace("Archive-length", "Result-code Checksum Location Offset Filename Archive-length")
FORGED = b"http://a.example/no 1.2.3.4 20010203040506 text/html 3\nabc"
PAGE = b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<p>page"


def line(version: int, start: str, length: int) -> bytes:
    more = " 200 abc123 - 1234 a.arc" if version == 2 else ""
    return f"{start}{more} {length}\n".encode()


def arc(version: int, *records: tuple[str, str, bytes]) -> list[bytes]:
    """The records of an ARC, its own first; each is an address, a media type and a block."""
    own = f"{version} 0 Nobody\n{FIELDS[version]}\n".encode()
    parts = [line(version, HEAD, len(own)) + own + b"\n"]
    for url, media_type, block in records:
        parts.append(line(version, f"{url} 192.0.2.7 20010203040506 {media_type}", len(block)) + block + b"\n")
    return parts


RECORDS = [
    ("http://a.example/one", "text/html", PAGE + b" one"),
    ("dns:a.example", "text/dns", b"20010203 192.0.2.7"),
    ("http://a.example/picture", "image/gif", PAGE.replace(b"text/html", b"image/gif")),
    (
        "http://a.example/a b",
        "text/html",
        PAGE + b" two\n\n" + FORGED,
    ),
    ("http://a.example/gone", "text/html", PAGE.replace(b"200 OK", b"404 No")),
    ("ftp://a.example/file", "text/html", b"<p>three"),
]


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("squeeze", ["plain", "members", "whole"])
def test_pages_of_an_arc_are_found_and_read(tmp_path, version, squeeze):
    parts = arc(version, *RECORDS)
    data = b"".join(map(gzip.compress, parts)) if squeeze == "members" else b"".join(parts)
    path = tmp_path / "a.arc.gz"
    path.write_bytes(gzip.compress(data) if squeeze == "whole" else data)
    *found, passed = find_in_archives(str(path))
    assert passed.detail == "3 records: 1 image/gif, 1 text/dns, 1 warcinfo"
    assert passed.reason is Reason.PASSED_RECORDS
    assert [f.name for f in found[::2]] == [RECORDS[0][0], RECORDS[4][0]]
    pages = []
    for candidate in found:
        assert isinstance(candidate, Candidate)
        try:
            pages.append(read_record(path, candidate.offset or 0, 10_000))
        except Rejected as rejected:
            pages.append(rejected.reason)
    assert pages[2] is Reason.HTTP_ERROR
    texts = [p.data.partition(b"\n")[0] for p in pages if isinstance(p, Content)]
    assert texts == [b"<p>page one", b"<p>page two", b"<p>three"]
    assert {p.seen_at for p in pages if isinstance(p, Content)} == {datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)}
    assert pages[1].data.endswith(b"abc")  # what looks like a record in a page is none


@pytest.mark.parametrize("cut", [40, 150, 230, 290])
def test_a_cut_arc_gives_what_is_before_the_cut(tmp_path, cut):
    parts = arc(1, *RECORDS)
    path = tmp_path / "a.arc"
    path.write_bytes(b"".join(parts)[:cut])
    found = list(find_in_archives(str(path)))
    whole = sum(len(parts[0]) + len(parts[1]) - 1 <= cut for _ in [0])
    assert sum(isinstance(f, Candidate) for f in found) == whole
    assert [f.reason for f in found if not isinstance(f, Candidate)][:1] == [Reason.CUT_ARCHIVE]


@pytest.mark.parametrize("change", [-3, 4])
def test_an_arc_record_with_a_wrong_length_is_refused(tmp_path, change):
    first, one, two = arc(1, RECORDS[0], RECORDS[4])
    length = len(RECORDS[0][2])
    path = tmp_path / "a.arc"
    path.write_bytes(first + one.replace(f" {length}\n".encode(), f" {length + change}\n".encode()) + two)
    found = list(find_in_archives(str(path)))
    assert not [f for f in found if isinstance(f, Candidate)]
    assert found[0].reason is Reason.CUT_ARCHIVE
    with pytest.raises(Rejected):
        read_record_at(path, len(first), 1_000)


@pytest.mark.parametrize("data", [b"".join(arc(1, *RECORDS)), b"WARC/1.1\r\nWARC-Type: warcinfo\r\n\r\n"])
def test_an_archive_under_another_name_is_told_and_never_taken_for_a_page(tmp_path, data):
    path = Path(tmp_path, "crawl.txt")
    for stored in (data, gzip.compress(data)):
        path.write_bytes(stored)
        assert is_archive_file(path)
    with pytest.raises(Rejected, match="web archive"):
        check_text(Content(data=data, media_type="text/plain"))
    path.write_bytes(b"<p>filedesc://")
    assert not is_archive_file(path)
