"""Whole nights on a real Prefect server, started as a user starts them."""

import gzip
import hashlib
import json
import os
import shutil
import signal
import time
from functools import partial
from pathlib import Path

import pytest
from tests_support import serve_folder, start_nightly, wait_for_file

from storyfold.fetch.archive import read_record

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "data" / "demo"
LASTING = ("articles", "rejects", "copies", "families", "stories", "story_articles", "story_lineage", "sketches")


@pytest.fixture(scope="module")
def truth():
    return {row["path"]: row for row in json.loads((DEMO / "truth.json").read_text(encoding="utf-8"))}


def counts(ask, lake):
    query = " UNION ALL ".join(f"SELECT '{t}' AS name, count(*) AS n FROM {t}" for t in (*LASTING, "runs", "fetches"))
    return {row["name"]: row["n"] for row in ask(lake, query)}


def demo_path(location):
    return str(Path(location).relative_to(DEMO))


def groups(rows, key):
    found = {}
    for row in rows:
        found.setdefault(row[key], set()).add(demo_path(row["location"]))
    return sorted(map(sorted, found.values()))


def test_the_demo_night_says_what_is_true_and_again_adds_nothing(storyfold, ask, truth, tmp_path):
    lake = tmp_path / "lake"
    night = partial(storyfold, "nightly", "--sources", DEMO / "sources.toml", "--night", "2026-03-04", "--lake", lake)
    told = night().stdout.decode()
    articles = ask(lake, "SELECT * EXCLUDE (body, date_claims) FROM current_articles")
    kept = {demo_path(a["location"]): a for a in articles}
    wanted = {path: row for path, row in truth.items() if row["kept"]}
    assert sorted(kept) == sorted(wanted)
    for key in ("kind", "language", "role"):
        assert {p: a[key] for p, a in kept.items()} == {p: row[key] for p, row in wanted.items()}
    assert groups(articles, "family_id") == groups([{**w, "location": DEMO / p} for p, w in wanted.items()], "family")
    assert groups(articles, "story_id") == groups([{**w, "location": DEMO / p} for p, w in wanted.items()], "story")
    dated = {p: row["published_at"][:10] for p, row in wanted.items() if row["date_trusted"]}
    assert {p: kept[p]["published_at"][:10] for p in dated} == dated
    rejects = ask(lake, "SELECT location, kind, reason FROM rejects")
    assert {demo_path(r["location"]): r["kind"] for r in rejects} == {
        p: row["kind"] for p, row in truth.items() if not row["kept"]
    }
    assert "Merrow" in told
    assert list((lake / "reports").glob("*.html"))

    before = counts(ask, lake)
    night()
    after = counts(ask, lake)
    assert {t: after[t] for t in LASTING} == {t: before[t] for t in LASTING}
    assert (after["runs"], after["fetches"]) == (2, 2 * before["fetches"])
    assert not list((lake / "work").glob("2026*"))


