"""The terms that are kept of texts: all of the lead, the heaviest of the rest, whatever texts are read beside."""

import random

import numpy as np
import pytest

from benchmarks.copy_documents import Event
from storyfold.text.kept_terms import GENERAL, LEAD_TIMES, TIMES, TermLimits, keep_terms
from storyfold.text.term_weights import choose_backgrounds, load_background
from storyfold.text.terms import find_terms, hash_listed, read_terms
from storyfold.text.words import join_texts

ENGLISH = ("Ferry stays in port", "\n\n".join(Event(random.Random(1)).paragraphs(400)), "en")
JAPANESE = ("船は港に", "昨夜の地震で船は港にとどまった。けがをした人はいない。", None)
TEXTS = [
    ENGLISH,
    ("Fähre bleibt im Hafen", "Die Fähre nach Norden blieb am Montag im Hafen, sagte ein Sprecher der Reederei.", "de"),
    JAPANESE,
    ("", "", "en"),
    (None, "\n\n".join(Event(random.Random(2)).paragraphs(2_000)), "en"),
    ("Only a headline about Zanzibar", "", None),
    ("Ferry stays in port", "Сегодня паром остался в порту из-за шторма, сообщили в администрации города.", "ru"),
]
UNKNOWN = "tlh"  # a language without frequencies


def keep(texts, **limits):
    """What is kept of each text: for each hash its times, lead times, and general weight."""
    titles, bodies = (join_texts([text[n] or "" for text in texts]) for n in (0, 1))
    made = keep_terms(titles, bodies, [language for *_, language in texts], TermLimits(**limits))
    spans = zip(made.starts[:-1].tolist(), made.starts[1:].tolist(), strict=True)
    kept = [(made.hashes[a:b].tolist(), made.counts[:, a:b].T.tolist()) for a, b in spans]
    for hashes, _ in kept:
        assert hashes == sorted(set(hashes))
    return [dict(zip(hashes, counts, strict=True)) for hashes, counts in kept]


def keep_words(title, body, language, **limits):
    """The same of one text, by the words as printed in small letters."""
    (kept,) = keep([(title, body, language)], **limits)
    return {word: kept[term] for term, word in find_terms([title or "", body], kept).items()}


def test_a_text_has_its_terms_whatever_is_read_beside_it():
    alone = [keep([text])[0] for text in TEXTS]
    assert keep(TEXTS) == alone
    assert keep(TEXTS[::-1]) == alone[::-1]
    assert [bool(kept) for kept in alone] == [True, True, True, False, True, True, True]
    assert keep([]) == []


def test_all_of_the_lead_and_the_heaviest_of_the_rest_are_kept():
    (whole,), (kept,) = keep([TEXTS[4]], kept_terms=10**6), keep([TEXTS[4]])
    assert kept.items() < whole.items()
    assert {term for term, counts in whole.items() if counts[LEAD_TIMES]} < kept.keys()
    weights = {term: c[GENERAL] * (1 + np.log(c[TIMES])) for term, c in whole.items()}
    heaviest = sorted(weights, key=lambda term: (-weights[term], term))[:120]
    lead = {term for term, counts in whole.items() if counts[LEAD_TIMES]}
    assert kept.keys() == lead | set(heaviest)


def test_of_terms_that_weigh_the_same_those_with_the_smallest_hashes_are_kept():
    words = [f"q{a}{b}xzv" for a in "bcdfghjklm" for b in "npqrstvwxz"]  # none is listed, each is as rare as any
    (kept,) = keep([(None, "zanzibar " + " ".join(words), UNKNOWN)], kept_terms=31, lead_words=1)
    zanzibar = hash_listed(["zanzibar"]).tolist()
    assert list(kept) == sorted([*zanzibar, *sorted(hash_listed(words).tolist())[:30]])


def test_times_are_counted_in_both_views_with_the_title_three_times():
    kept = keep_words("Zanzibar", "zanzibar " + "kumquat " * 200 + "quokka", UNKNOWN)
    assert {word: counts[:2] for word, counts in kept.items()} == {
        "zanzibar": [4, 4],
        "kumquat": [200, 149],
        "quokka": [1, 0],
    }
    assert keep_words("Zanzibar", "", UNKNOWN)["zanzibar"][:2] == [3, 3]
    assert keep_words(None, "kumquat " * 70_000, UNKNOWN, body_characters=10**7)["kumquat"][TIMES] == 65_535


def test_a_term_weighs_what_its_language_says_in_thousandths_of_a_nat():
    kept = keep_words(None, "The minister said that the law would help the schools and those of the zqvxk.", "en")
    assert "the" not in kept
    rarest = load_background("en").rarest
    assert kept["zqvxk"][GENERAL] == round(1_000 * rarest) > kept["minister"][GENERAL] > 1_204  # a share of .3


def test_a_word_without_frequencies_weighs_by_its_length():
    kept = keep_words(None, "qa zanzi zanzibar zanzibarites", UNKNOWN)
    assert [kept[word][GENERAL] for word in ("qa", "zanzi", "zanzibar", "zanzibarites")] == [500, 3_125, 8_000, 8_000]


def test_no_more_of_a_body_is_read_than_is_said():
    text = (None, "zanzibar kumquat", UNKNOWN)
    (kept,) = keep([text], body_characters=len("zanzibar kum"))
    assert list(kept) == sorted(hash_listed(["zanzibar", "kum"]).tolist())


@pytest.mark.parametrize("language", ["ja", "JA-jp"])
def test_where_no_language_is_known_the_script_shows_it(language):
    ((background, numbers),) = choose_backgrounds([None], join_texts([""]), join_texts([JAPANESE[1]]))
    assert background is load_background("ja")
    assert numbers.tolist() == [0]
    assert len(read_terms(JAPANESE[1]).hashes) > 10
    assert keep([JAPANESE]) == keep([(*JAPANESE[:2], language)])
