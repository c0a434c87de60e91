"""Two texts side by side, and why they are copies or are not: with the stage's own measures and decisions."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest
from copies.copies_support import make_article
from hypothesis import given, settings
from hypothesis import strategies as st
from tests_support import costs_at_most

from benchmarks.copy_documents import Event
from storyfold.copies.direction import Extra, find_direction, list_findings, weigh_findings
from storyfold.copies.explain_pair import compare_two, explain_copies, make_two_documents
from storyfold.copies.side_by_side import lay_side_by_side, turn_rows
from storyfold.output.pair_reasons import CopyReasons
from storyfold.schemas.pages import Article
from storyfold.settings.copies import CopySettings

WORDS = "\n\n".join(Event(random.Random(1)).paragraphs(300)).split()
TEXT = " ".join(WORDS)
OTHER = "\n\n".join(Event(random.Random(2)).paragraphs(300))


def explain(first: Article, second: Article) -> CopyReasons:
    both = [first, second]
    documents = make_two_documents(
        pa.array([a.article_id for a in both]),
        pa.array([a.seen_date for a in both]),
        pa.array([a.outlet for a in both], pa.string()),
        [a.body for a in both],
    )
    repeated = np.zeros(len(documents.hashes), np.bool_)
    compared = compare_two(both, documents, repeated, CopySettings())
    return explain_copies(first, compared, repeated, CopySettings(), None, in_lake=False)


def dated(name: str, hour: int, body: str = TEXT, **given: object) -> Article:
    at = datetime(2026, 3, 2, hour, tzinfo=UTC)
    given = {"outlet": f"Paper {name}", "published_precision": "second", "date_confidence": "high"} | given
    return make_article(name, body, published_at=at, **given)


def join(rows, side):
    """All that stands on one side, by its place in the text; what is moved stands with it."""
    listed = [(getattr(row, f"{side}_start"), "".join(piece.text for piece in getattr(row, side))) for row in rows]
    return "".join(text for start, text in sorted((s, t) for s, t in listed if s is not None))


def test_added_cut_and_changed_words_are_marked():
    edited = " ".join([*WORDS[:40], *["brand", "new", "words"] * 6, *WORDS[40:60], "changed", *WORDS[61:100]])
    rows = lay_side_by_side(edited, TEXT)
    assert [row.kind for row in rows] == ["shared", "only A", "shared", "only B"]
    assert (rows[1].a_start, rows[1].a_words, rows[3].b_words) == (40, 18, len(WORDS) - 100)
    own = [[piece.text.strip() for piece in side if not piece.is_shared] for side in (rows[2].a, rows[2].b)]
    assert own == [["changed"], [WORDS[60]]]
    assert [row.kind for row in turn_rows(rows)] == ["shared", "only B", "shared", "only A"]


def test_what_stands_elsewhere_is_moved():
    rows = lay_side_by_side(" ".join([*WORDS[60:100], *WORDS[:60]]), " ".join(WORDS[:100]))
    assert sorted(row.kind for row in rows) == ["moved", "shared"]
    assert next(row for row in rows if row.kind == "moved").b_words == 40


@settings(max_examples=40)
@given(st.lists(st.integers(0, 299), max_size=20), st.integers(0, 10**6))
def test_no_word_of_either_text_is_lost(cuts, seed):
    shuffled = WORDS.copy()
    for cut in cuts:
        shuffled[cut % len(shuffled)] = f"new{cut}"
    random.Random(seed).shuffle(shuffled[:50])
    one = " ".join(shuffled)
    rows = lay_side_by_side(one, TEXT)
    assert (join(rows, "a"), join(rows, "b")) == (one, TEXT)


@pytest.mark.parametrize("text", ["", " ", "word", "a a a " * 3_000, "x" * 10_000, "\u202eabc \x1b[31m", "\ud800 b"])
def test_any_texts_stand_side_by_side(text):
    with costs_at_most(5):
        lay_side_by_side(text, TEXT)
        lay_side_by_side(text, text)


def test_thousands_of_moved_runs_take_no_squares():
    runs = [" ".join(f"w{n}x{k}" for k in range(9)) for n in range(4_000)]
    with costs_at_most(20):
        rows = lay_side_by_side(" ".join(runs), " ".join(reversed(runs)))
    assert sum(row.kind == "moved" for row in rows) == 3_999


def test_a_copy_its_evidence_and_what_would_change_it():
    found = explain(dated("a", 15, canonical_url="https://b.example/1", url="https://a.example/1"), dated("b", 8))
    assert (found.kind, found.first, found.strength, found.share_a) == ("full", "B", "medium", 1.0)
    assert found.is_identical
    assert [(e.name, e.first, e.agrees, e.weight) for e in found.evidence] == [("dates", "B", True, 3.0)]
    assert [(w.name, w.first, w.strength) for w in found.without] == [("dates", None, "unknown")]


def test_without_the_canonical_link_the_dates_decide():
    copy = dated("a", 8, url="https://a.example/1", original_url="https://b.example/1")
    found = explain(copy, dated("b", 15, url="https://b.example/1"))
    assert (found.first, found.strength) == ("B", "medium")
    assert [(e.name, e.first, e.agrees) for e in found.evidence] == [
        ("canonical link", "B", True),
        ("dates", "A", False),
    ]
    assert found.weight == 2.5
    assert [(w.name, w.first, w.strength) for w in found.without] == [
        ("canonical link", "A", "medium"),
        ("dates", "B", "high"),
    ]


def test_an_excerpt():
    found = explain(dated("a", 8), dated("b", 15, " ".join(WORDS[:120])))
    assert (found.kind, found.shorter, found.first, found.share_b) == ("excerpt", "B", "A", 1.0)
    missed = [measure.setting for measure in found.measures if not measure.passed]
    assert missed == ["mostly"]
    assert {measure.setting for measure in found.measures} >= {"least_shared", "family_share", "steady_share"}


def test_why_two_are_no_copies():
    found = explain(dated("a", 8), dated("b", 15, OTHER))
    assert (found.kind, found.first, found.is_candidate) == ("none", None, False)
    (measure,) = (m for m in found.measures if m.what.endswith("boilerplate set aside") and "quot" not in m.what)
    assert (measure.setting, measure.least, measure.passed) == ("family_share", 0.7, False)


def test_nothing_tells_which_was_first():
    found = explain(make_article("a", TEXT), make_article("b", TEXT))
    assert (found.kind, found.first, found.strength) == ("full", None, "unknown")
    assert found.without == ()


def test_the_findings_are_what_the_decision_is_made_of():
    pairs = [(dated("a", hour, agency=agency), dated("b", 9)) for hour in (8, 9, 10) for agency in (None, "AP")]
    for one, two in pairs:
        for extra in (Extra(0, 0, 0), Extra(3, 0, 0), Extra(0, 0, 9)):
            findings = list_findings(one, two, extra, first_is_longer=False)
            assert weigh_findings(findings, one, two, in_words=True) == find_direction(
                one, two, extra, first_is_longer=False
            )
