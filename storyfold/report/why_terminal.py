"""Render what `storyfold why` found as text, side by side where there is room; no page can steer the terminal."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from storyfold.output.pair_reasons import AlignedRow, PairArticle, PairReasons, Piece
from storyfold.output.visible import shorten
from storyfold.report import why_words as words
from storyfold.report.formatting import format_count, make_plain

NARROW = 72  # columns of a terminal below which one text stands below the other
SHOWN_ROWS = 60  # of the texts side by side; the page and JSON have all
HEAD, TAIL = 20, 12  # words shown of a run that both have, or one has: its beginning and its end
LONGEST_WORD = 60  # characters of a word: the longest of dictionaries are shorter
LONGEST = 2_000  # characters of a run, so that a word without an end ends


def render_why_text(reasons: PairReasons, width: int, *, is_terminal: bool) -> str:
    """Render all of it for so many columns; with colours where it goes to a terminal."""
    out = io.StringIO()
    console = Console(
        file=out, width=max(width, 20), force_terminal=is_terminal, highlight=False, markup=False, emoji=False,
        no_color=None if is_terminal else True, legacy_windows=False,
    )  # fmt: skip
    _print_lines(console, [Text(words.tell_copies(reasons), "bold"), Text(words.tell_stories(reasons), "bold"), Text()])
    for article in (reasons.a, reasons.b):
        _print_article(console, article)
    notes = [*reasons.notes, *words.list_differences(reasons)]
    _print_list(console, "Please note", notes)
    _print_copies(console, reasons)
    _print_stories(console, reasons)
    _print_texts(console, reasons)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _print_lines(console: Console, lines: Iterable[Text]) -> None:
    for line in lines:
        console.print(line, overflow="fold")


def _print_list(console: Console, head: str, lines: Sequence[str]) -> None:
    """Print a headed list; nothing where it has no lines."""
    if not lines:
        return
    console.print(Text(head, "bold"))
    for line in lines:
        console.print(Padding(Text(make_plain(line, 600)), (0, 0, 0, 2)), overflow="fold")
    console.print()


def _print_article(console: Console, article: PairArticle) -> None:
    outlet = make_plain(article.outlet, 60) or "unknown outlet"
    head = Text(f"{article.side}  ", "bold cyan" if article.side == "A" else "bold magenta")
    console.print(head + Text(f"{make_plain(article.title, 160) or 'without a title'} | {outlet}"), overflow="fold")
    credited = [f"credits {make_plain(article.agency, 40)}"] if article.agency else []
    lines = [
        make_plain(article.url or article.location, 300),
        "; ".join([words.tell_date(article), *credited]),
        f"{words.tell_place(article)}; story {article.story_id or 'none'}",
    ]
    if article.date_doubt:
        lines.append(f"date doubted: {article.date_doubt}")
    for line in lines:
        console.print(Padding(Text(make_plain(line, 600)), (0, 0, 0, 3)), overflow="fold")
    console.print()


def _print_copies(console: Console, reasons: PairReasons) -> None:
    copies = reasons.copies
    measures = [f"{'yes' if m.passed else ' no'}  {words.tell_measure(m)}" for m in copies.measures]
    head = "Are they copies" if copies.kind != "none" else "Why they are no copies"
    compared = "" if copies.is_candidate else " (their sketches share too little, so that no night compares the texts)"
    _print_list(console, f"{head}{compared}", [words.tell_shares(reasons), words.tell_set_aside(copies), *measures])
    told = [f"{words.tell_evidence(piece)}: {piece.words}" for piece in copies.evidence]
    told += [words.tell_weight(copies)] if copies.evidence else []
    _print_list(console, "Who was first, by which evidence" if copies.kind != "none" else "Who would be first", told)
    _print_list(console, "What would change that", words.list_changes(copies))


def _print_stories(console: Console, reasons: PairReasons) -> None:
    stories = reasons.stories
    lines = [line for line in (words.tell_link(stories), words.tell_times(stories)) if line]
    if stories.terms:
        listed = [f"{t.term} {t.part:.3f}" for t in stories.terms[: words.SHOWN_TERMS]]
        more = len(stories.terms) - len(listed)
        lines.append(
            f"shared terms, with their part of it: {', '.join(listed)}{f' and {more} more' if more > 0 else ''}"
        )
    if reasons.names:
        lines.append(f"names in both: {', '.join(reasons.names[:20])}")
    if reasons.numbers:
        lines.append(f"numbers in both: {', '.join(reasons.numbers[:20])}")
    _print_list(console, "Are they one story", lines)


def _print_texts(console: Console, reasons: PairReasons) -> None:
    rows = reasons.copies.rows
    if reasons.copies.kind == "none" and not any(row.kind in {"shared", "moved"} for row in rows):
        return
    marks = "in [-…-] what only A has, in {+…+} what only B has"
    console.print(Text("The texts", "bold") + Text(f"  ({marks})"), overflow="fold")
    shown = rows[:SHOWN_ROWS]
    if console.width >= NARROW:
        table = Table("A", "B", expand=True, show_lines=True, padding=(0, 1))
        for column in table.columns:
            column.ratio, column.overflow = 1, "fold"
        for row in shown:
            table.add_row(_make_text(row.a, "A"), _make_text(row.b, "B", is_moved=row.kind == "moved"))
        console.print(table)
    else:
        for row in shown:
            _print_stacked(console, row)
    if len(rows) > len(shown):
        left = format_count(len(rows) - len(shown), "more row")
        console.print(Text(f"and {left}; --format html or json has all"), overflow="fold")


def _print_stacked(console: Console, row: AlignedRow) -> None:
    for side, pieces in (("A", row.a), ("B", row.b)):
        if pieces:
            moved = row.kind == "moved" and side == "B"
            console.print(Text(f"{side}: ", "bold") + _make_text(pieces, side, is_moved=moved), overflow="fold")
    console.print()


def _make_text(pieces: Sequence[Piece], side: str, *, is_moved: bool = False) -> Text:
    """Make the words of one text of a row: long runs shortened, what only it has marked."""
    text = Text("(elsewhere in B) ", "italic") if is_moved else Text()
    for piece in pieces:
        plain = shorten_run(piece.text)
        if not plain:
            continue
        own = f"[-{plain}-] " if side == "A" else f"{{+{plain}+}} "
        text.append(f"{plain} " if piece.is_shared else own, None if piece.is_shared else _STYLES[side])
    return text


_STYLES = {"A": "red", "B": "green"}


def shorten_run(text: str) -> str:
    """Return a run of words as a line, of a long one its beginning and its end."""
    split = [shorten(word, LONGEST_WORD) for word in text.split()]
    if len(split) > HEAD + TAIL + 5:
        left = len(split) - HEAD - TAIL
        split = [*split[:HEAD], f"… ({left:,} words) …", *split[-TAIL:]]
    return make_plain(" ".join(split), LONGEST)
