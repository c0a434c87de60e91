"""The language of a text, by its letters and function words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests_support import costs_at_most

from storyfold.text.language_vocabulary import COMMON_WORDS
from storyfold.text.languages import detect_language

TEXTS = {
    "en": "The goat came down from the roof of the town hall on Tuesday, and nobody knew how it had been able to.",
    "de": "Die Ziege kam am Dienstag vom Dach des Rathauses herunter, und niemand wusste, wie sie das geschafft hat.",
    "fr": "La chèvre est descendue du toit de la mairie mardi, et personne ne sait comment elle a pu le faire.",
    "es": "La cabra bajó el martes del tejado del ayuntamiento, y nadie sabe cómo pudo hacerlo por su cuenta.",
    "it": "La capra è scesa martedì dal tetto del municipio, e nessuno sa come abbia fatto a scendere da sola.",
    "pt": "A cabra desceu do telhado da prefeitura na terça-feira, e ninguém sabe como ela conseguiu isso sozinha.",
    "nl": "De geit kwam dinsdag van het dak van het stadhuis en niemand weet hoe zij dat alleen heeft kunnen doen.",
    "sv": "Geten kom ner från rådhusets tak på tisdagen, och ingen vet hur den har kunnat göra det på egen hand.",
    "da": "Geden kom ned fra rådhusets tag i tirsdags, og ingen ved, hvordan den har kunnet gøre det af sig selv.",
    "no": "Geita kom ned fra taket på rådhuset tirsdag, og ingen vet hvordan den har klart å gjøre det av seg selv.",
    "fi": "Vuohi tuli tiistaina alas kaupungintalon katolta, eikä kukaan tiedä, miten, mutta nyt se on ja oli.",
    "pl": "Koza zeszła we wtorek z dachu ratusza i nikt nie wie, jak to zrobiła, ale jest już na ziemi.",
    "cs": "Koza v úterý slezla ze střechy radnice a nikdo neví, jak to udělala, ale už je na zemi a je to tak.",
    "tr": "Keçi salı günü belediye binasının çatısından indi ve bunu nasıl yaptığını kimse bilmiyor, ama bu ilk oldu.",
    "id": "Kambing itu turun dari atap balai kota pada hari Selasa dan tidak ada yang tahu bagaimana itu bisa terjadi.",
    "ru": "Коза спустилась с крыши ратуши во вторник, и никто не знает, как это у неё получилось, но она уже на земле.",
    "uk": "Коза спустилася з даху ратуші у вівторок, і ніхто не знає, як це у неї вийшло, але вона вже на землі.",
    "ja": "ヤギが火曜日に市役所の屋根から降りた。どうやって降りたのかは誰も知らない。",
    "zh": "山羊星期二从市政厅的屋顶上下来了，没有人知道它是怎么做到的。",
    "ko": "염소가 화요일에 시청 지붕에서 내려왔는데, 어떻게 내려왔는지 아무도 모른다.",
    "el": "Η κατσίκα κατέβηκε την Τρίτη από τη στέγη του δημαρχείου και κανείς δεν ξέρει πώς.",
    "ar": "نزلت العنزة يوم الثلاثاء من سطح مبنى البلدية ولا أحد يعرف كيف تمكنت من ذلك على الرغم من أن ذلك.",
    "hi": "बकरी मंगलवार को नगर भवन की छत से नीचे उतर आई और कोई नहीं जानता कि वह ऐसा कैसे कर पाई।",
}


@pytest.mark.parametrize("code", TEXTS)
def test_each_language_is_told(code):
    assert detect_language(TEXTS[code]) == code


def test_names_and_quotations_do_not_decide():
    text = TEXTS["de"] + " «The New York Times» schrieb: „The goat of the year“. " + TEXTS["de"]
    assert detect_language(text) == "de"
    assert detect_language("東京 (Tokyo) " + TEXTS["en"]) == "en"


@pytest.mark.parametrize("text", ["", "Goat", "12 34 56", "Palm Bay 70 Rockledge 44", "xyzzy plugh " * 50])
def test_what_is_no_running_text_has_none(text):
    assert detect_language(text) is None


def test_each_list_is_of_one_language():
    lines = [line.split() for line in COMMON_WORDS.strip().splitlines()]
    assert len({code for code, *_ in lines}) == len(lines)
    assert all(len(words) >= 20 for _, *words in lines)


@given(st.text(max_size=300))
def test_any_text_has_a_language_or_none(text):
    assert detect_language(text) == detect_language(text)


def test_a_long_text_costs_no_more_than_its_beginning():
    with costs_at_most(0.5):
        detect_language(TEXTS["en"] * 100_000)
