"""Canonical URLs and ids: one spelling, the same everywhere and always."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyfold.identity.ids import hash_id, hash_text, make_article_id, make_record_offset
from storyfold.web.urls import get_host, make_canonical_url


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTP://Example.COM:80/a?utm_source=x&b=2&a=1#part", "https://example.com/a?a=1&b=2"),
        ("https://example.com", "https://example.com/"),
        ("https://example.com:8443/x/", "https://example.com:8443/x/"),
        ("http://[2001:db8::1]/x", "https://[2001:db8::1]/x"),
        ("https://example.com/ä b", "https://example.com/%C3%A4%20b"),
        ("  https://example.com/a?fbclid=1 ", "https://example.com/a"),
        ("mailto:a@example.com", None),
        ("javascript:alert(1)", None),
        ("http://example.com:port/", None),
        ("http://[broken/", None),
        ("", None),
        (None, None),
        ("https://example.com/" + "a" * 3000, None),
    ],
)
def test_canonical_urls(url, canonical):
    assert make_canonical_url(url) == canonical


def test_a_relative_address_needs_its_base():
    assert make_canonical_url("/a?x=1", "https://example.com/b/c") == "https://example.com/a?x=1"
    assert make_canonical_url("/a") is None


@given(st.text())
def test_any_text_is_read_without_an_error_and_canonical_is_final(text):
    once = make_canonical_url("https://example.com/" + text)
    make_canonical_url(text)
    get_host(text)
    if once is not None:
        assert make_canonical_url(once) == once


def test_hosts():
    assert get_host("https://www.example.com/a") == "example.com"
    assert get_host("nothing") is None


def test_ids_are_the_same_in_every_process():
    code = "from storyfold.identity.ids import *; print(hash_id('a', None, 1), make_article_id(None, 's', 'n'))"
    seen = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("0", "1")
    }
    assert len(seen) == 1


@given(st.lists(st.none() | st.text(), max_size=4), st.lists(st.none() | st.text(), max_size=4))
def test_different_parts_have_different_ids(one, other):
    assert (hash_id(*one) == hash_id(*other)) == (one == other)


def test_an_article_is_one_address_or_one_name():
    assert make_article_id("https://example.com/a", "s", "n") == make_article_id("https://example.com/a", "t", "m")
    assert make_article_id(None, "s", "n") != make_article_id(None, "t", "n")


def test_cosmetic_changes_keep_the_text():
    assert hash_text("A  Title", "“Quoted” text.") == hash_text("a title!", "Quoted TEXT")
    assert hash_text("A", "b c") != hash_text("A b", "c")


def test_only_a_users_archive_is_told_by_offset():
    assert make_record_offset("/x/a.warc.gz", "/x/a.warc.gz", 7) == 7
    assert make_record_offset("/x/page.html", "2026/r.warc.gz", 7) is None
