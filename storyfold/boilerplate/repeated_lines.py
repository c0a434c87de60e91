"""Find the lines that an outlet repeats across its own pages, as opposed to lines that are copied with a whole text.

A line is evidence only on pages that are mostly their own: at least half of their text stands on no other page of
the outlet. So a report at two addresses, a live page that goes on under a new address, or a text published again with a
few more lines has none of its own text cut, however often it comes.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from storyfold.settings.boilerplate import BoilerplateSettings
from storyfold.text.line_keys import NO_KEY, make_line_key, scan_lines
from storyfold.text.normalize import split_words

TITLE_WORD = 4  # letters of a word that may say what a title is about
SAMPLE = 20  # pages whose titles are compared
SHARE_STEPS = 10_000  # by which a page's own share is counted

Number = TypeVar("Number", np.uint64, np.int64)
Keys = NDArray[np.uint64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Repeat:
    """Record on how many of an outlet's other pages a line stands, how many of them are evidence, and some of these.

    `samples` are pairs of a page's id and title, by id; an empty title where none is known.
    """

    pages: int
    evidence: int
    samples: tuple[tuple[str, str], ...]


class KnownRepeats(Protocol):
    """Look up lines on pages of earlier runs; each method is called once a run, for all its lines."""

    def count_pages(self) -> Mapping[str, int]:
        """Count the other pages that are known of each outlet."""

    def find_repeats(self, outlets: Sequence[str], outlet_of: Ints, keys: Keys) -> Mapping[tuple[str, int], Repeat]:
        """Return those of the lines that known pages of the same outlet have, by outlet and key.

        Line n is `keys[n]` of the outlet `outlets[outlet_of[n]]`, or of none where that is -1.
        """


@dataclass(slots=True)
class Pages:
    """Collect the pages of a run line by line in flat arrays.

    Page n has `ids[n]`, `outlets[n]` and `titles[n]`; its lines are those from `starts[n]` up to `starts[n + 1]` in
    `keys` and `lengths` (characters).
    """

    ids: list[str]
    outlets: list[str | None]
    titles: list[str | None]
    starts: array[int]
    keys: array[int]
    lengths: array[int]

    @classmethod
    def make_empty(cls) -> Pages:
        """Make a collection without pages."""
        return cls([], [], [], array("q", [0]), array("Q"), array("q"))

    def add(self, page_id: str, outlet: str | None, title: str | None, body: str) -> int:
        """Add a page; return its number."""
        keys, lengths = scan_lines(body)
        self.ids.append(page_id)
        self.outlets.append(outlet)
        self.titles.append(title)
        self.keys.frombytes(keys.tobytes())
        self.lengths.frombytes(lengths.tobytes())
        self.starts.append(len(self.keys))
        return len(self.ids) - 1

    def get_keys(self, page: int) -> Sequence[int]:
        """Return the keys of a page's lines."""
        return self.keys[self.starts[page] : self.starts[page + 1]]


@dataclass(frozen=True, slots=True)
class Repeated:
    """Hold for each page the lines that its outlet repeats, and the share of its text that is its own.

    A line is given by its position in its page, with the number of pages that show it and the id of one of them.
    """

    found: Mapping[int, Mapping[int, tuple[int, str]]]
    own_share: NDArray[np.float64]


def find_repeated(pages: Pages, known: KnownRepeats, settings: BoilerplateSettings) -> Repeated:
    """Find the lines that an outlet repeats on its own pages.

    The result does not depend on the pages' order. Several texts of one article count as one page.
    """
    keys, starts = _view_array(pages.keys, np.uint64), _view_array(pages.starts, np.int64)
    page_of = np.repeat(np.arange(len(pages.ids)), starts[1:] - starts[:-1])
    outlets, outlet_of_page = _number_names(pages.outlets)
    article_of = _number_names(pages.ids)[1][page_of]
    usable = (outlet_of_page[page_of] >= 0) & (keys != NO_KEY)
    lines, line_of = np.unique(keys ^ _make_salts(outlets)[outlet_of_page[page_of]], return_inverse=True)
    counts = _Counts(lines, line_of, article_of, len(pages.ids))
    known_pages = known.count_pages()
    repeats = known.find_repeats(list(outlets), outlet_of_page[page_of], keys) if known_pages else {}
    repeat_of = _index_repeats(lines, outlets, repeats)
    shared = counts.count_articles(usable) + _list_counts(repeat_of, len(lines), "pages") >= 2
    own_share = _compute_shares(
        _view_array(pages.lengths, np.int64), page_of, ~(usable & shared[line_of]), len(pages.ids)
    )
    evident = usable & (own_share[page_of] >= settings.own_share)
    evidence = counts.count_articles(evident) + _list_counts(repeat_of, len(lines), "evidence")
    needed = _compute_needed(outlets, pages, known_pages, settings.line_pages_share)[outlet_of_page[page_of]]
    wanted = usable & (evidence[line_of] >= np.maximum(settings.line_pages, needed))
    titles = _collect_titles(pages, np.flatnonzero(evident & wanted), line_of, page_of)
    verdicts: dict[tuple[int, bool], tuple[int, str] | None] = {}
    found: dict[int, dict[int, tuple[int, str]]] = {}
    for position in np.flatnonzero(wanted).tolist():
        line, page = int(line_of[position]), int(page_of[position])
        is_long = pages.lengths[position] > settings.paragraph_characters
        if (line, is_long) not in verdicts:
            title_of = titles.get(line, {}) | dict(repeat_of[line].samples if line in repeat_of else ())
            carried_along = is_long and _is_carried_along(int(evidence[line]), title_of, settings)
            verdicts[line, is_long] = None if carried_along else (int(evidence[line]), min(title_of, default=""))
        if verdict := verdicts[line, is_long]:
            found.setdefault(page, {})[position - pages.starts[page]] = verdict
    return Repeated(found, own_share)


