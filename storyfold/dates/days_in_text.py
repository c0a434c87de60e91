"""Find the days that a text reports as past, as evidence of when it was written.

A text names days of all kinds: those on which something had happened, and those it announces, which may have passed by
the time that it is read. Only the first are evidence. So a day counts where its clause reports something that happened
on it; other days do not count, however long ago they are today.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

from storyfold.dates.days import FIRST_YEAR, LAST_YEAR, NamedDay, find_named_days
from storyfold.dates.future_plans import PLANNED
from storyfold.dates.past_tense import CHANGED, DAY, ENGLISH, LANGUAGES, RELATIVE, SINCE, PastWords
from storyfold.schemas.pages import DateClaim

TEXT_READ = 100_000  # characters of a text that are searched for dates: the longest of 323 real bodies has 53,372
YEARS_READ = 200  # years of a text looked at
DAYS_READ = 500  # full dates of a text whose clauses are read: a chronicle of a year has under 400
AROUND_YEAR = 24  # characters of a full date before or after its year: "on the 25th of September," has 22
CLAUSE = 120  # characters of a clause that are read on either side of a day; a longer one seldom governs it
LEAD = 40  # of them directly before the day, where a preposition and a weekday may stand
YEAR = re.compile(r"(?<![\d$€£])(?:19|20)\d\d(?![\d%]|,\d)")
# The ends of a clause. A full stop after a short word in capitals is an abbreviation's ("Sgt. Lee died").
_BREAK = re.compile(r"(?<!\b[A-Z])(?<!\b[A-Z][a-z])(?<!\b[A-Z][a-z]{2})[.](?=\s)|[!?;:]\s|[\n()“”„«»\"|]|\s[–—-]\s")
_OPENING = re.compile(r"(?:\W|(?:and|but|then|und|aber|et|mais|y|pero|e|ma|mas|en|maar)\s){0,3}", re.IGNORECASE)


def find_later_day(text: str, not_after: datetime, claims: Sequence[DateClaim]) -> datetime | None:
    """Find the latest full date that the text reports as past, if some claim is older.

    Only years from the oldest claim's count. None where the text says that it was changed later than that claim: then
    what it reports may belong to the change.
    """
    first = min(c.value for c in claims if c.value).date()
    spans = [
        (named.day, begins, ends) for named, begins, ends in _iterate_days_since(text, first) if named.swapped is None
    ]
    latest = _find_latest([day for day, begins, ends in spans if is_reported_past(text, begins, ends)], not_after)
    return None if latest and any(day > first and _is_of_change(text, begins) for day, begins, _ in spans) else latest


def _iterate_days_since(text: str, first: date) -> Iterator[tuple[NamedDay, int, int]]:
    for match in list(YEAR.finditer(text[:TEXT_READ]))[:YEARS_READ]:
        if int(match[0]) >= first.year:
            start = max(0, match.start() - AROUND_YEAR)
            for named in find_named_days(text[start : match.end() + AROUND_YEAR]):
                yield named, start + named.start, start + named.end


def _is_of_change(text: str, start: int) -> bool:
    return bool(CHANGED.search(text[max(0, start - CLAUSE) : start]))


def find_latest_past_day(text: str, not_after: datetime) -> datetime | None:
    """Find the start of the latest date that the text reports as past, none after `not_after`; None if it has none.

    A year alone counts from its first of January.
    """
    text = text[:TEXT_READ]
    return _find_latest(list(_iterate_past_days(text)), not_after)


def _iterate_past_days(text: str) -> Iterator[date]:
    full = find_named_days(text)
    for named in full[:DAYS_READ]:
        if is_reported_past(text, named.start, named.end):
            yield min(named.day, named.swapped or named.day)
    inside = [(n.start, n.end) for n in full]
    for match in list(YEAR.finditer(text))[:YEARS_READ]:
        alone = not any(start <= match.start() < end for start, end in inside)
        if alone and is_reported_past(text, match.start(), match.end(), year=True):
            yield date(int(match[0]), 1, 1)


def _find_latest(days: Sequence[date], not_after: datetime) -> datetime | None:
    instants = [datetime(d.year, d.month, d.day, tzinfo=UTC) for d in days if FIRST_YEAR <= d.year <= LAST_YEAR]
    return max((i for i in instants if i <= not_after), default=None)


def is_reported_past(text: str, start: int, end: int, *, year: bool = False) -> bool:
    """Say whether the clause around a day (or a `year` alone) reports something that had happened on it."""
    before = _BREAK.split(text[max(0, start - CLAUSE) : start])[-1]
    after = _BREAK.split(text[end : end + CLAUSE], maxsplit=1)[0]
    is_past = _is_past(before, after, year=year) or (not year and _is_past_in_agency_style(text[start:end], before))
    return is_past and not _is_of_change(text, start)


def _is_past(before: str, after: str, *, year: bool) -> bool:
    begins = max(0, len(before) - LEAD)
    if SINCE.search(before, begins):
        return not PLANNED.search(before)
    for words in LANGUAGES:
        lead = (words.in_year if year else words.on).search(before, begins)
        if lead and _reports_past(words, before[: lead.start()], after):
            return True
        noun = None if year else words.of.search(before, begins)
        if noun and _has_event(words, before[: noun.start()]):
            return True
    return False


def _is_past_in_agency_style(day: str, before: str) -> bool:
    """Say whether it is reported as agencies write, without a word before the day: "began Feb. 24, 2022"."""
    found = ENGLISH.past.search(f"{before.rstrip()}{DAY}") if day[0].isalpha() else None
    if found is None or PLANNED.search(before):
        return False
    near = found["gap"].split()
    is_direct = not near or (near[-1][0].isupper() and not ENGLISH.reports.search(found["verb"]))
    return is_direct and not ENGLISH.not_past.search(before[: found.start()])


def _reports_past(words: PastWords, before: str, after: str) -> bool:
    """Say whether the words before the day, or after one that begins its clause, report something past."""
    own, last = after.split(",", maxsplit=1)[0], before.rsplit(",", maxsplit=1)[-1]
    if _OPENING.fullmatch(last):
        return _reports_past_after(words, after)
    if PLANNED.search(own):
        return False
    if _has_event(words, last):
        return True
    found = words.past.search(f"{last.rstrip()}{DAY}{own}")
    if found is None or (found["gap"] and words.reports.search(found["verb"])):
        return False
    return not words.not_past.search(last[: found.start()])


def _reports_past_after(words: PastWords, after: str) -> bool:
    """Say whether the clause that a day begins reports something past: "On 5 May 2024, the council met"."""
    found = words.after.match(after)
    if found is None or RELATIVE.search(found["lead"]):
        return False
    if words.reports.search(found["verb"]) and not after[found.end() :].startswith(" "):  # "…, the board said, …"
        return False
    clause = found["lead"] + after[found.start("verb") :].split(",", maxsplit=1)[0]
    return not (PLANNED.search(clause) or words.not_past.search(found["lead"]))


def _has_event(words: PastWords, before: str) -> bool:
    """Say whether a noun of what nobody announces stands before the day: "the invasion of Ukraine on"."""
    return bool(words.event.search(f"{before.rstrip()}{DAY}")) and not PLANNED.search(before)
