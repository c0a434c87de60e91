"""Texts cut by what other pages show, and put together again from what was cut."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from storyfold.boilerplate.headlines import MAX_ROW, Headlines, list_starts
from storyfold.boilerplate.judge_lines import Finding, judge_lines
from storyfold.boilerplate.line_keys import SEPARATOR, is_sentence, make_line_key, split_lines
from storyfold.boilerplate.repeated_lines import Ints, Keys, KnownRepeats, Pages, Repeat, Repeated, find_repeated

MOST_CUT = 0.75  # of a text's characters: where more would go, the page is no article or the evidence is wrong
LEAST_LEFT = 150  # characters: a shorter text is no article (`storyfold.parse.page.MIN_BODY`)
MAX_ASKED = 500  # lines of a page that are looked up as headlines; of 323 real pages none has more than 175
MAX_COMPARED = 500  # lines of a page that are compared with another's, for the same reason
COPY_SHARE = 0.5  # of the lines of the shorter page that stand in the other, for the two to be one text


@dataclass(frozen=True, slots=True)
class KnownTitle:
    """A page of an earlier night by its headline, with the keys of its lines."""

    page_id: str
    title: str
    keys: tuple[int, ...]


class KnownPages(KnownRepeats, Protocol):
    """What earlier nights know of lines and of headlines."""

    def titled(self, starts: Collection[str]) -> Iterable[KnownTitle]:
        """The pages whose headline begins with one of these words, or a part of it that is set off."""


class NoKnownPages:
    """An empty lake's answers."""

    def pages(self) -> Mapping[str, int]:
        """None."""
        return {}

    def repeats(
        self,
        outlets: Sequence[str],  # noqa: ARG002
        outlet_of: Ints,  # noqa: ARG002
        keys: Keys,  # noqa: ARG002
    ) -> Mapping[tuple[str, int], Repeat]:
        """None."""
        return {}

    def titled(self, starts: Collection[str]) -> Iterable[KnownTitle]:  # noqa: ARG002
        """None."""
        return ()


@dataclass(frozen=True, slots=True)
class CutLine:
    """One line that was cut: its place among the lines of the uncut text, from 0, and why it went."""

    position: int
    text: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class Cutting:
    """A text after the cut; `left_whole` where so much would have gone that nothing was cut."""

    body: str
    cuts: tuple[CutLine, ...] = ()
    left_whole: bool = False


def rebuild_text(body: str, cuts: Iterable[tuple[int, str]]) -> str:
    """The uncut text, from the text that was left and the cut lines with their positions."""
    lines = split_lines(body)
    for position, text in sorted(cuts):
        lines.insert(position, text)
    return SEPARATOR.join(lines)


class CrossPages:
    """The pages of a night: `add` each, `settle` once, then ask for each page's text by its number."""

    def __init__(self) -> None:
        self.pages = Pages.none()
        self.headlines = Headlines()
        self._numbers: dict[str, list[int]] = {}
        self._own: dict[str, set[str]] = {}
        self._known: dict[str, frozenset[int]] = {}
        self._sentences: set[int] = set()
        self._repeated: Repeated | None = None

    def add(
        self, page_id: str, outlet: str | None, title: str | None, body: str, other_titles: Sequence[str] = ()
    ) -> int:
        """Take in an article; returns its number. `other_titles` are other wordings of its headline."""
        number = self.pages.add(page_id, outlet, title, body)
        self._numbers.setdefault(page_id, []).append(number)
        for name in filter(None, (title, *other_titles)):
            self.add_title(page_id, name)
            self._own.setdefault(page_id, set()).add(name)
        return number

    def add_title(self, page_id: str, title: str | None) -> None:
        """Take in the headline of a page that is no article."""
        if title:
            self.headlines.add(page_id, title)
            if is_sentence(title):
                self._sentences.add(make_line_key(title))

    def settle(self, known: KnownPages, bodies: Iterable[str] = ()) -> None:
        """Weigh all pages; `bodies` are their texts, whose lines are looked for among the headlines known."""
        starts = {
            start
            for body in bodies
            for line in split_lines(body)
            if not is_sentence(line)
            for start in list_starts(line)
        }
        for page in known.titled(starts):
            if page.page_id not in self._numbers:  # what it says now counts
                self.add_title(page.page_id, page.title)
                self._known[page.page_id] = frozenset(page.keys[:MAX_COMPARED])
        self._repeated = find_repeated(self.pages, known)

    def own_share(self, page: int) -> float:
        """The share of a page's characters that stand on no other page of its outlet."""
        assert self._repeated is not None
        return float(self._repeated.own_share[page])

    def cut(self, page: int, body: str) -> Cutting:
        """A page's text without what is not its own; `body` is the text that was added."""
        lines = split_lines(body)
        seen = self._seen(page, lines)
        found = judge_lines(lines, seen) if seen else {}
        if not found:
            return Cutting(body)
        left = SEPARATOR.join([line for place, line in enumerate(lines) if place not in found])
        if len(left) < max(LEAST_LEFT, (1 - MOST_CUT) * len(body)):
            return Cutting(body, left_whole=True)
        return Cutting(left, tuple(CutLine(place, lines[place], found[place]) for place in sorted(found)))

    def _seen(self, page: int, lines: Sequence[str]) -> dict[int, Finding]:
        """What other pages show of each line; nothing of a line that is the page's own headline."""
        assert self._repeated is not None
        found = self._repeated.found.get(page, {})
        seen = {place: Finding("repeated-line", *repeated) for place, repeated in found.items()}
        # most lines fail here: they end in a full stop
        asked = [place for place, line in enumerate(lines) if line[-1:] != "." and len(line) <= MAX_ROW]
        if self._sentences:
            keys = enumerate(self.pages.keys_of(page))
            asked = sorted({*asked, *(place for place, key in keys if key in self._sentences)})
        for place in asked[:MAX_ASKED]:
            if place not in seen and (finding := self._headline(page, lines[place])):
                seen[place] = finding
        if seen:
            own = Headlines()
            for title in self._own.get(self.pages.ids[page], ()):
                own.add("", title)
            seen = {place: finding for place, finding in seen.items() if not own.named_by(lines[place])}
        return seen

    def _headline(self, page: int, line: str) -> Finding | None:
        named = self.headlines.named_by(line)
        if named is None:
            return None
        others = [other for other in named.pages if other != self.pages.ids[page]]
        if not others:
            return None
        told_apart = [other for other in others if not self._is_copy(page, other)]
        # what a copy has for its headline may be this text's own second line: then only its neighbours show it
        sure = named.sure and bool(told_apart)
        pages = named.count - (len(named.pages) - len(others))
        return Finding("other-headline", pages, (told_apart or others)[0], sure)

    def _is_copy(self, page: int, other: str) -> bool:
        """Whether the other page has this page's text, so that its headline is another one for the same."""
        keys = set(self.pages.keys_of(page)[:MAX_COMPARED])
        held = [self._known[other]] if other in self._known else []
        texts = [
            *held,
            *(frozenset(self.pages.keys_of(number)[:MAX_COMPARED]) for number in self._numbers.get(other, ())),
        ]
        return any(len(keys & text) >= COPY_SHARE * min(len(keys), len(text)) for text in texts if text)
