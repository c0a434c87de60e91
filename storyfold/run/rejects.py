"""Make the row in `rejects` of an item, the same way in every stage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, NotRequired, TypedDict, Unpack

from storyfold.identity.ids import make_reject_id
from storyfold.outcomes import Reason
from storyfold.schemas.pages import Kind, Reject


class RejectedPage(TypedDict):
    """The columns of a reject that say when it was seen and, as far as the stage knows them, which page it was."""

    seen_date: date
    first_seen_at: datetime
    url: str | None
    title: NotRequired[str | None]
    kind: NotRequired[Kind | None]
    content_sha256: NotRequired[str | None]
    warc_file: NotRequired[str | None]
    warc_offset: NotRequired[int | None]


def make_reject(
    stage: Literal["discover", "fetch", "parse"],
    reason: Reason,
    detail: str,
    *,
    source_id: str,
    location: str,
    offset: int | None,
    repetition: str | None = None,
    **page: Unpack[RejectedPage],
) -> Reject:
    """Make the row of one rejection, with its id and reason slug; it names no run, as only the caller knows that.

    `offset` is where the record starts in an archive of the user's, and None for anything else: it tells pages of one
    `location` apart. So does `content_sha256`, and where no bytes were had `repetition`, for a thing that is rejected
    more than once for one reason in a run.
    """
    content = page.get("content_sha256")
    distinction = repetition if content is None else content
    return Reject(
        reject_id=make_reject_id(stage, source_id, location, offset, reason.value, distinction),
        stage=stage,
        source_id=source_id,
        reason=reason.value,
        detail=detail,
        location=location,
        **page,
    )


@dataclass(frozen=True, slots=True)
class KnownReject:
    """A reject that the lake holds: when it was first seen, and the run that landed it."""

    seen_date: date
    first_seen_at: datetime
    run_id: str


def choose_first_seen(rejects: Iterable[Reject], known: Mapping[str, KnownReject]) -> list[Reject]:
    """Return each reject as first seen, by id; not those that the lake, which has the `known` ones, saw no later.

    One that the lake has keeps the run that landed it: its row takes the place of the lake's.
    """
    first: dict[str, Reject] = {}
    for reject in sorted(rejects, key=lambda r: r.first_seen_at):
        first.setdefault(reject.reject_id, reject)
    return [
        replace(reject, run_id=known[name].run_id) if name in known else reject
        for name, reject in sorted(first.items())
        if name not in known or reject.first_seen_at < known[name].first_seen_at
    ]
