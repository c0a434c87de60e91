"""Put in words what became of each date claim of a page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from storyfold.dates.weigh import WEIGHTS, Weighing, explain_impossible
from storyfold.parse.explain.explanation import ExplainedClaim
from storyfold.schemas.pages import DateClaim


def explain_claims(
    claims: Sequence[DateClaim], weighing: Weighing | None, seen_at: datetime
) -> tuple[ExplainedClaim, ...]:
    """Return every claim with its weight against other days, and what weighing decided of it."""
    return tuple(
        ExplainedClaim(
            where=claim.where,
            words=claim.words,
            value=_show_value(claim, weighing),
            weight=WEIGHTS.get(claim.where, 0.0) if claim.value else 0.0,
            fate=_explain_fate(claim, weighing, seen_at),
        )
        for claim in claims
    )


def _show_value(claim: DateClaim, weighing: Weighing | None) -> str:
    """Return the instant that was weighed: a local time that was labelled as UTC is read with its own offset."""
    read = (weighing.read_as.get(claim) if weighing else None) or claim
    return read.value.isoformat() if read.value else ""


def _explain_fate(claim: DateClaim, weighing: Weighing | None, seen_at: datetime) -> str:
    if claim.value is None:
        return "cannot be read as a date"
    read = weighing.read_as.get(claim) if weighing else None
    if why := explain_impossible(read or claim, seen_at):
        return f"not believed: {why}"
    if claim.where.startswith("modified"):
        return "when the page was changed, not when it was published"
    if claim.where not in WEIGHTS:
        return "not weighed: dates from there say nothing of publication"
    if weighing is None or read is None:
        return "not weighed: the page has many others like it"
    return _explain_weighed(read, weighing)


def _explain_weighed(read: DateClaim, weighing: Weighing) -> str:
    if read not in weighing.believed:
        later = f": the text names {weighing.later_day.date()} as past" if weighing.later_day else ""
        return f"not believed{later}"
    if read not in weighing.group:
        return "names another day, which has less weight"
    return "gives the time" if weighing.best and read.value == weighing.best.value else "agrees"
