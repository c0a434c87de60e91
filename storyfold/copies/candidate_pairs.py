"""Find the pairs of sketches that share enough to be worth an alignment: each text with older ones.

An inverted join over sorted hashes. Each text meets the 400 oldest of those that share enough with it, and keeps the 64
best: so the cost grows with the number of hashes, never with the square of a much-printed story. Which they are follows
from the older texts that share enough, and from no others. Of identical texts the founder stands for all; the others
are paired with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from storyfold.copies.documents import Documents
from storyfold.copies.older_partners import find_older_partners
from storyfold.copies.partner_search import MILLION, Rules, SketchArrays
from storyfold.copies.shared_hashes import Postings
from storyfold.kernels.arrays import Flags, Integers, LongHashes, Longs
from storyfold.kernels.compiled import compiled
from storyfold.settings.copies import CopySettings
from storyfold.text.sketch import BOUND


@dataclass(frozen=True, slots=True)
class CandidateFinder:
    """Find the candidates of one day after another."""

    documents: Documents
    postings: Postings
    widths: LongHashes
    rules: Rules

    def find(self, day: int, is_repeated: Flags) -> tuple[Longs, Longs]:
        """Find the pairs of the judged texts of a day: that text, and an older one. Boilerplate does not count."""
        documents = self.documents
        first, after = np.searchsorted(documents.days, [day, day + 1])
        numbers = np.arange(first, after)
        numbers = numbers[documents.judged[numbers]]
        is_founder = documents.founders[numbers] == numbers
        twins = numbers[~is_founder]
        twins = twins[documents.starts[twins + 1] > documents.starts[twins]]  # a text of two words is nobody's copy
        arrays = SketchArrays(documents.starts, documents.hashes, documents.outlets, is_repeated, self.widths)
        postings = self.postings
        repeated = np.flatnonzero(is_repeated)
        if len(repeated):  # left out before they are walked over: a form stands on each of an outlet's pages
            texts, ends = _leave_out_repeated(postings, repeated, is_repeated)
            postings = postings._replace(texts=texts, ends=ends)
        left, right = find_older_partners(numbers[is_founder], arrays, postings, self.rules)
        return np.concatenate([left, twins]), np.concatenate([right, documents.founders[twins]])


def make_candidate_finder(documents: Documents, postings: Postings, settings: CopySettings) -> CandidateFinder:
    """Make the finder for these documents, of which the postings are."""
    rules = Rules(
        settings.most_documents,
        settings.most_candidates,
        settings.least_shared,
        round(settings.least_containment * MILLION),
        round(settings.same_outlet_containment * MILLION),
    )
    return CandidateFinder(documents, postings, _measure_widths(documents.starts, documents.hashes), rules)


@compiled
def _leave_out_repeated(postings: Postings, repeated: Longs, is_repeated: Flags) -> tuple[Integers, Longs]:
    """Leave the positions `repeated` out of the postings; returns the texts and ends of `Postings`."""
    kept, ends = postings.texts.copy(), postings.ends.copy()
    for one in repeated:
        group = postings.group_of[one]
        if group < 0 or ends[group] < postings.ends[group]:  # of no other text, or left out already
            continue
        filled = postings.groups[group]
        for position in range(postings.groups[group], postings.ends[group]):
            if not is_repeated[postings.rows[position]]:
                kept[filled] = postings.texts[position]
                filled += 1
        ends[group] = filled
    return kept, ends


@compiled
def _measure_widths(starts: Longs, hashes: LongHashes) -> LongHashes:
    """Measure below which value each sketch has all hashes of its text: the bound, or more for a short text."""
    widths = np.full(len(starts) - 1, np.uint64(BOUND), np.uint64)
    for document in range(len(starts) - 1):
        if starts[document + 1] > starts[document] and hashes[starts[document + 1] - 1] >= np.uint64(BOUND):
            widths[document] = hashes[starts[document + 1] - 1] + np.uint64(1)
    return widths
