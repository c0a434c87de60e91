"""Candidates and refusals: what one feed, sitemap, list, folder or archive of a source gives, in order."""

from __future__ import annotations

from dataclasses import dataclass

from storyfold.outcomes import Reason, Rejected
from storyfold.schemas.pages import DateClaim, Method


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A thing to fetch, before it is known whether the source named it twice."""

    method: Method
    location: str
    name: str
    offset: int | None = None
    title: str | None = None
    date_claims: tuple[DateClaim, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A thing that was found and cannot be fetched, or an input that could not be read."""

    location: str
    reason: Reason
    detail: str = ""
    offset: int | None = None


Outcome = Candidate | Refusal


def make_refusal(location: str, error: Rejected, offset: int | None = None) -> Refusal:
    """Make the refusal for an expected failure."""
    return Refusal(location=location, reason=error.reason, detail=error.detail, offset=offset)


def make_printable(text: str) -> str:
    """Return a file name that every table can hold: bytes that are not UTF-8 are written out."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
