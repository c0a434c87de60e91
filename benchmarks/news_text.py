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
from functools import cache

import numpy as np
import wordfreq
from numpy.typing import NDArray

from benchmarks.news_plan import LONGEST_STORY, Report

NAMES = 200_000
STORY_WORDS, STORY_NAMES = 25, 8
WORD_SHARE, NAME_SHARE = 0.12, 0.08  # of the words of a report, as in `benchmarks.copy_documents`
COMMON_RANKS = 2_000  # a story's own words are rarer
MIDDLE_WORDS, SPREAD = 330, 0.5  # of a report's length, which is log-normal
LEAST_WORDS, MOST_WORDS = 120, 1_500
HEADLINE = 8  # words
END_OF_SENTENCE, END_OF_PARAGRAPH = 1, 2
EDITED = (0.0, 0.01, 0.03)  # of a copy's words are replaced
KEPT = (0.6, 0.8, 1.0)  # of the original's words are printed

Ids = NDArray[np.int64]
Marks = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Text:
    """One text in numbers of words, each with what ends after it."""

    headline: Ids
    words: Ids
    ends: Marks


@cache
def _read_words() -> tuple[int, NDArray[np.object_]]:
    """Return how many common words there are, and all: these, these with a capital, the names."""
    common = [word for word in wordfreq.top_n_list("en", 20_000) if word.isalpha()]
    return len(common), np.array([*common, *map(str.capitalize, common), *map(_make_name, range(NAMES))], object)


def _make_name(number: int) -> str:
    """Make a name of its own for each number, the shortest first, as names that are often used are."""
    name = ""
    number += 12
    while number:
        number, rest = divmod(number, 60)
        name += "bdfghklmnrst"[rest // 5] + "aeiou"[rest % 5]
    return name.capitalize() + "ns"[len(name) // 2 % 2] + "er"


@cache
def _weigh_ranks(count: int) -> NDArray[np.float64]:
    """Return the summed shares of so many ranks by Zipf's law."""
    summed = np.cumsum(1 / (np.arange(count) + 3))
    shares: NDArray[np.float64] = summed / summed[-1]
    return shares


def _draw_ranks(chance: np.random.Generator, count: int, size: int) -> Ids:
    return np.searchsorted(_weigh_ranks(count), chance.random(size))


class NewsTexts:
    """Write the texts of a night's reports; those that may still be copied are kept."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._texts: dict[int, Text] = {}
        self._nights: dict[int, int] = {}

    def write_originals(self, night: int, reports: Sequence[Report]) -> np.random.Generator:
        """Write the reports that are no copies; return what the night's chance goes on with."""
        self._texts = {n: text for n, text in self._texts.items() if night - self._nights[n] <= LONGEST_STORY}
        chance = np.random.default_rng([self._seed, night + 100_000])
        own = [report for report in reports if report.copy_of is None]
        for report, text in zip(own, self._write_own(own, chance), strict=True):
            self._texts[report.number], self._nights[report.number] = text, night
        return chance

    def write_night(self, night: int, reports: Sequence[Report]) -> list[tuple[str, str]]:
        """Return headline and body of each report; originals of copies are among them or were written before."""
        chance = self.write_originals(night, reports)
        return [
            render_text(self._copy(self._texts[r.copy_of.number], chance) if r.copy_of else self._texts[r.number])
            for r in reports
        ]

    def _write_own(self, reports: Sequence[Report], chance: np.random.Generator) -> list[Text]:
        """Write texts of words of their own, all at once."""
        if not reports:
            return []
        drawn = chance.lognormal(np.log(MIDDLE_WORDS), SPREAD, len(reports))
        lengths = drawn.astype(np.int64).clip(LEAST_WORDS, MOST_WORDS)
        stories = np.array([self._draw_story(report.story) for report in reports])
        of = np.repeat(np.arange(len(reports)), lengths)
        words = self._mix_words(stories, of, chance, WORD_SHARE, NAME_SHARE)
        titled = np.repeat(np.arange(len(reports)), HEADLINE)
        headlines = self._mix_words(stories, titled, chance, 0.35, 0.4).reshape(-1, HEADLINE)
        last = np.cumsum(lengths)
        ends = _draw_ends(last, chance)
        starts = last - lengths
        return [Text(h, words[a:b], ends[a:b]) for h, a, b in zip(headlines, starts, last, strict=True)]

    def _draw_story(self, story: int) -> Ids:
        """Draw a story's own words and names, the same on every night."""
        chance = np.random.default_rng([self._seed, 1, story])
        common, _ = _read_words()
        names = 2 * common + _draw_ranks(chance, NAMES, STORY_NAMES)
        return np.concatenate([chance.integers(COMMON_RANKS, common, STORY_WORDS), names])

    def _mix_words(
        self, stories: Ids, of: Ids, chance: np.random.Generator, word_share: float, name_share: float
    ) -> Ids:
        """Draw a word for each place, a common one or one of the story's; `of` is the place's row in `stories`."""
        common, _ = _read_words()
        kind = chance.random(len(of))
        slot = np.where(
            kind < word_share,
            chance.integers(0, STORY_WORDS, len(of)),
            STORY_WORDS + chance.integers(0, STORY_NAMES, len(of)),
        )
        return np.where(kind < word_share + name_share, stories[of, slot], _draw_ranks(chance, common, len(of)))

    def _copy(self, text: Text, chance: np.random.Generator) -> Text:
        """Print a text's beginning up to the end of a sentence, a few of its words replaced."""
        common, _ = _read_words()
        ends = np.flatnonzero(text.ends)
        kept = ends[np.searchsorted(ends, int(chance.choice(KEPT) * len(text.words)) - 1)] + 1
        edited = chance.random(kept) < chance.choice(EDITED)
        words = np.where(edited, _draw_ranks(chance, common, kept), text.words[:kept])
        headline = text.headline if chance.random() < 0.5 else chance.permutation(text.headline)
        return Text(headline, words, text.ends[:kept])


def _draw_ends(last: Ids, chance: np.random.Generator) -> Marks:
    """Draw where sentences of 9 to 26 words end, and paragraphs of two on the mean; `last` are the ends of texts."""
    count = int(last[-1])
    sentence = np.cumsum(chance.integers(9, 27, count // 9 + 1))
    ends = np.zeros(count, np.uint8)
    ends[sentence[sentence < count] - 1] = END_OF_SENTENCE
    ends[(ends > 0) & (chance.random(count) < 0.5)] = END_OF_PARAGRAPH
    ends[last - 1] = END_OF_PARAGRAPH
    return ends


def render_text(text: Text) -> tuple[str, str]:
    """Render the headline and the body."""
    _, words = _read_words()
    first = np.concatenate([[True], text.ends[:-1] > 0])
    separators = np.array([" ", ". ", ".\n\n"], object)
    pieces = np.empty(2 * len(text.words), object)
    pieces[0::2] = words[_capitalise(text.words, first)]
    pieces[1::2] = separators[text.ends]
    pieces[-1] = "."
    headline = words[_capitalise(text.headline, np.arange(len(text.headline)) == 0)]
    return " ".join(headline.tolist()), "".join(pieces.tolist())


def _capitalise(ids: Ids, where: NDArray[np.bool_]) -> Ids:
    common, _ = _read_words()
    return np.where(where & (ids < common), ids + common, ids)
