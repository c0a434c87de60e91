"""Cut and date the pages of `storyfold parse` by what they show of each other, as a night does, and make their rows.

Texts stay in the parts and are read once more, so memory holds what is compared of each page and no bodies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, repeat

from flows.commands.parse_pages import make_public_row, read_fates
from storyfold.boilerplate.constant_dates import ConstantDates, find_constant_dates
from storyfold.boilerplate.cut import CrossPages, NoKnownPages
from storyfold.boilerplate.cut_articles import (
    add_page,
    add_stamps,
    apply_cutting,
    date_without,
    make_cut_rows,
)
from storyfold.boilerplate.date_stamps import NoKnownDateStamps, PagesByStamp
from storyfold.output.article_rows import OwnIds
from storyfold.output.row_columns import Row
from storyfold.run.parts import Part
from storyfold.schemas import Article, Cut, PageFate
from storyfold.settings.boilerplate import BoilerplateSettings


def cut_pages(parts: Sequence[Part], settings: BoilerplateSettings) -> Iterator[tuple[Row, list[Row]]]:
    """Yield the row of each page, in the parts' order, with a row for each line that was cut from it."""
    for fate, article, cuts in cut_articles(parts, settings):
        yield make_public_row(fate, article), cuts


def cut_articles(
    parts: Sequence[Part], settings: BoilerplateSettings
) -> Iterator[tuple[PageFate, Article | None, list[Row]]]:
    """Yield the fate of each page, the article that it is after all cuts, and a row for each line that was cut."""
    compared = _compare(parts, settings)
    number = 0
    for fate, article in _give_own_ids(parts):
        if article is None or fate.reason is not None:
            yield fate, article, []
            continue
        dated = date_without(article, compared.constant_dates.find_on_page(number))
        cutting = compared.pages.cut(number, article.body)
        cuts = [_make_public_cut(row) for row in make_cut_rows(article, cutting)]
        yield fate, apply_cutting(dated, cutting), cuts
        number += 1


@dataclass(frozen=True, slots=True)
class _Compared:
    """Hold what the articles show of each other, each under its number in their order."""

    pages: CrossPages
    constant_dates: ConstantDates


def _compare(parts: Sequence[Part], settings: BoilerplateSettings) -> _Compared:
    pages, stamps = CrossPages(settings), PagesByStamp()
    part_of_page = chain.from_iterable(repeat(part, part.counts.items_in) for part in parts)
    part_of: list[Part] = []  # of each article
    for part, (fate, article) in zip(part_of_page, _give_own_ids(parts), strict=True):
        if article is not None and fate.reason is None:
            add_stamps(stamps, article)
            add_page(pages, article)
            part_of.append(part)
        elif article is not None and article.kind != "error":
            pages.add_title(article.article_id, article.title)
    pages.compare(NoKnownPages())

    def read_body(number: int) -> str:
        part, before = part_of[number], part_of.index(part_of[number])
        kept = [article.body for fate, article in read_fates([part]) if article is not None and fate.reason is None]
        return kept[number - before]

    return _Compared(pages, find_constant_dates(stamps, NoKnownDateStamps(), read_body, settings))


def _give_own_ids(parts: Sequence[Part]) -> Iterator[tuple[PageFate, Article | None]]:
    """Give each page an id of its own: the same article may come from two files, and each has its row."""
    ids = OwnIds()
    for fate, article in read_fates(parts):
        if article is None:
            yield replace(fate, item_id=ids.make_unique(fate.item_id, fate.location)), None
        else:
            yield fate, replace(article, article_id=ids.make_unique(article.article_id, fate.location))


def _make_public_cut(cut: Cut) -> Row:
    return {
        "id": cut.article_id,
        "position": cut.position,
        "text": cut.text,
        "reason": cut.reason,
        "pages": cut.pages,
        "example_id": cut.example_article_id,
    }
