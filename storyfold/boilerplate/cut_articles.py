"""Cut and date the articles of a run by what its pages and those of earlier runs show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from storyfold.boilerplate.constant_dates import Constants, find_constant_dates, weigh_without_constants
from storyfold.boilerplate.cut import CrossPages, Cutting, KnownPages
from storyfold.boilerplate.date_stamps import KnownDateStamps, PagesByStamp
from storyfold.credits.bylines import find_dateline
from storyfold.credits.publisher import name_outlet_or_source
from storyfold.dates.dated_rows import apply_dating
from storyfold.identity.ids import hash_text
from storyfold.schemas import Article, Cut, PageLines
from storyfold.settings.boilerplate import BoilerplateSettings
from storyfold.text.normalize import count_words

_Key = tuple[str, str, int, str]


@dataclass(frozen=True, slots=True)
class CutArticles:
    """Hold the articles as cut, in the order given; `make_rows` makes what lands with those that are new."""

    articles: list[Article]
    _pages: CrossPages
    _cuttings: dict[_Key, tuple[int, Cutting]]

    def make_rows(self, landing: Iterable[Article]) -> dict[type, list[Cut] | list[PageLines]]:
        """Return the rows of the cuts and of the lines of these articles, which now have their versions."""
        given = list(landing)
        return {
            Cut: [row for a in given for row in make_cut_rows(a, self._cuttings[_make_key(a)][1])],
            PageLines: [self._make_lines_row(article) for article in given],
        }

    def _make_lines_row(self, article: Article) -> PageLines:
        page, cutting = self._cuttings[_make_key(article)]
        return PageLines(
            article_id=article.article_id,
            version=article.version,
            seen_date=article.seen_date,
            outlet=name_outlet_or_source(article),
            keys=tuple(self._pages.pages.get_keys(page)),
            own_share=round(self._pages.get_own_share(page), 4),
            left_whole=cutting.left_whole,
        )


def cut_articles(
    articles: Sequence[Article],
    headlines: Iterable[tuple[str, str | None]],
    known: KnownPages,
    settings: BoilerplateSettings,
) -> CutArticles:
    """Cut from each article the lines that other pages show not to be its own.

    `headlines` are ids and titles of pages that are no articles, of which only that counts. The result for an
    article does not depend on the order of the others.
    """
    pages = CrossPages(settings)
    numbers = [add_page(pages, article) for article in articles]
    for page_id, title in headlines:
        pages.add_title(page_id, title)
    pages.compare(known, (article.body for article in articles))
    cuttings = [pages.cut(number, article.body) for number, article in zip(numbers, articles, strict=True)]
    return CutArticles(
        [apply_cutting(article, cutting) for article, cutting in zip(articles, cuttings, strict=True)],
        pages,
        {_make_key(a): (n, cutting) for a, n, cutting in zip(articles, numbers, cuttings, strict=True)},
    )


def date_articles(articles: Sequence[Article], known: KnownDateStamps, settings: BoilerplateSettings) -> list[Article]:
    """Date each article anew without the dates that its outlet puts on all its pages; the order stays.

    The claims are kept. The result for an article does not depend on the order of the others.
    """
    pages = PagesByStamp()
    for article in articles:
        add_stamps(pages, article)
    constant = find_constant_dates(pages, known, lambda number: articles[number].body, settings)
    return [date_without(article, constant.find_on_page(number)) for number, article in enumerate(articles)]


def add_page(pages: CrossPages, article: Article) -> int:
    """Add an article's lines and titles to the pages that are compared; return its number there."""
    outlet = name_outlet_or_source(article) or None
    return pages.add(article.article_id, outlet, article.title, article.body, article.other_titles or ())


def add_stamps(pages: PagesByStamp, article: Article) -> None:
    """Add an article's dates to those that are counted, under the number that it has among the pages."""
    outlet = name_outlet_or_source(article) or None
    pages.add(article.article_id, outlet, article.title, article.first_seen_at, article.date_claims)


def date_without(article: Article, constants: Constants) -> Article:
    """Date an article anew without the dates that its outlet puts on all its pages."""
    if not constants:
        return article
    dating = weigh_without_constants(
        article.date_claims,
        constants,
        text=article.body,
        agency=article.agency,
        seen_at=article.first_seen_at,
        republished=article.original_url is not None,
        zone=article.zone,
    )
    return apply_dating(article, dating)


def _make_key(article: Article) -> _Key:
    return (article.article_id, article.location, article.warc_offset, article.content_sha256)


def make_cut_rows(article: Article, cutting: Cutting) -> list[Cut]:
    """Make a row for each line that was cut from an article."""
    return [
        Cut(
            article_id=article.article_id,
            version=article.version,
            seen_date=article.seen_date,
            position=cut.position,
            text=cut.text,
            reason=cut.finding.reason,
            pages=cut.finding.pages,
            example_article_id=cut.finding.example,
        )
        for cut in cutting.cuts
    ]


def apply_cutting(article: Article, cutting: Cutting) -> Article:
    """Return the article with its lines cut, and what is computed of its text."""
    if not cutting.cuts:
        return article
    return replace(
        article,
        body=cutting.body,
        word_count=count_words(cutting.body),
        dateline=article.dateline or find_dateline(cutting.body),
        text_sha256=hash_text(article.title, cutting.body),
        uncut_sha256=article.text_sha256,
    )
