"""Find the pairs of sketches that share enough to be worth an alignment: new ones with each other and with known ones.

An inverted join over sorted hashes. Each article is compared, for each of its hashes, with at most the 400 oldest
articles that have it, so the cost grows with the number of new hashes, never with the square of a much-printed story.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from storyfold.copies.postings import Postings, Rules, Sizes, count_shared, measure_sizes
from storyfold.copies.repeated_shingles import Ints, Outlets, find_boilerplate_rows
from storyfold.copies.sketch import BOUND
from storyfold.copies.word_hashes import Hashes
from storyfold.kernels.arrays import Flags
from storyfold.schemas.columns import get_declared_table
from storyfold.schemas.copies import Sketch
from storyfold.settings.copies import CopySettings

COLUMNS = ("article_id", "seen_date", "outlet", "hashes")


@dataclass(frozen=True, slots=True)
class Sketches:
    """Sketches as arrays; the hashes of sketch n are `hashes[starts[n]:starts[n + 1]]`, ascending."""

    ids: pa.ChunkedArray
    age: Ints  # 0 for the oldest: by the day it was seen, then by id
    new: int  # sketches below this number are new
    outlets: Outlets  # a number for each outlet; -1 where unknown
    starts: Ints
    hashes: Hashes


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs of article ids that may share text, and for each article in one the sketch hashes set aside."""

    pairs: list[tuple[str, str]]
    boilerplate: dict[str, Hashes]


def find_candidates(new: pa.Table, known: pa.Table, settings: CopySettings) -> Candidates:
    """Find the pairs with at least one new article whose sketches share enough, boilerplate set aside; each pair once.

    `new` and `known` have the schema of `Sketch`, one row an article; no article is in both.
    """
    sketches = load_sketches(new, known)
    if not sketches.starts[sketches.new]:
        return Candidates([], {})
    is_boilerplate = find_boilerplate_rows(sketches.starts, sketches.hashes, sketches.outlets, settings)
    left, right, containment = _join_sketches(sketches, ~is_boilerplate, settings)
    best = _find_best(left, sketches.age[right], containment, settings.most_candidates)
    left, right = left[best], right[best]
    used = np.unique(np.concatenate([left, right]))
    ids = dict(zip(used.tolist(), sketches.ids.take(pa.array(used)).to_pylist(), strict=True))
    pairs = sorted({(ids[a], ids[b]) for a, b in zip(left.tolist(), right.tolist(), strict=True)})
    bounds = [(ids[d], slice(sketches.starts[d], sketches.starts[d + 1])) for d in used.tolist()]
    return Candidates(pairs, {article_id: sketches.hashes[rows][is_boilerplate[rows]] for article_id, rows in bounds})


def load_sketches(new: pa.Table, known: pa.Table) -> Sketches:
    """Load both tables of sketches as arrays, the new ones first."""
    schema = pa.schema([get_declared_table(Sketch).schema.field(name) for name in COLUMNS])
    both = pa.concat_tables([table.select(COLUMNS).cast(schema) for table in (new, known)])
    order = pc.sort_indices(both, sort_keys=[("seen_date", "ascending"), ("article_id", "ascending")]).to_numpy()
    age = np.empty(len(order), np.int64)
    age[order] = np.arange(len(order))
    lengths = pc.fill_null(pc.list_value_length(both["hashes"]), 0).to_numpy()
    outlets = both["outlet"].combine_chunks().dictionary_encode().indices
    hashes = pc.list_flatten(both["hashes"]).to_numpy()
    hashes.setflags(write=False)  # Arrow's own memory or a copy, by the number of chunks: one type for the kernels
    return Sketches(
        ids=both["article_id"],
        age=age,
        new=len(new),
        outlets=pc.fill_null(outlets, -1).to_numpy(zero_copy_only=False).astype(np.int32),
        starts=np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)]),
        hashes=hashes,
    )


def _join_sketches(sketches: Sketches, counts: Flags, settings: CopySettings) -> tuple[Ints, Ints, NDArray[np.float64]]:
    """Find the pairs as arrays: a new sketch, the other, and which share of the smaller they have in common.

    `counts` says of each hash whether it counts, boilerplate does not.
    """
    starts, hashes, new_rows = sketches.starts, sketches.hashes, int(sketches.starts[sketches.new])
    wanted = np.unique(hashes[:new_rows][counts[:new_rows]])
    rows = np.flatnonzero(counts)
    rows = rows[join_new_sketches(hashes[rows], wanted)]
    owners = np.searchsorted(starts, rows, side="right") - 1
    order = np.lexsort((sketches.age[owners], hashes[rows]))  # within a hash the oldest document is first
    of_new = int(np.searchsorted(rows, new_rows))
    large = len(starts) > settings.large_lake
    return count_shared(
        Postings(
            starts=np.searchsorted(owners[:of_new], np.arange(sketches.new + 1)),
            numbers=np.searchsorted(wanted, hashes[rows[:of_new]]),
            groups=np.append(np.searchsorted(hashes[rows[order]], wanted), len(rows)),
            documents=owners[order],
        ),
        Sizes(starts, hashes, counts, *measure_sizes(starts, hashes, counts, np.uint64(BOUND)), np.uint64(BOUND)),
        Rules(
            settings.most_documents,
            settings.least_shared_large if large else settings.least_shared,
            settings.least_containment_large if large else settings.least_containment,
            settings.same_outlet_containment,
        ),
        sketches.age,
        sketches.outlets,
    )


def join_new_sketches(values: Hashes, wanted: Hashes) -> Flags:
    """Say for each value whether it is one of `wanted` (ascending): most are turned away by a table of 4 M flags."""
    found = np.zeros(len(values), np.bool_)
    if len(wanted):
        low = np.uint64(2**22 - 1)
        table = np.zeros(2**22, np.bool_)
        table[wanted & low] = True
        maybe = np.flatnonzero(table[values & low])
        positions = np.searchsorted(wanted, values[maybe]).clip(max=len(wanted) - 1)
        found[maybe[wanted[positions] == values[maybe]]] = True
    return found


def _find_best(left: Ints, age: Ints, containment: NDArray[np.float64], most: int) -> Ints:
    """Find the rows of each left document's `most` best partners: highest containment by tenths, then the oldest."""
    order = np.lexsort((age, -np.floor(containment * 10), left))
    ordered = left[order]
    first = np.searchsorted(ordered, ordered)
    return order[np.arange(len(order)) - first < most]
