"""The client against a real server: what it takes in, what it stops, and how it says so."""

from __future__ import annotations

import dataclasses
import gzip
import pickle
import socket
import threading
import time
import zlib
from datetime import UTC, datetime

import pytest

from storyfold.fetch.client import Client
from storyfold.outcomes import Reason, Rejected, Transient
from storyfold.settings.fetch import FetchSettings
from storyfold.web.messages import BusyResponse, ErrorResponse, describe_failure

MIB = 1024 * 1024
SETTINGS = FetchSettings(connect_seconds=2, answer_seconds=5, allow_loopback=True, delay_seconds=0)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def client():
    with Client(SETTINGS, lambda: NOON) as made:
        yield made


def test_a_page_comes_with_its_headers_and_the_clock_s_time(server, client, respond_with):
    server.pages["/a"] = respond_with("Übung".encode(), 'ETag: "7"', "X-Two: 1", "X-Two: 2")
    response = client(f"{server.address}/a", MIB)
    assert response.content.decode() == "Übung"
    assert response.final_url == f"{server.address}/a"
    assert response.seen_at == NOON
    assert response.find_header("etag") == '"7"'
    assert [value for name, value in response.headers if name == "X-Two"] == ["1", "2"]


@pytest.mark.parametrize(
    ("encoding", "squeeze"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda data: zlib.compress(data)[2:-4]),  # without zlib's header, as some servers send it
    ],
)
def test_encodings_are_undone_and_the_payload_kept_as_it_came(server, client, respond_with, encoding, squeeze):
    body = b"<p>one two three</p>" * 500
    server.pages["/a"] = respond_with(squeeze(body), f"Content-Encoding: {encoding}")
    response = client(f"{server.address}/a", MIB)
    assert response.content == body
    assert response.payload == squeeze(body)


def test_a_chunked_response_is_joined(server, client):
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    server.pages["/a"] = head + b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"
    assert client(f"{server.address}/a", MIB).content == b"hello world"


def test_a_gzip_bomb_is_stopped(server, client, respond_with):
    bomb = gzip.compress(bytes(40 * MIB))
    server.pages["/bomb"] = respond_with(bomb, "Content-Encoding: gzip")
    with pytest.raises(Rejected) as caught:
        client(f"{server.address}/bomb", MIB)
    assert caught.value.reason is Reason.TOO_LARGE


def test_a_bomb_within_a_bomb_is_stopped(server, client, respond_with):
    bomb = gzip.compress(gzip.compress(bytes(40 * MIB)))
    server.pages["/bomb"] = respond_with(bomb, "Content-Encoding: gzip, gzip")
    with pytest.raises(Rejected) as caught:
        client(f"{server.address}/bomb", MIB)
    assert caught.value.reason is Reason.TOO_LARGE


def test_a_large_page_is_refused_by_its_length_and_by_its_bytes(server, client, respond_with):
    server.pages["/honest"] = respond_with(b"x" * (MIB + 1))
    server.pages["/silent"] = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + b"x" * (MIB + 1)
    for path in ("/honest", "/silent"):
        with pytest.raises(Rejected) as caught:
            client(server.address + path, MIB)
        assert caught.value.reason is Reason.TOO_LARGE
    server.pages["/fits"] = respond_with(b"x" * MIB)
    assert len(client(f"{server.address}/fits", MIB).content) == MIB


def drip(head: bytes, then: bytes):
    def send(connection: socket.socket, _: str) -> None:
        connection.sendall(head)
        for _ in range(1_200):
            connection.sendall(then)
            time.sleep(0.05)

    return send


@pytest.mark.parametrize(
    ("head", "then"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0", b"0"),  # one chunk's size, digit by digit
        (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),  # headers without end
        (b"", b"H"),  # a status line without end
        (b"HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 9999\r\n\r\n", b"x"),
    ],
)
def test_a_drip_is_stopped_at_the_deadline(server, head, then):
    server.pages["/drip"] = drip(head, then)
    server.pages["/next"] = drip(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"x")
    started = time.monotonic()
    with (
        Client(dataclasses.replace(SETTINGS, connect_seconds=1, answer_seconds=0.5)) as client,
        pytest.raises(Transient) as caught,
    ):
        client(f"{server.address}/drip", MIB)
    assert time.monotonic() - started < 30  # the drip goes on for a minute; the rest is room for a busy machine
    assert not isinstance(caught.value, BusyResponse)
    assert describe_failure(caught.value)[0] is Reason.NO_ANSWER


