"""The `[stories]` table: the numbers that decide which articles tell the same story, each with its origin."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from storyfold.settings.ranges import SHARE, Range, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class StorySettings:
    """Hold one value of each number, for every corpus and language alike.

    `python -m benchmarks.stories` measures them. Do not tune one alone: they were chosen together, so that the set that
    comes off worst against what is asked of it comes off best. Figures are B-cubed F1: "many" is g5w1h (383 articles,
    69 events), "few" allsides (3,429 articles, 1,450 stories), each with dates; "conf" are pairs of stories that are
    easily confused, "tiny" sets of ten stories (both without dates), "held" seven mixed sets of 50 to 680 articles.
    """

    # Mean similarity at which two groups join. No set is more than .005 below what is asked of it from .18 to .22.
    # A similarity is a cosine of 0 to 1, times what is rare about the two: it may be above 1.
    threshold: Annotated[float, Range(0.001, 10, "", whole=False)] = 0.20
    # Least part of its own similarity that the looser of two groups must have to the other. Without: many .92, few .86,
    # conf .70, tiny .95 at the threshold that is best for the worst; .74: .946, .90, .71, .96; .77: .934, .90, .70, .96
    wholeness: Annotated[float, SHARE] = 0.75
    # Factor on the similarity of two dated articles: of one day; and from `far_days` on, falling evenly in between.
    # 1.6 for one day: many .923 for .946; .9 for far ones: .947 for .955.
    same_day: Annotated[float, Range(0, 10, "times", whole=False)] = 1.4
    far_apart: Annotated[float, Range(0, 10, "times", whole=False)] = 1.0
    far_days: Annotated[int, Range(1, 365, "days")] = 3
    # And of two that are further apart than the window, unless both dates are confirmed or the texts were first seen
    # further apart than it: then they are apart. Labels of
    # sets are often the day of a crawl; with every such pair apart many falls to .91. .7 and .8 are within .004.
    beyond_window: Annotated[float, Range(0, 10, "times", whole=False)] = 0.75
    # Two confirmed dates further apart than this are of two events, so that what recurs by the month starts anew. Also
    # the days before an article's own whose articles are its reference.
    window_days: Annotated[int, Range(1, 3_650, "days")] = 28
    # Texts in general that a term's share in the reference is pooled with; 250 and 1,000 are within .01
    general_texts: Annotated[int, Range(1, 10**9, "texts")] = 500
    # Texts of the reference that one event may bring a term, which do not count against it; 10: conf -.01, tiny -.006
    story_texts: Annotated[int, Range(0, 10**6, "texts")] = 30
    # The same two for the null level: how much an article has in common with others. 300 and 5 are within .005 of each
    # other, 1,000 texts cost tiny .02, none of an event's own .05
    level_general_texts: Annotated[int, Range(1, 10**9, "texts")] = 200
    level_story_texts: Annotated[int, Range(0, 10**6, "texts")] = 10
    # Power of the logarithm of a term's rarity in its weight. 1, the usual one: .896 at each set's best threshold; .75:
    # .901; .5: .904, but a worse common one
    rarity_power: Annotated[float, Range(0.01, 4, "", whole=False)] = 0.7
    # Similarity is divided by the root of both null levels' product, to this power; .4: conf -.02, tiny -.02; .6: -.004
    level_power: Annotated[float, Range(0, 2, "", whole=False)] = 0.7
    # The null level at which that changes nothing (the median of both sets is .16 to .32), and the least
    usual_level: Annotated[float, Range(0.001, 100, "", whole=False)] = 0.3
    least_level: Annotated[float, Range(0.001, 100, "", whole=False)] = 0.045
    # Those of them by which a text's neighbours are found, and the cosine over them from which a pair is compared. Of
    # few three times over: .8732 in .9 s; 80 terms from .03: .8735 in 3.6 s
    index_terms: Annotated[int, Range(1, 100_000, "terms")] = 40
    index_overlap: Annotated[float, SHARE] = 0.05
    # Of texts that have a term two are held against each other if at most so many with it come between them in order of
    # time, or this share of all. Of the pairs of few, 30 times over (102,870 texts), that reach the threshold .9963 are
    # found so; by 1,500 .9904, by 3,000 .9973.
    index_reach: Annotated[int, Range(1, 10**7, "texts")] = 2_000
    index_reach_share: Annotated[float, SHARE] = 0.008
    # A term that a larger share has (and more texts than that) finds no neighbours
    index_share: Annotated[float, SHARE] = 0.1
    # How much of a text's weight, divided by its null level, a live page or a digest must have to mention it. Digests
    # made of reports (`benchmarks.story_digests`, even seeds): F1 of .81 on many, .60 on few, .76 of live
    # pages, at precision .89, .78, .73; .16: .81, .62, .73 at .86, .70, .68; .20: .82, .54, .79 at .93, .85, .79
    mention_threshold: Annotated[float, Range(0.001, 10, "", whole=False)] = 0.18
    # Of such a text as many terms find neighbours, for they are of many stories, and from less in common
    mention_terms: Annotated[int, Range(1, 100_000, "terms")] = 120
    mention_overlap: Annotated[float, SHARE] = 0.03
    # Cosine of crossing terms (names by their consonants, numbers, days) from which two texts in two languages are
    # linked at all, and the mean over such pairs, times `same_day` and the like, at which groups are joined across
    # languages. Of pairs across languages of one event, all of one day, the two sets of short invented reports have
    # .74 and .93 in one story, at precision 1.00; from .05 to .09 on .74 and .96, but then of 106,680 pairs of
    # unrelated texts 11 are in one story, and none with .10 (`python -m benchmarks.story_languages`).
    crossing_overlap: Annotated[float, Range(0.001, 1, "", whole=False)] = 0.1
    crossing_threshold: Annotated[float, Range(0.001, 10, "", whole=False)] = 0.20
    # The folder of a static model of words in many languages, which is a second evidence for such pairs.
    # A path in a file is taken from that file's folder.
    embeddings: Annotated[
        str | None, Text(re.compile(r"[^\x00]{1,4096}"), "the folder of a model", "models/static")
    ] = None
    # With it, a pair whose cosine of crossing terms is from the first of these on and whose vectors of title and lead
    # have a cosine from the second on is linked as if it reached `crossing_threshold`. Never by vectors alone: they
    # call two floods one. The second is a guess: no real model was measured.
    embeddings_overlap: Annotated[float, Range(0.001, 1, "", whole=False)] = 0.05
    embeddings_similarity: Annotated[float, SHARE] = 0.6
    keywords: Annotated[int, Range(1, 100, "words")] = 8  # as many as fit a line of a report
    # How many names of a story its row has: half of the stories of "many" have more, most of them in one text alone
    names: Annotated[int, Range(1, 1_000, "names")] = 20
    numbers: Annotated[int, Range(1, 1_000, "numbers")] = 10
    # A story is closed when no article came for so many days; one that comes later, but within `window_days`, opens it
    # again. Half of that window: what is told again in the other half was believed to be over.
    closes_days: Annotated[int, Range(1, 3_650, "days")] = 14
    # A story follows an earlier one that ended more than `window_days` before it and began at most so many days before:
    # a year and a month, so that what comes round once a year does.
    follows_days: Annotated[int, Range(1, 3_650, "days")] = 396
    # How alike the two must be. Of the 487,368 pairs of stories of "few" that lie so far apart 19 are, by their titles
    # all of one affair or series, and of "many" none of 455; of the stories cut in two by time 30 and 53 in 100 halves.
    # .22: 71 pairs, 41 and 66 halves; .28: 5 pairs, 18 and 47 halves (`python -m benchmarks.story_series`).
    follows_similarity: Annotated[float, SHARE] = 0.25
