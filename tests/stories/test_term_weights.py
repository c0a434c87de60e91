"""Weights of terms: what each weighs in a text of its language, and in one without frequencies."""

import dataclasses
import math
from collections import Counter
from datetime import UTC, datetime

import numpy as np
import pytest
import wordfreq

from storyfold.schemas.pages import Article
from storyfold.settings.stories import StorySettings
from storyfold.stories.term_rows import Reference, count_terms
from storyfold.stories.term_vectors import UNIT, weigh_rows
from storyfold.text.distinct_terms import NAT
from storyfold.text.kept_terms import TermLimits
from storyfold.text.normalize import normalize_words
from storyfold.text.term_weights import ARTICLE_WORDS, load_background
from storyfold.text.terms import find_terms, hash_listed, read_terms

SEEN = datetime(2026, 1, 1, tzinfo=UTC)
ARTICLE = Article(
    article_id="a", seen_date=SEEN.date(), source_id="s", location="x", first_seen_at=SEEN, content_sha256="",
    warc_file="", warc_offset=0,
)  # fmt: skip
ENGLISH = "The minister said on Monday that the new law would help the schools of the city and those who work in them. "
TURKISH = (
    "Bakan pazartesi günü yaptığı açıklamada yeni yasanın gelecek yıl yürürlüğe gireceğini söyledi. "
    "Muhalefet ise bu kararın çok geç alındığını ve daha fazla bilgi verilmesi gerektiğini belirtti."
)
SWAHILI = (
    "Serikali ilitangaza siku ya Jumatatu kwamba sheria mpya ya shule itaanza kutumika mwaka ujao katika miji yote."
)


def weigh(body, language, title=None, reference=None, **limits):
    """Return the weights of the terms of the text and of the lead, by the words as printed in small letters.

    By general frequencies alone, or by a reference too: how many texts, and how many of them have each word.
    """
    article = dataclasses.replace(ARTICLE, body=body, language=language, title=title)
    rows = count_terms([article], TermLimits(**limits))
    printed = find_terms([body, title or ""], rows.vocabulary.tolist())
    words = [printed[term] for term in rows.vocabulary.tolist()]
    texts, having = reference or (0, {})
    documents = np.array([having.get(word, 0) for word in words], np.int64)
    found = weigh_rows(rows, Reference(texts, documents, documents), StorySettings())
    return tuple({w: x / UNIT for w, x in zip(words, v.tolist(), strict=True) if x} for v in (found.text, found.lead))


def look_up(word, language="en"):
    background = load_background(language)
    (place,) = np.flatnonzero(background.hashes == hash_listed([word])[0])
    return background.weights[place]


def test_a_rare_word_weighs_more_and_a_common_one_nothing():
    text, _ = weigh(ENGLISH + "government lukashenko", "en")
    assert 0.0 < text["government"] < text["lukashenko"]
    assert "the" not in text
    assert look_up("the") == 0.0 < look_up("government")


def test_a_number_weighs_more_than_all_numbers_of_its_length():
    text, _ = weigh(ENGLISH + "4711 0000 qqqqqq", "en")
    assert "0000" not in text  # as frequent as all years together
    assert 0.0 < text["4711"] <= text["qqqqqq"]


@pytest.mark.parametrize(
    ("language", "chance", "name"),
    [
        ("zh", "的大", "奥雷"),
        ("zh", "了一", "塔里"),
        ("ja", "はこ", "ドゥ"),
        ("ja", "した", "棹の"),
        ("ko", "에서", "댐벨"),
    ],
)
def test_a_pair_that_chance_makes_of_common_letters_weighs_less_than_a_name_s(language, chance, name):
    background = load_background(language)
    rare = background.rarest if hash_listed([name])[0] not in background.hashes else look_up(name, language)
    assert look_up(chance, language) < 0.5 * rare


def test_a_pair_within_a_long_word_is_as_frequent_as_its_words():
    every = wordfreq.get_frequency_dict("zh", wordlist="small")
    within = sum(frequency for word, frequency in every.items() if "主席" in word)
    assert 0.0 < look_up("主席", "zh") <= -math.log(-math.expm1(-within * ARTICLE_WORDS))