def test_the_client_responds_again_after_a_deadline(server, respond_with):
    server.pages["/drip"] = drip(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x")
    server.pages["/a"] = respond_with(b"fine")
    with Client(dataclasses.replace(SETTINGS, connect_seconds=1, answer_seconds=0.4)) as client:
        with pytest.raises(Transient):
            client(f"{server.address}/drip", MIB)
        assert client(f"{server.address}/a", MIB).content == b"fine"
        time.sleep(0.6)  # the first request's deadline must not break the second's connection
        assert client(f"{server.address}/a", MIB).content == b"fine"


def test_a_tls_handshake_that_never_ends_is_stopped(server):
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def accept_and_say_nothing():
        with listener.accept()[0] as connection:
            connection.recv(10**6)
            over.wait(60)

    silent = threading.Thread(target=accept_and_say_nothing, daemon=True)
    silent.start()
    started = time.monotonic()
    with (
        Client(dataclasses.replace(SETTINGS, connect_seconds=30, answer_seconds=0.5)) as client,
        pytest.raises(Transient),
    ):
        client(f"https://127.0.0.1:{listener.getsockname()[1]}/", MIB)
    assert time.monotonic() - started < 30
    over.set()
    silent.join(60)
    listener.close()


def test_redirects_are_followed_and_counted(server, client, respond_with):
    for step in range(8):
        server.pages[f"/{step}"] = (
            f"HTTP/1.1 302 Found\r\nLocation: /{step + 1}#x\r\nContent-Length: 0\r\n\r\n".encode()
        )
    server.pages["/8"] = respond_with(b"there")
    response = client(f"{server.address}/3", MIB)  # five redirects
    assert (response.content, response.final_url, response.url) == (
        b"there",
        f"{server.address}/8",
        f"{server.address}/3",
    )
    with pytest.raises(ErrorResponse, match="more than 5 redirects"):
        client(f"{server.address}/2", MIB)


@pytest.mark.parametrize("target", ["ftp://127.0.0.1/x", "file:///etc/passwd", "http://[", "javascript:1", "http://"])
def test_a_redirect_to_something_else_is_not_followed(server, client, target):
    server.pages["/a"] = f"HTTP/1.1 301 Moved\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode()
    with pytest.raises(ErrorResponse) as caught:
        client(f"{server.address}/a", MIB)
    assert caught.value.status == 301


def test_a_cookie_lives_for_one_request(server, client, respond_with):
    def gate(connection: socket.socket, head: str) -> None:
        if "Cookie: seen=1" in head:
            connection.sendall(respond_with(b"in"))
        else:
            connection.sendall(
                b"HTTP/1.1 302 Found\r\nSet-Cookie: seen=1\r\nLocation: /gate\r\n"
                b"Connection: close\r\nContent-Length: 0\r\n\r\n"  # as it does, else the client may ask it again
            )

    server.pages["/gate"] = gate
    assert client(f"{server.address}/gate", MIB).content == b"in"
    assert client(f"{server.address}/gate", MIB).content == b"in"
    assert ["Cookie" in head for head in server.requests if "/robots.txt" not in head] == [False, True, False, True]


@pytest.mark.parametrize(
    ("status", "kind"),
    [("404 Not Found", ErrorResponse), ("410 Gone", ErrorResponse), ("204 No Content", ErrorResponse),
     ("304 Not Modified", ErrorResponse), ("429 Too Many", BusyResponse), ("503 Busy", BusyResponse),
     ("500 Oh", BusyResponse)],
)  # fmt: skip
def test_error_statuses(server, client, status, kind):
    server.pages["/a"] = f"HTTP/1.1 {status}\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n".encode()
    with pytest.raises((ErrorResponse, BusyResponse)) as caught:
        client(f"{server.address}/a", MIB)
    assert type(caught.value) is kind
    assert describe_failure(caught.value)[0] is Reason.HTTP_ERROR
    assert describe_failure(caught.value)[2] == int(status[:3])
    again = pickle.loads(pickle.dumps(caught.value))
    assert describe_failure(again) == describe_failure(caught.value)


@pytest.mark.parametrize(
    "response",
    [b"", b"\x00\x01\x02", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort", b"HTTP/1.1 xyz\r\n\r\n",
     b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
     b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n" + b"x" * 9_000_000,
     b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"0" * 9_000_000,
     b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFF\r\nx",
     b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n",
     b"HTTP/1.1 200 OK\r\nA: " + b"b" * 70_000 + b"\r\n\r\n",
     b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 3\r\n\r\nhello"],
)  # fmt: skip
def test_a_broken_response_is_transient(server, client, response):
    server.pages["/a"] = lambda connection, _: connection.sendall(response)
    with pytest.raises(Transient):
        client(f"{server.address}/a", MIB)


def test_nobody_listens(client):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Transient, match="refused"):
        client(f"http://127.0.0.1:{port}/", MIB)


@pytest.mark.parametrize(
    "address", ["", "ftp://a.example/", "http://", "http://[::1", "http://a.example:port/", "http://exa mple.test/x",
                "http://" + "a" * 300 + ".test/", "http://.test/", "file:///etc/passwd"],
)  # fmt: skip
def test_what_is_no_address_is_refused(client, address):
    with pytest.raises(Rejected) as caught:
        client(address, MIB)
    assert caught.value.reason is Reason.BAD_URL


def test_an_encoding_we_do_not_have_and_a_cut_one(server, client, respond_with):
    server.pages["/zstd"] = respond_with(b"x", "Content-Encoding: zstd")
    server.pages["/cut"] = respond_with(gzip.compress(b"hello" * 99)[:-9], "Content-Encoding: gzip")
    for path, reason in {"/zstd": Reason.NOT_TEXT, "/cut": Reason.UNREADABLE_INPUT}.items():
        with pytest.raises(Rejected) as caught:
            client(server.address + path, MIB)
        assert caught.value.reason is reason


def test_no_proxy_of_the_environment_is_used(server, client, respond_with, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    server.pages["/a"] = respond_with(b"direct")
    assert client(f"{server.address}/a", MIB).content == b"direct"


def test_threads_do_not_share_deadlines(server, respond_with):
    server.pages["/a"] = respond_with(b"fine")
    server.pages["/drip"] = drip(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x")
    settings = dataclasses.replace(SETTINGS, answer_seconds=0.6)
    seen: list[object] = []
    with Client(settings) as client:

        def send_request(path: str) -> None:
            for _ in range(1 if path == "/drip" else 20):
                try:
                    seen.append(client(server.address + path, MIB).content)
                except Transient as error:
                    seen.append(str(error))

        threads = [threading.Thread(target=send_request, args=(path,)) for path in ("/drip", "/a", "/a")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert seen.count(b"fine") == 40
    assert len(seen) == 41


def test_headers_beyond_what_the_archive_can_read_back_are_refused(server, client, respond_with):
    server.pages["/fits"] = respond_with(b"x", *(f"X-{n}: {'a' * 6_000}" for n in range(5)))
    server.pages["/large"] = respond_with(b"x", *(f"X-{n}: {'a' * 6_000}" for n in range(6)))
    assert client(f"{server.address}/fits", MIB).content == b"x"
    with pytest.raises(Rejected) as caught:
        client(f"{server.address}/large", MIB)
    assert caught.value.reason is Reason.TOO_LARGE


def test_headers_keep_their_order_and_the_status_line_its_version(server, client):
    server.pages["/a"] = (
        b"HTTP/1.0 200 Fine\r\nSet-Cookie: a=1\r\nx-b: 2\r\nset-cookie: c=3\r\nContent-Length: 1\r\n\r\nx"
    )
    response = client(f"{server.address}/a", MIB)
    assert (response.version, response.status_text) == ("HTTP/1.0", "Fine")
    assert response.headers == (("Set-Cookie", "a=1"), ("x-b", "2"), ("set-cookie", "c=3"), ("Content-Length", "1"))


def test_a_redirect_to_an_address_without_measure_is_not_followed(server, client):
    server.pages["/a"] = b"HTTP/1.1 302 Found\r\nLocation: /" + b"x" * 9_000 + b"\r\nContent-Length: 0\r\n\r\n"
    with pytest.raises(ErrorResponse, match="characters"):
        client(f"{server.address}/a", MIB)
    assert [seen.path for seen in server.log][1:] == ["/a"]
