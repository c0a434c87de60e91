"""Characters: their kinds and what they count as, the same on every Python."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest

from storyfold.kernels.arrays import Bytes, Integers
from storyfold.text.characters import (
    ALONE,
    BLOCK_BITS,
    BREAK,
    INSIDE,
    LETTER,
    LINE,
    OPENING,
    QUOTE,
    UNICODE_VERSION,
    find_place,
    read_character_tables,
)
from tools.write_character_tables import classify_characters, pack_tables

NAMES = {BREAK: "break", LETTER: "letter", INSIDE: "inside", ALONE: "alone", LINE: "line", QUOTE: "quote"}
SENTENCES = {
    "Chinese": ("昨天清晨二〇二四年的洪水冲毁了两座桥", "议会星期三通过了新的预算案"),
    "Japanese": ("人々は昨夜、川の水位を見守った", "ｶﾞｽ会社が料金を引き上げる"),
    "Thai": ("น้ำท่วมทำให้สะพานสองแห่งพังเมื่อเช้านี้", "รัฐสภาผ่านงบประมาณเมื่อวันพุธ"),
    "Lao": ("ນ້ຳຖ້ວມເຮັດໃຫ້ຂົວສອງແຫ່ງພັງ", "ສະພາໄດ້ຜ່ານງົບປະມານໃໝ່"),
    "Burmese": ("ရေကြီးမှုကြောင့် တံတားနှစ်စင်း ပျက်စီး", "လွှတ်တော်က ဘတ်ဂျက်သစ်ကို အတည်ပြု"),
    "Khmer": ("ទឹកជំនន់បានបំផ្លាញស្ពានពីរ", "សភាបានអនុម័តថវិកាថ្មី"),
}


def unpack() -> tuple[Bytes, Integers]:
    tables, codes = read_character_tables(), np.arange(0x110000)
    places = (tables.blocks[codes >> BLOCK_BITS].astype(np.int64) << BLOCK_BITS) | (codes & (1 << BLOCK_BITS) - 1)
    return tables.kinds[places], (codes + tables.shifts[places]).astype(np.int32)


def get_kind(character: str) -> int:
    tables = read_character_tables()
    return int(tables.kinds[find_place.py_func(tables.blocks, ord(character))])


def fold(text: str) -> str:
    """Return what the characters count as: those of words alone."""
    tables = read_character_tables()
    places = {c: find_place.py_func(tables.blocks, ord(c)) for c in text}
    kept = [c for c in text if tables.kinds[places[c]] in (LETTER, ALONE)]
    return "".join(chr(ord(c) + int(tables.shifts[places[c]])) for c in kept)


def test_every_python_would_write_the_tables_for_the_characters_that_it_knows() -> None:
    (kinds, folded), (ours, our_folded) = unpack(), classify_characters()
    known = np.array([unicodedata.category(chr(code)) != "Cn" for code in range(0x110000)])
    assert np.array_equal(kinds[known], ours[known])
    assert np.array_equal(folded[known], our_folded[known])


@pytest.mark.skipif(
    unicodedata.unidata_version != UNICODE_VERSION,
    reason=f"this Python has Unicode {unicodedata.unidata_version}, the file that of {UNICODE_VERSION}",
)
def test_the_file_is_what_the_script_writes() -> None:
    for kept, written in zip(read_character_tables(), pack_tables(*classify_characters()), strict=True):
        assert kept.dtype == written.dtype
        assert np.array_equal(kept, written)


@pytest.mark.parametrize(
    ("character", "kind"),
    [
        (" ", BREAK), ("-", BREAK), ("_", BREAK), ("💧", BREAK), ("\ud800", BREAK), ("\U0010ffff", BREAK),
        ("a", LETTER), ("Й", LETTER), ("7", LETTER), ("한", LETTER), ("क", LETTER), ("ם", LETTER), ("𐐨", LETTER),
        ("\u0301", INSIDE), ("’", INSIDE), ("\u00ad", INSIDE), ("\u093f", INSIDE), ("\U000e0100", INSIDE),
        ("京", ALONE), ("〇", ALONE), ("々", ALONE), ("ｶ", ALONE), ("𠮷", ALONE), ("\ufa10", ALONE), ("ก", ALONE),
        ("\n", LINE), ("\r", LINE), ("\u2028", LINE), ('"', QUOTE), ("”", QUOTE), ("“", OPENING), ("「", OPENING),
    ],
)  # fmt: skip
def test_each_character_has_its_kind(character: str, kind: int) -> None:
    assert NAMES.get(get_kind(character)) == NAMES.get(kind)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ÉCOLE ÅNGSTRÖM", "école ångström"),
        ("École", unicodedata.normalize("NFD", "École")),
        ("ＮＥＷＳ １２", "news 12"),
        ("ΟΔΟΣ", "οδος"),
        ("𝐍𝐞𝐰𝐬 ℂ ⑶", "news c 3"),
        ("ﾆｭｰｽ ｶﾞｽ", "ニュース ガス"),
        ("\ufa10 \U0002f800", "塚 丽"),
        ("軟體與歷史", "软体与历史"),
        ("國際", "国际"),
        ("BEIJING’S co\u00adoperate", "beijing's cooperate"),
    ],
)
def test_case_width_accents_and_apostrophes_do_not_count(one: str, other: str) -> None:
    assert fold(one).lower() == fold(one) == fold(other)


@pytest.mark.parametrize("script", SENTENCES)
def test_scripts_without_spaces_count_by_letters_and_their_marks_belong_to_them(script: str) -> None:
    for sentence in SENTENCES[script]:
        marks = [c for c in sentence if unicodedata.category(c)[0] == "M" or c == "ﾞ"]
        assert {get_kind(mark) for mark in marks} <= {INSIDE}
        assert {get_kind(c) for c in sentence if unicodedata.category(c)[0] == "L" and c not in marks} == {ALONE}
        assert len(fold(sentence)) > 8
    assert fold(SENTENCES[script][0]) != fold(SENTENCES[script][1])


def test_the_first_characters_are_at_their_own_places() -> None:
    blocks = read_character_tables().blocks
    assert [find_place.py_func(blocks, code) for code in range(256)] == list(range(256))


def test_folding_twice_is_folding_once() -> None:
    kinds, folded = unpack()
    words = np.flatnonzero((kinds == LETTER) | (kinds == ALONE))
    assert np.array_equal(folded[folded[words]], folded[words])
    assert np.isin(kinds[folded[words]], (LETTER, ALONE)).all()
