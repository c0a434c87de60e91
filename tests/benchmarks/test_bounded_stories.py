"""Articles that could hold up or mislead the grouping into stories: small files of each end, and end well."""

import pytest

from benchmarks.bounded_cases import MOST_MB
from benchmarks.bounded_stories import STORIES
from benchmarks.hostile_stories import CASES

# B-cubed precision and recall that few articles of a case reach, a little below what they had. Where half or all of a
# file report one event, its words say nothing about an article of that file, and it is not found.
LEAST = {
    "one-event": (1, 0), "one-event-among-others": (1, 0.5), "one-event-of-many-sides": (1, 0),
    "large-events": (1, 0.95), "chained-events": (0.93, 0.9), "without-titles": (1, 0.97), "undated": (1, 0.97),
    "empty": (1, 1), "titles-alone": (0.85, 0.3), "recurring-headlines": (1, 1), "same-headline": (1, 1),
    "mixed-languages": (0.95, 0.95),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(CASES))
def test_few_articles_of_a_case_end_well(name):
    figures = STORIES.measure_case(name, CASES[name].few, 300, MOST_MB)
    assert figures["ended"] == "done", figures
    precision, recall = LEAST[name]
    assert figures["precision"] >= precision, figures
    assert figures["recall"] >= recall, figures


def test_a_case_makes_the_same_articles_each_time():
    for name, case in CASES.items():
        assert list(case.make_rows(20)) == list(case.make_rows(20)), name
    assert LEAST.keys() == CASES.keys()
