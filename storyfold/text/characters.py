"""Say for each character what kind it is and what it counts as in a word: tables of one version of Unicode.

Python's own tables are those of its version (3.11 has Unicode 14, 3.12 has 15.0, 3.13 has 15.1), so that one text
would be other words on another Python. `tools/write_character_tables.py` writes the file.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from storyfold.kernels.arrays import Bytes, Integers, Number
from storyfold.kernels.compiled import compiled

UNICODE_VERSION = "15.1.0"  # that of Python 3.13
PATH = Path(__file__).with_name("characters.npz")
BLOCK_BITS = 8  # 256 characters a block: 133 blocks differ, so that a number of one fits a byte; 175 kB together

# BREAK parts words. LETTER makes words with the letters around it; INSIDE is passed over within a word: an accent,
# another mark that belongs to its letter, an apostrophe, a soft hyphen. ALONE is a word of its own: the letters of
# scripts that are written without spaces. LINE ends a paragraph; QUOTE opens or closes a quotation, OPENING does too
# and is left open at a paragraph's end by those who quote over several.
BREAK, LETTER, INSIDE, ALONE, LINE, QUOTE, OPENING = range(7)


class CharacterTables(NamedTuple):
    """Tables of all 1,114,112 code points, in blocks, of which equal ones are kept once.

    A character's place in `kinds` and `shifts` is what `find_place` returns: of the first 256, their code points. Its
    kind is one of BREAK to OPENING. It counts as the character `code + shift`: without case, width, accents, and a
    traditional Chinese one as the simplified.
    """

    blocks: Bytes
    kinds: Bytes
    shifts: Integers


@cache
def read_character_tables() -> CharacterTables:
    """Return the tables, read once in each process."""
    with np.load(PATH, allow_pickle=False) as arrays:
        return CharacterTables(*(np.ascontiguousarray(arrays[name]) for name in CharacterTables._fields))


def list_variants(first: int, last: int) -> dict[str, str]:
    """List the characters from one code point to another that count as another one, each with that."""
    tables, codes = read_character_tables(), np.arange(first, last + 1)
    places = (tables.blocks[codes >> BLOCK_BITS].astype(np.int64) << BLOCK_BITS) | (codes & ((1 << BLOCK_BITS) - 1))
    shifts = tables.shifts[places]
    changed = np.flatnonzero(shifts)
    return {
        chr(first + n): chr(first + n + shift)
        for n, shift in zip(changed.tolist(), shifts[changed].tolist(), strict=True)
    }


@compiled(called_by_kernels=True)
def find_place(blocks: Bytes, code: Number) -> Number:
    """Return the place of a code point (0 to 0x10FFFF) in the tables `kinds` and `shifts`."""
    return (np.int64(blocks[code >> BLOCK_BITS]) << BLOCK_BITS) | (code & ((1 << BLOCK_BITS) - 1))
