"""Politeness and robots.txt, as the server's own log shows them."""

from __future__ import annotations

import threading
from itertools import pairwise

import pytest
from tests_support import costs_at_most

from storyfold.fetch.client import Client
from storyfold.fetch.concurrent_hosts import MOST_FAILURES, group_by_host, request_concurrently
from storyfold.fetch.journal import Journal
from storyfold.fetch.robots import NAME, read_rules
from storyfold.fetch.throttle import HostThrottle
from storyfold.outcomes import Reason, Rejected, Transient
from storyfold.settings.fetch import FetchSettings
from storyfold.web.urls import make_host_key

MIB = 1024 * 1024
DELAY = 0.15


def settings(delay: float = 0.0) -> FetchSettings:
    return FetchSettings(connect_seconds=2, answer_seconds=5, allow_loopback=True, delay_seconds=delay)


def robots(text: str) -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode()


def gaps(server) -> list[float]:
    return [later.at - earlier.at for earlier, later in pairwise(server.log)]


def test_a_host_sees_one_connection_and_a_pause_however_many_threads_ask(servers, respond_with, tmp_path):
    web = servers(4)
    urls = []
    for server in web:
        server.pages |= {f"/{n}": respond_with(b"x") for n in range(5)}
    for number in range(5):
        urls += [f"{server.address}/{number}" for server in web]
    with Client(settings(DELAY)) as client, Journal(tmp_path / "j", client) as journal:
        request_concurrently(urls, MIB, journal, journal, 60)
    for server in web:
        assert server.paths == ["/0", "/1", "/2", "/3", "/4"]
        assert min(gaps(server)) >= DELAY
        assert server.most_open == 1
    # Hosts went at the same time: one after another, all would take as long as each of them together.
    spans = [(server.log[0].at, server.log[-1].at) for server in web]
    assert max(last for _, last in spans) - min(first for first, _ in spans) < sum(
        last - first for first, last in spans
    )
    fastest = max(6 / (server.log[-1].at - server.log[0].at) for server in web)
    print(f"most requests a second seen by one host: {fastest:.2f} at a delay of {DELAY} s")


