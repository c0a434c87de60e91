"""The columns of a block's features, in groups, and what they count by."""

from __future__ import annotations

from storyfold.parse.html.block_vocabulary import BITS, ELEMENT_GROUPS, FIRST_ELEMENT_BIT, GROUP_COUNTS

# A sentence of running text: so many words, so little of it linked, an end mark. Only to place other blocks by.
SENTENCE_WORDS, SENTENCE_LINKED = 12, 0.3
FAR = 16  # elements or blocks away: as good as absent
GRAM = 3  # words; the same as the copies' shingles

# Columns, in groups.
WORDS, LENGTH, LINK_SHARE, LINK_COUNT, BOLD_SHARE, STOP_COUNT, COMMA_SHARE, DIGIT_SHARE, CAPITAL_SHARE = range(9)
WORD_CHARS, LAST_KIND, START_KIND, LINE_COUNT, IDEOGRAPH_SHARE, MARK_SHARE, ITALIC_SHARE = range(9, 16)
GROUP_SHARES = 16
MARKS_FROM = GROUP_SHARES + GROUP_COUNTS
TREE = MARKS_FROM + BITS  # depth, shares of the page's sentences in 4 elements upwards, heights to 20, 50, 80 %, ...
TREE_COLUMNS = 14
LIKES = TREE + TREE_COLUMNS  # of the same sign: share of words, number, link share, share in sentences, mean words
LIKES_COLUMNS = 10
PLACE = LIKES + LIKES_COLUMNS
PLACE_COLUMNS = 11
HEADS = PLACE + PLACE_COLUMNS  # the heading before: its kind, links, likeness to the title; the article around
HEADS_COLUMNS = 10
HEADLINE = HEADS + 1  # how many headlines (`<h1>`) stand before or in it
SAID = HEADS + HEADS_COLUMNS  # share of words in the JSON-LD body, the descriptions, the titles; doubles
SAID_COLUMNS = 5
PAGE = SAID + SAID_COLUMNS
PAGE_COLUMNS = 5
IMAGE = PAGE + PAGE_COLUMNS  # images between it and the block before, and the one after; blocks since an image
IMAGE_COLUMNS = 3
AGAIN = IMAGE + IMAGE_COLUMNS  # share of word runs that stand before it too, that stand after it too
AGAIN_COLUMNS = 2
NEAR = AGAIN + AGAIN_COLUMNS  # of the blocks 1, 2, 3 before and after
NEAR_COLUMNS = 6 * 5
COLUMNS = NEAR + NEAR_COLUMNS

# Bits of elements among the marks.
_BIT = {name: FIRST_ELEMENT_BIT + i for i, names in enumerate(ELEMENT_GROUPS) for name in names.split()}
P, H1, H2, H4, ARTICLE = _BIT["p"], _BIT["h1"], _BIT["h2"], _BIT["h4"], _BIT["article"]
