"""A slice of `benchmarks.fuzz_pages`: mutated pages give no error, end no worker, and always the same rows."""

import dataclasses

import pytest

from benchmarks.fuzz_cases import GROWN_EVERY, Case, make_case, parse_case
from benchmarks.fuzz_pages import parse_cases
from benchmarks.grown_pages import GROWN
from benchmarks.page_mutations import MUTATIONS
from storyfold.settings.parse import ParseSettings

LARGEST = 300_000  # bytes: what takes time in the square of its size shows itself at that
SETTINGS = ParseSettings(page_seconds=10)


def cases(count, **values):
    return [Case(seed=7, number=number, largest=LARGEST, shared=False, **values) for number in range(count)]


@pytest.mark.slow
def test_mutated_pages_do_no_harm_and_read_the_same_however_they_are_cut():
    chosen = cases(180) + [c for name in (*MUTATIONS, *GROWN) for c in cases(1, only=name)]
    found = list(parse_cases(chosen, 1, SETTINGS))
    assert [outcome for outcome in found if outcome.fault] == []
    assert sum("kept" in outcome.fate for outcome in found) > len(found) / 4  # else it tests only refusals
    # other processes, each with another order of its sets, and other neighbours
    again = parse_cases(chosen[::-1], 2, SETTINGS, chunk=7)
    assert [dataclasses.replace(outcome, seconds=0.0) for outcome in again][::-1] == [
        dataclasses.replace(outcome, seconds=0.0) for outcome in found
    ]


def test_a_case_is_always_the_same_page():
    chosen = cases(3 * GROWN_EVERY)
    assert [make_case(case) for case in chosen] == [make_case(case) for case in chosen]
    assert len({make_case(case) for case in chosen}) == len(chosen)


@pytest.mark.parametrize("name", MUTATIONS)
def test_each_mutation_changes_pages(name):
    changed = [make_case(dataclasses.replace(case, only=name)) for case in cases(20)]
    assert len({content for _, content in changed}) > 10
    assert all(made.startswith(name) for made, _ in changed)


def test_an_error_of_our_own_is_told_as_a_fault(monkeypatch):
    def fails(*_):
        raise ZeroDivisionError("on purpose")

    monkeypatch.setattr("benchmarks.fuzz_cases.parse_page", fails)
    outcome = parse_case(Case(seed=1, number=1, shared=False), SETTINGS)
    assert outcome.fault.startswith("ZeroDivisionError: on purpose (test_fuzz.py:")
    assert not outcome.ended
