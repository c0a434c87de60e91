"""Judge the articles of a run day by day, and anew those of the lake's days for which the run changes the evidence.

What is judged of a version beyond its own text is a function of the versions first seen on its day and in the window
before it, the day itself included. So days are taken one after another, and a day of the lake is judged anew where the
run brings pages of that day or of its window. A version counts on the day on which its text was first seen. A page
whose text is known counts no second time: whether it is known is asked of its text as cut by all pages of its day, and
what lands is then judged by what lands and has landed alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from storyfold.boilerplate.cut_articles import CutArticles, make_lines_row, name_lines_outlet
from storyfold.boilerplate.judged_pages import JudgedPages
from storyfold.boilerplate.parsed_pages import ParsedPages
from storyfold.boilerplate.stored_pages import (
    Key,
    StoredPage,
    read_stored_days,
    read_stored_pages,
    read_stored_versions,
)
from storyfold.run.queries import read_known_versions
from storyfold.run.versions import Numbered, VersionNumbers
from storyfold.schemas import Article, Cut, PageLines
from storyfold.schemas.pages import get_seen_date
from storyfold.settings.boilerplate import BoilerplateSettings

Judge = Callable[[date, Sequence[Article]], CutArticles]


@dataclass(frozen=True, slots=True)
class VersionRows:
    """The rows of a version that hold what was judged of it; `is_same` if that of the article is as the lake has it.

    `number` is that of the run's page whose text it is; the article has no more of it than it was judged by.
    """

    article: Article
    cuts: Sequence[Cut]
    lines: PageLines
    is_same: bool = False
    number: int | None = None

    @property
    def key(self) -> Key:
        """The article's id and the version."""
        return self.article.article_id, self.article.version


@dataclass(slots=True)
class Judged:
    """Hold what a run lands: the rows of new versions, and those that take the place of the lake's.

    `sightings` are all pages of the run as cut, day by day, without their texts, each with its number.
    """

    new: list[VersionRows] = field(default_factory=list)
    corrected: dict[Key, VersionRows] = field(default_factory=dict)
    sightings: list[tuple[Article, int]] = field(default_factory=list)


@dataclass(slots=True)
class _Page:
    """A page of a day, as its web page has it: one of the run, with its number once it has one, or one of the lake."""

    uncut: Article
    stored: StoredPage | None = None
    number: int | None = None  # of the run's page
    numbered: Numbered | None = None
    is_repeat: bool = False

    @property
    def lands(self) -> bool:
        return self.numbered is not None and self.numbered.fate in ("new", "seen-earlier")


