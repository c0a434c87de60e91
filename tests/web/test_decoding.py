"""Undoing encodings: whatever was squeezed comes back, and never more than was allowed."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests_support import costs_at_most

from storyfold.outcomes import Reason, Rejected
from storyfold.web.decoding import MAX_MEMBERS, decode, inflate_gzip, join_chunks, read_content_type

MIB = 1024 * 1024

SQUEEZERS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "identity": bytes,
}
COMPRESSED = ["gzip", "deflate"]
try:  # archives in brotli are read only where it is installed
    import brotli
except ImportError:
    pass
else:
    SQUEEZERS["br"] = brotli.compress
    COMPRESSED.append("br")


@settings(deadline=None)
@given(data=st.binary(max_size=5000), names=st.lists(st.sampled_from(sorted(SQUEEZERS)), max_size=3), gap=st.booleans())
def test_stacked_encodings_come_off_in_turn(data, names, gap):
    squeezed = data
    for name in names:
        squeezed = SQUEEZERS[name](squeezed)
    assert decode(squeezed, (" , " if gap else ",").join(names), 10 * MIB) == data


@settings(deadline=None)
@given(parts=st.lists(st.binary(max_size=300), min_size=1, max_size=5), tail=st.sampled_from([b"", b"\0\0", b"junk"]))
def test_gzip_members_are_joined_and_what_follows_is_left(parts, tail):
    assert inflate_gzip(b"".join(map(gzip.compress, parts)) + tail, MIB) == b"".join(parts)


@pytest.mark.parametrize("name", COMPRESSED)
@pytest.mark.parametrize("content", [b"x" * 300, bytes(range(256)) * 4])
def test_a_payload_cut_anywhere_is_refused_or_whole(name, content):
    squeezed = SQUEEZERS[name](content)
    for cut in range(1, len(squeezed)):
        try:
            # Under two bytes nothing says that it is gzip, and it comes back as it is.
            assert decode(squeezed[:cut], name, MIB) in (content, squeezed[:1])
        except Rejected as error:
            assert error.reason is Reason.UNREADABLE_INPUT  # noqa: PT017  not every cut is refused


@pytest.mark.parametrize("name", COMPRESSED)
def test_the_limit_is_exact_and_a_bomb_costs_little(name):
    exact = SQUEEZERS[name](b"x" * 1000)
    assert len(decode(exact, name, 1000)) == 1000
    bomb = SQUEEZERS[name](bytes(30 * MIB))
    with costs_at_most(0.5):
        for data, limit in ((exact, 999), (bomb, MIB)):
            with pytest.raises(Rejected) as caught:
                decode(data, name, limit)
            assert caught.value.reason is Reason.TOO_LARGE


def test_plain_bytes_have_a_limit_too():
    with pytest.raises(Rejected, match="too-large"):
        decode(b"x" * 11, None, 10)


def test_very_many_members_are_refused():
    with pytest.raises(Rejected, match="members"):
        inflate_gzip(gzip.compress(b"") * (MAX_MEMBERS + 1), MIB)


@pytest.mark.parametrize("encoding", ["zstd", "gzip, gzip, gzip, gzip", "compress", "x" * 10_000])
def test_encodings_that_we_do_not_have(encoding):
    with pytest.raises(Rejected) as caught:
        decode(b"abc", encoding, MIB)
    assert caught.value.reason is Reason.NOT_TEXT
    assert len(caught.value.detail) < 200


@given(parts=st.lists(st.binary(min_size=1, max_size=50), max_size=6))
def test_chunks_are_joined(parts):
    chunked = b"".join(b"%X;a=b\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    assert join_chunks(chunked) == b"".join(parts)


@given(st.binary(max_size=400))
def test_any_bytes_can_be_unchunked(data):
    assert len(join_chunks(data)) <= len(data)


def test_hostile_chunks_take_no_time():
    with costs_at_most(2):
        for data in (
            b"1\r\na\r\n" * 200_000,
            b" " * MIB,
            b"1;" + b"x" * MIB,
            b"f" * MIB,
            b"fffffffffff\r\n" + bytes(MIB),
        ):
            join_chunks(data)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, (None, None)),
        ("", (None, None)),
        ("text/html", ("text/html", None)),
        ('Text/HTML; charset="UTF-8"', ("text/html", "utf-8")),
        ("text/html;charset=Shift_JIS; x=y", ("text/html", "shift_jis")),
        ("text/html; charset=", ("text/html", None)),
        ("text/html, text/html", ("text/html", None)),
        ("; charset=utf-8", (None, "utf-8")),
        ("nonsense", (None, None)),
        ("a/" * 100_000, (None, None)),
    ],
)
def test_content_types(header, expected):
    assert read_content_type(header) == expected


@pytest.mark.parametrize(
    "data", [b"\x1f\x8b\x08\x00" + b"\xff" * 40, gzip.compress(b"x" * 99)[:-8] + bytes(8), b"\x1f\x8b", b"\x1f\x8b\x07"]
)
def test_corrupt_gzip_is_refused(data):
    with pytest.raises(Rejected) as caught:
        inflate_gzip(data, MIB)
    assert caught.value.reason is Reason.UNREADABLE_INPUT
