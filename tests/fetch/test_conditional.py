"""Asking only for changes, and asking nothing twice: what the server sees of a second night and of a killed one."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests_support import ROOT

from storyfold.fetch.archive import ArchiveWriter
from storyfold.fetch.client import Client
from storyfold.fetch.conditional import ArchivedResponses, ConditionalRequests, make_validators
from storyfold.fetch.journal import Journal
from storyfold.outcomes import Reason, Rejected, Transient
from storyfold.schemas import EarlierResponse
from storyfold.settings.fetch import FetchSettings
from storyfold.web.messages import ErrorResponse, Response, Validators

MIB = 1024 * 1024
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SETTINGS = FetchSettings(connect_seconds=2, answer_seconds=5, allow_loopback=True, delay_seconds=0)
BODY = b"<p>one two three</p>" * 50


@pytest.fixture
def client():
    with Client(SETTINGS, lambda: NOON) as made:
        yield made


def versioned(etag: str, body: bytes = BODY, *, modified: str | None = None, bare: bool = False):
    """A page that responses 304 to whom knows its version."""

    def send(connection, head: str) -> None:
        squeezed = gzip.compress(body)
        lines = [] if bare else [f"ETag: {etag}", *([f"Last-Modified: {modified}"] if modified else [])]
        known = f"If-None-Match: {etag}" in head or (modified and f"If-Modified-Since: {modified}" in head)
        if known:
            connection.sendall("\r\n".join(["HTTP/1.1 304 Not Modified", *lines]).encode() + b"\r\n\r\n")
            return
        lines = [f"ETag: {etag}", *([f"Last-Modified: {modified}"] if modified else [])]
        lines += [
            "Content-Type: text/html; charset=koi8-r",
            "Content-Encoding: gzip",
            f"Content-Length: {len(squeezed)}",
        ]
        connection.sendall("\r\n".join(["HTTP/1.1 200 OK", *lines]).encode() + b"\r\n\r\n" + squeezed)

    return send


def first_night(client: Client, url: str, folder: Path, name: str = "one.warc.gz") -> EarlierResponse:
    with ArchiveWriter(folder, name) as store:
        response = ArchivedResponses(client, store)(url, MIB)
    warc_file, warc_offset = response.archive_place
    return EarlierResponse(
        url=url,
        final_url=response.final_url,
        etag=response.find_header("etag"),
        last_modified=response.find_header("last-modified"),
        content_sha256=hashlib.sha256(response.content).hexdigest(),
        warc_file=warc_file,
        warc_offset=warc_offset,
    )


@pytest.mark.parametrize(
    ("etag", "modified", "bare"),
    [('"1"', None, False), ('W/"1"', None, True), ("", "Sun, 01 Mar 2026 10:00:00 GMT", True)],
)
def test_what_did_not_change_is_not_sent_again(server, client, tmp_path, etag, modified, bare):
    server.pages["/a"] = versioned(etag, modified=modified, bare=bare)
    server.pages["/moved"] = b"HTTP/1.1 301 Moved\r\nLocation: /a\r\nContent-Length: 0\r\n\r\n"
    url = f"{server.address}/moved"
    earlier = first_night(client, url, tmp_path)
    again = ConditionalRequests(client, [earlier], tmp_path)(url, MIB)
    assert (again.status, again.content, again.payload) == (304, BODY, b"")
    assert again.archive_place == (earlier.warc_file, earlier.warc_offset)
    assert again.find_header("content-type") == "text/html; charset=koi8-r"
    assert (again.find_header("etag") or None, again.find_header("last-modified")) == (etag or None, modified)
    conditional = ["If-" in head for head in server.requests if "/robots.txt" not in head]
    assert conditional == [False, False, False, True]  # only the address that answered is asked for a change


def test_what_changed_is_new(server, client, tmp_path):
    server.pages["/a"] = versioned('"1"')
    url = f"{server.address}/a"
    earlier = first_night(client, url, tmp_path)
    server.pages["/a"] = versioned('"2"', b"<p>corrected</p>")
    again = ConditionalRequests(client, [earlier], tmp_path)(url, MIB)
    assert (again.status, again.content, again.archive_place) == (200, b"<p>corrected</p>", None)


def test_the_same_bytes_without_validators_are_kept_once(server, client, tmp_path, respond_with):
    server.pages["/a"] = respond_with(BODY)
    url = f"{server.address}/a"
    earlier = first_night(client, url, tmp_path)
    assert make_validators(earlier) is None
    with ArchiveWriter(tmp_path, "two.warc.gz") as store:
        again = ArchivedResponses(ConditionalRequests(client, [earlier], tmp_path), store)(url, MIB)
    assert (again.status, again.archive_place) == (200, (earlier.warc_file, earlier.warc_offset))
    assert not (tmp_path / "two.warc.gz").exists()


def test_a_page_whose_archive_is_gone_comes_anew(server, client, tmp_path):
    server.pages["/a"] = versioned('"1"')
    url = f"{server.address}/a"
    earlier = first_night(client, url, tmp_path)
    damaged = bytearray((tmp_path / "one.warc.gz").read_bytes())
    damaged[-40] ^= 0xFF
    for content in (bytes(damaged), None):
        (tmp_path / "one.warc.gz").unlink()
        if content:
            (tmp_path / "one.warc.gz").write_bytes(content)
        again = ConditionalRequests(client, [earlier], tmp_path)(url, MIB)
        assert (again.status, again.content, again.archive_place) == (200, BODY, None)
        (tmp_path / "one.warc.gz").touch()


def test_304_to_a_plain_request_is_an_error(server, client):
    server.pages["/a"] = b"HTTP/1.1 304 Not Modified\r\n\r\n"
    with pytest.raises(ErrorResponse):
        client(f"{server.address}/a", MIB)
    with pytest.raises(ErrorResponse):
        client(f"{server.address}/a", MIB, Validators(url="https://other.test/", etag='"1"'))


def test_a_journal_responses_what_it_was_told(server, client, tmp_path, respond_with):
    server.pages |= {"/a": versioned('"1"'), "/empty": respond_with(b""), "/large": respond_with(b"x" * 2000)}
    server.pages["/busy"] = respond_with(b"", status="503 Busy")
    paths = ["/a", "/empty", "/gone", "/large", "/busy", "/a"]
    validators = Validators(url=f"{server.address}/a", etag='"1"')

    def outcomes(journal: Journal) -> list[object]:
        seen: list[object] = []
        unchanged = journal(f"{server.address}/a", 1500, validators)
        for path in paths:
            try:
                seen.append(journal(server.address + path, 1500))
            except (Rejected, Transient) as error:
                seen.append((type(error), str(error)))
        return [*seen, unchanged]

    with Journal(tmp_path / "j", client) as journal:
        first = outcomes(journal)
        assert outcomes(journal) == first
    assert sorted(server.paths) == ["/a", "/a", "/busy", "/empty", "/gone", "/large"]
    with Journal(tmp_path / "j", client) as journal:
        assert outcomes(journal) == first
        assert server.paths[6:] == ["/busy"]  # another start may try again what had no answer
        journal.discard()
    assert not (tmp_path / "j").exists()
    assert isinstance(first[0], Response)
    assert (first[2][0], first[3][0]) == (ErrorResponse, Rejected)
    assert first[-1].status == 304


def test_a_journal_that_was_cut_anywhere_keeps_its_whole_entries(server, client, tmp_path, respond_with):
    server.pages |= {f"/{n}": respond_with(b"line\n" * n) for n in range(3)}
    urls = [f"{server.address}/{n}" for n in range(3)]
    with Journal(tmp_path / "j", client) as journal:
        ends = [0]
        for url in urls:
            journal(url, MIB)
            ends.append((tmp_path / "j").stat().st_size)
    whole = (tmp_path / "j").read_bytes()
    never = []
    for cut in range(0, len(whole), 7):
        (tmp_path / "cut").write_bytes(whole[:cut])
        kept = sum(end <= cut for end in ends) - 1
        with Journal(tmp_path / "cut", lambda url, *_: never.append(url)) as journal:
            assert len(journal.recorded) == kept
            assert [journal(url, MIB).content for url in urls[:kept]] == [b"line\n" * n for n in range(kept)]
    assert never == []
    (tmp_path / "cut").write_bytes(whole[: ends[2] + 9] + b"\xff\x00 noise")
    with Journal(tmp_path / "cut", client) as journal:
        journal(urls[2], MIB)
    assert (tmp_path / "cut").read_bytes()[: ends[2]] == whole[: ends[2]]
    with Journal(tmp_path / "cut", None) as journal:
        assert journal(urls[2], MIB).content == b"line\n" * 2


def test_refusals_of_the_moment_are_not_written_down(tmp_path):
    def refuse(url: str, *_: object):
        raise Rejected(Reason.ROBOTS_UNREACHABLE if "r" in url else Reason.ROBOTS)

    with Journal(tmp_path / "j", refuse) as journal:
        for url in ("r", "s"):
            with pytest.raises(Rejected):
                journal(url, MIB)
    with Journal(tmp_path / "j", None) as journal:
        assert set(journal.recorded) == {("s", None)}


BATCH = """
import sys, time
from pathlib import Path
from storyfold.fetch.client import Client
from storyfold.fetch.concurrent_hosts import request_concurrently
from storyfold.fetch.journal import Journal
from storyfold.settings.fetch import FetchSettings
folder, *urls = sys.argv[1:]
name = "j"
if "--journal" in urls:
    *urls, _, name = urls
