"""Generate texts that a page could be made of to hold up the search for copies, each case in any size.

A case yields rows as `storyfold copies` reads them. Where it is known what families should come out, each row names its
own under `family`, which the command does not read; a case without has texts of which nothing is known, as of a single
word. Everything follows from the case and its size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import wordfreq
from numpy.typing import NDArray

Row = dict[str, Any]
Words = NDArray[np.object_]
Draw = np.random.Generator

MB = 1_000_000
LONGEST_BODY = 10 * MB  # characters


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of texts: `make` yields so many; `full` is how many are measured, `few` how many a test reads."""

    make: Callable[[Draw, int], Iterator[Row]]
    full: int
    few: int

    def make_rows(self, count: int) -> Iterator[Row]:
        """Make so many rows, the same each time."""
        return self.make(np.random.default_rng(7), count)


@cache
def _read_words() -> tuple[Words, NDArray[np.float64]]:
    """Return the commonest words, and their summed shares by Zipf's law."""
    words = np.array([word for word in wordfreq.top_n_list("en", 20_000) if word.isalpha()], object)
    summed = np.cumsum(1 / (np.arange(len(words)) + 3))
    return words, summed / summed[-1]


def draw_words(draw: Draw, count: int) -> Words:
    """Draw words of prose."""
    words, shares = _read_words()
    drawn: Words = words[np.searchsorted(shares, draw.random(count))]
    return drawn


def draw_text(draw: Draw, count: int) -> str:
    """Draw prose of so many words in one paragraph."""
    return " ".join(draw_words(draw, count).tolist())


def make_row(number: int, body: str, family: object = None, **given: str) -> Row:
    """Make a row; `family` is what its family is known by."""
    known = {} if family is None else {"family": str(family)}
    return {"id": f"t{number:07}", "body": body, **known, **given}


def identical(draw: Draw, count: int) -> Iterator[Row]:
    """One text, printed by everybody."""
    body = draw_text(draw, 400)
    for number in range(count):
        yield make_row(number, body, "one", outlet=f"Outlet {number}")


def identical_bare(draw: Draw, count: int) -> Iterator[Row]:
    """One text, of which nothing else is known."""
    body = draw_text(draw, 400)
    for number in range(count):
        yield make_row(number, body, "one")


def template(draw: Draw, count: int) -> Iterator[Row]:
    """One outlet's form of 200 words, 45 of them filled in anew each time, as for the weather."""
    words, slots = draw_words(draw, 200), draw.choice(200, 45, replace=False)
    for number in range(count):
        words[slots] = list(map(str, draw.integers(1, 99, 45)))
        yield make_row(number, " ".join(words.tolist()), number, outlet="The Weather Herald")


