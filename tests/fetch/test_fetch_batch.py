"""A batch: every item has one fate, its bytes are kept once, and nothing it meets stops it."""

from __future__ import annotations

import gzip
import hashlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storyfold.fetch.archive import ArchiveWriter, read_page
from storyfold.fetch.client import Client
from storyfold.fetch.fetch_batch import Fetched, fetch_batch_items
from storyfold.identity.ids import make_item_id
from storyfold.outcomes import Reason
from storyfold.schemas import ArchivedPage
from storyfold.schemas.columns import make_arrow_table
from storyfold.schemas.pages import DateClaim, Fetch, Item, Page, Reject
from storyfold.settings.fetch import FetchSettings

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SETTINGS = FetchSettings(page_bytes=100_000, connect_seconds=2, answer_seconds=3, allow_loopback=True, delay_seconds=0)


def an_item(method: str, location: str, offset: int | None = None, name: str | None = None) -> Item:
    return Item(
        item_id=make_item_id("s", method, location, offset),
        source_id="s",
        outlet="The Example",
        method=method,
        location=location,
        name=name or Path(location).name,
        offset=offset,
        title="Title",
        date_claims=(DateClaim(where="feed", words="today"),),
    )


def no_network(url: str, limit: int):
    raise AssertionError(f"{url} was asked for")


def fetch(folder: Path, items: list[Item], send_request=no_network, known=None, name="b.warc.gz") -> Fetched:
    with ArchiveWriter(folder, name) as store:
        result = fetch_batch_items(items, store, send_request, SETTINGS.page_bytes, known or [], NOW)
    assert result.counts.balanced
    assert result.counts.items_in == len(result.fetches) == len(items)
    for rows, row in ((result.pages, Page), (result.fetches, Fetch), (result.rejects, Reject)):
        assert make_arrow_table(rows, row).num_rows == len(rows)  # what a part would hold
    return result


def archived(page: Page) -> ArchivedPage:
    return ArchivedPage(
        location=page.location,
        content_sha256=page.content_sha256,
        warc_file=page.warc_file,
        warc_offset=page.warc_offset,
    )


def fate(result: Fetched) -> str:
    assert result.counts.items_in == 1
    return result.rejects[0].reason if result.rejects else "kept"


def test_files_are_read_kept_and_had_again(tmp_path):
    (tmp_path / "a.html").write_bytes(b"<p>one")
    (tmp_path / "b.html.gz").write_bytes(gzip.compress(b"<p>two"))
    (tmp_path / "c.txt").write_bytes(b"")
    items = [an_item("file", str(tmp_path / n)) for n in ("a.html", "b.html.gz", "c.txt")]
    result = fetch(tmp_path / "lake", items)
    assert [p.bytes for p in result.pages] == [6, 6, 0]  # an empty page goes on: parse judges it
    assert [read_page(p, tmp_path / "lake", SETTINGS.page_bytes) for p in result.pages] == [b"<p>one", b"<p>two", b""]
    assert [p.media_type for p in result.pages] == ["text/html", "text/html", "text/plain"]
    page = result.pages[0]
    assert (page.url, page.seen_at, page.warc_file, page.title) == (None, NOW, "b.warc.gz", "Title")
    assert page.date_claims == items[0].date_claims
    assert str(tmp_path).encode() not in gzip.decompress((tmp_path / "lake/b.warc.gz").read_bytes())


