"""Hold what `storyfold why` says of two articles: the stages find it, the report tells it.

The two are called A and B, in the order in which they were asked for. All of it is plain values, so that its JSON has
what the decisions can be made from again: counts, thresholds, evidence and weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Side = Literal["A", "B"]
Strength = Literal["high", "medium", "low", "unknown"]
PairKind = Literal["full", "excerpt", "partial", "update", "write-through", "none"]
JudgedBy = Literal["lake", "the two alone"]
RowKind = Literal["shared", "moved", "only A", "only B"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairArticle:
    """Hold one of the two: what its page says, and the place that was found for it. `role` is null of no family row."""

    side: Side
    asked: str
    article_id: str
    version: int
    title: str | None
    outlet: str | None
    url: str | None
    location: str
    language: str | None
    kind: str
    agency: str | None
    authors: tuple[str, ...]
    published_at: datetime | None
    published_precision: str
    date_confidence: str
    date_reason: str
    first_seen_at: datetime
    family_id: str | None = None
    role: str | None = None
    original_article_id: str | None = None
    original_confidence: str | None = None
    independent_source: bool | None = None
    date_doubt: str | None = None
    story_id: str | None = None
    story_headline: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """Hold one measure and its threshold, a key of the settings; a share of `part` in `whole`, where it is one."""

    what: str
    setting: str
    value: float
    least: float
    passed: bool
    part: int | None = None
    whole: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Hold one piece of evidence of who was first, in words, its weight in nats, and whether it agrees with all."""

    name: str
    first: Side
    weight: float
    words: str
    agrees: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WithoutPiece:
    """Hold what would be decided without one piece of evidence; `first` is null where nothing would tell."""

    name: str
    first: Side | None
    strength: Strength


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Hold a run of words of one text: shared with the other, or its own."""

    text: str
    is_shared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignedRow:
    """Hold what stands side by side: a run that both have, or one that only one has; starts count words from 0.

    `moved` is a run that the two have at different places.
    """

    kind: RowKind
    a: tuple[Piece, ...] = ()
    b: tuple[Piece, ...] = ()
    a_start: int | None = None
    b_start: int | None = None
    a_words: int = 0
    b_words: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyReasons:
    """Hold what two texts share, and what was decided of it.

    Shares are 0 to 1. `first` is null where they are no copies or nothing tells. `counts` are words: of the shorter
    text, and as `long_…` of the longer one. `stored` is the row of `copies`, and `differences` what deciding again
    says otherwise. `weight` is what the evidence adds up to, in nats, `least_weights` the least of a
    confidence. `joined_by` are the texts over which the two are of one family where nothing joins them directly.
    """

    kind: PairKind
    first: Side | None
    strength: Strength | None
    shorter: Side
    share_a: float
    share_b: float
    counts: Mapping[str, int]
    measures: tuple[Measure, ...]
    is_candidate: bool
    is_identical: bool
    same_outlet: bool
    evidence: tuple[Evidence, ...]
    without: tuple[WithoutPiece, ...]
    rows: tuple[AlignedRow, ...]
    stored: Mapping[str, object] | None = None
    differences: tuple[str, ...] = ()
    weight: float = 0.0
    least_weights: Mapping[str, float] = field(default_factory=dict)
    joined_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedTerm:
    """Hold a term that both texts have: what it weighs in each text and lead (0 to 1), and its part of the link."""

    term: str
    hash: int
    text_a: float
    text_b: float
    lead_a: float
    lead_b: float
    part: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BelievedTime:
    """Hold the days on which a text can have been published, null where open, and the day it was first seen."""

    article_id: str
    first: date | None
    last: date | None
    dated: Literal["undated", "dated", "confirmed"]
    seen: date
    touches_many: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryReasons:
    """Hold how alike the texts that stand for two articles are, and what time makes of it.

    `similarity` is the cosine times both factors, before times; `link` after. Nulls where both stand in one text.
    `overlap` is what the terms by which neighbours are found have in common. `group_link` is the mean link between the
    texts of the two stories, null where they are one story. `reference_texts` are the news that terms are weighed by.
    `across` says that they are in two languages, so that terms are names, numbers and days, and pairs in two languages.
    """

    is_one_text: bool
    is_one_story: bool | None
    cosine: float | None = None
    factor_a: float | None = None
    factor_b: float | None = None
    similarity: float | None = None
    overlap: float | None = None
    least_overlap: float | None = None
    time_factor: float | None = None
    gap_days: int | None = None
    link: float | None = None
    threshold: float | None = None
    is_mention: bool = False
    across: bool = False
    group_link: float | None = None
    group_pairs: int = 0
    reference_texts: int = 0
    terms: tuple[SharedTerm, ...] = ()
    time_a: BelievedTime | None = None
    time_b: BelievedTime | None = None
    stored: Mapping[str, object] | None = None
    differences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PairReasons:
    """Hold all that is said of two articles. `judged_by` is the lake, or the two texts alone, as of a file."""

    a: PairArticle
    b: PairArticle
    judged_by: JudgedBy
    copies: CopyReasons
    stories: StoryReasons
    names: tuple[str, ...]
    numbers: tuple[str, ...]
    notes: tuple[str, ...]
    settings: Mapping[str, Mapping[str, float]]
    pinned: str | None = None  # what a pin of just these two says, and who set it


def turn_side(side: Side) -> Side:
    """Return the other side."""
    return "B" if side == "A" else "A"
