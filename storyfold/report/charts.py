"""Draw the small inline charts of the page: geometry only, colours are the style sheet's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from storyfold.report.formatting import format_moment

WIDTH = 100  # charts are drawn in per cent of the width that the page gives them
MARGIN = 2  # so that the first and the last dot are not cut
NEAR = 3.5  # articles nearer to each other than a dot is wide share one, which says how many they are
# Steps of the axis: round parts of an hour, a day, a week, a year.
STEPS = tuple(timedelta(minutes=m) for m in (1, 5, 15, 30, 60, 180, 360, 720)) + tuple(
    timedelta(days=d) for d in (1, 2, 7, 14, 30, 91, 182, 365)
)
TICKS = 5  # at most: what the width of a telephone has room for
DAY = timedelta(days=1)


class TimedArticle(Protocol):
    """What a timeline shows of an article: its time, how far that is believed, and whether the text is its own."""

    @property
    def published_at(self) -> datetime | None: ...
    @property
    def date_confidence(self) -> str: ...
    @property
    def role(self) -> str: ...


class Timed(Protocol):
    """A story, as far as a timeline shows it."""

    @property
    def members(self) -> Sequence[TimedArticle]: ...


@dataclass(frozen=True, slots=True)
class Piece:
    """Hold one piece of a bar, in units of WIDTH."""

    name: str
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class Dot:
    """Hold articles of one time on a story's line, `x` in units of WIDTH; `copied` if they have others' text."""

    x: float
    copied: bool
    articles: int = 1


@dataclass(frozen=True, slots=True)
class Tick:
    """Hold one mark of the axis with its words; `side` is where the words go from it: start, middle or end."""

    x: float
    words: str
    side: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Hold a story's surely dated articles, first to last: own texts above, others' below, an axis in UTC."""

    start: datetime
    end: datetime
    dots: tuple[Dot, ...]
    ticks: tuple[Tick, ...]

    @property
    def has_copies(self) -> bool:
        """Say whether there is anything to draw below."""
        return any(dot.copied for dot in self.dots)


def draw_bar(parts: Sequence[tuple[str, int]]) -> tuple[Piece, ...]:
    """Return the pieces of a bar whose lengths are proportional to the numbers; none where all are 0."""
    total = sum(count for _, count in parts)
    pieces, start = [], 0.0
    for name, count in parts:
        width = WIDTH * count / total if total else 0.0
        if width:
            pieces.append(Piece(name, round(start, 2), round(width, 2)))
        start += width
    return tuple(pieces)


def draw_timeline(story: Timed) -> Timeline | None:
    """Return where the story's shown articles lie in time; None for fewer than two that are surely dated."""
    dated = [(m.published_at, m) for m in story.members if m.published_at and _is_sure(m)]
    if len(dated) < 2:
        return None
    start, end = min(when for when, _ in dated), max(when for when, _ in dated)
    dots: list[Dot] = []
    for copied in (False, True):
        positions = sorted(_find_position(when, start, end) for when, m in dated if (m.role != "original") == copied)
        dots += _merge_close_dots(positions, copied=copied)
    return Timeline(start, end, tuple(dots), draw_axis(start, end))


def _merge_close_dots(positions: Sequence[float], *, copied: bool) -> list[Dot]:
    """Return a dot for each position, those that would cover each other as one, where the first of them is."""
    dots: list[Dot] = []
    for position in positions:
        if dots and position - dots[-1].x < NEAR:
            dots[-1] = Dot(dots[-1].x, copied, dots[-1].articles + 1)
        else:
            dots.append(Dot(position, copied))
    return dots


def _find_position(when: datetime, start: datetime, end: datetime) -> float:
    """Return the position of an instant; the middle where all are one."""
    if start == end:
        return WIDTH / 2
    return round(MARGIN + (WIDTH - 2 * MARGIN) * (when - start) / (end - start), 2)


def draw_axis(start: datetime, end: datetime) -> tuple[Tick, ...]:
    """Return at most five marks at round times in UTC; the first names its day, and so does each that begins one."""
    if start == end:
        return (Tick(WIDTH / 2, format_moment(start), "middle"),)
    step = next((s for s in STEPS if (end - start) / s <= TICKS - 1), STEPS[-1] * (1 + (end - start) // STEPS[-1]))
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    when = midnight + step * -(-(start - midnight) // step)
    ticks: list[Tick] = []
    while when <= end:
        ticks.append(_make_tick(when, start, end, named=not ticks, step=step))
        when += step
    return tuple(ticks) or (Tick(MARGIN, format_moment(start), "start"), Tick(WIDTH - MARGIN, f"{end:%H:%M}", "end"))


def _make_tick(when: datetime, start: datetime, end: datetime, *, named: bool, step: timedelta) -> Tick:
    x = _find_position(when, start, end)
    day = f"{when.day} {when:%b}" + (f" {when.year}" if named and step >= DAY else "")
    hour = f"{when:%H:%M}"
    begins_day = step >= DAY or (when.hour, when.minute) == (0, 0)
    words = day if begins_day else f"{day}, {hour}" if named else hour
    return Tick(x, words, "start" if x < WIDTH / 8 else "end" if x > WIDTH * 7 / 8 else "middle")


def _is_sure(member: TimedArticle) -> bool:
    return member.date_confidence in ("high", "medium")
