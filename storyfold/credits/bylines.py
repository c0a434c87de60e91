"""Read bylines: the names credited, each as person, agency or staff; and find the news agency that a text is from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from storyfold.credits.agencies import find_agency_code, is_agency_name, looks_like_agency
from storyfold.credits.byline_vocabulary import DESKS, STAFF
from storyfold.credits.names import find_names
from storyfold.schemas.pages import Byline
from storyfold.text.normalize import fold_accents

CREDIT_READ = 500  # characters of one credit text: six authors with their roles have about 300
CREDITS_READ = 50  # credits of one page; 142 real pages have up to 5, a large investigation some dozens
HEAD_LINES, TAIL_LINES = 3, 8  # a dateline stands in the first paragraph; credits in the last lines
CREDIT_LINE = 150  # characters of a line that names nothing but an agency, with a year and "all rights reserved"
TAIL_LINE = 400  # characters: "Reporting by …; writing by …; editing by …" with ten names has about 300

_DOMAIN = re.compile(
    r"^[\w-]{1,60}\.(?:de|com|net|org|co\.uk|at|ch|fr|it|es|nl|be|dk|se|no|pl|ru|jp|in|za|info)$", re.I
)


def read_credit(
    credits: Sequence[str],  # noqa: A002
    *,
    outlet: str | None = None,
    host: str | None = None,
) -> tuple[tuple[str, ...], tuple[Byline, ...]]:
    """Read the credited names as printed, each once, and the same names with their kind, in the order of the page.

    Roles, places, dates, addresses of mail and web, and handles are no names. A name of the outlet itself counts
    as its desk (`staff`), and so does that of its `host`. Never raises; reads at most 50 credits of 500 characters.
    """
    bylines: dict[str, Byline] = {}
    for credit in credits[:CREDITS_READ]:
        for name in find_names(credit[:CREDIT_READ]):
            bylines.setdefault(fold_accents(name), Byline(name=name, kind=_classify_name(name, outlet, host)))
    return tuple(b.name for b in bylines.values()), tuple(bylines.values())


def _classify_name(name: str, outlet: str | None, host: str | None) -> Literal["person", "agency", "staff"]:
    words = [fold_accents(w.strip(".:")) for w in name.replace("-", " ").split()]
    if find_agency_code(name):
        return "agency"
    own = fold_accents(outlet or "").removeprefix("the ").strip()
    if any(word in STAFF for word in words) or words[-1] in DESKS or _DOMAIN.match(name):
        return "staff"
    labels = (host or "").split(".")[:-1]
    if (own and own in fold_accents(name)) or "".join(words) in labels:
        return "staff"
    return "agency" if looks_like_agency(name) else "person"


# ---------------------------------------------------------------- the agency a text is from

_PLACE = r"[^\W\d_][\w.'’ -]{1,40}(?:,[ ][^\W\d_][\w.'’ -]{1,30})?"
_DATE = r"(?:,?[ ](?:[^\W\d_]{3,12}\.?[ ]\d{1,2}|\d{1,2}\.?[ ][^\W\d_]{3,12})\.?(?:,?[ ]\d{4})?)?"
_DASH = r"\s?(?:[-–—―:]{1,3}|\.|$)"
_DATELINE = re.compile(
    rf"(?P<place>{_PLACE}?){_DATE}(?:\s?\[[^\]]{{1,30}}\])?{_DATE}[,.:]?\s?[(/](?P<agency>[^()/]{{2,40}}(?:/[^()/]{{1,20}})?)[)/]{_DASH}"
)
_AGENCY_FIRST = re.compile(r"\((?P<agency>[^()]{2,40})\)\s?[-–—:]")
_PLAIN_DATELINE = re.compile(
    rf"(?P<place>[A-ZÀ-Þ][A-ZÀ-Þ.'’ -]{{2,30}}(?:,[ ][\w.]{{2,20}})?){_DATE}\s?[-–—―]{{1,2}}\s"
)
_PHRASES = re.compile(r"©|\(c\)|copyright|source|quelle|fuente|fonte|bron|agency|agentur|agencia", re.IGNORECASE)
_SOURCE = re.compile(r"\(?(?:source|quelle|fuente|fonte|bron)\s?:\s*([^\W\d_][^()\n:;]{2,60}?)[.)]?", re.IGNORECASE)
_REPORTING = re.compile(
    r"\(?(?:additional )?(?:reporting|writing) by .{2,300}?\b(?:editing|edited) by\b", re.IGNORECASE
)
_DPA_NUMBER = re.compile(r"\bdpa:\d{6}-\d{2}-\d{3,7}")
_YEARS = re.compile(r"\b(?:19|20)\d\d\b")


def find_agency(credits: Sequence[str], body: str) -> str | None:  # noqa: A002
    """Find the agency's short code, in the credits, the dateline at the head, or credit lines at the tail of the body.

    What the running text says ("told the AP") and credits of pictures do not count. An agency that is not listed is
    known by the form of its name, or by being credited and in the dateline too; its name then stands for its code.
    """
    named = [name for credit in credits[:CREDITS_READ] for name in find_names(credit[:CREDIT_READ])]
    listed = next((code for name in named if (code := find_agency_code(name))), None)
    return listed or _find_agency_in_body(body) or _find_unlisted_agency(named, body)


def add_agency(bylines: Sequence[Byline], agency: str | None) -> tuple[Byline, ...]:
    """Return the bylines, those that name the page's agency as an agency's."""
    return tuple(
        replace(b, kind="agency") if agency and fold_accents(b.name) == fold_accents(agency) else b for b in bylines
    )


def _find_unlisted_agency(named: Sequence[str], body: str) -> str | None:
    """Find an agency that is not listed: by the form of its name, or as a name that is credited in the dateline too."""
    lines = [line[:200] for line in _list_lines(body[:4000])[:HEAD_LINES] if "(" in line[:200] or "/" in line[:200]]
    heads = [match["agency"] for line in lines if (match := _DATELINE.match(line))]
    sources = [m[1] for line in _list_lines(body[-4000:])[-TAIL_LINES:] if (m := _SOURCE.fullmatch(line[:TAIL_LINE]))]
    credited = {fold_accents(name) for name in (*named, *sources)}
    for name in map(str.strip, heads):
        if fold_accents(name) in credited or looks_like_agency(name):
            return name
    return next((name for name in (*named, *sources) if looks_like_agency(name)), None)


def _find_agency_in_body(body: str) -> str | None:
    for line in _list_lines(body[:4000])[:HEAD_LINES]:
        if code := _find_agency_in_dateline(line):
            return code
    tail = [line for line in _list_lines(body[-4000:])[-TAIL_LINES:] if len(line) <= TAIL_LINE]
    return next((code for line in reversed(tail) if (code := _find_agency_in_tail(line))), None)


def find_dateline(body: str) -> str | None:
    """Find the place in the dateline at the head of the body, as printed: "BEIJING" from "BEIJING (AP) —"."""
    for line in _list_lines(body[:4000])[:HEAD_LINES]:
        match = _DATELINE.match(line[:200])
        if match and _looks_like_place(match["place"]) and _find_first_agency(match["agency"]):
            return match["place"].strip(" ,.-") or None
        match = _PLAIN_DATELINE.match(line[:200])
        if match and not is_agency_name(match["place"]):
            return match["place"].strip(" ,.-") or None
    return None


def _list_lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _find_agency_in_dateline(line: str) -> str | None:
    if "(" not in line[:200] and "/" not in line[:200]:
        return None
    match = _DATELINE.match(line[:200])
    if match and not _looks_like_place(match["place"]):
        return None
    match = match or _AGENCY_FIRST.match(line[:200])
    return _find_first_agency(match["agency"]) if match else None


def _looks_like_place(words: str) -> bool:
    """Say whether each word has a capital, but for short ones between ("Frankfurt am Main", "RIO DE JANEIRO")."""
    parts = words.replace(",", " ").split()
    return bool(parts) and all(not p[0].islower() or len(p) <= 3 for p in parts) and not parts[0][0].islower()


def _find_first_agency(words: str) -> str | None:
    """Find the first agency of "AFP/dpa" and "dpa/bb"; None unless the first part is one."""
    return find_agency_code(words) or find_agency_code(re.split(r"[/,]", words)[0])


def _find_agency_in_tail(line: str) -> str | None:
    if _REPORTING.match(line):
        return "Reuters"  # the form of Reuters' sign-off (Reuters Handbook of Journalism, "Sign-offs")
    if _DPA_NUMBER.search(line):
        return "dpa"
    first = line.split(". ", maxsplit=1)[0]
    if len(first) > CREDIT_LINE:
        return None
    credit = _PHRASES.sub(" ", _YEARS.sub(" ", first))
    whole = credit.strip(" .,:;-–—()[]/")
    is_credit = credit != line or len(whole.split()) <= 3
    return _find_first_agency(whole) if is_credit else None
