"""Whose an address is: subdomains of one publisher, blogs of many, and hosts without a name."""

import subprocess
import sys
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyfold.web.publishers import PLATFORMS, find_publisher, have_same_publisher


@pytest.mark.parametrize(
    ("url", "publisher"),
    [
        ("https://edition.harbourpost.example/a", "harbourpost.example"),
        ("https://www.harbourpost.example/", "harbourpost.example"),
        ("https://HarbourPost.example./a", "harbourpost.example"),
        ("https://sport.local.harbourpost.co.uk/a", "harbourpost.co.uk"),
        ("https://news.harbourpost.com.au:8443/a", "harbourpost.com.au"),
        ("https://goat.github.io/a", "goat.github.io"),
        ("https://m.goat.blogspot.com/a", "goat.blogspot.com"),
        ("https://goat.blogspot.co.uk/a", "goat.blogspot.co.uk"),
        ("https://goat.wordpress.com/a", "goat.wordpress.com"),
        ("https://github.io/a", "github.io"),  # a public suffix itself
        ("https://www.gov.uk/a", "gov.uk"),
        ("https://www.com/a", "www.com"),
        ("http://127.0.0.1:8000/a", "127.0.0.1:8000"),
        ("http://0x7f.1/a", "0x7f.1"),
        ("http://[2001:db8::1]:81/a", "[2001:db8::1]:81"),
        ("http://localhost/a", "localhost"),
        ("http://newsdesk:8080/a", "newsdesk:8080"),
        ("http://localhost:80/a", "localhost"),
        ("https://www.bücher.example/a", "xn--bcher-kva.example"),
        ("https://www.xn--bcher-kva.example/a", "xn--bcher-kva.example"),
        ("https://www.straße.example/a", "xn--strae-oqa.example"),
        ("https://zeitung.公司.cn/a", "zeitung.xn--55qx5d.cn"),
        ("https://sport.zeitung.xn--55qx5d.cn/a", "zeitung.xn--55qx5d.cn"),
        ("mailto:goat@harbourpost.example", None),
        ("/a", None),
        ("", None),
        (None, None),
    ],
)
def test_whose_an_address_is(url, publisher):
    assert find_publisher(url) == publisher


def test_one_publisher_and_two():
    assert have_same_publisher("https://edition.paper.example/a", "https://www.paper.example/b")
    assert have_same_publisher("http://10.0.0.1:8000/a", "http://10.0.0.1:8000/b")
    assert not have_same_publisher("http://10.0.0.1:8000/a", "http://10.0.0.1:8001/a")
    assert not have_same_publisher("http://10.0.0.1/a", "http://11.0.0.1/a")
    assert not have_same_publisher("https://goat.blogspot.com/a", "https://sheep.blogspot.com/a")
    assert not have_same_publisher("https://goat.co.uk/a", "https://sheep.co.uk/a")
    assert not have_same_publisher("/a", "/a")


@pytest.mark.parametrize("platform", PLATFORMS)
def test_who_writes_on_a_platform_is_a_publisher(platform):
    assert not have_same_publisher(f"https://goat.{platform}/", f"https://sheep.{platform}/")
    assert have_same_publisher(f"https://www.{platform}/", f"https://{platform}/")


@given(st.text(max_size=300), st.text(max_size=20))
def test_any_text_has_a_publisher_or_none(host, path):
    found = find_publisher(f"https://{host}/{path}")
    assert found is None or found.isascii() or not host.isascii()
    if found and ":" not in found:
        assert find_publisher(f"https://{found}/") == found


def test_nothing_is_asked_of_the_network_and_nothing_written():
    code = """
        import socket, sys
        def refuse(*_): raise AssertionError("a socket was opened")
        socket.socket.connect = socket.getaddrinfo = refuse
        sys.addaudithook(lambda event, args: refuse() if event == "open" and "w" in str(args[1]) else None)
        from storyfold.web.publishers import find_publisher
        print(find_publisher("https://sport.harbourpost.co.uk/a"))
    """
    told = subprocess.run([sys.executable, "-B", "-c", textwrap.dedent(code)], capture_output=True, check=True)
    assert told.stdout == b"harbourpost.co.uk\n"
