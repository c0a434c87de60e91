"""What is told of a block by its place: on the page, under headings, in articles, among neighbours."""

from __future__ import annotations

import numpy as np

from storyfold.kernels.arrays import Doubles, FloatTable, IntegerTable, Longs
from storyfold.kernels.compiled import compiled
from storyfold.parse.body.feature_columns import (
    ARTICLE,
    FAR,
    H1,
    H2,
    H4,
    HEADS,
    IMAGE,
    LINK_SHARE,
    MARKS_FROM,
    NEAR,
    PAGE,
    PLACE,
    SAID,
    WORDS,
    P,
)
from storyfold.parse.html.scan_rows import END, FIRST, IMAGES, OWNER, PARENT, SIGN


@compiled
def fill_place(sentences: Doubles, table: FloatTable) -> None:
    count = len(table)
    words, whole, whole_words = 0.0, max(1.0, sentences[count]), max(1.0, table[:, WORDS].sum())
    headline, heading, sentence, headline_words = -1000, -1000, -1000, -1.0
    for b in range(count):
        table[b, PLACE] = b / count
        table[b, PLACE + 1] = words / whole_words
        table[b, PLACE + 2] = sentences[b] / whole
        table[b, PLACE + 3] = sentences[b]
        table[b, PLACE + 4] = min(b - headline, 200)
        table[b, PLACE + 5] = min(b - heading, 50)
        table[b, PLACE + 6] = min(b - sentence, 30)
        table[b, PLACE + 7] = words - headline_words if headline_words >= 0 else -1
        words += table[b, WORDS]
        if table[b, MARKS_FROM + H1] < 2:
            headline, headline_words = b, words
        if table[b, MARKS_FROM + H2] < 2:
            heading = b
        if sentences[b + 1] > sentences[b]:
            sentence = b
    headline, sentence = count + 1000, count + 1000
    for b in range(count - 1, -1, -1):
        table[b, PLACE + 8] = min(sentence - b, 30)
        table[b, PLACE + 9] = min(headline - b, 200)
        table[b, PLACE + 10] = whole - sentences[b]
        if sentences[b + 1] > sentences[b]:
            sentence = b
        if table[b, MARKS_FROM + H1] < 2:
            headline = b
        table[b, PAGE] = whole_words
        table[b, PAGE + 1] = whole
        table[b, PAGE + 2] = count


@compiled
def fill_heads(table: FloatTable) -> None:
    """What headings stand before a block: a second headline, or one that is a link, begins another article."""
    number, likeness, level, linked, same, since = 0, -1.0, 0, -1.0, -1.0, 0.0
    for b in range(len(table)):
        own = 1 if table[b, MARKS_FROM + H1] < 2 else 2 if table[b, MARKS_FROM + H2] < 2 else 0
        own = 3 if own == 0 and table[b, MARKS_FROM + H4] < 2 else own
        if own == 1:
            number += 1
            likeness = table[b, SAID + 2]
        if own:
            level, linked, same, since = own, table[b, LINK_SHARE], table[b, SAID + 2], 0.0
        table[b, HEADS] = own
        table[b, HEADS + 1] = number
        table[b, HEADS + 2] = likeness
        table[b, HEADS + 3] = level
        table[b, HEADS + 4] = linked
        table[b, HEADS + 5] = same
        table[b, HEADS + 6] = since
        since += table[b, WORDS]


@compiled
def fill_articles(
    elements: IntegerTable, marks: Longs, blocks: IntegerTable, sentences: Doubles, table: FloatTable
) -> None:
    """How many `<article>` elements stand before the block's own, around it, and what share of sentences is in it."""
    before = np.zeros(len(elements) + 1)
    for element in range(len(elements)):
        before[element + 1] = before[element] + (marks[element] >> ARTICLE & 1)
    whole = max(1.0, sentences[len(blocks)])
    for b in range(len(blocks)):
        element, depth, share, order = blocks[b, OWNER], 0, -1.0, -1.0
        while element > 0:
            if marks[element] >> ARTICLE & 1:
                depth += 1
                if share < 0:
                    end = min(len(blocks), elements[element, END])
                    share, order = (sentences[end] - sentences[elements[element, FIRST]]) / whole, before[element]
            element = elements[element, PARENT]
        table[b, HEADS + 7] = depth
        table[b, HEADS + 8] = share
        table[b, HEADS + 9] = order


@compiled
def fill_images(blocks: IntegerTable, table: FloatTable) -> None:
    """Images right before and after a block, and blocks since the last one: captions stand by them."""
    since = FAR
    for b in range(len(blocks)):
        since = 0 if blocks[b, IMAGES] else min(FAR, since + 1)
        table[b, IMAGE] = blocks[b, IMAGES]
        table[b, IMAGE + 1] = blocks[b + 1, IMAGES] if b + 1 < len(blocks) else 0
        table[b, IMAGE + 2] = since


@compiled
def fill_near(elements: IntegerTable, blocks: IntegerTable, sentences: Doubles, table: FloatTable) -> None:
    for b in range(len(blocks)):
        for place in range(6):
            other = b + (place - 3 if place < 3 else place - 2)
            at = NEAR + 5 * place
            if not 0 <= other < len(blocks):
                table[b, at : at + 5] = -1
                continue
            table[b, at] = table[other, WORDS]
            table[b, at + 1] = table[other, LINK_SHARE]
            table[b, at + 2] = sentences[other + 1] - sentences[other]
            table[b, at + 3] = table[other, MARKS_FROM + P]
            own, theirs = blocks[b, OWNER], blocks[other, OWNER]
            table[b, at + 4] = (elements[own, SIGN] == elements[theirs, SIGN]) + (
                elements[own, PARENT] == elements[theirs, PARENT]
            )
