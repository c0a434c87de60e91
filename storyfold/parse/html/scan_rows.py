"""What a scan of a page gives: columns of its arrays, and the places of the kernels' state."""

from __future__ import annotations

from typing import NamedTuple

from storyfold.kernels.arrays import Bytes, GivenBytes, Hashes, IntegerTable, Longs, Shorts, ShortTable, Tiny

# Columns of `Scan.elements`: the blocks of an element are FIRST to END, its text BEGINS to ENDS, its parent comes
# before it, and in the markup its attributes stand from NAMED on and its end tag before CLOSED.
PARENT, TAG, DEPTH, FIRST, END, SIGN, IS_BLOCK, BEGINS, ENDS, NAMED, CLOSED = range(11)
ELEMENT_COLUMNS = 11
# Columns of `Scan.blocks`; TEXT and WORD are half-open ranges, the rest counts.
(
    TEXT_FROM, TEXT_TO, OWNER, INNER, WORD_FROM, WORD_TO, CHARS, LINKED, LINKS, BOLD, STOPS, COMMAS, DIGITS, CAPITALS,
    LAST, START, LINES, IDEOGRAPHS, MARKS, ITALIC, IMAGES,
) = range(21)  # fmt: skip
BLOCK_COLUMNS = 21

# Places in the kernels' state: rows filled, then what is open, then the characters of the block by kind.
(
    ELEMENTS, BLOCKS, TEXT, WORDS, OPEN, BEGUN, GAP, BREAKS, LINK_DEPTH, BOLD_DEPTH, WORD_HASH, IN_WORD, LAST_LETTER,
    SKIPPED_NAME, SKIPPED_DEPTH, ITALIC_DEPTH, IMAGES_SEEN,
) = range(17)  # fmt: skip
COUNTS = 17
SPACE, MARK, STOP, COMMA, LETTER, DIGIT, CAPITAL, IDEOGRAPH = range(8)  # kinds of characters
QUOTE, BRACKET, DASH, SIGN_MARK = range(8, 12)  # kinds of marks that begin a block
STATE_SIZE = COUNTS + 8
TAG_BEGINS, TAG_ENDS, AMPERSAND = 60, 62, 38  # bytes


class Scan(NamedTuple):
    """A page as arrays: a row an element, a row a block, and the blocks' text and words one after another."""

    elements: IntegerTable
    marks: Longs  # of elements: the groups of `block_words` that its name and attributes belong to
    blocks: IntegerTable
    groups: ShortTable  # of blocks: how many of its words belong to each of `TEXT_GROUPS`
    text: Bytes  # UTF-8, white space folded
    words: Hashes  # FNV-1a of each word in lower case
    markup: GivenBytes  # what was scanned, in UTF-8, and padding

    def block_text(self, block: int) -> str:
        """The text of one block, line ends where `<br>` stood."""
        start, end = self.blocks[block, TEXT_FROM], self.blocks[block, TEXT_TO]
        return self.text[start:end].tobytes().decode("utf-8", "replace")


class Tables(NamedTuple):
    """What `block_words` knows of elements, words and class names, as the kernels look it up."""

    tags: Longs
    kinds: Tiny
    bits: Longs
    words: Longs
    groups: Shorts
    steps: ShortTable
    found: Longs
