"""Bytes to characters."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests_support import costs_at_most

from storyfold.parse.decode import decode_page, decode_to_utf8, find_codec, is_utf8, looks_binary

GERMAN = "Die Größe der Straße – „ungefähr“ zwölf Meter – ärgert Übungsleiter. " * 5


@pytest.mark.parametrize(
    ("content", "claimed", "text"),
    [
        (b"\xef\xbb\xbf" + GERMAN.encode(), "iso-8859-1", GERMAN),
        (b"\xff\xfe" + GERMAN.encode("utf-16-le"), None, GERMAN),
        (b"\xff\xfe\x00\x00" + GERMAN.encode("utf-32-le"), None, GERMAN),
        (GERMAN.encode("utf-16-le"), None, GERMAN),
        (GERMAN.encode("cp1252"), "ISO-8859-1", GERMAN),
        (GERMAN.encode("cp1252"), None, GERMAN),
        (GERMAN.encode(), "iso-8859-1", GERMAN),  # a false claim; the bytes are valid UTF-8 and not ASCII
        (GERMAN.encode("cp1252"), "utf-8", GERMAN),
        (GERMAN.encode("cp1252"), "no-such-set", GERMAN),
        (GERMAN.encode(), "hex", GERMAN),
        (b"plain", "utf-16", "plain"),
        ("Москва ждёт снега. ".encode("koi8-r"), "koi8-r", "Москва ждёт снега. "),
        (b'<meta charset="windows-1251">' + "Москва".encode("cp1251"), None, '<meta charset="windows-1251">Москва'),
        (
            b'<meta http-equiv=Content-Type content="text/html; charset=shift_jis">' + "①日本".encode("cp932"),
            None,
            '<meta http-equiv=Content-Type content="text/html; charset=shift_jis">①日本',
        ),
        ("日本".encode("iso2022_jp"), "iso-2022-jp", "日本"),
        (b"\x81\x8d", "latin-1", "\x81\x8d"),
        (b"a\x00b", None, "ab"),
        ("é".encode() * 100 + b"\xe9", None, "é" * 100 + "\ufffd"),
        (b"", None, ""),
    ],
)
def test_decoding(content, claimed, text):
    assert decode_page(content, claimed)[0] == text


def test_labels_mean_what_the_web_makes_of_them():
    assert [find_codec(x) for x in ("ISO-8859-1", "us-ascii", "gb2312", "UTF8", "utf-7", "", None, "\x00", "é")] == [
        "cp1252",
        "cp1252",
        "gb18030",
        "utf-8",
        None,
        None,
        None,
        None,
        None,
    ]


@pytest.mark.parametrize("head", [b"%PDF-1.4 x", b"\x89PNG\r\n", b"PK\x03\x04", b"\x1f\x8b\x08", b"\x00" * 500])
def test_binary_is_seen(head):
    assert looks_binary(head)


def test_text_is_not_binary():
    sets = ("utf-8", "cp1252", "utf-16", "utf-16-le")
    assert not any(looks_binary(GERMAN.encode(name)) for name in sets)
    assert not looks_binary("日本語のニュース".encode("iso2022_jp") * 50)
    assert not looks_binary(b"")


@given(st.binary(max_size=500), st.one_of(st.none(), st.text(max_size=12), st.sampled_from(["big5", "utf-8", "rot13"])))
def test_decoding_never_raises_and_leaves_no_nul(content, claimed):
    text, name = decode_page(content, claimed)
    assert "\x00" not in text
    assert find_codec(name) or name.startswith("utf-")


@given(st.text(max_size=200))
def test_valid_utf_8_comes_back(text):
    if not text.isascii() and text.isprintable() and not text.startswith("\ufeff"):
        assert decode_page(text.encode(), "windows-1252")[0] == text


def test_ten_megabytes_decode_in_seconds():
    with costs_at_most(10):
        decode_page(os.urandom(10_000_000))
        decode_page(b"<meta" * 2_000_000 + b"\xe9")


@pytest.mark.parametrize(
    "content",
    [
        b"plain",
        "né".encode(),
        b"\xef\xbb\xbfmark",
        b"a\x00b",
        b"bad \xff byte",
        "né".encode("cp1252"),
        "\ufffd".encode(),
    ],
)
def test_the_bytes_stand_for_the_characters(content):
    assert decode_to_utf8(content) == decode_page(content)[0].encode("utf-8", "replace")


@given(st.binary(max_size=300), st.sampled_from([None, "utf-8", "cp1252", "iso-2022-jp"]))
def test_characters_are_the_same_in_bytes(content, claimed):
    assert is_utf8(content) == (content.decode("utf-8", "ignore").encode() == content)
    assert decode_to_utf8(content, claimed) == decode_page(content, claimed)[0].encode("utf-8", "replace")
