"""Read the pins of a lake for people: who said what of which two articles, when and why."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb

from storyfold.report.formatting import format_moment, make_plain
from storyfold.report.views import read_sql


@dataclass(frozen=True, slots=True, kw_only=True)
class PinLine:
    """Hold one pin with what its two articles are called now; no title and no story where the lake has one no more."""

    pin_id: str
    level: str
    verdict: str
    note: str
    pinned_by: str
    pinned_at: datetime
    unpinned_by: str | None = None
    unpinned_at: datetime | None = None
    article_id: str
    title: str | None
    outlet: str | None
    story_id: str | None
    of_article_id: str
    of_title: str | None
    of_outlet: str | None
    of_story_id: str | None

    @property
    def says(self) -> str:
        """What it says, in words."""
        return {
            ("same", "story"): "one story",
            ("same", "family"): "one text",
            ("different", "story"): "different stories",
            ("different", "family"): "different texts",
        }[self.verdict, self.level]


def read_pin_lines(connection: duckdb.DuckDBPyConnection, *, every: bool) -> list[PinLine]:
    """Read the pins in force, or those that were removed, too."""
    rows = connection.execute(read_sql("lake/pins"), {"every": every}).to_arrow_table().to_pylist()
    return [PinLine(**{key: _convert_to_utc(value) for key, value in row.items()}) for row in rows]


def _convert_to_utc(value: Any) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def read_pins_of(connection: duckdb.DuckDBPyConnection, story_ids: Collection[str]) -> list[PinLine]:
    """Read the pins in force of which an article is in one of these stories: why these are as they are."""
    return [pin for pin in read_pin_lines(connection, every=False) if {pin.story_id, pin.of_story_id} & {*story_ids}]


def describe_pin(pin: PinLine) -> str:
    """Describe a pin in force in a line: what it says of which two articles, who said so, when and why."""
    one, other = (
        f"{make_plain(title, 80) or 'without a title'} ({make_plain(outlet, 40) or name[:16]})"
        for name, title, outlet in (
            (pin.article_id, pin.title, pin.outlet),
            (pin.of_article_id, pin.of_title, pin.of_outlet),
        )
    )
    note = f": {make_plain(pin.note, 300)}" if pin.note else ""
    who = f"says {make_plain(pin.pinned_by, 60)}, {format_moment(pin.pinned_at)}"
    return f"pinned as {pin.says}, {who} (pin {pin.pin_id[:12]}): {one} | {other}{note}"


def describe_verdict(pins: Iterable[PinLine], two: Collection[str]) -> str | None:
    """Describe what a pin in force says of just these two articles; None where none does."""
    own = [pin for pin in pins if {pin.article_id, pin.of_article_id} == {*two}]
    told = [f"pinned as {p.says} by {make_plain(p.pinned_by, 60)}, {format_moment(p.pinned_at)}" for p in own]
    return " and ".join(told) or None


def render_pin_lines(pins: Iterable[PinLine]) -> list[str]:
    """Return lines of plain text: of each pin what it says, its two articles, and its note."""
    lines = []
    for pin in pins:
        told = f"pin {pin.pin_id[:12]}: {pin.says}, says {make_plain(pin.pinned_by)}, {format_moment(pin.pinned_at)}"
        if pin.unpinned_at:
            told += f"; removed by {make_plain(pin.unpinned_by)}, {format_moment(pin.unpinned_at)}"
        lines.append(told)
        for name, title, outlet in (
            (pin.article_id, pin.title, pin.outlet),
            (pin.of_article_id, pin.of_title, pin.of_outlet),
        ):
            named = make_plain(title) or "without a title"
            lines.append(f"  {name[:16]} {named} ({make_plain(outlet) or 'no outlet'})")
        if pin.note:
            lines.append(f"  because: {make_plain(pin.note)}")
    return lines
