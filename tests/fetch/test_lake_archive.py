"""What is kept can be had again, byte for byte, by us and by others."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import io
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator
from hypothesis import given, settings
from hypothesis import strategies as st

from storyfold.fetch.archive import ArchiveWriter, read_page, read_record
from storyfold.outcomes import Reason, Rejected
from storyfold.schemas.pages import Page
from storyfold.settings.fetch import FetchSettings
from storyfold.web.messages import Response
from storyfold.web.warc import read_records

SEEN = datetime(2026, 3, 1, 12, 30, 15, tzinfo=UTC)
LIMIT = 1024 * 1024


def make_response(payload: bytes, *headers: tuple[str, str], content: bytes | None = None) -> Response:
    return Response(
        url="https://a.example/x",
        final_url="https://a.example/x?a=1",
        status=200,
        status_text="OK",
        headers=(("Content-Type", "text/html; charset=ISO-8859-2"), *headers),
        content=payload if content is None else content,
        payload=payload,
        seen_at=SEEN,
    )


@settings(max_examples=60, deadline=None)
@given(contents=st.lists(st.binary(max_size=3000), min_size=1, max_size=6), names=st.text(max_size=30))
def test_any_bytes_come_back_from_their_offset(contents, names):
    with tempfile.TemporaryDirectory() as folder:
        with ArchiveWriter(Path(folder), "night/batch.warc.gz") as store:
            files = [(store.add_file(names, None, c, SEEN), c) for c in contents]
            responses = [(store.add_response(make_response(c)), c) for c in contents]
        for offset, content in files + responses:
            assert read_record(Path(folder, "night/batch.warc.gz"), offset, LIMIT).data == content
        offsets = [record.offset for record in read_records(Path(folder, "night/batch.warc.gz"))]
        assert offsets == [0, *(offset for offset, _ in files + responses)]


@settings(max_examples=30, deadline=None)
@given(content=st.binary(max_size=2000))
def test_compressed_responses_come_back_as_what_they_say(content):
    with tempfile.TemporaryDirectory() as folder:
        with ArchiveWriter(Path(folder), "b.warc.gz") as store:
            squeezed = gzip.compress(content, mtime=0)
            offset = store.add_response(
                make_response(squeezed, ("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked"))
            )
        page = read_record(Path(folder, "b.warc.gz"), offset, LIMIT)
        assert page.data == content
        assert (page.media_type, page.charset, page.status) == ("text/html", "iso-8859-2", 200)
        assert (page.url, page.seen_at) == ("https://a.example/x?a=1", SEEN)


def test_the_same_input_makes_the_same_bytes(tmp_path):
    for name in ("a.warc.gz", "b.warc.gz"):
        with ArchiveWriter(tmp_path, name) as store:
            store.add_file("one.html", "text/html", b"<p>one", SEEN)
            store.add_response(make_response(b"two"))
    assert (tmp_path / "a.warc.gz").read_bytes() == (tmp_path / "b.warc.gz").read_bytes()


def test_another_reader_finds_the_same_records(tmp_path):
    with ArchiveWriter(tmp_path, "a.warc.gz") as store:
        first = store.add_file("a folder/ü.html", "text/html", b"<p>one", SEEN)
        second = store.add_response(make_response(b"<p>two"))
    with (tmp_path / "a.warc.gz").open("rb") as file:
        found = [(r.stream_pos, r.headers["WARC-Type"], r.reader.read(), r.headers.get("WARC-Target-URI"))
                 for r in ArchiveIterator(file, verify_digests=True)]  # fmt: skip
    assert [f[:2] for f in found] == [(0, "warcinfo"), (first, "resource"), (second, "response")]
    assert found[1][2:] == (b"<p>one", "file:///a%20folder/%C3%BC.html")
    assert found[2][2:] == (b"<p>two", "https://a.example/x?a=1")


def test_nothing_is_left_under_the_name_when_a_batch_fails(tmp_path):
    def batch(store: ArchiveWriter) -> None:
        with store:
            store.add_file("one", None, b"1", SEEN)
            assert [p.suffix for p in tmp_path.iterdir()] == [".partial"]
            raise OSError("no space left on the disk")

    with pytest.raises(OSError, match="no space"):
        batch(ArchiveWriter(tmp_path, "a.warc.gz"))
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_batch_left_goes_when_it_is_written_again(tmp_path):
    killed, other = ArchiveWriter(tmp_path, "a.warc.gz"), ArchiveWriter(tmp_path, "a.warc.gz.warc.gz")
    for store in (killed, other):
        store.add_file("one", None, b"1", SEEN)
    with ArchiveWriter(tmp_path, "a.warc.gz") as store:
        offset = store.add_file("one", None, b"1", SEEN)
    other.close()
    killed._file.close()  # what the kernel does for a process that was killed
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.warc.gz", "a.warc.gz.warc.gz"]
    assert read_record(tmp_path / "a.warc.gz", offset, LIMIT).data == b"1"


def test_a_batch_without_records_makes_no_file(tmp_path):
    with ArchiveWriter(tmp_path, "sub/a.warc.gz"):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["/tmp/a.warc.gz", "../a.warc.gz", "a/../../b.warc.gz", "a.txt", ""])
def test_a_name_that_leads_out_of_the_folder_is_a_fault(tmp_path, name):
    with pytest.raises(ValueError, match="archive's name"):
        ArchiveWriter(tmp_path, name)


def test_a_server_cannot_write_headers_or_records_of_its_own(tmp_path):
    evil = dataclasses.replace(
        make_response(b"page", ("X-Evil", "a\r\n\r\nWARC/1.1\r\nWARC-Type: response"), ("Content-Type", "image/png")),
        final_url="https://a.example/\r\nWARC-Type: metadata",
        status_text="OK\r\nContent-Type: image/gif",
    )
    with ArchiveWriter(tmp_path, "a.warc.gz") as store:
        offset = store.add_response(evil)
    assert [record.type for record in read_records(tmp_path / "a.warc.gz")] == ["warcinfo", "response"]
    page = read_record(tmp_path / "a.warc.gz", offset, LIMIT)
    assert (page.data, page.media_type) == (b"page", "text/html")


def a_page(warc_file: str, offset: int, content: bytes) -> Page:
    digest = hashlib.sha256(content).hexdigest()
    return Page(item_id="i", source_id="s", location="l", name="n", seen_at=SEEN, bytes=len(content),
                content_sha256=digest, warc_file=warc_file, warc_offset=offset)  # fmt: skip


def test_a_page_is_read_from_the_lake_and_from_elsewhere(tmp_path):
    with ArchiveWriter(tmp_path / "lake", "n/a.warc.gz") as store:
        offset = store.add_file("one.html", "text/html", b"<p>one", SEEN)
    for name in ("n/a.warc.gz", str(tmp_path / "lake/n/a.warc.gz")):
        assert read_page(a_page(name, offset, b"<p>one"), tmp_path / "lake", FetchSettings().page_bytes) == b"<p>one"


@pytest.mark.parametrize(
    ("name", "offset", "content", "reason"),
    [
        ("gone.warc.gz", 0, b"", Reason.MISSING_INPUT),
        ("a.warc.gz", 0, b"other bytes", Reason.UNREADABLE_INPUT),
        ("a.warc.gz", 7, b"<p>one", Reason.CUT_ARCHIVE),
        ("a.warc.gz", 10**6, b"<p>one", Reason.CUT_ARCHIVE),
        ("../a.warc.gz", 0, b"<p>one", Reason.UNREADABLE_INPUT),
    ],
)
def test_a_page_whose_bytes_are_not_there(tmp_path, name, offset, content, reason):
    with ArchiveWriter(tmp_path, "a.warc.gz") as store:
        store.add_file("one.html", "text/html", b"<p>one", SEEN)
    with pytest.raises(Rejected) as caught:
        read_page(a_page(name, offset, content), tmp_path, FetchSettings().page_bytes)
    assert caught.value.reason is reason


def test_a_record_larger_than_a_page_may_be(tmp_path):
    with ArchiveWriter(tmp_path, "a.warc.gz") as store:
        large = store.add_file("one.html", "text/html", bytes(LIMIT + 1), SEEN)
        bomb = store.add_response(make_response(gzip.compress(bytes(50 * LIMIT)), ("Content-Encoding", "gzip")))
        fits = store.add_file("two.html", "text/html", bytes(LIMIT), SEEN)
    for offset in (large, bomb):
        with pytest.raises(Rejected) as caught:
            read_record(tmp_path / "a.warc.gz", offset, LIMIT)
        assert caught.value.reason is Reason.TOO_LARGE
    assert len(read_record(tmp_path / "a.warc.gz", fits, LIMIT).data) == LIMIT


def test_foreign_archives_keep_their_http_in_many_ways(tmp_path):
    """Chunked and still chunked, chunked and undone, gzip undone, LF line ends: all occur in archives."""
    body = b"<p>hello</p>"
    chunked = b"5\r\n<p>he\r\n7;x=y\r\nllo</p>\r\n0\r\n\r\n"
    blocks = [
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked,
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n" + body,
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n" + body,
        b"HTTP/1.0 200\nContent-Type: text/html\n\n" + body,
    ]
    out = io.BytesIO()
    offsets = []
    for block in blocks:
        offsets.append(out.tell())
        head = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: <https://a.example/>\r\n"
        out.write(head + b"Content-Length: %d\r\n\r\n" % len(block) + block + b"\r\n\r\n")
    path = tmp_path / "plain.warc"
    path.write_bytes(out.getvalue())
    for offset in offsets:
        page = read_record(path, offset, LIMIT)
        assert (page.data, page.url, page.media_type) == (body, "https://a.example/", "text/html")
