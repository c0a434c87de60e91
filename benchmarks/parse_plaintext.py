"""Measure plain-text parsing on real pages: render their HTML to text, parse that, score or write what was found.

    python -m benchmarks.parse_plaintext [--renderer resiliparse] [--out-of-fold] [--out FOLDER] [SET ...]

SET is `aeb` or `fundus` of the shared evaluation data (both without). Renderers: `resiliparse` (main_content off),
`inscriptis`, `lexbor` (a line for each block element; needs no further package) and `lexbor-bullets`. The first two
are no dependencies of the project; give them an environment of their own that sees the project's packages too:

    python -m venv --system-site-packages rendering && rendering/bin/pip install resiliparse==2.0.1 inscriptis==2.7.6

Prints shingle F1 of the body, exact titles, same days, authors F1, and milliseconds of processor time a page
(rendering not counted). The model is fitted on these pages: with `--out-of-fold` each page is read by a model that
never saw a page of its site (`benchmarks/models/`, by `benchmarks/fit_plaintext_lines.py`).
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from benchmarks.page_figures import measure_pages
from benchmarks.shared_data import find_shared_folder, load_scoring
from benchmarks.sites import get_fold
from storyfold.credits.bylines import find_agency, read_credit
from storyfold.dates.weigh import weigh_claims
from storyfold.parse.plaintext.line_model import LineModel, read_line_model
from storyfold.parse.plaintext_page import parse_plaintext
from storyfold.schemas.pages import Page

MODELS = Path(__file__).parent / "models"  # fitted without one fold each; the package has the one of all pages
SKIPPED = frozenset("script style noscript template head svg iframe object select option textarea button".split())
INLINE = frozenset(
    "a abbr b bdi bdo cite code data dfn em font i ins kbd mark q s samp small span strike strong sub sup time tt u "
    "var wbr img picture source label".split()
)


def render(html: str, *, bullets: bool) -> str:
    """Return the visible text of a page, a line for each block element."""
    parts: list[str] = []
    stack: list[tuple[LexborNode | None, str]] = [(LexborHTMLParser(html).root, "")]
    while stack:
        node, text = stack.pop()
        if node is None:
            parts.append(text)
        elif node.tag == "-text":
            parts.append(node.text_content or "")
        elif node.tag not in SKIPPED and not (node.tag or "").startswith("!") and node.tag != "-comment":
            block = "" if node.tag in INLINE else "\n"
            parts.append("\n- " if bullets and node.tag == "li" else block)
            stack.append((None, block))
            children = list(node.iter(include_text=True))
            stack.extend((child, "") for child in reversed(children))
    joined = "".join(parts).split("\n")
    lines = [" ".join(line.split()) for line in joined]
    return "\n".join(line for line in lines if line not in {"", "-"})


def make_page(name: str, content: bytes) -> Page:
    """Make a page as fetch would: a file of which nothing is known."""
    return Page(
        item_id=name, source_id="benchmark", location=name, name=name, seen_at=datetime(2026, 11, 21, tzinfo=UTC),
        bytes=len(content), content_sha256=hashlib.sha256(content).hexdigest(), warc_file="", warc_offset=0,
    )  # fmt: skip


def render_with_resiliparse(html: str) -> str:
    """Return the page's text as Resiliparse gives it, menus and all."""
    from resiliparse.extract.html2text import extract_plain_text

    return str(extract_plain_text(html, main_content=False))


def render_with_inscriptis(html: str) -> str:
    """Return the page's text as Inscriptis lays it out."""
    from inscriptis import get_text

    return str(get_text(html))


RENDERERS: dict[str, Callable[[str], str]] = {
    "resiliparse": render_with_resiliparse,
    "inscriptis": render_with_inscriptis,
    "lexbor": partial(render, bullets=False),
    "lexbor-bullets": partial(render, bullets=True),
}


def list_renderers() -> list[str]:
    """List the renderers that are installed, of those that a plain-text page may come from."""
    return [name for name in ("resiliparse", "inscriptis") if find_spec(name)] + ["lexbor-bullets"]


@cache
def read_fold_model(fold: int) -> LineModel:
    """Read the model fitted without the sites of one fold."""
    return read_line_model(MODELS / f"dump_fold_{fold}.npz")


def parse_text(text: str, page: Page, model: LineModel | None = None) -> dict[str, Any]:
    """Parse a text into a row as the file commands write it, with the columns that the scorers read."""
    found = parse_plaintext(text, page, model)
    agency = find_agency(found.credits, found.body)
    dating = weigh_claims(found.date_claims, text=found.body, agency=agency, seen_at=page.seen_at)
    authors, _ = read_credit(found.credits, outlet=found.outlet)
    published = dating.published_at.isoformat() if dating.published_at else None
    return {
        "path": page.name, "title": found.title, "body": found.body, "authors": list(authors), "published_at": published
    }  # fmt: skip


def read_set(
    folder: Path, renderer: str, apart: Sequence[dict[str, Any]] = ()
) -> tuple[dict[str, dict[str, Any]], float]:
    """Parse each page of a folder's `html`; return the rows by file name, and the seconds that a page took.

    The pages of the gold `apart` are read by models that never saw their sites, the others by the project's own.
    """
    folds = {Path(entry["path"]).name: get_fold(entry["url"]) for entry in apart}
    rows: dict[str, dict[str, Any]] = {}
    seconds = 0.0
    for path in sorted((folder / "html").glob("*.html.gz")):
        content = gzip.decompress(path.read_bytes())
        text = RENDERERS[renderer](content.decode("utf-8", "replace"))
        model = read_fold_model(folds[path.name]) if path.name in folds else None
        started = time.process_time()
        rows[path.name] = parse_text(text, make_page(path.name, content), model)
        seconds += time.process_time() - started
    return rows, seconds / max(1, len(rows))


def main() -> None:
    """Parse every page of the sets, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", metavar="SET", default=["aeb", "fundus"])
    parser.add_argument("--renderer", choices=list(RENDERERS), default="resiliparse")
    parser.add_argument("--out-of-fold", action="store_true", help="read each page by a model that never saw its site")
    parser.add_argument("--out", type=Path, help="a folder for the rows found, SET.jsonl")
    chosen = parser.parse_args()
    shared = find_shared_folder()
    score = load_scoring(shared)
    for name in chosen.sets:
        gold = score.read_jsonl(shared / "data" / "pages" / name / "gold.jsonl.gz")
        rows, seconds = read_set(shared / "data" / "pages" / name, chosen.renderer, gold if chosen.out_of_fold else ())
        figures = {**measure_pages(score, gold, rows), "ms of processor a page": seconds * 1000}
        print(name, chosen.renderer, *(f"{figure} {value:.4f}" for figure, value in figures.items()), sep="  ")
        if chosen.out:
            chosen.out.mkdir(parents=True, exist_ok=True)
            lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows.values())
            (chosen.out / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