def test_bytes_that_are_kept_already_are_not_kept_twice(tmp_path):
    (tmp_path / "a.html").write_bytes(b"<p>one")
    item = an_item("file", str(tmp_path / "a.html"))
    first = fetch(tmp_path / "lake", [item]).pages[0]
    known = [archived(first)]
    again = fetch(tmp_path / "lake", [item], known=known, name="second.warc.gz")
    assert (again.pages[0].warc_file, again.pages[0].warc_offset) == ("b.warc.gz", first.warc_offset)
    assert not (tmp_path / "lake/second.warc.gz").exists()
    assert read_page(again.pages[0], tmp_path / "lake", SETTINGS.page_bytes) == b"<p>one"
    (tmp_path / "a.html").write_bytes(b"<p>one, corrected")
    changed = fetch(tmp_path / "lake", [item], known=known, name="third.warc.gz")
    assert changed.pages[0].warc_file == "third.warc.gz"


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("large.html", b"x" * 100_001, Reason.TOO_LARGE),
        ("fits.html", b"x" * 100_000, "kept"),
        ("bomb.html.gz", gzip.compress(bytes(5_000_000)), Reason.TOO_LARGE),
        ("cut.html.gz", gzip.compress(b"<p>hello" * 50)[:-5], Reason.UNREADABLE_INPUT),
        ("wrong.html.gz", b"<p>not gzip", Reason.UNREADABLE_INPUT),
        ("corrupt.html.gz", gzip.compress(b"<p>hello" * 50)[:12] + b"\xff" * 40, Reason.UNREADABLE_INPUT),
        ("members.txt.gz", gzip.compress(b"one ") + gzip.compress(b"two"), "kept"),
        ("many.txt.gz", gzip.compress(b"") * 4_000, "kept"),
        ("picture.html", b"\x89PNG\r\n\x1a\n" + bytes(100), Reason.NOT_TEXT),
        ("paper.html", b"%PDF-1.7 ...", Reason.NOT_TEXT),
        ("noise.txt", hashlib.shake_256(b"noise").digest(4096), Reason.NOT_TEXT),
        ("nuls.html", b"<p>a\x00b" * 500, Reason.NOT_TEXT),
        ("wide.txt", "one two three".encode("utf-16"), "kept"),
        ("japanese.txt", "記事の本文です。".encode("iso-2022-jp") * 20, "kept"),
        ("one-nul.html", b"<p>" + b"word " * 500 + b"\x00", "kept"),
    ],
)  # fmt: skip
def test_files_of_every_sort(tmp_path, name, content, expected):
    (tmp_path / name).write_bytes(content)
    assert fate(fetch(tmp_path / "lake", [an_item("file", str(tmp_path / name))])) == expected


def test_a_large_file_is_not_read(tmp_path):
    with (tmp_path / "sparse.html").open("wb") as file:
        file.truncate(1024**4)  # would not fit any memory
    assert fate(fetch(tmp_path / "lake", [an_item("file", str(tmp_path / "sparse.html"))])) == Reason.TOO_LARGE


def test_what_is_no_file_any_more(tmp_path):
    os.mkfifo(tmp_path / "pipe.html")
    (tmp_path / "folder.html").mkdir()
    (tmp_path / "loop.html").symlink_to("loop.html")
    names = ("gone.html", "pipe.html", "folder.html", "loop.html", "\x00.html")
    result = fetch(tmp_path / "lake", [an_item("file", str(tmp_path / n)) for n in names])
    assert [r.reason for r in result.rejects] == [Reason.MISSING_INPUT] + [Reason.UNREADABLE_INPUT] * 4


def record(block: bytes, *headers: bytes, kind: bytes = b"response") -> bytes:
    lines = [b"WARC/1.0", b"WARC-Type: " + kind, b"WARC-Target-URI: https://a.example/x", *headers]
    return b"\r\n".join([*lines, b"Content-Length: %d" % len(block), b"", block, b"", b""])


