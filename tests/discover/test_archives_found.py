"""Which records of an archive are pages, and what becomes of one that is cut or no archive at all."""

from __future__ import annotations

import gzip
import itertools
import pickle
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storyfold.discover.archives import find_in_archives
from storyfold.discover.candidates import Candidate, Outcome
from storyfold.discover.discover_source import discover
from storyfold.outcomes import Reason
from storyfold.settings.discover import DiscoverSettings
from storyfold.settings.sources import Source
from storyfold.web.decoding import GZIP_MAGIC
from storyfold.web.warc import RECORD_END, DamagedRecord, read_record_at

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>a page"


def record(kind: str, block: bytes, content_type: str = "application/http; msgtype=response", number: int = 0) -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: https://a.example/{number}\r\n"
        f"WARC-Date: 2026-01-02T03:04:05Z\r\nContent-Type: {content_type}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


RECORDS = [
    record("warcinfo", b"software: none\r\n", "application/warc-fields"),
    record("request", b"GET / HTTP/1.1\r\n\r\n", "application/http; msgtype=request"),
    record("response", HTML, number=1),
    record("metadata", b"a: b\r\n", "application/warc-fields"),
    record("response", HTML.replace(b"200 OK", b"404 No"), number=2),
    record("response", HTML.replace(b"text/html", b"image/png"), number=3),
    record("response", HTML.replace(b"text/html", b"Application/XHTML+xml"), number=4),
    record("response", b"no http", number=5),
    record("response", HTML.replace(b"Content-Type", b"X-Type"), number=6),
    record("revisit", HTML, number=7),
    record("resource", b"<p>a file", "text/html", number=8),
    record("resource", b"\x89PNG", "image/png", number=9),
    record("conversion", b"text of a page", "text/plain", number=10),
    record("response", HTML + b"x" * 300_000, number=11),
]
LONGEST = b"WARC/1.0\r\nContent-Length: 4294967296\r\n\r\n"
PAGES = [2, 4, 6, 7, 8, 10, 12, 13]  # what is no page by its own word is counted, what becomes of the rest is fetch's
PASSED = "6 records: 2 image/png, 1 metadata, 1 request, 1 revisit, 1 warcinfo"


def offsets(parts: list[bytes]) -> list[int]:
    return [0, *itertools.accumulate(len(p) for p in parts)]


def look(path: Path, data: bytes) -> list[Outcome]:
    path.write_bytes(data)
    return list(find_in_archives(str(path)))


@pytest.mark.parametrize("squeeze", [lambda r: r, gzip.compress], ids=["plain", "gzip"])
def test_pages_are_found_at_offsets_where_they_can_be_read(tmp_path, squeeze):
    parts = [squeeze(r) for r in RECORDS]
    path = tmp_path / ("a.warc" if parts[0].startswith(b"WARC") else "a.warc.gz")
    *found, passed = look(path, b"".join(parts))
    assert (passed.reason, passed.detail, passed.offset) == (Reason.PASSED_RECORDS, PASSED, None)  # type: ignore[union-attr]
    assert [f.offset for f in found] == [offsets(parts)[i] for i in PAGES]
    numbers = (1, 2, 4, 5, 6, 8, 10, 11)
    assert [f.name for f in found if isinstance(f, Candidate)] == [f"https://a.example/{n}" for n in numbers]
    for outcome, number in zip(found, PAGES, strict=True):
        again = read_record_at(path, outcome.offset or 0, 10**6)
        assert RECORDS[number].endswith(again.block + b"\r\n\r\n")
        assert again.length == len(again.block)