settings = FetchSettings(allow_loopback=True, delay_seconds=0.2)
with Client(settings, robots_file=Path(folder, "robots")) as client, Journal(Path(folder, name), client) as journal:
    request_concurrently(urls, 10**6, journal, journal, 60)
    print(sum(len(journal(url, 10**6).content) for url in urls))
"""


def test_what_a_killed_batch_has_written_down_is_not_asked_again(servers, respond_with, tmp_path):
    """At whatever moment: the journals on disk say what was written down, the servers what was asked."""
    web = servers(3)
    for server in web:
        server.pages |= {f"/{n}": respond_with(b"x" * 100) for n in range(8)}
    urls = [f"{server.address}/{n}" for n in range(8) for server in web]
    command = [sys.executable, "-c", BATCH, str(tmp_path), *urls]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    chance = random.Random(3)
    for least in (1, 6, 12):
        with subprocess.Popen(command, env=environment) as killed:
            wait_until(lambda least=least: sum(len(server.paths) for server in web) >= least)
            time.sleep(chance.random() * 0.2)
            killed.send_signal(signal.SIGKILL)
        asked = [len(server.log) for server in web]
        written = {url for name in ("j", "robots") for url, _ in Journal(tmp_path / name, None).recorded}
        assert written
        if least == 12:
            done = subprocess.run(command, env=environment, capture_output=True, check=True, timeout=300)
            assert int(done.stdout) == len(urls) * 100
        else:
            with subprocess.Popen(command, env=environment) as again:
                wait_until(lambda asked=asked: sum(len(server.log) for server in web) > sum(asked))
                again.send_signal(signal.SIGKILL)
        for server, before in zip(web, asked, strict=True):
            later = {server.address + seen.path for seen in server.log[before:]}
            assert later & written == set()
    for server in web:
        counted = Counter(seen.path for seen in server.log)
        assert set(counted) == {"/robots.txt", *(f"/{n}" for n in range(8))}
        assert counted.total() <= 9 + 5  # of each host one response a kill that was on its way


def wait_until(true) -> None:
    deadline = time.monotonic() + 120
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.005)


WRITER = """
import sys, random
from datetime import UTC, datetime
from pathlib import Path
from storyfold.web.messages import Response
from storyfold.fetch.journal import Journal
path, who, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
def send_request(url, limit, validators):
    body = random.Random(url).randbytes(random.Random(url).randrange(40_000)).replace(b"0", b"\\n")
    return Response(url=url, final_url=url, status=200, status_text="OK", version="HTTP/1.1", headers=(), content=body,
                  payload=body, seen_at=datetime(2026, 3, 1, tzinfo=UTC))
