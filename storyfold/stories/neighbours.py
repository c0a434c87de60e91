"""Find pairs of similar texts: an inverted index over their heaviest terms, then the full similarity of each pair.

Of a text that touches many stories and another one, that is how much of the other it has: see `mentions.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from storyfold.kernels.arrays import Flags, LongHashes, Longs, Number
from storyfold.kernels.compiled import compiled
from storyfold.settings.stories import StorySettings
from storyfold.stories.cosines import LaidOut, clear, compute_cosine, lay_out, make_room
from storyfold.stories.mentions import compute_containment
from storyfold.stories.postings import (
    Postings,
    Search,
    find_base,
    have_overlap,
    have_terms,
    keep_heaviest,
    make_postings,
    make_sums,
    pass_text,
)
from storyfold.stories.ranks import Counted, count_ranks, rank_postings
from storyfold.stories.references import digest_reference
from storyfold.stories.term_rows import Reference, TermRows
from storyfold.stories.term_vectors import (
    UNIT,
    Ints,
    Vectors,
    WeighedTerms,
    Weights,
    list_weighed_terms,
    weigh_numbered_rows,
    weigh_terms,
)
from storyfold.stories.times import Times, compute_time_factors, is_parted

# Where fewer than one text in so many asks, only those that share a term with one that does are weighed.
FEW = 8
SCALE = 1_000_000  # parts of 1 that similarities are counted in, so that their sums are exact


@dataclass(frozen=True, slots=True)
class Links:
    """Hold pairs of texts that may be joined: `a` < `b`, each pair once, its similarity above 0 in parts of SCALE."""

    a: Ints
    b: Ints
    similarity: Ints


@dataclass(frozen=True, slots=True)
class FoundLinks:
    """Hold the links of each day that was judged, and for each of them a digest of what it was judged by."""

    links: Links
    references: LongHashes


class Compared(NamedTuple):
    """The texts that are compared: their terms, their times, which are new, and the days of which all are.

    Text n has row `row_of[n]`; of texts with a common term those that are near each other in this order are compared,
    by the news of a lake that are `counted`, else by the texts themselves. Pairs of which none is new are left out, and
    where `parts` is true those that time parts, too; such of texts that were first seen further apart than the window
    always. `languages` numbers those of the texts, -1 where it is not known.
    """

    rows: TermRows
    row_of: Longs
    times: Times
    is_new: Flags
    whole_days: Collection[int]
    parts: bool
    counted: Counted | None
    languages: Longs

    def at(self, day: int) -> Compared:
        """Return what is compared on a day: of one that is judged as a whole all its texts are new, and no others."""
        if day not in self.whole_days:
            return self
        return self._replace(is_new=self.is_new | (self.times.seen == day))


class Near(NamedTuple):
    """Texts that one of a day may be paired with, the first `distant` of them seen before the window; who asks."""

    texts: Ints
    distant: int
    is_asking: Flags

    def take(self, chosen: Flags) -> Near:
        """Return those of these texts."""
        return Near(self.texts[chosen], int(chosen[: self.distant].sum()), self.is_asking[chosen])


def apply_times(links: Links, times: Times, settings: StorySettings) -> Links:
    """Return the links with their similarity times what the time between both texts makes of it, without those of 0."""
    similarity = np.rint(links.similarity * compute_time_factors(times, links.a, links.b, settings)).astype(np.int64)
    kept = similarity > 0
    return Links(links.a[kept], links.b[kept], similarity[kept])


def find_links(compared: Compared, references: Iterable[tuple[int, Reference]], settings: StorySettings) -> FoundLinks:
    """Return the pairs with a new text whose heavy terms overlap, of which the later is of one of the given days.

    A pair is judged by the reference of the day on which the later of the two was first seen. So what is found of a
    pair depends on the two and on that reference.
    """
    weighed = list_weighed_terms(compared.rows)
    return collect_links(
        (_find_links_of_day(day, compared.at(day), weighed, reference, settings), reference, compared.rows)
        for day, reference in references
    )


def collect_links(of_days: Iterable[tuple[tuple[Longs, Longs, Longs], Reference, TermRows]]) -> FoundLinks:
    """Collect the arrays of `Links` of days, each with the reference by which they were judged and its rows."""
    found, digests = [(np.zeros(0, np.int64),) * 3], [np.zeros(0, np.uint64)]
    for links, reference, rows in of_days:
        found.append(links)
        digests.append(np.full(len(links[0]), digest_reference(reference, rows), np.uint64))
    a, b, similarity = (np.concatenate(arrays) for arrays in zip(*found, strict=True))
    return _put_in_order(FoundLinks(Links(a, b, similarity), np.concatenate(digests)))


def join_links(one: FoundLinks, other: FoundLinks) -> FoundLinks:
    """Return the links of both, of which no pair is in both."""
    columns = ((f.links.a, f.links.b, f.links.similarity, f.references) for f in (one, other))
    a, b, similarity, references = map(np.concatenate, zip(*columns, strict=True))
    return _put_in_order(FoundLinks(Links(a, b, similarity), references))


def _put_in_order(found: FoundLinks) -> FoundLinks:
    a, b, similarity = found.links.a, found.links.b, found.links.similarity
    if _are_in_order(a, b):
        return found
    order = np.lexsort((b, a))
    return FoundLinks(Links(a[order], b[order], similarity[order]), found.references[order])


def _are_in_order(a: Longs, b: Longs) -> bool:
    """Say whether pairs ascend, as those of a day that all texts ask on do: sorting many takes seconds."""
    return bool(np.all((a[1:] > a[:-1]) | ((a[1:] == a[:-1]) & (b[1:] > b[:-1]))))


def _find_links_of_day(
    day: int, compared: Compared, weighed: WeighedTerms, reference: Reference, settings: StorySettings
) -> tuple[Longs, Longs, Longs]:
    """Return the pairs whose later text was first seen on this day; only what may be paired is weighed."""
    is_rare = find_rare(reference, settings)
    weights = weigh_terms(compared.rows, weighed, reference, settings)
    near = find_near(day, compared, settings.window_days)
    most = np.where(compared.times.touches_many, settings.mention_terms, settings.index_terms)
    if near.is_asking.sum() * FEW < len(near.texts):
        asked = _list_asked_terms(near.texts[near.is_asking], compared, weighed, weights, most, is_rare, settings)
        is_rare, row_of = np.diff(asked.starts) > 0, compared.row_of[near.texts]
        if compared.counted is None:  # the texts themselves are counted: all that have a common term
            shares = have_terms(compared.rows.starts, compared.rows.terms, row_of, is_rare)
        else:
            least = int(min(settings.index_overlap, settings.mention_overlap) * UNIT * UNIT)
            shares = have_overlap(compared.rows, row_of, weighed, weights, asked, least)
        near = near.take(near.is_asking | shares)
    vectors = weigh_numbered_rows(compared.rows, compared.row_of[near.texts], weighed, weights, settings)
    heavy = keep_heaviest(vectors.starts, vectors.text, vectors.terms, most[near.texts], is_rare)
    return search_near(day, near, vectors, heavy, compared, reference, settings, crosses=False)


def find_reach(reference: Reference, settings: StorySettings) -> int:
    """Return how many texts with a term in common may lie between two that are held against each other."""
    return max(settings.index_reach, int(reference.texts * settings.index_reach_share))


def find_rare(reference: Reference, settings: StorySettings) -> Flags:
    """Say which terms find neighbours: not those that more than `index_share` of the reference have."""
    return reference.documents <= max(find_reach(reference, settings), int(reference.texts * settings.index_share))


def search_near(
    day: int,
    near: Near,
    vectors: Vectors,
    heavy: Flags,
    compared: Compared,
    reference: Reference,
    settings: StorySettings,
    *,
    crosses: bool,
) -> tuple[Longs, Longs, Longs]:
    """Return the arrays of `Links` of the texts near a day, whose vectors these are, across languages or else.

    `heavy` says which places of the vectors are searched by.
    """
    reach, times = find_reach(reference, settings), compared.times.take(near.texts)
    postings = make_postings(vectors.starts, vectors.terms, vectors.text, heavy, len(compared.rows.vocabulary))
    if compared.counted is not None:
        is_common = (np.diff(postings.starts) > 0) & (reference.documents > reach)
        ranks = count_ranks(compared.rows, compared.counted, is_common, day)
        part_of_day = compared.counted.part_of_day[near.texts]
        ranked = rank_postings(postings.starts, postings.texts, ranks, times.seen, part_of_day)
        postings = postings._replace(ranks=ranked)
    search = Search(
        near.is_asking,
        bool(near.is_asking.all()),
        compared.is_new[near.texts],
        near.distant,
        reach,
        day,
        settings.window_days,
        compared.parts,
        settings.crossing_overlap if crosses else settings.index_overlap,
        settings.mention_overlap,
        settings.mention_threshold,
        compared.languages[near.texts],
        crosses,
    )
    a, b, similarity = _scan_texts(vectors, heavy, postings, times, search)
    return np.minimum(near.texts[a], near.texts[b]), np.maximum(near.texts[a], near.texts[b]), similarity


def _list_asked_terms(
    asking: Longs,
    compared: Compared,
    weighed: WeighedTerms,
    weights: Weights,
    most: Longs,
    is_rare: Flags,
    settings: StorySettings,
) -> Postings:
    """List the terms by which these texts look for neighbours."""
    vectors = weigh_numbered_rows(compared.rows, compared.row_of[asking], weighed, weights, settings)
    heavy = keep_heaviest(vectors.starts, vectors.text, vectors.terms, most[asking], is_rare)
    return make_postings(vectors.starts, vectors.terms, vectors.text, heavy, len(is_rare))


def find_near(day: int, compared: Compared, window: int) -> Near:
    """Return the texts that one of this day may be paired with: older ones by their date, and those seen in the window.

    And which of them ask for neighbours: of each pair that is wanted one text is new, and one is of the day; the fewer.

    Of what was seen long before, a text is near only if it is dated, and its interval meets that of a dated one of the
    day: else each undated text would be compared with all of the past. Those stand first, and are counted.
    """
    first, last, dated, seen, _ = compared.times
    distant = np.zeros(len(seen), np.bool_)
    of_day, before = (seen == day) & (dated > 0), (seen < day - window) & (dated > 0)
    for may_meet, others in ((of_day & compared.is_new, before), (of_day, before & compared.is_new)):
        if may_meet.any():
            meets = (first <= last[may_meet].max() + window) & (last >= first[may_meet].min() - window)
            distant |= others & meets
    near = (seen <= day) & (seen >= day - window)
    chosen = np.concatenate((np.flatnonzero(distant), np.flatnonzero(near)))
    is_new, is_of_day = compared.is_new[chosen], seen[chosen] == day
    return Near(chosen, int(distant.sum()), is_new if is_new.sum() < is_of_day.sum() else is_of_day)


@compiled(called_by_kernels=True)
def _compare(rows: Vectors, laid: LaidOut, i: Number, j: Number, touches_many: Flags, threshold: float) -> Number:
    """Return the similarity of text i, which is laid out, and j in parts of SCALE.

    Of one that touches many and another that is 0 or a mention.
    """
    both_views = 2.0 * UNIT * UNIT
    if not (touches_many[i] or touches_many[j]):
        return round(compute_cosine(rows, laid, j) / both_views * rows.factor[i] * rows.factor[j] * SCALE)
    many, other = (i, j) if touches_many[i] else (j, i)
    held = compute_containment(rows, many, other) / both_views * rows.factor[other] * rows.factor[other]
    return round(held * SCALE) if held >= threshold else 0


@compiled(called_by_kernels=True)
def _is_wanted(i: Number, j: Number, shared: Number, times: Times, search: Search) -> bool:
    """Say whether texts i and j, which have so much in common, are a pair of the day that is to be compared."""
    seen, touches_many = times.seen, times.touches_many
    is_mention = touches_many[i] or touches_many[j]
    least = search.mention_overlap if is_mention else search.overlap
    if shared < np.int64(least * UNIT * UNIT) or max(seen[i], seen[j]) != search.day:
        return False
    if (touches_many[i] and touches_many[j]) or not (search.is_new[i] or search.is_new[j]):
        return False
    one, other = search.languages[i], search.languages[j]
    if (one >= 0 and other >= 0 and one != other and not is_mention) != search.crosses:
        return False
    is_distant = abs(seen[i] - seen[j]) > search.window
    return not ((search.parts or is_distant) and is_parted(times, search.window, i, j))


@compiled
def _scan_texts(
    rows: Vectors, heavy: Flags, postings: Postings, times: Times, search: Search
) -> tuple[Longs, Longs, Longs]:
    """Return the arrays of `Links` between texts, of which one at least is new and the later was seen on the day.

    `heavy` marks the places of rows by which neighbours are found: those with `overlap` in common are compared in full,
    with a text that touches many those with `mention_overlap`, two such texts never. `parts` says whether what time
    parts is left out. A loop, because the postings are passed over text by text.
    """
    # what has nothing in common is never near
    least = max(np.int64(min(search.overlap, search.mention_overlap) * UNIT * UNIT), 1)
    laid = make_room(rows, len(postings.starts))
    sums = make_sums(len(times.seen), postings)
    out, found = np.empty((3, 1024), np.int64), 0
    for i in range(len(times.seen)):
        hits = pass_text(i, rows, heavy, postings, search, least, sums)
        if hits == 0:
            continue
        sums.near[:hits].sort()  # whatever the order of terms; and rows are read in theirs
        lay_out(rows, i, laid)
        for j in sums.near[:hits]:
            if not _is_wanted(i, j, sums.shared[j] - find_base(i), times, search):
                continue
            value = _compare(rows, laid, i, j, times.touches_many, search.mention_threshold)
            if value <= 0:
                continue
            if found == out.shape[1]:  # full: double the arrays
                out = np.concatenate((out, out), axis=1)
            out[0, found], out[1, found], out[2, found] = i, j, value
            found += 1
        clear(rows, i, laid)
    return out[0, :found].copy(), out[1, :found].copy(), out[2, :found].copy()