@pytest.mark.parametrize("squeeze", [lambda r: r, gzip.compress], ids=["plain", "gzip"])
def test_an_archive_cut_at_any_byte_gives_what_is_before_the_cut(tmp_path, squeeze):
    parts = [squeeze(record("response", HTML, number=n)) for n in range(3)]
    whole, starts = b"".join(parts), offsets(parts)
    blank = 0 if whole.startswith(GZIP_MAGIC) else len(RECORD_END)  # a plain record is whole without them
    for cut in range(1, len(whole) + 1):
        found = look(tmp_path / "a.warc", whole[:cut])
        complete = [start for start, end in itertools.pairwise(starts) if end - blank <= cut]
        pages = [f.offset for f in found if isinstance(f, Candidate)]
        refusals = [f for f in found if not isinstance(f, Candidate)]
        assert pages == complete
        assert len(refusals) == (not any(end - blank <= cut <= end for end in starts))
        if refusals and cut > 1:  # a first byte of gzip alone tells nothing
            assert refusals[0].reason is Reason.CUT_ARCHIVE
            assert refusals[0].offset == starts[len(complete)]
            assert f"at byte {starts[len(complete)]}:" in refusals[0].detail


def test_corrupt_archives_never_raise_and_never_give_a_page_beyond_the_fault(tmp_path):
    parts = [gzip.compress(record("response", HTML, number=n), mtime=0) for n in range(3)]
    whole, starts = b"".join(parts), offsets(parts)
    chance = random.Random(7)
    for _ in range(400):
        data = bytearray(whole)
        position = chance.randrange(len(data))
        data[position] ^= 1 << chance.randrange(8)
        before = [start for start, end in itertools.pairwise(starts) if end <= position]
        found = look(tmp_path / "a.warc.gz", bytes(data))
        refusals = [f for f in found if not isinstance(f, Candidate)]
        assert [f.offset for f in found if isinstance(f, Candidate)][: len(before)] == before
        assert len(refusals) <= 1
        # Some bits of a gzip header change nothing; a change of what is inside never goes unseen.
        assert refusals or len(found) == 3


@pytest.mark.parametrize(
    ("data", "reason", "words"),
    [
        (b"", Reason.CUT_ARCHIVE, "empty"),
        (b"<html>no archive</html>", Reason.UNREADABLE_INPUT, "not a web archive"),
        (gzip.compress(b"<html>no archive</html>"), Reason.UNREADABLE_INPUT, "not a web archive"),
        (b"WARC/1.0\r\nWARC-Type: response\r\n\r\n", Reason.CUT_ARCHIVE, "how long"),
        (b"WARC/1.0\r\nContent-Length: -5\r\n\r\n", Reason.CUT_ARCHIVE, "how long"),
        (b"WARC/1.0\r\nContent-Length: \xb2\r\n\r\n", Reason.CUT_ARCHIVE, "how long"),
        (b"WARC/1.0\r\nContent-Length: 999999999999\r\n\r\n", Reason.UNREADABLE_INPUT, "999999999999"),
        (b"WARC/1.0\r\nContent-Length: 999999\r\n\r\nabc", Reason.CUT_ARCHIVE, "ends early"),
        (b"WARC/1.0\r\n" + b"A: b\r\n" * 200_000, Reason.CUT_ARCHIVE, "head"),
        (b"WARC/1.0\r\n" + b"a" * 1_000_000, Reason.CUT_ARCHIVE, "head"),
        (RECORDS[2] + b"garbage", Reason.CUT_ARCHIVE, "no record starts"),
        (gzip.compress(bytes(50_000_000)), Reason.UNREADABLE_INPUT, "not a web archive"),
        (gzip.compress(LONGEST + bytes(50_000_000)), Reason.UNREADABLE_INPUT, "ends early"),
        (gzip.compress(RECORDS[2] + b"\r\n" * 500_000), Reason.UNREADABLE_INPUT, "no record starts"),
    ],
)  # fmt: skip
def test_what_is_no_archive_or_lies(tmp_path, data, reason, words):
    found = look(tmp_path / "a.warc.gz", data)
    assert found[-1].reason is reason  # type: ignore[union-attr]
    assert words in found[-1].detail  # type: ignore[union-attr]


