"""Find the numbers in a text, each with its unit or with what it counts: a bare number says nothing, nor a date."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from storyfold.schemas.text_names import TextNumber
from storyfold.text.counted_nouns import BLANKS, COUNTED_WORDS, OF, WORD, is_ideograph, read_counted
from storyfold.text.names import READ_CHARACTERS, find_lead_end
from storyfold.text.number_words import NumberWords, get_number_words

MOST_NUMBERS = 20  # of a text that are kept: of 383 pages of news one in a hundred has more
FOUND_NUMBERS = 1_000  # of one text that are looked at; a table of results can have more
DIGITS = 15  # of a number: what a float holds exactly
_YEARS = range(1800, 2101)

_DIGIT = "0-9٠-٩۰-۹०-९０-９"
_NUMBER = re.compile(
    rf"(?:[{_DIGIT}]{{1,2}}(?:,[{_DIGIT}]{{2}})+,[{_DIGIT}]{{3}}(?![{_DIGIT}])"  # lakhs: "12,34,567"
    rf"|[{_DIGIT}](?:[{_DIGIT}]{{0,2}}(?:[.,'’ \u00a0\u202f][{_DIGIT}]{{3}}(?![{_DIGIT}]))+|[{_DIGIT}]{{0,30}}))"
    rf"(?:[.,][{_DIGIT}]{{1,9}})?"
)
_CLOCK = re.compile(r"[012]?[0-9][.][0-5][0-9]")
_JOINED_BEFORE = frozenset("/:-–#@_.,+")
_CURRENCIES = "$€£¥₽₹₩"
_MINUS = frozenset("-−–")
_DOTTED = frozenset("mio mln mn mrd млн млрд тыс".split())  # multipliers that have a full stop within a sentence


class _Read(NamedTuple):
    """A number at one place of a text, and where it begins."""

    written: str
    value: float | None
    unit: str | None
    counted: str | None
    at: int


@dataclass(slots=True)
class _Found:
    """What a text has of one number, over its places."""

    read: _Read
    times: int = 0
    in_title: bool = False
    in_lead: bool = False


def find_numbers(title: str | None, body: str, language: str | None) -> list[TextNumber]:
    """Find the numbers of a text, those in the title first, then the most frequent; never raises.

    `language` is an ISO 639-1 code: where it is not known, `1.234` has no value.
    """
    title, body = (title or "")[:READ_CHARACTERS], body[:READ_CHARACTERS]
    lead = find_lead_end(body)
    found: dict[tuple[object, ...], _Found] = {}
    for text, is_title in ((title, True), (body, False)):
        for read in _read_numbers(text, language):
            key = (read.written if read.value is None else read.value, read.unit, (read.counted or "").lower())
            held = found.setdefault(key, _Found(read))
            held.times += 1
            held.in_title = held.in_title or is_title
            held.in_lead = held.in_lead or is_title or read.at < lead
    ordered = sorted(found.values(), key=lambda held: (not held.in_title, -held.times))[:MOST_NUMBERS]
    return [
        TextNumber(
            written=held.read.written,
            value=held.read.value,
            unit=held.read.unit,
            counted=held.read.counted,
            times=held.times,
            in_title=held.in_title,
            in_lead=held.in_lead,
        )
        for held in ordered
    ]


def _read_numbers(text: str, language: str | None) -> Iterator[_Read]:
    """Read the numbers of a text that have a unit or count something."""
    words = get_number_words(language)
    for number, match in enumerate(_NUMBER.finditer(text)):
        if number == FOUND_NUMBERS:
            return
        read = _read_number(text, match, words, language)
        if read is not None and (read.unit or read.counted):
            yield read


def _read_number(text: str, match: re.Match[str], words: NumberWords, language: str | None) -> _Read | None:
    start, end = match.span()
    digits = _cut_groups(match.group(), language)
    end = start + len(digits)
    if sum(map(str.isdecimal, digits)) > DIGITS or _is_joined(text, start):
        return None
    begin, unit = _read_unit_before(text, start, words)
    if begin == start and (_is_time(text, start, words.times_before) or _is_clock(text, start, digits)):
        return None
    value, after = read_value(digits, has_decimal_comma=words.has_decimal_comma), end
    factor, after = _read_multiplier(text, end, words, has_currency=unit is not None)
    if unit is None:
        unit, after = _read_unit(text, after, words)
    if after == end and text[end : end + 1].isalpha() and not is_ideograph(text[end]):
        return None  # "3rd", "5G"
    if after == end and text[end : end + 1] in ("-", "–", ":", "/") and text[end + 1 : end + 2].isalnum():
        return None  # "20-year", "3-2", "10:30"
    is_bare = unit is None and factor == 1 and digits.isdecimal()
    counted = None if unit else read_counted(text, after, words, language, has_factor=factor != 1)
    if is_bare and (_says_time(text, after, words) or (len(digits) == 4 and int(digits) in _YEARS)):
        return None
    whole = None if value is None else round(value * factor, 6)
    if unit and _is_negative(text, begin):
        begin, whole = begin - 1, None if whole is None else -whole
    return _Read(text[begin:after].strip(), whole, unit, counted, begin)


def read_value(digits: str, *, has_decimal_comma: bool | None) -> float | None:
    """Read a number with its separators; None where they can be read in two ways and the language is not known."""
    plain = "".join(c for c in digits if c not in f"'’{BLANKS}")
    marks = [c for c in plain if c in ".,"]
    if marks:
        last = marks[-1]
        is_group = len(plain) - plain.rfind(last) == 4 and plain.find(last) <= 3 and plain[0] not in "0٠۰०０"
        if len(set(marks)) == 1 and is_group:
            if len(marks) == 1 and has_decimal_comma is None:
                return None
            decimal = "," if has_decimal_comma else "."
            if len(marks) > 1 or last != decimal:
                plain = plain.replace(last, "")
        elif len(marks) > 1 and len(set(marks)) == 1:
            return None  # "1.2.3"
        whole, _, decimals = plain.rpartition(last) if last in plain else (plain, "", "")
        plain = "".join(c for c in whole if c not in ".,") + (f".{decimals}" if decimals else "")
    try:
        return float(plain)
    except ValueError:
        return None


def _cut_groups(digits: str, language: str | None) -> str:
    """Cut off what a blank joins where blanks do not stand between thousands: in English."""
    return digits.split(" ", maxsplit=1)[0] if language in ("en", None) else digits


def _is_joined(text: str, start: int) -> bool:
    """Say whether a number is a part of something else: a word, a date, a score, an address."""
    before = text[start - 1 : start]
    if not before:
        return False
    if before.isalpha() and not is_ideograph(before):
        return text[max(0, start - 3) : start].lower() not in ("usd", "eur", "gbp", "chf")
    return before in _JOINED_BEFORE and text[start - 2 : start - 1] not in ("", *BLANKS, *_CURRENCIES)


def _is_negative(text: str, begin: int) -> bool:
    """Say whether a minus stands before what is measured: "-5 °C", but not "3 -5 %", which may be a range."""
    if text[max(0, begin - 1) : begin] not in _MINUS:
        return False
    before = text[max(0, begin - 4) : begin - 1]
    return not before or (before[-1] in BLANKS + "(" and not before.rstrip(BLANKS)[-1:].isdecimal())


def _read_unit_before(text: str, start: int, words: NumberWords) -> tuple[int, str | None]:
    """Read a currency or "magnitude" before a number: where it begins, and the unit."""
    before = text[max(0, start - 16) : start]
    bare = before.rstrip(BLANKS)
    if bare[-1:] in words.units_before:
        sign = bare[-3:].lower() if bare[-3:].lower() in words.units_before else bare[-1]
        sign = bare[-2:].lower() if sign == bare[-1] and bare[-2:].lower() in words.units_before else sign
        return start - len(before) + len(bare) - len(sign), words.units_before[sign]
    word = before.split()[-1] if before.split() else ""
    if len(before) > len(bare) and (unit := words.units_before.get(word.lower())):
        return start - len(before) + before.rfind(word), unit
    return start, None


def _read_multiplier(text: str, end: int, words: NumberWords, *, has_currency: bool) -> tuple[float, int]:
    """Read "million" and its like behind a number: the factor, and where it ends."""
    if has_currency and (match := WORD.match(text, end)) and (factor := words.short.get(match.group().lower())):
        return factor, match.end()
    if (factor := words.multipliers.get(text[end : end + 1])) is not None:
        return factor, end + 1
    if _is_million(text, end, words):
        return words.short["m"], end + 1
    found = _match_words(text, end, words.multipliers)
    if found is None:
        return 1.0, end
    return words.multipliers[found[0]], found[1] + (found[0] in _DOTTED and text[found[1] : found[1] + 1] == ".")


def _is_million(text: str, end: int, words: NumberWords) -> bool:
    """Say whether an "m" stands for million and not for metres: "1.5m people", "20m pounds"."""
    follows = _match_words(text, end + 1, words.plurals | words.units.keys())
    is_joined = text[end : end + 1] == "m" and text[end + 1 : end + 2] in (*BLANKS,)
    return is_joined and follows is not None and (follows[0] in words.plurals or words.units[follows[0]] in _CURRENCIES)


def _read_unit(text: str, end: int, words: NumberWords) -> tuple[str | None, int]:
    """Read a unit behind a number: its name, and where it ends."""
    at = end + len(text[end : end + 2]) - len(text[end : end + 2].lstrip(BLANKS))
    for size in (2, 1):
        sign = text[at : at + size].lower()
        if sign and not sign[0].isalpha() and sign in words.units:
            return words.units[sign], at + size
    if text[end : end + 10].lower() == "-magnitude":
        return "magnitude", end + 10
    if (sign := text[at : at + 1]) and is_ideograph(sign):
        return (words.units[sign], at + 1) if sign in words.units else (None, end)
    if text[at : at + 4].lower() in words.units and not text[at + 4 : at + 5].isalpha():  # "km/h"
        return words.units[text[at : at + 4].lower()], at + 4
    start = end
    if (match := WORD.match(text, at)) and match.group().lower() in OF:
        start = match.end()  # "3 millions d'euros"
    elif text[at : at + 2] in ("d'", "d’"):
        start = at + 2
    found = _match_words(text, start, words.units)
    if found is None or (found[0] == "m" and text[end : end + 1] not in ("m", *BLANKS)):
        return None, end
    return words.units[found[0]], found[1]


def _match_words(text: str, at: int, listed: Container[str]) -> tuple[str, int] | None:
    """Match one to three listed words at a place, the most words first: the words in small letters, where they end."""
    found: list[tuple[str, int]] = []
    joined = ""
    for _ in range(COUNTED_WORDS):
        blank = text[at : at + 1]
        match = WORD.match(text, at + 1 if blank and blank in BLANKS else at)
        if match is None:
            break
        joined = f"{joined} {match.group().lower()}".strip()
        at = match.end()
        found.append((joined, at))
    return next((pair for pair in reversed(found) if pair[0] in listed), None)


def _says_time(text: str, after: int, words: NumberWords) -> bool:
    """Say whether what follows makes a bare number a day or a time: "5 May", "5. Mai", "5 de mayo", "17 Uhr"."""
    if text[after : after + 1] in words.time_letters:
        return True
    following = text[after : after + 16].lstrip(f".{BLANKS}").split()
    following = following[1:] if following and following[0].lower() in ("de", "of", "th") else following
    if not following:
        return False
    word = following[0].lower()
    return word.rstrip(",;") in words.times_after or word.rstrip(".,;") in words.times_after


def _is_clock(text: str, start: int, digits: str) -> bool:
    """Say whether a line begins with a time of day: "15.30 Schools close"."""
    return _CLOCK.fullmatch(digits) is not None and text[max(0, start - 1) : start] in ("", "\n")


def _is_time(text: str, start: int, listed: frozenset[str]) -> bool:
    before = text[max(0, start - 16) : start].split()
    return bool(before) and (before[-1].lower().rstrip(".") in listed or before[-1].lower() in listed)