def _collect_titles(pages: Pages, positions: Ints, line_of: Ints, page_of: Ints) -> dict[int, dict[str, str]]:
    """Return for each line at these positions the pages that have it, with their titles."""
    titles: dict[int, dict[str, str]] = {}
    for position in positions.tolist():
        page = int(page_of[position])
        title_of, title = titles.setdefault(int(line_of[position]), {}), pages.titles[page] or ""
        title_of[pages.ids[page]] = min(title_of.get(pages.ids[page], title), title)
    return titles


def _is_carried_along(evidence: int, titles: Mapping[str, str], settings: BoilerplateSettings) -> bool:
    """Say whether a long line is a paragraph of the text after all: on few pages, or on pages of one affair."""
    sample = [titles[name] for name in sorted(titles)[:SAMPLE]]
    return evidence < settings.paragraph_pages or is_one_affair(sample, settings.affair_share)


def is_one_affair(titles: Collection[str], share: float) -> bool:
    """Say whether more than this share of the titles have a word in common."""
    shared = Counter(word for title in titles for word in {w for w in split_words(title) if len(w) >= TITLE_WORD})
    return any(times > share * len(titles) for times in shared.values())


def _number_names(names: Iterable[str | None]) -> tuple[dict[str, int], Ints]:
    """Return a number for each name, and the names as numbers; -1 for none."""
    numbers: dict[str, int] = {}
    number_of = [-1 if name is None else numbers.setdefault(name, len(numbers)) for name in names]
    return numbers, np.array(number_of, np.int64)


def _view_array(numbers: array[int], kind: type[Number]) -> NDArray[Number]:
    return np.frombuffer(numbers, kind) if numbers else np.empty(0, kind)


def _make_salts(outlets: Iterable[str]) -> Keys:
    """Return a number for each outlet, and 0 for none, so that the same line of two outlets has two numbers."""
    return np.array([*map(make_line_key, outlets), 0], np.uint64)


@dataclass(frozen=True, slots=True)
class _Counts:
    """Count the articles that have each line; quick because most lines stand on one page only."""

    lines: Keys
    line_of: Ints
    article_of: Ints
    pages: int

    def count_articles(self, usable: NDArray[np.bool_]) -> Ints:
        """Return for each line how many articles have it where it is usable."""
        count = np.bincount(self.line_of[usable], minlength=len(self.lines))
        often = usable & (count > 1)[self.line_of]
        pairs = np.unique(self.line_of[often] * self.pages + self.article_of[often])
        distinct = np.bincount(pairs // max(self.pages, 1), minlength=len(self.lines))
        return np.where(count > 1, distinct, count)


def _index_repeats(
    lines: Keys, outlets: Mapping[str, int], repeats: Mapping[tuple[str, int], Repeat]
) -> dict[int, Repeat]:
    """Return the known repeats by the position of their line in `lines`."""
    salts = _make_salts(outlets).tolist()
    known = np.array([key ^ salts[outlets[outlet]] for outlet, key in repeats], np.uint64)
    return dict(zip(np.searchsorted(lines, known).tolist(), repeats.values(), strict=True))


def _list_counts(repeat_of: Mapping[int, Repeat], size: int, count: str) -> Ints:
    """Return for each of `size` lines this count of its known repeat; 0 if none is known."""
    known = np.zeros(size, np.int64)
    known[list(repeat_of)] = [getattr(repeat, count) for repeat in repeat_of.values()]
    return known


def _compute_shares(lengths: Ints, page_of: Ints, own: NDArray[np.bool_], pages: int) -> NDArray[np.float64]:
    """Return the shares in steps of 1/10,000, as they are stored: what is evidence today is so tomorrow as well."""
    whole = np.maximum(np.bincount(page_of, lengths, pages).astype(np.int64), 1)
    own_lengths = np.bincount(page_of, lengths * own, pages).astype(np.int64)
    steps: Ints = (2 * SHARE_STEPS * own_lengths + whole) // (2 * whole)
    return steps / SHARE_STEPS


def _compute_needed(outlets: Mapping[str, int], pages: Pages, known: Mapping[str, int], share: float) -> Ints:
    """Return how many pages of each outlet must have a line; the last element is for an outlet that is not known."""
    articles = {name: known.get(name, 0) for name in outlets}
    for outlet, _ in {(outlet, page) for outlet, page in zip(pages.outlets, pages.ids, strict=True) if outlet}:
        articles[outlet] += 1
    millionths = round(share * 1_000_000)  # whole numbers: a product of fractions may lie above the line it is on
    return np.array([*(-(-millionths * articles[name] // 1_000_000) for name in outlets), 0], np.int64)
