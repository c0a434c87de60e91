"""Which lines an outlet repeats across its own pages, as opposed to lines that are copied with a whole text.

A line is evidence only on pages that are mostly their own: at least half of their text stands on no other page of
the outlet. So a report at two addresses, a live page that goes on under a new address, or a text told anew with a
few more lines has none of its own text cut, however often it comes.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from storyfold.parse.cross_page.lines import NO_KEY, line_key, words_of

OWN_SHARE = 0.5  # of a page's characters that stand on no other page of its outlet, for the page to be evidence
MIN_PAGES = 3  # of the outlet's own pages that have the line: two may be a text and its sequel
MIN_PAGES_SHARE = 0.005  # of the outlet's pages: chance brings short lines together the oftener, the more there are
LONG_CHARACTERS = 160  # a longer line is a paragraph: reporters carry one from report to report of one affair
MIN_PAGES_LONG = 5  # of pages that have such a paragraph, for it to be the outlet's rather than an affair's
SAME_AFFAIR = 0.5  # of those pages' titles that may share a word; among more the paragraph tells of one affair
TITLE_WORD = 4  # letters of a word that may tell what a title is about
SAMPLE = 20  # pages whose titles are compared

Keys = NDArray[np.uint64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A line on an outlet's other pages: on how many, how many of them are evidence, and some of these.

    `samples` are pairs of a page's id and title, by id.
    """

    pages: int
    evidence: int
    samples: tuple[tuple[str, str | None], ...]


class KnownRepeats(Protocol):
    """What earlier nights know of lines: asked once a night, for all its lines."""

    def pages(self) -> Mapping[str, int]:
        """How many other pages of each outlet are known."""

    def repeats(self, lines: Mapping[str, Keys]) -> Mapping[tuple[str, int], Repeat]:
        """The lines of these outlets that known pages have, by outlet and key."""


@dataclass(slots=True)
class Pages:
    """The pages of a night, line by line, in arrays: a page's id, outlet and title; a line's page, key and length."""

    ids: list[str]
    outlets: list[str | None]
    titles: list[str | None]
    starts: array[int]
    keys: array[int]
    lengths: array[int]

    @classmethod
    def none(cls) -> Pages:
        """No page yet."""
        return cls([], [], [], array("q", [0]), array("Q"), array("q"))

    def add(self, page_id: str, outlet: str | None, title: str | None, lines: Sequence[str]) -> int:
        """Take in a page; returns its number."""
        self.ids.append(page_id)
        self.outlets.append(outlet)
        self.titles.append(title)
        self.keys.extend(map(line_key, lines))
        self.lengths.extend(map(len, lines))
        self.starts.append(len(self.keys))
        return len(self.ids) - 1

    def keys_of(self, page: int) -> Sequence[int]:
        """The keys of a page's lines."""
        return self.keys[self.starts[page] : self.starts[page + 1]]


@dataclass(slots=True)
class Repeated:
    """What was found: `found` by place of the line in `Pages.keys`, and each page's share of text that is its own."""

    found: dict[int, tuple[int, str]]
    own_share: NDArray[np.float64]


def find_repeated(pages: Pages, known: KnownRepeats) -> Repeated:
    """The lines that are their outlet's, with the number of pages that show it and the smallest of their ids.

    The result does not depend on the pages' order. Several texts of one article count as one page.
    """
    keys = np.frombuffer(pages.keys, np.uint64) if pages.keys else np.empty(0, np.uint64)
    starts: Ints = np.frombuffer(pages.starts, np.int64)
    page_of = np.repeat(np.arange(len(pages.ids)), starts[1:] - starts[:-1])
    outlets, outlet_of_page = _numbered(pages.outlets)
    _, article_of_page = _numbered(pages.ids)
    outlet_of, article_of = outlet_of_page[page_of], article_of_page[page_of]
    lines, line_of = _lines(outlet_of, keys)
    held = known.repeats(
        {name: np.unique(keys[outlet_of == number]) for name, number in outlets.items()} if len(known.pages()) else {}
    )
    held_of = [held.get((name, int(key))) for name, key in _named(outlets, lines)] if held else [None] * len(lines)
    usable = (outlet_of >= 0) & (keys != NO_KEY)
    count = _distinct(line_of[usable], article_of[usable], len(lines))
    count += np.array([repeat.pages if repeat else 0 for repeat in held_of], np.int64)
    own = _own_share(np.frombuffer(pages.lengths, np.int64), page_of, ~usable | (count[line_of] < 2), len(pages.ids))
    evident = usable & (own[page_of] >= OWN_SHARE)
    evidence = _distinct(line_of[evident], article_of[evident], len(lines))
    evidence += np.array([repeat.evidence if repeat else 0 for repeat in held_of], np.int64)
    needed = _needed(outlets, outlet_of_page, article_of_page, known.pages())
    wanted = usable & (evidence[line_of] >= np.maximum(MIN_PAGES, needed[outlet_of]))
    return Repeated(_settled(pages, wanted, evident, line_of, page_of, evidence, held_of), own)


