"""Find the headlines of pages as lines in the text of other pages: whole, cut off, with a kicker or a time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import islice

from storyfold.text.line_keys import is_cut_off, is_sentence
from storyfold.text.normalize import count_words, normalize_starts, split_words, split_words_of_lines, weigh_words

START = 3  # words by which a headline is looked up
MIN_WORDS = 4  # of a headline that is known by itself; a shorter one may be a subheading of the text
MAX_AROUND = 6  # words before or after a headline: a kicker, a section, a time, a count of comments
MAX_LINE = 300  # characters; the longest headline of 323 real pages has 160, the rest may stand around it
MAX_ROW = 1_500  # characters of a line with several headlines, as a list is where its items were not separated
ROW_SHARE = 0.8  # of such a line's words that are headlines'; the rest are its heading, numbers and times
MAX_TITLE_WORDS = 60
MAX_ALIKE = 100  # headlines that begin with the same words: among more, none is looked for but word for word
ALIKE_SHARE = 0.8  # of the words of the longer that two wordings of one headline share
MIN_ALIKE = 6  # words of a headline that is known in another wording, or by its beginning
MAX_STARTS = 40  # positions in a line where a headline may begin: a line with more is made to cost time
MAX_PAGES = 8  # pages named by one headline, of which one has to be no copy
MAX_PARTS = 8  # of a title that are set off by a colon, a bar or a dash

_SEPARATORS = frozenset(":|•·»›–—-")
_SEPARATOR = re.compile("[:|•·»›–—-]")  # ten times as quick where there is none
_PARTS = re.compile(r"[:|•·»›]\s|\s[–—-]\s")


@dataclass(frozen=True, slots=True)
class NamedPages:
    """Record which pages a line names: some of them, and how many.

    `sure` if the line alone shows it; else the lines next to it must.
    """

    pages: tuple[str, ...]
    count: int
    sure: bool


class Headlines:
    """Collect the headlines of pages by their first words, and find them in lines."""

    def __init__(self) -> None:
        self._pages: dict[str, dict[tuple[str, ...], set[str]]] = {}
        self._as_sentence: set[tuple[str, ...]] = set()

    def add(self, page_id: str, title: str | None) -> None:
        """Add a page's headline, also without a kicker or the name of a site that is set off in it."""
        for text in _list_wordings(title or ""):
            words = tuple(split_words(text))
            if not 0 < len(words) <= MAX_TITLE_WORDS:
                continue
            self._pages.setdefault(_join_start(words), {}).setdefault(words, set()).add(page_id)
            if is_sentence(text):
                self._as_sentence.add(words)

    def find_pages(self, line: str, words: Sequence[str] | None = None) -> NamedPages | None:
        """Return the pages whose headline this line is, the smallest ids first; None if it is no headline.

        `words` are the line's, where they are known: see `split_rows`.
        """
        words = split_rows([line])[0] if words is None else words
        at = [n for n in range(len(words)) if " ".join(words[n : n + START]) in self._pages]
        if not at:
            return None
        sentence = is_sentence(line)
        found = list(self._find_titles(words, at, cut_off=is_cut_off(line))) if len(line) <= MAX_LINE else []
        if sentence:
            found = [title for title in found if title in self._as_sentence]
        titles = found or ([] if sentence else self._split_row(words, at))
        if not titles:
            return None
        pages = {page for title in titles for page in self._pages[_join_start(title)][title]}
        sure = not sentence and any(weigh_words(title) >= MIN_WORDS for title in titles)
        return NamedPages(tuple(nsmallest(MAX_PAGES, pages)), len(pages), sure)

    def _split_row(self, words: Sequence[str], at: Sequence[int]) -> list[tuple[str, ...]]:
        """Return the headlines of a line that is little else than two or more of them; else none.

        `at` are the positions of words that a headline begins with.
        """
        titles: list[tuple[str, ...]] = []
        end_of_last = covered = 0
        if len(at) > MAX_STARTS:
            return []
        for start in at:
            if start < end_of_last:
                continue
            known = self._pages[_join_start(words[start:])]
            ends = range(min(len(words), start + MAX_TITLE_WORDS), start + MIN_WORDS - 1, -1)
            title = next((t for end in ends if (t := tuple(words[start:end])) in known), ())
            titles.extend([title] if title else [])
            covered += len(title)
            end_of_last = start + len(title)
        return titles if len(titles) > 1 and covered >= ROW_SHARE * len(words) else []

    def _find_titles(self, words: Sequence[str], at: Sequence[int], *, cut_off: bool) -> Iterator[tuple[str, ...]]:
        """Yield the headlines that a line is, with a few words around."""
        for offset in (start for start in at if start <= MAX_AROUND):
            titles = self._pages[_join_start(words[offset:])]
            rest = tuple(words[offset:])
            for after in range(min(MAX_AROUND + 1, len(rest))):
                title = rest[: len(rest) - after]
                if title in titles and _fills_line(title, offset + after):
                    yield title
            if len(titles) <= MAX_ALIKE:
                least = MIN_WORDS if cut_off else MIN_ALIKE
                yield from (title for title in titles if weigh_words(rest) >= least and _begins(title, rest))
                yield from (title for title in titles if not offset and _are_alike(title, rest))


