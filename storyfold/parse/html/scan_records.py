"""Declare what the scan of a page gives (a record an element, a record a block) and the state that it keeps."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from storyfold.kernels.arrays import (
    ROW,
    Bytes,
    Hashes,
    Longs,
    ReadOnlyBytes,
    Record,
    Shorts,
    ShortTable,
    Tiny,
    declare_record,
)

ELEMENT_RECORD = declare_record(
    parent=np.int32,  # row of the element around it, which comes before it; -1 of the first, which holds the page
    tag=np.int32,  # hash of its name, 31 bits
    depth=np.int32,  # block elements around it, itself counted if it is one
    first_block=np.int32,  # its blocks are these rows, the end not among them
    end_block=np.int32,
    class_hash=np.int32,  # of its name and its class attribute, 31 bits: the same for elements of the same markup
    is_block=np.int32,  # 1 where text ends where it begins and ends, 0 where it stands within a line
    text_from=np.int32,  # its text within `Scan.text`, in bytes
    text_to=np.int32,
    attributes_from=np.int32,  # byte of `Scan.markup` after the name in its start tag
    end_tag_to=np.int32,  # byte of `Scan.markup` after its end tag; 0 where that is missing
)
BLOCK_RECORD = declare_record(
    text_from=np.int32,  # its text within `Scan.text`, in bytes
    text_to=np.int32,
    block_element=np.int32,  # row of the innermost block element around it
    inner_element=np.int32,  # row of the innermost element in which it begins
    word_from=np.int32,  # its words within `Scan.words`
    word_to=np.int32,
    chars=np.int32,  # characters, white space not counted; what follows counts some of them
    linked_chars=np.int32,
    links=np.int32,
    bold_chars=np.int32,
    stops=np.int32,  # marks that end a sentence
    commas=np.int32,
    digits=np.int32,
    capitals=np.int32,
    last_letter=np.int32,  # code point of the last character
    first_kind=np.int32,  # kind of the first character: one of those below
    lines=np.int32,
    ideographs=np.int32,
    marks=np.int32,  # other marks
    italic_chars=np.int32,
    images=np.int32,  # between the block before and this one
)

# Kinds of characters, and after them kinds of marks that begin a block.
KIND_SPACE, KIND_MARK, KIND_STOP, KIND_COMMA, KIND_LETTER, KIND_DIGIT, KIND_CAPITAL, KIND_IDEOGRAPH = range(8)
CHARACTER_KINDS = 8
KIND_QUOTE, KIND_BRACKET, KIND_DASH, KIND_SIGN = range(8, 12)

SCAN_STATE = declare_record(
    elements=np.int64,  # rows, bytes and words that are filled
    blocks=np.int64,
    text=np.int64,
    words=np.int64,
    depth=np.int64,  # open elements around the current byte, as many as of the stack are in use, from 0 on
    in_block=np.int64,  # 1 where the current block has a character
    space_pending=np.int64,  # 1 where white space was read that is not written yet
    break_pending=np.int64,  # 1 where it is a line end
    link_depth=np.int64,  # open elements that link, print bold and print italic
    bold_depth=np.int64,
    italic_depth=np.int64,
    word_hash=np.int64,  # of the word being read
    in_word=np.int64,
    last_letter=np.int64,  # code point
    skipped_name=np.int64,  # hash of the name of the element whose content is skipped, and how deep in its like
    skipped_depth=np.int64,
    images=np.int64,  # since the last block
    kinds=(np.int64, (CHARACTER_KINDS,)),  # the current block's characters of each kind
)

ElementRecords = Annotated[NDArray[np.record], ROW, ELEMENT_RECORD]
BlockRecords = Annotated[NDArray[np.record], ROW, BLOCK_RECORD]
ScanState = Annotated[Record, SCAN_STATE]
ScanStates = Annotated[NDArray[np.record], ROW, SCAN_STATE]


class Scan(NamedTuple):
    """A page as arrays: a record an element, a record a block, and the blocks' text and words one after another."""

    elements: ElementRecords
    marks: Longs  # of elements: the groups of `block_vocabulary` that its name and attributes belong to
    blocks: BlockRecords
    groups: ShortTable  # blocks x `TEXT_GROUPS`: how many words of the block belong to the group
    text: Bytes  # UTF-8, white space folded
    words: Hashes  # FNV-1a of each word in lower case
    markup: ReadOnlyBytes  # what was scanned, in UTF-8, and padding

    def block_text(self, block: int) -> str:
        """Return the text of one block, with line ends where `<br>` stood."""
        start, end = self.blocks[block].text_from, self.blocks[block].text_to
        return self.text[start:end].tobytes().decode("utf-8", "replace")


class Tables(NamedTuple):
    """The vocabulary as the kernels look it up: elements by their names, words of texts, and words in class names."""

    tags: Longs  # hashes of names, ascending
    kinds: Tiny  # of each name: what it is to the flow of text
    bits: Longs  # of each name: the groups that it belongs to
    words: Longs  # hashes of words, ascending
    groups: Shorts  # of each word: the groups that it belongs to, as bits
    steps: ShortTable  # states x letters: the next state of the automaton of class words
    found: Longs  # of each state: the groups whose words end there
