"""Generate the texts of planned news, a night at a time, in arrays of words.

Words are drawn from the commonest 20,000 of English by rank (Zipf's law); a story has 25 words and 8 names of its own,
which are a fifth of its reports' words and most of their headlines. Names are drawn by rank from 200,000 made up ones,
so that the terms of an archive grow in number as it does, and some names recur in many stories. A report in an outlet's
own words has 120 to 1,500 of them, in the middle 330; a copy has the first 60 to 100 % of the original, with none to
3 % of the words replaced. There are no quotations and no lists of other headlines. Everything follows from `seed`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.news_plan import LONGEST_STORY, Report
from benchmarks.news_words import (
    NAMES,
    PARAGRAPH,
    SENTENCE,
    Ids,
    Marks,
    count_common,
    draw_ranks,
    find_ranks,
)

STORY_WORDS, STORY_NAMES = 25, 8
WORD_SHARE, NAME_SHARE = 0.12, 0.08  # of the words of a report, as in `benchmarks.copy_documents`
TITLE_WORD_SHARE, TITLE_NAME_SHARE = 0.35, 0.4
COMMON_RANKS = 2_000  # a story's own words are rarer
MIDDLE_WORDS, SPREAD = 330, 0.5  # of a report's length, which is log-normal
LEAST_WORDS, MOST_WORDS = 120, 1_500
HEADLINE = 8  # words
EDITED = (0.0, 0.01, 0.03)  # of a copy's words are replaced
KEPT = (0.6, 0.8, 1.0)  # of the original's words are printed


@dataclass(frozen=True, slots=True)
class Text:
    """One text in numbers of words, each with what ends after it; no word has a capital yet but names."""

    headline: Ids
    words: Ids
    ends: Marks


class NewsTexts:
    """Write the texts of a night's reports; those that may still be copied are kept."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._texts: dict[int, Text] = {}
        self._nights: dict[int, int] = {}

    def write_originals(self, night: int, reports: Sequence[Report]) -> np.random.Generator:
        """Write the reports that are no copies; return what the night's chance goes on with."""
        self._texts = {n: text for n, text in self._texts.items() if night - self._nights[n] <= LONGEST_STORY}
        self._nights = {n: self._nights[n] for n in self._texts}
        chance = np.random.default_rng([self._seed, night + 100_000])
        own = [report for report in reports if report.copy_of is None]
        for report, text in zip(own, self._write_own(own, chance), strict=True):
            self._texts[report.number], self._nights[report.number] = text, night
        return chance

    def write_night(self, night: int, reports: Sequence[Report]) -> list[Text]:
        """Return the text of each report; originals of copies are among them or were written before."""
        chance = self.write_originals(night, reports)
        return [
            _copy(self._texts[report.copy_of.number], chance) if report.copy_of else self._texts[report.number]
            for report in reports
        ]

    def _write_own(self, reports: Sequence[Report], chance: np.random.Generator) -> list[Text]:
        """Write texts of words of their own, all at once."""
        if not reports:
            return []
        drawn = chance.lognormal(np.log(MIDDLE_WORDS), SPREAD, len(reports))
        lengths = drawn.astype(np.int64).clip(LEAST_WORDS, MOST_WORDS)
        told, story = np.unique([report.story for report in reports], return_inverse=True)
        stories = draw_stories(self._seed, told)
        words = _mix_words(stories, np.repeat(story, lengths), chance, WORD_SHARE, NAME_SHARE)
        titled = np.repeat(story, HEADLINE)
        headlines = _mix_words(stories, titled, chance, TITLE_WORD_SHARE, TITLE_NAME_SHARE).reshape(-1, HEADLINE)
        last = np.cumsum(lengths)
        ends = _draw_ends(last, chance)
        starts = last - lengths
        return [Text(h, words[a:b], ends[a:b]) for h, a, b in zip(headlines, starts, last, strict=True)]


def draw_stories(seed: int, stories: NDArray[np.int64]) -> Ids:
    """Draw stories' own words and names, a row each: the same of a story on every night."""
    slots = STORY_WORDS + STORY_NAMES
    numbers = (
        np.uint64(seed) << np.uint64(48)
        ^ stories.astype(np.uint64)[:, None] << np.uint64(8)
        ^ np.arange(slots, dtype=np.uint64)
    )
    shares = (_mix_bits(_mix_bits(numbers)) >> np.uint64(11)) * 2.0**-53
    common = count_common()
    words = COMMON_RANKS + (shares[:, :STORY_WORDS] * (common - COMMON_RANKS)).astype(np.int32)
    return np.concatenate([words, 2 * common + find_ranks(shares[:, STORY_WORDS:], NAMES)], axis=1).astype(np.int32)


def _mix_bits(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Mix the bits of numbers as SplitMix64 does (Steele, Lea and Flood 2014)."""
    state = numbers + np.uint64(0x9E3779B97F4A7C15)
    state = (state ^ state >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ state >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return state ^ state >> np.uint64(31)


def _mix_words(
    stories: Ids, of: NDArray[np.int64], chance: np.random.Generator, word_share: float, name_share: float
) -> Ids:
    """Draw a word for each place, a common one or one of the story's; `of` is the place's row in `stories`."""
    words = draw_ranks(chance, count_common(), len(of))
    kind = chance.random(len(of), np.float32)
    own = np.flatnonzero(kind < word_share + name_share)
    slots = np.where(
        kind[own] < word_share,
        chance.integers(0, STORY_WORDS, len(own)),
        STORY_WORDS + chance.integers(0, STORY_NAMES, len(own)),
    )
    words[own] = stories[of[own], slots]
    return words


def _draw_ends(last: NDArray[np.int64], chance: np.random.Generator) -> Marks:
    """Draw where sentences of 9 to 26 words end, and paragraphs of two on the mean; `last` are the ends of texts."""
    count = int(last[-1])
    sentence = np.cumsum(chance.integers(9, 27, count // 9 + 1))
    places = sentence[sentence < count] - 1
    ends = np.zeros(count, np.uint8)
    ends[places] = np.where(chance.random(len(places)) < 0.5, PARAGRAPH, SENTENCE)
    ends[last - 1] = PARAGRAPH
    return ends


def _copy(text: Text, chance: np.random.Generator) -> Text:
    """Print a text's beginning up to the end of a sentence, a few of its words replaced."""
    kept_share, edited_share, same_title = KEPT[chance.integers(3)], EDITED[chance.integers(3)], chance.random() < 0.5
    ends = np.flatnonzero(text.ends)
    kept = int(ends[np.searchsorted(ends, int(kept_share * len(text.words)) - 1)]) + 1
    words, marks = text.words[:kept], text.ends[:kept]
    if edited_share:
        words = words.copy()
        edited = np.flatnonzero(chance.random(kept) < edited_share)
        words[edited] = draw_ranks(chance, count_common(), len(edited))
    if marks[-1] != PARAGRAPH:
        marks = marks.copy()
        marks[-1] = PARAGRAPH
    return Text(text.headline if same_title else chance.permutation(text.headline), words, marks)
