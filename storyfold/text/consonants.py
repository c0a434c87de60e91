"""Reduce a word of any of several scripts to the consonants of its sound: one name, however it is spelled.

Seven classes are told apart: p (b, v, f, w), t (d, th), k (g, q), s (z, c, sh, ch, j, ts), l (r), m, n. Vowels, h and y
do not count, nor does one class twice in a row. So Durrani, Дуррани, دورانی, 杜拉尼 and ドゥラニ are all `tln`: what a
script does not write or tell apart is left out of all. It is Soundex (Russell 1918) over scripts, and coarser.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from storyfold.text.characters import list_variants

_LATIN = {
    **dict.fromkeys("bpvfw", "p"), **dict.fromkeys("dtðþ", "t"), **dict.fromkeys("kgqc", "k"),
    **dict.fromkeys("sz", "s"), **dict.fromkeys("lrł", "l"), "m": "m", "n": "n", "x": "ks", "h": "", "ß": "s", "đ": "t",
}  # fmt: skip
_CYRILLIC = {
    **dict.fromkeys("бпвфў", "p"), **dict.fromkeys("дтђћ", "t"), **dict.fromkeys("кгґ", "k"),
    **dict.fromkeys("сзцчшщжџѕ", "s"), **dict.fromkeys("лрљ", "l"), "м": "m", **dict.fromkeys("нњ", "n"),
    **dict.fromkeys("хьъ", ""),
}  # fmt: skip
_GREEK = {
    **dict.fromkeys("βπφ", "p"), **dict.fromkeys("δτθ", "t"), **dict.fromkeys("κγχ", "k"), **dict.fromkeys("σςζ", "s"),
    "ξ": "ks", "ψ": "ps", **dict.fromkeys("λρ", "l"), "μ": "m", "ν": "n",
}  # fmt: skip
_ARABIC = {
    **dict.fromkeys("بپفڤ", "p"), **dict.fromkeys("تدطضثذ", "t"), **dict.fromkeys("كکقگغ", "k"),
    **dict.fromkeys("سصزظشژجچ", "s"), **dict.fromkeys("لر", "l"), "م": "m", "ن": "n",
}  # fmt: skip
_DEVANAGARI = {
    **dict.fromkeys("पफबभव", "p"), **dict.fromkeys("तथदधटठडढ", "t"), **dict.fromkeys("कखगघ", "k"),
    **dict.fromkeys("चछजझशषस", "s"), **dict.fromkeys("लर", "l"), "म": "m", **dict.fromkeys("नणञंँ", "n"),
    **dict.fromkeys("़्", ""),
}  # fmt: skip
_KATAKANA = {
    **dict.fromkeys("カキクケコガギグゲゴ", "k"), **dict.fromkeys("サシスセソザジズゼゾチツヂヅ", "s"),
    **dict.fromkeys("タテトダデド", "t"), **dict.fromkeys("ナニヌネノ", "n"),
    **dict.fromkeys("フバビブベボパピプペポヴワ", "p"),
    **dict.fromkeys("マミムメモ", "m"), **dict.fromkeys("ラリルレロ", "l"),
}  # fmt: skip
_INITIALS = ("k", "k", "n", "t", "t", "l", "m", "p", "p", "s", "s", "", "s", "s", "s", "k", "t", "p", "")
_FINALS = (
    "", "k", "k", "ks", "n", "ns", "n", "t", "l", "lk", "lm", "lp", "ls", "lt", "lp", "l", "m", "p", "ps", "s", "s",
    "n", "s", "s", "k", "t", "p", "",
)  # fmt: skip
# The characters with which Chinese writes foreign names, by the consonants of their sound; 尔 and 耳 end a syllable.
_SIMPLIFIED = {
    character: sound
    for sound, characters in {
        "": "阿艾埃爱奥亚伊尤于约雅耶叶扬厄欧乌翁哈海赫霍胡豪黑希亥",
        "n": "安因英延恩亨汉纳娜奈内尼妮诺努涅讷",
        "p": "巴贝比波博布鲍伯勃帕派佩皮坡普法菲费夫弗福佛瓦维韦沃威",
        "pn": "班邦宾本潘庞蓬彭丰范芬冯温文万",
        "t": "达戴德迪多杜道塔泰特提蒂托图陶",
        "tn": "丹当登邓丁东敦坦汤藤滕廷通顿",
        "k": "卡凯克科考库加盖格戈古高圭奎",
        "kn": "坎康肯孔昆甘冈根贡",
        "s": "萨塞色斯西索苏沙舍什施绍舒肖扎泽兹祖佐茨策察采楚查切奇乔恰丘吉季焦朱贾杰哲夏谢休修丝",
        "sn": "桑森松尚申赞曾宗琴钦金京琼詹章辛欣兴香",
        "l": "拉莱勒雷利里立丽莉罗洛鲁卢吕劳列廖留刘柳尔耳瑞儒若热赖黎露萝娄蕾",
        "ln": "兰朗伦林隆龙良让",
        "m": "马玛麦迈梅米莫穆姆毛木密摩默缪",
        "mn": "曼蒙门明敏",
        "nn": "南楠嫩宁农侬",
    }.items()
    for character in characters
}
_TRADITIONAL = {one: other for one, other in list_variants(0x3400, 0x9FFF).items() if other in _SIMPLIFIED}
_HAN = _SIMPLIFIED | {one: _SIMPLIFIED[other] for one, other in _TRADITIONAL.items()}
HAN_OF_NAMES = "".join(_HAN)
_ENDS_SYLLABLE = "尔耳" + "".join(one for one, other in _TRADITIONAL.items() if other in "尔耳")
_SPELLED = (("tsch", "s"), ("sch", "s"), ("tch", "s"), ("cz", "s"), ("sz", "s"), ("kh", "h"), ("ck", "k"), ("qu", "k"),
            ("dzh", "s"), ("dj", "s"), ("gn", "n"))  # fmt: skip
_CH_IS_S = frozenset({"en", "es", "fr", "pt", "sw"})  # elsewhere it is k, or near h
_J_IS_S = frozenset({"en", "fr", "pt", "tr", "ro", "ca", "id", "sw"})  # elsewhere it is y, or near h
_SOFT_C = re.compile(r"c(?=[eiy])")
_SOFT_G = re.compile(r"g(?=[ei])")
_TWICE = re.compile(r"(.)\1+")
WORDS_KEPT = 65_536  # reduced words that are remembered: names come again within a text and a night
MOST_LETTERS = 40  # of a word that are read: no name has more
_VOWEL = "."  # between two equal consonants; left out at the end


@lru_cache(WORDS_KEPT)
def reduce_word(word: str, language: str) -> str:
    """Return the consonant classes of a word, in order; empty where it has none."""
    small = unicodedata.normalize("NFKC", word[:MOST_LETTERS]).lower()
    if small[:1] < "\u0600":
        apart = unicodedata.normalize("NFD", small.replace("ğ", ""))
        small = "".join(c for c in apart if not unicodedata.combining(c))
        spelled = _spell_latin(small, language) if small[:1] < "\u0370" else small
        sounds = "".join(_read_cased(character, language) for character in spelled)
    else:
        # A waw at the head is v or w, elsewhere it is nearly always a vowel
        sounds = "".join("p" if c == "و" and not n else _read_uncased(c) for n, c in enumerate(small))
    return _TWICE.sub(r"\1", sounds.replace("ts", "s")).replace(_VOWEL, "")


def _spell_latin(word: str, language: str) -> str:
    """Return a word with one letter for each of its sounds that are written with several."""
    if language == "tr":
        return word.replace("c", "s")
    for written, sound in _SPELLED:
        word = word.replace(written, sound)
    word = word.replace("ch", "s" if language in _CH_IS_S else "k")
    word = _SOFT_C.sub("s", word)
    return _SOFT_G.sub("s", word) if language == "it" else word


def _read_cased(character: str, language: str) -> str:
    if character == "j":
        return "s" if language in _J_IS_S else _VOWEL
    return _LATIN.get(character, _CYRILLIC.get(character, _GREEK.get(character, _VOWEL)))


def _read_uncased(character: str) -> str:
    if "\u3041" <= character <= "\u30ff":
        kana = chr(ord(character) + 0x60) if character < "\u30a0" else character
        return "n" if kana == "ン" else "" if kana in "ッー" else _KATAKANA.get(kana, "") + _VOWEL
    if "\uac00" <= character <= "\ud7a3":
        syllable = ord(character) - 0xAC00
        return _INITIALS[syllable // 588] + _VOWEL + _FINALS[syllable % 28]
    if character in _HAN:
        sound = _HAN[character]
        return _VOWEL + sound if character in _ENDS_SYLLABLE else sound[:1] + _VOWEL + sound[1:]
    return _ARABIC.get(character, _DEVANAGARI.get(character, _VOWEL))
