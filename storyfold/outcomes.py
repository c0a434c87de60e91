"""Name what becomes of an item: kept, or rejected with a reason; and the kinds of failure, each a type.

Every item that enters a stage has exactly one counted fate. A *rejected* item is expected (the world is
untidy) and its row survives in `rejects`. A *quarantined* one is our bug or poison input: it is rejected too,
with its bytes kept for replay. A *transient* failure says nothing about the item and is worth another try.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

_ALL_STAGES = ("discover", "fetch", "parse")
_REQUESTING = ("discover", "fetch")  # feeds and sitemaps are requested in discover, pages in fetch


class Reason(StrEnum):
    """The slugs of `rejects.reason`, each with what it means to a reader of the table, and the stages that give it."""

    meaning: str
    stages: tuple[str, ...]

    def __new__(cls, slug: str, meaning: str = "", stages: tuple[str, ...] = _ALL_STAGES) -> Reason:
        member = str.__new__(cls, slug)
        member._value_ = slug
        member.meaning = meaning
        member.stages = stages
        return member

    MISSING_INPUT = "missing-input", "The folder, file or archive that a source names is not there, or matches nothing."
    UNREADABLE_INPUT = "unreadable-input", "The file, archive or list is there but could not be read."
    NOT_A_FEED = (
        "not-a-feed",
        "The feed's address answered with something that is neither RSS nor Atom.",
        ("discover",),
    )
    BAD_URL = "bad-url", "The address is not an http or https address that can be requested.", _REQUESTING
    REPEATED_ITEM = (
        "repeated-item",
        "The source names the same address or file twice; the first one counts.",
        ("discover",),
    )
    PASSED_RECORDS = (
        "passed-records",
        "Records of an archive whose headers show that they are no pages: requests, pictures, scripts, redirects; one "
        "row an archive, the detail counts them.",
        ("discover",),
    )
    CUT_ARCHIVE = "cut-archive", "The archive ends in the middle of a record; the records before it were read."
    HTTP_ERROR = "http-error", "The server answered with an error status; the detail has it.", _REQUESTING
    NO_ANSWER = (
        "no-answer",
        "No complete response came: refused, broken off, or out of time, also on repeating; or the host asked to be "
        "left alone for a while.",
        _REQUESTING,
    )
    REFUSED_ADDRESS = (
        "refused-address",
        "The address leads to a host that must not be contacted, such as a private network.",
        _REQUESTING,
    )
    ROBOTS = "robots-disallowed", "The host's robots.txt asks us not to fetch this address.", _REQUESTING
    ROBOTS_UNREACHABLE = (
        "robots-unreachable",
        "The host's robots.txt could not be read (no response, or a server error), so nothing else was requested.",
        _REQUESTING,
    )
    TOO_LARGE = "too-large", "The page is larger than the limit on one page's bytes."
    NOT_TEXT = "not-text", "The bytes are not HTML or text: a picture, a PDF, an archive, or noise."
    EMPTY_PAGE = "empty-page", "The page has no bytes, or none that are visible text.", ("parse",)
    NESTED_TOO_DEEP = (
        "nested-too-deep",
        "The page nests its elements deeper than any browser would draw them.",
        ("parse",),
    )
    NO_BODY = "no-body", "No article text was found on the page.", ("parse",)
    TOO_SHORT = "too-short", "The text found is too short to be an article.", ("parse",)
    NOT_AN_ARTICLE = (
        "not-an-article",
        "A page of another kind: a list, a home page, a gallery, an error page.",
        ("parse",),
    )
    REPEATED_PAGE = "repeated-page", "The same text at the same canonical address came twice in this night.", ("parse",)
    QUARANTINED = (
        "quarantined",
        "Our own code failed on this page, or took more time or memory than a page may; its bytes are kept for replay.",
        ("parse",),
    )


_NOT_A_HOLE = frozenset({Reason.BAD_URL, Reason.REPEATED_ITEM, Reason.PASSED_RECORDS})
_LOST_BYTES = frozenset({Reason.MISSING_INPUT, Reason.UNREADABLE_INPUT, Reason.CUT_ARCHIVE})


def leaves_hole(stage: str, reason: Reason) -> bool:
    """Return whether a rejection leaves a hole in the run: a source failed, stored bytes are gone, or our code failed.

    Such a run lands, is marked partial, and the command exits with 3.
    """
    if stage == "discover":
        return reason not in _NOT_A_HOLE
    return reason is Reason.QUARANTINED or (stage == "parse" and reason in _LOST_BYTES)


class StoryfoldError(Exception):
    """The root of every error that this project raises on purpose."""


class Rejected(StoryfoldError):
    """This input is bad in a way we expect; it goes to `rejects` and is never retried."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason, detail)  # both in args, so that it survives pickling between processes
        self.reason = reason
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.reason.value}: {self.detail}" if self.detail else self.reason.value


class Transient(StoryfoldError):
    """The world failed, not the input (a time-out, a busy server): worth another try after a pause."""


class WrongUse(StoryfoldError):
    """The person who started the command can mend this: one line that says what is wrong; exit code 2."""


class RunFailed(StoryfoldError):
    """A run that did not land: a required check failed, or the disk did; exit code 1."""


@dataclass(slots=True)
class StageCounts:
    """Counts of the items of a stage, and of what became of them; `in = kept + rejected` is a required check."""

    stage: str
    items_in: int = 0
    kept: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def __add__(self, other: StageCounts) -> StageCounts:
        return StageCounts(
            self.stage,
            self.items_in + other.items_in,
            self.kept + other.kept,
            self.rejected + other.rejected,
            self.seconds + other.seconds,
        )

    @property
    def balanced(self) -> bool:
        """Whether every item that entered has exactly one fate."""
        return self.items_in == self.kept + self.rejected.total()
