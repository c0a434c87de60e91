"""Small inline pictures for the page: geometry only, colours are the style sheet's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from storyfold.report.summary import StoryArticle, StoryLine

WIDTH = 100  # pictures are drawn in per cent of the width that the page gives them


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a bar, in units of WIDTH."""

    name: str
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class Dot:
    """One article on a story's line of time, in units of WIDTH."""

    x: float
    role: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """A story's surely dated articles from the first to the last."""

    start: datetime
    end: datetime
    dots: tuple[Dot, ...]


def bar(parts: Sequence[tuple[str, int]]) -> tuple[Piece, ...]:
    """The pieces of a bar whose lengths go with the numbers; none where all are 0."""
    total = sum(count for _, count in parts)
    pieces, start = [], 0.0
    for name, count in parts:
        width = WIDTH * count / total if total else 0.0
        if width:
            pieces.append(Piece(name, round(start, 2), round(width, 2)))
        start += width
    return tuple(pieces)


def timeline(story: StoryLine) -> Timeline | None:
    """Where the story's shown articles lie in time; None for fewer than two that are surely dated."""
    dated = [(m.published_at, m) for m in story.members if m.published_at and _is_sure(m)]
    if len(dated) < 2:
        return None
    start, end = min(when for when, _ in dated), max(when for when, _ in dated)
    seconds = (end - start).total_seconds() or 1.0
    margin = 1  # so that the first and the last dot are not cut
    dots = [
        Dot(round(margin + (WIDTH - 2 * margin) * (when - start).total_seconds() / seconds, 2), m.role)
        for when, m in dated
    ]
    return Timeline(start, end, tuple(dots))


def _is_sure(member: StoryArticle) -> bool:
    return member.date_confidence in ("high", "medium")
