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
from storyfold.discover.discover import discover
from storyfold.discover.outcomes import Candidate, Outcome
from storyfold.outcomes import Reason
from storyfold.settings import Limits, Source
from storyfold.warc import Damaged, read_at

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
PAGES = [2, 6, 10, 12, 13]


def offsets(parts: list[bytes]) -> list[int]:
    return [0, *itertools.accumulate(len(p) for p in parts)]


def look(path: Path, data: bytes) -> list[Outcome]:
    path.write_bytes(data)
    return list(find_in_archives(str(path)))


@pytest.mark.parametrize("squeeze", [lambda r: r, gzip.compress], ids=["plain", "gzip"])
def test_pages_are_found_at_offsets_where_they_can_be_read(tmp_path, squeeze):
    parts = [squeeze(r) for r in RECORDS]
    path = tmp_path / ("a.warc" if parts[0].startswith(b"WARC") else "a.warc.gz")
    found = look(path, b"".join(parts))
    assert [f.offset for f in found] == [offsets(parts)[i] for i in PAGES]
    assert [f.name for f in found if isinstance(f, Candidate)] == [f"https://a.example/{n}" for n in (1, 4, 8, 10, 11)]
    for outcome, number in zip(found, PAGES, strict=True):
        again = read_at(path, outcome.offset or 0, 10**6)
        assert RECORDS[number].endswith(again.block + b"\r\n\r\n")
        assert again.length == len(again.block)


@pytest.mark.parametrize("squeeze", [lambda r: r, gzip.compress], ids=["plain", "gzip"])
def test_an_archive_cut_at_any_byte_gives_what_is_before_the_cut(tmp_path, squeeze):
    parts = [squeeze(record("response", HTML, number=n)) for n in range(3)]
    whole, starts = b"".join(parts), offsets(parts)
    for cut in range(1, len(whole) + 1):
        found = look(tmp_path / "a.warc", whole[:cut])
        complete = [start for start, end in itertools.pairwise(starts) if end <= cut]
        pages = [f.offset for f in found if isinstance(f, Candidate)]
        refusals = [f for f in found if not isinstance(f, Candidate)]
        assert pages == complete
        assert len(refusals) == (cut not in starts)
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
        (gzip.compress(b"".join(RECORDS)), Reason.UNREADABLE_INPUT, "one gzip stream"),
        (b"WARC/1.0\r\nWARC-Type: response\r\n\r\n", Reason.CUT_ARCHIVE, "how long"),
        (b"WARC/1.0\r\nContent-Length: -5\r\n\r\n", Reason.CUT_ARCHIVE, "how long"),
        (b"WARC/1.0\r\nContent-Length: \xb2\r\n\r\n", Reason.CUT_ARCHIVE, "how long"),
        (b"WARC/1.0\r\nContent-Length: 999999999999\r\n\r\n", Reason.UNREADABLE_INPUT, "999999999999"),
        (b"WARC/1.0\r\nContent-Length: 999999\r\n\r\nabc", Reason.CUT_ARCHIVE, "ends early"),
        (b"WARC/1.0\r\n" + b"A: b\r\n" * 200_000, Reason.CUT_ARCHIVE, "head"),
        (b"WARC/1.0\r\n" + b"a" * 1_000_000, Reason.CUT_ARCHIVE, "head"),
        (RECORDS[2] + b"garbage", Reason.CUT_ARCHIVE, "no record starts"),
        (gzip.compress(bytes(50_000_000)), Reason.UNREADABLE_INPUT, "not a web archive"),
        (gzip.compress(LONGEST + bytes(50_000_000)), Reason.CUT_ARCHIVE, "ends early"),
        (gzip.compress(RECORDS[0] + b"\r\n" * 500_000), Reason.UNREADABLE_INPUT, "one gzip stream"),
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
    result = discover(source, None, Limits(), NOW)  # type: ignore[arg-type]
    assert [(i.method, i.location, i.offset) for i in result.items] == [("archive", str(tmp_path / "b.wet"), 0)]
    assert [r.reason for r in result.rejects] == [Reason.UNREADABLE_INPUT, Reason.REPEATED_ITEM]
    assert result.counts.balanced


def test_the_failure_passes_between_processes():
    error = Damaged(Reason.CUT_ARCHIVE, 17, "it ends")
    again = pickle.loads(pickle.dumps(error))
    assert (again.reason, again.offset, again.detail, str(again)) == (error.reason, 17, error.detail, str(error))
