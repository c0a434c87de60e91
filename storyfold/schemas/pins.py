"""Declare the table of pins: what an analyst says of two articles, whatever their texts say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from storyfold.schemas.columns import declare_table

Level = Literal["family", "story"]
Verdict = Literal["same", "different"]


@declare_table(
    "pins",
    "a correction by an analyst: two articles that are, or are not, of one family or story",
    key=("pin_id", "pinned_at"),
    partition="pinned_date",
)
@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    pin_id: Annotated[str, "A hash of the two articles and `level`: the same whenever this pair is pinned again."]
    article_id: Annotated[str, "The one of the two articles with the smaller id."]
    of_article_id: Annotated[str, "The other."]
    level: Annotated[
        Level, "What the two are said to share or not: one text that was copied (`family`), or one event (`story`)."
    ]
    verdict: Annotated[
        Verdict,
        "`same` joins their whole groups, and as family their stories, too; `different` keeps the two apart, and as "
        "story in different families, too.",
    ]
    note: Annotated[str, "Why, in the analyst's words; empty where nothing was said."] = ""
    pinned_by: Annotated[str, "Who set it: the name of the user of the system, or what `--by` gave."]
    pinned_at: Annotated[datetime, "When it was set."]
    pinned_date: Annotated[date, "The UTC day of that; the partition."]
    run_id: Annotated[str, "The run of its own in which it took effect."]
    unpinned_by: Annotated[str | None, "Who removed it; null while it is in force."] = None
    unpinned_at: Annotated[
        datetime | None, "When it was removed; null while it is in force. `current_pins` has those in force."
    ] = None
