"""Measure which pairs of one story the search for neighbours finds, and what it reads for it, by its cap on terms.

    python -m benchmarks.story_candidates [--news 20000,100000,1000000] [--sets SET.jsonl...] [--replicate N]
                                          [--texts N] [--terms N] [--overlap SHARE] [--shuffled]

A term that more texts have than the cap finds no neighbours. Of the others a text reads the later texts that have the
term, or only so many of them, which are next to it in order (`reach`). For each window of generated news
(`benchmarks.news_file`, without copies, in the order of its days) and each labelled set (by publication), prints a line
for each cap, a number of texts or a share of the window, and each reach. Only texts decide, without time:

    recall    of the pairs of one story whose similarity reaches the threshold, those with enough in common in the terms
              that are read (`index_overlap`); pairs of `--texts` texts, drawn by lot, with all others of their story
    postings  read a text
    pairs     a text whose full similarity is computed, of a hundred texts drawn by lot
    seconds   of the processor that reading the postings of all texts takes, from those drawn by lot: an estimate

Texts are read a night at a time, so a million take 6 GB.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from benchmarks.news_file import make_nights
from benchmarks.stories import read_rows
from benchmarks.story_sets import replicate
from storyfold.settings.stories import StorySettings
from storyfold.stories.references import count_all
from storyfold.stories.term_rows import TermRows
from storyfold.stories.term_vectors import UNIT, Vectors, weigh_rows
from storyfold.text.kept_terms import GENERAL, LEAD_TIMES, METHOD_LIMITS, TIMES, keep_terms
from storyfold.text.words import join_texts

Ints = NDArray[np.int64]
Row = dict[str, Any]

BLOCK = 20_000  # texts that are read and weighed at a time
TEXTS, TIMED = 2_000, 100  # drawn by lot: whose pairs are looked for, and whose postings are read
CAPS = (500, 2_000)  # texts
SHARES = (0.01, 0.03, 0.1, 1.0)  # of the window
REACHES = (100, 200, 500, 1_000, 2_000)  # texts
ALL = 10**9


@dataclass(frozen=True, slots=True)
class Index:
    """The heaviest terms of each text: of text n `terms[starts[n]:starts[n + 1]]`, ascending, with their weights.

    `held` says how many texts have each term among them, `ranks` how many of those come before the text of a place.
    """

    starts: Ints
    terms: NDArray[np.int32]
    weights: NDArray[np.int32]
    ranks: NDArray[np.int32]
    held: Ints


def main() -> None:
    """Measure each window and each set."""
    options = _read_options()
    settings = StorySettings(index_terms=options.terms, index_overlap=options.overlap)
    for count in options.news:
        rows, stories = read_terms(make_originals(count))
        measure(f"news {count}", rows, stories, settings, options)
    for path in options.sets:
        labelled = replicate(read_rows(path), options.replicate)
        labelled.sort(key=lambda row: (row.get("published_at") or "", row["id"]))
        rows, stories = read_terms(labelled[first : first + BLOCK] for first in range(0, len(labelled), BLOCK))
        measure(f"{path.name.partition('.')[0]} x{options.replicate}", rows, stories, settings, options)


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--news", type=lambda given: [int(part) for part in given.split(",") if part], default=[])
    parser.add_argument("--sets", nargs="*", type=Path, default=[], help="JSON-lines files with gold stories")
    parser.add_argument("--replicate", type=int, default=1, metavar="N", help="read each set N times over")
    parser.add_argument("--texts", type=int, default=TEXTS, help="whose pairs are looked for")
    parser.add_argument("--terms", type=int, default=StorySettings().index_terms)
    parser.add_argument("--overlap", type=float, default=StorySettings().index_overlap)
    parser.add_argument("--shuffled", action="store_true", help="read the texts in no order, as undated ones are")
    return parser.parse_args()


def make_originals(count: int) -> Iterator[list[Row]]:
    """Make so many texts of generated news that are no copies, some more where a night ends with them."""
    made = 0
    for night in make_nights(round(count * 1.5)):
        own = [row for row in night if row["family"] == row["id"]]
        yield own
        made += len(own)
        if made >= count:
            return


def read_terms(blocks: Iterator[Sequence[Row]] | Any) -> tuple[TermRows, Ints]:
    """Count the terms of all rows, and number their stories."""
    numbers: dict[int, int] = {}
    starts, terms, counts, stories = [np.zeros(1, np.int64)], [], [], []
    for block in blocks:
        titles, bodies = join_texts([row["title"] or "" for row in block]), join_texts([row["body"] for row in block])
        kept = keep_terms(titles, bodies, [row.get("language") for row in block], METHOD_LIMITS)
        found, inverse = np.unique(kept.hashes, return_inverse=True)
        numbered = np.array([numbers.setdefault(term, len(numbers)) for term in found.tolist()], np.int32)
        starts.append(kept.starts[1:] + starts[-1][-1])
        terms.append(numbered[inverse])
        counts.append(kept.counts)
        stories.extend(row["story"] for row in block)
    vocabulary = np.fromiter(numbers, np.uint64, len(numbers))
    order = np.argsort(vocabulary)
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order))
    columns = (np.concatenate([c[row] for c in counts]) for row in (TIMES, LEAD_TIMES, GENERAL))
    rows = TermRows(vocabulary[order], np.concatenate(starts), place[np.concatenate(terms)], *columns)
    return rows, np.unique(stories, return_inverse=True)[1]


def measure(name: str, rows: TermRows, stories: Ints, settings: StorySettings, options: argparse.Namespace) -> None:
    """Print a line for each cap and reach."""
    chance = np.random.default_rng(7)
    if options.shuffled:
        order = chance.permutation(len(rows))
        rows, stories = rows.take(order), stories[order]
    reference = count_all(rows)
    index = make_index(rows, settings)
    drawn = np.sort(chance.choice(len(rows), min(options.texts, len(rows)), replace=False))
    a, b = list_pairs(stories, drawn)
    needed, places = np.unique(np.concatenate([a, b]), return_inverse=True)
    vectors = weigh_rows(rows.take(needed), reference, settings)
    similarity = compute_similarities(vectors, places[: len(a)], places[len(a) :])
    joined = similarity >= settings.threshold
    a, b, timed = a[joined], b[joined], chance.choice(len(rows), TIMED)
    print(f"{name}: {len(rows):,} texts, {len(a):,} pairs of {joined.size:,} reach the threshold", flush=True)
    for cap, reach in list_rules(len(rows)):
        is_read = index.held <= cap
        found = share_enough(index, is_read, reach, a, b, settings.index_overlap)
        held = index.held[is_read]
        near = np.minimum(held, reach)
        postings = (near * held - near * (near + 1) // 2).sum() / len(rows)
        seconds, pairs = time_reading(index, is_read, reach, timed, settings.index_overlap)
        print(
            f"  cap {cap:9,}  reach {'all' if reach == ALL else f'{reach:,}':>5}  recall {found.mean():.4f}"
            f"  postings {postings:9,.0f} ({postings / len(rows):.3f} of the window)  pairs {pairs:9,.1f}"
            f"  seconds {seconds * len(rows):9,.1f}",
            flush=True,
        )


def list_rules(count: int) -> Iterator[tuple[int, int]]:
    """List the caps and reaches that are measured in a window of so many texts."""
    for cap in sorted({*(min(cap, count) for cap in CAPS), *(int(share * count) for share in SHARES)}):
        yield cap, ALL
    for share in SHARES[1:]:
        yield from ((int(share * count), reach) for reach in REACHES if reach < share * count)


def make_index(rows: TermRows, settings: StorySettings) -> Index:
    """Weigh all texts, a block at a time, and keep the heaviest terms of each; of equals those of the least hash."""
    reference = count_all(rows)
    sizes, terms, weights = [], [], []
    for first in range(0, len(rows), BLOCK):
        numbers = np.arange(first, min(first + BLOCK, len(rows)))
        vectors = weigh_rows(rows.take(numbers), reference, settings)
        row_of = np.repeat(np.arange(len(numbers)), np.diff(vectors.starts))
        order = np.lexsort((vectors.terms, -vectors.text, row_of))
        rank = np.arange(len(order)) - vectors.starts[row_of]  # rows stay where they are
        kept = np.sort(order[(rank < settings.index_terms) & (vectors.text[order] > 0)])
        sizes.append(np.bincount(row_of[kept], minlength=len(numbers)))
        terms.append(vectors.terms[kept])
        weights.append(vectors.text[kept])
    joined = np.concatenate(terms)
    starts = np.concatenate([[0], np.cumsum(np.concatenate(sizes))])
    held = np.bincount(joined, minlength=len(rows.vocabulary))
    ranks = np.empty(len(joined), np.int32)
    order = np.argsort(joined, kind="stable")
    ranks[order] = np.arange(len(joined)) - np.repeat(np.cumsum(held) - held, held)
    return Index(starts, joined, np.concatenate(weights), ranks, held)


def list_pairs(stories: Ints, drawn: Ints) -> tuple[Ints, Ints]:
    """List the pairs of each text that was drawn with the others of its story."""
    order = np.argsort(stories, kind="stable")
    first = np.searchsorted(stories[order], stories[drawn])
    after = np.searchsorted(stories[order], stories[drawn], side="right")
    a = np.repeat(drawn, after - first)
    steps = np.arange(len(a)) - np.repeat(np.cumsum(after - first) - (after - first), after - first)
    b = order[np.repeat(first, after - first) + steps]
    return a[a != b], b[a != b]


def compute_similarities(vectors: Vectors, a: Ints, b: Ints) -> NDArray[np.float64]:
    """Compute the similarity of pairs of rows, but for the factor of time."""
    ranks = np.zeros_like(vectors.terms)
    views = (_compute_products(vectors.starts, vectors.terms, v, ranks, 0, a, b) for v in (vectors.text, vectors.lead))
    return sum(views) / (2.0 * UNIT * UNIT) * vectors.factor[a] * vectors.factor[b]


@numba.njit
def _compute_products(starts: Any, terms: Any, weights: Any, ranks: Any, reach: int, a: Any, b: Any) -> Any:
    """Compute the product of each pair over terms whose ranks are near; a loop, which merges two ascending lists."""
    found = np.zeros(len(a))
    for k in range(len(a)):
        p, q = starts[a[k]], starts[b[k]]
        while p < starts[a[k] + 1] and q < starts[b[k] + 1]:
            if terms[p] == terms[q] and abs(ranks[p] - ranks[q]) <= reach:
                found[k] += float(weights[p]) * weights[q]
            step = terms[p] <= terms[q]
            q += terms[q] <= terms[p]
            p += step
    return found


def share_enough(
    index: Index, is_read: NDArray[np.bool_], reach: int, a: Ints, b: Ints, overlap: float
) -> NDArray[np.bool_]:
    """Say of each pair whether its texts have enough in common in what is read."""
    weights = np.where(is_read[index.terms], index.weights, 0).astype(np.int32)
    shared = _compute_products(index.starts, index.terms, weights, index.ranks, reach, a, b)
    return np.asarray(shared >= overlap * UNIT * UNIT)


def time_reading(
    index: Index, is_read: NDArray[np.bool_], reach: int, texts: Ints, overlap: float
) -> tuple[float, float]:
    """Return the processor seconds of a text for reading postings, and the pairs of it that are near enough.

    Half of what the postings before and after a text take and give, as each text is held against later ones alone.
    """
    order = np.argsort(index.terms, kind="stable")
    row_of = np.repeat(np.arange(len(index.starts) - 1, dtype=np.int32), np.diff(index.starts))
    held = np.concatenate([[0], np.cumsum(index.held)])
    texts_of = index.starts, index.terms, np.where(is_read[index.terms], index.weights, 0), index.ranks
    postings = held, row_of[order], index.weights[order]
    least = int(overlap * UNIT * UNIT)
    _read_postings(texts_of, postings, texts[:0], reach, least)  # compiled by now
    started = time.process_time()
    pairs = _read_postings(texts_of, postings, texts, reach, least)
    return (time.process_time() - started) / len(texts) / 2, pairs / len(texts) / 2


@numba.njit
def _read_postings(texts_of: Any, postings: Any, chosen: Any, reach: int, least: int) -> int:
    """Add up what each chosen text has in common with all texts; count those with enough. A loop over postings."""
    starts, terms, weights, ranks = texts_of
    held, texts, posted = postings
    shared, touched = np.zeros(len(starts) - 1, np.int64), np.empty(len(starts) - 1, np.int64)
    pairs = 0
    for i in chosen:
        hits = 0
        for place in range(starts[i], starts[i + 1]):
            term = terms[place]
            if weights[place] == 0:  # not read
                continue
            own = held[term] + ranks[place]
            for p in range(max(held[term], own - reach), min(held[term + 1], own + reach + 1)):
                j = texts[p]
                if shared[j] == 0:
                    touched[hits] = j
                    hits += 1
                shared[j] += np.int64(weights[place]) * posted[p]
        for j in touched[:hits]:
            pairs += shared[j] >= least and j != i
            shared[j] = 0
    return pairs


if __name__ == "__main__":
    main()
