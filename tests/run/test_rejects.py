"""Reject rows: one maker for every stage, whose ids stay what they were."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from storyfold.identity.ids import make_reject_id
from storyfold.outcomes import Reason
from storyfold.run.rejects import KnownReject, choose_first_seen, make_reject
from storyfold.schemas import Reject

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)


def reject(content_sha256: str | None = None, repetition: str | None = None, offset: int | None = None) -> Reject:
    return make_reject(
        "fetch",
        Reason.TOO_LARGE,
        "over the limit",
        source_id="paper",
        location="https://paper.example/1",
        offset=offset,
        seen_date=NOW.date(),
        first_seen_at=NOW,
        url=None,
        content_sha256=content_sha256,
        repetition=repetition,
    )


def test_an_id_is_the_hash_that_lakes_already_hold() -> None:
    # Computed with the program of November 2026: a row that a lake holds must not land again under another id.
    assert reject().reject_id == "e7b86de166e47a31557f8297f7b683db"


@pytest.mark.parametrize(
    ("row", "content"),
    [(reject(), None), (reject(repetition="2"), "2"), (reject(content_sha256="ab"), "ab")],
)
def test_bytes_or_else_the_repetition_tell_rejects_of_one_location_apart(row: Reject, content: str | None) -> None:
    where = ("paper", "https://paper.example/1", None)
    assert row.reject_id == make_reject_id("fetch", *where, "too-large", content)


def test_bytes_count_before_the_repetition() -> None:
    assert reject(content_sha256="ab", repetition="2") == reject(content_sha256="ab")


def test_records_of_one_archive_have_rows_of_their_own() -> None:
    first, second = reject(offset=0), reject(offset=512)
    assert first.reject_id != second.reject_id
    assert replace(second, reject_id=first.reject_id) == first


def test_the_row_says_why_and_when() -> None:
    row = reject()
    assert (row.reason, row.detail, row.stage) == ("too-large", "over the limit", "fetch")
    assert (row.seen_date, row.first_seen_at, row.run_id) == (date(2026, 11, 20), NOW, "")


def test_a_reject_counts_when_it_was_first_seen_whichever_run_brought_it():
    again, early = reject("a"), replace(reject("a"), first_seen_at=NOW - timedelta(days=2))
    assert choose_first_seen([again, early], {}) == [early]
    stored = KnownReject(NOW.date(), NOW, "first-run")
    assert choose_first_seen([again], {again.reject_id: stored}) == []
    assert choose_first_seen([early, again], {again.reject_id: stored}) == [replace(early, run_id="first-run")]
