"""A page over its time or memory is quarantined with its bytes kept, in a night and in `storyfold parse`."""

import dataclasses
import errno
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from flows.commands.page_inputs import find_items
from flows.commands.parse_pages import parse_to_parts, read_fates
from storyfold.fetch.archive import read_page
from storyfold.fetch.plan import plan_fetch
from storyfold.lake.lake import Lake
from storyfold.outcomes import Reason, StageCounts
from storyfold.parse.batch import Fate, ParseBatch, describe_fault, plan_parse, reject_page, write_batch
from storyfold.parse.page import parse_page
from storyfold.run.attempt import begin_attempt
from storyfold.run.parts import read_rows, read_slice, write_part
from storyfold.schemas import Article, Page, Reject, Sketch
from storyfold.settings.parse import ParseSettings
from storyfold.settings.ranges import MiB
from storyfold.settings.sources import Source, Sources
from storyfold.settings.stages import Settings
from tasks.discover import discover_source
from tasks.fetch import fetch_items
from tasks.parse import parse_pages
from tasks.resources import Recipe, Resources

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "data" / "demo"
NOW = datetime(2026, 3, 4, 2, 30, tzinfo=UTC)
SETTINGS = Settings(parse=ParseSettings(page_seconds=5, page_memory=300 * MiB))
PAGE_BYTES = SETTINGS.fetch.page_bytes
# 4 million nodes: more than 300 MB in any tree of them
SWELLING = b"<html><body>" + b"<p>a" * 2_000_000