class DaysOfRun:
    """Judge the days of a run, and those of the lake that it concerns, in their order.

    `parsed` has the pages of the run, `pages` the evidence and `numbers` the versions, and these two go on with what is
    found; `changed` are days on which the run changes the evidence otherwise than by articles.
    """

    def __init__(
        self,
        parsed: ParsedPages,
        pages: JudgedPages,
        numbers: VersionNumbers,
        judge: Judge,
        changed: Collection[date],
        settings: BoilerplateSettings,
    ) -> None:
        self._parsed, self._pages, self._numbers, self._judge = parsed, pages, numbers, judge
        self._connection = pages.connection
        self._changed = set(changed)
        self._window_days = settings.window_days
        self._own_share = settings.own_share
        self._moved: set[Key] = set()  # versions whose rows move to an earlier day
        self._stored_days: set[date] = set()
        self._last_day = date.min
        self._judged = Judged()

    def judge(self) -> Judged:
        """Judge the pages of the run, which are read a day at a time, and the lake's as far as they are concerned."""
        days = self._parsed.list_days()
        if first := min((*days, *self._changed), default=None):
            self._stored_days = read_stored_days(self._connection, first)
        self._last_day = max((*days, *self._stored_days), default=date.min)
        for day in sorted({*days, *self._stored_days}):
            self._judge_day(day)
        self._mark_repeats()
        return self._judged

    def _judge_day(self, day: date) -> None:
        numbers = self._parsed.find_numbers(day)
        sightings = self._parsed.read_sightings(numbers)
        unknown = [n for n, article in enumerate(sightings) if not self._numbers.is_unchanged(article)]
        is_concerned = any(0 <= (day - changed).days <= self._window_days for changed in self._changed)
        stored = self._read_stored(day) if unknown or is_concerned else []
        read = zip(self._parsed.read_judged(numbers[unknown]), numbers[unknown].tolist(), strict=True)
        pages = [*(_Page(page, number=n) for page, n in read), *(_Page(page.uncut, page) for page in stored)]
        cut = self._judge(day, [page.uncut for page in pages]) if pages else None
        seen = list(sightings)
        for n, article in zip(unknown, cut.articles if cut else (), strict=False):
            seen[n] = article
        numbered = self._numbers.number_day(seen, cut.articles[len(unknown) :] if cut else ())
        for n, page in zip(unknown, pages, strict=False):
            page.numbered = numbered[n]
        found = map(_take_hashes, sightings, seen)
        self._judged.sightings += zip(found, numbers.tolist(), strict=True)
        if cut and (is_concerned or any(page.lands for page in pages)):
            self._note_landing(day, pages)
            self._keep_day(day, pages, cut)
        else:
            for left in stored:
                self._numbers.correct(left.article)

    def _read_stored(self, day: date) -> list[StoredPage]:
        """Read what the lake has of a day, but for what is known to have been seen before it."""
        if day not in self._stored_days:
            return []
        stored = [page for page in read_stored_pages(self._connection, day) if page.key not in self._moved]
        missing = {page.article.article_id for page in stored} - self._numbers.names
        self._numbers.add_known(read_known_versions(self._connection, missing) if missing else {})
        return stored

    def _note_landing(self, day: date, pages: Sequence[_Page]) -> None:
        """Note the days that win or lose evidence by what lands."""
        for found in (page.numbered for page in pages if page.numbered and page.lands):
            self._changed.add(day)
            if found.former_instant is not None:
                self._moved.add((found.article.article_id, found.article.version))
                self._changed.add(get_seen_date(found.former_instant))

    def _keep_day(self, day: date, pages: Sequence[_Page], cut: CutArticles) -> None:
        """Keep the rows of what lands of a day, and of what the lake has of it where that is judged otherwise now."""
        for page in pages:
            page.is_repeat = page.stored is not None and self._numbers.is_repeat(*page.stored.key)
        standing = [n for n, p in enumerate(pages) if p.lands or (p.stored and p.stored.key not in self._moved)]
        counted = [n for n in standing if not pages[n].is_repeat]
        results = {n: (cut, n) for n in standing}
        if len(counted) < len(pages):
            again = self._judge(day, [pages[n].uncut for n in counted])
            results |= {n: (again, position) for position, n in enumerate(counted)}
        kept = []
        for n in standing:
            result, position = results[n]
            article = _name_version(result.articles[position], pages[n])
            cuts, lines = result.make_rows(position, article)
            self._numbers.correct(article)
            rows = VersionRows(article, cuts, lines, _is_as_stored(article, pages[n]), pages[n].number)
            if not (rows.is_same and _are_as_stored(rows, pages[n])):
                kept.append(rows)
                self._keep(rows, pages[n])
        if day < self._last_day:
            self._pages.add([rows.article for rows in kept], [rows.lines for rows in kept])

    def _keep(self, rows: VersionRows, page: _Page) -> None:
        """Keep the rows of a version that is new, or of which a row is not as the lake has it."""
        if page.numbered and page.numbered.fate == "new":
            self._judged.new.append(rows)
        else:
            self._judged.corrected[rows.article.article_id, rows.article.version] = rows
        if _changes_evidence(page, rows.lines, self._own_share):
            self._changed.add(rows.article.seen_date)

    def _mark_repeats(self) -> None:
        """Mark the versions of whatever day that only repeat what lands before them, and those that no longer do."""
        corrected = self._judged.corrected
        landed = {(rows.article.article_id, rows.article.version) for rows in self._judged.new}
        stored: dict[Key, bool] = {key: bool(rows.article.is_repeat) for key, rows in corrected.items()}
        changed = set()
        for name in sorted({name for name, _ in (*landed, *corrected)}):
            before = {(name, v.version): bool(v.is_repeat) for v in self._numbers.list_stored(name)} | stored
            for version in list(self._numbers.list_versions(name)):
                key = (name, version.version)
                if key not in landed:
                    self._numbers.mark_repeat(version, name)
                    changed |= {key} if self._numbers.is_repeat(*key) != before.get(key, False) else set()
        for page in read_stored_versions(self._connection, changed - corrected.keys()):
            corrected[page.key] = VersionRows(page.article, page.cuts, page.lines or make_lines_row(page.uncut))
        for key in sorted(changed):
            corrected[key] = _mark(corrected[key], is_repeat=self._numbers.is_repeat(*key))


def _take_hashes(sighting: Article, judged: Article) -> Article:
    """Return the page as it was sighted, without its text, but with the hashes of that as it was judged."""
    if judged.uncut_sha256 is None:
        return sighting
    return replace(sighting, text_sha256=judged.text_sha256, uncut_sha256=judged.uncut_sha256)


def _mark(rows: VersionRows, *, is_repeat: bool) -> VersionRows:
    article = replace(rows.article, is_repeat=is_repeat or None)
    lines = replace(rows.lines, outlet=name_lines_outlet(article))
    return VersionRows(article, rows.cuts, lines, number=rows.number)


def _is_as_stored(article: Article, page: _Page) -> bool:
    return page.stored is not None and article == page.stored.article


def _are_as_stored(rows: VersionRows, page: _Page) -> bool:
    """Say whether the cuts and lines are as the lake has them, whichever run found them."""
    stored = page.stored
    cuts = [replace(cut, run_id="", links=None) for cut in stored.cuts] if stored else []  # links are not judged
    return stored is not None and rows.lines == stored.lines and list(rows.cuts) == cuts


def _name_version(article: Article, page: _Page) -> Article:
    """Return the article as judged with the version that its page has, and the run that landed that."""
    if page.numbered is None:
        return replace(article, is_repeat=page.is_repeat or None)
    named = page.numbered.article
    if (article.version, article.run_id, article.attempt) == (named.version, named.run_id, named.attempt):
        return article
    return replace(article, version=named.version, run_id=named.run_id, attempt=named.attempt)


def _changes_evidence(page: _Page, lines: PageLines, own_share: float) -> bool:
    """Say whether a version that the lake has is other evidence than it was; what lands is noted already."""
    if page.stored is None:
        return False
    before = page.stored.lines
    if before is None or (before.outlet, before.keys) != (lines.outlet, lines.keys):
        return True
    return (before.own_share >= own_share) != (lines.own_share >= own_share)