def test_records_stay_in_their_archive(tmp_path):
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=koi8-r\r\nETag: x\r\n\r\n<p>one"
    path = tmp_path / "a.warc.gz"
    first = gzip.compress(record(http, b"WARC-Date: 2020-05-04T03:02:01Z"))
    path.write_bytes(first + gzip.compress(record(http, b"WARC-Date: 2999-01-01T00:00:00Z")))
    result = fetch(tmp_path / "lake", [an_item("archive", str(path), offset) for offset in (0, len(first))])
    page, future = result.pages
    assert (page.warc_file, page.warc_offset, page.bytes) == (str(path), 0, 6)
    assert (page.url, page.media_type, page.charset) == ("https://a.example/x", "text/html", "koi8-r")
    assert page.seen_at == datetime(2020, 5, 4, 3, 2, 1, tzinfo=UTC)
    assert future.seen_at == NOW  # nobody saw it in the year 2999
    assert not (tmp_path / "lake").exists()
    assert read_page(page, tmp_path / "lake", SETTINGS.page_bytes) == b"<p>one"
    assert (result.fetches[0].status, result.fetches[0].etag, result.fetches[0].final_url) == (200, "x", page.url)


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n<p>no", Reason.HTTP_ERROR),
        (b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n<p>no", Reason.NOT_TEXT),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(bytes(10**6)),
         Reason.TOO_LARGE),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + b"x" * 200_000, Reason.TOO_LARGE),
        (b"GET / HTTP/1.1\r\n\r\n", Reason.UNREADABLE_INPUT),
        (b"", Reason.UNREADABLE_INPUT),
    ],
)  # fmt: skip
def test_records_of_every_sort(tmp_path, block, expected):
    (tmp_path / "a.warc").write_bytes(record(block))
    result = fetch(tmp_path / "lake", [an_item("archive", str(tmp_path / "a.warc"), 0)])
    assert fate(result) == expected
    assert result.rejects[0].warc_offset == 0


def test_text_of_a_wet_archive(tmp_path):
    (tmp_path / "a.wet").write_bytes(record("Über".encode(), b"Content-Type: text/plain", kind=b"conversion"))
    page = fetch(tmp_path / "lake", [an_item("archive", str(tmp_path / "a.wet"), 0)]).pages[0]
    assert (page.media_type, page.seen_at) == ("text/plain", NOW)
    assert read_page(page, tmp_path, SETTINGS.page_bytes).decode() == "Über"


def test_addresses_are_asked_kept_and_had_again(tmp_path, server, respond_with):
    body = b"<p>one</p>" * 100
    server.pages["/a"] = b"HTTP/1.1 301 Moved\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n"
    server.pages["/b"] = respond_with(gzip.compress(body), "Content-Encoding: gzip", 'ETag: "1"',
                                     "Last-Modified: Sun, 01 Mar 2026 10:00:00 GMT")  # fmt: skip
    server.pages["/busy"] = respond_with(b"", status="503 Busy")
    server.pages["/pdf"] = respond_with(b"%PDF", media_type="application/pdf")
    server.pages["/large"] = respond_with(b"x" * 100_001)
    server.pages["/rude"] = lambda connection, _: connection.close()
    later = NOW + timedelta(minutes=5)
    items = [an_item("http", server.address + p) for p in ("/a", "/gone", "/busy", "/pdf", "/large", "/rude")]
    with Client(SETTINGS, lambda: later) as client:
        result = fetch(tmp_path, items, client)
    page = result.pages[0]
    assert (page.url, page.location, page.seen_at) == (f"{server.address}/b", f"{server.address}/a", later)
    assert (page.media_type, page.charset, page.bytes) == ("text/html", "utf-8", len(body))
    assert read_page(page, tmp_path, SETTINGS.page_bytes) == body
    kept, gone, busy, *_ = result.fetches
    assert (kept.etag, kept.last_modified, kept.status) == ('"1"', "Sun, 01 Mar 2026 10:00:00 GMT", 200)
    assert (gone.status, gone.reason, busy.status, busy.reason) == (404, "http-error", 503, "http-error")
    reasons = [Reason.HTTP_ERROR, Reason.HTTP_ERROR, Reason.NOT_TEXT, Reason.TOO_LARGE, Reason.NO_ANSWER]
    assert [r.reason for r in result.rejects] == reasons
    known = [archived(page)]
    with Client(SETTINGS, lambda: later) as client:
        again = fetch(tmp_path, items[:1], client, known, "next.warc.gz")
    assert again.pages[0].warc_file == "b.warc.gz"


def test_the_same_batch_gives_the_same_rows(tmp_path):
    for number in range(5):
        (tmp_path / f"{number}.html").write_text(f"<p>page {number}")
    items = [an_item("file", str(tmp_path / f"{n}.html")) for n in range(6)]
    first, second = fetch(tmp_path / "x", items), fetch(tmp_path / "y", items)
    assert (first.pages, first.fetches, first.rejects) == (second.pages, second.fetches, second.rejects)
