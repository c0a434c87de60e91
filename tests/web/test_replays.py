"""Addresses of web archives and caches, and what they show; what a page's relative addresses are read against."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyfold.web.publishers import find_publisher
from storyfold.web.replays import find_base, find_original_address, find_represented_url

PAGE = "https://goatpost.example/2026/03/02/cliff?page=2"


@pytest.mark.parametrize(
    "replay",
    [
        "https://web.archive.org/web/20260304050607/https://goatpost.example/2026/03/02/cliff?page=2",
        "http://web.archive.org/web/20260304050607id_/http://goatpost.example/2026/03/02/cliff?page=2#top",
        "https://web.archive.org/web/2026/https:/goatpost.example/2026/03/02/cliff?page=2",
        "https://archive.org/web/20260304/https://goatpost.example/2026/03/02/cliff?page=2",
        "https://arquivo.pt/wayback/20260304050607mp_/https://goatpost.example/2026/03/02/cliff?page=2",
        "https://www.webarchive.org.uk/wayback/archive/20260304050607/https://goatpost.example/2026/03/02/cliff?page=2",
        "https://webarchive.loc.gov/all/20260304050607/https://goatpost.example/2026/03/02/cliff?page=2",
        "https://wayback.archive-it.org/1234/20260304050607/https://goatpost.example/2026/03/02/cliff?page=2",
        "https://archive.ph/2026.03.04-050607/https://goatpost.example/2026/03/02/cliff?page=2",
        "https://archive.ph/20260304050607/https://goatpost.example/2026/03/02/cliff?page=2",
        "http://localhost:8080/my-pages/20260304050607/https://goatpost.example/2026/03/02/cliff?page=2",
        "https://archive.example/web/20260304050607/https%3A//goatpost.example/2026/03/02/cliff?page=2",
        "https://archive.example/web/20260304050607/https%3A%2F%2Fgoatpost.example%2F2026%2F03%2F02%2Fcliff%3Fpage%3D2",
        "https://arquivo.pt/wayback/20260405/https://web.archive.org/web/20260304/"
        "https://goatpost.example/2026/03/02/cliff?page=2",
        "https://archive.example/web/2026/" * 50 + "https://goatpost.example/2026/03/02/cliff?page=2",
        "https://goatpost-example.cdn.ampproject.org/c/s/goatpost.example/2026/03/02/cliff?page=2",
        "https://www.google.co.uk/amp/s/goatpost.example/2026/03/02/cliff?page=2",
    ],
)
def test_a_replay_stands_for_what_it_shows(replay):
    assert find_represented_url(replay) == PAGE
    assert find_publisher(replay) == "goatpost.example"
    assert find_represented_url(replay, "https://elsewhere.example/") == PAGE


@pytest.mark.parametrize(
    "address",
    [
        "https://goatpost.example/2026/03/02/cliff",
        "https://goatpost.example/2026/03/https-for-goats",
        "https://goatpost.example/share?to=2026/https://b.example/x",
        "https://web.archive.org/web/20260304050607/",
        "https://web.archive.org/web/*/https://goatpost.example/x",
        "https://web.archive.org/web/20260304050607/https://",
        "https://web.archive.org/web/20260304050607/https://[broken/",
        "https://web.archive.org/web/20260304050607/https://localhost/x",
        "https://web.archive.org/web/20260304050607/javascript:alert(1)",
        "https://web.archive.org/web/99990304050607/https://goatpost.example/x",
        "https://web.archive.org/save/https://goatpost.example/x",
        "https://goatpost.example/amp/s/other.example/x",
        "https://goatpost-example.translate.goog/x?_x_tr_sl=en&_x_tr_tl=de",  # another text
    ],
)
def test_what_is_no_replay_stands_for_itself(address):
    assert find_original_address(address) == address


def test_what_no_address_is_stands_for_nothing():
    assert find_represented_url("javascript:void(0)", PAGE) is None
    assert find_represented_url(None) is None
    assert find_represented_url("/x") is None


@pytest.mark.parametrize(
    ("href", "url", "base"),
    [
        (None, "https://a.example/x/y", "https://a.example/x/y"),
        ("/z/", "https://a.example/x/y", "https://a.example/z/"),
        ("z/", "https://a.example/x/y", "https://a.example/x/z/"),
        ("//b.example/", "https://a.example/x", "https://b.example/"),
        ("https://b.example/", None, "https://b.example/"),
        ("/z/", None, None),
        (None, None, None),
        ("", "https://a.example/x", "https://a.example/x"),
        ("javascript:alert(1)", "https://a.example/x", "https://a.example/x"),
        ("data:text/html,x", "https://a.example/x", "https://a.example/x"),
        ("file:///etc/", "https://a.example/x", "https://a.example/x"),
        ("http://[", "https://a.example/x", "https://a.example/x"),
        ("https://a.example:port/", "https://a.example/x", "https://a.example/x"),
        ("https://a.example/" + "z" * 10_000, "https://a.example/x", "https://a.example/x"),
        (None, "https://web.archive.org/web/2026/https://a.example/x", "https://a.example/x"),
        ("https://web.archive.org/web/2026/https://a.example/z/", "https://web.archive.org/web/2026/https://a.example/",
         "https://a.example/z/"),
        ("/web/2026/https://a.example/z/", "https://web.archive.org/web/2026/https://a.example/x",
         "https://a.example/z/"),
    ],
)  # fmt: skip
def test_what_relative_addresses_are_read_against(href, url, base):
    assert find_base(href, url) == base


@given(st.text(), st.text())
def test_any_text_is_read_without_an_error_and_what_is_shown_is_final(text, more):
    for url in (text, f"https://a.example/web/2026/https://{text}", f"https://a.example/{text}/2026/http://b.c/{more}"):
        shown = find_original_address(url)
        assert find_original_address(shown) == shown
        find_base(text, url)
        once = find_represented_url(url, text)
        assert once is None or find_represented_url(once) == once


def test_long_hostile_addresses_cost_nothing():
    began = time.process_time()
    for part in ("a/", "2026/", "2026/http", "2026/https://", "%2F", "http:/"):
        find_original_address("https://a.example/" + part * 500)
        find_original_address("https://a.example/" + part * 100_000)
    assert time.process_time() - began < 1
