"""The words of generated news by number, drawn by rank, and rendered many at a time as the bytes of a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

import numpy as np
import pyarrow as pa
import wordfreq
from numpy.typing import NDArray

from benchmarks.news_plan import OUTLETS

NAMES = 200_000
SHARES = 2**22  # into which the chances of ranks are cut: the rarest name has two of them
# What stands after a word: a space, the end of a sentence, of a paragraph, and nothing.
ENDINGS = (" ", ". ", ".\n\n", "\n\n")
SPACE, SENTENCE, PARAGRAPH, BREAK = range(len(ENDINGS))

Ids = NDArray[np.int32]
Marks = NDArray[np.uint8]
Offsets = NDArray[np.int64]


def name_outlet(number: int) -> str:
    """Name an outlet."""
    return f"Outlet {number:03} Courier"


def make_footer(outlet: int) -> str:
    """Make the line that an outlet has at the end of its pages."""
    return f"{name_outlet(outlet)} reports from room {outlet} every morning, write to desk{outlet}@outlet.example"


@cache
def read_common_words() -> list[str]:
    """Read the commonest 20,000 words of English, but what has other signs than letters."""
    return [word for word in wordfreq.top_n_list("en", 20_000) if word.isalpha()]


def count_common() -> int:
    """Count the common words: numbers below are theirs, then they come with a capital, then names, then footers."""
    return len(read_common_words())


@cache
def _list_words() -> list[str]:
    common = read_common_words()
    footers = map(make_footer, range(OUTLETS))
    return [*common, *map(str.capitalize, common), *map(_make_name, range(NAMES)), *footers]


def get_footer_id(outlet: int) -> int:
    """Return the number by which an outlet's footer is rendered."""
    return 2 * count_common() + NAMES + outlet


def _make_name(number: int) -> str:
    """Make a name of its own for each number, the shortest first, as names that are often used are."""
    name = ""
    number += 12
    while number:
        number, rest = divmod(number, 60)
        name += "bdfghklmnrst"[rest // 5] + "aeiou"[rest % 5]
    return name.capitalize() + "ns"[len(name) // 2 % 2] + "er"


@cache
def _list_ranks(count: int) -> Ids:
    """List for each of `SHARES` equal chances the rank that it is of, by Zipf's law."""
    summed = np.cumsum(1 / (np.arange(count) + 3))
    return np.searchsorted(summed / summed[-1], (np.arange(SHARES) + 0.5) / SHARES).astype(np.int32)


def draw_ranks(chance: np.random.Generator, count: int, size: int) -> Ids:
    """Draw ranks below `count` by Zipf's law."""
    return _list_ranks(count)[chance.integers(0, SHARES, size, dtype=np.int32)]


def find_ranks(shares: NDArray[np.float64], count: int) -> Ids:
    """Find the ranks below `count` that chances from 0 to 1 are of, by Zipf's law."""
    return _list_ranks(count)[(shares * SHARES).astype(np.int64)]


def capitalise(ids: Ids, where: NDArray[np.bool_]) -> Ids:
    """Give common words a capital where asked; names have one."""
    common = count_common()
    return np.where(where & (ids < common), ids + np.int32(common), ids)


@cache
def _render_words() -> pa.Array:
    """Render each word with each ending."""
    return pa.array([f"{word}{ending}".encode() for ending in ENDINGS for word in _list_words()], pa.large_binary())


@cache
def _fold_words() -> pa.Array:
    """Fold each word as texts are folded before they are hashed (`hash_text`), and put a space after it."""
    return pa.array([f"{_fold(word)} ".encode() for word in _list_words()], pa.large_binary())


def _fold(text: str) -> str:
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))


def render(ids: Ids, ends: Marks, starts: Offsets) -> tuple[bytes, Offsets]:
    """Render words with what stands after each; return the bytes, and where in them the words at `starts` begin.

    `starts` may have the number of words too: where the bytes end.
    """
    return _join(_render_words(), ends.astype(np.int64) * len(_list_words()) + ids, starts)


def render_folded(ids: Ids, starts: Offsets) -> tuple[bytes, Offsets]:
    """Render words as they are hashed, a space after each; else as `render`."""
    return _join(_fold_words(), ids, starts)


def _join(entries: pa.Array, ids: NDArray[np.integer], starts: Offsets) -> tuple[bytes, Offsets]:
    taken = entries.take(pa.array(ids))
    _, offsets, data = taken.buffers()
    positions = np.frombuffer(offsets, np.int64)[taken.offset : taken.offset + len(taken) + 1]
    return data.to_pybytes() if data else b"", positions[starts]


def cut_bytes(data: bytes, starts: Sequence[int], ends: Sequence[int]) -> list[str]:
    """Cut texts out of bytes."""
    return [data[start:end].decode() for start, end in zip(starts, ends, strict=True)]
