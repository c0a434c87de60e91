"""Generate articles that could hold up the grouping into stories, or mislead it, each case in any size.

A case yields rows as `storyfold stories` reads them; where it is known what stories should come out, each row names
its own under `story`, which the command does not read. An event has 25 words and 8 names of its own, a fifth of the
words of its reports, as in `benchmarks.news_text`. Everything follows from the case and its size.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from benchmarks.hostile_texts import Case, Draw, Row, Words, draw_text, draw_words

OWN_WORDS, NAMES, OWN_SHARE = 25, 8, 0.2
WORDS, HEADLINE = 220, 8  # of a report
ASPECT_WORDS = 12  # that a tenth of the words of a report are of, where an event has several sides
FEW = 8  # reports of a usual event
LARGE = 15  # events that a fifteenth of all articles are about
RECURRING = 20  # headlines
START = datetime(2026, 6, 1, 6, tzinfo=UTC)
CYRILLIC = "абвгдежзиклмнопрстуфхцчшэюя"


def draw_event(draw: Draw, words: int = OWN_WORDS, names: int = NAMES) -> Words:
    """Draw the words and names that reports of an event have in common."""
    made = ["".join(letters).capitalize() for letters in draw.choice(list("abdefgiklmnoprstu"), (names, 7))]
    return np.array([*draw_words(draw, 20 * words)[-words:], *made], object)


def report(draw: Draw, event: Words, aspect: Words | None = None, words: int = WORDS) -> tuple[str, str]:
    """Write the headline and the text of a report of an event, and of one of its sides where one is given."""
    text = draw_words(draw, HEADLINE + words)
    own = np.flatnonzero(draw.random(len(text)) < OWN_SHARE)
    text[own] = draw.choice(event, len(own))
    text[:HEADLINE:2] = draw.choice(event, HEADLINE // 2)
    if aspect is not None:
        side = np.flatnonzero(draw.random(len(text)) < OWN_SHARE / 2)
        text[side] = draw.choice(aspect, len(side))
    return " ".join(text[:HEADLINE].tolist()), " ".join(text[HEADLINE:].tolist())


def make_row(number: int, title: str | None, body: str, story: object, **given: Any) -> Row:
    """Make a row of a day; what is given replaces what it has."""
    published = (START + timedelta(minutes=number % 1_000)).isoformat()
    made = {"id": f"t{number:07}", "title": title, "body": body, "story": str(story), "published_at": published}
    return made | {"outlet": f"Outlet {number % 500}"} | given


def one_event(draw: Draw, count: int) -> Iterator[Row]:
    """All report one event, each in other words."""
    event = draw_event(draw)
    for number in range(count):
        yield make_row(number, *report(draw, event), "one")


def one_event_among_others(draw: Draw, count: int) -> Iterator[Row]:
    """Half report one event; the others events of eight reports each."""
    event = draw_event(draw)
    for number in range(count):
        if number % (2 * FEW) == 0:
            other = draw_event(draw)
        of = event if number % 2 else other
        yield make_row(number, *report(draw, of), "one" if number % 2 else number // (2 * FEW))


def one_event_of_many_sides(draw: Draw, count: int) -> Iterator[Row]:
    """All report one event, each one of its two hundred sides."""
    event = draw_event(draw)
    sides = [draw_event(draw, ASPECT_WORDS, 2) for _ in range(200)]
    for number in range(count):
        yield make_row(number, *report(draw, event, sides[number % len(sides)]), "one")


def large_events(draw: Draw, count: int) -> Iterator[Row]:
    """Fifteen events that all others report as well, each report in other words."""
    events = [draw_event(draw) for _ in range(LARGE)]
    for number in range(count):
        yield make_row(number, *report(draw, events[number % LARGE]), number % LARGE)


def chained_events(draw: Draw, count: int) -> Iterator[Row]:
    """Each report is of two events, its own and the next: a chain through all of them."""
    event, after = draw_event(draw), draw_event(draw)
    for number in range(count):
        if number % FEW == 0:
            event, after = after, draw_event(draw)
        yield make_row(number, *report(draw, np.concatenate([event, after])), number // FEW)


def without_titles(draw: Draw, count: int) -> Iterator[Row]:
    """Events of eight reports, all of one minute, without headlines and outlets."""
    for number, row in enumerate(few_reports(draw, count)):
        yield row | {"title": None, "outlet": None, "published_at": START.isoformat(), "id": f"t{number:07}"}


def few_reports(draw: Draw, count: int) -> Iterator[Row]:
    """Events of eight reports each."""
    for number in range(count):
        if number % FEW == 0:
            event = draw_event(draw)
        yield make_row(number, *report(draw, event), number // FEW)


def undated(draw: Draw, count: int) -> Iterator[Row]:
    """Events of eight reports, none dated, all of one outlet."""
    for row in few_reports(draw, count):
        yield row | {"published_at": None, "outlet": "The Only Gazette"}


def empty(_draw: Draw, count: int) -> Iterator[Row]:
    """Articles without a headline, with a body of spaces or none."""
    for number in range(count):
        yield make_row(number, None, " " * (number % 3), number)


def titles_alone(draw: Draw, count: int) -> Iterator[Row]:
    """Events of eight reports that have a headline and no body."""
    for row in few_reports(draw, count):
        yield row | {"body": ""}


def recurring_headlines(draw: Draw, count: int) -> Iterator[Row]:
    """Twenty headlines, each of a twentieth of all articles, which have no body: of columns that come out each day."""
    titles = [draw_text(draw, HEADLINE) for _ in range(RECURRING)]
    for number in range(count):
        yield make_row(number, titles[number % RECURRING], "", number % RECURRING)


def same_headline(draw: Draw, count: int) -> Iterator[Row]:
    """One headline over texts that have nothing in common."""
    title = draw_text(draw, HEADLINE)
    for number in range(count):
        yield make_row(number, title, draw_text(draw, WORDS), number)


def mixed_languages(draw: Draw, count: int) -> Iterator[Row]:
    """Events of eight reports, each event in Latin, Cyrillic or Chinese signs."""
    cyrillic, common = np.array(list(CYRILLIC)), np.arange(0x4E00, 0x4E00 + 2_000, dtype=np.uint32)
    spell: dict[str, str] = {}
    for number, row in enumerate(few_reports(draw, count)):
        kind = number // FEW % 3
        words = [*row["title"].split(), *row["body"].split()]
        if kind:
            for word in {*words} - spell.keys():
                spell[word] = "".join(draw.choice(cyrillic, 6))
            words = [spell[word] for word in words]
        if kind == 2:
            numbers = np.array([hash_word(word) for word in words])
            signs = common[np.stack([numbers, numbers // 7_919], axis=1) % len(common)]  # two signs a word
            text = signs.astype(np.uint32).tobytes().decode("utf-32-le")
            yield row | {"title": text[: 2 * HEADLINE], "body": text[2 * HEADLINE :]}
        else:
            yield row | {"title": " ".join(words[:HEADLINE]), "body": " ".join(words[HEADLINE:])}


def hash_word(word: str) -> int:
    """Number a word, the same in every process."""
    return int.from_bytes(word.encode()[-6:], "little")


CASES: dict[str, Case] = {
    "one-event": Case(one_event, 50_000, 400),
    "one-event-among-others": Case(one_event_among_others, 100_000, 400),
    "one-event-of-many-sides": Case(one_event_of_many_sides, 50_000, 400),
    "large-events": Case(large_events, 50_000, 400),
    "chained-events": Case(chained_events, 50_000, 400),
    "without-titles": Case(without_titles, 50_000, 400),
    "undated": Case(undated, 50_000, 400),
    "empty": Case(empty, 100_000, 300),
    "titles-alone": Case(titles_alone, 50_000, 400),
    "recurring-headlines": Case(recurring_headlines, 50_000, 400),
    "same-headline": Case(same_headline, 50_000, 400),
    "mixed-languages": Case(mixed_languages, 50_000, 400),
}
