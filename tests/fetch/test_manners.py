"""Manners over a real server: a long Retry-After is a rest, a source has its own pause, and we say who we are."""

from __future__ import annotations

import dataclasses
import json
import time
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path

import pytest

from flows.commands.page_inputs import PageInputs
from storyfold.fetch.client import Client
from storyfold.fetch.plan import plan_fetch
from storyfold.fetch.retry_after import LONGEST_REST, RestingHosts, read_retry_after
from storyfold.fetch.user_agent import PRODUCT, list_agent_names, make_user_agent
from storyfold.lake.lake import Lake
from storyfold.outcomes import Reason, Rejected
from storyfold.run.attempt import begin_attempt
from storyfold.run.parts import read_rows
from storyfold.schemas import Fetch, Page, Reject
from storyfold.settings.fetch import FetchSettings
from storyfold.settings.sources import Source, Sources, load_sources
from storyfold.settings.stages import Settings
from tasks.discover import discover_source
from tasks.fetch import fetch_items
from tasks.resources import RESTING_HOSTS_FILE, Recipe, Resources
from tasks.retrying import retry_transient

MIB = 1024 * 1024
NOW = datetime(2026, 3, 4, 2, 30, tzinfo=UTC)
SETTINGS = FetchSettings(connect_seconds=2, answer_seconds=5, allow_loopback=True, delay_seconds=0)


def night(lake: Lake, sources: tuple[Source, ...], day: int, fetch: FetchSettings = SETTINGS):
    lake.create({})
    settings = Settings(fetch=fetch)
    read = Sources(path=Path("sources.toml"), sources=sources, settings=settings)
    attempt = begin_attempt(lake, date(2026, 3, day), read, settings, "test", datetime.now(UTC))
    with Resources(Recipe(str(lake.folder), 1)) as open_:
        found = [discover_source.fn(attempt, n, source, settings, open_) for n, source in enumerate(sources)]
        batches = plan_fetch(attempt, open_.lake, found, fetch)
        fetched = [fetch_items.fn(attempt, batch, settings, open_) for batch in batches]
    return read_rows(fetched, Page), read_rows(fetched, Reject), read_rows(fetched, Fetch)


def busy(retry_after: str, status: str = "429 Too Many Requests") -> bytes:
    return f"HTTP/1.1 {status}\r\nRetry-After: {retry_after}\r\nContent-Length: 0\r\n\r\n".encode()


