"""Name the columns of a block's features, in groups, and what they count by.

Features are a matrix of blocks x `COLUMNS` numbers, as boosted trees read them. A distance counts blocks, or elements
upwards; `FAR` where there is nothing near. Words are those of running text: two ideographs count as one.
"""

from __future__ import annotations

from storyfold.parse.html.block_vocabulary import BITS, ELEMENT_GROUPS, FIRST_ELEMENT_BIT, GROUP_COUNTS

# A sentence of running text: so many words, so little of it linked, an end mark. It only serves to locate other blocks.
SENTENCE_WORDS, SENTENCE_LINKED = 12, 0.3
FAR = 16  # elements or blocks away: as good as absent
GRAM = 3  # words of a run; the same as the copies' shingles

# Its text: counts, and shares of its characters.
WORDS, LENGTH, LINK_SHARE, LINK_COUNT, BOLD_SHARE, STOP_COUNT, COMMA_SHARE, DIGIT_SHARE, CAPITAL_SHARE = range(9)
WORD_CHARS, LAST_KIND, START_KIND, LINE_COUNT, IDEOGRAPH_SHARE, MARK_SHARE, ITALIC_SHARE = range(9, 16)
GROUP_SHARES = 16  # of each of `TEXT_GROUPS`: share of its words

# The elements around it: of each group of names and class words, how far upwards the next such element is.
MARKS_FROM = GROUP_SHARES + GROUP_COUNTS
TREE = MARKS_FROM + BITS
DEPTH = TREE  # block elements around it
PAGE_SENTENCES_WITHIN = TREE + 1  # share of the page's sentences in each of 4 block elements upwards
HEIGHTS = TREE + 5  # block elements upwards to one with 20, 50 and 80 % of the page's sentences
LINKED_WITHIN = TREE + 8  # share of words that are linked in the second to fourth block element upwards
SENTENCES_WITHIN = TREE + 11  # share of words that are in sentences there
TREE_COLUMNS = 14

# Blocks of the same markup, on two levels (`fill_similar`): mean words, how many, share of words that are linked, that
# are in sentences, and share of the page's sentences.
SIMILAR = TREE + TREE_COLUMNS
SIMILAR_COLUMNS = 5  # of one level

# Its position on the page. Shares are of all blocks, words and words in sentences; distances are capped.
POSITION = SIMILAR + 2 * SIMILAR_COLUMNS
POSITION_COLUMNS = 11
(
    BLOCK_SHARE_BEFORE, WORD_SHARE_BEFORE, SENTENCE_SHARE_BEFORE, SENTENCE_WORDS_BEFORE, SINCE_HEADLINE, SINCE_HEADING,
    SINCE_SENTENCE, WORDS_SINCE_HEADLINE, TO_SENTENCE, TO_HEADLINE, SENTENCE_WORDS_AFTER,
) = range(POSITION, POSITION + POSITION_COLUMNS)  # fmt: skip

# Headings: its own level (1 headline, 2 of `<h2>` and `<h3>`, 3 below, 0 none); headlines before or in it, and how like
# the page's titles the last one is; level, link share and likeness of the last heading, and words since; `<article>`
# elements around it, the innermost one's share of the page's sentences, and how many begin before that.
HEADINGS = POSITION + POSITION_COLUMNS
HEADINGS_COLUMNS = 10
(
    HEADING_LEVEL, HEADLINE, HEADLINE_LIKENESS, LAST_HEADING_LEVEL, LAST_HEADING_LINKED, LAST_HEADING_LIKENESS,
    WORDS_SINCE_HEADING, ARTICLES_AROUND, ARTICLE_SENTENCES, ARTICLES_BEFORE,
) = range(HEADINGS, HEADINGS + HEADINGS_COLUMNS)  # fmt: skip

# What the page states of its text: share of its word runs in the JSON-LD body and in the descriptions (-1 where there
# is none), of its words in the titles and credits, share of the descriptions' runs that it has; blocks of its words.
STATED = HEADINGS + HEADINGS_COLUMNS
STATED_COLUMNS = 5
IN_JSON_LD, IN_DESCRIPTIONS, IN_TITLES, DESCRIPTIONS_SHARE, SAME_BLOCKS = range(STATED, STATED + STATED_COLUMNS)

# The page: its words, those in sentences, its blocks; word runs found in the JSON-LD body for each that it has, 3 at
# most and -1 where there is none, and how many it has.
PAGE = STATED + STATED_COLUMNS
PAGE_COLUMNS = 5
PAGE_WORDS, PAGE_SENTENCES, PAGE_BLOCKS, PAGE_JSON_LD_FOUND, PAGE_JSON_LD_RUNS = range(PAGE, PAGE + PAGE_COLUMNS)

# Images between it and the block before, and the one after; blocks since an image.
IMAGE = PAGE + PAGE_COLUMNS
IMAGE_COLUMNS = 3
IMAGES_BEFORE, IMAGES_AFTER, SINCE_IMAGE = range(IMAGE, IMAGE + IMAGE_COLUMNS)

# Share of its word runs that stand before it too, that stand after it too.
REPEATS = IMAGE + IMAGE_COLUMNS
REPEATS_COLUMNS = 2
RUNS_BEFORE, RUNS_AFTER = range(REPEATS, REPEATS + REPEATS_COLUMNS)

# Of each of the blocks 3, 2, 1 before and 1, 2, 3 after: words, link share, words in sentences, distance to a `<p>`,
# and in how much its markup is the same (0 to 2); all -1 where the page has none there.
NEIGHBOURS = REPEATS + REPEATS_COLUMNS
NEIGHBOUR_COLUMNS = 5  # of one neighbour
COLUMNS = NEIGHBOURS + 6 * NEIGHBOUR_COLUMNS

# Bits of elements among the marks.
_BIT = {name: FIRST_ELEMENT_BIT + i for i, names in enumerate(ELEMENT_GROUPS) for name in names.split()}
P, H1, H2, H4, ARTICLE = _BIT["p"], _BIT["h1"], _BIT["h2"], _BIT["h4"], _BIT["article"]
