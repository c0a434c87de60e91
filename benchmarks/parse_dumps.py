"""Plain-text parsing measured on real pages: render their HTML to lines of text, parse those, write what was found.

    python benchmarks/parse_dumps.py PAGES_DIR OUT.jsonl [--bullets]

PAGES_DIR holds `*.html.gz`. Each block element becomes a line, as text dumps of pages have them; `--bullets` puts
"- " before items of lists. OUT can be scored by any tool that compares `path`, `title`, `body`, `authors` and
`published_at` with a gold file. Prints pages a second (rendering not counted).
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import time
from datetime import UTC, datetime
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode

from storyfold.parse.bylines import credit_names, find_agency
from storyfold.parse.dates import weigh
from storyfold.parse.dump import parse_dump
from storyfold.schemas.pages import Page

SKIPPED = frozenset("script style noscript template head svg iframe object select option textarea button".split())
INLINE = frozenset(
    "a abbr b bdi bdo cite code data dfn em font i ins kbd mark q s samp small span strike strong sub sup time tt u "
    "var wbr img picture source label".split()
)


def render(html: str, *, bullets: bool) -> str:
    """The visible text of a page, a line for each block element."""
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


def page_of(name: str, content: bytes) -> Page:
    """A page as fetch would hand it on: a file of which nothing is known."""
    return Page(
        item_id=name, source_id="benchmark", location=name, name=name, seen_at=datetime(2026, 11, 21, tzinfo=UTC),
        bytes=len(content), content_sha256=hashlib.sha256(content).hexdigest(), warc_file="", warc_offset=0,
    )  # fmt: skip


def main() -> None:
    """Parse every page of the folder and write one JSON line for each."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("pages", type=Path)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--bullets", action="store_true")
    chosen = arguments.parse_args()
    seconds, count = 0.0, 0
    with chosen.out.open("w", encoding="utf-8") as out:
        for path in sorted(chosen.pages.glob("*.html.gz")):
            content = gzip.decompress(path.read_bytes())
            text = render(content.decode("utf-8", "replace"), bullets=chosen.bullets)
            page = page_of(path.name, content)
            started = time.perf_counter()
            found = parse_dump(text, page)
            agency = find_agency(found.credits, found.body)
            dating = weigh(found.date_claims, text=found.body, agency=agency, seen_at=page.seen_at)
            authors, _ = credit_names(found.credits, outlet=found.outlet)
            seconds, count = seconds + time.perf_counter() - started, count + 1
            published = dating.published_at.isoformat() if dating.published_at else None
            row = {"path": path.name, "title": found.title, "body": found.body, "authors": authors}
            out.write(json.dumps({**row, "published_at": published}, ensure_ascii=False) + "\n")
    print(f"{count} pages, {count / max(seconds, 1e-9):.0f} pages/s")


if __name__ == "__main__":
    main()