def date_in(seconds: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize("words", ["3600", "a date"])
def test_a_host_that_asks_for_an_hour_is_not_asked_again_this_night_or_the_next(servers, respond_with, tmp_path, words):
    resting, well = servers(2)
    for server in (resting, well):
        server.pages |= {f"/{n}": respond_with(b"<p>text</p>") for n in range(6)}
    resting.pages["/1"] = busy(date_in(3600) if words == "a date" else words)
    source = Source(id="s", urls=tuple(f"{server.address}/{n}" for n in range(6) for server in (resting, well)))
    lake = Lake(tmp_path / "lake")
    started = time.monotonic()
    pages, rejects, fetches = night(lake, (source,), 4)
    assert time.monotonic() - started < 20
    assert resting.paths == ["/0", "/1"]
    assert well.paths == [f"/{n}" for n in range(6)]
    assert len(pages) == 7
    reasons = {reject.location: (reject.reason, reject.detail) for reject in rejects}
    assert reasons[f"{resting.address}/1"][0] == "http-error"
    assert [fetch.status for fetch in fetches if fetch.url == f"{resting.address}/1"] == [429]
    left = [reasons[f"{resting.address}/{n}"] for n in range(2, 6)]
    assert {reason for reason, _ in left} == {"no-answer"}
    assert all("Retry-After" in detail for _, detail in left)
    pages, rejects, _ = night(lake, (source,), 5)
    assert resting.paths == ["/0", "/1"]
    assert [seen.path for seen in resting.log].count("/robots.txt") == 1
    assert (len(pages), len(rejects), {reject.reason for reject in rejects}) == (6, 6, {"no-answer"})
    kept = lake.work / RESTING_HOSTS_FILE
    told = {host: datetime.now(UTC) - timedelta(seconds=1) for host in json.loads(kept.read_text())}
    kept.write_text(json.dumps({host: moment.isoformat() for host, moment in told.items()}))
    resting.pages["/1"] = respond_with(b"<p>text</p>")
    assert len(night(lake, (source,), 6)[0]) == 12  # the hour is over


def test_robots_txt_may_ask_for_the_rest_too(server, respond_with, tmp_path):
    server.pages |= {"/robots.txt": busy("3600", "503 Down"), "/a": respond_with(b"x"), "/b": respond_with(b"x")}
    rests = RestingHosts(tmp_path / "rests")
    with Client(SETTINGS, resting_hosts=rests) as client:
        for path in ("/a", "/b"):
            with pytest.raises(Rejected) as caught:
                client(server.address + path, MIB)
            assert caught.value.reason is Reason.NO_ANSWER
    assert len(server.log) == 1


def test_a_few_seconds_are_waited_for(server, respond_with):
    responses = iter([busy(date_in(3)), respond_with(b"x")])
    server.pages["/a"] = lambda connection, _: connection.sendall(next(responses))
    started = time.monotonic()
    with Client(SETTINGS) as client:
        assert retry_transient(client, (0.1,))(f"{server.address}/a", MIB).content == b"x"
    assert 1 < time.monotonic() - started < 15


def test_what_retry_after_says_is_read_and_capped():
    day = LONGEST_REST.total_seconds()
    for words, seconds in {
        "120": 120, " 7 ": 7, "99999999999999999999": day, "-5": 0, "1.5": 0, "soon": 0, "": 0, None: 0, "9" * 400: 0,
        "Wed, 04 Mar 2026 02:31:00 GMT": 60, "Wed, 04 Mar 2026 02:29:00 GMT": 0, "Fri, 31 Dec 9999 23:59:59 GMT": day,
        "Wednesday, 04-Mar-26 02:31:00 GMT": 60, "Wed Mar  4 02:31:00 2026": 60, "Wed, 99 Mar 2026 02:31:00 GMT": 0,
        "\u0661\u0662": 0,
    }.items():  # fmt: skip
        assert read_retry_after(words, NOW) == seconds, words


@pytest.mark.parametrize(
    "kept", ["", "[1]", '{"a.test": 3}', '{"a.test": "2026-03-04T03:00:00"}', "\x00", '{"a.test":']
)
def test_a_damaged_file_of_rests_keeps_nothing_and_takes_new_ones(tmp_path, kept):
    file = tmp_path / "rests"
    file.write_text(kept)
    rests = RestingHosts(file, lambda: NOW)
    rests.check("http://a.test/")
    rests.begin_rest("http://a.test/", 10**9)
    assert json.loads(file.read_text()) == {"a.test": (NOW + LONGEST_REST).isoformat()}
    with pytest.raises(Rejected, match="no-answer"):
        RestingHosts(file, lambda: NOW).check("https://a.test/x")
    RestingHosts(file, lambda: NOW + LONGEST_REST).check("http://a.test/")
    RestingHosts(file, lambda: NOW - timedelta(days=400)).check("http://a.test/")  # a clock put back silences nobody


def test_a_source_has_its_own_pause_and_the_longest_of_two_holds(servers, respond_with, tmp_path):
    slow, quick, shared = web = servers(3)
    for server in web:
        server.pages |= {f"/{n}": respond_with(b"<p>text</p>") for n in range(3)}
        items = "".join(f"<item><title>t</title><link>{slow.address}/{n}</link></item>" for n in range(3))
        server.pages["/rss"] = respond_with(
            f'<rss version="2.0"><channel><title>t</title>{items}</channel></rss>'.encode(),
            media_type="application/rss+xml",
        )
    file = tmp_path / "sources.toml"
    # The slow pages are on another host than the feed that names them.
    file.write_text(
        f"""
        [fetch]
        allow_loopback = true
        delay_seconds = 0
        [[source]]
        id = "slow"
        feeds = "{quick.address}/rss"
        urls = {[f"{shared.address}/{n}" for n in range(2)]}
        delay_seconds = 0.4
        [[source]]
        id = "quick"
        urls = {[f"{quick.address}/{n}" for n in range(3)] + [f"{shared.address}/2"]}
        """
    )
    read = load_sources(file)
    fetch = dataclasses.replace(read.settings.fetch, connect_seconds=2, answer_seconds=5)
    pages, rejects, _ = night(Lake(tmp_path / "lake"), read.sources, 4, fetch)
    assert (len(pages), rejects) == (9, [])
    for server in web:
        gaps = [later.at - earlier.at for earlier, later in pairwise(server.log)]
        assert min(gaps) >= 0.4


def test_a_pause_shorter_than_the_night_s_holds_for_its_source_alone(tmp_path):
    file = tmp_path / "sources.toml"
    file.write_text(
        '[[source]]\nid = "own"\nurls = ["https://own.test/a", "https://both.test/a"]\ndelay_seconds = 0.1\n'
        '[[source]]\nid = "b"\nfeeds = "https://both.test/rss"\nhome = "https://b.test/"\n'
    )
    assert dict(load_sources(file).settings.fetch.host_delays) == {"own.test": 0.1, "both.test": 1.0, "b.test": 1.0}


def test_the_agent_says_who_asks_and_robots_txt_is_judged_by_each_of_its_names(server, respond_with):
    settings = dataclasses.replace(SETTINGS, user_agent="Example-Bot/2.0 (+https://example.test; news@example.test)")
    server.pages |= {path: respond_with(b"x") for path in ("/a", "/ours", "/theirs", "/all")}
    rules = b"User-agent: example-bot\nDisallow: /theirs\n\nUser-agent: storyfold\nDisallow: /ours\n\n"
    server.pages["/robots.txt"] = respond_with(rules + b"User-agent: *\nDisallow: /all\n", media_type="text/plain")
    with Client(settings) as client:
        assert client(f"{server.address}/a", MIB).content == b"x"
        client(f"{server.address}/all", MIB)  # a group of our own is there, so the one for all is not ours
        for path in ("/ours", "/theirs"):
            with pytest.raises(Rejected, match="robots-disallowed"):
                client(server.address + path, MIB)
    sent = f"User-Agent: {settings.user_agent} {PRODUCT}\r\n"
    assert all(sent in head for head in server.requests)
    assert len(server.requests) == 3


def test_the_product_s_own_name_stands_in_every_agent():
    assert make_user_agent(None) == PRODUCT
    assert make_user_agent("storyfold (+https://a.test)") == "storyfold (+https://a.test)"
    assert make_user_agent("mystoryfold/1") == f"mystoryfold/1 {PRODUCT}"
    assert make_user_agent("x (storyfold)") == f"x (storyfold) {PRODUCT}"
    names = list_agent_names("Mozilla/5.0 (compatible; (nested) other/1) News_Bot/1.2 storyfold")
    assert names == {"mozilla", "news_bot", "storyfold"}


@pytest.mark.parametrize(
    ("agent", "places", "lacks"),
    [(None, "https://a.test/rss", True), ("mybot/1", "https://a.test/rss", True),
     ("mybot/1 (desk@a.test)", "https://a.test/rss", False), (None, "http://127.0.0.7:8000/rss", False),
     (None, "http://127.0.0.7.evil.test/rss", True)],
)  # fmt: skip
def test_a_night_over_real_hosts_without_a_contact_is_known(tmp_path, agent, places, lacks):
    file = tmp_path / "sources.toml"
    table = f'[fetch]\nuser_agent = "{agent}"\n' if agent else ""
    file.write_text(f'{table}[[source]]\nid = "a"\nfeeds = "{places}"\n')
    assert load_sources(file).lacks_contact is lacks


@pytest.mark.parametrize(("in_file", "by_option"), [(True, False), (False, True), (False, False)])
def test_one_address_is_asked_for_as_the_settings_say(server, respond_with, in_file, by_option):
    agent = "example-study/1.0 (desk@example.test)"
    fetch = FetchSettings(allow_loopback=in_file, delay_seconds=0.3, user_agent=agent)
    server.pages["/a"] = respond_with(b"<p>one")
    address = f"{server.address}/a"
    (page,) = PageInputs((address,), Settings(fetch=fetch), fetch=True, allow_loopback=by_option).find_pages().items
    if not (in_file or by_option):
        assert (page.content, page.refused, server.log) == (None, Reason.REFUSED_ADDRESS, [])
        return
    assert page.content.data == b"<p>one"
    robots, asked = server.log
    assert asked.at - robots.at >= 0.3
    assert all(f"User-Agent: {agent} {PRODUCT}\r\n" in head for head in server.requests)
