"""Make one mutated page from a seed and a number, and parse it.

Prints nothing itself: `python -m benchmarks.fuzz_pages` runs many of these cases.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from random import Random

import orjson

from benchmarks.grown_pages import GROWN
from benchmarks.page_mutations import MUTATIONS
from benchmarks.shared_data import ROOT
from storyfold.demo_web.content import load_web
from storyfold.demo_web.site import Site
from storyfold.parse.page import parse_page
from storyfold.schemas import Article, Page
from storyfold.schemas.columns import make_arrow_table
from storyfold.settings.parse import ParseSettings

GROWN_EVERY = 16  # 1,250 of 20,000: each takes some hundred times as long as a changed page
SEEN_AT = datetime(2031, 12, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Case:
    """Name one page of a run: the number of a seed; `only` names the mutation if it is not left to chance."""

    seed: int
    number: int
    only: str | None = None
    largest: int = sys.maxsize  # bytes that are kept of a page
    shared: bool = True  # pages of the evaluation sets too


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Hold what the parser made of a case; `fault` is our own error or what ended the worker."""

    number: int
    made: str
    bytes: int = 0
    seconds: float = 0.0
    fate: str = ""
    digest: str = ""
    fault: str = ""
    ended: bool = False


def make_case(case: Case) -> tuple[str, bytes]:
    """Make the case's page; return how it is made, in words, and its bytes."""
    random = Random(f"{case.seed}:{case.number}")  # noqa: S311 (chance, no secret)
    name = case.only or (random.choice(list(GROWN)) if case.number % GROWN_EVERY == 0 else "")
    if name in GROWN:
        content = GROWN[name](random).encode("utf-8", "surrogatepass")
        return name, content[: case.largest]
    pages = list_base_pages(shared=case.shared)
    name_of_page, read = pages[random.randrange(len(pages))]
    content = read()
    names = [name] if name else random.choices(list(MUTATIONS), k=random.choice((1, 1, 2, 3)))
    for change in names:
        content = MUTATIONS[change](random, content)
    return f"{' + '.join(names)} of {name_of_page}", content[: case.largest]


def parse_case(case: Case, settings: ParseSettings) -> Outcome:
    """Make the page, parse it, and see that its row could be written; our own errors come back as a fault."""
    made, content = make_case(case)
    random = Random(f"{case.seed}:{case.number}:page")  # noqa: S311 (chance, no secret)
    page = Page(
        item_id="1",
        source_id="fuzz",
        location="/pages/page",
        name="page",
        url=random.choice((None, "https://www.example.com/2024/01/02/page.html")),
        media_type=random.choice((None, "text/html", "text/plain")),
        charset=random.choice((None, None, "utf-8", "windows-1252", "utf-16", "none")),
        zone=random.choice((None, "Europe/Berlin")),
        seen_at=SEEN_AT,
        bytes=len(content),
        content_sha256=hashlib.sha256(content).hexdigest(),
        warc_file="x.warc.gz",
        warc_offset=0,
    )
    began = time.process_time()
    digest = fate = fault = ""
    try:
        parsed = parse_page(page, content, settings)
        make_arrow_table([parsed.article], Article)
        fate = parsed.reason.value if parsed.reason else f"kept as {parsed.article.kind}"
        digest = hashlib.sha256(orjson.dumps([parsed.article, parsed.reason, parsed.detail])).hexdigest()[:16]
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 (every error is what this is here to find)
        where = traceback.extract_tb(error.__traceback__)[-1]
        fault = f"{type(error).__name__}: {error}"[:200] + f" ({Path(where.filename).name}:{where.lineno})"
    seconds = time.process_time() - began
    return Outcome(
        number=case.number, made=made, bytes=len(content), seconds=seconds, fate=fate, digest=digest, fault=fault
    )


def make_lost_outcome(case: Case, why: str) -> Outcome:
    """Make the outcome of a case that its worker did not survive."""
    made, content = make_case(case)
    return Outcome(number=case.number, made=made, bytes=len(content), fault=why, ended=True)


@cache
def list_base_pages(*, shared: bool) -> list[tuple[str, Callable[[], bytes]]]:
    """List the pages to change, each with how to read it: ours, and with `shared` those of the evaluation sets."""
    files = [f for folder in ("tests/golden", "data/demo") for f in sorted((ROOT / folder).rglob("*.*"))]
    found = [(str(f.relative_to(ROOT)), f.read_bytes) for f in files if f.suffix in (".html", ".txt")]
    web = load_web()
    site = Site(web, {outlet.id: f"https://{outlet.id}.example" for outlet in web.outlets})
    responses = ((page, site.respond(page.outlet, page.path, web.nights[-1]).body) for page in web.pages)
    found += [(page.outlet + page.path, partial(bytes, body)) for page, body in responses if body]
    if shared:
        data = Path(os.environ.get("STORYFOLD_SHARED", ROOT.parent / "shared")) / "data"
        files = sorted((*data.glob("seeds/*.txt"), *data.glob("pages/*/html/*.gz")))
        found += [(f.name, partial(_read_file, f)) for f in files]
    return found


def _read_file(file: Path) -> bytes:
    return gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