@pytest.mark.slow
def test_every_article_and_reject_leads_back_to_its_bytes(storyfold, ask, tmp_path):
    lake = tmp_path / "lake"
    storyfold("nightly", "--sources", DEMO / "sources.toml", "--lake", lake)
    rows = ask(
        lake,
        "SELECT location, warc_file, warc_offset, content_sha256 FROM articles UNION ALL BY NAME "
        "SELECT location, warc_file, warc_offset, content_sha256 FROM rejects",
    )
    assert len(rows) == 14
    for row in rows:
        data = read_record(lake / "archive" / row["warc_file"], row["warc_offset"], 10_000_000).data
        assert data == Path(row["location"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == row["content_sha256"]


def test_bad_input_is_rejected_and_the_rest_lands(storyfold, ask, write_sources, tmp_path):
    pages = tmp_path / "pages"
    pages.mkdir()
    good = (DEMO / "vale-tribune" / "hallin-dam-vote.html").read_bytes()
    (pages / "good.html").write_bytes(good)
    (pages / "empty.html").write_bytes(b"")
    (pages / "noise.html").write_bytes(bytes(range(256)) * 400)
    (pages / "huge.html").write_bytes(b"<p>word " * 6_500_000)
    (pages / "deep.html").write_bytes(b"<div>" * 100_000 + b"text")
    (pages / "wrong.html").write_bytes(
        good.replace(b"<head>", b'<head><meta charset="utf-16">').decode().encode("cp1252", "replace")
    )
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "feed.xml").write_text("<html><p>This is no feed.</p></html>")
    (tmp_path / "web" / "page.html").write_bytes((DEMO / "daily-lantern" / "hallin-dam-approved.html").read_bytes())
    storyfold("nightly", "--sources", DEMO / "sources.toml", "--lake", tmp_path / "first")
    (archive,) = (tmp_path / "first" / "archive").rglob("*0000-000000.warc.gz")
    whole = archive.read_bytes()
    (tmp_path / "cut.warc.gz").write_bytes(whole[: len(whole) * 2 // 3])
    (tmp_path / "one-member.warc.gz").write_bytes(gzip.compress(gzip.decompress(whole)))
    with serve_folder(tmp_path / "web") as web:
        sources = write_sources(
            f"""
            [fetch]
            allow_loopback = true
            delay_seconds = 0
            [[source]]
            id = "pages"
            pages = "pages/*.html"
            [[source]]
            id = "gone"
            pages = "no/such/folder"
            [[source]]
            id = "cut"
            archives = "cut.warc.gz"
            [[source]]
            id = "one-member"
            archives = "one-member.warc.gz"
            [[source]]
            id = "web"
            feeds = "{web}/feed.xml"
            urls = ["{web}/page.html", "{web}/missing.html"]
            """
        )
        lake = tmp_path / "lake"
        done = storyfold("nightly", "--sources", sources, "--lake", lake, code=3)
    assert "landed with parts missing" in done.stderr.decode()
    reasons = {
        (r["source_id"], Path(r["location"]).name): r["reason"]
        for r in ask(lake, "SELECT source_id, location, reason FROM rejects WHERE reason <> 'passed-records'")
    }
    passed = ask(lake, "SELECT source_id, detail FROM rejects WHERE reason = 'passed-records' ORDER BY source_id")
    assert passed == [{"source_id": name, "detail": "1 record: 1 warcinfo"} for name in ("cut", "one-member")]
    assert reasons[("pages", "empty.html")] == "empty-page"
    assert reasons[("pages", "noise.html")] == "not-text"
    assert reasons[("pages", "huge.html")] == "too-large"
    assert reasons[("pages", "deep.html")] == "nested-too-deep"
    assert reasons[("gone", "folder")] == "missing-input"
    assert reasons[("cut", "cut.warc.gz")] == "cut-archive"
    whole_ones = "SELECT count(*) AS n, count(DISTINCT warc_offset) AS places FROM {} WHERE source_id = 'one-member'"
    (there,) = ask(lake, whole_ones.format("fetches") + " AND reason IS NULL")
    assert there["n"] == there["places"] == whole.count(b"\x1f\x8b\x08") - 1 > 1
    assert reasons[("web", "feed.xml")] == "not-a-feed"
    assert reasons[("web", "missing.html")] == "http-error"
    kept = {(a["source_id"], a["kind"]) for a in ask(lake, "SELECT source_id, kind FROM articles")}
    assert {("pages", "article"), ("cut", "article"), ("web", "article")} <= kept
    (run,) = ask(lake, "SELECT status, detail FROM runs")
    assert run["status"] == "partial"
    assert "gone: missing-input" in run["detail"]
    assert all(c["passed"] for c in ask(lake, "SELECT passed FROM checks WHERE required"))


@pytest.mark.slow
def test_a_night_over_hosts_that_cannot_reach_anybody_says_so_once(storyfold, write_sources, tmp_path):
    source = '[[source]]\nid = "web"\nfeeds = "https://feeds.invalid/rss"\n'
    for table, times in (("", 1), ('[fetch]\nuser_agent = "study/1 (desk@example.test)"\n', 0)):
        sources = write_sources(table + source)
        done = storyfold("nightly", "--sources", sources, "--lake", tmp_path / "lake", code=3)
        assert done.stderr.decode().count("put user_agent") == times


def test_a_failed_check_lands_only_its_record(storyfold, ask, tmp_path):
    from storyfold.lake.lake import Lake

    lake = tmp_path / "lake"
    night = partial(storyfold, "nightly", "--sources", DEMO / "sources.toml", "--lake", lake)
    night("--night", "2026-03-04")
    assert "nothing wrong" in storyfold("check", "--bytes", "--lake", lake).stdout.decode()
    with Lake(lake).connect(read_only=False) as connection:
        # a repeated row that the next night does not touch, and an article that it will take for a new one
        connection.execute("INSERT INTO fetches SELECT * FROM fetches LIMIT 1")
        connection.execute("DELETE FROM articles WHERE article_id = (SELECT min(article_id) FROM articles)")
    before = counts(ask, lake)
    failed = night("--night", "2026-03-05", code=1)
    assert "unique-sketches" in failed.stderr.decode()
    after = counts(ask, lake)
    assert {t: after[t] for t in (*LASTING, "fetches")} == {t: before[t] for t in (*LASTING, "fetches")}
    assert [r["status"] for r in ask(lake, "SELECT status FROM runs ORDER BY night")] == ["landed", "failed"]
    wrong = {row["name"] for row in ask(lake, "SELECT name FROM checks WHERE required AND NOT passed")}
    assert {"unique-sketches", "unique-page_lines"} <= wrong
    assert "unique-fetches" not in wrong
    assert "wrong   unique-fetches " in storyfold("check", "--lake", lake, code=1).stdout.decode()


@pytest.mark.slow
def test_the_seed_pages_are_one_story_whose_time_is_unknown(storyfold, ask, shared, write_sources, tmp_path):
    lake = tmp_path / "lake"
    sources = write_sources(f'[[source]]\nid = "seeds"\npages = "{shared / "data" / "seeds" / "*.txt"}"\n')
    storyfold("nightly", "--sources", sources, "--lake", lake)
    mirror, hill = ask(lake, "FROM current_articles ORDER BY date_confidence")
    assert mirror["title"] == "China’s Xi welcomes President Alexander Lukashenko of Belarus to Beijing"
    assert mirror["body"].startswith("BEIJING (AP)")
    assert mirror["body"].endswith("according to the study.")
    assert (mirror["agency"], mirror["published_at"][:10], mirror["date_confidence"]) == ("AP", "2025-04-14", "low")
    assert "agency text" in mirror["date_reason"]
    assert hill["title"] == "Lukashenko to visit China as US worries about Beijing assisting Russia in war"
    assert (hill["authors"], hill["published_at"][:10]) == (["Jared Gans"], "2023-02-25")
    assert sum(claim["where"] == "byline" for claim in hill["date_claims"]) == 1
    assert "Most Popular" not in hill["body"]
    (story,) = ask(lake, "FROM current_stories")
    assert (story["articles"], story["provisional"]) == (2, True)
    assert story["first_published_at"] == story["last_published_at"] == hill["published_at"]
    assert {m["basis"] for m in ask(lake, "FROM current_memberships")} == {"text, time unknown"}


@pytest.mark.slow
def test_ctrl_c_ends_at_once_with_one_line_and_the_night_can_be_finished(storyfold, ask, prefect_server, tmp_path):
    lake, sources = tmp_path / "lake", DEMO / "sources.toml"
    with start_nightly(prefect_server, tmp_path, sources, "2026-03-04", lake) as running:
        wait_for_file("work/2026-03-04-*/fetch/*/counts.json", lake, running)
        began = time.monotonic()
        os.killpg(running.pid, signal.SIGINT)
        told = running.stderr.read().decode()
        assert running.wait(120) == 1
        assert time.monotonic() - began < 120
    assert told.splitlines()[-1].startswith("storyfold: stopped; what the lake holds is whole")
    assert "Traceback" not in told
    storyfold("nightly", "--sources", sources, "--night", "2026-03-04", "--lake", lake)
    assert ask(lake, "SELECT attempt, status FROM runs") == [{"attempt": 1, "status": "landed"}]


@pytest.mark.slow
def test_a_killed_night_that_is_finished_after_a_later_one_sees_what_landed_meanwhile(
    storyfold, ask, prefect_server, write_sources, tmp_path
):
    lake, pages = tmp_path / "lake", tmp_path / "pages"
    pages.mkdir()
    shutil.copy(DEMO / "harrowmouth-courier" / "merrow-bridge-closed.html", pages / "a.html")
    sources = write_sources('[[source]]\nid = "pages"\npages = "pages/*.html"\n')
    with start_nightly(prefect_server, tmp_path, sources, "2026-03-04", lake) as running:
        wait_for_file("work/2026-03-04-*/stories/*/counts.json", lake, running)
        os.killpg(running.pid, signal.SIGKILL)
    shutil.move(pages / "a.html", tmp_path / "a.html")
    shutil.copy(DEMO / "vale-tribune" / "bridge-closed-after-crack.html", pages / "b.html")
    told = storyfold("nightly", "--sources", sources, "--night", "2026-03-05", "--lake", lake)
    assert "2026-03-04" in told.stderr.decode()  # the unfinished one is told of
    storyfold("nightly", "--sources", sources, "--night", "2026-03-04", "--lake", lake)
    assert ask(lake, "SELECT count(DISTINCT family_id) AS families, count(*) AS n FROM current_families") == [
        {"families": 1, "n": 2}
    ]
    assert ask(lake, "SELECT articles, independent_sources FROM current_stories") == [
        {"articles": 2, "independent_sources": 1}
    ]
