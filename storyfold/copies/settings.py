"""Hold the thresholds of the copies stage, as one frozen, printable value; every one can change what lands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CopySettings:
    """What counts as a copy; shares are 0 to 1.

    "Measured": on 16,239 generated documents of 18 kinds and on real wire copies, November 2026, before this was
    written. `benchmarks/copies.py` measures on generated documents again.
    """

    # Candidates: which pairs of sketches are worth an alignment.
    least_shared: int = 4  # shared hashes, measured up to 100,000 documents
    least_containment: float = 0.25  # of the smaller sketch, measured with it
    large_lake: int = 500_000  # documents from which the two below hold: between the two sizes measured
    least_shared_large: int = 6  # measured at a million documents
    least_containment_large: float = 0.30  # measured at a million documents
    same_outlet_containment: float = 0.60  # an outlet's own pages share columns and forms; measured
    most_documents: int = 400  # of one hash's documents, the oldest; 40 lost widely printed wire stories, 400 did not
    most_candidates: int = 64  # partners of one article, the best, then the oldest: a family needs one hub, not n**2
    # An outlet's boilerplate: a shingle that this many of its own articles have.
    boilerplate_articles: int = 5  # measured: this filter matters more than the engine
    boilerplate_share: float = 0.01  # of the outlet's articles, measured with it
    # Families: what of the shorter text, quotations and boilerplate set aside, stands in the other.
    family_share: float = 0.70  # at .30 same-event reports chain into one (ARI .20); at .70 ARI is .97
    mostly: float = 0.50  # "both are mostly the other": more than half, as the words say
    least_words: int = 20  # aligned words; under it lie paywall and cookie lines
    partial_share: float = 0.10  # of the shorter text; weaker reuse is a phrase and gets no row
    # Of the shorter text, in runs of a dozen unchanged words: a form filled in anew breaks in every line. With edits
    # of one word in p spread by chance it is (12 p + 1)(1 - p)**12: .62 at one word in ten, .26 at one in five.
    steady_share: float = 0.35
    steady_share_same_outlet: float = 0.50
