"""`storyfold parse --explain`: one page, and why it reads as it does, on the terminal or as an HTML page."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.parse_files import find_items
from storyfold.fetch.fetch import content_of_item, page_of
from storyfold.outcomes import Rejected, WrongUse
from storyfold.parse.explain.explain import explain_page
from storyfold.parse.explain.explained_page import render_explanation
from storyfold.parse.explain.explanation import Explanation
from storyfold.settings import Limits

SHOWN = 160  # characters of a block on the terminal; the page shows all


def explain_file(path: Path) -> Explanation:
    """Why this one page reads as it does. WrongUse where the path names no page or more than one."""
    looked = find_items([path])
    items = looked.items
    if len(items) != 1:
        found = looked.refused[0]["reason"] if looked.refused else f"{len(items)} pages"
        raise WrongUse(f"--explain {path}: one page is explained at a time, here: {found}")
    limits, now = Limits(), datetime.now(UTC)
    try:
        content = content_of_item(items[0], limits)
    except Rejected as rejected:
        raise WrongUse(f"{path}: {rejected}") from None
    return explain_page(page_of(items[0], content, ("", 0), now), content.data, limits)


def write_page(explanation: Explanation, out: Path) -> None:
    """The explanation as an HTML page."""
    out.write_text(render_explanation(explanation), encoding="utf-8")


def show(explanation: Explanation) -> None:
    """The explanation on the terminal; plain lines where standard output is none."""
    console = Console(highlight=False, soft_wrap=False)
    article = explanation.article
    console.print(Text(article.title or "(no title)", style="bold"))
    console.print(Text(explanation.verdict))
    published = article.published_at.isoformat() if article.published_at else "unknown"
    console.print(Text(f"published {published}, confidence {article.date_confidence}: {article.date_reason}"))
    told = {"authors": ", ".join(article.authors), "agency": article.agency, "language": article.language}
    for name, value in told.items():
        if value:
            console.print(Text(f"{name}: {value}"))
    console.print(_claims(explanation))
    console.print(_blocks(explanation))


def _claims(explanation: Explanation) -> Table:
    table = Table("where", "its words", "read as", "weight", "what became of it", title="Dates", title_justify="left")
    for claim in explanation.claims:
        table.add_row(*map(Text, (claim.where, claim.words, claim.value, f"{claim.weight:.1f}", claim.fate)))
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
            Text("kept" if block.kept else "cut", style=style), score, Text(block.reason), Text(text, style=style)
        )
    return table
