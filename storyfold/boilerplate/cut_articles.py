"""Cut and date the articles of a run by what its pages and those of earlier runs show."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from storyfold.boilerplate.constant_dates import Constants, find_constant_dates, weigh_without_constants
from storyfold.boilerplate.cut import CrossPages, Cutting, KnownPages
from storyfold.boilerplate.date_stamps import KnownDateStamps, PagesByStamp
from storyfold.credits.bylines import find_dateline
from storyfold.credits.publisher import name_outlet_or_source
from storyfold.dates.dated_rows import apply_dating
from storyfold.identity.ids import hash_text
from storyfold.schemas import Article, Cut, PageLines, Reject
from storyfold.settings.boilerplate import BoilerplateSettings

_WORD = re.compile(r"\w+")
_Key = tuple[str, str, int, str]


@dataclass(frozen=True, slots=True)
class CutArticles:
    """Hold the articles as cut, in the order given; `make_rows` makes what lands with those that are new."""

    articles: list[Article]
    _pages: CrossPages
    _cuttings: dict[_Key, tuple[int, Cutting]]

    def make_rows(self, landing: Iterable[Article]) -> dict[type, list[Cut] | list[PageLines]]:
        """Return the rows of the cuts and of the lines of these articles, which now have their versions."""
        cuts: list[Cut] = []
        lines: list[PageLines] = []
        for article in landing:
            page, cutting = self._cuttings[_make_key(article)]
            cuts.extend(
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
            )
            lines.append(
                PageLines(
                    article_id=article.article_id,
                    version=article.version,
                    seen_date=article.seen_date,
                    outlet=name_outlet_or_source(article),
                    keys=tuple(self._pages.pages.get_keys(page)),
                    own_share=round(self._pages.get_own_share(page), 4),
                    left_whole=cutting.left_whole,
                )
            )
        return {Cut: cuts, PageLines: lines}


def cut_articles(
    articles: Sequence[Article], rejects: Iterable[Reject], known: KnownPages, settings: BoilerplateSettings
) -> CutArticles:
    """Cut from each article the lines that other pages show not to be its own; of `rejects` only the titles count.

    The result for an article does not depend on the order of the others.
    """
    pages = CrossPages(settings)
    numbers = [
        pages.add(a.article_id, name_outlet_or_source(a), a.title, a.body, a.other_titles or ()) for a in articles
    ]
    for reject in rejects:
        if reject.kind != "error":
            pages.add_title(reject.reject_id, reject.title)
    pages.compare(known, (article.body for article in articles))
    cuttings = [pages.cut(number, article.body) for number, article in zip(numbers, articles, strict=True)]
    return CutArticles(
        [_apply_cutting(article, cutting) for article, cutting in zip(articles, cuttings, strict=True)],
        pages,
        {_make_key(a): (n, cutting) for a, n, cutting in zip(articles, numbers, cuttings, strict=True)},
    )


def date_articles(articles: Sequence[Article], known: KnownDateStamps, settings: BoilerplateSettings) -> list[Article]:
    """Date each article anew without the dates that its outlet puts on all its pages; the order stays.

    The claims are kept. The result for an article does not depend on the order of the others.
    """
    pages = PagesByStamp()
    for article in articles:
        pages.add(
            article.article_id,
            name_outlet_or_source(article),
            article.title,
            article.first_seen_at,
            article.date_claims,
        )
    constant = find_constant_dates(pages, known, lambda number: articles[number].body, settings)
    return [_date_without(article, constant.find_on_page(number)) for number, article in enumerate(articles)]


def _date_without(article: Article, constants: Constants) -> Article:
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


def _apply_cutting(article: Article, cutting: Cutting) -> Article:
    if not cutting.cuts:
        return article
    return replace(
        article,
        body=cutting.body,
        word_count=len(_WORD.findall(cutting.body)),
        dateline=article.dateline or find_dateline(cutting.body),
        text_sha256=hash_text(article.title, cutting.body),
        uncut_sha256=article.text_sha256,
    )