def _settled(
    pages: Pages,
    wanted: NDArray[np.bool_],
    evident: NDArray[np.bool_],
    line_of: Ints,
    page_of: Ints,
    evidence: Ints,
    held_of: Sequence[Repeat | None],
) -> dict[int, tuple[int, str]]:
    """Of the lines that stand on enough pages, those that are no paragraph of one affair."""
    samples: dict[int, dict[str, str | None]] = {}
    for place in np.flatnonzero(evident & wanted).tolist():
        page = int(page_of[place])
        told = samples.setdefault(int(line_of[place]), {})
        told[pages.ids[page]] = min((told.get(pages.ids[page]) or "", pages.titles[page] or ""))
    settled: dict[int, tuple[int, str]] = {}
    verdicts: dict[int, str | None] = {}
    for place in np.flatnonzero(wanted).tolist():
        line = int(line_of[place])
        if line not in verdicts:
            repeat = held_of[line]
            titles = dict(repeat.samples if repeat else ()) | samples.get(line, {})
            is_kept = pages.lengths[place] > LONG_CHARACTERS and (
                evidence[line] < MIN_PAGES_LONG or _is_one_affair([titles[name] for name in sorted(titles)[:SAMPLE]])
            )
            verdicts[line] = None if is_kept else min(titles, default="")
        if (example := verdicts[line]) is not None:
            settled[place] = (int(evidence[line]), example)
    return settled


def _is_one_affair(titles: Collection[str | None]) -> bool:
    """Whether most of these titles have a word in common."""
    shared = Counter(word for title in titles for word in {w for w in words_of(title or "") if len(w) >= TITLE_WORD})
    return any(times > SAME_AFFAIR * len(titles) for times in shared.values())


def _numbered(names: Iterable[str | None]) -> tuple[dict[str, int], Ints]:
    """A number for each name, and the names as numbers; -1 for none."""
    numbers: dict[str, int] = {}
    told = [-1 if name is None else numbers.setdefault(name, len(numbers)) for name in names]
    return numbers, np.array(told, np.int64)


def _lines(outlet_of: Ints, keys: Keys) -> tuple[NDArray[np.void], Ints]:
    """Each outlet's distinct lines, and for each line on a page which of these it is."""
    pairs = np.empty(len(keys), np.dtype([("outlet", np.int64), ("key", np.uint64)]))
    pairs["outlet"], pairs["key"] = outlet_of, keys
    order = np.lexsort((pairs["key"], pairs["outlet"]))
    ordered = pairs[order]
    first = np.ones(len(keys), np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    line_of = np.empty(len(keys), np.int64)
    line_of[order] = np.cumsum(first) - 1
    return ordered[first], line_of


def _named(outlets: Mapping[str, int], lines: NDArray[np.void]) -> Iterable[tuple[str, int]]:
    names = [*outlets, ""]  # the last for lines of no outlet, whose number is -1
    return ((names[outlet], int(key)) for outlet, key in lines.tolist())


def _distinct(lines: Ints, articles: Ints, size: int) -> Ints:
    """For each line, how many articles have it."""
    width = int(articles.max(initial=0)) + 1
    return np.bincount(np.unique(lines * width + articles) // width, minlength=size).astype(np.int64)


def _own_share(lengths: Ints, page_of: Ints, own: NDArray[np.bool_], pages: int) -> NDArray[np.float64]:
    whole = np.bincount(page_of, lengths, pages)
    return np.bincount(page_of, lengths * own, pages) / np.maximum(whole, 1)


def _needed(outlets: Mapping[str, int], outlet_of_page: Ints, article_of_page: Ints, known: Mapping[str, int]) -> Ints:
    """How many pages of each outlet must have a line; one more place for the outlet that is not known."""
    usable = outlet_of_page >= 0
    pages = _distinct(outlet_of_page[usable], article_of_page[usable], len(outlets) + 1)
    for name, number in outlets.items():
        pages[number] += known.get(name, 0)
    return np.array([math.ceil(MIN_PAGES_SHARE * count) for count in pages], np.int64)
