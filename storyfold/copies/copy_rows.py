"""Turn edges into rows of `copies`, and rows of the lake into edges again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import numpy as np

from storyfold.copies.align import SPAN
from storyfold.copies.direction import Direction
from storyfold.copies.edges import EXCERPT, FULL, PARTIAL, UNIT, WRITE_THROUGH, Directions, Edges
from storyfold.credits.publisher import find_outlet
from storyfold.schemas.copies import Copy, Span
from storyfold.schemas.pages import Article

Kind = Literal["full", "excerpt", "partial", "update", "write-through"]
NAMES: dict[int, Kind] = {FULL: "full", EXCERPT: "excerpt", PARTIAL: "partial", WRITE_THROUGH: "write-through"}
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
    """Make edges of rows, with their directions; the copier is in the place of the shorter text.

    `numbers` are those of the articles; `get_article` returns the article of a number.
    """
    counts = [len(copy.spans) for copy in copies]
    spans = np.array([(s.start, s.of_start, s.words, s.of_words) for copy in copies for s in copy.spans], SPAN)
    edges = Edges(
        np.array([numbers[copy.article_id] for copy in copies], np.int64),
        np.array([numbers[copy.of_article_id] for copy in copies], np.int64),
        np.array([round(copy.share_of_this * UNIT) for copy in copies], np.int64),
        np.array([round(copy.share_of_other * UNIT) for copy in copies], np.int64),
        np.array([KINDS[copy.kind] for copy in copies], np.int8),
        np.zeros((len(copies), 3), np.int64),
        np.append(0, np.cumsum(counts, dtype=np.int64)),
        spans,
    )
    found = {n: Direction(True, copy.direction_confidence, copy.evidence) for n, copy in enumerate(copies)}  # noqa: FBT003
    return edges, Directions(edges, get_article, found)
