"""Cut from texts the lines that other pages show not to be theirs, and rebuild the uncut text."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from storyfold.boilerplate.headlines import MAX_ROW, Headlines, list_starts, split_rows
from storyfold.boilerplate.judge_lines import Finding, judge_lines
from storyfold.boilerplate.repeated_lines import Ints, Keys, KnownRepeats, Pages, Repeat, Repeated, find_repeated
from storyfold.settings.boilerplate import BoilerplateSettings
from storyfold.text.line_keys import SEPARATOR, is_sentence, make_line_key, split_lines

MAX_LOOKED_UP = 500  # lines of a page that are looked up as headlines; of 323 real pages none has more than 175
MAX_COMPARED = 500  # lines of a page that are compared with another's, for the same reason


@dataclass(frozen=True, slots=True)
class KnownTitle:
    """Name a page of an earlier run by one of its headlines, with the keys of its lines."""

    page_id: str
    title: str
    keys: tuple[int, ...]


class KnownPages(KnownRepeats, Protocol):
    """Look up lines and headlines on pages of earlier runs."""

    def find_titled(self, starts: Collection[str]) -> Iterable[KnownTitle]:
        """Return the pages whose headline, or a part of it that is set off, begins with one of `starts`."""


class NoKnownPages:
    """Find nothing, as in an empty lake."""

    def count_pages(self) -> Mapping[str, int]:
        """Return none."""
        return {}

    def find_repeats(
        self,
        outlets: Sequence[str],  # noqa: ARG002
        outlet_of: Ints,  # noqa: ARG002
        keys: Keys,  # noqa: ARG002
    ) -> Mapping[tuple[str, int], Repeat]:
        """Return none."""
        return {}

    def find_titled(self, starts: Collection[str]) -> Iterable[KnownTitle]:  # noqa: ARG002
        """Return none."""
        return ()


@dataclass(frozen=True, slots=True)
class CutLine:
    """Keep a line that was cut: its position among the lines of the uncut text, from 0, and why it was cut."""

    position: int
    text: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class Cutting:
    """Hold a text after the cut; `left_whole` if so much would have been cut that nothing was."""

    body: str
    cuts: tuple[CutLine, ...] = ()
    left_whole: bool = False


def rebuild_text(body: str, cuts: Iterable[tuple[int, str]]) -> str:
    """Return the uncut text, from the text that was left and the cut lines with their positions."""
    lines = split_lines(body)
    for position, text in sorted(cuts):
        lines.insert(position, text)
    return SEPARATOR.join(lines)


class CrossPages:
    """Compare the pages of a run: `add` each, `compare` once, then `cut` each page's text by its number."""

    def __init__(self, settings: BoilerplateSettings) -> None:
        self._settings = settings
        self.pages = Pages.make_empty()
        self.headlines = Headlines()
        self._numbers: dict[str, list[int]] = {}
        self._own_titles: dict[str, set[str]] = {}
        self._known_keys: dict[str, frozenset[int]] = {}
        self._sentence_titles: set[int] = set()  # keys of headlines that end in a full stop
        self._repeated: Repeated | None = None

    def add(
        self, page_id: str, outlet: str | None, title: str | None, body: str, other_titles: Sequence[str] = ()
    ) -> int:
        """Add an article; return its number. `other_titles` are other wordings of its headline."""
        number = self.pages.add(page_id, outlet, title, body)
        self._numbers.setdefault(page_id, []).append(number)
        for name in filter(None, (title, *other_titles)):
            self.add_title(page_id, name)
            self._own_titles.setdefault(page_id, set()).add(name)
        return number

    def add_title(self, page_id: str, title: str | None) -> None:
        """Add the headline of a page, also of one that is no article."""
        if title:
            self.headlines.add(page_id, title)
            if is_sentence(title):
                self._sentence_titles.add(make_line_key(title))

    def compare(self, known: KnownPages, bodies: Iterable[str] = ()) -> None:
        """Find the lines that are repeated, and known headlines that stand in `bodies`, the texts of the pages."""
        starts: set[str] = set()
        for body in bodies:
            starts |= list_starts([line for line in split_lines(body) if not is_sentence(line)])
        for page in known.find_titled(starts):
            if page.page_id not in self._numbers:  # of a page in this run the present headlines count
                self.add_title(page.page_id, page.title)
                self._known_keys[page.page_id] = frozenset(page.keys[:MAX_COMPARED])
        self._repeated = find_repeated(self.pages, known, self._settings)

    def get_own_share(self, page: int) -> float:
        """Return the share of a page's characters that stand on no other page of its outlet."""
        assert self._repeated is not None
        return float(self._repeated.own_share[page])

    def cut(self, page: int, body: str) -> Cutting:
        """Cut from a page's text what is not its own; `body` is the text that was added."""
        lines = split_lines(body)
        findings = self._find_lines(page, lines)
        found = judge_lines(lines, findings) if findings else {}
        if not found:
            return Cutting(body)
        left = SEPARATOR.join([line for position, line in enumerate(lines) if position not in found])
        if len(left) < max(self._settings.least_left, (1 - self._settings.most_cut) * len(body)):
            return Cutting(body, left_whole=True)
        return Cutting(left, tuple(CutLine(position, lines[position], found[position]) for position in sorted(found)))

    def _find_lines(self, page: int, lines: Sequence[str]) -> dict[int, Finding]:
        """Return what other pages show of the lines, by position; nothing of a line that is the page's own headline."""
        assert self._repeated is not None
        found = self._repeated.found.get(page, {})
        findings = {position: Finding("repeated-line", *repeated) for position, repeated in found.items()}
        # most lines are passed over here: they end in a full stop
        candidates = [position for position, line in enumerate(lines) if line[-1:] != "." and len(line) <= MAX_ROW]
        if self._sentence_titles:
            keys = enumerate(self.pages.get_keys(page))
            candidates = sorted({*candidates, *(position for position, key in keys if key in self._sentence_titles)})
        candidates = [position for position in candidates[:MAX_LOOKED_UP] if position not in findings]
        split = split_rows([lines[position] for position in candidates])
        for position, words in zip(candidates, split, strict=True):
            if finding := self._find_headline(page, lines[position], words):
                findings[position] = finding
        if findings:
            own = Headlines()
            for title in self._own_titles.get(self.pages.ids[page], ()):
                own.add("", title)
            findings = {
                position: finding for position, finding in findings.items() if not own.find_pages(lines[position])
            }
        return findings

    def _find_headline(self, page: int, line: str, words: Sequence[str]) -> Finding | None:
        named = self.headlines.find_pages(line, words)
        if named is None:
            return None
        others = [other for other in named.pages if other != self.pages.ids[page]]
        if not others:
            return None
        different = [other for other in others if not self._is_copy(page, other)]
        # the headline of a copy may be this text's own second line: then only the lines next to it show it
        sure = named.sure and bool(different)
        pages = named.count - (len(named.pages) - len(others))
        return Finding("other-headline", pages, (different or others)[0], sure)

    def _is_copy(self, page: int, other: str) -> bool:
        """Say whether the other page has this page's text, so that its headline is another one for the same text."""
        keys = set(self.pages.get_keys(page)[:MAX_COMPARED])
        known = [self._known_keys[other]] if other in self._known_keys else []
        texts = [
            *known,
            *(frozenset(self.pages.get_keys(number)[:MAX_COMPARED]) for number in self._numbers.get(other, ())),
        ]
        share = self._settings.copy_share
        return any(len(keys & text) >= share * min(len(keys), len(text)) for text in texts if text)