def long_bodies(draw: Draw, count: int) -> Iterator[Row]:
    """Bodies of 10 MB: of each four, three are the same text, one with a paragraph of its own before it."""
    for number in range(count):
        if number % 4 < 2:
            body = draw_text(draw, LONGEST_BODY // 5)[:LONGEST_BODY]
        beginning = draw_text(draw, 100) + "\n\n" if number % 4 == 3 else ""
        yield make_row(number, beginning + body, number if number % 4 == 0 else f"shared {number // 4}")


def one_word(draw: Draw, count: int) -> Iterator[Row]:
    """Bodies of one word; the common ones recur."""
    for number, word in enumerate(draw_words(draw, count)):
        yield make_row(number, word)


def one_word_differs(draw: Draw, count: int) -> Iterator[Row]:
    """One text, each time with another word in one place."""
    words, other = draw_words(draw, 400), draw_words(draw, count)
    for number, place in enumerate(draw.integers(0, 400, count)):
        kept, words[place] = words[place], f"{other[number]}{number}"
        yield make_row(number, " ".join(words.tolist()), "one", outlet=f"Outlet {number}")
        words[place] = kept


def long_and_alike(draw: Draw, count: int) -> Iterator[Row]:
    """One text of 5,000 words, in each fifty replaced."""
    words = draw_words(draw, 5_000)
    for number in range(count):
        edited = words.copy()
        edited[draw.choice(5_000, 50, replace=False)] = draw_words(draw, 50)
        yield make_row(number, " ".join(edited.tolist()), "one", outlet=f"Outlet {number}")


def shared_paragraph(draw: Draw, count: int) -> Iterator[Row]:
    """Texts of their own, with one paragraph of 40 words in all of them."""
    shared = draw_text(draw, 40)
    for number in range(count):
        parts = [draw_text(draw, 110), shared, draw_text(draw, 110)]
        yield make_row(number, "\n\n".join(parts), number, outlet=f"Outlet {number % 500}")


def sliding(draw: Draw, count: int) -> Iterator[Row]:
    """A window of 400 words over one long text, moved on by 100: each shares three quarters with the next."""
    words = draw_words(draw, 100 * count + 300)
    for number in range(count):
        yield make_row(number, " ".join(words[100 * number :][:400].tolist()), outlet=f"Outlet {number}")


def growing(draw: Draw, count: int) -> Iterator[Row]:
    """Each text is the beginning of the next: an agency's take, ten words longer each time."""
    words = draw_words(draw, 100 + 10 * count)
    for number in range(count):
        yield make_row(number, " ".join(words[: 100 + 10 * number].tolist()), "one", outlet=f"Outlet {number}")


def repeated_word(_draw: Draw, count: int) -> Iterator[Row]:
    """One word, 50,000 times, in each text."""
    body = "again " * 50_000
    for number in range(count):
        yield make_row(number, body, outlet=f"Outlet {number}")


def repeated_sentence(draw: Draw, count: int) -> Iterator[Row]:
    """One sentence, some thousand times in each text; each text another number of times."""
    sentence = draw_text(draw, 12) + ". "
    for number in range(count):
        yield make_row(number, sentence * (2_000 + number), "one", outlet=f"Outlet {number}")


def without_spaces(draw: Draw, count: int) -> Iterator[Row]:
    """Letters without a break: 100,000 in each text, every second text as the one before it."""
    letters = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz", np.uint8)
    for number in range(count):
        if number % 2 == 0:
            body = letters[draw.integers(0, 26, 100_000)].tobytes().decode()
        yield make_row(number, body)


def ideographs(draw: Draw, count: int) -> Iterator[Row]:
    """One Chinese text of 600 characters, in each 6 replaced; every tenth text is another."""
    common = np.arange(0x4E00, 0x4E00 + 2_000, dtype=np.uint32)
    text = draw.choice(common, 600)
    for number in range(count):
        own = number % 10 == 9
        edited = draw.choice(common, 600) if own else text.copy()
        edited[draw.integers(0, 600, 6)] = draw.choice(common, 6)
        yield make_row(
            number, edited.tobytes().decode("utf-32-le"), number if own else "one", outlet=f"Outlet {number}"
        )


def punctuation(draw: Draw, count: int) -> Iterator[Row]:
    """Bodies without a letter."""
    signs = np.frombuffer(b"  ..,;:!?-()\"'*\n", np.uint8)
    for number in range(count):
        yield make_row(number, signs[draw.integers(0, len(signs), 2_000)].tobytes().decode())


def open_quotations(draw: Draw, count: int) -> Iterator[Row]:
    """Prose in which a quotation opens before every third word and none closes; two texts each are the same."""
    for number in range(count):
        if number % 2 == 0:
            words = draw_words(draw, 20_000)
            words[::3] = "“" + words[::3]
            body = " ".join(words.tolist())
        yield make_row(number, body, number // 2, outlet=f"Outlet {number}")


def combining_marks(_draw: Draw, count: int) -> Iterator[Row]:
    """A letter with a thousand accents, a thousand times."""
    body = ("a" + "\u0301\u0327\u20dd\u0489" * 250 + " ") * 1_000
    for number in range(count):
        yield make_row(number, body)


def empty(_draw: Draw, count: int) -> Iterator[Row]:
    """Bodies without a character, or of spaces."""
    for number in range(count):
        yield make_row(number, " " * (number % 3))


CASES: dict[str, Case] = {
    "identical": Case(identical, 50_000, 400),
    "identical-bare": Case(identical_bare, 50_000, 400),
    "template": Case(template, 100_000, 400),
    "long-bodies": Case(long_bodies, 32, 4),
    "one-word": Case(one_word, 1_000_000, 3_000),
    "one-word-differs": Case(one_word_differs, 50_000, 400),
    "long-and-alike": Case(long_and_alike, 2_000, 30),
    "shared-paragraph": Case(shared_paragraph, 100_000, 400),
    "sliding": Case(sliding, 20_000, 200),
    "growing": Case(growing, 2_000, 60),
    "repeated-word": Case(repeated_word, 300, 6),
    "repeated-sentence": Case(repeated_sentence, 300, 6),
    "without-spaces": Case(without_spaces, 1_000, 20),
    "ideographs": Case(ideographs, 20_000, 200),
    "punctuation": Case(punctuation, 20_000, 200),
    "open-quotations": Case(open_quotations, 500, 6),
    "combining-marks": Case(combining_marks, 30, 3),
    "empty": Case(empty, 100_000, 300),
}
