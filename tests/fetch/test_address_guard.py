"""The guard: what must not be asked gets no connection, not one byte; nothing here leaves loopback."""

from __future__ import annotations

import dataclasses
import socket
import threading
from ipaddress import ip_address

import pytest

from storyfold.fetch.address_guard import AddressGuard, is_public
from storyfold.fetch.client import Client
from storyfold.outcomes import Reason, Rejected, Transient
from storyfold.settings.fetch import FetchSettings

MIB = 1024 * 1024


def settings(**values) -> FetchSettings:
    return FetchSettings(connect_seconds=1, answer_seconds=3, delay_seconds=0, **values)


@pytest.fixture
def resolve(monkeypatch):
    """Names resolve to what a test says, and to nothing else: no request goes to a name server."""
    names: dict[str, list[str]] = {}
    asked: list[str] = []
    real = socket.getaddrinfo

    def lookup(host, port, *args, **kwargs):
        try:
            ip_address(host)
        except ValueError:
            asked.append(host)
            if host not in names:
                raise socket.gaierror(socket.EAI_NONAME, "unknown name") from None
            return [entry for number in names[host] for entry in real(number, port, *args, **kwargs)]
        return real(host, port, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    lookup.names, lookup.asked = names, asked
    return lookup


@pytest.fixture
def connects(monkeypatch):
    """Every address that a socket of this process connects to; anything beyond loopback is refused by the test."""
    seen: list[str] = []
    real = socket.socket.connect

    def connect(self, address):
        seen.append(address[0])
        if not ip_address(address[0]).is_loopback:
            raise ConnectionRefusedError("beyond loopback")
        return real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    return seen


REFUSED = [
    "127.0.0.1", "127.9.9.9", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0x7f.0.0.1", "127.0.0.1.", "127.0.1",
    "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[::]", "0.0.0.0", "0", "10.0.0.1", "172.16.0.1",
    "192.168.1.1", "169.254.169.254", "100.64.0.1", "[fe80::1]", "[fe80::1%25lo]", "[fc00::1]", "[2002:7f00:1::]",
    "[64:ff9b::7f00:1]", "[64:ff9b::10.0.0.1]", "[2001:0:7f00:1::]", "224.0.0.1", "[ff02::1]", "255.255.255.255",
    "user@127.0.0.1", "user:pass@[::1]", "public.test@127.0.0.1", "１２７.0.0.1", "①②⑦.0.0.1", "%31%32%37.0.0.1",
    "public.test.", "public.test\\@127.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("host", REFUSED)
def test_nothing_is_sent_to_what_is_refused(server, resolve, connects, host):
    port = server.address.rpartition(":")[2]
    resolve.names["public.test"] = ["127.0.0.1"]
    with Client(settings()) as client:
        for suffix in ("", f":{port}"):
            with pytest.raises(Rejected) as caught:
                client(f"http://{host}{suffix}/secret", MIB)
            assert caught.value.reason is Reason.REFUSED_ADDRESS
    assert connects == []
    assert server.requests == []


@pytest.mark.parametrize("host", sorted(set(REFUSED) - {"127.0.0.1", "127.9.9.9", "[::1]"}))
def test_allowing_loopback_allows_it_in_its_plain_spelling_only(server, connects, host):
    port = server.address.rpartition(":")[2]
    with Client(settings(allow_loopback=True)) as client, pytest.raises(Rejected) as caught:
        client(f"http://{host}:{port}/", MIB)
    assert caught.value.reason is Reason.REFUSED_ADDRESS
    assert connects == []


def test_no_connection_reaches_a_listener_that_must_not_be_asked():
    """The proof from the other side, with no part of this process changed: nobody ever comes to the door."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.settimeout(0.5)
        port = door.getsockname()[1]
        with Client(settings()) as client:
            for host in ("127.0.0.1", "localhost", "127.1", "2130706433", "[::ffff:127.0.0.1]"):
                with pytest.raises(Rejected, match="refused-address"):
                    client(f"http://{host}:{port}/", MIB)
        with pytest.raises(TimeoutError):
            door.accept()
        # The test can fail: where loopback is allowed, somebody comes.
        came: list[socket.socket] = []
        waiting = threading.Thread(target=lambda: came.append(door.accept()[0]))
        waiting.start()
        with Client(dataclasses.replace(settings(allow_loopback=True), answer_seconds=0.2)) as client:
            with pytest.raises(Transient):
                client(f"http://127.0.0.1:{port}/", MIB)
            waiting.join()
        came[0].close()


def test_a_name_is_judged_by_all_that_it_resolves_to(server, resolve, connects):
    resolve.names |= {"inside.test": ["10.0.0.7", "::1"], "both.test": ["127.0.0.1", "93.184.215.14"]}
    with Client(settings()) as client:
        with pytest.raises(Rejected, match=r"inside\.test is 10\.0\.0\.7"):
            client("http://inside.test/", MIB)
        assert connects == []
        with pytest.raises(Transient):
            client("http://both.test/", MIB)
    assert set(connects) == {"93.184.215.14"}  # never the other, though it responses and came first


def test_a_name_that_changes_its_address_gains_nothing(server, resolve, connects, monkeypatch):
    """DNS rebinding: public when it is judged, private when it is connected to."""
    responses = iter([["93.184.215.14"], ["127.0.0.1"], ["127.0.0.1"]])
    lookup = socket.getaddrinfo

    def changing(host, *args, **kwargs):
        if host == "rebind.test":
            resolve.names["rebind.test"] = next(responses)
        return lookup(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", changing)
    with Client(settings()) as client:
        with pytest.raises(Transient):
            client("http://rebind.test/", MIB)
        assert resolve.asked == ["rebind.test"]  # once, and connected to that very number
        with pytest.raises(Rejected, match="refused-address"):
            client("http://rebind.test/", MIB)
    assert connects == ["93.184.215.14"]


def test_a_redirect_is_judged_as_the_first_address_is(server, connects):
    port = int(server.address.rpartition(":")[2])
    targets = ["http://10.0.0.1/", "http://169.254.169.254/latest/meta-data", f"http://127.1:{port}/x", "http://[::]/",
               f"//0x7f000001:{port}/", f"http://a@127.0.0.1:{port}/"]  # fmt: skip
    for number, target in enumerate(targets):
        head = f"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n"
        server.pages[f"/{number}"] = head.encode()
    with Client(settings(allow_loopback=True)) as client:
        for number in range(len(targets)):
            with pytest.raises(Rejected) as caught:
                client(f"{server.address}/{number}", MIB)
            assert caught.value.reason is Reason.REFUSED_ADDRESS
    asked = [head.split(" ")[1] for head in server.requests]
    assert asked == ["/robots.txt", *(f"/{n}" for n in range(len(targets)))]
    assert set(connects) == {"127.0.0.1"}


def test_rules_that_redirect_inwards_are_not_followed(server, connects):
    server.pages["/robots.txt"] = b"HTTP/1.1 302 Found\r\nLocation: http://10.0.0.1/\r\nContent-Length: 0\r\n\r\n"
    with Client(settings(allow_loopback=True)) as client:
        for _ in range(2):
            with pytest.raises(Rejected, match="refused-address"):
                client(f"{server.address}/a", MIB)
    assert len(server.requests) == 1
    assert set(connects) == {"127.0.0.1"}


@pytest.mark.parametrize(("port", "reached"), [(80, True), (443, True), (8080, True), (22, False), (8081, False)])
def test_other_ports_are_asked_only_where_the_user_named_them(resolve, port, reached):
    resolve.names["news.test"] = ["93.184.215.14"]
    guard = AddressGuard(FetchSettings(named=("news.test:8080",)))
    if reached:
        assert guard.resolve("news.test", port) == ["93.184.215.14"]
    else:
        with pytest.raises(Rejected, match=f"port {port}"):
            guard.resolve("news.test", port)


@pytest.mark.parametrize(
    ("address", "public"),
    [("93.184.215.14", True), ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True), ("64:ff9b::5db8:d70e", True),
     ("2002:5db8:d70e::1", True), ("64:ff9b::a00:1", False), ("2002:a00:1::1", False), ("192.88.99.1", False),
     ("198.18.0.1", False), ("203.0.113.5", False), ("240.0.0.1", False), ("::ffff:93.184.215.14", False),
     ("2001:db8::1", False), ("3fff::1", False), ("fec0::1", False), ("5f00::1", False), ("64:ff9b:1::1", False)],
)  # fmt: skip
def test_public_addresses(address, public):
    assert is_public(ip_address(address)) is public


def test_tls_still_checks_the_name_that_was_asked(resolve):
    """The connection is made by number, the certificate is checked by name."""
    import storyfold.fetch.connections as connections

    resolve.names["news.test"] = ["127.0.0.1"]
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
        connection = connections._GuardedTlsConnection(
            "news.test",
            port,
            guard=AddressGuard(FetchSettings(allow_loopback=True)),
            current=connections.CurrentDeadline(),
            timeout=2,
        )
        connection._new_conn().close()
        assert (connection.host, connection._dns_host) == ("news.test", "news.test")
