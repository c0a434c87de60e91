"""Find runs of words in capitals, and whether the place where one stands says that it is a name.

Scripts with capitals are Latin, Greek, Cyrillic and Armenian. In the letters of these nothing has changed between the
Unicode tables of the Pythons that are supported, so that one text has the same runs on all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from storyfold.text.name_words import SHORT_WORD, NameWords

MOST_WORDS = 8  # of a name; "Ministry of Housing, Communities and Local Government" has as many without its comma
NAME_CHARACTERS = 80  # of a name; a longer one is a line of a table
SEEN_RUNS = 4_096  # that are remembered: names come again within a text and a night
ACRONYM_LETTERS = 6  # of a word all in capitals that is a name by itself: "UNESCO"
HEADING_CHARACTERS = 100  # of a line without an end mark that may have capitals as headlines have them
CONTEXT = 60  # characters before and after a run that may say what it is

_BLOCKS = ((0x41, 0x24F), (0x370, 0x556), (0x561, 0x587), (0x1E00, 0x1FFF))
_MARKS = "\u0300-\u036f"
_ENDS = (".", "!", "?", "…", ":", ";", ",", '"', "”", "“", "«", "»", "’", ")")
_OPENING = " \u00a0\u202f\"“”„«»‚‘'([¿¡"
_QUOTES = frozenset('"“„«‘')
_STARTS = ".!?…:\n•|*>"
_ABBREVIATED = frozenset("mr mrs ms dr sen rep gov prof lt col sgt capt st rev jr sr sra dra gen hon mt".split())
_ELISION = re.compile(r"(?:l|d|qu|s|n|j|c|m|t|un|dell|nell|all|dall|sull)['’](?=\w)", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’]s$")


class Run(NamedTuple):
    """The words of one possible name, and where in the text they begin and end.

    `is_weak` says that its capitals may have another reason: it is one word that begins a sentence, or stands in a
    headline. `begins` says that its first word begins a sentence, so that this one may be no part of the name;
    `in_heading` that the whole line may be written in capitals as headlines are.
    """

    words: tuple[str, ...]
    start: int
    end: int
    is_weak: bool
    begins: bool
    in_heading: bool


class Match(NamedTuple):
    """A run as it is matched: its words as printed, where they begin and end, where their line begins.

    `in_heading` as in `Run`.
    """

    words: str
    start: int
    end: int
    line: int
    in_heading: bool


def find_matches(text: str, words: NameWords) -> Iterator[Match]:
    """Find what may be runs in a text, in their order."""
    start, stop, in_heading = 0, -1, False  # of the line
    for match in _match_runs(words.particles | words.of).finditer(text):
        begin, end = match.span()
        if begin > stop:
            start = text.rfind("\n", 0, begin) + 1
            stop = text.find("\n", begin)
            stop = len(text) if stop < 0 else stop
            in_heading = is_heading(text[start:stop], words)
        if begin and (text[begin - 1].isalnum() or text[begin - 1] in "@#/_"):
            continue  # "iPhone", a handle, an address
        run = match.group()
        if " " not in run and run.lower() in words.alone and not (run.isupper() and end - begin > 1):
            continue  # "The", "Monday"
        yield Match(run, begin, end, start, in_heading)


def split_match(match: Match, text: str, words: NameWords) -> Iterator[Run]:
    """Split what was matched into runs: at the ends of sentences, and at words that are no part of a name."""
    begins = _begins_sentence(text, match.start, match.line)
    for piece, at, is_first in _split_run(match.words, words, begins=begins):
        run = _judge_run(piece, match.start + at, words, is_weak=match.in_heading, begins=is_first)
        if run is not None:
            yield run


@lru_cache(SEEN_RUNS)
def list_simple_words(run: str, words: NameWords) -> tuple[str, ...]:
    """List the words of a run that are letters alone, none of which parts it; none of any other run."""
    listed = tuple(run.split(" "))
    if not all(map(str.isalpha, listed)) or len(listed) > MOST_WORDS:
        return ()
    if len(listed) > 1 and any(map(str.isupper, listed)):
        return ()
    folded = {word.lower() for word in listed}
    apart = (words.stops, words.nouns, words.particles, words.of, words.the)
    return listed if all(map(folded.isdisjoint, apart)) else ()


def is_acronym(word: str) -> bool:
    """Say whether a word is one of a few capitals, which is a name wherever it stands."""
    return word.isupper() and 2 <= len(word.replace(".", "")) <= ACRONYM_LETTERS


def is_heading(line: str, words: NameWords) -> bool:
    """Say whether a line may be written as headlines are: no word of weight is in small letters.

    In a language whose nouns have capitals headlines are written as sentences are.
    """
    if line.isupper():
        return True
    if words.capital_nouns or len(line) > HEADING_CHARACTERS or line.rstrip().endswith(_ENDS):
        return False
    return not any(len(w) > SHORT_WORD and w[0].islower() and w not in words.openers for w in line.split()[1:])


def _begins_sentence(text: str, begin: int, start: int) -> bool:
    """Say whether a word is the first of a sentence, a quotation or a line."""
    at, quoted = begin - 1, False
    while at >= start and text[at] in _OPENING:
        quoted = quoted or text[at] in _QUOTES
        at -= 1
        if begin - at > CONTEXT:
            break
    return quoted or at < start or text[at] in _STARTS or (text[at] in "–—" and at - start < CONTEXT)


def _split_run(run: str, words: NameWords, *, begins: bool) -> Iterator[tuple[list[str], int, bool]]:
    """Split a run where a sentence ends, after a possessive, and at words that are no part of a name.

    Each piece comes with its place in the run, and whether it begins a sentence, as the run does or not.
    """
    piece: list[str] = []
    at, begin, is_first = 0, 0, begins
    for word in run.split():
        place = run.index(word, at)
        at = place + len(word)
        if not piece:
            begin = place
        owns = _POSSESSIVE.search(word)
        folded = word[: owns.start() if owns else None].lower().rstrip(".")
        if (folded in words.stops and (not piece or folded not in words.stop_names)) or folded in words.nouns:
            if piece:
                yield piece, begin, is_first
            piece, is_first = [], word.endswith(".")
            continue
        ends = word.endswith(".") and len(word) > 2 and "." not in word[:-1] and folded not in _ABBREVIATED
        is_short = "." in word and len(word) > 2 and not word.endswith(".")  # "U.S", whose last dot may end a sentence
        piece.append(word[: owns.start()] if owns else word[:-1] if ends else f"{word}." if is_short else word)
        if owns or ends:
            yield piece, begin, is_first
            piece, is_first = [], bool(ends)
    if piece:
        yield piece, begin, is_first


def _judge_run(piece: list[str], begin: int, words: NameWords, *, is_weak: bool, begins: bool) -> Run | None:
    """Judge what the place of a piece says; leave out what belongs to the sentence and not to the name."""
    end = begin + len(" ".join(piece))
    while elided := _ELISION.match(piece[0]):
        piece, begin, begins = [piece[0][elided.end() :], *piece[1:]], begin + elided.end(), False
        if not piece[0][:1].isupper():
            return None
    while piece and ((begins and piece[0].lower() in words.openers) or piece[0][0].islower()):
        is_opener = piece[0][0].isupper()
        begin, piece, begins = begin + len(piece[0]) + 1, piece[1:], begins and not is_opener
    if not piece or len(piece) > MOST_WORDS:
        return None
    if piece[0].lower() in words.the and len(piece) > 1:
        begin, piece = begin + len(piece[0]) + 1, piece[1:]
    if len(piece) > 1:
        capitals = sum(word.isupper() and len(word) > 1 for word in piece)
        weak = is_weak or (begins and words.capital_nouns) or capitals > 2 or capitals == len(piece)
        return Run(tuple(piece), begin, end, weak, begins, is_weak)
    is_sure = not is_weak and (is_acronym(piece[0]) or not (begins or words.capital_nouns))
    return Run((piece[0],), begin, end, not is_sure, begins, is_weak)


@cache
def _match_runs(particles: frozenset[str]) -> re.Pattern[str]:
    """Make the pattern of a run: words in capitals, joined by blanks, particles and `&`."""
    upper = write_letters(lambda c: c.isupper() or c.istitle())
    letter = write_letters(str.isalpha) + "0-9" + _MARKS
    word = rf"[{upper}][{letter}]*(?:['’‐‑-][{letter}]+|\.[{upper}](?![{letter}]))*(?:\.(?=[ \u00a0]?[{upper}]))?"
    whole = "|".join(sorted(p.replace("_", " ") for p in particles if not p.endswith("'")))
    elided = "|".join(sorted(p[:-1] for p in particles if p.endswith("'")))
    joins = rf"(?:(?:{whole})[ \u00a0]){{0,3}}" if whole else ""
    joins += rf"(?:(?:{elided})['’])?" if elided else ""
    return re.compile(rf"{word}(?:[ \u00a0]{joins}{word}|[ ]?&[ ]?{word}){{0,11}}")


def write_letters(takes: Callable[[str], bool]) -> str:
    """Write the characters of the blocks that a test takes as ranges of a class."""
    codes = [code for first, last in _BLOCKS for code in range(first, last + 1) if takes(chr(code))]
    ranges, begin = [], codes[0]
    for code, after in zip(codes, [*codes[1:], -1], strict=True):
        if after != code + 1:
            ranges.append(chr(begin) if begin == code else f"{chr(begin)}-{chr(code)}")
            begin = after
    return "".join(ranges)