def test_clients_of_one_process_share_the_turns(server, respond_with):
    server.pages |= {f"/{n}": respond_with(b"x") for n in range(3)}
    hosts = HostThrottle()

    def send_request(number: int) -> None:
        with Client(settings(DELAY), throttle=hosts) as client:
            client(f"{server.address}/{number}", MIB)

    threads = [threading.Thread(target=send_request, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.paths) == 3
    assert min(gaps(server)) >= DELAY


def test_redirects_across_hosts_wait_for_each_host_and_never_for_each_other(servers, respond_with, tmp_path):
    one, two = servers(2)
    for here, there in ((one, two), (two, one)):
        here.pages["/end"] = respond_with(b"end")
        for number in range(4):
            location = f"{there.address}/end"
            here.pages[f"/{number}"] = (
                f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()
            )
    urls = [f"{server.address}/{n}" for n in range(4) for server in (one, two)]
    with Client(settings(0.05)) as client, Journal(tmp_path / "j", client) as journal:
        request_concurrently(urls, MIB, journal, journal, 60)
        assert [journal(url, MIB).content for url in urls] == [b"end"] * 8
    for server in (one, two):
        assert min(gaps(server)) >= 0.05
        assert server.most_open == 1


def test_robots_are_asked_once_and_heeded(server, respond_with):
    server.pages["/robots.txt"] = robots(
        "User-agent: *\nDisallow: /\n\n"
        "User-agent: StoryFold\nDisallow: /private/\nAllow: /private/open\nCrawl-delay: 0.2"
    )
    server.pages |= {path: respond_with(b"x") for path in ("/a", "/b", "/private/x", "/private/open")}
    server.pages["/to"] = b"HTTP/1.1 301 Moved\r\nLocation: /private/x\r\nContent-Length: 0\r\n\r\n"
    with Client(settings()) as client:
        for path in ("/a", "/private/open", "/b"):
            client(server.address + path, MIB)
        for path in ("/private/x", "/to"):
            with pytest.raises(Rejected) as caught:
                client(server.address + path, MIB)
            assert caught.value.reason is Reason.ROBOTS
    assert [seen.path for seen in server.log] == ["/robots.txt", "/a", "/private/open", "/b", "/to"]
    assert min(gaps(server)[1:]) >= 0.2  # what robots.txt asks for, as soon as it is known


@pytest.mark.parametrize("status", ["404 Not Found", "403 Forbidden", "410 Gone"])
def test_no_rules_allow_all(server, respond_with, status):
    server.pages["/robots.txt"] = respond_with(b"User-agent: *\nDisallow: /", status=status)
    server.pages["/a"] = respond_with(b"x")
    with Client(settings()) as client:
        assert client(f"{server.address}/a", MIB).content == b"x"


def test_rules_are_found_behind_redirects(server, respond_with):
    server.pages["/robots.txt"] = b"HTTP/1.1 301 Moved\r\nLocation: /rules\r\nContent-Length: 0\r\n\r\n"
    server.pages["/rules"] = robots("User-agent: *\nDisallow: /a")
    server.pages["/loop"] = b"HTTP/1.1 301 Moved\r\nLocation: /loop\r\nContent-Length: 0\r\n\r\n"
    with Client(settings()) as client, pytest.raises(Rejected, match="robots-disallowed"):
        client(f"{server.address}/a", MIB)
    server.pages["/robots.txt"] = server.pages["/loop"]
    server.pages["/a"] = respond_with(b"x")
    with Client(settings()) as client:
        assert client(f"{server.address}/a", MIB).content == b"x"


@pytest.mark.parametrize(
    "response",
    [b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", b"HTTP/1.1 429 Slow\r\nContent-Length: 0\r\n\r\n",
     lambda connection, _: connection.close()],
)  # fmt: skip
def test_a_host_whose_rules_cannot_be_had_is_left_alone(server, respond_with, response):
    server.pages |= {"/robots.txt": response, "/a": respond_with(b"x")}
    with Client(settings()) as client:
        for expected in (Transient, Transient, Rejected, Rejected):
            with pytest.raises(expected) as caught:
                client(f"{server.address}/a", MIB)
    assert caught.value.reason is Reason.ROBOTS_UNREACHABLE
    assert [seen.path for seen in server.log] == ["/robots.txt"] * 3  # asked three times, then no more


def test_rules_beyond_their_limit_are_none_to_go_by(server, respond_with):
    server.pages |= {"/robots.txt": respond_with(b"#" * 600_000, media_type="text/plain"), "/a": respond_with(b"x")}
    with Client(settings()) as client, pytest.raises(Rejected) as caught:
        client(f"{server.address}/a", MIB)
    assert caught.value.reason is Reason.ROBOTS_UNREACHABLE
    assert server.paths == []


@pytest.mark.parametrize(
    "text", ["", "\x00\xff", "<html>no rules</html>", "Crawl-delay: 9", "User-agent: *\nCrawl-delay: nan\nDisallow:",
             "User-agent: *\nCrawl-delay: -7", "User-agent: *\nDisallow: /" + "*a" * 2000],
)  # fmt: skip
def test_rules_of_every_sort_are_read(server, respond_with, text):
    server.pages["/robots.txt"] = respond_with(text.encode("latin-1"), media_type="text/plain")
    server.pages["/a"] = respond_with(b"x")
    with costs_at_most(2), Client(settings()) as client:
        assert client(f"{server.address}/a", MIB).content == b"x"


def test_a_busy_host_gets_the_rest_it_asks_for(server, respond_with):
    server.pages["/busy"] = b"HTTP/1.1 429 Too Many\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"
    server.pages["/a"] = respond_with(b"x")
    with Client(settings()) as client:
        with pytest.raises(Transient):
            client(f"{server.address}/busy", MIB)
        client(f"{server.address}/a", MIB)
    assert gaps(server)[-1] >= 1


def test_a_host_that_goes_silent_is_given_up_for_the_batch(servers, respond_with, tmp_path):
    silent, well = servers(2)
    for server in (silent, well):
        server.pages |= {f"/{n}": respond_with(b"x") for n in range(8)}
    silent.pages |= {f"/{n}": lambda connection, _: connection.close() for n in range(8)}
    urls = [f"{server.address}/{n}" for server in (silent, well) for n in range(8)]
    with Client(settings()) as client, Journal(tmp_path / "j", client) as journal:
        request_concurrently(urls, MIB, journal, journal, 60)
        with pytest.raises(Transient, match="not asked"):
            journal(urls[7], MIB)
        with pytest.raises(Transient, match="not asked"):
            journal(urls[MOST_FAILURES], MIB)
    assert len(set(silent.paths)) == MOST_FAILURES
    assert len(well.paths) == 8


def test_an_error_of_our_own_stops_the_crowd(tmp_path):
    def broken(url: str, limit: int):
        raise KeyError(url)

    with Journal(tmp_path / "j", None) as journal, pytest.raises(KeyError):
        request_concurrently([f"http://{n}.test/" for n in range(9)], MIB, broken, journal, 60)


def test_hosts_are_told_apart_by_name_and_by_their_own_ports():
    urls = ["https://a.test/1", "http://A.test:80/2", "http://a.test:8080/3", "https://b.test/", "https://a.test/1"]
    assert [make_host_key(url) for url in urls] == ["a.test", "a.test", "a.test:8080", "b.test", "a.test"]
    assert group_by_host(urls) == {"a.test": urls[:2], "a.test:8080": [urls[2]], "b.test": [urls[3]]}


@pytest.mark.parametrize("spelling", ["User-agent: {}", "user agent {}", "  USERAGENT :\t{}*", "User-Agent\t{} # x"])
def test_many_agents_times_many_rules_cost_no_more_than_their_sum(spelling):
    text = "".join(spelling.format(f"a{n}") + "\n" for n in range(8_000)) + "User-agent: StoryFold\n"
    with costs_at_most(5):  # as one product, these took a minute and a half and 4.6 GB
        rules = read_rules(text + "".join(f"Disallow: /{n}\n" for n in range(8_000)) + "Crawl-delay: 3\n")
    assert not rules.can_fetch("http://a.test/7999", NAME)
    assert rules.can_fetch("http://a.test/x", NAME)
    assert rules.crawl_delay(NAME) == 3


def test_groups_of_other_agents_do_not_bind_us():
    text = "User-agent: bot\nUser-agent: other\nDisallow: /\n\nUser-agent: *\nDisallow: /all\n"
    text += "User-agent: bot\nDisallow: /b"
    for addition, forbidden in (("", "/all"), ("\nUser-agent: other\nUser-agent: storyfold\nDisallow: /us", "/us")):
        rules = read_rules(text + addition)
        paths = ["/", "/all", "/b", "/us"]
        assert [path for path in paths if not rules.can_fetch("http://a.test" + path, NAME)] == [forbidden]


@pytest.mark.parametrize("kept", [False, True])
def test_rules_that_come_at_the_second_try_are_heeded(server, respond_with, tmp_path, kept):
    responses = iter([b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", robots("User-agent: *\nDisallow: /b")])
    server.pages["/robots.txt"] = lambda connection, _: connection.sendall(next(responses))
    server.pages |= {"/a": respond_with(b"x"), "/b": respond_with(b"x")}
    with Client(settings(), robots_file=tmp_path / "robots" if kept else None) as client:
        with pytest.raises(Transient):
            client(f"{server.address}/a", MIB)
        assert client(f"{server.address}/a", MIB).content == b"x"
        with pytest.raises(Rejected, match="robots-disallowed"):
            client(f"{server.address}/b", MIB)
    assert [seen.path for seen in server.log] == ["/robots.txt", "/robots.txt", "/a"]


def test_a_host_whose_time_is_over_is_left_alone_and_its_rest_told(servers, respond_with, tmp_path):
    endless, short = servers(2)
    for server in (endless, short):
        server.pages |= {f"/{n}": respond_with(b"x") for n in range(30)}
    urls = [f"{endless.address}/{n}" for n in range(30)] + [f"{short.address}/{n}" for n in range(2)]
    with Client(settings(0.1)) as client, Journal(tmp_path / "j", client) as journal:
        request_concurrently(urls, MIB, journal, journal, 0.8)
        assert [journal(url, MIB).content for url in urls[30:]] == [b"x", b"x"]
        with pytest.raises(Transient, match="seconds of this night were over"):
            journal(urls[29], MIB)
    assert 0 < len(endless.paths) < 12


@pytest.mark.parametrize(
    ("agent", "ours"),
    [("Storyfold", True), ("storyfold/2.1", True), ("STORYFOLD*", True), ("story", False), ("storyfolder", False),
     ("s", False), ("/", False), ("a storyfold", False)],
)  # fmt: skip
def test_rules_for_our_whole_name_are_ours(agent, ours):
    rules = read_rules(f"User-agent: {agent}\nDisallow: /us\n\nUser-agent: *\nDisallow: /all")
    assert rules.can_fetch("http://a.test/us", NAME) is not ours
    assert rules.can_fetch("http://a.test/all", NAME) is ours
