"""Judge what pairs of texts share: which pairs are kept, what of each stands in the other, and of which kind it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from storyfold.copies.align import SPAN, Spans
from storyfold.copies.compare_texts import Comparisons, Shared
from storyfold.copies.direction import Direction, Extra, find_direction
from storyfold.kernels.arrays import Flags, Integers, Longs, Tiny
from storyfold.schemas.pages import Article
from storyfold.settings.copies import CopySettings

# Spans kept of a pair, the longest: a bound on what is kept of hostile pages. No pair of 20,000 generated documents
# has more than 9, and to keep the longest alone changes no family of theirs.
MOST_SPANS = 64
FULL, EXCERPT, PARTIAL, WRITE_THROUGH = range(4)
OWN_HEAD = 20  # words before the first that is shared: more than a dateline and a credit, as in `least_words`
UNIT = 10_000  # shares are whole numbers of ten-thousandths, as the rows keep them: sums are exact in any order


@dataclass(frozen=True, slots=True)
class Edges:
    """Pairs of texts that share enough to be kept: arrays with one entry a pair.

    `short` and `long` number the two texts; `share` is how much of the shorter stands in the longer, `share_long` how
    much of the longer in the shorter, in ten-thousandths. `extra` are the longer one's words before, between and after
    what they share, a row a pair. The spans of pair n are `spans[span_starts[n]:span_starts[n + 1]]`, as the shorter
    text has them.
    """

    short: Longs
    long: Longs
    share: Longs
    share_long: Longs
    kinds: Tiny  # FULL, EXCERPT, PARTIAL or WRITE_THROUGH
    extra: Longs
    span_starts: Longs
    spans: Spans

    def __len__(self) -> int:
        return len(self.short)

    def read_extra(self, edge: int) -> Extra:
        """Return what the longer text of a pair has beyond the shorter, as far as that says anything of who was first.

        Where the shorter begins with words of its own it was written anew there, and is no longer or shorter copy.
        """
        first, after = self.span_starts[edge], self.span_starts[edge + 1]
        if first < after and self.spans["start"][first:after].min() >= OWN_HEAD:
            return Extra(0, 0, 0)
        return Extra(*self.extra[edge].tolist())


def count_share(part: Longs, whole: Longs) -> Longs:
    """Return how much of the whole the part is, in ten-thousandths, rounded; nothing of an empty whole."""
    size = np.maximum(whole.astype(np.int64), 1)
    share: Longs = (2 * UNIT * part.astype(np.int64) + size) // (2 * size)
    return share


def _reaches(part: Integers, whole: Integers, share: float) -> Flags:
    """Say whether the part is at least this share of the whole; exactly, as whole numbers."""
    return part.astype(np.int64) * 1_000_000 >= np.maximum(whole, 1).astype(np.int64) * round(share * 1_000_000)


def judge_comparisons(found: Iterable[Comparisons], outlets: Integers, settings: CopySettings) -> Edges:
    """Keep the pairs that share enough, with their kind; `outlets` numbers the outlet of each text, -1 unknown.

    WRITE_THROUGH are all that share enough for one; `confirm_write_throughs` keeps those of one agency.
    """
    judged = [_judge_batch(batch, outlets, settings) for batch in found]
    return join_edges(judged)


def join_edges(parts: Iterable[Edges]) -> Edges:
    """Join edges of several batches into one, in the order of their texts."""
    listed = list(parts)
    if not listed:
        empty = np.empty(0, np.int64)
        return Edges(
            empty, empty, empty, empty, np.empty(0, np.int8), np.empty((0, 3), np.int64), np.zeros(1, np.int64),
            np.empty(0, SPAN),
        )  # fmt: skip
    counts = np.concatenate([np.diff(part.span_starts) for part in listed])
    joined = Edges(
        np.concatenate([part.short for part in listed]),
        np.concatenate([part.long for part in listed]),
        np.concatenate([part.share for part in listed]),
        np.concatenate([part.share_long for part in listed]),
        np.concatenate([part.kinds for part in listed]),
        np.concatenate([part.extra for part in listed]),
        np.append(0, np.cumsum(counts)),
        np.concatenate([part.spans for part in listed]),
    )
    return select_edges(joined, np.lexsort((joined.long, joined.short)))


def select_edges(edges: Edges, numbers: Longs) -> Edges:
    """Return these of the edges, in this order."""
    counts = np.diff(edges.span_starts)[numbers]
    starts = np.append(0, np.cumsum(counts))
    rows = np.repeat(edges.span_starts[:-1][numbers] - starts[:-1], counts) + np.arange(starts[-1])
    return Edges(
        edges.short[numbers], edges.long[numbers], edges.share[numbers], edges.share_long[numbers],
        edges.kinds[numbers], edges.extra[numbers], starts, edges.spans[rows],
    )  # fmt: skip


def _judge_batch(batch: Comparisons, outlets: Integers, settings: CopySettings) -> Edges:
    shared = batch.shared
    same = (outlets[batch.short] == outlets[batch.long]) & (outlets[batch.short] >= 0)
    is_kept = _reaches(shared["equal"], shared["words"], settings.partial_share) | _reaches(
        shared["long_equal"], shared["long_words"], settings.partial_share
    )
    steady = shared["own_steady"], shared["own"]
    is_steady = np.where(
        same, _reaches(*steady, settings.steady_share_same_outlet), _reaches(*steady, settings.steady_share)
    )
    joins = is_steady & _shares_enough(shared, settings.family_share, settings)
    goes_on = is_steady & _shares_enough(shared, settings.write_through_share, settings)
    is_full = _reaches(shared["long_own_equal"], shared["long_own"], settings.mostly)
    weaker = np.where(goes_on, WRITE_THROUGH, PARTIAL)
    kinds = np.where(joins, np.where(is_full, FULL, EXCERPT), weaker).astype(np.int8)
    between = shared["long_words"] - shared["before"] - shared["after"] - shared["long_equal"]
    none = shared["long_equal"] == 0
    extra = np.stack([shared["before"], np.where(none, shared["long_words"], between), shared["after"]], axis=1)
    edges = Edges(
        batch.short,
        batch.long,
        count_share(shared["equal"], shared["words"]),
        count_share(shared["long_equal"], shared["long_words"]),
        kinds,
        extra.astype(np.int64),
        np.append(0, np.cumsum(shared["spans"], dtype=np.int64)),
        batch.spans,
    )
    return _keep_longest_spans(select_edges(edges, np.flatnonzero(is_kept)))


def _shares_enough(shared: Shared, share: float, settings: CopySettings) -> Flags:
    """Say whether so much of the shorter text stands in the longer, quotations set aside and with them.

    Both must hold: quotations alone make no copy, nor does a form that is left when they are set aside.
    """
    own, kept = (shared["own_equal"], shared["own"]), (shared["kept_equal"], shared["kept"])
    enough: Flags = shared["equal"] >= settings.least_words
    return enough & _reaches(*own, share) & _reaches(*kept, share)


def _keep_longest_spans(edges: Edges) -> Edges:
    counts = np.diff(edges.span_starts)
    if counts.max(initial=0) <= MOST_SPANS:
        return edges
    kept = np.ones(len(edges.spans), np.bool_)
    for edge in np.flatnonzero(counts > MOST_SPANS):
        rows = np.arange(edges.span_starts[edge], edges.span_starts[edge + 1])
        kept[rows[np.argsort(-edges.spans["words"][rows], kind="stable")[MOST_SPANS:]]] = False
    starts = np.append(0, np.cumsum(np.minimum(counts, MOST_SPANS)))
    return replace(edges, span_starts=starts, spans=edges.spans[kept])


@dataclass(frozen=True, slots=True)
class Directions:
    """Say of edges which of the two copied, each found when it is first asked for."""

    edges: Edges
    get_article: Callable[[int], Article]
    found: dict[int, Direction] = field(default_factory=dict)

    def find(self, edge: int) -> Direction:
        """Return the direction of one edge, with no evidence where none is at hand; `first` is its shorter text."""
        if edge not in self.found:
            self.found[edge] = self._find(edge, in_words=False)
        return self.found[edge]

    def explain(self, edge: int) -> Direction:
        """Return the direction of one edge with its evidence."""
        found = self.find(edge)
        return found if found.evidence else self._find(edge, in_words=True)

    def _find(self, edge: int, *, in_words: bool) -> Direction:
        short, long = (self.get_article(int(side[edge])) for side in (self.edges.short, self.edges.long))
        extra = self.edges.read_extra(edge)
        return find_direction(short, long, extra, first_is_longer=False, in_words=in_words)