def split_rows(lines: Sequence[str]) -> list[list[str]]:
    """Return the words of each line; none of one that is too long to be a headline or a row of them."""
    return split_words_of_lines(["" if len(line) > MAX_ROW else line for line in lines])


def list_starts(lines: Sequence[str]) -> set[str]:
    """Return the first words that a headline in these lines may have: what to look up among the titles of the lake."""
    return {_join_start(words[at : at + START]) for words in split_rows(lines) for at in range(len(words))}


def find_named(titles: Sequence[str], starts: Collection[str]) -> list[int]:
    """Return the positions of the titles that, or a part of which that is set off, begin with one of `starts`.

    The parts are all those that `Headlines` takes for a wording, and more.
    """
    parts = list(enumerate(titles))
    for number, title in enumerate(titles):
        if _SEPARATOR.search(title):  # most have none
            parts += [(number, title[separator.end() :]) for separator in _find_separators(title)]
    found = normalize_starts([part for _, part in parts], START)
    return sorted({number for (number, _), start in zip(parts, found, strict=True) if start in starts})


def _join_start(words: Sequence[str]) -> str:
    return " ".join(words[:START])


def _fills_line(title: Sequence[str], around: int) -> bool:
    """Say whether the headline is most of its line, so that the line is no sentence with these words in it."""
    return around == 0 or (weigh_words(title) >= MIN_WORDS and around <= len(title))


def _begins(title: Sequence[str], rest: Sequence[str]) -> bool:
    """Say whether the line is the headline's beginning; its last word may be cut in the middle."""
    last = len(rest) - 1
    return len(title) > last and tuple(title[:last]) == tuple(rest[:last]) and title[last].startswith(rest[last])


def _are_alike(title: Sequence[str], rest: Sequence[str]) -> bool:
    """Say whether the line is the headline in nearly the same words, as a list or an edited page has it."""
    longer = max(len(title), len(rest))
    if min(len(title), len(rest)) < ALIKE_SHARE * longer or min(weigh_words(title), weigh_words(rest)) < MIN_ALIKE:
        return False
    return (Counter(title) & Counter(rest)).total() >= ALIKE_SHARE * longer


def _find_separators(title: str) -> Iterator[re.Match[str]]:
    return islice(_PARTS.finditer(title[: 8 * MAX_LINE]), MAX_PARTS)


def _list_wordings(title: str) -> Iterator[str]:
    """Yield the title, and what is left of it without a short part that is set off at its beginning or end."""
    yield title
    if _SEPARATORS.isdisjoint(title):
        return
    for found in _find_separators(title):
        head, tail = title[: found.start()], title[found.end() :]
        head_words, tail_words = count_words(head), count_words(tail)
        if tail_words > MIN_WORDS and head_words <= MAX_AROUND:
            yield tail
        if head_words > MIN_WORDS and tail_words <= MAX_AROUND:
            yield head