@pytest.fixture
def pages(tmp_path):
    """A folder of four good pages and one that takes more memory than `SETTINGS` allow."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for number, page in enumerate(sorted(DEMO.glob("[hv]*/*.html"))[:4]):
        (folder / f"{number}.html").write_bytes(page.read_bytes())
    (folder / "1-swelling.html").write_bytes(SWELLING)
    return folder


def fetched(folder, lake):
    source = Source(id="s", pages=(str(folder / "*.html"),))
    lake.create({})
    sources = Sources(path=Path("sources.toml"), sources=(source,), settings=SETTINGS)
    attempt = begin_attempt(lake, date(2026, 3, 4), sources, SETTINGS, "test", NOW)
    with open_resources(lake) as resources:
        found = [discover_source.fn(attempt, 0, source, SETTINGS, resources)]
        batches = plan_fetch(attempt, lake, found, SETTINGS.fetch)
        return attempt, [fetch_items.fn(attempt, batch, SETTINGS, resources) for batch in batches]


def open_resources(lake):
    return Resources(Recipe(str(lake.folder), 1))


def read_pages(batch):
    return read_slice(batch.pages, Page, batch.start, batch.stop)


@pytest.mark.slow
def test_a_night_quarantines_pages_over_their_limits_and_keeps_the_rest(pages, tmp_path):
    lake = Lake(tmp_path / "lake")
    attempt, parts = fetched(pages, lake)
    (batch,) = plan_parse(parts, attempt.stage("parse"), SETTINGS.parse, 1)[:1]
    batch = dataclasses.replace(batch, start=0, stop=5)
    told = read_pages(batch)
    os.mkfifo(tmp_path / "lake" / "archive" / "hanging.warc.gz")
    hanging = dataclasses.replace(told[3], item_id="hanging", warc_file="hanging.warc.gz")
    part = write_part(tmp_path / "part", {Page: [*told, hanging]}, StageCounts("fetch", 6, 6))
    batch = ParseBatch(part.folder, 0, 6, tmp_path / "out")

    with open_resources(lake) as resources:
        done = parse_pages.fn(batch, SETTINGS, resources)
    swelling, hung = read_rows([done], Reject)
    assert (swelling.reason, swelling.detail) == ("quarantined", "over 300 MB of memory")
    assert (hung.reason, hung.detail, hung.warc_file) == ("quarantined", "over 5 seconds", "hanging.warc.gz")
    (page,) = (p for p in told if p.location == swelling.location)
    assert read_page(page, lake.archive, PAGE_BYTES) == SWELLING
    alone = [parse_page(p, read_page(p, lake.archive, PAGE_BYTES), SETTINGS.parse).article for p in told if p != page]
    assert read_rows([done], Article) == alone
    assert done.counts.balanced
    assert (done.counts.items_in, done.counts.kept) == (6, 4)


def test_file_commands_quarantine_and_go_on_in_the_same_order(pages, tmp_path, caplog):
    items = find_items([pages], SETTINGS.discover).items
    parts = list(parse_to_parts(items, tmp_path, 2, SETTINGS))
    rows = [fate for fate, _ in read_fates(parts)]
    assert [Path(row.location).name for row in rows] == [Path(item.location).name for item in items]
    assert [row.reason for row in rows].count("quarantined") == 1
    assert rows[1].reason == "quarantined"
    assert "1-swelling.html: quarantined: over 300 MB of memory" in caplog.text


def test_a_row_that_no_table_takes_costs_that_page(pages, tmp_path):
    lake = Lake(tmp_path / "lake")
    attempt, parts = fetched(pages, lake)
    (batch,) = plan_parse(parts, attempt.stage("parse"), SETTINGS.parse, 1)[:1]
    batch = dataclasses.replace(batch, start=0, stop=3, out=tmp_path / "out")
    told = [p for p in read_pages(batch) if "swelling" not in p.location]
    good, bad = (parse_page(p, read_page(p, lake.archive, PAGE_BYTES), SETTINGS.parse).article for p in told[:2])
    fates = [Fate(good), Fate(dataclasses.replace(bad, title="half \ud800"))]
    done = write_batch(told[:2], fates, out=batch.out, started=0.0)
    assert read_rows([done], Article) == [good]
    assert [sketch.article_id for sketch in read_rows([done], Sketch)] == [good.article_id]
    (reject,) = read_rows([done], Reject)
    assert (reject.reason, reject.location) == ("quarantined", bad.location)
    assert "surrogates not allowed" in reject.detail
    assert done.counts.balanced


def test_the_machines_trouble_is_no_pages_fault():
    for error in (OSError(errno.ENOSPC, "No space left on device"), FileNotFoundError("no model"), MemoryError()):
        if isinstance(error, FileNotFoundError):
            error.errno = errno.ENOENT
        with pytest.raises(type(error)):
            describe_fault(error)
    assert describe_fault(OSError(errno.EOVERFLOW, "Value too large")).startswith("OSError")
    assert describe_fault(ValueError("\ud800")) == "ValueError: \\ud800"


def test_a_full_disk_fails_the_batch_in_one_line(pages, tmp_path, capfd):
    lake = Lake(tmp_path / "lake")
    attempt, parts = fetched(pages, lake)
    (batch,) = plan_parse(parts, attempt.stage("parse"), SETTINGS.parse, 1)[:1]
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], check=False).returncode:
        pytest.skip("a small disk cannot be mounted here: needs root and tmpfs")
    try:
        (disk / "filler").write_bytes(bytes(60 * 1024))
        with open_resources(lake) as resources:
            with pytest.raises(OSError, match="No space left"):
                parse_pages.fn(dataclasses.replace(batch, out=disk / "out"), SETTINGS, resources)
            (disk / "filler").unlink()
            assert parse_pages.fn(dataclasses.replace(batch, out=tmp_path / "out"), SETTINGS, resources).counts.balanced
    finally:
        subprocess.run(["umount", disk], check=True)
    assert "Traceback" not in capfd.readouterr().err


def test_a_rejected_page_has_its_reason_whatever_its_neighbours(pages, tmp_path):
    lake = Lake(tmp_path / "lake")
    attempt, parts = fetched(pages, lake)
    (batch,) = plan_parse(parts, attempt.stage("parse"), SETTINGS.parse, 1)[:1]
    told = [p for p in read_pages(dataclasses.replace(batch, start=0, stop=3)) if "swelling" not in p.location]
    good, bad = (parse_page(p, read_page(p, lake.archive, PAGE_BYTES), SETTINGS.parse).article for p in told)
    short = reject_page(told[0], Reason.TOO_SHORT, "", good)
    for neighbour in (bad, dataclasses.replace(bad, title="half \ud800")):
        fates = [Fate(dataclasses.replace(good, section="half \ud800"), short), Fate(neighbour)]
        done = write_batch(told, fates, out=tmp_path / "out", started=0.0)
        assert read_rows([done], Reject)[0].reason == "too-short"


@pytest.mark.parametrize(
    "stop", [signal.SIGINT, *(pytest.param(stop, marks=pytest.mark.slow) for stop in (signal.SIGTERM, signal.SIGKILL))]
)
def test_a_stop_of_the_file_command_leaves_no_process_behind(stop, tmp_path):
    (tmp_path / "pages").mkdir()
    for number in range(120):
        (tmp_path / "pages" / f"{number}.html").write_bytes(SWELLING)
    command = [sys.executable, "-m", "flows.commands.cli", "parse", "pages", "--out", "out.jsonl", "--processes", "2"]
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(scratch)}
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE) as running:
        try:
            workers = wait_for(lambda: len(found := children(running.pid)) == 2 and found)
            running.send_signal(stop)
            assert running.wait(60) != 0
            wait_for(lambda: not any(map(is_alive, workers)))
            assert b"Traceback" not in running.stderr.read()
        finally:
            running.kill()
    assert not (tmp_path / "out.jsonl").exists()
    left = [folder.name for folder in scratch.glob("storyfold-files-*")]
    assert len(left) == (stop == signal.SIGKILL)
    if left:  # what a killed command could not remove the next one does
        (tmp_path / "page.html").write_bytes(b"<p>one")
        again = [*command[:4], "page.html", "--out", "-"]
        subprocess.run(again, cwd=tmp_path, env=environment, check=True, capture_output=True)
        assert not list(scratch.glob("storyfold-files-*"))


STOPPED_AS_IT_WAITS = """
import os, signal, threading, time
from flows.commands.cli import main

def stop():  # a signal whose handler begins in another thread wakes no lock that the main thread waits for
    while not any(open(f"/proc/self/task/{task}/children").read() for task in os.listdir("/proc/self/task")):
        time.sleep(0.05)
    time.sleep(1)
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)

threading.Thread(target=stop, daemon=True).start()
main(["parse", "pages", "--out", "out.jsonl", "--processes", "1"])
"""


def test_a_stop_that_comes_as_the_command_begins_to_wait_is_heard(tmp_path):
    (tmp_path / "pages").mkdir()
    for number in range(40):
        (tmp_path / "pages" / f"{number}.html").write_bytes(SWELLING)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    stopped = subprocess.run(
        [sys.executable, "-c", STOPPED_AS_IT_WAITS],
        cwd=tmp_path,
        env=environment,
        timeout=60,
        capture_output=True,
        check=False,
    )
    assert stopped.returncode == 128 + signal.SIGTERM
    assert not (tmp_path / "out.jsonl").exists()


def children(process):
    """Also those that a thread of it started."""
    threads = Path(f"/proc/{process}/task").glob("*/children")
    return [int(found) for thread in threads for found in thread.read_text().split()]


def is_alive(process):
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_for(found):
    deadline = time.monotonic() + 120
    while not (value := found()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return value