def test_a_glob_of_archives_goes_on_after_a_bad_one(tmp_path):
    (tmp_path / "a.warc.gz").write_bytes(b"nonsense")
    (tmp_path / "b.wet").write_bytes(RECORDS[12])
    (tmp_path / "c.warc").mkdir()
    source = Source(id="s", outlet="The Example", archives=(f"{tmp_path}/*", f"{tmp_path}/b.wet"))
    result = discover(source, None, DiscoverSettings(), NOW)  # type: ignore[arg-type]
    assert [(i.method, i.location, i.offset) for i in result.items] == [("archive", str(tmp_path / "b.wet"), 0)]
    assert [r.reason for r in result.rejects] == [Reason.UNREADABLE_INPUT, Reason.REPEATED_ITEM]
    assert result.counts.balanced


def test_the_failure_passes_between_processes():
    error = DamagedRecord(Reason.CUT_ARCHIVE, 17, "it ends")
    again = pickle.loads(pickle.dumps(error))
    assert (again.reason, again.offset, again.detail, str(again)) == (error.reason, 17, error.detail, str(error))


def response(number: int, head: bytes = b"Content-Type: text/html\r\n", body: bytes = b"<p>a page") -> bytes:
    return record("response", b"HTTP/1.1 200 OK\r\n" + head + b"\r\n" + body, number=number)


def pages_and_refusals(found: list[Outcome]) -> tuple[list[str], list[str]]:
    refused = [f"{f.reason} {f.detail}" for f in found if not isinstance(f, Candidate)]
    return [f.name.rpartition("/")[2] for f in found if isinstance(f, Candidate)], refused


@pytest.mark.parametrize(
    ("head", "page"),
    [
        (b"", True),
        (b"Content-Type:\r\n", True),
        (b"Content-Type: application/octet-stream\r\n", True),
        (b"Content-Type: unknown/unknown\r\n", True),
        (b"Content-Type: application/xml\r\n", True),
        (b"Content-Type: no type at all\r\n", True),
        (b"Content-Type: image/png\r\n", False),
        (b"Content-Type: text/css\r\n", False),
        (b"Content-Type: application/pdf\r\n", False),
        (b"Content-Type: application/json\r\n", False),
    ],
)
def test_a_response_is_an_item_unless_its_own_type_is_another(tmp_path, head, page):
    pages, refused = pages_and_refusals(look(tmp_path / "a.warc", response(1, head)))
    assert (len(pages), len(refused)) == ((1, 0) if page else (0, 1))


@pytest.mark.parametrize(
    ("status", "told"),
    [(b"301 Moved", "1 redirect"), (b"304 Not Modified", "1 redirect"), (b"404 Not Found", ""), (b"203 OK", "")],
)
def test_redirects_are_passed_over_and_errors_have_a_row(tmp_path, status, told):
    pages, refused = pages_and_refusals(look(tmp_path / "a.warc", record("response", HTML.replace(b"200 OK", status))))
    assert len(pages) == (not told)
    assert refused == ([f"passed-records 1 record: {told}"] if told else [])


def test_rare_kinds_are_counted_together(tmp_path):
    kinds = [response(n, f"Content-Type: image/x{n % 8}\r\n".encode()) for n in range(20)]
    (passed,) = look(tmp_path / "a.warc", b"".join(kinds))
    assert passed.detail.startswith("20 records: 3 image/x0, 3 image/x1,")  # type: ignore[union-attr]
    assert passed.detail.endswith(", 4 others")  # type: ignore[union-attr]


def test_an_archive_that_was_compressed_whole_is_read_record_by_record(tmp_path):
    path = tmp_path / "a.warc.gz"
    parts = [response(n, body=f"<p>page {n}".encode() + chance_bytes(n, 90_000)) for n in range(6)]
    # the first member has one record, the second three, the third two
    found = look(
        path, gzip.compress(parts[0]) + gzip.compress(b"".join(parts[1:4])) + gzip.compress(b"".join(parts[4:]))
    )
    assert pages_and_refusals(found) == (list("012345"), [])
    places = [f.offset or 0 for f in found]
    starts = offsets(parts)
    assert [place for place in places if place < 0] == [-starts[2], -starts[3], -starts[5]]
    for order in (range(6), reversed(range(6)), [3, 3, 1, 5, 2]):
        for number in order:
            assert parts[number].endswith(read_record_at(path, places[number], 10**6).block + b"\r\n\r\n")


