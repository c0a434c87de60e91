"""Make smaller and harder sets out of labelled stories: what one default setting has to group as well.

- `small`: 100 stories of three reports; `tiny`: 10 stories. Both without dates.
- `conf`: pairs of stories that are easily confused: the most alike that lie more than ten days apart. Without dates.
- `short`: every body cut to its first 100 words.
- `replicate`: the same stories several times over, each time in other words: a denser archive of the same stories. A
  word stands for another of about as many articles, so that weights by the archive's own frequencies stay as they were.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from storyfold.schemas.pages import Article
from storyfold.stories.term_rows import TermRows, count_terms
from storyfold.text.kept_terms import TermLimits

Row = dict[str, Any]
Floats = npt.NDArray[np.float32]

SHORT = 100  # words
APART = 10  # days
CONFUSED = 60  # pairs of stories
WORD = re.compile(r"\w+")


def group_by_story(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Return the rows of each story, in their order."""
    stories: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        stories[str(row["story"])].append(row)
    return dict(stories)


def choose_stories(rows: Sequence[Row], count: int, seed: int, size: int | None = None) -> list[Row]:
    """Choose that many stories by lot; only those of so many reports, if a size is given."""
    stories = group_by_story(rows)
    names = sorted(name for name, reports in stories.items() if size in (None, len(reports)))
    chosen = random.Random(seed).sample(names, count)  # noqa: S311 (chance, no secret)
    return [row for name in chosen for row in stories[name]]


def cut_bodies(rows: Iterable[Row], words: int = SHORT) -> list[Row]:
    """Cut every body to its first words."""
    return [row | {"body": " ".join(row["body"].split()[:words])} for row in rows]


def choose_confused(
    rows: Sequence[Row], make_article: Callable[[Row], Article], pairs: int = CONFUSED, apart: int = APART
) -> list[Row]:
    """Choose the pairs of stories that are most alike among those more than `apart` days apart, each story once."""
    stories = group_by_story(rows)
    names = list(stories)
    alike = _compare_stories([[make_article(row) for row in reports] for reports in stories.values()])
    days = [[date.fromisoformat(r["published_at"][:10]) for r in stories[n] if r.get("published_at")] for n in names]
    dated = np.array([bool(found) for found in days])
    first, last = (np.array([end(found).toordinal() if found else 0 for found in days]) for end in (min, max))
    gap = np.maximum(first[:, None] - last[None, :], first[None, :] - last[:, None])
    alike = np.where(np.triu((gap > apart) & dated[:, None] & dated[None, :], 1), alike, -1.0)
    order = (divmod(int(place), len(names)) for place in np.argsort(-alike, axis=None))
    taken: set[int] = set()

    def choose() -> Iterable[tuple[int, int]]:
        for one, other in order:
            if not {one, other} & taken:
                taken.update((one, other))
                yield one, other

    return [row for pair in islice(choose(), pairs) for number in pair for row in stories[names[number]]]


def _compare_stories(stories: Sequence[Sequence[Article]]) -> Floats:
    """Return how alike any two stories are: the mean cosine of their reports, in text and lead, by general weights."""
    rows = count_terms([article for story in stories for article in story], TermLimits(kept_terms=100_000))
    sizes = np.array([len(story) for story in stories])
    story_of = np.repeat(np.repeat(np.arange(len(stories)), sizes), np.diff(rows.starts))
    total = np.zeros((len(stories), len(stories)), np.float32)
    for times in (rows.times, rows.lead_times):
        weights = _weigh_generally(rows, times) / sizes[story_of]
        for first in range(0, len(rows.vocabulary), 4_096):
            block = np.zeros((len(stories), 4_096), np.float32)
            inside = (rows.terms >= first) & (rows.terms < first + 4_096)
            np.add.at(block, (story_of[inside], rows.terms[inside] - first), weights[inside])
            total += block @ block.T
    return total / 2


def _weigh_generally(rows: TermRows, times: npt.NDArray[np.int32]) -> npt.NDArray[np.float64]:
    row_of = np.repeat(np.arange(len(rows)), np.diff(rows.starts))
    weights = np.where(times > 0, rows.general * (1.0 + np.log(np.maximum(times, 1))), 0.0)
    length = np.sqrt(np.bincount(row_of, weights * weights, minlength=len(rows)))
    return np.asarray(weights / np.where(length > 0.0, length, 1.0)[row_of], np.float64)


def replicate(rows: Sequence[Row], copies: int, seed: int = 0) -> list[Row]:
    """Return the rows as they are, and `copies` - 1 times with their words permuted and names of their own."""
    held = Counter(word for row in rows for word in {w.lower() for w in WORD.findall(_read_text(row))})
    made = [dict(row, id=f"0-{row['id']}", story=f"0-{row['story']}") for row in rows]
    for copy in range(1, copies):
        other = _permute(held, random.Random(seed + copy))  # noqa: S311 (chance, no secret)
        for row in rows:
            changed = {key: _replace_words(row[key], other) for key in ("title", "body") if row.get(key)}
            made.append(row | changed | {"id": f"{copy}-{row['id']}", "story": f"{copy}-{row['story']}"})
    return made


def _read_text(row: Row) -> str:
    return f"{row.get('title') or ''} {row['body']}"


def _permute(held: Mapping[str, int], draw: random.Random) -> dict[str, str]:
    """Give each word another that up to twice as many articles have; numbers stand for numbers."""
    bands: dict[tuple[int, bool], list[str]] = defaultdict(list)
    for word in sorted(held):
        bands[held[word].bit_length(), word.isdigit()].append(word)
    return {
        word: other
        for words in bands.values()
        for word, other in zip(words, draw.sample(words, len(words)), strict=True)
    }


def _replace_words(text: str, other: Mapping[str, str]) -> str:
    def replace(match: re.Match[str]) -> str:
        word = match.group()
        found = other[word.lower()]
        return found.capitalize() if word[0].isupper() else found

    return WORD.sub(replace, text)
