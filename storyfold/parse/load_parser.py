"""Load all that a worker needs once, before its first page, so that no page waits for it."""

from __future__ import annotations

from datetime import UTC, datetime

from storyfold.kernels.compiled import load_kernels
from storyfold.parse.body.trafilatura_check import extract_lines, silence_extractors
from storyfold.parse.page import parse_page
from storyfold.schemas.pages import Page
from storyfold.settings.parse import ParseSettings

# Pages of our own that touch every table and model: both kinds of input, and claims of each kind.
_HTML = """<!doctype html><html lang="en"><head><title>Ferry stays in port | The Lantern</title>
<link rel="canonical" href="https://lantern.example/ferry-stays"><meta name="author" content="Ann Reeve">
<meta property="article:published_time" content="2026-03-04T08:00:00+01:00">
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Ferry stays in port"}</script></head><body>
<nav><a href="/a">Home</a></nav><h1>Ferry stays in port</h1><p>By Ann Reeve, 4 March 2026 at 8:00</p>
<p>HARROWMOUTH (Reuters) - The ferry stayed in port on Tuesday, the harbour board said, because of the swell.</p>
<p>Its captain said that he had not seen such a sea since 1998, and that nobody was hurt when a cable broke.</p>
<p>Die Fähre blieb im Hafen. Le bac est resté au port. El barco se quedó en el puerto. 船は港にとどまった。</p>
<ul><li><a href="/b">Harbour board meets</a></li></ul><footer>Correction: an earlier version named Wednesday.</footer>
</body></html>"""
_DUMP = """Home News Sport
Ferry stays in port
By Ann Reeve
March 4, 2026
The ferry stayed in port on Tuesday, the harbour board said, because of the swell outside of the mole.
Its captain said that he had not seen such a sea since 1998, and that nobody was hurt when a cable broke.
Copyright 2026 The Lantern"""


def load_parser(*, fast: bool = False) -> None:
    """Load the parser's kernels, models and word lists by reading two pages; `fast` leaves trafilatura out."""
    silence_extractors()
    load_kernels("storyfold")
    if not fast:
        extract_lines(_HTML)
    seen_at = datetime(2026, 3, 5, tzinfo=UTC)
    for name, text in (("ready.html", _HTML), ("ready.txt", _DUMP)):
        content = text.encode()
        page = Page(
            item_id=name,
            source_id="ready",
            name=name,
            location=name,
            seen_at=seen_at,
            bytes=len(content),
            content_sha256="",
            warc_file="",
            warc_offset=0,
        )
        parse_page(page, content, ParseSettings(), fast=fast)
