"""`storyfold parse --explain`: one page, and why it reads as it does, on the terminal or as an HTML page."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.commands.held_pages import make_content, make_item
from flows.commands.page_sources import PageSource
from storyfold.fetch.fetch_batch import make_page_row
from storyfold.outcomes import Rejected, WrongUse
from storyfold.output.destination import open_output
from storyfold.output.visible import limit_marks, make_visible
from storyfold.parse.explain.explain_page import explain_page
from storyfold.parse.explain.explained_page import render_explanation
from storyfold.parse.explain.explanation import Explanation
from storyfold.settings.sources import Limits

SHOWN = 160  # characters of a block on the terminal; the page shows all


def explain_source(source: PageSource) -> Explanation:
    """Why this one page reads as it does. WrongUse where the source names no page or more than one."""
    looked = source.pages()
    pages = looked.items
    if len(pages) != 1:
        found = looked.refused[0]["reason"] if looked.refused else f"{len(pages)} pages"
        raise WrongUse(f"--explain {source}: one page is explained at a time, here: {found}")
    limits, now = Limits(), datetime.now(UTC)
    try:
        content = make_content(pages[0], limits)
    except Rejected as rejected:
        raise WrongUse(f"{source}: {rejected}") from None
    return explain_page(make_page_row(make_item(pages[0]), content, ("", 0), now), content.data, limits)


def explain_file(path: Path) -> Explanation:
    """Why the page in this file reads as it does."""
    return explain_source(PageSource((str(path),)))


def write_page(explanation: Explanation, out: Path) -> None:
    """The explanation as an HTML page, wherever `out` leads."""
    with open_output(out) as written:
        written.write(render_explanation(explanation).encode("utf-8", "replace"))


def show(explanation: Explanation) -> None:
    """The explanation on the terminal; plain lines where standard output is none."""
    console = Console(highlight=False, soft_wrap=False)
    article = explanation.article
    console.print(_text(article.title or "(no title)", style="bold"))
    console.print(_text(explanation.verdict))
    published = article.published_at.isoformat() if article.published_at else "unknown"
    console.print(_text(f"published {published}, confidence {article.date_confidence}: {article.date_reason}"))
    told = {"authors": ", ".join(article.authors), "agency": article.agency, "language": article.language}
    for name, value in told.items():
        if value:
            console.print(_text(f"{name}: {value}"))
    console.print(_claims(explanation))
    console.print(_blocks(explanation))


def _text(words: str, style: str = "") -> Text:
    """Words of a page for the terminal: no markup, nothing that steers it."""
    return Text(make_visible(limit_marks(" ".join(words.split()))), style=style)


def _claims(explanation: Explanation) -> Table:
    table = Table("where", "its words", "read as", "weight", "what became of it", title="Dates", title_justify="left")
    for claim in explanation.claims:
        table.add_row(*map(_text, (claim.where, claim.words, claim.value, f"{claim.weight:.1f}", claim.fate)))
    if not explanation.claims:
        table.add_row("", "the page names no date", "", "", "")
    return table


def _blocks(explanation: Explanation) -> Table:
    kept = sum(block.kept for block in explanation.blocks)
    title = f"Blocks: {kept} kept of {len(explanation.blocks)}"
    table = Table("", "score", "why", "text", title=title, title_justify="left")
    for block in explanation.blocks:
        text = block.text if len(block.text) <= SHOWN else block.text[: SHOWN - 1] + "…"
        score = "" if block.chance is None else f"{block.chance:.2f}"
        style = "green" if block.kept else "dim"
        table.add_row(
            Text("kept" if block.kept else "cut", style=style), score, _text(block.reason), _text(text, style=style)
        )
    return table