with Journal(path, send_request) as journal:
    print("ready", flush=True)
    sys.stdin.readline()
    for n in range(count):
        journal(f"http://{who}.test/{n}", 10**6)
        print(n, flush=True)
"""


def start_writer(path: Path, who: str, count: int) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    command = [sys.executable, "-c", WRITER, str(path), who, str(count)]
    return subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_processes_that_keep_one_journal_lose_nothing_of_each_other(tmp_path):
    """Four write at once; one of them is killed on the way, and what it had told of is there, too."""
    path = tmp_path / "robots.asked"
    with contextlib.ExitStack() as running:
        writers = [running.enter_context(start_writer(path, who, 300)) for who in ("a", "b", "c", "killed")]
        for writer in writers:
            assert writer.stdout.readline() == "ready\n"
        for writer in writers:
            writer.stdin.write("\n")
            writer.stdin.flush()
        done = 0
        while done < 40:
            done = int(writers[3].stdout.readline()) + 1
        writers[3].kill()
        done += len(writers[3].stdout.read().split())
        for writer in writers[:3]:
            assert writer.stdout.read().split()[-1] == "299"
    assert [writer.returncode for writer in writers] == [0, 0, 0, -signal.SIGKILL]
    asked: list[str] = []
    with Journal(path, lambda url, *_: asked.append(url)) as journal:
        for who, count in (("a", 300), ("b", 300), ("c", 300), ("killed", done)):
            for n in range(count):
                content = journal(f"http://{who}.test/{n}", MIB).content
                assert len(content) == random.Random(f"http://{who}.test/{n}").randrange(40_000)
    assert asked == []


def test_two_nights_processes_share_the_rules_of_their_hosts(servers, respond_with, tmp_path):
    web = servers(4)
    for server in web:
        server.pages |= {"/robots.txt": respond_with(b"User-agent: *\nDisallow: /no"), "/a": respond_with(b"x")}
    urls = [f"{server.address}/a" for server in web]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    asked = []
    for names in (("one", "two"), ("three", "four")):
        with contextlib.ExitStack() as running:
            both = [
                running.enter_context(
                    subprocess.Popen(
                        [sys.executable, "-c", BATCH, str(tmp_path), *part, "--journal", name],
                        env=environment,
                        stdout=subprocess.PIPE,
                    )
                )
                for name, part in zip(names, (urls, urls[::-1]), strict=True)
            ]
            assert [int(process.communicate()[0]) for process in both] == [4, 4]
        asked.append([[seen.path for seen in server.log].count("/robots.txt") for server in web])
    assert all(1 <= count <= 2 for count in asked[0])
    assert asked[1] == asked[0]  # later processes know the rules that either of them had learned
    assert all(server.paths.count("/a") == 4 for server in web)


def test_a_journal_whose_middle_is_damaged_goes_on(server, client, tmp_path, respond_with):
    server.pages |= {f"/{n}": respond_with(b"line\n" * n) for n in range(4)}
    urls = [f"{server.address}/{n}" for n in range(4)]
    path = tmp_path / "j"
    with Journal(path, client) as early:
        for url in urls[:3]:
            early(url, MIB)
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 0xFF
        path.write_bytes(data)
        with Journal(path, client) as late:  # it takes off what is not whole, and writes something else there
            for url in urls[::-1]:
                late(url, MIB)
        assert [early(url, MIB).content for url in urls] == [b"line\n" * n for n in range(4)]
    never: list[str] = []
    with Journal(path, lambda url, *_: never.append(url)) as journal:
        assert [journal(url, MIB).content for url in urls] == [b"line\n" * n for n in range(4)]


def test_no_flipped_bit_of_a_journal_is_taken_for_a_response(server, client, tmp_path, respond_with):
    server.pages |= {f"/{n}": respond_with(b"line\n" * n) for n in range(3)}
    urls = [f"{server.address}/{n}" for n in range(3)]
    with Journal(tmp_path / "j", client) as journal:
        whole = [journal(url, MIB) for url in urls]
    data = (tmp_path / "j").read_bytes()

    def unknown(url: str, *_: object):
        raise Rejected(Reason.NOT_TEXT, "asked again")

    for position in range(len(data)):
        flipped = bytearray(data)
        flipped[position] ^= 1 << position % 8
        (tmp_path / "flipped").write_bytes(flipped)
        known = set(Journal(tmp_path / "flipped", unknown).recorded)
        with Journal(tmp_path / "flipped", unknown) as journal:
            assert known < {(url, None) for url in urls}
            assert all(journal(url, MIB) in whole for url, _ in known)


def test_not_modified_is_a_response_for_one_version_only(server, client, tmp_path):
    """A killed night is taken up after another one landed: what its server called unchanged was an older version."""
    server.pages["/a"] = versioned('"1"')
    url = f"{server.address}/a"
    one, two = (Validators(url=url, etag=etag) for etag in ('"1"', '"2"'))
    with Journal(tmp_path / "j", client) as journal:
        assert journal(url, MIB, one).status == 304
    with Journal(tmp_path / "j", client) as journal:
        assert journal(url, MIB, one).status == 304
        assert journal(url, MIB, two).content == BODY
    assert len(server.paths) == 2


def test_a_whole_response_stands_whatever_is_known_of_the_page_since(server, client, tmp_path):
    server.pages["/a"] = versioned('"1"')
    url = f"{server.address}/a"
    for validators in (None, Validators(url=url, etag='"1"')):
        with Journal(tmp_path / "j", client) as journal:
            assert journal(url, MIB, validators).content == BODY
    assert server.paths == ["/a"]


@pytest.mark.parametrize("etag", ['"' + "a" * 2000 + '"', '"\x00"', '"\r\nX-Ours: 1"', '"\u20ac"', ""])
def test_validators_that_no_server_would_take_back_are_not_sent(server, client, tmp_path, etag):
    server.pages["/a"] = versioned('"1"')
    url = f"{server.address}/a"
    earlier = EarlierResponse(
        url=url, final_url=url, etag=etag, content_sha256="", warc_file="none.warc.gz", warc_offset=0
    )
    assert ConditionalRequests(client, [earlier], tmp_path)(url, MIB).content == BODY
    assert "If-None-Match" not in server.requests[-1]
