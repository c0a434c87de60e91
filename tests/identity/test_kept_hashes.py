"""What a lake holds stays as it is: the hashes of texts, the ids of pages and the keys of lines, to the digit.

Another digest would make a new version of every page, another id a new article, and another key would find no line
again on an outlet's earlier pages. So a change here needs a way for the lakes that there are.
"""

import pytest

from storyfold.identity.ids import hash_id, hash_text, make_article_id, make_item_id, make_reject_id
from storyfold.text.line_keys import make_line_key

TEXTS = {
    ("Harbour opens", "The ferry’s first run — 3.5 km — was late."): (
        "f32f8ff28face865d927e54cbed5249f4c424ee8386256520d69ff5e3a084916",
        0x3C7979A94CDFC3CB,
    ),
    ("Große Straße GESPERRT", "Der Fluß stieg auf 4,50 m. „Nicht weiterfahren!“"): (
        "b378ef49b839a18540619144411ab5de606f15e5e8ec0a969d8ed56c187d73d3",
        0xDE50F61E3688BE49,
    ),
    ("L’ÉTÉ À LA MAIRIE", "La chèvre est descendue du toit, cœur léger ; ½ heure plus tard… ﬁn."): (
        "7619dfd74b5780042c5487e02324bd545e2e5b575d3df047d54ac755eb3187fd",
        0xD38AE08FD6702663,
    ),
    ("Ο ΔΡΟΜΟΣ κλείνει", "Οι οδηγοί περίμεναν ώρες στις εξόδους."): (
        "69886d9da1660233bebd78554db9013e74d206f34ad5e6da1a329b5b83117bc1",
        0xB1F7C1F82A156CCE,
    ),
    ("Паром опоздал", "Ёлки у причала; й и й — одна буква."): (
        "c80d93a845e6515ba319131e60f809bdb09d3fe4d4e3d5e27913a02a0766a133",
        0xF4819ED6632BF31C,
    ),
    ("İzmir limanı KAPANDI", "Işıklar söndü, İstanbul’da ılık hava."): (
        "a88fd45add6da54de05794d57fed24c321f2adecce6b96a8e32e96846509aaa0",
        0x545442ECB5920747,
    ),
    ("港が閉鎖", "ﾆｭｰｽ：昨夜の地震で、１２人が けが。"): (
        "fb8687708f990bfa2a171c9059b73ea6bbdd10fe5883698517da03a60df33e44",
        0xF1843663D7E8E453,
    ),
    ("港口关闭", "昨天清晨，洪水冲毁了两座桥。二〇二四年"): (
        "7edf121c8ddc9444c71592391c574d235bc558cae6f16bdcb38980675d614786",
        0xDA696B2AD7FD8004,
    ),
    ("항구 폐쇄", "어제 새벽 홍수로 다리 두 개가 무너졌다."): (
        "f68eb5baa2b90b45a2da5e73272884c58ea5d96ac01e8db474ef2bfbd37469f7",
        0x49652C372A3D1D77,
    ),
    ("น้ำท่วม", "สะพานสองแห่งพังเมื่อเช้านี้ ๑๒ คน"): (
        "f0e9c9ed68d5b5333d5158d16c1e3eebbf62d53f6b100f151e6c4347aa318adb",
        0x74D5B4056826BFCB,
    ),
    ("ရေကြီးမှု", "တံတားနှစ်စင်း ပျက်စီးခဲ့သည်။"): (
        "87164e546de0e47aae7ff6722153f944332c4161381d16cc5ee9bfd7786a41fd",
        0x45EED75ED7CF99A2,
    ),
    ("ទឹកជំនន់", "ស្ពានពីរត្រូវបានបំផ្លាញ។"): (
        "e49a6cc4c462ef6564c540843b333f568ec63a200d9233aca839e75e4060246e",
        0x3EFC0908026034DD,
    ),
    ("नदी में बाढ़", "कल सुबह दो पुल टूट गए।"): (
        "d9f73d3c011a41374daa38af68dd6916aa4f050cdff2323ac0aafe7fe6379974",
        0x54A91BCFB5BAD655,
    ),
    ("فيضان النهر", "انهار جسران صباح أمس؛ ١٢ جريحًا ـــ"): (
        "df18711c5a77d12055529daba95557df4a9f192724317fd88cc9f35c4f99366b",
        0x4804344E75BCDF96,
    ),
    (None, "co\xadoperate x_y e\u0301tude \U0001d40d\U0001d41e\U0001d430\U0001d42c \U0001f600"): (
        "e8bdb03eb21f8c7298253cd10d00cb5093b7096d14902d76dcda4bf36a49dd6c",
        0x21FD6DC67FF539DA,
    ),
    ("", ""): (
        "01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b",
        0xF52A15E9A9B5E89B,
    ),
}


@pytest.mark.parametrize(("text", "kept"), TEXTS.items())
def test_texts_in_many_scripts_keep_their_hashes_and_line_keys(text, kept):
    title, body = text
    assert (hash_text(title, body), make_line_key(body)) == kept


def test_ids_keep_their_digits():
    assert hash_id("a", None, 3) == "d31e509157de40012775a1723fa7ef3c"
    assert make_article_id("https://news.example/nyhet/é", "wire", "1.html") == "d2b854955ad6f8685c729a1bc17d1676"
    assert make_article_id(None, "wire", "1.html") == "4d898b61e5aef768f4631685a911d60a"
    assert make_item_id("wire", "archive", "a.warc.gz", 12) == "4c3c757065baa8cff117a154af010a47"
    assert make_reject_id("parse", "wire", "a.warc.gz", None, "no-body", "ab") == "af491fead5a765d45c1450b6f0b4ac45"
