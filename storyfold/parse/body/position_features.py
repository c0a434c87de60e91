"""Measure a block by its position: on the page, under headings, in articles, by images, among its neighbours."""

from __future__ import annotations

import numpy as np

from storyfold.kernels.arrays import Doubles, FloatTable, Longs
from storyfold.kernels.compiled import compiled
from storyfold.parse.body.feature_columns import (
    ARTICLE,
    ARTICLE_SENTENCES,
    ARTICLES_AROUND,
    ARTICLES_BEFORE,
    BLOCK_SHARE_BEFORE,
    FAR,
    H1,
    H2,
    H4,
    HEADING_LEVEL,
    HEADLINE,
    HEADLINE_LIKENESS,
    IMAGES_AFTER,
    IMAGES_BEFORE,
    IN_TITLES,
    LAST_HEADING_LEVEL,
    LAST_HEADING_LIKENESS,
    LAST_HEADING_LINKED,
    LINK_SHARE,
    MARKS_FROM,
    NEIGHBOUR_COLUMNS,
    NEIGHBOURS,
    PAGE_BLOCKS,
    PAGE_SENTENCES,
    PAGE_WORDS,
    SENTENCE_SHARE_BEFORE,
    SENTENCE_WORDS_AFTER,
    SENTENCE_WORDS_BEFORE,
    SINCE_HEADING,
    SINCE_HEADLINE,
    SINCE_IMAGE,
    SINCE_SENTENCE,
    TO_HEADLINE,
    TO_SENTENCE,
    WORD_SHARE_BEFORE,
    WORDS,
    WORDS_SINCE_HEADING,
    WORDS_SINCE_HEADLINE,
    P,
)
from storyfold.parse.html.scan_records import BlockRecords, ElementRecords


@compiled
def fill_position(sentences: Doubles, table: FloatTable) -> None:
    """Fill the columns of a block's position on the page, and those of the page.

    `sentences` has the words in sentences before each block, and in all. Loops, since distances run on.
    """
    count = len(table)
    words, whole, whole_words = 0.0, max(1.0, sentences[count]), max(1.0, table[:, WORDS].sum())
    headline, heading, sentence, headline_words = -1000, -1000, -1000, -1.0
    for b in range(count):
        row = table[b]
        row[BLOCK_SHARE_BEFORE] = b / count
        row[WORD_SHARE_BEFORE] = words / whole_words
        row[SENTENCE_SHARE_BEFORE] = sentences[b] / whole
        row[SENTENCE_WORDS_BEFORE] = sentences[b]
        row[SINCE_HEADLINE] = min(b - headline, 200)
        row[SINCE_HEADING] = min(b - heading, 50)
        row[SINCE_SENTENCE] = min(b - sentence, 30)
        row[WORDS_SINCE_HEADLINE] = words - headline_words if headline_words >= 0 else -1
        words += row[WORDS]
        if row[MARKS_FROM + H1] < 2:
            headline, headline_words = b, words
        if row[MARKS_FROM + H2] < 2:
            heading = b
        if sentences[b + 1] > sentences[b]:
            sentence = b
    headline, sentence = count + 1000, count + 1000
    for b in range(count - 1, -1, -1):
        row = table[b]
        row[TO_SENTENCE] = min(sentence - b, 30)
        row[TO_HEADLINE] = min(headline - b, 200)
        row[SENTENCE_WORDS_AFTER] = whole - sentences[b]
        if sentences[b + 1] > sentences[b]:
            sentence = b
        if row[MARKS_FROM + H1] < 2:
            headline = b
        row[PAGE_WORDS] = whole_words
        row[PAGE_SENTENCES] = whole
        row[PAGE_BLOCKS] = count


@compiled
def fill_headings(table: FloatTable) -> None:
    """Fill the columns of the headings before a block: a second headline, or a linked one, begins another article.

    Reads `IN_TITLES`, which `fill_stated` fills.
    """
    number, likeness, level, linked, same, since = 0, -1.0, 0, -1.0, -1.0, 0.0
    for b in range(len(table)):
        row = table[b]
        own = 1 if row[MARKS_FROM + H1] < 2 else 2 if row[MARKS_FROM + H2] < 2 else 0
        own = 3 if own == 0 and row[MARKS_FROM + H4] < 2 else own
        if own == 1:
            number += 1
            likeness = row[IN_TITLES]
        if own:
            level, linked, same, since = own, row[LINK_SHARE], row[IN_TITLES], 0.0
        row[HEADING_LEVEL] = own
        row[HEADLINE] = number
        row[HEADLINE_LIKENESS] = likeness
        row[LAST_HEADING_LEVEL] = level
        row[LAST_HEADING_LINKED] = linked
        row[LAST_HEADING_LIKENESS] = same
        row[WORDS_SINCE_HEADING] = since
        since += row[WORDS]


@compiled
def fill_articles(
    elements: ElementRecords, marks: Longs, blocks: BlockRecords, sentences: Doubles, table: FloatTable
) -> None:
    """Fill the columns of `<article>` elements: how many stand around a block, and before the innermost of them.

    `marks` are of elements; `sentences` has the words in sentences before each block, and in all.
    """
    before = np.zeros(len(elements) + 1)
    for number in range(len(elements)):
        before[number + 1] = before[number] + (marks[number] >> ARTICLE & 1)
    whole = max(1.0, sentences[len(blocks)])
    for b in range(len(blocks)):
        number, depth, share, order = blocks[b].block_element, 0, -1.0, -1.0
        while number > 0:
            element = elements[number]
            if marks[number] >> ARTICLE & 1:
                depth += 1
                if share < 0:
                    end = min(len(blocks), element.end_block)
                    share, order = (sentences[end] - sentences[element.first_block]) / whole, before[number]
            number = element.parent
        table[b, ARTICLES_AROUND] = depth
        table[b, ARTICLE_SENTENCES] = share
        table[b, ARTICLES_BEFORE] = order


@compiled
def fill_images(blocks: BlockRecords, table: FloatTable) -> None:
    """Fill the columns of images right before and after a block, and of blocks since the last: captions stand there."""
    since = FAR
    for b in range(len(blocks)):
        since = 0 if blocks[b].images else min(FAR, since + 1)
        table[b, IMAGES_BEFORE] = blocks[b].images
        table[b, IMAGES_AFTER] = blocks[b + 1].images if b + 1 < len(blocks) else 0
        table[b, SINCE_IMAGE] = since


@compiled
def fill_neighbours(elements: ElementRecords, blocks: BlockRecords, sentences: Doubles, table: FloatTable) -> None:
    """Fill the columns of three blocks before and after: their text, and whether their element is the same.

    `sentences` has the words in sentences before each block, and in all.
    """
    for b in range(len(blocks)):
        for neighbour in range(6):
            other = b + (neighbour - 3 if neighbour < 3 else neighbour - 2)
            column = NEIGHBOURS + NEIGHBOUR_COLUMNS * neighbour
            if not 0 <= other < len(blocks):
                table[b, column : column + NEIGHBOUR_COLUMNS] = -1
                continue
            table[b, column] = table[other, WORDS]
            table[b, column + 1] = table[other, LINK_SHARE]
            table[b, column + 2] = sentences[other + 1] - sentences[other]
            table[b, column + 3] = table[other, MARKS_FROM + P]
            own, theirs = elements[blocks[b].block_element], elements[blocks[other].block_element]
            table[b, column + 4] = (own.class_hash == theirs.class_hash) + (own.parent == theirs.parent)
