"""Declare the table of what stories compare of each text: its heaviest terms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from storyfold.schemas.columns import declare_table
from storyfold.schemas.common import ArticleId, SeenDate, UInt16, UInt64, Version

# One more whenever `text/kept_terms.py`, `text/crossing_terms.py` or another wordfreq gives a text other terms; then
# LINKS_METHOD too.
TERMS_METHOD = 4


@declare_table(
    "text_terms",
    "the terms of an article's text by which stories are found (internal)",
    key=("article_id", "version"),
    partition="seen_date",
    method=TERMS_METHOD,
)
@dataclass(frozen=True, slots=True, kw_only=True)
class TextTerms:
    article_id: ArticleId
    version: Version
    seen_date: SeenDate
    method: Annotated[int, "By which method they were made; older ones are made anew."] = TERMS_METHOD
    terms: Annotated[
        tuple[UInt64, ...],
        "Hashes of the terms, ascending: all of title and lead and the heaviest of title and body, but for words that "
        "are too common to tell events apart. None of a version that only repeats another.",
    ] = ()
    times: Annotated[tuple[UInt16, ...], "How often each is in title and body; in the title counts three times."] = ()
    lead_times: Annotated[tuple[UInt16, ...], "How often each is in title and lead, likewise; 0 where it is not."] = ()
    general: Annotated[
        tuple[UInt16, ...],
        "What each weighs in general news of the text's language: minus the natural logarithm of the share of articles "
        "that have it, in thousandths.",
    ] = ()
    crossing_terms: Annotated[
        tuple[UInt64, ...],
        "Hashes of the terms by which texts in other languages are compared, ascending: names by their consonants, "
        "numbers by their digits, days. None of a version that only repeats another.",
    ] = ()
    crossing_weights: Annotated[
        tuple[UInt16, ...],
        "What each weighs in general: minus the natural logarithm of the share of texts that have it by chance, in "
        "hundredths.",
    ] = ()
    vector: Annotated[
        bytes | None,
        "The mean vector of title and lead, a signed byte a number; null where no model was set (`[stories] "
        "embeddings`), or it knows no word of them.",
    ] = None
    vector_model: Annotated[
        str | None, "A hash of the files of the model that made it: only vectors of one model are compared."
    ] = None
