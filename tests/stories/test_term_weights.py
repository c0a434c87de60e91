import pytest
from tests_support import costs_at_most

from storyfold.stories.term_weights import WordLengths, choose_weights, load_background, split_words

ENGLISH = "The minister said on Monday that the new law would help the schools of the city and those who work in them. "
TURKISH = (
    "Bakan pazartesi günü yaptığı açıklamada yeni yasanın gelecek yıl yürürlüğe gireceğini söyledi. "
    "Muhalefet ise bu kararın çok geç alındığını ve daha fazla bilgi verilmesi gerektiğini belirtti."
)
SWAHILI = (
    "Serikali ilitangaza siku ya Jumatatu kwamba sheria mpya ya shule itaanza kutumika mwaka ujao katika miji yote."
)


def test_words_fold_case_width_apostrophes_and_possessives():
    assert split_words("The Mayor’s ＢＩＧ plan: don’t wait") == ["the", "mayor", "big", "plan", "don't", "wait"]


def test_scripts_without_spaces_become_pairs_of_characters():
    assert split_words("東京都 2023年 서울에") == ["東京", "京都", "2023", "年", "서울", "울에"]


def test_a_rare_word_weighs_more_and_a_common_one_nothing():
    table = load_background("en")
    assert table["the"] == 0.0
    assert 0.0 < table["government"] < table["lukashenko"]
    assert table["1,000"] == table["qqqqqq"]  # both are beyond the list


def test_a_number_weighs_more_than_all_numbers_of_its_length():
    assert load_background("en")["4711"] > load_background("en")["0000"]


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
        ("", "", True),
    ],
)
def test_frequencies_are_used_only_for_a_text_in_that_language(language, text, own):
    assert isinstance(choose_weights(language, split_words(text)), WordLengths) is not own


def test_without_frequencies_longer_words_weigh_more():
    table = WordLengths()
    assert table["ya"] < table["shule"] < table["jumatatu"] == table["kwambakwamba"] == 1.0
    assert table["東京"] == 1.0


@pytest.mark.parametrize("line", ["a" * 1_000_000, "a'" * 500_000, "'" * 1_000_000, "東" * 1_000_000, "1年" * 500_000])
def test_hostile_lines_of_a_megabyte_are_read_in_time(line):
    with costs_at_most(5.0):
        found = split_words(line)
    assert all(len(word) <= 40 for word in found)
