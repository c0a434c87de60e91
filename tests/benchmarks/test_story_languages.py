"""Reports of one event in several languages are found by the names and numbers that cross these."""

from __future__ import annotations

import pytest

from benchmarks.story_languages import (
    compare_reports,
    measure_groups,
    read_reported,
    read_translated,
)


@pytest.mark.parametrize(("read", "least"), [(read_translated, 0.7), (read_reported, 0.9)])
def test_reports_in_several_languages_are_one_story_and_those_of_one_language_stay_as_they_are(read, least):
    reports = read()
    measured = measure_groups(reports, compare_reports(reports))
    today, then = measured["words alone"], measured["words, then crossing terms"]
    assert then["across P"] >= 0.95
    assert then["across R"] >= least > today["across R"]
    assert then["in one P"] >= 0.95
    assert then["in one R"] >= today["in one R"]


def test_each_translation_is_found_by_its_original():
    reports = read_translated()
    pairs = {(p.a, p.b): p.cosine for p in compare_reports(reports)}
    number_of = {report.name: number for number, report in enumerate(reports)}
    translated = [(number_of[report.of], number) for number, report in enumerate(reports) if report.of]
    assert len(translated) >= 20
    assert min(pairs.get(pair, 0.0) for pair in translated) >= 0.15
