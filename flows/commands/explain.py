"""Run `storyfold parse --explain`: show why one page reads as it does, on the terminal or as an HTML page."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.commands.page_inputs import PageInputs
from flows.commands.stdin_and_address import get_item, read_content
from storyfold.fetch.fetch_batch import make_page_row
from storyfold.outcomes import Rejected, WrongUse
from storyfold.output.destination import open_output
from storyfold.output.visible import limit_marks, make_visible
from storyfold.parse.body.trafilatura_check import silence_extractors
from storyfold.parse.explain.explain_page import explain_page
from storyfold.parse.explain.explained_page import render_explanation
from storyfold.parse.explain.explanation import Explanation

SHOWN = 160  # characters of a block on the terminal; the page shows all


def explain_inputs(inputs: PageInputs) -> Explanation:
    """Explain the one page that is named. Raises WrongUse where it is no page or more than one."""
    found = inputs.find_pages()
    pages = found.items
    if len(pages) != 1:
        instead = found.refused[0]["reason"] if found.refused else f"{len(pages)} pages"
        raise WrongUse(f"--explain {inputs}: one page is explained at a time, here: {instead}")
    silence_extractors()
    settings, now = inputs.settings, datetime.now(UTC)
    try:
        content = read_content(pages[0], settings.fetch.page_bytes)
    except Rejected as rejected:
        raise WrongUse(f"{inputs}: {rejected}") from None
    return explain_page(make_page_row(get_item(pages[0]), content, ("", 0), now), content.data, settings.parse)


def write_explanation(explanation: Explanation, out: Path) -> None:
    """Write the explanation as an HTML page to `out`, which may be `-`."""
    with open_output(out) as written:
        written.write(render_explanation(explanation).encode("utf-8", "replace"))


def print_explanation(explanation: Explanation) -> None:
    """Print the explanation; in plain lines where standard output is no terminal."""
    console = Console(highlight=False, soft_wrap=False)
    article = explanation.article
    console.print(_make_text(article.title or "(no title)", style="bold"))
    console.print(_make_text(explanation.verdict))
    published = article.published_at.isoformat() if article.published_at else "unknown"
    console.print(_make_text(f"published {published}, confidence {article.date_confidence}: {article.date_reason}"))
    values = {"authors": ", ".join(article.authors), "agency": article.agency, "language": article.language}
    for name, value in values.items():
        if value:
            console.print(_make_text(f"{name}: {value}"))
    console.print(_make_claims_table(explanation))
    console.print(_make_blocks_table(explanation))


def _make_text(words: str, style: str = "") -> Text:
    """Make words of a page safe for the terminal: no markup, nothing that steers it."""
    return Text(make_visible(limit_marks(" ".join(words.split()))), style=style)


def _make_claims_table(explanation: Explanation) -> Table:
    table = Table("where", "its words", "read as", "weight", "what became of it", title="Dates", title_justify="left")
    for claim in explanation.claims:
        table.add_row(*map(_make_text, (claim.where, claim.words, claim.value, f"{claim.weight:.1f}", claim.fate)))
    if not explanation.claims:
        table.add_row("", "the page names no date", "", "", "")
    return table


def _make_blocks_table(explanation: Explanation) -> Table:
    kept = sum(block.kept for block in explanation.blocks)
    title = f"Blocks: {kept} kept of {len(explanation.blocks)}"
    table = Table("", "score", "why", "text", title=title, title_justify="left")
    for block in explanation.blocks:
        text = block.text if len(block.text) <= SHOWN else block.text[: SHOWN - 1] + "…"
        score = "" if block.chance is None else f"{block.chance:.2f}"
        style = "green" if block.kept else "dim"
        table.add_row(
            Text("kept" if block.kept else "cut", style=style),
            score,
            _make_text(block.reason),
            _make_text(text, style=style),
        )
    return table
