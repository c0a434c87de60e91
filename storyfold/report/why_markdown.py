"""Render what `storyfold why` found as Markdown; none of the pages' characters mean anything in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from storyfold.output.pair_reasons import PairArticle, PairReasons, Piece
from storyfold.report import why_words as words
from storyfold.report.markdown import escape_markdown, render_table
from storyfold.report.why_terminal import shorten_run

LONGEST = 2_000  # characters of a line
SHOWN_ROWS = 200  # of the texts side by side; JSON and the page have all


def render_why_markdown(reasons: PairReasons) -> str:
    """Render both articles, the decision with its evidence, the measures, the stories, and the texts side by side."""
    copies, stories = reasons.copies, reasons.stories
    notes = [*reasons.notes, *words.list_differences(reasons)]
    parts = [
        f"# {escape_markdown(words.tell_copies(reasons))}",
        escape_markdown(words.tell_stories(reasons), 400),
        *([_list(notes)] if notes else []),
        render_table(("", "title", "outlet", "dates", "place", "id"), map(_make_row, (reasons.a, reasons.b))),
    ]
    if copies.evidence:
        evidence = [f"{words.tell_evidence(piece)}: {piece.words}" for piece in copies.evidence]
        parts += ["## Who was first", _list([*evidence, words.tell_weight(copies)])]
    if changes := words.list_changes(copies):
        parts += ["## What would change that", _list(changes)]
    measured = [words.tell_shares(reasons), words.tell_set_aside(copies), *map(words.tell_measure, copies.measures)]
    parts += ["## Are they copies" if copies.kind != "none" else "## Why they are no copies", _list(measured)]
    told = [line for line in (words.tell_link(stories), words.tell_times(stories)) if line]
    told += [f"{head} in both: {', '.join(found)}" for head, found in
             (("names", reasons.names), ("numbers", reasons.numbers)) if found]  # fmt: skip
    parts += ["## Are they one story", *([_list(told)] if told else [])]
    if stories.terms:
        rows = ((escape_markdown(t.term, 60), f"{t.part:.4f}", f"{t.text_a:.3f}", f"{t.text_b:.3f}")
                for t in stories.terms[: words.SHOWN_TERMS])  # fmt: skip
        parts.append(render_table(("shared term", "part of the link", "in A", "in B"), rows))
    if copies.rows:
        texts = ((_mark(row.a), _mark(row.b)) for row in copies.rows[:SHOWN_ROWS])
        parts += ["## The texts", render_table(("A", "B"), texts)]
    return "\n\n".join(parts) + "\n"


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {escape_markdown(line, LONGEST)}" for line in lines)


def _make_row(article: PairArticle) -> tuple[str, ...]:
    told = (
        article.title or "without a title",
        article.outlet or "unknown outlet",
        words.tell_date(article),
        words.tell_place(article),
        article.article_id,
    )
    return article.side, *(escape_markdown(value) for value in told)


def _mark(pieces: Sequence[Piece]) -> str:
    """Write the words of one text in a row, what the other has not in bold."""
    cut = [(escape_markdown(shorten_run(piece.text), LONGEST), piece.is_shared) for piece in pieces]
    return " ".join(words if is_shared else f"**{words}**" for words, is_shared in cut if words)
