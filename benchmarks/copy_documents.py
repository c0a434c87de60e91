"""Generate articles whose families are known: reprints, excerpts, mirrors, updates, and texts that only look alike.

    python -m benchmarks.copy_documents PATH.jsonl.gz [--documents N] [--seed N]

Prose is drawn from the commonest 20,000 English words by rank (Zipf's law) with a few words and names of its own for
each event, so that two texts share phrases about as often as two news reports do. Everything follows from `seed`.
Prints nothing: writes the documents to PATH, a row each.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import wordfreq

START = datetime(2026, 3, 2, 6, tzinfo=UTC)
AGENCIES = ("AP", "Reuters", "AFP", "dpa")
PLACES = ("Alder", "Birch", "Cedar", "Elm", "Fern", "Hazel", "Larch", "Maple", "Oak", "Rowan", "Sorrel", "Yew")
OUTLETS = tuple(f"The {place} {name}" for name in ("Courier", "Herald", "Echo") for place in PLACES)

Row = dict[str, Any]


@cache
def _read_vocabulary() -> tuple[list[str], list[float]]:
    words = [w for w in wordfreq.top_n_list("en", 20_000) if w.isalpha()]
    return words, list(accumulate(1 / (rank + 3) for rank in range(len(words))))


@dataclass
class Event:
    """Hold what the texts about one event share: its own words and names, not its sentences."""

    random: random.Random
    words: list[str] = field(init=False)
    names: list[str] = field(init=False)

    def __post_init__(self) -> None:
        rare = _read_vocabulary()[0][2_000:]
        self.words = self.random.sample(rare, 25)
        self.names = [w.title() for w in self.random.sample(rare, 8)]

    def sentence(self) -> str:
        common, weights = _read_vocabulary()
        words = self.random.choices(common, cum_weights=weights, k=self.random.randint(9, 26))
        for position in range(len(words)):
            chance = self.random.random()
            if chance < 0.12:
                words[position] = self.random.choice(self.words)
            elif chance < 0.20:
                words[position] = self.random.choice(self.names)
        return " ".join([words[0].capitalize(), *words[1:]]) + "."

    def paragraphs(self, words: int) -> list[str]:
        """Make paragraphs of about so many words in all; one in five is a quotation."""
        made: list[str] = []
        while sum(len(p.split()) for p in made) < words:
            text = " ".join(self.sentence() for _ in range(self.random.randint(1, 3)))
            made.append(f"“{text}” said {self.random.choice(self.names)}." if self.random.random() < 0.2 else text)
        return made


def edit_paragraphs(random_: random.Random, paragraphs: list[str], share: float) -> list[str]:
    """Return the paragraphs with this share of their words replaced or dropped, as by an editor."""
    words, weights = _read_vocabulary()
    result = []
    for paragraph in paragraphs:
        kept: list[str] = []
        for word in paragraph.split():
            if random_.random() >= share:
                kept.append(word)
            elif random_.random() < 0.6:
                kept.append(random_.choices(words, cum_weights=weights)[0])
        result.append(" ".join(kept))
    return result


class Maker:
    """Make rows; each method adds the texts of one situation."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self.rows: list[Row] = []
        self.footers = {o: " ".join(Event(self.random).sentence() for _ in range(3)) for o in OUTLETS}
        self.forms: dict[tuple[str, str], list[str]] = {}

    def event(self) -> Event:
        return Event(self.random)

    def outlets(self, count: int) -> list[str]:
        return self.random.sample(OUTLETS, count)

    def add(self, family: str | None, outlet: str, paragraphs: list[str], hours: float, **given: Any) -> str:
        """Add one row; None founds a family of its own. Most outlets end a page with their footer."""
        name = f"d{len(self.rows):06d}"
        body = "\n\n".join(paragraphs)
        if outlet in self.footers and self.random.random() < 0.8:
            body += "\n\n" + self.footers[outlet]
        at = START + timedelta(hours=hours)
        row = {"id": name, "family": family or name, "outlet": outlet, "body": body, "published_at": at.isoformat(),
               "first_seen_at": (at + timedelta(minutes=self.random.randint(1, 600))).isoformat()}  # fmt: skip
        self.rows.append(row | given)
        return row["family"]

    def single(self) -> None:
        self.add(None, self.outlets(1)[0], self.event().paragraphs(self.random.randint(120, 700)), self.hours())

    def hours(self) -> float:
        return self.random.random() * 48

    def wire(self) -> None:
        """Add an agency's text and its reprints; in a third of cases the agency's own page was not seen."""
        event, at, agency = self.event(), self.hours(), self.random.choice(AGENCIES)
        text = event.paragraphs(self.random.randint(200, 700))
        text[0] = f"{event.names[0].upper()} ({agency}) — {text[0]}"
        papers = self.outlets(self.random.randint(2, 12))
        family = None
        if self.random.random() < 0.66:
            family = self.add(None, agency, text, at, agency=agency, role="original")
        for paper in papers:
            copy = edit_paragraphs(self.random, text, self.random.choice([0, 0.01, 0.03, 0.06]))
            copy = copy[: max(len(copy) * self.random.choice([6, 8, 10]) // 10, 3)]
            family = self.add(family, paper, copy, at + 1 + self.random.random() * 9, agency=agency, role="syndicated")
        self.excerpts(family, event, text, at)

    def excerpts(self, family: str | None, event: Event, text: list[str], at: float) -> None:
        words = " ".join(text).split()
        if self.random.random() < 0.5:
            brief = [" ".join(words[:100])]
            self.add(family, self.outlets(1)[0], brief, at + 12, role="excerpt")
        if self.random.random() < 0.3:
            whole = event.paragraphs(len(words))
            position = self.random.randint(0, len(whole))
            self.add(
                family, self.outlets(1)[0], [*whole[:position], *text, *whole[position:]], at + 20, role="syndicated"
            )

    def mirror(self) -> None:
        event, at = self.event(), self.hours()
        text = event.paragraphs(self.random.randint(150, 600))
        family = self.add(None, self.outlets(1)[0], text, at, role="original", authors=["Jo Example"])
        for number in range(self.random.randint(1, 3)):
            links = [event.sentence() for _ in range(self.random.randint(0, 6))]
            self.add(family, f"mirror{number}.example", [*text, *links], at + 400, role="mirror", date_confidence="low")

    def update(self) -> None:
        event, at, outlet = self.event(), self.hours(), self.outlets(1)[0]
        text = event.paragraphs(self.random.randint(150, 400))
        family = self.add(None, outlet, text, at, role="original")
        text = [*event.paragraphs(60), *edit_paragraphs(self.random, text, 0.01), *event.paragraphs(80)]
        self.add(family, outlet, text, at + 5, role="update")

    def same_event(self) -> None:
        """Add reports of one event in words of their own, with quotations and a paragraph or two in common."""
        event, at = self.event(), self.hours()
        shared = event.paragraphs(self.random.randint(30, 90))
        quotes = [f"“{event.sentence()} {event.sentence()}” said {event.names[1]}." for _ in range(3)]
        for outlet in self.outlets(self.random.randint(2, 7)):
            own = event.paragraphs(self.random.randint(160, 400))
            mixed = [*own, *quotes, *shared]
            self.random.shuffle(mixed)
            self.add(None, outlet, mixed, at + self.random.random() * 10)

    def round_up(self) -> None:
        """Add short articles by several outlets, and a later page that prints them one after another."""
        parts, families, at = [], [], self.hours()
        for outlet in self.outlets(self.random.randint(2, 5)):
            text = self.event().paragraphs(self.random.randint(60, 130))
            families.append(self.add(None, outlet, text, at + self.random.random() * 5))
            parts.append(text)
        self.add(None, self.outlets(1)[0], [p for text in parts for p in text], at + 8)

    def form(self, kind: str, slots: int, outlets: int, shared: float) -> None:
        """Add weather, markets, sport or obituaries: one outlet's form filled in anew each day."""
        outlet = OUTLETS[self.random.randrange(outlets)]
        form = self.forms.setdefault((kind, outlet), Event(self.random).paragraphs(160))
        event = self.event()
        words = " ".join(form).split()
        for position in self.random.sample(range(len(words)), min(slots, len(words))):
            words[position] = str(self.random.randint(1, 99)) if kind != "obituary" else self.random.choice(event.names)
        own = event.paragraphs(int(160 * (1 - shared) / shared)) if shared < 1 else []
        self.add(None, outlet, [" ".join(words), *own], self.hours())

    def column(self) -> None:
        outlet = OUTLETS[self.random.randrange(6)]
        about = self.forms.setdefault(("column", outlet), Event(self.random).paragraphs(120))
        self.add(None, outlet, [*self.event().paragraphs(self.random.randint(150, 500)), *about], self.hours())


def make(documents: int, seed: int) -> list[Row]:
    """Make at least so many rows, shuffled: id, family, outlet, body, published_at, first_seen_at; role where known."""
    maker = Maker(seed)
    situations: list[tuple[int, Callable[[], None]]] = [
        (40, maker.single), (14, maker.wire), (8, maker.mirror), (8, maker.update), (10, maker.same_event),
        (5, maker.round_up), (8, maker.column),
        (10, lambda: maker.form("weather", 45, 6, 1.0)), (10, lambda: maker.form("market", 30, 4, 0.8)),
        (10, lambda: maker.form("sport", 30, 6, 0.5)), (8, lambda: maker.form("obituary", 25, 6, 0.7)),
    ]  # fmt: skip
    weights = [weight for weight, _ in situations]
    while len(maker.rows) < documents:
        maker.random.choices([situation for _, situation in situations], weights)[0]()
    maker.random.shuffle(maker.rows)
    return maker.rows


def write_documents(rows: list[Row], path: Path) -> None:
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=1) as lines:
        lines.writelines(_make_lines(rows))


def _make_lines(rows: list[Row]) -> Iterator[str]:
    for row in rows:
        yield json.dumps(row, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("path", type=Path)
    options.add_argument("--documents", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    write_documents(make(given.documents, given.seed), given.path)
