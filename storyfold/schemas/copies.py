"""Declare the tables of who copied whom: sketches, copies, families."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from storyfold.schemas.columns import OlderRows, declare_table
from storyfold.schemas.common import ArticleId, AttemptNumber, RunDate, RunId, SeenDate, UInt64, Version

SKETCH_METHOD = 2  # one more whenever `storyfold/text/sketch.py` makes another sketch of the same text

UNSURE = ("low", "unknown")  # confidences with which it is not known which of two was first


@declare_table(
    "sketches",
    "an article's text sketch (internal)",
    key=("article_id", "version"),
    partition="seen_date",
    method=SKETCH_METHOD,
)
@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    article_id: ArticleId
    version: Version
    seen_date: SeenDate
    method: Annotated[
        int, OlderRows(0), "By which method it was made; older ones are made anew. 0: before methods had numbers."
    ] = SKETCH_METHOD
    outlet: Annotated[str | None, "The article's outlet, whose boilerplate is set aside."] = None
    words: Annotated[int, OlderRows(0), "Words of the body that were read."] = 0
    text_hash: Annotated[
        UInt64, OlderRows(0), "A hash of these words in their order: identical texts have the same."
    ] = 0
    hashes: Annotated[tuple[UInt64, ...], "The kept shingle hashes (FracMinHash), ascending."] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One run of words that two texts share."""

    start: Annotated[int, "First word in this article's body, from 0."]
    of_start: Annotated[int, "First word in the other's body, from 0."]
    words: Annotated[int, "How many words in this article's body."]
    of_words: Annotated[int, "How many words in the other's."]


@declare_table(
    "copies",
    "one article's text found in another",
    key=("article_id", "version", "of_article_id", "of_version"),
    partition="seen_date",
)
@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    article_id: Annotated[str, "The article that copied, as far as the direction is known."]
    version: Version
    of_article_id: Annotated[str, "The article whose text it has."]
    of_version: Annotated[int, "The other's version."]
    run_id: Annotated[str, "The run that found it."] = ""
    seen_date: Annotated[SeenDate, "The later of the two articles' seen dates; the partition."]
    share_of_this: Annotated[float, "The share of this article's words that stand in the other, 0 to 1."]
    share_of_other: Annotated[float, "The share of the other's words that stand in this one, 0 to 1."]
    kind: Annotated[
        Literal["full", "excerpt", "partial", "update", "write-through"],
        "`full`: both are mostly the other; `excerpt`: one is a part of the other; `partial`: reuse too weak for a "
        "family; `update`: the same outlet's later text; `write-through`: one agency's report and its later version, "
        "each with parts that the other lacks.",
    ]
    direction_confidence: Annotated[
        Literal["high", "medium", "low", "unknown"],
        "How sure it is which of the two copied; `unknown` where nothing tells.",
    ]
    spans: Annotated[tuple[Span, ...], "The shared runs of words."] = ()
    other_is_longer: Annotated[
        bool | None,
        "Whether the other text is the longer one, boilerplate set aside. This and the three columns of words that "
        "follow are null in rows of older programs.",
    ] = None
    words_before: Annotated[int | None, "How many words the longer text has before the first shared one."] = None
    words_between: Annotated[int | None, "How many words the longer text has between the shared ones."] = None
    words_after: Annotated[int | None, "How many words the longer text has after the last shared one."] = None
    evidence: Annotated[tuple[str, ...], "What the direction rests on, in words."] = ()


@declare_table(
    "families",
    "an article's role in its family, as of a run",
    key=("run_id", "attempt", "article_id"),
    partition="run_date",
)
@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyMember:
    run_id: RunId = ""
    attempt: AttemptNumber = 1
    run_date: RunDate
    article_id: ArticleId
    family_id: Annotated[str, "The family: the `article_id` of its founding member (first day seen, then smallest id)."]
    role: Annotated[
        Literal["original", "syndicated", "excerpt", "mirror", "update"],
        "`original` also for an article that nobody copied, unless it credits an agency that is not its own outlet: "
        "then it is that agency's text, `syndicated` or a `mirror`, and its original was not seen.",
    ]
    original_article_id: Annotated[str | None, "The family's original; null if we have not seen it."] = None
    original_confidence: Annotated[
        Literal["high", "medium", "low", "unknown"] | None,
        "How sure it is that this one took the text: `unknown` where nothing says which of the two was first, as for "
        "a text that both were given, `low` where little does. Null for an original, and in rows of older programs.",
    ] = None
    independent_source: Annotated[bool, "Whether it stands for its family's text, which counts once."] = True
    date_doubt: Annotated[
        str | None, "Why its family shows the article's date to be false, in words; null where it does not."
    ] = None
