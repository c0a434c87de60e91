"""Cut and date the articles of a day by what its pages and those of the days before it show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from storyfold.boilerplate.constant_dates import Constants, find_constant_dates, weigh_without_constants
from storyfold.boilerplate.cut import CrossPages, Cutting, KnownPages, rebuild_text
from storyfold.boilerplate.date_stamps import KnownDateStamps, PagesByStamp
from storyfold.credits.bylines import find_dateline
from storyfold.credits.publisher import name_outlet_or_source
from storyfold.dates.dated_rows import apply_dating
from storyfold.identity.ids import hash_text
from storyfold.schemas import Article, Cut, PageLines
from storyfold.settings.boilerplate import BoilerplateSettings
from storyfold.text.line_keys import scan_lines
from storyfold.text.normalize import count_words


@dataclass(frozen=True, slots=True)
class CutArticles:
    """Hold the articles as cut, in the order given; `make_rows` makes what lands of one beside its own row."""

    articles: list[Article]
    _pages: CrossPages
    _cuttings: list[Cutting]

    def make_rows(self, number: int, article: Article) -> tuple[list[Cut], PageLines]:
        """Return the rows of the cuts and of the lines of an article by its number; `article` now has its version."""
        cutting = self._cuttings[number]
        lines = PageLines(
            article_id=article.article_id,
            version=article.version,
            seen_date=article.seen_date,
            outlet=name_lines_outlet(article),
            keys=tuple(self._pages.pages.get_keys(number)),
            own_share=self._pages.get_own_share(number),
            left_whole=cutting.left_whole,
        )
        return make_cut_rows(article, cutting), lines


def name_lines_outlet(article: Article) -> str | None:
    """Return whose lines the article's are: its outlet's, else its source's; nobody's where it repeats a version."""
    return None if article.is_repeat else name_outlet_or_source(article)


def make_lines_row(uncut: Article) -> PageLines:
    """Make the row of the lines of a version for which a lake of an older program has none."""
    return PageLines(
        article_id=uncut.article_id,
        version=uncut.version,
        seen_date=uncut.seen_date,
        outlet=name_lines_outlet(uncut),
        keys=tuple(scan_lines(uncut.body)[0].tolist()),
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
    for article in articles:
        add_page(pages, article)
    for page_id, title in headlines:
        pages.add_title(page_id, title)
    pages.compare(known, (article.body for article in articles))
    cuttings = [pages.cut(number, article.body) for number, article in enumerate(articles)]
    cut = [apply_cutting(article, cutting) for article, cutting in zip(articles, cuttings, strict=True)]
    return CutArticles(cut, pages, cuttings)


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
    return date_anew(article, constants) if constants else article


def date_anew(article: Article, constants: Constants) -> Article:
    """Date an article by its claims, whatever date its row has; `body` is the uncut text."""
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


def restore_uncut(article: Article, cuts: Iterable[Cut]) -> Article:
    """Return an article as its page has it, without what other pages have shown of its lines and dates."""
    body = rebuild_text(article.body, ((cut.position, cut.text) for cut in cuts))
    if article.uncut_sha256 is not None:
        article = replace(
            article,
            body=body,
            word_count=count_words(body),
            dateline=find_dateline(body),
            text_sha256=article.uncut_sha256,
            uncut_sha256=None,
        )
    return date_anew(replace(article, is_repeat=None), {})


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
