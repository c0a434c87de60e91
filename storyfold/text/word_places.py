"""Find where the words of a text stand in it: the same words that `words.py` reads, for showing them."""

from __future__ import annotations

from storyfold.text.characters import ALONE, BLOCK_BITS, INSIDE, LETTER, read_character_tables
from storyfold.text.words import MOST_CHARACTERS, MOST_WORDS


def find_word_starts(text: str) -> list[int]:
    """Return where each word of a text begins, in characters; as many as are read of it, at most 50,000."""
    tables = read_character_tables()
    blocks, kinds = tables.blocks, tables.kinds
    known: dict[str, int] = {}
    starts: list[int] = []
    is_inside = False
    for place, character in enumerate(text[:MOST_CHARACTERS]):
        kind = known.get(character)
        if kind is None:
            code = ord(character) if not 0xD800 <= ord(character) < 0xE000 else ord("?")  # as the text is encoded
            row = code if code < 1 << 7 else int(blocks[code >> BLOCK_BITS]) << BLOCK_BITS | code & 0xFF
            kind = known[character] = int(kinds[row])
        if kind == ALONE or (kind == LETTER and not is_inside):
            starts.append(place)
        if kind != INSIDE:
            is_inside = kind == LETTER
    return starts[:MOST_WORDS]
