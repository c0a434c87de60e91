"""Texts that could hold up the search for copies: small files of each end, and the families are theirs."""

import json
import subprocess
import sys

import pytest
from tests_support import ROOT

from benchmarks.bounded_cases import MOST_MB
from benchmarks.bounded_copies import COPIES
from benchmarks.hostile_texts import CASES, LONGEST_BODY

WITH_KNOWN_FAMILIES = {
    "identical", "identical-bare", "template", "long-bodies", "one-word-differs", "long-and-alike", "shared-paragraph",
    "growing", "repeated-sentence", "ideographs", "open-quotations",
}  # fmt: skip
# too little text to tell a copy by: each is alone, or those are together that are the same to the character
WITH_TOO_LITTLE = {"one-word", "repeated-word", "without-spaces", "punctuation", "combining-marks", "empty"}


def run_few(name):
    figures = COPIES.measure_case(name, CASES[name].few, 300, MOST_MB)
    assert figures["ended"] == "done", figures
    return figures


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(WITH_KNOWN_FAMILIES))
def test_known_families_come_out(name):
    figures = run_few(name)
    assert (figures["precision"], figures["recall"], figures["rand"]) == (1, 1, 1), figures


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(WITH_TOO_LITTLE))
def test_texts_with_too_little_to_compare_are_no_families_but_of_the_same(name):
    figures, few = run_few(name), CASES[name].few
    distinct = len({row["body"] for row in CASES[name].make_rows(few)})
    assert figures["families"] in {few, distinct}


@pytest.mark.slow
def test_a_text_that_slides_over_a_long_one_makes_families_of_neighbours():
    figures = run_few("sliding")
    assert 1 <= figures["families"] <= CASES["sliding"].few // 2


def test_every_case_is_tested():
    assert WITH_KNOWN_FAMILIES | WITH_TOO_LITTLE | {"sliding"} == set(CASES)
    assert CASES["long-bodies"].few >= 4


@pytest.mark.parametrize("name", sorted(set(CASES) - {"long-bodies"}))
def test_a_case_is_the_same_each_time_and_its_families_are_known_or_not(name):
    few = CASES[name].few
    rows = list(CASES[name].make_rows(few))
    assert rows == list(CASES[name].make_rows(few))
    assert len({row["id"] for row in rows}) == len(rows) == few
    assert {"family" in row for row in rows} == {name in WITH_KNOWN_FAMILIES}


def test_long_bodies_are_as_long_as_the_bound_says():
    rows = list(CASES["long-bodies"].make_rows(2))
    assert [len(row["body"]) for row in rows] == [LONGEST_BODY, LONGEST_BODY]


@pytest.mark.slow
def test_half_a_character_is_told_with_its_line(tmp_path):
    file, out = tmp_path / "texts.jsonl", tmp_path / "families.jsonl"
    file.write_text('{"id": "a", "body": "The ferry stays in port."}\n{"id": "b", "body": "The \\ud800 ferry"}\n')
    command = [sys.executable, "-m", "flows.commands.cli", "copies", file, "--out", out]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode != 0
    assert "line 2" in done.stderr
    assert "Traceback" not in done.stderr
    assert not out.exists()


@pytest.mark.slow
def test_a_case_that_goes_beyond_a_bound_is_told_and_fails():
    options = ["--case", "identical", "--case", "empty", "--scale", ".001", "--memory", "30", "--json"]
    command = [sys.executable, "-m", "benchmarks.bounded_copies", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 1, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(line["case"], line["rows"], line["ended"]) for line in lines] == [
        ("identical", 50, "too large"),
        ("empty", 100, "too large"),
    ]
