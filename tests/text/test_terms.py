"""Terms of a text: words, and pairs of letters in scripts without spaces, hashed alike wherever they stand."""

from __future__ import annotations

import subprocess
import sys
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests_support import costs_at_most

from storyfold.text.normalize import split_words
from storyfold.text.terms import MOST_LETTERS, PAIR, find_terms, hash_listed, read_terms

TEXTS = {
    "Chinese": ("昨天清晨的洪水冲毁了两座桥", "议会星期三通过了新的预算案"),
    "Japanese": ("川の水位が上がり橋が流された", "ガス会社が料金を引き上げる"),
    "Korean": ("홍수로 다리 두 개가 무너졌다", "의회가 새 예산안을 통과시켰다"),
    "Thai": ("น้ำท่วมทำให้สะพานสองแห่งพัง", "รัฐสภาผ่านงบประมาณเมื่อวันพุธ"),
    "Lao": ("ນ້ຳຖ້ວມເຮັດໃຫ້ຂົວສອງແຫ່ງພັງ", "ສະພາໄດ້ຜ່ານງົບປະມານໃໝ່"),
    "Burmese": ("ရေကြီးမှုကြောင့် တံတားနှစ်စင်း ပျက်စီး", "လွှတ်တော်က ဘတ်ဂျက်သစ်ကို အတည်ပြု"),
    "Khmer": ("ទឹកជំនន់បានបំផ្លាញស្ពានពីរ", "សភាបានអនុម័តថវិកាថ្មី"),
}


def show(text):
    terms = read_terms(text)
    return [text[begin:end] for begin, end in zip(terms.begins, terms.ends, strict=True)]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", []),
        ("…—!", []),
        ("The Mayor’s ＢＩＧ plan: don’t wait", ["The", "Mayor", "ＢＩＧ", "plan", "don’t", "wait"]),
        ("It's 1,000 s 's x_y", ["It", "1", "000", "s", "s", "x", "y"]),
        ("東京都 2023年 서울에", ["東京", "京都", "2023", "年", "서울", "울에"]),
        ("東京、京都 人", ["東京", "京都", "人"]),
        ("น้ำท่วม", ["น้ำ", "ำท่", "ท่ว", "วม"]),
        ("မြန်မာ", ["မြန်", "န်မာ"]),
    ],
)
def test_terms_are_words_and_pairs_of_letters_with_their_vowel_signs(text, terms):
    assert show(text) == terms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("MAYOR’S École", "mayor " + unicodedata.normalize("NFD", "école")),
        ("ＮＥＷＳ １２", "news 12"),
        ("co\u00adoperate don’t", "cooperate don't"),
        ("東京、都", "東京 都"),
    ],
)
def test_another_spelling_has_the_same_terms(one, other):
    assert read_terms(one).hashes.tolist() == read_terms(other).hashes.tolist()


@pytest.mark.parametrize(
    "forms",
    [
        "Исаков Исакова Исакову Исаковым Исакове",  # Russian cases
        "землетрясение землетрясения землетрясением землетрясениями землетрясениях",
        "северный северного северному северным",
        "Сальвера Сальвери Сальвері Сальверу Сальверою",  # Ukrainian
        "زلزال الزلزال والزلزال بالزلزال للزلزال",  # Arabic: an earthquake, the, and the, in the, for the
        "Karamir Karamir'de Karamir’den Karamir'in Karamir'e KARAMİR'DEKİ",  # Turkish
        "73 73'e 73’ten 73'ü",
        "ılık ILIK Ilık ılık'ı",  # a dotless i is folded as its capital is, which nobody can tell from that of i
    ],
)
def test_forms_of_a_word_are_one_term(forms):
    assert len(set(read_terms(forms).hashes.tolist())) == 1


@pytest.mark.parametrize(
    "words",
    [
        "дом дым дам",  # too short to be cut
        "Крым крыло",
        "Hawai'i Hawai",  # no Turkish ending begins with a vowel after one
        "Sana'a Sana",
        "O'De O",
        "l'un l",
        "we'll we",
        "rock'n rock's",
        "الله له",
        "harbour harbou",
    ],
)
def test_other_words_stay_apart(words):
    one, other = read_terms(words).hashes.tolist()[:2]
    assert one != other


def test_a_term_without_its_ending_is_printed_as_it_stands():
    text = "Жители Бахрута ждали. ووصل الزلزال"
    assert show(text) == ["Жители", "Бахрута", "ждали", "ووصل", "الزلزال"]
    assert list(find_terms([text], read_terms("Бахрут زلزال").hashes.tolist()).values()) == ["бахрута", "الزلزال"]


@pytest.mark.parametrize("script", TEXTS)
def test_two_texts_of_a_script_without_spaces_differ_and_one_resembles_its_copy(script):
    one, other = (set(read_terms(text).hashes.tolist()) for text in TEXTS[script])
    assert min(len(one), len(other)) >= 7
    assert len(one & other) <= 0.2 * len(one | other)
    copy = set(read_terms(TEXTS[script][1] + " 2024 " + TEXTS[script][0]).hashes.tolist())
    assert one | other < copy


def test_burmese_words_that_differ_in_a_vowel_sign_differ():
    assert read_terms("ကာကာ").hashes.tolist() != read_terms("ကီကီ").hashes.tolist()


def test_sizes_tell_letters_digits_and_pairs():
    assert read_terms("Harbour 2031 x2 東京 7").sizes.tolist() == [7, -4, 2, PAIR, -1]
    assert read_terms("a" * 60).sizes.tolist() == [MOST_LETTERS]


def test_listed_words_have_the_hashes_of_texts():
    listed = hash_listed(["harbour", "東京", "two words", "東京都", "", "don't", "人"])
    assert listed.tolist() == [
        *read_terms("Harbour 東京").hashes.tolist(), 0, 0, 0, *read_terms("Don’t 人").hashes.tolist(),
    ]  # fmt: skip


def test_terms_are_found_again_as_the_first_text_prints_them():
    wanted = read_terms("harbour mayor 東京").hashes.tolist()
    assert list(find_terms(["no", "The HARBOUR’s", "mayor Harbour 東京"], wanted).values()) == [
        "harbour", "mayor", "東京",
    ]  # fmt: skip


@given(st.text(st.sampled_from("aÉß’'-_ \n1東กัီကس\u0301ｶ한") | st.characters(), max_size=200))
def test_any_text_has_terms_in_order_each_within_it(text):
    terms = read_terms(text)
    assert (terms.begins < terms.ends).all()
    assert (np.diff(terms.begins) >= 0).all()
    assert terms.ends.max(initial=0) <= len(text)
    assert bool(len(terms.hashes)) == bool(split_words(text))
    assert read_terms(f"{text} {text}").hashes.tolist() == [*terms.hashes.tolist()] * 2


def test_another_process_gives_the_same_hashes():
    text = "Harbour 東京 น้ำ"
    code = f"from storyfold.text.terms import read_terms; print(read_terms({text!r}).hashes.tolist())"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == str(read_terms(text).hashes.tolist())
    assert read_terms(text).hashes.tolist()[0] == 10561218634392613993


@pytest.mark.parametrize("line", ["a" * 1_000_000, "a'" * 500_000, "'" * 1_000_000, "東" * 1_000_000, "1年" * 500_000])
def test_hostile_lines_of_a_megabyte_are_read_in_time(line):
    with costs_at_most(1.0):
        assert read_terms(line).ends.max(initial=0) <= len(line)
