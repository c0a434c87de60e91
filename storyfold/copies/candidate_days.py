"""Find candidates day by day: what is boilerplate of a pair follows from the day of its later text."""

from __future__ import annotations

import numpy as np

from storyfold.copies.candidate_pairs import make_candidate_finder
from storyfold.copies.compare_texts import DayPairs, make_day_pairs
from storyfold.copies.documents import Documents
from storyfold.copies.repeated_shingles import RepeatedShingles
from storyfold.copies.shared_hashes import Postings
from storyfold.settings.copies import CopySettings


def find_pairs(
    documents: Documents, postings: Postings, boilerplate: RepeatedShingles, settings: CopySettings
) -> list[DayPairs]:
    """Find the candidates of the judged documents, day by day: of each a day's own boilerplate does not count."""
    finder = make_candidate_finder(documents, postings, settings)
    found = []
    for day in np.unique(documents.days[documents.judged]).tolist():
        is_repeated = boilerplate.find(day)
        left, right = finder.find(day, is_repeated)
        if len(left):
            found.append(make_day_pairs(left, right, documents.starts, documents.hashes, is_repeated))
    return found
