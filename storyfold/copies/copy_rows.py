"""Turn edges into rows of `copies`, and rows of the lake into edges again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import numpy as np

from storyfold.copies.align import SPAN
from storyfold.copies.direction import Direction
from storyfold.copies.edges import EXCERPT, FULL, PARTIAL, UNIT, WRITE_THROUGH, Directions, Edges
from storyfold.credits.publisher import find_outlet
from storyfold.kernels.arrays import Longs
from storyfold.schemas.copies import Copy, Span
from storyfold.schemas.pages import Article

Kind = Literal["full", "excerpt", "partial", "update", "write-through"]
NAMES: dict[int, Kind] = {FULL: "full", EXCERPT: "excerpt", PARTIAL: "partial", WRITE_THROUGH: "write-through"}
_EXTRA = ("words_before", "words_between", "words_after")
KINDS = {"full": FULL, "update": FULL, "excerpt": EXCERPT, "partial": PARTIAL, "write-through": WRITE_THROUGH}


def make_copies(edges: Edges, directions: Directions) -> list[Copy]:
    """Make the row of each edge; `run_id` is left for the caller."""
    return [_make_copy(edge, edges, directions) for edge in range(len(edges))]


def _make_copy(edge: int, edges: Edges, directions: Directions) -> Copy:
    found = directions.explain(edge)
    short, long = (directions.get_article(int(side[edge])) for side in (edges.short, edges.long))
    copier, source = (short, long) if found.first_copied else (long, short)
    shares = int(edges.share[edge]) / UNIT, int(edges.share_long[edge]) / UNIT
    spans = edges.spans[edges.span_starts[edge] : edges.span_starts[edge + 1]]
    return Copy(
        article_id=copier.article_id,
        version=copier.version,
        of_article_id=source.article_id,
        of_version=source.version,
        seen_date=max(copier.seen_date, source.seen_date),
        share_of_this=shares[0] if found.first_copied else shares[1],
        share_of_other=shares[1] if found.first_copied else shares[0],
        kind=_name_kind(int(edges.kinds[edge]), short, long, found),
        direction_confidence=found.confidence,
        spans=_list_spans(spans, swapped=not found.first_copied),
        evidence=found.evidence,
        other_is_longer=found.first_copied,
        **dict(zip(_EXTRA, edges.extra[edge].tolist(), strict=True)),
    )


def _name_kind(kind: int, short: Article, long: Article, found: Direction) -> Kind:
    """Name the kind; a later text of the same outlet that has all of an earlier one is its `update`."""
    outlet = find_outlet(short)
    is_same = outlet is not None and outlet == find_outlet(long)
    return "update" if is_same and (kind == FULL or (kind == EXCERPT and not found.first_copied)) else NAMES[kind]


def _list_spans(spans: np.ndarray, *, swapped: bool) -> tuple[Span, ...]:
    rows = [(of, start, of_words, words) if swapped else (start, of, words, of_words)
            for start, of, words, of_words in spans.tolist()]  # fmt: skip
    return tuple(Span(start=row[0], of_start=row[1], words=row[2], of_words=row[3]) for row in sorted(rows))


def make_edges(
    copies: Sequence[Copy], numbers: Mapping[str, int], get_article: Callable[[int], Article]
) -> tuple[Edges, Directions]:
    """Make edges of rows, with their directions; in rows of older programs the copier is taken for the shorter text.

    `numbers` are those of the articles; `get_article` returns the article of a number.
    """
    counts = [len(copy.spans) for copy in copies]
    first_copied = [copy.other_is_longer is not False for copy in copies]
    ends = [(numbers[copy.article_id], numbers[copy.of_article_id]) for copy in copies]
    shares = [(round(copy.share_of_this * UNIT), round(copy.share_of_other * UNIT)) for copy in copies]
    short, long = _turn(ends, first_copied)
    share, share_long = _turn(shares, first_copied)
    spans = [
        (s.start, s.of_start, s.words, s.of_words) if is_first else (s.of_start, s.start, s.of_words, s.words)
        for copy, is_first in zip(copies, first_copied, strict=True)
        for s in copy.spans
    ]
    extra = [[getattr(copy, name) or 0 for name in _EXTRA] for copy in copies]
    edges = Edges(
        short,
        long,
        share,
        share_long,
        np.array([KINDS[copy.kind] for copy in copies], np.int8),
        np.array(extra, np.int64).reshape(-1, 3),
        np.append(0, np.cumsum(counts, dtype=np.int64)),
        np.array(spans, SPAN),
    )
    found = {
        number: Direction(is_first, copy.direction_confidence, copy.evidence)
        for number, (copy, is_first) in enumerate(zip(copies, first_copied, strict=True))
    }
    return edges, Directions(edges, get_article, found)


def _turn(pairs: Sequence[tuple[int, int]], first_copied: Sequence[bool]) -> tuple[Longs, Longs]:
    """Put the value of the shorter text first: of the copier where that is the one."""
    made = np.array(pairs, np.int64).reshape(-1, 2)
    is_first = np.array(first_copied, np.bool_)
    return np.where(is_first, made[:, 0], made[:, 1]), np.where(is_first, made[:, 1], made[:, 0])
