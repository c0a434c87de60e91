"""The `[stories]` table: the numbers that decide which articles tell the same story, each with its origin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from storyfold.settings.ranges import SHARE, Range


@dataclass(frozen=True, slots=True, kw_only=True)
class StorySettings:
    """Hold one value of each number, for every corpus and language alike.

    `benchmarks/stories.py` measures them. Do not tune one alone.

    Figures are B-cubed F1 with dates on g5w1h (383 articles, 69 events) and allsides (3,429 articles, 1,450 stories).
    """

    # Mean similarity at which two groups join. .20: .892 and .806; .22: .877 and .824; .24: .877 and .841; .26: .855
    # and .858. Precision on allsides is a lower bound, so the last value at which g5w1h keeps its level.
    threshold: Annotated[float, SHARE] = 0.24
    # Factor on the similarity of two surely dated articles: of one day; and from `far_days` on, falling evenly in
    # between. As measured before on four other sets. On these two .7, 1.0 and 2 or 4 days gave no more; 1.6 for one day
    # gave .005 more, but most articles of a run are of one day, and it would lower the bar for them all.
    same_day: Annotated[float, Range(0, 10, "times", whole=False)] = 1.4
    far_apart: Annotated[float, Range(0, 10, "times", whole=False)] = 0.9
    far_days: Annotated[int, Range(1, 365, "days")] = 3
    # Two believed intervals further apart than this do not meet, so that what recurs by the month starts anew.
    # 14 days: .849 and .850; 28: .877 and .841; 60: .880 and .833; no bound: .901 and .800.
    window_days: Annotated[int, Range(1, 3_650, "days")] = 28
    # How often the title counts in both views; 1 costs a mean of .006 to .012, 4 is as 3
    title_copies: Annotated[int, Range(0, 100, "titles")] = 3
    # Words of the body in the second view; 60 to 200 are within .01 of each other
    lead_words: Annotated[int, Range(1, 100_000, "words")] = 150
    # What is read of one body; the longest of both sets has 53,479
    body_characters: Annotated[int, Range(1_000, 10**8, "characters")] = 100_000
    # A text's heaviest terms, by which its neighbours are found; 160 gave the same groups
    index_terms: Annotated[int, Range(1, 100_000, "terms")] = 80
    # Cosine over those terms from which a pair is compared in full; .02 gave the same F1
    index_overlap: Annotated[float, SHARE] = 0.05
    # A term with more texts than this ahead in time finds no neighbours; 500 costs .0003 F1
    index_reach: Annotated[int, Range(1, 10**7, "texts")] = 2_000
    keywords: Annotated[int, Range(1, 100, "words")] = 8  # as many as fit a line of a report