def test_reading_an_archive_that_was_compressed_whole_inflates_it_about_once(tmp_path, monkeypatch):
    from storyfold.web.record_bytes import RecordBytes

    path = tmp_path / "a.warc.gz"
    parts = [response(n, body=chance_bytes(n, 30_000)) for n in range(40)]
    found = look(path, gzip.compress(b"".join(parts)))
    read, more = [], RecordBytes._read_more
    monkeypatch.setattr(RecordBytes, "_read_more", lambda self, size: read.append(len(got := more(self, size))) or got)
    for outcome in found:
        read_record_at(path, outcome.offset or 0, 10**6)
    assert len(found) == 40
    assert sum(read) < 2 * sum(map(len, parts))


def test_beyond_a_limit_records_within_a_gzip_member_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("storyfold.web.record_bytes.MAX_INFLATED", 250_000)
    parts = [response(n, body=b"<p>" + bytes(100_000)) for n in range(5)]
    pages, refused = pages_and_refusals(look(tmp_path / "a.warc.gz", gzip.compress(b"".join(parts))))
    assert pages == ["0", "1", "2"]
    assert len(refused) == 1
    assert "record by record" in refused[0]
    pages, refused = pages_and_refusals(look(tmp_path / "b.warc.gz", b"".join(map(gzip.compress, parts))))
    assert (pages, refused) == (list("01234"), [])


def test_a_cut_archive_of_one_gzip_member_gives_what_is_before_the_cut(tmp_path):
    whole = gzip.compress(b"".join(response(n, body=chance_bytes(n, 50_000)) for n in range(4)))
    for cut in range(1_000, len(whole), 10_007):
        pages, refused = pages_and_refusals(look(tmp_path / "a.warc.gz", whole[:cut]))
        assert pages == list("0123")[: cut // 50_300]
        assert len(refused) == 1


@pytest.mark.parametrize("squeeze", [lambda r: r, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize("gap", [b"", b"\r\n", b"\n\n", b"\r\n\r\n", b"\r\n" * 20])
def test_line_ends_after_a_record_may_be_missing_or_more(tmp_path, squeeze, gap):
    path = tmp_path / "a.warc"
    found = look(path, squeeze(b"".join(response(n).removesuffix(b"\r\n\r\n") + gap for n in range(3))))
    assert pages_and_refusals(found) == (list("012"), [])
    assert [read_record_at(path, f.offset or 0, 1_000).target for f in found] == [
        f"https://a.example/{n}" for n in range(3)
    ]


@pytest.mark.parametrize("change", [-30, -1, 5, 30, 5_000])
def test_a_record_with_a_wrong_length_is_refused(tmp_path, change):
    body = b"<p>" + b"a page of words " * 10
    right = response(1, body=body)
    length = len(right) - right.index(b"HTTP") - 4
    wrong = right.replace(f"Content-Length: {length}".encode(), f"Content-Length: {length + change}".encode())
    assert wrong != right
    # plain: where the next record starts, nobody knows, and a page could hold what looks like one
    pages, refused = pages_and_refusals(look(tmp_path / "a.warc", response(0) + wrong + response(2)))
    assert (pages, len(refused)) == (["0"], 1)
    # a gzip member ends where it ends
    parts = map(gzip.compress, (response(0), wrong, response(2), wrong, response(4)))
    pages, refused = pages_and_refusals(look(tmp_path / "a.warc.gz", b"".join(parts)))
    assert pages == ["0", "2", "4"]
    assert [words.partition(" ")[0] for words in refused] == ["unreadable-input"] * 2


def test_an_archive_of_nothing_but_faults_is_given_up(tmp_path):
    wrong = gzip.compress(b"WARC/1.0\r\nContent-Length: 99\r\n\r\nabc\r\n\r\n")
    pages, refused = pages_and_refusals(look(tmp_path / "a.warc.gz", gzip.compress(response(0)) + wrong * 500))
    assert pages == ["0"]
    assert len(refused) == 101


def chance_bytes(seed: int, size: int) -> bytes:
    return random.Random(seed).randbytes(size)
