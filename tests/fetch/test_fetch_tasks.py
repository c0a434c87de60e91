"""The tasks of a night over a real server: batches by host, a second night that asks for changes, a batch redone."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

import tasks.discover
import tasks.fetch
from storyfold.fetch.archive import read_page
from storyfold.fetch.plan import plan_fetch
from storyfold.identity.ids import make_item_id
from storyfold.lake.lake import Lake
from storyfold.outcomes import StageCounts
from storyfold.run.attempt import Attempt, begin_attempt
from storyfold.run.parts import Part, read_rows, write_part
from storyfold.schemas import Fetch, Item, Page, Reject
from storyfold.schemas.columns import make_arrow_table
from storyfold.settings.fetch import FetchSettings
from storyfold.settings.sources import Source, Sources
from storyfold.settings.stages import Settings
from storyfold.web.urls import make_host_key
from tasks.discover import discover_source
from tasks.fetch import fetch_items
from tasks.resources import Recipe, Resources

FIRST = datetime(2026, 3, 4, 2, 30, tzinfo=UTC)
SETTINGS = FetchSettings(connect_seconds=2, answer_seconds=5, allow_loopback=True, delay_seconds=0)


def begin(lake: Lake, source: Source, night: int, fetch: FetchSettings = SETTINGS) -> Attempt:
    lake.create({})
    settings = Settings(fetch=fetch)
    sources = Sources(path=Path("sources.toml"), sources=(source,), settings=settings)
    return begin_attempt(lake, date(2026, 3, night), sources, settings, "test", FIRST + timedelta(days=night - 4))


def open_resources(lake: Lake) -> Resources:
    return Resources(Recipe(str(lake.folder), 1))


def land(lake: Lake, attempt: Attempt, parts: list[Part]) -> None:
    """What the land stage does with fetches."""
    rows = [dataclasses.replace(row, run_id=attempt.run_id, attempt=attempt.number) for row in read_rows(parts, Fetch)]
    with lake.connect(read_only=False) as connection:
        connection.register("incoming", make_arrow_table(rows, Fetch))
        connection.execute("INSERT INTO fetches BY NAME SELECT * FROM incoming")


def run(lake: Lake, source: Source, night: int) -> tuple[list[Part], list[Part]]:
    attempt = begin(lake, source, night)
    with open_resources(lake) as resources:
        found = [discover_source.fn(attempt, 0, source, Settings(fetch=SETTINGS), resources)]
        batches = plan_fetch(attempt, lake, found, SETTINGS)
        fetched = [fetch_items.fn(attempt, batch, Settings(fetch=SETTINGS), resources) for batch in batches]
    land(lake, attempt, [*found, *fetched])
    return found, fetched


def a_web(server, respond_with, *, body: bytes = b"<p>one</p>") -> Source:
    """A feed of three pages, each with an ETag, and a page that is gone."""

    def tagged(content: bytes, media_type: str):
        tag = f'"{hash(content) & 0xFFFF}"'

        def send(connection, head: str) -> None:
            if f"If-None-Match: {tag}" in head:
                connection.sendall(f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n".encode())
            else:
                connection.sendall(respond_with(content, f"ETag: {tag}", media_type=media_type))

        return send

    links = "".join(f"<item><title>t</title><link>/{name}</link></item>" for name in ("a", "b", "c", "gone"))
    feed = f'<rss version="2.0"><channel><title>t</title>{links}</channel></rss>'.encode()
    server.pages["/rss"] = tagged(feed, "application/rss+xml")
    server.pages |= {f"/{name}": tagged(body + name.encode(), "text/html") for name in "bc"}
    server.pages["/a"] = respond_with(body + b"a")  # without an ETag
    return Source(id="s", feeds=(f"{server.address}/rss",))


def test_a_second_night_brings_nothing_that_is_there(server, respond_with, tmp_path):
    lake = Lake(tmp_path / "lake")
    source = a_web(server, respond_with)
    found, fetched = run(lake, source, 4)
    archives = sorted(lake.archive.rglob("*.warc.gz"))
    assert [len(read_rows(fetched, row)) for row in (Page, Fetch, Reject)] == [3, 4, 1]
    assert len(archives) == 2  # of the feed, and of the pages
    asked = len(server.requests)
    again, refetched = run(lake, source, 5)
    assert sorted(lake.archive.rglob("*.warc.gz")) == archives
    conditional = {head.split(" ")[1] for head in server.requests[asked:] if "If-None-Match" in head}
    assert conditional == {"/rss", "/b", "/c"}
    assert read_rows(again, Item) == read_rows(found, Item)
    statuses = {row.url.rpartition("/")[2]: row.status for row in read_rows([*again, *refetched], Fetch)}
    assert statuses == {"rss": 304, "a": 200, "b": 304, "c": 304, "gone": 404}

    def lasting(page: Page) -> tuple[object, ...]:
        return page.url, page.media_type, page.charset, page.content_sha256, page.warc_file, page.warc_offset

    assert [lasting(p) for p in read_rows(refetched, Page)] == [lasting(p) for p in read_rows(fetched, Page)]
    assert [read_page(p, lake.archive, SETTINGS.page_bytes) for p in read_rows(refetched, Page)][1] == b"<p>one</p>b"
    run(lake, source, 6)  # a third night goes by what the 304 of the second left
    assert sorted(lake.archive.rglob("*.warc.gz")) == archives
    a_web(server, respond_with, body=b"<p>corrected</p>")
    _, changed = run(lake, source, 7)
    assert [read_page(p, lake.archive, SETTINGS.page_bytes) for p in read_rows(changed, Page)] == [
        b"<p>corrected</p>" + name for name in (b"a", b"b", b"c")
    ]


@pytest.mark.parametrize("stage", ["discover", "fetch"])
def test_a_batch_that_is_redone_asks_for_nothing_twice(server, respond_with, tmp_path, monkeypatch, stage):
    lake = Lake(tmp_path / "lake")
    source = a_web(server, respond_with)
    attempt = begin(lake, source, 4)

    def killed(*_: object, **__: object):
        raise MemoryError("killed here")

    def night() -> list[Part]:
        with open_resources(lake) as resources:
            found = [discover_source.fn(attempt, 0, source, Settings(fetch=SETTINGS), resources)]
            batches = plan_fetch(attempt, lake, found, SETTINGS)
            return [fetch_items.fn(attempt, batch, Settings(fetch=SETTINGS), resources) for batch in batches]

    with monkeypatch.context() as patched:
        patched.setattr(getattr(tasks, stage), "write_part" if stage == "discover" else "fetch_batch_items", killed)
        with pytest.raises(MemoryError):
            night()
    resumed = begin(lake, source, 4)
    assert resumed.resumed
    attempt = resumed
    fetched = night()
    assert len(read_rows(fetched, Page)) == 3
    assert sorted(seen.path for seen in server.log) == ["/a", "/b", "/c", "/gone", "/robots.txt", "/rss"]
    assert not list(attempt.work.glob("*/*.asked"))


def test_an_address_of_two_sources_is_asked_for_once(server, respond_with, tmp_path):
    lake = Lake(tmp_path / "lake")
    server.pages["/a"] = respond_with(b"<p>one</p>")
    attempt = begin(lake, Source(id="s", urls=(f"{server.address}/a",)), 4)
    with open_resources(lake) as resources:
        found = [
            discover_source.fn(
                attempt, number, Source(id=name, urls=(f"{server.address}/a",)), Settings(fetch=SETTINGS), resources
            )
            for number, name in enumerate("st")
        ]
        (batch,) = plan_fetch(attempt, lake, found, SETTINGS)
        one, two = read_rows([fetch_items.fn(attempt, batch, Settings(fetch=SETTINGS), resources)], Page)
    assert (one.source_id, two.source_id) == ("s", "t")
    assert (one.warc_file, one.warc_offset) == (two.warc_file, two.warc_offset)
    assert server.paths == ["/a"]


def test_a_host_is_in_one_batch_and_files_keep_theirs(tmp_path):
    lake = Lake(tmp_path / "lake")
    settings = dataclasses.replace(SETTINGS, batch_items=2)
    attempt = begin(lake, Source(id="s", pages=("x",)), 4, settings)
    urls = [
        f"https://{host}.test/{n}" for host, count in {"a": 9, "b": 30, "c": 1, "d": 20}.items() for n in range(count)
    ]

    def found(number: int, locations: list[tuple[str, str]]) -> Part:
        items = [
            Item(
                item_id=make_item_id("s", method, location, None),
                source_id="s",
                method=method,
                location=location,
                name="x",
            )
            for method, location in locations
        ]
        return write_part(tmp_path / f"{number:04}", {Item: items}, StageCounts("discover", len(items), len(items)))

    files = [("file", f"/{n}.html") for n in range(3)]
    parts = [found(0, [files[0], *(("http", url) for url in urls[::2]), *files[1:]]),
             found(1, [("http", url) for url in urls[1::2]])]  # fmt: skip
    batches = plan_fetch(attempt, lake, parts, settings)
    names = [batch.out.name for batch in batches]
    assert names == ["0000-000000", "0000-000002", "web-0000", "web-0001", "web-0002"]
    planned = [read_rows([Part(batch.plan, StageCounts("x"))], Item) for batch in batches]
    assert [[item.location for item in items] for items in planned[:2]] == [["/0.html", "/1.html"], ["/2.html"]]
    hosts = [{make_host_key(item.location) for item in items} for items in planned[2:]]
    assert hosts == [{"b.test"}, {"d.test"}, {"a.test", "c.test"}]
    assert sorted(item.location for items in planned[2:] for item in items) == sorted(urls)
    assert [batch.out for batch in plan_fetch(attempt, lake, parts, settings)] == [batch.out for batch in batches]


def test_a_night_that_was_told_its_time_sees_responses_then(server, respond_with, tmp_path):
    lake = Lake(tmp_path / "lake")
    _, fetched = run(lake, a_web(server, respond_with), 4)
    for row in read_rows(fetched, Fetch):
        assert FIRST <= row.seen_at < FIRST + timedelta(minutes=2)
    attempt = begin(lake, Source(id="s", pages=("x",)), 9)
    now = dataclasses.replace(attempt, started_at=datetime.now(UTC))
    assert abs(now.now() - datetime.now(UTC)) < timedelta(seconds=5)


@pytest.mark.parametrize("left", [None, b"", b"\x1f\x8b damaged"])
def test_pages_that_the_archive_lost_are_kept_anew(server, respond_with, tmp_path, left):
    """With validators or without, asked over HTTP or read from a file: what a night keeps can be read back."""
    lake = Lake(tmp_path / "lake")
    (tmp_path / "d.html").write_bytes(b"<p>one</p>d")
    source = dataclasses.replace(a_web(server, respond_with), pages=(str(tmp_path / "d.html"),))
    run(lake, source, 4)
    for archive in lake.archive.rglob("*.warc.gz"):
        archive.unlink()
        if left is not None:
            archive.write_bytes(left)
    _, fetched = run(lake, source, 5)
    pages = read_rows(fetched, Page)
    assert sorted(read_page(page, lake.archive, SETTINGS.page_bytes)[-1:] for page in pages) == [b"a", b"b", b"c", b"d"]
    archives = sorted(lake.archive.rglob("*.warc.gz"))
    _, again = run(lake, source, 6)
    assert sorted(lake.archive.rglob("*.warc.gz")) == archives  # and once only
    assert [read_page(page, lake.archive, SETTINGS.page_bytes) for page in read_rows(again, Page)] == [
        read_page(page, lake.archive, SETTINGS.page_bytes) for page in pages
    ]
