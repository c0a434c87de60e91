"""Helpers that several test files share."""

import ctypes
import hashlib
import os
import re
import subprocess
import sys
import tarfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from storyfold.outcomes import StageCounts
from storyfold.run.parts import Part, write_part_tables
from storyfold.run.text_features import make_features
from storyfold.run.text_links import make_bare_links, make_parsed_links
from storyfold.schemas import Article, ParsedLinks, Reject, Run, TextLink
from storyfold.schemas.columns import make_arrow_table
from storyfold.text.characters import read_character_tables
from storyfold.text.words import ReadTexts, join_texts, read_texts

ROOT = Path(__file__).parents[1]


def shared_place(*parts: str) -> Path:
    """A place in the folder of pages and gold that may not be part of the project; a test that needs it skips without.

    With STORYFOLD_REQUIRE_DATA=1 it fails instead: where the data should be, a skipped floor would be a green lie.
    """
    folder = Path(os.environ.get("STORYFOLD_SHARED", ROOT.parent / "shared"))
    place = folder.joinpath(*parts)
    if not place.exists():
        told = f"evaluation data is not at {place}; STORYFOLD_SHARED names another place"
        if os.environ.get("STORYFOLD_REQUIRE_DATA") == "1":
            pytest.fail(told)
        pytest.skip(told)
    return place


_MEASURE = re.compile(r"(?:[a-z]+ )*[a-z]+!|[0-9]+(?:,[0-9]+)*")
UNIT = 0.020  # seconds that `_unit` takes on the machine that the limits were written on


def _unit() -> float:
    """Seconds of processor time for a fixed piece of work, such as the program does: expressions, words, tables."""
    started = time.process_time()
    text = "the council voted on monday, 1,200 to 300, for a bridge. " * 400
    for _ in range(4):
        seen: dict[str, int] = {}
        for word in text.split():
            seen[word] = seen.get(word, 0) + len(_MEASURE.findall(word))
        _MEASURE.findall(text)
    return time.process_time() - started


@contextmanager
def costs_at_most(seconds: float) -> Iterator[None]:
    """Hold the work inside to a limit, in units of a known work done at the same time on the same core.

    For texts made to hurt: what grows with the square, or backtracks, takes minutes. Neither a slow machine nor a
    busy one makes it fail: not waiting but computing is counted, and in multiples of `_unit`, which gets slower with
    the machine. `seconds` are those of an idle machine, and several times what the work took there.
    """
    before = max(_unit() for _ in range(3))
    started = time.process_time()
    yield
    spent = time.process_time() - started
    unit = max(before, *(_unit() for _ in range(3)), UNIT)
    assert spent / unit < seconds / UNIT, f"{spent / unit:.0f} units of work; the limit is {seconds / UNIT:.0f}"


def environment_of(address: str, **more: str) -> dict[str, str]:
    """What a child process needs to run on the test server, and nothing of the user's own Prefect."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT")}
    return {**kept, "PREFECT_API_URL": address, "PYTHONPATH": str(ROOT), **more}


_SERVER = """
import os, sys
from pathlib import Path
from flows.commands.prefect_server import configure_server
os.environ.pop("PREFECT_API_URL", None)
configure_server(Path(sys.argv[1]))
from prefect.server.api.server import SubprocessASGIServer
server = SubprocessASGIServer()
server.start(timeout=180)
print(server.api_url, flush=True)
sys.stdin.read()
server.stop()
"""


@contextmanager
def running_prefect(home: Path) -> Iterator[str]:
    """The address of a real Prefect server that keeps its data in `home`."""
    with subprocess.Popen(
        [sys.executable, "-c", _SERVER, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        address = server.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1"), "the Prefect server did not start"
        yield address
        server.stdin.close()
        server.wait(120)


def landed_run(run_id: str, at: datetime, attempt: int = 1) -> Run:
    """The row of a night that landed at an instant, for tests that ask nothing of how it ran."""
    return Run(
        run_id=run_id,
        attempt=attempt,
        run_date=at.date(),
        night=at.date(),
        status="landed",
        started_at=at,
        finished_at=at,
        settings_fingerprint="",
        sources_fingerprint="",
        code_version="",
        engine="",
    )


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serve_folder(folder: Path, handler: Callable[..., SimpleHTTPRequestHandler] = _Quiet) -> Iterator[str]:
    """The address of a real HTTP server on loopback that serves a folder."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """A folder that the programs of these tests may not write: see `without_root`."""
    folders = [path for path in (folder, *folder.rglob("*")) if path.is_dir()]
    for path in folders:
        path.chmod(0o555)
    try:
        yield
    finally:
        for path in folders:
            path.chmod(0o755)


def without_root() -> None:
    """Have the program that is started heed the modes of files, which root otherwise need not."""
    if os.geteuid() == 0:
        drop_from_bounding_set, override_modes = 24, 1  # PR_CAPBSET_DROP, CAP_DAC_OVERRIDE: linux/prctl.h, capability.h
        ctypes.CDLL(None).prctl(drop_from_bounding_set, override_modes, 0, 0, 0)


def start_nightly(server: str, folder: Path, sources: Path, night: str, lake: Path) -> subprocess.Popen[bytes]:
    """`storyfold nightly` in a process group of its own, run in `folder` on a Prefect server."""
    options = ["--sources", str(sources), "--night", night, "--lake", str(lake)]
    return subprocess.Popen(
        [sys.executable, "-m", "flows.commands.cli", "nightly", *options],
        cwd=folder,
        env=environment_of(server),
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def wait_for_file(pattern: str, folder: Path, running: subprocess.Popen[bytes]) -> None:
    """Return once a running program has made a file of this pattern below a folder."""
    deadline = time.monotonic() + 300
    while not list(folder.glob(pattern)):
        assert running.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)


def unpack_older_lake(folder: Path) -> Path:
    """The lake of an older version (`tests/golden/older_lake`), with its pages and sources.toml beside it."""
    with tarfile.open(ROOT / "tests" / "golden" / "older_lake" / "lake.tar.xz") as packed:
        packed.extractall(folder, filter="data")
    return folder / "lake"


def digest_folder(folder: Path) -> dict[str, str]:
    """Each file below a folder, with the SHA-256 of its bytes."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def write_parsed(
    folder: Path,
    articles: list[Article],
    rejects: Iterable[Reject] = (),
    links: Iterable[Sequence[TextLink]] | None = None,
) -> Part:
    """A part as parse workers write it: articles, what is read of their texts, and rejects.

    `links` are those in each text; without them, of the addresses of each no more is known.
    """
    read, refused = make_arrow_table(articles, Article), list(rejects)
    reasons = Counter(reject.reason for reject in refused)
    counts = StageCounts("parse", len(articles) + len(refused), len(articles), reasons)
    found = make_bare_links(read) if links is None else make_parsed_links(read, links)
    tables = {Article: read, Reject: make_arrow_table(refused, Reject), ParsedLinks: found, **make_features(read)}
    return write_part_tables(folder, tables, counts)


def hash_words(text: str) -> ReadTexts:
    """Read one text into words."""
    texts = join_texts([text])
    return read_texts(np.zeros(1, np.int64), texts.data, texts.starts, read_character_tables())