def test_weights_are_those_of_their_definition():
    listed = [word for word in wordfreq.top_n_list("en", 20_000, wordlist="small") if word.isascii() and word.isalpha()]
    lead, rest = [*listed[::67][:100], *["the"] * 50], [*["of"] * 50, *listed[5::31] * 2]
    title = [listed[9_000], listed[12_000], "qqqqqq"]
    frequencies = Counter()
    for word, frequency in wordfreq.get_frequency_dict("en", wordlist="small").items():
        frequencies[normalize_words(word)] += frequency if not word.endswith("'s") else 0.0
    every = weigh(" ".join(lead + rest), "en", " ".join(title), kept_terms=10_000)
    for view, words in zip(every, (lead + rest, lead), strict=True):
        expected = {}
        for word, times in Counter(title * 3 + words).items():
            share = -math.expm1(-max(frequencies[word], 1e-6) * ARTICLE_WORDS)
            nats = round(-math.log(share) * NAT) / NAT
            expected[word] = nats ** StorySettings().rarity_power * (1 + math.log(times)) if share < 0.3 else 0.0
        length = math.sqrt(math.fsum(x * x for x in expected.values()))
        assert view == pytest.approx({word: x / length for word, x in expected.items() if x}, abs=1e-6)


@pytest.mark.parametrize(
    ("language", "text", "own"),
    [
        ("en", ENGLISH, True),
        (None, ENGLISH, True),
        ("en-GB", ENGLISH, True),
        ("tr", TURKISH, True),
        ("en", TURKISH, False),
        (None, TURKISH, False),
        ("sw", SWAHILI, False),
        ("not a language", ENGLISH, False),
        ("zh", "中国外交部周一表示，两国将加强合作。", True),
        (None, "中国外交部周一表示，两国将加强合作。", True),
    ],
)
def test_frequencies_are_used_only_for_a_text_in_that_language(language, text, own):
    by_length = weigh(text, "sw")
    assert (weigh(text, language) == by_length) is not own


def test_without_frequencies_longer_words_weigh_more():
    text, _ = weigh("ya shule jumatatu kwambakwamba 東京", "sw")
    assert "ya" not in text  # as short as words that every text has
    assert text["shule"] < text["jumatatu"] == text["kwambakwamba"] == text["東京"]
    assert text["shule"] / text["jumatatu"] == pytest.approx((5 / 8) ** (2 * StorySettings().rarity_power), abs=1e-3)


def test_a_word_weighs_less_where_more_texts_of_the_reference_have_it_than_one_story_brings():
    words, most = "harbridge torwell ostmark verdano", StorySettings().story_texts
    alone, _ = weigh(ENGLISH + words, "en")
    reference = 1_000, {"harbridge": 200, "torwell": most, "ostmark": 900, "verdano": 1}
    text, _ = weigh(ENGLISH + words, "en", reference=reference)
    assert len({alone[word] for word in words.split()}) == 1
    assert text["harbridge"] < text["torwell"] == text["verdano"]
    assert "ostmark" not in text


def test_the_heaviest_terms_and_all_of_the_lead_are_kept():
    common = ["the", "of", "and"] * 5
    lead, rest = ["government", "minister"], [*common, "lukashenko", "vizier", "government", "economy", "vizier"]
    article = dataclasses.replace(ARTICLE, body=" ".join([*lead, *rest]), language="en")
    rows = count_terms([article], TermLimits(lead_words=2, kept_terms=2))
    printed = find_terms([article.body], rows.vocabulary.tolist())
    found = {printed[term]: number for number, term in enumerate(rows.vocabulary.tolist())}
    assert found.keys() == {"government", "minister", "lukashenko", "vizier"}
    times = {word: (int(rows.times[n]), int(rows.lead_times[n])) for word, n in found.items()}
    assert times == {"government": (2, 1), "minister": (1, 1), "lukashenko": (1, 0), "vizier": (2, 0)}


def test_an_article_without_words_has_no_terms():
    assert weigh("", None) == weigh("… — !", "en", "?") == ({}, {})


def test_a_title_alone_counts_in_both_views():
    text, lead = weigh("", "en", "Harbridge flooded")
    assert text == lead
    assert text.keys() == {"harbridge", "flooded"}


def test_the_lead_ends_after_its_words():
    _, lead = weigh("Harbridge Torwell Ostmark Verdano", "en", lead_words=2)
    assert lead.keys() == {"harbridge", "torwell"}
    assert len(read_terms("Harbridge Torwell Ostmark Verdano").hashes) == 4
